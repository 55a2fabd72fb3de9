/* An ATAPI CD-ROM drive: PACKET and the commands in it, for a disc of one data track.

   Modelled: the PIO protocol with the host's byte count limit, the commands of the table below,
   sense data, unit attention after power on and a change of disc, the tray and its lock. Not
   modelled: audio, DMA and overlapped commands, raw sectors (their EDC and ECC are not in an
   image).

   References: SFF-8020i 2.6; ATA/ATAPI-4 8.21, 9.10; MMC-3 (GET CONFIGURATION, GET EVENT STATUS).
 */

#include "devices/atapi.h"

#include "devices/atapi_pages.h"
#include "devices/ide_commands.h"

#include "base/bits.h"
#include "base/log.h"

#include <inttypes.h>
#include <string.h>

enum {
    REASON_COMMAND = 1, /* the interrupt reason, in the sector count: C/D */
    REASON_TO_HOST = 2, /* I/O */
    REASON_END = REASON_COMMAND | REASON_TO_HOST,

    FEATURE_DMA = 1,
    FEATURE_OVERLAP = 2,
    LIMIT_MOST = 0xfffe,

    SENSE_NOT_READY = 2,
    SENSE_ILLEGAL = 5,
    SENSE_ATTENTION = 6,
    SENSE_MEDIUM_ERROR = 3,

    CODE_INVALID_COMMAND = 0x20,
    CODE_OUT_OF_RANGE = 0x21,
    CODE_INVALID_FIELD = 0x24,
    CODE_MEDIUM_CHANGED = 0x28,
    CODE_POWER_ON = 0x29,
    CODE_NO_MEDIUM = 0x3a,
    CODE_REMOVAL_PREVENTED = 0x53,
    CODE_UNRECOVERED_READ = 0x11,

    EVENT_NEW_MEDIUM = 2,
    EVENT_REMOVED = 3,

    IN_BUFFER = IDE_BUFFER / CD_SECTOR, /* sectors */
    DISK_SECTORS = CD_SECTOR / DISK_SECTOR,
};

static bool has_disc(const struct ide_drive *drive)
{
    return ide_has_medium(drive) && !drive->atapi.open;
}

static u32 disc_sectors(const struct ide_drive *drive)
{
    return (u32)(drive->image->sectors / DISK_SECTORS);
}

/* ---- ends of a packet ---- */

static void succeed(struct ide *ide)
{
    ide_selected(ide)->count = REASON_END;
    ide_finish(ide);
}

static void fail(struct ide *ide, u8 key, u8 code, u8 qualifier)
{
    struct ide_drive *drive = ide_selected(ide);
    drive->atapi.sense_key = key;
    drive->atapi.sense_code = code;
    drive->atapi.sense_qualifier = qualifier;
    drive->atapi.blocks = drive->atapi.filled = 0;
    drive->count = REASON_END;
    ide_fail(ide, (u8)(key << 4 | ERROR_ABORTED));
}

static void fail_field(struct ide *ide)
{
    fail(ide, SENSE_ILLEGAL, CODE_INVALID_FIELD, 0);
}

static void fail_no_disc(struct ide *ide)
{
    fail(ide, SENSE_NOT_READY, CODE_NO_MEDIUM, ide_selected(ide)->atapi.open ? 2 : 1);
}

/* ---- the answer's way to the host ---- */

/* The next block from the buffer: as much as the host allows, an even count unless it is the last.
 */
static void send_block(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    u32 left = drive->atapi.filled - ide->data_end;
    u32 size = left < drive->atapi.byte_limit ? left : drive->atapi.byte_limit;
    if (size < left)
        size &= ~1u;
    u32 from = ide->data_end;
    drive->cylinder_low = (u8)size;
    drive->cylinder_high = (u8)(size >> 8);
    drive->count = REASON_TO_HOST;
    ide_offer_data(ide, PHASE_PACKET_IN, from + size);
    ide->data_at = from;
    ide_set_interrupt(ide, true);
}

static void fill_buffer(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    struct atapi *atapi = &drive->atapi;
    u32 count = atapi->blocks < IN_BUFFER ? atapi->blocks : IN_BUFFER;
    struct error error;
    if (!has_disc(drive)) {
        fail_no_disc(ide);
        return;
    }
    log_line(ide->log, LOG_DISK, "%.200s: read %" PRIu32 " at sector %" PRIu32, drive->image->name,
             (u32)count, (u32)atapi->next);
    if (!disk_image_read(drive->image, (u64)atapi->next * DISK_SECTORS, count * DISK_SECTORS,
                         ide->data, &error)) {
        if (ide->host_error)
            ide->host_error(ide->host_error_context, &error);
        fail(ide, SENSE_MEDIUM_ERROR, CODE_UNRECOVERED_READ, 0);
        return;
    }
    ide->reads += count * DISK_SECTORS;
    atapi->next += count;
    atapi->blocks -= count;
    atapi->filled = count * CD_SECTOR;
    ide->data_end = 0;
    send_block(ide);
}

void atapi_continue(struct ide *ide)
{
    const struct atapi *atapi = &ide_selected(ide)->atapi;
    if (ide->data_end < atapi->filled)
        send_block(ide);
    else if (atapi->blocks)
        fill_buffer(ide);
    else
        succeed(ide);
}

/* A limit of 0 aborts a command that has data (ATA/ATAPI-4 8.21.5). */
static bool check_limit(struct ide *ide)
{
    if (ide_selected(ide)->atapi.byte_limit >= 2)
        return true;
    ide_selected(ide)->count = REASON_END;
    ide_fail(ide, ERROR_ABORTED);
    return false;
}

/* `size` bytes of the buffer, cut to what the packet has room for. */
static void reply(struct ide *ide, u32 size, u32 room)
{
    struct atapi *atapi = &ide_selected(ide)->atapi;
    atapi->filled = size < room ? size : room;
    if (!atapi->filled) {
        succeed(ide);
        return;
    }
    if (!check_limit(ide))
        return;
    ide->data_end = 0;
    send_block(ide);
}

static u16 big16(const u8 *from)
{
    return (u16)(from[0] << 8 | from[1]);
}

static u32 big32(const u8 *from)
{
    return (u32)big16(from) << 16 | big16(from + 2);
}

/* ---- commands ---- */

static void test_unit_ready(struct ide *ide)
{
    succeed(ide); /* run() has looked */
}

static void request_sense(struct ide *ide)
{
    struct atapi *atapi = &ide_selected(ide)->atapi;
    u32 size = atapi_put_sense(atapi, ide->data);
    atapi->sense_key = atapi->sense_code = atapi->sense_qualifier = 0;
    reply(ide, size, atapi->packet[4]);
}

static void inquiry(struct ide *ide)
{
    reply(ide, atapi_put_inquiry(ide->data), ide_selected(ide)->atapi.packet[4]);
}

static void mode_sense(struct ide *ide)
{
    const struct ide_drive *drive = ide_selected(ide);
    const u8 *packet = drive->atapi.packet;
    bool short_form = packet[0] == 0x1a;
    u32 size = atapi_put_mode_pages(drive, has_disc(drive), short_form, ide->data);
    if (!size)
        fail_field(ide);
    else
        reply(ide, size, short_form ? packet[4] : big16(packet + 7));
}

/* A tray that closes over a disc finds a new one, as a drive cannot know better. */
static void start_stop(struct ide *ide)
{
    enum { START = 1, LOAD_EJECT = 2 };
    struct ide_drive *drive = ide_selected(ide);
    struct atapi *atapi = &drive->atapi;
    u8 bits = atapi->packet[4] & 3;
    if (bits == LOAD_EJECT && atapi->locked) {
        fail(ide, SENSE_ILLEGAL, CODE_REMOVAL_PREVENTED, 2);
        return;
    }
    if (bits == LOAD_EJECT && !atapi->open) {
        atapi->open = 1;
        atapi->event = EVENT_REMOVED;
    } else if (bits == (LOAD_EJECT | START) && atapi->open) {
        atapi_medium_changed(drive);
    }
    succeed(ide);
}

static void prevent_removal(struct ide *ide)
{
    struct atapi *atapi = &ide_selected(ide)->atapi;
    atapi->locked = atapi->packet[4] & 1;
    succeed(ide);
}

static void read_capacity(struct ide *ide)
{
    u32 last = disc_sectors(ide_selected(ide)) - 1;
    atapi_store_big32(ide->data, last);
    atapi_store_big32(ide->data + 4, CD_SECTOR);
    reply(ide, 8, 8);
}

static void read_sectors(struct ide *ide, u32 count)
{
    struct ide_drive *drive = ide_selected(ide);
    u32 first = big32(drive->atapi.packet + 2), all = disc_sectors(drive);
    if (first > all || count > all - first) {
        fail(ide, SENSE_ILLEGAL, CODE_OUT_OF_RANGE, 0);
        return;
    }
    if (count && !check_limit(ide))
        return;
    drive->atapi.next = first;
    drive->atapi.blocks = count;
    drive->atapi.filled = ide->data_end = 0;
    ide_wait_for(ide, PHASE_PACKET_NEXT, SECTOR_NS);
}

static void read_10(struct ide *ide)
{
    read_sectors(ide, big16(ide_selected(ide)->atapi.packet + 7));
}

static void read_12(struct ide *ide)
{
    read_sectors(ide, big32(ide_selected(ide)->atapi.packet + 6));
}

/* READ CD: user data alone (byte 9 = 10h), of any kind of sector or of mode 1. */
static void read_cd(struct ide *ide)
{
    const u8 *packet = ide_selected(ide)->atapi.packet;
    u8 kind = packet[1] >> 2 & 7;
    u32 count = (u32)packet[6] << 16 | big16(packet + 7);
    if ((kind != 0 && kind != 2) || (packet[9] & 0xf8) != 0x10 || packet[10])
        fail_field(ide);
    else
        read_sectors(ide, count);
}

static void seek(struct ide *ide)
{
    const struct ide_drive *drive = ide_selected(ide);
    if (big32(drive->atapi.packet + 2) >= disc_sectors(drive))
        fail(ide, SENSE_ILLEGAL, CODE_OUT_OF_RANGE, 0);
    else
        succeed(ide);
}

static void read_toc(struct ide *ide)
{
    const struct ide_drive *drive = ide_selected(ide);
    const u8 *packet = drive->atapi.packet;
    u32 size = atapi_put_toc(packet, disc_sectors(drive), ide->data);
    if (!size)
        fail_field(ide);
    else
        reply(ide, size, big16(packet + 7));
}

static void read_header(struct ide *ide)
{
    const u8 *packet = ide_selected(ide)->atapi.packet;
    reply(ide, atapi_put_header(packet, ide->data), big16(packet + 7));
}

static void read_subchannel(struct ide *ide)
{
    const u8 *packet = ide_selected(ide)->atapi.packet;
    reply(ide, atapi_put_subchannel(packet, ide->data), big16(packet + 7));
}

static void read_disc_information(struct ide *ide)
{
    const u8 *packet = ide_selected(ide)->atapi.packet;
    reply(ide, atapi_put_disc_information(ide->data), big16(packet + 7));
}

static void get_configuration(struct ide *ide)
{
    const struct ide_drive *drive = ide_selected(ide);
    reply(ide, atapi_put_configuration(drive->atapi.packet, has_disc(drive), ide->data),
          big16(drive->atapi.packet + 7));
}

/* Polled only; the one class is media. */
static void get_event_status(struct ide *ide)
{
    enum { POLLED = 1, CLASS_MEDIA = 4 };
    struct ide_drive *drive = ide_selected(ide);
    struct atapi *atapi = &drive->atapi;
    u8 *data = ide->data;
    if (!(atapi->packet[1] & POLLED)) {
        fail_field(ide);
        return;
    }
    bool wanted = atapi->packet[4] & BIT(CLASS_MEDIA);
    memset(data, 0, 8);
    data[1] = wanted ? 6 : 2;
    data[2] = wanted ? CLASS_MEDIA : 0x80;
    data[3] = BIT(CLASS_MEDIA);
    if (wanted) {
        data[4] = atapi->event;
        data[5] = (u8)((has_disc(drive) ? 2 : 0) | (atapi->open ? 1 : 0));
        atapi->event = 0;
    }
    reply(ide, wanted ? 8 : 4, big16(atapi->packet + 7));
}

static void mechanism_status(struct ide *ide)
{
    const struct atapi *atapi = &ide_selected(ide)->atapi;
    memset(ide->data, 0, 8);
    ide->data[1] = atapi->open ? 0x10 : 0;
    ide->data[5] = 1; /* slots */
    reply(ide, 8, big16(atapi->packet + 8));
}

static void accept(struct ide *ide)
{
    succeed(ide);
}

enum {
    NEEDS_DISC = 1,
    TELLS_LATER = 2
}; /* the latter leaves a unit attention for another command */

// clang-format off
static const struct packet_command {
    u8 number, flags;
    void (*run)(struct ide *ide);
} packet_commands[] = {
    {0x00, NEEDS_DISC,  test_unit_ready},
    {0x03, TELLS_LATER, request_sense},
    {0x12, TELLS_LATER, inquiry},
    {0x1a, 0,           mode_sense},
    {0x1b, 0,           start_stop},
    {0x1e, 0,           prevent_removal},
    {0x25, NEEDS_DISC,  read_capacity},
    {0x28, NEEDS_DISC,  read_10},
    {0x2b, NEEDS_DISC,  seek},
    {0x42, NEEDS_DISC,  read_subchannel},
    {0x43, NEEDS_DISC,  read_toc},
    {0x44, NEEDS_DISC,  read_header},
    {0x46, TELLS_LATER, get_configuration},
    {0x4a, TELLS_LATER, get_event_status},
    {0x4b, NEEDS_DISC,  accept}, /* PAUSE/RESUME: nothing plays */
    {0x4e, NEEDS_DISC,  accept}, /* STOP PLAY/SCAN */
    {0x51, NEEDS_DISC,  read_disc_information},
    {0x5a, 0,           mode_sense},
    {0xa8, NEEDS_DISC,  read_12},
    {0xbb, 0,           accept}, /* SET CD SPEED */
    {0xbd, 0,           mechanism_status},
    {0xbe, NEEDS_DISC,  read_cd},
};
// clang-format on

static const struct packet_command *find_command(u8 number)
{
    for (unsigned i = 0; i < ARRAY_COUNT(packet_commands); i++)
        if (packet_commands[i].number == number)
            return &packet_commands[i];
    return NULL;
}

/* True when a unit attention was told instead of running the command. */
static bool tell_attention(struct ide *ide, const struct packet_command *command)
{
    struct atapi *atapi = &ide_selected(ide)->atapi;
    u8 code = atapi->attention;
    if (!code || (command && command->flags & TELLS_LATER))
        return false;
    atapi->attention = 0;
    fail(ide, SENSE_ATTENTION, code, 0);
    return true;
}

void atapi_end_packet(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    const struct packet_command *command = find_command(drive->atapi.packet[0]);
    if (tell_attention(ide, command))
        return;
    if (!command)
        fail(ide, SENSE_ILLEGAL, CODE_INVALID_COMMAND, 0);
    else if ((command->flags & NEEDS_DISC) && !has_disc(drive))
        fail_no_disc(ide);
    else
        command->run(ide);
}

/* ---- the task file's commands ---- */

void atapi_start_packet(struct ide *ide)
{
    struct ide_drive *drive = ide_selected(ide);
    u32 limit = (u32)drive->cylinder_high << 8 | drive->cylinder_low;
    if (ide->features & (FEATURE_DMA | FEATURE_OVERLAP)) {
        ide_fail(ide, ERROR_ABORTED);
        return;
    }
    drive->atapi.byte_limit = (u16)(limit > LIMIT_MOST ? LIMIT_MOST : limit);
    drive->atapi.blocks = drive->atapi.filled = 0;
    drive->count = REASON_COMMAND;
    ide_offer_data(ide, PHASE_PACKET, sizeof drive->atapi.packet);
}

void atapi_packet_written(struct ide *ide)
{
    struct atapi *atapi = &ide_selected(ide)->atapi;
    memcpy(atapi->packet, ide->data, sizeof atapi->packet);
    ide_wait_for(ide, PHASE_COMMAND, COMMAND_NS);
}

void atapi_end_identify(struct ide *ide)
{
    atapi_identify(ide->data);
    ide->sectors = 0;
    ide_offer_data(ide, PHASE_DATA_IN, DISK_SECTOR);
    ide_set_interrupt(ide, true);
}

/* Ends without an interrupt (ATA/ATAPI-4 8.5). */
void atapi_end_device_reset(struct ide *ide)
{
    ide->phase = PHASE_IDLE;
    ide->command = 0;
    ide_set_signature(ide_selected(ide));
}

void atapi_end_not_a_disk(struct ide *ide)
{
    ide_set_signature(ide_selected(ide));
    ide_fail(ide, ERROR_ABORTED);
}

/* ---- the drive ---- */

void atapi_power_on(struct ide_drive *drive)
{
    memset(&drive->atapi, 0, sizeof drive->atapi);
    drive->atapi.attention = CODE_POWER_ON;
}

void atapi_medium_changed(struct ide_drive *drive)
{
    drive->atapi.open = 0;
    drive->atapi.attention = CODE_MEDIUM_CHANGED;
    drive->atapi.event = ide_has_medium(drive) ? EVENT_NEW_MEDIUM : EVENT_REMOVED;
}

bool atapi_takes_reset(const struct ide *ide)
{
    return ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0].kind == IDE_CDROM;
}

bool atapi_is_sane(const struct ide *ide)
{
    const struct atapi *atapi = &ide->drive[ide->drive_head & DRIVE_HEAD_SLAVE ? 1 : 0].atapi;
    return atapi->filled <= IDE_BUFFER && atapi->byte_limit >= 2;
}
