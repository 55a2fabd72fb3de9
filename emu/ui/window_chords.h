#ifndef GLASS386_UI_WINDOW_CHORDS_H
#define GLASS386_UI_WINDOW_CHORDS_H

#include "ui/help_panel.h"

#define WINDOW_HELP_ROWS 20u

/* What the panel of keys says: how many rows. */
unsigned window_help_rows(struct help_row rows[WINDOW_HELP_ROWS]);

#endif
