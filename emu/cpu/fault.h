#ifndef GLASS386_CPU_FAULT_H
#define GLASS386_CPU_FAULT_H

#include "cpu/cpu.h"

/* Raise: each sets cpu->fault and returns false, so that `return fault_gp(cpu, 0)` reads as it
   acts. Nothing is delivered yet: the run loop does that (interrupt.h) once the instruction is
   unwound. */
bool fault_raise(struct cpu *cpu, u8 vector);                  /* no error code */
bool fault_raise_error(struct cpu *cpu, u8 vector, u16 error); /* with error code */
bool fault_page(struct cpu *cpu, u32 linear, u16 error);

static inline bool fault_ud(struct cpu *cpu)
{
    return fault_raise(cpu, EXC_UD);
}
static inline bool fault_gp(struct cpu *cpu, u16 error)
{
    return fault_raise_error(cpu, EXC_GP, error);
}
static inline bool fault_ss(struct cpu *cpu, u16 error)
{
    return fault_raise_error(cpu, EXC_SS, error);
}
static inline bool fault_np(struct cpu *cpu, u16 error)
{
    return fault_raise_error(cpu, EXC_NP, error);
}
static inline bool fault_ts(struct cpu *cpu, u16 error)
{
    return fault_raise_error(cpu, EXC_TS, error);
}

/* "#GP", "#PF", ... and the manual's name, "general protection". */
const char *fault_mnemonic(u8 vector);
const char *fault_name(u8 vector);

/* Keeps a line of history (cpu->faults). */
void fault_note(struct cpu *cpu, const struct fault *fault, bool software, bool external);

#endif
