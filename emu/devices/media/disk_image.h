#ifndef GLASS386_DEVICES_MEDIA_DISK_IMAGE_H
#define GLASS386_DEVICES_MEDIA_DISK_IMAGE_H

#include "base/error.h"
#include "base/types.h"

/* A medium of 512-byte sectors: a host file, the image inside the executable, either one with an
   overlay in memory that takes all writes. */

#define DISK_SECTOR 512u
#define DISK_CHUNK 65536u /* bytes of one chunk of an overlay */

struct disk_geometry {
    u32 cylinders, heads, sectors;
};

/* Where a geometry was found, for the line that tells the user. */
enum geometry_source { GEOMETRY_SIZE, GEOMETRY_PARTITIONS, GEOMETRY_FILE_SYSTEM, GEOMETRY_GIVEN };

/* What lies at the bottom. Reads and writes whole sectors; counts were checked by the caller. */
struct disk_base {
    bool (*read)(void *state, u64 sector, u32 count, u8 *to, struct error *error);
    bool (*write)(void *state, u64 sector, u32 count, const u8 *from, struct error *error);
    bool (*flush)(void *state, struct error *error);
    void (*close)(void *state);
    void *state;
};

struct disk_image {
    char name[256]; /* the file's name, for messages */
    u64 sectors;
    struct disk_geometry geometry;
    enum geometry_source geometry_source;
    bool read_only; /* the guest must not write */
    struct disk_base base;
    u8 **overlay; /* null without one; else one pointer per chunk, null while unchanged */
    u32 chunks;
};

enum disk_open_flags {
    DISK_READ_ONLY = 1,
    DISK_SNAPSHOT = 2, /* writes stay in memory */
    DISK_FLOPPY = 4,   /* a floppy: its geometry by size or file system, a short file is padded */
    DISK_CD = 8,       /* an ISO 9660 volume, never written */
};

#define CD_SECTOR 2048u
#define FLOPPY_MAX_BYTES (2880u * 1024u)

/* Opens and locks a raw image. False with one line in error for a file that is missing, empty, not
   a regular file or block device, not readable (writable), in use, no multiple of 512 bytes, or not
   what a floppy or CD drive can hold. */
bool disk_image_open(struct disk_image *image, const char *name, unsigned flags,
                     struct error *error);

/* Opens a compressed image in the form of disks/embedded_disk.h; always with an overlay. The bytes
   must outlive the image. */
bool disk_image_open_embedded(struct disk_image *image, const u8 *bytes, size_t size,
                              struct error *error);

/* An empty image of so many sectors in memory, for tests. */
bool disk_image_open_blank(struct disk_image *image, u64 sectors, struct error *error);

/* A disk with a base of the caller's, which is closed with it; it can only be read. */
bool disk_image_open_base(struct disk_image *image, const char *name, const struct disk_base *base,
                          u64 sectors, struct error *error);

/* Closes and zeroes; harmless on a zeroed struct. */
void disk_image_close(struct disk_image *image);

/* Whole sectors; false with error set outside the medium, on a write to a read-only one, and on a
   host error. */
bool disk_image_read(struct disk_image *image, u64 sector, u32 count, u8 *to, struct error *error);
bool disk_image_write(struct disk_image *image, u64 sector, u32 count, const u8 *from,
                      struct error *error);
bool disk_image_flush(struct disk_image *image, struct error *error);

/* The changed chunks of an overlay, for snapshots: the first changed chunk at or after `from`, or
   image->chunks when none; its DISK_CHUNK bytes (the last chunk of a medium is padded by zeros). */
u32 disk_image_next_changed(const struct disk_image *image, u32 from);
const u8 *disk_image_changed_chunk(const struct disk_image *image, u32 chunk);

/* Drops all changes, or puts one chunk's DISK_CHUNK bytes; only with an overlay. */
void disk_image_forget_changes(struct disk_image *image);
bool disk_image_put_chunk(struct disk_image *image, u32 chunk, const u8 *bytes,
                          struct error *error);

/* Hash of what lies below the overlay, for snapshots to name their base by. */
bool disk_image_base_hash(struct disk_image *image, u64 *hash, struct error *error);

/* Writes the whole medium as it is now to a raw file: to a temporary file first, then renamed. */
bool disk_image_save(struct disk_image *image, const char *name, struct error *error);

/* Geometry from the CHS fields of the partition table in sector 0 where they are sane, else from a
   FAT boot sector there, else from the size: 16 heads and 63 sectors (fewer heads for small media).
   *source says which; may be null. */
struct disk_geometry disk_geometry_infer(const u8 *sector0, u64 sectors,
                                         enum geometry_source *source);

/* A floppy's geometry: by the FAT parameters in its first sector where they are sane, else by its
   size (disk_floppy.c has the table). A smaller file is the beginning of a 1.44 MB floppy. False
   for more than 2.88 MB. */
bool disk_floppy_geometry(const u8 *sector0, u64 bytes, struct disk_geometry *geometry,
                          enum geometry_source *source, struct error *error);

/* True when an ISO 9660 volume lies whole in the image; else a line that says what is wrong.
   disk_iso_is_volume only looks for a volume's mark, in a file by name. */
bool disk_iso_check(struct disk_image *image, struct error *error);
bool disk_iso_is_volume(const char *name);

/* What a hard disk may have: 1 to 16383 cylinders, 1 to 16 heads, 1 to 63 sectors. */
bool disk_geometry_possible(const struct disk_geometry *geometry);
/* Gives a hard disk the geometry that somebody knows; false when the image has fewer sectors. */
bool disk_image_set_geometry(struct disk_image *image, const struct disk_geometry *geometry,
                             struct error *error);

/* "partition table", "file system", "size" or "chs= option". */
const char *geometry_source_name(enum geometry_source source);

#endif
