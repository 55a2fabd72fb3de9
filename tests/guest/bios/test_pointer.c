/* INT 15h AH=C2h and AH=53h: mouse and power. */
#include "test.h"

static u8 pointer(struct regs *r, u8 function, u8 bh)
{
    r->eax = 0xc200u | function;
    r->ebx = (u32)bh << 8 | (r->ebx & 0xff);
    call(r, 0x15);
    return (u8)(r->eax >> 8);
}

static void status_is(const char *name, u8 resolution, u8 rate)
{
    struct regs r = {0};

    check(name, pointer(&r, 6, 0) == 0 && (r.ecx & 0xff) == resolution && (r.edx & 0xff) == rate);
}

static void mouse(void)
{
    struct regs r = {0};

    check("a mouse is in the equipment word", bda16(0x10) & 4);
    check_equal("int 15h C205h: packets of 3 bytes", pointer(&r, 5, 3), 0);
    check_equal("its reset gives AAh and identity 0", r.ebx & 0xffff, 0x00aa);
    check_equal("int 15h C205h: packets of 9 bytes are refused", pointer(&r, 5, 9), 2);
    check("with carry", r.flags & CARRY);
    check_equal("int 15h C200h without a handler is refused", pointer(&r, 0, 1), 5);
    status_is("int 15h C206h: 4 counts a millimetre, 100 a second", 2, 100);
    check_equal("int 15h C202h: 200 a second", pointer(&r, 2, 6), 0);
    check_equal("int 15h C203h: 8 counts a millimetre", pointer(&r, 3, 3), 0);
    status_is("both are seen", 3, 200);
    check_equal("int 15h C202h: code 7 is refused", pointer(&r, 2, 7), 2);
    check_equal("int 15h C204h: identity", pointer(&r, 4, 0) << 8 | (r.ebx >> 8 & 0xff), 0);
    check_equal("int 15h C207h: handler", (r.es = 0x1234, r.ebx = 0x56, pointer(&r, 7, 0)), 0);
    check_equal("int 15h C20Ah does not exist", pointer(&r, 0x0a, 0), 1);
}

static u8 power(struct regs *r, u8 function, u16 device)
{
    r->eax = 0x5300u | function;
    r->ebx = device;
    call(r, 0x15);
    return (u8)(r->eax >> 8);
}

/* The 16-bit entry may be called in real mode as well. */
static u16 far_power(u16 offset, u16 function)
{
    struct {
        u16 offset, segment;
    } entry = {offset, 0xf000};
    u32 eax = function, ebx = 1;

    __asm__ volatile("lcallw *(%2)"
                     : "+a"(eax), "+b"(ebx)
                     : "S"(&entry)
                     : "ecx", "edx", "memory", "cc");
    return (u16)ebx;
}

static void apm(void)
{
    struct regs r = {0};
    u16 entry;

    check_equal("int 15h 5300h: APM 1.2", power(&r, 0, 0) << 8 | (r.eax & 0xff), 0x0102);
    check_equal("PM", r.ebx & 0xffff, 0x504d);
    check_equal("int 15h 5302h connects", power(&r, 2, 0) != 0xf0, 0);
    entry = (u16)r.ebx;
    check_equal("the entry tells of line power", far_power(entry, 0x530a) >> 8, 1);
    r = (struct regs){.ecx = 0x0101};
    power(&r, 0x0e, 0);
    check_equal("int 15h 530Eh: the version both know", r.eax & 0xffff, 0x0101);
    check("int 15h 530Bh: no event", power(&r, 0x0b, 0) == 0x80 && r.flags & CARRY);
    r.ecx = 3;
    check("int 15h 5307h: an unknown device stays on",
          power(&r, 7, 0x0305) == 9 && r.flags & CARRY);
    check("int 15h 5304h", power(&r, 4, 0) == 0 && !(r.flags & CARRY));
}

void test_pointer(void)
{
    mouse();
    apm();
}
