#include "devices/pit.h"

#include "support/suite.h"

struct bench {
    struct clock clock;
    struct pit pit;
    unsigned edges; /* rising ones of OUT 0 */
    bool level;
};

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->edges += level && !bench->level;
    bench->level = level;
}

/* One tick is one input clock of the chip. */
static void start_at_rate(struct bench *bench, u32 rate)
{
    *bench = (struct bench){.level = true};
    clock_init(&bench->clock, rate);
    pit_init(&bench->pit, &bench->clock, (struct irq_line){set_irq, bench, 0});
    bench->edges = 0;
}

static void start(struct bench *bench)
{
    start_at_rate(bench, PIT_FREQUENCY);
}

static void run(struct bench *bench, u64 ticks)
{
    u64 end = bench->clock.now + ticks;
    while (bench->clock.next <= end) {
        bench->clock.now = bench->clock.next;
        clock_run_due(&bench->clock);
    }
    bench->clock.now = end;
}

static void out(struct bench *bench, u16 port, u8 value)
{
    pit_write(&bench->pit, port, 1, value);
}

static u8 in(struct bench *bench, u16 port)
{
    return (u8)pit_read(&bench->pit, port, 1);
}

static u16 in_word(struct bench *bench, u16 port)
{
    u16 low = in(bench, port);
    return (u16)(low | in(bench, port) << 8);
}

static void program(struct bench *bench, unsigned channel, unsigned mode, u16 count)
{
    out(bench, 0x43, (u8)(channel << 6 | 0x30 | mode << 1));
    out(bench, (u16)(0x40 + channel), (u8)count);
    out(bench, (u16)(0x40 + channel), (u8)(count >> 8));
}

START_TEST(pit_mode_3_interrupts_at_its_rate)
{
    struct bench b;
    start_at_rate(&b, 100000000);
    program(&b, 0, 3, 11931);
    run(&b, 100000000);
    ck_assert_uint_ge(b.edges, 99);
    ck_assert_uint_le(b.edges, 101);
}
END_TEST

START_TEST(pit_mode_2_pulses_even_when_a_tick_is_longer_than_the_pulse)
{
    struct bench b;
    start_at_rate(&b, PIT_FREQUENCY / 7);
    program(&b, 0, 2, 1193);
    run(&b, PIT_FREQUENCY / 7);
    ck_assert_uint_ge(b.edges, 999);
    ck_assert_uint_le(b.edges, 1001);
}
END_TEST

START_TEST(pit_mode_0_rises_once_after_count_plus_one)
{
    struct bench b;
    start(&b);
    program(&b, 0, 0, 10);
    ck_assert(!pit_output(&b.pit, 0));
    run(&b, 10);
    ck_assert(!b.level);
    run(&b, 1);
    ck_assert(b.level);
    run(&b, 200000);
    ck_assert_uint_eq(b.edges, 1);
}
END_TEST

START_TEST(pit_mode_2_is_low_for_the_last_clock)
{
    struct bench b;
    start(&b);
    program(&b, 2, 2, 4);
    pit_set_gate(&b.pit, 2, true);
    run(&b, 1);
    for (unsigned i = 0; i < 12; i++) {
        ck_assert_uint_eq(pit_output(&b.pit, 2), i % 4 != 3);
        ck_assert_uint_eq(pit_count(&b.pit, 2), 4 - i % 4);
        run(&b, 1);
    }
}
END_TEST

START_TEST(pit_mode_3_is_high_for_the_longer_half)
{
    struct bench b;
    start(&b);
    program(&b, 2, 3, 5);
    pit_set_gate(&b.pit, 2, true);
    run(&b, 1);
    for (unsigned i = 0; i < 15; i++) {
        ck_assert_uint_eq(pit_output(&b.pit, 2), i % 5 < 3);
        run(&b, 1);
    }
}
END_TEST

START_TEST(pit_mode_3_counts_by_two)
{
    struct bench b;
    start(&b);
    program(&b, 0, 3, 100);
    run(&b, 11);
    ck_assert_uint_eq(in_word(&b, 0x40), 80);
    run(&b, 50);
    ck_assert_uint_eq(in_word(&b, 0x40), 80);
}
END_TEST

START_TEST(pit_new_count_waits_for_the_end_of_the_period)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 100);
    run(&b, 41);
    out(&b, 0x40, 10);
    out(&b, 0x40, 0);
    ck_assert_uint_eq(pit_count(&b.pit, 0), 60);
    run(&b, 60);
    ck_assert_uint_eq(pit_count(&b.pit, 0), 10);
}
END_TEST

START_TEST(pit_new_square_wave_count_waits_for_the_half)
{
    struct bench b;
    start(&b);
    program(&b, 0, 3, 100);
    run(&b, 41);
    out(&b, 0x40, 20);
    out(&b, 0x40, 0);
    run(&b, 10); /* the low half begins, ten clocks long now */
    ck_assert(!pit_output(&b.pit, 0));
    run(&b, 10);
    ck_assert(pit_output(&b.pit, 0));
    run(&b, 10);
    ck_assert(!pit_output(&b.pit, 0));
}
END_TEST

START_TEST(pit_mode_1_is_triggered_by_the_gate)
{
    struct bench b;
    start(&b);
    program(&b, 2, 1, 5);
    run(&b, 100);
    ck_assert(pit_output(&b.pit, 2));
    pit_set_gate(&b.pit, 2, true);
    ck_assert(pit_output(&b.pit, 2)); /* falls at the next clock */
    run(&b, 1);
    ck_assert(!pit_output(&b.pit, 2));
    run(&b, 2);
    ck_assert(!pit_output(&b.pit, 2));
    pit_set_gate(&b.pit, 2, false);
    pit_set_gate(&b.pit, 2, true); /* starts anew */
    run(&b, 5);
    ck_assert(!pit_output(&b.pit, 2));
    run(&b, 1);
    ck_assert(pit_output(&b.pit, 2));
}
END_TEST

START_TEST(pit_strobe_modes_pulse_for_one_clock)
{
    struct bench b;
    for (unsigned mode = 4; mode <= 5; mode++) {
        start(&b);
        program(&b, 2, mode, 6);
        pit_set_gate(&b.pit, 2, true);
        if (mode == 4)
            program(&b, 2, mode, 6);
        run(&b, 6);
        ck_assert(pit_output(&b.pit, 2));
        run(&b, 1);
        ck_assert(!pit_output(&b.pit, 2));
        run(&b, 1);
        ck_assert(pit_output(&b.pit, 2));
    }
}
END_TEST

START_TEST(pit_gate_low_holds_mode_0)
{
    struct bench b;
    start(&b);
    pit_set_gate(&b.pit, 2, true);
    program(&b, 2, 0, 50);
    run(&b, 11);
    pit_set_gate(&b.pit, 2, false);
    run(&b, 1000);
    ck_assert_uint_eq(pit_count(&b.pit, 2), 40);
    pit_set_gate(&b.pit, 2, true);
    run(&b, 40);
    ck_assert(pit_output(&b.pit, 2));
}
END_TEST

START_TEST(pit_gate_low_makes_the_square_wave_high_and_reloads)
{
    struct bench b;
    start(&b);
    pit_set_gate(&b.pit, 2, true);
    program(&b, 2, 3, 100);
    run(&b, 71);
    ck_assert(!pit_output(&b.pit, 2));
    pit_set_gate(&b.pit, 2, false);
    ck_assert(pit_output(&b.pit, 2));
    ck_assert_uint_eq(pit_output_frequency(&b.pit, 2), 0);
    pit_set_gate(&b.pit, 2, true);
    run(&b, 1);
    ck_assert_uint_eq(pit_count(&b.pit, 2), 100);
    ck_assert_uint_eq(pit_output_frequency(&b.pit, 2), PIT_FREQUENCY / 100);
}
END_TEST

START_TEST(pit_latch_keeps_the_count_until_it_was_read)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 1000);
    run(&b, 101);
    out(&b, 0x43, 0x00);
    run(&b, 300);
    out(&b, 0x43, 0x00); /* a second latch command is ignored */
    ck_assert_uint_eq(in_word(&b, 0x40), 900);
    ck_assert_uint_eq(in_word(&b, 0x40), 600);
}
END_TEST

START_TEST(pit_read_back_gives_status_then_count)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 1000);
    run(&b, 101);
    out(&b, 0x43, 0xc2);
    ck_assert_uint_eq(in(&b, 0x40), 0xb4);
    ck_assert_uint_eq(in_word(&b, 0x40), 900);
    out(&b, 0x43, 0x34);
    out(&b, 0x43, 0xe2);
    ck_assert_uint_eq(in(&b, 0x40), 0xf4); /* null count */
}
END_TEST

START_TEST(pit_counts_in_bcd)
{
    struct bench b;
    start(&b);
    out(&b, 0x43, 0x35);
    out(&b, 0x40, 0x00);
    out(&b, 0x40, 0x10);
    run(&b, 2);
    ck_assert_uint_eq(pit_count(&b.pit, 0), 0x0999);
    out(&b, 0x43, 0x35);
    out(&b, 0x40, 0);
    out(&b, 0x40, 0);
    run(&b, 2);
    ck_assert_uint_eq(pit_count(&b.pit, 0), 0x9999);
}
END_TEST

START_TEST(pit_zero_counts_65536)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 0);
    run(&b, 65536);
    ck_assert_uint_eq(b.edges, 0);
    run(&b, 1);
    ck_assert_uint_eq(b.edges, 1);
}
END_TEST

START_TEST(pit_damaged_times_do_not_hang_it)
{
    struct bench b;
    for (unsigned mode = 0; mode < 6; mode++) {
        start(&b);
        program(&b, 0, mode, 100);
        b.pit.channel[0].start = UINT64_MAX - 3;
        b.pit.channel[0].period = 0;
        b.pit.channel[0].triggered = 1;
        b.pit.channel[0].null_count = 1;
        pit_fields.after_load(&b.pit);
        out(&b, 0x42, 0);
        run(&b, 1000000);
        in_word(&b, 0x40);
    }
}
END_TEST

SUITE_MAIN("pit", pit_mode_3_interrupts_at_its_rate,
           pit_mode_2_pulses_even_when_a_tick_is_longer_than_the_pulse,
           pit_mode_0_rises_once_after_count_plus_one, pit_mode_2_is_low_for_the_last_clock,
           pit_mode_3_is_high_for_the_longer_half, pit_mode_3_counts_by_two,
           pit_new_count_waits_for_the_end_of_the_period,
           pit_new_square_wave_count_waits_for_the_half, pit_mode_1_is_triggered_by_the_gate,
           pit_strobe_modes_pulse_for_one_clock, pit_gate_low_holds_mode_0,
           pit_gate_low_makes_the_square_wave_high_and_reloads,
           pit_latch_keeps_the_count_until_it_was_read, pit_read_back_gives_status_then_count,
           pit_counts_in_bcd, pit_zero_counts_65536, pit_damaged_times_do_not_hang_it)
