#ifndef GLASS386_UI_Y4M_H
#define GLASS386_UI_Y4M_H

#include "base/types.h"

#include <stdio.h>

/* A writer of uncompressed films for other programs: YUV4MPEG2, a luminance and two colour
   differences for each dot. All frames have one size: of the first picture, but at least
   720 x 480. Other pictures lie in the middle, larger ones are made smaller. */

#define Y4M_RATE 60u /* frames in a second */

struct y4m {
    FILE *file;
    u32 width, height; /* 0 before the first picture */
    u8 *planes;        /* the last frame, three of width * height */
    u64 frames;        /* written */
    bool failed;       /* the host had no memory */
};

void y4m_begin(struct y4m *film, FILE *file);
/* A picture of 0x00RRGGBB words that is shown from frame number `moment` on; moments only grow. */
void y4m_add(struct y4m *film, const u32 *pixels, u32 width, u32 height, u64 moment);
/* Ends before frame number `moment`; false when anything could not be written. The file stays the
   caller's. */
bool y4m_end(struct y4m *film, u64 moment);

#endif
