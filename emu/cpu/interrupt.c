#include "cpu/access.h"
#include "cpu/debug_registers.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/fault.h"
#include "cpu/interrupt_class.h"
#include "cpu/stack_frame.h"
#include "cpu/transfer.h"

/* Interrupts and exceptions (PRM 9, 14.3, 15.3, 17 INT). */

struct event {
    u8 vector;
    bool software; /* INT n, INT3, INTO: the gate's DPL counts, EXT stays clear */
    bool has_error;
    u16 error;
    u32 return_eip;
    u32 eflags; /* the image to save */
};

/* ---- Real mode: the interrupt vector table (PRM 14.3) ---- */

static bool deliver_real(struct cpu *cpu, const struct event *event)
{
    struct stack_frame frame;
    u32 vector;
    if (event->vector * 4u + 3 > cpu->idtr.limit)
        return fault_raise_error(cpu, EXC_DF, 0); /* PRM Table 14-1: interrupt 8 */
    if (!system_read(cpu, cpu->idtr.base + event->vector * 4u, 4, &vector))
        return false;
    stack_frame_current(cpu, &frame);
    if (!stack_frame_room_push(cpu, &frame, 3, 2))
        return false;
    if ((vector & 0xffff) > cpu->segs[SEG_CS].limit)
        return fault_gp(cpu, 0);
    if (!stack_frame_prepare(cpu, &frame, 3, 2))
        return false;
    stack_frame_push(cpu, &frame, event->eflags, 2);
    stack_frame_push(cpu, &frame, cpu->segs[SEG_CS].selector, 2);
    stack_frame_push(cpu, &frame, event->return_eip, 2);
    stack_frame_commit(cpu, &frame);
    segment_commit_code_real(cpu, (u16)(vector >> 16), vector & 0xffff);
    eflags_clear(cpu, FLAG_IF | FLAG_TF | FLAG_RF | FLAG_AC);
    return true;
}

/* ---- Interrupt and trap gates (PRM 9.6.1) ---- */

struct gate_entry {
    const struct event *event;
    struct descriptor gate, code;
    struct stack_frame frame;
    unsigned size;  /* of a pushed element: 2 or 4 */
    unsigned count; /* elements that are pushed */
    unsigned ring;
    bool inner; /* the stack is switched */
};

/* Order of the pushes from V86 mode, before SS and ESP (PRM Figure 15-4). */
static const u8 v86_order[] = {SEG_GS, SEG_FS, SEG_DS, SEG_ES};

static bool check_target(struct cpu *cpu, struct gate_entry *e)
{
    u16 selector = gate_selector(&e->gate);
    u16 error = selector_error(selector);
    if (selector_null(selector))
        return fault_gp(cpu, 0);
    if (!descriptor_read(cpu, selector, EXC_GP, &e->code))
        return false;
    unsigned access = descriptor_access(&e->code);
    if (!access_is_code(access) || descriptor_dpl(&e->code) > cpu->cpl)
        return fault_gp(cpu, error);
    if (!descriptor_present(&e->code))
        return fault_np(cpu, error);
    e->inner = !access_is_conforming(access) && descriptor_dpl(&e->code) < cpu->cpl;
    e->ring = e->inner ? descriptor_dpl(&e->code) : cpu->cpl;
    if (cpu_v86(cpu) && e->ring != 0)
        return fault_gp(cpu, error); /* from V86 mode only ring 0 may be entered (PRM 15.3) */
    return true;
}

static bool prepare_stack(struct cpu *cpu, struct gate_entry *e)
{
    e->count = 3 + e->event->has_error;
    if (e->inner)
        e->count += cpu_v86(cpu) ? 2 + ARRAY_COUNT(v86_order) : 2;
    if (!e->inner)
        stack_frame_current(cpu, &e->frame);
    else if (!stack_frame_inner(cpu, e->ring, &e->frame))
        return false;
    if (!stack_frame_room_push(cpu, &e->frame, e->count, e->size))
        return false;
    if (gate_offset(&e->gate) > descriptor_limit(&e->code))
        return fault_gp(cpu, 0);
    return stack_frame_prepare(cpu, &e->frame, e->count, e->size) &&
           descriptor_mark_accessed(cpu, &e->code);
}

static void push_frame(struct cpu *cpu, struct gate_entry *e)
{
    if (e->inner && cpu_v86(cpu))
        for (unsigned i = 0; i < ARRAY_COUNT(v86_order); i++)
            stack_frame_push(cpu, &e->frame, cpu->segs[v86_order[i]].selector, e->size);
    if (e->inner) {
        stack_frame_push(cpu, &e->frame, cpu->segs[SEG_SS].selector, e->size);
        stack_frame_push(cpu, &e->frame, cpu->regs[REG_ESP], e->size);
    }
    stack_frame_push(cpu, &e->frame, e->event->eflags, e->size);
    stack_frame_push(cpu, &e->frame, cpu->segs[SEG_CS].selector, e->size);
    stack_frame_push(cpu, &e->frame, e->event->return_eip, e->size);
    if (e->event->has_error)
        stack_frame_push(cpu, &e->frame, e->event->error, e->size);
}

static void enter_handler(struct cpu *cpu, struct gate_entry *e)
{
    bool interrupt_gate = (descriptor_type(&e->gate) & ~SYS_WIDE) == SYS_INT16;
    bool from_v86 = cpu_v86(cpu);
    stack_frame_commit(cpu, &e->frame);
    eflags_clear(cpu, FLAG_TF | FLAG_NT | FLAG_RF | FLAG_VM | (interrupt_gate ? FLAG_IF : 0));
    segment_commit_code(cpu, gate_selector(&e->gate), &e->code, e->ring, gate_offset(&e->gate));
    for (unsigned i = 0; from_v86 && i < ARRAY_COUNT(v86_order); i++)
        segment_from_null(&cpu->segs[v86_order[i]], 0);
}

static bool through_gate(struct cpu *cpu, const struct event *event, const struct descriptor *gate)
{
    struct gate_entry e = {
        .event = event, .gate = *gate, .size = descriptor_type(gate) & SYS_WIDE ? 4 : 2};
    if (!check_target(cpu, &e) || !prepare_stack(cpu, &e))
        return false;
    push_frame(cpu, &e);
    enter_handler(cpu, &e);
    return true;
}

/* ---- Task gates (PRM 9.6.2) ---- */

/* The saved EFLAGS image is the old task's EFLAGS: RF is put there for the switch only. */
static bool through_task_gate(struct cpu *cpu, const struct event *event,
                              const struct descriptor *gate)
{
    u16 old_task = cpu->tr.selector;
    u32 old_rf = cpu->eflags & FLAG_RF;
    cpu->eflags |= event->eflags & FLAG_RF;
    if (task_switch(cpu, gate_selector(gate), TASK_INTERRUPT, event->return_eip, event->has_error,
                    event->error))
        return true;
    if (cpu->tr.selector == old_task)
        cpu->eflags = (cpu->eflags & ~FLAG_RF) | old_rf;
    return false;
}

/* ---- The IDT ---- */

static bool read_gate(struct cpu *cpu, const struct event *event, struct descriptor *gate)
{
    u16 error = (u16)(event->vector * 8u + ERROR_IDT);
    if (event->vector * 8u + 7 > cpu->idtr.limit)
        return fault_gp(cpu, error);
    if (!descriptor_fetch(cpu, cpu->idtr.base + event->vector * 8u, gate))
        return false;
    switch (descriptor_type(gate)) {
    case SYS_TASK_GATE:
    case SYS_INT16:
    case SYS_TRAP16:
    case SYS_INT32:
    case SYS_TRAP32:
        break;
    default:
        return fault_gp(cpu, error);
    }
    if (event->software && descriptor_dpl(gate) < cpu->cpl)
        return fault_gp(cpu, error);
    return descriptor_present(gate) || fault_np(cpu, error);
}

static bool deliver_protected(struct cpu *cpu, const struct event *event)
{
    struct descriptor gate;
    if (!read_gate(cpu, event, &gate))
        return false;
    return descriptor_type(&gate) == SYS_TASK_GATE ? through_task_gate(cpu, event, &gate)
                                                   : through_gate(cpu, event, &gate);
}

/* EXT tells that an event outside the program was being delivered (PRM 9.7). */
static void add_external_bit(struct cpu *cpu)
{
    enum exception_class class = exception_class_of(cpu->fault.vector);
    if (cpu->fault.has_error && class == CLASS_CONTRIBUTORY)
        cpu->fault.error |= ERROR_EXT;
}

static bool deliver(struct cpu *cpu, const struct event *event)
{
    bool was_delivering = cpu->delivering;
    cpu->delivering = true;
    bool done = cpu_protected(cpu) ? deliver_protected(cpu, event) : deliver_real(cpu, event);
    cpu->delivering = was_delivering;
    if (!done && !event->software)
        add_external_bit(cpu);
    if (done) {
        cpu->halted = false;
        cpu->shadow = false;
    }
    return done;
}

/* ---- INT n, INT3, INTO ---- */

/* INT n is sensitive to IOPL in V86 mode, the one-byte forms are not (PRM 15.3): the last byte of
   the instruction tells CD 03 from CC, and CD 04 from CE. */
static bool one_byte_form(const struct cpu *cpu, u8 vector, u32 next_eip)
{
    u8 last;
    if (!translate_peek(cpu, cpu->segs[SEG_CS].base + next_eip - 1, &last, 1))
        return false;
    return (vector == EXC_BP && last == 0xcc) || (vector == EXC_OF && last == 0xce) ||
           (vector == EXC_DB && last == 0xf1);
}

/* ICEBP counts as an event from outside: no gate's DPL is asked (SDM3 6.12.1.2, INT1). */
static bool is_icebp(const struct cpu *cpu, u8 vector, u32 next_eip)
{
    return vector == EXC_DB && one_byte_form(cpu, vector, next_eip);
}

bool interrupt_software(struct cpu *cpu, u8 vector, u32 next_eip)
{
    struct event event = {.vector = vector,
                          .software = !is_icebp(cpu, vector, next_eip),
                          .return_eip = next_eip,
                          .eflags = cpu_get_eflags(cpu)};
    if (cpu_v86(cpu) && eflags_iopl(cpu) < 3 && !one_byte_form(cpu, vector, next_eip))
        return fault_gp(cpu, 0);
    log_line(cpu->log, LOG_INT, "INT %02x eax %08x at %04x:%08x", vector, cpu->regs[REG_EAX],
             cpu->segs[SEG_CS].selector, cpu->eip);
    cpu_note_event(cpu, CPU_EVENT_INT, vector);
    return deliver(cpu, &event);
}

/* ---- Exceptions and what they may turn into ---- */

/* Which exception follows when `second` arises while `first` is delivered (PRM Table 9-4). */
static struct fault follow(const struct fault *first, const struct fault *second)
{
    static const struct fault double_fault = {.vector = EXC_DF, .has_error = true};
    enum exception_class a = exception_class_of(first->vector);
    enum exception_class b = exception_class_of(second->vector);
    bool both_contribute = a == CLASS_CONTRIBUTORY && b == CLASS_CONTRIBUTORY;
    bool after_page_fault = a == CLASS_PAGE && (b == CLASS_CONTRIBUTORY || b == CLASS_PAGE);
    return both_contribute || after_page_fault ? double_fault : *second;
}

static void shut_down(struct cpu *cpu)
{
    fault_note(cpu, &cpu->fault, false, false);
    log_line(cpu->log, LOG_RESET, "shutdown at %04x:%08x", cpu->segs[SEG_CS].selector, cpu->eip);
    cpu->shutdown = true;
}

static bool deliver_fault(struct cpu *cpu, const struct fault *fault)
{
    struct event event = {.vector = fault->vector,
                          .has_error = fault->has_error,
                          .error = fault->error,
                          .return_eip = cpu->eip,
                          .eflags = cpu_get_eflags(cpu)};
    if (exception_sets_rf(fault->vector))
        event.eflags |= FLAG_RF;
    if (fault->vector == EXC_DB)
        cpu->dr[7] &= ~DR7_GD; /* the handler may read and write the debug registers */
    return deliver(cpu, &event);
}

bool interrupt_fault(struct cpu *cpu)
{
    struct fault fault = cpu->fault;
    for (;;) {
        if (fault.vector == EXC_PF)
            cpu->cr2 = fault.address;
        fault_note(cpu, &fault, false, false);
        if (deliver_fault(cpu, &fault))
            return true;
        if (fault.vector == EXC_DF && exception_class_of(cpu->fault.vector) != CLASS_BENIGN) {
            shut_down(cpu);
            return false;
        }
        if (cpu->fault.vector == EXC_PF)
            cpu->cr2 = cpu->fault.address;
        struct fault next = follow(&fault, &cpu->fault);
        if (next.vector == EXC_DF && cpu->fault.vector != EXC_DF)
            fault_note(cpu, &cpu->fault, false, false); /* the second link of the chain */
        fault = next;
    }
}

/* ---- Hardware interrupts ---- */

bool interrupt_external(struct cpu *cpu, u8 vector)
{
    struct event event = {.vector = vector, .return_eip = cpu->eip, .eflags = cpu_get_eflags(cpu)};
    log_line(cpu->log, LOG_INT, "interrupt %02x at %04x:%08x", vector, cpu->segs[SEG_CS].selector,
             cpu->eip);
    cpu_note_event(cpu, CPU_EVENT_INTERRUPT, vector);
    if (deliver(cpu, &event))
        return true;
    fault_note(cpu, &(struct fault){.vector = vector}, false, true);
    return interrupt_fault(cpu);
}
