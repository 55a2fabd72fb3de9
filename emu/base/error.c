#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *error, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool error_prefix(struct error *error, const char *prefix)
{
    if (!error)
        return false;
    struct error old = *error;
    snprintf(error->text, sizeof error->text, "%.100s: %.290s", prefix, old.text);
    return false;
}
