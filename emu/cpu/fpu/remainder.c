#include "cpu/fpu/round.h"

/* FRNDINT, FSCALE, FXTRACT, FPREM, FPREM1 (387 PRM 4.3). */

static struct float80 integral_part(struct float_env *env, struct float80 a)
{
    struct wide value = float80_unpack(a);
    if (value.exponent >= 63)
        return a;
    unsigned bits = 1;
    if (value.exponent < 0) {
        value.m = u128_shift_right_sticky(value.m, (u32)-value.exponent);
        value.exponent = 0;
    } else {
        bits = (unsigned)value.exponent + 1;
    }
    if (wide_round(env, &value, bits, &env->up))
        env->raised |= FLOAT_PRECISION;
    if (wide_is_zero(&value))
        return float80_zero(value.negative);
    return (struct float80){value.m.high,
                            (u16)((value.exponent + FLOAT80_BIAS) | float_sign(value.negative))};
}

struct float80 float80_round_to_integer(struct float_env *env, struct float80 a)
{
    struct float80 result;
    enum float_class class = float80_class(a);
    if (float80_settle_nan(env, a, &result))
        return result;
    if (class == CLASS_INFINITY || class == CLASS_ZERO || !float80_note_denormal(env, a))
        return a;
    return integral_part(env, a);
}

/* ---- FSCALE ---- */

#define SCALE_LIMIT 0x10000 /* beyond every exponent difference */

/* Towards zero, kept within the limits. */
static s32 scale_count(struct float80 by)
{
    struct wide value = float80_unpack(by);
    s32 count;
    if (wide_is_zero(&value) || value.exponent < 0)
        return 0;
    if (value.exponent >= 16)
        count = SCALE_LIMIT;
    else
        count = (s32)(value.m.high >> (63 - value.exponent));
    return value.negative ? -count : count;
}

static struct float80 scale_infinitely(struct float_env *env, struct float80 a, bool down)
{
    enum float_class class = float80_class(a);
    if (class == (down ? CLASS_INFINITY : CLASS_ZERO))
        return float80_invalid(env);
    float80_note_denormal(env, a);
    return down ? float80_zero(float80_negative(a)) : float80_infinity(float80_negative(a));
}

struct float80 float80_scale(struct float_env *env, struct float80 a, struct float80 by)
{
    struct float80 result;
    enum float_class class = float80_class(a);
    if (float80_settle_nans(env, a, by, &result))
        return result;
    if (float80_class(by) == CLASS_INFINITY)
        return scale_infinitely(env, a, float80_negative(by));
    if (!float80_note_denormals(env, a, by) || class == CLASS_INFINITY || class == CLASS_ZERO)
        return a;
    struct wide value = float80_unpack(a);
    value.exponent += scale_count(by);
    return float80_pack_full(env, value);
}

struct float80 float80_extract(struct float_env *env, struct float80 a, struct float80 *exponent)
{
    enum float_class class = float80_class(a);
    if (float80_settle_nan(env, a, exponent))
        return *exponent;
    if (class == CLASS_ZERO) {
        *exponent = float80_zero_divide(env, true);
        return a;
    }
    if (class == CLASS_INFINITY) {
        *exponent = float80_infinity(false);
        return a;
    }
    if (!float80_note_denormal(env, a))
        return a;
    struct wide value = float80_unpack(a);
    *exponent = float80_from_integer(value.exponent);
    return (struct float80){value.m.high, (u16)(FLOAT80_BIAS | float_sign(value.negative))};
}

/* ---- Remainders ---- */

/* Long division of the mantissas, `steps` + 1 quotient bits; *rest is a fraction of 2^steps. */
static u64 divide_bits(u64 a, u64 b, unsigned steps, u64 *rest)
{
    u64 quotient = 0;
    bool carry = false;
    for (unsigned step = 0;; step++) {
        bool fits = carry || a >= b;
        quotient = quotient << 1 | fits;
        if (fits)
            a -= b;
        if (step == steps)
            break;
        carry = a >> 63;
        a <<= 1;
    }
    *rest = a;
    return quotient;
}

/* FPREM1 rounds the quotient to the nearest, ties to even: half of b is the limit of the rest. */
static void choose_nearest(struct wide *a, u64 b, u64 *rest, u64 *quotient)
{
    u64 other = b - *rest;
    if (*rest > other || (*rest == other && (*quotient & 1))) {
        *rest = other;
        a->negative = !a->negative;
        ++*quotient;
    }
}

/* |b| / 2 <= |a| < |b|, as exponents go: the quotient is 0 or, when nearest, 1. */
static void choose_below(struct wide *a, u64 b, u64 *quotient)
{
    if (a->m.high > b) {
        a->m.high = b + (b - a->m.high);
        a->negative = !a->negative;
        *quotient = 1;
    }
}

static struct float80 remainder_of_numbers(struct float_env *env, struct wide a, struct wide b,
                                           bool nearest, unsigned *quotient, bool *partial)
{
    bool negative = a.negative;
    s32 difference = a.exponent - b.exponent;
    u64 bits = 0;
    *partial = difference >= 64;
    if (difference >= 0) {
        /* 387 PRM: an unfinished step takes 32 to 63 bits off the difference. */
        unsigned steps = *partial ? (difference & 31u) | 32u : (unsigned)difference;
        u64 rest;
        bits = divide_bits(a.m.high, b.m.high, steps, &rest);
        if (nearest && !*partial)
            choose_nearest(&a, b.m.high, &rest, &bits);
        a = wide_make(a.negative, a.exponent - (s32)steps, rest);
    } else if (nearest && difference == -1) {
        choose_below(&a, b.m.high, &bits);
        a = wide_normalize(a);
    }
    *quotient = *partial ? 0 : bits & 7u;
    return wide_is_zero(&a) ? float80_zero(negative) : float80_pack_full(env, a);
}

struct float80 float80_remainder(struct float_env *env, struct float80 a, struct float80 b,
                                 bool nearest, unsigned *quotient, bool *partial)
{
    struct float80 result;
    enum float_class class_a = float80_class(a), class_b = float80_class(b);
    *quotient = 0;
    *partial = false;
    if (float80_settle_nans(env, a, b, &result))
        return result;
    if (class_a == CLASS_INFINITY || class_b == CLASS_ZERO)
        return float80_invalid(env);
    if (!float80_note_denormals(env, a, b) || class_a == CLASS_ZERO)
        return a;
    if (class_b == CLASS_INFINITY)
        return float80_pack_full(env, float80_unpack(a));
    return remainder_of_numbers(env, float80_unpack(a), float80_unpack(b), nearest, quotient,
                                partial);
}
