/* The VGA's CRT controller as a function from picture lines to memory addresses: start address,
   offset, byte, word and doubleword addressing, double scan, rows of up to 32 lines, preset row
   scan, panning, the split screen.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, CRT Controller;
   FreeVGA, "CRT Controller Registers". */

#include "devices/vga_raster.h"

#include "devices/vga_registers.h"

static u32 minimum(u32 a, u32 b)
{
    return a < b ? a : b;
}

/* The line counter runs at half speed with MODE_CONTROL_HALF_LINES. */
static u32 counter_scale(const struct vga *vga)
{
    return vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_HALF_LINES ? 2 : 1;
}

static u32 line_compare(const struct vga *vga)
{
    u32 overflow = vga->crtc[CRTC_OVERFLOW], maximum = vga->crtc[CRTC_MAXIMUM_SCAN_LINE];
    return vga->crtc[CRTC_LINE_COMPARE] | (overflow >> 4 & 1) << 8 | (maximum >> 6 & 1) << 9;
}

/* Nine-dot characters count the panning from 8 = none, then 0 = one dot (IBM, Horizontal PEL
   Panning); in 256-colour modes a pixel takes two steps. */
static u32 panning_of(const struct vga *vga, const struct vga_raster *raster)
{
    u32 steps = vga->attribute[ATTR_PANNING] & 15u;
    if (raster->dots == 9)
        return steps < 8 ? steps + 1 : 0;
    return raster->dots == 4 ? (steps & 7) / 2 : steps & 7;
}

/* The display interface's sixteen-colour modes: the planes without the CRTC. */
static struct vga_raster dispi_raster(const struct vga *vga)
{
    u32 pitch = dispi_pitch(vga), x = vga->dispi[DISPI_X_OFFSET];
    return (struct vga_raster){
        .graphics = true,
        .characters = vga->dispi[DISPI_XRES] / 8u,
        .dots = 8,
        .dot_width = 1,
        .width = vga->dispi[DISPI_XRES],
        .lines = vga->dispi[DISPI_YRES],
        .line_scale = 1,
        .row_height = 1,
        .start = vga->dispi[DISPI_Y_OFFSET] * pitch + x / 8,
        .pitch = pitch,
        .panning = x & 7,
        .compare = UINT32_MAX,
    };
}

struct vga_raster vga_raster_of(const struct vga *vga)
{
    if (dispi_enabled(vga))
        return dispi_raster(vga);
    bool graphics = vga->graphics[GFX_MISCELLANEOUS] & MISCELLANEOUS_GRAPHICS;
    bool bytes = graphics && (vga->graphics[GFX_MODE] & MODE_SHIFT_256);
    const u8 row_bits = MODE_CONTROL_ROW_13 | MODE_CONTROL_ROW_14;
    u8 maximum = vga->crtc[CRTC_MAXIMUM_SCAN_LINE], preset = vga->crtc[CRTC_PRESET_ROW_SCAN];
    u32 scale = counter_scale(vga);
    struct vga_raster raster = {
        .graphics = graphics,
        .dots = bytes      ? 4
                : graphics ? 8
                           : vga_dots_per_character(vga),
        .dot_width = bytes ? 2 : 1,
        .line_scale = maximum & SCAN_LINE_DOUBLED ? 2 * scale : scale,
        .row_height = (maximum & 31u) + 1,
        .start = (u32)vga->crtc[CRTC_START_HIGH] << 8 | vga->crtc[CRTC_START_LOW],
        .pitch = vga->crtc[CRTC_OFFSET] * 2u,
        .byte_panning = preset >> 5 & 3,
        .compare = (line_compare(vga) + 1) * scale - 1,
        .split_is_still = vga->attribute[ATTR_MODE_CONTROL] & ATTR_SPLIT_STANDS_STILL,
        .rows_are_flat = graphics && (~vga->crtc[CRTC_MODE_CONTROL] & row_bits) == 0,
    };
    if (vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_HALF_DOT_CLOCK)
        raster.dot_width *= 2;
    u32 shown = vga->crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u;
    raster.characters = minimum(shown, VGA_MAX_WIDTH / (raster.dots * raster.dot_width));
    raster.width = raster.characters * raster.dots * raster.dot_width;
    raster.lines = (vga_vertical(vga, CRTC_VERTICAL_DISPLAY_END, 1, 6) + 1) * scale;
    raster.preset = (preset & 31u) % raster.row_height;
    raster.panning = panning_of(vga, &raster);
    return raster;
}

struct vga_line vga_raster_line(const struct vga_raster *raster, u32 y)
{
    bool split = y > raster->compare;
    bool still = split && raster->split_is_still;
    if (split)
        y -= raster->compare + 1;
    u32 line = y / raster->line_scale + (split ? 0 : raster->preset);
    return (struct vga_line){
        .counter = (split ? 0 : raster->start) + line / raster->row_height * raster->pitch +
                   (still ? 0 : raster->byte_panning),
        .scan = raster->rows_are_flat ? 0 : line % raster->row_height,
        .panning = still ? 0 : raster->panning,
    };
}

/* Byte, word or doubleword addressing; then bits of the row scan counter in place of address bits
   13 and 14, by which the CGA's and Hercules's memory is interleaved. */
u32 vga_plane_offset(const struct vga *vga, u32 counter, u32 scan)
{
    u8 control = vga->crtc[CRTC_MODE_CONTROL];
    u32 offset = counter;
    if (dispi_enabled(vga))
        return counter & (VGA_MEMORY_SIZE / 4 - 1);
    if (vga->crtc[CRTC_UNDERLINE] & UNDERLINE_DOUBLEWORDS)
        offset = counter << 2 | (counter >> 14 & 3);
    else if (!(control & MODE_CONTROL_BYTES))
        offset = counter << 1 | (counter >> (control & MODE_CONTROL_WRAP ? 15 : 13) & 1);
    if (!(control & MODE_CONTROL_ROW_13))
        offset = (offset & ~0x2000u) | (scan & 1) << 13;
    if (!(control & MODE_CONTROL_ROW_14))
        offset = (offset & ~0x4000u) | (scan >> 1 & 1) << 14;
    return offset & 0xffff;
}
