/* The commands that move data: reads, writes, verify, scans, READ TRACK, READ ID and FORMAT.

   Reference: 82077AA DS 5.1 (phases), 5.2 (data transfer commands, tables of result addresses). */

#include "devices/fdc_internal.h"

#include "base/log.h"

#include <inttypes.h>
#include <string.h>

enum {
    /* Low five bits of a command's first byte. */
    READ_TRACK = 0x02,
    WRITE = 0x05,
    READ = 0x06,
    WRITE_DELETED = 0x09,
    READ_DELETED = 0x0c,
    FORMAT = 0x0d,
    READ_ID = 0x0a,
    SCAN_EQUAL = 0x11,
    VERIFY = 0x16,
    SCAN_LOW_OR_EQUAL = 0x19,
    SCAN_HIGH_OR_EQUAL = 0x1d,
    NUMBER = 0x1f,

    /* Bytes of a command. */
    UNIT = 1,
    CYLINDER,
    HEAD,
    SECTOR,
    SIZE,
    END_OF_TRACK,
    GAP,
    LENGTH, /* of data; VERIFY: number of sectors; SCAN: step */

    /* FORMAT's. */
    FORMAT_SIZE = 2,
    FORMAT_SECTORS,
    FORMAT_GAP,
    FORMAT_FILL,

    VERIFY_COUNTS = 0x80, /* EC, in the unit's byte */
    RATE_500 = 0,
    RATE_300,
    RATE_250,
    RATE_1000,

    TURN_NS = 9000000, /* a real disk takes 200 ms, or 167 */
};

static u8 number_of(const struct fdc *fdc)
{
    return fdc->command[0] & NUMBER;
}

static bool is_scan(u8 number)
{
    return number == SCAN_EQUAL || number == SCAN_LOW_OR_EQUAL || number == SCAN_HIGH_OR_EQUAL;
}

static bool is_write(u8 number)
{
    return number == WRITE || number == WRITE_DELETED || number == FORMAT;
}

/* ---- results ---- */

static void finish(struct fdc *fdc, u8 st0)
{
    const u8 *id =
        number_of(fdc) == FORMAT || number_of(fdc) == READ_ID ? fdc->data : fdc->command + CYLINDER;
    u8 unit = (u8)(fdc->head ? ST0_HEAD : 0) | (fdc->command[UNIT] & 3);
    u8 seek = fdc->configuration & CONFIGURE_IMPLIED_SEEK ? ST0_SEEK_END : 0;
    const u8 bytes[7] = {st0 | unit | seek, fdc->st1, fdc->st2, id[0], id[1], id[2], id[3]};
    fdc_answer(fdc, bytes, sizeof bytes);
    fdc_set_interrupt(fdc, true);
}

static void fail(struct fdc *fdc, u8 st1, u8 st2)
{
    fdc->st1 |= st1;
    fdc->st2 |= st2;
    finish(fdc, ST0_ABNORMAL);
}

static void fail_medium(struct fdc *fdc, const struct error *error)
{
    if (fdc->host_error)
        fdc->host_error(fdc->host_error_context, error);
    fail(fdc, ST1_DATA_ERROR, 0);
}

/* The address after the sector just done, as the data sheet's tables give it. True while the
   command may go on with it: the side has a further sector, or MT leads to the other side. */
static bool advance(struct fdc *fdc)
{
    u8 *id = fdc->command;
    bool both = id[0] & COMMAND_MULTI_TRACK;
    if (id[SECTOR] != id[END_OF_TRACK]) {
        id[SECTOR]++;
        return true;
    }
    id[SECTOR] = 1;
    if (both)
        id[HEAD] ^= 1;
    if (both && fdc->head == 0)
        return true;
    id[CYLINDER]++;
    return false;
}

/* ---- finding a sector ---- */

static u8 rate_of(const struct fdc_drive *drive)
{
    u32 sectors = drive->image->geometry.sectors;
    if (sectors > 24)
        return RATE_1000;
    if (sectors > 10)
        return RATE_500;
    return drive->type == FLOPPY_1200K ? RATE_300 : RATE_250;
}

/* Number of the track under the head as its sectors' marks name it; false between two tracks of a
   disk with 40 in a drive for 80, and beyond the last. */
static bool track_below(const struct fdc_drive *drive, u8 *track)
{
    const struct disk_geometry *geometry = &drive->image->geometry;
    bool wide = drive->type == FLOPPY_1200K && geometry->cylinders <= 42;
    *track = wide ? drive->cylinder / 2 : drive->cylinder;
    return *track < geometry->cylinders && !(wide && drive->cylinder & 1);
}

static bool rate_fits(const struct fdc *fdc, const struct fdc_drive *drive)
{
    return fdc->data_rate == FDC_RATE_OF_MEDIUM || fdc->data_rate == rate_of(drive);
}

/* True when the head reads address marks at all. */
static bool reads_marks(struct fdc *fdc, u8 *track)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    return fdc_has_disk(drive) && fdc_motor_on(fdc, fdc->command[UNIT] & 3) &&
           (fdc->command[0] & COMMAND_MFM) && rate_fits(fdc, drive) && track_below(drive, track) &&
           fdc->head < drive->image->geometry.heads;
}

static u32 lba_of(const struct fdc_drive *drive, u8 track, u8 head, u8 sector)
{
    const struct disk_geometry *geometry = &drive->image->geometry;
    return (track * geometry->heads + head) * geometry->sectors + sector - 1;
}

/* The sector that the command names, or a failure with the bits that say why. */
static bool locate(struct fdc *fdc, u32 *lba)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    const u8 *id = fdc->command;
    u8 track;
    if (!reads_marks(fdc, &track)) {
        fail(fdc, ST1_MISSING_MARK, 0);
        return false;
    }
    bool in_track = id[SECTOR] >= 1 && id[SECTOR] <= drive->image->geometry.sectors;
    if (id[CYLINDER] == track && id[HEAD] == fdc->head && in_track && id[SIZE] == SECTOR_512) {
        *lba = lba_of(drive, track, fdc->head, id[SECTOR]);
        return true;
    }
    fail(fdc, ST1_NO_DATA, id[CYLINDER] != track ? ST2_WRONG_CYLINDER : 0);
    return false;
}

/* READ TRACK takes the sectors as they come and only notes that one is not the one it counts to. */
static bool locate_in_turn(struct fdc *fdc, u32 *lba)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    const u8 *id = fdc->command;
    u8 track;
    if (!reads_marks(fdc, &track) || fdc->sector > drive->image->geometry.sectors) {
        fail(fdc, ST1_MISSING_MARK, 0);
        return false;
    }
    if (id[CYLINDER] != track || id[HEAD] != fdc->head || id[SECTOR] != fdc->sector)
        fdc->st1 |= ST1_NO_DATA;
    *lba = lba_of(drive, track, fdc->head, fdc->sector);
    return true;
}

static bool is_deleted(const struct fdc_drive *drive, u32 lba)
{
    return drive->marks[lba / 8] >> (lba % 8) & 1;
}

static void set_deleted(struct fdc_drive *drive, u32 lba, bool deleted)
{
    u8 bit = (u8)(1u << (lba % 8));
    u8 *byte = &drive->marks[lba / 8];
    *byte = deleted ? *byte | bit : *byte & (u8)~bit;
}

/* ---- from sector to sector ---- */

static void wait_for_sector(struct fdc *fdc)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    fdc_wait(fdc, fdc_has_disk(drive) ? TURN_NS / drive->image->geometry.sectors : NO_INDEX_NS);
}

static void go_to_next(struct fdc *fdc)
{
    u8 number = number_of(fdc);
    bool counts = number == READ_TRACK || (number == VERIFY && fdc->command[UNIT] & VERIFY_COUNTS);
    u8 head = fdc->command[HEAD];
    bool more = advance(fdc);
    if (fdc->terminal || (fdc->st2 & ST2_CONTROL_MARK) || (counts && --fdc->left == 0)) {
        finish(fdc, 0);
    } else if (more || number == READ_TRACK) {
        fdc->head = (u8)(fdc->head ^ (fdc->command[HEAD] != head));
        fdc->sector++;
        wait_for_sector(fdc);
    } else if (number == VERIFY && !counts) {
        finish(fdc, 0);
    } else {
        fail(fdc, ST1_END_OF_CYLINDER, 0);
    }
}

/* Moves the buffer by DMA, or lets the host do it: false until then. */
static bool move_buffer(struct fdc *fdc, enum dma_direction direction, u16 size)
{
    fdc->data_at = 0;
    fdc->data_end = size;
    if (fdc->no_dma) {
        fdc->phase = direction == DMA_TO_MEMORY ? PHASE_DATA_IN : PHASE_DATA_OUT;
        fdc_set_interrupt(fdc, true);
        return false;
    }
    bool terminal;
    u32 moved = dma_line_move(&fdc->dma, direction, fdc->data, size, &terminal);
    fdc->terminal = terminal;
    if (direction == DMA_FROM_MEMORY)
        memset(fdc->data + moved, 0, size - moved);
    if (moved == size || terminal)
        return true;
    fail(fdc, ST1_OVERRUN, 0);
    return false;
}

/* ---- reads ---- */

static bool read_medium(struct fdc *fdc, u32 lba, u8 *to)
{
    struct error error;
    fdc->reads++;
    log_line(fdc->log, LOG_DISK, "%.200s: read 1 at sector %" PRIu32,
             fdc_command_drive(fdc)->image->name, lba);
    if (disk_image_read(fdc_command_drive(fdc)->image, lba, 1, to, &error))
        return true;
    fail_medium(fdc, &error);
    return false;
}

static void read_due(struct fdc *fdc)
{
    u8 number = number_of(fdc);
    u32 lba;
    bool found = number == READ_TRACK ? locate_in_turn(fdc, &lba) : locate(fdc, &lba);
    if (!found)
        return;
    bool deleted = is_deleted(fdc_command_drive(fdc), lba);
    bool other = number != READ_TRACK && deleted != (number == READ_DELETED);
    if (other && (fdc->command[0] & COMMAND_SKIP)) {
        go_to_next(fdc);
        return;
    }
    if (other)
        fdc->st2 |= ST2_CONTROL_MARK;
    if (!read_medium(fdc, lba, fdc->data))
        return;
    if (number == VERIFY || move_buffer(fdc, DMA_TO_MEMORY, DISK_SECTOR))
        go_to_next(fdc);
}

/* ---- scans ---- */

/* The first byte that differs decides; FFh on either side matches anything. */
static int compare(const u8 *medium, const u8 *host)
{
    for (u32 i = 0; i < DISK_SECTOR; i++)
        if (medium[i] != host[i] && medium[i] != 0xff && host[i] != 0xff)
            return medium[i] < host[i] ? -1 : 1;
    return 0;
}

static void end_scan(struct fdc *fdc)
{
    u8 medium[DISK_SECTOR], number = number_of(fdc);
    u32 lba;
    if (!locate(fdc, &lba) || !read_medium(fdc, lba, medium))
        return;
    int order = compare(medium, fdc->data);
    bool met = order == 0 || (number == SCAN_LOW_OR_EQUAL && order < 0) ||
               (number == SCAN_HIGH_OR_EQUAL && order > 0);
    fdc->st2 = order == 0 ? ST2_SCAN_EQUAL : met ? 0 : ST2_SCAN_NOT_SATISFIED;
    bool last = fdc->command[SECTOR] == fdc->command[END_OF_TRACK];
    if (met || fdc->terminal || (last && !(fdc->command[0] & COMMAND_MULTI_TRACK && !fdc->head))) {
        finish(fdc, 0);
        return;
    }
    if (!last && fdc->command[LENGTH] == 2) /* alternate sectors */
        fdc->command[SECTOR]++;
    go_to_next(fdc);
}

/* ---- writes ---- */

static bool check_writable(struct fdc *fdc)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    if (!fdc_has_disk(drive) || !drive->image->read_only)
        return true;
    fail(fdc, ST1_NOT_WRITABLE, 0);
    return false;
}

static bool write_medium(struct fdc *fdc, u32 lba, const u8 *from, bool deleted)
{
    struct fdc_drive *drive = fdc_command_drive(fdc);
    struct error error;
    fdc->writes++;
    log_line(fdc->log, LOG_DISK, "%.200s: write 1 at sector %" PRIu32, drive->image->name, lba);
    if (!disk_image_write(drive->image, lba, 1, from, &error)) {
        fail_medium(fdc, &error);
        return false;
    }
    set_deleted(drive, lba, deleted);
    return true;
}

static void end_write(struct fdc *fdc)
{
    u32 lba;
    if (locate(fdc, &lba) && write_medium(fdc, lba, fdc->data, number_of(fdc) == WRITE_DELETED))
        go_to_next(fdc);
}

/* FORMAT takes four bytes for each sector. A raw image keeps its form: what does not fit it fails.
 */
static void end_format(struct fdc *fdc)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    u8 fill[DISK_SECTOR], track;
    const u8 *id = fdc->data;
    memset(fill, fdc->command[FORMAT_FILL], sizeof fill);
    if (!reads_marks(fdc, &track) || id[0] != track || id[1] != fdc->head || id[2] < 1 ||
        id[2] > drive->image->geometry.sectors || id[3] != SECTOR_512) {
        fail(fdc, ST1_NO_DATA, 0);
        return;
    }
    if (!write_medium(fdc, lba_of(drive, track, fdc->head, id[2]), fill, false))
        return;
    if (--fdc->left == 0 || fdc->terminal)
        finish(fdc, 0);
    else
        wait_for_sector(fdc);
}

/* The data come first, for a sector that is there; then the medium is written or compared. */
static void fetch_due(struct fdc *fdc)
{
    u8 number = number_of(fdc);
    u32 lba;
    if (is_write(number) && !check_writable(fdc))
        return;
    if (number != FORMAT && !locate(fdc, &lba))
        return;
    if (move_buffer(fdc, DMA_FROM_MEMORY, number == FORMAT ? 4 : DISK_SECTOR))
        fdc_host_moved(fdc);
}

static void read_id_due(struct fdc *fdc)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    u8 track;
    if (!reads_marks(fdc, &track)) {
        fail(fdc, ST1_MISSING_MARK, 0);
        return;
    }
    u32 sectors = drive->image->geometry.sectors;
    u64 passed = clock_ticks_to_ns(fdc->clock, fdc->clock->now) / (TURN_NS / sectors);
    const u8 id[4] = {track, fdc->head, (u8)(passed % sectors + 1), SECTOR_512};
    memcpy(fdc->data, id, sizeof id);
    finish(fdc, 0);
}

/* ---- entries ---- */

void fdc_host_moved(struct fdc *fdc)
{
    u8 number = number_of(fdc);
    fdc_set_interrupt(fdc, false);
    if (number == FORMAT)
        end_format(fdc);
    else if (is_write(number))
        end_write(fdc);
    else if (is_scan(number))
        end_scan(fdc);
    else
        go_to_next(fdc);
}

void fdc_transfer_due(struct fdc *fdc)
{
    u8 number = number_of(fdc);
    if (number == READ_ID)
        read_id_due(fdc);
    else if (is_write(number) || is_scan(number))
        fetch_due(fdc);
    else
        read_due(fdc);
}

/* With EIS the head goes to the command's cylinder first. */
static u64 seek_first(struct fdc *fdc)
{
    struct fdc_drive *drive = fdc_command_drive(fdc);
    u8 cylinder = fdc->command[CYLINDER];
    if (!drive || !(fdc->configuration & CONFIGURE_IMPLIED_SEEK))
        return 0;
    u8 last = fdc_last_cylinder(drive), from = drive->cylinder;
    fdc_step_to(drive, cylinder > last ? last : cylinder);
    fdc->present_cylinder[fdc->command[UNIT] & 3] = cylinder;
    u32 distance =
        drive->cylinder > from ? (u32)(drive->cylinder - from) : (u32)(from - drive->cylinder);
    return (u64)distance * STEP_NS;
}

static void begin(struct fdc *fdc, u64 seek_ns)
{
    fdc->st1 = fdc->st2 = 0;
    fdc->head = fdc->command[UNIT] >> 2 & 1;
    fdc->terminal = 0;
    fdc->sector = 1;
    u64 ns = fdc_has_disk(fdc_command_drive(fdc)) ? SETTLE_NS : NO_INDEX_NS;
    fdc_wait(fdc, ns + seek_ns);
}

void fdc_run_transfer(struct fdc *fdc)
{
    u8 number = number_of(fdc);
    fdc->last_track = fdc->command[END_OF_TRACK];
    fdc->left = number == VERIFY ? fdc->command[LENGTH] : fdc->command[END_OF_TRACK];
    begin(fdc, seek_first(fdc));
}

void fdc_run_format(struct fdc *fdc)
{
    fdc->last_track = fdc->left = fdc->command[FORMAT_SECTORS];
    begin(fdc, 0);
}

void fdc_run_read_id(struct fdc *fdc)
{
    memset(fdc->data, 0, 4);
    begin(fdc, 0);
}
