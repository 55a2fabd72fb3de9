#include "ui/capture.h"

#include "ui/gif.h"
#include "ui/y4m.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GIF_RATE 100u      /* moments in a second */
#define GIF_SHORTEST 2u    /* moments that a frame lasts: readers slow down shorter ones */
#define NO_MODE_BELOW 160u /* dots of width: no program has set a mode yet */

struct capture {
    const char *path;
    char temporary[4096];
    FILE *file;
    bool is_gif;
    struct gif gif;
    struct y4m y4m;
    u32 *pixels;
    u32 width, height;
    u64 version, moment; /* of the last picture */
    u64 last_time;       /* of the guest, nanoseconds */
    u64 shift;           /* by which going back in time has put the film behind */
    bool begun, failed;
};

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

bool capture_knows(const char *path)
{
    return ends_in(path, ".gif") || ends_in(path, ".y4m");
}

struct capture *capture_open(const char *path, struct error *error)
{
    struct capture *capture = calloc(1, sizeof *capture);
    if (!capture) {
        error_set(error, "%.200s: out of memory", path);
        return NULL;
    }
    int length =
        snprintf(capture->temporary, sizeof capture->temporary, "%s.%ld.tmp", path, (long)getpid());
    if (length > 0 && (size_t)length < sizeof capture->temporary)
        capture->file = fopen(capture->temporary, "wb");
    if (!capture->file) {
        error_set(error, "%.200s: cannot be written: %s", path, strerror(errno));
        free(capture);
        return NULL;
    }
    capture->path = path;
    capture->is_gif = ends_in(path, ".gif");
    if (capture->is_gif)
        gif_begin(&capture->gif, capture->file);
    else
        y4m_begin(&capture->y4m, capture->file);
    return capture;
}

/* Film time in moments; guest time that goes back leaves no gap. */
static u64 moment_of(struct capture *capture, const struct machine *machine)
{
    u64 time = machine_time_ns(machine);
    if (time < capture->last_time)
        capture->shift += capture->last_time - time;
    capture->last_time = time;
    u64 ns = time + capture->shift;
    u32 rate = capture->is_gif ? GIF_RATE : Y4M_RATE;
    return ns / 1000000000 * rate + ns % 1000000000 * rate / 1000000000;
}

static bool fit(struct capture *capture, u32 width, u32 height)
{
    if (capture->pixels && width == capture->width && height == capture->height)
        return true;
    free(capture->pixels);
    capture->pixels = calloc((size_t)width * height, sizeof *capture->pixels);
    capture->width = width;
    capture->height = height;
    return capture->pixels != NULL;
}

void capture_take(void *context, const struct machine *machine)
{
    struct capture *capture = context;
    u64 version = machine_frame_version(machine), moment = moment_of(capture, machine);
    u32 width, height;
    machine_frame_size(machine, &width, &height);
    if (capture->failed || width < NO_MODE_BELOW || (capture->begun && version == capture->version))
        return;
    if (capture->is_gif && capture->begun && moment < capture->moment + GIF_SHORTEST)
        return; /* the next picture shows what has changed */
    if (!fit(capture, width, height)) {
        capture->failed = true;
        return;
    }
    machine_frame_render(machine, capture->pixels);
    if (capture->is_gif)
        gif_add(&capture->gif, capture->pixels, width, height, moment);
    else
        y4m_add(&capture->y4m, capture->pixels, width, height, moment);
    capture->begun = true;
    capture->version = version;
    capture->moment = moment;
}

bool capture_close(struct capture *capture, const struct machine *machine, struct error *error)
{
    u64 end = machine ? moment_of(capture, machine) : 0;
    bool done = capture->is_gif ? gif_end(&capture->gif, end) : y4m_end(&capture->y4m, end);
    bool empty = !capture->begun;
    done = fclose(capture->file) == 0 && done && !capture->failed;
    if (done && !empty)
        done = rename(capture->temporary, capture->path) == 0;
    int reason = errno;
    if (!done || empty)
        unlink(capture->temporary);
    if (!done)
        error_set(error, "-capture: %.200s: cannot be written: %s", capture->path,
                  strerror(reason));
    free(capture->pixels);
    free(capture);
    return done;
}
