#include "cpu/exec/fused.h"
#include "cpu/exec/words.h"

/* Bit by bit: a shift, and an operation that its carry branches over, as in checksums, products and
   counts of bits. What the data decides no host can guess, and each wrong guess costs as much as
   the rest of such a loop; here both ways are computed and one is taken. An operation that is
   skipped gives its tick back: the end of the block charges it. */

/* a if so, else b; never by a branch. */
ALWAYS_INLINE u64 skip_choose(bool so, u64 a, u64 b)
{
    u64 mask = 0 - (u64)so;
    __asm__("" : "+r"(mask));
    return b ^ ((a ^ b) & mask);
}

#define SKIP(form) WORDS(form, WORDS_JCC(DST, CONDITION))

#define WIDTH 16
#define DST_GET() word_get(cpu, TEMPLATE_PASTE(REG_, DST))
#define DST_SET(value) word_set(cpu, TEMPLATE_PASTE(REG_, DST), (value))
#define FOR_REGISTER "cpu/exec/fused_skip.inc"
#define CONDITION 2
#include "cpu/exec/each_register.inc"
#undef CONDITION
#define CONDITION 3
#include "cpu/exec/each_register.inc"
#undef CONDITION
#undef DST_GET
#undef DST_SET
#undef WIDTH

#define WIDTH 32
#define DST_GET() DST_REGISTER
#define DST_SET(value) fixed_set(&DST_REGISTER, (value))
#define CONDITION 2
#include "cpu/exec/each_register.inc"
#undef CONDITION
#define CONDITION 3
#include "cpu/exec/each_register.inc"
#undef CONDITION
#undef FOR_REGISTER

// clang-format off
/* By the condition's lowest bit and the register. */
#define EACH_JCC(name, jcc) \
    {name##_EAX##jcc, name##_ECX##jcc, name##_EDX##jcc, name##_EBX##jcc, \
     name##_ESP##jcc, name##_EBP##jcc, name##_ESI##jcc, name##_EDI##jcc}
#define TABLE(name) \
    static op_handler *const name##_table[2][8] = {EACH_JCC(name, _jcc2), EACH_JCC(name, _jcc3)}
#define TABLES(name) TABLE(name##_16); TABLE(name##_32)

TABLES(shr_skip_xor_imm);
TABLES(shl_skip_xor_imm);
TABLES(shr_skip_add_reg);
TABLES(shl_skip_add_reg);
TABLES(shr_skip_inc);
TABLES(shl_skip_inc);

#define ROWS(operation, name, bits, width) \
    {SHIFT_KIND(operation, width, SHIFT_REG_IMM), BINARY_KIND(HOT_XOR, width, REG_IMM), true, &name##_skip_xor_imm_##bits##_table}, \
    {SHIFT_KIND(operation, width, SHIFT_REG_IMM), BINARY_KIND(HOT_ADD, width, REG_REG), false, &name##_skip_add_reg_##bits##_table}, \
    {SHIFT_KIND(operation, width, SHIFT_REG_IMM), UNARY_KIND(HOT_INC, width, UNARY_REG), false, &name##_skip_inc_##bits##_table}

const struct fused_skip_row fused_skip_rows[] = {
    ROWS(HOT_SHR, shr, 16, 1), ROWS(HOT_SHR, shr, 32, 2),
    ROWS(HOT_SHL, shl, 16, 1), ROWS(HOT_SHL, shl, 32, 2),
};
// clang-format on
const unsigned fused_skip_row_count = ARRAY_COUNT(fused_skip_rows);
