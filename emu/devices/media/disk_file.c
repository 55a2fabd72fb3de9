/* A raw image in a host file or block device: pwrite goes through at once, a flush reaches the
 * disk. */

#include "devices/media/disk_backends.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct disk_file {
    int descriptor;
    bool padded;
    bool regular, written, told;
    off_t size; /* of a regular file: what it had, or has become by our writes */
    char name[4096];
};

static bool fail(const struct disk_file *file, const char *verb, u64 sector, struct error *error)
{
    return error_set(error, "%.300s: cannot %s sector %" PRIu64 ": %s", file->name, verb, sector,
                     errno ? strerror(errno) : "the file has become shorter");
}

static bool file_read(void *state, u64 sector, u32 count, u8 *to, struct error *error)
{
    const struct disk_file *file = state;
    size_t rest = (size_t)count * DISK_SECTOR;
    off_t at = (off_t)(sector * DISK_SECTOR);
    while (rest > 0) {
        errno = 0;
        ssize_t done = pread(file->descriptor, to, rest, at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done == 0 && file->padded) {
            memset(to, 0, rest);
            return true;
        }
        if (done <= 0)
            return fail(file, "read", sector, error);
        to += done;
        at += done;
        rest -= (size_t)done;
    }
    return true;
}

/* Somebody made it shorter: a write would make it longer again, with zeros for what is lost. */
static bool is_cut(const struct disk_file *file)
{
    struct stat status;
    return file->regular && fstat(file->descriptor, &status) == 0 && status.st_size < file->size;
}

static bool file_write(void *state, u64 sector, u32 count, const u8 *from, struct error *error)
{
    struct disk_file *file = state;
    size_t rest = (size_t)count * DISK_SECTOR;
    off_t at = (off_t)(sector * DISK_SECTOR);
    if (is_cut(file)) {
        errno = 0;
        return fail(file, "write", sector, error);
    }
    file->written = true;
    if (file->size < at + (off_t)rest)
        file->size = at + (off_t)rest;
    while (rest > 0) {
        errno = 0;
        ssize_t done = pwrite(file->descriptor, from, rest, at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(file, "write", sector, error);
        from += done;
        at += done;
        rest -= (size_t)done;
    }
    return true;
}

/* Files that cannot be synchronised (a pipe's end, some file systems) count as flushed. */
static bool file_flush(void *state, struct error *error)
{
    struct disk_file *file = state;
    if (file->written &&
        !disk_file_is_still_there(file->descriptor, file->name, &file->told, error))
        return false;
    if (fdatasync(file->descriptor) == 0 || errno == EINVAL || errno == EROFS)
        return true;
    return error_set(error, "%.300s: cannot flush: %s", file->name, strerror(errno));
}

static void file_close(void *state)
{
    struct disk_file *file = state;
    close(file->descriptor);
    free(file);
}

static bool open_error(const char *name, bool writable, struct error *error)
{
    if (writable && (errno == EACCES || errno == EROFS || errno == EPERM))
        return error_set(error,
                         "%s: %s; expected a disk image that can be written (or use ,ro or "
                         "-snapshot)",
                         name, strerror(errno));
    return error_set(error, "%s: %s; expected a disk image", name, strerror(errno));
}

/* Size in bytes, checked. */
static bool measure(int descriptor, const char *name, bool padded, u64 *size, struct error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) < 0)
        return error_set(error, "%s: %s", name, strerror(errno));
    if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
        return error_set(error, "%s: is a %s; expected a disk image (a regular file)", name,
                         S_ISDIR(status.st_mode) ? "directory" : "special file");
    off_t end = lseek(descriptor, 0, SEEK_END);
    if (end < 0)
        return error_set(error, "%s: %s", name, strerror(errno));
    if (end == 0)
        return error_set(error, "%s: is empty; expected a disk image of at least 512 bytes", name);
    if (end % DISK_SECTOR && !padded)
        return error_set(error, "%s: %jd bytes; expected a multiple of 512", name, (intmax_t)end);
    *size = (u64)end;
    return true;
}

static bool lock(int descriptor, const char *name, bool writable, struct error *error)
{
    if (flock(descriptor, (writable ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return true;
    return error_set(error, "%s: is in use by another emulator; expected a file that nobody writes",
                     name);
}

bool disk_file_open(const char *name, struct disk_file_use use, struct disk_base *base, u64 *size,
                    struct error *error)
{
    struct stat status;
    /* A directory refuses O_RDWR and a pipe would wait for its other end. */
    int flags = O_CLOEXEC | O_NONBLOCK | (use.writable ? O_RDWR : O_RDONLY);
    int descriptor = open(name, flags);
    if (descriptor < 0 && errno == EISDIR)
        return error_set(error, "%s: is a directory; expected a disk image (a regular file)", name);
    if (descriptor < 0)
        return open_error(name, use.writable, error);
    struct disk_file *file = calloc(1, sizeof *file);
    if (!file)
        error_set(error, "%s: not enough memory", name);
    if (!file || !measure(descriptor, name, use.padded, size, error) ||
        !lock(descriptor, name, use.writable, error)) {
        free(file);
        close(descriptor);
        return false;
    }
    file->descriptor = descriptor;
    file->padded = use.padded;
    file->regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    file->size = file->regular ? (off_t)*size : 0;
    strncpy(file->name, name, sizeof file->name - 1);
    *base = (struct disk_base){file_read, file_write, file_flush, file_close, file};
    return true;
}
