/*
 * makefont HEX OUT16 OUT14 OUT8: the ROM fonts of code page 437 from GNU Unifont's hex file. A line
 * of it is "CODE:DIGITS", 32 digits for 8 x 16 dots or 64 for 16 x 16, top row first, left dot in
 * the highest bit. The lower fonts are squeezed from the 16-row one, with the same rows joined for
 * every letter, so that base lines agree.
 */
#include "machine/host.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GLYPHS = 256, ROWS = 16, FIRST_SHADE = 0xb0, FIRST_BOX = 0xb3, LAST_BOX = 0xdf };

struct font {
    unsigned char rows[GLYPHS][ROWS];
    bool found[GLYPHS];
};

/* A wide glyph is halved by joining neighbouring dots. */
static unsigned char halve(unsigned row)
{
    unsigned char narrow = 0;

    for (unsigned dot = 0; dot < 8; dot++)
        if (row & 3u << 2 * dot)
            narrow |= (unsigned char)(1u << dot);
    return narrow;
}

static bool parse_rows(const char *digits, unsigned char *rows)
{
    size_t length = strspn(digits, "0123456789ABCDEFabcdef");
    unsigned per_row = length == ROWS * 4 ? 4 : 2;

    if (length != ROWS * per_row)
        return false;
    for (unsigned row = 0; row < ROWS; row++) {
        char text[5] = {0};
        unsigned value;

        memcpy(text, digits + row * per_row, per_row);
        value = (unsigned)strtoul(text, NULL, 16);
        rows[row] = per_row == 4 ? halve(value) : (unsigned char)value;
    }
    return true;
}

static void take_line(struct font *font, const char *line)
{
    char *end;
    unsigned long code = strtoul(line, &end, 16);

    if (end == line || *end != ':')
        return;
    for (unsigned glyph = 0; glyph < GLYPHS; glyph++)
        if (machine_cp437_to_unicode((u8)glyph) == code && parse_rows(end + 1, font->rows[glyph]))
            font->found[glyph] = true;
}

static bool read_hex(struct font *font, const char *path)
{
    char line[256];
    FILE *stream = fopen(path, "r");

    if (!stream) {
        fprintf(stderr, "makefont: %s: %s\n", path, strerror(errno));
        return false;
    }
    while (fgets(line, sizeof(line), stream))
        take_line(font, line);
    fclose(stream);
    for (unsigned glyph = 0; glyph < GLYPHS; glyph++)
        if (!font->found[glyph]) {
            fprintf(stderr, "makefont: %s: no glyph U+%04X\n", path,
                    machine_cp437_to_unicode((u8)glyph));
            return false;
        }
    return true;
}

/* For each row of the squeezed font the first and the last row that it joins. */
struct join {
    unsigned char first, last;
};

/* clang-format off */
static const struct join join_16[16] = {
    {0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7},
    {8, 8}, {9, 9}, {10, 10}, {11, 11}, {12, 12}, {13, 13}, {14, 14}, {15, 15},
};
static const struct join join_14[14] = {
    {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {9, 9}, {10, 10},
    {11, 11}, {12, 12}, {13, 13}, {14, 15},
};
static const struct join join_8[8] = { /* accent, six rows of a capital, descender */
    {1, 3}, {4, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}, {13, 13}, {14, 15},
};
static const struct join join_8_box[8] = {
    {0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}, {10, 11}, {12, 13}, {14, 15},
};
/* clang-format on */

/* Shades repeat every few rows and keep their pattern; frames keep their place in the cell. */
static struct join join_of(unsigned glyph, unsigned height, unsigned row)
{
    if (height == 16 || (glyph >= FIRST_SHADE && glyph < FIRST_BOX))
        return join_16[row];
    if (height == 14)
        return join_14[row];
    return glyph >= FIRST_BOX && glyph <= LAST_BOX ? join_8_box[row] : join_8[row];
}

static unsigned char joined(const unsigned char *rows, struct join join)
{
    unsigned char dots = 0;

    for (unsigned row = join.first; row <= join.last; row++)
        dots |= rows[row];
    return dots;
}

static bool write_font(const struct font *font, const char *path, unsigned height)
{
    FILE *stream = fopen(path, "wb");
    bool done = stream != NULL;

    for (unsigned glyph = 0; done && glyph < GLYPHS; glyph++)
        for (unsigned row = 0; row < height; row++)
            fputc(joined(font->rows[glyph], join_of(glyph, height, row)), stream);
    if (stream)
        done = !fclose(stream) && done;
    if (!done)
        fprintf(stderr, "makefont: %s: %s\n", path, strerror(errno));
    return done;
}

int main(int count, char **arguments)
{
    static struct font font;

    if (count != 5) {
        fputs("usage: makefont unifont.hex OUT16 OUT14 OUT8\n", stderr);
        return 2;
    }
    return read_hex(&font, arguments[1]) && write_font(&font, arguments[2], 16) &&
                   write_font(&font, arguments[3], 14) && write_font(&font, arguments[4], 8)
               ? 0
               : 1;
}
