#ifndef GLASS386_CPU_MSR_H
#define GLASS386_CPU_MSR_H

#include "cpu/cpu.h"

/* Model-specific registers and the time-stamp counter: 586 and 686 (SDM3 2.2). Private to
   cpu/. */

/* What RDTSC reads: one count a tick since reset or since it was last written. */
u64 msr_time_stamp(const struct cpu *cpu);

/* RDMSR, WRMSR at CPL 0. A number that this level does not have, and a write to what can only be
   read, is #GP(0). */
bool msr_read(struct cpu *cpu, u32 number, u64 *value);
bool msr_write(struct cpu *cpu, u32 number, u64 value);

#endif
