#include "cpu/fpu/round.h"

/* Sum, product, quotient, root and comparison (387 PRM 4.2, 4.3; IEEE 754). */

static bool is_infinite(struct float80 a)
{
    return float80_class(a) == CLASS_INFINITY;
}
static bool is_zero(struct float80 a)
{
    return float80_class(a) == CLASS_ZERO;
}

/* No special case: nothing but the rounding can raise an exception. */
static bool both_normal(struct float80 a, struct float80 b)
{
    return float80_is_normal(a) && float80_is_normal(b);
}

static struct float80 negated(struct float80 a)
{
    a.exponent ^= FLOAT80_SIGN;
    return a;
}

/* Zeros of different signs, and numbers that cancel: +0, or -0 when rounding down. */
static struct float80 sum_of_numbers(struct float_env *env, struct float80 a, struct float80 b)
{
    struct wide sum = wide_add(float80_unpack(a), float80_unpack(b));
    if (wide_is_zero(&sum)) {
        bool same = float80_negative(a) == float80_negative(b);
        return float80_zero(same ? float80_negative(a) : float_rounding(env) == ROUND_DOWN);
    }
    return float80_pack(env, sum);
}

static struct float80 sum(struct float_env *env, struct float80 a, struct float80 b)
{
    if (is_infinite(a) && is_infinite(b) && float80_negative(a) != float80_negative(b))
        return float80_invalid(env);
    if (!float80_note_denormals(env, a, b))
        return a;
    if (is_infinite(a))
        return a;
    return is_infinite(b) ? b : sum_of_numbers(env, a, b);
}

struct float80 float80_add(struct float_env *env, struct float80 a, struct float80 b)
{
    struct float80 result;
    if (both_normal(a, b))
        return sum_of_numbers(env, a, b);
    return float80_settle_nans(env, a, b, &result) ? result : sum(env, a, b);
}

struct float80 float80_subtract(struct float_env *env, struct float80 a, struct float80 b)
{
    struct float80 result;
    if (both_normal(a, b))
        return sum_of_numbers(env, a, negated(b));
    return float80_settle_nans(env, a, b, &result) ? result : sum(env, a, negated(b));
}

static struct float80 product_of_numbers(struct float_env *env, struct float80 a, struct float80 b)
{
    return float80_pack(env, wide_multiply_short(float80_unpack(a), float80_unpack(b)));
}

struct float80 float80_multiply(struct float_env *env, struct float80 a, struct float80 b)
{
    struct float80 result;
    if (both_normal(a, b))
        return product_of_numbers(env, a, b);
    bool negative = float80_negative(a) != float80_negative(b);
    if (float80_settle_nans(env, a, b, &result))
        return result;
    if ((is_infinite(a) && is_zero(b)) || (is_zero(a) && is_infinite(b)))
        return float80_invalid(env);
    if (!float80_note_denormals(env, a, b))
        return a;
    if (is_infinite(a) || is_infinite(b))
        return float80_infinity(negative);
    if (is_zero(a) || is_zero(b))
        return float80_zero(negative);
    return product_of_numbers(env, a, b);
}

static struct float80 quotient_of_numbers(struct float_env *env, struct float80 a, struct float80 b)
{
    return float80_pack(env, wide_divide(float80_unpack(a), float80_unpack(b)));
}

struct float80 float80_divide(struct float_env *env, struct float80 a, struct float80 b)
{
    struct float80 result;
    if (both_normal(a, b))
        return quotient_of_numbers(env, a, b);
    bool negative = float80_negative(a) != float80_negative(b);
    if (float80_settle_nans(env, a, b, &result))
        return result;
    if ((is_infinite(a) && is_infinite(b)) || (is_zero(a) && is_zero(b)))
        return float80_invalid(env);
    if (is_zero(b) && !is_infinite(a))
        return float80_zero_divide(env, negative);
    if (!float80_note_denormals(env, a, b))
        return a;
    if (is_infinite(a))
        return float80_infinity(negative);
    if (is_infinite(b) || is_zero(a))
        return float80_zero(negative);
    return quotient_of_numbers(env, a, b);
}

struct float80 float80_square_root(struct float_env *env, struct float80 a)
{
    struct float80 result;
    if (float80_settle_nan(env, a, &result))
        return result;
    if (is_zero(a))
        return a;
    if (float80_negative(a))
        return float80_invalid(env);
    if (!float80_note_denormal(env, a) || is_infinite(a))
        return a;
    return float80_pack(env, wide_square_root(float80_unpack(a)));
}

/* Orders everything but NaNs by sign and magnitude. */
static enum float_order order(struct float80 a, struct float80 b)
{
    bool negative_a = float80_negative(a), negative_b = float80_negative(b);
    struct wide left = float80_unpack(a), right = float80_unpack(b);
    if (is_zero(a) && is_zero(b))
        return ORDER_EQUAL;
    if (negative_a != negative_b)
        return negative_a ? ORDER_LESS : ORDER_GREATER;
    if (wide_less_magnitude(&left, &right))
        return negative_a ? ORDER_GREATER : ORDER_LESS;
    if (wide_less_magnitude(&right, &left))
        return negative_a ? ORDER_LESS : ORDER_GREATER;
    return ORDER_EQUAL;
}

enum float_order float80_compare(struct float_env *env, struct float80 a, struct float80 b,
                                 bool quiet)
{
    struct float80 nan;
    if (float80_settle_nans(env, a, b, &nan)) {
        if (!quiet)
            env->raised |= FLOAT_INVALID;
        return ORDER_NONE;
    }
    float80_note_denormals(env, a, b);
    return order(a, b);
}
