/* MC146818 real-time clock with 128 bytes of memory, as in the PC AT.

   Modelled: time and calendar in BCD and binary, 12 and 24 hours, leap years, alarm with "don't
   care" codes, update-in-progress bit, SET, divider reset, periodic, alarm and update interrupts
   with their flags. The century cell 32h, memory on the AT, is carried into as later chips do. Not
   modelled: daylight saving (DSE is kept), the square wave output, other crystals than 32.768 kHz.

   Time is guest time: one event a guest second advances the registers.

   Reference: MC146818A DS (Motorola); IBM PC AT Technical Reference for the memory's cells. */

#include "devices/rtc.h"

#include "base/bits.h"

#include <string.h>

enum {
    A_UPDATE_IN_PROGRESS = 0x80,
    A_DIVIDER = 0x70,
    A_DIVIDER_RESET = 0x60, /* 110 and 111 */
    A_RATE = 0x0f,

    B_SET = 0x80,
    B_PERIODIC = 0x40,
    B_ALARM = 0x20,
    B_UPDATE_ENDED = 0x10,
    B_SQUARE_WAVE = 0x08,
    B_BINARY = 0x04,
    B_24_HOURS = 0x02,

    C_REQUEST = 0x80,
    C_SOURCES = 0x70, /* the flags stand in the same bits as their enables in B */

    D_VALID = 0x80,

    HOURS_PM = 0x80,
    ALARM_ANY = 0xc0,
    INDEX_MASK = 0x7f,

    CRYSTAL = 32768,
    UPDATE_NS = 2228000, /* 244 us warning and 1984 us of update */
};

#define SECOND_NS 1000000000ull

static bool divider_runs(const struct rtc *rtc)
{
    return (rtc->cmos[RTC_A] & A_DIVIDER_RESET) != A_DIVIDER_RESET;
}

static void update_irq(struct rtc *rtc)
{
    bool level = rtc->cmos[RTC_C] & rtc->cmos[RTC_B] & C_SOURCES;
    rtc->cmos[RTC_C] = (u8)((rtc->cmos[RTC_C] & ~C_REQUEST) | (level ? C_REQUEST : 0));
    if (level == rtc->irq_level)
        return;
    rtc->irq_level = level;
    irq_set(&rtc->irq, level);
}

/* Numbers as the registers hold them. */

static u8 encode(const struct rtc *rtc, unsigned value)
{
    return (u8)(rtc->cmos[RTC_B] & B_BINARY ? value : value / 10 << 4 | value % 10);
}

static unsigned decode(const struct rtc *rtc, u8 value)
{
    return rtc->cmos[RTC_B] & B_BINARY ? value : (value >> 4) * 10u + (value & 15u);
}

static void set_hours(struct rtc *rtc, unsigned hours)
{
    if (rtc->cmos[RTC_B] & B_24_HOURS)
        rtc->cmos[RTC_HOURS] = encode(rtc, hours);
    else
        rtc->cmos[RTC_HOURS] =
            (u8)(encode(rtc, (hours + 11) % 12 + 1) | (hours >= 12 ? HOURS_PM : 0));
}

static unsigned hours_of(const struct rtc *rtc)
{
    u8 hours = rtc->cmos[RTC_HOURS];
    if (rtc->cmos[RTC_B] & B_24_HOURS)
        return decode(rtc, hours);
    return decode(rtc, hours & (u8)~HOURS_PM) % 12 + (hours & HOURS_PM ? 12 : 0);
}

static unsigned days_in_month(unsigned month, unsigned year)
{
    static const u8 days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 31;
    return days[month - 1] + (month == 2 && year % 4 == 0);
}

/* Adds one to a register that counts first..last; true when it wrapped. */
static bool advance(struct rtc *rtc, u8 cell, unsigned first, unsigned last)
{
    unsigned value = decode(rtc, rtc->cmos[cell]);
    bool wraps = value >= last;
    rtc->cmos[cell] = encode(rtc, wraps ? first : value + 1);
    return wraps;
}

static void advance_date(struct rtc *rtc)
{
    unsigned month = decode(rtc, rtc->cmos[RTC_MONTH]), year = decode(rtc, rtc->cmos[RTC_YEAR]);
    advance(rtc, RTC_DAY_OF_WEEK, 1, 7);
    if (advance(rtc, RTC_DAY, 1, days_in_month(month, year)) && advance(rtc, RTC_MONTH, 1, 12) &&
        advance(rtc, RTC_YEAR, 0, 99))
        advance(rtc, RTC_CENTURY, 0, 99);
}

static void advance_time(struct rtc *rtc)
{
    if (!advance(rtc, RTC_SECONDS, 0, 59) || !advance(rtc, RTC_MINUTES, 0, 59))
        return;
    unsigned hours = hours_of(rtc);
    set_hours(rtc, hours >= 23 ? 0 : hours + 1);
    if (hours >= 23)
        advance_date(rtc);
}

static bool alarm_matches(const struct rtc *rtc, u8 time, u8 alarm)
{
    return (rtc->cmos[alarm] & ALARM_ANY) == ALARM_ANY || rtc->cmos[alarm] == rtc->cmos[time];
}

static void second_passed(void *context, u64 tick)
{
    struct rtc *rtc = context;
    u64 now = clock_ticks_to_ns(rtc->clock, tick);
    rtc->next_second += SECOND_NS;
    if (rtc->next_second - now - 1 >= SECOND_NS)
        rtc->next_second = now + SECOND_NS;
    clock_schedule(rtc->clock, &rtc->second, clock_ns_to_ticks(rtc->clock, rtc->next_second));
    if ((rtc->cmos[RTC_B] & B_SET) || !divider_runs(rtc))
        return;
    advance_time(rtc);
    rtc->cmos[RTC_C] |= B_UPDATE_ENDED;
    if (alarm_matches(rtc, RTC_SECONDS, RTC_SECONDS_ALARM) &&
        alarm_matches(rtc, RTC_MINUTES, RTC_MINUTES_ALARM) &&
        alarm_matches(rtc, RTC_HOURS, RTC_HOURS_ALARM))
        rtc->cmos[RTC_C] |= B_ALARM;
    update_irq(rtc);
}

static bool update_in_progress(const struct rtc *rtc)
{
    u64 now = clock_ticks_to_ns(rtc->clock, rtc->clock->now);
    return !(rtc->cmos[RTC_B] & B_SET) && divider_runs(rtc) && rtc->next_second - now < UPDATE_NS;
}

/* Periodic interrupt. */

/* Crystal periods in one period of the rate selected; 0 = none. Codes 1 and 2 are as 8 and 9. */
static u32 periodic_length(const struct rtc *rtc)
{
    unsigned rate = rtc->cmos[RTC_A] & A_RATE;
    if (!rate || !divider_runs(rtc))
        return 0;
    return rate <= 2 ? BIT(rate + 6) : BIT(rate - 1);
}

static u64 periodic_count(const struct rtc *rtc)
{
    u32 length = periodic_length(rtc);
    return length ? clock_scale(rtc->clock->now, CRYSTAL, rtc->clock->rate) / length : 0;
}

static void notice_periods(struct rtc *rtc)
{
    u64 count = periodic_count(rtc);
    if (periodic_length(rtc) && count != rtc->periodic_seen)
        rtc->cmos[RTC_C] |= B_PERIODIC;
    rtc->periodic_seen = count;
}

static void schedule_periodic(struct rtc *rtc)
{
    u32 length = periodic_length(rtc);
    if (!length || !(rtc->cmos[RTC_B] & B_PERIODIC)) {
        clock_cancel(rtc->clock, &rtc->periodic);
        return;
    }
    u64 target = (periodic_count(rtc) + 1) * length;
    u64 tick = clock_scale(target, rtc->clock->rate, CRYSTAL);
    if (clock_scale(tick, CRYSTAL, rtc->clock->rate) < target)
        tick++;
    clock_schedule(rtc->clock, &rtc->periodic, tick);
}

static void period_passed(void *context, u64 tick)
{
    struct rtc *rtc = context;
    (void)tick;
    notice_periods(rtc);
    schedule_periodic(rtc);
    update_irq(rtc);
}

/* Registers. */

static void write_a(struct rtc *rtc, u8 value)
{
    bool ran = divider_runs(rtc);
    notice_periods(rtc);
    rtc->cmos[RTC_A] = value & (u8)~A_UPDATE_IN_PROGRESS;
    if (!ran && divider_runs(rtc)) { /* the first update comes half a second after the release */
        rtc->next_second = clock_ticks_to_ns(rtc->clock, rtc->clock->now) + SECOND_NS / 2;
        clock_schedule(rtc->clock, &rtc->second, clock_ns_to_ticks(rtc->clock, rtc->next_second));
    }
    rtc->periodic_seen = periodic_count(rtc);
    schedule_periodic(rtc);
    update_irq(rtc);
}

static void write_b(struct rtc *rtc, u8 value)
{
    notice_periods(rtc);
    if (value & B_SET)
        value &= (u8)~B_UPDATE_ENDED;
    rtc->cmos[RTC_B] = value;
    schedule_periodic(rtc);
    update_irq(rtc);
}

static void write_cell(struct rtc *rtc, u8 cell, u8 value)
{
    if (cell == RTC_A)
        write_a(rtc, value);
    else if (cell == RTC_B)
        write_b(rtc, value);
    else if (cell != RTC_C && cell != RTC_D)
        rtc->cmos[cell] = value;
}

u8 rtc_peek(const struct rtc *rtc, u8 cell)
{
    cell &= INDEX_MASK;
    if (cell == RTC_A)
        return (u8)(rtc->cmos[RTC_A] | (update_in_progress(rtc) ? A_UPDATE_IN_PROGRESS : 0));
    return rtc->cmos[cell];
}

static u8 read_c(struct rtc *rtc)
{
    notice_periods(rtc);
    update_irq(rtc);
    u8 value = rtc->cmos[RTC_C];
    rtc->cmos[RTC_C] = 0;
    update_irq(rtc);
    return value;
}

u32 rtc_read(void *context, u16 port, unsigned size)
{
    struct rtc *rtc = context;
    (void)size;
    if (!(port & 1))
        return 0xff;
    u8 cell = rtc->index & INDEX_MASK;
    return cell == RTC_C ? read_c(rtc) : rtc_peek(rtc, cell);
}

void rtc_write(void *context, u16 port, unsigned size, u32 value)
{
    struct rtc *rtc = context;
    (void)size;
    if (port & 1)
        write_cell(rtc, rtc->index & INDEX_MASK, (u8)value);
    else
        rtc->index = (u8)value;
}

/* Civil date of a day number counted from 1970-01-01, by eras of 400 years that begin in March. */
static void set_date(struct rtc *rtc, s64 day_number)
{
    s64 day = day_number + 719468; /* from 0000-03-01 */
    s64 era = (day >= 0 ? day : day - 146096) / 146097;
    u32 day_of_era = (u32)(day - era * 146097);
    u32 year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    u32 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    u32 march_month = (5 * day_of_year + 2) / 153;
    u32 month = march_month < 10 ? march_month + 3 : march_month - 9;
    u32 year = year_of_era + (u32)(era * 400) + (month <= 2);
    rtc->cmos[RTC_DAY] = encode(rtc, day_of_year - (153 * march_month + 2) / 5 + 1);
    rtc->cmos[RTC_MONTH] = encode(rtc, month);
    rtc->cmos[RTC_YEAR] = encode(rtc, year % 100);
    rtc->cmos[RTC_CENTURY] = encode(rtc, year / 100 % 100);
    rtc->cmos[RTC_DAY_OF_WEEK] = encode(rtc, (u32)(((day_number + 4) % 7 + 7) % 7) + 1);
}

void rtc_set_time(struct rtc *rtc, s64 seconds)
{
    s64 days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    rtc->cmos[RTC_SECONDS] = encode(rtc, (unsigned)(rest % 60));
    rtc->cmos[RTC_MINUTES] = encode(rtc, (unsigned)(rest / 60 % 60));
    set_hours(rtc, (unsigned)(rest / 3600));
    set_date(rtc, days);
}

void rtc_set_cell(struct rtc *rtc, u8 cell, u8 value)
{
    cell &= INDEX_MASK;
    if (cell > RTC_D)
        rtc->cmos[cell] = value;
}

void rtc_update_checksum(struct rtc *rtc)
{
    u16 sum = 0;
    for (unsigned cell = 0x10; cell <= 0x2d; cell++)
        sum = (u16)(sum + rtc->cmos[cell]);
    rtc->cmos[0x2e] = (u8)(sum >> 8);
    rtc->cmos[0x2f] = (u8)sum;
}

void rtc_init(struct rtc *rtc, struct clock *clock, struct irq_line irq)
{
    memset(rtc, 0, sizeof *rtc);
    rtc->clock = clock;
    rtc->irq = irq;
    rtc->second = (struct clock_event){.name = "rtc second", .fire = second_passed, .context = rtc};
    rtc->periodic =
        (struct clock_event){.name = "rtc periodic", .fire = period_passed, .context = rtc};
    clock_add(clock, &rtc->second);
    clock_add(clock, &rtc->periodic);
    rtc->cmos[RTC_A] = 0x26; /* 32.768 kHz, 1024 Hz */
    rtc->cmos[RTC_B] = B_24_HOURS;
    rtc->cmos[RTC_D] = D_VALID;
    rtc_set_time(rtc, RTC_DEFAULT_TIME);
    rtc->next_second = clock_ticks_to_ns(clock, clock->now) + SECOND_NS;
    clock_schedule(clock, &rtc->second, clock_ns_to_ticks(clock, rtc->next_second));
}

void rtc_reset(struct rtc *rtc)
{
    rtc->index = 0;
    rtc->cmos[RTC_B] &= (u8) ~(B_PERIODIC | B_ALARM | B_UPDATE_ENDED | B_SQUARE_WAVE);
    rtc->cmos[RTC_C] = 0;
    schedule_periodic(rtc);
    update_irq(rtc);
}

static void after_load(void *unit)
{
    struct rtc *rtc = unit;
    rtc->irq_level = rtc->irq_level != 0;
    rtc->cmos[RTC_D] = D_VALID;
}

static const struct field fields[] = {
    FIELD_ARRAY(struct rtc, cmos),    FIELD(struct rtc, index),     FIELD(struct rtc, next_second),
    FIELD(struct rtc, periodic_seen), FIELD(struct rtc, irq_level), FIELD(struct rtc, second.when),
    FIELD(struct rtc, periodic.when),
};

const struct field_table rtc_fields = FIELD_TABLE("rtc", 1, fields, after_load);
