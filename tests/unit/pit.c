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

/* An 8254 channel that is told of each clock, straight from the data sheet's mode definitions. */
struct model {
    unsigned mode, bcd, access, count, element;
    bool out, gate, null_count, loaded, has_element, counting, load_next, strobe, low_written, odd;
    u8 low, control;
};

static unsigned model_count(const struct model *m)
{
    unsigned value = 0, scale = 1;
    if (!m->bcd)
        return m->count ? m->count : 0x10000;
    for (unsigned digits = m->count; digits; digits >>= 4, scale *= 10)
        value += (digits & 15) * scale;
    return value ? value : 10000;
}

static u16 model_element(const struct model *m)
{
    if (!m->bcd)
        return (u16)m->element;
    unsigned value = m->element % 10000, digits = 0;
    for (unsigned shift = 0; shift < 16; shift += 4, value /= 10)
        digits |= value % 10 << shift;
    return (u16)digits;
}

static void model_control(struct model *m, u8 value)
{
    bool gate = m->gate;
    *m = (struct model){.mode = value >> 1 & 7, .bcd = value & 1, .access = value >> 4 & 3};
    m->mode -= m->mode > 5 ? 4 : 0;
    m->gate = gate;
    m->out = m->mode != 0;
    m->null_count = true;
    m->control = value & 0x3f;
}

static bool model_repeats(const struct model *m)
{
    return m->mode == 2 || m->mode == 3;
}

static void model_write(struct model *m, u8 value)
{
    if (m->access == 3 && !m->low_written) {
        m->low_written = true;
        m->low = value;
        if (m->mode == 0)
            m->out = m->counting = false;
        return;
    }
    unsigned high = (unsigned)value << 8;
    m->count = m->access == 1 ? (unsigned)value : m->access == 2 ? high : high | m->low;
    m->low_written = false;
    m->null_count = true;
    if (m->mode == 0)
        m->out = false;
    if (m->mode == 0 || m->mode == 4 || (model_repeats(m) && !m->loaded))
        m->load_next = m->counting = true;
    m->loaded = true;
}

static void model_gate(struct model *m, bool level)
{
    bool rises = level && !m->gate;
    m->gate = level;
    if (model_repeats(m) && !level)
        m->out = true;
    if (rises && m->loaded && m->mode != 0 && m->mode != 4)
        m->load_next = m->counting = true;
}

static void model_load(struct model *m)
{
    unsigned count = model_count(m);
    m->element = m->mode == 3 ? count & ~1u : count;
    m->odd = count & 1;
    m->null_count = false;
    m->has_element = true;
}

static void model_decrement(struct model *m, unsigned by)
{
    m->element = m->element ? m->element - by : (m->bcd ? 10000 : 0x10000) - by;
}

/* The square wave of an odd count stays high for one clock more, its element being zero. */
static void model_square_wave(struct model *m)
{
    bool odd_high = m->element == 0;
    if (!odd_high)
        model_decrement(m, 2);
    if (!odd_high && (m->element || (m->out && m->odd)))
        return;
    m->out = !m->out;
    model_load(m);
}

static void model_clock(struct model *m)
{
    if (m->mode >= 4)
        m->out = true;
    if (m->load_next) {
        m->load_next = false;
        model_load(m);
        m->strobe = m->mode >= 4;
        if (m->mode == 1)
            m->out = false;
        else if (model_repeats(m))
            m->out = true;
        return;
    }
    if (!m->counting || (!m->gate && m->mode != 1 && m->mode != 5))
        return;
    if (m->mode == 3) {
        model_square_wave(m);
        return;
    }
    model_decrement(m, 1);
    if (m->mode == 2) {
        if (m->element == 0)
            model_load(m);
        m->out = m->element != 1;
    } else if (m->element == 0 && m->mode < 2) {
        m->out = true;
    } else if (m->element == 0) {
        m->out = !m->strobe;
        m->strobe = false;
    }
}

static u32 random_below(u32 *seed, u32 below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

static u16 random_count(u32 *seed, unsigned bcd)
{
    u16 count = (u16)(2 + random_below(seed, 18));
    if (!random_below(seed, 30))
        count = 0;
    else if (!random_below(seed, 30))
        count = (u16)(2 + random_below(seed, bcd ? 9998 : 65534));
    if (!bcd)
        return count;
    return (u16)(count / 1000 << 12 | count / 100 % 10 << 8 | count / 10 % 10 << 4 | count % 10);
}

static void both_write_count(struct bench *b, struct model *m, u32 *seed)
{
    u16 count = random_count(seed, m->bcd);
    if (m->access == 1)
        count &= 0xff;
    else if (m->access == 2)
        count &= 0xff00;
    if (model_repeats(m) && model_count(&(struct model){.bcd = m->bcd, .count = count}) < 2)
        return;
    if (m->access != 2) {
        out(b, 0x42, (u8)count);
        model_write(m, (u8)count);
    }
    if (m->access != 1) {
        out(b, 0x42, (u8)(count >> 8));
        model_write(m, (u8)(count >> 8));
    }
}

static void both_do_something(struct bench *b, struct model *m, u32 *seed)
{
    unsigned what = random_below(seed, 40);
    if (what == 0 || !m->control) {
        u8 control = (u8)((1 + random_below(seed, 3)) << 4 | random_below(seed, 16));
        out(b, 0x43, 0x80 | control);
        model_control(m, control);
        both_write_count(b, m, seed);
    } else if (what < 3) {
        both_write_count(b, m, seed);
    } else if (what < 7) {
        bool level = !m->gate;
        pit_set_gate(&b->pit, 2, level);
        model_gate(m, level);
    }
}

/* Between two clocks. (ck_assert_msg is slow: it notes each call.) */
static void null_counts_are_equal(struct bench *b, const struct model *m, unsigned step)
{
    out(b, 0x43, 0xe8);
    bool null_count = in(b, 0x42) & 0x40;
    if (null_count != m->null_count)
        ck_abort_msg("step %u: null count %d", step, null_count);
}

static void both_are_equal(struct bench *b, const struct model *m, unsigned step)
{
    out(b, 0x43, 0xe8);
    u8 status = in(b, 0x42);
    u8 expected = (u8)((m->out ? 0x80 : 0) | (m->null_count ? 0x40 : 0) | m->control);
    u16 count = pit_count(&b->pit, 2);
    if (status != expected)
        ck_abort_msg("step %u: status %02x, not %02x", step, status, expected);
    if (m->has_element && count != model_element(m))
        ck_abort_msg("step %u: %04x, not %04x, status %02x", step, count, model_element(m), status);
}

START_TEST(pit_does_at_each_clock_what_the_data_sheet_says)
{
    struct bench b;
    for (u32 seed = 1; seed <= 40; seed++) {
        struct model m = {.mode = 3};
        u32 random = seed * 7919;
        start(&b);
        for (unsigned step = 0; step < 20000; step++) {
            both_do_something(&b, &m, &random);
            null_counts_are_equal(&b, &m, step);
            run(&b, 1);
            model_clock(&m);
            both_are_equal(&b, &m, step);
        }
    }
}
END_TEST

START_TEST(pit_read_back_keeps_what_it_latched_first)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 1000);
    run(&b, 101);
    out(&b, 0x43, 0xc2);
    out(&b, 0x43, 0x3c); /* another mode: the latches are let go */
    out(&b, 0x40, 0xe8);
    out(&b, 0x40, 0x03);
    run(&b, 51);
    out(&b, 0x43, 0xc2);
    run(&b, 100);
    out(&b, 0x43, 0xc2);
    ck_assert_uint_eq(in(&b, 0x40), 0xbc); /* the mode's bits as they were written */
    ck_assert_uint_eq(in_word(&b, 0x40), 950);
    ck_assert_uint_eq(in_word(&b, 0x40), 850);
}
END_TEST

START_TEST(pit_read_back_latches_the_channels_that_it_names)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 1000);
    program(&b, 1, 2, 500);
    run(&b, 101);
    out(&b, 0x43, 0xd6); /* counts of 0 and 1 */
    run(&b, 100);
    ck_assert_uint_eq(in_word(&b, 0x41), 400);
    ck_assert_uint_eq(in_word(&b, 0x40), 900);
    ck_assert_uint_eq(in_word(&b, 0x41), 300);
}
END_TEST

/* Reads and writes have a flip-flop each; a control word resets both. */
START_TEST(pit_bytes_alternate_apart_for_reads_and_writes)
{
    struct bench b;
    start(&b);
    program(&b, 0, 2, 0x1234);
    run(&b, 2);
    ck_assert_uint_eq(in(&b, 0x40), 0x33);
    out(&b, 0x40, 0x78);
    ck_assert_uint_eq(in(&b, 0x40), 0x12);
    out(&b, 0x40, 0x06);
    run(&b, 0x1233);
    ck_assert_uint_eq(pit_count(&b.pit, 0), 0x0678);
    in(&b, 0x40);
    out(&b, 0x40, 0x99);
    program(&b, 0, 2, 0x4321);
    run(&b, 1);
    ck_assert_uint_eq(in_word(&b, 0x40), 0x4321);
}
END_TEST

START_TEST(pit_single_byte_access)
{
    struct bench b;
    start(&b);
    out(&b, 0x43, 0x14); /* low only: the high byte is zero */
    out(&b, 0x40, 0x20);
    run(&b, 1);
    ck_assert_uint_eq(in(&b, 0x40), 0x20);
    ck_assert_uint_eq(in(&b, 0x40), 0x20);
    out(&b, 0x43, 0x24); /* high only */
    out(&b, 0x40, 0x20);
    run(&b, 1);
    ck_assert_uint_eq(pit_count(&b.pit, 0), 0x2000);
    out(&b, 0x43, 0x00);
    run(&b, 0x100);
    ck_assert_uint_eq(in(&b, 0x40), 0x20); /* the latch is one byte, too */
    ck_assert_uint_eq(in(&b, 0x40), 0x1f);
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

SUITE_MAIN("pit", pit_does_at_each_clock_what_the_data_sheet_says,
           pit_read_back_keeps_what_it_latched_first,
           pit_read_back_latches_the_channels_that_it_names,
           pit_bytes_alternate_apart_for_reads_and_writes, pit_single_byte_access,
           pit_mode_3_interrupts_at_its_rate,
           pit_mode_2_pulses_even_when_a_tick_is_longer_than_the_pulse,
           pit_mode_0_rises_once_after_count_plus_one, pit_mode_2_is_low_for_the_last_clock,
           pit_mode_3_is_high_for_the_longer_half, pit_mode_3_counts_by_two,
           pit_new_count_waits_for_the_end_of_the_period,
           pit_new_square_wave_count_waits_for_the_half, pit_mode_1_is_triggered_by_the_gate,
           pit_strobe_modes_pulse_for_one_clock, pit_gate_low_holds_mode_0,
           pit_gate_low_makes_the_square_wave_high_and_reloads,
           pit_latch_keeps_the_count_until_it_was_read, pit_read_back_gives_status_then_count,
           pit_counts_in_bcd, pit_zero_counts_65536, pit_damaged_times_do_not_hang_it)
