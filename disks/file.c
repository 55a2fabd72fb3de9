#include "file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The manifest line being done; this program does one thing at a time. */
static const char *place_path;
static unsigned place_line;

void complain_about(const char *path, unsigned line)
{
    place_path = path;
    place_line = line;
}

bool complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("mkdisk: ", stderr);
    if (place_path)
        fprintf(stderr, "%s:%u: ", place_path, place_line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return false;
}

static bool read_stream(FILE *stream, const char *path, struct file *out)
{
    struct stat status;

    if (fstat(fileno(stream), &status) || !S_ISREG(status.st_mode))
        return complain("%s: not a regular file", path);
    out->size = (size_t)status.st_size;
    out->data = malloc(out->size + 1);
    if (!out->data || fread(out->data, 1, out->size, stream) != out->size) {
        free(out->data);
        *out = (struct file){0};
        return complain("%s: cannot read it", path);
    }
    out->data[out->size] = 0;
    return true;
}

bool file_read(const char *path, struct file *out)
{
    FILE *stream = fopen(path, "rb");
    bool done;

    *out = (struct file){0};
    if (!stream)
        return complain("%s: %s", path, strerror(errno));
    done = read_stream(stream, path, out);
    fclose(stream);
    return done;
}

bool file_write(const char *path, const void *data, size_t size)
{
    char temporary[4096];
    FILE *stream;
    bool done;

    if ((size_t)snprintf(temporary, sizeof(temporary), "%s.part", path) >= sizeof(temporary))
        return complain("%s: the name is too long", path);
    stream = fopen(temporary, "wb");
    if (!stream)
        return complain("%s: %s", temporary, strerror(errno));
    done = fwrite(data, 1, size, stream) == size;
    done = !fclose(stream) && done;
    if (done && !rename(temporary, path))
        return true;
    complain("%s: %s", path, strerror(errno));
    unlink(temporary);
    return false;
}

bool file_is_there(const char *path)
{
    struct stat status;

    return !stat(path, &status) && S_ISREG(status.st_mode) && !access(path, R_OK);
}
