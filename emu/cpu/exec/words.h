#ifndef GLASS386_CPU_EXEC_WORDS_H
#define GLASS386_CPU_EXEC_WORDS_H

#include "cpu/exec/hot_kind.h"
#include "cpu/exec/pair.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* What the handlers of 16-bit code are written in whose registers or address are part of the
   handler (words.c, words_memory.c). DST and SRC are EAX .. EDI, of which the low word is meant, or
   a byte's name; MODE is one of the addresses below. */

/* The handler add_reg_imm_16_EAX is WORDS(add_reg_imm, DST), with WIDTH 16 and DST EAX. */
#define WORDS_NAME_(form, width, what) form##_##width##_##what
#define WORDS_NAME(form, width, what) WORDS_NAME_(form, width, what)
#define WORDS(form, what) static struct op *WORDS_NAME(form, WIDTH, what)(HANDLER_PARAMETERS)
#define WORDS_AND_(first, second) first##_##second
#define WORDS_AND(first, second) WORDS_AND_(first, second)
#define WORDS_JCC_(what, condition) what##_jcc##condition
#define WORDS_JCC(what, condition) WORDS_JCC_(what, condition)

/* The bytes of a register: which doubleword they are in, and are they its second byte? */
enum { BYTE_AL, BYTE_CL, BYTE_DL, BYTE_BL, BYTE_AH, BYTE_CH, BYTE_DH, BYTE_BH };

/* Number of the register at an offset, with `width` 0 that of a byte. */
static inline unsigned word_number(unsigned offset, unsigned width)
{
    return offset / 4 + (width == 0 ? offset % 4 * 4 : 0);
}

ALWAYS_INLINE u32 word_get(const struct cpu *cpu, unsigned number)
{
    return handler_get(cpu, op_register(number), 16);
}

ALWAYS_INLINE void word_set(struct cpu *cpu, unsigned number, u32 value)
{
    handler_set(cpu, op_register(number), 16, value);
}

ALWAYS_INLINE u32 byte_get(const struct cpu *cpu, unsigned number)
{
    return (u8)(handler_whole(cpu, op_register(number & 3)) >> (number & 4 ? 8 : 0));
}

/* Unlike the other handlers of bytes, these store whole doublewords: AX is often read next. */
ALWAYS_INLINE void byte_set(struct cpu *cpu, unsigned number, u32 value)
{
    u32 whole = handler_whole(cpu, op_register(number & 3));
    whole = number & 4 ? (whole & ~0xff00u) | (value & 0xffu) << 8 : handler_merge(whole, 8, value);
    store_le32((u8 *)cpu + op_register(number & 3), whole);
}

/* The frequent ones of the addresses of PRM table 17-2, with the segment that each has without a
   prefix. */
enum word_mode {
    MODE_BX_SI,
    MODE_BX_DI,
    MODE_SI,
    MODE_DI,
    MODE_BP,
    MODE_BX,
    MODE_DISP,
    WORD_MODES
};

ALWAYS_INLINE u32 word_offset(const struct cpu *cpu, const struct op *op, enum word_mode mode)
{
    static const u8 base[WORD_MODES] = {REG_EBX, REG_EBX, REG_ESI, REG_EDI, REG_EBP, REG_EBX, 0};
    u32 offset = op->disp;
    if (mode != MODE_DISP)
        offset += handler_whole(cpu, op_register(base[mode]));
    if (mode == MODE_BX_SI)
        offset += handler_whole(cpu, op_register(REG_ESI));
    if (mode == MODE_BX_DI)
        offset += handler_whole(cpu, op_register(REG_EDI));
    return (u16)offset;
}

ALWAYS_INLINE const struct segment *word_segment(const struct cpu *cpu, enum word_mode mode)
{
    return &cpu->segs[mode == MODE_BP ? SEG_SS : SEG_DS];
}

/* The better handler of an op with an operand in memory, or null; a pair is with the branch behind.
 */
op_handler *word_memory_handler(const struct op *op, struct hot_parts parts);
op_handler *word_memory_pair_handler(const struct op *op, struct hot_parts parts);
/* Of XCHG with memory, of 8 or 16 bits, or null. */
op_handler *word_exchange_handler(const struct op *op, unsigned width);

#endif
