#ifndef GLASS386_DEBUG_GUEST_REGIONS_H
#define GLASS386_DEBUG_GUEST_REGIONS_H

#include "debug/guest_slot.h"

/* The regions of a task's memory: a sorted list and a red-black tree of the same nodes. Only
   kernels whose symbols name the functions that keep them have any. */

struct guest_space {
    u32 directory;            /* 0: the kernel's common one */
    u32 first, root;          /* of the list, of the tree; physical addresses, 0 for none */
    u32 regions, pages, size; /* as the kernel counts them; `size` in bytes */
    u32 lookups, steps;       /* searches in the tree, nodes that they looked at */
};

struct guest_region {
    u32 address;            /* of the structure */
    u32 first, end;         /* offsets in the task's segment; `end` is behind the last byte */
    u32 flags;              /* enum guest_region_flag */
    u32 offset;             /* in its file */
    u32 inode;              /* 0: no file */
    u32 operations, nopage; /* addresses; nopage 0: the page stays zero */
    u32 parent, child[2];
    bool red;
    char kind[16];
};

enum guest_region_flag {
    REGION_READ = 1,
    REGION_WRITE = 2,
    REGION_EXECUTE = 4,
    REGION_SHARED = 8,
    REGION_GROWS_DOWN = 0x10,
};

/* What a walk over list and tree found wrong; all of it has to be 0. */
struct guest_region_check {
    u32 listed, in_tree, depth; /* nodes of the list, of the tree; the longest way down */
    u32 unsorted;  /* regions that overlap, are empty or lie before the one before them */
    u32 misplaced; /* nodes of the tree that are not the list's in its order, or whose parent is
                      wrong */
    u32 red_red;   /* red nodes with a red child, and a red root */
    u32 uneven;    /* nodes whose ways down pass different numbers of black nodes */
};

/* False when the kernel has no regions, or the slot is empty. */
bool guest_space_read(const struct guest_kernel *kernel, const struct guest_slot *slot,
                      struct guest_space *space);

/* The region at a structure's address; false for an address that can be none. */
bool guest_region_read(const struct guest_kernel *kernel, u32 address, struct guest_region *region);

#define GUEST_REGIONS_MAX 4096u
/* The address of the region behind one in the list, 0 at its end. */
u32 guest_region_next(const struct guest_kernel *kernel, u32 address);

void guest_regions_check(const struct guest_kernel *kernel, const struct guest_space *space,
                         struct guest_region_check *check);

#endif
