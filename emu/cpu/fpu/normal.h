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

ALWAYS_INLINE bool normal_mul(u16 control, struct float80 a, struct float80 b,
                              struct normal *result)
{
    unsigned lost;
    u64 low, high = u64_multiply(a.mantissa, b.mantissa, &low);
    s32 exponent = normal_exponent(a) + normal_exponent(b) - FLOAT80_BIAS + 1;
    if (!normal_lost_bits(control, &lost) || !float80_is_normal(a) || !float80_is_normal(b))
        return false;
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

ALWAYS_INLINE bool normal_add(u16 control, struct float80 a, struct float80 b,
                              struct normal *result)
{
    unsigned lost;
    s32 apart = normal_exponent(a) - normal_exponent(b);
    if (!normal_lost_bits(control, &lost) || !float80_is_normal(a) || !float80_is_normal(b) ||
        apart > 63 || apart < -63)
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

/* ---- Comparison ---- */

/* Of two normal numbers, as the condition codes have it. */
ALWAYS_INLINE bool normal_compare(struct float80 a, struct float80 b, u16 *conditions)
{
    if (!float80_is_normal(a) || !float80_is_normal(b))
        return false;
    bool negative = float80_negative(a);
    s32 apart = normal_exponent(a) - normal_exponent(b);
    bool larger = apart != 0 ? apart > 0 : a.mantissa > b.mantissa;
    bool equal = a.mantissa == b.mantissa && a.exponent == b.exponent;
    bool less = negative != float80_negative(b) ? negative : larger == negative;
    *conditions = equal ? FPU_C3 : less ? FPU_C0 : 0;
    return true;
}

#endif
