#include "cpu/eflags.h"

#include "cpu/access.h"

#define LOW_HALF 0xffffu
#define ALWAYS_LOADED (FLAGS_ARITHMETIC | FLAG_TF | FLAG_DF | FLAG_NT)

u32 eflags_known(const struct cpu *cpu)
{
    u32 known = ALWAYS_LOADED | FLAG_IF | FLAG_IOPL | FLAG_RF;
    if (cpu->level >= CPU_486)
        known |= FLAG_AC;
    if (cpu->level >= CPU_586)
        known |= FLAG_ID;
    return known;
}

/* IOPL only at CPL 0, IF only at CPL <= IOPL; V86 mode has IOPL 3 when it comes here, and may set
   IF but not IOPL (PRM 8.3.1, 15.3). */
static u32 privileged(const struct cpu *cpu)
{
    u32 mask = 0;
    if (cpu->cpl == 0)
        mask |= FLAG_IOPL;
    if (cpu->cpl <= eflags_iopl(cpu))
        mask |= FLAG_IF;
    return mask;
}

u32 eflags_iret_mask(const struct cpu *cpu, bool wide)
{
    u32 mask = ALWAYS_LOADED | privileged(cpu);
    if (wide)
        mask |= eflags_known(cpu) & (FLAG_RF | FLAG_AC | FLAG_ID);
    return mask;
}

u32 eflags_popf_mask(const struct cpu *cpu, bool wide)
{
    return eflags_iret_mask(cpu, wide) & ~FLAG_RF;
}

void eflags_load(struct cpu *cpu, u32 value, u32 mask)
{
    bool replaces_all = (mask & FLAGS_ARITHMETIC) == FLAGS_ARITHMETIC;
    u32 old = replaces_all ? cpu->eflags : cpu_get_eflags(cpu);
    bool was_armed = alignment_armed(cpu);
    cpu_set_eflags(cpu, (old & ~mask) | (value & mask) | FLAG_ALWAYS);
    if (alignment_armed(cpu) && !was_armed)
        tlb_flush_fast(cpu);
    u32 risen = cpu->eflags & ~old;
    if ((risen & FLAG_TF) || ((risen & FLAG_IF) && cpu->intr))
        cpu->attention = true;
}
