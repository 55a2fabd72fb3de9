/* INT 10h AH=4Fh: letters in VBE's modes and the protected mode interface. */
#include "test.h"

static u32 int10(u32 eax, u32 ebx, u32 ecx, u32 edx)
{
    struct regs r = {.eax = eax, .ebx = ebx, .ecx = ecx, .edx = edx};

    call(&r, 0x10);
    return r.eax & 0xffff;
}

static u8 dot(u32 x, u32 y)
{
    return (u8)int10(0x0d00, 0, x, y);
}

/* Dots of `color` in the character cell at column, row. */
static u32 dots_of(u32 column, u32 row, u8 color)
{
    u32 count = 0;

    for (u32 y = 0; y < 16; y++)
        for (u32 x = 0; x < 8; x++)
            count += dot(column * 8 + x, row * 16 + y) == color;
    return count;
}

/* 'H' has as many dots in each mode as in mode 12h. */
static u32 dots_of_letter(void)
{
    int10(0x0012, 0, 0, 0);
    int10(0x0e00 | 'H', 11, 0, 0);
    return dots_of(0, 0, 11);
}

static void letters_in(const char *name, u16 number, u8 columns, u8 rows, u32 wanted)
{
    u32 place = (rows - 1u) << 8 | (columns - 1u);

    check_equal(name, int10(0x4f02, number, 0, 0), 0x004f);
    check_equal("  columns and rows", bda8(0x4a) << 8 | bda8(0x84),
                (u32)columns << 8 | (rows - 1u));
    int10(0x0200, 0, 0, place);
    int10(0x0900 | 'H', 11, 1, 0);
    check_equal("  a letter in the last cell", dots_of(columns - 1u, rows - 1u, 11), wanted);
    check_equal("  which is read again", int10(0x0800, 0, 0, 0) & 0xff, 'H');
    int10(0x0e00 | 'x', 14, 0, 0);
    check_equal("  teletype there scrolls", dots_of(columns - 1u, rows - 1u, 14), 0);
    check("  with all dots", dots_of(columns - 1u, rows - 2u, 14) > 8);
    check_equal("  and the cursor goes on", bda16(0x50), (rows - 1u) << 8);
    int10(0x0600, 0x0900, (rows - 1u) << 8, (u32)(rows - 1) << 8 | (columns - 1u));
    check_equal("  a window is filled", dot(columns * 8u - 1, rows * 16u - 1), 9);
    int10(0x0c0c, 0, columns * 8u - 3, rows * 16u - 5);
    check_equal("  a dot", dot(columns * 8u - 3, rows * 16u - 5), 12);
}

/* Bytes of the caller's stack that a call takes. */
static u32 stack_taken_once(u32 eax, u32 ebx)
{
    enum { LOOKED_AT = 1024, UNTOUCHED = 0xa5 };
    struct regs r = {.eax = eax, .ebx = ebx};
    u32 here, depth = LOOKED_AT - 1;

    __asm__ volatile("movl %%esp, %0" : "=r"(here));
    for (u32 i = 40; i < LOOKED_AT; i++)
        *(volatile u8 *)(here - i) = UNTOUCHED;
    call(&r, 0x10);
    while (depth > 40 && *(volatile u8 *)(here - depth) == UNTOUCHED)
        depth--;
    return depth;
}

/* The least of some, since a tick's interrupt may come in between. */
static u32 stack_taken(u32 eax, u32 ebx, u32 place)
{
    u32 least = 0xffff;

    for (u32 i = 0; i < 4; i++) {
        u32 taken;

        int10(0x0200, 0, 0, place);
        taken = stack_taken_once(eax, ebx);
        least = taken < least ? taken : least;
    }
    return least;
}

/* DOS calls from a stack of 384 bytes. */
static void stack_is_spared(void)
{
    int10(0x0003, 0, 0, 0);
    check("teletype takes less than 256 bytes of stack", stack_taken(0x0e41, 7, 0x184f) < 256);
    int10(0x4f02, 0x10e, 0, 0);
    check("with scrolling in a VBE mode less than 384", stack_taken(0x0e41, 7, 0x0b27) < 384);
}

static u32 window(void)
{
    struct regs r = {.eax = 0x4f05, .ebx = 0x0100};

    call(&r, 0x10);
    return r.edx & 0xffff;
}

/* QEMU 7.2 addresses bytes in VBE's modes of sixteen colors as well. */
static bool has_planes(void)
{
    int10(0x4f02, 0x102, 0, 0);
    int10(0x0c09, 0, 0, 0);
    return dot(0, 0) == 9;
}

/* What a service needs the window for is not seen by the program. */
static void window_is_kept(void)
{
    int10(0x4f02, 0x105, 0, 0);
    int10(0x4f05, 0, 0, 7);
    int10(0x0e00 | 'H', 11, 0, 0);
    check_equal("letters leave the window where it was", window(), 7);
}

static void exclusive(void)
{
    int10(0x4f02, 0x10e, 0, 0);
    int10(0x0c05, 0, 10, 10);
    int10(0x0c85, 0, 10, 10);
    check_equal("exclusive or of a color with itself, 16 bits", dot(10, 10), 0);
}

static u16 entry(const struct regs *table, u16 number)
{
    return peek16(table->es, (u16)(table->edi + number * 2));
}

static void protected_interface(void)
{
    static const u8 colors[8] = {0x11, 0x22, 0x33, 0, 0x01, 0x02, 0x03, 0};
    struct regs table = {.eax = 0x4f0a}, r;
    u32 base;

    int10(0x4f02, 0x101, 0, 0);
    int10(0x4f06, 0, 1024, 0);
    call(&table, 0x10);
    check("int 10h 4F0Ah", (table.eax & 0xffff) == 0x004f && (table.ecx & 0xffff) > 8);
    base = ((u32)table.es << 4) + (table.edi & 0xffff);
    r = (struct regs){.eax = 0x4f05, .edx = 3};
    call_protected(&r, base + entry(&table, 0));
    check_equal("  its function 05h moves the window", (r.eax & 0xffff) << 16 | window(), 0x4f0003);
    r = (struct regs){.eax = 0x4f07, .ebx = 0x80, .ecx = (1024 * 20 + 8) / 4};
    call_protected(&r, base + entry(&table, 1));
    check_equal("  its function 07h begins at a byte", r.eax & 0xffff, 0x004f);
    r = (struct regs){.eax = 0x4f07, .ebx = 1};
    call(&r, 0x10);
    check_equal("  which is this place", (r.ecx & 0xffff) << 16 | (r.edx & 0xffff), 8 << 16 | 20);
    r = (struct regs){.eax = 0x4f09, .ecx = 2, .edx = 100, .edi = (u32)colors};
    call_protected(&r, base + entry(&table, 2));
    r = (struct regs){.eax = 0x1015, .ebx = 101};
    call(&r, 0x10);
    check_equal("  its function 09h sets colors", (r.edx & 0xff00) << 8 | (r.ecx & 0xffff),
                0x030201);
    check("  a list of ports",
          entry(&table, 3) && peek16(table.es, (u16)(table.edi + entry(&table, 3))) == 0x1ce);
    r = (struct regs){.eax = 0x4f0a, .ebx = 1};
    call(&r, 0x10);
    check_equal("int 10h 4F0Ah, BL = 1, is refused", r.eax & 0xffff, 0x014f);
}

void test_vbe(void)
{
    u32 dots = dots_of_letter();

    check("a letter has dots", dots > 8);
    letters_in("VBE 320 x 200 in 8 bits", 0x146, 40, 12, dots);
    letters_in("VBE 320 x 200 in 15 bits", 0x10d, 40, 12, dots);
    letters_in("VBE 320 x 200 in 16 bits", 0x10e, 40, 12, dots);
    letters_in("VBE 320 x 200 in 24 bits", 0x10f, 40, 12, dots);
    letters_in("VBE 320 x 200 in 32 bits", 0x140, 40, 12, dots);
    if (has_planes()) {
        letters_in("VBE 800 x 600 in 4 bits", 0x102, 100, 37, dots);
        letters_in("VBE 1280 x 1024 in 4 bits", 0x106, 160, 64, dots);
    } else {
        check("VBE in 4 bits # SKIP the display has no planes there", 1);
    }
    window_is_kept();
    stack_is_spared();
    exclusive();
    protected_interface();
    int10(0x0003, 0, 0, 0);
}
