#ifndef GLASS386_DEVICES_MEDIA_DISK_BACKENDS_H
#define GLASS386_DEVICES_MEDIA_DISK_BACKENDS_H

#include "devices/media/disk_image.h"

/* What disk_image.c puts at the bottom of an image. Each fills *base and *sectors. */

bool disk_file_open(const char *name, bool writable, struct disk_base *base, u64 *sectors,
                    struct error *error);

bool disk_embedded_open(const u8 *bytes, size_t size, struct disk_base *base, u64 *sectors,
                        struct error *error);

#endif
