/* The VGA's text modes: cells of character and attribute, fonts in plane 2.

   Modelled: two fonts, eight- and nine-dot cells, blinking or intensity, the cursor with its skew,
   underlines. Unverified on hardware: that colour modes underline attributes x01b too, when the
   underline's line lies within the cell (FreeVGA, "Underline Location Register").

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem; FreeVGA, "VGA Text
   Mode Operation". */

#include "base/bits.h"
#include "devices/vga_raster.h"
#include "devices/vga_registers.h"

enum { FONT_BYTES = 32 /* of one character in plane 2 */ };

#define NO_CURSOR UINT32_MAX

static u32 text_rows(const struct vga_raster *raster)
{
    u32 rows = raster->lines / (raster->row_height * raster->line_scale);
    return rows ? rows : 1;
}

/* Address counter under the cursor, which CRTC_CURSOR_END's bits 5-6 delay by characters. */
static u32 cursor_counter(const struct vga *vga)
{
    u32 place = (u32)vga->crtc[CRTC_CURSOR_HIGH] << 8 | vga->crtc[CRTC_CURSOR_LOW];
    return place + (vga->crtc[CRTC_CURSOR_END] >> 5 & 3);
}

void vga_text(const struct vga *vga, struct vga_text *text)
{
    struct vga_raster raster = vga_raster_of(vga);
    *text = (struct vga_text){.graphics = raster.graphics};
    if (text->graphics)
        return;
    u32 distance = (cursor_counter(vga) - raster.start) & 0xffff;
    u32 pitch = raster.pitch ? raster.pitch : 1;
    u8 from = vga->crtc[CRTC_CURSOR_START] & 31, to = vga->crtc[CRTC_CURSOR_END] & 31;
    text->columns = raster.characters;
    text->rows = text_rows(&raster);
    text->blinks = vga->attribute[ATTR_MODE_CONTROL] & ATTR_BLINK;
    text->cell_width = raster.dots * raster.dot_width;
    text->cell_height = raster.row_height * raster.line_scale;
    text->cursor_row = distance / pitch;
    text->cursor_column = distance % pitch;
    text->cursor_on =
        !(vga->crtc[CRTC_CURSOR_START] & CURSOR_OFF) && from <= to && from < raster.row_height;
}

static u16 cell_at(const struct vga *vga, u32 counter, u32 scan)
{
    return load_le16(vga->memory + (size_t)vga_plane_offset(vga, counter, scan) * 4);
}

u16 vga_text_cell(const struct vga *vga, u32 row, u32 column)
{
    struct vga_raster raster = vga_raster_of(vga);
    if (raster.graphics || row >= text_rows(&raster) || column >= raster.characters)
        return 0;
    struct vga_line line = vga_raster_line(&raster, row * raster.row_height * raster.line_scale);
    return cell_at(vga, line.counter + column / vga_clocks_per_count(vga), line.scan);
}

/* Font A or B of SEQ_CHARACTER_MAP: eight blocks of 8 KB, the odd ones behind the even ones. */
static u32 font_base(const struct vga *vga, bool font_a)
{
    u8 map = vga->sequencer[SEQ_CHARACTER_MAP];
    u32 block = font_a ? (map >> 2 & 3u) | (map >> 3 & 4u) : (map & 3u) | (map >> 2 & 4u);
    return (block & 3) * 0x4000 + (block >> 2) * 0x2000;
}

struct vga_text_style vga_text_style(const struct vga *vga, u64 now)
{
    struct vga_text text;
    vga_text(vga, &text);
    struct vga_text_style style = {
        .blink = vga->attribute[ATTR_MODE_CONTROL] & ATTR_BLINK,
        .lit = vga_lit(vga, now, VGA_BLINK_FRAMES),
        .cursor = NO_CURSOR,
        .cursor_first = vga->crtc[CRTC_CURSOR_START] & 31u,
        .cursor_last = vga->crtc[CRTC_CURSOR_END] & 31u,
        .underline = vga->crtc[CRTC_UNDERLINE] & 31u,
        .fonts = {font_base(vga, false), font_base(vga, true)},
    };
    if (text.cursor_on && vga_lit(vga, now, VGA_CURSOR_FRAMES))
        style.cursor = cursor_counter(vga) & 0xffff;
    vga_palette(vga, style.palette);
    return style;
}

/* The dots of one line of a character, leftmost in bit 8, the ninth in bit 0. Attribute bit 3
   chooses the font. Characters C0h-DFh may continue into the ninth dot. */
static u32 glyph_dots(const struct vga *vga, const struct vga_text_style *style, u16 cell, u32 scan)
{
    u8 character = (u8)cell;
    u32 base = style->fonts[cell >> 11 & 1] + character * (u32)FONT_BYTES + scan;
    u32 dots = (u32)vga->memory[(size_t)(base & 0xffff) * 4 + 2] << 1;
    if ((vga->attribute[ATTR_MODE_CONTROL] & ATTR_LINE_GRAPHICS) && (character & 0xe0) == 0xc0)
        dots |= dots >> 1 & 1;
    return dots;
}

/* Written so that a compiler makes vectors of it. */
static void draw_dots(u32 ink, u32 paper, u32 dots, unsigned width, u32 *pixels)
{
    static const u32 bits[8] = {0x100, 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02};
    u32 differs = ink ^ paper;
    for (unsigned x = 0; x < 8; x++)
        pixels[x] = paper ^ (differs & (0u - (u32)((dots & bits[x]) == bits[x])));
    if (width == 9)
        pixels[8] = paper ^ (differs & (0u - (dots & 1)));
}

static void draw_cell_line(const struct vga *vga, const struct vga_text_style *style, u16 cell,
                           u32 scan, unsigned width, u32 *pixels)
{
    u8 attribute = (u8)(cell >> 8), background = attribute >> 4;
    u32 dots = glyph_dots(vga, style, cell, scan);
    if (scan == style->underline && (attribute & 0x77) == 0x01)
        dots = 0x1ff;
    if (style->blink) {
        background &= 7;
        if ((attribute & 0x80) && !style->lit)
            dots = 0;
    }
    draw_dots(style->palette[attribute & 15], style->palette[background], dots, width, pixels);
}

void vga_text_line_cells(const struct vga *vga, const struct vga_raster *raster,
                         const struct vga_line *line, u16 *cells)
{
    u32 divider = vga_clocks_per_count(vga);
    for (u32 column = 0; column <= raster->characters; column++)
        cells[column] = cell_at(vga, line->counter + column / divider, line->scan);
}

void vga_draw_text_line(const struct vga *vga, const struct vga_raster *raster,
                        const struct vga_text_style *style, const struct vga_line *line,
                        const u16 *cells, u32 *pixels)
{
    u32 divider = vga_clocks_per_count(vga);
    bool cursor_line = line->scan >= style->cursor_first && line->scan <= style->cursor_last;
    for (u32 column = 0; column <= raster->characters; column++) {
        u32 counter = line->counter + column / divider;
        u16 cell = cells[column];
        u32 *to = pixels + column * raster->dots;
        if (cursor_line && (counter & 0xffff) == style->cursor)
            draw_dots(style->palette[cell >> 8 & 15], 0, 0x1ff, raster->dots, to);
        else
            draw_cell_line(vga, style, cell, line->scan, raster->dots, to);
    }
}
