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
}
