#include "cpu/exec/front.h"

#include "cpu/descriptor.h"
#include "cpu/exec/dispatch.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/fixed.h"
#include "cpu/exec/jump.h"
#include "cpu/exec/operand.h"
#include "cpu/exec/template.h"
#include "cpu/exec/x87.h"

/* The template front.inc made into handlers; op->kind names the function's row and the width, as
   dispatch_function wants it. front_div_32_base is DIV of a doubleword in memory. */

#define OPERATION front
#include "cpu/exec/shape_fast.inc"
#undef MISS
#define MISS() dispatch_function(HANDLER_ARGUMENTS)
#define MISS_JUMP() dispatch_jump(HANDLER_ARGUMENTS)

#define SHAPE plain
#define SHAPE_PLAIN
#define SOURCE(field, value) (*(value) = REGISTER(field), true)
#define FOR_WIDTH "cpu/exec/front.inc"
#include "cpu/exec/each_width.inc"
#undef FOR_WIDTH
#undef SHAPE
#undef SHAPE_PLAIN
#undef SOURCE

#define SOURCE(field, value) READ(value)
#define FOR_ADDRESS "cpu/exec/front_widths.inc"
#include "cpu/exec/each_address.inc"
#undef FOR_ADDRESS

#define FOR_REGISTER "cpu/exec/jump_register.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
static fixed_single jumps = EACH(jmp_reg_32), tables = EACH(jmp_table_32),
                    calls = EACH(call_reg_32);

/* Better than the row's, or null; of doublewords. */
static op_handler *fixed_jump(const struct instruction *in)
{
    const struct op *op = &in->op;
    if (!(op->form & OP_MEMORY))
        return in->row->function == exec_jmp_near    ? jumps[op->dst / 4u]
               : in->row->function == exec_call_near ? calls[op->dst / 4u]
                                                     : NULL;
    bool table = !(op->form & OP_ADDRESS16) && op->base == OP_REGISTER_ZERO &&
                 op->index != OP_REGISTER_ZERO && op_segment(op) == SEG_DS;
    return table && in->row->function == exec_jmp_near ? tables[op->index / 4u] : NULL;
}

struct front_row {
    exec_function *function;
    bool stack32;             /* only on a 32-bit stack */
    op_handler *plain[3];     /* 8, 16, 32 bits */
    op_handler *memory[3][3]; /* base, index, wrap; 8, 16, 32 bits */
};

// clang-format off
#define PLAIN(name) {front_##name##_8_plain, front_##name##_16_plain, front_##name##_32_plain}
#define WORDS(name) {NULL, front_##name##_16_plain, front_##name##_32_plain}
#define DWORD(name) {NULL, NULL, front_##name##_32_plain}
#define MEMORY_SHAPE(name, shape) {front_##name##_8_##shape, front_##name##_16_##shape, front_##name##_32_##shape}
#define MEMORY(name) {MEMORY_SHAPE(name, base), MEMORY_SHAPE(name, index), MEMORY_SHAPE(name, wrap)}
#define MEMORY_WORDS_SHAPE(name, shape) {NULL, front_##name##_16_##shape, front_##name##_32_##shape}
#define MEMORY_WORDS(name) \
    {MEMORY_WORDS_SHAPE(name, base), MEMORY_WORDS_SHAPE(name, index), MEMORY_WORDS_SHAPE(name, wrap)}
#define MEMORY_DWORD_SHAPE(name, shape) {NULL, NULL, front_##name##_32_##shape}
#define MEMORY_DWORD(name) \
    {MEMORY_DWORD_SHAPE(name, base), MEMORY_DWORD_SHAPE(name, index), MEMORY_DWORD_SHAPE(name, wrap)}
#define NONE {{NULL}}
#define NONE_PLAIN {NULL}

static const struct front_row rows[] = {
    {exec_mul,       false, PLAIN(mul),    MEMORY(mul)},
    {exec_imul,      false, PLAIN(imul),   MEMORY(imul)},
    {exec_imul_3,    false, WORDS(imul_3), MEMORY_WORDS(imul_3)},
    {exec_div,       false, PLAIN(div),    MEMORY(div)},
    {exec_idiv,      false, DWORD(idiv),   MEMORY_DWORD(idiv)},
    {exec_jmp_near,  false, DWORD(jmp),    MEMORY_DWORD(jmp)},
    {exec_call_near, true,  DWORD(call),   MEMORY_DWORD(call)},
    {exec_xchg,      false, PLAIN(xchg),   MEMORY(xchg)},
    {exec_cbw,       false, WORDS(cbw),    NONE},
    {exec_cwd,       false, WORDS(cwd),    NONE},
    {exec_bt,        false, WORDS(bt),     NONE},
    {exec_shld,      false, WORDS(shld),   NONE},
    {exec_shrd,      false, WORDS(shrd),   NONE},
    {exec_leave,     true,  DWORD(leave),  NONE},
    {exec_mov_to_segment, false, WORDS(to_segment), NONE},
    {exec_mov_from_segment, false, WORDS(from_segment), NONE},
    {exec_les,       false, NONE_PLAIN,    MEMORY_DWORD(les)},
    {exec_lds,       false, NONE_PLAIN,    MEMORY_DWORD(lds)},
    {exec_lfs,       false, NONE_PLAIN,    MEMORY_DWORD(lfs)},
    {exec_lgs,       false, NONE_PLAIN,    MEMORY_DWORD(lgs)},
    {exec_push_segment, true, DWORD(push_segment), NONE},
    {exec_pop_segment, true,  DWORD(pop_segment), NONE},
    {exec_push,      true,  NONE_PLAIN,    MEMORY_DWORD(push)},
};
// clang-format on

op_handler *front_handler(const struct instruction *in, bool stack32)
{
    if (in->row->function == exec_escape)
        return x87_handler(in);
    op_handler *word = front_word_handler(in, stack32);
    if (word)
        return word;
    const struct front_row *row = rows;
    const struct front_row *end = rows + ARRAY_COUNT(rows);
    while (row < end && row->function != in->row->function)
        row++;
    if (row == end || (row->stack32 && !stack32))
        return NULL;
    if (row->function == exec_bt && in->src_place != PLACE_IMMEDIATE)
        return NULL;
    op_handler *fixed = in->width == 32 ? fixed_jump(in) : NULL;
    if (fixed)
        return fixed;
    unsigned width = in->width == 8 ? 0 : in->width == 16 ? 1 : 2;
    if (!(in->op.form & OP_MEMORY))
        return row->plain[width];
    unsigned shape = in->op.form & OP_ADDRESS16 ? 2 : in->op.index != OP_REGISTER_ZERO;
    return row->memory[shape][width];
}
