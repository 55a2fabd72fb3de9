#ifndef GLASS386_DEVICES_VGA_H
#define GLASS386_DEVICES_VGA_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"
#include "bus/memory.h"

#define VGA_MEMORY_SIZE (8u * MIB) /* 1600 x 1200 in 32 bits needs 7.4 MB */
#define VGA_LINEAR_ADDRESS 0xe0000000u
#define VGA_MAX_WIDTH 2048u
#define VGA_MAX_HEIGHT 2048u
#define VGA_DISPI_REGISTERS 11u

struct vga {
    u8 sequencer[8], crtc[32], graphics[16], attribute[32];
    u8 sequencer_index, crtc_index, graphics_index;
    u8 attribute_index; /* bit 5: palette access by the screen */
    u8 attribute_data;  /* flip-flop: the next write to 3C0h is data */
    u8 misc, feature;
    u8 dac[256 * 3]; /* red, green, blue: 6 bits, or 8 after DISPI_8BIT_DAC */
    u8 dac_mask, dac_read_index, dac_write_index, dac_component;
    u8 dac_reading; /* 3C7h was written last */
    u8 dac_held[3]; /* components written of the next colour */
    u8 latch[4];
    u16 dispi[VGA_DISPI_REGISTERS]; /* Bochs's display interface */
    u16 dispi_index;

    u16 start_before;    /* start address in force until the retrace after start_changed */
    u64 start_changed;   /* tick of the registers' last change; CLOCK_NEVER: it is in force */
    u64 retrace_awaited; /* tick since which the interrupt's latch waits; CLOCK_NEVER: it does not
                          */
    u8 retrace_seen;     /* the latch */
    u8 irq_level;        /* of the interrupt line */
    struct clock_event retrace; /* when the latch is set next, while it drives the line */

    u64 version; /* counts changes that can be seen; not saved */
    struct irq_line irq;
    struct clock *clock;
    /* VGA_MEMORY_SIZE bytes of the board's own: byte o of plane p lies at 4 * o + p, so that the
       planes' first 64 KB are the first 256 KB of the linear modes. */
    u8 *memory;
};

extern const struct field_table vga_fields;

/* `memory` is all zero and outlives the chip. The vertical interrupt's line, irq, is set by the
   caller afterwards. */
void vga_init(struct vga *vga, struct clock *clock, u8 *memory);
void vga_reset(struct vga *vga);

/* Ports 3B0h-3DFh; context struct vga. Bit 0 of the miscellaneous register says whether 3Bxh or
   3Dxh answers. */
u32 vga_read(void *context, u16 port, unsigned size);
void vga_write(void *context, u16 port, unsigned size, u32 value);

/* Ports 1CEh (index) and 1CFh, 1D0h (data), words: Bochs's display interface; context struct vga.
 */
u32 vga_dispi_read(void *context, u16 port, unsigned size);
void vga_dispi_write(void *context, u16 port, unsigned size, u32 value);

/* Memory A0000h-BFFFFh; context struct vga. Reads load the latches, peeks do not. */
u32 vga_memory_read(void *context, u32 physical, unsigned size);
void vga_memory_write(void *context, u32 physical, unsigned size, u32 value);
u8 vga_memory_peek(void *context, u32 physical);
struct memory_device vga_memory_device(struct vga *vga);

/* The linear frame buffer: all of the memory from VGA_LINEAR_ADDRESS on, in any mode. */
struct memory_device vga_linear_device(struct vga *vga);

/* The text screen as the CRTC shows it. */
struct vga_text {
    bool graphics; /* a graphics mode is set: columns and rows are 0 */
    u32 columns, rows;
    u32 cursor_row, cursor_column; /* may lie outside the screen */
    bool cursor_on;                /* blinking left aside */
    bool blinks;                   /* attribute bit 7 blinks instead of being intensity */
    u32 cell_width, cell_height;   /* in the picture's dots and lines */
};

void vga_text(const struct vga *vga, struct vga_text *text);

/* Character in the low byte, attribute in the high one; 0 outside the screen. */
u16 vga_text_cell(const struct vga *vga, u32 row, u32 column);

/* Size of the picture in the monitor's dots and lines: a line that is scanned twice counts twice, a
   dot of a halved dot clock too. At most VGA_MAX_WIDTH x VGA_MAX_HEIGHT; both at least 1. */
void vga_picture_size(const struct vga *vga, u32 *width, u32 *height);

/* What the monitor shows around the picture: dots and lines on its four sides, and their colour as
   0xFFrrggbb. */
struct vga_border {
    u32 left, right, top, bottom;
    u32 colour;
};

void vga_border(const struct vga *vga, struct vga_border *border);

/* The same number for two moments means the same picture (cursor and character blinking are
   counted). `now` in clock ticks. */
u64 vga_picture_stamp(const struct vga *vga, u64 now);

/* Draws the picture as 0xFFrrggbb, `width` x `height` of vga_picture_size, `pitch` pixels from one
   row to the next. */
void vga_render(const struct vga *vga, u64 now, u32 *pixels, u32 pitch);

/* Colour of text attribute nibble 0-15 through palette and DAC, as 0xFFrrggbb. */
u32 vga_text_colour(const struct vga *vga, u8 nibble);

/* Tick, after `now`, at which the beam comes to the first line of the next picture: what a program
   changed in the vertical retrace is in force then. */
u64 vga_next_picture(const struct vga *vga, u64 now);

#endif
