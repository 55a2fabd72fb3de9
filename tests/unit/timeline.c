#include "snapshot/timeline.h"

#include "debug/breakpoint.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

/* F000:0000: again: in al, 60h; add [0500h], al; inc word [0502h]; jmp again. What was typed, and
   when, is in memory soon. */
static const u8 code[] = {0xe4, 0x60, 0x00, 0x06, 0x00, 0x05, 0xff, 0x06, 0x02, 0x05, 0xeb, 0xf4};
static u8 rom[64 * KIB];
static struct machine machine;
static struct timeline *timeline;
static struct text_out record;

static void start(void)
{
    struct error error;
    memset(rom, 0xf4, sizeof rom);
    memcpy(rom, code, sizeof code);
    memcpy(rom + 0xfff0, (const u8[]){0xea, 0x00, 0x00, 0x00, 0xf0}, 5);
    struct machine_config config = {.ram_size = MIB, .bios = rom, .bios_size = sizeof rom};
    ck_assert_msg(machine_init(&machine, &config, &error), "%s", error.text);
    timeline = timeline_new(&machine);
    ck_assert_ptr_nonnull(timeline);
}

static void end(void)
{
    timeline_free(timeline);
    machine_free(&machine);
}

static void run_to(u64 tick)
{
    ck_assert_int_eq(machine_run(&machine, tick), MACHINE_STOP_TIME);
}

static void keep(void *context, const char *line)
{
    text_out_string(context, line);
}

/* Keys, mouse, serial bytes and the reset button at uneven ticks. */
static void live(void)
{
    run_to(1000003);
    machine_key(&machine, 0x1e, true);
    run_to(1500000);
    machine_key(&machine, 0x1e, false);
    machine_mouse(&machine, 5, -7, 1, 1);
    run_to(2000001);
    machine_serial_input(&machine, 0, "bytes", 5);
    run_to(3000000);
    machine_press_reset(&machine);
    run_to(3000777);
    machine_key(&machine, 0xe048, true);
    run_to(5000000);
}

static const char *recorded(void)
{
    text_out_clear(&record);
    start();
    timeline_record(timeline, keep, &record);
    live();
    timeline_end_record(timeline);
    end();
    return text_out_text(&record);
}

START_TEST(timeline_replays_bit_for_bit_in_any_slicing)
{
    static const u64 slices[] = {5000000, 1000000, 77777, 4999};
    const char *text = recorded();
    ck_assert_ptr_nonnull(strstr(text, "\n1000003 key 1e\n"));
    ck_assert_ptr_nonnull(strstr(text, "\n1500000 mouse 0500f9ff0101\n"));
    ck_assert_ptr_nonnull(strstr(text, "\n2000001 serial 6279746573\n3000000 reset \n"));
    for (size_t i = 0; i < ARRAY_COUNT(slices); i++) {
        struct error error = {""};
        bool known;
        start();
        ck_assert_msg(timeline_replay(timeline, text, strlen(text), &error), "%s", error.text);
        ck_assert_uint_eq(timeline_replay_end(timeline), 5000000);
        while (machine.clock.now < 5000000) {
            u64 next = machine.clock.now + slices[i];
            machine_key(&machine, 0x39, true); /* thrown away */
            run_to(next < 5000000 ? next : 5000000);
        }
        ck_assert_ptr_null(timeline_misfit(timeline));
        ck_assert_msg(timeline_check_end(timeline, &known, &error), "%s", error.text);
        ck_assert(known);
        end();
    }
}
END_TEST

START_TEST(timeline_tells_another_end_from_the_recorded_one)
{
    struct error error = {""};
    bool known;
    recorded();
    memcpy(strstr(record.text, "key 1e"), "key 1f", 6);
    start();
    ck_assert(timeline_replay(timeline, record.text, record.length, &error));
    run_to(5000000);
    ck_assert(!timeline_check_end(timeline, &known, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "another state at tick 5000000"));
    end();
    start();
    run_to(1);
    ck_assert(!timeline_replay(timeline, record.text, record.length, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "made on another machine"));
    end();
}
END_TEST

static const char *const damaged[] = {
    "x 1 key 1e\n",
    "5 key\n1 key 1e\n",
    "5 nothing 00\n",
    "5 key 1\n",
    "5 key 1g\n",
    "end 1 2\n",
    "99 key 1e\n5 key 1e\n",
    "-\n",
    "5 key 1E\n",
    "\n",
    "end 5 0 0\n6 key 1e\n",
};

START_TEST(timeline_refuses_damaged_recordings_in_one_line)
{
    struct error error = {""};
    recorded();
    *strchr(strchr(record.text, '\n') + 1, '\n') = 0;
    for (size_t i = 0; i < ARRAY_COUNT(damaged); i++) {
        char text[512];
        int length = snprintf(text, sizeof text, "%s\n%s", record.text, damaged[i]);
        start();
        ck_assert_msg(!timeline_replay(timeline, text, (size_t)length, &error), "%s", damaged[i]);
        ck_assert_msg(strstr(error.text, "line ") && !strchr(error.text, '\n'), "%s", error.text);
        ck_assert(!machine.input.tap.closed);
        end();
    }
    start();
    ck_assert(!timeline_replay(timeline, "glass386 recording 2\n", 21, &error));
    end();
}
END_TEST

START_TEST(timeline_goes_back_and_comes_again)
{
    static const u64 ticks[] = {0, 1, 1000003, 1000004, 2500000, 3000777, 4999999};
    u64 hashes[ARRAY_COUNT(ticks)];
    struct error error = {""};
    for (size_t i = 0; i < ARRAY_COUNT(ticks); i++) {
        start();
        live();
        ck_assert_msg(timeline_go(timeline, ticks[i], &error), "%s", error.text);
        ck_assert_uint_eq(machine.clock.now, ticks[i]);
        hashes[i] = machine_hash(&machine);
        run_to(5000000);
        u64 last = machine_hash(&machine);
        end();
        start();
        live();
        ck_assert_uint_eq(machine_hash(&machine), last);
        for (size_t k = i + 1; i == ARRAY_COUNT(ticks) - 1 && k-- > 0;) { /* one after another */
            ck_assert(timeline_go(timeline, ticks[k], &error));
            ck_assert_uint_eq(machine_hash(&machine), hashes[k]);
        }
        end();
    }
}
END_TEST

START_TEST(timeline_forgets_what_came_later_when_something_new_comes)
{
    struct error error = {""};
    start();
    live();
    u64 first = machine_hash(&machine);
    ck_assert(timeline_go(timeline, 1200000, &error));
    machine_key(&machine, 0x39, true);
    run_to(5000000);
    u64 second = machine_hash(&machine);
    ck_assert_uint_ne(first, second);
    ck_assert(timeline_go(timeline, 1300000, &error));
    run_to(5000000);
    ck_assert_uint_eq(machine_hash(&machine), second);
    end();
}
END_TEST

static u32 printed;

static void count_byte(void *context, u8 byte)
{
    (void)context;
    (void)byte;
    printed++;
}

/* A byte that left the serial line does not leave it again when the machine goes there again. */
START_TEST(timeline_is_quiet_where_it_has_been)
{
    struct error error = {""};
    start();
    machine.config.debugcon = (struct byte_sink){count_byte, NULL};
    printed = 0;
    memcpy(rom, (const u8[]){0xe6, 0xe9, 0xeb, 0xfc}, 4); /* again: out e9h, al; jmp again */
    run_to(1000);
    u32 before = printed;
    ck_assert_uint_gt(before, 400);
    ck_assert(timeline_go(timeline, 500, &error));
    ck_assert(timeline_go(timeline, 999, &error));
    ck_assert_uint_eq(printed, before);
    ck_assert(timeline_go(timeline, 2000, &error)); /* new from 1000 on */
    ck_assert_uint_gt(printed, before + 400);
    end();
}
END_TEST

/* One can go to both sides of a change by hand, and what follows it is what followed. */
START_TEST(timeline_keeps_changes_by_hand)
{
    struct error error = {""};
    start();
    live();
    run_to(6000000);
    u64 before = machine_hash(&machine);
    for (u32 i = 0; i < 12; i++) { /* more than it keeps moments */
        memory_write(&machine.memory, 0x600 + i, 1, 0x55);
        timeline_changed(timeline, true);
        run_to(7000000 + i * 1000);
    }
    run_to(8000000);
    u64 last = machine_hash(&machine);
    ck_assert(timeline_go(timeline, 7010500, &error));
    ck_assert_uint_eq(memory_read(&machine.memory, 0x60a, 2), 0x5555);
    ck_assert(timeline_go(timeline, 8000000, &error));
    ck_assert_uint_eq(machine_hash(&machine), last);
    ck_assert(!timeline_go(timeline, 10, &error)); /* the oldest changes pushed the beginning out */
    end();
    start();
    live();
    run_to(6000000);
    memory_write(&machine.memory, 0x600, 1, 0x55);
    timeline_changed(timeline, true);
    u64 after = machine_hash(&machine);
    run_to(6000001);
    ck_assert(timeline_go(timeline, 5999999, &error));
    ck_assert_uint_eq(memory_read(&machine.memory, 0x600, 1), 0);
    run_to(6000000);
    ck_assert_uint_eq(machine_hash(&machine), before);
    ck_assert(timeline_go(timeline, 6000000, &error));
    ck_assert_uint_eq(machine_hash(&machine), after);
    memory_write(&machine.memory, 0x600, 1, 0x66);
    timeline_changed(timeline, false); /* the past begins here */
    ck_assert(!timeline_go(timeline, 5999999, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "6000000"));
    end();
}
END_TEST

START_TEST(timeline_finds_the_last_stop_before_now)
{
    struct breakpoints breakpoints;
    struct error error = {""};
    start();
    run_to(1000000);
    breakpoints_init(&breakpoints, &machine.cpu, NULL);
    const struct breakpoint again = {.kind = BREAK_CODE, .address = 0xf0000};
    ck_assert_ptr_nonnull(breakpoint_add(&breakpoints, &again, &error));
    u64 before = machine.clock.now;
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_msg(timeline_go_to_last_stop(timeline, &error), "%s", error.text);
        ck_assert_uint_eq(machine.cpu.eip, 0);
        ck_assert(machine.clock.now < before && before - machine.clock.now <= 5);
        before = machine.clock.now;
    }
    breakpoint_delete_all(&breakpoints);
    const struct breakpoint write = {.kind = BREAK_WRITE, .address = 0x502, .length = 2};
    ck_assert_ptr_nonnull(breakpoint_add(&breakpoints, &write, &error));
    ck_assert(timeline_go_to_last_stop(timeline, &error));
    ck_assert_uint_eq(machine.cpu.eip, 10);
    breakpoint_delete_all(&breakpoints);
    before = machine.clock.now;
    ck_assert(!timeline_go_to_last_stop(timeline, &error));
    ck_assert_str_eq(error.text, "");
    ck_assert_uint_eq(machine.clock.now, before);
    end();
}
END_TEST

SUITE_MAIN("timeline", timeline_replays_bit_for_bit_in_any_slicing,
           timeline_tells_another_end_from_the_recorded_one,
           timeline_refuses_damaged_recordings_in_one_line, timeline_goes_back_and_comes_again,
           timeline_forgets_what_came_later_when_something_new_comes,
           timeline_is_quiet_where_it_has_been, timeline_keeps_changes_by_hand,
           timeline_finds_the_last_stop_before_now)
