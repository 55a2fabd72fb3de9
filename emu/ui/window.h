#ifndef GLASS386_UI_WINDOW_H
#define GLASS386_UI_WINDOW_H

#include "ui/clipboard.h"
#include "ui/sdl_library.h"
#include "ui/status_line.h"
#include "ui/ui.h"

/* The window's own files share this: sdl.c opens and closes it, window_keys.c and window_mouse.c
   take what comes in, window_draw.c shows the picture, window_side.c
   what is beside it, window_sound.c plays. */

#define KEYS_HELD_MAX 32u
#define WINDOW_NOTE 80u

/* A texture that is drawn by the window itself: status line, panel of keys. */
struct painting {
    SDL_Texture *texture;
    u32 *pixels;
    u32 width, height;
};

struct selection {
    bool dragging, shown;
    u32 row, column; /* where the button went down */
    struct text_span span;
};

struct window_sound {
    SDL_AudioDeviceID device; /* 0 = the host has no sound */
    u64 position;             /* number of the guest's sample that comes next */
    s16 last;                 /* sample that was queued */
};

struct window_side {
    struct ui_side source;
    bool shown;
    unsigned which;
    u32 due; /* milliseconds of window->sdl.GetTicks */
    struct painting painting;
};

struct window {
    struct ui ui;
    struct sdl sdl;
    SDL_Window *window;
    SDL_Renderer *renderer;
    const u8 *font;

    struct painting picture;     /* the guest's */
    u64 version;                 /* of the picture that is shown */
    bool stale;                  /* the window must be painted again whatever the version */
    SDL_Rect place;              /* of the picture, in dots of the screen */
    int room_width, room_height; /* size that was given to the window last, in its own units */
    bool grabbed, full_screen;
    bool aspect; /* 4:3 and as large as the window, in place of whole multiples */
    bool strip_hidden, help_shown;
    struct painting strip, panel;
    struct window_side side;
    struct status_line line;
    struct status_lights lights;
    char title[160], note[WINDOW_NOTE];
    u32 note_until; /* milliseconds of window->sdl.GetTicks */

    u16 held[KEYS_HELD_MAX]; /* keys that are down in the guest */
    unsigned held_count;
    unsigned buttons; /* of the mouse that are down in the guest */
    struct selection selection;
    char *paste; /* SDL's copy of what is being typed; null: nothing */
    size_t paste_at, paste_length;
    struct window_sound sound;
    enum ui_event event;
};

/* ---- sdl.c ---- */

/* A text in the status line and the title for three seconds. */
void window_note(struct window *window, const char *text);
void window_toggle_full_screen(struct window *window);
void window_toggle_grab(struct window *window);

/* ---- window_keys.c ---- */

void window_key(struct window *window, const SDL_KeyboardEvent *key);
/* The window system swallows the releases that happen while another window has the focus. */
void window_release_keys(struct window *window);
/* Types more of a paste, as fast as the guest takes keys. */
void window_go_on_pasting(struct window *window);

/* ---- window_side.c ---- */

/* Shows the next picture beside the guest's; after the last one none. */
void window_side_next(struct window *window);
/* True when it shows something else now. */
bool window_side_refresh(struct window *window);
/* The room that it wants in a window, in its units: none while it is not shown. */
SDL_Point window_side_room(const struct window *window, int most_width);
/* What it takes of a room, in dots; and drawing it there, at the right. */
int window_side_width(struct window *window, int room_x, int room_y);
void window_side_draw(struct window *window, int room_x, int room_y);

/* ---- window_sound.c ---- */

void window_sound_open(struct window *window);
void window_sound_close(struct window *window);
/* Queues what the guest has played since; call it a hundred times a second. */
void window_sound_play(struct window *window);
/* The machine is stopped: what it played dies away. */
void window_sound_rest(struct window *window);

/* ---- window_mouse.c ---- */

void window_mouse_moved(struct window *window, const SDL_MouseMotionEvent *event);
void window_mouse_wheel(struct window *window, const SDL_MouseWheelEvent *event);
void window_mouse_button(struct window *window, const SDL_MouseButtonEvent *event);
void window_forget_selection(struct window *window);

/* ---- window_draw.c ---- */

/* The size that a window gets for a picture: room_width and room_height. */
void window_choose_room(struct window *window, u32 width, u32 height);
/* A new mode or shape gets a window of its size, unless a person has chosen one. */
void window_fit(struct window *window);
void window_draw(struct ui *ui, const struct ui_status *status);
/* Dots of the screen for one of the window's units: 2 on a screen of high density. */
int window_density(struct window *window);
void painting_free(struct window *window, struct painting *painting);
/* A texture and pixels of this size; false while the host has no memory for them. */
bool painting_fit(struct window *window, struct painting *painting, u32 width, u32 height);
void painting_upload(struct window *window, const struct painting *painting);

/* Size before the guest has set a mode: 80 x 25 text. */
#define FIRST_WIDTH 720
#define FIRST_HEIGHT 400

#endif
