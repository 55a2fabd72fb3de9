#include "ui/canvas.h"

static u32 smaller(u32 a, u32 b)
{
    return a < b ? a : b;
}

void canvas_fill(struct canvas *canvas, u32 x, u32 y, u32 width, u32 height, u32 colour)
{
    u32 right = smaller(x + width, canvas->width), bottom = smaller(y + height, canvas->height);
    for (u32 row = y; row < bottom; row++)
        for (u32 column = x; column < right; column++)
            canvas->pixels[(size_t)row * canvas->width + column] = colour;
}

static void draw_glyph(struct canvas *canvas, u32 x, u32 y, u8 character, u32 colour)
{
    const u8 *glyph = canvas->font + character * GLYPH_HEIGHT;
    for (u32 row = 0; row < GLYPH_HEIGHT; row++)
        for (u32 column = 0; column < GLYPH_WIDTH; column++)
            if (glyph[row] << column & 0x80)
                canvas_fill(canvas, x + column, y + row, 1, 1, colour);
}

u32 canvas_text(struct canvas *canvas, u32 x, u32 y, const char *text, u32 colour)
{
    for (; *text && x + GLYPH_WIDTH <= canvas->width; text++, x += GLYPH_WIDTH)
        draw_glyph(canvas, x, y, (u8)*text, colour);
    return x;
}
