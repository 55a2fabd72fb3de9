#ifndef GLASS386_BUS_MEMORY_H
#define GLASS386_BUS_MEMORY_H

#include "base/error.h"
#include "base/types.h"

/* Physical memory: a map of 4 KB pages, each RAM, ROM, a device, or nothing (reads all ones, writes
   are lost). Addresses here are physical and after the A20 gate: callers apply memory_a20(). */

#define MEMORY_MAX_REGIONS 32u
#define MEMORY_MAX_RAM (3u * 1024u * MIB)
#define MEMORY_PAGES (1u << 20)

enum memory_kind { MEMORY_NONE, MEMORY_RAM, MEMORY_ROM, MEMORY_DEVICE };

struct memory_device {
    u32 (*read)(void *context, u32 physical, unsigned size); /* size 1, 2 or 4, aligned or not */
    void (*write)(void *context, u32 physical, unsigned size, u32 value);
    u8 (*peek)(void *context, u32 physical); /* a byte without any side effect */
    void *context;
};

struct memory_region {
    const char *name;
    enum memory_kind kind;
    u32 first, size; /* bytes, page aligned */
    u8 *bytes;       /* RAM and ROM: the host's copy of address `first` */
    struct memory_device device;
};

/* Code that was decoded from RAM must be forgotten when the RAM changes. The CPU marks 128-byte
   chunks that hold decoded code; a write of anybody to a marked chunk calls `written` before it
   returns. */
struct memory_code_watch {
    void (*written)(void *context, u32 physical, u32 size);
    void *context;
};

struct memory {
    u8 *ram;
    u32 ram_size; /* bytes */
    u32 a20_mask; /* FFFFFFFFh, or FFEFFFFFh while the gate is closed */
    u32 *
        code_chunks; /* one word per page below ram_size: bit n = chunk of 128 bytes n holds code */
    u8 *page_region; /* MEMORY_PAGES entries: index into regions; 0 is "nothing" */
    struct memory_region regions[MEMORY_MAX_REGIONS];
    u32 region_count;
    struct memory_code_watch code_watch;
    void (*map_changed)(void *context); /* A20 or the map changed: cached translations are stale */
    void *map_changed_context;
};

/* ram_size: 1 MB to 3 GB, a multiple of 4 KB. RAM is 0-9FFFFh and from 100000h up. */
bool memory_init(struct memory *memory, u32 ram_size, struct error *error);
void memory_free(struct memory *memory);

/* ROM keeps a pointer to the caller's bytes; size and first are multiples of 4 KB. */
void memory_map_rom(struct memory *memory, const char *name, u32 first, u32 size, const u8 *bytes);
/* The RAM that lies behind 640 KB to 1 MB and is hidden otherwise. */
void memory_map_shadow(struct memory *memory, u32 first, u32 size);
void memory_map_device(struct memory *memory, const char *name, u32 first, u32 size,
                       const struct memory_device *device);

void memory_set_a20(struct memory *memory, bool open);
static inline u32 memory_a20(const struct memory *memory, u32 address)
{
    return address & memory->a20_mask;
}

static inline const struct memory_region *memory_region_of(const struct memory *memory,
                                                           u32 physical)
{
    return &memory->regions[memory->page_region[physical >> PAGE_SHIFT]];
}

/* Host pointer to a byte that can be read (RAM, ROM) or written (RAM) directly up to the end of its
   page; null for devices and nothing. A direct writer must look at code_chunks itself. */
u8 *memory_read_pointer(const struct memory *memory, u32 physical);
u8 *memory_write_pointer(const struct memory *memory, u32 physical);

/* 1, 2 or 4 bytes, little endian, of any kind of page and across pages. Writes honour the code
 * watch. */
u32 memory_read(struct memory *memory, u32 physical, unsigned size);
void memory_write(struct memory *memory, u32 physical, unsigned size, u32 value);

/* Blocks, for DMA, loaders and snapshots. */
void memory_read_bytes(struct memory *memory, u32 physical, void *to, u32 count);
void memory_write_bytes(struct memory *memory, u32 physical, const void *from, u32 count);

/* Looks without touching: device pages through their peek, nothing as FFh. */
void memory_peek(const struct memory *memory, u32 physical, void *to, u32 count);

/* True when any of [physical, physical + size), within one page, lies in a chunk that holds code.
 */
static inline u32 memory_chunk_mask(u32 physical, u32 size)
{
    u32 first = (physical & PAGE_OFFSET_MASK) >> 7;
    u32 last = ((physical + size - 1) & PAGE_OFFSET_MASK) >> 7;
    return (2u << last) - (1u << first);
}

#endif
