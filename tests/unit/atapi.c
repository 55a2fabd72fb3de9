#include "base/bits.h"
#include "devices/ide.h"
#include "support/suite.h"

#include <string.h>

#define DISC_SECTORS 100u /* of 2048 bytes */

/* A CD-ROM drive as master of the second channel. */
struct bench {
    struct clock clock;
    struct ide ide;
    struct disk_image disc;
    bool irq;
    unsigned interrupts;
    u8 data[65536];
};

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->interrupts += level && !bench->irq;
    bench->irq = level;
}

static void insert(struct bench *b)
{
    u8 data[2048];
    struct error error;
    ck_assert(disk_image_open_blank(&b->disc, DISC_SECTORS * 4, &error));
    for (u32 i = 0; i < DISC_SECTORS; i++) {
        memset(data, (int)i, sizeof data);
        ck_assert(disk_image_write(&b->disc, i * 4, 4, data, &error));
    }
    b->disc.read_only = true;
}

static void out(struct bench *b, unsigned number, u8 value)
{
    ide_write(&b->ide, (u16)(0x170 + number), 1, value);
}

static u8 in(struct bench *b, unsigned number)
{
    return (u8)ide_read(&b->ide, (u16)(0x170 + number), 1);
}

static u8 wait(struct bench *b)
{
    for (unsigned i = 0; i < 10000; i++) {
        b->clock.now += 100;
        clock_run_due(&b->clock);
        if (!(ide_control_read(&b->ide, 0x376, 1) & 0x80))
            return in(b, 7);
    }
    ck_abort_msg("busy for too long");
    return 0xff;
}

/* Sends a packet; gives the status that its first answer comes with. */
static u8 packet(struct bench *b, u32 limit, const u8 *bytes)
{
    out(b, 1, 0);
    out(b, 4, (u8)limit);
    out(b, 5, (u8)(limit >> 8));
    out(b, 6, 0xa0);
    out(b, 7, 0xa0);
    ck_assert_uint_eq(wait(b) & 0x89, 0x08);
    ck_assert_uint_eq(in(b, 2) & 3, 1); /* wants a command */
    for (unsigned i = 0; i < 12; i += 2)
        ide_data_write(&b->ide, 0x170, 2, load_le16(bytes + i));
    return wait(b);
}
#define PACKET(b, limit, ...) packet(b, limit, (const u8[12]){__VA_ARGS__})

/* Takes blocks until the command ends; gives the number of bytes, and the blocks' sizes. */
static u32 take(struct bench *b, u8 status, u32 *blocks)
{
    u32 size = 0;
    *blocks = 0;
    while (status & 0x08) {
        u32 block = (u32)in(b, 5) << 8 | in(b, 4);
        ck_assert_uint_eq(in(b, 2) & 3, 2);
        for (u32 i = 0; i < block; i += 2)
            store_le16(b->data + size + i, (u16)ide_data_read(&b->ide, 0x170, 2));
        size += block;
        ++*blocks;
        status = wait(b);
    }
    ck_assert_uint_eq(status & 1, 0);
    ck_assert_uint_eq(in(b, 2) & 3, 3);
    return size;
}

static void expect_sense(struct bench *b, u8 key, u8 code)
{
    u32 blocks;
    ck_assert_uint_eq(in(b, 1) >> 4, key);
    ck_assert_uint_eq(take(b, PACKET(b, 18, 0x03, 0, 0, 0, 18), &blocks), 18);
    ck_assert_uint_eq(b->data[2] & 15, key);
    ck_assert_uint_eq(b->data[12], code);
}

/* With the unit attention of power on taken. */
static struct bench *start(void)
{
    static struct bench bench;
    struct bench *b = &bench;
    memset(b, 0, sizeof *b);
    clock_init(&b->clock, 100000000);
    ide_init(&b->ide, &b->clock, (struct irq_line){set_irq, b, 15});
    insert(b);
    ide_attach_cdrom(&b->ide, 0, &b->disc);
    ide_reset(&b->ide);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 1);
    expect_sense(b, 6, 0x29);
    return b;
}

static void finish(struct bench *b)
{
    disk_image_close(&b->disc);
}

START_TEST(atapi_reset_leaves_its_signature)
{
    struct bench *b = start();
    ide_control_write(&b->ide, 0x376, 1, 0x04);
    ide_control_write(&b->ide, 0x376, 1, 0x00);
    ck_assert_uint_eq(wait(b), 0);
    ck_assert_uint_eq(in(b, 4), 0x14);
    ck_assert_uint_eq(in(b, 5), 0xeb);
    out(b, 4, 0);
    out(b, 7, 0xec); /* IDENTIFY DEVICE is for disks */
    ck_assert_uint_eq(wait(b) & 1, 1);
    ck_assert_uint_eq(in(b, 1), 4);
    ck_assert_uint_eq(in(b, 4), 0x14);
    out(b, 4, 0);
    out(b, 7, 0x08); /* DEVICE RESET: no interrupt */
    unsigned before = b->interrupts;
    wait(b);
    ck_assert_uint_eq(in(b, 5), 0xeb);
    ck_assert_uint_eq(b->interrupts, before);
    finish(b);
}
END_TEST

START_TEST(atapi_identifies_itself)
{
    struct bench *b = start();
    out(b, 6, 0xa0);
    out(b, 7, 0xa1);
    ck_assert_uint_eq(wait(b) & 0x89, 0x08);
    for (unsigned i = 0; i < 512; i += 2)
        store_le16(b->data + i, (u16)ide_data_read(&b->ide, 0x170, 2));
    ck_assert_uint_eq(load_le16(b->data), 0x85c0);
    ck_assert_mem_eq(b->data + 54, "lgsa3s68C -DOR M", 16);
    finish(b);
}
END_TEST

START_TEST(atapi_reads_in_blocks_of_the_hosts_limit)
{
    struct bench *b = start();
    u32 blocks;
    u8 status = PACKET(b, 2048, 0x28, 0, 0, 0, 0, 7, 0, 0, 3);
    ck_assert_uint_eq(take(b, status, &blocks), 3 * 2048);
    ck_assert_uint_eq(blocks, 3);
    ck_assert_uint_eq(b->data[0], 7);
    ck_assert_uint_eq(b->data[2 * 2048], 9);
    status = PACKET(b, 3001, 0xa8, 0, 0, 0, 0, 1, 0, 0, 0, 6); /* odd: even blocks all the same */
    ck_assert_uint_eq(take(b, status, &blocks), 6 * 2048);
    ck_assert_uint_eq(b->data[5 * 2048 + 2047], 6);
    status = PACKET(b, 0xffff, 0x28, 0, 0, 0, 0, 0, 0, 0, 20);
    ck_assert_uint_eq(take(b, status, &blocks), 20 * 2048);
    ck_assert_uint_eq(b->data[19 * 2048], 19);
    finish(b);
}
END_TEST

START_TEST(atapi_refuses_what_lies_outside)
{
    struct bench *b = start();
    u32 blocks;
    ck_assert_uint_eq(PACKET(b, 2048, 0x28, 0, 0, 0, 0, 99, 0, 0, 2) & 1, 1);
    expect_sense(b, 5, 0x21);
    ck_assert_uint_eq(take(b, PACKET(b, 2048, 0x28, 0, 0, 0, 0, 100, 0, 0, 0), &blocks), 0);
    ck_assert_uint_eq(PACKET(b, 2048, 0x55) & 1, 1);
    expect_sense(b, 5, 0x20);
    ck_assert_uint_eq(PACKET(b, 0, 0x28, 0, 0, 0, 0, 1, 0, 0, 1) & 1, 1); /* no room for data */
    finish(b);
}
END_TEST

START_TEST(atapi_tells_size_and_tracks)
{
    struct bench *b = start();
    u32 blocks;
    ck_assert_uint_eq(take(b, PACKET(b, 8, 0x25), &blocks), 8);
    ck_assert_mem_eq(b->data, ((const u8[]){0, 0, 0, 99, 0, 0, 8, 0}), 8);
    ck_assert_uint_eq(take(b, PACKET(b, 0xfffe, 0x43, 0, 0, 0, 0, 0, 0, 0, 255), &blocks), 20);
    ck_assert_mem_eq(
        b->data,
        ((const u8[]){0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, 0xaa, 0, 0, 0, 0, 100}), 20);
    ck_assert_uint_eq(take(b, PACKET(b, 0xfffe, 0x43, 2, 0, 0, 0, 0, 0xaa, 0, 255), &blocks), 12);
    ck_assert_mem_eq(b->data + 8, ((const u8[]){0, 0, 3, 25}), 4); /* 250 frames from 0:0:0 */
    ck_assert_uint_eq(take(b, PACKET(b, 0xfffe, 0x12, 0, 0, 0, 5), &blocks), 5); /* cut short */
    finish(b);
}
END_TEST

START_TEST(atapi_change_of_disc_is_told_once)
{
    struct bench *b = start();
    u32 blocks;
    disk_image_close(&b->disc);
    ide_medium_changed(&b->ide, 0);
    ck_assert_uint_eq(take(b, PACKET(b, 36, 0x12, 0, 0, 0, 36), &blocks), 36); /* not by INQUIRY */
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 1);
    expect_sense(b, 6, 0x28);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 1);
    expect_sense(b, 2, 0x3a);
    insert(b);
    ide_medium_changed(&b->ide, 0);
    ck_assert_uint_eq(take(b, PACKET(b, 8, 0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8), &blocks), 8);
    ck_assert_mem_eq(b->data, ((const u8[]){0, 6, 4, 0x10, 2, 2, 0, 0}), 8);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 1);
    expect_sense(b, 6, 0x28);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 0);
    finish(b);
}
END_TEST

START_TEST(atapi_tray_opens_unless_it_is_locked)
{
    struct bench *b = start();
    ck_assert_uint_eq(PACKET(b, 0, 0x1e, 0, 0, 0, 1) & 1, 0);
    ck_assert(ide_tray_locked(&b->ide, 0));
    ck_assert_uint_eq(PACKET(b, 0, 0x1b, 0, 0, 0, 2) & 1, 1);
    expect_sense(b, 5, 0x53);
    ck_assert_uint_eq(PACKET(b, 0, 0x1e) & 1, 0);
    ck_assert_uint_eq(PACKET(b, 0, 0x1b, 0, 0, 0, 2) & 1, 0);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 1);
    expect_sense(b, 2, 0x3a);
    ck_assert_uint_eq(PACKET(b, 0, 0x1b, 0, 0, 0, 3) & 1, 0);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 1);
    expect_sense(b, 6, 0x28);
    ck_assert_uint_eq(PACKET(b, 0, 0x00) & 1, 0);
    finish(b);
}
END_TEST

START_TEST(atapi_mode_pages_come_in_both_forms)
{
    struct bench *b = start();
    u32 blocks;
    ck_assert_uint_eq(take(b, PACKET(b, 512, 0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 255), &blocks), 28);
    ck_assert_uint_eq(b->data[1], 26);
    ck_assert_uint_eq(b->data[8], 0x2a);
    ck_assert_uint_eq(take(b, PACKET(b, 512, 0x1a, 0, 0x01, 0, 255), &blocks), 12);
    ck_assert_uint_eq(b->data[0], 11);
    ck_assert_uint_eq(PACKET(b, 512, 0x5a, 0, 0x30, 0, 0, 0, 0, 0, 255) & 1, 1);
    expect_sense(b, 5, 0x24);
    finish(b);
}
END_TEST

START_TEST(atapi_disk_beside_it_keeps_its_own_task_file)
{
    struct bench *b = start();
    struct disk_image disk;
    struct error error;
    ck_assert(disk_image_open_blank(&disk, 1000, &error));
    ide_attach(&b->ide, 1, &disk);
    ide_control_write(&b->ide, 0x376, 1, 0x04);
    ide_control_write(&b->ide, 0x376, 1, 0x00);
    wait(b);
    out(b, 6, 0xb0);
    ck_assert_uint_eq(in(b, 7), 0x50);
    ck_assert_uint_eq(in(b, 4), 0);
    out(b, 6, 0xa0);
    ck_assert_uint_eq(in(b, 4), 0x14);
    disk_image_close(&disk);
    finish(b);
}
END_TEST

SUITE_MAIN("atapi", atapi_reset_leaves_its_signature, atapi_identifies_itself,
           atapi_reads_in_blocks_of_the_hosts_limit, atapi_refuses_what_lies_outside,
           atapi_tells_size_and_tracks, atapi_change_of_disc_is_told_once,
           atapi_tray_opens_unless_it_is_locked, atapi_mode_pages_come_in_both_forms,
           atapi_disk_beside_it_keeps_its_own_task_file)
