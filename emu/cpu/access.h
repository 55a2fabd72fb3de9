#ifndef GLASS386_CPU_ACCESS_H
#define GLASS386_CPU_ACCESS_H

#include "base/bits.h"
#include "cpu/data.h"
#include "cpu/translate.h"

/* What lies under data.h: the check of one segment, and accesses at linear addresses. Private to
   cpu/. */

/* The verdict on a segment: `rule` names what was checked last, and what failed when !passed. */
struct segment_verdict {
    bool passed;
    bool limit; /* it is the limit that failed: #SS in SS */
    const char *rule, *source;
};
struct segment_verdict segment_check(const struct segment *segment, u32 offset, unsigned size,
                                     enum access_kind kind);

/* Translates 1 to 16 bytes; when they cross a page both pages are looked at before an A or D bit is
   set. On failure cpu->fault is set. */
bool linear_resolve(struct cpu *cpu, u32 linear, const struct access *access, struct data_ref *ref);

/* Host memory of 1 to 16 bytes that the buffer maps with the rights asked for, so that they may be
   read (written) with no further check; else null. */
static inline u8 *linear_host(const struct cpu *cpu, u32 linear, unsigned size, bool user,
                              bool write)
{
    const struct tlb_fast *fast =
        &cpu->tlb.fast[user][linear >> PAGE_SHIFT & (TLB_DATA_ENTRIES - 1)];
    u32 tag = write ? fast->write_tag : fast->read_tag;
    if (tag != ((linear + size - 1) & ~PAGE_OFFSET_MASK))
        return NULL;
    return (u8 *)(uintptr_t)(fast->addend + linear);
}

/* The same for a device's page: its physical address. */
static inline bool linear_device(const struct cpu *cpu, u32 linear, unsigned size, bool user,
                                 bool write, u32 *physical)
{
    const struct tlb_fast *fast =
        &cpu->tlb.fast[user][linear >> PAGE_SHIFT & (TLB_DATA_ENTRIES - 1)];
    u32 tag = write ? fast->write_tag : fast->read_tag;
    *physical = (u32)fast->addend + linear;
    return tag == (((linear + size - 1) & ~PAGE_OFFSET_MASK) | TLB_DEVICE);
}

/* Checked accesses of up to 16 bytes; `user` is the privilege for paging. */
bool linear_read_bytes(struct cpu *cpu, u32 linear, bool user, void *to, unsigned count);
bool linear_write_bytes(struct cpu *cpu, u32 linear, bool user, const void *from, unsigned count);

/* 486: alignment is checked when the program runs at CPL 3. */
static inline bool alignment_armed(const struct cpu *cpu)
{
    return (cpu->cr0 & CR0_AM) && (cpu->eflags & FLAG_AC);
}

/* Every page of a range of any length is there for this kind of supervisor access. */
bool linear_check_range(struct cpu *cpu, u32 linear, u32 count, enum access_kind kind);

/* May these bytes be stored by their physical address, and does the page have decoded code still?
   If not, the slow way finds that out and enters the page anew. */
static inline bool linear_code_store(const struct cpu *cpu, u32 linear, unsigned size, bool user,
                                     u32 *physical)
{
    const struct tlb_fast *fast =
        &cpu->tlb.fast[user][linear >> PAGE_SHIFT & (TLB_DATA_ENTRIES - 1)];
    if (fast->write_tag != (((linear + size - 1) & ~PAGE_OFFSET_MASK) | TLB_CODE))
        return false;
    *physical = (u32)(fast->addend + linear - (u64)(uintptr_t)cpu->memory->ram);
    return cpu->memory->code_chunks[*physical >> PAGE_SHIFT] != 0;
}

#endif
