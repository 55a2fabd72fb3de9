/* The window: SDL2. Nothing is taken from the guest's keyboard but chords of Ctrl-Alt, and
   Ctrl-Shift-V. */
#include "ui/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool available(void)
{
    return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("SDL_VIDEODRIVER");
}

/* ---- closing ---- */

static void leave_screen(struct window *window)
{
    if (window->renderer)
        window->sdl.DestroyRenderer(window->renderer);
    if (window->window)
        window->sdl.DestroyWindow(window->window);
    window->renderer = NULL;
    window->window = NULL;
    window->sdl.QuitSubSystem(SDL_INIT_VIDEO);
}

static void window_close(struct ui *ui)
{
    struct window *window = (struct window *)ui;
    painting_free(window, &window->picture);
    painting_free(window, &window->strip);
    painting_free(window, &window->panel);
    painting_free(window, &window->side.painting);
    if (window->paste)
        window->sdl.free(window->paste);
    window_sound_close(window);
    leave_screen(window);
    free(window);
}

/* ---- opening ---- */

/* Whether OpenGL is imitated by the host's processor, which costs several times SDL's own copying.
 */
static bool imitated_graphics(struct window *window)
{
    static const char *const imitations[] = {"llvmpipe", "softpipe", "swrast", "SwiftShader"};
    SDL_RendererInfo info;
    if (window->sdl.GetRendererInfo(window->renderer, &info) != 0 ||
        strncmp(info.name, "opengl", 6) != 0)
        return false;
    const unsigned char *(*get_string)(unsigned);
    *(void **)&get_string = window->sdl.GL_GetProcAddress("glGetString");
    const char *name = get_string ? (const char *)get_string(0x1f01 /* GL_RENDERER */) : NULL;
    for (unsigned i = 0; name && i < ARRAY_COUNT(imitations); i++)
        if (strstr(name, imitations[i]))
            return true;
    return false;
}

static bool take_renderer(struct window *window, Uint32 flags, const char *acceleration)
{
    if (window->renderer)
        window->sdl.DestroyRenderer(window->renderer);
    window->sdl.SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, acceleration);
    window->renderer = window->sdl.CreateRenderer(window->window, -1, flags);
    return window->renderer != NULL;
}

/* SDL's own copying needs a window system that takes pixels. Wayland's part of SDL 2 does not:
   there an imitation must do. */
static void create_renderer(struct window *window)
{
    if (take_renderer(window, 0, NULL) && !imitated_graphics(window))
        return;
    if (!take_renderer(window, SDL_RENDERER_SOFTWARE, "0"))
        take_renderer(window, 0, NULL);
}

/* Before the guest has set a mode there is no picture yet: then as for 80 x 25 text. */
static bool create(struct window *window)
{
    window_choose_room(window, FIRST_WIDTH, FIRST_HEIGHT);
    window->sdl.SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest");
    window->sdl.SetHint(SDL_HINT_GRAB_KEYBOARD, "1");
    window->window = window->sdl.CreateWindow(
        "glass386", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, window->room_width,
        window->room_height, SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (window->window) {
        window->sdl.SetWindowMinimumSize(window->window, 160, 120);
        create_renderer(window);
    }
    return window->renderer != NULL;
}

/* `driver` is SDL's name of a window system; null: its own choice, which is X11 before Wayland. */
static bool enter_screen(struct window *window, const char *driver)
{
    window->sdl.SetHint("SDL_VIDEODRIVER", driver);
    return window->sdl.InitSubSystem(SDL_INIT_VIDEO) == 0 && create(window);
}

/* Where a Wayland desktop has a screen of high density, what X11 shows there is enlarged after
   drawing, and not sharp: Wayland then, unless the user names another or no graphics card draws. */
static bool enter_dense_screen(struct window *window)
{
    if (!getenv("WAYLAND_DISPLAY") || !getenv("DISPLAY") || getenv("SDL_VIDEODRIVER"))
        return false;
    if (enter_screen(window, "wayland") && window_density(window) > 1 && !imitated_graphics(window))
        return true;
    leave_screen(window);
    return false;
}

static struct window *allocate(struct machine *machine, const struct ui_settings *settings,
                               struct error *error)
{
    struct window *window = calloc(1, sizeof *window);
    if (!window) {
        error_set(error, "-display sdl: out of memory");
        return NULL;
    }
    window->ui = (struct ui){&display_sdl, machine};
    window->stale = true;
    window->font = settings->font;
    window->aspect = settings->aspect;
    window->side.source = settings->side;
    if (sdl_load(&window->sdl, error))
        return window;
    free(window);
    return NULL;
}

static struct ui *window_open(struct machine *machine, const struct ui_settings *settings,
                              struct error *error)
{
    /* SDL itself would draw on a screen that nobody sees. */
    if (!available()) {
        error_set(error, "-display sdl: neither DISPLAY nor WAYLAND_DISPLAY is set; expected a "
                         "graphical desktop (-display terminal needs none)");
        return NULL;
    }
    struct window *window = allocate(machine, settings, error);
    if (!window)
        return NULL;
    window->sdl.SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    if (!enter_dense_screen(window) && !enter_screen(window, NULL)) {
        error_set(error, "-display sdl: no window can be opened: %.200s", window->sdl.GetError());
        window_close(&window->ui);
        return NULL;
    }
    window->sdl.StartTextInput();
    window_sound_open(window);
    if (settings->full_screen)
        window_toggle_full_screen(window);
    return &window->ui;
}

/* ---- what keys and mouse ask for ---- */

void window_note(struct window *window, const char *text)
{
    snprintf(window->note, sizeof window->note, "%.*s", (int)sizeof window->note - 1, text);
    window->note_until = window->sdl.GetTicks() + 3000;
}

void window_toggle_grab(struct window *window)
{
    window->grabbed = !window->grabbed;
    window->sdl.SetWindowGrab(window->window, window->grabbed);
    window->sdl.SetRelativeMouseMode(window->grabbed);
}

void window_toggle_full_screen(struct window *window)
{
    window->full_screen = !window->full_screen;
    window->sdl.SetWindowFullscreen(window->window,
                                    window->full_screen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    window->stale = true;
}

/* ---- turns ---- */

static void window_event(struct window *window, const SDL_WindowEvent *event)
{
    if (event->event == SDL_WINDOWEVENT_FOCUS_LOST)
        window_release_keys(window);
    window->stale = true;
}

static void take_event(struct window *window, const SDL_Event *event)
{
    switch (event->type) {
    case SDL_QUIT:
        window->event = UI_QUIT;
        break;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        window_key(window, &event->key);
        break;
    case SDL_MOUSEMOTION:
        window_mouse_moved(window, &event->motion);
        break;
    case SDL_MOUSEWHEEL:
        window_mouse_wheel(window, &event->wheel);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        window_mouse_button(window, &event->button);
        break;
    case SDL_WINDOWEVENT:
        window_event(window, &event->window);
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET: /* what the textures held is lost */
        painting_free(window, &window->picture);
        painting_free(window, &window->side.painting);
        window->side.due = window->sdl.GetTicks();
        window->stale = true;
        break;
    default:
        break;
    }
}

/* What asks the run loop for something ends the turn: the next event is for the next. */
static enum ui_event window_poll(struct ui *ui)
{
    struct window *window = (struct window *)ui;
    SDL_Event event;
    window->event = UI_NOTHING;
    while (window->event == UI_NOTHING && window->sdl.PollEvent(&event))
        take_event(window, &event);
    window_go_on_pasting(window);
    window_sound_play(window);
    return window->event;
}

static void window_tell(struct ui *ui, const char *text)
{
    window_note((struct window *)ui, text);
}

static void window_suspend(struct ui *ui, bool suspended)
{
    (void)ui, (void)suspended;
}

const struct display display_sdl = {
    .name = "sdl",
    .help = "a window",
    .resizable = true,
    .paced = true,
    .available = available,
    .open = window_open,
    .poll = window_poll,
    .draw = window_draw,
    .tell = window_tell,
    .suspend = window_suspend,
    .close = window_close,
};
