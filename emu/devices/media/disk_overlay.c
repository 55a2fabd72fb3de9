/* The changes of a disk in a file. All numbers little endian:

        0  8  "G386OVER"
        8  4  version, 1
       12  4  chunk size, 65536
       16  8  base: size in bytes
       24  8  base: hash of its bytes (base/hash.h), by which another file is noticed
       32  4  number of chunks that the base has
       36  4  length of the base's name
       40  .  the name, counting from the overlay's folder unless it is absolute
     4096  4  for each chunk of the base: 0 = unchanged, n = the n-th chunk of this file
        .  .  from the next multiple of 4096 on: changed chunks, the first is n = 1

   A chunk is copied from the base when one of its sectors is first written, and entered into the
   table after it was written whole: whoever stops in between loses that write alone. */

#include "devices/media/disk_overlay.h"

#include "base/bits.h"
#include "base/hash.h"
#include "devices/media/disk_backends.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEADER = 4096,
    NAME = 40,
    NAME_MOST = HEADER - NAME - 1,
    VERSION = 1,
    SECTORS_IN_CHUNK = DISK_CHUNK / DISK_SECTOR,
};

static const char magic[8] = {'G', '3', '8', '6', 'O', 'V', 'E', 'R'};

struct disk_overlay {
    int descriptor;
    bool written, told;
    char name[256];
    char path[4096];
    struct disk_base base;
    u64 sectors; /* of the base */
    u32 count;   /* chunks of the base */
    u32 used;    /* chunks in the file */
    u64 first;   /* offset of the first */
    u32 *table;
};

static bool read_at(int descriptor, void *to, size_t size, u64 at)
{
    for (u8 *bytes = to; size > 0;) {
        ssize_t done = pread(descriptor, bytes, size, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        at += (u64)done;
        size -= (size_t)done;
    }
    return true;
}

static bool write_at(int descriptor, const void *from, size_t size, u64 at)
{
    for (const u8 *bytes = from; size > 0;) {
        ssize_t done = pwrite(descriptor, bytes, size, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        at += (u64)done;
        size -= (size_t)done;
    }
    return true;
}

static u64 data_offset(u32 count)
{
    return (HEADER + (u64)count * 4 + HEADER - 1) / HEADER * HEADER;
}

static u32 chunks_of(u64 sectors)
{
    return (u32)((sectors + SECTORS_IN_CHUNK - 1) / SECTORS_IN_CHUNK);
}

static bool fail(const struct disk_overlay *overlay, const char *verb, struct error *error)
{
    return error_set(error, "%s: cannot %s the overlay: %s", overlay->name, verb,
                     errno ? strerror(errno) : "it has become shorter");
}

/* ---- the base ---- */

/* The base's name as the overlay has it, from the overlay's folder. */
static bool base_path(const char *file, const char *base, char *path, size_t size)
{
    const char *slash = strrchr(file, '/');
    int folder = slash && base[0] != '/' ? (int)(slash + 1 - file) : 0;
    int length = snprintf(path, size, "%.*s%s", folder, file, base);
    return length > 0 && (size_t)length < size;
}

static bool hash_base(const struct disk_base *base, u64 sectors, u64 *hash, struct error *error)
{
    u8 *bytes = malloc(DISK_CHUNK);
    bool read = bytes || error_set(error, "not enough memory");
    *hash = HASH_START;
    for (u64 at = 0; read && at < sectors; at += SECTORS_IN_CHUNK) {
        u32 count = sectors - at < SECTORS_IN_CHUNK ? (u32)(sectors - at) : SECTORS_IN_CHUNK;
        read = base->read(base->state, at, count, bytes, error);
        if (read)
            *hash = hash_bytes(*hash, bytes, (size_t)count * DISK_SECTOR);
    }
    free(bytes);
    return read;
}

/* ---- reading and writing ---- */

static u64 place_of(const struct disk_overlay *overlay, u32 chunk)
{
    return overlay->first + (u64)(overlay->table[chunk] - 1) * DISK_CHUNK;
}

static bool overlay_read(void *state, u64 sector, u32 count, u8 *to, struct error *error)
{
    struct disk_overlay *overlay = state;
    while (count > 0) {
        u32 chunk = (u32)(sector / SECTORS_IN_CHUNK), within = (u32)(sector % SECTORS_IN_CHUNK);
        u32 part = SECTORS_IN_CHUNK - within < count ? SECTORS_IN_CHUNK - within : count;
        errno = 0;
        if (!overlay->table[chunk]) {
            if (!overlay->base.read(overlay->base.state, sector, part, to, error))
                return false;
        } else if (!read_at(overlay->descriptor, to, (size_t)part * DISK_SECTOR,
                            place_of(overlay, chunk) + within * DISK_SECTOR)) {
            return fail(overlay, "read", error);
        }
        sector += part;
        count -= part;
        to += (size_t)part * DISK_SECTOR;
    }
    return true;
}

static bool enter(struct disk_overlay *overlay, u32 chunk, u32 place, struct error *error)
{
    u8 entry[4];
    store_le32(entry, place);
    if (!write_at(overlay->descriptor, entry, sizeof entry, HEADER + (u64)chunk * 4))
        return fail(overlay, "write", error);
    overlay->table[chunk] = place;
    return true;
}

static bool copy_up(struct disk_overlay *overlay, u32 chunk, struct error *error)
{
    u64 first = (u64)chunk * SECTORS_IN_CHUNK, rest = overlay->sectors - first;
    u8 *bytes = calloc(1, DISK_CHUNK);
    if (!bytes)
        return error_set(error, "%s: not enough memory", overlay->name);
    u64 place = overlay->first + (u64)overlay->used * DISK_CHUNK;
    bool done =
        overlay->base.read(overlay->base.state, first,
                           rest < SECTORS_IN_CHUNK ? (u32)rest : SECTORS_IN_CHUNK, bytes, error);
    if (done && !write_at(overlay->descriptor, bytes, DISK_CHUNK, place))
        done = fail(overlay, "write", error);
    free(bytes);
    return done && enter(overlay, chunk, ++overlay->used, error);
}

static bool overlay_write(void *state, u64 sector, u32 count, const u8 *from, struct error *error)
{
    struct disk_overlay *overlay = state;
    overlay->written = true;
    for (; count > 0; count--, sector++, from += DISK_SECTOR) {
        u32 chunk = (u32)(sector / SECTORS_IN_CHUNK);
        errno = 0;
        if (!overlay->table[chunk] && !copy_up(overlay, chunk, error))
            return false;
        if (!write_at(overlay->descriptor, from, DISK_SECTOR,
                      place_of(overlay, chunk) + sector % SECTORS_IN_CHUNK * DISK_SECTOR))
            return fail(overlay, "write", error);
    }
    return true;
}

static bool overlay_flush(void *state, struct error *error)
{
    struct disk_overlay *overlay = state;
    if (overlay->written &&
        !disk_file_is_still_there(overlay->descriptor, overlay->path, &overlay->told, error))
        return false;
    if (fdatasync(overlay->descriptor) == 0 || errno == EINVAL || errno == EROFS)
        return true;
    return fail(overlay, "flush", error);
}

static void overlay_close(void *state)
{
    struct disk_overlay *overlay = state;
    if (overlay->base.close)
        overlay->base.close(overlay->base.state);
    if (overlay->descriptor >= 0)
        close(overlay->descriptor);
    free(overlay->table);
    free(overlay);
}

/* ---- opening ---- */

static bool check_header(const u8 *header, const char *file, struct error *error)
{
    u32 length = load_le32(header + 36);
    if (load_le32(header + 8) != VERSION || load_le32(header + 12) != DISK_CHUNK)
        return error_set(error,
                         "%s: an overlay of version %" PRIu32 ", chunk size %" PRIu32
                         "; expected 1 and 65536",
                         file, load_le32(header + 8), load_le32(header + 12));
    if (!length || length > NAME_MOST || memchr(header + NAME, 0, length))
        return error_set(error, "%s: an overlay without the name of its base", file);
    return true;
}

/* Every entry names a chunk that is there, each only once. */
static bool check_table(struct disk_overlay *overlay, struct error *error)
{
    struct stat status;
    if (fstat(overlay->descriptor, &status) < 0)
        return error_set(error, "%s: %s", overlay->name, strerror(errno));
    u64 size = (u64)status.st_size;
    u64 there = size > overlay->first ? (size - overlay->first) / DISK_CHUNK : 0;
    overlay->used = (u32)(there < UINT32_MAX ? there : UINT32_MAX);
    u8 *seen = calloc(overlay->used / 8u + 1u, 1);
    bool good = seen || error_set(error, "%s: not enough memory", overlay->name);
    for (u32 i = 0; good && i < overlay->count; i++) {
        u32 place = overlay->table[i] = load_le32(&overlay->table[i]);
        if (!place)
            continue;
        good = place <= overlay->used && !(seen[place / 8] >> place % 8 & 1);
        if (good)
            seen[place / 8] |= (u8)(1u << place % 8);
        else
            error_set(error, "%s: damaged: chunk %" PRIu32 " lies at %" PRIu32 " of %" PRIu32,
                      overlay->name, i, place, overlay->used);
    }
    free(seen);
    return good;
}

static bool open_base(struct disk_overlay *overlay, const u8 *header, bool writable,
                      struct error *error)
{
    char name[HEADER], path[HEADER + 256];
    u64 bytes = 0, hash = 0;
    snprintf(name, sizeof name, "%.*s", (int)load_le32(header + 36), (const char *)header + NAME);
    if (!base_path(overlay->name, name, path, sizeof path))
        return error_set(error, "%s: the name of its base is too long", overlay->name);
    if (!disk_file_open(path, (struct disk_file_use){writable, false}, &overlay->base, &bytes,
                        error))
        return error_prefix(error, overlay->name);
    overlay->sectors = bytes / DISK_SECTOR;
    overlay->count = chunks_of(overlay->sectors);
    overlay->first = data_offset(overlay->count);
    if (bytes != load_le64(header + 16) || overlay->count != load_le32(header + 32))
        return error_set(error, "%s: its base %.200s has %" PRIu64 " bytes; expected %" PRIu64,
                         overlay->name, path, bytes, load_le64(header + 16));
    if (writable) /* a commit that was cut off has changed it already */
        return true;
    if (!hash_base(&overlay->base, overlay->sectors, &hash, error))
        return false;
    return hash == load_le64(header + 24) ||
           error_set(error, "%s: its base %.200s was changed since; expected it as it was",
                     overlay->name, path);
}

static bool load(struct disk_overlay *overlay, const char *file, bool writable_base,
                 struct error *error)
{
    u8 header[HEADER];
    if (flock(overlay->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return error_set(error, "%s: is in use by another emulator", file);
    if (!read_at(overlay->descriptor, header, sizeof header, 0))
        return error_set(error, "%s: an overlay cut short; expected at least %u bytes", file,
                         HEADER);
    if (!check_header(header, file, error) || !open_base(overlay, header, writable_base, error))
        return false;
    overlay->table = malloc((size_t)overlay->count * sizeof *overlay->table);
    if (!overlay->table)
        return error_set(error, "%s: not enough memory", file);
    if (!read_at(overlay->descriptor, overlay->table, (size_t)overlay->count * 4, HEADER))
        return error_set(error, "%s: an overlay cut short within its table", file);
    return check_table(overlay, error);
}

static struct disk_overlay *open_overlay(const char *file, bool writable, bool writable_base,
                                         struct error *error)
{
    struct disk_overlay *overlay = calloc(1, sizeof *overlay);
    if (!overlay) {
        error_set(error, "%s: not enough memory", file);
        return NULL;
    }
    snprintf(overlay->name, sizeof overlay->name, "%s", file);
    snprintf(overlay->path, sizeof overlay->path, "%s", file);
    overlay->descriptor = open(file, O_CLOEXEC | (writable ? O_RDWR : O_RDONLY));
    if (overlay->descriptor < 0)
        error_set(error, "%s: %s; expected an overlay", file, strerror(errno));
    else if (load(overlay, file, writable_base, error))
        return overlay;
    overlay_close(overlay);
    return NULL;
}

bool disk_overlay_open(const char *file, bool writable, struct disk_base *base, u64 *size,
                       struct error *error)
{
    struct disk_overlay *overlay = open_overlay(file, writable, false, error);
    if (!overlay)
        return false;
    *size = overlay->sectors * DISK_SECTOR;
    *base = (struct disk_base){overlay_read, overlay_write, overlay_flush, overlay_close, overlay};
    return true;
}

bool disk_overlay_is_one(const char *file)
{
    char bytes[sizeof magic];
    int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    bool is_one =
        read_at(descriptor, bytes, sizeof bytes, 0) && memcmp(bytes, magic, sizeof magic) == 0;
    close(descriptor);
    return is_one;
}

/* ---- making and committing ---- */

static bool write_new(const char *file, const u8 *header, u32 count, struct error *error)
{
    int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return error_set(error, "%s: %s; expected a name that is free", file, strerror(errno));
    bool written = ftruncate(descriptor, (off_t)data_offset(count)) == 0 &&
                   write_at(descriptor, header, HEADER, 0) && fdatasync(descriptor) == 0;
    int reason = errno;
    if (close(descriptor) == 0 && written)
        return true;
    unlink(file);
    return error_set(error, "%s: cannot be written: %s", file, strerror(reason));
}

bool disk_overlay_create(const char *file, const char *base, struct error *error)
{
    u8 header[HEADER] = {0};
    char path[HEADER + 256];
    struct disk_base raw;
    u64 bytes = 0, hash = 0;
    size_t length = strlen(base);
    if (!length || length > NAME_MOST || !base_path(file, base, path, sizeof path))
        return error_set(error, "%.200s: expected a shorter name of the base", base);
    if (disk_overlay_is_one(path))
        return error_set(error, "%s: is an overlay itself; expected a raw image", path);
    if (!disk_file_open(path, (struct disk_file_use){false, false}, &raw, &bytes, error))
        return false;
    bool hashed = hash_base(&raw, bytes / DISK_SECTOR, &hash, error);
    raw.close(raw.state);
    u32 count = chunks_of(bytes / DISK_SECTOR);
    memcpy(header, magic, sizeof magic);
    store_le32(header + 8, VERSION);
    store_le32(header + 12, DISK_CHUNK);
    store_le64(header + 16, bytes);
    store_le64(header + 24, hash);
    store_le32(header + 32, count);
    store_le32(header + 36, (u32)length);
    memcpy(header + NAME, base, length);
    return hashed && write_new(file, header, count, error);
}

/* The base first, then its new hash, then the empty table: each step may be repeated. */
static bool commit_chunks(struct disk_overlay *overlay, u32 *chunks, struct error *error)
{
    u8 *bytes = malloc(DISK_CHUNK);
    bool done = bytes || error_set(error, "%s: not enough memory", overlay->name);
    for (u32 i = 0; done && i < overlay->count; i++) {
        u64 first = (u64)i * SECTORS_IN_CHUNK, rest = overlay->sectors - first;
        u32 count = rest < SECTORS_IN_CHUNK ? (u32)rest : SECTORS_IN_CHUNK;
        if (!overlay->table[i])
            continue;
        done = overlay_read(overlay, first, count, bytes, error) &&
               overlay->base.write(overlay->base.state, first, count, bytes, error);
        *chunks += done;
    }
    free(bytes);
    return done && overlay->base.flush(overlay->base.state, error);
}

static bool forget_chunks(struct disk_overlay *overlay, struct error *error)
{
    u8 hash_image[8];
    u64 hash = 0;
    errno = 0;
    if (!hash_base(&overlay->base, overlay->sectors, &hash, error))
        return false;
    store_le64(hash_image, hash);
    if (!write_at(overlay->descriptor, hash_image, sizeof hash_image, 24))
        return fail(overlay, "write", error);
    memset(overlay->table, 0, (size_t)overlay->count * sizeof *overlay->table);
    if (!write_at(overlay->descriptor, overlay->table, (size_t)overlay->count * 4, HEADER) ||
        ftruncate(overlay->descriptor, (off_t)overlay->first) != 0)
        return fail(overlay, "write", error);
    return overlay_flush(overlay, error);
}

bool disk_overlay_commit(const char *file, u32 *chunks, struct error *error)
{
    *chunks = 0;
    if (!disk_overlay_is_one(file))
        return error_set(error, "%.200s: is no overlay; expected one", file);
    struct disk_overlay *overlay = open_overlay(file, true, true, error);
    if (!overlay)
        return false;
    bool done = commit_chunks(overlay, chunks, error) && forget_chunks(overlay, error);
    overlay_close(overlay);
    return done;
}
