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

static void start_read(struct ide *ide)
{
    if (ide_is_multiple(ide->command) && !ide_selected(ide)->multiple)
        ide_fail(ide, ERROR_ABORTED);
    else if (ide_begin_transfer(ide))
        ide_wait_for(ide, PHASE_READ, SECTOR_NS);
}

/* DRQ for the first block comes at once and without an interrupt. */
static void start_write(struct ide *ide)
{
    if (ide_is_multiple(ide->command) && !ide_selected(ide)->multiple) {
        ide_fail(ide, ERROR_ABORTED);
    } else if (ide_begin_transfer(ide)) {
        ide_choose_block(ide);
        ide_offer_data(ide, PHASE_DATA_OUT, ide->block * DISK_SECTOR);
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
    ide_selected(ide)->count = 0xff; /* active or idle */
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

enum { SUB_SET_TRANSFER_MODE = 0x03, MODE_FLOW_CONTROL_LAST = 0x0f };

/* Transfer modes of PIO, look-ahead, write cache and reverting to defaults are taken and change
   nothing here. */
static void end_set_features(struct ide *ide)
{
    static const u8 accepted[] = {0x02, 0x55, 0x66, 0x82, 0xaa, 0xcc};
    bool known = ide->features == SUB_SET_TRANSFER_MODE &&
                 ide_selected(ide)->count <= MODE_FLOW_CONTROL_LAST;
    if (known || memchr(accepted, ide->features, sizeof accepted))
        ide_finish(ide);
    else
        ide_fail(ide, ERROR_ABORTED);
}

// clang-format off
static const struct ide_command disk_commands[] = {
    {0x10, 0x1f, start_slow,  end_recalibrate},
    {0x20, 0x21, start_read,  NULL},
    {0x30, 0x31, start_write, NULL},
    {0x3c, 0x3c, start_write, NULL}, /* write verify */
    {0x40, 0x41, start_slow,  end_verify},
    {0x70, 0x7f, start_slow,  end_seek},
    {0x90, 0x90, start_slow,  end_diagnostic},
    {0x91, 0x91, start_slow,  end_set_parameters},
    {0x94, 0x97, start_slow,  ide_finish}, /* E0h-E6h as they were once numbered */
    {0x98, 0x98, start_slow,  end_check_power},
    {0x99, 0x99, start_slow,  ide_finish},
    {0xc4, 0xc4, start_read,  NULL},
    {0xc5, 0xc5, start_write, NULL},
    {0xc6, 0xc6, start_slow,  end_set_multiple},
    {0xe0, 0xe3, start_slow,  ide_finish}, /* standby, idle, with and without timer */
    {0xe4, 0xe4, start_slow,  end_read_buffer},
    {0xe5, 0xe5, start_slow,  end_check_power},
    {0xe6, 0xe6, start_slow,  ide_finish}, /* sleep */
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
    {0xe0, 0xe3, start_slow,  ide_finish},
    {0xe5, 0xe5, start_slow,  end_check_power},
    {0xe6, 0xe6, start_slow,  ide_finish},
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
