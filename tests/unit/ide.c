#include "devices/ide.h"
#include "base/bits.h"
#include "support/suite.h"

#include <string.h>

#define RATE 100000000u
#define SECTORS 40320u
#define MOST_POLLS 10000 /* what the most impatient driver allows */

struct bench {
    struct clock clock;
    struct ide ide;
    struct disk_image master, slave;
    bool irq;
    unsigned interrupts;
};

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->interrupts += level && !bench->irq;
    bench->irq = level;
}

static void start(struct bench *bench)
{
    struct error error;
    memset(bench, 0, sizeof *bench);
    clock_init(&bench->clock, RATE);
    ide_init(&bench->ide, &bench->clock, (struct irq_line){set_irq, bench, 14});
    ck_assert(disk_image_open_blank(&bench->master, SECTORS, &error));
    ide_attach(&bench->ide, 0, &bench->master);
    ide_reset(&bench->ide);
}

static void finish(struct bench *bench)
{
    disk_image_close(&bench->master);
    disk_image_close(&bench->slave);
}

static void out(struct bench *bench, u16 port, u8 value)
{
    ide_write(&bench->ide, port, 1, value);
}

/* Each access costs a few instructions. */
static u8 in(struct bench *bench, u16 port)
{
    bench->clock.now += 4;
    clock_run_due(&bench->clock);
    return (u8)ide_read(&bench->ide, port, 1);
}

static u8 wait_not_busy(struct bench *bench)
{
    for (unsigned polls = 0; polls < MOST_POLLS; polls++) {
        bench->clock.now += 4;
        clock_run_due(&bench->clock);
        u8 status = (u8)ide_control_read(&bench->ide, 0x3f6, 1);
        if (!(status & 0x80))
            return status;
    }
    ck_abort_msg("busy for too long");
    return 0xff;
}

static void command(struct bench *bench, u8 drive_head, u32 address, u8 count, u8 number)
{
    out(bench, 0x1f2, count);
    out(bench, 0x1f3, (u8)address);
    out(bench, 0x1f4, (u8)(address >> 8));
    out(bench, 0x1f5, (u8)(address >> 16));
    out(bench, 0x1f6, drive_head);
    out(bench, 0x1f7, number);
}

static void take(struct bench *bench, u8 *data, unsigned sectors)
{
    for (unsigned i = 0; i < sectors * 512; i += 2)
        store_le16(data + i, (u16)ide_data_read(&bench->ide, 0x1f0, 2));
}

static void give(struct bench *bench, u8 value, unsigned sectors)
{
    for (unsigned i = 0; i < sectors * 512; i += 4)
        ide_data_write(&bench->ide, 0x1f0, 4, value * 0x01010101u);
}

static void fill(struct disk_image *image, u64 sector, u8 value)
{
    u8 data[512];
    struct error error;
    memset(data, value, sizeof data);
    ck_assert(disk_image_write(image, sector, 1, data, &error));
}

static u8 first_byte(struct disk_image *image, u64 sector)
{
    u8 data[512];
    struct error error;
    ck_assert(disk_image_read(image, sector, 1, data, &error));
    return data[0];
}

START_TEST(ide_reads_by_chs_with_an_interrupt_a_sector)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    fill(&b.master, (2 * 16 + 3) * 63 + 4, 0xa5);
    fill(&b.master, (2 * 16 + 3) * 63 + 5, 0x5a);
    command(&b, 0xa3, 0x000205, 2, 0x20); /* cylinder 2, head 3, sector 5 */
    ck_assert_uint_eq(ide_peek_status(&b.ide), 0x80);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 0x1f7), 0x58);
    ck_assert(!b.irq);
    take(&b, data, 1);
    ck_assert_uint_eq(data[0], 0xa5);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    take(&b, data, 1);
    ck_assert_uint_eq(data[511], 0x5a);
    ck_assert_uint_eq(in(&b, 0x1f7), 0x50);
    ck_assert_uint_eq(b.interrupts, 2);
    ck_assert_uint_eq(in(&b, 0x1f3), 6); /* the last sector's address */
    ck_assert_uint_eq(in(&b, 0x1f2), 0);
    finish(&b);
}
END_TEST

START_TEST(ide_reads_by_lba)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    fill(&b.master, 0x9876, 0x42);
    command(&b, 0xe0, 0x9876, 1, 0x21);
    wait_not_busy(&b);
    take(&b, data, 1);
    ck_assert_uint_eq(data[100], 0x42);
    ck_assert_uint_eq(in(&b, 0x1f4), 0x98);
    finish(&b);
}
END_TEST

START_TEST(ide_write_asks_for_data_at_once_and_interrupts_after_each_sector)
{
    static struct bench b;
    start(&b);
    command(&b, 0xe0, 1000, 2, 0x30);
    ck_assert_uint_eq(ide_peek_status(&b.ide), 0x58);
    ck_assert(!b.irq);
    give(&b, 0x11, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    ck_assert(b.irq);
    in(&b, 0x1f7);
    give(&b, 0x22, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    ck_assert(b.irq);
    ck_assert_uint_eq(b.interrupts, 2);
    ck_assert_uint_eq(first_byte(&b.master, 1000), 0x11);
    ck_assert_uint_eq(first_byte(&b.master, 1001), 0x22);
    finish(&b);
}
END_TEST

START_TEST(ide_count_0_is_256_sectors)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    fill(&b.master, 255, 9);
    command(&b, 0xe0, 0, 0, 0x20);
    for (unsigned i = 0; i < 256; i++) {
        ck_assert_uint_eq(wait_not_busy(&b), 0x58);
        take(&b, data, 1);
    }
    ck_assert_uint_eq(data[0], 9);
    ck_assert_uint_eq(in(&b, 0x1f7), 0x50);
    finish(&b);
}
END_TEST

START_TEST(ide_multiple_moves_blocks)
{
    static struct bench b;
    static u8 data[8 * 512];
    start(&b);
    command(&b, 0xe0, 0, 1, 0xc4);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51); /* not set yet */
    command(&b, 0xa0, 0, 3, 0xc6);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51); /* no power of two */
    command(&b, 0xa0, 0, 8, 0xc6);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    command(&b, 0xe0, 50, 10, 0xc5);
    give(&b, 0x33, 8);
    wait_not_busy(&b);
    give(&b, 0x44, 2);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    ck_assert_uint_eq(first_byte(&b.master, 57), 0x33);
    ck_assert_uint_eq(first_byte(&b.master, 59), 0x44);
    in(&b, 0x1f7);
    unsigned before = b.interrupts;
    command(&b, 0xe0, 50, 10, 0xc4);
    wait_not_busy(&b);
    take(&b, data, 8);
    in(&b, 0x1f7);
    wait_not_busy(&b);
    take(&b, data, 2);
    ck_assert_uint_eq(b.interrupts - before, 2);
    ck_assert_uint_eq(data[512], 0x44);
    finish(&b);
}
END_TEST

START_TEST(ide_identify_tells_geometry_and_size)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    command(&b, 0xa0, 0, 0, 0xec);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    take(&b, data, 1);
    ck_assert_uint_eq(load_le16(data + 2), 40);
    ck_assert_uint_eq(load_le16(data + 6), 16);
    ck_assert_uint_eq(load_le16(data + 12), 63);
    ck_assert_uint_eq(load_le16(data + 98) & 0x200, 0x200);
    ck_assert_uint_eq(load_le32(data + 120), SECTORS);
    ck_assert_mem_eq(data + 54, "lgsa3s68h ra", 12); /* words have their bytes swapped */
    ck_assert_uint_eq(in(&b, 0x1f7), 0x50);
    finish(&b);
}
END_TEST

START_TEST(ide_set_parameters_changes_the_translation)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    fill(&b.master, (5 * 4 + 3) * 17 + 16, 0x77);
    command(&b, 0xa3, 0, 17, 0x91);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    ck_assert_uint_eq(b.ide.drive[0].cylinders, SECTORS / 68);
    command(&b, 0xa3, 0x000511, 1, 0x20);
    wait_not_busy(&b);
    take(&b, data, 1);
    ck_assert_uint_eq(data[0], 0x77);
    finish(&b);
}
END_TEST

START_TEST(ide_addresses_outside_have_no_id)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    command(&b, 0xe0, SECTORS, 1, 0x20);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x10);
    command(&b, 0xa0, 0x000000, 1, 0x20); /* sector 0 */
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    command(&b, 0xe0, SECTORS - 1, 2, 0x20);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    take(&b, data, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x10);
    command(&b, 0xe0, SECTORS - 1, 2, 0x40);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    command(&b, 0xe0, SECTORS - 2, 2, 0x40);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    finish(&b);
}
END_TEST

START_TEST(ide_unknown_and_packet_commands_are_aborted)
{
    static struct bench b;
    static const u8 numbers[] = {0x08, 0xa0, 0xa1, 0xb0, 0xff};
    start(&b);
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++) {
        command(&b, 0xa0, 0, 0, numbers[i]);
        ck_assert_uint_eq(wait_not_busy(&b), 0x51);
        ck_assert_uint_eq(in(&b, 0x1f1), 0x04);
    }
    finish(&b);
}
END_TEST

static void software_reset(struct bench *bench)
{
    ide_control_write(&bench->ide, 0x3f6, 1, 0x04);
    ide_control_write(&bench->ide, 0x3f6, 1, 0x00);
    wait_not_busy(bench);
}

START_TEST(ide_commands_without_data_finish_well)
{
    static struct bench b;
    static const u8 numbers[] = {0x10, 0x1f, 0xe0, 0xe1, 0xe2, 0xe3, 0xe5, 0xe7, 0xe6};
    start(&b);
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++) {
        unsigned before = b.interrupts;
        command(&b, 0xa0, 1, 1, numbers[i]);
        ck_assert_uint_eq(wait_not_busy(&b), 0x50);
        ck_assert_uint_eq(b.interrupts, before + 1);
        in(&b, 0x1f7);
    }
    software_reset(&b);
    out(&b, 0x1f1, 0x03);
    command(&b, 0xa0, 1, 0x08, 0xef);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    out(&b, 0x1f1, 0x77);
    command(&b, 0xa0, 1, 1, 0xef);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    finish(&b);
}
END_TEST

START_TEST(ide_software_reset_leaves_the_signature)
{
    static struct bench b;
    start(&b);
    command(&b, 0xe0, 100, 5, 0x20);
    ide_control_write(&b.ide, 0x3f6, 1, 0x04);
    ck_assert_uint_eq(in(&b, 0x1f7), 0x80);
    ide_control_write(&b.ide, 0x3f6, 1, 0x08);
    ck_assert_uint_eq(wait_not_busy(&b) & 0xf1, 0x50);
    ck_assert_uint_eq(in(&b, 0x1f1), 1);
    ck_assert_uint_eq(in(&b, 0x1f2), 1);
    ck_assert_uint_eq(in(&b, 0x1f3), 1);
    ck_assert_uint_eq(in(&b, 0x1f4) | in(&b, 0x1f5), 0);
    ck_assert_uint_eq(b.interrupts, 0);
    finish(&b);
}
END_TEST

START_TEST(ide_long_commands_carry_four_bytes_more)
{
    static struct bench b;
    u8 data[512], ecc[4], other[4];
    start(&b);
    fill(&b.master, 7, 0x11);
    fill(&b.master, 8, 0x22);
    command(&b, 0xe0, 7, 1, 0x22);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    take(&b, data, 1);
    ck_assert_uint_eq(data[511], 0x11);
    ck_assert_uint_eq(ide_peek_status(&b.ide), 0x58);
    for (unsigned i = 0; i < 4; i++)
        ecc[i] = (u8)ide_data_read(&b.ide, 0x1f0, 1);
    ck_assert_uint_eq(ide_peek_status(&b.ide), 0x50);
    ck_assert_uint_eq(b.interrupts, 1);
    in(&b, 0x1f7);
    command(&b, 0xe0, 8, 1, 0x23);
    wait_not_busy(&b);
    take(&b, data, 1);
    for (unsigned i = 0; i < 4; i++)
        other[i] = (u8)ide_data_read(&b.ide, 0x1f0, 1);
    ck_assert_mem_ne(ecc, other, 4);
    in(&b, 0x1f7);

    command(&b, 0xe0, 9, 1, 0x32);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    give(&b, 0x33, 1);
    ck_assert_uint_eq(ide_peek_status(&b.ide), 0x58);
    for (unsigned i = 0; i < 4; i++)
        ide_data_write(&b.ide, 0x1f0, 1, 0);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    ck_assert_uint_eq(b.interrupts, 3);
    ck_assert_uint_eq(first_byte(&b.master, 9), 0x33);
    ck_assert_uint_eq(first_byte(&b.master, 10), 0);
    finish(&b);
}
END_TEST

START_TEST(ide_format_clears_the_track)
{
    static struct bench b;
    u32 track = (2 * 16 + 3) * 63;
    start(&b);
    for (u32 i = track - 1; i < track + 64; i++)
        fill(&b.master, i, 0xaa);
    command(&b, 0xa3, 0x000200 | 63, 63, 0x50);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    give(&b, 0x00, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    ck_assert_uint_eq(b.interrupts, 1);
    for (u32 i = track; i < track + 63; i++)
        ck_assert_uint_eq(first_byte(&b.master, i), 0);
    ck_assert_uint_eq(first_byte(&b.master, track - 1), 0xaa);
    ck_assert_uint_eq(first_byte(&b.master, track + 63), 0xaa);
    command(&b, 0xa3, 0xffff01, 63, 0x50);
    give(&b, 0x00, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x10);
    b.master.read_only = true;
    command(&b, 0xa3, 0x000201, 63, 0x50);
    give(&b, 0x00, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x04);
    finish(&b);
}
END_TEST

static u16 identified(struct bench *bench, unsigned word)
{
    u8 data[512];
    command(bench, 0xa0, 0, 0, 0xec);
    ck_assert_uint_eq(wait_not_busy(bench), 0x58);
    take(bench, data, 1);
    return load_le16(data + 2 * word);
}

static u8 power_mode(struct bench *bench)
{
    command(bench, 0xa0, 0, 0x55, 0xe5);
    ck_assert_uint_eq(wait_not_busy(bench), 0x50);
    in(bench, 0x1f7);
    return in(bench, 0x1f2);
}

START_TEST(ide_tells_its_power_mode)
{
    static struct bench b;
    u8 data[512];
    start(&b);
    ck_assert_uint_eq(identified(&b, 82) & identified(&b, 85) & 0x0008, 0x0008);
    ck_assert_uint_eq(power_mode(&b), 0xff);
    command(&b, 0xa0, 0, 0, 0xe0);
    wait_not_busy(&b);
    ck_assert_uint_eq(power_mode(&b), 0x00);
    command(&b, 0xa0, 0, 0, 0xe1);
    wait_not_busy(&b);
    ck_assert_uint_eq(power_mode(&b), 0xff);
    command(&b, 0xa0, 0, 0, 0x96);
    wait_not_busy(&b);
    command(&b, 0xe0, 5, 1, 0x20); /* wakes it */
    wait_not_busy(&b);
    take(&b, data, 1);
    ck_assert_uint_eq(power_mode(&b), 0xff);
    finish(&b);
}
END_TEST

START_TEST(ide_sleeps_until_a_reset)
{
    static struct bench b;
    start(&b);
    command(&b, 0xa0, 0, 0, 0xe6);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    in(&b, 0x1f7);
    unsigned before = b.interrupts;
    command(&b, 0xe0, 5, 1, 0x20);
    ck_assert_uint_eq(wait_not_busy(&b), 0x50); /* not heard */
    ck_assert_uint_eq(b.interrupts, before);
    software_reset(&b);
    ck_assert_uint_eq(power_mode(&b), 0x00);
    command(&b, 0xe0, 5, 1, 0x20);
    ck_assert_uint_eq(wait_not_busy(&b), 0x58);
    finish(&b);
}
END_TEST

START_TEST(ide_software_reset_reverts_settings_unless_told_not_to)
{
    static struct bench b;
    start(&b);
    command(&b, 0xa7, 0, 17, 0x91);
    wait_not_busy(&b);
    command(&b, 0xa0, 0, 8, 0xc6);
    wait_not_busy(&b);
    ck_assert_uint_eq(identified(&b, 55), 8);
    ck_assert_uint_eq(identified(&b, 56), 17);
    ck_assert_uint_eq(identified(&b, 54), SECTORS / (8 * 17));
    ck_assert_uint_eq(identified(&b, 59), 0x108);
    out(&b, 0x1f1, 0x66);
    command(&b, 0xa0, 0, 0, 0xef);
    wait_not_busy(&b);
    software_reset(&b);
    ck_assert_uint_eq(identified(&b, 56), 17);
    ck_assert_uint_eq(identified(&b, 59), 0x108);
    out(&b, 0x1f1, 0xcc);
    command(&b, 0xa0, 0, 0, 0xef);
    wait_not_busy(&b);
    software_reset(&b);
    ck_assert_uint_eq(identified(&b, 55), 16);
    ck_assert_uint_eq(identified(&b, 56), 63);
    ck_assert_uint_eq(identified(&b, 59), 0);
    finish(&b);
}
END_TEST

START_TEST(ide_diagnostic_goes_to_both_drives)
{
    static struct bench b;
    start(&b);
    command(&b, 0xb0, 0x123456, 9, 0x90); /* sent to a slave that is not there */
    ck_assert_uint_eq(wait_not_busy(&b), 0x50);
    ck_assert_uint_eq(b.interrupts, 1);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x01); /* passed; no bit 7: no slave that failed */
    ck_assert_uint_eq(in(&b, 0x1f2), 1);
    ck_assert_uint_eq(in(&b, 0x1f3), 1);
    ck_assert_uint_eq(in(&b, 0x1f6), 0xa0);
    finish(&b);
}
END_TEST

START_TEST(ide_nien_hides_the_interrupt_until_it_is_allowed)
{
    static struct bench b;
    start(&b);
    ide_control_write(&b.ide, 0x3f6, 1, 0x02);
    command(&b, 0xa0, 0, 1, 0x10);
    wait_not_busy(&b);
    ck_assert(!b.irq);
    ide_control_write(&b.ide, 0x3f6, 1, 0x00);
    ck_assert(b.irq);
    in(&b, 0x1f7);
    ck_assert(!b.irq);
    finish(&b);
}
END_TEST

START_TEST(ide_absent_slave_reads_status_0)
{
    static struct bench b;
    start(&b);
    out(&b, 0x1f6, 0xb0);
    ck_assert_uint_eq(in(&b, 0x1f7), 0);
    out(&b, 0x1f7, 0xec);
    ck_assert_uint_eq(in(&b, 0x1f7), 0);
    out(&b, 0x1f6, 0xa0);
    ck_assert_uint_eq(in(&b, 0x1f7), 0x50);
    ck_assert_uint_eq(b.interrupts, 0);
    finish(&b);
}
END_TEST

START_TEST(ide_empty_channel_floats)
{
    static struct bench b;
    start(&b);
    ide_attach(&b.ide, 0, NULL);
    ck_assert_uint_eq(in(&b, 0x1f7), 0xff);
    ck_assert_uint_eq(in(&b, 0x1f2), 0xff);
    out(&b, 0x1f7, 0x20);
    ck_assert_uint_eq(ide_data_read(&b.ide, 0x1f0, 2) & 0xffff, 0xffff);
    finish(&b);
}
END_TEST

START_TEST(ide_slave_has_its_own_medium)
{
    static struct bench b;
    struct error error;
    u8 data[512];
    start(&b);
    ck_assert(disk_image_open_blank(&b.slave, 100, &error));
    ide_attach(&b.ide, 1, &b.slave);
    fill(&b.slave, 3, 0xee);
    command(&b, 0xf0, 3, 1, 0x20);
    wait_not_busy(&b);
    take(&b, data, 1);
    ck_assert_uint_eq(data[0], 0xee);
    finish(&b);
}
END_TEST

static void count_error(void *context, const struct error *error)
{
    (void)error;
    ++*(unsigned *)context;
}

static bool broken_read(void *state, u64 sector, u32 count, u8 *to, struct error *error)
{
    (void)state, (void)sector, (void)count, (void)to;
    return error_set(error, "broken");
}

START_TEST(ide_failing_medium_is_an_uncorrectable_error)
{
    static struct bench b;
    unsigned errors = 0;
    start(&b);
    b.ide.host_error = count_error;
    b.ide.host_error_context = &errors;
    b.master.base.read = broken_read;
    command(&b, 0xe0, 5, 1, 0x20);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x40);
    ck_assert_uint_eq(errors, 1);
    b.master.read_only = true;
    command(&b, 0xe0, 5, 1, 0x30);
    give(&b, 0, 1);
    ck_assert_uint_eq(wait_not_busy(&b), 0x51);
    ck_assert_uint_eq(in(&b, 0x1f1), 0x04);
    finish(&b);
}
END_TEST

/* Any state a snapshot may bring: numbers from a fixed generator. */
START_TEST(ide_damaged_state_stays_in_its_buffer)
{
    static struct bench b;
    u32 seed = 386;
    for (unsigned round = 0; round < 1000; round++) {
        start(&b);
        for (u32 i = 0; i < ide_fields.count - 1; i++) {
            const struct field *field = &ide_fields.fields[i];
            for (u32 byte = 0; byte < field->count * field->size && byte < 8; byte++) {
                seed = seed * 1664525 + 1013904223;
                u8 value = (u8)(seed >> 24);
                ((u8 *)&b.ide)[field->offset + byte] = round & 1 ? value & 15 : value;
            }
        }
        ide_fields.after_load(&b.ide);
        clock_schedule(&b.clock, &b.ide.done, 1);
        for (unsigned i = 0; i < 40; i++) {
            give(&b, 1, 1);
            for (unsigned j = 0; j < 600; j++)
                ide_data_read(&b.ide, 0x1f0, 4);
            b.clock.now += 100000;
            clock_run_due(&b.clock);
        }
        finish(&b);
    }
}
END_TEST

SUITE_MAIN("ide", ide_long_commands_carry_four_bytes_more, ide_format_clears_the_track,
           ide_tells_its_power_mode, ide_sleeps_until_a_reset,
           ide_software_reset_reverts_settings_unless_told_not_to,
           ide_diagnostic_goes_to_both_drives, ide_reads_by_chs_with_an_interrupt_a_sector,
           ide_reads_by_lba, ide_write_asks_for_data_at_once_and_interrupts_after_each_sector,
           ide_count_0_is_256_sectors, ide_multiple_moves_blocks,
           ide_identify_tells_geometry_and_size, ide_set_parameters_changes_the_translation,
           ide_addresses_outside_have_no_id, ide_unknown_and_packet_commands_are_aborted,
           ide_commands_without_data_finish_well, ide_software_reset_leaves_the_signature,
           ide_nien_hides_the_interrupt_until_it_is_allowed, ide_absent_slave_reads_status_0,
           ide_empty_channel_floats, ide_slave_has_its_own_medium,
           ide_failing_medium_is_an_uncorrectable_error, ide_damaged_state_stays_in_its_buffer)
