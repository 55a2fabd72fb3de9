/* One ATA channel with two drives.

   Modelled: the task file, CHS and LBA28 addresses, PIO reads, writes and verifies with and without
   multiple blocks, IDENTIFY, the commands of ide_commands.c, software reset and signature, nIEN. An
   absent drive beside a present one reads status 0 and ignores commands; without any drive the bus
   floats and reads FFh.
   Not modelled: DMA, 48-bit addresses, packet commands, sleep, security; a drive is never really
   idle or in standby, its media never go bad.

   Every command keeps BSY for a constant guest time. The medium is read or written at its end.

   References: ATA-1 (X3.221-1994), ATA/ATAPI-4 for FLUSH CACHE. */

#include "devices/ide.h"

#include "base/bits.h"
#include "devices/ide_commands.h"

#include <string.h>

enum { FEATURES_ERROR = 1, COUNT, SECTOR, CYLINDER_LOW, CYLINDER_HIGH, DRIVE_HEAD, COMMAND_STATUS };

enum {
    CONTROL_NO_INTERRUPT = 0x02,
    CONTROL_RESET = 0x04,

    DIAGNOSTIC = 0x90,
    FLOATING = 0xff,
    RESET_NS = 100000,
};

struct ide_drive *ide_selected(struct ide *ide)
{
    return &ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0];
}

static bool selected_present(const struct ide *ide)
{
    return ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0].image != NULL;
}

static bool any_present(const struct ide *ide)
{
    return ide->drive[0].image || ide->drive[1].image;
}

void ide_set_interrupt(struct ide *ide, bool level)
{
    ide->irq_level = level;
    irq_set(&ide->irq, level && !(ide->control & CONTROL_NO_INTERRUPT));
}

void ide_wait_for(struct ide *ide, enum ide_phase phase, u64 ns)
{
    ide->phase = (u8)phase;
    ide->status = STATUS_BUSY;
    clock_schedule(ide->clock, &ide->done, ide->clock->now + clock_ns_to_ticks(ide->clock, ns));
}

static void end_transfer(struct ide *ide)
{
    ide->phase = PHASE_IDLE;
    ide->command = 0;
    ide->status = STATUS_GOOD;
}

void ide_finish(struct ide *ide)
{
    end_transfer(ide);
    ide_set_interrupt(ide, true);
}

void ide_fail(struct ide *ide, u8 error)
{
    ide->error = error;
    ide_finish(ide);
    ide->status |= STATUS_ERROR;
}

void ide_fail_medium(struct ide *ide, const struct error *error)
{
    if (ide->host_error)
        ide->host_error(ide->host_error_context, error);
    ide_fail(ide, ERROR_UNCORRECTABLE);
}

/* Addresses. */

/* The sector that the task file names; false for a CHS address outside the translation. */
static bool get_address(struct ide *ide, u32 *lba)
{
    const struct ide_drive *drive = ide_selected(ide);
    u32 head = ide->drive_head & DRIVE_HEAD_HEAD;
    u32 cylinder = (u32)ide->cylinder_high << 8 | ide->cylinder_low;
    if (ide->drive_head & DRIVE_HEAD_LBA) {
        *lba = head << 24 | cylinder << 8 | ide->sector;
        return true;
    }
    if (!ide->sector || ide->sector > drive->sectors || head >= drive->heads)
        return false;
    *lba = (cylinder * drive->heads + head) * drive->sectors + ide->sector - 1;
    return true;
}

/* Leaves the address of a sector in the task file, as after each sector of a transfer. */
void ide_set_address(struct ide *ide, u32 lba)
{
    const struct ide_drive *drive = ide_selected(ide);
    u8 drive_bits = ide->drive_head & (u8)~DRIVE_HEAD_HEAD;
    u32 cylinder = lba >> 8, head = lba >> 24;
    ide->sector = (u8)lba;
    if (!(ide->drive_head & DRIVE_HEAD_LBA)) {
        u32 track = lba / drive->sectors;
        ide->sector = (u8)(lba % drive->sectors + 1);
        head = track % drive->heads;
        cylinder = track / drive->heads;
    }
    ide->cylinder_low = (u8)cylinder;
    ide->cylinder_high = (u8)(cylinder >> 8);
    ide->drive_head = (u8)(drive_bits | (head & DRIVE_HEAD_HEAD));
}

/* Starts a transfer of ide->count sectors; aborts with IDNF when it begins outside the medium. */
bool ide_begin_transfer(struct ide *ide)
{
    ide->sectors = ide->count ? ide->count : MOST_SECTORS;
    if (get_address(ide, &ide->lba) && ide->lba < ide_selected(ide)->image->sectors)
        return true;
    ide_fail(ide, ERROR_ID_NOT_FOUND);
    return false;
}

bool ide_is_multiple(u8 command)
{
    return command == 0xc4 || command == 0xc5;
}

/* Sectors of the next block: one, or as many as SET MULTIPLE said. */
void ide_choose_block(struct ide *ide)
{
    u32 most = ide_is_multiple(ide->command) ? ide_selected(ide)->multiple : 1;
    ide->block = ide->sectors < most ? ide->sectors : most;
}

static void block_done(struct ide *ide)
{
    ide_set_address(ide, ide->lba + ide->block - 1);
    ide->lba += ide->block;
    ide->sectors -= ide->block;
    ide->count = (u8)ide->sectors;
}

/* The medium ends within a transfer: the sectors that exist were moved, the next has no ID. */
static bool block_outside(const struct ide *ide, const struct ide_drive *drive)
{
    return (u64)ide->lba + ide->block > drive->image->sectors;
}

void ide_offer_data(struct ide *ide, enum ide_phase phase, u32 bytes)
{
    ide->phase = (u8)phase;
    ide->status = STATUS_GOOD | STATUS_DATA_REQUEST;
    ide->data_at = 0;
    ide->data_end = bytes;
}

/* Ends of the phases that wait for the drive. */

static void end_read(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    struct error error;
    ide_choose_block(ide);
    if (block_outside(ide, drive)) {
        ide_fail(ide, ERROR_ID_NOT_FOUND);
        return;
    }
    if (!disk_image_read(drive->image, ide->lba, ide->block, ide->data, &error)) {
        ide_fail_medium(ide, &error);
        return;
    }
    ide->reads += ide->block;
    ide_offer_data(ide, PHASE_DATA_IN, ide->block * DISK_SECTOR);
    block_done(ide);
    ide_set_interrupt(ide, true);
}

static void end_write(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    struct error error;
    if (drive->image->read_only) {
        ide_fail(ide, ERROR_ABORTED);
        return;
    }
    if (block_outside(ide, drive)) {
        ide_fail(ide, ERROR_ID_NOT_FOUND);
        return;
    }
    if (!disk_image_write(drive->image, ide->lba, ide->block, ide->data, &error)) {
        ide_fail_medium(ide, &error);
        return;
    }
    ide->writes += ide->block;
    block_done(ide);
    if (!ide->sectors) {
        ide_finish(ide);
        return;
    }
    ide_choose_block(ide);
    ide_offer_data(ide, PHASE_DATA_OUT, ide->block * DISK_SECTOR);
    ide_set_interrupt(ide, true);
}

void ide_end_reset(struct ide *ide)
{
    ide->phase = PHASE_IDLE;
    ide->command = 0;
    ide->error = ERROR_DIAGNOSTIC_PASSED;
    ide->count = ide->sector = 1;
    ide->cylinder_low = ide->cylinder_high = 0;
    ide->drive_head = DRIVE_HEAD_ONES;
    ide->status = STATUS_GOOD;
}

/* The host has moved the whole buffer. */
static void data_moved(struct ide *ide)
{
    if (ide->phase == PHASE_DATA_OUT) {
        ide_wait_for(ide, PHASE_WRITE, SECTOR_NS);
    } else if (ide->sectors) {
        ide_wait_for(ide, PHASE_READ, SECTOR_NS);
    } else { /* a read ends without an interrupt */
        end_transfer(ide);
    }
}

static void write_command(struct ide *ide, u8 number)
{
    if (number == DIAGNOSTIC) /* goes to both drives */
        ide->drive_head &= (u8)~DRIVE_HEAD_SLAVE;
    if (!selected_present(ide))
        return;
    ide_set_interrupt(ide, false);
    ide->command = number;
    ide->error = 0;
    ide_find_command(number)->start(ide);
}

static void work_done(void *context, u64 now)
{
    struct ide *ide = context;
    const struct ide_command *command = ide_find_command(ide->command);
    (void)now;
    if (ide->phase == PHASE_RESET)
        ide_end_reset(ide);
    else if (!selected_present(ide)) /* chosen in the middle of a transfer */
        end_transfer(ide);
    else if (ide->phase == PHASE_READ)
        end_read(ide);
    else if (ide->phase == PHASE_WRITE)
        end_write(ide);
    else if (ide->phase == PHASE_COMMAND && command->end)
        command->end(ide);
}

/* Registers. */

u8 ide_peek_status(const struct ide *ide)
{
    if (!any_present(ide))
        return FLOATING;
    return selected_present(ide) ? ide->status : 0;
}

u32 ide_read(void *context, u16 port, unsigned size)
{
    struct ide *ide = context;
    (void)size;
    if (!any_present(ide))
        return FLOATING;
    switch (port & 7) {
    case FEATURES_ERROR:
        return ide->error;
    case COUNT:
        return ide->count;
    case SECTOR:
        return ide->sector;
    case CYLINDER_LOW:
        return ide->cylinder_low;
    case CYLINDER_HIGH:
        return ide->cylinder_high;
    case DRIVE_HEAD:
        return ide->drive_head | DRIVE_HEAD_ONES;
    case COMMAND_STATUS:
        ide_set_interrupt(ide, false);
        return ide_peek_status(ide);
    default:
        return FLOATING;
    }
}

/* While a drive is busy its task file cannot be written. */
void ide_write(void *context, u16 port, unsigned size, u32 value)
{
    struct ide *ide = context;
    u8 byte = (u8)value;
    (void)size;
    if (ide->status & STATUS_BUSY)
        return;
    switch (port & 7) {
    case FEATURES_ERROR:
        ide->features = byte;
        break;
    case COUNT:
        ide->count = byte;
        break;
    case SECTOR:
        ide->sector = byte;
        break;
    case CYLINDER_LOW:
        ide->cylinder_low = byte;
        break;
    case CYLINDER_HIGH:
        ide->cylinder_high = byte;
        break;
    case DRIVE_HEAD:
        ide->drive_head = byte | DRIVE_HEAD_ONES;
        break;
    case COMMAND_STATUS:
        write_command(ide, byte);
        break;
    default:
        break;
    }
}

u32 ide_data_read(void *context, u16 port, unsigned size)
{
    struct ide *ide = context;
    u32 value = 0;
    (void)port;
    if (!any_present(ide))
        return UINT32_MAX;
    for (unsigned i = 0; i < size && ide->phase == PHASE_DATA_IN; i++) {
        value |= (u32)ide->data[ide->data_at] << (8 * i);
        if (++ide->data_at >= ide->data_end)
            data_moved(ide);
    }
    return value;
}

void ide_data_write(void *context, u16 port, unsigned size, u32 value)
{
    struct ide *ide = context;
    (void)port;
    for (unsigned i = 0; i < size && ide->phase == PHASE_DATA_OUT; i++) {
        ide->data[ide->data_at] = (u8)(value >> (8 * i));
        if (++ide->data_at >= ide->data_end)
            data_moved(ide);
    }
}

u32 ide_control_read(void *context, u16 port, unsigned size)
{
    (void)port, (void)size;
    return ide_peek_status(context);
}

void ide_control_write(void *context, u16 port, unsigned size, u32 value)
{
    struct ide *ide = context;
    bool was_reset = ide->control & CONTROL_RESET;
    (void)port, (void)size;
    ide->control = (u8)value;
    if (value & CONTROL_RESET) {
        clock_cancel(ide->clock, &ide->done);
        ide->phase = PHASE_RESET;
        ide->status = STATUS_BUSY;
        ide->irq_level = 0;
    } else if (was_reset) {
        ide_wait_for(ide, PHASE_RESET, RESET_NS);
    }
    ide_set_interrupt(ide, ide->irq_level);
}

static void set_default_translation(struct ide_drive *drive)
{
    struct disk_geometry geometry = {1, 16, 63};
    if (drive->image)
        geometry = drive->image->geometry;
    drive->cylinders = (u16)geometry.cylinders;
    drive->heads = (u16)geometry.heads;
    drive->sectors = (u16)geometry.sectors;
    drive->multiple = 0;
}

void ide_attach(struct ide *ide, unsigned slot, struct disk_image *image)
{
    ide->drive[slot].image = image;
    set_default_translation(&ide->drive[slot]);
}

void ide_init(struct ide *ide, struct clock *clock, struct irq_line irq)
{
    memset(ide, 0, sizeof *ide);
    ide->clock = clock;
    ide->irq = irq;
    ide->done = (struct clock_event){.name = "ide", .fire = work_done, .context = ide};
    clock_add(clock, &ide->done);
    ide_reset(ide);
}

void ide_reset(struct ide *ide)
{
    for (unsigned slot = 0; slot < 2; slot++)
        set_default_translation(&ide->drive[slot]);
    ide->control = 0;
    ide->features = 0;
    ide->sectors = ide->block = ide->data_at = ide->data_end = 0;
    clock_cancel(ide->clock, &ide->done);
    ide_set_interrupt(ide, false);
    ide_end_reset(ide);
}

static void after_load_drive(struct ide_drive *drive)
{
    if (drive->heads < 1 || drive->heads > 16)
        drive->heads = 16;
    if (drive->sectors < 1 || drive->sectors > 255)
        drive->sectors = 63;
    if (drive->multiple > IDE_MAX_MULTIPLE)
        drive->multiple = 0;
}

/* A transfer whose numbers do not fit together is dropped. */
static void after_load(void *unit)
{
    struct ide *ide = unit;
    bool moving = ide->phase == PHASE_DATA_IN || ide->phase == PHASE_DATA_OUT;
    bool writing = ide->phase == PHASE_DATA_OUT || ide->phase == PHASE_WRITE;
    after_load_drive(&ide->drive[0]);
    after_load_drive(&ide->drive[1]);
    if (ide->phase >= PHASE_COUNT || ide->sectors > MOST_SECTORS || ide->block > IDE_MAX_MULTIPLE ||
        ide->data_end > IDE_BUFFER || (moving && ide->data_at >= ide->data_end) ||
        (writing && (!ide->block || ide->block > ide->sectors)) ||
        (ide->phase == PHASE_READ && !ide->sectors)) {
        ide->phase = PHASE_IDLE;
        ide->status = STATUS_GOOD;
        ide->sectors = 0;
    }
}

static const struct field fields[] = {
    FIELD(struct ide, drive[0].cylinders),
    FIELD(struct ide, drive[0].heads),
    FIELD(struct ide, drive[0].sectors),
    FIELD(struct ide, drive[0].multiple),
    FIELD(struct ide, drive[1].cylinders),
    FIELD(struct ide, drive[1].heads),
    FIELD(struct ide, drive[1].sectors),
    FIELD(struct ide, drive[1].multiple),
    FIELD(struct ide, features),
    FIELD(struct ide, count),
    FIELD(struct ide, sector),
    FIELD(struct ide, cylinder_low),
    FIELD(struct ide, cylinder_high),
    FIELD(struct ide, drive_head),
    FIELD(struct ide, status),
    FIELD(struct ide, error),
    FIELD(struct ide, control),
    FIELD(struct ide, command),
    FIELD(struct ide, phase),
    FIELD(struct ide, irq_level),
    FIELD(struct ide, lba),
    FIELD(struct ide, sectors),
    FIELD(struct ide, block),
    FIELD(struct ide, data_at),
    FIELD(struct ide, data_end),
    FIELD_ARRAY(struct ide, data),
    FIELD(struct ide, reads),
    FIELD(struct ide, writes),
    FIELD(struct ide, done.when),
};

const struct field_table ide_fields = FIELD_TABLE("ide", 1, fields, after_load);
