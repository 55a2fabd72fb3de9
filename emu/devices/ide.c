/* One ATA channel with two drives, disks or CD-ROM drives (whose packets atapi.c does).

   Modelled: the task files, CHS and LBA28 addresses, PIO reads, writes and verifies with and
   without multiple blocks, IDENTIFY, the commands of ide_commands.c, software reset and signature,
   nIEN, standby and sleep as far as they can be asked for. An absent drive beside a present one
   reads status 0 and ignores commands; without any drive the bus floats and reads FFh. Not
   modelled: DMA, 48-bit addresses, security, the standby timer; media never go bad, and keep no
   ECC: READ LONG tells the right one, WRITE LONG drops its own.

   Every command keeps BSY for a constant guest time. The medium is read or written at its end.

   References: ATA-1 (X3.221-1994), ATA/ATAPI-4 for FLUSH CACHE, READ NATIVE MAX and signatures. */

#include "devices/ide.h"

#include "base/bits.h"
#include "devices/atapi.h"
#include "devices/ide_commands.h"

#include <string.h>

enum { FEATURES_ERROR = 1, COUNT, SECTOR, CYLINDER_LOW, CYLINDER_HIGH, DRIVE_HEAD, COMMAND_STATUS };

enum {
    CONTROL_NO_INTERRUPT = 0x02,
    CONTROL_RESET = 0x04,

    DIAGNOSTIC = 0x90,
    DEVICE_RESET = 0x08,
    FLOATING = 0xff,
    RESET_NS = 100000,
};

struct ide_drive *ide_selected(struct ide *ide)
{
    return &ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0];
}

static const struct ide_drive *selected(const struct ide *ide)
{
    return &ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0];
}

static bool selected_present(const struct ide *ide)
{
    return selected(ide)->kind != IDE_NONE;
}

static bool any_present(const struct ide *ide)
{
    return ide->drive[0].kind || ide->drive[1].kind;
}

bool ide_has_medium(const struct ide_drive *drive)
{
    return drive->image && drive->image->sectors;
}

void ide_set_interrupt(struct ide *ide, bool level)
{
    ide->irq_level = level;
    irq_set(&ide->irq, level && !(ide->control & CONTROL_NO_INTERRUPT));
}

void ide_wait_for(struct ide *ide, enum ide_phase phase, u64 ns)
{
    ide->phase = (u8)phase;
    ide_selected(ide)->status = STATUS_BUSY;
    clock_schedule(ide->clock, &ide->done, ide->clock->now + clock_ns_to_ticks(ide->clock, ns));
}

static void end_transfer(struct ide *ide)
{
    ide->phase = PHASE_IDLE;
    ide->command = 0;
    ide_selected(ide)->status = STATUS_GOOD;
}

void ide_finish(struct ide *ide)
{
    end_transfer(ide);
    ide_set_interrupt(ide, true);
}

void ide_fail(struct ide *ide, u8 error)
{
    ide_selected(ide)->error = error;
    ide_finish(ide);
    ide_selected(ide)->status |= STATUS_ERROR;
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
    u32 cylinder = (u32)drive->cylinder_high << 8 | drive->cylinder_low;
    if (ide->drive_head & DRIVE_HEAD_LBA) {
        *lba = head << 24 | cylinder << 8 | drive->sector;
        return true;
    }
    if (!drive->sector || drive->sector > drive->sectors || head >= drive->heads)
        return false;
    *lba = (cylinder * drive->heads + head) * drive->sectors + drive->sector - 1;
    return true;
}

/* Leaves the address of a sector in the task file, as after each sector of a transfer. */
void ide_set_address(struct ide *ide, u32 lba)
{
    struct ide_drive *drive = ide_selected(ide);
    u8 drive_bits = ide->drive_head & (u8)~DRIVE_HEAD_HEAD;
    u32 cylinder = lba >> 8, head = lba >> 24;
    drive->sector = (u8)lba;
    if (!(ide->drive_head & DRIVE_HEAD_LBA)) {
        u32 track = lba / drive->sectors;
        drive->sector = (u8)(lba % drive->sectors + 1);
        head = track % drive->heads;
        cylinder = track / drive->heads;
    }
    drive->cylinder_low = (u8)cylinder;
    drive->cylinder_high = (u8)(cylinder >> 8);
    ide->drive_head = (u8)(drive_bits | (head & DRIVE_HEAD_HEAD));
}

bool ide_begin_transfer(struct ide *ide)
{
    u8 count = ide_selected(ide)->count;
    ide->sectors = count ? count : MOST_SECTORS;
    if (ide_is_long(ide->command))
        ide->sectors = 1;
    if (get_address(ide, &ide->lba) && ide->lba < ide_selected(ide)->image->sectors)
        return true;
    ide_fail(ide, ERROR_ID_NOT_FOUND);
    return false;
}

bool ide_is_multiple(u8 command)
{
    return command == 0xc4 || command == 0xc5;
}

bool ide_is_long(u8 command)
{
    return command == 0x22 || command == 0x23 || command == 0x32 || command == 0x33;
}

u32 ide_block_bytes(const struct ide *ide)
{
    return ide->block * DISK_SECTOR + (ide_is_long(ide->command) ? ECC_BYTES : 0);
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
    ide_selected(ide)->count = (u8)ide->sectors;
}

/* The medium ends within a transfer: the sectors that exist were moved, the next has no ID. */
static bool block_outside(const struct ide *ide, const struct ide_drive *drive)
{
    return (u64)ide->lba + ide->block > drive->image->sectors;
}

void ide_offer_data(struct ide *ide, enum ide_phase phase, u32 bytes)
{
    ide->phase = (u8)phase;
    ide_selected(ide)->status = STATUS_GOOD | STATUS_DATA_REQUEST;
    ide->data_at = 0;
    ide->data_end = bytes;
}

/* A drive's code is its maker's affair: here the CRC of IEEE 802.3 over the sector. */
static void put_ecc(u8 *data)
{
    u32 crc = 0xffffffff;
    for (unsigned i = 0; i < DISK_SECTOR * 8; i++) {
        u32 bit = (crc ^ (u32)(data[i / 8] >> (i % 8))) & 1;
        crc = crc >> 1 ^ (bit ? 0xedb88320 : 0);
    }
    store_le32(data + DISK_SECTOR, ~crc);
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
    ide_log_block(ide, "read");
    if (!disk_image_read(drive->image, ide->lba, ide->block, ide->data, &error)) {
        ide_fail_medium(ide, &error);
        return;
    }
    ide->reads += ide->block;
    if (ide_is_long(ide->command))
        put_ecc(ide->data);
    ide_offer_data(ide, PHASE_DATA_IN, ide_block_bytes(ide));
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
    ide_log_block(ide, "write");
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
    ide_offer_data(ide, PHASE_DATA_OUT, ide_block_bytes(ide));
    ide_set_interrupt(ide, true);
}

/* ATA/ATAPI-4 9.12: what the task file shows after a reset, by which software tells the drives. */
void ide_set_signature(struct ide_drive *drive)
{
    bool packets = drive->kind == IDE_CDROM;
    drive->count = drive->sector = 1;
    drive->cylinder_low = packets ? 0x14 : 0;
    drive->cylinder_high = packets ? 0xeb : 0;
    drive->status = packets ? 0 : STATUS_GOOD;
    drive->error = ERROR_DIAGNOSTIC_PASSED;
}

void ide_end_reset(struct ide *ide)
{
    ide->phase = PHASE_IDLE;
    ide->command = 0;
    ide->drive_head = DRIVE_HEAD_ONES;
    ide_set_signature(&ide->drive[0]);
    ide_set_signature(&ide->drive[1]);
}

/* The host has moved the whole buffer. */
static void data_moved(struct ide *ide)
{
    if (ide->phase == PHASE_PACKET) {
        atapi_packet_written(ide);
    } else if (ide->phase == PHASE_PACKET_IN) {
        ide_wait_for(ide, PHASE_PACKET_NEXT, NEXT_SECTOR_NS);
    } else if (ide->phase == PHASE_DATA_OUT) {
        ide_wait_for(ide, ide->block ? PHASE_WRITE : PHASE_COMMAND, NEXT_SECTOR_NS);
    } else if (ide->sectors) {
        ide_wait_for(ide, PHASE_READ, NEXT_SECTOR_NS);
    } else { /* a read ends without an interrupt */
        end_transfer(ide);
    }
}

/* A drive that sleeps hears resets only. */
static bool hears(struct ide *ide, u8 number)
{
    struct ide_drive *drive = ide_selected(ide);
    if (number == DEVICE_RESET && drive->kind == IDE_CDROM)
        drive->power = IDE_ACTIVE;
    return drive->kind != IDE_NONE && drive->power != IDE_SLEEP;
}

static void write_command(struct ide *ide, u8 number)
{
    if (number == DIAGNOSTIC) /* goes to both drives */
        ide->drive_head &= (u8)~DRIVE_HEAD_SLAVE;
    if (!hears(ide, number))
        return;
    ide_set_interrupt(ide, false);
    ide->command = number;
    ide_selected(ide)->error = 0;
    ide_find_command(ide, number)->start(ide);
}

/* ATA/ATAPI-4 9.2: a drive that slept stands by; settings go back unless they are to be kept. */
static void end_software_reset(struct ide *ide)
{
    for (unsigned slot = 0; slot < 2; slot++) {
        struct ide_drive *drive = &ide->drive[slot];
        if (drive->power == IDE_SLEEP)
            drive->power = IDE_STANDBY;
        if (drive->kind == IDE_DISK && !drive->keep_settings)
            ide_default_translation(drive);
    }
    ide_end_reset(ide);
}

static void work_done(void *context, u64 now)
{
    struct ide *ide = context;
    const struct ide_command *command = ide_find_command(ide, ide->command);
    (void)now;
    if (ide->phase == PHASE_RESET)
        end_software_reset(ide);
    else if (!selected_present(ide)) /* chosen in the middle of a transfer */
        end_transfer(ide);
    else if (ide->phase == PHASE_PACKET_NEXT)
        atapi_continue(ide);
    else if (ide->phase == PHASE_READ && ide_has_medium(selected(ide)))
        end_read(ide);
    else if (ide->phase == PHASE_WRITE && ide_has_medium(selected(ide)))
        end_write(ide);
    else if (ide->phase == PHASE_COMMAND && command->end)
        command->end(ide);
}

/* Registers. */

u8 ide_peek_status(const struct ide *ide)
{
    if (!any_present(ide))
        return FLOATING;
    return selected_present(ide) ? selected(ide)->status : 0;
}

u32 ide_read(void *context, u16 port, unsigned size)
{
    struct ide *ide = context;
    (void)size;
    if (!any_present(ide))
        return FLOATING;
    switch (port & 7) {
    case FEATURES_ERROR:
        return selected(ide)->error;
    case COUNT:
        return selected(ide)->count;
    case SECTOR:
        return selected(ide)->sector;
    case CYLINDER_LOW:
        return selected(ide)->cylinder_low;
    case CYLINDER_HIGH:
        return selected(ide)->cylinder_high;
    case DRIVE_HEAD:
        return ide->drive_head | DRIVE_HEAD_ONES;
    case COMMAND_STATUS:
        ide_set_interrupt(ide, false);
        return ide_peek_status(ide);
    default:
        return FLOATING;
    }
}

/* A register of the task file in both drives. */
static void write_task_file(struct ide *ide, unsigned number, u8 value)
{
    for (unsigned slot = 0; slot < 2; slot++) {
        struct ide_drive *drive = &ide->drive[slot];
        if (number == COUNT)
            drive->count = value;
        else if (number == SECTOR)
            drive->sector = value;
        else if (number == CYLINDER_LOW)
            drive->cylinder_low = value;
        else
            drive->cylinder_high = value;
    }
}

/* Who turns to the other drive in the middle of a transfer gives it up. */
static void select_drive(struct ide *ide, u8 value)
{
    if (((ide->drive_head ^ value) & DRIVE_HEAD_SLAVE) && ide->phase != PHASE_IDLE)
        end_transfer(ide);
    ide->drive_head = value | DRIVE_HEAD_ONES;
}

/* While a drive is busy its task file cannot be written; DEVICE RESET gets through to a CD-ROM. */
void ide_write(void *context, u16 port, unsigned size, u32 value)
{
    struct ide *ide = context;
    bool busy = selected_present(ide) && (selected(ide)->status & STATUS_BUSY);
    u8 byte = (u8)value;
    (void)size;
    if (busy && !(atapi_takes_reset(ide) && (port & 7) == COMMAND_STATUS && byte == DEVICE_RESET))
        return;
    switch (port & 7) {
    case FEATURES_ERROR:
        ide->features = byte;
        break;
    case DRIVE_HEAD:
        select_drive(ide, byte);
        break;
    case COMMAND_STATUS:
        write_command(ide, byte);
        break;
    case 0:
        break;
    default:
        write_task_file(ide, port & 7, byte);
        break;
    }
}

static bool host_reads(const struct ide *ide)
{
    return ide->phase == PHASE_DATA_IN || ide->phase == PHASE_PACKET_IN;
}

static bool host_writes(const struct ide *ide)
{
    return ide->phase == PHASE_DATA_OUT || ide->phase == PHASE_PACKET;
}

u32 ide_data_read(void *context, u16 port, unsigned size)
{
    struct ide *ide = context;
    u32 value = 0;
    (void)port;
    if (!any_present(ide))
        return UINT32_MAX;
    for (unsigned i = 0; i < size && host_reads(ide); i++) {
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
    for (unsigned i = 0; i < size && host_writes(ide); i++) {
        ide->data[ide->data_at] = (u8)(value >> (8 * i));
        if (++ide->data_at >= ide->data_end)
            data_moved(ide);
    }
}

/* Elements before the one that ends the block. */
static u32 run_length(const struct ide *ide, unsigned size, u32 count)
{
    u32 before_last = (ide->data_end - ide->data_at - 1) / size;
    return count < before_last ? count : before_last;
}

u32 ide_data_read_run(void *context, unsigned size, u8 *to, u32 count)
{
    struct ide *ide = context;
    if (!host_reads(ide))
        return 0;
    count = run_length(ide, size, count);
    memcpy(to, ide->data + ide->data_at, (size_t)count * size);
    ide->data_at += count * size;
    return count;
}

u32 ide_data_write_run(void *context, unsigned size, const u8 *from, u32 count)
{
    struct ide *ide = context;
    if (!host_writes(ide))
        return 0;
    count = run_length(ide, size, count);
    memcpy(ide->data + ide->data_at, from, (size_t)count * size);
    ide->data_at += count * size;
    return count;
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
        ide->drive[0].status = ide->drive[1].status = STATUS_BUSY;
        ide->irq_level = 0;
    } else if (was_reset) {
        ide->drive_head = DRIVE_HEAD_ONES;
        ide_wait_for(ide, PHASE_RESET, RESET_NS);
    }
    ide_set_interrupt(ide, ide->irq_level);
}

void ide_default_translation(struct ide_drive *drive)
{
    struct disk_geometry geometry = {1, 16, 63};
    if (drive->kind == IDE_DISK)
        geometry = drive->image->geometry;
    drive->cylinders = (u16)geometry.cylinders;
    drive->heads = (u16)geometry.heads;
    drive->sectors = (u16)geometry.sectors;
    drive->multiple = 0;
}

void ide_attach(struct ide *ide, unsigned slot, struct disk_image *image)
{
    ide->drive[slot].image = image;
    ide->drive[slot].kind = image ? IDE_DISK : IDE_NONE;
    ide_default_translation(&ide->drive[slot]);
    ide_set_signature(&ide->drive[slot]);
}

void ide_attach_cdrom(struct ide *ide, unsigned slot, struct disk_image *image)
{
    ide->drive[slot].image = image;
    ide->drive[slot].kind = IDE_CDROM;
    ide_set_signature(&ide->drive[slot]);
}

void ide_medium_changed(struct ide *ide, unsigned slot)
{
    atapi_medium_changed(&ide->drive[slot]);
}

bool ide_tray_locked(const struct ide *ide, unsigned slot)
{
    return ide->drive[slot].atapi.locked;
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
    for (unsigned slot = 0; slot < 2; slot++) {
        ide_default_translation(&ide->drive[slot]);
        ide->drive[slot].power = IDE_ACTIVE;
        ide->drive[slot].keep_settings = 0;
        atapi_power_on(&ide->drive[slot]);
    }
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
    if (drive->power > IDE_SLEEP)
        drive->power = IDE_ACTIVE;
}

static bool transfer_is_sane(const struct ide *ide)
{
    bool moving = host_reads(ide) || host_writes(ide);
    bool writing = ide->phase == PHASE_DATA_OUT || ide->phase == PHASE_WRITE;
    bool buffer_only = ide->phase == PHASE_DATA_OUT && !ide->block;
    bool packets = ide->phase >= PHASE_PACKET;
    return ide->phase < PHASE_COUNT && ide->sectors <= MOST_SECTORS &&
           ide->block <= IDE_MAX_MULTIPLE && ide->data_end <= IDE_BUFFER &&
           !(moving && ide->data_at >= ide->data_end) &&
           !(writing && !buffer_only && (!ide->block || ide->block > ide->sectors)) &&
           !(ide->phase == PHASE_READ && !ide->sectors) &&
           !(packets && (selected(ide)->kind != IDE_CDROM || !atapi_is_sane(ide)));
}

/* A transfer whose numbers do not fit together is dropped. */
static void after_load(void *unit)
{
    struct ide *ide = unit;
    after_load_drive(&ide->drive[0]);
    after_load_drive(&ide->drive[1]);
    if (transfer_is_sane(ide))
        return;
    ide->phase = PHASE_IDLE;
    ide->drive[0].status = ide->drive[1].status = STATUS_GOOD;
    ide->sectors = 0;
}

#define DRIVE_FIELDS(n)                                                                            \
    FIELD(struct ide, drive[n].cylinders), FIELD(struct ide, drive[n].heads),                      \
        FIELD(struct ide, drive[n].sectors), FIELD(struct ide, drive[n].multiple),                 \
        FIELD(struct ide, drive[n].count), FIELD(struct ide, drive[n].sector),                     \
        FIELD(struct ide, drive[n].cylinder_low), FIELD(struct ide, drive[n].cylinder_high),       \
        FIELD(struct ide, drive[n].status), FIELD(struct ide, drive[n].error),                     \
        FIELD(struct ide, drive[n].power), FIELD(struct ide, drive[n].keep_settings),              \
        FIELD_ARRAY(struct ide, drive[n].atapi.packet),                                            \
        FIELD(struct ide, drive[n].atapi.sense_key), FIELD(struct ide, drive[n].atapi.sense_code), \
        FIELD(struct ide, drive[n].atapi.sense_qualifier),                                         \
        FIELD(struct ide, drive[n].atapi.attention), FIELD(struct ide, drive[n].atapi.event),      \
        FIELD(struct ide, drive[n].atapi.locked), FIELD(struct ide, drive[n].atapi.open),          \
        FIELD(struct ide, drive[n].atapi.byte_limit), FIELD(struct ide, drive[n].atapi.next),      \
        FIELD(struct ide, drive[n].atapi.blocks), FIELD(struct ide, drive[n].atapi.filled)

static const struct field fields[] = {
    DRIVE_FIELDS(0),
    DRIVE_FIELDS(1),
    FIELD(struct ide, features),
    FIELD(struct ide, drive_head),
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

const struct field_table ide_fields = FIELD_TABLE("ide", 2, fields, after_load);
const struct field_table ide_secondary_fields = FIELD_TABLE("ide secondary", 2, fields, after_load);
