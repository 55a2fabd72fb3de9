/* The window: SDL2, whole multiples of the guest's pixels, nothing taken from the guest's keyboard
   but chords of Ctrl-Alt. */
#include "ui/keymap.h"
#include "ui/png.h"
#include "ui/sdl_library.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_HELD_MAX 32u
#define FIRST_WIDTH 720
#define FIRST_HEIGHT 400

struct window {
    struct ui ui;
    struct sdl sdl;
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    u32 *pixels;
    u32 width, height;           /* of texture and pixels */
    int room_width, room_height; /* size that was given to the window last, in its own units */
    u64 version;                 /* of the picture that is shown */
    bool stale;                  /* the window must be painted again whatever the version */
    bool grabbed, full_screen;
    u16 held[KEYS_HELD_MAX]; /* keys that are down in the guest */
    unsigned held_count;
    unsigned buttons;        /* of the mouse that are down in the guest */
    SDL_AudioDeviceID audio; /* 0 = the host has no sound */
    u64 sound_position;
    char title[160], note[64];
    u32 note_until; /* milliseconds of window->sdl.GetTicks */
    enum ui_event event;
};

static bool available(void)
{
    return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("SDL_VIDEODRIVER");
}

/* ---- opening and closing ---- */

static void window_close(struct ui *ui)
{
    struct window *window = (struct window *)ui;
    if (window->audio)
        window->sdl.CloseAudioDevice(window->audio);
    if (window->texture)
        window->sdl.DestroyTexture(window->texture);
    if (window->renderer)
        window->sdl.DestroyRenderer(window->renderer);
    if (window->window)
        window->sdl.DestroyWindow(window->window);
    window->sdl.QuitSubSystem(SDL_INIT_VIDEO | SDL_INIT_AUDIO);
    free(window->pixels);
    free(window);
}

/* The largest whole scale that takes at most 70 % of the desktop, at least 1. */
static int first_scale(struct window *window, u32 width, u32 height)
{
    SDL_Rect desktop;
    if (window->sdl.GetDisplayUsableBounds(0, &desktop) != 0)
        return 1;
    int scale = 1;
    while ((int)width * (scale + 1) <= desktop.w * 7 / 10 &&
           (int)height * (scale + 1) <= desktop.h * 7 / 10)
        scale++;
    return scale;
}

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

static void create_renderer(struct window *window)
{
    window->renderer = window->sdl.CreateRenderer(window->window, -1, 0);
    if (window->renderer && !imitated_graphics(window))
        return;
    if (window->renderer)
        window->sdl.DestroyRenderer(window->renderer);
    window->sdl.SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    window->renderer = window->sdl.CreateRenderer(window->window, -1, SDL_RENDERER_SOFTWARE);
}

/* Before the guest has set a mode there is no picture yet: then as for 80 x 25 text. */
static bool create(struct window *window)
{
    int scale = first_scale(window, FIRST_WIDTH, FIRST_HEIGHT);
    window->room_width = FIRST_WIDTH * scale;
    window->room_height = FIRST_HEIGHT * scale;
    window->sdl.SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest");
    window->window = window->sdl.CreateWindow(
        "glass386", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, window->room_width,
        window->room_height, SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (window->window)
        create_renderer(window);
    return window->renderer != NULL;
}

/* A host without sound is no error: the guest plays to nobody. */
static void open_sound(struct window *window)
{
    const SDL_AudioSpec wanted = {
        .freq = SOUND_RATE, .format = AUDIO_S16SYS, .channels = 1, .samples = 1024};
    if (window->sdl.InitSubSystem(SDL_INIT_AUDIO) != 0)
        return;
    window->audio = window->sdl.OpenAudioDevice(NULL, 0, &wanted, NULL, 0);
    if (window->audio)
        window->sdl.PauseAudioDevice(window->audio, 0);
}

static struct ui *window_open(struct machine *machine, struct error *error)
{
    /* SDL itself would draw on a screen that nobody sees. */
    if (!available()) {
        error_set(error, "-display sdl: neither DISPLAY nor WAYLAND_DISPLAY is set; expected a "
                         "graphical desktop (-display terminal needs none)");
        return NULL;
    }
    struct window *window = calloc(1, sizeof *window);
    if (!window) {
        error_set(error, "-display sdl: out of memory");
        return NULL;
    }
    window->ui = (struct ui){&display_sdl, machine};
    window->stale = true;
    if (!sdl_load(&window->sdl, error)) {
        free(window);
        return NULL;
    }
    window->sdl.SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    if (window->sdl.InitSubSystem(SDL_INIT_VIDEO) != 0 || !create(window)) {
        error_set(error, "-display sdl: no window can be opened: %.200s", window->sdl.GetError());
        window_close(&window->ui);
        return NULL;
    }
    window->sdl.StartTextInput();
    open_sound(window);
    return &window->ui;
}

/* ---- keys ---- */

static void key_release_at(struct window *window, unsigned index)
{
    machine_key(window->ui.machine, window->held[index], false);
    window->held[index] = window->held[--window->held_count];
}

/* The window system swallows the releases that happen while another window has the focus. */
static void release_all(struct window *window)
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

/* ---- chords ---- */

static void set_note(struct window *window, const char *text)
{
    snprintf(window->note, sizeof window->note, "%.*s", (int)sizeof window->note - 1, text);
    window->note_until = window->sdl.GetTicks() + 3000;
}

static void toggle_grab(struct window *window)
{
    window->grabbed = !window->grabbed;
    window->sdl.SetWindowGrab(window->window, window->grabbed);
    window->sdl.SetRelativeMouseMode(window->grabbed);
}

static void toggle_full_screen(struct window *window)
{
    window->full_screen = !window->full_screen;
    window->sdl.SetWindowFullscreen(window->window,
                                    window->full_screen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    window->stale = true;
}

static void screenshot(struct window *window)
{
    char name[64];
    struct error error;
    set_note(window,
             png_write_numbered(window->ui.machine, name, sizeof name, &error) ? name : error.text);
}

static void to_monitor(struct window *window)
{
    window->event = UI_MONITOR;
}

static const struct chord {
    SDL_Scancode key;
    void (*act)(struct window *window);
} chords[] = {
    {SDL_SCANCODE_G, toggle_grab},
    {SDL_SCANCODE_F, toggle_full_screen},
    {SDL_SCANCODE_P, screenshot},
    {SDL_SCANCODE_M, to_monitor},
};

/* The guest has seen Ctrl and Alt go down: they are released there, so that neither sticks. */
static bool chord_taken(struct window *window, const SDL_KeyboardEvent *key)
{
    if (!(key->keysym.mod & KMOD_CTRL) || !(key->keysym.mod & KMOD_ALT))
        return false;
    for (unsigned i = 0; i < ARRAY_COUNT(chords); i++)
        if (chords[i].key == key->keysym.scancode) {
            if (!key->repeat) {
                release_all(window);
                chords[i].act(window);
            }
            return true;
        }
    return false;
}

static void key_event(struct window *window, const SDL_KeyboardEvent *key)
{
    bool down = key->state == SDL_PRESSED;
    if (down && chord_taken(window, key))
        return;
    u16 scancode = keymap_scancode((unsigned)key->keysym.scancode);
    if (scancode)
        key_set(window, scancode, down);
}

/* ---- mouse and sound ---- */

static void mouse_moved(struct window *window, int dx, int dy, int wheel)
{
    if (window->grabbed)
        machine_mouse(window->ui.machine, dx, dy, wheel, window->buttons);
}

/* A click grabs the mouse when the guest listens to one; it is not yet the guest's. */
static void mouse_button(struct window *window, const SDL_MouseButtonEvent *event)
{
    bool down = event->state == SDL_PRESSED;
    unsigned bit = event->button == SDL_BUTTON_LEFT     ? 1
                   : event->button == SDL_BUTTON_RIGHT  ? 2
                   : event->button == SDL_BUTTON_MIDDLE ? 4
                                                        : 0;
    if (!window->grabbed && down && machine_mouse_wanted(window->ui.machine)) {
        toggle_grab(window);
        return;
    }
    window->buttons = down && window->grabbed ? window->buttons | bit : window->buttons & ~bit;
    machine_mouse(window->ui.machine, 0, 0, 0, window->buttons);
}

/* At most a tenth of a second waits in the host; what a guest faster than real time plays beyond is
   left out. */
static void play_sound(struct window *window)
{
    s16 samples[1024];
    size_t count;
    while (window->audio && (count = machine_sound(window->ui.machine, &window->sound_position,
                                                   samples, ARRAY_COUNT(samples))) > 0)
        if (window->sdl.GetQueuedAudioSize(window->audio) < SOUND_RATE / 10 * sizeof *samples)
            window->sdl.QueueAudio(window->audio, samples, (Uint32)(count * sizeof *samples));
}

/* ---- events ---- */

static void window_event(struct window *window, const SDL_WindowEvent *event)
{
    if (event->event == SDL_WINDOWEVENT_FOCUS_LOST)
        release_all(window);
    window->stale = true;
}

static enum ui_event window_poll(struct ui *ui)
{
    struct window *window = (struct window *)ui;
    window->event = UI_NOTHING;
    SDL_Event event;
    while (window->sdl.PollEvent(&event)) {
        if (event.type == SDL_QUIT)
            return UI_QUIT;
        if (event.type == SDL_KEYDOWN || event.type == SDL_KEYUP)
            key_event(window, &event.key);
        else if (event.type == SDL_MOUSEMOTION)
            mouse_moved(window, event.motion.xrel, event.motion.yrel, 0);
        else if (event.type == SDL_MOUSEWHEEL)
            mouse_moved(window, 0, 0, -event.wheel.y);
        else if (event.type == SDL_MOUSEBUTTONDOWN || event.type == SDL_MOUSEBUTTONUP)
            mouse_button(window, &event.button);
        else if (event.type == SDL_WINDOWEVENT)
            window_event(window, &event.window);
        else if (event.type == SDL_RENDER_TARGETS_RESET || event.type == SDL_RENDER_DEVICE_RESET)
            window->width = 0;
    }
    play_sound(window);
    return window->event;
}

/* ---- picture ---- */

/* A new mode gets a window of its size, unless a person has chosen one. */
static void fit_window(struct window *window, u32 width, u32 height)
{
    int old_width, old_height;
    window->sdl.GetWindowSize(window->window, &old_width, &old_height);
    if (window->full_screen || width < FIRST_WIDTH / 2 || old_width != window->room_width ||
        old_height != window->room_height)
        return;
    int scale = first_scale(window, width, height);
    window->room_width = (int)width * scale;
    window->room_height = (int)height * scale;
    window->sdl.SetWindowSize(window->window, window->room_width, window->room_height);
}

/* A texture and pixels of the guest's size; false while the host has no memory for them. */
static bool fit_texture(struct window *window, u32 width, u32 height)
{
    if (window->texture && window->width == width && window->height == height)
        return true;
    fit_window(window, width, height);
    if (window->texture)
        window->sdl.DestroyTexture(window->texture);
    free(window->pixels);
    window->pixels = calloc((size_t)width * height, sizeof *window->pixels);
    window->texture =
        window->sdl.CreateTexture(window->renderer, SDL_PIXELFORMAT_RGB888,
                                  SDL_TEXTUREACCESS_STREAMING, (int)width, (int)height);
    window->width = width;
    window->height = height;
    return window->pixels && window->texture;
}

/* Whole multiples of the guest's pixels, centred; smaller windows get the picture shrunk. */
static SDL_Rect place(struct window *window)
{
    int room_x, room_y;
    window->sdl.GetRendererOutputSize(window->renderer, &room_x, &room_y);
    int width = (int)window->width, height = (int)window->height;
    int scale = room_x / width < room_y / height ? room_x / width : room_y / height;
    SDL_Rect rect;
    if (scale >= 1)
        rect = (SDL_Rect){0, 0, width * scale, height * scale};
    else if ((s64)room_x * height < (s64)room_y * width)
        rect = (SDL_Rect){0, 0, room_x, (int)((s64)room_x * height / width)};
    else
        rect = (SDL_Rect){0, 0, (int)((s64)room_y * width / height), room_y};
    rect.x = (room_x - rect.w) / 2;
    rect.y = (room_y - rect.h) / 2;
    return rect;
}

static void draw_picture(struct window *window)
{
    u32 width, height;
    u64 version = machine_frame_version(window->ui.machine);
    if (!window->stale && version == window->version)
        return;
    machine_frame_size(window->ui.machine, &width, &height);
    if (width == 0 || height == 0 || !fit_texture(window, width, height))
        return;
    machine_frame_render(window->ui.machine, window->pixels);
    window->sdl.UpdateTexture(window->texture, NULL, window->pixels, (int)width * 4);
    SDL_Rect rect = place(window);
    window->sdl.SetRenderDrawColor(window->renderer, 0, 0, 0, 255);
    window->sdl.RenderClear(window->renderer);
    window->sdl.RenderCopy(window->renderer, window->texture, NULL, &rect);
    window->sdl.RenderPresent(window->renderer);
    window->version = version;
    window->stale = false;
}

static void draw_title(struct window *window, const struct ui_status *status)
{
    char title[sizeof window->title], speed[32] = "";
    if (window->note[0] && SDL_TICKS_PASSED(window->sdl.GetTicks(), window->note_until))
        window->note[0] = 0;
    if (status->running)
        snprintf(speed, sizeof speed, " - %u %%", status->speed);
    snprintf(title, sizeof title, "glass386 - %s%s - %s", status->running ? "running" : "stopped",
             speed,
             window->note[0]   ? window->note
             : window->grabbed ? "Ctrl-Alt-G releases the mouse"
                               : "Ctrl-Alt-G grabs the mouse");
    if (strcmp(title, window->title) == 0)
        return;
    memcpy(window->title, title, sizeof title);
    window->sdl.SetWindowTitle(window->window, title);
}

static void window_draw(struct ui *ui, const struct ui_status *status)
{
    struct window *window = (struct window *)ui;
    draw_picture(window);
    draw_title(window, status);
}

static void window_suspend(struct ui *ui, bool suspended)
{
    (void)ui, (void)suspended;
}

const struct display display_sdl = {
    .name = "sdl",
    .help = "a window",
    .paced = true,
    .available = available,
    .open = window_open,
    .poll = window_poll,
    .draw = window_draw,
    .suspend = window_suspend,
    .close = window_close,
};
