#ifndef GLASS386_DEVICES_RTC_H
#define GLASS386_DEVICES_RTC_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

#define RTC_DEFAULT_TIME 694224000 /* 1992-01-01 00:00:00 in seconds since 1970 */

/* Registers of the chip and cells of the AT's battery-backed memory. */
enum rtc_register {
    RTC_SECONDS,
    RTC_SECONDS_ALARM,
    RTC_MINUTES,
    RTC_MINUTES_ALARM,
    RTC_HOURS,
    RTC_HOURS_ALARM,
    RTC_DAY_OF_WEEK,
    RTC_DAY,
    RTC_MONTH,
    RTC_YEAR,
    RTC_A,
    RTC_B,
    RTC_C,
    RTC_D,
    RTC_CENTURY = 0x32,
};

struct rtc {
    u8 cmos[128];
    u8 index;          /* last value of port 70h, bit 7 included */
    u64 next_second;   /* guest nanosecond of the next update */
    u64 periodic_seen; /* periods that register C has told of */
    u8 irq_level;
    struct clock_event second;   /* next update of the time registers */
    struct clock_event periodic; /* armed while PIE is set */

    struct clock *clock;
    struct irq_line irq; /* IRQ 8 */
};

extern const struct field_table rtc_fields;

void rtc_init(struct rtc *rtc, struct clock *clock, struct irq_line irq);
/* The chip has no reset of its time: only interrupts are disabled. */
void rtc_reset(struct rtc *rtc);

/* Ports 70h-71h; context struct rtc. */
u32 rtc_read(void *context, u16 port, unsigned size);
void rtc_write(void *context, u16 port, unsigned size, u32 value);

/* For the machine: sets date and time (seconds since 1970, UTC) in the present format, and memory
   cells 0Eh-7Fh. rtc_update_checksum puts the sum of 10h-2Dh into 2Eh-2Fh. */
void rtc_set_time(struct rtc *rtc, s64 seconds);
void rtc_set_cell(struct rtc *rtc, u8 cell, u8 value);
void rtc_update_checksum(struct rtc *rtc);

/* A cell without side effects, register C included. */
u8 rtc_peek(const struct rtc *rtc, u8 cell);

#endif
