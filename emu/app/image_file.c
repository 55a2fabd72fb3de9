#include "app/image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool map(struct image_file *image, const char *name, struct error *error)
{
    struct stat status;
    if (fstat(image->descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(error, "%.200s: expected a disk image (a regular file)", name);
    if (status.st_size < 1024)
        return error_set(error, "%.200s: %lld bytes; expected a disk image of at least 1024", name,
                         (long long)status.st_size);
    image->size = (size_t)status.st_size;
    void *bytes =
        mmap(NULL, image->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, image->descriptor, 0);
    if (bytes == MAP_FAILED)
        return error_set(error, "%.200s: %s", name, strerror(errno));
    image->bytes = bytes;
    return true;
}

static bool lock(const struct image_file *image, const char *name, bool to_change,
                 struct error *error)
{
    return flock(image->descriptor, (to_change ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 ||
           error_set(error,
                     "%.200s: is in use by another emulator; expected a file that nobody uses",
                     name);
}

static bool open_descriptor(struct image_file *image, const char *name, int flags,
                            struct error *error)
{
    *image = (struct image_file){.descriptor = open(name, flags | O_CLOEXEC | O_NONBLOCK, 0644)};
    if (image->descriptor < 0) {
        *image = (struct image_file){0};
        return error_set(error, "%.200s: %s; expected a disk image", name, strerror(errno));
    }
    image->path = realpath(name, NULL);
    return image->path || error_set(error, "%.200s: %s", name, strerror(errno));
}

bool image_file_open(struct image_file *image, const char *name, bool to_change,
                     struct error *error)
{
    if (open_descriptor(image, name, to_change ? O_RDWR : O_RDONLY, error) &&
        lock(image, name, to_change, error) && map(image, name, error))
        return true;
    image_file_close(image);
    return false;
}

bool image_file_make(struct image_file *image, const char *name, u64 size, struct error *error)
{
    if (!open_descriptor(image, name, O_RDWR | O_CREAT | O_EXCL, error)) {
        image_file_close(image);
        return false;
    }
    bool made = ftruncate(image->descriptor, (off_t)size) == 0 ||
                error_set(error, "%.200s: %s", name, strerror(errno));
    if (made && lock(image, name, true, error) && map(image, name, error))
        return true;
    unlink(image->path);
    image_file_close(image);
    return false;
}

static bool write_all(int descriptor, const u8 *bytes, size_t size)
{
    while (size > 0) {
        ssize_t part = write(descriptor, bytes, size);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return false;
        bytes += part;
        size -= (size_t)part;
    }
    return true;
}

/* The bytes into a new file, with holes where they are zero: a sparse image stays one. */
static bool write_sparse(int descriptor, const u8 *bytes, size_t size)
{
    static const u8 zeros[65536];
    bool done = ftruncate(descriptor, (off_t)size) == 0;
    for (size_t at = 0; done && at < size; at += sizeof zeros) {
        size_t part = size - at < sizeof zeros ? size - at : sizeof zeros;
        if (memcmp(bytes + at, zeros, part) != 0)
            done = lseek(descriptor, (off_t)at, SEEK_SET) >= 0 &&
                   write_all(descriptor, bytes + at, part);
    }
    return done;
}

bool image_file_store(struct image_file *image, struct error *error)
{
    char temporary[4096];
    struct stat status;
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", image->path);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return error_set(error, "%.200s: the name is too long", image->path);
    int descriptor = mkstemp(temporary);
    if (descriptor < 0)
        return error_set(error, "%.200s: cannot write beside it: %s", image->path, strerror(errno));
    bool stored = fstat(image->descriptor, &status) == 0 &&
                  fchmod(descriptor, status.st_mode & 07777) == 0 &&
                  write_sparse(descriptor, image->bytes, image->size) && fsync(descriptor) == 0;
    int reason = errno;
    stored = close(descriptor) == 0 && stored;
    if (stored && rename(temporary, image->path) == 0)
        return true;
    reason = stored ? errno : reason;
    unlink(temporary);
    return error_set(error, "%.200s: cannot be written: %s; it is as it was", image->path,
                     strerror(reason));
}

void image_file_close(struct image_file *image)
{
    if (image->bytes)
        munmap(image->bytes, image->size);
    if (image->path || image->descriptor > 0)
        close(image->descriptor);
    free(image->path);
    *image = (struct image_file){0};
}

bool host_file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdout : fopen(path, "wb");
    if (!file)
        return error_set(error, "%.200s: %s", path, strerror(errno));
    bool written = fwrite(bytes, 1, size, file) == size && fflush(file) == 0;
    int reason = errno;
    if (!standard && fclose(file) != 0 && written) {
        written = false;
        reason = errno;
    }
    return written || error_set(error, "%.200s: cannot be written: %s", path, strerror(reason));
}
