#include "cpu/fpu/series.h"

#include "cpu/fpu/constants.h"

/* FSIN, FCOS, FSINCOS, FPTAN (387 PRM 4.4).

   The argument is reduced by pi to 256 bits, so that the result is right over the whole range. The
   387 itself has 66 bits of pi: near the multiples of pi its results keep only as many correct bits
   as are left. */

/* |x| < 2^63; zeros and infinities are settled before. */
bool float80_angle_in_range(struct float80 a)
{
    return (a.exponent & 0x7fffu) < FLOAT80_BIAS + 63;
}

struct angle {
    struct wide rest; /* |rest| <= pi/4 */
    unsigned quadrant;
};

/* Words [0] . [1] [2] [3] [4], shifted right by 1 to 64 bits. */
static void shift_words(u64 words[5], unsigned count)
{
    for (unsigned i = 4; i > 0; i--)
        words[i] = count == 64 ? words[i - 1] : words[i] >> count | words[i - 1] << (64 - count);
    words[0] = count == 64 ? 0 : words[0] >> count;
}

/* mantissa x 2/pi */
static void multiply_words(u64 words[5], u64 mantissa)
{
    u64 carry = 0;
    for (unsigned i = 4; i > 0; i--) {
        u64 low, high = u64_multiply(mantissa, two_over_pi[i - 1], &low);
        words[i] = low + carry;
        carry = high + (words[i] < low);
    }
    words[0] = carry;
}

static void complement_fraction(u64 words[5])
{
    u64 carry = 1;
    for (unsigned i = 4; i > 0; i--) {
        words[i] = ~words[i] + carry;
        carry = carry && words[i] == 0;
    }
}

/* The leading 128 bits of the fraction; a float is never so near a multiple of pi/2 that fewer than
   two words are left. */
static struct wide leading_bits(const u64 words[5])
{
    unsigned first = words[1] ? 1 : 2;
    struct wide value = {{words[first], words[first + 1]}, first == 1 ? -1 : -65, false};
    unsigned count = words[first] ? (unsigned)__builtin_clzll(words[first]) : 0;
    value.m = u128_shift_left(value.m, count);
    if (count)
        value.m.low |= words[first + 2] >> (64 - count);
    value.exponent -= (s32)count;
    return value;
}

static struct angle reduce(struct wide a)
{
    u64 words[5];
    bool negative = a.negative;
    if (a.exponent < -1)
        return (struct angle){a, 0};
    multiply_words(words, a.m.high);
    shift_words(words, (unsigned)(63 - a.exponent));
    unsigned quadrant = words[0] & 3u;
    bool up = words[1] >> 63;
    if (up) {
        quadrant++;
        complement_fraction(words);
    }
    struct wide rest = wide_multiply(leading_bits(words), half_pi);
    rest.negative = negative != up;
    return (struct angle){rest, (negative ? 0 - quadrant : quadrant) & 3u};
}

static struct wide sine_series(const struct wide *rest)
{
    struct wide square = wide_multiply(*rest, *rest);
    return wide_multiply(*rest, series_sum(sine_terms, ARRAY_COUNT(sine_terms), &square, true));
}

static struct wide cosine_series(const struct wide *rest)
{
    struct wide square = wide_multiply(*rest, *rest);
    return series_sum(cosine_terms, ARRAY_COUNT(cosine_terms), &square, true);
}

/* sin(rest + quadrant x pi/2) */
static struct wide sine_in_quadrant(const struct angle *angle, unsigned quadrant)
{
    struct wide value = quadrant & 1 ? cosine_series(&angle->rest) : sine_series(&angle->rest);
    value.negative ^= (quadrant >> 1) & 1;
    return value;
}

/* NaNs, infinities and unmasked denormals; false when there is an angle to compute. */
static bool settle_angle(struct float_env *env, struct float80 a, struct float80 *result)
{
    if (float80_settle_nan(env, a, result))
        return true;
    *result = a;
    if (float80_class(a) == CLASS_INFINITY)
        *result = float80_invalid(env);
    return float80_class(a) == CLASS_INFINITY || !float80_note_denormal(env, a);
}

struct float80 float80_sin(struct float_env *env, struct float80 a)
{
    struct float80 result;
    if (settle_angle(env, a, &result) || float80_class(a) == CLASS_ZERO)
        return result;
    struct angle angle = reduce(float80_unpack(a));
    return pack_inexact(env, sine_in_quadrant(&angle, angle.quadrant));
}

struct float80 float80_cos(struct float_env *env, struct float80 a)
{
    struct float80 result;
    if (settle_angle(env, a, &result))
        return result;
    if (float80_class(a) == CLASS_ZERO)
        return (struct float80){1ull << 63, FLOAT80_BIAS};
    struct angle angle = reduce(float80_unpack(a));
    return pack_inexact(env, sine_in_quadrant(&angle, angle.quadrant + 1));
}

#define TINY_ANGLE (-40) /* x^3/3 is below the 64 bits of x, but not nothing */

struct float80 float80_tan(struct float_env *env, struct float80 a)
{
    struct float80 result;
    if (settle_angle(env, a, &result) || float80_class(a) == CLASS_ZERO)
        return result;
    struct wide x = float80_unpack(a);
    if (x.exponent < TINY_ANGLE)
        return pack_inexact(env, x);
    struct angle angle = reduce(x);
    return pack_inexact(env, wide_divide(sine_in_quadrant(&angle, angle.quadrant),
                                         sine_in_quadrant(&angle, angle.quadrant + 1)));
}
