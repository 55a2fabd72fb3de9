#ifndef GLASS386_UI_CANVAS_H
#define GLASS386_UI_CANVAS_H

#include "base/types.h"

/* A rectangle of pixels for the window's own drawing, and text in it. */

#define GLYPH_WIDTH 8u
#define GLYPH_HEIGHT 16u

struct canvas {
    u32 *pixels; /* 0xFFrrggbb, width * height */
    u32 width, height;
    const u8 *font; /* 256 glyphs of code page 437, GLYPH_WIDTH x GLYPH_HEIGHT */
};

/* Both leave out what lies beyond the canvas. */
void canvas_fill(struct canvas *canvas, u32 x, u32 y, u32 width, u32 height, u32 colour);
/* Where the text ends. Code page 437. */
u32 canvas_text(struct canvas *canvas, u32 x, u32 y, const char *text, u32 colour);

#endif
