/* The pictures of memory that a window shows beside the guest's: those of the monitor's `draw`. */
#include "app/session.h"
#include "bios/embedded_bios.h"
#include "debug/picture.h"

#include <stdlib.h>

static const char *const pictures[] = {"phys", "pdir", "slots"};

static const u8 *glyph(void *context, u8 letter)
{
    const u8 *font = context;
    return font + letter * PICTURE_CELL_HEIGHT;
}

static bool paint(const struct picture *picture, struct ui_picture *out)
{
    out->width = picture->width;
    out->height = picture->height;
    out->pixels = malloc((size_t)out->width * out->height * sizeof *out->pixels);
    if (out->pixels)
        picture_draw(picture, out->pixels, glyph, (void *)(uintptr_t)embedded_font8x16);
    return out->pixels != NULL;
}

static bool draw(void *context, unsigned which, struct ui_picture *out)
{
    struct session *session = context;
    struct picture picture;
    struct error error;
    if (!session->monitor || which >= ARRAY_COUNT(pictures))
        return false;
    bool drawn = monitor_draw(session->monitor, pictures[which], &picture, &error) &&
                 !picture.failed && paint(&picture, out);
    picture_free(&picture);
    return drawn;
}

struct ui_side session_side(struct session *session)
{
    return (struct ui_side){draw, session, ARRAY_COUNT(pictures)};
}
