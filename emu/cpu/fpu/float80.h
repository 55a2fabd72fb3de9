#ifndef GLASS386_CPU_FPU_FLOAT80_H
#define GLASS386_CPU_FPU_FLOAT80_H

#include "base/types.h"

/* The arithmetic of the 80387 on its 80-bit format, in integers: the same bits on every host.
   387 PRM = Intel 80387 Programmer's Reference Manual. */

struct float80 {
    u64 mantissa; /* bit 63 is the integer bit */
    u16 exponent; /* biased by 16383; bit 15 is the sign */
};

#define FLOAT80_SIGN 0x8000u
#define FLOAT80_BIAS 16383
#define FLOAT80_INDEFINITE ((struct float80){0xc000000000000000ull, 0xffff})

/* Exceptions: the low six bits of the status word, and of the control word as masks. */
#define FLOAT_INVALID 0x01u
#define FLOAT_DENORMAL 0x02u
#define FLOAT_ZERO_DIVIDE 0x04u
#define FLOAT_OVERFLOW 0x08u
#define FLOAT_UNDERFLOW 0x10u
#define FLOAT_PRECISION 0x20u
#define FLOAT_EXCEPTIONS 0x3fu
/* Those found before anything is computed: unmasked, they leave the operands as they are. */
#define FLOAT_BEFORE (FLOAT_INVALID | FLOAT_DENORMAL | FLOAT_ZERO_DIVIDE)

/* What an operation is told and what it tells. A result is worth nothing when `raised` has an
   unmasked exception of FLOAT_BEFORE. Unmasked overflow and underflow give a result whose exponent
   is 24576 off (387 PRM 3.6), or none for a destination in memory. */
struct float_env {
    u16 control; /* control word: masks 0-5, precision 8-9, rounding 10-11 */
    u16 raised;
    bool up; /* the last rounding went away from zero: C1 */
};
enum float_rounding { ROUND_NEAREST, ROUND_DOWN, ROUND_UP, ROUND_CHOP };
static inline enum float_rounding float_rounding(const struct float_env *env)
{
    return (enum float_rounding)(env->control >> 10 & 3u);
}
static inline bool float_unmasked(const struct float_env *env, u16 exceptions)
{
    return env->raised & ~env->control & exceptions;
}

enum float_class {
    CLASS_UNSUPPORTED, /* unnormals, pseudo-NaNs, pseudo-infinities: invalid (387 PRM 3.7.4) */
    CLASS_SIGNALING,
    CLASS_QUIET,
    CLASS_INFINITY,
    CLASS_ZERO,
    CLASS_DENORMAL, /* pseudo-denormals too */
    CLASS_NORMAL,
};
enum float_class float80_class(struct float80 a);
/* CLASS_NORMAL, quickly. */
static inline bool float80_is_normal(struct float80 a)
{
    return a.mantissa >> 63 && (a.exponent & 0x7fffu) - 1u < 0x7ffeu;
}
static inline bool float80_negative(struct float80 a)
{
    return a.exponent & FLOAT80_SIGN;
}

/* arithmetic.c */
struct float80 float80_add(struct float_env *env, struct float80 a, struct float80 b);
struct float80 float80_subtract(struct float_env *env, struct float80 a, struct float80 b);
struct float80 float80_multiply(struct float_env *env, struct float80 a, struct float80 b);
struct float80 float80_divide(struct float_env *env, struct float80 a, struct float80 b);
struct float80 float80_square_root(struct float_env *env, struct float80 a);
enum float_order { ORDER_LESS, ORDER_EQUAL, ORDER_GREATER, ORDER_NONE };
/* quiet: only signaling NaNs are invalid (FUCOM). */
enum float_order float80_compare(struct float_env *env, struct float80 a, struct float80 b,
                                 bool quiet);

/* remainder.c */
struct float80 float80_round_to_integer(struct float_env *env, struct float80 a);
struct float80 float80_scale(struct float_env *env, struct float80 a, struct float80 by);
/* Gives the mantissa as a number in [1, 2), and the exponent. */
struct float80 float80_extract(struct float_env *env, struct float80 a, struct float80 *exponent);
/* FPREM (nearest = false) and FPREM1. *quotient: its low three bits; *partial: not finished. */
struct float80 float80_remainder(struct float_env *env, struct float80 a, struct float80 b,
                                 bool nearest, unsigned *quotient, bool *partial);

/* convert.c. What comes from memory is exact and raises nothing: a signaling NaN stays one, and
   *denormal tells of a denormal. What goes there is rounded; a NaN, an infinity or a number out of
   range raises FLOAT_INVALID and gives the integer indefinite. Of an integer the low `bits` count.
 */
struct float80 float80_from_float32(u32 bits, bool *denormal);
struct float80 float80_from_float64(u64 bits, bool *denormal);
struct float80 float80_from_integer(s64 value);
struct float80 float80_from_bcd(const u8 digits[10]);
u32 float80_to_float32(struct float_env *env, struct float80 a);
u64 float80_to_float64(struct float_env *env, struct float80 a);
u64 float80_to_integer(struct float_env *env, struct float80 a, unsigned bits);
void float80_to_bcd(struct float_env *env, struct float80 a, u8 digits[10]);

/* transcendental.c (387 PRM 4.4). Arguments of the functions of an angle: |a| < 2^63. */
bool float80_angle_in_range(struct float80 a);
struct float80 float80_sin(struct float_env *env, struct float80 a);
struct float80 float80_cos(struct float_env *env, struct float80 a);
struct float80 float80_tan(struct float_env *env, struct float80 a);
struct float80 float80_arctan(struct float_env *env, struct float80 y, struct float80 x);
struct float80 float80_exp2_minus_1(struct float_env *env, struct float80 a);
struct float80 float80_y_log2(struct float_env *env, struct float80 y, struct float80 x);
struct float80 float80_y_log2_plus_1(struct float_env *env, struct float80 y, struct float80 x);
/* FLD1, FLDL2T, FLDL2E, FLDPI, FLDLG2, FLDLN2, FLDZ by the low three bits of their codes. */
struct float80 float80_constant(const struct float_env *env, unsigned number);

#endif
