#ifndef GLASS386_CPU_EFLAGS_H
#define GLASS386_CPU_EFLAGS_H

#include "cpu/cpu.h"

/* Which EFLAGS bits an instruction may change (PRM 2.3.4, 4.1.1, 8.3.1). Private to cpu/. */

static inline unsigned eflags_iopl(const struct cpu *cpu)
{
    return (cpu->eflags & FLAG_IOPL) >> FLAG_IOPL_SHIFT;
}

/* Every bit that exists at this CPU level, VM excepted. */
u32 eflags_known(const struct cpu *cpu);

/* Bits that POPF, and IRET within protected mode, load at this mode and privilege. */
u32 eflags_popf_mask(const struct cpu *cpu, bool wide);
u32 eflags_iret_mask(const struct cpu *cpu, bool wide);

/* Replaces the bits in `mask`, and keeps what depends on them. */
void eflags_load(struct cpu *cpu, u32 value, u32 mask);

/* Clears bits that are none of the arithmetic ones: nothing more may follow from that. */
static inline void eflags_clear(struct cpu *cpu, u32 bits)
{
    cpu->eflags &= ~bits;
}

#endif
