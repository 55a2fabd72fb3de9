/* A medium of 512-byte sectors on top of its base, with or without an overlay in memory.

   The overlay is copy on write by chunks of 64 KB: a chunk is copied from the base when one of its
   sectors is first written. */

#include "devices/media/disk_image.h"

#include "base/hash.h"
#include "devices/media/disk_backends.h"
#include "devices/media/disk_overlay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_SECTORS ((u64)UINT32_MAX)

enum { SECTORS_IN_CHUNK = DISK_CHUNK / DISK_SECTOR };

static u32 sectors_of_chunk(const struct disk_image *image, u32 chunk)
{
    u64 rest = image->sectors - (u64)chunk * SECTORS_IN_CHUNK;
    return rest < SECTORS_IN_CHUNK ? (u32)rest : SECTORS_IN_CHUNK;
}

static bool add_overlay(struct disk_image *image, struct error *error)
{
    image->overlay = calloc(image->chunks, sizeof *image->overlay);
    if (!image->overlay)
        return error_set(error, "%s: not enough memory for an overlay", image->name);
    return true;
}

/* What the medium is for decides its geometry; *bytes is the length of what lies below. */
static bool find_geometry(struct disk_image *image, unsigned flags, u64 bytes, struct error *error)
{
    u8 sector0[DISK_SECTOR];
    if (!disk_image_read(image, 0, 1, sector0, error))
        return false;
    if (flags & DISK_CD)
        return disk_iso_check(image, error);
    if (flags & DISK_FLOPPY) {
        if (!disk_floppy_geometry(sector0, bytes, &image->geometry, &image->geometry_source, error))
            return error_prefix(error, image->name);
        image->sectors =
            (u64)image->geometry.cylinders * image->geometry.heads * image->geometry.sectors;
        return true;
    }
    image->geometry = disk_geometry_infer(sector0, image->sectors, &image->geometry_source);
    return true;
}

/* What all ways of opening end with: *image has name, base and sectors. */
static bool finish_open(struct disk_image *image, unsigned flags, u64 bytes, struct error *error)
{
    if (image->sectors > MOST_SECTORS)
        return error_set(error, "%s: %" PRIu64 " sectors; expected at most %" PRIu64, image->name,
                         image->sectors, MOST_SECTORS);
    if (!find_geometry(image, flags, bytes, error))
        return false;
    image->chunks = (u32)((image->sectors + SECTORS_IN_CHUNK - 1) / SECTORS_IN_CHUNK);
    return !(flags & DISK_SNAPSHOT) || add_overlay(image, error);
}

static bool open_or_close(struct disk_image *image, bool opened, unsigned flags, u64 bytes,
                          struct error *error)
{
    if (opened && finish_open(image, flags, bytes, error))
        return true;
    disk_image_close(image);
    return false;
}

/* A CD's last sector may be cut short, hence whole ones of 2048 bytes. */
static u64 sectors_of(u64 bytes, unsigned flags)
{
    u64 unit = flags & DISK_CD ? CD_SECTOR : DISK_SECTOR;
    return (bytes + unit - 1) / unit * (unit / DISK_SECTOR);
}

bool disk_image_open(struct disk_image *image, const char *name, unsigned flags,
                     struct error *error)
{
    u64 bytes = 0;
    if (flags & DISK_CD)
        flags = (flags & ~(unsigned)DISK_SNAPSHOT) | DISK_READ_ONLY;
    struct disk_file_use use = {!(flags & (DISK_SNAPSHOT | DISK_READ_ONLY)),
                                flags & (DISK_FLOPPY | DISK_CD)};
    memset(image, 0, sizeof *image);
    snprintf(image->name, sizeof image->name, "%s", name);
    image->read_only = flags & DISK_READ_ONLY;
    bool overlay = !use.padded && disk_overlay_is_one(name);
    bool opened = overlay ? disk_overlay_open(name, use.writable, &image->base, &bytes, error)
                          : disk_file_open(name, use, &image->base, &bytes, error);
    image->sectors = sectors_of(bytes, flags);
    return open_or_close(image, opened, flags, bytes, error);
}

bool disk_image_open_embedded(struct disk_image *image, const u8 *bytes, size_t size,
                              struct error *error)
{
    memset(image, 0, sizeof *image);
    snprintf(image->name, sizeof image->name, "%s", "embedded disk");
    bool opened = disk_embedded_open(bytes, size, &image->base, &image->sectors, error);
    return open_or_close(image, opened, DISK_SNAPSHOT, image->sectors * DISK_SECTOR, error);
}

static bool blank_read(void *state, u64 sector, u32 count, u8 *to, struct error *error)
{
    (void)state, (void)sector, (void)error;
    memset(to, 0, (size_t)count * DISK_SECTOR);
    return true;
}

bool disk_image_open_blank(struct disk_image *image, u64 sectors, struct error *error)
{
    memset(image, 0, sizeof *image);
    snprintf(image->name, sizeof image->name, "%s", "blank disk");
    image->base.read = blank_read;
    image->sectors = sectors;
    return open_or_close(image, sectors > 0, DISK_SNAPSHOT, sectors * DISK_SECTOR, error);
}

bool disk_image_open_base(struct disk_image *image, const char *name, const struct disk_base *base,
                          u64 sectors, struct error *error)
{
    memset(image, 0, sizeof *image);
    snprintf(image->name, sizeof image->name, "%s", name);
    image->base = *base;
    image->sectors = sectors;
    image->read_only = true;
    return open_or_close(image, true, DISK_READ_ONLY, sectors * DISK_SECTOR, error);
}

void disk_image_close(struct disk_image *image)
{
    if (image->overlay)
        disk_image_forget_changes(image);
    free(image->overlay);
    if (image->base.close)
        image->base.close(image->base.state);
    memset(image, 0, sizeof *image);
}

/* Overlay. */

static bool copy_up(struct disk_image *image, u32 chunk, struct error *error)
{
    if (image->overlay[chunk])
        return true;
    u8 *bytes = calloc(1, DISK_CHUNK);
    if (!bytes)
        return error_set(error, "%s: not enough memory for a write", image->name);
    if (!image->base.read(image->base.state, (u64)chunk * SECTORS_IN_CHUNK,
                          sectors_of_chunk(image, chunk), bytes, error)) {
        free(bytes);
        return false;
    }
    image->overlay[chunk] = bytes;
    return true;
}

static u8 *overlay_sector(const struct disk_image *image, u64 sector)
{
    u8 *chunk = image->overlay[sector / SECTORS_IN_CHUNK];
    return chunk ? chunk + sector % SECTORS_IN_CHUNK * DISK_SECTOR : NULL;
}

static bool overlay_write(struct disk_image *image, u64 sector, u32 count, const u8 *from,
                          struct error *error)
{
    for (; count > 0; count--, sector++, from += DISK_SECTOR) {
        if (!copy_up(image, (u32)(sector / SECTORS_IN_CHUNK), error))
            return false;
        memcpy(overlay_sector(image, sector), from, DISK_SECTOR);
    }
    return true;
}

static bool overlay_read(struct disk_image *image, u64 sector, u32 count, u8 *to,
                         struct error *error)
{
    for (; count > 0; count--, sector++, to += DISK_SECTOR) {
        const u8 *changed = overlay_sector(image, sector);
        if (changed)
            memcpy(to, changed, DISK_SECTOR);
        else if (!image->base.read(image->base.state, sector, 1, to, error))
            return false;
    }
    return true;
}

/* Sectors. */

static bool check_range(const struct disk_image *image, u64 sector, u32 count, struct error *error)
{
    if (sector < image->sectors && count <= image->sectors - sector)
        return true;
    return error_set(error, "%s: sector %" PRIu64 " + %" PRIu32 "; expected less than %" PRIu64,
                     image->name, sector, count, image->sectors);
}

bool disk_image_read(struct disk_image *image, u64 sector, u32 count, u8 *to, struct error *error)
{
    if (!check_range(image, sector, count, error))
        return false;
    if (image->overlay)
        return overlay_read(image, sector, count, to, error);
    return image->base.read(image->base.state, sector, count, to, error);
}

bool disk_image_write(struct disk_image *image, u64 sector, u32 count, const u8 *from,
                      struct error *error)
{
    if (!check_range(image, sector, count, error))
        return false;
    if (image->read_only)
        return error_set(error, "%s: is read-only", image->name);
    if (image->overlay)
        return overlay_write(image, sector, count, from, error);
    return image->base.write(image->base.state, sector, count, from, error);
}

bool disk_image_flush(struct disk_image *image, struct error *error)
{
    if (image->overlay || image->read_only || !image->base.flush)
        return true;
    return image->base.flush(image->base.state, error);
}

/* Snapshots. */

u32 disk_image_next_changed(const struct disk_image *image, u32 from)
{
    if (!image->overlay)
        return image->chunks;
    while (from < image->chunks && !image->overlay[from])
        from++;
    return from;
}

const u8 *disk_image_changed_chunk(const struct disk_image *image, u32 chunk)
{
    return image->overlay && chunk < image->chunks ? image->overlay[chunk] : NULL;
}

void disk_image_forget_changes(struct disk_image *image)
{
    for (u32 i = 0; image->overlay && i < image->chunks; i++) {
        free(image->overlay[i]);
        image->overlay[i] = NULL;
    }
}

bool disk_image_put_chunk(struct disk_image *image, u32 chunk, const u8 *bytes, struct error *error)
{
    if (!image->overlay)
        return error_set(error, "%s: has no overlay to load changes into", image->name);
    if (chunk >= image->chunks)
        return error_set(error, "%s: changed chunk %" PRIu32 "; expected less than %" PRIu32,
                         image->name, chunk, image->chunks);
    if (!image->overlay[chunk])
        image->overlay[chunk] = malloc(DISK_CHUNK);
    if (!image->overlay[chunk])
        return error_set(error, "%s: not enough memory for changes", image->name);
    memcpy(image->overlay[chunk], bytes, DISK_CHUNK);
    return true;
}

bool disk_image_base_hash(struct disk_image *image, u64 *hash, struct error *error)
{
    u8 *bytes = malloc(DISK_CHUNK);
    bool read = bytes != NULL;
    if (!bytes)
        error_set(error, "%s: not enough memory", image->name);
    *hash = HASH_START;
    for (u32 chunk = 0; chunk < image->chunks && read; chunk++) {
        u32 count = sectors_of_chunk(image, chunk);
        read =
            image->base.read(image->base.state, (u64)chunk * SECTORS_IN_CHUNK, count, bytes, error);
        if (read)
            *hash = hash_bytes(*hash, bytes, (size_t)count * DISK_SECTOR);
    }
    free(bytes);
    return read;
}

/* Saving. */

static bool write_chunks(struct disk_image *image, FILE *file, u8 *bytes, struct error *error)
{
    for (u32 chunk = 0; chunk < image->chunks; chunk++) {
        u32 count = sectors_of_chunk(image, chunk);
        if (!disk_image_read(image, (u64)chunk * SECTORS_IN_CHUNK, count, bytes, error))
            return false;
        if (fwrite(bytes, DISK_SECTOR, count, file) != count)
            return error_set(error, "cannot write: %s", strerror(errno));
    }
    if (fflush(file) != 0 || fsync(fileno(file)) != 0)
        return error_set(error, "cannot write: %s", strerror(errno));
    return true;
}

static bool write_temporary(struct disk_image *image, int descriptor, struct error *error)
{
    u8 *bytes = malloc(DISK_CHUNK);
    FILE *file = fdopen(descriptor, "wb");
    bool written = false;
    if (!file)
        close(descriptor);
    if (!file || !bytes)
        error_set(error, "not enough memory");
    else
        written = fchmod(descriptor, 0644) == 0 && write_chunks(image, file, bytes, error);
    if (file && fclose(file) != 0 && written)
        written = error_set(error, "cannot write: %s", strerror(errno));
    free(bytes);
    return written;
}

bool disk_image_save(struct disk_image *image, const char *name, struct error *error)
{
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", name);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return error_set(error, "%.200s: the name is too long", name);
    int descriptor = mkstemp(temporary);
    if (descriptor < 0)
        return error_set(error, "%s: cannot write: %s", name, strerror(errno));
    bool saved = write_temporary(image, descriptor, error);
    if (!saved)
        error_prefix(error, name);
    else if (rename(temporary, name) != 0)
        saved = error_set(error, "%s: cannot rename: %s", name, strerror(errno));
    if (!saved)
        unlink(temporary);
    return saved;
}
