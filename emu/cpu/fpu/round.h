#ifndef GLASS386_CPU_FPU_ROUND_H
#define GLASS386_CPU_FPU_ROUND_H

#include "cpu/fpu/float80.h"
#include "cpu/fpu/wide.h"

/* From float80 to wide numbers and back: the one place where results are rounded and where
   overflow, underflow and precision exceptions arise. Private to fpu/. */

struct float_format {
    unsigned bits;   /* of mantissa, integer bit included */
    s32 least, most; /* exponents of normal numbers */
    s32 wrap;        /* added to an exponent whose underflow is unmasked; 0: nothing is stored */
};
extern const struct float_format format_float32, format_float64;

/* Rounds in place; the exponent may come out as most + 1, which is infinity, and at `least` bit 127
   may be clear, which is a denormal. */
void float_round(struct float_env *env, struct wide *value, const struct float_format *format);

/* Keeps the leading 1 to 64 bits as the rounding control says. True when bits were lost; *up: the
   magnitude has grown. */
bool wide_round(const struct float_env *env, struct wide *value, unsigned bits, bool *up);

/* Zeros, denormals and normals. */
struct wide float80_unpack(struct float80 a);
/* Rounds as the precision control says. */
struct float80 float80_pack(struct float_env *env, struct wide value);
/* Rounds to 64 bits whatever the precision control says. */
struct float80 float80_pack_full(struct float_env *env, struct wide value);

/* A NaN or an unsupported operand settles the operation: true, with *result. */
bool float80_settle_nan(struct float_env *env, struct float80 a, struct float80 *result);
bool float80_settle_nans(struct float_env *env, struct float80 a, struct float80 b,
                         struct float80 *result);
struct float80 float80_invalid(struct float_env *env);
/* Raises FLOAT_DENORMAL for a denormal; false when that is unmasked. */
bool float80_note_denormal(struct float_env *env, struct float80 a);
bool float80_note_denormals(struct float_env *env, struct float80 a, struct float80 b);

static inline u16 float_sign(bool negative)
{
    return negative ? FLOAT80_SIGN : 0;
}
static inline struct float80 float80_zero(bool negative)
{
    return (struct float80){0, float_sign(negative)};
}
static inline struct float80 float80_infinity(bool negative)
{
    return (struct float80){1ull << 63, (u16)(0x7fffu | float_sign(negative))};
}

/* Infinity, and FLOAT_ZERO_DIVIDE. */
struct float80 float80_zero_divide(struct float_env *env, bool negative);

#endif
