#include "cpu/system.h"

#include "cpu/blocks.h"
#include "cpu/debug_registers.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/fault.h"

/* System instructions (PRM 4, 10, 12, 17). */

#define MSW_BITS (CR0_PE | CR0_MP | CR0_EM | CR0_TS)

/* What each level knows of CR0 and CR4. */
struct control_bits {
    u32 cr0, cr0_ones, cr3, cr4;
};
#define CR0_386 (MSW_BITS | CR0_ET | CR0_PG)
#define CR0_486 (CR0_386 | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD)
#define CR3_FRAME 0xfffff000u
#define CR3_CACHE 0x18u    /* PWT, PCD */
#define CR4_586 0x5cu      /* TSD, DE, PSE, MCE */
#define CR4_686 0x3dcu     /* and PGE, PCE, OSFXSR */
#define CR4_TLB_BITS 0xb0u /* PSE, PAE, PGE: a change flushes */
#define CR4_DE BIT(3)
static const struct control_bits control_bits[] = {
    [CPU_386] = {CR0_386, 0, CR3_FRAME, 0},
    [CPU_486] = {CR0_486, CR0_ET, CR3_FRAME | CR3_CACHE, 0},
    [CPU_586] = {CR0_486, CR0_ET, CR3_FRAME | CR3_CACHE, CR4_586},
    [CPU_686] = {CR0_486, CR0_ET, CR3_FRAME | CR3_CACHE, CR4_686},
};

bool system_ring0(struct cpu *cpu)
{
    return cpu->cpl == 0 || fault_gp(cpu, 0);
}

void system_set_cpl(struct cpu *cpu, unsigned cpl)
{
    cpu->cpl = (u8)cpl;
    cpu->fast_tlb = cpu->tlb.fast[cpl == 3];
}

/* ---- Descriptor table registers ---- */

static bool load_table(struct cpu *cpu, struct table_register *table, u16 limit, u32 base,
                       bool wide)
{
    if (!system_ring0(cpu))
        return false;
    *table = (struct table_register){.base = wide ? base : base & 0xffffffu, .limit = limit};
    return true;
}

bool system_lgdt(struct cpu *cpu, u16 limit, u32 base, bool wide)
{
    return load_table(cpu, &cpu->gdtr, limit, base, wide);
}

bool system_lidt(struct cpu *cpu, u16 limit, u32 base, bool wide)
{
    return load_table(cpu, &cpu->idtr, limit, base, wide);
}

bool system_sldt_str_allowed(struct cpu *cpu)
{
    return (cpu_protected(cpu) && !cpu_v86(cpu)) || fault_ud(cpu);
}

/* Reads a descriptor that must be in the GDT and be of one of two types. */
static bool read_system_descriptor(struct cpu *cpu, u16 selector, unsigned type,
                                   unsigned other_type, struct descriptor *d)
{
    u16 error = selector_error(selector);
    if (selector & SELECTOR_TI)
        return fault_gp(cpu, error);
    if (!descriptor_read(cpu, selector, EXC_GP, d))
        return false;
    if (descriptor_type(d) != type && descriptor_type(d) != other_type)
        return fault_gp(cpu, error);
    return descriptor_present(d) || fault_np(cpu, error);
}

bool system_lldt(struct cpu *cpu, u16 selector)
{
    struct descriptor d;
    if (!system_sldt_str_allowed(cpu) || !system_ring0(cpu))
        return false;
    if (selector_null(selector)) {
        segment_from_null(&cpu->ldtr, selector);
        return true;
    }
    if (!read_system_descriptor(cpu, selector, SYS_LDT, SYS_LDT, &d))
        return false;
    segment_from_descriptor(&cpu->ldtr, selector, &d);
    return true;
}

bool system_ltr(struct cpu *cpu, u16 selector)
{
    struct descriptor d;
    if (!system_sldt_str_allowed(cpu) || !system_ring0(cpu))
        return false;
    if (selector_null(selector))
        return fault_gp(cpu, 0);
    if (!read_system_descriptor(cpu, selector, SYS_TSS16, SYS_TSS32, &d) ||
        !descriptor_set_busy(cpu, &d, true))
        return false;
    segment_from_descriptor(&cpu->tr, selector, &d);
    return true;
}

/* ---- Control registers ---- */

void cpu_set_cr0(struct cpu *cpu, u32 value)
{
    const struct control_bits *bits = &control_bits[cpu->level];
    u32 old = cpu->cr0;
    cpu->cr0 = (value & bits->cr0) | bits->cr0_ones;
    u32 changed = old ^ cpu->cr0;
    if (changed & CR0_PE)
        system_set_cpl(cpu, 0);
    if (changed & CR0_PG)
        tlb_flush(cpu, true);
    else if (changed & (CR0_WP | CR0_AM))
        tlb_flush_fast(cpu);
    if (changed & CR0_PE)
        blocks_update_mode(cpu);
    if (changed & (CR0_PE | CR0_PG))
        cpu_note_event(cpu, CPU_EVENT_MODE, cpu->cr0);
}

void cpu_set_cr3(struct cpu *cpu, u32 value)
{
    cpu->cr3 = value & control_bits[cpu->level].cr3;
    log_line(cpu->log, LOG_CR3, "cr3 %08x at %04x:%08x", cpu->cr3, cpu->segs[SEG_CS].selector,
             cpu->eip);
    cpu_note_event(cpu, CPU_EVENT_CR3, cpu->cr3);
    tlb_flush(cpu, false);
}

/* Paging needs protection; 486: write-through off needs the cache off (i486 PRM 4.1). */
static bool write_cr0(struct cpu *cpu, u32 value)
{
    bool bad_paging = (value & CR0_PG) && !(value & CR0_PE);
    bool bad_cache = cpu->level >= CPU_486 && (value & CR0_NW) && !(value & CR0_CD);
    if (bad_paging || bad_cache)
        return fault_gp(cpu, 0);
    cpu_set_cr0(cpu, value);
    return true;
}

static bool write_cr4(struct cpu *cpu, u32 value)
{
    if (value & ~control_bits[cpu->level].cr4)
        return fault_gp(cpu, 0);
    u32 changed = cpu->cr4 ^ value;
    cpu->cr4 = value;
    if (changed & CR4_TLB_BITS)
        tlb_flush(cpu, true);
    return true;
}

static bool control_exists(struct cpu *cpu, unsigned number)
{
    return number == 0 || number == 2 || number == 3 || (number == 4 && cpu->level >= CPU_586) ||
           fault_ud(cpu);
}

bool system_write_control(struct cpu *cpu, unsigned number, u32 value)
{
    if (!control_exists(cpu, number) || !system_ring0(cpu))
        return false;
    switch (number) {
    case 0:
        return write_cr0(cpu, value);
    case 2:
        cpu->cr2 = value;
        return true;
    case 3:
        cpu_set_cr3(cpu, value);
        return true;
    default:
        return write_cr4(cpu, value);
    }
}

bool system_read_control(struct cpu *cpu, unsigned number, u32 *value)
{
    if (!control_exists(cpu, number) || !system_ring0(cpu))
        return false;
    const u32 registers[] = {cpu->cr0, 0, cpu->cr2, cpu->cr3, cpu->cr4};
    *value = registers[number];
    return true;
}

/* LMSW sets PE but cannot clear it (PRM 17 LMSW). */
bool system_lmsw(struct cpu *cpu, u16 value)
{
    if (!system_ring0(cpu))
        return false;
    cpu_set_cr0(cpu, (cpu->cr0 & ~(MSW_BITS & ~CR0_PE)) | (value & MSW_BITS));
    return true;
}

bool system_clts(struct cpu *cpu)
{
    if (!system_ring0(cpu))
        return false;
    cpu->cr0 &= ~CR0_TS;
    return true;
}

bool system_invlpg(struct cpu *cpu, u32 linear)
{
    if (!system_ring0(cpu))
        return false;
    tlb_flush_page(cpu, linear);
    return true;
}

/* ---- Debug registers (PRM 12.2) ---- */

/* DR4 and DR5 are other names of DR6 and DR7, until a 586 with CR4.DE. */
static bool debug_access(struct cpu *cpu, unsigned *number)
{
    if (!system_ring0(cpu))
        return false;
    if (*number == 4 || *number == 5) {
        if (cpu->cr4 & CR4_DE)
            return fault_ud(cpu);
        *number += 2;
    }
    if (cpu->dr[7] & DR7_GD) {
        cpu->dr[6] |= DR6_BD;
        return fault_raise(cpu, EXC_DB);
    }
    return true;
}

bool system_write_debug(struct cpu *cpu, unsigned number, u32 value)
{
    if (!debug_access(cpu, &number))
        return false;
    if (number == 6)
        value = (value & DR6_WRITABLE) | DR6_ONES;
    if (number == 7)
        value = (value & DR7_WRITABLE) | DR7_ONES;
    cpu->dr[number] = value;
    tlb_flush_fast(cpu); /* a page that is watched may not be read or written directly */
    blocks_update_mode(cpu);
    return true;
}

bool system_read_debug(struct cpu *cpu, unsigned number, u32 *value)
{
    if (!debug_access(cpu, &number))
        return false;
    *value = cpu->dr[number];
    return true;
}

/* ---- Flags (PRM 8.3.1, 15.3) ---- */

/* CPL <= IOPL in protected mode, IOPL = 3 in V86 mode. */
static bool iopl_allows(struct cpu *cpu)
{
    return !cpu_protected(cpu) || cpu->cpl <= eflags_iopl(cpu) || fault_gp(cpu, 0);
}

bool system_cli(struct cpu *cpu)
{
    if (!iopl_allows(cpu))
        return false;
    cpu->eflags &= ~FLAG_IF;
    return true;
}

bool system_sti(struct cpu *cpu)
{
    if (!iopl_allows(cpu))
        return false;
    if (!(cpu->eflags & FLAG_IF))
        cpu->shadow = true;
    cpu->eflags |= FLAG_IF;
    return true;
}

bool system_pushf_allowed(struct cpu *cpu)
{
    return !cpu_v86(cpu) || eflags_iopl(cpu) == 3 || fault_gp(cpu, 0);
}

bool system_popf(struct cpu *cpu, u32 value, bool wide)
{
    if (!system_pushf_allowed(cpu))
        return false;
    eflags_load(cpu, value, eflags_popf_mask(cpu, wide));
    return true;
}
