#ifndef GLASS386_DEBUG_GUEST_KERNEL_H
#define GLASS386_DEBUG_GUEST_KERNEL_H

#include "bus/memory.h"
#include "debug/symbols.h"

/* The guest kernel's own tables, found by its symbols: a kernel of Linux 0.12's shape that is
   linked at address 0, so that a symbol is a physical address. Nothing detects a guest: each
   decoder reads what its symbols name and says false where they are missing. All of it looks only,
   and takes nothing that memory holds on trust. */

struct guest_kernel {
    const struct memory *memory;
    const struct symbols *symbols;
};

/* Address of a symbol; false when there is none of that name. */
bool guest_symbol(const struct guest_kernel *kernel, const char *name, u32 *address);
/* The dword at a symbol. */
bool guest_value(const struct guest_kernel *kernel, const char *name, u32 *value);

u32 guest_read(const struct guest_kernel *kernel, u32 physical, unsigned size); /* 1, 2, 4 bytes */

/* ---- physical memory by zone (S1-S4) ---- */

struct guest_zone {
    const char *name;
    u32 first, end; /* bytes; `end` is behind the last one */
};
#define GUEST_ZONES_MAX 10u

/* Zones in the order of their addresses; how many. 0 when the kernel names none of its borders. */
u32 guest_zones(const struct guest_kernel *kernel, struct guest_zone zones[GUEST_ZONES_MAX]);

/* ---- the buffer cache (S2) ---- */

struct guest_buffers {
    u32 count;                                        /* buffer heads */
    u32 heads_first, heads_end, data_first, data_end; /* bytes */
    u32 used, dirty, held;
    u32 in_video; /* with data in A0000h-FFFFFh: has to be 0 */
    u32 outside;  /* with data beyond the cache's end or below its heads: 0 too */
};

bool guest_buffers(const struct guest_kernel *kernel, struct guest_buffers *buffers);

/* ---- swap space ---- */

struct guest_swap {
    u32 device;
    bool active;     /* a bitmap is loaded */
    u32 pages, free; /* the bitmap's own page not counted */
    u32 ins, outs;   /* pages moved since boot */
};

bool guest_swap(const struct guest_kernel *kernel, struct guest_swap *swap);
/* The bit of a page is clear: it is taken. */
bool guest_swap_taken(const struct guest_kernel *kernel, u32 number);

#endif
