/* The display's ROM: the parts behind INT 10h. */
#ifndef BIOS_VIDEO_H
#define BIOS_VIDEO_H

#include "bios.h"

enum {
    ATTRIBUTE = 0x3c0,
    ATTRIBUTE_READ = 0x3c1,
    MISC_OUTPUT = 0x3c2,
    SEQUENCER = 0x3c4,
    DAC_MASK = 0x3c6,
    DAC_READ_INDEX = 0x3c7,
    DAC_WRITE_INDEX = 0x3c8,
    DAC_DATA = 0x3c9,
    MISC_READ = 0x3cc,
    GRAPHICS = 0x3ce,
    CRTC_COLOR = 0x3d4,
    CRTC_MONO = 0x3b4,
    INPUT_STATUS_OF_CRTC = 6, /* 3D4h -> 3DAh: a read resets the attribute flip-flop */
    ATTRIBUTE_SCREEN_ON = 0x20,

    GRAPHICS_SET_RESET = 0,
    GRAPHICS_ENABLE_SET_RESET = 1,
    GRAPHICS_ROTATE = 3,
    GRAPHICS_READ_PLANE = 4,
    GRAPHICS_MODE = 5,
    GRAPHICS_MISC = 6,
    GRAPHICS_BIT_MASK = 8,
    SEQUENCER_MAP_MASK = 2,
    SEQUENCER_FONTS = 3,
    SEQUENCER_MEMORY = 4,
    CRTC_MAX_SCAN = 9,
    CRTC_CURSOR_START = 0x0a,
    CRTC_CURSOR_END = 0x0b,
    CRTC_START = 0x0c,
    CRTC_CURSOR = 0x0e,
    CRTC_VERTICAL_END = 0x12,
    CRTC_UNDERLINE = 0x14,
};

/* The ROM's own segment; POST may have found it anywhere. */
static inline u16 rom_segment(void)
{
    u16 segment;

    __asm__("movw %%gs, %0" : "=r"(segment));
    return segment;
}

/* vga_entry.S */
void int10_entry(void);
void vbe_window_call(void);
extern const u8 __seg_gs vbe_protected[], vbe_protected_end[]; /* vbe_protected.S */
extern const u8 __seg_gs font8x16[4096], font8x14[3584], font8x8[2048];

/* Bits of 40:89h. */
enum {
    VGA_ACTIVE = 0x01,
    VGA_GRAY = 0x02,
    VGA_KEEP_PALETTE = 0x08, /* a mode's palette is not loaded */
    VGA_400_LINES = 0x10,
    VGA_200_LINES = 0x80, /* neither: 350 */
};

/* video.c */
void video_init(struct registers *r);
void video_int10(struct registers *r);

enum memory_model { MODEL_TEXT, MODEL_CGA2, MODEL_CGA1, MODEL_PLANAR, MODEL_LINEAR };

struct video_mode {
    u8 number, model;
    u8 columns, rows, char_height;
    u16 segment, page_size;
    u8 misc, clocking, map_mask, memory; /* sequencer registers 1, 2, 4 */
    u8 crtc, attributes, palette;        /* which table */
    u8 graphics_mode, graphics_misc, graphics_care;
};

/* One index and its data in one word, as the sequencer, the graphics and the CRT controller take
 * it. */
static inline void vga_set(u16 port, u8 index, u8 value)
{
    outw(port, (u16)(value << 8 | index));
}

/* vga_modes.c */
const struct video_mode __seg_gs *mode_find(u8 number);
const struct video_mode __seg_gs *mode_current(void);
void mode_set(u8 number);
u16 text_scan_lines(void);
void attribute_set(u8 index, u8 value);
u8 attribute_get(u8 index);

/* fonts.c */
void font_load(u16 segment, u16 offset, u16 first, u16 count, u8 height, u8 block);
void font_service(struct registers *r);

/* palette.c */
void palette_load(u8 kind);
void palette_service(struct registers *r);
void palette_to_gray(u16 first, u16 count);
enum palette_kind { PALETTE_EGA, PALETTE_CGA, PALETTE_MONO, PALETTE_256 };

/* text.c */
void cursor_set(u8 page, u16 position);
void cursor_shape(u16 shape);
void page_select(u8 page);
void text_scroll(struct registers *r, bool down);
void text_read(struct registers *r);
void text_write(struct registers *r, bool with_attribute);
void text_teletype(u8 letter, u8 page, u8 color);
void text_string(struct registers *r);

/* graphics.c: coordinates in dots; color bit 7 means exclusive or. */
void pixel_write(u16 x, u16 y, u8 color, u8 page);
u8 pixel_read(u16 x, u16 y, u8 page);
void glyph_draw(u8 column, u8 row, u8 letter, u8 color, u8 page);
u8 glyph_read(u8 column, u8 row, u8 page); /* 0: no letter of the font */

/* A window of character cells. */
struct window {
    u8 left, top, right, bottom;
};

/* video_state.c: AH=1Bh and 1Ch, and what VBE saves. */
void state_describe(struct registers *r);
void state_service(struct registers *r);
enum { STATE_HARDWARE = 1, STATE_DATA_AREA = 2, STATE_DAC = 4, STATE_DISPI = 8 };
u16 state_size(u16 parts);
void state_save(u16 parts, u16 segment, u16 offset);
void state_restore(u16 parts, u16 segment, u16 offset);

/* vbe.c: AH=4Fh */
void vbe_service(struct registers *r);
void dispi_set(u16 index, u16 value);
u16 dispi_get(u16 index);
bool dispi_present(void);
enum {
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
    DISPI_COUNT,

    DISPI_ENABLED = 0x01,
    DISPI_8BIT_DAC = 0x20,
    DISPI_LINEAR = 0x40,
    DISPI_KEEP_MEMORY = 0x80,
};

/* packed.c: VBE's modes of a byte or more a dot. What packed_find has found true is given back by
   packed_end, with the caller's window. */
struct packed {
    u16 pitch; /* bytes */
    u8 bytes, bits;
    u16 bank, caller_bank;
};

bool packed_find(struct packed *packed);
void packed_end(struct packed *packed);
void packed_write(struct packed *packed, u16 x, u16 y, u8 color);
u8 packed_read(struct packed *packed, u16 x, u16 y);
void packed_row(struct packed *packed, u16 x, u16 y, u8 dots, u8 color, u8 paper);
void packed_copy_line(struct packed *packed, u16 x, u16 to, u16 from, u16 dots);
void packed_fill_line(struct packed *packed, u16 x, u16 y, u16 dots, u8 color);

/* graphics.c */
/* Moves the window's lines of dots by `rows` character rows and fills what comes free. */
void graphics_scroll(const struct window *window, u8 rows, bool down, u8 color);

#endif
