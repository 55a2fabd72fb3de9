#include "cpu/exec/fused.h"
#include "cpu/exec/words.h"

/* A register stepped once or twice, and the JMP or LOOP that ends the turn of a loop: fused.h. */

#define WIDTH 16
#define DST_GET() word_get(cpu, TEMPLATE_PASTE(REG_, DST))
#define DST_SET(value) word_set(cpu, TEMPLATE_PASTE(REG_, DST), (value))
#define COUNT_GET() word_get(cpu, REG_ECX)
#define COUNT_SET(value) word_set(cpu, REG_ECX, (value))
#define FOR_REGISTER "cpu/exec/fused_steps.inc"
#include "cpu/exec/each_register.inc"
#undef DST_GET
#undef DST_SET
#undef COUNT_GET
#undef COUNT_SET
#undef WIDTH

#define WIDTH 32
#define DST_GET() DST_REGISTER
#define DST_SET(value) fixed_set(&DST_REGISTER, (value))
#define COUNT_GET() cpu->regs[REG_ECX]
#define COUNT_SET(value) fixed_set(&cpu->regs[REG_ECX], (value))
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER

#define TABLE(name) static fixed_single name##_table = EACH(name)
#define TABLES(name)  \
    TABLE(name##_16); \
    TABLE(name##_32)

TABLES(step_step_quiet);
TABLES(step_inc);
TABLES(step_dec);
TABLES(inc_jmp);
TABLES(dec_jmp);
TABLES(add_imm_jmp);
TABLES(sub_imm_jmp);
TABLES(add_reg_jmp);
TABLES(step_inc_jmp);
TABLES(step_dec_jmp);
TABLES(inc_loop);
TABLES(dec_loop);
TABLES(inc_loop_out);
TABLES(dec_loop_out);

// clang-format off
#define IMM(operation, width) BINARY_KIND(operation, width, REG_IMM)
#define INC(width) UNARY_KIND(HOT_INC, width, UNARY_REG)
#define DEC(width) UNARY_KIND(HOT_DEC, width, UNARY_REG)
#define LOOP(kind, width) (kind + (HOT_LOOP - HOT_LOOPNE) * 2 + width - 1)

/* After a first step, which is quiet: a second one, and perhaps JMP. */
#define SECOND(first, bits, width) \
    {first, true, INC(width), true, KIND_NOP, &step_step_quiet_##bits##_table}, \
    {first, true, DEC(width), true, KIND_NOP, &step_step_quiet_##bits##_table}, \
    {first, true, INC(width), false, KIND_JMP, &step_inc_jmp_##bits##_table}, \
    {first, true, DEC(width), false, KIND_JMP, &step_dec_jmp_##bits##_table}, \
    {first, true, INC(width), false, KIND_NOP, &step_inc_##bits##_table}, \
    {first, true, DEC(width), false, KIND_NOP, &step_dec_##bits##_table}
#define ROWS(bits, width) \
    SECOND(INC(width), bits, width), SECOND(DEC(width), bits, width), \
    {INC(width), false, KIND_NOP, false, KIND_JMP, &inc_jmp_##bits##_table}, \
    {DEC(width), false, KIND_NOP, false, KIND_JMP, &dec_jmp_##bits##_table}, \
    {IMM(HOT_ADD, width), false, KIND_NOP, false, KIND_JMP, &add_imm_jmp_##bits##_table}, \
    {IMM(HOT_SUB, width), false, KIND_NOP, false, KIND_JMP, &sub_imm_jmp_##bits##_table}, \
    {BINARY_KIND(HOT_ADD, width, REG_REG), false, KIND_NOP, false, KIND_JMP, &add_reg_jmp_##bits##_table}, \
    {INC(width), false, KIND_NOP, false, LOOP(KIND_LOOP, width), &inc_loop_##bits##_table}, \
    {DEC(width), false, KIND_NOP, false, LOOP(KIND_LOOP, width), &dec_loop_##bits##_table}, \
    {INC(width), false, KIND_NOP, false, LOOP(KIND_LOOP_OUT, width), &inc_loop_out_##bits##_table}, \
    {DEC(width), false, KIND_NOP, false, LOOP(KIND_LOOP_OUT, width), &dec_loop_out_##bits##_table}
// clang-format on

const struct fused_step_row fused_step_rows[] = {ROWS(16, 1), ROWS(32, 2)};
const unsigned fused_step_row_count = ARRAY_COUNT(fused_step_rows);
