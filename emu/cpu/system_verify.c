#include "cpu/descriptor.h"
#include "cpu/fault.h"
#include "cpu/system.h"

/* LAR, LSL, VERR, VERW (PRM 11.3): questions about a selector that never fault on its account. */

#define LAR_MASK \
    0x00ffff00u /* bits 16-19 are undefined in the manual; hardware gives the limit's */

enum visible { VISIBLE_NONE, VISIBLE_LAR, VISIBLE_BOTH };

/* System types that LAR and LSL accept (PRM 17 LAR, LSL). */
static const u8 system_types[16] = {
    [SYS_TSS16] = VISIBLE_BOTH,      [SYS_LDT] = VISIBLE_BOTH,      [SYS_TSS16_BUSY] = VISIBLE_BOTH,
    [SYS_CALL16] = VISIBLE_LAR,      [SYS_TASK_GATE] = VISIBLE_LAR, [SYS_TSS32] = VISIBLE_BOTH,
    [SYS_TSS32_BUSY] = VISIBLE_BOTH, [SYS_CALL32] = VISIBLE_LAR,
};

/* Reads the descriptor if the table has it and CPL and RPL may see it; *ok tells. False only when a
   page fault stopped it. */
static bool find(struct cpu *cpu, u16 selector, struct descriptor *d, bool *ok)
{
    u32 linear;
    *ok = false;
    if (!system_sldt_str_allowed(cpu))
        return false;
    if (selector_null(selector) || !descriptor_locate(cpu, selector, &linear))
        return true;
    if (!descriptor_read(cpu, selector, EXC_GP, d))
        return false;
    unsigned dpl = descriptor_dpl(d);
    *ok = access_is_conforming(descriptor_access(d)) ||
          (cpu->cpl <= dpl && selector_rpl(selector) <= dpl);
    return true;
}

static unsigned visible(const struct descriptor *d)
{
    unsigned type = descriptor_type(d);
    return type & SEG_NONSYSTEM ? VISIBLE_BOTH : system_types[type];
}

bool system_lar(struct cpu *cpu, u16 selector, bool *ok, u32 *rights)
{
    struct descriptor d;
    if (!find(cpu, selector, &d, ok))
        return false;
    *ok = *ok && (visible(&d) == VISIBLE_BOTH || visible(&d) == VISIBLE_LAR);
    if (*ok)
        *rights = d.high & LAR_MASK;
    return true;
}

bool system_lsl(struct cpu *cpu, u16 selector, bool *ok, u32 *limit)
{
    struct descriptor d;
    if (!find(cpu, selector, &d, ok))
        return false;
    *ok = *ok && visible(&d) == VISIBLE_BOTH;
    if (*ok)
        *limit = descriptor_limit(&d);
    return true;
}

bool system_verify(struct cpu *cpu, u16 selector, bool write, bool *ok)
{
    struct descriptor d;
    if (!find(cpu, selector, &d, ok))
        return false;
    if (!*ok)
        return true;
    unsigned access = descriptor_access(&d);
    if (write)
        *ok = access_is_writable_data(access);
    else
        *ok = access_is_data(access) || (access_is_code(access) && (access & SEG_READABLE));
    return true;
}
