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
    CRTC_VERTICAL_TOTAL = 0x06,
    CRTC_OVERFLOW = 0x07,
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
    CRTC_MODE_CONTROL = 0x17,
    CRTC_LINE_COMPARE = 0x18,
    CRTC_COUNT = 0x19,
};

enum {
    SCAN_LINE_DOUBLED = 0x80,
    CURSOR_OFF = 0x20,
    RETRACE_PROTECT = 0x80, /* registers 0-7 are read-only */
    OVERFLOW_LINE_COMPARE = 0x10,
    UNDERLINE_DOUBLEWORDS = 0x40,
    MODE_CONTROL_ROW_ADDRESS = 0x01, /* clear: address bit 13 is bit 0 of the row scan counter */
    MODE_CONTROL_WRAP = 0x20,
    MODE_CONTROL_BYTES = 0x40,
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
};

enum vga_attribute {
    ATTR_MODE_CONTROL = 0x10,
    ATTR_OVERSCAN = 0x11,
    ATTR_PLANE_ENABLE = 0x12,
    ATTR_COLOR_SELECT = 0x14,
    ATTR_COUNT = 0x15,
};

enum {
    ATTRIBUTE_SCREEN_ON = 0x20, /* in the index: the palette belongs to the screen */
    ATTR_LINE_GRAPHICS = 0x04,
    ATTR_BLINK = 0x08,
    ATTR_PALETTE_54 = 0x80,
};

enum { MISC_COLOUR = 0x01, MISC_RAM = 0x02, MISC_CLOCK_SHIFT = 2 };

/* A CRTC value whose bits 8 and 9 lie in the overflow register. */
static inline u32 vga_vertical(const struct vga *vga, u8 index, unsigned bit8, unsigned bit9)
{
    u32 overflow = vga->crtc[CRTC_OVERFLOW];
    return vga->crtc[index] | (overflow >> bit8 & 1) << 8 | (overflow >> bit9 & 1) << 9;
}

#endif
