#include "debug/guest_slot.h"

#include "base/bits.h"
#include "debug/describe.h"

#define ENTRIES 1024u
#define KERNEL_FIRST 768u /* with flat segments of 4 GB the kernel has the entries from here on */
#define LOW_MEMORY 0x100000u
#define FRAMES_COUNTED 3840u

/* Offsets in the 0.12 task_struct that are read here; the table below has the others. */
enum slot_offset { SLOT_LDT_DATA = 936, SLOT_CR3 = 944 + 28 };

/* clang-format off */
const struct guest_task_field guest_task_fields[] = {
    {"comm",       1156,  0, 's'},
    {"pid",         556,  4, 'd'},
    {"state",         0,  4, 'd'},
    {"counter",       4,  4, 'd'},
    {"priority",      8,  4, 'd'},
    {"signal",       12,  4, 'x'},
    {"blocked",     528,  4, 'x'},
    {"exit_code",   532,  4, 'd'},
    {"start_code",  536,  4, 'x'},
    {"end_code",    540,  4, 'x'},
    {"end_data",    544,  4, 'x'},
    {"brk",         548,  4, 'x'},
    {"start_stack", 552,  4, 'x'},
    {"pgrp",        560,  4, 'd'},
    {"session",     564,  4, 'd'},
    {"parent",      700,  4, 'x'},
    {"uid",         716,  2, 'd'},
    {"euid",        718,  2, 'd'},
    {"utime",       736,  4, 'd'},
    {"stime",       740,  4, 'd'},
    {"tty",         812,  4, 'd'},
    {"executable",  828,  4, 'x'},
    {"library",     832,  4, 'x'},
    {"min_flt",    1172,  4, 'd'},
    {"maj_flt",    1176,  4, 'd'},
};
/* clang-format on */
const u32 guest_task_field_count = ARRAY_COUNT(guest_task_fields);

u32 guest_frame_users(const struct guest_kernel *kernel, u32 frame)
{
    u32 map, number = (frame - LOW_MEMORY) >> PAGE_SHIFT;
    if (frame < LOW_MEMORY || number >= FRAMES_COUNTED || !guest_symbol(kernel, "mem_map", &map))
        return 0;
    return guest_read(kernel, map + number, 1);
}

void guest_slot_pages(const struct guest_kernel *kernel, const struct guest_slot *slot,
                      guest_page_visitor *visit, void *context)
{
    for (u32 i = slot->first; i < slot->first + slot->count; i++) {
        u32 table = guest_read(kernel, slot->directory + i * 4, 4);
        if (!(table & GUEST_PAGE_PRESENT))
            continue;
        for (u32 k = 0; k < ENTRIES; k++) {
            u32 entry = guest_read(kernel, GUEST_FRAME(table) + k * 4, 4);
            if (entry)
                visit(context, i << 22 | k << PAGE_SHIFT, entry);
        }
    }
}

struct slot_count {
    const struct guest_kernel *kernel;
    struct guest_slot *slot;
};

static void count_page(void *context, u32 linear, u32 entry)
{
    const struct slot_count *count = context;
    struct guest_slot *slot = count->slot;
    if (linear - slot->base > slot->limit)
        return; /* task 0's table maps more than its segment reaches */
    if (!(entry & GUEST_PAGE_PRESENT)) {
        slot->swapped++;
        return;
    }
    slot->pages++;
    slot->read_only += !(entry & GUEST_PAGE_WRITABLE);
    slot->shared += guest_frame_users(count->kernel, GUEST_FRAME(entry)) > 1;
}

static void read_segment(const struct guest_kernel *kernel, struct guest_slot *slot)
{
    u64 low = guest_read(kernel, slot->task + SLOT_LDT_DATA, 4);
    u64 high = guest_read(kernel, slot->task + SLOT_LDT_DATA + 4, 4);
    struct descriptor_fields data = descriptor_decode(high << 32 | low);
    slot->base = data.base;
    slot->limit = data.limit;
    slot->first = slot->base >> 22;
    u32 last = (u32)(((u64)slot->base + slot->limit) >> 22);
    if (last >= ENTRIES)
        last = ENTRIES - 1;
    if (slot->first == 0 && last == ENTRIES - 1)
        last = KERNEL_FIRST - 1;
    slot->count = last - slot->first + 1;
}

bool guest_slot_read(const struct guest_kernel *kernel, u32 number, struct guest_slot *slot)
{
    u32 array;
    *slot = (struct guest_slot){.number = number};
    if (number >= GUEST_SLOTS || !guest_symbol(kernel, "task", &array))
        return false;
    slot->task = guest_read(kernel, array + number * 4, 4);
    if (slot->task == 0)
        return false;
    slot->directory = GUEST_FRAME(guest_read(kernel, slot->task + SLOT_CR3, 4));
    read_segment(kernel, slot);
    for (u32 i = slot->first; i < slot->first + slot->count; i++)
        slot->tables += guest_read(kernel, slot->directory + i * 4, 4) & GUEST_PAGE_PRESENT;
    struct slot_count count = {kernel, slot};
    guest_slot_pages(kernel, slot, count_page, &count);
    return true;
}
