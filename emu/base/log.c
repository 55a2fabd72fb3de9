#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const class_names[LOG_CLASS_COUNT] = {
    [LOG_INT] = "int", [LOG_EXC] = "exc", [LOG_CR3] = "cr3",   [LOG_TASK] = "task",
    [LOG_MMU] = "mmu", [LOG_IO] = "io",   [LOG_DISK] = "disk", [LOG_RESET] = "reset",
};

void log_write(const struct log *log, enum log_class class, const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    log->write(log->context, class, line);
}

const char *log_class_name(enum log_class class)
{
    return class < LOG_CLASS_COUNT ? class_names[class] : "?";
}

enum log_class log_class_named(const char *name, size_t length)
{
    unsigned class = 0;
    while (class < LOG_CLASS_COUNT &&
           (strlen(class_names[class]) != length || memcmp(class_names[class], name, length) != 0))
        class ++;
    return (enum log_class) class;
}
