/* How the window shows the picture: whole multiples of the guest's dots or the shape of a PC's
   screen, marked text, the status line below, the panel of keys above, and the title. */
#include "ui/window.h"
#include "ui/window_chords.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sizes ---- */

/* Width and height of a picture's place at scale 1: its own, or the shape of the screens that the
   modes were made for, 4:3 (5:4 for 1280 x 1024), with no dot lost. */
static SDL_Point shape_of(const struct window *window, u32 width, u32 height)
{
    int x = (int)width, y = (int)height;
    if (!window->aspect || x * 4 == y * 5)
        return (SDL_Point){x, y};
    return x * 3 >= y * 4 ? (SDL_Point){x, x * 3 / 4} : (SDL_Point){y * 4 / 3, y};
}

/* The largest whole scale that takes at most 70 % of the desktop, at least 1. */
static int first_scale(struct window *window, SDL_Point shape)
{
    SDL_Rect desktop;
    if (window->sdl.GetDisplayUsableBounds(0, &desktop) != 0)
        return 1;
    int scale = 1;
    while (shape.x * (scale + 1) <= desktop.w * 7 / 10 &&
           shape.y * (scale + 1) <= desktop.h * 7 / 10)
        scale++;
    return scale;
}

static int desktop_width(struct window *window)
{
    SDL_Rect desktop;
    return window->sdl.GetDisplayUsableBounds(0, &desktop) == 0 ? desktop.w : 0;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* In the window's units; none over the whole screen. */
static int strip_height(const struct window *window)
{
    return window->strip_hidden || window->full_screen ? 0 : (int)STATUS_LINE_HEIGHT;
}

void window_choose_room(struct window *window, u32 width, u32 height)
{
    SDL_Point shape = shape_of(window, width, height);
    int scale = first_scale(window, shape);
    SDL_Point side = window_side_room(window, desktop_width(window) * 19 / 20 - shape.x * scale);
    window->room_width = shape.x * scale + side.x;
    window->room_height = larger(shape.y * scale, side.y) + strip_height(window);
}

void window_fit(struct window *window)
{
    int width, height;
    window->sdl.GetWindowSize(window->window, &width, &height);
    if (window->full_screen || window->picture.width < FIRST_WIDTH / 3 ||
        width != window->room_width || height != window->room_height)
        return;
    window_choose_room(window, window->picture.width, window->picture.height);
    window->sdl.SetWindowSize(window->window, window->room_width, window->room_height);
}

int window_density(struct window *window)
{
    int room_x, room_y, width, height;
    window->sdl.GetRendererOutputSize(window->renderer, &room_x, &room_y);
    window->sdl.GetWindowSize(window->window, &width, &height);
    return width > 0 && room_x > width ? (room_x + width / 2) / width : 1;
}

/* Whole multiples of the guest's pixels, or the largest place of its shape; centred. Smaller
   windows get the picture shrunk. */
static SDL_Rect place(struct window *window, int room_x, int room_y)
{
    SDL_Point shape = shape_of(window, window->picture.width, window->picture.height);
    int scale = room_x / shape.x < room_y / shape.y ? room_x / shape.x : room_y / shape.y;
    SDL_Rect rect = {0, 0, shape.x * scale, shape.y * scale};
    if ((scale < 1 || window->aspect) && (s64)room_x * shape.y < (s64)room_y * shape.x)
        rect = (SDL_Rect){0, 0, room_x, (int)((s64)room_x * shape.y / shape.x)};
    else if (scale < 1 || window->aspect)
        rect = (SDL_Rect){0, 0, (int)((s64)room_y * shape.x / shape.y), room_y};
    rect.x = (room_x - rect.w) / 2;
    rect.y = (room_y - rect.h) / 2;
    return rect;
}

/* ---- textures ---- */

void painting_free(struct window *window, struct painting *painting)
{
    if (painting->texture)
        window->sdl.DestroyTexture(painting->texture);
    free(painting->pixels);
    *painting = (struct painting){.width = 0};
}

bool painting_fit(struct window *window, struct painting *painting, u32 width, u32 height)
{
    if (painting->texture && painting->width == width && painting->height == height)
        return true;
    painting_free(window, painting);
    painting->pixels = calloc((size_t)width * height, sizeof *painting->pixels);
    painting->texture =
        window->sdl.CreateTexture(window->renderer, SDL_PIXELFORMAT_RGB888,
                                  SDL_TEXTUREACCESS_STREAMING, (int)width, (int)height);
    if (!painting->pixels || !painting->texture) {
        painting_free(window, painting);
        return false;
    }
    painting->width = width;
    painting->height = height;
    return true;
}

void painting_upload(struct window *window, const struct painting *painting)
{
    window->sdl.UpdateTexture(painting->texture, NULL, painting->pixels, (int)painting->width * 4);
}

static struct canvas canvas_of(const struct window *window, const struct painting *painting)
{
    return (struct canvas){painting->pixels, painting->width, painting->height, window->font};
}

/* ---- the picture ---- */

static void invert(const struct painting *picture, u32 x, u32 y, u32 width, u32 height)
{
    for (u32 row = y; row < y + height && row < picture->height; row++)
        for (u32 column = x; column < x + width && column < picture->width; column++)
            picture->pixels[(size_t)row * picture->width + column] ^= 0xffffff;
}

/* Marked text is shown with its colours turned. */
static void mark(struct window *window)
{
    struct text_screen screen;
    u32 first, end;
    if (!window->selection.shown || !machine_text_screen(window->ui.machine, &screen))
        return;
    for (u32 row = 0; row < screen.rows; row++)
        if (clipboard_columns(&screen, &window->selection.span, row, &first, &end))
            invert(&window->picture, first * screen.cell_width, row * screen.cell_height,
                   (end - first) * screen.cell_width, screen.cell_height);
}

/* Copies the guest's picture into the texture where it has changed; false: there is none yet. */
static bool take_picture(struct window *window, u64 version)
{
    struct painting *picture = &window->picture;
    u32 width, height;
    machine_frame_size(window->ui.machine, &width, &height);
    if (width == 0 || height == 0)
        return false;
    bool fits = picture->texture && picture->width == width && picture->height == height;
    if (fits && version == window->version && !window->stale)
        return true;
    if (!painting_fit(window, picture, width, height))
        return false;
    if (!fits)
        window_fit(window);
    machine_frame_render(window->ui.machine, picture->pixels);
    mark(window);
    painting_upload(window, picture);
    return true;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* The border has the room that the picture leaves. */
static void draw_border(struct window *window, int room_x, int room_y)
{
    struct frame_border border;
    const SDL_Rect *place = &window->place;
    int width = (int)window->picture.width, height = (int)window->picture.height;
    machine_frame_border(window->ui.machine, &border);
    int left = larger(place->x - (int)border.left * place->w / width, 0);
    int top = larger(place->y - (int)border.top * place->h / height, 0);
    int right = smaller(place->x + place->w + (int)border.right * place->w / width, room_x);
    int bottom = smaller(place->y + place->h + (int)border.bottom * place->h / height, room_y);
    SDL_Rect rect = {left, top, right - left, bottom - top};
    window->sdl.SetRenderDrawColor(window->renderer, border.colour >> 16 & 0xff,
                                   border.colour >> 8 & 0xff, border.colour & 0xff, 255);
    window->sdl.RenderFillRect(window->renderer, &rect);
}

/* Whole multiples are sharp; other sizes are smoothed. */
static void draw_picture(struct window *window, int room_x, int room_y)
{
    SDL_Rect rect = window->place = place(window, room_x, room_y);
    draw_border(window, room_x, room_y);
    bool whole =
        rect.w % (int)window->picture.width == 0 && rect.h % (int)window->picture.height == 0;
    window->sdl.SetTextureScaleMode(window->picture.texture,
                                    whole ? SDL_ScaleModeNearest : SDL_ScaleModeLinear);
    window->sdl.RenderCopy(window->renderer, window->picture.texture, NULL, &rect);
}

/* ---- status line and panel ---- */

static void draw_strip(struct window *window, int room_x, int room_y, int height)
{
    u32 width = (u32)(room_x / window_density(window));
    if (!height || !width || !painting_fit(window, &window->strip, width, STATUS_LINE_HEIGHT))
        return;
    struct canvas canvas = canvas_of(window, &window->strip);
    status_line_draw(&window->line, &canvas);
    painting_upload(window, &window->strip);
    SDL_Rect rect = {0, room_y - height, room_x, height};
    window->sdl.RenderCopy(window->renderer, window->strip.texture, NULL, &rect);
}

/* As large as leaves the picture to be seen around it. */
static int panel_scale(int width, int height, int room_x, int room_y)
{
    int scale = 1;
    while (width * (scale + 1) <= room_x * 4 / 5 && height * (scale + 1) <= room_y * 4 / 5)
        scale++;
    return scale;
}

static void draw_panel(struct window *window, int room_x, int room_y)
{
    struct help_row rows[WINDOW_HELP_ROWS];
    unsigned count = window_help_rows(rows);
    u32 width, height;
    help_panel_size(rows, count, &width, &height);
    if (!painting_fit(window, &window->panel, width, height))
        return;
    struct canvas canvas = canvas_of(window, &window->panel);
    help_panel_draw(rows, count, &canvas);
    painting_upload(window, &window->panel);
    int scale = panel_scale((int)width, (int)height, room_x, room_y);
    SDL_Rect rect = {0, 0, smaller((int)width * scale, room_x),
                     smaller((int)height * scale, room_y)};
    rect.x = (room_x - rect.w) / 2;
    rect.y = (room_y - rect.h) / 2;
    window->sdl.RenderCopy(window->renderer, window->panel.texture, NULL, &rect);
}

/* ---- all ---- */

static void draw_all(struct window *window, bool changed)
{
    int room_x, room_y;
    u64 version = machine_frame_version(window->ui.machine);
    if (!window->stale && version == window->version && !changed)
        return;
    bool picture = take_picture(window, version);
    int side, strip = strip_height(window) * window_density(window);
    window->sdl.GetRendererOutputSize(window->renderer, &room_x, &room_y);
    if (strip >= room_y)
        strip = 0;
    side = window_side_width(window, room_x, room_y - strip);
    window->sdl.SetRenderDrawColor(window->renderer, 0, 0, 0, 255);
    window->sdl.RenderClear(window->renderer);
    if (picture)
        draw_picture(window, room_x - side, room_y - strip);
    window_side_draw(window, room_x, room_y - strip);
    draw_strip(window, room_x, room_y, strip);
    if (window->help_shown)
        draw_panel(window, room_x, room_y - strip);
    window->sdl.RenderPresent(window->renderer);
    window->version = version;
    window->stale = !picture;
}

static const char *mouse_hint(const struct window *window)
{
    return window->grabbed ? "Ctrl-Alt-G releases the mouse" : "Ctrl-Alt-G grabs the mouse";
}

/* True when it must be drawn again. */
static bool take_line(struct window *window, const struct ui_status *status)
{
    struct status_line line = {.lights = 0};
    if (status->running)
        snprintf(line.left, sizeof line.left, "running %4u %%", status->speed);
    else
        snprintf(line.left, sizeof line.left, "stopped       ");
    snprintf(line.right, sizeof line.right, "%s",
             window->note[0]   ? window->note
             : window->grabbed ? mouse_hint(window)
                               : "Ctrl-Alt-H shows the keys");
    status_lights_look(&window->lights, window->ui.machine, window->sdl.GetTicks(), &line);
    bool changed = !status_line_same(&line, &window->line);
    window->line = line;
    return changed && strip_height(window);
}

static void draw_title(struct window *window, const struct ui_status *status)
{
    char title[sizeof window->title], speed[32] = "";
    if (status->running)
        snprintf(speed, sizeof speed, " - %u %%", status->speed);
    snprintf(title, sizeof title, "glass386 - %s%s - %s", status->running ? "running" : "stopped",
             speed, window->note[0] ? window->note : mouse_hint(window));
    if (strcmp(title, window->title) == 0)
        return;
    memcpy(window->title, title, sizeof title);
    window->sdl.SetWindowTitle(window->window, title);
}

void window_draw(struct ui *ui, const struct ui_status *status)
{
    struct window *window = (struct window *)ui;
    if (window->note[0] && SDL_TICKS_PASSED(window->sdl.GetTicks(), window->note_until))
        window->note[0] = 0;
    if (!status->running)
        window_sound_rest(window);
    bool line = take_line(window, status), side = window_side_refresh(window);
    draw_all(window, line || side);
    draw_title(window, status);
}
