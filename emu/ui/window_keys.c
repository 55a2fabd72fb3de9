/* What is typed into the window: the guest's keys, and the chords that are the window's own. */
#include "ui/help_panel.h"
#include "ui/keymap.h"
#include "ui/png.h"
#include "ui/window.h"
#include "ui/window_chords.h"

#include <stdlib.h>

/* ---- keys of the guest ---- */

static void key_release_at(struct window *window, unsigned index)
{
    machine_key(window->ui.machine, window->held[index], false);
    window->held[index] = window->held[--window->held_count];
}

void window_release_keys(struct window *window)
{
    while (window->held_count)
        key_release_at(window, window->held_count - 1);
}

static void key_set(struct window *window, u16 scancode, bool down)
{
    unsigned i = 0;
    while (i < window->held_count && window->held[i] != scancode)
        i++;
    bool held = i < window->held_count;
    if (down && !held && window->held_count < KEYS_HELD_MAX)
        window->held[window->held_count++] = scancode;
    if (down)
        machine_key(window->ui.machine, scancode, true);
    else if (held)
        key_release_at(window, i);
}

/* ---- what the chords do ---- */

static void toggle_aspect(struct window *window)
{
    window->aspect = !window->aspect;
    window->stale = true;
    window_fit(window);
    window_note(window, window->aspect ? "shape of a PC's screen, 4:3" : "whole multiples of dots");
}

static void toggle_strip(struct window *window)
{
    window->strip_hidden = !window->strip_hidden;
    window->stale = true;
    window_fit(window);
}

static void toggle_help(struct window *window)
{
    window->help_shown = !window->help_shown;
    window->stale = true;
}

static void copy_screen(struct window *window)
{
    struct text_screen screen;
    char *text = malloc(CLIPBOARD_SCREEN_MAX);
    size_t length = 0;
    if (text && machine_text_screen(window->ui.machine, &screen)) {
        struct text_span whole = clipboard_whole(&screen);
        length = clipboard_text(&screen, &whole, text);
    }
    bool copied = length && window->sdl.SetClipboardText(text) == 0;
    window_note(window, copied   ? "the screen's text is copied"
                        : length ? "the clipboard does not take the text"
                                 : "this picture has no text to copy");
    free(text);
}

static void end_paste(struct window *window)
{
    window->sdl.free(window->paste);
    window->paste = NULL;
}

/* A second time stops a paste that is under way. */
static void paste_text(struct window *window)
{
    bool stops = window->paste != NULL;
    if (stops)
        end_paste(window);
    window->paste = stops ? NULL : window->sdl.GetClipboardText();
    window->paste_at = 0;
    window->paste_length = window->paste ? clipboard_typing(window->paste) : 0;
    window_note(window, stops                  ? "typing stopped"
                        : window->paste_length ? "typing the clipboard's text"
                                               : "the clipboard has no text to type");
}

void window_go_on_pasting(struct window *window)
{
    if (!window->paste)
        return;
    window->paste_at += machine_type(window->ui.machine, window->paste + window->paste_at,
                                     window->paste_length - window->paste_at);
    if (window->paste_at >= window->paste_length)
        end_paste(window);
}

static void screenshot(struct window *window)
{
    char name[64];
    struct error error;
    bool written = png_write_numbered(window->ui.machine, name, sizeof name, &error);
    window_note(window, written ? name : error.text);
}

static void to_monitor(struct window *window)
{
    window->event = UI_MONITOR;
}

static void save(struct window *window)
{
    window->event = UI_SAVE;
}

static void load(struct window *window)
{
    window->event = UI_LOAD;
}

static void back(struct window *window)
{
    window->event = UI_BACK;
}

/* ---- chords ---- */

enum { CTRL_ALT = 1, CTRL_SHIFT = 2 };

// clang-format off
static const struct chord {
    SDL_Scancode key;
    u8 with;
    bool repeats; /* while it is held down */
    void (*act)(struct window *window);
    struct help_row help;
} chords[] = {
    {SDL_SCANCODE_G, CTRL_ALT, false, window_toggle_grab, {"Ctrl-Alt-G", "grab mouse and keyboard, and let them go"}},
    {SDL_SCANCODE_F, CTRL_ALT, false, window_toggle_full_screen, {"Ctrl-Alt-F", "full screen"}},
    {SDL_SCANCODE_A, CTRL_ALT, false, toggle_aspect, {"Ctrl-Alt-A", "4:3, or whole multiples of dots"}},
    {SDL_SCANCODE_B, CTRL_ALT, false, toggle_strip,  {"Ctrl-Alt-B", "bar with state and lights"}},
    {SDL_SCANCODE_P, CTRL_ALT, false, screenshot,    {"Ctrl-Alt-P", "picture into glass386-001.png ..."}},
    {SDL_SCANCODE_M, CTRL_ALT, false, to_monitor,    {"Ctrl-Alt-M", "stop into the monitor, and go on"}},
    {SDL_SCANCODE_S, CTRL_ALT, false, save,          {"Ctrl-Alt-S", "save the machine into glass386.snap"}},
    {SDL_SCANCODE_L, CTRL_ALT, false, load,          {"Ctrl-Alt-L", "load it again"}},
    {SDL_SCANCODE_LEFT, CTRL_ALT, true, back,        {"Ctrl-Alt-Left", "a second back in time"}},
    {SDL_SCANCODE_V, CTRL_ALT, false, window_side_next, {"Ctrl-Alt-V", "memory beside the screen: frames, directory, slots"}},
    {SDL_SCANCODE_C, CTRL_ALT, false, copy_screen,   {"Ctrl-Alt-C", "copy the screen's text"}},
    {SDL_SCANCODE_V, CTRL_SHIFT, false, paste_text,  {"Ctrl-Shift-V", "type the clipboard's text"}},
    {SDL_SCANCODE_H, CTRL_ALT, false, toggle_help,   {"Ctrl-Alt-H", "show these keys"}},
    {SDL_SCANCODE_UNKNOWN, 0, false, NULL,           {"dragging", "copies the text between two places"}},
};
// clang-format on

unsigned window_help_rows(struct help_row rows[WINDOW_HELP_ROWS])
{
    _Static_assert(ARRAY_COUNT(chords) <= WINDOW_HELP_ROWS, "a panel has too few rows");
    for (unsigned i = 0; i < ARRAY_COUNT(chords); i++)
        rows[i] = chords[i].help;
    return ARRAY_COUNT(chords);
}

static u8 held_with(const SDL_Keysym *key)
{
    if (!(key->mod & KMOD_CTRL))
        return 0;
    return key->mod & KMOD_ALT ? CTRL_ALT : key->mod & KMOD_SHIFT ? CTRL_SHIFT : 0;
}

/* The guest has seen Ctrl and Alt go down: they are released there, so that neither sticks. */
static bool chord_taken(struct window *window, const SDL_KeyboardEvent *key)
{
    u8 with = held_with(&key->keysym);
    for (unsigned i = 0; with && i < ARRAY_COUNT(chords); i++)
        if (chords[i].key == key->keysym.scancode && chords[i].with == with) {
            window_release_keys(window);
            if (!key->repeat || chords[i].repeats)
                chords[i].act(window);
            return true;
        }
    return false;
}

/* A key alone takes the panel and the marked text away; what is held with others does not. */
static bool is_modifier(SDL_Scancode key)
{
    return key >= SDL_SCANCODE_LCTRL && key <= SDL_SCANCODE_RGUI;
}

void window_key(struct window *window, const SDL_KeyboardEvent *key)
{
    bool down = key->state == SDL_PRESSED;
    if (down && chord_taken(window, key))
        return;
    if (down && !is_modifier(key->keysym.scancode)) {
        window_forget_selection(window);
        window->stale |= window->help_shown;
        window->help_shown = false;
    }
    u16 scancode = keymap_scancode((unsigned)key->keysym.scancode);
    if (scancode)
        key_set(window, scancode, down);
}
