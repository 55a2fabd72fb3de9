/* A file whose name is gone: its bytes live on only as long as it is open. */

#include "devices/media/disk_backends.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool copy_block(int from, int to, off_t at, off_t end)
{
    static const u8 zeros[65536];
    u8 block[sizeof zeros];
    size_t size = end - at < (off_t)sizeof block ? (size_t)(end - at) : sizeof block;
    ssize_t done = pread(from, block, size, at);
    if (done == (ssize_t)size && memcmp(block, zeros, size) == 0)
        return true;
    return done == (ssize_t)size && pwrite(to, block, size, at) == (ssize_t)size;
}

/* Takes the descriptor over to a new file with the same bytes. */
static bool move_to(int descriptor, int made, off_t size)
{
    bool moved = ftruncate(made, size) == 0;
    for (off_t at = 0; moved && at < size; at += 65536)
        moved = copy_block(descriptor, made, at, size);
    return moved && fsync(made) == 0 && flock(made, LOCK_EX | LOCK_NB) == 0 &&
           dup2(made, descriptor) >= 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

static bool rescue(int descriptor, const char *name, off_t size, struct error *error)
{
    char path[4200];
    snprintf(path, sizeof path, "%s.rescued-XXXXXX", name);
    int made = mkstemp(path);
    bool moved = made >= 0 && move_to(descriptor, made, size);
    int reason = errno;
    if (made >= 0)
        close(made);
    if (moved)
        return error_set(
            error,
            "%.200s: was removed or replaced while it was in use; all that was written "
            "is in %.250s",
            name, path);
    if (made >= 0)
        unlink(path);
    return error_set(error,
                     "%.200s: was removed or replaced while it was in use, and its content cannot "
                     "be kept beside it: %s",
                     name, strerror(reason));
}

bool disk_file_is_still_there(int descriptor, const char *name, bool *told, struct error *error)
{
    struct stat opened, named;
    if (*told || fstat(descriptor, &opened) != 0 ||
        (stat(name, &named) == 0 && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino))
        return true;
    *told = true;
    if (opened.st_nlink == 0)
        return rescue(descriptor, name, opened.st_size, error);
    return error_set(error,
                     "%.200s: was moved while it was in use; all that was written is in the file "
                     "where it is now",
                     name);
}
