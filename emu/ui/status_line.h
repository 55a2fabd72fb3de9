#ifndef GLASS386_UI_STATUS_LINE_H
#define GLASS386_UI_STATUS_LINE_H

#include "base/types.h"
#include "machine/host.h"
#include "ui/canvas.h"

/* The line below the picture: what the machine does, the lights of its drives, and the keys. */

#define STATUS_LINE_HEIGHT 20u /* dots */
#define STATUS_LINE_TEXT 80u

enum status_light { LIGHT_DARK, LIGHT_READS, LIGHT_WRITES };

struct status_line {
    char left[STATUS_LINE_TEXT], right[STATUS_LINE_TEXT]; /* code page 437 */
    unsigned lights;
    struct {
        const char *name;
        enum status_light light;
    } light[DRIVE_LIGHTS_MAX];
};

/* What the lights remember between two looks. */
struct status_lights {
    u64 reads[DRIVE_LIGHTS_MAX], writes[DRIVE_LIGHTS_MAX];
    u32 read_until[DRIVE_LIGHTS_MAX], write_until[DRIVE_LIGHTS_MAX]; /* milliseconds */
    bool begun;
};

/* Sets the lights of a line; one stays on for some frames, or nobody would see it. `now` counts
   milliseconds and may wrap. */
void status_lights_look(struct status_lights *lights, const struct machine *machine, u32 now,
                        struct status_line *line);

/* Whether two lines look alike. */
bool status_line_same(const struct status_line *a, const struct status_line *b);

/* Draws the canvas's uppermost STATUS_LINE_HEIGHT rows. The right text is left out where there is
   no room. */
void status_line_draw(const struct status_line *line, struct canvas *canvas);

#endif
