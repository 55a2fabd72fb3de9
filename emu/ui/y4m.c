/* References: yuv4mpeg(5) of the MJPEG tools; ITU-R BT.601, 2.5: eight-bit coding. */
#include "ui/y4m.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_WIDTH 720u
#define LEAST_HEIGHT 480u
#define GREY 128
#define BLACK 16

/* BT.601 in 65536ths: Y of 16 to 235, the differences of 16 to 240. */
static void put_dot(const struct y4m *film, size_t at, u32 colour)
{
    size_t plane = (size_t)film->width * film->height;
    s32 red = (s32)(colour >> 16 & 0xff), green = (s32)(colour >> 8 & 0xff),
        blue = (s32)(colour & 0xff), half = 1 << 15;
    film->planes[at] = (u8)(BLACK + ((16829 * red + 33039 * green + 6416 * blue + half) >> 16));
    film->planes[plane + at] =
        (u8)((GREY * 65536 - 9714 * red - 19070 * green + 28784 * blue + half) >> 16);
    film->planes[2 * plane + at] =
        (u8)((GREY * 65536 + 28784 * red - 24103 * green - 4681 * blue + half) >> 16);
}

static void begin_picture(struct y4m *film, u32 width, u32 height)
{
    film->width = width > LEAST_WIDTH ? width : LEAST_WIDTH;
    film->height = height > LEAST_HEIGHT ? height : LEAST_HEIGHT;
    film->planes = malloc((size_t)film->width * film->height * 3);
    film->failed = !film->planes;
    fprintf(film->file, "YUV4MPEG2 W%u H%u F%u:1 Ip A1:1 C444\n", film->width, film->height,
            Y4M_RATE);
}

/* The last frame again and again, up to a moment. */
static void put_until(struct y4m *film, u64 moment)
{
    for (; film->frames < moment && !film->failed && !ferror(film->file); film->frames++) {
        fputs("FRAME\n", film->file);
        fwrite(film->planes, 3, (size_t)film->width * film->height, film->file);
    }
}

/* Width and height that a picture takes: its own, or what fits in its shape. */
static void fit(const struct y4m *film, u32 *width, u32 *height)
{
    u32 x = *width, y = *height;
    if (x <= film->width && y <= film->height)
        return;
    bool by_width = (u64)x * film->height >= (u64)y * film->width;
    *width = by_width ? film->width : (u32)((u64)x * film->height / y);
    *height = by_width ? (u32)((u64)y * film->width / x) : film->height;
}

static void take(const struct y4m *film, const u32 *pixels, u32 width, u32 height)
{
    u32 x_size = width, y_size = height;
    size_t plane = (size_t)film->width * film->height;
    fit(film, &x_size, &y_size);
    u32 left = (film->width - x_size) / 2, top = (film->height - y_size) / 2;
    memset(film->planes, BLACK, plane);
    memset(film->planes + plane, GREY, 2 * plane);
    for (u32 y = 0; y < y_size; y++)
        for (u32 x = 0; x < x_size; x++)
            put_dot(film, (size_t)(top + y) * film->width + left + x,
                    pixels[(size_t)((u64)y * height / y_size) * width +
                           (u32)((u64)x * width / x_size)]);
}

void y4m_begin(struct y4m *film, FILE *file)
{
    *film = (struct y4m){.file = file};
}

void y4m_add(struct y4m *film, const u32 *pixels, u32 width, u32 height, u64 moment)
{
    if (!film->width) {
        begin_picture(film, width, height);
        film->frames = moment;
    }
    put_until(film, moment);
    if (!film->failed)
        take(film, pixels, width, height);
}

bool y4m_end(struct y4m *film, u64 moment)
{
    if (film->width)
        put_until(film, moment);
    free(film->planes);
    film->planes = NULL;
    return fflush(film->file) == 0 && !ferror(film->file) && !film->failed;
}
