/* The commands of the ATA channel: what begins when one is written, what happens at its end.

   References: ATA-1 (X3.221-1994) 9, ATA/ATAPI-4 for FLUSH CACHE. */

#include "devices/ide_commands.h"

#include "base/log.h"
#include "devices/atapi.h"
#include "devices/ide_identify.h"

#include <inttypes.h>
#include <string.h>

static void start_slow(struct ide *ide)
{
    ide_wait_for(ide, PHASE_COMMAND, COMMAND_NS);
}

/* What needs the medium wakes a drive that stands by. */
static void wake(struct ide *ide)
{
    ide_selected(ide)->power = IDE_ACTIVE;
}

static void start_waking(struct ide *ide)
{
    wake(ide);
    start_slow(ide);
}

static void start_read(struct ide *ide)
{
    wake(ide);
    if (ide_is_multiple(ide->command) && !ide_selected(ide)->multiple)
        ide_fail(ide, ERROR_ABORTED);
    else if (ide_begin_transfer(ide))
        ide_wait_for(ide, PHASE_READ, SECTOR_NS);
}

/* DRQ for the first block comes at once and without an interrupt. */
static void start_write(struct ide *ide)
{
    wake(ide);
    if (ide_is_multiple(ide->command) && !ide_selected(ide)->multiple) {
        ide_fail(ide, ERROR_ABORTED);
    } else if (ide_begin_transfer(ide)) {
        ide_choose_block(ide);
        ide_offer_data(ide, PHASE_DATA_OUT, ide_block_bytes(ide));
    }
}

static void end_verify(struct ide *ide)
{
    if (!ide_begin_transfer(ide))
        return;
    u64 last = (u64)ide->lba + ide->sectors - 1, most = ide_selected(ide)->image->sectors - 1;
    ide_set_address(ide, (u32)(last < most ? last : most));
    ide_selected(ide)->count = 0;
    if (last > most)
        ide_fail(ide, ERROR_ID_NOT_FOUND);
    else
        ide_finish(ide);
}

static void end_recalibrate(struct ide *ide)
{
    ide_selected(ide)->cylinder_low = ide_selected(ide)->cylinder_high = 0;
    ide_finish(ide);
}

static void end_seek(struct ide *ide)
{
    if (ide_begin_transfer(ide))
        ide_finish(ide);
}

static void end_diagnostic(struct ide *ide)
{
    ide_end_reset(ide);
    ide_set_interrupt(ide, true);
}

/* The translation changes, the medium does not: cylinders follow from its size. */
static void end_set_parameters(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    if (!drive->count) {
        ide_fail(ide, ERROR_ABORTED);
        return;
    }
    drive->heads = (u16)((ide->drive_head & DRIVE_HEAD_HEAD) + 1);
    drive->sectors = drive->count;
    u64 cylinders = drive->image->sectors / ((u32)drive->heads * drive->sectors);
    drive->cylinders = cylinders > 0xffff ? 0xffff : (u16)cylinders;
    ide_finish(ide);
}

/* A power of two up to the maximum; 0 switches blocks off. */
static void end_set_multiple(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    if (drive->count > IDE_MAX_MULTIPLE || (drive->count & (drive->count - 1))) {
        ide_fail(ide, ERROR_ABORTED);
        return;
    }
    drive->multiple = drive->count;
    ide_finish(ide);
}

static void end_check_power(struct ide *ide)
{
    ide_selected(ide)->count = ide_selected(ide)->power == IDE_STANDBY ? 0 : 0xff;
    ide_finish(ide);
}

static void end_idle(struct ide *ide)
{
    wake(ide);
    ide_finish(ide);
}

static void end_standby(struct ide *ide)
{
    ide_selected(ide)->power = IDE_STANDBY;
    ide_finish(ide);
}

static void end_sleep(struct ide *ide)
{
    ide_selected(ide)->power = IDE_SLEEP;
    ide_finish(ide);
}

/* FORMAT TRACK (ATA-1 9.6): the host gives a table of 512 bytes, of which makers did what they
   liked. Here, as with drives that keep their own defects, the table is not looked at, and every
   sector of the track becomes zeros. */
static void start_format(struct ide *ide)
{
    wake(ide);
    ide->block = ide->sectors = 0;
    ide_offer_data(ide, PHASE_DATA_OUT, DISK_SECTOR);
}

static bool clear_track(struct ide *ide, u64 first, u32 sectors, struct error *error)
{
    memset(ide->data, 0, sizeof ide->data);
    while (sectors) {
        u32 part = sectors < IDE_MAX_MULTIPLE ? sectors : IDE_MAX_MULTIPLE;
        if (!disk_image_write(ide_selected(ide)->image, first, part, ide->data, error))
            return false;
        ide->writes += part;
        first += part;
        sectors -= part;
    }
    return true;
}

static void end_format(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    struct error error;
    if (!(ide->drive_head & DRIVE_HEAD_LBA))
        drive->sector = 1; /* the number does not count, the track does */
    if (!ide_begin_transfer(ide))
        return;
    u64 first = ide->lba - ide->lba % drive->sectors, left = drive->image->sectors - first;
    ide->sectors = 0;
    if (drive->image->read_only)
        ide_fail(ide, ERROR_ABORTED);
    else if (!clear_track(ide, first, left < drive->sectors ? (u32)left : drive->sectors, &error))
        ide_fail_medium(ide, &error);
    else
        ide_finish(ide);
}

static void end_flush(struct ide *ide)
{
    struct error error;
    if (disk_image_flush(ide_selected(ide)->image, &error))
        ide_finish(ide);
    else
        ide_fail_medium(ide, &error);
}

static void end_identify(struct ide *ide)
{
    ide_identify(ide_selected(ide), ide->data);
    ide->sectors = 0;
    ide_offer_data(ide, PHASE_DATA_IN, DISK_SECTOR);
    ide_set_interrupt(ide, true);
}

/* The buffer keeps what WRITE BUFFER left there; a transfer overwrites it. */
static void end_read_buffer(struct ide *ide)
{
    ide->sectors = 0;
    ide_offer_data(ide, PHASE_DATA_IN, DISK_SECTOR);
    ide_set_interrupt(ide, true);
}

static void start_write_buffer(struct ide *ide)
{
    ide->sectors = ide->block = 0;
    ide_offer_data(ide, PHASE_DATA_OUT, DISK_SECTOR);
}

/* The last sector that the drive has, as ATA/ATAPI-4 tells it. */
static void end_read_native_maximum(struct ide *ide)
{
    u64 last = ide_selected(ide)->image->sectors - 1;
    ide_set_address(ide, last > 0x0ffffffe ? 0x0ffffffe : (u32)last);
    ide_finish(ide);
}

static void end_unknown(struct ide *ide)
{
    ide_fail(ide, ERROR_ABORTED);
}

enum {
    SUB_SET_TRANSFER_MODE = 0x03,
    SUB_KEEP_SETTINGS = 0x66,
    SUB_REVERT_SETTINGS = 0xcc,
    MODE_FLOW_CONTROL_LAST = 0x0f,
};

/* Transfer modes of PIO, look-ahead, write cache, retries and the length of the ECC bytes (33h 44h
   99h BBh) are taken and change nothing here. */
static void end_set_features(struct ide *ide)
{
    static const u8 accepted[] = {0x02, 0x33, 0x44, 0x55, 0x82, 0x99, 0xaa, 0xbb};
    bool settings = ide->features == SUB_KEEP_SETTINGS || ide->features == SUB_REVERT_SETTINGS;
    if (settings)
        ide_selected(ide)->keep_settings = ide->features == SUB_KEEP_SETTINGS;
    bool known = ide->features == SUB_SET_TRANSFER_MODE &&
                 ide_selected(ide)->count <= MODE_FLOW_CONTROL_LAST;
    if (known || settings || memchr(accepted, ide->features, sizeof accepted))
        ide_finish(ide);
    else
        ide_fail(ide, ERROR_ABORTED);
}

// clang-format off
static const struct ide_command disk_commands[] = {
    {0x10, 0x1f, start_waking, end_recalibrate},
    {0x20, 0x23, start_read,  NULL}, /* 22h and 23h: READ LONG */
    {0x30, 0x33, start_write, NULL}, /* 32h and 33h: WRITE LONG */
    {0x3c, 0x3c, start_write, NULL}, /* write verify */
    {0x40, 0x41, start_waking, end_verify},
    {0x50, 0x50, start_format, end_format},
    {0x70, 0x7f, start_waking, end_seek},
    {0x90, 0x90, start_slow,  end_diagnostic},
    {0x91, 0x91, start_slow,  end_set_parameters},
    {0x94, 0x94, start_slow,  end_standby}, /* E0h-E6h as they were once numbered */
    {0x95, 0x95, start_slow,  end_idle},
    {0x96, 0x96, start_slow,  end_standby},
    {0x97, 0x97, start_slow,  end_idle},
    {0x98, 0x98, start_slow,  end_check_power},
    {0x99, 0x99, start_slow,  end_sleep},
    {0xc4, 0xc4, start_read,  NULL},
    {0xc5, 0xc5, start_write, NULL},
    {0xc6, 0xc6, start_slow,  end_set_multiple},
    {0xe0, 0xe0, start_slow,  end_standby}, /* at once; E2h and E3h set the timer, too */
    {0xe1, 0xe1, start_slow,  end_idle},
    {0xe2, 0xe2, start_slow,  end_standby},
    {0xe3, 0xe3, start_slow,  end_idle},
    {0xe4, 0xe4, start_slow,  end_read_buffer},
    {0xe5, 0xe5, start_slow,  end_check_power},
    {0xe6, 0xe6, start_slow,  end_sleep},
    {0xe7, 0xe7, start_slow,  end_flush},
    {0xe8, 0xe8, start_write_buffer, ide_finish},
    {0xec, 0xec, start_slow,  end_identify},
    {0xef, 0xef, start_slow,  end_set_features},
    {0xf8, 0xf8, start_slow,  end_read_native_maximum},
    {0x00, 0xff, start_slow,  end_unknown},
};

/* READ SECTORS and IDENTIFY are aborted with the signature that tells what is here instead. */
static const struct ide_command cdrom_commands[] = {
    {0x08, 0x08, start_slow,  atapi_end_device_reset},
    {0x20, 0x21, start_slow,  atapi_end_not_a_disk},
    {0x90, 0x90, start_slow,  end_diagnostic},
    {0xa0, 0xa0, atapi_start_packet, atapi_end_packet},
    {0xa1, 0xa1, start_slow,  atapi_end_identify},
    {0xe0, 0xe0, start_slow,  end_standby},
    {0xe1, 0xe1, start_slow,  end_idle},
    {0xe2, 0xe2, start_slow,  end_standby},
    {0xe3, 0xe3, start_slow,  end_idle},
    {0xe5, 0xe5, start_slow,  end_check_power},
    {0xe6, 0xe6, start_slow,  end_sleep},
    {0xec, 0xec, start_slow,  atapi_end_not_a_disk},
    {0xef, 0xef, start_slow,  end_set_features},
    {0x00, 0xff, start_slow,  end_unknown},
};
// clang-format on

const struct ide_command *ide_find_command(const struct ide *ide, u8 number)
{
    const struct ide_drive *drive = &ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0];
    const struct ide_command *command = drive->kind == IDE_CDROM ? cdrom_commands : disk_commands;
    while (number < command->first || number > command->last)
        command++;
    return command;
}

void ide_log_block(struct ide *ide, const char *verb)
{
    log_line(ide->log, LOG_DISK, "%.200s: %s %" PRIu32 " at sector %" PRIu64,
             ide_selected(ide)->image->name, verb, (u32)ide->block, (u64)ide->lba);
}
