#include "cpu/exec/dispatch.h"

#include "cpu/block_cache.h"
#include "cpu/debug_registers.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/jump.h"
#include "cpu/exec/operand.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* ---- Leaving the chain ---- */

struct op *handler_leave_here(HANDLER_PARAMETERS)
{
    cpu->eip = op->eip;
    handler_save(cpu, fr, fx, budget);
    return NULL;
}

struct op *handler_leave_after(HANDLER_PARAMETERS)
{
    cpu->eip = op[1].eip;
    handler_save(cpu, fr, fx, budget - op->n);
    return NULL;
}

struct op *handler_leave_fault(HANDLER_PARAMETERS)
{
    cpu->outcome = OUTCOME_FAULT;
    handler_save(cpu, fr, fx, budget - op->n);
    return NULL;
}

/* Leaves with cpu->eip already at the target and everything charged. */
static struct op *leave_at_eip(HANDLER_PARAMETERS)
{
    (void)op;
    handler_save(cpu, fr, fx, budget);
    return NULL;
}

/* ---- From block to block ---- */

static struct op *find_and_run(HANDLER_PARAMETERS)
{
    if (cpu->blocks->flush_wanted)
        MUSTTAIL return leave_at_eip(HANDLER_ARGUMENTS);
    op = blocks_find(cpu, cpu->eip);
    if (op)
        MUSTTAIL return RUN(op);
    /* The fetch itself faulted: an attempt that counts one tick. */
    cpu->outcome = OUTCOME_FAULT;
    handler_save(cpu, fr, fx, budget - 1);
    return NULL;
}

struct op *handler_go_to_eip(HANDLER_PARAMETERS)
{
    if (budget < 0)
        MUSTTAIL return leave_at_eip(HANDLER_ARGUMENTS);
    const struct remembered_jump *jump = blocks_remembered(cpu, cpu->eip);
    if (jump)
        MUSTTAIL return LAND(jump);
    MUSTTAIL return find_and_run(HANDLER_ARGUMENTS);
}

struct op *handler_go_to_eip_slow(HANDLER_PARAMETERS)
{
    if (handler_attention(cpu))
        MUSTTAIL return leave_at_eip(HANDLER_ARGUMENTS);
    MUSTTAIL return handler_go_to_eip(HANDLER_ARGUMENTS);
}

struct op *handler_next_slow(HANDLER_PARAMETERS)
{
    if (handler_attention(cpu))
        MUSTTAIL return handler_leave_after(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

struct op *handler_branch_slow(HANDLER_PARAMETERS)
{
    budget -= op->n;
    op = op->to;
    if (budget < 0 || handler_attention(cpu))
        MUSTTAIL return handler_leave_here(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op);
}

struct op *dispatch_lookup(HANDLER_PARAMETERS)
{
    cpu->eip = op->eip;
    MUSTTAIL return jump_to_eip(HANDLER_ARGUMENTS);
}

struct op *dispatch_dead(HANDLER_PARAMETERS)
{
    cpu->eip = op->eip;
    MUSTTAIL return find_and_run(HANDLER_ARGUMENTS);
}

/* Counts how often the block is entered; most blocks are left as they are. */
struct op *dispatch_warm(HANDLER_PARAMETERS)
{
    struct block *block = &cpu->blocks->blocks[op->block];
    op_handler *begin = block->begin;
    if (++block->runs >= cpu->blocks->tuned_at) {
        op->fn = begin;
        tune_block(op, op + block->ops);
        begin = op->fn;
    }
    MUSTTAIL return begin(HANDLER_ARGUMENTS);
}

/* Source and target lie in one page, so the link holds as long as both blocks do: a target that
   dies forwards from its first op, and owners die with their pool. */
struct op *dispatch_link(HANDLER_PARAMETERS)
{
    struct op *owner = op->to;
    cpu->eip = op->eip;
    if (cpu->blocks->flush_wanted)
        MUSTTAIL return leave_at_eip(HANDLER_ARGUMENTS);
    struct op *target = blocks_find(cpu, op->eip);
    if (!target) {
        cpu->outcome = OUTCOME_FAULT;
        handler_save(cpu, fr, fx, budget - 1);
        return NULL;
    }
    if (blocks_is_cached(cpu, target))
        owner->to = target;
    MUSTTAIL return RUN(target);
}

/* ---- Faults known when decoding ---- */

struct op *dispatch_limit(HANDLER_PARAMETERS)
{
    slow_begin(cpu, op, budget);
    fault_gp(cpu, 0);
    MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
}

struct op *dispatch_undefined(HANDLER_PARAMETERS)
{
    slow_begin(cpu, op, budget);
    fault_ud(cpu);
    MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
}

/* ---- Breakpoints ---- */

struct op *dispatch_breakpoint(HANDLER_PARAMETERS)
{
    slow_begin(cpu, op, budget);
    u32 linear = cpu->segs[SEG_CS].base + op->eip;
    if (cpu->hooks.breakpoint && cpu->hooks.breakpoint(cpu->hooks.context, linear)) {
        cpu->outcome = OUTCOME_BREAK;
        handler_save(cpu, fr, fx, budget - op->n + 1);
        return NULL;
    }
    u32 hits = debug_code_hits(cpu, linear);
    if (hits) {
        cpu->dr[6] |= hits;
        fault_raise(cpu, EXC_DB);
        MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
    }
    MUSTTAIL return RUN(op + 1);
}

/* ---- Functions of the opcode table ---- */

static bool call_function(struct cpu *cpu, struct op *op, exec_function *function, u64 *fr, u32 *fx,
                          s64 budget)
{
    handler_save(cpu, *fr, *fx, budget);
    slow_begin(cpu, op, budget);
    bool done = function(cpu, op);
    *fr = cpu->lazy.result;
    *fx = cpu->lazy.aux;
    return done;
}

static exec_function *function_of(const struct op *op)
{
    return opcode_rows[op->kind & OP_ROW].function;
}

struct op *dispatch_function(HANDLER_PARAMETERS)
{
    if (!call_function(cpu, op, function_of(op), &fr, &fx, budget))
        MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
    MUSTTAIL return handler_next_slow(HANDLER_ARGUMENTS);
}

struct op *dispatch_beyond(HANDLER_PARAMETERS)
{
    if (!call_function(cpu, op, exec_branch_beyond_limit, &fr, &fx, budget))
        MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op + 1);
}

/* What EFLAGS may hold after they were loaded, and only the run loop can do. IF is looked at where
   it is loaded. */
static bool flags_want_look(const struct cpu *cpu)
{
    return cpu->eflags & (FLAG_RF | FLAG_TF);
}

/* A far jump may switch tasks and load EFLAGS. */
struct op *dispatch_jump(HANDLER_PARAMETERS)
{
    if (!call_function(cpu, op, function_of(op), &fr, &fx, budget))
        MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
    budget -= op->n;
    cpu->attention |= flags_want_look(cpu);
    MUSTTAIL return handler_go_to_eip_slow(HANDLER_ARGUMENTS);
}

/* INT and IRET: the latter lets an NMI in again. */
static struct op *end_with_jump(HANDLER_PARAMETERS)
{
    cpu->attention |= flags_want_look(cpu) || (cpu->nmi && !cpu->nmi_blocked);
    MUSTTAIL return handler_go_to_eip_slow(HANDLER_ARGUMENTS);
}

struct op *dispatch_end(HANDLER_PARAMETERS)
{
    if (!call_function(cpu, op, function_of(op), &fr, &fx, budget))
        MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
    budget -= op->n;
    if (opcode_rows[op->kind & OP_ROW].attributes & OPCODE_JUMPS)
        MUSTTAIL return end_with_jump(HANDLER_ARGUMENTS);
    cpu->eip = op[1].eip;
    MUSTTAIL return leave_at_eip(HANDLER_ARGUMENTS);
}

/* ---- REP ---- */

enum repetition { REPETITION_DONE, REPETITION_AGAIN, REPETITION_FAULT };

static u32 repeat_count(const struct cpu *cpu, const struct op *op)
{
    return cpu->regs[REG_ECX] & address_mask(op);
}

/* REPE goes on while ZF is set, REPNE while it is clear. */
static bool condition_ends(const struct cpu *cpu, const struct op *op, const struct opcode *row)
{
    return (row->attributes & OPCODE_REPZ) && flags_zf(cpu->lazy.result) != (op->dst == REPEAT_Z);
}

static void count_down(struct cpu *cpu, const struct op *op, u32 done)
{
    u32 mask = address_mask(op), count = cpu->regs[REG_ECX];
    cpu->regs[REG_ECX] = (count & ~mask) | ((count - done) & mask);
}

/* Iterations in one go, as long as nothing could happen between them; 0: one must be made alone. */
static u32 run_at_once(struct cpu *cpu, const struct op *op, const struct opcode *row)
{
    u64 room = cpu->target - cpu->clock->now;
    u32 count = repeat_count(cpu, op);
    u32 most = count < room ? count : (u32)room;
    if (most < 2 || cpu->clock->now >= cpu->target || handler_attention(cpu))
        return 0;
    return string_run(cpu, op, row->function, most);
}

/* Iterates until CX is 0, the condition ends it, a fault, the slice's end, or something that must
   be looked at between two iterations. Each iteration counts one tick: *ticks. */
static enum repetition repeat(struct cpu *cpu, const struct op *op, u64 *ticks)
{
    const struct opcode *row = &opcode_rows[op->kind & OP_ROW];
    u64 start = cpu->clock->now;
    for (*ticks = 0; repeat_count(cpu, op) != 0;) {
        cpu->clock->now = start + *ticks;
        u32 done = run_at_once(cpu, op, row);
        if (done == 0) {
            if (!row->function(cpu, op))
                return REPETITION_FAULT;
            done = 1;
        }
        count_down(cpu, op, done);
        *ticks += done;
        if (condition_ends(cpu, op, row))
            return REPETITION_DONE;
        bool pause = start + *ticks >= cpu->target || handler_attention(cpu);
        if (pause && repeat_count(cpu, op) != 0)
            return REPETITION_AGAIN;
    }
    return REPETITION_DONE;
}

struct op *dispatch_string(HANDLER_PARAMETERS)
{
    if (op->dst == REPEAT_NONE)
        MUSTTAIL return dispatch_function(HANDLER_ARGUMENTS);
    u64 ticks;
    handler_save(cpu, fr, fx, budget);
    slow_begin(cpu, op, budget);
    enum repetition result = repeat(cpu, op, &ticks);
    fr = cpu->lazy.result;
    fx = cpu->lazy.aux;
    if (result == REPETITION_FAULT) {
        budget -= (s64)ticks;
        MUSTTAIL return handler_leave_fault(HANDLER_ARGUMENTS);
    }
    /* op->n has one tick for the instruction; with CX = 0 that is all it takes. */
    budget -= ticks > 0 ? (s64)ticks - 1 : 0;
    if (result == REPETITION_AGAIN) {
        budget -= op->n;
        MUSTTAIL return handler_leave_here(HANDLER_ARGUMENTS);
    }
    if (budget < 0)
        MUSTTAIL return handler_leave_after(HANDLER_ARGUMENTS);
    MUSTTAIL return handler_next_slow(HANDLER_ARGUMENTS);
}
