#include "cpu/block_cache.h"
#include "cpu/debug_registers.h"
#include "cpu/exec/dispatch.h"
#include "cpu/exec/handler.h"
#include "cpu/fault.h"
#include "cpu/transfer.h"

/* The run loop.

   Time inside a chain of handlers: now = cpu->slice_end - budget + (instructions done in the
   block). While much is left, the budget is biased by a block's largest length, so that a block
   that was entered may always end; the rest is run in cut blocks of exactly the ticks that remain.
   Hence a run ends on its tick, whatever the slicing. */

static u64 earlier(u64 a, u64 b)
{
    return a < b ? a : b;
}

static void enter(struct cpu *cpu, struct op *op)
{
    cpu->outcome = OUTCOME_CONTINUE;
#ifdef GLASS386_TRAMPOLINE
    while (op)
        op = op->fn(cpu, op, cpu->budget, 0, cpu->lazy.result, cpu->lazy.aux);
#else
    op->fn(cpu, op, cpu->budget, 0, cpu->lazy.result, cpu->lazy.aux);
#endif
    cpu->clock->now = cpu->slice_end - (u64)cpu->budget;
}

/* The fetch faulted before anything ran: an attempt, one tick. */
static void enter_or_fault(struct cpu *cpu, struct op *op)
{
    if (op) {
        enter(cpu, op);
        return;
    }
    cpu->outcome = OUTCOME_FAULT;
    cpu->clock->now++;
}

/* A run without an end is a run of many slices: the budget is signed. */
#define MAX_SLICE (1ull << 62)

static void run_fast(struct cpu *cpu, u64 ticks)
{
    cpu->budget = (s64)(earlier(ticks, MAX_SLICE) - BLOCK_MAX_INSTRUCTIONS);
    cpu->slice_end = cpu->clock->now + (u64)cpu->budget;
    const struct remembered_jump *jump = blocks_remembered(cpu, cpu->eip);
    enter_or_fault(cpu, jump ? jump->op : blocks_find(cpu, cpu->eip));
}

static void run_cut(struct cpu *cpu, u32 count, bool checked)
{
    cpu->budget = 0;
    cpu->slice_end = cpu->clock->now;
    enter_or_fault(cpu, blocks_cut(cpu, cpu->eip, count, checked));
}

/* One instruction, and the single-step trap after it (PRM 12.3.1.4). RF holds for one instruction
   (PRM 12.3.1.1); what IRET loads is the next one's. */
static void run_one(struct cpu *cpu, bool checked)
{
    cpu->trap = cpu->eflags & FLAG_TF;
    cpu->eflags &= ~FLAG_RF;
    cpu->target = cpu->clock->now + 1;
    run_cut(cpu, 1, checked);
    if (!cpu->trap || cpu->outcome != OUTCOME_CONTINUE)
        return;
    cpu->dr[6] |= DR6_BS | cpu->debug_hits;
    cpu->debug_hits = 0;
    fault_raise(cpu, EXC_DB);
    cpu->outcome = OUTCOME_FAULT;
}

/* Data breakpoints trap after the instruction that met them, before any interrupt is looked at
   (PRM 9.2, Table 9-2). True: one was taken. */
static bool take_debug_trap(struct cpu *cpu)
{
    if (!cpu->debug_hits)
        return false;
    cpu->dr[6] |= cpu->debug_hits;
    cpu->debug_hits = 0;
    fault_raise(cpu, EXC_DB);
    interrupt_fault(cpu);
    return true;
}

/* NMI before INTR (PRM 9.2, Table 9-2). True: one was taken. */
static bool take_interrupt(struct cpu *cpu)
{
    if (cpu->shadow)
        return false;
    if (cpu->nmi && !cpu->nmi_blocked) {
        cpu->nmi = false;
        cpu->nmi_blocked = true;
        interrupt_external(cpu, EXC_NMI);
        return true;
    }
    if (!cpu->intr || !(cpu->eflags & FLAG_IF) || !cpu->interrupt_acknowledge)
        return false;
    interrupt_external(cpu, cpu->interrupt_acknowledge(cpu->interrupt_context));
    return true;
}

static bool interrupt_waits(const struct cpu *cpu)
{
    return (cpu->nmi && !cpu->nmi_blocked) || (cpu->intr && (cpu->eflags & FLAG_IF));
}

/* Runs until something must be looked at. */
static void run_some(struct cpu *cpu)
{
    bool resumes = cpu->break_armed && cpu_linear_eip(cpu) == cpu->break_linear;
    bool resume_flag = cpu->eflags & FLAG_RF;
    bool checks = cpu->breakpoint_count > 0 || debug_watches_code(cpu);
    bool shadowed = cpu->shadow && interrupt_waits(cpu);
    u64 ticks = cpu->target - cpu->clock->now;
    cpu->break_armed = false;
    cpu->shadow = false;
    if (resumes || shadowed || (cpu->eflags & FLAG_TF) || (resume_flag && checks)) {
        run_one(cpu, !resumes && !resume_flag);
        return;
    }
    cpu->eflags &= ~FLAG_RF;
    if (ticks > BLOCK_MAX_INSTRUCTIONS)
        run_fast(cpu, ticks);
    else
        run_cut(cpu, (u32)ticks, true);
}

static enum cpu_stop run_until(struct cpu *cpu, u64 until)
{
    for (;;) {
        cpu->attention = false;
        if (cpu->blocks->flush_wanted)
            blocks_flush_now(cpu);
        cpu->target = earlier(until, cpu->clock->next);
        if (cpu->shutdown)
            return CPU_STOP_SHUTDOWN;
        if (cpu->stop_requested) {
            cpu->stop_requested = false;
            return CPU_STOP_REQUEST;
        }
        if (cpu->clock->now >= cpu->target)
            return CPU_STOP_TIME;
        if (take_debug_trap(cpu) || take_interrupt(cpu))
            continue;
        if (cpu->halted)
            return CPU_STOP_HALT;
        run_some(cpu);
        if (cpu->outcome == OUTCOME_FAULT) {
            cpu->debug_hits = 0; /* of an instruction that did not complete */
            interrupt_fault(cpu);
        } else if (cpu->outcome == OUTCOME_BREAK) {
            cpu->break_armed = true;
            cpu->break_linear = cpu_linear_eip(cpu);
            return CPU_STOP_BREAK;
        }
    }
}

enum cpu_stop cpu_run(struct cpu *cpu, u64 until)
{
    cpu->blocks->running = true;
    enum cpu_stop stop = run_until(cpu, until);
    cpu->blocks->running = false;
    return stop;
}
