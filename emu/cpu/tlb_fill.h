#ifndef GLASS386_CPU_TLB_FILL_H
#define GLASS386_CPU_TLB_FILL_H

#include "cpu/cpu.h"

/* How translate.c reads and fills the buffers. Private to cpu/. `physical` is before A20. */

/* The entry of a linear page, or null. */
const struct tlb_page *tlb_find_data(const struct cpu *cpu, u32 linear);
const struct tlb_page *tlb_find_code(const struct cpu *cpu, u32 linear);

/* Enters a page; `rights` is an OR of TLB_WRITABLE, TLB_USER, TLB_DIRTY, TLB_GLOBAL. */
void tlb_enter_data(struct cpu *cpu, u32 linear, u32 physical, u32 rights);
void tlb_enter_code(struct cpu *cpu, u32 linear, u32 physical, u32 rights);

/* Only the derived part of a page that is in the data buffer, or of any page without paging. */
void tlb_enter_fast(struct cpu *cpu, u32 linear, u32 physical, u32 rights);

#endif
