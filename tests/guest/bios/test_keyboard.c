/*
 * INT 9 and 16h. Scan codes are put in by the controller's command D2h, "write keyboard output
 * buffer", which raises IRQ 1 like a key.
 */
#include "test.h"

static void feed(u8 scan)
{
    struct regs r = {.eax = 0x8600, .edx = 1000};

    while (inb(0x64) & 2)
        ;
    outb(0x64, 0xd2);
    while (inb(0x64) & 2)
        ;
    outb(0x60, scan);
    call(&r, 0x15); /* the controller takes its time to raise IRQ 1 */
}

static u32 shift_state(void)
{
    struct regs r = {.eax = 0x0200};

    call(&r, 0x16);
    return r.eax & 0xff;
}

/* The next key by AH=function, 0 when there is none. */
static u32 key(u32 function)
{
    struct regs r = {.eax = (function + 1) << 8};

    call(&r, 0x16);
    if (r.flags & ZERO)
        return 0;
    r = (struct regs){.eax = function << 8};
    call(&r, 0x16);
    return r.eax & 0xffff;
}

struct row {
    const char *name;
    u8 scans[4];
    u16 classic, enhanced;
};

static const struct row rows[] = {
    {"a", {0x1e, 0x9e}, 0x1e61, 0x1e61},
    {"1", {0x02, 0x82}, 0x0231, 0x0231},
    {"Enter", {0x1c, 0x9c}, 0x1c0d, 0x1c0d},
    {"F1", {0x3b, 0xbb}, 0x3b00, 0x3b00},
    {"F12", {0x58, 0xd8}, 0, 0x8600},
    {"grey Up", {0xe0, 0x48, 0xe0, 0xc8}, 0x4800, 0x48e0},
    {"keypad Enter", {0xe0, 0x1c, 0xe0, 0x9c}, 0x1c0d, 0xe00d},
    {"keypad /", {0xe0, 0x35, 0xe0, 0xb5}, 0x352f, 0xe02f},
    {"Space", {0x39, 0xb9}, 0x3920, 0x3920},
};

static void type(const u8 *scans)
{
    for (u32 i = 0; i < 4 && scans[i]; i++)
        feed(scans[i]);
}

static void modified(const char *name, u8 modifier, u8 scan, u16 code)
{
    feed(modifier);
    feed(scan);
    feed(scan | 0x80);
    feed(modifier | 0x80);
    check_equal(name, key(0x10), code);
}

static void buffer_calls(void)
{
    struct regs r = {.eax = 0x0500, .ecx = 0x1e61};
    u32 stored = 0;

    while (call(&r, 0x16), !(r.eax & 0xff) && stored < 40) {
        stored++;
        r = (struct regs){.eax = 0x0500, .ecx = 0x1e61};
    }
    check_equal("int 16h 05h: fifteen keys fit", stored, 15);
    for (u32 i = 0; i < 15; i++)
        key(0);
    r = (struct regs){.eax = 0x0100};
    call(&r, 0x16);
    check("int 16h 01h: ZF when empty", r.flags & ZERO);
}

/* Keys that are more than a code. (What Pause does takes somebody who ends it: see ../chips.) */
static void special_keys(void)
{
    static const u8 control_break[] = {0xe0, 0x46, 0xe0, 0xc6};
    struct regs r = {.eax = 0x0a00};

    call(&r, 0x16);
    check_equal("int 16h 0Ah: identity", r.ebx & 0xffff, 0x41ab);
    r = (struct regs){.eax = 0x0900};
    call(&r, 0x16);
    check("int 16h 09h: what of this there is", (r.eax & 0x20) != 0);
    r = (struct regs){.eax = 0x0305, .ebx = 0x0000};
    call(&r, 0x16);
    feed(0x1d);
    r = (struct regs){.eax = 0x1200};
    call(&r, 0x16);
    check_equal("int 16h 12h: left Ctrl", r.eax & 0xffff, 0x0104);
    feed(0x9d);
    type(control_break);
    check("Ctrl-Break puts a code into the buffer", bda16(0x1a) != bda16(0x1c));
    check_equal("which is 0", key(0x00), 0);
    check_equal("and its flag", bda8(0x71) & 0x80, 0x80);
    feed(0x54);
    check_equal("SysRq is seen while down", bda8(0x18) & 4, 4);
    feed(0xd4);
    check_equal("and gone after", bda8(0x18) & 4, 0);
    feed(0xe1);
    feed(0x1d);
    check_equal("the first half of Pause is remembered", bda8(0x96) & 1, 1);
    feed(0x45);
    check_equal("until it ends", bda8(0x96) & 1, 0);
}

void test_keyboard(void)
{
    feed(0x1e);
    feed(0x9e);
    if (key(0) != 0x1e61) {
        check("a key arrives by IRQ 1 # SKIP the controller has no command D2h", 1);
        buffer_calls();
        return;
    }
    for (u32 i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        type(rows[i].scans);
        check_equal(rows[i].name, key(0x00), rows[i].classic);
        type(rows[i].scans);
        check_equal(rows[i].name, key(0x10), rows[i].enhanced);
    }
    modified("Shift a", 0x2a, 0x1e, 0x1e41);
    modified("Ctrl c", 0x1d, 0x2e, 0x2e03);
    modified("Alt x", 0x38, 0x2d, 0x2d00);
    modified("Shift F1", 0x36, 0x3b, 0x5400);
    modified("Ctrl Left", 0x1d, 0x4b, 0x7300);
    feed(0x3a);
    feed(0xba);
    check_equal("Caps Lock turns on", shift_state() & 0x40, 0x40);
    modified("Shift a under Caps Lock", 0x2a, 0x1e, 0x1e61);
    feed(0x3a);
    feed(0xba);
    check_equal("Caps Lock turns off", shift_state() & 0x40, 0);
    feed(0x38);
    feed(0x4f);
    feed(0xcf);
    feed(0x51);
    feed(0xd1);
    feed(0xb8);
    check_equal("Alt 1 3 composes a letter", key(0x10), 13);
    feed(0x2a);
    check_equal("Shift is seen while down", shift_state(), 2);
    feed(0xaa);
    check_equal("and gone after", shift_state(), 0);
    special_keys();
    buffer_calls();
}
