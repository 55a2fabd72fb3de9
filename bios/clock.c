/* The time of day: ticks at 40:6Ch (counted by IRQ 0 in entry.S) and the RTC's BCD registers. */
#include "bios.h"

enum {
    RTC_SECONDS = 0,
    RTC_MINUTES = 2,
    RTC_HOURS = 4,
    RTC_DAY = 7,
    RTC_MONTH = 8,
    RTC_YEAR = 9,
    RTC_A = 0x0a,
    RTC_B = 0x0b,
    RTC_C = 0x0c,
    RTC_CENTURY = 0x32,
    A_UPDATING = 0x80,
    B_SET = 0x80,
    B_PERIODIC = 0x40,
    B_ALARM = 0x20,
    B_24_HOURS = 2,
    B_DAYLIGHT = 1,
};

/* False when an update of the RTC does not end. */
static bool rtc_is_quiet(void)
{
    for (u32 i = 0; i < 0x8000; i++)
        if (!(cmos_read(RTC_A) & A_UPDATING))
            return true;
    return false;
}

/* 18.2065 ticks a second; 0.2065 = 13533 / 65536. */
void clock_init(void)
{
    u32 seconds = 0;

    cmos_write(RTC_A, 0x26);
    cmos_write(RTC_B, B_24_HOURS);
    cmos_read(RTC_C);
    if (rtc_is_quiet())
        seconds = from_bcd(cmos_read(RTC_SECONDS)) + 60u * from_bcd(cmos_read(RTC_MINUTES)) +
                  3600u * from_bcd(cmos_read(RTC_HOURS));
    bda.ticks = seconds * 18 + (seconds * 13533 >> 16);
    bda.midnight = 0;
}

/* IRQ 8: the alarm goes to INT 4Ah; other causes only need to be read away. */
void clock_irq8(struct registers *r)
{
    u8 causes = cmos_read(RTC_C) & cmos_read(RTC_B);

    (void)r;
    outb(0xa0, 0x20);
    outb(0x20, 0x20);
    if (causes & B_ALARM)
        __asm__ volatile("int $0x4a" : : : "memory", "cc", "eax", "ecx", "edx");
}

static void get_ticks(struct registers *r)
{
    u32 ticks;

    interrupts_off();
    ticks = bda.ticks;
    r->eax.l = bda.midnight;
    bda.midnight = 0;
    interrupts_on();
    r->ecx.x = (u16)(ticks >> 16);
    r->edx.x = (u16)ticks;
}

static void set_ticks(struct registers *r)
{
    interrupts_off();
    bda.ticks = (u32)r->ecx.x << 16 | r->edx.x;
    bda.midnight = 0;
    interrupts_on();
}

static void get_time(struct registers *r)
{
    r->edx.h = cmos_read(RTC_SECONDS);
    r->ecx.l = cmos_read(RTC_MINUTES);
    r->ecx.h = cmos_read(RTC_HOURS);
    r->edx.l = cmos_read(RTC_B) & B_DAYLIGHT;
}

static void set_time(struct registers *r)
{
    u8 mode = cmos_read(RTC_B);

    cmos_write(RTC_B, mode | B_SET);
    cmos_write(RTC_SECONDS, r->edx.h);
    cmos_write(RTC_MINUTES, r->ecx.l);
    cmos_write(RTC_HOURS, r->ecx.h);
    cmos_write(RTC_B, (u8)((mode & ~(B_SET | B_DAYLIGHT)) | (r->edx.l & B_DAYLIGHT)));
}

static void get_date(struct registers *r)
{
    r->edx.l = cmos_read(RTC_DAY);
    r->edx.h = cmos_read(RTC_MONTH);
    r->ecx.l = cmos_read(RTC_YEAR);
    r->ecx.h = cmos_read(RTC_CENTURY);
}

static void set_date(struct registers *r)
{
    u8 mode = cmos_read(RTC_B);

    cmos_write(RTC_B, mode | B_SET);
    cmos_write(RTC_DAY, r->edx.l);
    cmos_write(RTC_MONTH, r->edx.h);
    cmos_write(RTC_YEAR, r->ecx.l);
    cmos_write(RTC_CENTURY, r->ecx.h);
    cmos_write(RTC_B, mode & (u8)~B_SET);
}

void clock_int1a(struct registers *r)
{
    u8 function = r->eax.h;

    set_flag(r, CARRY_FLAG, function > 5 || (function >= 2 && !rtc_is_quiet()));
    if (r->flags & CARRY_FLAG)
        return;
    if (function)
        r->eax.h = 0;
    switch (function) {
    case 0:
        get_ticks(r);
        break;
    case 1:
        set_ticks(r);
        break;
    case 2:
        get_time(r);
        break;
    case 3:
        set_time(r);
        break;
    case 4:
        get_date(r);
        break;
    case 5:
        set_date(r);
        break;
    }
}
