/* INT 1Ah, the tick and INT 15h AH=86h. */
#include "test.h"

static u32 ticks(void)
{
    struct regs r = {.eax = 0x0000};

    call(&r, 0x1a);
    return (r.ecx & 0xffff) << 16 | (r.edx & 0xffff);
}

static bool is_bcd(u32 value, u32 most)
{
    u32 number = (value >> 4 & 15) * 10 + (value & 15);

    return (value & 15) < 10 && number <= most;
}

/* INT 15h 83h: bit 7 of a byte after 100 ms. */
static void event(void)
{
    struct regs r = {.eax = 0x8300, .ecx = 1, .edx = 0x86a0, .ebx = 0x40, .es = BUFFER_SEGMENT};
    u32 start = ticks();

    poke16(BUFFER_SEGMENT, 0x40, 0);
    call(&r, 0x15);
    check("int 15h 83h starts", !(r.flags & CARRY));
    r = (struct regs){.eax = 0x8300, .edx = 1000, .ebx = 0x50, .es = BUFFER_SEGMENT};
    call(&r, 0x15);
    check("int 15h 83h: one event at a time", r.flags & CARRY);
    while (!peek8(BUFFER_SEGMENT, 0x40) && ticks() - start < 60)
        ;
    check_equal("int 15h 83h: the event's byte", peek16(BUFFER_SEGMENT, 0x40), 0x80);
    check("int 15h 83h: not before its time", ticks() - start >= 1);
    r = (struct regs){.eax = 0x8301};
    call(&r, 0x15);
    check("int 15h 8301h forgets", !(r.flags & CARRY));
}

static void alarm(void)
{
    struct regs r = {.eax = 0x0600, .ecx = 0x2359, .edx = 0x5900};

    call(&r, 0x1a);
    check("int 1Ah 06h sets an alarm", !(r.flags & CARRY));
    r = (struct regs){.eax = 0x0600, .ecx = 0x2359, .edx = 0x5900};
    call(&r, 0x1a);
    check("int 1Ah 06h: one alarm at a time", r.flags & CARRY);
    r = (struct regs){.eax = 0x0700};
    call(&r, 0x1a);
    check("int 1Ah 07h takes it back", !(r.flags & CARRY));
    r = (struct regs){.eax = 0x0600, .ecx = 0x2359, .edx = 0x5900};
    call(&r, 0x1a);
    check("and another may follow", !(r.flags & CARRY));
    r = (struct regs){.eax = 0x0700};
    call(&r, 0x1a);
}

/* Seconds of the CMOS clock, which nothing here reprograms. */
static u32 second(void)
{
    u32 value;

    do {
        outb(0x70, 0x0a);
    } while (inb(0x71) & 0x80);
    outb(0x70, 0);
    value = inb(0x71);
    return (value >> 4) * 10 + (value & 15);
}

/* INT 15h 86h is right whatever a program did to the timer: here it stands still. */
static void waits_by_no_timer(void)
{
    u32 start, toggles = 0, last = inb(0x61) & 0x10, passed;
    struct regs r;

    for (u32 i = 0; i < 8; i++) {
        u32 now = inb(0x61) & 0x10;

        toggles += now != last;
        last = now;
    }
    if (toggles > 3) {
        check("int 15h 86h without a timer # SKIP the refresh bit goes by reads here", 1);
        return;
    }
    start = second();
    while (second() == start)
        ;
    outb(0x43, 0x30); /* one count, and an end */
    outb(0x40, 1);
    outb(0x40, 0);
    start = second();
    r = (struct regs){.eax = 0x8600, .ecx = 0x0016, .edx = 0xe360}; /* 1.5 s */
    call(&r, 0x15);
    passed = (second() + 60 - start) % 60;
    outb(0x43, 0x36);
    outb(0x40, 0);
    outb(0x40, 0);
    check_equal("int 15h 86h: 1.5 s while the timer stands", passed, 1);
}

void test_clock(void)
{
    struct regs r;
    u32 start, passed;

    start = ticks();
    while (ticks() == start)
        ;
    check("the tick moves", 1);
    start = ticks();
    r = (struct regs){.eax = 0x8600, .ecx = 0x0003, .edx = 0x0d40}; /* 200,000 us */
    call(&r, 0x15);
    passed = ticks() - start;
    /* 3.6 ticks; a busy host under QEMU makes it longer, never shorter */
    check_equal("int 15h 86h: 200 ms", passed >= 3 && passed <= 30 ? 4 : passed, 4);
    r = (struct regs){.eax = 0x0200};
    call(&r, 0x1a);
    check("int 1Ah 02h: a time of day", !(r.flags & CARRY) && is_bcd(r.ecx >> 8 & 0xff, 23) &&
                                            is_bcd(r.ecx & 0xff, 59) &&
                                            is_bcd(r.edx >> 8 & 0xff, 59));
    r = (struct regs){.eax = 0x0400};
    call(&r, 0x1a);
    check("int 1Ah 04h: a date", !(r.flags & CARRY) && is_bcd(r.edx >> 8 & 0xff, 12) &&
                                     is_bcd(r.edx & 0xff, 31) && (r.ecx >> 8 & 0xff) >= 0x19);
    r = (struct regs){.eax = 0x0300, .ecx = 0x1234, .edx = 0x5600};
    call(&r, 0x1a);
    r = (struct regs){.eax = 0x0200};
    call(&r, 0x1a);
    check_equal("int 1Ah 03h sets hour and minute", r.ecx & 0xffff, 0x1234);
    r = (struct regs){.eax = 0x0500, .ecx = 0x2012, .edx = 0x0229};
    call(&r, 0x1a);
    r = (struct regs){.eax = 0x0400};
    call(&r, 0x1a);
    check_equal("int 1Ah 05h sets the date", r.edx & 0xffff, 0x0229);
    r = (struct regs){.eax = 0x0100, .ecx = 0x0018, .edx = 0x00ae}; /* two ticks before midnight */
    call(&r, 0x1a);
    while (ticks() > 0x1800)
        ;
    check("the day ends after 1800B0h ticks", 1);
    r = (struct regs){.eax = 0x0900};
    call(&r, 0x1a);
    check("int 1Ah, unknown: carry", r.flags & CARRY);
    r = (struct regs){.eax = 0x0b00, .ecx = 0x1234};
    call(&r, 0x1a);
    r = (struct regs){.eax = 0x0a00};
    call(&r, 0x1a);
    check("int 1Ah 0Bh and 0Ah keep a count of days",
          !(r.flags & CARRY) && (r.ecx & 0xffff) == 0x1234);
    event();
    alarm();
    waits_by_no_timer();
}
