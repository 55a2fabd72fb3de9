#include "cpu/access.h"
#include "cpu/descriptor.h"
#include "cpu/fault.h"
#include "cpu/stack_frame.h"
#include "cpu/transfer.h"

/* Far JMP and CALL (PRM 6.3.4, 17 CALL and JMP). Both walk through the same checks; what differs is
   whether a return address is pushed and whether a gate may lead inwards. */

struct far_transfer {
    u16 selector;
    u32 offset;    /* truncated to the operand size */
    u32 next_eip;  /* return address */
    unsigned size; /* of a pushed return address: 2 or 4 */
    bool is_call;
};

static bool within_code_limit(struct cpu *cpu, const struct descriptor *code, u32 eip)
{
    return eip <= descriptor_limit(code) || fault_gp(cpu, 0);
}

/* ---- Real and V86 mode ---- */

static bool transfer_real(struct cpu *cpu, const struct far_transfer *t)
{
    struct stack_frame frame;
    u32 limit = cpu_v86(cpu) ? 0xffffu : cpu->segs[SEG_CS].limit;
    stack_frame_current(cpu, &frame);
    if (t->is_call && !stack_frame_room_push(cpu, &frame, 2, t->size))
        return false;
    if (t->offset > limit)
        return fault_gp(cpu, 0);
    if (t->is_call) {
        if (!stack_frame_prepare(cpu, &frame, 2, t->size))
            return false;
        stack_frame_push(cpu, &frame, cpu->segs[SEG_CS].selector, t->size);
        stack_frame_push(cpu, &frame, t->next_eip, t->size);
        stack_frame_commit(cpu, &frame);
    }
    segment_commit_code_real(cpu, t->selector, t->offset);
    return true;
}

/* ---- To a code segment, same privilege ---- */

/* Room, then the target's limit, then pages, then the commit; `code` is checked and present. */
static bool enter_same_ring(struct cpu *cpu, const struct far_transfer *t, u16 selector,
                            struct descriptor *code, u32 eip, unsigned size)
{
    struct stack_frame frame;
    stack_frame_current(cpu, &frame);
    if (t->is_call && !stack_frame_room_push(cpu, &frame, 2, size))
        return false;
    if (!within_code_limit(cpu, code, eip) ||
        (t->is_call && !stack_frame_prepare(cpu, &frame, 2, size)) ||
        !descriptor_mark_accessed(cpu, code))
        return false;
    if (t->is_call) {
        stack_frame_push(cpu, &frame, cpu->segs[SEG_CS].selector, size);
        stack_frame_push(cpu, &frame, t->next_eip, size);
        stack_frame_commit(cpu, &frame);
    }
    segment_commit_code(cpu, selector, code, cpu->cpl, eip);
    return true;
}

static bool to_code_segment(struct cpu *cpu, const struct far_transfer *t, struct descriptor *code)
{
    u16 error = selector_error(t->selector);
    if (access_is_conforming(descriptor_access(code))) {
        if (descriptor_dpl(code) > cpu->cpl)
            return fault_gp(cpu, error);
    } else if (selector_rpl(t->selector) > cpu->cpl || descriptor_dpl(code) != cpu->cpl) {
        return fault_gp(cpu, error);
    }
    if (!descriptor_present(code))
        return fault_np(cpu, error);
    return enter_same_ring(cpu, t, t->selector, code, t->offset, t->size);
}

/* ---- Through a call gate ---- */

#define MAX_PARAMETERS 31u

/* Reads the caller's parameters, the one nearest to the top first. */
static bool read_parameters(struct cpu *cpu, u32 *parameters, unsigned count, unsigned size)
{
    struct stack_frame caller;
    stack_frame_current(cpu, &caller);
    if (!stack_frame_room_pop(cpu, &caller, count, size))
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!stack_frame_pop(cpu, &caller, &parameters[i], size))
            return false;
    return true;
}

/* MORE PRIVILEGE: the inner ring's stack gets SS:ESP, the parameters and CS:EIP (PRM 6.3.4.1). */
static bool call_inner_ring(struct cpu *cpu, const struct far_transfer *t,
                            const struct descriptor *gate, struct descriptor *code)
{
    unsigned size = descriptor_type(gate) & SYS_WIDE ? 4 : 2;
    unsigned parameter_count = gate->high & MAX_PARAMETERS;
    unsigned ring = descriptor_dpl(code);
    u32 parameters[MAX_PARAMETERS];
    struct stack_frame frame;
    if (!stack_frame_inner(cpu, ring, &frame) ||
        !stack_frame_room_push(cpu, &frame, parameter_count + 4, size) ||
        !within_code_limit(cpu, code, gate_offset(gate)) ||
        !read_parameters(cpu, parameters, parameter_count, size) ||
        !stack_frame_prepare(cpu, &frame, parameter_count + 4, size) ||
        !descriptor_mark_accessed(cpu, code))
        return false;
    stack_frame_push(cpu, &frame, cpu->segs[SEG_SS].selector, size);
    stack_frame_push(cpu, &frame, cpu->regs[REG_ESP], size);
    for (unsigned i = parameter_count; i > 0; i--)
        stack_frame_push(cpu, &frame, parameters[i - 1], size);
    stack_frame_push(cpu, &frame, cpu->segs[SEG_CS].selector, size);
    stack_frame_push(cpu, &frame, t->next_eip, size);
    stack_frame_commit(cpu, &frame);
    segment_commit_code(cpu, gate_selector(gate), code, ring, gate_offset(gate));
    return true;
}

/* A JMP through a gate must stay in its ring; a CALL may go inwards. */
static bool gate_target_allowed(const struct cpu *cpu, const struct far_transfer *t,
                                const struct descriptor *code)
{
    unsigned access = descriptor_access(code);
    if (!access_is_code(access))
        return false;
    if (t->is_call || access_is_conforming(access))
        return descriptor_dpl(code) <= cpu->cpl;
    return descriptor_dpl(code) == cpu->cpl;
}

static bool through_call_gate(struct cpu *cpu, const struct far_transfer *t,
                              const struct descriptor *gate)
{
    u16 selector = gate_selector(gate);
    u16 error = selector_error(selector);
    struct descriptor code;
    if (!descriptor_present(gate))
        return fault_np(cpu, selector_error(t->selector));
    if (selector_null(selector))
        return fault_gp(cpu, 0);
    if (!descriptor_read(cpu, selector, EXC_GP, &code))
        return false;
    if (!gate_target_allowed(cpu, t, &code))
        return fault_gp(cpu, error);
    if (!descriptor_present(&code))
        return fault_np(cpu, error);
    if (!access_is_conforming(descriptor_access(&code)) && descriptor_dpl(&code) < cpu->cpl)
        return call_inner_ring(cpu, t, gate, &code);
    return enter_same_ring(cpu, t, selector, &code, gate_offset(gate),
                           descriptor_type(gate) & SYS_WIDE ? 4 : 2);
}

/* ---- To another task ---- */

static bool to_task(struct cpu *cpu, const struct far_transfer *t, u16 tss_selector)
{
    return task_switch(cpu, tss_selector, t->is_call ? TASK_CALL : TASK_JUMP, t->next_eip, false,
                       0);
}

static bool through_task_gate(struct cpu *cpu, const struct far_transfer *t,
                              const struct descriptor *gate)
{
    if (!descriptor_present(gate))
        return fault_np(cpu, selector_error(t->selector));
    return to_task(cpu, t, gate_selector(gate));
}

/* A gate's and a TSS's DPL must be reached by both CPL and RPL. */
static bool to_system_descriptor(struct cpu *cpu, const struct far_transfer *t,
                                 const struct descriptor *d)
{
    u16 error = selector_error(t->selector);
    bool allowed = descriptor_dpl(d) >= cpu->cpl && descriptor_dpl(d) >= selector_rpl(t->selector);
    switch (descriptor_type(d)) {
    case SYS_CALL16:
    case SYS_CALL32:
        return allowed ? through_call_gate(cpu, t, d) : fault_gp(cpu, error);
    case SYS_TASK_GATE:
        return allowed ? through_task_gate(cpu, t, d) : fault_gp(cpu, error);
    case SYS_TSS16:
    case SYS_TSS32:
        return allowed ? to_task(cpu, t, t->selector) : fault_gp(cpu, error);
    default:
        return fault_gp(cpu, error);
    }
}

static bool transfer_far(struct cpu *cpu, const struct far_transfer *t)
{
    struct descriptor d;
    if (!cpu_protected(cpu) || cpu_v86(cpu))
        return transfer_real(cpu, t);
    if (selector_null(t->selector))
        return fault_gp(cpu, 0);
    if (!descriptor_read(cpu, t->selector, EXC_GP, &d))
        return false;
    if (access_is_code(descriptor_access(&d)))
        return to_code_segment(cpu, t, &d);
    return to_system_descriptor(cpu, t, &d);
}

bool transfer_far_jump(struct cpu *cpu, u16 selector, u32 offset, bool wide, u32 next_eip)
{
    return transfer_far(cpu, &(struct far_transfer){.selector = selector,
                                                    .offset = wide ? offset : offset & 0xffff,
                                                    .next_eip = next_eip,
                                                    .size = wide ? 4 : 2});
}

bool transfer_far_call(struct cpu *cpu, u16 selector, u32 offset, bool wide, u32 next_eip)
{
    return transfer_far(cpu, &(struct far_transfer){.selector = selector,
                                                    .offset = wide ? offset : offset & 0xffff,
                                                    .next_eip = next_eip,
                                                    .size = wide ? 4 : 2,
                                                    .is_call = true});
}
