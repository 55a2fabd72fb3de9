/* The time of day: ticks at 40:6Ch (counted by IRQ 0 in entry.S) and the RTC's BCD registers. */
#include "bios.h"

enum {
    ALARM = 1, /* added to the number of seconds, minutes and hours */
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

    PERIOD = 976, /* microseconds of the RTC's 1024 Hz */
    WAIT_ACTIVE = 1,
    EVENT_PASSED = 0x80,
    SLAVE_MASK = 0xa1,
    SLAVE_CLOCK = 1,
    DAY_COUNT = 0xce, /* of segment 40h */
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

static void change_b(u8 clear, u8 set)
{
    cmos_write(RTC_B, (u8)((cmos_read(RTC_B) & ~clear) | set));
}

static void open_irq8(void)
{
    outb(SLAVE_MASK, inb(SLAVE_MASK) & (u8)~SLAVE_CLOCK);
}

/* INT 15h AH=83h: sets bit 7 of the byte at ES:BX after CX:DX microseconds (AL=0); AL=1 forgets it. */
void event_wait(struct registers *r)
{
    interrupts_off();
    if (r->eax.l == 1) {
        change_b(B_PERIODIC, 0);
        bda.wait_active = 0;
    } else if (bda.wait_active & WAIT_ACTIVE) {
        r->eax.h = 0;
        set_flag(r, CARRY_FLAG, true);
        return;
    } else {
        bda.wait_flag.offset = r->ebx.x;
        bda.wait_flag.segment = r->es;
        bda.wait_left = (u32)r->ecx.x << 16 | r->edx.x;
        bda.wait_active = WAIT_ACTIVE;
        open_irq8();
        change_b(0, B_PERIODIC);
    }
    r->eax.h = 0;
}

static void period_passed(void)
{
    u16 segment = bda.wait_flag.segment, offset = bda.wait_flag.offset;

    if (!(bda.wait_active & WAIT_ACTIVE))
        return;
    if (bda.wait_left > PERIOD) {
        bda.wait_left -= PERIOD;
        return;
    }
    change_b(B_PERIODIC, 0);
    bda.wait_active = 0;
    far_write8(segment, offset, far_read8(segment, offset) | EVENT_PASSED);
}

/* IRQ 8: the alarm goes to INT 4Ah, periods to the event that is waited for. */
void clock_irq8(struct registers *r)
{
    u8 causes = cmos_read(RTC_C) & cmos_read(RTC_B);

    (void)r;
    if (causes & B_PERIODIC)
        period_passed();
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

/* One alarm at a time; it rings INT 4Ah every day. */
static void set_alarm(struct registers *r)
{
    if (cmos_read(RTC_B) & B_ALARM) {
        set_flag(r, CARRY_FLAG, true);
        return;
    }
    cmos_write(RTC_SECONDS + ALARM, r->edx.h);
    cmos_write(RTC_MINUTES + ALARM, r->ecx.l);
    cmos_write(RTC_HOURS + ALARM, r->ecx.h);
    open_irq8();
    change_b(B_SET, B_ALARM);
}

void clock_int1a(struct registers *r)
{
    u8 function = r->eax.h;
    bool uses_rtc = function >= 2 && function <= 7;

    set_flag(r, CARRY_FLAG, function > 0x0b || function == 8 || function == 9 ||
                                (uses_rtc && !rtc_is_quiet()));
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
    case 6:
        set_alarm(r);
        break;
    case 7:
        change_b(B_ALARM, 0);
        break;
    case 0x0a: /* days since 1980 that a system counts by midnights */
        r->ecx.x = far_read16(0x40, DAY_COUNT);
        break;
    case 0x0b:
        far_write16(0x40, DAY_COUNT, r->ecx.x);
        break;
    }
}
