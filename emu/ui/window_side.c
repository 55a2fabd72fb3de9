/* A picture beside the guest's, such as of its memory: taken anew some times a second while it is
   shown. It stands at the right, in its own size where there is room, else smaller. */
#include "ui/window.h"

#include <stdlib.h>
#include <string.h>

#define REFRESH_MS 200u

static void hide(struct window *window)
{
    painting_free(window, &window->side.painting);
    window->side.shown = false;
}

/* The pixels that are shown already need not be uploaded. */
static bool keep(struct window *window, const struct ui_picture *picture)
{
    struct painting *painting = &window->side.painting;
    size_t size = (size_t)picture->width * picture->height * sizeof *picture->pixels;
    bool fits = painting->texture && painting->width == picture->width &&
                painting->height == picture->height;
    if (fits && memcmp(painting->pixels, picture->pixels, size) == 0)
        return false;
    if (!painting_fit(window, painting, picture->width, picture->height))
        return false;
    memcpy(painting->pixels, picture->pixels, size);
    painting_upload(window, painting);
    return true;
}

/* False when there is no such picture now. */
static bool take(struct window *window, bool *changed)
{
    struct window_side *side = &window->side;
    struct ui_picture picture = {NULL, 0, 0};
    if (!side->source.draw || !side->source.draw(side->source.context, side->which, &picture))
        return false;
    *changed = keep(window, &picture);
    free(picture.pixels);
    side->due = window->sdl.GetTicks() + REFRESH_MS;
    return side->painting.texture != NULL;
}

bool window_side_refresh(struct window *window)
{
    struct window_side *side = &window->side;
    bool changed = false;
    if (!side->shown || !SDL_TICKS_PASSED(window->sdl.GetTicks(), side->due))
        return false;
    if (take(window, &changed))
        return changed;
    hide(window);
    window_fit(window);
    return true;
}

void window_side_next(struct window *window)
{
    struct window_side *side = &window->side;
    bool changed;
    side->which = side->shown ? side->which + 1 : 0;
    side->shown = false;
    while (side->which < side->source.count && !side->shown)
        if (take(window, &changed))
            side->shown = true;
        else
            side->which++;
    if (!side->shown)
        hide(window);
    window->stale = true;
    window_fit(window);
}

/* ---- places ---- */

SDL_Point window_side_room(const struct window *window, int most_width)
{
    const struct painting *painting = &window->side.painting;
    SDL_Point room = {0, 0};
    if (!window->side.shown || !painting->texture || most_width <= 0)
        return room;
    room = (SDL_Point){(int)painting->width, (int)painting->height};
    return room.x <= most_width ? room : (SDL_Point){most_width, room.y * most_width / room.x};
}

/* The guest's picture keeps its own size, or two thirds of a smaller window. */
int window_side_width(struct window *window, int room_x, int room_y)
{
    const struct painting *painting = &window->side.painting;
    int density = window_density(window);
    if (!window->side.shown || !painting->texture)
        return 0;
    int width = (int)painting->width * density;
    int left = room_x - (int)window->picture.width * density;
    width = width < left ? width : left;
    width = width > room_x / 3 ? width : room_x / 3;
    int highest = (int)((s64)room_y * painting->width / painting->height);
    return width < highest ? width : highest;
}

void window_side_draw(struct window *window, int room_x, int room_y)
{
    const struct painting *painting = &window->side.painting;
    int width = window_side_width(window, room_x, room_y);
    if (width <= 0 || room_y <= 0)
        return;
    SDL_Rect rect = {room_x - width, 0, width,
                     (int)((s64)width * painting->height / painting->width)};
    rect.y = (room_y - rect.h) / 2;
    bool whole = rect.w % (int)painting->width == 0;
    window->sdl.SetTextureScaleMode(painting->texture,
                                    whole ? SDL_ScaleModeNearest : SDL_ScaleModeLinear);
    window->sdl.RenderCopy(window->renderer, painting->texture, NULL, &rect);
}
