#ifndef GLASS386_DEBUG_GUEST_SLOT_H
#define GLASS386_DEBUG_GUEST_SLOT_H

#include "debug/guest_kernel.h"

/* The kernel's slots for tasks: task_struct and page tables of each. */

#define GUEST_SLOTS 64u

struct guest_slot {
    u32 number;
    u32 task;         /* physical address of its task_struct, at the start of its page */
    u32 base, limit;  /* of its data segment (LDT entry 2); limit in bytes, inclusive */
    u32 directory;    /* its page directory, from CR3 of its TSS */
    u32 first, count; /* directory entries that its segment covers */
    u32 tables;       /* of these, in use */
    u32 pages, read_only,
        shared; /* present; without the write bit; with a frame of several users */
    u32 swapped;
};

/* False when the kernel has no `task` array or nobody is in that slot. */
bool guest_slot_read(const struct guest_kernel *kernel, u32 number, struct guest_slot *slot);

/* The fields of a task_struct that people ask for: one table for monitor and tests. */
struct guest_task_field {
    const char *name;
    u16 offset;
    u8 size;  /* bytes; 0: text of 16 bytes */
    char how; /* x hexadecimal, d signed decimal, s text */
};
extern const struct guest_task_field guest_task_fields[];
extern const u32 guest_task_field_count;

/* ---- pages ---- */

enum { GUEST_PAGE_PRESENT = 1, GUEST_PAGE_WRITABLE = 2 };
#define GUEST_FRAME(entry) ((entry) & ~PAGE_OFFSET_MASK)

typedef void guest_page_visitor(void *context, u32 linear, u32 entry);

/* Calls for each entry of a slot that is not 0, in the order of addresses: present, or out in swap
   (page number of the swap device times 2). */
void guest_slot_pages(const struct guest_kernel *kernel, const struct guest_slot *slot,
                      guest_page_visitor *visit, void *context);

/* Users of a frame as the kernel counts them; 0 for frames that it does not count. */
u32 guest_frame_users(const struct guest_kernel *kernel, u32 frame);

#endif
