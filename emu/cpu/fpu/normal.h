#ifndef GLASS386_CPU_FPU_NORMAL_H
#define GLASS386_CPU_FPU_NORMAL_H

#include "cpu/fpu/fpu.h"
#include "cpu/fpu/wide.h"

/* Arithmetic where nothing special can happen: the operands are normal numbers, the result is one
   too, it is rounded to the nearest, to 53 or 64 bits, and the precision exception, the only one
   that can arise, is masked. Every function gives false, with nothing done, when that does not
   hold; the functions of float80.h then do the same and the rest. Both give the same bits:
   tests/unit/fpu_normal.c. */

struct normal {
    struct float80 value;
    u16 status; /* FLOAT_PRECISION and FPU_C1 to be set; C1 is cleared otherwise */
};

#define NORMAL_CONTROL (FLOAT_PRECISION | 0x0f00u) /* mask, precision, rounding */
#define NORMAL_TO_64 (FLOAT_PRECISION | 0x0300u)
#define NORMAL_TO_53 (FLOAT_PRECISION | 0x0200u)

/* Low bits of a mantissa that the control word has rounded away. */
static inline bool normal_lost_bits(u16 control, unsigned *lost)
{
    *lost = (control & NORMAL_CONTROL) == NORMAL_TO_53 ? 11 : 0;
    return *lost != 0 || (control & NORMAL_CONTROL) == NORMAL_TO_64;
}

/* Rounds high:low, whose bit 127 is set; the exponent is biased. */
ALWAYS_INLINE bool normal_round(u64 high, u64 low, s32 exponent, bool negative, unsigned lost,
                                struct normal *result)
{
    u64 unit = 1ull << lost;
    u64 tail = high & (unit - 1);
    /* What is dropped, as a fraction of the unit: its top bit is one half. */
    u64 fraction = lost ? tail << (64 - lost) | (low != 0) : low;
    bool up = fraction > 1ull << 63 || (fraction == 1ull << 63 && (high & unit));
    u64 mantissa = high - tail + (up ? unit : 0);
    if (exponent < 1)
        return false;
    if (mantissa < high - tail) { /* all ones, and one more */
        mantissa = 1ull << 63;
        exponent++;
    }
    if (exponent > 0x7ffe)
        return false;
    result->value.mantissa = mantissa;
    result->value.exponent = (u16)((u32)exponent | (negative ? FLOAT80_SIGN : 0));
    result->status = (u16)((fraction ? FLOAT_PRECISION : 0) | (up ? FPU_C1 : 0));
    return true;
}

static inline s32 normal_exponent(struct float80 a)
{
    return a.exponent & 0x7fff;
}

static inline bool normal_is_zero(struct float80 a)
{
    return a.mantissa == 0 && normal_exponent(a) == 0;
}
static inline bool normal_or_zero(struct float80 a)
{
    return float80_is_normal(a) || normal_is_zero(a);
}

/* 0 times a number, or a number times 0. */
static inline bool normal_mul_zero(struct float80 a, struct float80 b, struct normal *result)
{
    bool negative = float80_negative(a) != float80_negative(b);
    *result = (struct normal){{0, negative ? FLOAT80_SIGN : 0}, 0};
    return normal_or_zero(a) && normal_or_zero(b);
}

ALWAYS_INLINE bool normal_mul(u16 control, struct float80 a, struct float80 b,
                              struct normal *result)
{
    unsigned lost;
    u64 low, high = u64_multiply(a.mantissa, b.mantissa, &low);
    s32 exponent = normal_exponent(a) + normal_exponent(b) - FLOAT80_BIAS + 1;
    if (!normal_lost_bits(control, &lost))
        return false;
    if (!float80_is_normal(a) || !float80_is_normal(b))
        return normal_mul_zero(a, b, result);
    if (!(high >> 63)) {
        high = high << 1 | low >> 63;
        low <<= 1;
        exponent--;
    }
    return normal_round(high, low, exponent, float80_negative(a) != float80_negative(b), lost,
                        result);
}

/* a + b for |a| >= |b|, whose exponents are less than 64 apart. */
ALWAYS_INLINE bool normal_add_ordered(struct float80 a, struct float80 b, unsigned lost,
                                      struct normal *result)
{
    s32 exponent = normal_exponent(a);
    unsigned apart = (unsigned)(exponent - normal_exponent(b));
    u64 high = b.mantissa >> apart, low = apart ? b.mantissa << (64 - apart) : 0;
    if (float80_negative(a) == float80_negative(b)) {
        high += a.mantissa;
        if (high < a.mantissa) {
            low = high << 63 | low >> 1 | (low & 1);
            high = high >> 1 | 1ull << 63;
            exponent++;
        }
    } else {
        high = a.mantissa - high - (low != 0);
        low = 0 - low;
        if (high == 0) /* nearly equal: left to the others, as zero is */
            return false;
        unsigned shift = (unsigned)__builtin_clzll(high);
        if (shift) {
            high = high << shift | low >> (64 - shift);
            low <<= shift;
        }
        exponent -= (s32)shift;
    }
    return normal_round(high, low, exponent, float80_negative(a), lost, result);
}

/* a + 0, or 0 + b, of which one is a number. */
static inline bool normal_add_zero(struct float80 a, struct float80 b, unsigned lost,
                                   struct normal *result)
{
    struct float80 number = normal_is_zero(a) ? b : a;
    return float80_is_normal(number) && (normal_is_zero(a) || normal_is_zero(b)) &&
           normal_round(number.mantissa, 0, normal_exponent(number), float80_negative(number), lost,
                        result);
}

ALWAYS_INLINE bool normal_add(u16 control, struct float80 a, struct float80 b,
                              struct normal *result)
{
    unsigned lost;
    s32 apart = normal_exponent(a) - normal_exponent(b);
    if (!normal_lost_bits(control, &lost))
        return false;
    if (!float80_is_normal(a) || !float80_is_normal(b))
        return normal_add_zero(a, b, lost, result);
    if (apart > 63 || apart < -63)
        return false;
    return apart < 0 || (apart == 0 && a.mantissa < b.mantissa)
               ? normal_add_ordered(b, a, lost, result)
               : normal_add_ordered(a, b, lost, result);
}

ALWAYS_INLINE bool normal_sub(u16 control, struct float80 a, struct float80 b,
                              struct normal *result)
{
    b.exponent ^= FLOAT80_SIGN;
    return normal_add(control, a, b, result);
}

ALWAYS_INLINE bool normal_subr(u16 control, struct float80 a, struct float80 b,
                               struct normal *result)
{
    return normal_sub(control, b, a, result);
}

/* A quotient of 64 bits, the next one, and whether anything follows. */
ALWAYS_INLINE bool normal_div(u16 control, struct float80 a, struct float80 b,
                              struct normal *result)
{
    unsigned lost;
    if (!normal_lost_bits(control, &lost) || !float80_is_normal(a) || !float80_is_normal(b))
        return false;
    bool one = a.mantissa >= b.mantissa; /* the quotient is 1 and a fraction; else from 1/2 on */
    u64 rest, low, high = u64_divide(a.mantissa - (one ? b.mantissa : 0), 0, b.mantissa, &rest);
    s32 exponent = normal_exponent(a) - normal_exponent(b) + FLOAT80_BIAS - !one;
    if (one) {
        low = high << 63 | (rest != 0);
        high = high >> 1 | 1ull << 63;
    } else {
        bool half = rest >= b.mantissa - rest;
        low = (u64)half << 63 | (half ? rest != b.mantissa - rest : rest != 0);
    }
    return normal_round(high, low, exponent, float80_negative(a) != float80_negative(b), lost,
                        result);
}

ALWAYS_INLINE bool normal_divr(u16 control, struct float80 a, struct float80 b,
                               struct normal *result)
{
    return normal_div(control, b, a, result);
}

/* ---- Memory formats of 1 sign, `exponent_bits` and fraction, at the top of a doubleword pair ----
 */

/* A normal number or a zero. */
ALWAYS_INLINE bool normal_from_pattern(u64 bits, unsigned exponent_bits, struct float80 *value)
{
    u32 top = (1u << exponent_bits) - 1;
    u32 exponent = (u32)(bits << 1 >> (64 - exponent_bits));
    u32 sign = (u32)(bits >> 48) & FLOAT80_SIGN;
    *value = (struct float80){bits << (1 + exponent_bits) >> 1 | 1ull << 63,
                              (u16)((exponent - (top >> 1) + FLOAT80_BIAS) | sign)};
    if (bits << 1 == 0)
        *value = (struct float80){0, (u16)sign};
    return exponent - 1 < top - 1 || bits << 1 == 0;
}

/* The pattern in the low bits, of a normal number that stays one or of a zero. */
ALWAYS_INLINE bool normal_to_pattern(u16 control, struct float80 value, unsigned exponent_bits,
                                     unsigned fraction_bits, u64 *pattern, u16 *status)
{
    struct normal rounded;
    s32 top = (1 << exponent_bits) - 1, rebias = FLOAT80_BIAS - (top >> 1);
    unsigned lost;
    u64 sign = (u64)float80_negative(value) << (exponent_bits + fraction_bits);
    *status = 0;
    *pattern = sign;
    if (value.mantissa == 0 && normal_exponent(value) == 0)
        return true;
    if (!normal_lost_bits(control, &lost) || !float80_is_normal(value) ||
        normal_exponent(value) <= rebias ||
        !normal_round(value.mantissa, 0, normal_exponent(value), false, 63 - fraction_bits,
                      &rounded))
        return false;
    s32 exponent = normal_exponent(rounded.value) - rebias;
    *status = rounded.status;
    *pattern =
        sign | (u64)exponent << fraction_bits | rounded.value.mantissa << 1 >> (64 - fraction_bits);
    return exponent < top;
}

/* An integer of less than `bits` - 1 bits, by all four ways of rounding. */
ALWAYS_INLINE bool normal_to_integer(u16 control, struct float80 a, unsigned bits, u64 *integer,
                                     u16 *status)
{
    s32 exponent = normal_exponent(a) - FLOAT80_BIAS;
    bool negative = float80_negative(a), ups[4];
    u64 whole = 0, fraction = exponent == -1 ? a.mantissa : 1;
    *integer = *status = 0;
    if (normal_is_zero(a))
        return true;
    if (!(control & FLOAT_PRECISION) || !float80_is_normal(a) || exponent >= (s32)bits - 2)
        return false;
    if (exponent >= 0) {
        whole = a.mantissa >> (63 - exponent);
        fraction = a.mantissa << 1 << exponent;
    }
    ups[ROUND_NEAREST] = fraction > 1ull << 63 || (fraction == 1ull << 63 && (whole & 1));
    ups[ROUND_DOWN] = negative && fraction;
    ups[ROUND_UP] = !negative && fraction;
    ups[ROUND_CHOP] = false;
    bool up = ups[control >> 10 & 3u];
    whole += up;
    *integer = negative ? 0 - whole : whole;
    *status = (u16)((fraction ? FLOAT_PRECISION : 0) | (up ? FPU_C1 : 0));
    return true;
}

/* ---- Comparison ---- */

/* Of two normal numbers or zeros, as the condition codes have it. */
ALWAYS_INLINE bool normal_compare(struct float80 a, struct float80 b, u16 *conditions)
{
    if (!normal_or_zero(a) || !normal_or_zero(b))
        return false;
    bool negative = float80_negative(a);
    s32 apart = normal_exponent(a) - normal_exponent(b);
    bool larger = apart != 0 ? apart > 0 : a.mantissa > b.mantissa;
    bool equal = (a.mantissa == b.mantissa && a.exponent == b.exponent) ||
                 (a.mantissa | b.mantissa) == 0; /* +0 and -0 */
    bool less = negative != float80_negative(b) ? negative : larger == negative;
    *conditions = equal ? FPU_C3 : less ? FPU_C0 : 0;
    return true;
}

#endif
