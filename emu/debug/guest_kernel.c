#include "debug/guest_kernel.h"

#include "base/bits.h"

#include <string.h>

bool guest_symbol(const struct guest_kernel *kernel, const char *name, u32 *address)
{
    return symbols_find(kernel->symbols, name, strlen(name), address);
}

u32 guest_read(const struct guest_kernel *kernel, u32 physical, unsigned size)
{
    u8 bytes[4] = {0};
    memory_peek(kernel->memory, physical, bytes, size);
    return load_le32(bytes);
}

bool guest_value(const struct guest_kernel *kernel, const char *name, u32 *value)
{
    u32 address;
    if (!guest_symbol(kernel, name, &address))
        return false;
    *value = guest_read(kernel, address, 4);
    return true;
}

/* ---- zones ---- */

#define VIDEO_FIRST 0xa0000u
#define VIDEO_END 0x100000u
#define PAGE_TABLES_END 0x5000u /* directory and four tables, from address 0 on */

struct zone_list {
    struct guest_zone *zones;
    u32 count, at; /* `at`: where the next one may begin */
};

static void add_zone(struct zone_list *list, const char *name, u32 first, u32 end)
{
    if (first < list->at || end <= first || list->count == GUEST_ZONES_MAX)
        return;
    list->zones[list->count++] = (struct guest_zone){name, first, end};
    list->at = end;
}

u32 guest_zones(const struct guest_kernel *kernel, struct guest_zone zones[GUEST_ZONES_MAX])
{
    struct zone_list list = {zones, 0, 0};
    u32 directory, kernel_end, cache_end, main_first, memory_end;
    if (!guest_symbol(kernel, "end", &kernel_end) ||
        !guest_value(kernel, "buffer_memory_end", &cache_end) ||
        !guest_value(kernel, "main_memory_start", &main_first) ||
        !guest_value(kernel, "HIGH_MEMORY", &memory_end))
        return 0;
    if (guest_symbol(kernel, "pg_dir", &directory) && directory == 0) {
        add_zone(&list, "page directory", 0, PAGE_SIZE);
        add_zone(&list, "page tables", PAGE_SIZE, PAGE_TABLES_END);
    }
    add_zone(&list, "kernel", list.at, kernel_end);
    add_zone(&list, "buffer cache", kernel_end, cache_end < VIDEO_FIRST ? cache_end : VIDEO_FIRST);
    add_zone(&list, "video and ROM", VIDEO_FIRST, VIDEO_END);
    add_zone(&list, "buffer cache", VIDEO_END, cache_end);
    add_zone(&list, "RAM disk", cache_end, main_first);
    add_zone(&list, "main memory", main_first, memory_end);
    return list.count;
}

/* ---- buffers ---- */

/* Offsets in the kernel's buffer_head, which is 0.12's. */
enum head_offset { HEAD_DATA = 0, HEAD_DEV = 8, HEAD_DIRT = 11, HEAD_COUNT = 12, HEAD_SIZE = 36 };
#define BLOCK_BYTES 1024u
#define HEADS_MAX 16384u /* a block each in 16 MB */

static void count_buffer(const struct guest_kernel *kernel, u32 head, u32 cache_end,
                         struct guest_buffers *buffers)
{
    u32 data = guest_read(kernel, head + HEAD_DATA, 4);
    buffers->used += guest_read(kernel, head + HEAD_DEV, 2) != 0;
    buffers->dirty += guest_read(kernel, head + HEAD_DIRT, 1) != 0;
    buffers->held += guest_read(kernel, head + HEAD_COUNT, 1) != 0;
    buffers->in_video += data < VIDEO_END && data + BLOCK_BYTES > VIDEO_FIRST;
    buffers->outside += data < buffers->heads_end || data + BLOCK_BYTES > cache_end;
    if (data < buffers->data_first)
        buffers->data_first = data;
    if (data + BLOCK_BYTES > buffers->data_end)
        buffers->data_end = data + BLOCK_BYTES;
}

bool guest_buffers(const struct guest_kernel *kernel, struct guest_buffers *buffers)
{
    u32 cache_end;
    *buffers = (struct guest_buffers){.data_first = ~0u};
    if (!guest_value(kernel, "nr_buffers", &buffers->count) ||
        !guest_value(kernel, "start_buffer", &buffers->heads_first) ||
        !guest_value(kernel, "buffer_memory_end", &cache_end) || buffers->count == 0 ||
        buffers->count > HEADS_MAX)
        return false;
    buffers->heads_end = buffers->heads_first + buffers->count * HEAD_SIZE;
    for (u32 i = 0; i < buffers->count; i++)
        count_buffer(kernel, buffers->heads_first + i * HEAD_SIZE, cache_end, buffers);
    return true;
}

/* ---- swap ---- */

#define SWAP_PAGES_MAX (PAGE_SIZE * 8u) /* bits in a page */

bool guest_swap_taken(const struct guest_kernel *kernel, u32 number)
{
    u32 bitmap, pages;
    if (!guest_value(kernel, "swap_bitmap", &bitmap) || !guest_value(kernel, "swap_size", &pages) ||
        bitmap == 0 || number >= pages)
        return false;
    return !(guest_read(kernel, bitmap + number / 8, 1) >> number % 8 & 1);
}

bool guest_swap(const struct guest_kernel *kernel, struct guest_swap *swap)
{
    u32 bitmap, pages;
    *swap = (struct guest_swap){.active = false};
    if (!guest_value(kernel, "SWAP_DEV", &swap->device) ||
        !guest_value(kernel, "swap_bitmap", &bitmap) || !guest_value(kernel, "swap_size", &pages) ||
        !guest_value(kernel, "swap_ins", &swap->ins) ||
        !guest_value(kernel, "swap_outs", &swap->outs))
        return false;
    swap->active = bitmap != 0 && pages > 1 && pages <= SWAP_PAGES_MAX;
    if (!swap->active)
        return true;
    swap->pages = pages - 1;
    for (u32 number = 1; number < pages; number++)
        swap->free += !guest_swap_taken(kernel, number);
    return true;
}
