/* INT 10h in text modes and in graphics modes. */
#include "test.h"

enum { SCREEN = 0xb800 };

static u32 int10(u32 eax, u32 ebx, u32 ecx, u32 edx)
{
    struct regs r = {.eax = eax, .ebx = ebx, .ecx = ecx, .edx = edx};

    call(&r, 0x10);
    return r.eax;
}

static u16 cell(u32 column, u32 row)
{
    return peek16(SCREEN, (u16)((row * 80 + column) * 2));
}

static u16 cursor(u32 page)
{
    struct regs r = {.eax = 0x0300, .ebx = page << 8};

    call(&r, 0x10);
    return (u16)r.edx;
}

static u16 crtc_word(u8 index)
{
    u16 value;

    outb(0x3d4, index);
    value = (u16)(inb(0x3d5) << 8);
    outb(0x3d4, index + 1);
    return value | inb(0x3d5);
}

static void teletype(const char *text)
{
    while (*text)
        int10(0x0e00 | (u8)*text++, 7, 0, 0);
}

static void modes(void)
{
    struct regs r;

    int10(0x0003, 0, 0, 0);
    r = (struct regs){.eax = 0x0f00};
    call(&r, 0x10);
    check_equal("mode 3: 80 columns", r.eax & 0xffff, 0x5003);
    check_equal("cleared to blanks", cell(79, 24), 0x0720);
    check_equal("cursor shape register", crtc_word(0x0a), 0x0d0e);
    check_equal("25 rows of 16 lines", bda8(0x84) << 8 | bda8(0x85), 24 << 8 | 16);
    int10(0x0001, 0, 0, 0);
    r = (struct regs){.eax = 0x0f00};
    call(&r, 0x10);
    check_equal("mode 1: 40 columns", r.eax & 0xffff, 0x2801);
    int10(0x0003, 0, 0, 0);
    r = (struct regs){.eax = 0x1a00};
    call(&r, 0x10);
    check("int 10h 1Ah: a VGA", (r.eax & 0xff) == 0x1a && (r.ebx & 0xff) == 8);
    r = (struct regs){.eax = 0x1200, .ebx = 0x10};
    call(&r, 0x10);
    check_equal("int 10h 12h/10h: color, 256 KB", r.ebx & 0xffff, 0x0003);
}

static void letters(void)
{
    struct regs r;

    int10(0x0200, 0, 0, 0x050a);
    check_equal("int 10h 02h, 03h: the cursor", cursor(0), 0x050a);
    check_equal("its place in the CRTC", crtc_word(0x0e), 5 * 80 + 10);
    int10(0x0941, 0x1e, 3, 0);
    check_equal("int 10h 09h: letter and color", cell(12, 5), 0x1e41);
    check_equal("int 10h 09h: no more than CX", cell(13, 5), 0x0720);
    check_equal("int 10h 08h reads it", int10(0x0800, 0, 0, 0) & 0xffff, 0x1e41);
    int10(0x0a42, 0, 1, 0);
    check_equal("int 10h 0Ah keeps the color", cell(10, 5), 0x1e42);
    int10(0x0200, 0, 0, 0x184e);
    teletype("xyz");
    check_equal("int 10h 0Eh at the end scrolls", cell(78, 23), 0x0778);
    check_equal("and goes on", cell(0, 24), 0x077a);
    check_equal("all lines moved", cell(10, 4), 0x1e42);
    teletype("\r\b\n");
    check_equal("control letters", cursor(0), 0x1800);
    for (u32 i = 0; i < 5; i++)
        poke16(BUFFER_SEGMENT, (u16)(i * 2), (u16)(0x2000 + i * 0x100 + 'a' + i));
    r = (struct regs){.eax = 0x1303, .ecx = 5, .edx = 0x0203, .es = BUFFER_SEGMENT};
    call(&r, 0x10);
    check_equal("int 10h 13h with colors", cell(7, 2), 0x2465);
    check_equal("moves the cursor", cursor(0), 0x0208);
}

static void scrolling(void)
{
    int10(0x0003, 0, 0, 0);
    for (u32 row = 0; row < 25; row++) {
        int10(0x0200, 0, 0, row << 8 | 20);
        int10(0x0900 | ('A' + row), 7, 1, 0);
    }
    int10(0x0602, 0x1700, 0x050a, 0x0a28);
    check_equal("int 10h 06h: up by two", cell(20, 5), 0x0748);
    check_equal("blank lines in the new color", cell(20, 10), 0x1720);
    check_equal("nothing outside the window", cell(20, 11), 0x074c);
    int10(0x0701, 0x1700, 0x0000, 0x0a4f);
    check_equal("int 10h 07h: down by one", cell(20, 1), 0x0741);
    int10(0x0600, 0x4f00, 0x0000, 0x184f);
    check_equal("AL = 0 clears", cell(79, 24), 0x4f20);
}

static void pages(void)
{
    int10(0x0003, 0, 0, 0);
    int10(0x0200, 0x0200, 0, 0x0101);
    int10(0x0943, 0x0207, 1, 0);
    check_equal("page 2 lies at 2000h", peek16(SCREEN, 0x2000 + 81 * 2), 0x0743);
    int10(0x0502, 0, 0, 0);
    check_equal("int 10h 05h: CRTC start", crtc_word(0x0c), 0x1000);
    check_equal("and the page's cursor", crtc_word(0x0e), 0x1000 + 81);
    int10(0x0500, 0, 0, 0);
    check_equal("back to page 0", crtc_word(0x0c), 0);
}

static void fonts(void)
{
    struct regs r = {.eax = 0x1130, .ebx = 0x0600};
    u32 dots = 0;

    call(&r, 0x10);
    for (u16 row = 0; row < 16; row++)
        dots += peek8(r.es, (u16)(r.ebp + 'A' * 16 + row)) != 0;
    check("int 10h 11h/30h: a letter in the ROM font", dots >= 8 && (r.ecx & 0xffff) == 16);
    int10(0x1112, 0, 0, 0);
    check_equal("8 x 8 letters: 50 rows", bda8(0x84), 49);
    int10(0x1114, 0, 0, 0);
    check_equal("8 x 16 letters: 25 rows", bda8(0x84), 24);
}

static void palettes(void)
{
    struct regs r = {.eax = 0x1010, .ebx = 5, .ecx = 0x2a15, .edx = 0x3f00};

    call(&r, 0x10);
    r = (struct regs){.eax = 0x1015, .ebx = 5};
    call(&r, 0x10);
    check("int 10h 10h: a DAC register", (r.ecx & 0xffff) == 0x2a15 && (r.edx >> 8 & 0xff) == 0x3f);
    int10(0x1000, 0x1203, 0, 0);
    r = (struct regs){.eax = 0x1007, .ebx = 3};
    call(&r, 0x10);
    check_equal("int 10h 10h: a palette register", r.ebx >> 8 & 0xff, 0x12);
}

void test_video(void)
{
    modes();
    letters();
    scrolling();
    pages();
    fonts();
    palettes();
    int10(0x0003, 0, 0, 0);
}

struct graphics_row {
    const char *name;
    u8 mode, color;
    u16 width, height;
};

static const struct graphics_row graphics_rows[] = {
    {"mode 4", 0x04, 2, 320, 200},      {"mode 6", 0x06, 1, 640, 200},
    {"mode 0Dh", 0x0d, 9, 320, 200},    {"mode 0Eh", 0x0e, 5, 640, 200},
    {"mode 10h", 0x10, 14, 640, 350},   {"mode 12h", 0x12, 11, 640, 480},
    {"mode 13h", 0x13, 0xc5, 320, 200},
};

void test_graphics(void)
{
    for (u32 i = 0; i < sizeof(graphics_rows) / sizeof(graphics_rows[0]); i++) {
        const struct graphics_row *row = &graphics_rows[i];
        u32 dots = 0;

        int10(row->mode, 0, 0, 0);
        int10(0x0c00 | row->color, 0, row->width - 1u, row->height - 1u);
        int10(0x0c00 | row->color, 0, 17, 33);
        check_equal(row->name, int10(0x0d00, 0, row->width - 1u, row->height - 1u) & 0xff,
                    row->color);
        check_equal("  the dot beside is dark", int10(0x0d00, 0, 18, 33) & 0xff, 0);
        int10(0x0200, 0, 0, 0);
        int10(0x0a00 | 'H', row->color, 1, 0);
        for (u32 y = 0; y < 8; y++)
            for (u32 x = 0; x < 8; x++)
                dots += (int10(0x0d00, 0, x, y) & 0xff) == row->color;
        check("  a letter is drawn", dots > 4);
        int10(0x0601, 0, 0, 0x184f);
        check_equal("  and scrolled away", int10(0x0d00, 0, 1, 5) & 0xff, 0);
    }
    int10(0x0003, 0, 0, 0);
}
