#ifndef GLASS386_SNAPSHOT_TOUCHED_H
#define GLASS386_SNAPSHOT_TOUCHED_H

#include "base/types.h"

/* Which pages of a large block from the host, all zeros at first, it has really given so far: who
   looks for what is not zero need not make it give the rest. */

struct touched {
    int file; /* -1: the host does not tell */
};

void touched_open(struct touched *touched);
void touched_close(struct touched *touched);

/* For `count` pages of PAGE_SIZE from `block` on, at most 256: bit n of `bits` is set when the page
   may hold something else than zeros. */
void touched_pages(const struct touched *touched, const void *block, u32 count, u8 bits[32]);

#endif
