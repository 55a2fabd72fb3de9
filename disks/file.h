/* Whole files in and out, and the one way this tool complains. */
#ifndef DISKS_FILE_H
#define DISKS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file {
    uint8_t *data;
    size_t size;
};

/* One line on stderr, "mkdisk: ...". Always false, so that a function can end with it. */
bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The line of a manifest that the following complaints name; NULL for none. */
void complain_about(const char *path, unsigned line);

/* Reads all of path; data is the caller's to free. False after complaining; *out is then empty. */
bool file_read(const char *path, struct file *out);

/* Writes path through a temporary file beside it, so that a failed build leaves no half image. */
bool file_write(const char *path, const void *data, size_t size);

/* True when path is a regular file that can be read. */
bool file_is_there(const char *path);

#endif
