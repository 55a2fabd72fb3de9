#include "cpu/fpu/call.h"

#include "cpu/flags.h"

/* Comparisons (387 PRM 4.3) and what depends on them. */

/* By enum float_order: the condition codes, and EFLAGS as FCOMI has them. */
static const u16 conditions[] = {
    [ORDER_LESS] = FPU_C0,
    [ORDER_EQUAL] = FPU_C3,
    [ORDER_GREATER] = 0,
    [ORDER_NONE] = FPU_C3 | FPU_C2 | FPU_C0,
};
static const u32 order_flags[] = {
    [ORDER_LESS] = FLAG_CF,
    [ORDER_EQUAL] = FLAG_ZF,
    [ORDER_GREATER] = 0,
    [ORDER_NONE] = FLAG_ZF | FLAG_PF | FLAG_CF,
};

static void pop_times(struct fpu *fpu, unsigned pops)
{
    while (pops-- > 0)
        fpu_pop(fpu);
}

static void set_order(struct fpu_call *call, enum float_order order, bool flags)
{
    if (flags)
        call->cpu->lazy = flags_decompose(order_flags[order]);
    else
        fpu_set_conditions(call->fpu, FPU_C0 | FPU_C2 | FPU_C3, conditions[order]);
}

/* The conditions are set in any case; an unmasked exception leaves the stack. FCOMI keeps C1: SDM2
   says that it is cleared, processors of Intel and AMD do not. */
static void finish(struct fpu_call *call, enum float_order order, bool flags, unsigned pops)
{
    unsigned kept = flags ? call->fpu->status & FPU_C1 : 0;
    set_order(call, order, flags);
    bool settled = fpu_settle(call);
    fpu_set_conditions(call->fpu, FPU_C1, kept);
    if (settled)
        pop_times(call->fpu, pops);
}

static void underflow(struct fpu_call *call, bool flags, unsigned pops)
{
    set_order(call, ORDER_NONE, flags);
    if (fpu_stack_fault(call, false))
        pop_times(call->fpu, pops);
}

static bool compare(struct fpu_call *call, bool quiet, bool flags, unsigned pops)
{
    struct fpu *fpu = call->fpu;
    if (fpu_is_empty(fpu, 0) || fpu_is_empty(fpu, call->rm))
        underflow(call, flags, pops);
    else
        finish(call, float80_compare(&call->env, fpu_get(fpu, 0), fpu_get(fpu, call->rm), quiet),
               flags, pops);
    return true;
}

/* FCOM, FICOM; reg 3 pops. */
bool fpu_compare_memory(struct fpu_call *call)
{
    struct float80 operand, a = fpu_get(call->fpu, 0);
    bool denormal;
    unsigned pops = call->reg & 1;
    if (!fpu_read_operand(call, &operand, &denormal))
        return false;
    if (fpu_is_empty(call->fpu, 0)) {
        underflow(call, false, pops);
        return true;
    }
    enum float_order order = float80_compare(&call->env, a, operand, false);
    if (denormal && order != ORDER_NONE)
        call->env.raised |= FLOAT_DENORMAL;
    finish(call, order, false, pops);
    return true;
}

/* FCOM ST(i), FCOMP ST(i) (reg 3), also DC D0 and D8; DE D0 pops. */
bool fpu_compare_register(struct fpu_call *call)
{
    return compare(call, false, false, call->reg == 3 || call->escape == 6);
}

/* FCOMPP (DE D9). */
bool fpu_compare_both(struct fpu_call *call)
{
    return compare(call, false, false, 2);
}

/* FUCOM, FUCOMP (reg 5). */
bool fpu_unordered(struct fpu_call *call)
{
    return compare(call, true, false, call->reg & 1);
}

/* FUCOMPP (DA E9). */
bool fpu_unordered_both(struct fpu_call *call)
{
    return compare(call, true, false, 2);
}

/* 686: FUCOMI (reg 5), FCOMI (reg 6); DF pops. */
bool fpu_compare_flags(struct fpu_call *call)
{
    return compare(call, call->reg == 5, true, call->escape == 7);
}

bool fpu_test(struct fpu_call *call)
{
    if (fpu_is_empty(call->fpu, 0))
        underflow(call, false, 0);
    else
        finish(call,
               float80_compare(&call->env, fpu_get(call->fpu, 0), (struct float80){0, 0}, false),
               false, 0);
    return true;
}

/* C1 is the sign, also of an empty register. */
bool fpu_examine(struct fpu_call *call)
{
    static const u16 classes[] = {
        [CLASS_UNSUPPORTED] = 0,
        [CLASS_SIGNALING] = FPU_C0,
        [CLASS_QUIET] = FPU_C0,
        [CLASS_NORMAL] = FPU_C2,
        [CLASS_INFINITY] = FPU_C2 | FPU_C0,
        [CLASS_ZERO] = FPU_C3,
        [CLASS_DENORMAL] = FPU_C3 | FPU_C2,
    };
    struct float80 a = fpu_get(call->fpu, 0);
    unsigned found = fpu_is_empty(call->fpu, 0) ? FPU_C3 | FPU_C0 : classes[float80_class(a)];
    if (float80_negative(a))
        found |= FPU_C1;
    fpu_set_conditions(call->fpu, FPU_CONDITIONS, found);
    return true;
}

/* 686: FCMOVB, E, BE, U (DA) and their opposites (DB) by reg. */
bool fpu_move_if(struct fpu_call *call)
{
    static const u32 wanted[4] = {FLAG_CF, FLAG_ZF, FLAG_CF | FLAG_ZF, FLAG_PF};
    struct fpu *fpu = call->fpu;
    u32 flags = flags_compose(call->cpu->lazy.result, call->cpu->lazy.aux);
    bool holds = (flags & wanted[call->reg]) != 0;
    if (fpu_is_empty(fpu, 0) || fpu_is_empty(fpu, call->rm)) {
        fpu_underflow_into(call, 0);
        return true;
    }
    if (holds == (call->escape == 2))
        fpu_set(fpu, 0, fpu_get(fpu, call->rm));
    return true;
}
