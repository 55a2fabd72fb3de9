/* The compressed image inside the executable. All numbers little endian:

     0  8  "G386DISK"
     8  4  version, 1
    12  4  chunk size, 65536
    16  8  image size in bytes
    24  4  number of chunks
    28  8  for each chunk: u32 offset, u32 length of its zlib stream; length 0 is a chunk of zeros

   A chunk is unpacked when it is first read, and kept. */

#include "base/bits.h"
#include "devices/media/disk_backends.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { HEADER = 28, ENTRY = 8, VERSION = 1 };

static const char name[] = "embedded disk";

struct disk_embedded {
    const u8 *bytes;
    u64 image_size;
    u32 count;
    u8 **chunks; /* unpacked ones; null until used */
};

static u32 chunk_length(const struct disk_embedded *disk, u32 chunk)
{
    u64 rest = disk->image_size - (u64)chunk * DISK_CHUNK;
    return rest < DISK_CHUNK ? (u32)rest : DISK_CHUNK;
}

static bool unpack(const struct disk_embedded *disk, u32 chunk, u8 *to)
{
    const u8 *entry = disk->bytes + HEADER + (size_t)chunk * ENTRY;
    uLongf length = DISK_CHUNK;
    if (!load_le32(entry + 4))
        return true;
    int result = uncompress(to, &length, disk->bytes + load_le32(entry), load_le32(entry + 4));
    return result == Z_OK && length == chunk_length(disk, chunk);
}

static const u8 *chunk_bytes(struct disk_embedded *disk, u32 chunk, struct error *error)
{
    if (disk->chunks[chunk])
        return disk->chunks[chunk];
    u8 *bytes = calloc(1, DISK_CHUNK);
    if (!bytes) {
        error_set(error, "%s: not enough memory", name);
        return NULL;
    }
    if (!unpack(disk, chunk, bytes)) {
        free(bytes);
        error_set(error, "%s: chunk %" PRIu32 " is damaged", name, chunk);
        return NULL;
    }
    disk->chunks[chunk] = bytes;
    return bytes;
}

static bool embedded_read(void *state, u64 sector, u32 count, u8 *to, struct error *error)
{
    for (; count > 0; count--, sector++, to += DISK_SECTOR) {
        u64 at = sector * DISK_SECTOR;
        const u8 *chunk = chunk_bytes(state, (u32)(at / DISK_CHUNK), error);
        if (!chunk)
            return false;
        memcpy(to, chunk + at % DISK_CHUNK, DISK_SECTOR);
    }
    return true;
}

static void embedded_close(void *state)
{
    struct disk_embedded *disk = state;
    for (u32 i = 0; i < disk->count; i++)
        free(disk->chunks[i]);
    free(disk->chunks);
    free(disk);
}

static bool check_header(const u8 *bytes, size_t size, struct error *error)
{
    if (size < HEADER || memcmp(bytes, "G386DISK", 8) != 0)
        return error_set(error, "%s: no G386DISK header", name);
    if (load_le32(bytes + 8) != VERSION || load_le32(bytes + 12) != DISK_CHUNK)
        return error_set(error,
                         "%s: version %" PRIu32 ", chunk size %" PRIu32 "; expected 1 and 65536",
                         name, load_le32(bytes + 8), load_le32(bytes + 12));
    u64 image_size = load_le64(bytes + 16), count = load_le32(bytes + 24);
    if (!image_size || image_size % DISK_SECTOR || image_size / DISK_CHUNK > size ||
        count != (image_size + DISK_CHUNK - 1) / DISK_CHUNK || (size - HEADER) / ENTRY < count)
        return error_set(error, "%s: %" PRIu64 " bytes in %" PRIu64 " chunks do not agree", name,
                         image_size, count);
    return true;
}

static bool check_entries(const u8 *bytes, size_t size, struct error *error)
{
    u32 count = load_le32(bytes + 24);
    for (u32 i = 0; i < count; i++) {
        const u8 *entry = bytes + HEADER + (size_t)i * ENTRY;
        if ((u64)load_le32(entry) + load_le32(entry + 4) > size)
            return error_set(error, "%s: chunk %" PRIu32 " lies outside", name, i);
    }
    return true;
}

bool disk_embedded_open(const u8 *bytes, size_t size, struct disk_base *base, u64 *sectors,
                        struct error *error)
{
    if (!check_header(bytes, size, error) || !check_entries(bytes, size, error))
        return false;
    struct disk_embedded *disk = calloc(1, sizeof *disk);
    u8 **chunks = calloc(load_le32(bytes + 24), sizeof *chunks);
    if (!disk || !chunks) {
        free(disk);
        free(chunks);
        return error_set(error, "%s: not enough memory", name);
    }
    *disk = (struct disk_embedded){bytes, load_le64(bytes + 16), load_le32(bytes + 24), chunks};
    *base = (struct disk_base){.read = embedded_read, .close = embedded_close, .state = disk};
    *sectors = disk->image_size / DISK_SECTOR;
    return true;
}
