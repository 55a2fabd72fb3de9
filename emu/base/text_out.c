#include "base/text_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct text_out *out, size_t more)
{
    if (out->length + more + 1 <= out->capacity)
        return true;
    size_t capacity = out->capacity ? out->capacity * 2 : 256;
    while (capacity < out->length + more + 1)
        capacity *= 2;
    char *text = realloc(out->text, capacity);
    if (!text) {
        out->failed = true;
        return false;
    }
    out->text = text;
    out->capacity = capacity;
    return true;
}

void text_out_free(struct text_out *out)
{
    free(out->text);
    *out = TEXT_OUT_EMPTY;
}

void text_out_clear(struct text_out *out)
{
    out->length = 0;
    if (out->text)
        out->text[0] = 0;
}

void text_out_bytes(struct text_out *out, const void *bytes, size_t count)
{
    if (!count || !reserve(out, count))
        return;
    memcpy(out->text + out->length, bytes, count);
    out->length += count;
    out->text[out->length] = 0;
}

void text_out_string(struct text_out *out, const char *string)
{
    text_out_bytes(out, string, strlen(string));
}

void text_out_formatted(struct text_out *out, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    int count = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (count <= 0 || !reserve(out, (size_t)count))
        return;
    vsnprintf(out->text + out->length, (size_t)count + 1, format, values);
    out->length += (size_t)count;
}

void text_out_format(struct text_out *out, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    text_out_formatted(out, format, values);
    va_end(values);
}

const char *text_out_text(const struct text_out *out)
{
    return out->text ? out->text : "";
}
