#include "cpu/cpu.h"

#include "cpu/blocks.h"
#include "cpu/flags.h"

/* Power, reset, and what an outside hand reads and sets. */

#define RESET_EIP 0xfff0u
#define RESET_CS 0xf000u
#define RESET_CS_BASE 0xffff0000u /* A20-A31 stay high until the first far transfer (PRM 10.1) */
#define RESET_DR6 0xffff0ff0u
#define RESET_DR7 0x400u

/* A 386 DX, 486 DX, Pentium and Pentium II. */
u32 cpu_identification(const struct cpu *cpu)
{
    static const u32 identifications[] = {
        [CPU_386] = 0x0308, [CPU_486] = 0x0421, [CPU_586] = 0x052c, [CPU_686] = 0x0652};
    return identifications[cpu->level];
}

static void map_changed(void *context)
{
    struct cpu *cpu = context;
    tlb_flush_fast(cpu);
    blocks_forget_jumps(cpu);
    cpu->attention = true;
}

bool cpu_init(struct cpu *cpu, const struct cpu_wiring *wiring, enum cpu_level level,
              struct error *error)
{
    *cpu = (struct cpu){.level = (u8)level,
                        .has_fpu = true,
                        .memory = wiring->memory,
                        .ports = wiring->ports,
                        .clock = wiring->clock,
                        .log = wiring->log,
                        .interrupt_acknowledge = wiring->interrupt_acknowledge,
                        .interrupt_context = wiring->interrupt_context};
    if (!blocks_init(cpu, error))
        return false;
    cpu->memory->code_watch = (struct memory_code_watch){blocks_code_written, cpu};
    cpu->memory->map_changed = map_changed;
    cpu->memory->map_changed_context = cpu;
    tlb_rebuild(cpu);
    cpu_reset(cpu);
    return true;
}

void cpu_free(struct cpu *cpu)
{
    blocks_free(cpu);
}

static void reset_tables(struct cpu *cpu)
{
    cpu->gdtr = (struct table_register){.base = 0, .limit = 0xffff};
    cpu->idtr = (struct table_register){.base = 0, .limit = 0x3ff};
    cpu->ldtr = (struct segment){.limit = 0xffff, .access = SEG_PRESENT | 2};
    cpu->tr = (struct segment){.limit = 0xffff, .access = SEG_PRESENT | 11};
}

static void reset_segments(struct cpu *cpu)
{
    for (unsigned number = 0; number < SEG_COUNT; number++)
        cpu_set_segment_real(cpu, (enum segment_number)number, 0);
    cpu_set_segment_real(cpu, SEG_CS, RESET_CS);
    cpu_set_segment_raw(cpu, SEG_CS, RESET_CS, RESET_CS_BASE, cpu->segs[SEG_CS].limit,
                        cpu->segs[SEG_CS].access);
}

void cpu_reset(struct cpu *cpu)
{
    memset(cpu->regs, 0, sizeof cpu->regs);
    memset(cpu->dr, 0, sizeof cpu->dr);
    memset(cpu->test, 0, sizeof cpu->test);
    cpu->regs[REG_EDX] = cpu_identification(cpu);
    cpu->tsc_offset = 0 - cpu->clock->now;
    cpu->zero = 0;
    cpu->dr[6] = RESET_DR6;
    cpu->dr[7] = RESET_DR7;
    cpu->cr0 = cpu->cr2 = cpu->cr3 = cpu->cr4 = 0;
    cpu->halted = cpu->shadow = cpu->nmi = cpu->nmi_blocked = false;
    cpu->shutdown = cpu->delivering = cpu->trap = false;
    cpu->break_armed = false;
    cpu->debug_hits = 0;
    fpu_reset(&cpu->fpu);
    cpu_set_eflags(cpu, FLAG_ALWAYS);
    reset_tables(cpu);
    tlb_flush(cpu, true);
    cpu_set_cr0(cpu, cpu->has_fpu ? CR0_ET : 0); /* a 387 is told by its ERROR# (PRM 11.1.2) */
    reset_segments(cpu);
    cpu->eip = RESET_EIP;
    cpu->attention = true;
}

void cpu_request_stop(struct cpu *cpu)
{
    cpu->stop_requested = true;
    cpu->attention = true;
}

void cpu_set_intr(struct cpu *cpu, bool level)
{
    cpu->intr = level;
    if (level && (cpu->eflags & FLAG_IF))
        cpu->attention = true;
}

void cpu_raise_nmi(struct cpu *cpu)
{
    cpu->nmi = true;
    cpu->attention = true;
}

u32 cpu_get_eflags(const struct cpu *cpu)
{
    return (cpu->eflags & ~FLAGS_ARITHMETIC) | FLAG_ALWAYS |
           flags_compose(cpu->lazy.result, cpu->lazy.aux);
}

void cpu_set_eflags(struct cpu *cpu, u32 eflags)
{
    cpu->eflags = (eflags & ~FLAGS_ARITHMETIC) | FLAG_ALWAYS;
    cpu->lazy = flags_decompose(eflags);
}

void cpu_set_hooks(struct cpu *cpu, const struct cpu_hooks *hooks)
{
    cpu->hooks = *hooks;
    tlb_flush_fast(cpu); /* a page that is watched may not be read or written directly */
}

void cpu_set_breakpoints(struct cpu *cpu, const u32 *linear, u32 count)
{
    cpu->breakpoints = linear;
    cpu->breakpoint_count = count;
    blocks_update_mode(cpu);
    blocks_flush(cpu);
}
