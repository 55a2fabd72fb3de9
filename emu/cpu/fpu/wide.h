#ifndef GLASS386_CPU_FPU_WIDE_H
#define GLASS386_CPU_FPU_WIDE_H

#include "base/types.h"

/* Numbers of 128 bits of mantissa, in which every x87 result is worked out before it is rounded
   once. Only integer arithmetic, the same on every host. */

struct u128 {
    u64 high, low;
};

/* (-1)^negative x m / 2^127 x 2^exponent. Bit 127 of m is set; zero has m = 0. */
struct wide {
    struct u128 m;
    s32 exponent;
    bool negative;
};

/* a x b; the high half is returned. */
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 u64_product;
static inline u64 u64_multiply(u64 a, u64 b, u64 *low)
{
    u64_product product = (u64_product)a * b;
    *low = (u64)product;
    return (u64)(product >> 64);
}
#else
static inline u64 u64_multiply(u64 a, u64 b, u64 *low)
{
    u64 a0 = (u32)a, a1 = a >> 32, b0 = (u32)b, b1 = b >> 32;
    u64 cross = a1 * b0 + (a0 * b0 >> 32);
    u64 other = a0 * b1 + (u32)cross;
    *low = a * b;
    return a1 * b1 + (cross >> 32) + (other >> 32);
}
#endif
/* high:low / divisor, for high < divisor and bit 63 of divisor set; by digits of 32 bits. */
u64 u64_divide_by_digits(u64 high, u64 low, u64 divisor, u64 *remainder);
/* The same by the host's own instruction, where it has one. */
static inline u64 u64_divide(u64 high, u64 low, u64 divisor, u64 *remainder)
{
#ifdef __x86_64__
    u64 quotient;
    __asm__("divq %4"
            : "=a"(quotient), "=d"(*remainder)
            : "0"(low), "1"(high), "r"(divisor)
            : "cc");
    return quotient;
#else
    return u64_divide_by_digits(high, low, divisor, remainder);
#endif
}

static inline bool u128_is_zero(struct u128 a)
{
    return (a.high | a.low) == 0;
}
static inline bool u128_less(struct u128 a, struct u128 b)
{
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}
static inline struct u128 u128_add(struct u128 a, struct u128 b)
{
    u64 low = a.low + b.low;
    return (struct u128){a.high + b.high + (low < a.low), low};
}
static inline struct u128 u128_subtract(struct u128 a, struct u128 b)
{
    return (struct u128){a.high - b.high - (a.low < b.low), a.low - b.low};
}
/* count < 128 */
static inline struct u128 u128_shift_left(struct u128 a, unsigned count)
{
    if (count >= 64)
        return (struct u128){a.low << (count - 64), 0};
    if (count == 0)
        return a;
    return (struct u128){a.high << count | a.low >> (64 - count), a.low << count};
}

/* Bits that leave at the right are kept as an or in bit 0. */
static inline struct u128 u128_shift_right_sticky(struct u128 a, u32 count)
{
    if (count == 0)
        return a;
    if (count >= 128)
        return (struct u128){0, !u128_is_zero(a)};
    if (count == 64)
        return (struct u128){0, a.high | (a.low != 0)};
    if (count > 64) {
        u64 lost = a.high << (128 - count) | a.low;
        return (struct u128){0, a.high >> (count - 64) | (lost != 0)};
    }
    u64 lost = a.low << (64 - count);
    return (struct u128){a.high >> count, a.high << (64 - count) | a.low >> count | (lost != 0)};
}
/* High half of the product: a fraction of a. */
struct u128 u128_multiply_high(struct u128 a, struct u128 b);

static inline bool wide_is_zero(const struct wide *a)
{
    return u128_is_zero(a->m);
}
/* mantissa / 2^63 x 2^exponent, normalised. */
struct wide wide_make(bool negative, s32 exponent, u64 mantissa);
/* Brings bit 127 up. */
struct wide wide_normalize(struct wide a);

/* Exact, or truncated with bit 0 set. A zero result is positive. */
struct wide wide_add(struct wide a, struct wide b);
struct wide wide_subtract(struct wide a, struct wide b);
struct wide wide_multiply(struct wide a, struct wide b);
struct wide wide_multiply_short(struct wide a, struct wide b); /* low halves are 0, no zeros */
struct wide wide_divide(struct wide a, struct wide b);
struct wide wide_square_root(struct wide a); /* of a number whose low half is 0 */

/* |a| < |b| */
bool wide_less_magnitude(const struct wide *a, const struct wide *b);

#endif
