#ifndef GLASS386_DEBUG_PICTURE_H
#define GLASS386_DEBUG_PICTURE_H

#include "base/text_out.h"

/* A picture of boxes and letters, written as SVG or drawn into pixels. Coordinates are pixels from
   the upper left corner; colours 0xRRGGBB. */

#define PICTURE_CELL_WIDTH 8u /* of a letter */
#define PICTURE_CELL_HEIGHT 16u

struct picture_shape {
    u16 x, y, width, height; /* letters: width 0, y is their upper edge */
    u32 colour;
    u32 text; /* where its letters begin in `letters` */
};

struct picture {
    u32 width, height;
    struct picture_shape *shapes;
    u32 count, capacity;
    struct text_out letters; /* zero-terminated, one behind another */
    bool failed;             /* the host had no memory */
};

void picture_begin(struct picture *picture, u32 width, u32 height);
void picture_free(struct picture *picture);
void picture_box(struct picture *picture, u32 x, u32 y, u32 width, u32 height, u32 colour);
void picture_text(struct picture *picture, u32 x, u32 y, u32 colour, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

void picture_write_svg(const struct picture *picture, struct text_out *out);

/* Draws into width * height words. `glyph` gives the 16 rows of an ASCII letter, bit 7 at the left;
   null leaves letters out. */
typedef const u8 *picture_font(void *context, u8 letter);
void picture_draw(const struct picture *picture, u32 *pixels, picture_font *glyph, void *context);

#endif
