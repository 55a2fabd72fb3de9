#ifndef GLASS386_CPU_SYSTEM_H
#define GLASS386_CPU_SYSTEM_H

#include "cpu/cpu.h"

/* System instructions as functions on decoded operands. All check mode and privilege themselves and
   return false with cpu->fault set. Operands in memory are read and written by the handlers. */

bool system_lgdt(struct cpu *cpu, u16 limit, u32 base,
                 bool wide); /* 16-bit: base's top byte is 0 */
bool system_lidt(struct cpu *cpu, u16 limit, u32 base, bool wide);
bool system_lldt(struct cpu *cpu, u16 selector);
bool system_ltr(struct cpu *cpu, u16 selector);
bool system_sldt_str_allowed(struct cpu *cpu); /* #UD in real and V86 mode */
bool system_lmsw(struct cpu *cpu, u16 value);
bool system_clts(struct cpu *cpu);
bool system_write_control(struct cpu *cpu, unsigned number, u32 value); /* MOV CRn */
bool system_read_control(struct cpu *cpu, unsigned number, u32 *value);
bool system_write_debug(struct cpu *cpu, unsigned number, u32 value);
bool system_read_debug(struct cpu *cpu, unsigned number, u32 *value);
bool system_invlpg(struct cpu *cpu, u32 linear); /* 486 */

/* Privilege of HLT and others: #GP(0) unless CPL 0 (real mode counts as 0). */
bool system_ring0(struct cpu *cpu);
/* CLI, STI, PUSHF, POPF in V86 mode and by IOPL. POPF writes what the mode and privilege allow. */
bool system_cli(struct cpu *cpu);
bool system_sti(struct cpu *cpu);
bool system_pushf_allowed(struct cpu *cpu);
bool system_popf(struct cpu *cpu, u32 value, bool wide);

/* LAR, LSL, VERR, VERW: `*ok` is ZF; ARPL is plain arithmetic in exec/. #UD in real and V86 mode.
 */
bool system_lar(struct cpu *cpu, u16 selector, bool *ok, u32 *rights);
bool system_lsl(struct cpu *cpu, u16 selector, bool *ok, u32 *limit);
bool system_verify(struct cpu *cpu, u16 selector, bool write, bool *ok);

/* Sets CPL and what follows from it (fast_tlb). */
void system_set_cpl(struct cpu *cpu, unsigned cpl);

#endif
