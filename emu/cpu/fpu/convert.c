#include "cpu/fpu/round.h"

#include "base/bits.h"

/* Between the 80-bit format and those in memory (387 PRM 3.2). */

/* ---- From memory ---- */

/* A pattern of 1 sign, `exponent_bits` and `fraction_bits`, at the top of `bits`. */
static struct float80 from_pattern(u64 bits, unsigned exponent_bits, bool *denormal)
{
    unsigned top = (1u << exponent_bits) - 1, bias = top >> 1;
    bool negative = bits >> 63;
    unsigned exponent = (unsigned)(bits << 1 >> (64 - exponent_bits));
    u64 fraction = bits << (1 + exponent_bits) >> 1;
    u16 sign = float_sign(negative);
    *denormal = exponent == 0 && fraction != 0;
    if (*denormal) {
        struct wide value = wide_make(negative, 1 - (s32)bias, fraction);
        return (struct float80){value.m.high, (u16)((value.exponent + FLOAT80_BIAS) | sign)};
    }
    if (exponent == 0)
        return (struct float80){0, sign};
    if (exponent == top)
        return (struct float80){fraction | 1ull << 63, (u16)(0x7fffu | sign)};
    return (struct float80){fraction | 1ull << 63, (u16)((exponent - bias + FLOAT80_BIAS) | sign)};
}

struct float80 float80_from_float32(u32 bits, bool *denormal)
{
    return from_pattern((u64)bits << 32, 8, denormal);
}

struct float80 float80_from_float64(u64 bits, bool *denormal)
{
    return from_pattern(bits, 11, denormal);
}

static struct float80 from_magnitude(bool negative, u64 magnitude)
{
    if (magnitude == 0)
        return float80_zero(negative);
    struct wide value = wide_make(negative, 63, magnitude);
    return (struct float80){value.m.high,
                            (u16)((value.exponent + FLOAT80_BIAS) | float_sign(negative))};
}

struct float80 float80_from_integer(s64 value)
{
    return from_magnitude(value < 0, value < 0 ? 0 - (u64)value : (u64)value);
}

#define BCD_BYTES 9u /* two digits each; the tenth has the sign */
#define BCD_LIMIT 999999999999999999ull

struct float80 float80_from_bcd(const u8 digits[10])
{
    u64 magnitude = 0;
    for (unsigned i = BCD_BYTES; i-- > 0;)
        magnitude = magnitude * 100 + (digits[i] >> 4) * 10u + (digits[i] & 15u);
    return from_magnitude(digits[9] >> 7, magnitude);
}

/* ---- To memory ---- */

struct pattern {
    const struct float_format *format;
    unsigned exponent_bits;
};
static const struct pattern pattern32 = {&format_float32, 8}, pattern64 = {&format_float64, 11};

/* Sign, exponent, and the fraction below the integer bit of `mantissa`, cut to the pattern. */
static u64 compose(const struct pattern *pattern, bool negative, unsigned exponent, u64 mantissa)
{
    unsigned fraction_bits = pattern->format->bits - 1;
    u64 fraction = mantissa << 1 >> (64 - fraction_bits);
    return (u64)negative << (fraction_bits + pattern->exponent_bits) |
           (u64)exponent << fraction_bits | fraction;
}

static u64 compose_number(struct float_env *env, struct float80 a, const struct pattern *pattern)
{
    struct wide value = float80_unpack(a);
    float_round(env, &value, pattern->format);
    unsigned exponent = 0;
    if (value.m.high >> 63)
        exponent = (unsigned)(value.exponent + pattern->format->most);
    return compose(pattern, value.negative, exponent, value.m.high);
}

static u64 to_pattern(struct float_env *env, struct float80 a, const struct pattern *pattern)
{
    struct float80 nan;
    unsigned top = (1u << pattern->exponent_bits) - 1;
    if (float80_settle_nan(env, a, &nan))
        return compose(pattern, float80_negative(nan), top, nan.mantissa);
    if (float80_class(a) == CLASS_INFINITY)
        return compose(pattern, float80_negative(a), top, 0);
    return compose_number(env, a, pattern);
}

u32 float80_to_float32(struct float_env *env, struct float80 a)
{
    return (u32)to_pattern(env, a, &pattern32);
}

u64 float80_to_float64(struct float_env *env, struct float80 a)
{
    return to_pattern(env, a, &pattern64);
}

/* Rounds to an integer of at most 64 bits; false when it has more or there is none. */
static bool round_to_magnitude(struct float_env *env, struct float80 a, u64 *magnitude)
{
    struct float80 rounded;
    *magnitude = 0;
    if (float80_class(a) < CLASS_ZERO)
        return false;
    /* Storing an integer has no denormal exception. */
    u16 raised = env->raised;
    struct float_env quiet = {env->control | FLOAT_DENORMAL, 0, false};
    rounded = float80_round_to_integer(&quiet, a);
    env->raised = raised | (quiet.raised & FLOAT_PRECISION);
    env->up = quiet.up;
    struct wide value = float80_unpack(rounded);
    if (wide_is_zero(&value))
        return true;
    if (value.exponent > 63)
        return false;
    *magnitude = value.m.high >> (63 - value.exponent);
    return true;
}

/* What was found while rounding does not count when the number does not fit. */
static void does_not_fit(struct float_env *env)
{
    env->raised = (u16)((env->raised & ~FLOAT_PRECISION) | FLOAT_INVALID);
    env->up = false;
}

u64 float80_to_integer(struct float_env *env, struct float80 a, unsigned bits)
{
    u64 magnitude, limit = 1ull << (bits - 1);
    bool negative = float80_negative(a);
    bool fits = round_to_magnitude(env, a, &magnitude);
    if (!fits || magnitude > limit - !negative) {
        does_not_fit(env);
        return limit;
    }
    return negative ? 0 - magnitude : magnitude;
}

void float80_to_bcd(struct float_env *env, struct float80 a, u8 digits[10])
{
    static const u8 indefinite[10] = {0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff};
    u64 magnitude;
    if (!round_to_magnitude(env, a, &magnitude) || magnitude > BCD_LIMIT) {
        does_not_fit(env);
        memcpy(digits, indefinite, sizeof indefinite);
        return;
    }
    for (unsigned i = 0; i < BCD_BYTES; i++) {
        unsigned pair = (unsigned)(magnitude % 100);
        digits[i] = (u8)(pair / 10 << 4 | pair % 10);
        magnitude /= 100;
    }
    digits[9] = float80_negative(a) ? 0x80 : 0;
}
