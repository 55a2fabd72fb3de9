/* The VGA's picture as a function of its state and the moment: colours, blinking, and the lines put
   together.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, Attribute
   Controller and Video Digital-to-Analog Converter; FreeVGA. */

#include "devices/vga_raster.h"
#include "devices/vga_registers.h"

#include <string.h>

#define OPAQUE 0xff000000u

/* The linear modes do without the CRTC, and so without its retraces. */
static bool is_blank(const struct vga *vga)
{
    bool synchronised = vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_SYNC;
    return !(vga->attribute_index & ATTRIBUTE_SCREEN_ON) ||
           (vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_SCREEN_OFF) ||
           (!synchronised && !dispi_enabled(vga));
}

void vga_picture_size(const struct vga *vga, u32 *width, u32 *height)
{
    struct vga_raster raster = vga_raster_of(vga);
    *width = raster.width;
    *height = raster.lines;
}

/* Colour. */

/* The converter's 64 levels span black to white as 255 does: 63 is 255, 32 is 130. */
u32 vga_dac_colour(const struct vga *vga, u8 index)
{
    const u8 *entry = &vga->dac[(index & vga->dac_mask) * 3];
    bool wide = vga->dispi[DISPI_ENABLE] & DISPI_8BIT_DAC;
    u32 colour = 0;
    for (unsigned i = 0; i < 3; i++) {
        u32 level = entry[i] & 0x3f;
        colour = colour << 8 | (wide ? entry[i] : level << 2 | level >> 4);
    }
    return OPAQUE | colour;
}

u32 vga_text_colour(const struct vga *vga, u8 nibble)
{
    u8 select = vga->attribute[ATTR_COLOR_SELECT];
    u8 index = vga->attribute[nibble & 15] & 0x3f;
    if (vga->attribute[ATTR_MODE_CONTROL] & ATTR_PALETTE_54)
        index = (u8)((index & 15) | (select & 3) << 4);
    return vga_dac_colour(vga, (u8)(index | (select & 12) << 4));
}

void vga_palette(const struct vga *vga, u32 palette[16])
{
    for (u8 i = 0; i < 16; i++)
        palette[i] = vga_text_colour(vga, i);
}

/* Blinking. */

bool vga_lit(const struct vga *vga, u64 now, unsigned frames)
{
    return !(vga_frame_number(vga, now) / frames & 1);
}

static bool blinks(const struct vga *vga)
{
    return !dispi_enabled(vga) && (vga->attribute[ATTR_MODE_CONTROL] & ATTR_BLINK);
}

u64 vga_picture_stamp(const struct vga *vga, u64 now)
{
    struct vga_text text;
    vga_text(vga, &text);
    u64 phases = (u64)(text.cursor_on && vga_lit(vga, now, VGA_CURSOR_FRAMES)) << 1 |
                 (u64)(blinks(vga) && vga_lit(vga, now, VGA_BLINK_FRAMES));
    return vga->version << 3 | (u64)vga_start_is_taken(vga, now) << 2 | phases;
}

/* In graphics, blinking dots without bit 3 get it, the others lose it half of the time. Unverified
   on hardware. */
static void graphics_palette(const struct vga *vga, u64 now, u32 palette[16])
{
    u32 plain[16];
    bool lit = vga_lit(vga, now, VGA_BLINK_FRAMES);
    vga_palette(vga, plain);
    for (unsigned i = 0; i < 16; i++)
        palette[i] = plain[!blinks(vga) ? i : lit ? (i | 8) : (i ^ 8)];
}

static void byte_palette(const struct vga *vga, u32 palette[256])
{
    for (unsigned i = 0; i < 256; i++)
        palette[i] = vga_dac_colour(vga, (u8)i);
}

/* Lines. */

static void draw_blank(const struct vga_raster *raster, u32 *pixels, u32 pitch)
{
    for (u32 y = 0; y < raster->lines; y++)
        for (u32 x = 0; x < raster->width; x++)
            pixels[(size_t)y * pitch + x] = OPAQUE;
}

static void widen(const u32 *from, u32 dot_width, u32 width, u32 *to)
{
    if (dot_width == 1)
        memcpy(to, from, width * sizeof *to);
    else if (dot_width == 2)
        for (u32 x = 0; x < width; x++)
            to[x] = from[x / 2];
    else
        for (u32 x = 0; x < width; x++)
            to[x] = from[x / dot_width];
}

static bool same_line(const struct vga_line *a, const struct vga_line *b)
{
    return a->counter == b->counter && a->scan == b->scan && a->panning == b->panning;
}

/* What a picture needs to draw its lines. */
struct painter {
    struct vga_raster raster;
    struct vga_text_style style; /* of text */
    u32 palette[256];            /* of graphics: 16 or 256 colours */
    bool bytes;                  /* a byte a pixel */
    u16 cells[VGA_MAX_WIDTH / 8 + 1];
    u32 cells_counter; /* line.counter that the cells are of */
};

/* The lines of a row share its cells, unless row scan bits are part of their address. */
static void take_cells(const struct vga *vga, struct painter *painter, const struct vga_line *line)
{
    const u8 row_bits = MODE_CONTROL_ROW_13 | MODE_CONTROL_ROW_14;
    if (painter->cells_counter == line->counter &&
        (vga->crtc[CRTC_MODE_CONTROL] & row_bits) == row_bits)
        return;
    vga_text_line_cells(vga, &painter->raster, line, painter->cells);
    painter->cells_counter = line->counter;
}

static void draw_line(const struct vga *vga, struct painter *painter, const struct vga_line *line,
                      u32 *to)
{
    u32 pixels[VGA_MAX_WIDTH + 16];
    const struct vga_raster *raster = &painter->raster;
    if (!raster->graphics) {
        take_cells(vga, painter, line);
        vga_draw_text_line(vga, raster, &painter->style, line, painter->cells, pixels);
    } else if (painter->bytes)
        vga_draw_256_line(vga, raster, line, painter->palette, pixels);
    else
        vga_draw_planar_line(vga, raster, line, painter->palette, pixels);
    widen(pixels + line->panning, raster->dot_width, raster->width, to);
}

static void draw_lines(const struct vga *vga, struct painter *painter, u32 *pixels, u32 pitch)
{
    struct vga_line before = {UINT32_MAX, 0, 0};
    for (u32 y = 0; y < painter->raster.lines; y++, pixels += pitch) {
        struct vga_line line = vga_raster_line(&painter->raster, y);
        if (y > 0 && same_line(&line, &before))
            memcpy(pixels, pixels - pitch, painter->raster.width * sizeof *pixels);
        else
            draw_line(vga, painter, &line, pixels);
        before = line;
    }
}

static void draw_linear(const struct vga *vga, const struct painter *painter, u32 *pixels,
                        u32 pitch)
{
    for (u32 y = 0; y < painter->raster.lines; y++)
        vga_draw_linear_line(vga, y, painter->palette, pixels + (size_t)y * pitch);
}

static void prepare(const struct vga *vga, u64 now, struct painter *painter)
{
    painter->raster = vga_raster_of(vga);
    if (!dispi_enabled(vga))
        painter->raster.start = vga_start_address(vga, now);
    painter->cells_counter = UINT32_MAX;
    painter->bytes = dispi_linear(vga) || painter->raster.dots == 4;
    if (!painter->raster.graphics)
        painter->style = vga_text_style(vga, now);
    else if (painter->bytes)
        byte_palette(vga, painter->palette);
    else
        graphics_palette(vga, now, painter->palette);
}

void vga_render(const struct vga *vga, u64 now, u32 *pixels, u32 pitch)
{
    struct painter painter;
    prepare(vga, now, &painter);
    if (is_blank(vga))
        draw_blank(&painter.raster, pixels, pitch);
    else if (dispi_linear(vga))
        draw_linear(vga, &painter, pixels, pitch);
    else
        draw_lines(vga, &painter, pixels, pitch);
}

/* ---- the converter's outputs ---- */

/* With the screen off the border's colour takes the picture's place. */
u32 vga_output(const struct vga *vga, u64 now)
{
    u32 pixels[VGA_MAX_WIDTH];
    struct painter painter;
    struct vga_beam beam = vga_beam_at(vga, now);
    if (dispi_enabled(vga) || !(beam.in_picture || beam.in_border))
        return OPAQUE;
    prepare(vga, now, &painter);
    u32 dot = beam.character * painter.raster.dots * painter.raster.dot_width;
    if (beam.in_border || is_blank(vga) || dot >= painter.raster.width)
        return vga_dac_colour(vga, vga->attribute[ATTR_OVERSCAN]);
    struct vga_line line = vga_raster_line(&painter.raster, beam.line);
    draw_line(vga, &painter, &line, pixels);
    return pixels[dot];
}
