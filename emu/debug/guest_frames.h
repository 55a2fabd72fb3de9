#ifndef GLASS386_DEBUG_GUEST_FRAMES_H
#define GLASS386_DEBUG_GUEST_FRAMES_H

#include "debug/guest_slot.h"

/* Who owns each frame of main memory. The kernel keeps a count per frame (mem_map) and no owner;
   the owners are found by following every pointer that a user of a frame holds. A count that
   differs from the users found is a leak or a frame given away twice. */

enum guest_frame_kind {
    FRAME_FREE,
    FRAME_RESERVED, /* never given out: buffers, RAM disk, beyond memory */
    FRAME_TASK,     /* task_struct and kernel stack */
    FRAME_DIRECTORY,
    FRAME_TABLE,
    FRAME_PAGE, /* a page of a task */
    FRAME_PIPE,
    FRAME_KERNEL, /* small objects of the kernel's malloc */
    FRAME_SWAP_MAP,
    FRAME_UNKNOWN, /* counted, and no user found: in use by a call under way, or lost */
    FRAME_KINDS,
};
const char *guest_frame_kind_name(enum guest_frame_kind kind);

struct guest_frame {
    u8 count;   /* mem_map */
    u8 kind;    /* enum guest_frame_kind */
    u8 slot;    /* of the first user found, for what a task owns */
    u16 users;  /* found */
    u32 linear; /* of the first user, for FRAME_PAGE and FRAME_TABLE */
};

#define GUEST_FRAMES_FIRST 0x100000u /* physical address of the first frame in mem_map */
#define GUEST_FRAMES_MAX 3840u

struct guest_frames {
    u32 count; /* frames up to the end of memory */
    struct guest_frame frame[GUEST_FRAMES_MAX];
    u32 swap_used;     /* table entries that name a page in swap */
    u32 swap_unmarked; /* of these, free by the bitmap: has to be 0 */
    u32 overused;      /* frames with more users than counted: given out twice, has to be 0 */
    u32 loose; /* counted for somebody not found: 0 when no call is under way, else a leak */
};

/* False when the kernel has no mem_map or no page directory that symbols name. */
bool guest_frames_read(const struct guest_kernel *kernel, struct guest_frames *frames);

#endif
