#ifndef GLASS386_CPU_EXEC_PAIR_H
#define GLASS386_CPU_EXEC_PAIR_H

#include "cpu/exec/handler.h"

/* Conditions where the operation that set the flags is at hand, and the branch of a pair. */

/* The condition on the flags of a - b, of values zero-extended from `width` bits. */
ALWAYS_INLINE bool pair_compared(unsigned condition, unsigned width, u32 a, u32 b, u64 fr, u32 fx)
{
    s32 signed_a = (s32)alu_sign_extend(width, a), signed_b = (s32)alu_sign_extend(width, b);
    bool holds;
    switch (condition >> 1) {
    case 1:
        holds = a < b;
        break;
    case 2:
        holds = a == b;
        break;
    case 3:
        holds = a <= b;
        break;
    case 6:
        holds = signed_a < signed_b;
        break;
    case 7:
        holds = signed_a <= signed_b;
        break;
    default:
        return flags_condition(condition, fr, fx);
    }
    return holds != (condition & 1);
}

/* The condition on the flags of a logical result: CF = OF = 0. No pair has the parity. */
ALWAYS_INLINE bool pair_result(unsigned condition, unsigned width, u32 result)
{
    s32 value = (s32)alu_sign_extend(width, result);
    bool holds = false;
    switch (condition >> 1) {
    case 2:
    case 3:
        holds = value == 0;
        break;
    case 4:
    case 6:
        holds = value < 0;
        break;
    case 7:
        holds = value <= 0;
        break;
    }
    return holds != (condition & 1);
}

/* Follows the branch that is op[1]. */
ALWAYS_INLINE struct op *pair_take(HANDLER_PARAMETERS)
{
    op++;
    budget -= op->n;
    op = op->to;
    if (budget < 0)
        MUSTTAIL return handler_leave_here(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op);
}

#endif
