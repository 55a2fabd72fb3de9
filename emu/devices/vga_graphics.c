/* The VGA's graphics modes: four planes of a bit each, two bits a dot as the CGA had them, bytes;
   and the linear modes of the display interface.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, Graphics
   Controller, "Graphics Mode Register". */

#include "base/bits.h"
#include "devices/vga_raster.h"
#include "devices/vga_registers.h"

/* Planes 0-3 of eight dots in bits 0-7, 8-15, ... */
static u32 planes_at(const struct vga *vga, const struct vga_line *line, u32 count)
{
    u32 offset = vga_plane_offset(vga, line->counter + count, line->scan);
    return load_le32(vga->memory + (size_t)offset * 4);
}

/* Bit 7 of `byte` in byte 0, bit 6 in byte 1, ... each as 0 or 1: the byte is laid eight times side
   by side, one bit of each is kept, and a carry brings it to the top of its byte. */
static u64 spread(u32 byte)
{
    u64 kept = (byte & 0xff) * 0x0101010101010101u & 0x0102040810204080u;
    return (kept + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

static void draw_eight(u32 planes, u8 enabled, const u32 palette[16], u32 *pixels)
{
    u64 dots = spread(planes) | spread(planes >> 8) << 1 | spread(planes >> 16) << 2 |
               spread(planes >> 24) << 3;
    for (unsigned x = 0; x < 8; x++)
        pixels[x] = palette[dots >> (8 * x) & enabled];
}

/* Two bits a dot: four dots from plane 0, four from plane 1, with bits 2-3 from planes 2 and 3. */
static void draw_pairs(u32 planes, u8 enabled, const u32 palette[16], u32 *pixels)
{
    for (unsigned x = 0; x < 8; x++) {
        unsigned shift = 6 - 2 * (x & 3) + 8 * (x >> 2);
        u32 dot = (planes >> shift & 3) | (planes >> (shift + 16) & 3) << 2;
        pixels[x] = palette[dot & enabled];
    }
}

void vga_draw_planar_line(const struct vga *vga, const struct vga_raster *raster,
                          const struct vga_line *line, const u32 palette[16], u32 *pixels)
{
    bool pairs = !dispi_enabled(vga) && (vga->graphics[GFX_MODE] & MODE_SHIFT_INTERLEAVE);
    u8 enabled = vga->attribute[ATTR_PLANE_ENABLE] & 15;
    u32 divider = dispi_enabled(vga) ? 1 : vga_clocks_per_count(vga);
    for (u32 column = 0; column <= raster->characters; column++, pixels += 8) {
        u32 planes = planes_at(vga, line, column / divider);
        if (pairs)
            draw_pairs(planes, enabled, palette, pixels);
        else
            draw_eight(planes, enabled, palette, pixels);
    }
}

/* Unverified on hardware: that the attribute controller's palette has no say here. */
void vga_draw_256_line(const struct vga *vga, const struct vga_raster *raster,
                       const struct vga_line *line, const u32 palette[256], u32 *pixels)
{
    u32 divider = vga_clocks_per_count(vga);
    for (u32 column = 0; column <= raster->characters; column++, pixels += 4) {
        u32 planes = planes_at(vga, line, column / divider);
        for (unsigned x = 0; x < 4; x++)
            pixels[x] = palette[planes >> (8 * x) & 0xff];
    }
}

/* `bits` bits as eight, the highest repeated below. */
static u32 widened(u32 value, unsigned bits)
{
    value &= (1u << bits) - 1;
    return value << (8 - bits) | value >> (2 * bits - 8);
}

static u32 colour_of_15(u32 pixel)
{
    return widened(pixel >> 10, 5) << 16 | widened(pixel >> 5, 5) << 8 | widened(pixel, 5);
}

static u32 colour_of_16(u32 pixel)
{
    return widened(pixel >> 11, 5) << 16 | widened(pixel >> 5, 6) << 8 | widened(pixel, 5);
}

/* The picture may begin anywhere in the memory, but its last line ends within (vga_dispi.c). */
void vga_draw_linear_line(const struct vga *vga, u32 y, const u32 palette[256], u32 *pixels)
{
    const u32 opaque = 0xff000000;
    u32 bits = vga->dispi[DISPI_BPP], bytes = dispi_pixel_bits(vga) / 8;
    u32 width = vga->dispi[DISPI_XRES];
    const u8 *from = vga->memory + (vga->dispi[DISPI_Y_OFFSET] + y) * dispi_pitch(vga) +
                     vga->dispi[DISPI_X_OFFSET] * bytes;
    for (u32 x = 0; x < width; x++, from += bytes)
        if (bits == 32)
            pixels[x] = opaque | load_le32(from);
        else if (bits == 24)
            pixels[x] = opaque | from[0] | (u32)from[1] << 8 | (u32)from[2] << 16;
        else if (bits == 16)
            pixels[x] = opaque | colour_of_16(load_le16(from));
        else if (bits == 15)
            pixels[x] = opaque | colour_of_15(load_le16(from));
        else
            pixels[x] = palette[*from];
}
