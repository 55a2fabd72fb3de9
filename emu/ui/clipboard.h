#ifndef GLASS386_UI_CLIPBOARD_H
#define GLASS386_UI_CLIPBOARD_H

#include "base/types.h"
#include "machine/host.h"

/* Room for any text screen: three bytes of UTF-8 for a cell, and the ends of lines. */
#define CLIPBOARD_SCREEN_MAX (TEXT_SCREEN_MAX_ROWS * (TEXT_SCREEN_MAX_COLUMNS * 3u + 1u) + 1u)

/* A stretch of the screen in reading order, both cells included. */
struct text_span {
    u32 first_row, first_column, last_row, last_column;
};

struct text_span clipboard_whole(const struct text_screen *screen);
/* The stretch between two cells, whichever comes first, within the screen. */
struct text_span clipboard_between(const struct text_screen *screen, u32 row, u32 column,
                                   u32 other_row, u32 other_column);
/* Its columns in a row are first up to, not including, end; none: false. */
bool clipboard_columns(const struct text_screen *screen, const struct text_span *span, u32 row,
                       u32 *first, u32 *end);

/* A stretch as UTF-8: lines without the blanks at their ends, no empty lines at the end, and no end
   of line behind a last row that is not taken to its end. Its length, 0 when all is blank. */
size_t clipboard_text(const struct text_screen *screen, const struct text_span *span,
                      char text[CLIPBOARD_SCREEN_MAX]);

/* Makes typing of a host's text, in place: one key for an end of line however it is written, and
   nothing for what a US keyboard does not have. Gives the new length. */
size_t clipboard_typing(char *text);

#endif
