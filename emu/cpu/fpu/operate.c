#include "cpu/fpu/call.h"

#include "cpu/fpu/round.h"

/* Arithmetic on the stack (387 PRM 4.2, 4.4). */

typedef struct float80 operation(struct float_env *env, struct float80 a, struct float80 b);

static struct float80 subtract_reversed(struct float_env *env, struct float80 a, struct float80 b)
{
    return float80_subtract(env, b, a);
}

static struct float80 divide_reversed(struct float_env *env, struct float80 a, struct float80 b)
{
    return float80_divide(env, b, a);
}

/* By ModRM reg; 2 and 3 are comparisons. a is ST, also where ST(i) takes the result. */
static operation *const operations[8] = {
    float80_add,      float80_multiply,  NULL,           NULL,
    float80_subtract, subtract_reversed, float80_divide, divide_reversed,
};

/* A denormal that was made normal by its conversion: it counts unless the operation is invalid, a
   division by zero, or settled by a NaN. */
static void note_denormal_operand(struct float_env *env, struct float80 a)
{
    if (float80_class(a) > CLASS_QUIET && !(env->raised & (FLOAT_INVALID | FLOAT_ZERO_DIVIDE)))
        env->raised |= FLOAT_DENORMAL;
}

bool fpu_operate_memory(struct fpu_call *call)
{
    struct float80 operand, result, a = fpu_get(call->fpu, 0);
    bool denormal;
    if (!fpu_read_operand(call, &operand, &denormal))
        return false;
    if (fpu_is_empty(call->fpu, 0)) {
        fpu_underflow_into(call, 0);
        return true;
    }
    result = operations[call->reg](&call->env, a, operand);
    if (denormal)
        note_denormal_operand(&call->env, a);
    fpu_finish(call, 0, result);
    return true;
}

/* D8: into ST; DC: into ST(i); DE: that, and pop. */
bool fpu_operate_register(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    unsigned destination = call->escape == 0 ? 0 : call->rm;
    bool done;
    if (fpu_is_empty(fpu, 0) || fpu_is_empty(fpu, call->rm))
        done = fpu_underflow_into(call, destination);
    else
        done =
            fpu_finish(call, destination,
                       operations[call->reg](&call->env, fpu_get(fpu, 0), fpu_get(fpu, call->rm)));
    if (done && call->escape == 6)
        fpu_pop(fpu);
    return true;
}

/* ---- ST alone ---- */

static bool with_sign(struct fpu_call *call, u16 keep, u16 flip)
{
    struct float80 value = fpu_get(call->fpu, 0);
    if (fpu_is_empty(call->fpu, 0)) {
        fpu_underflow_into(call, 0);
        return true;
    }
    value.exponent = (u16)((value.exponent & keep) ^ flip);
    fpu_finish(call, 0, value);
    return true;
}

/* Any bits, no exception. */
bool fpu_change_sign(struct fpu_call *call)
{
    return with_sign(call, 0xffff, FLOAT80_SIGN);
}

bool fpu_absolute(struct fpu_call *call)
{
    return with_sign(call, 0x7fff, 0);
}

/* F2XM1 (D9 F0), FSQRT (D9 FA), FRNDINT (D9 FC). */
bool fpu_unary(struct fpu_call *call)
{
    struct float80 a = fpu_get(call->fpu, 0);
    if (fpu_is_empty(call->fpu, 0))
        fpu_underflow_into(call, 0);
    else if (call->rm == 0)
        fpu_finish(call, 0, float80_exp2_minus_1(&call->env, a));
    else if (call->rm == 2)
        fpu_finish(call, 0, float80_square_root(&call->env, a));
    else
        fpu_finish(call, 0, float80_round_to_integer(&call->env, a));
    return true;
}

/* ---- ST and ST(1) ---- */

/* By reg and rm of D9 F0 to FF: the function, with ST and ST(1) as its operands, and where its
   result goes: ST(1) becomes the new ST when it pops. */
static struct float80 logarithm(struct float_env *env, struct float80 st, struct float80 st1)
{
    return float80_y_log2(env, st1, st);
}

static struct float80 logarithm_plus_1(struct float_env *env, struct float80 st, struct float80 st1)
{
    return float80_y_log2_plus_1(env, st1, st);
}

static struct float80 arctan(struct float_env *env, struct float80 st, struct float80 st1)
{
    return float80_arctan(env, st1, st);
}

struct binary {
    u8 reg, rm;
    bool pops;
    operation *function;
};
static const struct binary binaries[] = {
    {6, 1, true, logarithm},
    {6, 3, true, arctan},
    {7, 1, true, logarithm_plus_1},
    {7, 5, false, float80_scale},
};

static const struct binary *find_binary(const struct fpu_call *call)
{
    const struct binary *row = binaries;
    while (row->reg != call->reg || row->rm != call->rm)
        row++;
    return row;
}

/* FYL2X, FPATAN, FYL2XP1, FSCALE. */
bool fpu_binary(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    const struct binary *row = find_binary(call);
    unsigned destination = row->pops ? 1 : 0;
    bool done;
    if (fpu_is_empty(fpu, 0) || fpu_is_empty(fpu, 1))
        done = fpu_underflow_into(call, destination);
    else
        done = fpu_finish(call, destination,
                          row->function(&call->env, fpu_get(fpu, 0), fpu_get(fpu, 1)));
    if (done && row->pops)
        fpu_pop(fpu);
    return true;
}

/* The quotient's bits 2, 1, 0 go to C0, C3, C1; C2 tells that the reduction is not complete. */
static unsigned quotient_conditions(unsigned quotient, bool partial)
{
    return (quotient & 4 ? FPU_C0 : 0) | (quotient & 2 ? FPU_C3 : 0) | (quotient & 1 ? FPU_C1 : 0) |
           (partial ? FPU_C2 : 0);
}

/* FPREM (D9 F8), FPREM1 (D9 F5). */
bool fpu_remainder(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    unsigned quotient;
    bool partial;
    fpu_set_conditions(fpu, FPU_C2, 0);
    if (fpu_is_empty(fpu, 0) || fpu_is_empty(fpu, 1)) {
        fpu_underflow_into(call, 0);
        return true;
    }
    struct float80 rest = float80_remainder(&call->env, fpu_get(fpu, 0), fpu_get(fpu, 1),
                                            call->reg == 6, &quotient, &partial);
    if (fpu_finish(call, 0, rest) && float80_class(rest) > CLASS_QUIET)
        fpu_set_conditions(fpu, FPU_CONDITIONS, quotient_conditions(quotient, partial));
    return true;
}

/* ---- Two results ---- */

/* No operand, or no room for the second result; true: done, with the masked response. */
static bool no_pair(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    bool empty = fpu_is_empty(fpu, 0);
    if (!empty && fpu_is_empty(fpu, 7))
        return false;
    if (fpu_stack_fault(call, !empty)) {
        fpu_set(fpu, 0, FLOAT80_INDEFINITE);
        fpu_push(fpu, FLOAT80_INDEFINITE);
    }
    return true;
}

/* A NaN is the value of both. */
static bool finish_pair(struct fpu_call *call, struct float80 first, struct float80 pushed)
{
    if (fpu_finish(call, 0, first))
        fpu_push(call->fpu, float80_class(first) <= CLASS_QUIET ? first : pushed);
    return true;
}

/* FXTRACT: the exponent replaces ST, the significand is pushed. */
bool fpu_extract(struct fpu_call *call)
{
    struct float80 significand, exponent;
    if (no_pair(call))
        return true;
    significand = float80_extract(&call->env, fpu_get(call->fpu, 0), &exponent);
    return finish_pair(call, exponent, significand);
}

/* C2: the argument's magnitude is 2^63 or more, and the stack is left as it is. */
static bool out_of_range(struct fpu_call *call)
{
    struct float80 a = fpu_get(call->fpu, 0);
    enum float_class class = float80_class(a);
    bool out = class == CLASS_NORMAL && !float80_angle_in_range(a);
    fpu_set_conditions(call->fpu, FPU_C1 | FPU_C2, out ? FPU_C2 : 0);
    return out;
}

bool fpu_tangent(struct fpu_call *call)
{
    static const struct float80 one = {1ull << 63, FLOAT80_BIAS};
    fpu_set_conditions(call->fpu, FPU_C2, 0);
    if (no_pair(call) || out_of_range(call))
        return true;
    return finish_pair(call, float80_tan(&call->env, fpu_get(call->fpu, 0)), one);
}

bool fpu_sine_cosine(struct fpu_call *call)
{
    fpu_set_conditions(call->fpu, FPU_C2, 0);
    if (no_pair(call) || out_of_range(call))
        return true;
    struct float80 a = fpu_get(call->fpu, 0);
    struct float80 sine = float80_sin(&call->env, a);
    struct float80 cosine = float80_cos(&call->env, a);
    return finish_pair(call, sine, cosine);
}

/* FSIN (D9 FE), FCOS (D9 FF). */
bool fpu_sine(struct fpu_call *call)
{
    struct float80 a = fpu_get(call->fpu, 0);
    fpu_set_conditions(call->fpu, FPU_C2, 0);
    if (fpu_is_empty(call->fpu, 0)) {
        fpu_underflow_into(call, 0);
        return true;
    }
    if (out_of_range(call))
        return true;
    fpu_finish(call, 0, call->rm == 6 ? float80_sin(&call->env, a) : float80_cos(&call->env, a));
    return true;
}
