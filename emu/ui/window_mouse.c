/* The mouse in the window: the guest's while it is grabbed, else it marks text, which is copied. */
#include "ui/window.h"

#include <stdlib.h>

static unsigned button_bit(u8 button)
{
    return button == SDL_BUTTON_LEFT     ? 1
           : button == SDL_BUTTON_RIGHT  ? 2
           : button == SDL_BUTTON_MIDDLE ? 4
                                         : 0;
}

/* ---- marking text ---- */

void window_forget_selection(struct window *window)
{
    window->stale |= window->selection.shown;
    window->selection = (struct selection){.dragging = false};
}

static u32 within(int value, int size)
{
    return value < 0 ? 0 : (u32)(value < size ? value : size - 1);
}

/* The cell under a point of the window; false without text, or before there is a picture. */
static bool cell_at(struct window *window, int x, int y, struct text_screen *screen, u32 *row,
                    u32 *column)
{
    const SDL_Rect *place = &window->place;
    const struct painting *picture = &window->picture;
    if (place->w <= 0 || place->h <= 0 || !machine_text_screen(window->ui.machine, screen))
        return false;
    u32 dot = within(x * window_density(window) - place->x, place->w);
    u32 line = within(y * window_density(window) - place->y, place->h);
    *column = dot * picture->width / (u32)place->w / screen->cell_width;
    *row = line * picture->height / (u32)place->h / screen->cell_height;
    return true;
}

static void begin_selection(struct window *window, int x, int y)
{
    struct text_screen screen;
    struct selection *selection = &window->selection;
    window_forget_selection(window);
    if (x * window_density(window) > window->place.x + window->place.w && window->side.shown)
        return;
    selection->dragging = cell_at(window, x, y, &screen, &selection->row, &selection->column);
}

static void extend_selection(struct window *window, int x, int y)
{
    struct text_screen screen;
    struct selection *selection = &window->selection;
    u32 row, column;
    if (!cell_at(window, x, y, &screen, &row, &column))
        return;
    if (!selection->shown && row == selection->row && column == selection->column)
        return;
    selection->span = clipboard_between(&screen, selection->row, selection->column, row, column);
    selection->shown = true;
    window->stale = true;
}

/* False when nothing was marked: it was a mere click. */
static bool end_selection(struct window *window)
{
    struct text_screen screen;
    struct selection *selection = &window->selection;
    selection->dragging = false;
    if (!selection->shown)
        return false;
    char *text = malloc(CLIPBOARD_SCREEN_MAX);
    size_t length = text && machine_text_screen(window->ui.machine, &screen)
                        ? clipboard_text(&screen, &selection->span, text)
                        : 0;
    if (length)
        window_note(window, window->sdl.SetClipboardText(text) == 0
                                ? "the marked text is copied"
                                : "the clipboard does not take the text");
    free(text);
    return true;
}

/* ---- events ---- */

void window_mouse_moved(struct window *window, const SDL_MouseMotionEvent *event)
{
    if (window->grabbed)
        machine_mouse(window->ui.machine, event->xrel, event->yrel, 0, window->buttons);
    else if (window->selection.dragging)
        extend_selection(window, event->x, event->y);
}

void window_mouse_wheel(struct window *window, const SDL_MouseWheelEvent *event)
{
    if (window->grabbed)
        machine_mouse(window->ui.machine, 0, 0, -event->y, window->buttons);
}

/* A click grabs the mouse when the guest listens to one; it is not yet the guest's. */
static void free_button(struct window *window, const SDL_MouseButtonEvent *event, bool down)
{
    if (event->button != SDL_BUTTON_LEFT)
        return;
    if (down)
        begin_selection(window, event->x, event->y);
    else if (!end_selection(window) && machine_mouse_wanted(window->ui.machine))
        window_toggle_grab(window);
}

void window_mouse_button(struct window *window, const SDL_MouseButtonEvent *event)
{
    bool down = event->state == SDL_PRESSED;
    unsigned bit = button_bit(event->button), before = window->buttons;
    window->buttons = down && window->grabbed ? before | bit : before & ~bit;
    if (window->grabbed || window->buttons != before)
        machine_mouse(window->ui.machine, 0, 0, 0, window->buttons);
    if (!window->grabbed)
        free_button(window, event, down);
}
