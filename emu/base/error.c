#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One line, whatever a file's name or a file says. */
static void keep_on_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

bool error_set(struct error *error, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    keep_on_one_line(error->text);
    return false;
}

bool error_prefix(struct error *error, const char *prefix)
{
    if (!error)
        return false;
    struct error old = *error;
    snprintf(error->text, sizeof error->text, "%.100s: %.290s", prefix, old.text);
    keep_on_one_line(error->text);
    return false;
}
