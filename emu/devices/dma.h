#ifndef GLASS386_DEVICES_DMA_H
#define GLASS386_DEVICES_DMA_H

#include "base/field.h"
#include "base/types.h"
#include "bus/dma_line.h"
#include "bus/memory.h"

struct dma_channel {
    u16 base_address, base_count;
    u16 address, count;
    u8 mode;
    u8 page;
};

/* One 8237A; the AT has two, the second for words. */
struct dma_chip {
    struct dma_channel channel[4];
    u8 flip_flop; /* the next byte is the high one */
    u8 command, mask, request, status, temporary;
};

struct dma {
    struct dma_chip chip[2];
    u8 pages[16]; /* ports 80h-8Fh as written */

    struct memory *memory;
};

extern const struct field_table dma_fields;

void dma_init(struct dma *dma, struct memory *memory);
void dma_reset(struct dma *dma);

/* Ports 00h-0Fh, 80h-8Fh and C0h-DFh; context struct dma. */
u32 dma_read(void *context, u16 port, unsigned size);
void dma_write(void *context, u16 port, unsigned size, u32 value);

/* What a device's line is wired to; context struct dma, channel 0-7. Word channels (5-7) move
   words: `count` is even there. A channel programmed for the other direction moves nothing useful:
   its device reads all ones, or memory is read for nobody. */
u32 dma_transfer(void *context, unsigned channel, enum dma_direction direction, u8 *bytes,
                 u32 count, bool *terminal);

#endif
