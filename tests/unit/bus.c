#include "bus/clock.h"
#include "bus/memory.h"
#include "bus/ports.h"
#include "support/suite.h"

#include <string.h>

static char fired[16];

static void fire(void *context, u64 now)
{
    (void)now;
    strcat(fired, context);
}

START_TEST(clock_fires_in_order_of_time_then_of_adding)
{
    struct clock clock;
    clock_init(&clock, 1000);
    struct clock_event a = {.fire = fire, .context = "a"}, b = {.fire = fire, .context = "b"},
                       c = {.fire = fire, .context = "c"};
    clock_add(&clock, &a);
    clock_add(&clock, &b);
    clock_add(&clock, &c);
    clock_schedule(&clock, &c, 5);
    clock_schedule(&clock, &b, 7);
    clock_schedule(&clock, &a, 7);
    ck_assert_uint_eq(clock.next, 5);
    fired[0] = 0;
    clock.now = 7;
    clock_run_due(&clock);
    ck_assert_str_eq(fired, "cab");
    ck_assert_uint_eq(clock.next, CLOCK_NEVER);
}
END_TEST

START_TEST(clock_cancel_uncovers_the_next_event)
{
    struct clock clock;
    clock_init(&clock, 1000);
    struct clock_event a = {.fire = fire}, b = {.fire = fire};
    clock_add(&clock, &a);
    clock_add(&clock, &b);
    clock_schedule(&clock, &a, 3);
    clock_schedule(&clock, &b, 9);
    clock_cancel(&clock, &a);
    ck_assert_uint_eq(clock.next, 9);
    ck_assert_uint_eq(clock_ticks_to_ns(&clock, 1000), 1000000000);
    ck_assert_uint_eq(clock_ns_to_ticks(&clock, 1000001), 2);
}
END_TEST

static u32 pattern_read(void *context, u16 port, unsigned size)
{
    (void)context;
    return size == 1 ? port & 0xffu : 0xabcd0000u + size;
}

START_TEST(ports_split_wide_access_unless_taken_whole)
{
    static struct ports ports;
    ports_init(&ports, NULL);
    ports_claim(&ports, &(struct port_range){.name = "bytes",
                                             .first = 0x10,
                                             .last = 0x13,
                                             .widths = PORT_BYTE,
                                             .read = pattern_read});
    ports_claim(&ports, &(struct port_range){.name = "words",
                                             .first = 0x20,
                                             .last = 0x21,
                                             .widths = PORT_BYTE | PORT_WORD,
                                             .read = pattern_read});
    ck_assert_uint_eq(ports_read(&ports, 0x10, 4), 0x13121110);
    ck_assert_uint_eq(ports_read(&ports, 0x20, 2), 0xabcd0002);
    ck_assert_uint_eq(ports_read(&ports, 0x12, 4), 0xffff1312);
    ck_assert_uint_eq(ports_read(&ports, 0x999, 1), 0xff);
}
END_TEST

START_TEST(memory_has_a_hole_below_one_megabyte_and_nothing_above_its_end)
{
    struct memory memory;
    struct error error;
    ck_assert(memory_init(&memory, 2 * MIB, &error));
    memory_write(&memory, 0x9fffe, 4, 0x11223344); /* the upper half falls in the hole */
    ck_assert_uint_eq(memory_read(&memory, 0x9fffe, 4), 0xffff3344);
    memory_write(&memory, 2 * MIB - 1, 2, 0x5566);
    ck_assert_uint_eq(memory_read(&memory, 2 * MIB - 1, 2), 0xff66);
    ck_assert_ptr_null(memory_write_pointer(&memory, 0xa0000));
    memory_free(&memory);
    ck_assert(!memory_init(&memory, 4096, &error));
}
END_TEST

START_TEST(memory_rom_ignores_writes)
{
    static const u8 rom[PAGE_SIZE] = {0xea};
    struct memory memory;
    ck_assert(memory_init(&memory, MIB, NULL));
    memory_map_rom(&memory, "rom", 0xf0000, PAGE_SIZE, rom);
    memory_write(&memory, 0xf0000, 1, 0);
    ck_assert_uint_eq(memory_read(&memory, 0xf0000, 1), 0xea);
    memory_free(&memory);
}
END_TEST

static u32 written_at, written_size;

static void code_written(void *context, u32 physical, u32 size)
{
    (void)context;
    written_at = physical;
    written_size = size;
}

START_TEST(memory_tells_the_code_watch_only_of_marked_chunks)
{
    struct memory memory;
    ck_assert(memory_init(&memory, MIB, NULL));
    memory.code_watch.written = code_written;
    memory.code_chunks[2] = memory_chunk_mask(0x2080, 1);
    memory_write(&memory, 0x2000, 4, 0);
    ck_assert_uint_eq(written_size, 0);
    memory_write(&memory, 0x207e, 4, 0);
    ck_assert_uint_eq(written_at, 0x207e);
    u8 block[4096] = {0};
    memory_write_bytes(&memory, 0x1800, block, sizeof block);
    ck_assert_uint_eq(written_at, 0x2000);
    ck_assert_uint_eq(written_size, 0x800);
    memory_free(&memory);
}
END_TEST

static u32 map_changes;

static void map_changed(void *context)
{
    (void)context;
    map_changes++;
}

START_TEST(memory_a20_masks_bit_20_and_tells_only_of_changes)
{
    struct memory memory;
    ck_assert(memory_init(&memory, 2 * MIB, NULL));
    memory.map_changed = map_changed;
    memory_set_a20(&memory, false);
    memory_set_a20(&memory, false);
    ck_assert_uint_eq(memory_a20(&memory, 0x10fff0), 0x0fff0);
    ck_assert_uint_eq(map_changes, 1);
    memory_free(&memory);
}
END_TEST

SUITE_MAIN("bus", clock_fires_in_order_of_time_then_of_adding, clock_cancel_uncovers_the_next_event,
           ports_split_wide_access_unless_taken_whole,
           memory_has_a_hole_below_one_megabyte_and_nothing_above_its_end,
           memory_rom_ignores_writes, memory_tells_the_code_watch_only_of_marked_chunks,
           memory_a20_masks_bit_20_and_tells_only_of_changes)
