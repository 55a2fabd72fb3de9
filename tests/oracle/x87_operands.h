#ifndef GLASS386_TESTS_X87_OPERANDS_H
#define GLASS386_TESTS_X87_OPERANDS_H

#include "base/types.h"
#include "cpu/fpu/float80.h"

/* Operands that find errors: the ends of the ranges, ties of each precision, NaNs, what no 387
   makes itself, and anything else. Each is a function of the seed alone. */

struct random {
    u64 state;
};
u64 random_next(struct random *random);
/* 0 to limit - 1 */
u32 random_below(struct random *random, u32 limit);

struct float80 operand_real(struct random *random);
/* |x| of modest size: what a transcendental function is asked for. */
struct float80 operand_modest(struct random *random, int least, int most);
/* Fills `count` bytes that FBLD, FILD or a 32- or 64-bit FLD takes. */
enum operand_kind { OPERAND_REAL32, OPERAND_REAL64, OPERAND_REAL80, OPERAND_INTEGER, OPERAND_BCD };
void operand_bytes(struct random *random, enum operand_kind kind, u8 bytes[16]);
u16 operand_control(struct random *random);

#endif
