#include "app/kernel_boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int descriptor, u8 *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t part = read(descriptor, bytes + done, size - done);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return false;
        done += (size_t)part;
    }
    return true;
}

static u8 *read_descriptor(int descriptor, const char *path, size_t limit, size_t *size,
                           struct error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        error_set(error, "%.200s: expected a regular file", path);
        return NULL;
    }
    if ((u64)status.st_size > limit) {
        error_set(error, "%.200s: %lld bytes; expected at most %zu", path,
                  (long long)status.st_size, limit);
        return NULL;
    }
    *size = (size_t)status.st_size;
    u8 *bytes = malloc(*size + 1);
    if (!bytes)
        error_set(error, "%.200s: not enough memory for %zu bytes", path, *size);
    errno = 0;
    if (bytes && !read_all(descriptor, bytes, *size)) {
        error_set(error, "%.200s: cannot be read: %s", path,
                  errno ? strerror(errno) : "it has become shorter");
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

u8 *host_file_read(const char *path, size_t limit, size_t *size, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        error_set(error, "%.200s: %s", path, strerror(errno));
        return NULL;
    }
    u8 *bytes = read_descriptor(descriptor, path, limit, size, error);
    close(descriptor);
    return bytes;
}
