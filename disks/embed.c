#include "embed.h"

#include "bytes.h"
#include "embedded_disk.h"
#include "file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static bool all_zero(const uint8_t *data, size_t size)
{
    return !size || (!data[0] && !memcmp(data, data + 1, size - 1));
}

/* Appends one zlib stream at out->size; the room was reserved by the caller. */
static bool add_chunk(struct file *out, uint8_t *entry, const uint8_t *data, size_t size)
{
    uLongf length = compressBound(size);

    if (all_zero(data, size))
        return true;
    if (compress2(out->data + out->size, &length, data, size, Z_BEST_COMPRESSION) != Z_OK)
        return complain("zlib cannot compress a chunk");
    put32(entry, (uint32_t)out->size);
    put32(entry + 4, (uint32_t)length);
    out->size += length;
    return true;
}

static bool add_chunks(struct file *out, const struct file *image, unsigned chunks)
{
    uint8_t *entry = out->data + EMBEDDED_DISK_HEADER;

    for (size_t at = 0; at < image->size; at += EMBEDDED_DISK_CHUNK) {
        size_t rest = image->size - at;
        size_t size = rest < EMBEDDED_DISK_CHUNK ? rest : EMBEDDED_DISK_CHUNK;

        if (!add_chunk(out, entry, image->data + at, size))
            return false;
        entry += EMBEDDED_DISK_ENTRY;
    }
    memcpy(out->data, EMBEDDED_DISK_MAGIC, 8);
    put32(out->data + 8, EMBEDDED_DISK_VERSION);
    put32(out->data + 12, EMBEDDED_DISK_CHUNK);
    put64(out->data + 16, image->size);
    put32(out->data + 24, chunks);
    return true;
}

bool embed_write(const char *from, const char *to)
{
    struct file image, out;
    unsigned chunks;
    bool done;

    if (!file_read(from, &image))
        return false;
    chunks = (unsigned)((image.size + EMBEDDED_DISK_CHUNK - 1) / EMBEDDED_DISK_CHUNK);
    out.size = EMBEDDED_DISK_HEADER + (size_t)chunks * EMBEDDED_DISK_ENTRY;
    out.data = calloc(1, out.size + chunks * compressBound(EMBEDDED_DISK_CHUNK));
    if (!out.data) {
        free(image.data);
        return complain("%s: not enough memory", from);
    }
    done = add_chunks(&out, &image, chunks) && file_write(to, out.data, out.size);
    free(image.data);
    free(out.data);
    return done;
}
