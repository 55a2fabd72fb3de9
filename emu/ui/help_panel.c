#include "ui/help_panel.h"

#include <string.h>

#define EDGE 16u
#define LEADING 4u
#define GAP (2u * GLYPH_WIDTH)
#define TITLE "Keys of the window"

#define PAPER 0xff202428u
#define FRAME 0xff5c6370u
#define TITLE_INK 0xffffffffu
#define KEY_INK 0xfff0c674u
#define HELP_INK 0xffc8ccd0u

static u32 longest_key(const struct help_row *rows, unsigned count)
{
    size_t longest = 0;
    for (unsigned i = 0; i < count; i++)
        if (strlen(rows[i].key) > longest)
            longest = strlen(rows[i].key);
    return (u32)longest * GLYPH_WIDTH;
}

void help_panel_size(const struct help_row *rows, unsigned count, u32 *width, u32 *height)
{
    size_t longest = 0;
    for (unsigned i = 0; i < count; i++)
        if (strlen(rows[i].help) > longest)
            longest = strlen(rows[i].help);
    *width = 2 * EDGE + longest_key(rows, count) + GAP + (u32)longest * GLYPH_WIDTH;
    *height = 2 * EDGE + (count + 1) * (GLYPH_HEIGHT + LEADING) + 2 * LEADING;
}

void help_panel_draw(const struct help_row *rows, unsigned count, struct canvas *canvas)
{
    u32 y = EDGE, column = EDGE + longest_key(rows, count) + GAP;
    canvas_fill(canvas, 0, 0, canvas->width, canvas->height, FRAME);
    canvas_fill(canvas, 2, 2, canvas->width - 4, canvas->height - 4, PAPER);
    canvas_text(canvas, EDGE, y, TITLE, TITLE_INK);
    y += GLYPH_HEIGHT + 3 * LEADING;
    for (unsigned i = 0; i < count; i++, y += GLYPH_HEIGHT + LEADING) {
        canvas_text(canvas, EDGE, y, rows[i].key, KEY_INK);
        canvas_text(canvas, column, y, rows[i].help, HELP_INK);
    }
}
