#include "debug/picture.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BACKGROUND 0xffffffu

void picture_begin(struct picture *picture, u32 width, u32 height)
{
    *picture = (struct picture){.width = width, .height = height};
}

void picture_free(struct picture *picture)
{
    free(picture->shapes);
    text_out_free(&picture->letters);
    *picture = (struct picture){.width = 0};
}

static void add(struct picture *picture, struct picture_shape shape)
{
    if (picture->count == picture->capacity) {
        u32 capacity = picture->capacity ? picture->capacity * 2 : 256;
        struct picture_shape *shapes = realloc(picture->shapes, capacity * sizeof *shapes);
        picture->failed |= !shapes;
        if (!shapes)
            return;
        picture->shapes = shapes;
        picture->capacity = capacity;
    }
    picture->shapes[picture->count++] = shape;
}

void picture_box(struct picture *picture, u32 x, u32 y, u32 width, u32 height, u32 colour)
{
    if (width && height)
        add(picture, (struct picture_shape){(u16)x, (u16)y, (u16)width, (u16)height, colour, 0});
}

void picture_text(struct picture *picture, u32 x, u32 y, u32 colour, const char *format, ...)
{
    va_list values;
    u32 first = (u32)picture->letters.length;
    va_start(values, format);
    text_out_formatted(&picture->letters, format, values);
    va_end(values);
    text_out_bytes(&picture->letters, "", 1);
    picture->failed |= picture->letters.failed;
    if (!picture->failed)
        add(picture, (struct picture_shape){(u16)x, (u16)y, 0, 0, colour, first});
}

static const char *letters_of(const struct picture *picture, const struct picture_shape *shape)
{
    return picture->letters.text + shape->text;
}

/* ---- SVG 1.1 ---- */

static void write_escaped(const char *text, struct text_out *out)
{
    for (; *text; text++)
        if (*text == '<' || *text == '&' || *text == '>' || (u8)*text < ' ')
            text_out_format(out, "&#%u;", (u8)*text < ' ' ? '?' : (u8)*text);
        else
            text_out_bytes(out, text, 1);
}

void picture_write_svg(const struct picture *picture, struct text_out *out)
{
    text_out_format(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
                    "viewBox=\"0 0 %u %u\" font-family=\"monospace\" font-size=\"13\">\n"
                    "<rect width=\"100%%\" height=\"100%%\" fill=\"#%06x\"/>\n",
                    picture->width, picture->height, picture->width, picture->height, BACKGROUND);
    for (u32 i = 0; i < picture->count; i++) {
        const struct picture_shape *shape = &picture->shapes[i];
        if (shape->width) {
            text_out_format(out,
                            "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"#%06x\"/>\n",
                            shape->x, shape->y, shape->width, shape->height, shape->colour);
            continue;
        }
        text_out_format(out, "<text x=\"%u\" y=\"%u\" fill=\"#%06x\" xml:space=\"preserve\">",
                        shape->x, shape->y + 12, shape->colour);
        write_escaped(letters_of(picture, shape), out);
        text_out_string(out, "</text>\n");
    }
    text_out_string(out, "</svg>\n");
}

/* ---- pixels ---- */

static void set_pixel(const struct picture *picture, u32 *pixels, u32 x, u32 y, u32 colour)
{
    if (x < picture->width && y < picture->height)
        pixels[(size_t)y * picture->width + x] = colour;
}

static void draw_letter(const struct picture *picture, u32 *pixels, u32 x, u32 y, const u8 *rows,
                        u32 colour)
{
    for (u32 row = 0; row < PICTURE_CELL_HEIGHT; row++)
        for (u32 column = 0; column < PICTURE_CELL_WIDTH; column++)
            if (rows[row] & 0x80 >> column)
                set_pixel(picture, pixels, x + column, y + row, colour);
}

void picture_draw(const struct picture *picture, u32 *pixels, picture_font *glyph, void *context)
{
    for (size_t i = 0; i < (size_t)picture->width * picture->height; i++)
        pixels[i] = BACKGROUND;
    for (u32 i = 0; i < picture->count; i++) {
        const struct picture_shape *shape = &picture->shapes[i];
        for (u32 y = 0; y < shape->height; y++)
            for (u32 x = 0; x < shape->width; x++)
                set_pixel(picture, pixels, shape->x + x, shape->y + y, shape->colour);
        const char *letter = shape->width || !glyph ? "" : letters_of(picture, shape);
        for (u32 x = shape->x; *letter; letter++, x += PICTURE_CELL_WIDTH)
            draw_letter(picture, pixels, x, shape->y, glyph(context, (u8)*letter), shape->colour);
    }
}
