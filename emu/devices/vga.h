#ifndef GLASS386_DEVICES_VGA_H
#define GLASS386_DEVICES_VGA_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/memory.h"

#define VGA_PLANE_SIZE 65536u
#define VGA_MAX_WIDTH 1440u
#define VGA_MAX_HEIGHT 1200u

struct vga {
    u8 sequencer[8], crtc[32], graphics[16], attribute[32];
    u8 sequencer_index, crtc_index, graphics_index;
    u8 attribute_index; /* bit 5: palette access by the screen */
    u8 attribute_data;  /* flip-flop: the next write to 3C0h is data */
    u8 misc, feature;
    u8 dac[256 * 3]; /* 6-bit red, green, blue */
    u8 dac_mask, dac_read_index, dac_write_index, dac_component;
    u8 dac_reading; /* 3C7h was written last */
    u8 latch[4];
    u8 planes[4 * VGA_PLANE_SIZE]; /* plane p, offset o at p * VGA_PLANE_SIZE + o */

    u64 version; /* counts changes that can be seen; not saved */
    const struct clock *clock;
};

extern const struct field_table vga_fields;

void vga_init(struct vga *vga, const struct clock *clock);
void vga_reset(struct vga *vga);

/* Ports 3B0h-3DFh; context struct vga. Bit 0 of the miscellaneous register says whether 3Bxh or
   3Dxh answers. */
u32 vga_read(void *context, u16 port, unsigned size);
void vga_write(void *context, u16 port, unsigned size, u32 value);

/* Memory A0000h-BFFFFh; context struct vga. Reads load the latches, peeks do not. */
u32 vga_memory_read(void *context, u32 physical, unsigned size);
void vga_memory_write(void *context, u32 physical, unsigned size, u32 value);
u8 vga_memory_peek(void *context, u32 physical);
struct memory_device vga_memory_device(struct vga *vga);

/* The text screen as the CRTC shows it. */
struct vga_text {
    bool graphics; /* a graphics mode is set: columns and rows are 0 */
    u32 columns, rows;
    u32 cursor_row, cursor_column; /* may lie outside the screen */
    bool cursor_on;                /* blinking left aside */
};

void vga_text(const struct vga *vga, struct vga_text *text);

/* Character in the low byte, attribute in the high one; 0 outside the screen. */
u16 vga_text_cell(const struct vga *vga, u32 row, u32 column);

/* Size in pixels of the picture, at most VGA_MAX_WIDTH x VGA_MAX_HEIGHT; both at least 1. */
void vga_picture_size(const struct vga *vga, u32 *width, u32 *height);

/* The same number for two moments means the same picture (cursor and character blinking are
   counted). `now` in clock ticks. */
u64 vga_picture_stamp(const struct vga *vga, u64 now);

/* Draws the picture as 0xFFrrggbb, `width` x `height` of vga_picture_size, `pitch` pixels from one
   row to the next. */
void vga_render(const struct vga *vga, u64 now, u32 *pixels, u32 pitch);

/* Colour of text attribute nibble 0-15 through palette and DAC, as 0xFFrrggbb. */
u32 vga_text_colour(const struct vga *vga, u8 nibble);

#endif
