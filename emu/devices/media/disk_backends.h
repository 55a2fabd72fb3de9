#ifndef GLASS386_DEVICES_MEDIA_DISK_BACKENDS_H
#define GLASS386_DEVICES_MEDIA_DISK_BACKENDS_H

#include "devices/media/disk_image.h"

/* What disk_image.c puts at the bottom of an image. Each fills *base and *sectors (a file: its
   size in bytes). */

/* How a file may be used. */
struct disk_file_use {
    bool writable;
    bool padded; /* any length: what is missing of the medium reads as zeros, a write makes it
                    longer */
};

bool disk_file_open(const char *name, struct disk_file_use use, struct disk_base *base, u64 *size,
                    struct error *error);

/* True while the name means the file that is open. Else, once (*told), a line about it; a file that
   has no name any more is copied to one beside it, which takes the descriptor's place. */
bool disk_file_is_still_there(int descriptor, const char *name, bool *told, struct error *error);

bool disk_overlay_open(const char *file, bool writable, struct disk_base *base, u64 *size,
                       struct error *error);

bool disk_embedded_open(const u8 *bytes, size_t size, struct disk_base *base, u64 *sectors,
                        struct error *error);

#endif
