#ifndef GLASS386_DEVICES_VGA_RASTER_H
#define GLASS386_DEVICES_VGA_RASTER_H

#include "devices/vga.h"

/* The parts of the VGA's picture: vga_raster.c counts as the CRTC does, vga_text.c and
   vga_graphics.c turn memory into pixels, vga_render.c puts the lines together. */

/* The picture's geometry, worked out once for a picture. */
struct vga_raster {
    bool graphics;
    u32 characters;      /* of a line: counts of the character clock */
    u32 dots;            /* pixels that one of them brings */
    u32 dot_width;       /* the monitor's dots that a pixel takes */
    u32 width, lines;    /* of the picture, in the monitor's dots and lines */
    u32 line_scale;      /* monitor lines for one count of the row scan counter */
    u32 row_height;      /* counts of the row scan counter in a row, at least 1 */
    u32 start, pitch;    /* of the address counter */
    u32 byte_panning;    /* added to the counter */
    u32 preset;          /* line of its row that the picture begins with */
    u32 panning;         /* pixels that the picture is moved to the left, less than a character */
    u32 compare;         /* monitor line after which address 0 is shown */
    bool split_is_still; /* below it nothing is panned */
    bool rows_are_flat;  /* all lines of a row show the same */
};

/* One line of the picture. */
struct vga_line {
    u32 counter; /* address counter at its first character */
    u32 scan;    /* line within the row */
    u32 panning;
};

struct vga_raster vga_raster_of(const struct vga *vga);
struct vga_line vga_raster_line(const struct vga_raster *raster, u32 y);

/* The address counter's value at the planes, in line `scan` of a row. */
u32 vga_plane_offset(const struct vga *vga, u32 counter, u32 scan);

/* Colours of the 16 attribute codes, and of a DAC entry through the mask: 0xFFrrggbb. */
void vga_palette(const struct vga *vga, u32 palette[16]);
u32 vga_dac_colour(const struct vga *vga, u8 index);

/* Blinking: lit or not, in turns of `frames` pictures. */
#define VGA_CURSOR_FRAMES 8u
#define VGA_BLINK_FRAMES 16u
bool vga_lit(const struct vga *vga, u64 now, unsigned frames);

/* What is the same for all characters of a picture. */
struct vga_text_style {
    u32 palette[16];
    bool blink;       /* attribute bit 7 blinks instead of being intensity */
    bool lit;         /* blinking characters are shown */
    u32 cursor;       /* counter value of the cell under a shown cursor, or more than 16 bits */
    u32 cursor_first; /* scan lines */
    u32 cursor_last;
    u32 underline;
    u32 fonts[2]; /* in plane 2: for attribute bit 3 clear, and set */
};

struct vga_text_style vga_text_style(const struct vga *vga, u64 now);

/* Draw one line: `raster->characters` + 1 characters of `raster->dots` pixels, the last one for
   panning. */
void vga_draw_text_line(const struct vga *vga, const struct vga_raster *raster,
                        const struct vga_text_style *style, const struct vga_line *line,
                        const u16 *cells, u32 *pixels);
/* Its cells, which the lines of a row share: raster->characters + 1 of them. */
void vga_text_line_cells(const struct vga *vga, const struct vga_raster *raster,
                         const struct vga_line *line, u16 *cells);
void vga_draw_planar_line(const struct vga *vga, const struct vga_raster *raster,
                          const struct vga_line *line, const u32 palette[16], u32 *pixels);
void vga_draw_256_line(const struct vga *vga, const struct vga_raster *raster,
                       const struct vga_line *line, const u32 palette[256], u32 *pixels);

/* Draws line `y` of a linear mode of the display interface. */
void vga_draw_linear_line(const struct vga *vga, u32 y, const u32 palette[256], u32 *pixels);

#endif
