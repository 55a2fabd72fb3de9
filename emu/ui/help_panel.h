#ifndef GLASS386_UI_HELP_PANEL_H
#define GLASS386_UI_HELP_PANEL_H

#include "ui/canvas.h"

/* The window's keys, as a panel over the picture. */

struct help_row {
    const char *key, *help; /* code page 437 */
};

void help_panel_size(const struct help_row *rows, unsigned count, u32 *width, u32 *height);
/* Fills a canvas of that size. */
void help_panel_draw(const struct help_row *rows, unsigned count, struct canvas *canvas);

#endif
