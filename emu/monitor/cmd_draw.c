/* `draw`: memory as a picture, SVG or PNG by the file's name. */
#include "debug/draw_memory.h"
#include "monitor/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void monitor_set_picture(struct monitor *monitor, monitor_picture *write)
{
    monitor->picture = write;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path), count = strlen(ending);
    return length > count && strcmp(path + length - count, ending) == 0;
}

static bool write_svg(const struct picture *picture, const char *path, struct error *error)
{
    struct text_out out = TEXT_OUT_EMPTY;
    picture_write_svg(picture, &out);
    FILE *file = out.failed ? NULL : fopen(path, "w");
    bool written = file && fwrite(out.text, 1, out.length, file) == out.length;
    if (file && fclose(file) != 0)
        written = false;
    if (!written)
        error_set(error, "%.200s: cannot be written: %s", path, strerror(errno));
    text_out_free(&out);
    return written;
}

/* The letters are those that the display has loaded: plane 2, 32 bytes each. */
struct font {
    const u8 *video;
    u8 rows[PICTURE_CELL_HEIGHT];
};

static const u8 *glyph(void *context, u8 letter)
{
    struct font *font = context;
    for (u32 row = 0; row < PICTURE_CELL_HEIGHT; row++)
        font->rows[row] = font->video[4 * (letter * 32u + row) + 2];
    return font->rows;
}

static bool write_png(struct call *call, const struct picture *picture, const char *path)
{
    struct monitor *monitor = call->monitor;
    struct font font = {.video = monitor->machine->video_memory};
    struct vga_text text;
    if (!monitor->picture)
        return error_set(call->error, "this program was built without a way to write PNG");
    u32 *pixels = malloc((size_t)picture->width * picture->height * sizeof *pixels);
    if (!pixels)
        return error_set(call->error, "out of memory for the picture");
    vga_text(&monitor->machine->vga, &text);
    picture_draw(picture, pixels, text.graphics ? NULL : glyph, &font);
    bool written = monitor->picture(path, pixels, picture->width, picture->height, call->error);
    free(pixels);
    return written;
}

bool monitor_draw(struct monitor *monitor, const char *what, struct picture *picture,
                  struct error *error)
{
    struct guest_kernel kernel = {&monitor->machine->memory, &monitor->symbols};
    picture_begin(picture, 0, 0);
    if (strcmp(what, "slots") == 0)
        return draw_slots(&kernel, picture) ||
               error_set(error, "the loaded symbols name no array of tasks (task): nothing "
                                "is known of its slots");
    if (strcmp(what, "pdir") == 0)
        draw_directory(&monitor->machine->cpu, &kernel, picture);
    else if (strcmp(what, "phys") == 0)
        draw_physical(&monitor->machine->cpu, &kernel, picture);
    else
        return error_set(error, "'%.40s' is no picture: slots, pdir, phys", what);
    return true;
}

enum monitor_result cmd_draw(struct call *call)
{
    const char *what = call->arguments[0].text, *path = call->arguments[1].text;
    struct picture picture;
    bool svg = ends_in(path, ".svg");
    bool done = svg || ends_in(path, ".png") ||
                error_set(call->error, "%.200s: expected a name that ends in .svg or .png", path);
    if (done) {
        done = monitor_draw(call->monitor, what, &picture, call->error);
        if (done && picture.failed)
            done = error_set(call->error, "out of memory for the picture");
        if (done)
            done = svg ? write_svg(&picture, path, call->error) : write_png(call, &picture, path);
        picture_free(&picture);
    }
    if (!done)
        return command_failed(call);
    put(call, "file", "wrote %s\n", path);
    return MONITOR_OK;
}
