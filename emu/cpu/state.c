#include "cpu/blocks.h"
#include "cpu/data.h"
#include "cpu/debug_registers.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/system.h"

/* What an outside hand may set, and what a snapshot keeps. */

/* ---- Setting ---- */

void cpu_set_eip(struct cpu *cpu, u32 eip)
{
    cpu->eip = eip;
}

/* CS decides the privilege: its RPL in protected mode, 3 in V86 mode, else 0. */
static void privilege_from_code(struct cpu *cpu)
{
    unsigned cpl = 0;
    if (cpu_v86(cpu))
        cpl = 3;
    else if (cpu_protected(cpu))
        cpl = selector_rpl(cpu->segs[SEG_CS].selector);
    system_set_cpl(cpu, cpl);
}

static void segment_changed(struct cpu *cpu, enum segment_number number)
{
    segment_update_fast(&cpu->segs[number]);
    if (number == SEG_CS)
        privilege_from_code(cpu);
    if (number == SEG_CS || number == SEG_SS)
        blocks_update_mode(cpu);
}

void cpu_set_segment_real(struct cpu *cpu, enum segment_number number, u16 selector)
{
    segment_from_v86(&cpu->segs[number], selector);
    if (!cpu_v86(cpu))
        cpu->segs[number].access &= (u16)~SEG_DPL;
    segment_changed(cpu, number);
}

void cpu_set_segment_raw(struct cpu *cpu, enum segment_number number, u16 selector, u32 base,
                         u32 limit, u16 access)
{
    cpu->segs[number] =
        (struct segment){.selector = selector, .access = access, .base = base, .limit = limit};
    segment_changed(cpu, number);
}

/* ---- Saved fields ---- */

#define SCALAR(member) FIELD(struct cpu, member)
#define ARRAY(member) FIELD_ARRAY(struct cpu, member)
#define NAMED(field_name, member)                                                               \
    {                                                                                           \
        field_name, (u32)offsetof(struct cpu, member), 1, (u8)sizeof(((struct cpu *)0)->member) \
    }
#define SEGMENT(name, member)                                                       \
    NAMED(name ".selector", member.selector), NAMED(name ".access", member.access), \
        NAMED(name ".base", member.base), NAMED(name ".limit", member.limit)
#define FAULT(n)                                                                                \
    SCALAR(faults[n].fault.vector), SCALAR(faults[n].fault.has_error),                          \
        SCALAR(faults[n].fault.error), SCALAR(faults[n].fault.address), SCALAR(faults[n].tick), \
        SCALAR(faults[n].cs), SCALAR(faults[n].eip), SCALAR(faults[n].linear),                  \
        SCALAR(faults[n].cpl), SCALAR(faults[n].software), SCALAR(faults[n].external)
/* Pairs of (linear, physical). */
#define PAGES(name, member)                                                                       \
    {                                                                                             \
        name, (u32)offsetof(struct cpu, member), 2 * (u32)ARRAY_COUNT(((struct cpu *)0)->member), \
            4                                                                                     \
    }

/* clang-format off */
static const struct field fields[] = {
    ARRAY(regs), SCALAR(eip), SCALAR(eflags), NAMED("lazy.result", lazy.result), NAMED("lazy.aux", lazy.aux),
    SEGMENT("es", segs[SEG_ES]), SEGMENT("cs", segs[SEG_CS]), SEGMENT("ss", segs[SEG_SS]),
    SEGMENT("ds", segs[SEG_DS]), SEGMENT("fs", segs[SEG_FS]), SEGMENT("gs", segs[SEG_GS]),
    SEGMENT("ldtr", ldtr), SEGMENT("tr", tr),
    NAMED("gdtr.base", gdtr.base), NAMED("gdtr.limit", gdtr.limit),
    NAMED("idtr.base", idtr.base), NAMED("idtr.limit", idtr.limit),
    SCALAR(cpl), SCALAR(halted), SCALAR(shadow), SCALAR(intr), SCALAR(nmi), SCALAR(nmi_blocked),
    SCALAR(shutdown), SCALAR(delivering), SCALAR(level), SCALAR(has_fpu),
    SCALAR(cr0), SCALAR(cr2), SCALAR(cr3), SCALAR(cr4), ARRAY(dr), SCALAR(debug_hits), ARRAY(test),
    SCALAR(tsc_offset),
    ARRAY(fpu.mantissa), ARRAY(fpu.exponent), SCALAR(fpu.used), SCALAR(fpu.control), SCALAR(fpu.status),
    SCALAR(fpu.opcode), SCALAR(fpu.code_selector), SCALAR(fpu.code_offset), SCALAR(fpu.data_selector),
    SCALAR(fpu.data_offset), SCALAR(fpu.latched),
    NAMED("fault.vector", fault.vector), NAMED("fault.has_error", fault.has_error),
    NAMED("fault.error", fault.error), NAMED("fault.address", fault.address),
    SCALAR(fault_count),
    FAULT(0),  FAULT(1),  FAULT(2),  FAULT(3),  FAULT(4),  FAULT(5),  FAULT(6),  FAULT(7),
    FAULT(8),  FAULT(9),  FAULT(10), FAULT(11), FAULT(12), FAULT(13), FAULT(14), FAULT(15),
    FAULT(16), FAULT(17), FAULT(18), FAULT(19), FAULT(20), FAULT(21), FAULT(22), FAULT(23),
    FAULT(24), FAULT(25), FAULT(26), FAULT(27), FAULT(28), FAULT(29), FAULT(30), FAULT(31),
    FAULT(32), FAULT(33), FAULT(34), FAULT(35), FAULT(36), FAULT(37), FAULT(38), FAULT(39),
    FAULT(40), FAULT(41), FAULT(42), FAULT(43), FAULT(44), FAULT(45), FAULT(46), FAULT(47),
    FAULT(48), FAULT(49), FAULT(50), FAULT(51), FAULT(52), FAULT(53), FAULT(54), FAULT(55),
    FAULT(56), FAULT(57), FAULT(58), FAULT(59), FAULT(60), FAULT(61), FAULT(62), FAULT(63),
    PAGES("tlb.data", tlb.data), PAGES("tlb.code", tlb.code),
};
/* clang-format on */
_Static_assert(FAULT_HISTORY == 64, "one FAULT() row for each line of the history");
_Static_assert(sizeof(struct tlb_page) == 8, "PAGES() takes an entry as two words");

const struct field_table cpu_fields = FIELD_TABLE("cpu", 1, fields, cpu_after_load);

void cpu_before_save(struct cpu *cpu)
{
    cpu_set_eflags(cpu, cpu_get_eflags(cpu));
}

/* ---- After untrusted data was loaded ---- */

/* A loaded byte may be any; a bool that is neither 0 nor 1 must not be read as one. */
static void clamp_bool(bool *flag)
{
    u8 byte;
    memcpy(&byte, flag, 1);
    byte = byte != 0;
    memcpy(flag, &byte, 1);
}

static void clamp_bools(struct cpu *cpu)
{
    bool *const flags[] = {&cpu->halted,     &cpu->shadow,   &cpu->intr,
                           &cpu->nmi,        &cpu->shutdown, &cpu->nmi_blocked,
                           &cpu->delivering, &cpu->has_fpu,  &cpu->fault.has_error};
    for (unsigned i = 0; i < ARRAY_COUNT(flags); i++)
        clamp_bool(flags[i]);
    for (unsigned i = 0; i < FAULT_HISTORY; i++) {
        clamp_bool(&cpu->faults[i].fault.has_error);
        clamp_bool(&cpu->faults[i].software);
        clamp_bool(&cpu->faults[i].external);
        cpu->faults[i].cpl &= 3;
    }
}

static void clamp_control(struct cpu *cpu)
{
    if (cpu->level > CPU_686)
        cpu->level = CPU_686;
    if (!cpu_protected(cpu))
        cpu->cr0 &= ~CR0_PG;
    u32 known = eflags_known(cpu);
    if (cpu_protected(cpu))
        known |= FLAG_VM;
    cpu->eflags = (cpu->eflags & known & ~FLAGS_ARITHMETIC) | FLAG_ALWAYS;
    cpu->debug_hits &= 0xf;
    cpu->dr[6] = (cpu->dr[6] & DR6_WRITABLE) | DR6_ONES;
    cpu->dr[7] = (cpu->dr[7] & DR7_WRITABLE) | DR7_ONES;
}

/* Not from CS: between the setting of PE and the first far jump its RPL means nothing. */
static void clamp_privilege(struct cpu *cpu)
{
    unsigned cpl = 0;
    if (cpu_v86(cpu))
        cpl = 3;
    else if (cpu_protected(cpu))
        cpl = cpu->cpl & 3;
    system_set_cpl(cpu, cpl);
}

static void clamp_pages(struct tlb_page *pages, unsigned count)
{
    u32 rights = TLB_WRITABLE | TLB_USER | TLB_DIRTY | TLB_GLOBAL;
    for (unsigned i = 0; i < count; i++) {
        pages[i].linear &= ~PAGE_OFFSET_MASK | TLB_VALID;
        pages[i].physical &= ~PAGE_OFFSET_MASK | rights;
    }
}

static void clamp_segment(struct segment *segment)
{
    segment->access &= 0xf0ff;
    segment_update_fast(segment);
}

void cpu_after_load(void *unit)
{
    struct cpu *cpu = unit;
    cpu->zero = 0;
    cpu->stop_requested = cpu->trap = cpu->break_armed = false;
    cpu->attention = true;
    clamp_bools(cpu);
    clamp_control(cpu);
    fpu_after_load(&cpu->fpu);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        clamp_segment(&cpu->segs[i]);
    clamp_segment(&cpu->ldtr);
    clamp_segment(&cpu->tr);
    clamp_privilege(cpu);
    clamp_pages(cpu->tlb.data, TLB_DATA_ENTRIES);
    clamp_pages(cpu->tlb.code, TLB_CODE_ENTRIES);
    tlb_rebuild(cpu);
    blocks_update_mode(cpu);
    blocks_flush(cpu);
}
