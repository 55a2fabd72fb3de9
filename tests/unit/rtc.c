#include "devices/rtc.h"

#include "support/suite.h"

#define RATE 1000000u

struct bench {
    struct clock clock;
    struct rtc rtc;
    unsigned edges;
    bool level;
};

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->edges += level && !bench->level;
    bench->level = level;
}

static void start(struct bench *bench)
{
    *bench = (struct bench){.level = false};
    clock_init(&bench->clock, RATE);
    rtc_init(&bench->rtc, &bench->clock, (struct irq_line){set_irq, bench, 8});
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

static u8 in(struct bench *bench, u8 cell)
{
    rtc_write(&bench->rtc, 0x70, 1, cell);
    return (u8)rtc_read(&bench->rtc, 0x71, 1);
}

static void out(struct bench *bench, u8 cell, u8 value)
{
    rtc_write(&bench->rtc, 0x70, 1, cell);
    rtc_write(&bench->rtc, 0x71, 1, value);
}

static void ck_date(struct bench *b, u8 century, u8 year, u8 month, u8 day)
{
    ck_assert_uint_eq(in(b, RTC_CENTURY), century);
    ck_assert_uint_eq(in(b, RTC_YEAR), year);
    ck_assert_uint_eq(in(b, RTC_MONTH), month);
    ck_assert_uint_eq(in(b, RTC_DAY), day);
}

static void ck_time(struct bench *b, u8 hours, u8 minutes, u8 seconds)
{
    ck_assert_uint_eq(in(b, RTC_HOURS), hours);
    ck_assert_uint_eq(in(b, RTC_MINUTES), minutes);
    ck_assert_uint_eq(in(b, RTC_SECONDS), seconds);
}

START_TEST(rtc_starts_in_1992_and_counts_guest_seconds)
{
    struct bench b;
    start(&b);
    ck_date(&b, 0x19, 0x92, 0x01, 0x01);
    ck_time(&b, 0, 0, 0);
    ck_assert_uint_eq(in(&b, RTC_DAY_OF_WEEK), 4); /* a Wednesday */
    run(&b, 3661ull * RATE);
    ck_time(&b, 0x01, 0x01, 0x01);
}
END_TEST

START_TEST(rtc_carries_into_the_century)
{
    struct bench b;
    start(&b);
    rtc_set_time(&b.rtc, 946684799);
    ck_date(&b, 0x19, 0x99, 0x12, 0x31);
    run(&b, RATE);
    ck_date(&b, 0x20, 0x00, 0x01, 0x01);
    ck_time(&b, 0, 0, 0);
}
END_TEST

START_TEST(rtc_knows_leap_years)
{
    struct bench b;
    start(&b);
    rtc_set_time(&b.rtc, 699321599); /* 1992-02-28 23:59:59 */
    run(&b, RATE);
    ck_date(&b, 0x19, 0x92, 0x02, 0x29);
    run(&b, 86400ull * RATE);
    ck_date(&b, 0x19, 0x92, 0x03, 0x01);
}
END_TEST

START_TEST(rtc_binary_and_twelve_hours)
{
    struct bench b;
    start(&b);
    out(&b, RTC_B, 0x04);
    rtc_set_time(&b.rtc, 694224000 + 12 * 3600 + 59 * 60 + 59);
    ck_time(&b, 0x8c, 59, 59);
    run(&b, RATE);
    ck_time(&b, 0x81, 0, 0);
    run(&b, 11ull * 3600 * RATE);
    ck_time(&b, 12, 0, 0);
    ck_date(&b, 19, 92, 1, 2);
}
END_TEST

START_TEST(rtc_set_bit_stops_the_time)
{
    struct bench b;
    start(&b);
    out(&b, RTC_B, 0x82);
    run(&b, 5 * RATE);
    ck_time(&b, 0, 0, 0);
    out(&b, RTC_B, 0x02);
    run(&b, RATE);
    ck_time(&b, 0, 0, 1);
}
END_TEST

START_TEST(rtc_divider_release_updates_after_half_a_second)
{
    struct bench b;
    start(&b);
    out(&b, RTC_A, 0x76);
    run(&b, 3 * RATE + 123);
    ck_time(&b, 0, 0, 0);
    out(&b, RTC_A, 0x26);
    run(&b, RATE / 2 - 1);
    ck_time(&b, 0, 0, 0);
    run(&b, 1);
    ck_time(&b, 0, 0, 1);
}
END_TEST

START_TEST(rtc_update_in_progress_precedes_the_update)
{
    struct bench b;
    start(&b);
    run(&b, RATE - 2300);
    ck_assert_uint_eq(in(&b, RTC_A), 0x26);
    run(&b, 100);
    ck_assert_uint_eq(in(&b, RTC_A), 0xa6);
    run(&b, 2200);
    ck_assert_uint_eq(in(&b, RTC_A), 0x26);
}
END_TEST

START_TEST(rtc_periodic_interrupt_waits_for_register_c)
{
    struct bench b;
    start(&b);
    out(&b, RTC_B, 0x42);
    run(&b, RATE);
    ck_assert_uint_eq(b.edges, 1);
    ck_assert_uint_eq(in(&b, RTC_C), 0xd0); /* periodic and update ended */
    ck_assert(!b.level);
    for (unsigned i = 0; i < 1024; i++) {
        run(&b, RATE / 1024 + 1);
        in(&b, RTC_C);
    }
    ck_assert_uint_ge(b.edges, 1024);
}
END_TEST

START_TEST(rtc_periodic_flag_is_set_without_its_interrupt)
{
    struct bench b;
    start(&b);
    in(&b, RTC_C);
    run(&b, 1000);
    ck_assert_uint_eq(in(&b, RTC_C), 0x40);
    ck_assert_uint_eq(in(&b, RTC_C), 0);
    ck_assert_uint_eq(b.edges, 0);
}
END_TEST

START_TEST(rtc_alarm_takes_dont_care_codes)
{
    struct bench b;
    start(&b);
    out(&b, RTC_SECONDS_ALARM, 0x05);
    out(&b, RTC_MINUTES_ALARM, 0xff);
    out(&b, RTC_HOURS_ALARM, 0xff);
    out(&b, RTC_B, 0x22);
    run(&b, 4 * RATE);
    ck_assert(!b.level);
    run(&b, RATE);
    ck_assert(b.level);
    ck_assert_uint_eq(in(&b, RTC_C) & 0xa0, 0xa0);
    run(&b, 60ull * RATE);
    ck_assert_uint_eq(b.edges, 2);
}
END_TEST

START_TEST(rtc_cells_keep_and_sum_up)
{
    struct bench b;
    start(&b);
    rtc_set_cell(&b.rtc, 0x12, 0xf0);
    rtc_set_cell(&b.rtc, 0x2d, 0x20);
    rtc_update_checksum(&b.rtc);
    ck_assert_uint_eq(in(&b, 0x12), 0xf0);
    ck_assert_uint_eq(in(&b, 0x2e), 0x01);
    ck_assert_uint_eq(in(&b, 0x2f), 0x10);
    out(&b, RTC_D, 0);
    ck_assert_uint_eq(in(&b, RTC_D), 0x80);
    ck_assert_uint_eq(rtc_read(&b.rtc, 0x70, 1), 0xff);
}
END_TEST

/* Rates 1 and 2 are 256 and 128 Hz, 3 is 8192 Hz, then halves down to 2 Hz. */
START_TEST(rtc_periodic_interrupt_has_fifteen_rates)
{
    for (u8 rate = 1; rate < 16; rate++) {
        unsigned hertz = rate < 3 ? 512u >> rate : 65536u >> rate, counted = 0;
        struct bench b;
        start(&b);
        out(&b, RTC_A, 0x20 | rate);
        out(&b, RTC_B, 0x42);
        in(&b, RTC_C);
        for (unsigned i = 0; i < RATE / 50; i++) { /* one second, looked at 20,000 times */
            run(&b, 50);
            if (b.level) {
                ck_assert_uint_eq(in(&b, RTC_C) & 0xc0, 0xc0);
                counted++;
            }
        }
        ck_assert_msg(counted + 1 >= hertz && counted <= hertz + 1, "rate %u: %u, not %u", rate,
                      counted, hertz);
    }
}
END_TEST

START_TEST(rtc_rate_0_is_silent)
{
    struct bench b;
    start(&b);
    out(&b, RTC_A, 0x20);
    out(&b, RTC_B, 0x42);
    run(&b, RATE);
    ck_assert_uint_eq(b.edges, 0);
    ck_assert_uint_eq(in(&b, RTC_C) & 0x40, 0);
}
END_TEST

START_TEST(rtc_reset_disables_interrupts_and_keeps_time_and_cells)
{
    struct bench b;
    start(&b);
    rtc_set_cell(&b.rtc, 0x40, 0x5a);
    out(&b, RTC_B, 0x72);
    run(&b, 3 * RATE);
    ck_assert(b.level);
    rtc_reset(&b.rtc);
    ck_assert(!b.level);
    ck_assert_uint_eq(in(&b, RTC_B), 0x02);
    ck_assert_uint_eq(in(&b, 0x40), 0x5a);
    ck_time(&b, 0x00, 0x00, 0x03);
}
END_TEST

SUITE_MAIN("rtc", rtc_periodic_interrupt_has_fifteen_rates, rtc_rate_0_is_silent,
           rtc_reset_disables_interrupts_and_keeps_time_and_cells,
           rtc_starts_in_1992_and_counts_guest_seconds, rtc_carries_into_the_century,
           rtc_knows_leap_years, rtc_binary_and_twelve_hours, rtc_set_bit_stops_the_time,
           rtc_divider_release_updates_after_half_a_second,
           rtc_update_in_progress_precedes_the_update, rtc_periodic_interrupt_waits_for_register_c,
           rtc_periodic_flag_is_set_without_its_interrupt, rtc_alarm_takes_dont_care_codes,
           rtc_cells_keep_and_sum_up)
