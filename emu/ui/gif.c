/* Reference: CompuServe, Graphics Interchange Format 89a, and its appendix on the code table. */
#include "ui/gif.h"

#include "base/bits.h"
#include "ui/gif_codes.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_DELAY 0xffffu /* hundredths of a second in a frame */

/* ---- colours ---- */

#define SLOTS 1024u /* of a hash table for 256 colours */

struct palette {
    u32 colours[256];
    u32 count;
    u32 keys[SLOTS]; /* a colour and 1 << 24, 0 = free */
    u8 numbers[SLOTS];
};

/* The colour's slot: where it is, or where it would be. */
static u32 slot_of(const struct palette *palette, u32 colour)
{
    u32 slot = (colour * 0x9e3779b1u >> 16) % SLOTS;
    while (palette->keys[slot] && palette->keys[slot] != (colour | 1u << 24))
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* False when there are more than 256 colours. */
static bool palette_add(struct palette *palette, u32 colour)
{
    u32 slot = slot_of(palette, colour);
    if (palette->keys[slot])
        return true;
    if (palette->count == 256)
        return false;
    palette->keys[slot] = colour | 1u << 24;
    palette->numbers[slot] = (u8)palette->count;
    palette->colours[palette->count++] = colour;
    return true;
}

/* 6 levels of red, 7 of green, 6 of blue. */
static const u32 levels[3] = {6, 7, 6};

static void palette_of_levels(struct palette *palette)
{
    palette->count = levels[0] * levels[1] * levels[2];
    for (u32 i = 0; i < palette->count; i++) {
        u32 red = i / (levels[1] * levels[2]), green = i / levels[2] % levels[1];
        palette->colours[i] = red * 255 / (levels[0] - 1) << 16 |
                              green * 255 / (levels[1] - 1) << 8 |
                              i % levels[2] * 255 / (levels[2] - 1);
    }
}

/* Between two levels the dots of a square of 4 x 4 share out what is between. */
static u8 dithered(u32 colour, u32 x, u32 y)
{
    static const u8 thresholds[4][4] = {
        {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    u32 number = 0, threshold = thresholds[y & 3][x & 3] * 255u / 16 + 8;
    for (unsigned i = 0; i < 3; i++) {
        u32 part = (colour >> (16 - 8 * i) & 0xff) * (levels[i] - 1);
        number = number * levels[i] + part / 255 + (part % 255 > threshold);
    }
    return (u8)number;
}

/* ---- blocks ---- */

static void put16(struct gif *gif, u32 value)
{
    fputc((int)(value & 0xff), gif->file);
    fputc((int)(value >> 8 & 0xff), gif->file);
}

static void put_bytes(struct gif *gif, const char *bytes, size_t count)
{
    fwrite(bytes, 1, count, gif->file);
}

/* Logical screen without a table of colours; shown for ever again. */
static void put_header(struct gif *gif)
{
    put_bytes(gif, "GIF89a", 6);
    put16(gif, gif->width);
    put16(gif, gif->height);
    put_bytes(gif, "\x70\0\0", 3);
    put_bytes(gif, "\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", 19);
}

static void put_delay(struct gif *gif, u64 delay)
{
    put_bytes(gif, "\x21\xf9\x04\x04", 4); /* the picture stays */
    put16(gif, (u32)delay);
    put_bytes(gif, "\0\0", 2);
}

/* Bits of a number of a table, 2 to 8. */
static unsigned bits_for(u32 colours)
{
    unsigned bits = 2;
    while (1u << bits < colours)
        bits++;
    return bits;
}

static void put_image_head(struct gif *gif, const struct palette *palette, unsigned bits)
{
    fputc(0x2c, gif->file);
    put16(gif, gif->changed.x);
    put16(gif, gif->changed.y);
    put16(gif, gif->changed.width);
    put16(gif, gif->changed.height);
    fputc((int)(0x80 | (bits - 1)), gif->file);
    for (u32 i = 0; i < 1u << bits; i++) {
        u32 colour = i < palette->count ? palette->colours[i] : 0;
        fputc((int)(colour >> 16 & 0xff), gif->file);
        fputc((int)(colour >> 8 & 0xff), gif->file);
        fputc((int)(colour & 0xff), gif->file);
    }
}

/* The changed rectangle's numbers in the table, `numbers` having room for them. */
static void number_pixels(const struct gif *gif, struct palette *palette, u8 *numbers)
{
    bool exact = true;
    palette->count = 0;
    memset(palette->keys, 0, sizeof palette->keys);
    for (u32 y = 0; y < gif->changed.height; y++)
        for (u32 x = 0; x < gif->changed.width && exact; x++)
            exact = palette_add(
                palette,
                gif->shown[(size_t)(gif->changed.y + y) * gif->width + gif->changed.x + x]);
    if (!exact)
        palette_of_levels(palette);
    for (u32 y = gif->changed.y; y < gif->changed.y + gif->changed.height; y++)
        for (u32 x = gif->changed.x; x < gif->changed.x + gif->changed.width; x++) {
            u32 colour = gif->shown[(size_t)y * gif->width + x];
            *numbers++ =
                exact ? palette->numbers[slot_of(palette, colour)] : dithered(colour, x, y);
        }
}

static void put_frame(struct gif *gif, u64 delay)
{
    struct palette palette;
    size_t count = (size_t)gif->changed.width * gif->changed.height;
    u8 *numbers = malloc(count);
    if (!numbers) {
        gif->failed = true;
        return;
    }
    number_pixels(gif, &palette, numbers);
    unsigned bits = bits_for(palette.count);
    put_delay(gif, delay);
    put_image_head(gif, &palette, bits);
    gif->failed |= !gif_put_codes(gif->file, numbers, count, bits);
    free(numbers);
}

/* The last frame lasts until `moment`; what is longer than a frame may be is of one dot more. */
static void finish_frame(struct gif *gif, u64 moment)
{
    u64 delay = moment - gif->shown_at;
    while (!gif->failed && (delay || gif->changed.width)) {
        u64 part = delay < LONGEST_DELAY ? delay : LONGEST_DELAY;
        if (!gif->changed.width)
            gif->changed.width = gif->changed.height = 1, gif->changed.x = gif->changed.y = 0;
        put_frame(gif, part);
        gif->changed.width = gif->changed.height = 0;
        delay -= part;
    }
}

/* ---- frames ---- */

static bool fits(const struct gif *gif, u32 width, u32 height)
{
    return width <= gif->width && height <= gif->height;
}

/* Makes room for pictures of this size; what is new is black. */
static bool grow(struct gif *gif, u32 width, u32 height)
{
    width = width > gif->width ? width : gif->width;
    height = height > gif->height ? height : gif->height;
    u32 *shown = calloc((size_t)width * height, sizeof *shown);
    if (!shown)
        return false;
    for (u32 y = 0; y < gif->height; y++)
        memcpy(shown + (size_t)y * width, gif->shown + (size_t)y * gif->width,
               gif->width * sizeof *shown);
    free(gif->shown);
    gif->shown = shown;
    gif->width = width;
    gif->height = height;
    return true;
}

/* The colour of a dot of the new picture, black outside of it. */
static u32 colour_at(const u32 *pixels, u32 width, u32 height, u32 x, u32 y)
{
    return x < width && y < height ? pixels[(size_t)y * width + x] & 0xffffff : 0;
}

/* Takes the picture over; the rectangle of what differs goes into `changed`. */
static void take(struct gif *gif, const u32 *pixels, u32 width, u32 height)
{
    u32 left = gif->width, right = 0, top = gif->height, bottom = 0;
    for (u32 y = 0; y < gif->height; y++) {
        u32 *shown = gif->shown + (size_t)y * gif->width;
        for (u32 x = 0; x < gif->width; x++) {
            u32 colour = colour_at(pixels, width, height, x, y);
            if (shown[x] == colour)
                continue;
            shown[x] = colour;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y;
        }
    }
    if (left > right)
        return;
    gif->changed.x = left;
    gif->changed.y = top;
    gif->changed.width = right - left + 1;
    gif->changed.height = bottom - top + 1;
}

void gif_begin(struct gif *gif, FILE *file)
{
    *gif = (struct gif){.file = file, .width = 1, .height = 1};
    gif->shown = calloc(1, sizeof *gif->shown);
    gif->failed = !gif->shown;
    put_header(gif);
}

void gif_add(struct gif *gif, const u32 *pixels, u32 width, u32 height, u64 moment)
{
    if (gif->failed)
        return;
    if (gif->begun)
        finish_frame(gif, moment);
    gif->begun = true;
    gif->shown_at = moment;
    bool fitted = fits(gif, width, height);
    gif->failed |= !fitted && !grow(gif, width, height);
    if (gif->failed)
        return;
    take(gif, pixels, width, height);
    if (!fitted) {
        gif->changed.x = gif->changed.y = 0;
        gif->changed.width = gif->width;
        gif->changed.height = gif->height;
    }
}

bool gif_end(struct gif *gif, u64 moment)
{
    if (gif->begun)
        finish_frame(gif, moment > gif->shown_at ? moment : gif->shown_at + 1);
    fputc(0x3b, gif->file);
    bool sought = fseek(gif->file, 6, SEEK_SET) == 0;
    put16(gif, gif->width);
    put16(gif, gif->height);
    free(gif->shown);
    gif->shown = NULL;
    return sought && fflush(gif->file) == 0 && !ferror(gif->file) && !gif->failed;
}
