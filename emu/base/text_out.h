#ifndef GLASS386_BASE_TEXT_OUT_H
#define GLASS386_BASE_TEXT_OUT_H

#include "base/types.h"

#include <stdarg.h>

/* A growing text: the writer that monitor commands, explanations and tests share. Always terminated
   by a zero byte. Memory that cannot be had truncates the text and sets `failed`. */
struct text_out {
    char *text;
    size_t length;
    size_t capacity;
    bool failed;
};

#define TEXT_OUT_EMPTY \
    (struct text_out)  \
    {                  \
        0              \
    }

void text_out_free(struct text_out *out);
void text_out_clear(struct text_out *out);
void text_out_bytes(struct text_out *out, const void *bytes, size_t count);
void text_out_string(struct text_out *out, const char *string);
void text_out_format(struct text_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_out_formatted(struct text_out *out, const char *format, va_list values)
    __attribute__((format(printf, 2, 0)));

/* The text so far; "" when nothing was written. Valid until the next write. */
const char *text_out_text(const struct text_out *out);

#endif
