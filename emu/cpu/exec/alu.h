#ifndef GLASS386_CPU_EXEC_ALU_H
#define GLASS386_CPU_EXEC_ALU_H

#include "cpu/flags.h"

/* The arithmetic of every width, on values zero-extended to 32 bits. `width` is 8, 16 or 32 and a
   constant wherever speed matters. Each returns the result, zero-extended, and sets the flags.

   Flags that the manual leaves undefined, and what they become here (the same on every host):
     AND OR XOR TEST      AF = 0
     SHL SHR SAR          AF = 1; OF follows the formula for a count of 1 with any count;
                          bytes shifted by 16 or 24: CF as if by 8
     rotates              OF follows the formula for a count of 1 with any count
     SHLD SHRD            AF = 0; OF = the last of the shifts by 1 changed the sign
     MUL IMUL             SF, ZF, PF of the high half; AF = 1
     DIV IDIV             SF, ZF, PF of the remainder; AF = 1; CF = OF: alu_quotient
     BSF BSR              CF OF AF = 0, SF PF of the source; a zero source leaves the destination
     BT BTS BTR BTC       OF = the two bits below the tested one differ; the rest unchanged
     DAA DAS              OF of the addition or subtraction
     AAA AAS              OF SF ZF PF of the addition to or subtraction from AL, before it is cut
     AAM                  CF OF AF = 0
     AAD                  CF OF AF of the addition
   emu/docs/UNDEFINED.md tells the source of each, and what no hardware has confirmed. */

ALWAYS_INLINE u32 alu_mask(unsigned width, u32 value)
{
    return width == 32 ? value : value & ((1u << width) - 1u);
}

ALWAYS_INLINE u32 alu_sign_extend(unsigned width, u32 value)
{
    return width == 8 ? (u32)(s32)(s8)value : width == 16 ? (u32)(s32)(s16)value : value;
}

ALWAYS_INLINE bool alu_sign(unsigned width, u32 value)
{
    return value >> (width - 1) & 1;
}

/* The result and the carry of a sum or difference computed in 64 bits, where bit `width` is the
   carry. Above it all bits are equal, so that they may stay. */
ALWAYS_INLINE u64 alu_wide(unsigned width, u64 sum)
{
    return width == 32 ? sum : alu_sign_extend(width, (u32)sum) | sum >> width << 32;
}

ALWAYS_INLINE u32 alu_carried(u64 *fr, u32 *fx, unsigned width, u64 sum, u32 a, u32 b)
{
    *fr = alu_wide(width, sum);
    *fx = alu_sign_extend(width, a ^ b);
    return alu_mask(width, (u32)sum);
}

ALWAYS_INLINE u32 alu_add(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_carried(fr, fx, width, (u64)a + b, a, b);
}

ALWAYS_INLINE u32 alu_adc(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_carried(fr, fx, width, (u64)a + b + flags_cf(*fr), a, b);
}

ALWAYS_INLINE u32 alu_sub(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_carried(fr, fx, width, (u64)a - b, a, b);
}

ALWAYS_INLINE u32 alu_sbb(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_carried(fr, fx, width, (u64)a - b - flags_cf(*fr), a, b);
}

ALWAYS_INLINE u32 alu_cmp(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_sub(fr, fx, width, a, b);
}

ALWAYS_INLINE u32 alu_logic(u64 *fr, u32 *fx, unsigned width, u32 result)
{
    *fx = alu_sign_extend(width, result);
    *fr = *fx;
    return result;
}

ALWAYS_INLINE u32 alu_and(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_logic(fr, fx, width, a & b);
}

ALWAYS_INLINE u32 alu_test(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_logic(fr, fx, width, a & b);
}

ALWAYS_INLINE u32 alu_or(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_logic(fr, fx, width, a | b);
}

ALWAYS_INLINE u32 alu_xor(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    return alu_logic(fr, fx, width, a ^ b);
}

/* After a multiplication: CF = OF = the high half matters, the others are those of the high half.
 */
ALWAYS_INLINE void alu_product(u64 *fr, u32 *fx, unsigned width, u64 product, bool high_matters)
{
    u32 high = alu_sign_extend(width, (u32)(product >> width));
    flags_set(fr, fx, high, high_matters, high_matters, true);
}

/* After DIV: CF = OF = the last step subtracted nothing, or from more than a word holds. */
ALWAYS_INLINE void alu_quotient(u64 *fr, u32 *fx, unsigned width, u32 quotient, u32 remainder,
                                u32 divisor)
{
    bool cf = !(quotient & 1) || ((u64)remainder + divisor) >> width != 0;
    flags_set(fr, fx, alu_sign_extend(width, remainder), cf, cf, true);
}

/* After IDIV: CF = OF = the divisor is positive. */
ALWAYS_INLINE void alu_signed_quotient(u64 *fr, u32 *fx, unsigned width, u32 remainder, s64 divisor)
{
    flags_set(fr, fx, alu_sign_extend(width, remainder), divisor > 0, divisor > 0, true);
}

/* After BT: CF is the bit. OF as if the operand were turned right until that bit is the lowest and
   its upper two compared. */
ALWAYS_INLINE void alu_tested(u64 *fr, u32 *fx, unsigned width, u32 value, u32 number)
{
    u32 below = value >> ((number - 1) & (width - 1)) ^ value >> ((number - 2) & (width - 1));
    flags_set_cf_of(fr, fx, value >> (number & (width - 1)) & 1, below & 1);
}

/* The low half of a signed product; CF = OF = it does not hold the whole, the rest from the high.
 */
ALWAYS_INLINE u32 alu_imul(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b)
{
    s64 product = (s64)(s32)alu_sign_extend(width, a) * (s32)alu_sign_extend(width, b);
    u32 low = alu_sign_extend(width, (u32)product);
    alu_product(fr, fx, width, (u64)product, product != (s32)low);
    return alu_mask(width, low);
}

/* a + 1 or a - 1. CF stays, so the sum's own carry must not count in SF ^ OF, which is the sign of
   the sum of the sign-extended operand: aux bit 31 makes up for it. */
ALWAYS_INLINE u32 alu_counted(u64 *fr, u32 *fx, unsigned width, u32 a, u32 step)
{
    u64 carry = *fr & FLAGS_RESULT_CARRY;
    u32 sum = a + step;
    if (width == 32) {
        u64 carried = (u64)a + (s64)(s32)step;
        *fx = a ^ 1 ^ ((u32)((carried ^ carry) >> 32 & 1) << 31);
    } else {
        u32 operand = alu_sign_extend(width, a), less = operand + step;
        *fx = (operand & BIT(4)) | ((less ^ (u32)(carry >> 1)) & BIT(31));
    }
    *fr = alu_sign_extend(width, sum) | carry;
    return alu_mask(width, sum);
}

ALWAYS_INLINE u32 alu_inc(u64 *fr, u32 *fx, unsigned width, u32 a)
{
    return alu_counted(fr, fx, width, a, 1);
}

ALWAYS_INLINE u32 alu_dec(u64 *fr, u32 *fx, unsigned width, u32 a)
{
    return alu_counted(fr, fx, width, a, -1u);
}

ALWAYS_INLINE u32 alu_not(u64 *fr, u32 *fx, unsigned width, u32 a)
{
    (void)fr;
    (void)fx;
    return alu_mask(width, ~a);
}

ALWAYS_INLINE u32 alu_neg(u64 *fr, u32 *fx, unsigned width, u32 a)
{
    return alu_sub(fr, fx, width, 0, a);
}

/* Shifts and rotates: the count is already masked to 0-31 (PRM: SHL); 0 changes nothing. */

ALWAYS_INLINE u32 alu_shl(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    if (count == 0)
        return a;
    u64 wide = (u64)a << count;
    u32 result = alu_mask(width, (u32)wide);
    bool cf = wide >> width & 1;
    if (width == 8 && count > 8)
        cf = (count & 7) == 0 && (a & 1);
    flags_set(fr, fx, alu_sign_extend(width, result), cf, alu_sign(width, result) != cf, true);
    return result;
}

ALWAYS_INLINE u32 alu_shr(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    if (count == 0)
        return a;
    u32 before = a >> (count - 1);
    u32 result = before >> 1;
    bool cf = before & 1, of = alu_sign(width, before) != alu_sign(width, result);
    if (width == 8 && count > 8)
        cf = (count & 7) == 0 && alu_sign(width, a);
    flags_set(fr, fx, alu_sign_extend(width, result), cf, of, true);
    return result;
}

ALWAYS_INLINE u32 alu_sar(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    if (count == 0)
        return a;
    s32 before = (s32)alu_sign_extend(width, a) >> (count - 1);
    u32 result = alu_mask(width, (u32)(before >> 1));
    flags_set(fr, fx, (u32)(before >> 1), before & 1, false, true);
    return result;
}

ALWAYS_INLINE u32 alu_rol(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    if (count == 0)
        return a;
    unsigned turn = count & (width - 1);
    u32 result = alu_mask(width, (u32)((u64)a << turn | (u64)a >> (width - turn)));
    bool cf = result & 1;
    flags_set_cf_of(fr, fx, cf, alu_sign(width, result) != cf);
    return result;
}

ALWAYS_INLINE u32 alu_ror(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    if (count == 0)
        return a;
    unsigned turn = count & (width - 1);
    u32 result = alu_mask(width, (u32)((u64)a >> turn | (u64)a << (width - turn)));
    bool cf = alu_sign(width, result);
    flags_set_cf_of(fr, fx, cf, cf != (result >> (width - 2) & 1));
    return result;
}

/* Rotates through carry turn width + 1 bits; a count that is a multiple of that changes nothing but
   the (undefined) OF. */
ALWAYS_INLINE u32 alu_rcl(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    unsigned turn = count % (width + 1);
    if (count == 0)
        return a;
    u64 ring = (u64)flags_cf(*fr) << width | a;
    ring = ring << turn | ring >> (width + 1 - turn);
    u32 result = alu_mask(width, (u32)ring);
    bool cf = ring >> width & 1;
    flags_set_cf_of(fr, fx, cf, alu_sign(width, result) != cf);
    return result;
}

ALWAYS_INLINE u32 alu_rcr(u64 *fr, u32 *fx, unsigned width, u32 a, u32 count)
{
    unsigned turn = count % (width + 1);
    if (count == 0)
        return a;
    u64 ring = (u64)flags_cf(*fr) << width | a;
    ring = ring >> turn | ring << (width + 1 - turn);
    u32 result = alu_mask(width, (u32)ring);
    bool cf = ring >> width & 1;
    flags_set_cf_of(fr, fx, cf, alu_sign(width, result) != (result >> (width - 2) & 1));
    return result;
}

/* SHLD and SHRD: with 16 bits the count may exceed the width; what follows the source is the source
   again. */
ALWAYS_INLINE u32 alu_shld(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b, u32 count)
{
    if (count == 0)
        return a;
    u64 line = width == 16 ? (u64)a << 32 | (u64)b << 16 | b : (u64)a << 32 | b;
    unsigned top = width == 16 ? 48 : 64;
    u32 result = alu_mask(width, (u32)(line >> (top - width - count)));
    bool cf = line >> (top - count) & 1;
    flags_set(fr, fx, alu_sign_extend(width, result), cf, alu_sign(width, result) != cf, false);
    return result;
}

ALWAYS_INLINE u32 alu_shrd(u64 *fr, u32 *fx, unsigned width, u32 a, u32 b, u32 count)
{
    if (count == 0)
        return a;
    u64 line = width == 16 ? (u64)b << 32 | (u64)b << 16 | a : (u64)b << 32 | a;
    u32 before = alu_mask(width, (u32)(line >> (count - 1)));
    u32 result = alu_mask(width, (u32)(line >> count));
    bool of = alu_sign(width, before) != alu_sign(width, result);
    flags_set(fr, fx, alu_sign_extend(width, result), before & 1, of, false);
    return result;
}

#endif
