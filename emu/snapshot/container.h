#ifndef GLASS386_SNAPSHOT_CONTAINER_H
#define GLASS386_SNAPSHOT_CONTAINER_H

#include "base/error.h"
#include "base/text_out.h"
#include "base/types.h"

/* The container of a snapshot (FORMAT.md): a magic, a version, then named sections, each a zlib
   stream with the CRC-32 of its plain bytes; the last one is called "end". */

#define CONTAINER_VERSION 1u
#define CONTAINER_NAME_SIZE 16u
#define CONTAINER_HEADER_SIZE 16u
#define CONTAINER_SECTION_SIZE 32u
#define CONTAINER_MAX_SECTION (16u * MIB) /* plain bytes of one section */

void container_begin(struct text_out *out);
/* Compresses and appends one section; name at most 15 bytes. */
bool container_append(struct text_out *out, const char *name, u16 version, const void *bytes,
                      size_t count, struct error *error);
bool container_end(struct text_out *out, struct error *error);

/* Walks the sections of untrusted bytes. */
struct container_reader {
    const u8 *bytes;
    size_t size, position;
};
struct container_section {
    char name[CONTAINER_NAME_SIZE];
    u16 version;
    u8 *bytes; /* owned by the caller: free() */
    u32 size;
};
bool container_open(struct container_reader *reader, const void *bytes, size_t size,
                    struct error *error);
/* The next section, inflated and checked; `*more` is false after "end" was met (no section then).
 */
bool container_next(struct container_reader *reader, struct container_section *section, bool *more,
                    struct error *error);

#endif
