#ifndef GLASS386_BASE_LOG_H
#define GLASS386_BASE_LOG_H

#include "base/types.h"

/* Event classes of -trace; a set is an OR of BIT(class). */
enum log_class {
    LOG_INT,
    LOG_EXC,
    LOG_CR3,
    LOG_TASK,
    LOG_MMU,
    LOG_IO,
    LOG_DISK,
    LOG_RESET,
    LOG_CLASS_COUNT,
};

/* Where lines go. The library never writes anywhere itself: app gives the sink. */
struct log {
    u32 classes;
    void (*write)(void *context, enum log_class class, const char *line);
    void *context;
};

static inline bool log_wants(const struct log *log, enum log_class class)
{
    return log && log->write && (log->classes >> class & 1u);
}

/* Formats and writes one line. */
void log_write(const struct log *log, enum log_class class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same when the class is wanted; the arguments are not looked at otherwise. */
#define log_line(log, class, ...) \
    (log_wants(log, class) ? log_write(log, class, __VA_ARGS__) : (void)0)

/* "int", "exc", ... ; and back, LOG_CLASS_COUNT when unknown. */
const char *log_class_name(enum log_class class);
enum log_class log_class_named(const char *name, size_t length);

#endif
