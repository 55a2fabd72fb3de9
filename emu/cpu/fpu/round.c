#include "cpu/fpu/round.h"

/* ---- Classes and operands ---- */

enum float_class float80_class(struct float80 a)
{
    unsigned exponent = a.exponent & 0x7fffu;
    if (exponent == 0)
        return a.mantissa ? CLASS_DENORMAL : CLASS_ZERO;
    if (!(a.mantissa >> 63))
        return CLASS_UNSUPPORTED;
    if (exponent != 0x7fff)
        return CLASS_NORMAL;
    if (a.mantissa << 1 == 0)
        return CLASS_INFINITY;
    return a.mantissa >> 62 & 1 ? CLASS_QUIET : CLASS_SIGNALING;
}

struct float80 float80_invalid(struct float_env *env)
{
    env->raised |= FLOAT_INVALID;
    return FLOAT80_INDEFINITE;
}

struct float80 float80_zero_divide(struct float_env *env, bool negative)
{
    env->raised |= FLOAT_ZERO_DIVIDE;
    return float80_infinity(negative);
}

static struct float80 quieted(struct float80 a)
{
    a.mantissa |= 1ull << 62;
    return a;
}

bool float80_settle_nan(struct float_env *env, struct float80 a, struct float80 *result)
{
    enum float_class class = float80_class(a);
    if (class > CLASS_QUIET)
        return false;
    if (class == CLASS_UNSUPPORTED)
        *result = float80_invalid(env);
    else
        *result = quieted(a);
    if (class == CLASS_SIGNALING)
        env->raised |= FLOAT_INVALID;
    return true;
}

/* Of two NaNs the one with the larger mantissa, the positive one of two equals. */
static struct float80 larger_nan(struct float80 a, struct float80 b)
{
    if (a.mantissa != b.mantissa)
        return a.mantissa > b.mantissa ? a : b;
    return float80_negative(a) ? b : a;
}

/* 387 PRM table 3-13: a quiet NaN wins over a signaling one, any NaN over a number. */
bool float80_settle_nans(struct float_env *env, struct float80 a, struct float80 b,
                         struct float80 *result)
{
    enum float_class class_a = float80_class(a), class_b = float80_class(b);
    if (class_a > CLASS_QUIET && class_b > CLASS_QUIET)
        return false;
    if (class_a == CLASS_UNSUPPORTED || class_b == CLASS_UNSUPPORTED) {
        *result = float80_invalid(env);
        return true;
    }
    if (class_a == CLASS_SIGNALING || class_b == CLASS_SIGNALING)
        env->raised |= FLOAT_INVALID;
    if (class_a > CLASS_QUIET)
        *result = quieted(b);
    else if (class_b > CLASS_QUIET)
        *result = quieted(a);
    else if (class_a == class_b)
        *result = quieted(larger_nan(a, b));
    else
        *result = class_a == CLASS_QUIET ? a : b;
    return true;
}

bool float80_note_denormal(struct float_env *env, struct float80 a)
{
    if (float80_class(a) == CLASS_DENORMAL)
        env->raised |= FLOAT_DENORMAL;
    return !float_unmasked(env, FLOAT_DENORMAL);
}

bool float80_note_denormals(struct float_env *env, struct float80 a, struct float80 b)
{
    bool first = float80_note_denormal(env, a);
    return float80_note_denormal(env, b) && first;
}

struct wide float80_unpack(struct float80 a)
{
    s32 exponent = a.exponent & 0x7fff;
    if (a.mantissa >> 63 && exponent)
        return (struct wide){{a.mantissa, 0}, exponent - FLOAT80_BIAS, float80_negative(a)};
    if (exponent == 0)
        exponent = 1;
    return wide_make(float80_negative(a), exponent - FLOAT80_BIAS, a.mantissa);
}

/* ---- Rounding ---- */

const struct float_format format_float32 = {24, -126, 127, 0};
const struct float_format format_float64 = {53, -1022, 1023, 0};
/* By the precision control; 01 is reserved and acts as 11. */
static const struct float_format formats_float80[4] = {
    {24, -16382, 16383, 24576},
    {64, -16382, 16383, 24576},
    {53, -16382, 16383, 24576},
    {64, -16382, 16383, 24576},
};

/* Cuts to the leading bits; `half` and `rest` tell what was lost. */
static void cut(struct u128 *m, unsigned bits, bool *half, bool *rest)
{
    unsigned lost = 64 - bits;
    if (lost == 0) {
        *half = m->low >> 63;
        *rest = m->low << 1 != 0;
    } else {
        u64 tail = m->high & ((1ull << lost) - 1);
        *half = tail >> (lost - 1);
        *rest = (tail & ((1ull << (lost - 1)) - 1)) != 0 || m->low != 0;
        m->high -= tail;
    }
    m->low = 0;
}

static bool goes_up(const struct float_env *env, bool negative, bool odd, bool half, bool rest)
{
    switch (float_rounding(env)) {
    case ROUND_NEAREST:
        return half && (rest || odd);
    case ROUND_DOWN:
        return negative && (half || rest);
    case ROUND_UP:
        return !negative && (half || rest);
    case ROUND_CHOP:
        break;
    }
    return false;
}

bool wide_round(const struct float_env *env, struct wide *value, unsigned bits, bool *up)
{
    bool half, rest;
    u64 unit = 1ull << (64 - bits);
    cut(&value->m, bits, &half, &rest);
    *up = goes_up(env, value->negative, value->m.high & unit, half, rest);
    if (*up) {
        value->m.high += unit;
        if (value->m.high == 0) {
            value->m.high = 1ull << 63;
            value->exponent++;
        }
    }
    return half || rest;
}

/* Tininess is found after rounding as if the exponent had no limit. */
static bool is_tiny(const struct float_env *env, struct wide value,
                    const struct float_format *format)
{
    bool up;
    wide_round(env, &value, format->bits, &up);
    return value.exponent < format->least;
}

static void become_infinity(struct wide *value, const struct float_format *format)
{
    value->m = (struct u128){1ull << 63, 0};
    value->exponent = format->most + 1;
}

/* Infinity, or the largest number when rounding goes towards zero. */
static void overflow(struct float_env *env, struct wide *value, const struct float_format *format)
{
    env->raised |= FLOAT_OVERFLOW;
    if (float_unmasked(env, FLOAT_OVERFLOW)) {
        value->exponent -= format->wrap;
        if (value->exponent > format->most) {
            become_infinity(value, format);
            env->raised |= FLOAT_PRECISION;
            env->up = true;
        }
        return;
    }
    env->raised |= FLOAT_PRECISION;
    env->up = goes_up(env, value->negative, true, true, true);
    become_infinity(value, format);
    if (!env->up) {
        value->exponent = format->most;
        value->m.high = ~0ull << (64 - format->bits);
    }
}

static void denormalize(struct wide *value, const struct float_format *format)
{
    value->m = u128_shift_right_sticky(value->m, (u32)(format->least - value->exponent));
    value->exponent = format->least;
}

/* An unmasked overflow or underflow that even the wrapped exponent cannot hold (FSCALE) gives
   infinity or zero. */
void float_round(struct float_env *env, struct wide *value, const struct float_format *format)
{
    if (wide_is_zero(value))
        return;
    bool tiny = value->exponent < format->least && is_tiny(env, *value, format);
    if (tiny && !(env->control & FLOAT_UNDERFLOW)) {
        env->raised |= FLOAT_UNDERFLOW;
        value->exponent += format->wrap;
        if (format->wrap && value->exponent < format->least) {
            env->raised |= FLOAT_PRECISION;
            value->m = (struct u128){0, 0};
            return;
        }
    }
    if (value->exponent < format->least)
        denormalize(value, format);
    bool inexact = wide_round(env, value, format->bits, &env->up);
    if (inexact)
        env->raised |= FLOAT_PRECISION | (tiny ? FLOAT_UNDERFLOW : 0);
    if (value->exponent > format->most)
        overflow(env, value, format);
}

static struct float80 pack(struct float_env *env, struct wide value,
                           const struct float_format *format)
{
    float_round(env, &value, format);
    u16 sign = float_sign(value.negative);
    u16 exponent = value.m.high >> 63 ? (u16)(value.exponent + FLOAT80_BIAS) : 0;
    return (struct float80){value.m.high, exponent | sign};
}

struct float80 float80_pack(struct float_env *env, struct wide value)
{
    return pack(env, value, &formats_float80[env->control >> 8 & 3u]);
}

struct float80 float80_pack_full(struct float_env *env, struct wide value)
{
    return pack(env, value, &formats_float80[3]);
}
