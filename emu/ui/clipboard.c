#include "ui/clipboard.h"

#include <string.h>

/* Up to three bytes: code page 437 lies in the basic plane. */
static char *put_utf8(char *to, u16 code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 63));
    } else {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    }
    return to;
}

static bool is_blank(u8 character)
{
    return character == 0 || character == ' ' || character == 0xff;
}

static char *put_cells(char *to, const struct text_cell *cells, u32 count)
{
    while (count && is_blank(cells[count - 1].character))
        count--;
    for (u32 i = 0; i < count; i++)
        to = put_utf8(
            to, is_blank(cells[i].character) ? ' ' : machine_cp437_to_unicode(cells[i].character));
    return to;
}

struct text_span clipboard_whole(const struct text_screen *screen)
{
    return (struct text_span){0, 0, screen->rows - 1, screen->columns - 1};
}

static u32 at_most(u32 value, u32 limit)
{
    return value < limit ? value : limit;
}

struct text_span clipboard_between(const struct text_screen *screen, u32 row, u32 column,
                                   u32 other_row, u32 other_column)
{
    bool forward = row < other_row || (row == other_row && column <= other_column);
    struct text_span span = forward ? (struct text_span){row, column, other_row, other_column}
                                    : (struct text_span){other_row, other_column, row, column};
    span.first_row = at_most(span.first_row, screen->rows - 1);
    span.last_row = at_most(span.last_row, screen->rows - 1);
    span.first_column = at_most(span.first_column, screen->columns - 1);
    span.last_column = at_most(span.last_column, screen->columns - 1);
    return span;
}

bool clipboard_columns(const struct text_screen *screen, const struct text_span *span, u32 row,
                       u32 *first, u32 *end)
{
    *first = row == span->first_row ? span->first_column : 0;
    *end = row == span->last_row ? span->last_column + 1 : screen->columns;
    return row >= span->first_row && row <= span->last_row && *first < *end;
}

size_t clipboard_text(const struct text_screen *screen, const struct text_span *span,
                      char text[CLIPBOARD_SCREEN_MAX])
{
    char *to = text, *end_of_text = text;
    u32 first, end;
    for (u32 row = span->first_row; row <= span->last_row; row++) {
        if (!clipboard_columns(screen, span, row, &first, &end))
            continue;
        char *start = to;
        to = put_cells(to, &screen->cells[row * screen->columns + first], end - first);
        if (to > start)
            end_of_text = to;
        *to++ = '\n';
    }
    to = end_of_text;
    bool whole = span->last_column + 1 == screen->columns;
    if (to > text && whole)
        *to++ = '\n';
    *to = 0;
    return (size_t)(to - text);
}

static bool can_be_typed(char byte)
{
    return byte == '\t' || byte == '\n' || (byte >= ' ' && byte <= '~');
}

size_t clipboard_typing(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool line = *from == '\r' && from[1] != '\n';
        if (line || can_be_typed(*from))
            *to++ = line ? '\n' : *from;
    }
    *to = 0;
    return (size_t)(to - text);
}
