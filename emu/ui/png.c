#include "ui/png.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_rows(png_structp png, const u32 *pixels, u32 width, u32 height, u8 *row)
{
    for (u32 y = 0; y < height; y++, pixels += width) {
        for (u32 x = 0; x < width; x++) {
            row[3 * x] = (u8)(pixels[x] >> 16);
            row[3 * x + 1] = (u8)(pixels[x] >> 8);
            row[3 * x + 2] = (u8)pixels[x];
        }
        png_write_row(png, row);
    }
}

/* libpng leaves through longjmp when it fails: everything it may leave behind is owned by the
 * caller. */
static bool encode(FILE *file, const u32 *pixels, u32 width, u32 height, u8 *row)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return false;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    png_init_io(png, file);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    put_rows(png, pixels, width, height, row);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return true;
}

static bool write_file(const char *temporary, const u32 *pixels, u32 width, u32 height)
{
    u8 *row = malloc((size_t)width * 3 + 1);
    FILE *file = row ? fopen(temporary, "wb") : NULL;
    bool done = file && encode(file, pixels, width, height, row);
    if (file && fclose(file) != 0)
        done = false;
    free(row);
    return done;
}

bool png_write(const char *path, const u32 *pixels, u32 width, u32 height, struct error *error)
{
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof temporary)
        return error_set(error, "%.200s...: the name is too long", path);
    if (width == 0 || height == 0)
        return error_set(error, "%s: there is no picture to write", path);
    if (!write_file(temporary, pixels, width, height) || rename(temporary, path) != 0) {
        int reason = errno;
        unlink(temporary);
        return error_set(error, "%s: cannot write the picture: %s", path, strerror(reason));
    }
    return true;
}

bool png_write_frame(const struct machine *machine, const char *path, struct error *error)
{
    u32 width, height;
    machine_frame_size(machine, &width, &height);
    u32 *pixels = calloc((size_t)width * height + 1, sizeof *pixels);
    if (!pixels)
        return error_set(error, "%s: out of memory for %u x %u pixels", path, width, height);
    machine_frame_render(machine, pixels);
    bool done = png_write(path, pixels, width, height, error);
    free(pixels);
    return done;
}

bool png_write_numbered(const struct machine *machine, char *name, size_t size, struct error *error)
{
    for (unsigned number = 1; number <= 999; number++) {
        snprintf(name, size, "glass386-%03u.png", number);
        if (access(name, F_OK) != 0)
            return png_write_frame(machine, name, error);
    }
    return error_set(error, "glass386-001.png to -999.png all exist");
}
