/* The VGA's picture: text with fonts in plane 2, planar 16-colour, CGA-compatible and 256-colour
   modes.

   Modelled: start address, offset, line compare (split screen), cursor shape and blinking, two
   fonts, nine-dot characters, blink or intensity, palette, colour select, DAC mask, plane enable.
   Not modelled: preset row scan and panning by dots, cursor and display skew, underlines of the
   monochrome adapter, overscan.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem; FreeVGA. */

#include "devices/vga.h"
#include "devices/vga_registers.h"

enum {
    FRAMES_PER_SECOND = 70,
    CURSOR_FRAMES = 8, /* on, then as long off */
    BLINK_FRAMES = 16,
    FONT_BYTES = 32, /* of one character in plane 2 */
};

#define OPAQUE 0xff000000u

static bool is_graphics(const struct vga *vga)
{
    return vga->graphics[GFX_MISCELLANEOUS] & MISCELLANEOUS_GRAPHICS;
}

static bool is_blank(const struct vga *vga)
{
    return !(vga->attribute_index & ATTRIBUTE_SCREEN_ON) ||
           (vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_SCREEN_OFF);
}

static u32 minimum(u32 a, u32 b)
{
    return a < b ? a : b;
}

/* Geometry. */

static u32 dots_per_character(const struct vga *vga)
{
    return vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_8_DOTS ? 8 : 9;
}

static u32 characters_per_line(const struct vga *vga)
{
    return vga->crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u;
}

static u32 character_height(const struct vga *vga)
{
    return (vga->crtc[CRTC_MAXIMUM_SCAN_LINE] & 31u) + 1;
}

/* Lines of the picture, doubled ones counted once. */
static u32 picture_lines(const struct vga *vga)
{
    u32 lines = vga_vertical(vga, CRTC_VERTICAL_DISPLAY_END, 1, 6) + 1;
    return vga->crtc[CRTC_MAXIMUM_SCAN_LINE] & SCAN_LINE_DOUBLED ? (lines + 1) / 2 : lines;
}

/* In CGA-compatible modes each scan line of a row has its own bank; else all show the same dots. */
static bool has_banks(const struct vga *vga)
{
    return !(vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_ROW_ADDRESS);
}

static u32 start_address(const struct vga *vga)
{
    return (u32)vga->crtc[CRTC_START_HIGH] << 8 | vga->crtc[CRTC_START_LOW];
}

/* Counts of the address counter from one row to the next. */
static u32 row_pitch(const struct vga *vga)
{
    return vga->crtc[CRTC_OFFSET] * 2u;
}

/* Line after which the screen restarts at address 0. */
static u32 line_compare(const struct vga *vga)
{
    u32 overflow = vga->crtc[CRTC_OVERFLOW], maximum = vga->crtc[CRTC_MAXIMUM_SCAN_LINE];
    u32 line = vga->crtc[CRTC_LINE_COMPARE] | (overflow >> 4 & 1) << 8 | (maximum >> 6 & 1) << 9;
    return maximum & SCAN_LINE_DOUBLED ? line / 2 : line;
}

/* The address counter's value at a plane: byte, word or doubleword addressing. */
static u32 plane_offset(const struct vga *vga, u32 counter)
{
    if (vga->crtc[CRTC_UNDERLINE] & UNDERLINE_DOUBLEWORDS)
        return (counter << 2 | (counter >> 14 & 3)) & 0xffff;
    if (vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_BYTES)
        return counter & 0xffff;
    u32 wrapped = vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_WRAP ? counter >> 15 : counter >> 13;
    return (counter << 1 | (wrapped & 1)) & 0xffff;
}

static u32 text_columns(const struct vga *vga)
{
    return minimum(characters_per_line(vga), VGA_MAX_WIDTH / 9);
}

static u32 text_rows(const struct vga *vga)
{
    u32 rows = picture_lines(vga) / character_height(vga);
    return rows ? rows : 1;
}

void vga_text(const struct vga *vga, struct vga_text *text)
{
    *text = (struct vga_text){.graphics = is_graphics(vga)};
    if (text->graphics)
        return;
    u32 cursor = (u32)vga->crtc[CRTC_CURSOR_HIGH] << 8 | vga->crtc[CRTC_CURSOR_LOW];
    u32 distance = (cursor - start_address(vga)) & 0xffff;
    u32 pitch = row_pitch(vga) ? row_pitch(vga) : 1;
    u8 from = vga->crtc[CRTC_CURSOR_START] & 31, to = vga->crtc[CRTC_CURSOR_END] & 31;
    text->columns = text_columns(vga);
    text->rows = text_rows(vga);
    text->cursor_row = distance / pitch;
    text->cursor_column = distance % pitch;
    text->cursor_on =
        !(vga->crtc[CRTC_CURSOR_START] & CURSOR_OFF) && from <= to && from < character_height(vga);
}

static u16 cell_at(const struct vga *vga, u32 counter)
{
    u32 offset = plane_offset(vga, counter);
    return (u16)(vga->planes[offset] | vga->planes[VGA_PLANE_SIZE + offset] << 8);
}

/* Address counter at the start of a picture line's row; *scan is the line within the row. */
static u32 row_counter(const struct vga *vga, u32 line, u32 *scan)
{
    u32 height = character_height(vga), base = start_address(vga);
    if (line > line_compare(vga)) {
        line -= line_compare(vga) + 1;
        base = 0;
    }
    *scan = line % height;
    return base + line / height * row_pitch(vga);
}

u16 vga_text_cell(const struct vga *vga, u32 row, u32 column)
{
    u32 scan;
    if (is_graphics(vga) || row >= text_rows(vga) || column >= text_columns(vga))
        return 0;
    return cell_at(vga, row_counter(vga, row * character_height(vga), &scan) + column);
}

void vga_picture_size(const struct vga *vga, u32 *width, u32 *height)
{
    if (!is_graphics(vga)) {
        *width = text_columns(vga) * dots_per_character(vga);
        *height = minimum(picture_lines(vga), VGA_MAX_HEIGHT);
        return;
    }
    u32 dots = vga->graphics[GFX_MODE] & MODE_SHIFT_256 ? 4 : 8;
    u32 lines = has_banks(vga) ? picture_lines(vga) : picture_lines(vga) / character_height(vga);
    *width = minimum(characters_per_line(vga) * dots, VGA_MAX_WIDTH);
    *height = minimum(lines ? lines : 1, VGA_MAX_HEIGHT);
}

/* Colour. */

static u32 dac_colour(const struct vga *vga, u8 index)
{
    const u8 *entry = &vga->dac[(index & vga->dac_mask) * 3];
    u32 colour = 0;
    for (unsigned i = 0; i < 3; i++)
        colour = colour << 8 | (u32)(entry[i] << 2 | entry[i] >> 4);
    return OPAQUE | colour;
}

u32 vga_text_colour(const struct vga *vga, u8 nibble)
{
    u8 select = vga->attribute[ATTR_COLOR_SELECT];
    u8 index = vga->attribute[nibble & 15] & 0x3f;
    if (vga->attribute[ATTR_MODE_CONTROL] & ATTR_PALETTE_54)
        index = (u8)((index & 15) | (select & 3) << 4);
    return dac_colour(vga, (u8)(index | (select & 12) << 4));
}

static void text_palette(const struct vga *vga, u32 palette[16])
{
    for (u8 i = 0; i < 16; i++)
        palette[i] = vga_text_colour(vga, i);
}

/* Blinking. */

static bool lit(const struct vga *vga, u64 now, unsigned frames)
{
    return !(clock_scale(now, FRAMES_PER_SECOND, vga->clock->rate) / frames & 1);
}

u64 vga_picture_stamp(const struct vga *vga, u64 now)
{
    struct vga_text text;
    vga_text(vga, &text);
    bool blinks = !text.graphics && (vga->attribute[ATTR_MODE_CONTROL] & ATTR_BLINK);
    u64 phases = (u64)(text.cursor_on && lit(vga, now, CURSOR_FRAMES)) << 1 |
                 (u64)(blinks && lit(vga, now, BLINK_FRAMES));
    return vga->version << 2 | phases;
}

/* Text. */

/* What is the same for all characters of a picture. */
struct text_style {
    u32 palette[16];
    bool blink;       /* attribute bit 7 blinks instead of being intensity */
    bool lit;         /* blinking characters are shown */
    u32 cursor;       /* counter value of the cell under a shown cursor, or NO_CURSOR */
    u32 cursor_first; /* scan lines */
    u32 cursor_last;
};

#define NO_CURSOR UINT32_MAX

static struct text_style style_of(const struct vga *vga, u64 now)
{
    struct vga_text text;
    vga_text(vga, &text);
    struct text_style style = {
        .blink = vga->attribute[ATTR_MODE_CONTROL] & ATTR_BLINK,
        .lit = lit(vga, now, BLINK_FRAMES),
        .cursor = NO_CURSOR,
        .cursor_first = vga->crtc[CRTC_CURSOR_START] & 31u,
        .cursor_last = vga->crtc[CRTC_CURSOR_END] & 31u,
    };
    if (text.cursor_on && lit(vga, now, CURSOR_FRAMES))
        style.cursor = (u32)vga->crtc[CRTC_CURSOR_HIGH] << 8 | vga->crtc[CRTC_CURSOR_LOW];
    text_palette(vga, style.palette);
    return style;
}

/* Font A or B of SEQ_CHARACTER_MAP: eight blocks of 8 KB, the odd ones behind the even ones. */
static u32 font_base(const struct vga *vga, bool font_a)
{
    u8 map = vga->sequencer[SEQ_CHARACTER_MAP];
    u32 block = font_a ? (map >> 2 & 3u) | (map >> 3 & 4u) : (map & 3u) | (map >> 2 & 4u);
    return (block & 3) * 0x4000 + (block >> 2) * 0x2000;
}

/* The dots of one line of a character, leftmost in bit 8, the ninth in bit 0. Attribute bit 3
   chooses the font. Characters C0h-DFh may continue into the ninth dot. */
static u32 glyph_dots(const struct vga *vga, u16 cell, u32 scan)
{
    u8 character = (u8)cell;
    u32 base = font_base(vga, cell >> 11 & 1) + character * (u32)FONT_BYTES + scan;
    u32 dots = (u32)vga->planes[2 * VGA_PLANE_SIZE + (base & 0xffff)] << 1;
    if ((vga->attribute[ATTR_MODE_CONTROL] & ATTR_LINE_GRAPHICS) && (character & 0xe0) == 0xc0)
        dots |= dots >> 1 & 1;
    return dots;
}

static void draw_cell_line(const struct text_style *style, u16 cell, u32 dots, unsigned width,
                           u32 *pixels)
{
    u8 attribute = (u8)(cell >> 8);
    u8 background = attribute >> 4;
    if (style->blink) {
        background &= 7;
        if ((attribute & 0x80) && !style->lit)
            dots = 0;
    }
    u32 ink = style->palette[attribute & 15], paper = style->palette[background];
    for (unsigned x = 0; x < width; x++)
        pixels[x] = dots >> (8 - x) & 1 ? ink : paper;
}

static void draw_text_line(const struct vga *vga, const struct text_style *style, u32 line,
                           u32 *pixels)
{
    u32 scan, width = dots_per_character(vga), columns = text_columns(vga);
    u32 counter = row_counter(vga, line, &scan);
    bool cursor_line = scan >= style->cursor_first && scan <= style->cursor_last;
    for (u32 column = 0; column < columns; column++, counter++) {
        u16 cell = cell_at(vga, counter);
        bool cursor = cursor_line && (counter & 0xffff) == style->cursor;
        u32 dots = cursor ? 0x1ff : glyph_dots(vga, cell, scan);
        u16 shown = cursor ? cell & 0x7fff : cell; /* the cursor does not blink with its cell */
        if (cursor && !style->blink)
            shown = cell;
        draw_cell_line(style, shown, dots, width, pixels + column * width);
    }
}

/* Graphics. */

static u32 line_offset(const struct vga *vga, u32 counter, u32 scan)
{
    u32 offset = plane_offset(vga, counter);
    if (has_banks(vga))
        offset = (offset & ~0x2000u) | (scan & 1) << 13;
    return offset;
}

static u8 planar_pixel(const struct vga *vga, u32 offset, u32 x)
{
    unsigned bit = 7 - (x & 7), value = 0;
    for (unsigned plane = 0; plane < 4; plane++)
        value |= (vga->planes[plane * VGA_PLANE_SIZE + offset] >> bit & 1u) << plane;
    return (u8)value;
}

/* Two bits a dot: four dots from plane 0, four from plane 1, with bits 2-3 from planes 2 and 3. */
static u8 interleaved_pixel(const struct vga *vga, u32 offset, u32 x)
{
    unsigned shift = 6 - 2 * (x & 3), plane = x >> 2 & 1;
    unsigned low = vga->planes[plane * VGA_PLANE_SIZE + offset] >> shift & 3u;
    unsigned high = vga->planes[(plane + 2) * VGA_PLANE_SIZE + offset] >> shift & 3u;
    return (u8)(low | high << 2);
}

static void draw_256_line(const struct vga *vga, u32 counter, u32 scan, u32 width, u32 *pixels)
{
    for (u32 x = 0; x < width; x++) {
        u32 offset = line_offset(vga, counter + x / 4, scan);
        pixels[x] = dac_colour(vga, vga->planes[(x & 3) * VGA_PLANE_SIZE + offset]);
    }
}

static void draw_16_line(const struct vga *vga, u32 counter, u32 scan, u32 width, u32 *pixels)
{
    bool interleaved = vga->graphics[GFX_MODE] & MODE_SHIFT_INTERLEAVE;
    u8 enabled = vga->attribute[ATTR_PLANE_ENABLE] & 15;
    u32 palette[16];
    text_palette(vga, palette);
    for (u32 x = 0; x < width; x++) {
        u32 offset = line_offset(vga, counter + x / 8, scan);
        u8 pixel = interleaved ? interleaved_pixel(vga, offset, x) : planar_pixel(vga, offset, x);
        pixels[x] = palette[pixel & enabled];
    }
}

static void draw_graphics_line(const struct vga *vga, u32 line, u32 width, u32 *pixels)
{
    u32 scan, step = has_banks(vga) ? 1 : character_height(vga);
    u32 counter = row_counter(vga, line * step, &scan);
    if (vga->graphics[GFX_MODE] & MODE_SHIFT_256)
        draw_256_line(vga, counter, scan, width, pixels);
    else
        draw_16_line(vga, counter, scan, width, pixels);
}

static void draw_blank(u32 width, u32 height, u32 *pixels, u32 pitch)
{
    for (u32 y = 0; y < height; y++)
        for (u32 x = 0; x < width; x++)
            pixels[(size_t)y * pitch + x] = OPAQUE;
}

void vga_render(const struct vga *vga, u64 now, u32 *pixels, u32 pitch)
{
    u32 width, height;
    vga_picture_size(vga, &width, &height);
    if (is_blank(vga)) {
        draw_blank(width, height, pixels, pitch);
        return;
    }
    struct text_style style = style_of(vga, now);
    for (u32 y = 0; y < height; y++) {
        u32 *line = pixels + (size_t)y * pitch;
        if (is_graphics(vga))
            draw_graphics_line(vga, y, width, line);
        else
            draw_text_line(vga, &style, y, line);
    }
}
