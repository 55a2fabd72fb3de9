/* Writer of the form described in embedded_disk.h. */
#ifndef DISKS_EMBED_H
#define DISKS_EMBED_H

#include <stdbool.h>

/* Compresses the image file `from` into the file `to`. False after complaining. */
bool embed_write(const char *from, const char *to);

#endif
