#ifndef GLASS386_UI_PNG_H
#define GLASS386_UI_PNG_H

#include "base/error.h"
#include "machine/host.h"

/* Writes the machine's picture as an 8-bit RGB PNG. The file appears whole or not at all. */
bool png_write_frame(const struct machine *machine, const char *path, struct error *error);

/* The same for any picture of 0x00RRGGBB words. */
bool png_write(const char *path, const u32 *pixels, u32 width, u32 height, struct error *error);

/* The same under the first free name of glass386-001.png ... in the working directory, which is put
   into `name`. */
bool png_write_numbered(const struct machine *machine, char *name, size_t size,
                        struct error *error);

#endif
