/* Character generators: AH=11h. In text modes the glyphs lie in plane 2, 32 bytes each. */
#include "video.h"

enum { GLYPH_ROOM = 32 };

/* Plane 2 alone at A000h, with odd/even addressing off. */
static void open_plane2(void)
{
    vga_set(SEQUENCER, SEQUENCER_MAP_MASK, 4);
    vga_set(SEQUENCER, SEQUENCER_MEMORY, 6);
    vga_set(GRAPHICS, GRAPHICS_READ_PLANE, 2);
    vga_set(GRAPHICS, GRAPHICS_MODE, 0);
    vga_set(GRAPHICS, GRAPHICS_MISC, 4);
}

static void close_plane2(void)
{
    const struct video_mode __seg_gs *mode = mode_current();

    vga_set(SEQUENCER, SEQUENCER_MAP_MASK, mode->map_mask);
    vga_set(SEQUENCER, SEQUENCER_MEMORY, mode->memory);
    vga_set(GRAPHICS, GRAPHICS_READ_PLANE, 0);
    vga_set(GRAPHICS, GRAPHICS_MODE, mode->graphics_mode);
    vga_set(GRAPHICS, GRAPHICS_MISC, mode->graphics_misc);
}

/* Block numbers 0-7: bit 2 is the odd 8 KB half, as the sequencer's register 3 counts them. */
void font_load(u16 segment, u16 offset, u16 first, u16 count, u8 height, u8 block)
{
    u16 to = (u16)((block & 3) << 14 | (block & 4) << 11);

    to += first * GLYPH_ROOM;
    open_plane2();
    for (; count; count--) {
        far_copy_words(0xa000, to, segment, offset, height / 2);
        if (height & 1)
            far_write8(0xa000, to + height - 1, far_read8(segment, offset + height - 1));
        to += GLYPH_ROOM;
        offset += height;
    }
    close_plane2();
}

/* Cells of another height: the CRTC, the cursor and the number of rows follow. */
static void set_height(u8 height)
{
    u16 lines = text_scan_lines();
    u8 scanned = lines == 200 ? 2 : 1, rows;

    outb(bda.crtc, CRTC_MAX_SCAN);
    outb(bda.crtc + 1, (inb(bda.crtc + 1) & 0xe0) | (height - 1));
    rows = (u8)(lines / height);
    vga_set(bda.crtc, CRTC_VERTICAL_END, (u8)(rows * height * scanned - 1));
    if (bda.crtc == CRTC_MONO)
        vga_set(bda.crtc, CRTC_UNDERLINE, height - 1);
    bda.char_height = height;
    bda.rows_less_one = rows - 1;
    bda.page_size = (u16)((rows * bda.columns * 2 + 0xff) & 0xff00);
    cursor_shape(0x0607);
}

struct rom_font {
    u8 height;
    u16 offset;
};

/* AL low nibble 1, 2, 4. */
static struct rom_font rom_font(u8 which)
{
    switch (which & 7) {
    case 1:
        return (struct rom_font){14, (u16)(u32)font8x14};
    case 2:
    case 3:
        return (struct rom_font){8, (u16)(u32)font8x8};
    }
    return (struct rom_font){16, (u16)(u32)font8x16};
}

/* AL=00h-14h: glyphs for text; those from 10h on also change the cell's height. */
static void load_text_font(struct registers *r)
{
    struct rom_font font = rom_font(r->eax.l);
    u8 height = font.height;

    if ((r->eax.l & 0x0f) == 0) {
        height = r->ebx.h;
        if (!height || height > GLYPH_ROOM)
            return;
        font_load(r->es, r->ebp.x, r->edx.x, r->ecx.x, height, r->ebx.l);
    } else {
        font_load(rom_segment(), font.offset, 0, 256, height, r->ebx.l);
    }
    if (r->eax.l & 0x10)
        set_height(height);
}

/* BL: 0 = DL rows, 1, 2, 3 = 14, 25, 43. */
static void set_graphics_rows(struct registers *r)
{
    static ROM u8 rows[] = {0, 14, 25, 43};

    bda.rows_less_one = (u8)((r->ebx.l ? rows[r->ebx.l & 3] : r->edx.l) - 1);
}

static void set_graphics_font(struct registers *r)
{
    static ROM u8 which[] = {0, 0, 1, 2, 4};
    struct rom_font font = rom_font(which[r->eax.l - 0x20]);

    if (r->eax.l == 0x20) {
        vectors[0x1f] = (struct far_pointer){r->ebp.x, r->es};
        return;
    }
    if (r->eax.l == 0x21) {
        vectors[0x43] = (struct far_pointer){r->ebp.x, r->es};
        bda.char_height = r->ecx.x;
    } else {
        vectors[0x43] = (struct far_pointer){font.offset, rom_segment()};
        bda.char_height = font.height;
    }
    set_graphics_rows(r);
}

/* AL=30h: ES:BP the font that BH names, CX the height in use, DL the rows less one. */
static void get_font(struct registers *r)
{
    static ROM u8 no_changes[] = {0}; /* nine-dot letters are drawn as the others */
    struct far_pointer font = {0, rom_segment()};

    switch (r->ebx.h) {
    case 0:
        font = vectors[0x1f];
        break;
    case 1:
        font = vectors[0x43];
        break;
    case 2:
        font.offset = (u16)(u32)font8x14;
        break;
    case 5:
    case 7:
        font.offset = (u16)(u32)no_changes;
        break;
    case 3:
        font.offset = (u16)(u32)font8x8;
        break;
    case 4:
        font.offset = (u16)((u32)font8x8 + 1024);
        break;
    default:
        font.offset = (u16)(u32)font8x16;
    }
    r->es = font.segment;
    r->ebp.x = font.offset;
    r->ecx.x = bda.char_height;
    r->edx.l = bda.rows_less_one;
}

void font_service(struct registers *r)
{
    u8 function = r->eax.l;

    if (function == 0x03)
        vga_set(SEQUENCER, SEQUENCER_FONTS, r->ebx.l);
    else if (function <= 0x14)
        load_text_font(r);
    else if (function >= 0x20 && function <= 0x24)
        set_graphics_font(r);
    else if (function == 0x30)
        get_font(r);
}
