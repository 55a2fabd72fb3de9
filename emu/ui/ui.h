#ifndef GLASS386_UI_UI_H
#define GLASS386_UI_UI_H

#include "base/error.h"
#include "base/types.h"
#include "machine/host.h"

/* What a display is to the run loop. Each display is one row of `displays`; its state begins with a
   struct ui. */

enum ui_event {
    UI_NOTHING,
    UI_QUIT,    /* the window was closed, or the terminal's quit key */
    UI_MONITOR, /* stop into the monitor */
    UI_SAVE,    /* the machine into the quick snapshot, and back */
    UI_LOAD,
    UI_BACK, /* a second back in guest time */
};

struct ui_status {
    bool running;
    unsigned speed; /* guest time in percent of host time */
};

/* A picture of 0x00rrggbb words; whoever gets it frees the pixels. */
struct ui_picture {
    u32 *pixels;
    u32 width, height;
};

/* Pictures that a display can show beside the guest's, numbered from 0: of what, their owner knows.
 */
struct ui_side {
    /* False when there is no such picture now. */
    bool (*draw)(void *context, unsigned which, struct ui_picture *picture);
    void *context;
    unsigned count;
};

/* What a display is told when it opens. */
struct ui_settings {
    const u8 *font;   /* 256 glyphs of code page 437, 8 x 16 dots, for the display's own text */
    bool aspect;      /* the picture in the shape of a PC's screen, 4:3 */
    bool full_screen; /* from the start */
    struct ui_side side;
};

struct display;

struct ui {
    const struct display *display;
    struct machine *machine;
};

struct display {
    const char *name, *help;
    bool resizable; /* a window: it can have another shape, or the whole screen */
    bool paced;     /* a person watches: guest time keeps to host time by default */
    /* Whether opening has a chance here; decides the default display only. */
    bool (*available)(void);
    /* Null with the reason in `error`. */
    struct ui *(*open)(struct machine *machine, const struct ui_settings *settings,
                       struct error *error);
    /* Handles what was typed and clicked since; call it a hundred times a second. */
    enum ui_event (*poll)(struct ui *ui);
    /* Shows picture and status where they changed; while the guest runs, at machine_next_frame. */
    void (*draw)(struct ui *ui, const struct ui_status *status);
    /* Shows a line for some seconds: what came of UI_SAVE and the like. Null: there is no place. */
    void (*tell)(struct ui *ui, const char *text);
    /* Lends the terminal to the monitor (true), takes it back (false). */
    void (*suspend)(struct ui *ui, bool suspended);
    void (*close)(struct ui *ui);
};

/* In order of preference; ends with the one that is always available. */
extern const struct display *const displays[];
extern const unsigned display_count;

/* Null when the name is unknown (or was not built in). */
const struct display *display_named(const char *name);

extern const struct display display_sdl, display_terminal, display_none;

#endif
