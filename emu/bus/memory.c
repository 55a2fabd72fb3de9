#include "bus/memory.h"

#include "base/bits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define VIDEO_HOLE 0xa0000u
#define EXTENDED_START 0x100000u
#define A20_BIT 0x100000u

static u8 add_region(struct memory *memory, const struct memory_region *region)
{
    assert(memory->region_count < MEMORY_MAX_REGIONS);
    u8 number = (u8)memory->region_count++;
    memory->regions[number] = *region;
    u32 page = region->first >> PAGE_SHIFT;
    for (u32 count = region->size >> PAGE_SHIFT; count > 0; count--)
        memory->page_region[page++] = number;
    return number;
}

static void add_ram(struct memory *memory, const char *name, u32 first, u32 size)
{
    if (size == 0)
        return;
    add_region(memory, &(struct memory_region){.name = name,
                                               .kind = MEMORY_RAM,
                                               .first = first,
                                               .size = size,
                                               .bytes = memory->ram + first});
}

bool memory_init(struct memory *memory, u32 ram_size, struct error *error)
{
    *memory = (struct memory){.ram_size = ram_size, .a20_mask = ~0u};
    if (ram_size < MIB || ram_size > MEMORY_MAX_RAM || (ram_size & PAGE_OFFSET_MASK))
        return error_set(error, "%u bytes of memory: expected 1M to 3G, a multiple of 4K",
                         ram_size);
    /* Pages come from the host when the guest first touches them. */
    void *ram = mmap(NULL, ram_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    memory->ram = ram == MAP_FAILED ? NULL : ram;
    memory->code_chunks = calloc(ram_size >> PAGE_SHIFT, sizeof *memory->code_chunks);
    memory->page_region = calloc(MEMORY_PAGES, 1);
    if (!memory->ram || !memory->code_chunks || !memory->page_region) {
        memory_free(memory);
        return error_set(error, "the host has no %u MB of memory for the guest: give a smaller -m",
                         ram_size >> 20);
    }
    add_region(memory, &(struct memory_region){.name = "nothing", .kind = MEMORY_NONE});
    add_ram(memory, "base RAM", 0, VIDEO_HOLE);
    add_ram(memory, "extended RAM", EXTENDED_START, ram_size - EXTENDED_START);
    return true;
}

void memory_free(struct memory *memory)
{
    if (memory->ram)
        munmap(memory->ram, memory->ram_size);
    free(memory->code_chunks);
    free(memory->page_region);
    *memory = (struct memory){0};
}

static void changed(struct memory *memory)
{
    if (memory->map_changed)
        memory->map_changed(memory->map_changed_context);
}

void memory_map_rom(struct memory *memory, const char *name, u32 first, u32 size, const u8 *bytes)
{
    add_region(memory, &(struct memory_region){.name = name,
                                               .kind = MEMORY_ROM,
                                               .first = first,
                                               .size = size,
                                               .bytes = (u8 *)(uintptr_t)bytes});
    changed(memory);
}

void memory_map_shadow(struct memory *memory, u32 first, u32 size)
{
    add_ram(memory, "shadow RAM", first, size);
    changed(memory);
}

void memory_map_device(struct memory *memory, const char *name, u32 first, u32 size,
                       const struct memory_device *device)
{
    add_region(
        memory,
        &(struct memory_region){
            .name = name, .kind = MEMORY_DEVICE, .first = first, .size = size, .device = *device});
    changed(memory);
}

void memory_set_a20(struct memory *memory, bool open)
{
    u32 mask = open ? ~0u : ~A20_BIT;
    if (mask == memory->a20_mask)
        return;
    memory->a20_mask = mask;
    changed(memory);
}

u8 *memory_read_pointer(const struct memory *memory, u32 physical)
{
    const struct memory_region *region = memory_region_of(memory, physical);
    return region->bytes ? region->bytes + (physical - region->first) : NULL;
}

u8 *memory_write_pointer(const struct memory *memory, u32 physical)
{
    const struct memory_region *region = memory_region_of(memory, physical);
    return region->kind == MEMORY_RAM ? region->bytes + (physical - region->first) : NULL;
}

static bool crosses_page(u32 physical, unsigned size)
{
    return (physical & PAGE_OFFSET_MASK) + size > PAGE_SIZE;
}

static u32 load(const u8 *from, unsigned size)
{
    return size == 1 ? *from : size == 2 ? load_le16(from) : load_le32(from);
}

static void store(u8 *to, unsigned size, u32 value)
{
    if (size == 1)
        *to = (u8)value;
    else if (size == 2)
        store_le16(to, (u16)value);
    else
        store_le32(to, value);
}

u32 memory_read(struct memory *memory, u32 physical, unsigned size)
{
    if (crosses_page(physical, size)) {
        u32 value = 0;
        for (unsigned i = 0; i < size; i++)
            value |= memory_read(memory, physical + i, 1) << (8 * i);
        return value;
    }
    const struct memory_region *region = memory_region_of(memory, physical);
    if (region->bytes)
        return load(region->bytes + (physical - region->first), size);
    if (region->kind == MEMORY_DEVICE)
        return region->device.read(region->device.context, physical, size);
    return size == 4 ? ~0u : (1u << (8 * size)) - 1u;
}

static void note_code_write(struct memory *memory, u32 physical, u32 size)
{
    if (memory->code_chunks[physical >> PAGE_SHIFT] & memory_chunk_mask(physical, size))
        memory->code_watch.written(memory->code_watch.context, physical, size);
}

void memory_write(struct memory *memory, u32 physical, unsigned size, u32 value)
{
    if (crosses_page(physical, size)) {
        for (unsigned i = 0; i < size; i++)
            memory_write(memory, physical + i, 1, value >> (8 * i));
        return;
    }
    const struct memory_region *region = memory_region_of(memory, physical);
    if (region->kind == MEMORY_RAM) {
        store(region->bytes + (physical - region->first), size, value);
        note_code_write(memory, physical, size);
    } else if (region->kind == MEMORY_DEVICE) {
        region->device.write(region->device.context, physical, size, value);
    }
}

static u32 run_in_page(u32 physical, u32 count)
{
    u32 room = PAGE_SIZE - (physical & PAGE_OFFSET_MASK);
    return count < room ? count : room;
}

void memory_read_bytes(struct memory *memory, u32 physical, void *to, u32 count)
{
    u8 *out = to;
    while (count > 0) {
        u32 run = run_in_page(physical, count);
        const u8 *from = memory_read_pointer(memory, physical);
        if (from)
            memcpy(out, from, run);
        else
            for (u32 i = 0; i < run; i++)
                out[i] = (u8)memory_read(memory, physical + i, 1);
        physical += run;
        out += run;
        count -= run;
    }
}

void memory_write_bytes(struct memory *memory, u32 physical, const void *from, u32 count)
{
    const u8 *in = from;
    while (count > 0) {
        u32 run = run_in_page(physical, count);
        u8 *to = memory_write_pointer(memory, physical);
        if (to) {
            memcpy(to, in, run);
            note_code_write(memory, physical, run);
        } else {
            for (u32 i = 0; i < run; i++)
                memory_write(memory, physical + i, 1, in[i]);
        }
        physical += run;
        in += run;
        count -= run;
    }
}

void memory_peek(const struct memory *memory, u32 physical, void *to, u32 count)
{
    u8 *out = to;
    for (u32 i = 0; i < count; i++) {
        const struct memory_region *region = memory_region_of(memory, physical + i);
        if (region->bytes)
            out[i] = region->bytes[physical + i - region->first];
        else if (region->kind == MEMORY_DEVICE && region->device.peek)
            out[i] = region->device.peek(region->device.context, physical + i);
        else
            out[i] = 0xff;
    }
}
