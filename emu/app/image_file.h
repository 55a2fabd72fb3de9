#ifndef GLASS386_APP_IMAGE_FILE_H
#define GLASS386_APP_IMAGE_FILE_H

#include "base/error.h"
#include "base/types.h"

/* A disk image as bytes in memory that are the process's own: what changes there reaches the file
   only by image_file_store. The file stays locked until it is closed. */
struct image_file {
    char *path; /* with symbolic links resolved */
    u8 *bytes;
    size_t size;
    int descriptor;
};

bool image_file_open(struct image_file *image, const char *name, bool to_change,
                     struct error *error);
/* Makes a new file of so many zero bytes; an existing one is an error. */
bool image_file_make(struct image_file *image, const char *name, u64 size, struct error *error);
/* All bytes to a file beside the image, synced, then renamed over it: either all is there after
   a failure or nothing has changed. */
bool image_file_store(struct image_file *image, struct error *error);
/* Harmless on a zeroed struct. */
void image_file_close(struct image_file *image);

/* Writes a file of its own; to standard output when the name is "-". */
bool host_file_write(const char *path, const void *bytes, size_t size, struct error *error);

#endif
