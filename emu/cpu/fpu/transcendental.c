#include "cpu/fpu/series.h"

#include "cpu/fpu/constants.h"

/* F2XM1, FYL2X, FYL2XP1, FPATAN and the constants (387 PRM 4.4, 4.5); angles.c has the rest. Each
   is worked out to about 110 bits and rounded once, so that the result is the nearest number but
   for arguments that nobody will meet. Results that no finite number of bits can hold are always
   inexact. The precision control has no effect. */

/* ---- Series ---- */

/* A magnitude below 1 in units of 2^-128. */
static struct u128 fraction_of(const struct wide *a)
{
    return u128_shift_right_sticky(a->m, (u32)(-1 - a->exponent));
}

struct wide series_sum(const struct u128 *terms, unsigned count, const struct wide *at,
                       bool alternating)
{
    struct u128 z = fraction_of(at), sum = terms[count - 1];
    for (unsigned k = count - 1; k-- > 0;) {
        struct u128 product = u128_multiply_high(sum, z);
        sum = alternating ? u128_subtract(terms[k], product) : u128_add(terms[k], product);
    }
    /* Too near to 1 to tell, but less. */
    if (alternating && sum.high == 1ull << 63 && sum.low == 0)
        sum = u128_subtract(sum, (struct u128){0, 1});
    return wide_normalize((struct wide){sum, 0, false});
}

struct float80 pack_inexact(struct float_env *env, struct wide value)
{
    value.m.low |= 1;
    return float80_pack_full(env, value);
}

static const struct wide one = {{1ull << 63, 0}, 0, false};

static struct float80 one80(void)
{
    return (struct float80){1ull << 63, FLOAT80_BIAS};
}

/* ---- 2^x - 1 ---- */

static struct float80 exp2_minus_1_of_number(struct float_env *env, struct float80 a)
{
    struct wide argument = float80_unpack(a);
    if (argument.exponent > 0 || (argument.exponent == 0 && argument.m.high << 1)) {
        /* |x| > 1 is undefined (387 PRM 4.4): the operand stays. */
        env->raised |= FLOAT_PRECISION;
        return a;
    }
    if (argument.exponent == 0)
        return argument.negative ? (struct float80){1ull << 63, (FLOAT80_BIAS - 1) | FLOAT80_SIGN}
                                 : a;
    struct wide x = wide_multiply(argument, log_e_of_2);
    struct wide sum = series_sum(exponential_terms, ARRAY_COUNT(exponential_terms), &x, x.negative);
    return pack_inexact(env, wide_multiply(x, sum));
}

struct float80 float80_exp2_minus_1(struct float_env *env, struct float80 a)
{
    struct float80 result;
    if (float80_settle_nan(env, a, &result))
        return result;
    switch (float80_class(a)) {
    case CLASS_ZERO:
        return a;
    case CLASS_INFINITY:
        return float80_negative(a) ? (struct float80){1ull << 63, FLOAT80_BIAS | FLOAT80_SIGN} : a;
    default:
        return float80_note_denormal(env, a) ? exp2_minus_1_of_number(env, a) : a;
    }
}

/* ---- Logarithms ---- */

/* log2((1 + t) / (1 - t)) = 2 / ln 2 x (t + t^3/3 + t^5/5 + ...), |t| < 0.172 */
static struct wide log2_of_ratio(struct wide numerator, struct wide denominator)
{
    if (wide_is_zero(&numerator))
        return numerator;
    struct wide t = wide_divide(numerator, denominator);
    struct wide square = wide_multiply(t, t);
    struct wide sum = series_sum(inverse_odd, ARRAY_COUNT(inverse_odd), &square, false);
    struct wide result = wide_multiply(wide_multiply(t, sum), log_2_of_e);
    result.exponent++;
    return result;
}

#define ROOT_OF_2 0xb504f333f9de6484ull /* the leading bits of its mantissa */

/* The exponent is split off such that the rest lies between the root of 1/2 and that of 2. */
static struct wide log2_of(struct wide a)
{
    s32 exponent = a.exponent;
    a.exponent = 0;
    if (a.m.high > ROOT_OF_2) {
        a.exponent = -1;
        exponent++;
    }
    struct wide fraction = log2_of_ratio(wide_subtract(a, one), wide_add(a, one));
    u64 magnitude = exponent < 0 ? (u64)-exponent : (u64)exponent;
    return wide_add(wide_make(exponent < 0, 63, magnitude), fraction);
}

/* log2(1 + a), exact in a where a is small. */
static struct wide log2_plus_1(struct wide a)
{
    struct wide two = one;
    two.exponent = 1;
    if (a.exponent >= -2)
        return log2_of(wide_add(a, one));
    return log2_of_ratio(a, wide_add(a, two));
}

/* Rational only when no fraction was computed: the logarithm of a power of 2. */
static struct float80 multiply_logarithm(struct float_env *env, struct float80 y, struct wide log)
{
    bool exact = log.m.high << 16 == 0 && log.m.low == 0 && log.exponent >= 0;
    struct wide product = wide_multiply(float80_unpack(y), log);
    return exact ? float80_pack_full(env, product) : pack_inexact(env, product);
}

enum log_sign { LOG_NEGATIVE, LOG_ZERO, LOG_POSITIVE };

/* y x log where one of them is 0 or infinite. */
static struct float80 settle_logarithm(struct float_env *env, struct float80 y, enum log_sign sign,
                                       bool infinite)
{
    bool negative = float80_negative(y) != (sign == LOG_NEGATIVE);
    bool y_infinite = float80_class(y) == CLASS_INFINITY;
    bool y_zero = float80_class(y) == CLASS_ZERO;
    if ((y_infinite && sign == LOG_ZERO) || (y_zero && infinite))
        return float80_invalid(env);
    return y_infinite || infinite ? float80_infinity(negative) : float80_zero(negative);
}

/* log2(x) at x = 0: an infinity out of finite operands is a division by zero. */
static struct float80 logarithm_at_zero(struct float_env *env, struct float80 y)
{
    enum float_class class = float80_class(y);
    if (class == CLASS_ZERO || class == CLASS_INFINITY)
        return settle_logarithm(env, y, LOG_NEGATIVE, true);
    return float80_zero_divide(env, !float80_negative(y));
}

static bool finite_nonzero(struct float80 a)
{
    return float80_class(a) == CLASS_NORMAL || float80_class(a) == CLASS_DENORMAL;
}

static struct float80 logarithm_of_number(struct float_env *env, struct float80 y, struct wide x,
                                          struct wide (*log)(struct wide), enum log_sign sign)
{
    if (!finite_nonzero(y) || sign == LOG_ZERO)
        return settle_logarithm(env, y, sign, false);
    return multiply_logarithm(env, y, log(x));
}

struct float80 float80_y_log2(struct float_env *env, struct float80 y, struct float80 x)
{
    struct float80 result;
    enum float_class class = float80_class(x);
    if (float80_settle_nans(env, y, x, &result))
        return result;
    if (class == CLASS_ZERO)
        return logarithm_at_zero(env, y);
    if (float80_negative(x))
        return float80_invalid(env);
    if (class == CLASS_INFINITY) {
        result = settle_logarithm(env, y, LOG_POSITIVE, true);
        return float80_note_denormal(env, y) ? result : y;
    }
    struct wide argument = float80_unpack(x);
    bool is_one = argument.exponent == 0 && argument.m.high << 1 == 0;
    enum log_sign sign = is_one ? LOG_ZERO : argument.exponent < 0 ? LOG_NEGATIVE : LOG_POSITIVE;
    if (float80_class(y) == CLASS_INFINITY && is_one)
        return float80_invalid(env);
    if (!float80_note_denormals(env, y, x))
        return y;
    return logarithm_of_number(env, y, argument, log2_of, sign);
}

/* Defined for |x| up to 1 - the root of 1/2 (387 PRM 4.4); here for every x > -1. */
struct float80 float80_y_log2_plus_1(struct float_env *env, struct float80 y, struct float80 x)
{
    struct float80 result;
    enum float_class class = float80_class(x);
    struct wide argument = float80_unpack(x);
    if (float80_settle_nans(env, y, x, &result))
        return result;
    if (float80_negative(x) && class != CLASS_ZERO && argument.exponent >= 0)
        return x.mantissa == 1ull << 63 && argument.exponent == 0 ? logarithm_at_zero(env, y)
                                                                  : float80_invalid(env);
    if (class == CLASS_INFINITY)
        return settle_logarithm(env, y, LOG_POSITIVE, true);
    if (float80_class(y) == CLASS_INFINITY && class == CLASS_ZERO)
        return float80_invalid(env);
    if (!float80_note_denormals(env, y, x))
        return y;
    if (class == CLASS_ZERO)
        return float80_zero(float80_negative(y) != float80_negative(x));
    return logarithm_of_number(env, y, argument, log2_plus_1,
                               argument.negative ? LOG_NEGATIVE : LOG_POSITIVE);
}

/* ---- Arc tangent ---- */

/* arctan(r) = arctan(c) + arctan((r - c) / (1 + r c)), c = k/32 next to r; 0 < r <= 1 */
static struct wide arctan_of(struct wide r)
{
    unsigned k = 0;
    struct wide t = r;
    if (r.exponent >= -6)
        k = (unsigned)((r.m.high >> (57 - r.exponent)) + 1) >> 1;
    if (k > 0) {
        struct wide c = wide_make(false, 58, k);
        t = wide_divide(wide_subtract(r, c), wide_add(one, wide_multiply(r, c)));
        if (wide_is_zero(&t))
            return arctan_table[k];
    }
    struct wide square = wide_multiply(t, t);
    struct wide sum = series_sum(inverse_odd, 10, &square, true);
    return wide_add(arctan_table[k], wide_multiply(t, sum));
}

/* The angle of (x, y) for magnitudes, both finite and not 0; `left`: x is negative. */
static struct wide angle_of(struct wide y, struct wide x, bool left)
{
    y.negative = x.negative = false;
    if (wide_less_magnitude(&x, &y)) {
        struct wide part = arctan_of(wide_divide(x, y));
        return left ? wide_add(half_pi, part) : wide_subtract(half_pi, part);
    }
    struct wide angle = arctan_of(wide_divide(y, x));
    return left ? wide_subtract(whole_pi, angle) : angle;
}

/* 387 PRM table 4-5: one operand is 0 or infinite. */
static struct float80 settle_arctan(struct float_env *env, struct float80 y, struct float80 x)
{
    enum float_class class_y = float80_class(y), class_x = float80_class(x);
    bool left = float80_negative(x);
    struct wide angle;
    if (class_y == CLASS_INFINITY && class_x == CLASS_INFINITY)
        angle = left ? three_quarters_pi : quarter_pi;
    else if (class_y == CLASS_INFINITY || (class_x == CLASS_ZERO && class_y != CLASS_ZERO))
        angle = half_pi;
    else if (left)
        angle = whole_pi;
    else
        return float80_zero(float80_negative(y));
    angle.negative = float80_negative(y);
    return pack_inexact(env, angle);
}

struct float80 float80_arctan(struct float_env *env, struct float80 y, struct float80 x)
{
    struct float80 result;
    if (float80_settle_nans(env, y, x, &result))
        return result;
    if (!float80_note_denormals(env, y, x))
        return y;
    if (!finite_nonzero(y) || !finite_nonzero(x))
        return settle_arctan(env, y, x);
    struct wide angle = angle_of(float80_unpack(y), float80_unpack(x), float80_negative(x));
    angle.negative = float80_negative(y);
    return pack_inexact(env, angle);
}

/* ---- Constants ---- */

struct float80 float80_constant(const struct float_env *env, unsigned number)
{
    static const struct wide *const constants[] = {NULL,      &log_2_of_10, &log_2_of_e,
                                                   &whole_pi, &log_10_of_2, &log_e_of_2};
    struct float_env rounding = *env;
    if (number == 0)
        return one80();
    if (number > 5)
        return float80_zero(false);
    return float80_pack_full(&rounding, *constants[number]);
}
