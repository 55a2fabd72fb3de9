#include "snapshot/container.h"

#include "base/bits.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CONTAINER_CHECKED 28u /* bytes of a section header before its checksum */

static const char magic[8] = "GLASS386";

void container_begin(struct text_out *out)
{
    u8 header[CONTAINER_HEADER_SIZE] = {0};
    memcpy(header, magic, sizeof magic);
    store_le32(header + 8, CONTAINER_VERSION);
    text_out_bytes(out, header, sizeof header);
}

/* The checksum covers the header's own fields too, so that no damage passes for another section. */
static u32 checksum(const u8 *header, const void *plain, size_t count)
{
    uLong crc = crc32(0, header, CONTAINER_CHECKED);
    return (u32)(count ? crc32(crc, plain, (uInt)count) : crc);
}

static void section_header(u8 *header, const char *name, u16 version, const void *plain, u32 count,
                           u32 packed)
{
    memset(header, 0, CONTAINER_SECTION_SIZE);
    memcpy(header, name, strnlen(name, CONTAINER_NAME_SIZE - 1));
    store_le16(header + 16, version);
    store_le32(header + 20, count);
    store_le32(header + 24, packed);
    store_le32(header + 28, checksum(header, plain, count));
}

bool container_append(struct text_out *out, const char *name, u16 version, const void *bytes,
                      size_t count, struct error *error)
{
    if (count > CONTAINER_MAX_SECTION)
        return error_set(error, "snapshot section %s: %zu bytes are too many", name, count);
    uLongf packed_size = compressBound((uLong)count);
    u8 *packed = malloc(packed_size);
    if (!packed || compress2(packed, &packed_size, bytes, (uLong)count, Z_BEST_SPEED) != Z_OK) {
        free(packed);
        return error_set(error, "snapshot section %s: out of memory", name);
    }
    u8 header[CONTAINER_SECTION_SIZE];
    section_header(header, name, version, bytes, (u32)count, (u32)packed_size);
    text_out_bytes(out, header, sizeof header);
    text_out_bytes(out, packed, packed_size);
    free(packed);
    return !out->failed || error_set(error, "snapshot: out of memory");
}

bool container_end(struct text_out *out, struct error *error)
{
    return container_append(out, "end", 1, "", 0, error);
}

bool container_open(struct container_reader *reader, const void *bytes, size_t size,
                    struct error *error)
{
    *reader = (struct container_reader){bytes, size, CONTAINER_HEADER_SIZE};
    if (size < CONTAINER_HEADER_SIZE || memcmp(bytes, magic, sizeof magic) != 0)
        return error_set(error, "not a snapshot: expected a file that starts with GLASS386");
    u32 version = load_le32(reader->bytes + 8);
    if (version != CONTAINER_VERSION)
        return error_set(error, "snapshot format %u: this program reads format %u", version,
                         CONTAINER_VERSION);
    return true;
}

static bool inflate_section(const u8 *header, u32 packed_size, struct container_section *section,
                            struct error *error)
{
    section->bytes = malloc(section->size ? section->size : 1);
    if (!section->bytes)
        return error_set(error, "section %s: out of memory", section->name);
    uLongf size = section->size;
    int status = uncompress(section->bytes, &size, header + CONTAINER_SECTION_SIZE, packed_size);
    if (status == Z_OK && size == section->size &&
        checksum(header, section->bytes, section->size) == load_le32(header + 28))
        return true;
    free(section->bytes);
    section->bytes = NULL;
    return error_set(error, "section %s is damaged: its checksum does not match", section->name);
}

bool container_next(struct container_reader *reader, struct container_section *section, bool *more,
                    struct error *error)
{
    *section = (struct container_section){0};
    size_t left = reader->size - reader->position;
    if (left < CONTAINER_SECTION_SIZE)
        return error_set(error, "the snapshot is cut short after %zu bytes", reader->size);
    const u8 *header = reader->bytes + reader->position;
    memcpy(section->name, header, CONTAINER_NAME_SIZE - 1);
    section->version = load_le16(header + 16);
    section->size = load_le32(header + 20);
    u32 packed_size = load_le32(header + 24);
    for (const char *c = section->name; *c; c++)
        if (*c < 32 || *c > 126)
            return error_set(error, "the snapshot is damaged: a section has no proper name");
    if (packed_size > left - CONTAINER_SECTION_SIZE)
        return error_set(error, "the snapshot is cut short in section %s", section->name);
    if (section->size > CONTAINER_MAX_SECTION)
        return error_set(error, "section %s claims %u bytes: at most %u", section->name,
                         section->size, CONTAINER_MAX_SECTION);
    reader->position += CONTAINER_SECTION_SIZE + packed_size;
    if (!inflate_section(header, packed_size, section, error))
        return false;
    *more = strcmp(section->name, "end") != 0;
    if (!*more)
        free(section->bytes);
    return true;
}
