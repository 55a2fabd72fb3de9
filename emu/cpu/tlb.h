#ifndef GLASS386_CPU_TLB_H
#define GLASS386_CPU_TLB_H

#include "base/types.h"

/* The translation lookaside buffers. `data` and `code` hold what the processor architecturally
   remembers: linear page, physical page, effective rights, whether the dirty bit is already set.
   They are saved in snapshots, so that even a guest that forgets to flush continues exactly. `fast`
   is derived: per privilege (0 supervisor, 1 user) a tag to compare and an addend to the host's
   memory; it can be thrown away at any moment without the guest noticing.

   A data entry is entered by a successful walk of an access; a code entry by entering a page. Code
   entries are never evicted by data, and evicting one forgets the jump cache: a slice boundary can
   therefore never change what is walked (exact determinism for any slicing). */

#define TLB_DATA_ENTRIES 1024u
#define TLB_CODE_ENTRIES 1024u

#define TLB_NO_TAG 1u /* never equal to a page address */
/* Set in the tag of a device's page: never equal to a page address either. */
#define TLB_DEVICE 2u
/* Set in the write tag of a page of RAM that has decoded code: nothing but that is in the way. */
#define TLB_CODE 4u

struct tlb_fast {
    u32 read_tag, write_tag; /* linear page, perhaps with TLB_DEVICE or TLB_CODE, or TLB_NO_TAG */
    u64 addend;              /* host address = addend + linear, modulo 2^64; a device's page: the
                                physical address, after A20, modulo 2^32 */
};

/* Bits in the low part of tlb_page.linear and .physical. */
#define TLB_VALID 1u    /* linear */
#define TLB_WRITABLE 1u /* physical: PDE and PTE both allow writes */
#define TLB_USER 2u     /* physical: PDE and PTE both allow user access */
#define TLB_DIRTY 4u    /* physical: the D bit in memory is known to be set */
#define TLB_GLOBAL 8u   /* physical: 686 with CR4.PGE */

struct tlb_page {
    u32 linear;   /* page | TLB_VALID; 0 = empty */
    u32 physical; /* page (before A20) | rights */
};

/* Derived: which of up to 1,024 slots may hold something, so that a flush looks at no others. */
struct tlb_used {
    u32 words;     /* bit n: slots[n] is not 0 */
    u64 slots[16]; /* bit n of word n / 64 */
};

struct tlb {
    struct tlb_fast fast[2][TLB_DATA_ENTRIES];
    struct tlb_page data[TLB_DATA_ENTRIES];
    struct tlb_page code[TLB_CODE_ENTRIES];
    struct tlb_used data_used, code_used; /* data: also of `fast` */
};

struct cpu;

/* CR3 or CR0.PG changed, reset: everything (global entries too when `global`). */
void tlb_flush(struct cpu *cpu, bool global);
/* INVLPG (486): the entries of one linear page. */
void tlb_flush_page(struct cpu *cpu, u32 linear);
/* Only the derived part: A20 or the memory map changed, code marks moved, a snapshot was loaded. */
void tlb_flush_fast(struct cpu *cpu);
/* The whole derived part after data[] and code[] were loaded. */
void tlb_rebuild(struct cpu *cpu);
/* Decoded code now lives in this physical page: stores to it must tell the block cache. */
void tlb_protect_code_page(struct cpu *cpu, u32 physical);

#endif
