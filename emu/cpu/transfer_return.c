#include "cpu/access.h"
#include "cpu/blocks.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/fault.h"
#include "cpu/stack_frame.h"
#include "cpu/system.h"
#include "cpu/transfer.h"

/* RETF and IRET (PRM 6.3.4.2, 17 RET and IRET). */

struct far_return {
    struct stack_frame frame;
    unsigned size;     /* of one popped element: 2 or 4 */
    bool is_interrupt; /* IRET: a third element, EFLAGS */
    u16 release;       /* RETF n: bytes of parameters */
    u32 eip, eflags;
    u16 cs;
};

static void start(struct cpu *cpu, struct far_return *r, bool wide, bool is_interrupt, u16 release)
{
    r->size = wide ? 4 : 2;
    r->is_interrupt = is_interrupt;
    r->release = release;
    stack_frame_current(cpu, &r->frame);
}

/* Pops EIP, CS and with IRET EFLAGS, after the limit check of them all. */
static bool pop_target(struct cpu *cpu, struct far_return *r)
{
    u32 cs;
    if (!stack_frame_room_pop(cpu, &r->frame, r->is_interrupt ? 3 : 2, r->size) ||
        !stack_frame_pop(cpu, &r->frame, &r->eip, r->size) ||
        !stack_frame_pop(cpu, &r->frame, &cs, r->size))
        return false;
    r->cs = (u16)cs;
    return !r->is_interrupt || stack_frame_pop(cpu, &r->frame, &r->eflags, r->size);
}

/* ---- Real and V86 mode ---- */

static bool return_real(struct cpu *cpu, struct far_return *r)
{
    u32 limit = cpu_v86(cpu) ? 0xffffu : cpu->segs[SEG_CS].limit;
    if (!pop_target(cpu, r))
        return false;
    if (r->eip > limit)
        return fault_gp(cpu, 0);
    stack_frame_release(&r->frame, r->release);
    stack_frame_commit(cpu, &r->frame);
    segment_commit_code_real(cpu, r->cs, r->eip);
    if (r->is_interrupt)
        eflags_load(cpu, r->eflags, eflags_iret_mask(cpu, r->size == 4));
    return true;
}

/* ---- Protected mode ---- */

/* The return selector's descriptor; `ring` is its RPL, the ring returned to. */
static bool check_return_code(struct cpu *cpu, u16 selector, struct descriptor *d)
{
    u16 error = selector_error(selector);
    unsigned ring = selector_rpl(selector);
    if (selector_null(selector))
        return fault_gp(cpu, 0);
    if (ring < cpu->cpl)
        return fault_gp(cpu, error);
    if (!descriptor_read(cpu, selector, EXC_GP, d))
        return false;
    unsigned access = descriptor_access(d);
    bool allowed =
        access_is_conforming(access) ? descriptor_dpl(d) <= ring : descriptor_dpl(d) == ring;
    if (!access_is_code(access) || !allowed)
        return fault_gp(cpu, error);
    return descriptor_present(d) || fault_np(cpu, error);
}

static void finish(struct cpu *cpu, const struct far_return *r, const struct descriptor *code,
                   const struct stack_frame *stack)
{
    u32 mask = r->is_interrupt ? eflags_iret_mask(cpu, r->size == 4) : 0;
    stack_frame_commit(cpu, stack);
    segment_commit_code(cpu, r->cs, code, selector_rpl(r->cs), r->eip);
    if (r->is_interrupt)
        eflags_load(cpu, r->eflags, mask);
}

static bool return_same_ring(struct cpu *cpu, struct far_return *r, struct descriptor *code)
{
    if (r->eip > descriptor_limit(code))
        return fault_gp(cpu, 0);
    if (!descriptor_mark_accessed(cpu, code))
        return false;
    stack_frame_release(&r->frame, r->release);
    finish(cpu, r, code, &r->frame);
    return true;
}

static bool pop_outer_stack(struct cpu *cpu, struct far_return *r, u32 *esp, u16 *selector)
{
    u32 ss;
    if (!stack_frame_pop(cpu, &r->frame, esp, r->size) ||
        !stack_frame_pop(cpu, &r->frame, &ss, r->size))
        return false;
    *selector = (u16)ss;
    return true;
}

static bool return_outer_ring(struct cpu *cpu, struct far_return *r, struct descriptor *code)
{
    struct stack_frame outer;
    struct descriptor stack;
    u16 selector;
    if (!pop_outer_stack(cpu, r, &outer.esp, &selector) ||
        !segment_check_stack(cpu, selector, selector_rpl(r->cs), EXC_GP, &stack))
        return false;
    if (r->eip > descriptor_limit(code))
        return fault_gp(cpu, 0);
    if (!descriptor_mark_accessed(cpu, code) || !descriptor_mark_accessed(cpu, &stack))
        return false;
    segment_from_descriptor(&outer.inner, selector, &stack);
    outer.ss = &outer.inner;
    if (!(outer.inner.access & SEG_BIG)) /* only SP is loaded into a 16-bit stack */
        outer.esp = (cpu->regs[REG_ESP] & 0xffff0000u) | (outer.esp & 0xffff);
    stack_frame_release(&outer, r->release);
    finish(cpu, r, code, &outer);
    segment_null_inner(cpu);
    return true;
}

/* The outer ring's SS:ESP lie above the parameters; their room is checked before the selectors. */
static bool return_protected(struct cpu *cpu, struct far_return *r)
{
    bool outer = selector_rpl(r->cs) > cpu->cpl;
    struct descriptor code;
    if (outer)
        stack_frame_release(&r->frame, r->release);
    if (outer && !stack_frame_room_pop(cpu, &r->frame, 2, r->size))
        return false;
    if (!check_return_code(cpu, r->cs, &code))
        return false;
    return outer ? return_outer_ring(cpu, r, &code) : return_same_ring(cpu, r, &code);
}

bool transfer_far_return(struct cpu *cpu, bool wide, u16 release)
{
    struct far_return r;
    start(cpu, &r, wide, false, release);
    if (!cpu_protected(cpu) || cpu_v86(cpu))
        return return_real(cpu, &r);
    return pop_target(cpu, &r) && return_protected(cpu, &r);
}

/* ---- IRET to virtual-8086 mode (PRM 15.3.2) ---- */

static bool return_to_v86(struct cpu *cpu, struct far_return *r)
{
    static const u8 order[] = {SEG_ES, SEG_DS, SEG_FS, SEG_GS};
    u32 esp, ss, selectors[ARRAY_COUNT(order)];
    if (!stack_frame_room_pop(cpu, &r->frame, 6, 4))
        return false;
    if (r->eip > 0xffff)
        return fault_gp(cpu, 0);
    if (!stack_frame_pop(cpu, &r->frame, &esp, 4) || !stack_frame_pop(cpu, &r->frame, &ss, 4))
        return false;
    for (unsigned i = 0; i < ARRAY_COUNT(order); i++)
        if (!stack_frame_pop(cpu, &r->frame, &selectors[i], 4))
            return false;
    eflags_load(cpu, r->eflags, eflags_known(cpu) | FLAG_VM);
    system_set_cpl(cpu, 3);
    for (unsigned i = 0; i < ARRAY_COUNT(order); i++)
        segment_from_v86(&cpu->segs[order[i]], (u16)selectors[i]);
    segment_from_v86(&cpu->segs[SEG_SS], (u16)ss);
    cpu->regs[REG_ESP] = esp;
    segment_commit_code_real(cpu, r->cs, r->eip);
    return true;
}

/* ---- IRET with NT set: back to the task that called (PRM 7.6) ---- */

static bool return_to_task(struct cpu *cpu, u32 next_eip)
{
    u32 back_link;
    return system_read(cpu, cpu->tr.base, 2, &back_link) &&
           task_switch(cpu, (u16)back_link, TASK_RETURN, next_eip, false, 0);
}

static bool interrupt_return(struct cpu *cpu, bool wide, u32 next_eip)
{
    struct far_return r;
    start(cpu, &r, wide, true, 0);
    if (!cpu_protected(cpu))
        return return_real(cpu, &r);
    if (cpu_v86(cpu))
        return eflags_iopl(cpu) == 3 ? return_real(cpu, &r) : fault_gp(cpu, 0);
    if (cpu->eflags & FLAG_NT)
        return return_to_task(cpu, next_eip);
    if (!pop_target(cpu, &r))
        return false;
    if (wide && (r.eflags & FLAG_VM) && cpu->cpl == 0)
        return return_to_v86(cpu, &r);
    return return_protected(cpu, &r);
}

bool transfer_interrupt_return(struct cpu *cpu, bool wide, u32 next_eip)
{
    if (!interrupt_return(cpu, wide, next_eip))
        return false;
    cpu->nmi_blocked = false;
    return true;
}
