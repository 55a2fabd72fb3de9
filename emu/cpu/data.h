#ifndef GLASS386_CPU_DATA_H
#define GLASS386_CPU_DATA_H

#include "cpu/cpu.h"

/* Data accesses with every check, in the manual's order: segment type and limit (#GP, #SS),
   alignment (486 #AC), paging (#PF), debug registers; device pages and page crossings included.
   These are what the slow instance of the handlers calls. A failing access has changed nothing.
   `segment` is an enum segment_number; `offset` is already truncated to the address size. */

bool data_read8(struct cpu *cpu, unsigned segment, u32 offset, u8 *value);
bool data_read16(struct cpu *cpu, unsigned segment, u32 offset, u16 *value);
bool data_read32(struct cpu *cpu, unsigned segment, u32 offset, u32 *value);
bool data_write8(struct cpu *cpu, unsigned segment, u32 offset, u8 value);
bool data_write16(struct cpu *cpu, unsigned segment, u32 offset, u16 value);
bool data_write32(struct cpu *cpu, unsigned segment, u32 offset, u32 value);

/* 1 to 16 bytes as one checked access (pointers, descriptors' images, x87 operands). */
bool data_read_bytes(struct cpu *cpu, unsigned segment, u32 offset, void *to, unsigned count);
bool data_write_bytes(struct cpu *cpu, unsigned segment, u32 offset, const void *from,
                      unsigned count);
/* Only the checks of a write, page by page; nothing is stored. */
bool data_check_write(struct cpu *cpu, unsigned segment, u32 offset, unsigned count);

/* Read-modify-write: checked for writing first, then loaded, then stored; the store cannot fail. */
struct data_ref {
    u32 physical[2]; /* second: first byte in the next page, when the access crosses */
    u8 size, first;  /* bytes in all, bytes in the first page */
    u8 *host;        /* where they are when nothing but memory is touched, or null */
};
bool data_modify(struct cpu *cpu, unsigned segment, u32 offset, unsigned size, struct data_ref *ref,
                 u32 *value);
void data_modify_store(struct cpu *cpu, const struct data_ref *ref, u32 value);

/* The processor's own accesses to descriptor tables and task state segments: linear, supervisor. */
bool system_read(struct cpu *cpu, u32 linear, unsigned size, u32 *value);
bool system_write(struct cpu *cpu, u32 linear, unsigned size, u32 value);

/* Instruction fetch: linear page -> physical page through the code TLB (no limit check here). */
bool code_translate(struct cpu *cpu, u32 linear, u32 *physical);

/* Fast-limit fields of a segment from its access, limit; called by whoever changes a segment. */
void segment_update_fast(struct segment *segment);

#endif
