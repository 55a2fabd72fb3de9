#include "cpu/access.h"
#include "cpu/blocks.h"
#include "cpu/descriptor.h"
#include "cpu/fault.h"
#include "cpu/system.h"
#include "cpu/transfer.h"

/* ---- Descriptor tables ---- */

bool descriptor_locate(const struct cpu *cpu, u16 selector, u32 *linear)
{
    bool local = selector & SELECTOR_TI;
    u32 base = local ? cpu->ldtr.base : cpu->gdtr.base;
    u32 limit = local ? cpu->ldtr.limit : cpu->gdtr.limit;
    if (local && cpu->ldtr.access == 0)
        return false;
    *linear = base + (selector & ~7u);
    return (selector | 7u) <= limit;
}

bool descriptor_fetch(struct cpu *cpu, u32 linear, struct descriptor *d)
{
    const u8 *host = linear_host(cpu, linear, 8, false, false);
    u8 bytes[8];
    d->linear = linear;
    if (!host) {
        if (!linear_read_bytes(cpu, linear, false, bytes, sizeof bytes))
            return false;
        host = bytes;
    }
    d->low = load_le32(host);
    d->high = load_le32(host + 4);
    return true;
}

bool descriptor_read(struct cpu *cpu, u16 selector, u8 vector, struct descriptor *d)
{
    u32 linear;
    if (!descriptor_locate(cpu, selector, &linear))
        return fault_raise_error(cpu, vector, selector_error(selector));
    return descriptor_fetch(cpu, linear, d);
}

/* One byte changes. Where nobody looks on, the doubleword is stored that holds it: the next reader
   takes all of it, which is quicker from one store. */
static bool write_access_byte(struct cpu *cpu, struct descriptor *d, u32 high)
{
    if (high == d->high)
        return true;
    u8 *host = linear_host(cpu, d->linear + 4, 4, false, true);
    if (host)
        store_le32(host, (load_le32(host) & ~0xff00u) | (high & 0xff00u));
    else if (!system_write(cpu, d->linear + 5, 1, high >> 8 & 0xff))
        return false;
    d->high = high;
    return true;
}

bool descriptor_mark_accessed(struct cpu *cpu, struct descriptor *d)
{
    return write_access_byte(cpu, d, d->high | SEG_ACCESSED << 8);
}

bool descriptor_set_busy(struct cpu *cpu, struct descriptor *d, bool busy)
{
    u32 bit = SYS_BUSY << 8;
    return write_access_byte(cpu, d, busy ? d->high | bit : d->high & ~bit);
}

/* ---- Hidden parts ---- */

void segment_from_descriptor(struct segment *segment, u16 selector, const struct descriptor *d)
{
    *segment = (struct segment){.selector = selector,
                                .access = descriptor_access(d),
                                .base = descriptor_base(d),
                                .limit = descriptor_limit(d)};
    segment_update_fast(segment);
}

void segment_from_null(struct segment *segment, u16 selector)
{
    *segment = (struct segment){.selector = selector};
}

void segment_from_v86(struct segment *segment, u16 selector)
{
    *segment = (struct segment){.selector = selector,
                                .access = SEG_PRESENT | SEG_DPL | SEG_NONSYSTEM | SEG_WRITABLE |
                                          SEG_ACCESSED,
                                .base = (u32)selector << 4,
                                .limit = 0xffff};
    segment_update_fast(segment);
}

void segment_from_real(struct segment *segment, u16 selector)
{
    segment->selector = selector;
    segment->base = (u32)selector << 4;
    segment->access = (u16)((segment->access & 0xf000u) | SEG_PRESENT | SEG_NONSYSTEM |
                            SEG_WRITABLE | SEG_ACCESSED);
    segment_update_fast(segment);
}

/* ---- Checks of a load ---- */

/* Privilege: conforming code is open to all; else max(CPL, RPL) <= DPL (PRM 6.3.2, 6.3.3). */
static bool data_visible(const struct descriptor *d, unsigned rpl, unsigned cpl)
{
    unsigned access = descriptor_access(d);
    if (access_is_conforming(access))
        return true;
    return rpl <= descriptor_dpl(d) && cpl <= descriptor_dpl(d);
}

static bool data_or_readable_code(unsigned access)
{
    return access_is_data(access) || (access_is_code(access) && (access & SEG_READABLE));
}

bool segment_check_data(struct cpu *cpu, u16 selector, unsigned cpl, u8 vector,
                        struct descriptor *d)
{
    u16 error = selector_error(selector);
    if (!descriptor_read(cpu, selector, vector, d))
        return false;
    if (!data_or_readable_code(descriptor_access(d)) ||
        !data_visible(d, selector_rpl(selector), cpl))
        return fault_raise_error(cpu, vector, error);
    return descriptor_present(d) || fault_np(cpu, error);
}

bool segment_check_stack(struct cpu *cpu, u16 selector, unsigned cpl, u8 vector,
                         struct descriptor *d)
{
    u16 error = selector_error(selector);
    if (selector_null(selector))
        return fault_raise_error(cpu, vector, 0);
    if (!descriptor_read(cpu, selector, vector, d))
        return false;
    if (selector_rpl(selector) != cpl || descriptor_dpl(d) != cpl ||
        !access_is_writable_data(descriptor_access(d)))
        return fault_raise_error(cpu, vector, error);
    return descriptor_present(d) || fault_ss(cpu, error);
}

static bool check_load(struct cpu *cpu, unsigned number, u16 selector, struct descriptor *d)
{
    return number == SEG_SS ? segment_check_stack(cpu, selector, cpu->cpl, EXC_GP, d)
                            : segment_check_data(cpu, selector, cpu->cpl, EXC_GP, d);
}

static bool load_protected(struct cpu *cpu, unsigned number, u16 selector)
{
    struct descriptor d;
    if (number != SEG_SS && segment_load_known(cpu, number, selector))
        return true;
    if (number != SEG_SS && selector_null(selector)) {
        segment_from_null(&cpu->segs[number], selector);
        return true;
    }
    if (!check_load(cpu, number, selector, &d) || !descriptor_mark_accessed(cpu, &d))
        return false;
    segment_from_descriptor(&cpu->segs[number], selector, &d);
    if (number != SEG_SS)
        cpu->known[selector >> 3 & (KNOWN_SEGMENTS - 1)] =
            (struct known_segment){.descriptor = (u64)d.high << 32 | d.low,
                                   .key = known_segment_key(selector, cpu->cpl),
                                   .segment = cpu->segs[number]};
    return true;
}

/* MOV, POP, LDS and their like (PRM 17 MOV): every check, then the accessed bit, then the load. */
bool segment_load(struct cpu *cpu, unsigned number, u16 selector)
{
    if (cpu_v86(cpu))
        segment_from_v86(&cpu->segs[number], selector);
    else if (!cpu_protected(cpu))
        segment_from_real(&cpu->segs[number], selector);
    else if (!load_protected(cpu, number, selector))
        return false;
    if (number == SEG_SS)
        blocks_update_mode(cpu);
    return true;
}

/* ---- CS ---- */

/* A transfer within one segment, or one that is laid alike: only EIP changes. */
static bool same_hidden_part(const struct segment *segment, const struct descriptor *d)
{
    return segment->base == descriptor_base(d) && segment->limit == descriptor_limit(d) &&
           segment->access == descriptor_access(d);
}

void segment_commit_code(struct cpu *cpu, u16 selector, const struct descriptor *d, unsigned cpl,
                         u32 eip)
{
    struct segment *cs = &cpu->segs[SEG_CS];
    u16 visible = (u16)((selector & ~SELECTOR_RPL) | cpl);
    cpu->eip = eip;
    if (cpu->cpl == cpl && same_hidden_part(cs, d)) {
        cs->selector = visible;
        return;
    }
    segment_from_descriptor(cs, visible, d);
    system_set_cpl(cpu, cpl);
    blocks_update_mode(cpu);
}

void segment_commit_code_real(struct cpu *cpu, u16 selector, u32 eip)
{
    if (cpu_v86(cpu))
        segment_from_v86(&cpu->segs[SEG_CS], selector);
    else
        segment_from_real(&cpu->segs[SEG_CS], selector);
    cpu->eip = eip;
    blocks_update_mode(cpu);
}

/* ---- Return to an outer ring ---- */

void segment_null_inner(struct cpu *cpu)
{
    static const u8 numbers[] = {SEG_ES, SEG_FS, SEG_GS, SEG_DS};
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++) {
        struct segment *segment = &cpu->segs[numbers[i]];
        unsigned dpl = (segment->access & SEG_DPL) >> SEG_DPL_SHIFT;
        if (dpl < cpu->cpl && !access_is_conforming(segment->access))
            segment_from_null(segment, 0);
    }
}
