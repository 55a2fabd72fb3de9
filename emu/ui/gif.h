#ifndef GLASS386_UI_GIF_H
#define GLASS386_UI_GIF_H

#include "base/types.h"

#include <stdio.h>

/* A writer of moving GIF89a pictures: each frame is the smallest rectangle that has changed, with
   its own table of colours. Up to 256 colours in a rectangle are exact; more are brought down to
   252 by an ordered dither. */

struct gif {
    FILE *file;
    u32 width, height;  /* of the whole so far; the header is corrected at the end */
    u32 *shown;         /* pixels after the last frame, width * height */
    u64 shown_at;       /* its moment in hundredths of a second */
    bool begun, failed; /* failed: the host had no memory; errors of the file are in the file */
    struct {            /* the last frame, which is written when the next one tells its length */
        u32 x, y, width, height;
    } changed;
};

/* `file` is empty and can be sought in. */
void gif_begin(struct gif *gif, FILE *file);
/* A picture of 0x00RRGGBB words that is shown from `moment`, hundredths of a second that only grow,
   on. Pictures may differ in size: smaller ones lie in the upper left corner. */
void gif_add(struct gif *gif, const u32 *pixels, u32 width, u32 height, u64 moment);
/* Ends at a moment; false when anything could not be written. The file stays the caller's. */
bool gif_end(struct gif *gif, u64 moment);

#endif
