/* Where the VGA's beam is, as a function of guest time and the CRTC's registers.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, CRT Controller and
   Input Status Register 1; FreeVGA, "Vertical Timing". */

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

u8 vga_status1(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    u64 at = characters_passed(vga, &timing, now);
    u32 character = (u32)(at % timing.characters);
    u32 line = (u32)(at / timing.characters % timing.lines);
    u32 since = (line + timing.lines - timing.retrace_first) % timing.lines;
    bool in_retrace = since < timing.retrace_lines;
    bool displayed = line <= vga_vertical(vga, CRTC_VERTICAL_DISPLAY_END, 1, 6) &&
                     character <= vga->crtc[CRTC_HORIZONTAL_DISPLAY_END];
    return (u8)((in_retrace ? STATUS_RETRACE : 0) |
                (in_retrace || !displayed ? STATUS_DISPLAY_DISABLED : 0));
}

u64 vga_frame_number(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    return characters_passed(vga, &timing, now) / timing.characters / timing.lines;
}

u64 vga_next_picture(const struct vga *vga, u64 now)
{
    struct timing timing = timing_of(vga);
    u64 picture = characters_passed(vga, &timing, now) / timing.characters / timing.lines + 1;
    u64 dots = picture * timing.lines * timing.characters * timing.dots;
    u64 tick = clock_scale(dots, vga->clock->rate, timing.clock) + 1;
    return tick > now ? tick : now + 1;
}
