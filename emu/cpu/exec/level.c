#include "cpu/exec/exec.h"
#include "cpu/fault.h"
#include "cpu/msr.h"
#include "cpu/system.h"

/* What the 586 and 686 tell of themselves: identity, time, model-specific registers. */

#define CR4_TSD BIT(2)

static void set_edx_eax(struct cpu *cpu, u64 value)
{
    cpu->regs[REG_EAX] = (u32)value;
    cpu->regs[REG_EDX] = (u32)(value >> 32);
}

bool exec_rdtsc(struct cpu *cpu, const struct op *op)
{
    (void)op;
    if ((cpu->cr4 & CR4_TSD) && cpu->cpl != 0)
        return fault_gp(cpu, 0);
    set_edx_eax(cpu, msr_time_stamp(cpu));
    return true;
}

bool exec_rdmsr(struct cpu *cpu, const struct op *op)
{
    u64 value;
    (void)op;
    if (!msr_read(cpu, cpu->regs[REG_ECX], &value))
        return false;
    set_edx_eax(cpu, value);
    return true;
}

bool exec_wrmsr(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return msr_write(cpu, cpu->regs[REG_ECX], (u64)cpu->regs[REG_EDX] << 32 | cpu->regs[REG_EAX]);
}

/* Not modelled: the two counters of events and the registers that select them. So each number is
   one that does not exist, #GP(0) also where CR4.PCE allows the instruction (SDM2 RDPMC). */
bool exec_rdpmc(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return fault_gp(cpu, 0);
}

/* CPUID leaf 1, EDX. No VME, PAE, APIC, SEP, MTRR, MCA, PAT, MMX: they are not here. */
#define CPUID_FPU BIT(0)
#define CPUID_DE BIT(2)
#define CPUID_PSE BIT(3)
#define CPUID_TSC BIT(4)
#define CPUID_MSR BIT(5)
#define CPUID_MCE BIT(7) /* CR4.MCE and its two registers; a check never comes */
#define CPUID_CX8 BIT(8)
#define CPUID_PGE BIT(13)
#define CPUID_CMOV BIT(15)
#define CPUID_FXSR BIT(24) /* with a coprocessor */
#define CPUID_586 (CPUID_DE | CPUID_PSE | CPUID_TSC | CPUID_MSR | CPUID_MCE | CPUID_CX8)
#define CPUID_686 (CPUID_586 | CPUID_PGE | CPUID_CMOV)

/* A number beyond the last leaf, 1, gets that leaf (SDM2 CPUID). */
bool exec_cpuid(struct cpu *cpu, const struct op *op)
{
    (void)op;
    u32 features = cpu->level >= CPU_686 ? CPUID_686 : CPUID_586;
    if (cpu->has_fpu)
        features |= CPUID_FPU | (cpu->level >= CPU_686 ? CPUID_FXSR : 0);
    bool first = cpu->regs[REG_EAX] == 0;
    cpu->regs[REG_EAX] = first ? 1 : cpu_identification(cpu);
    cpu->regs[REG_EBX] = first ? 0x756e6547 : 0; /* "GenuineIntel" in EBX, EDX, ECX */
    cpu->regs[REG_EDX] = first ? 0x49656e69 : features;
    cpu->regs[REG_ECX] = first ? 0x6c65746e : 0;
    return true;
}
