#ifndef GLASS386_DEVICES_VGA_REGISTERS_H
#define GLASS386_DEVICES_VGA_REGISTERS_H

#include "devices/vga.h"

/* Indexes and bits that the parts of the VGA share. Names as in the IBM VGA Technical Reference. */

enum vga_sequencer {
    SEQ_RESET,
    SEQ_CLOCKING_MODE,
    SEQ_MAP_MASK,
    SEQ_CHARACTER_MAP,
    SEQ_MEMORY_MODE,
    SEQ_COUNT
};

enum {
    CLOCKING_8_DOTS = 0x01,
    CLOCKING_HALF_DOT_CLOCK = 0x08,
    CLOCKING_SCREEN_OFF = 0x20,
    MEMORY_SEQUENTIAL = 0x04, /* clear: even addresses go to planes 0 and 2, odd ones to 1 and 3 */
    MEMORY_CHAIN4 = 0x08,
};

enum vga_crtc {
    CRTC_HORIZONTAL_TOTAL = 0x00,
    CRTC_HORIZONTAL_DISPLAY_END = 0x01,
    CRTC_HORIZONTAL_BLANK_START = 0x02,
    CRTC_HORIZONTAL_BLANK_END = 0x03,
    CRTC_HORIZONTAL_RETRACE_END = 0x05,
    CRTC_VERTICAL_TOTAL = 0x06,
    CRTC_OVERFLOW = 0x07,
    CRTC_PRESET_ROW_SCAN = 0x08,
    CRTC_MAXIMUM_SCAN_LINE = 0x09,
    CRTC_CURSOR_START = 0x0a,
    CRTC_CURSOR_END = 0x0b,
    CRTC_START_HIGH = 0x0c,
    CRTC_START_LOW = 0x0d,
    CRTC_CURSOR_HIGH = 0x0e,
    CRTC_CURSOR_LOW = 0x0f,
    CRTC_VERTICAL_RETRACE_START = 0x10,
    CRTC_VERTICAL_RETRACE_END = 0x11,
    CRTC_VERTICAL_DISPLAY_END = 0x12,
    CRTC_OFFSET = 0x13,
    CRTC_UNDERLINE = 0x14,
    CRTC_VERTICAL_BLANK_START = 0x15,
    CRTC_VERTICAL_BLANK_END = 0x16,
    CRTC_MODE_CONTROL = 0x17,
    CRTC_LINE_COMPARE = 0x18,
    CRTC_COUNT = 0x19,
};

enum {
    SCAN_LINE_DOUBLED = 0x80,
    CURSOR_OFF = 0x20,
    RETRACE_PROTECT = 0x80,        /* registers 0-7 are read-only */
    RETRACE_INTERRUPT_KEPT = 0x10, /* clear: the vertical interrupt's latch is held clear */
    RETRACE_INTERRUPT_OFF = 0x20,
    OVERFLOW_LINE_COMPARE = 0x10,
    UNDERLINE_COUNT_BY_4 = 0x20,
    UNDERLINE_DOUBLEWORDS = 0x40,
    MODE_CONTROL_ROW_13 = 0x01,     /* clear: address bit 13 is bit 0 of the row scan counter */
    MODE_CONTROL_ROW_14 = 0x02,     /* clear: address bit 14 is bit 1 of it */
    MODE_CONTROL_HALF_LINES = 0x04, /* the vertical counters see every other line */
    MODE_CONTROL_COUNT_BY_2 = 0x08,
    MODE_CONTROL_WRAP = 0x20,
    MODE_CONTROL_BYTES = 0x40,
    MODE_CONTROL_SYNC = 0x80, /* clear: no retraces, so that the monitor shows nothing */
};

enum vga_graphics {
    GFX_SET_RESET,
    GFX_ENABLE_SET_RESET,
    GFX_COLOR_COMPARE,
    GFX_DATA_ROTATE,
    GFX_READ_MAP,
    GFX_MODE,
    GFX_MISCELLANEOUS,
    GFX_COLOR_DONT_CARE,
    GFX_BIT_MASK,
    GFX_COUNT
};

enum {
    MODE_WRITE = 0x03,
    MODE_READ_COMPARE = 0x08,
    MODE_ODD_EVEN = 0x10,
    MODE_SHIFT_INTERLEAVE = 0x20,
    MODE_SHIFT_256 = 0x40,
    MISCELLANEOUS_GRAPHICS = 0x01,
    MISCELLANEOUS_CHAIN_ODD_EVEN = 0x02, /* address bit 0 at the planes is another one's */
    MISCELLANEOUS_MAP = 0x0c,
};

enum vga_attribute {
    ATTR_MODE_CONTROL = 0x10,
    ATTR_OVERSCAN = 0x11,
    ATTR_PLANE_ENABLE = 0x12,
    ATTR_PANNING = 0x13,
    ATTR_COLOR_SELECT = 0x14,
    ATTR_COUNT = 0x15,
};

enum {
    ATTRIBUTE_SCREEN_ON = 0x20, /* in the index: the palette belongs to the screen */
    ATTR_LINE_GRAPHICS = 0x04,
    ATTR_BLINK = 0x08,
    ATTR_SPLIT_STANDS_STILL = 0x20, /* below the line compare nothing is panned */
    ATTR_PALETTE_54 = 0x80,
};

enum {
    MISC_COLOUR = 0x01,
    MISC_RAM = 0x02,
    MISC_CLOCK_SHIFT = 2,
    MISC_ODD_EVEN_PAGE = 0x20,
};

/* Bochs's display interface ("VBE DISPI"): register numbers and bits of DISPI_ENABLE. */
enum vga_dispi {
    DISPI_ID,
    DISPI_XRES,
    DISPI_YRES,
    DISPI_BPP,
    DISPI_ENABLE,
    DISPI_BANK,
    DISPI_VIRTUAL_WIDTH,
    DISPI_VIRTUAL_HEIGHT,
    DISPI_X_OFFSET,
    DISPI_Y_OFFSET,
    DISPI_MEMORY_64K,
};

enum {
    DISPI_ENABLED = 0x01,
    DISPI_CAPABILITIES = 0x02, /* XRES, YRES and BPP read as the most there is */
    DISPI_8BIT_DAC = 0x20,
    DISPI_LINEAR = 0x40,
    DISPI_KEEP_MEMORY = 0x80,
    DISPI_MAX_XRES = 1600,
    DISPI_MAX_YRES = 1200,
    DISPI_MAX_BPP = 32,
};

static inline bool dispi_enabled(const struct vga *vga)
{
    return vga->dispi[DISPI_ENABLE] & DISPI_ENABLED;
}

/* A mode whose pixels lie one behind the other; in 4 bits a pixel the four planes serve. */
static inline bool dispi_linear(const struct vga *vga)
{
    return dispi_enabled(vga) && vga->dispi[DISPI_BPP] != 4;
}

/* Bits of memory that a pixel takes, in each plane when there are planes. */
static inline u32 dispi_pixel_bits(const struct vga *vga)
{
    u32 bits = vga->dispi[DISPI_BPP];
    return bits == 15 ? 16 : bits == 4 ? 1 : bits;
}

/* Bytes from one line to the next, in each plane when there are planes. */
static inline u32 dispi_pitch(const struct vga *vga)
{
    return vga->dispi[DISPI_VIRTUAL_WIDTH] * dispi_pixel_bits(vga) / 8;
}

/* Brings the registers of the display interface into range, as after a write of DISPI_ENABLE. */
void vga_dispi_clamp(struct vga *vga);
void vga_dispi_reset(struct vga *vga);

/* Character clocks for one count of the address counter. */
static inline u32 vga_clocks_per_count(const struct vga *vga)
{
    if (vga->crtc[CRTC_UNDERLINE] & UNDERLINE_COUNT_BY_4)
        return 4;
    return vga->crtc[CRTC_MODE_CONTROL] & MODE_CONTROL_COUNT_BY_2 ? 2 : 1;
}

/* Where the beam is: the character within its line, the line, both counted from the picture's upper
   left corner; whether it shows the picture, or is in the border around it (vga_timing.c). */
struct vga_beam {
    u32 character, line;
    bool in_picture, in_border, in_retrace;
};

struct vga_beam vga_beam_at(const struct vga *vga, u64 now);
/* Tick, after `now`, at which the vertical retrace begins. */
u64 vga_next_retrace(const struct vga *vga, u64 now);

/* ---- vga_retrace.c ---- */

void vga_retrace_init(struct vga *vga);
void vga_retrace_reset(struct vga *vga);
/* Before and after a write to a register of the CRTC or of its clocks. */
void vga_retrace_settle(struct vga *vga);
void vga_retrace_update(struct vga *vga);
/* The interrupt's latch. */
bool vga_retrace_seen(const struct vga *vga, u64 now);
/* The start address with which the picture at `now` has begun; whether the registers hold it. */
u16 vga_start_address(const struct vga *vga, u64 now);
bool vga_start_is_taken(const struct vga *vga, u64 now);
/* Before a write that changes it. */
void vga_start_changes(struct vga *vga);

/* The colour at the converter's outputs, as 0xFFrrggbb (vga_render.c). */
u32 vga_output(const struct vga *vga, u64 now);

/* Input status 1: whether the beam shows picture, and the vertical retrace (vga_timing.c). */
u8 vga_status1(const struct vga *vga, u64 now);
/* Pictures since power-on, had the present registers always stood. */
u64 vga_frame_number(const struct vga *vga, u64 now);

/* Dots of a text cell, by the clocking mode. */
static inline u32 vga_dots_per_character(const struct vga *vga)
{
    return vga->sequencer[SEQ_CLOCKING_MODE] & CLOCKING_8_DOTS ? 8 : 9;
}

/* A CRTC value whose bits 8 and 9 lie in the overflow register. */
static inline u32 vga_vertical(const struct vga *vga, u8 index, unsigned bit8, unsigned bit9)
{
    u32 overflow = vga->crtc[CRTC_OVERFLOW];
    return vga->crtc[index] | (overflow >> bit8 & 1) << 8 | (overflow >> bit9 & 1) << 9;
}

#endif
