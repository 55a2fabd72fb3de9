/*
 * A boot program that shows the display's modes one after another: it draws a scene, says "scene N
 * NAME" on COM1 and waits for a key. Nothing on a scene depends on time.
 */
#include "../bios/test.h"

enum { COM1 = 0x3f8, TEXT = 0xb800, MONO = 0xb000, GRAPHICS = 0xa000 };

static void far_write8(u16 segment, u16 offset, u8 value)
{
    __asm__ volatile("pushw %%fs\n\tmovw %w0, %%fs\n\tmovb %2, %%fs:(%1)\n\tpopw %%fs"
                     :
                     : "r"(segment), "r"((u32)offset), "q"(value)
                     : "memory");
}

static u8 far_read8(u16 segment, u16 offset)
{
    u8 value;

    __asm__ volatile("pushw %%fs\n\tmovw %w1, %%fs\n\tmovb %%fs:(%2), %0\n\tpopw %%fs"
                     : "=q"(value)
                     : "r"(segment), "r"((u32)offset)
                     : "memory");
    return value;
}

static void outw(u16 port, u16 value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static void set(u16 port, u8 index, u8 value)
{
    outb(port, index);
    outb(port + 1, value);
}

/* Reading the status, at 3BAh in the monochrome modes, makes the next byte an index. */
static void set_attribute_at(u16 status, u8 index, u8 value)
{
    inb(status);
    outb(0x3c0, index);
    outb(0x3c0, value);
    outb(0x3c0, 0x20);
}

static void set_attribute(u8 index, u8 value)
{
    set_attribute_at(0x3da, index, value);
}

static u32 int10(u32 eax, u32 ebx, u32 ecx, u32 edx)
{
    struct regs r = {.eax = eax, .ebx = ebx, .ecx = ecx, .edx = edx};

    call(&r, 0x10);
    return r.eax;
}

static void say(const char *text)
{
    for (; *text; text++) {
        while (!(inb(COM1 + 5) & 0x20))
            ;
        outb(COM1, (u8)*text);
    }
}

static void write_at(u8 column, u8 row, u8 color, const char *text)
{
    int10(0x0200, 0, 0, (u32)row << 8 | column);
    for (; *text; text++)
        int10(0x0e00 | (u8)*text, color, 0, 0);
}

/* ---- text ---- */

static void text_mode(u8 mode)
{
    int10(mode, 0, 0, 0);
    int10(0x0100, 0, 0x2000, 0);
    int10(0x1003, 0, 0, 0); /* bright backgrounds: nothing blinks */
}

static void put_cell(u16 segment, u16 columns, u16 column, u16 row, u8 letter, u8 attribute)
{
    u16 at = (u16)((row * columns + column) * 2);

    far_write8(segment, at, letter);
    far_write8(segment, at + 1, attribute);
}

/* All letters, all attributes, and the number of each row at its end. */
static void fill_text(u16 segment, u16 columns, u16 rows)
{
    for (u16 i = 0; i < 256; i++)
        put_cell(segment, columns, 2 + (i & 31), 1 + (i >> 5), (u8)i, 0x07);
    for (u16 i = 0; i < 256; i++)
        put_cell(segment, columns, 2 + (i & 31), 11 + (i >> 5), 'a' + i % 26, (u8)i);
    for (u16 row = 0; row < rows; row++) {
        put_cell(segment, columns, columns - 2, row, '0' + row / 10, 0x1e);
        put_cell(segment, columns, columns - 1, row, '0' + row % 10, 0x1e);
    }
}

static void text_80x25(void)
{
    text_mode(3);
    fill_text(TEXT, 80, 25);
}

static void text_40x25(void)
{
    text_mode(1);
    fill_text(TEXT, 40, 25);
}

static void text_80x28(void)
{
    text_mode(3);
    int10(0x1111, 0, 0, 0);
    int10(0x0100, 0, 0x2000, 0);
    fill_text(TEXT, 80, 28);
}

static void text_80x50(void)
{
    text_mode(3);
    int10(0x1112, 0, 0, 0);
    int10(0x0100, 0, 0x2000, 0);
    fill_text(TEXT, 80, 50);
}

static void lines(u8 how_many)
{
    int10(0x1200 | how_many, 0x30, 0, 0);
}

static void text_80x43(void)
{
    lines(1);
    text_mode(3);
    int10(0x1112, 0, 0, 0);
    int10(0x0100, 0, 0x2000, 0);
    fill_text(TEXT, 80, 43);
    lines(2);
}

static void text_200_lines(void)
{
    lines(0);
    text_mode(3);
    fill_text(TEXT, 80, 25);
    lines(2);
}

static void text_mono(void)
{
    text_mode(7);
    fill_text(MONO, 80, 25);
}

/* Letters of block 1 are upside down; attribute bit 3 chooses them. */
static void text_two_fonts(void)
{
    text_mode(3);
    int10(0x1104, 1, 0, 0);
    set(0x3c4, 2, 4);
    set(0x3c4, 4, 6);
    set(0x3ce, 4, 2);
    set(0x3ce, 5, 0);
    set(0x3ce, 6, 4);
    for (u16 glyph = 0; glyph < 256; glyph++)
        for (u16 line = 0; line < 16; line++)
            far_write8(GRAPHICS, (u16)(0x4000 + glyph * 32 + 15 - line),
                       far_read8(GRAPHICS, (u16)(glyph * 32 + line)));
    set(0x3c4, 2, 3);
    set(0x3c4, 4, 2);
    set(0x3ce, 4, 0);
    set(0x3ce, 5, 0x10);
    set(0x3ce, 6, 0x0e);
    int10(0x1103, 0x04, 0, 0);
    fill_text(TEXT, 80, 25);
}

/* Rows move by six lines and three dots, the lowest 100 lines stand. */
static void text_smooth_split(void)
{
    text_mode(3);
    fill_text(TEXT, 80, 50);
    set(0x3d4, 0x11, 0x0e);
    set(0x3d4, 0x0c, 0);
    set(0x3d4, 0x0d, 80);
    set(0x3d4, 0x08, 6);
    set(0x3d4, 0x18, 299 & 255);
    set(0x3d4, 0x07, 0x1f);
    set(0x3d4, 0x09, 0x0f);
    set_attribute(0x10, 0x24);
    set_attribute(0x13, 2);
}

static void text_cursor_underline(void)
{
    text_mode(3);
    set(0x3d4, 0x14, 13);
    for (u16 i = 0; i < 80; i++)
        put_cell(TEXT, 80, i, 2, 'A' + i % 26, i & 1 ? 0x01 : 0x09);
    write_at(0, 5, 7, "string:");
    int10(0x0200, 0, 0, 0x0a05);
}

/* Two columns for one count of the address counter. */
static void text_counted_by_two(void)
{
    text_mode(3);
    set(0x3d4, 0x17, 0xab);
    for (u16 i = 0; i < 80 * 25; i++)
        put_cell(TEXT, 80, i % 80, i / 80, 'a' + i % 26, (u8)(i / 3));
}

/* The page bit clear: letters and attributes go to odd offsets of the planes, which the picture
   shows where bit 15 of the address counter is set. */
static void text_odd_page(void)
{
    text_mode(3);
    outb(0x3c2, 0x47);
    set(0x3d4, 0x0c, 0x80);
    for (u16 i = 0; i < 80 * 25; i++)
        put_cell(TEXT, 80, i % 80, i / 80, 'a' + i % 26, (u8)(i / 2));
}

/* INT 0Ah: counts at 0:4F0h, clears the vertical interrupt's latch and lets it wait again. */
__asm__("count_retrace:\n"
        "pushw %ax\n\tpushw %dx\n\tpushw %ds\n\t"
        "xorw %ax, %ax\n\tmovw %ax, %ds\n\tincw 0x4f0\n\t"
        "movw $0x3d4, %dx\n\tmovw $0x8e11, %ax\n\toutw %ax, %dx\n\t"
        "movb $0x9e, %ah\n\toutw %ax, %dx\n\t"
        "movb $0x20, %al\n\toutb %al, $0x20\n\t"
        "popw %ds\n\tpopw %dx\n\tpopw %ax\n\tiretw");
void count_retrace(void);

static u16 far_read16(u16 segment, u16 offset)
{
    return (u16)(far_read8(segment, offset) | far_read8(segment, offset + 1) << 8);
}

static void far_write16(u16 segment, u16 offset, u16 value)
{
    far_write8(segment, offset, (u8)value);
    far_write8(segment, offset + 1, (u8)(value >> 8));
}

/* Ten retraces, seen by the status, bring ten interrupts. */
static void text_interrupts(void)
{
    u16 code, offset = far_read16(0, 4 * 0x0a), segment = far_read16(0, 4 * 0x0a + 2);

    __asm__("movw %%cs, %0" : "=r"(code));
    text_mode(3);
    far_write16(0, 0x4f0, 0);
    far_write16(0, 4 * 0x0a, (u16)(u32)count_retrace);
    far_write16(0, 4 * 0x0a + 2, code);
    outb(0xa1, inb(0xa1) & (u8)~2);
    while (inb(0x3da) & 8)
        ;
    set(0x3d4, 0x11, 0x8e);
    set(0x3d4, 0x11, 0x9e);
    for (u8 i = 0; i < 10; i++) {
        while (!(inb(0x3da) & 8))
            ;
        while (inb(0x3da) & 8)
            ;
    }
    set(0x3d4, 0x11, 0x8e);
    outb(0xa1, inb(0xa1) | 2);
    far_write16(0, 4 * 0x0a, offset);
    far_write16(0, 4 * 0x0a + 2, segment);
    write_at(0, 2, 7, "retraces: 10, interrupts:");
    put_cell(TEXT, 80, 26, 2, (u8)('0' + far_read16(0, 0x4f0) / 10), 7);
    put_cell(TEXT, 80, 27, 2, (u8)('0' + far_read16(0, 0x4f0) % 10), 7);
}

/* ---- graphics ---- */

/* Rows of four lines, each line in 8 KB of its own as the Hercules card has them. */
static void four_banks(void)
{
    int10(0x10, 0, 0, 0);
    set(0x3d4, 0x09, 0x43);
    set(0x3d4, 0x17, 0xe0);
    set(0x3ce, 5, 2);
    for (u16 y = 0; y < 350; y++)
        for (u16 x = 0; x < 80; x++)
            far_write8(GRAPHICS, (u16)(y % 4 * 0x2000 + y / 4 * 80 + x), (u8)((x + y) / 5 & 15));
    set(0x3ce, 5, 0);
}

static void graphics_text(u8 color)
{
    write_at(1, 1, color, "AaBb 0123 \x01\x02\xb0\xb1\xb2\xdb\xe1");
    write_at(1, 3, color | 0x80, "exclusive");
}

static void pixels(u16 width, u16 height, u8 colors)
{
    for (u16 x = 0; x < width; x++)
        int10(0x0c00 | (x * colors / width), 0, x, (u32)x * (height - 1) / (width - 1));
    for (u16 color = 0; color < colors; color++)
        for (u16 y = 0; y < 8; y++)
            for (u16 x = 0; x < 8; x++)
                int10(0x0c00 | color, 0, color % 32 * 8 + x, height - 80 + color / 32 * 8 + y);
}

static void cga_4(void)
{
    int10(4, 0, 0, 0);
    pixels(320, 200, 4);
    graphics_text(3);
}

static void cga_4_other_palette(void)
{
    int10(4, 0, 0, 0);
    int10(0x0b00, 0x0101 - 1, 0, 0);
    int10(0x0b00, 0x0001, 0, 0);
    pixels(320, 200, 4);
}

static void cga_2(void)
{
    int10(6, 0, 0, 0);
    pixels(640, 200, 2);
    graphics_text(1);
}

/* Bars by write mode 2 and lines by mode 3 beside the BIOS's dots. */
static void planes(u8 mode, u16 bytes, u16 height)
{
    int10(mode, 0, 0, 0);
    set(0x3ce, 5, 2);
    for (u16 y = height / 2; y < height / 2 + 32; y++)
        for (u16 x = 0; x < bytes; x++)
            far_write8(GRAPHICS, (u16)(y * bytes + x), (u8)(x * 16 / bytes));
    set(0x3ce, 5, 3);
    set(0x3ce, 0, 0x0e);
    for (u16 y = height / 2 + 8; y < height / 2 + 24; y += 4)
        for (u16 x = 0; x < bytes; x++) {
            far_read8(GRAPHICS, (u16)(y * bytes + x));
            far_write8(GRAPHICS, (u16)(y * bytes + x), 0x3c);
        }
    set(0x3ce, 0, 0);
    set(0x3ce, 5, 0);
    pixels(bytes * 8, height, 16);
    graphics_text(14);
}

static void ega_320x200(void)
{
    planes(0x0d, 40, 200);
}

static void ega_640x200(void)
{
    planes(0x0e, 80, 200);
}

static void ega_mono(void)
{
    planes(0x0f, 80, 350);
    set_attribute_at(0x3ba, 0x10, 0x03); /* the mode's own blinks */
}

static void ega_640x350(void)
{
    planes(0x10, 80, 350);
}

static void vga_mono(void)
{
    planes(0x11, 80, 480);
}

static void vga_640x480(void)
{
    planes(0x12, 80, 480);
}

static void vga_scrolled(void)
{
    planes(0x12, 80, 480);
    int10(0x0603, 0x0400, 0x0102, 0x1430);
}

static void vga_256(void)
{
    int10(0x13, 0, 0, 0);
    pixels(320, 200, 255);
    graphics_text(14);
}

static void vga_gray(void)
{
    int10(0x13, 0, 0, 0);
    pixels(320, 200, 255);
    int10(0x101b, 0, 256, 0);
}

/* 320 x 240 with planes by themselves, the lowest 80 lines from address 0, moved by one dot. */
static void vga_unchained(void)
{
    int10(0x13, 0, 0, 0);
    set(0x3c4, 4, 6);
    set(0x3c4, 0, 1);
    outb(0x3c2, 0xe3);
    set(0x3c4, 0, 3);
    set(0x3d4, 0x11, 0x2c);
    set(0x3d4, 0x06, 0x0d);
    set(0x3d4, 0x07, 0x3e);
    set(0x3d4, 0x10, 0xea);
    set(0x3d4, 0x11, 0xac);
    set(0x3d4, 0x12, 0xdf);
    set(0x3d4, 0x14, 0x00);
    set(0x3d4, 0x15, 0xe7);
    set(0x3d4, 0x16, 0x06);
    set(0x3d4, 0x17, 0xe3);
    for (u8 plane = 0; plane < 4; plane++) {
        set(0x3c4, 2, (u8)(1 << plane));
        for (u16 y = 0; y < 320; y++)
            for (u16 x = 0; x < 80; x++)
                far_write8(GRAPHICS, (u16)(y * 80 + x), (u8)(x * 4 + plane + (y & 0xf8)));
    }
    set(0x3d4, 0x0c, 80 * 80 >> 8);
    set(0x3d4, 0x0d, 80 * 80 & 255);
    set(0x3d4, 0x18, 319 & 255);
    set(0x3d4, 0x09, 0x01);
    set(0x3d4, 0x07, 0x3e);
    set_attribute(0x13, 2);
}

/* ---- VBE ---- */

static void dispi(u16 index, u16 value)
{
    outw(0x1ce, index);
    outw(0x1cf, value);
}

static u16 bank = 0xffff;

static void put_byte(u32 at, u8 value)
{
    if (bank != at >> 16) {
        bank = (u16)(at >> 16);
        int10(0x4f05, 0, 0, bank);
    }
    far_write8(GRAPHICS, (u16)at, value);
}

/* Red grows to the right, green downwards, blue in stripes. */
static u32 shade(u32 x, u32 y, u32 width, u32 height, u8 bits)
{
    u32 red = x * 255 / (width - 1), green = y * 255 / (height - 1), blue = (x ^ y) & 0x80;

    if (bits == 8)
        return (x * 256 / width + y) & 0xff;
    if (bits == 15)
        return red >> 3 << 10 | green >> 3 << 5 | blue >> 3;
    if (bits == 16)
        return red >> 3 << 11 | green >> 2 << 5 | blue >> 3;
    return red << 16 | green << 8 | blue;
}

static void vbe(u16 mode, u32 width, u32 height, u8 bits)
{
    u32 at = 0;

    bank = 0xffff;
    if ((int10(0x4f02, mode, 0, 0) & 0xffff) != 0x004f)
        say("mode refused\n");
    for (u32 y = 0; y < height; y++)
        for (u32 x = 0; x < width; x++) {
            u32 color = shade(x, y, width, height, bits);

            for (u8 byte = 0; byte < (bits + 7) / 8; byte++, color >>= 8)
                put_byte(at++, (u8)color);
        }
}

static void vbe_256(void)
{
    vbe(0x101, 640, 480, 8);
}

static void vbe_planes(void)
{
    int10(0x4f02, 0x102, 0, 0);
    set(0x3ce, 5, 2);
    for (u32 at = 0; at < 60000; at++)
        far_write8(GRAPHICS, (u16)at, (u8)(at % 100 * 16 / 100 + at / 100 / 40));
    set(0x3ce, 5, 0);
    write_at(40, 10, 15, "800 x 600");
}

static void vbe_15(void)
{
    vbe(0x110, 640, 480, 15);
}

static void vbe_16(void)
{
    vbe(0x114, 800, 600, 16);
}

static void vbe_24(void)
{
    vbe(0x10f, 320, 200, 24);
}

static void vbe_32(void)
{
    vbe(0x142, 640, 480, 32);
}

/* A line of 1024 pixels, the view moved into it. */
static void vbe_panned(void)
{
    struct regs r = {.eax = 0x4f06, .ebx = 0, .ecx = 1024};
    u32 at = 0;

    bank = 0xffff;
    int10(0x4f02, 0x101, 0, 0);
    call(&r, 0x10);
    for (u32 y = 0; y < 600; y++)
        for (u32 x = 0; x < 1024; x++)
            put_byte(at++, (u8)((x >> 3) + (y >> 3) * 3));
    int10(0x4f07, 0, 200, 100);
}

static void vbe_1600(void)
{
    int10(0x4f02, 0x11c, 0, 0);
    bank = 0xffff;
    for (u32 at = 0; at < 1600u * 1200; at += 7)
        put_byte(at, (u8)(at / 1600));
    dispi(3, 32); /* refused while the picture stands */
}

/* Letters by INT 10h: all colors, exclusive or, a scrolled window. */
static void vbe_letters(void)
{
    int10(0x4f02, 0x111, 0, 0);
    for (u8 color = 0; color < 16; color++)
        write_at(color, 2 + color, color, "sixteen colors in 16 bits");
    int10(0x0600, 0x0100, 0x0228, 0x084f);
    write_at(44, 4, 14, "a window");
    write_at(44, 5, 0x8c, "exclusive or");
    int10(0x0602, 0x0400, 0x0328, 0x104f);
    write_at(79, 29, 10, "the end scrolls");
}

static void vbe_letters_256(void)
{
    int10(0x4f02, 0x105, 0, 0);
    for (u16 i = 0; i < 256; i++) {
        int10(0x0200, 0, 0, (4 + i / 16u) << 8 | (10 + i % 16 * 2));
        int10(0x0900 | i, i, 1, 0);
    }
    write_at(127, 47, 14, "x\rthe last line");
}

/* Back to text: nothing of what was set above is left. */
static void text_again(void)
{
    text_80x25();
}

static const struct {
    const char *name;
    void (*draw)(void);
} scenes[] = {
    {"text-80x25", text_80x25},
    {"text-40x25", text_40x25},
    {"text-80x28", text_80x28},
    {"text-80x43", text_80x43},
    {"text-80x50", text_80x50},
    {"text-200-lines", text_200_lines},
    {"text-mono", text_mono},
    {"text-two-fonts", text_two_fonts},
    {"text-smooth-split", text_smooth_split},
    {"text-underline", text_cursor_underline},
    {"text-counted-by-2", text_counted_by_two},
    {"text-odd-page", text_odd_page},
    {"text-interrupts", text_interrupts},
    {"cga-320x200x4", cga_4},
    {"cga-other-palette", cga_4_other_palette},
    {"cga-640x200x2", cga_2},
    {"ega-320x200", ega_320x200},
    {"ega-640x200", ega_640x200},
    {"ega-640x350-mono", ega_mono},
    {"ega-640x350", ega_640x350},
    {"ega-four-banks", four_banks},
    {"vga-640x480x2", vga_mono},
    {"vga-640x480", vga_640x480},
    {"vga-scrolled", vga_scrolled},
    {"vga-256", vga_256},
    {"vga-gray", vga_gray},
    {"vga-unchained", vga_unchained},
    {"vbe-640x480x8", vbe_256},
    {"vbe-800x600x4", vbe_planes},
    {"vbe-640x480x15", vbe_15},
    {"vbe-800x600x16", vbe_16},
    {"vbe-320x200x24", vbe_24},
    {"vbe-640x480x32", vbe_32},
    {"vbe-panned", vbe_panned},
    {"vbe-1600x1200x8", vbe_1600},
    {"vbe-letters-16bit", vbe_letters},
    {"vbe-letters-256", vbe_letters_256},
    {"text-again", text_again},
};

void run(u8 drive);

void run(u8 drive)
{
    (void)drive;
    outb(COM1 + 3, 3); /* eight bits */
    for (u32 i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        struct regs r = {0};

        scenes[i].draw();
        say("scene ");
        say(scenes[i].name);
        say("\n");
        call(&r, 0x16);
    }
    say("scene end\n");
    for (;;)
        __asm__ volatile("hlt");
}
