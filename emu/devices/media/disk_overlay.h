#ifndef GLASS386_DEVICES_MEDIA_DISK_OVERLAY_H
#define GLASS386_DEVICES_MEDIA_DISK_OVERLAY_H

#include "devices/media/disk_image.h"

/* Changes of a disk in a file of their own; the base stays as it is until they are committed
   (disk_overlay.c tells the format). disk_image_open takes such a file like any image. */

/* Makes an empty overlay of a base, which must be a raw image; `file` must not exist. The base is
   noted by the name given, which counts from the overlay's folder unless it is absolute. */
bool disk_overlay_create(const char *file, const char *base, struct error *error);

bool disk_overlay_is_one(const char *file);

/* Writes all changes to the base and leaves the overlay empty; *chunks: how many were written. A
   failure in between loses nothing: commit again. */
bool disk_overlay_commit(const char *file, u32 *chunks, struct error *error);

#endif
