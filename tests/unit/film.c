/* Films of the picture: a GIF is read back dot by dot with a reader of its own; a y4m's frames are
   looked at. */
#include "support/suite.h"
#include "ui/gif.h"
#include "ui/y4m.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 300u
#define HEIGHT 200u

/* ---- a reader ---- */

struct film {
    const u8 *at;
    u32 width, height, frames, delay;
    u32 shown[400 * 300];
};

static u32 read16(struct film *film)
{
    film->at += 2;
    return film->at[-2] | (u32)film->at[-1] << 8;
}

/* The image's bytes out of their blocks. */
static u8 *unblocked(struct film *film)
{
    u8 *bytes = calloc(1, 1 << 20), *to = bytes;
    while (*film->at) {
        memcpy(to, film->at + 1, *film->at);
        to += *film->at;
        film->at += *film->at + 1;
    }
    film->at++;
    ck_assert_uint_lt(to - bytes, (1 << 20) - 4);
    return bytes;
}

struct strings {
    u16 before[4096], length[4096];
    u8 last[4096];
};

static u8 first_of(const struct strings *strings, u32 code)
{
    while (strings->length[code] > 1)
        code = strings->before[code];
    return strings->last[code];
}

static u8 *put_string(const struct strings *strings, u32 code, u8 *to)
{
    u32 length = strings->length[code];
    for (u32 i = length; i > 0; i--, code = strings->before[code])
        to[i - 1] = strings->last[code];
    return to + length;
}

/* LZW as the specification's appendix F reads it. */
static void read_numbers(struct film *film, u8 *numbers, size_t count)
{
    static struct strings strings;
    unsigned first = *film->at++, bits = first + 1;
    u32 clear = 1u << first, next = clear + 2, before = UINT32_MAX, bit = 0;
    u8 *bytes = unblocked(film), *to = numbers;
    for (u32 i = 0; i < clear; i++)
        strings.length[i] = 1, strings.last[i] = (u8)i;
    for (;;) {
        u32 word = bytes[bit / 8] | (u32)bytes[bit / 8 + 1] << 8 | (u32)bytes[bit / 8 + 2] << 16;
        u32 code = word >> bit % 8 & ((1u << bits) - 1);
        bit += bits;
        if (code == clear + 1)
            break;
        if (code == clear) {
            bits = first + 1, next = clear + 2, before = UINT32_MAX;
            continue;
        }
        if (code > next)
            ck_abort_msg("a code that no reader knows yet");
        if (before != UINT32_MAX && next < 4096) {
            strings.before[next] = (u16)before;
            strings.length[next] = strings.length[before] + 1;
            strings.last[next] = first_of(&strings, code == next ? before : code);
            next++;
        }
        if (code >= next || (size_t)(to - numbers) + strings.length[code] > count)
            ck_abort_msg("more numbers than the image has dots");
        to = put_string(&strings, code, to);
        if (next == 1u << bits && bits < 12)
            bits++;
        before = code;
    }
    ck_assert_uint_eq(to - numbers, count);
    free(bytes);
}

static void read_image(struct film *film)
{
    u32 x = read16(film), y = read16(film), width = read16(film), height = read16(film);
    u32 colours = 2u << (*film->at++ & 7);
    const u8 *table = film->at;
    u8 *numbers = malloc((size_t)width * height);
    u32 beyond = 0;
    ck_assert(x + width <= film->width && y + height <= film->height);
    film->at += colours * 3;
    read_numbers(film, numbers, (size_t)width * height);
    for (u32 i = 0; i < width * height; i++) {
        const u8 *colour = table + 3 * numbers[i];
        beyond += numbers[i] >= colours;
        film->shown[(y + i / width) * film->width + x + i % width] =
            (u32)colour[0] << 16 | (u32)colour[1] << 8 | colour[2];
    }
    ck_assert_uint_eq(beyond, 0);
    free(numbers);
    film->frames++;
}

/* Reads frames until one more has come, or the end: false. */
static bool read_frame(struct film *film)
{
    for (;;)
        switch (*film->at++) {
        case 0x3b:
            return false;
        case 0x2c:
            read_image(film);
            return true;
        default: /* 21h: an extension */
            if (*film->at == 0xf9)
                film->delay = film->at[3] | (u32)film->at[4] << 8;
            for (film->at++; *film->at; film->at += *film->at + 1)
                continue;
            film->at++;
        }
}

static u8 *contents(FILE *file)
{
    long size = ftell(file);
    u8 *bytes = calloc(1, (size_t)size + 16);
    rewind(file);
    ck_assert_uint_eq(fread(bytes, 1, (size_t)size, file), size);
    fclose(file);
    return bytes;
}

static u8 *read_film(FILE *file, struct film *film)
{
    fseek(file, 0, SEEK_END);
    u8 *bytes = contents(file);
    memset(film, 0, sizeof *film);
    ck_assert(memcmp(bytes, "GIF89a", 6) == 0);
    film->at = bytes + 6;
    film->width = read16(film);
    film->height = read16(film);
    ck_assert_uint_le(film->width * film->height, ARRAY_COUNT(film->shown));
    film->at += 3;
    return bytes;
}

/* ---- pictures ---- */

static u32 picture[WIDTH * HEIGHT];

static void random_picture(u32 colours, u32 seed)
{
    for (u32 i = 0; i < WIDTH * HEIGHT; i++) {
        seed = seed * 1664525 + 1013904223;
        picture[i] = 0xff000000 | (seed >> 16) % colours * 0x010307;
    }
}

static void is_shown(const struct film *film, u32 width, u32 height)
{
    u32 wrong = 0;
    for (u32 y = 0; y < height; y++)
        for (u32 x = 0; x < width; x++)
            wrong += film->shown[y * film->width + x] != (picture[y * width + x] & 0xffffff);
    ck_assert_uint_eq(wrong, 0);
}

static struct film film;

START_TEST(gif_is_exact_with_few_colours)
{
    static const u32 counts[] = {1, 2, 3, 4, 5, 16, 17, 100, 256};
    for (u32 i = 0; i < ARRAY_COUNT(counts); i++) {
        struct gif gif;
        FILE *file = tmpfile();
        gif_begin(&gif, file);
        random_picture(counts[i], i);
        gif_add(&gif, picture, WIDTH, HEIGHT, 7);
        ck_assert(gif_end(&gif, 50));
        u8 *bytes = read_film(file, &film);
        ck_assert(read_frame(&film));
        ck_assert_uint_eq(film.delay, 43);
        ck_assert_uint_eq(film.width, WIDTH);
        is_shown(&film, WIDTH, HEIGHT);
        ck_assert(!read_frame(&film));
        free(bytes);
    }
}
END_TEST

/* Long runs of one number, and every length: all places where codes grow or begin anew. */
START_TEST(gif_codes_grow_where_a_reader_expects_it)
{
    for (u32 width = 1; width <= WIDTH; width += 3) {
        struct gif gif;
        FILE *file = tmpfile();
        random_picture(width % 7 + 1, width);
        gif_begin(&gif, file);
        gif_add(&gif, picture, width, width % HEIGHT + 1, 0);
        ck_assert(gif_end(&gif, 2));
        u8 *bytes = read_film(file, &film);
        ck_assert(read_frame(&film));
        is_shown(&film, width, width % HEIGHT + 1);
        free(bytes);
    }
}
END_TEST

START_TEST(gif_frames_hold_what_changed_and_how_long)
{
    struct gif gif;
    FILE *file = tmpfile();
    random_picture(9, 1);
    gif_begin(&gif, file);
    gif_add(&gif, picture, WIDTH, HEIGHT, 0);
    picture[5 * WIDTH + 7] ^= 0xffff;
    picture[8 * WIDTH + 30] ^= 0xffff;
    gif_add(&gif, picture, WIDTH, HEIGHT, 3);
    ck_assert_uint_eq(gif.changed.x, 7);
    ck_assert_uint_eq(gif.changed.y, 5);
    ck_assert_uint_eq(gif.changed.width, 24);
    ck_assert_uint_eq(gif.changed.height, 4);
    ck_assert(gif_end(&gif, 70003));
    u8 *bytes = read_film(file, &film);
    ck_assert(read_frame(&film));
    ck_assert_uint_eq(film.delay, 3);
    ck_assert(read_frame(&film));
    ck_assert_uint_eq(film.delay, 65535);
    is_shown(&film, WIDTH, HEIGHT);
    ck_assert(read_frame(&film)); /* longer than a frame may be */
    ck_assert_uint_eq(film.delay, 70000 - 65535);
    is_shown(&film, WIDTH, HEIGHT);
    ck_assert(!read_frame(&film));
    free(bytes);
}
END_TEST

START_TEST(gif_takes_pictures_of_several_sizes)
{
    struct gif gif;
    FILE *file = tmpfile();
    gif_begin(&gif, file);
    random_picture(9, 2);
    gif_add(&gif, picture, 100, HEIGHT, 0);
    gif_add(&gif, picture, WIDTH, 50, 10);
    ck_assert(gif_end(&gif, 20));
    u8 *bytes = read_film(file, &film);
    ck_assert_uint_eq(film.width, WIDTH);
    ck_assert_uint_eq(film.height, HEIGHT);
    ck_assert(read_frame(&film));
    is_shown(&film, 100, 1);
    ck_assert(read_frame(&film));
    is_shown(&film, WIDTH, 50);
    ck_assert_uint_eq(film.shown[60 * WIDTH + 5], 0); /* the larger one's rest is gone */
    free(bytes);
}
END_TEST

static u32 part(u32 colour, unsigned shift)
{
    return colour >> shift & 0xff;
}

/* Sixteen dots together come near the colour that is meant. */
START_TEST(gif_dithers_many_colours)
{
    struct gif gif;
    FILE *file = tmpfile();
    for (u32 i = 0; i < WIDTH * HEIGHT; i++) {
        u32 x = i % WIDTH / 4, y = i / WIDTH / 4;
        picture[i] = x * 3 << 16 | y * 5 << 8 | ((x + y) & 0xff);
    }
    gif_begin(&gif, file);
    gif_add(&gif, picture, WIDTH, HEIGHT, 0);
    ck_assert(gif_end(&gif, 2));
    u8 *bytes = read_film(file, &film);
    ck_assert(read_frame(&film));
    for (u32 y = 0; y < HEIGHT; y += 4)
        for (u32 x = 0; x < WIDTH; x += 4)
            for (unsigned shift = 0; shift < 24; shift += 8) {
                s32 sum = 0;
                for (u32 i = 0; i < 16; i++)
                    sum += (s32)part(film.shown[(y + i / 4) * WIDTH + x + i % 4], shift);
                ck_assert_int_le(abs(sum / 16 - (s32)part(picture[y * WIDTH + x], shift)), 5);
            }
    free(bytes);
}
END_TEST

/* ---- y4m ---- */

#define FRAME (720u * 480 * 3)
#define HEADER "YUV4MPEG2 W720 H480 F60:1 Ip A1:1 C444\n"

START_TEST(y4m_repeats_frames_and_centres_pictures)
{
    struct y4m y4m;
    FILE *file = tmpfile();
    for (u32 i = 0; i < WIDTH * HEIGHT; i++)
        picture[i] = 0xffffffff;
    y4m_begin(&y4m, file);
    y4m_add(&y4m, picture, WIDTH, HEIGHT, 4);
    for (u32 i = 0; i < WIDTH * HEIGHT; i++)
        picture[i] = 0xff0000ff;
    y4m_add(&y4m, picture, WIDTH, HEIGHT, 6);
    ck_assert(y4m_end(&y4m, 7));
    size_t head = strlen(HEADER), size = (size_t)ftell(file);
    ck_assert_uint_eq(size, head + 3 * (FRAME + 6));
    u8 *bytes = contents(file);
    ck_assert(memcmp(bytes, HEADER, head) == 0);
    const u8 *white = bytes + head + 6 + 2, *blue = white + 2 * (FRAME + 6) - 2;
    white -= 2;
    size_t middle = 240 * 720 + 360, plane = 720 * 480;
    ck_assert(memcmp(bytes + head, "FRAME\n", 6) == 0);
    ck_assert_uint_eq(white[0], 16);
    ck_assert_uint_eq(white[middle], 235);
    ck_assert_uint_eq(white[plane + middle], 128);
    ck_assert_uint_eq(white[FRAME + 6 + middle], 235);
    ck_assert_uint_eq(blue[middle], 41);
    ck_assert_uint_eq(blue[plane + middle], 240);
    ck_assert_uint_eq(blue[2 * plane + middle], 110);
    ck_assert_uint_eq(blue[139 * 720 + 360], 16);
    ck_assert_uint_eq(blue[140 * 720 + 360], 41);
    free(bytes);
}
END_TEST

/* A larger picture that comes later is made smaller as a whole. */
START_TEST(y4m_makes_larger_pictures_smaller)
{
    static u32 large[1440 * 960];
    struct y4m y4m;
    FILE *file = tmpfile();
    large[0] = large[1440 * 960 - 1] = 0xffffff;
    large[1440 * 958 + 1438] = 0xffffff; /* the dot that is taken of the last four */
    y4m_begin(&y4m, file);
    y4m_add(&y4m, picture, WIDTH, HEIGHT, 0);
    y4m_add(&y4m, large, 1440, 960, 1);
    ck_assert(y4m_end(&y4m, 2));
    u8 *bytes = contents(file);
    const u8 *frame = bytes + strlen(HEADER) + FRAME + 12;
    ck_assert_uint_eq(frame[0], 235);
    ck_assert_uint_eq(frame[1], 16);
    ck_assert_uint_eq(frame[720 * 480 - 1], 235);
    free(bytes);
}
END_TEST

SUITE_MAIN("film", gif_is_exact_with_few_colours, gif_codes_grow_where_a_reader_expects_it,
           gif_frames_hold_what_changed_and_how_long, gif_takes_pictures_of_several_sizes,
           gif_dithers_many_colours, y4m_repeats_frames_and_centres_pictures,
           y4m_makes_larger_pictures_smaller)
