#ifndef GLASS386_UI_GIF_CODES_H
#define GLASS386_UI_GIF_CODES_H

#include "base/types.h"

#include <stdio.h>

/* Writes an image's data: the numbers, each less than 1 << bits (2 to 8), as codes of growing
   length (LZW) in blocks. False when the host has no memory. */
bool gif_put_codes(FILE *file, const u8 *numbers, size_t count, unsigned bits);

#endif
