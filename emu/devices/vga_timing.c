/* Where the VGA's beam is, as a function of guest time and the CRTC's registers.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, CRT Controller and
   Input Status Register 1; FreeVGA, "Vertical Timing". */

#include "devices/vga_raster.h"
#include "devices/vga_registers.h"

enum { STATUS_DISPLAY_DISABLED = 0x01, STATUS_RETRACE = 0x08 };

struct timing {
    u32 clock, dots;       /* dots in a second, dots of a character */
    u32 characters, lines; /* of a whole picture, retraces included */
    u32 retrace_first, retrace_lines;
};

/* The CRTC counts characters from 0 to the horizontal total + 4, lines to the vertical total + 1.
   The retrace ends where the low four bits of the line counter equal those of its end register. */
static struct timing timing_of(const struct vga *vga)
{
    static const u32 dot_clocks[] = {25175000, 28322000, 25175000, 25175000};
    struct timing timing = {.clock = dot_clocks[vga->misc >> MISC_CLOCK_SHIFT & 3],
                            .dots = vga_dots_per_character(vga),
                            .characters = vga->crtc[CRTC_HORIZONTAL_TOTAL] + 5u,
                            .lines = vga_vertical(vga, CRTC_VERTICAL_TOTAL, 0, 5) + 2};
    if (vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_HALF_DOT_CLOCK)
        timing.clock /= 2;
    if (vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_HALF_LINES)
        timing.lines *= 2;
    u32 start = vga_vertical(vga, CRTC_VERTICAL_RETRACE_START, 2, 7);
    timing.retrace_first = start % timing.lines;
    timing.retrace_lines = (vga->crtc[CRTC_VERTICAL_RETRACE_END] - start) & 15;
    if (timing.retrace_lines == 0)
        timing.retrace_lines = 16;
    return timing;
}

/* Characters that the beam has passed since power-on. */
static u64 characters_passed(const struct vga *vga, const struct timing *timing, u64 now)
{
    return clock_scale(now, timing->clock, (u64)vga->clock->rate * timing->dots);
}

/* ---- the border ---- */

/* Characters and lines of the border; the lines count as the CRTC does. */
struct border {
    u32 left, right, top, bottom;
};

static u32 beyond(u32 value, u32 limit)
{
    return value > limit ? value - limit : 0;
}

/* Of `bits` bits are compared to find where a blanking that began at `start` ends. */
static u32 blank_end(u32 start, u32 end, unsigned bits)
{
    u32 mask = (1u << bits) - 1, length = (end - start) & mask;
    return start + (length ? length : mask + 1);
}

/* Horizontally, what is neither picture nor blanked: the picture comes through the chip a character
   later than the blanking, hence half on each side (IBM: 8 dots at 640). */
static struct border border_of(const struct vga *vga, const struct timing *timing)
{
    u32 shown = vga->crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u;
    u32 start = vga->crtc[CRTC_HORIZONTAL_BLANK_START];
    u32 end = (vga->crtc[CRTC_HORIZONTAL_BLANK_END] & 31u) |
              (vga->crtc[CRTC_HORIZONTAL_RETRACE_END] >> 7) << 5;
    u32 wide = beyond(start, shown) + beyond(timing->characters, blank_end(start, end, 6));
    u32 lines = vga_vertical(vga, CRTC_VERTICAL_TOTAL, 0, 5) + 2;
    u32 displayed = vga_vertical(vga, CRTC_VERTICAL_DISPLAY_END, 1, 6) + 1;
    u32 blank = vga->crtc[CRTC_VERTICAL_BLANK_START] | (vga->crtc[CRTC_OVERFLOW] >> 3 & 1u) << 8 |
                (vga->crtc[CRTC_MAXIMUM_SCAN_LINE] >> 5 & 1u) << 9;
    return (struct border){
        .left = wide - wide / 2,
        .right = wide / 2,
        .top = beyond(lines, blank_end(blank, vga->crtc[CRTC_VERTICAL_BLANK_END], 8)),
        .bottom = beyond(blank, displayed),
    };
}

void vga_border(const struct vga *vga, struct vga_border *result)
{
    struct timing timing = timing_of(vga);
    struct border border = border_of(vga, &timing);
    bool halved = vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_HALF_DOT_CLOCK;
    u32 dots = timing.dots << halved;
    u32 lines = vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_HALF_LINES ? 2 : 1;
    *result = (struct vga_border){.colour = vga_dac_colour(vga, vga->attribute[ATTR_OVERSCAN])};
    if (dispi_enabled(vga))
        return;
    result->left = border.left * dots;
    result->right = border.right * dots;
    result->top = border.top * lines;
    result->bottom = border.bottom * lines;
}

/* ---- the beam ---- */

/* Whether `at` of `total` lies in the part before 0 or after `shown`. */
static bool within(u32 at, u32 shown, u32 before, u32 after, u32 total)
{
    return at < shown + after || at + before >= total;
}

struct vga_beam vga_beam_at(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    struct border border = border_of(vga, &timing);
    u32 scale = vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_HALF_LINES ? 2 : 1;
    u64 at = characters_passed(vga, &timing, now);
    struct vga_beam beam = {.character = (u32)(at % timing.characters),
                            .line = (u32)(at / timing.characters % timing.lines)};
    u32 since = (beam.line + timing.lines - timing.retrace_first) % timing.lines;
    u32 wide = vga->crtc[CRTC_HORIZONTAL_DISPLAY_END] + 1u;
    u32 high = (vga_vertical(vga, CRTC_VERTICAL_DISPLAY_END, 1, 6) + 1) * scale;
    beam.in_retrace = since < timing.retrace_lines;
    beam.in_picture = beam.line < high && beam.character < wide;
    beam.in_border =
        !beam.in_picture &&
        within(beam.line, high, border.top * scale, border.bottom * scale, timing.lines) &&
        within(beam.character, wide, border.left, border.right, timing.characters);
    return beam;
}

u8 vga_status1(const struct vga *vga, u64 now)
{
    struct vga_beam beam = vga_beam_at(vga, now);
    return (u8)((beam.in_retrace ? STATUS_RETRACE : 0) |
                (beam.in_retrace || !beam.in_picture ? STATUS_DISPLAY_DISABLED : 0));
}

u64 vga_frame_number(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    return characters_passed(vga, &timing, now) / timing.characters / timing.lines;
}

/* Tick, after `now`, at which the beam comes to this line. */
static u64 next_at(const struct vga *vga, const struct timing *timing, u32 line, u64 now)
{
    u64 picture = (u64)timing->lines * timing->characters, at = (u64)line * timing->characters;
    u64 passed = characters_passed(vga, timing, now);
    u64 count = passed < at ? 0 : (passed - at) / picture + 1;
    u64 dots = (count * picture + at) * timing->dots;
    u64 tick = clock_scale(dots, vga->clock->rate, timing->clock) + 1;
    return tick > now ? tick : now + 1;
}

u64 vga_next_picture(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    return next_at(vga, &timing, 0, now);
}

u64 vga_next_retrace(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    return next_at(vga, &timing, timing.retrace_first, now);
}
