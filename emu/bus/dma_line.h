#ifndef GLASS386_BUS_DMA_LINE_H
#define GLASS386_BUS_DMA_LINE_H

#include "base/types.h"

/* A chip's DREQ and DACK pins: the way to the DMA channel behind it. A plain value, set at wiring
   time; an unconnected line has a null `transfer`. */

enum dma_direction { DMA_TO_MEMORY, DMA_FROM_MEMORY };

struct dma_line {
    /* Moves up to `count` bytes between `bytes` and memory as the channel was programmed; gives how
       many were moved: 0 while the channel is masked. *terminal: the count ended with the last. */
    u32 (*transfer)(void *context, unsigned channel, enum dma_direction direction, u8 *bytes,
                    u32 count, bool *terminal);
    void *context;
    unsigned channel;
};

static inline u32 dma_line_move(const struct dma_line *line, enum dma_direction direction,
                                u8 *bytes, u32 count, bool *terminal)
{
    *terminal = false;
    if (!line->transfer)
        return 0;
    return line->transfer(line->context, line->channel, direction, bytes, count, terminal);
}

#endif
