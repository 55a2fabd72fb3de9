#ifndef GLASS386_CPU_DESCRIPTOR_H
#define GLASS386_CPU_DESCRIPTOR_H

#include "cpu/access.h"

/* Segment and gate descriptors as they lie in GDT, LDT and IDT, and what every user of them needs.
   Private to cpu/. */

/* Types of system descriptors, S = 0 (PRM Table 6-1). */
enum system_type {
    SYS_TSS16 = 1,
    SYS_LDT = 2,
    SYS_TSS16_BUSY = 3,
    SYS_CALL16 = 4,
    SYS_TASK_GATE = 5,
    SYS_INT16 = 6,
    SYS_TRAP16 = 7,
    SYS_TSS32 = 9,
    SYS_TSS32_BUSY = 11,
    SYS_CALL32 = 12,
    SYS_INT32 = 14,
    SYS_TRAP32 = 15,
};
#define SYS_BUSY 2u   /* in a TSS descriptor's type */
#define SYS_WIDE 8u   /* 386 form of a gate or TSS */
#define TYPE_MASK 31u /* type and S in an access word */

#define SELECTOR_RPL 3u
#define SELECTOR_TI 4u

struct descriptor {
    u32 low, high;
    u32 linear; /* where it lies */
};

static inline bool selector_null(u16 selector)
{
    return (selector & ~SELECTOR_RPL) == 0;
}
static inline unsigned selector_rpl(u16 selector)
{
    return selector & SELECTOR_RPL;
}
/* A selector as an error code: without its RPL, EXT clear (PRM 9.7). */
static inline u16 selector_error(u16 selector)
{
    return (u16)(selector & ~SELECTOR_RPL);
}

/* The access word that struct segment keeps. */
static inline u16 descriptor_access(const struct descriptor *d)
{
    return (u16)(d->high >> 8 & 0xf0ff);
}
static inline unsigned descriptor_dpl(const struct descriptor *d)
{
    return d->high >> 13 & 3;
}
static inline bool descriptor_present(const struct descriptor *d)
{
    return d->high & SEG_PRESENT << 8;
}
/* enum system_type for S = 0, 16 and more for code and data. */
static inline unsigned descriptor_type(const struct descriptor *d)
{
    return d->high >> 8 & TYPE_MASK;
}
static inline u32 descriptor_base(const struct descriptor *d)
{
    return (d->low >> 16) | (d->high & 0xff) << 16 | (d->high & 0xff000000u);
}
/* In bytes, granularity applied (PRM 5.1.1). */
static inline u32 descriptor_limit(const struct descriptor *d)
{
    u32 limit = (d->low & 0xffff) | (d->high & 0xf0000);
    return d->high & SEG_GRANULAR << 8 ? limit << 12 | 0xfff : limit;
}
/* Selector and offset of a gate. */
static inline u16 gate_selector(const struct descriptor *d)
{
    return (u16)(d->low >> 16);
}
static inline u32 gate_offset(const struct descriptor *d)
{
    u32 low = d->low & 0xffff;
    return descriptor_type(d) & SYS_WIDE ? (d->high & 0xffff0000u) | low : low;
}

static inline bool access_is_code(unsigned access)
{
    return (access & (SEG_NONSYSTEM | SEG_CODE)) == (SEG_NONSYSTEM | SEG_CODE);
}
static inline bool access_is_data(unsigned access)
{
    return (access & (SEG_NONSYSTEM | SEG_CODE)) == SEG_NONSYSTEM;
}
static inline bool access_is_writable_data(unsigned access)
{
    return access_is_data(access) && (access & SEG_WRITABLE);
}
static inline bool access_is_conforming(unsigned access)
{
    return access_is_code(access) && (access & SEG_CONFORMING);
}

/* Linear address of a selector's descriptor; false beyond the table's limit, or in an LDT that is
   not there. Null is entry 0 of the GDT: callers look for it first. */
bool descriptor_locate(const struct cpu *cpu, u16 selector, u32 *linear);

/* Reads the descriptor or gate that lies at a linear address. */
bool descriptor_fetch(struct cpu *cpu, u32 linear, struct descriptor *d);
/* Reads a descriptor; beyond the table: `vector` with the selector as its error code. */
bool descriptor_read(struct cpu *cpu, u16 selector, u8 vector, struct descriptor *d);

/* Sets the accessed bit in memory and in *d (PRM 5.1.3.1 "A bit"). */
bool descriptor_mark_accessed(struct cpu *cpu, struct descriptor *d);

/* Writes bit SYS_BUSY of a TSS descriptor in memory and in *d. */
bool descriptor_set_busy(struct cpu *cpu, struct descriptor *d, bool busy);

/* The hidden part of a segment register from a descriptor; fast limits included. */
void segment_from_descriptor(struct segment *segment, u16 selector, const struct descriptor *d);
/* A segment register that holds a null selector. */
void segment_from_null(struct segment *segment, u16 selector);
/* As a load in V86 mode leaves it (PRM 15.1): base = selector * 16, limit FFFFh, DPL 3. */
void segment_from_v86(struct segment *segment, u16 selector);
/* As a load in real mode leaves it: base = selector * 16; limit and D bit stay as they were. */
void segment_from_real(struct segment *segment, u16 selector);

/* Loads DS, ES, FS or GS in protected mode if that was done before (struct known_segment) and the
   table can be read without a walk; false: nothing was done. Null selectors are never known, and an
   LDT that is not there has the limit 0. */
ALWAYS_INLINE bool segment_load_known(struct cpu *cpu, unsigned number, u16 selector)
{
    const struct known_segment *known = &cpu->known[selector >> 3 & (KNOWN_SEGMENTS - 1)];
    const struct segment *ldtr = &cpu->ldtr;
    bool local = selector & SELECTOR_TI;
    u32 base = local ? ldtr->base : cpu->gdtr.base, limit = local ? ldtr->limit : cpu->gdtr.limit;
    if (known->key != known_segment_key(selector, cpu->cpl) || (selector | 7u) > limit ||
        !cpu_protected(cpu) || cpu_v86(cpu))
        return false;
    const u8 *host = linear_host(cpu, base + (selector & ~7u), 8, false, false);
    if (!host || load_le64(host) != known->descriptor)
        return false;
    cpu->segs[number] = known->segment;
    return true;
}

/* Checks a data segment register's new descriptor against `cpl`: type and privilege raise `vector`,
   absence #NP (PRM 6.3.1, 17 MOV). *d is filled. */
bool segment_check_data(struct cpu *cpu, u16 selector, unsigned cpl, u8 vector,
                        struct descriptor *d);
/* Checks a new SS for privilege `cpl`: null raises `vector` with 0, wrong type or privilege
   `vector`, absence #SS (PRM 6.3.1, 17 MOV). */
bool segment_check_stack(struct cpu *cpu, u16 selector, unsigned cpl, u8 vector,
                         struct descriptor *d);

/* Loads CS at privilege `cpl` and EIP; recomputes what follows from them. */
void segment_commit_code(struct cpu *cpu, u16 selector, const struct descriptor *d, unsigned cpl,
                         u32 eip);
/* Loads CS as real mode (or V86 mode) does, and EIP. */
void segment_commit_code_real(struct cpu *cpu, u16 selector, u32 eip);

/* A return to an outer ring nulls the data segment registers that it may not see (PRM 6.3.4.2). */
void segment_null_inner(struct cpu *cpu);

#endif
