#include "cpu/fpu/wide.h"

/* ---- 64 and 128 bits ---- */

static unsigned leading_zeros(u64 value)
{
    return (unsigned)__builtin_clzll(value);
}

/* One digit of 32 bits: the estimate from the divisor's upper half is at most two too high. */
static u64 quotient_digit(u64 *rest, u64 next, u64 divisor)
{
    u64 d1 = divisor >> 32, d0 = (u32)divisor;
    u64 digit = *rest / d1, left = *rest % d1;
    while (digit >> 32 || digit * d0 > (left << 32 | next)) {
        digit--;
        left += d1;
        if (left >> 32)
            break;
    }
    *rest = (*rest << 32 | next) - digit * divisor;
    return digit;
}

u64 u64_divide_by_digits(u64 high, u64 low, u64 divisor, u64 *remainder)
{
    u64 rest = high;
    u64 upper = quotient_digit(&rest, low >> 32, divisor);
    u64 lower = quotient_digit(&rest, (u32)low, divisor);
    *remainder = rest;
    return upper << 32 | lower;
}

/* All 256 bits of a product. */
static struct u128 multiply_full(struct u128 a, struct u128 b, struct u128 *lower)
{
    struct u128 top, bottom, first, second;
    top.high = u64_multiply(a.high, b.high, &top.low);
    bottom.high = u64_multiply(a.low, b.low, &bottom.low);
    first.high = u64_multiply(a.high, b.low, &first.low);
    second.high = u64_multiply(a.low, b.high, &second.low);
    struct u128 middle = {0, bottom.high};
    middle = u128_add(middle, (struct u128){0, first.low});
    middle = u128_add(middle, (struct u128){0, second.low});
    *lower = (struct u128){middle.low, bottom.low};
    top = u128_add(top, (struct u128){0, middle.high});
    top = u128_add(top, (struct u128){0, first.high});
    return u128_add(top, (struct u128){0, second.high});
}

struct u128 u128_multiply_high(struct u128 a, struct u128 b)
{
    struct u128 lower;
    return multiply_full(a, b, &lower);
}

/* ---- Wide numbers ---- */

struct wide wide_normalize(struct wide a)
{
    if (wide_is_zero(&a))
        return a;
    unsigned count = a.m.high ? leading_zeros(a.m.high) : 64 + leading_zeros(a.m.low);
    a.m = u128_shift_left(a.m, count);
    a.exponent -= (s32)count;
    return a;
}

struct wide wide_make(bool negative, s32 exponent, u64 mantissa)
{
    return wide_normalize((struct wide){{mantissa, 0}, exponent, negative});
}

bool wide_less_magnitude(const struct wide *a, const struct wide *b)
{
    if (wide_is_zero(a) || wide_is_zero(b))
        return wide_is_zero(a) && !wide_is_zero(b);
    return a->exponent != b->exponent ? a->exponent < b->exponent : u128_less(a->m, b->m);
}

static struct wide add_magnitudes(struct wide a, struct wide b)
{
    b.m = u128_shift_right_sticky(b.m, (u32)(a.exponent - b.exponent));
    struct wide sum = a;
    sum.m = u128_add(a.m, b.m);
    if (u128_less(sum.m, a.m)) {
        sum.m = u128_shift_right_sticky(sum.m, 1);
        sum.m.high |= 1ull << 63;
        sum.exponent++;
    }
    return sum;
}

static struct wide subtract_magnitudes(struct wide a, struct wide b)
{
    b.m = u128_shift_right_sticky(b.m, (u32)(a.exponent - b.exponent));
    a.m = u128_subtract(a.m, b.m);
    if (wide_is_zero(&a))
        return (struct wide){0};
    return wide_normalize(a);
}

struct wide wide_add(struct wide a, struct wide b)
{
    if (wide_less_magnitude(&a, &b)) {
        struct wide swap = a;
        a = b;
        b = swap;
    }
    if (wide_is_zero(&a))
        return (struct wide){0};
    if (wide_is_zero(&b))
        return a;
    return a.negative == b.negative ? add_magnitudes(a, b) : subtract_magnitudes(a, b);
}

struct wide wide_subtract(struct wide a, struct wide b)
{
    b.negative = !b.negative;
    return wide_add(a, b);
}

struct wide wide_multiply(struct wide a, struct wide b)
{
    struct u128 lower;
    if (wide_is_zero(&a) || wide_is_zero(&b))
        return (struct wide){0};
    struct wide product = {.exponent = a.exponent + b.exponent + 1,
                           .negative = a.negative != b.negative};
    product.m = multiply_full(a.m, b.m, &lower);
    if (!(product.m.high >> 63)) {
        product.m = u128_shift_left(product.m, 1);
        product.m.low |= lower.high >> 63;
        lower = u128_shift_left(lower, 1);
        product.exponent--;
    }
    product.m.low |= !u128_is_zero(lower);
    return product;
}

struct wide wide_multiply_short(struct wide a, struct wide b)
{
    struct wide product = {.exponent = a.exponent + b.exponent + 1,
                           .negative = a.negative != b.negative};
    product.m.high = u64_multiply(a.m.high, b.m.high, &product.m.low);
    if (!(product.m.high >> 63)) {
        product.m = u128_shift_left(product.m, 1);
        product.exponent--;
    }
    return product;
}

/* 128 quotient bits of a < b with 64 bits each. */
static struct u128 divide_short(u64 a, u64 b, bool *inexact)
{
    struct u128 quotient;
    u64 rest;
    quotient.high = u64_divide(a, 0, b, &rest);
    quotient.low = u64_divide(rest, 0, b, &rest);
    *inexact = rest != 0;
    return quotient;
}

/* The same for any, a < b. */
static struct u128 divide_long(struct u128 a, struct u128 b, bool *inexact)
{
    struct u128 quotient = {0, 0};
    for (unsigned bit = 0; bit < 128; bit++) {
        bool carry = a.high >> 63;
        a = u128_shift_left(a, 1);
        quotient = u128_shift_left(quotient, 1);
        if (carry || !u128_less(a, b)) {
            a = u128_subtract(a, b);
            quotient.low |= 1;
        }
    }
    *inexact = !u128_is_zero(a);
    return quotient;
}

struct wide wide_divide(struct wide a, struct wide b)
{
    bool inexact;
    if (wide_is_zero(&a))
        return a;
    struct wide quotient = {.exponent = a.exponent - b.exponent - 1,
                            .negative = a.negative != b.negative};
    /* a >= b: the quotient is 1 and the fraction (a - b) / b. */
    bool one = !u128_less(a.m, b.m);
    if (one)
        a.m = u128_subtract(a.m, b.m);
    if (a.m.low == 0 && b.m.low == 0)
        quotient.m = divide_short(a.m.high, b.m.high, &inexact);
    else
        quotient.m = divide_long(a.m, b.m, &inexact);
    quotient.m.low |= inexact;
    if (one) {
        quotient.m = u128_shift_right_sticky(quotient.m, 1);
        quotient.m.high |= 1ull << 63;
        quotient.exponent++;
    }
    return quotient;
}

/* Root of 32 bits, whose top two are not both 0, bit by bit. */
static u32 short_root(u32 n, u32 *rest)
{
    u32 root = 0, left = n;
    for (u32 bit = 1u << 15; bit; bit >>= 1) {
        u32 step = (2 * root + bit) * bit; /* (root + bit)^2 - root^2 */
        if (step <= left) {
            left -= step;
            root |= bit;
        }
    }
    *rest = left;
    return root;
}

/* The rest of these algorithms: from the root of the upper half, one division gives the digit below
   it, or one more (P. Zimmermann, "Karatsuba Square Root", 1999). */

static u32 middle_root(u64 n, u64 *rest)
{
    u32 upper_rest, upper = short_root((u32)(n >> 32), &upper_rest);
    u64 dividend = (u64)upper_rest << 16 | (n >> 16 & 0xffff);
    u64 digit = dividend / (2ull * upper), left = dividend % (2ull * upper);
    u64 root = ((u64)upper << 16) + digit;
    s64 difference = (s64)(left << 16 | (n & 0xffff)) - (s64)(digit * digit);
    if (difference < 0) {
        root--;
        difference += (s64)(2 * root + 1);
    }
    *rest = (u64)difference;
    return (u32)root;
}

/* Root of the integer n, whose top two bits are not both 0. */
static u64 integer_root(struct u128 n, struct u128 *rest)
{
    u64 upper_rest, upper = middle_root(n.high, &upper_rest);
    /* The dividend is upper_rest x 2^32 + the next 32 bits, and may have 65 bits: it and the
       divisor are halved. */
    u64 half = upper_rest << 31 | n.low >> 33;
    u64 digit = half / upper, left = 2 * (half % upper) + (n.low >> 32 & 1);
    struct u128 square, root = {0, upper << 32};
    struct u128 difference = {left >> 32, left << 32 | (u32)n.low};
    square.high = u64_multiply(digit, digit, &square.low);
    root = u128_add(root, (struct u128){0, digit});
    if (u128_less(difference, square)) {
        root = u128_subtract(root, (struct u128){0, 1});
        difference = u128_add(difference, u128_add(u128_add(root, root), (struct u128){0, 1}));
    }
    *rest = u128_subtract(difference, square);
    return root.low;
}

struct wide wide_square_root(struct wide a)
{
    struct u128 rest, n = a.m;
    bool odd = a.exponent & 1;
    /* m / 2^127 x 2^exponent = n / 2^126 x 2^(even exponent) */
    if (!odd)
        n = u128_shift_right_sticky(n, 1);
    u64 root = integer_root(n, &rest);
    struct wide result = {.exponent = (a.exponent - odd) / 2};
    result.m.high = root;
    /* The next bit of the root is set when rest > root; the root of an integer never ends in .1 */
    if (u128_less((struct u128){0, root}, rest))
        result.m.low = 1ull << 63 | 1;
    else
        result.m.low = !u128_is_zero(rest);
    return result;
}
