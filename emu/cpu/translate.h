#ifndef GLASS386_CPU_TRANSLATE_H
#define GLASS386_CPU_TRANSLATE_H

#include "cpu/cpu.h"

/* The one place where the rules of address translation live: selector -> descriptor -> limit and
   type
   -> linear -> TLB -> page directory -> page table -> physical byte. The CPU's slow path, the
   monitor's translate, walk, page and explain, breakpoints and gdb's memory reads are all its
   users. */

enum access_kind { ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE };

enum translate_step_kind {
    STEP_DESCRIPTOR, /* read from GDT or LDT; table, index, address and its 8 bytes */
    STEP_SEGMENT,    /* the segment's base, limit, access; verdict of limit and type check */
    STEP_LINEAR,     /* offset + base */
    STEP_TLB,        /* hit or miss */
    STEP_PDE,        /* entry's address and value */
    STEP_PTE,
    STEP_PHYSICAL, /* after A20; kind of page it falls in */
};

struct translate_step {
    enum translate_step_kind kind;
    bool passed;            /* this step's check holds */
    u32 address;            /* where the entry was read (descriptor: linear; PDE, PTE: physical) */
    u64 value;              /* descriptor's 8 bytes; entry; linear; physical */
    u16 selector;           /* descriptor steps */
    bool tlb_hit;           /* STEP_TLB */
    struct segment segment; /* STEP_SEGMENT */
    struct fault fault;     /* valid when !passed */
    const char *rule;       /* what was checked, in the manual's terms, such as "offset <= limit" */
    const char *source;     /* "PRM 6.3.1" */
};

typedef void translate_observer(void *context, const struct translate_step *step);

struct access {
    enum access_kind kind;
    unsigned size; /* bytes, 1 to 16; must not cross a page for the paging part (callers split) */
    bool user;     /* paging privilege: CPL 3 (and not a system structure) */
};

struct translation {
    bool valid; /* false: `fault` says why */
    struct fault fault;
    u32 linear;
    u32 physical; /* after A20 */
    u32 rights;   /* TLB_WRITABLE | TLB_USER | TLB_DIRTY, effective */
};

/* Segment part with a loaded segment register, then the paging part. Looks only: no A or D bits, no
   TLB fill, no device side effects. observer may be null. */
bool translate_segment(const struct cpu *cpu, enum segment_number number, u32 offset,
                       const struct access *access, translate_observer *observer, void *context,
                       struct translation *result);
/* The same from a selector: reads the descriptor from GDT or LDT (real and V86 mode: selector *
 * 16). */
bool translate_selector(const struct cpu *cpu, u16 selector, u32 offset,
                        const struct access *access, translate_observer *observer, void *context,
                        struct translation *result);
/* Paging part only. use_tlb: believe the TLB where it has the page, as the CPU does. */
bool translate_linear(const struct cpu *cpu, u32 linear, const struct access *access, bool use_tlb,
                      translate_observer *observer, void *context, struct translation *result);

/* Only the verdict, with the TLB believed; nothing changes but cpu->fault on failure. */
bool translate_look(struct cpu *cpu, u32 linear, const struct access *access);

/* The slow path's form: as translate_linear, but sets A and D bits and fills the data TLB (code TLB
   for ACCESS_EXECUTE) and its fast part; on failure cpu->fault is set (#PF). */
bool translate_commit(struct cpu *cpu, u32 linear, const struct access *access, u32 *physical);

/* Reads `count` bytes at a linear address as a debugger does; false when a page is not mapped. */
bool translate_peek(const struct cpu *cpu, u32 linear, void *to, u32 count);
/* Writes RAM at a linear address whatever the rights, honouring the code watch. */
bool translate_poke(struct cpu *cpu, u32 linear, const void *from, u32 count);

/* Reads a selector's descriptor without side effects; false when the index is beyond the table. */
bool translate_descriptor(const struct cpu *cpu, u16 selector, u64 *descriptor, u32 *address);

#endif
