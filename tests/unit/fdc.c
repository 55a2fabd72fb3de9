#include "devices/fdc.h"

#include "support/suite.h"

#include <string.h>

#define RATE 100000000u

/* A controller with a DMA channel that is only a place in memory and a count. */
struct bench {
    struct clock clock;
    struct fdc fdc;
    struct disk_image disk[2];
    bool irq;
    u8 memory[64 * 512];
    u32 at, count; /* bytes moved, bytes until terminal count */
    u8 result[10];
};

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->irq = level;
}

static u32 transfer(void *context, unsigned channel, enum dma_direction direction, u8 *bytes,
                    u32 count, bool *terminal)
{
    struct bench *bench = context;
    u32 left = bench->count - bench->at, moved = count < left ? count : left;
    ck_assert_uint_eq(channel, 2);
    if (direction == DMA_TO_MEMORY)
        memcpy(bench->memory + bench->at, bytes, moved);
    else
        memcpy(bytes, bench->memory + bench->at, moved);
    bench->at += moved;
    *terminal = moved > 0 && bench->at == bench->count;
    return moved;
}

static void wait(struct bench *b)
{
    for (unsigned i = 0; i < 1000 && !b->irq; i++) {
        b->clock.now += 100000;
        clock_run_due(&b->clock);
    }
    ck_assert_msg(b->irq, "no interrupt");
}

static u8 status(struct bench *b)
{
    return (u8)fdc_read(&b->fdc, 0x3f4, 1);
}

static void send(struct bench *b, const u8 *bytes, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        ck_assert_uint_eq(status(b) & 0xc0, 0x80);
        fdc_write(&b->fdc, 0x3f5, 1, bytes[i]);
    }
}
#define SEND(b, ...) send(b, (const u8[]){__VA_ARGS__}, sizeof(const u8[]){__VA_ARGS__})

/* Reads the whole result and holds it against what is expected. */
static void expect(struct bench *b, const u8 *bytes, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        ck_assert_msg((status(b) & 0xd0) == 0xd0, "result ends before byte %u", i);
        b->result[i] = (u8)fdc_read(&b->fdc, 0x3f5, 1);
    }
    ck_assert_uint_eq(status(b) & 0xd0, 0x80);
    for (unsigned i = 0; i < count; i++)
        ck_assert_msg(b->result[i] == bytes[i], "result byte %u: %02x, expected %02x", i,
                      b->result[i], bytes[i]);
}
#define EXPECT(b, ...) expect(b, (const u8[]){__VA_ARGS__}, sizeof(const u8[]){__VA_ARGS__})

static void insert(struct bench *b, unsigned drive, enum floppy_type type, u32 tracks, u32 heads,
                   u32 sectors)
{
    struct error error;
    ck_assert(disk_image_open_blank(&b->disk[drive], tracks * heads * sectors, &error));
    b->disk[drive].geometry = (struct disk_geometry){tracks, heads, sectors};
    fdc_attach(&b->fdc, drive, type, &b->disk[drive]);
}

/* Each sector of drive 0 begins with its number. */
static void number_sectors(struct bench *b)
{
    u8 data[512] = {0};
    struct error error;
    for (u32 i = 0; i < b->disk[0].sectors; i++) {
        data[0] = (u8)i;
        data[1] = (u8)(i >> 8);
        ck_assert(disk_image_write(&b->disk[0], i, 1, data, &error));
    }
}

/* Out of reset, both motors on, drive 0 selected, 500 kbit/s, DMA. */
static struct bench *start(void)
{
    static struct bench bench;
    struct bench *b = &bench;
    memset(b, 0, sizeof *b);
    clock_init(&b->clock, RATE);
    fdc_init(&b->fdc, &b->clock, (struct irq_line){set_irq, b, 6},
             (struct dma_line){transfer, b, 2});
    insert(b, 0, FLOPPY_1440K, 80, 2, 18);
    insert(b, 1, FLOPPY_1200K, 80, 2, 15);
    number_sectors(b);
    fdc_write(&b->fdc, 0x3f2, 1, 0x3c);
    fdc_write(&b->fdc, 0x3f7, 1, 0);
    wait(b);
    for (u8 i = 0; i < 4; i++) {
        SEND(b, 0x08);
        EXPECT(b, 0xc0 | i, 0);
    }
    SEND(b, 0x03, 0xaf, 0x02);
    b->count = sizeof b->memory;
    return b;
}

static void finish(struct bench *b)
{
    disk_image_close(&b->disk[0]);
    disk_image_close(&b->disk[1]);
}

static void seek(struct bench *b, u8 drive, u8 cylinder)
{
    SEND(b, 0x0f, drive, cylinder);
    wait(b);
    SEND(b, 0x08);
    EXPECT(b, 0x20 | drive, cylinder);
}

static u16 word_at(const struct bench *b, u32 sector)
{
    return (u16)(b->memory[sector * 512] | b->memory[sector * 512 + 1] << 8);
}

START_TEST(fdc_reset_owes_four_senses)
{
    struct bench *b = start();
    SEND(b, 0x08);
    EXPECT(b, 0x80);                    /* nothing left to sense */
    fdc_write(&b->fdc, 0x3f4, 1, 0x80); /* the data rate register resets as well */
    ck_assert_uint_eq(status(b), 0);
    wait(b);
    SEND(b, 0x08);
    EXPECT(b, 0xc0, 0);
    finish(b);
}
END_TEST

START_TEST(fdc_reads_to_terminal_count)
{
    struct bench *b = start();
    seek(b, 0, 3);
    b->count = 2 * 512;
    SEND(b, 0x46, 0x04, 3, 1, 5, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x04, 0, 0, 3, 1, 7, 2);
    ck_assert_uint_eq(word_at(b, 0), (3 * 2 + 1) * 18 + 4);
    ck_assert_uint_eq(word_at(b, 1), (3 * 2 + 1) * 18 + 5);
    ck_assert(!b->irq);
    finish(b);
}
END_TEST

/* 82077AA DS, tables 5-5 and 5-6: the address after the last sector, and the head that was read. */
START_TEST(fdc_result_addresses_follow_the_tables)
{
    struct bench *b = start();
    b->count = 512;
    SEND(b, 0x46, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x00, 0, 0, 1, 0, 1, 2);
    b->at = 0;
    SEND(b, 0xc6, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x00, 0, 0, 0, 1, 1, 2);
    b->at = 0;
    SEND(b, 0xc6, 0x04, 0, 1, 18, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x04, 0, 0, 1, 0, 1, 2);
    finish(b);
}
END_TEST

START_TEST(fdc_multi_track_goes_to_the_other_side)
{
    struct bench *b = start();
    b->count = 3 * 512;
    SEND(b, 0xe6, 0x00, 0, 0, 17, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x04, 0, 0, 0, 1, 2, 2);
    ck_assert_uint_eq(word_at(b, 1), 17);
    ck_assert_uint_eq(word_at(b, 2), 18);
    finish(b);
}
END_TEST

START_TEST(fdc_without_terminal_count_ends_at_the_track)
{
    struct bench *b = start();
    SEND(b, 0x46, 0x00, 0, 0, 17, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x40, 0x80, 0, 1, 0, 1, 2);
    ck_assert_uint_eq(b->at, 2 * 512);
    finish(b);
}
END_TEST

START_TEST(fdc_tells_what_it_does_not_find)
{
    struct bench *b = start();
    SEND(b, 0x46, 0x00, 0, 0, 19, 2, 36, 0x1b, 0xff); /* no such sector */
    wait(b);
    EXPECT(b, 0x40, 0x04, 0, 0, 0, 19, 2);
    SEND(b, 0x46, 0x00, 7, 0, 1, 2, 18, 0x1b, 0xff); /* the head stands at 0 */
    wait(b);
    EXPECT(b, 0x40, 0x04, 0x10, 7, 0, 1, 2);
    SEND(b, 0x06, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff); /* FM */
    wait(b);
    EXPECT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
    fdc_write(&b->fdc, 0x3f7, 1, 2); /* 250 kbit/s */
    SEND(b, 0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
    fdc_write(&b->fdc, 0x3f7, 1, 0);
    fdc_write(&b->fdc, 0x3f2, 1, 0x2c); /* motor 0 off */
    SEND(b, 0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x40, 0x01, 0, 0, 0, 1, 2);
    finish(b);
}
END_TEST

START_TEST(fdc_overrun_when_the_channel_is_masked)
{
    struct bench *b = start();
    b->count = 0;
    SEND(b, 0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x40, 0x10, 0, 0, 0, 1, 2);
    finish(b);
}
END_TEST

START_TEST(fdc_writes_and_respects_write_protection)
{
    struct bench *b = start();
    struct error error;
    u8 data[512];
    memset(b->memory, 0x5a, 600);
    b->count = 600; /* terminal count within the second sector: the rest is zeros */
    SEND(b, 0x45, 0x00, 0, 0, 3, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x00, 0, 0, 0, 0, 5, 2);
    ck_assert(disk_image_read(&b->disk[0], 3, 1, data, &error));
    ck_assert_uint_eq(data[87], 0x5a);
    ck_assert_uint_eq(data[88], 0);
    b->disk[0].read_only = true;
    b->at = 0;
    SEND(b, 0x45, 0x00, 0, 0, 3, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x40, 0x02, 0, 0, 0, 3, 2);
    SEND(b, 0x04, 0x00);
    EXPECT(b, 0x78); /* write protected, ready, track 0, two sides */
    finish(b);
}
END_TEST

START_TEST(fdc_deleted_data_marks_are_kept_and_told)
{
    struct bench *b = start();
    b->count = 512;
    SEND(b, 0x49, 0x00, 0, 0, 2, 2, 18, 0x1b, 0xff); /* sector 2 gets the mark */
    wait(b);
    EXPECT(b, 0x00, 0, 0, 0, 0, 3, 2);
    b->at = 0;
    b->count = 4 * 512;
    SEND(b, 0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff); /* READ DATA stops behind it */
    wait(b);
    EXPECT(b, 0x00, 0, 0x40, 0, 0, 3, 2);
    ck_assert_uint_eq(b->at, 2 * 512);
    b->at = 0;
    b->count = 2 * 512;
    SEND(b, 0x66, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff); /* with SK it is left out */
    wait(b);
    EXPECT(b, 0x00, 0, 0, 0, 0, 4, 2);
    ck_assert_uint_eq(word_at(b, 1), 2);
    b->at = 0;
    b->count = 512;
    SEND(b, 0x4c, 0x00, 0, 0, 2, 2, 18, 0x1b, 0xff); /* READ DELETED DATA */
    wait(b);
    EXPECT(b, 0x00, 0, 0, 0, 0, 3, 2);
    finish(b);
}
END_TEST

START_TEST(fdc_read_track_takes_sectors_as_they_come)
{
    struct bench *b = start();
    SEND(b, 0x42, 0x00, 0, 0, 5, 2, 3, 0x1b, 0xff);
    wait(b);
    ck_assert_uint_eq(b->at, 3 * 512);
    ck_assert_uint_eq(word_at(b, 2), 2);
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f5, 1), 0x00);
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f5, 1), 0x04); /* none was the one it looked for */
    finish(b);
}
END_TEST

START_TEST(fdc_formats_a_track)
{
    struct bench *b = start();
    struct error error;
    u8 data[512];
    for (u8 i = 0; i < 18; i++)
        memcpy(b->memory + i * 4, (const u8[]){2, 1, i + 1, 2}, 4);
    b->count = 18 * 4;
    seek(b, 0, 2);
    SEND(b, 0x4d, 0x04, 2, 18, 0x54, 0xf6);
    wait(b);
    EXPECT(b, 0x04, 0, 0, 2, 1, 18, 2);
    ck_assert(disk_image_read(&b->disk[0], (2 * 2 + 1) * 18 + 17, 1, data, &error));
    ck_assert_uint_eq(data[511], 0xf6);
    ck_assert(disk_image_read(&b->disk[0], (2 * 2 + 1) * 18 - 1, 1, data, &error));
    ck_assert_uint_eq(data[0], (2 * 2 + 1) * 18 - 1);
    finish(b);
}
END_TEST

START_TEST(fdc_verify_moves_nothing)
{
    struct bench *b = start();
    SEND(b, 0x56, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x00, 0, 0, 1, 0, 1, 2);
    SEND(b, 0xd6, 0x80, 0, 0, 17, 2, 18, 0x1b, 4); /* EC: four sectors, over both sides */
    wait(b);
    EXPECT(b, 0x04, 0, 0, 0, 1, 3, 2);
    ck_assert_uint_eq(b->at, 0);
    finish(b);
}
END_TEST

START_TEST(fdc_scans_for_a_sector)
{
    struct bench *b = start();
    memset(b->memory, 0xff, sizeof b->memory);
    for (unsigned i = 0; i < 4; i++)
        b->memory[i * 512] = 2; /* sector 3 begins with 2 */
    SEND(b, 0x51, 0x00, 0, 0, 1, 2, 18, 0x1b, 1);
    wait(b);
    EXPECT(b, 0x00, 0, 0x08, 0, 0, 3, 2);
    b->at = 0;
    SEND(b, 0x5d, 0x00, 0, 0, 1, 2, 2, 0x1b, 1); /* none is as high within the track's two */
    wait(b);
    EXPECT(b, 0x00, 0, 0x04, 0, 0, 2, 2);
    finish(b);
}
END_TEST

START_TEST(fdc_reads_ids)
{
    struct bench *b = start();
    seek(b, 0, 9);
    SEND(b, 0x4a, 0x04);
    wait(b);
    for (unsigned i = 0; i < 7; i++)
        b->result[i] = (u8)fdc_read(&b->fdc, 0x3f5, 1);
    ck_assert_mem_eq(b->result, ((const u8[]){0x04, 0, 0, 9, 1}), 5);
    ck_assert(b->result[5] >= 1 && b->result[5] <= 18);
    ck_assert_uint_eq(b->result[6], 2);
    finish(b);
}
END_TEST

START_TEST(fdc_moves_bytes_without_dma)
{
    struct bench *b = start();
    unsigned bytes = 0;
    SEND(b, 0x03, 0xaf, 0x03);
    SEND(b, 0x46, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff);
    wait(b);
    while ((status(b) & 0xf0) == 0xf0 && bytes < 600) {
        ck_assert(b->irq);
        b->memory[bytes++] = (u8)fdc_read(&b->fdc, 0x3f5, 1);
    }
    ck_assert_uint_eq(bytes, 512);
    ck_assert_uint_eq(word_at(b, 0), 17);
    EXPECT(b, 0x40, 0x80, 0, 1, 0, 1, 2); /* nobody says TC */
    finish(b);
}
END_TEST

START_TEST(fdc_recalibrates_and_reports_a_missing_drive)
{
    struct bench *b = start();
    seek(b, 0, 40);
    SEND(b, 0x07, 0x00);
    ck_assert_uint_eq(status(b), 0x81); /* drive 0 seeks, the next command may come */
    wait(b);
    SEND(b, 0x08);
    EXPECT(b, 0x20, 0);
    SEND(b, 0x07, 0x02);
    wait(b);
    SEND(b, 0x08);
    EXPECT(b, 0x72, 0);
    finish(b);
}
END_TEST

START_TEST(fdc_two_drives_seek_at_once)
{
    struct bench *b = start();
    SEND(b, 0x0f, 0x00, 30);
    SEND(b, 0x0f, 0x01, 10);
    ck_assert_uint_eq(status(b), 0x83);
    for (unsigned i = 0; i < 100; i++) {
        b->clock.now += 100000;
        clock_run_due(&b->clock);
    }
    SEND(b, 0x08);
    EXPECT(b, 0x20, 30);
    SEND(b, 0x08);
    EXPECT(b, 0x21, 10);
    finish(b);
}
END_TEST

START_TEST(fdc_change_line_falls_with_a_step)
{
    struct bench *b = start();
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f7, 1) & 0x80, 0x80);
    seek(b, 0, 1);
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f7, 1) & 0x80, 0);
    fdc_write(&b->fdc, 0x3f2, 1, 0x3d); /* drive 1 has not stepped yet */
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f7, 1) & 0x80, 0x80);
    fdc_write(&b->fdc, 0x3f2, 1, 0x3c);
    disk_image_close(&b->disk[0]);
    fdc_medium_changed(&b->fdc, 0);
    seek(b, 0, 2);
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f7, 1) & 0x80, 0x80); /* empty: it stays */
    fdc_write(&b->fdc, 0x3f2, 1, 0x2c);
    ck_assert_uint_eq(fdc_read(&b->fdc, 0x3f7, 1) & 0x80, 0); /* motor off: nobody drives it */
    finish(b);
}
END_TEST

START_TEST(fdc_wide_tracks_take_two_steps_in_a_narrow_drive)
{
    struct bench *b = start();
    disk_image_close(&b->disk[1]);
    insert(b, 1, FLOPPY_1200K, 40, 2, 9);
    fdc_write(&b->fdc, 0x3f7, 1, 1); /* 300 kbit/s */
    b->count = 512;
    seek(b, 1, 20);
    SEND(b, 0x46, 0x01, 10, 0, 1, 2, 9, 0x2a, 0xff);
    wait(b);
    EXPECT(b, 0x01, 0, 0, 10, 0, 2, 2);
    finish(b);
}
END_TEST

START_TEST(fdc_implied_seek_moves_the_head)
{
    struct bench *b = start();
    SEND(b, 0x13, 0, 0x57, 0);
    b->count = 512;
    SEND(b, 0x46, 0x00, 50, 0, 1, 2, 18, 0x1b, 0xff);
    wait(b);
    EXPECT(b, 0x20, 0, 0, 50, 0, 2, 2);
    ck_assert_uint_eq(word_at(b, 0), 50 * 36);
    finish(b);
}
END_TEST

START_TEST(fdc_answers_control_commands)
{
    struct bench *b = start();
    SEND(b, 0x10);
    EXPECT(b, 0x90);
    SEND(b, 0x18); /* PART ID is another chip's */
    EXPECT(b, 0x80);
    SEND(b, 0x13, 0, 0x5a, 0x20);
    SEND(b, 0x12, 0x87);
    SEND(b, 0x94);
    EXPECT(b, 0x10);
    seek(b, 0, 7);
    SEND(b, 0x0e);
    EXPECT(b, 7, 0, 0, 0, 0xaf, 0x02, 0, 0x87, 0x5a, 0x20);
    fdc_write(&b->fdc, 0x3f4, 1, 0x80); /* locked: FIFO and precompensation stay */
    wait(b);
    SEND(b, 0x0e);
    EXPECT(b, 0, 0, 0, 0, 0xaf, 0x02, 0, 0x84, 0x0a, 0x20);
    SEND(b, 0x14);
    EXPECT(b, 0x00);
    finish(b);
}
END_TEST

START_TEST(fdc_relative_seek_counts_from_here)
{
    struct bench *b = start();
    seek(b, 0, 10);
    SEND(b, 0xcf, 0x00, 5);
    wait(b);
    SEND(b, 0x08);
    EXPECT(b, 0x20, 15);
    SEND(b, 0x8f, 0x00, 15);
    wait(b);
    SEND(b, 0x08);
    EXPECT(b, 0x20, 0);
    SEND(b, 0x04, 0x00);
    EXPECT(b, 0x38);
    finish(b);
}
END_TEST

START_TEST(fdc_drives_take_what_they_can_hold)
{
    static const struct {
        u32 tracks, sectors;
        enum floppy_type drive;
    } rows[] = {{40, 8, FLOPPY_360K},   {40, 9, FLOPPY_360K},   {80, 9, FLOPPY_1440K},
                {80, 15, FLOPPY_1200K}, {80, 18, FLOPPY_1440K}, {80, 36, FLOPPY_2880K},
                {82, 21, FLOPPY_1440K}};
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        struct disk_geometry geometry = {rows[i].tracks, 2, rows[i].sectors};
        ck_assert_int_eq(fdc_drive_for(&geometry), rows[i].drive);
        ck_assert(fdc_drive_takes(rows[i].drive, &geometry));
        ck_assert(!fdc_drive_takes(FLOPPY_NONE, &geometry));
    }
    ck_assert(!fdc_drive_takes(FLOPPY_1440K, &(struct disk_geometry){80, 2, 36}));
    ck_assert(!fdc_drive_takes(FLOPPY_1440K, &(struct disk_geometry){40, 2, 9}));
    ck_assert(fdc_drive_takes(FLOPPY_1200K, &(struct disk_geometry){40, 2, 9}));
}
END_TEST

SUITE_MAIN("fdc", fdc_reset_owes_four_senses, fdc_reads_to_terminal_count,
           fdc_result_addresses_follow_the_tables, fdc_multi_track_goes_to_the_other_side,
           fdc_without_terminal_count_ends_at_the_track, fdc_tells_what_it_does_not_find,
           fdc_overrun_when_the_channel_is_masked, fdc_writes_and_respects_write_protection,
           fdc_deleted_data_marks_are_kept_and_told, fdc_read_track_takes_sectors_as_they_come,
           fdc_formats_a_track, fdc_verify_moves_nothing, fdc_scans_for_a_sector, fdc_reads_ids,
           fdc_moves_bytes_without_dma, fdc_recalibrates_and_reports_a_missing_drive,
           fdc_two_drives_seek_at_once, fdc_change_line_falls_with_a_step,
           fdc_wide_tracks_take_two_steps_in_a_narrow_drive, fdc_implied_seek_moves_the_head,
           fdc_answers_control_commands, fdc_relative_seek_counts_from_here,
           fdc_drives_take_what_they_can_hold)
