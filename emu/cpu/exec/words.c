#include "cpu/exec/words.h"

/* Frequent forms of 16-bit code once more for each register, as registers.c has them of
   doublewords: mov_reg_imm_16_EAX, add_reg_imm_8_AH, cmp_reg_imm_16_EAX_jcc4. The bytes' handlers
   are for 16-bit code alone. */

#define WIDTH 16
#define DST_GET() word_get(cpu, TEMPLATE_PASTE(REG_, DST))
#define DST_SET(value) word_set(cpu, TEMPLATE_PASTE(REG_, DST), (value))
#define FOR_REGISTER "cpu/exec/words_register.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
#define FOR_REGISTER "cpu/exec/words_conditions.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
#define FOR_REGISTER "cpu/exec/words_pairs.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
#undef DST_GET
#undef DST_SET
#undef WIDTH

#define WIDTH 8
#define DST BYTE
#define DST_GET() byte_get(cpu, TEMPLATE_PASTE(BYTE_, DST))
#define DST_SET(value) byte_set(cpu, TEMPLATE_PASTE(BYTE_, DST), (value))
#define FOR_BYTE "cpu/exec/words_register.inc"
#include "cpu/exec/each_byte_register.inc"
#undef FOR_BYTE
#define FOR_BYTE "cpu/exec/words_conditions.inc"
#include "cpu/exec/each_byte_register.inc"
#undef FOR_BYTE
#undef DST
#undef DST_GET
#undef DST_SET
#undef WIDTH

// clang-format off
#define EACH(name) \
    {name##_EAX, name##_ECX, name##_EDX, name##_EBX, name##_ESP, name##_EBP, name##_ESI, name##_EDI}
#define EACH_BYTE(name) \
    {name##_AL, name##_CL, name##_DL, name##_BL, name##_AH, name##_CH, name##_DH, name##_BH}
#define EACH_PAIR(name) \
    {EACH(name##_EAX), EACH(name##_ECX), EACH(name##_EDX), EACH(name##_EBX), \
     EACH(name##_ESP), EACH(name##_EBP), EACH(name##_ESI), EACH(name##_EDI)}

/* One operation, width (0: bytes) and form by the first register. */
struct word_row {
    u8 operation, width, form;
    op_handler *handlers[8];
};
static const struct word_row rows[] = {
    {HOT_MOV, 1, REG_IMM, EACH(mov_reg_imm_16)},
    {HOT_ADD, 1, REG_IMM, EACH(add_reg_imm_16)},
    {HOT_SUB, 1, REG_IMM, EACH(sub_reg_imm_16)},
    {HOT_AND, 1, REG_IMM, EACH(and_reg_imm_16)},
    {HOT_OR,  1, REG_IMM, EACH(or_reg_imm_16)},
    {HOT_XOR, 1, REG_IMM, EACH(xor_reg_imm_16)},
    {HOT_ADD, 1, REG_REG, EACH(add_reg_reg_16)},
    {HOT_SUB, 1, REG_REG, EACH(sub_reg_reg_16)},
    {HOT_AND, 1, REG_REG, EACH(and_reg_reg_16)},
    {HOT_OR,  1, REG_REG, EACH(or_reg_reg_16)},
    {HOT_XOR, 1, REG_REG, EACH(xor_reg_reg_16)},
    {HOT_INC, 1, UNARY_REG, EACH(inc_reg_16)},
    {HOT_DEC, 1, UNARY_REG, EACH(dec_reg_16)},
    {HOT_SHL, 1, SHIFT_REG_IMM, EACH(shl_reg_imm_16)},
    {HOT_SHR, 1, SHIFT_REG_IMM, EACH(shr_reg_imm_16)},
    {HOT_MOV, 0, REG_IMM, EACH_BYTE(mov_reg_imm_8)},
    {HOT_MOV, 0, REG_REG, EACH_BYTE(mov_reg_reg_8)},
    {HOT_ADD, 0, REG_IMM, EACH_BYTE(add_reg_imm_8)},
    {HOT_SUB, 0, REG_IMM, EACH_BYTE(sub_reg_imm_8)},
    {HOT_AND, 0, REG_IMM, EACH_BYTE(and_reg_imm_8)},
    {HOT_OR,  0, REG_IMM, EACH_BYTE(or_reg_imm_8)},
    {HOT_XOR, 0, REG_IMM, EACH_BYTE(xor_reg_imm_8)},
    {HOT_ADD, 0, REG_REG, EACH_BYTE(add_reg_reg_8)},
    {HOT_SUB, 0, REG_REG, EACH_BYTE(sub_reg_reg_8)},
    {HOT_AND, 0, REG_REG, EACH_BYTE(and_reg_reg_8)},
    {HOT_OR,  0, REG_REG, EACH_BYTE(or_reg_reg_8)},
    {HOT_XOR, 0, REG_REG, EACH_BYTE(xor_reg_reg_8)},
    {HOT_INC, 0, UNARY_REG, EACH_BYTE(inc_reg_8)},
    {HOT_DEC, 0, UNARY_REG, EACH_BYTE(dec_reg_8)},
};
static const struct word_row quiet_rows[] = {
    {HOT_INC, 1, UNARY_REG, EACH(inc_reg_quiet_16)},
    {HOT_DEC, 1, UNARY_REG, EACH(dec_reg_quiet_16)},
    {HOT_ADD, 1, REG_IMM, EACH(add_reg_imm_quiet_16)},
    {HOT_AND, 1, REG_IMM, EACH(and_reg_imm_quiet_16)},
    {HOT_SHL, 1, SHIFT_REG_IMM, EACH(shl_reg_imm_quiet_16)},
    {HOT_SHR, 1, SHIFT_REG_IMM, EACH(shr_reg_imm_quiet_16)},
    {HOT_SAR, 1, SHIFT_REG_IMM, EACH(sar_reg_imm_quiet_16)},
};
static op_handler *const moves[8][8] = EACH_PAIR(mov_reg_reg_16);
static op_handler *const quiet_sums[8][8] = EACH_PAIR(add_reg_reg_quiet_16);
static op_handler *const zero[2][8] = {EACH_BYTE(xor_reg_same_8), EACH(xor_reg_same_16)};
/* On a 16-bit stack. */
static op_handler *const pushes[8] = EACH(push_reg_16), *const pops[8] = EACH(pop_reg_16);

/* By condition and first register. */
#define UNSIGNED(EACH, name) \
    [2] = EACH(name, _jcc2), [3] = EACH(name, _jcc3), [4] = EACH(name, _jcc4), \
    [5] = EACH(name, _jcc5), [6] = EACH(name, _jcc6), [7] = EACH(name, _jcc7)
#define SIGNED(EACH, name) \
    [12] = EACH(name, _jcc12), [13] = EACH(name, _jcc13), [14] = EACH(name, _jcc14), [15] = EACH(name, _jcc15)
#define EACH_JCC(name, jcc) \
    {name##_EAX##jcc, name##_ECX##jcc, name##_EDX##jcc, name##_EBX##jcc, \
     name##_ESP##jcc, name##_EBP##jcc, name##_ESI##jcc, name##_EDI##jcc}
#define EACH_BYTE_JCC(name, jcc) \
    {name##_AL##jcc, name##_CL##jcc, name##_DL##jcc, name##_BL##jcc, \
     name##_AH##jcc, name##_CH##jcc, name##_DH##jcc, name##_BH##jcc}
static op_handler *const cmp_imm_8[16][8] = {UNSIGNED(EACH_BYTE_JCC, cmp_reg_imm_8)};
static op_handler *const cmp_imm_16[16][8] = {UNSIGNED(EACH_JCC, cmp_reg_imm_16), SIGNED(EACH_JCC, cmp_reg_imm_16)};
static op_handler *const cmp_reg_16[16][8] = {UNSIGNED(EACH_JCC, cmp_reg_reg_16), SIGNED(EACH_JCC, cmp_reg_reg_16)};
static op_handler *const same_8[16][8] = {
    [4] = EACH_BYTE_JCC(test_reg_same_8, _jcc4), [5] = EACH_BYTE_JCC(test_reg_same_8, _jcc5),
};
static op_handler *const same_16[16][8] = {
    [4] = EACH_JCC(test_reg_same_16, _jcc4), [5] = EACH_JCC(test_reg_same_16, _jcc5),
    [8] = EACH_JCC(test_reg_same_16, _jcc8), [9] = EACH_JCC(test_reg_same_16, _jcc9),
    [14] = EACH_JCC(test_reg_same_16, _jcc14), [15] = EACH_JCC(test_reg_same_16, _jcc15),
};
static op_handler *const dec_16[16][8] = {
    [4] = EACH_JCC(dec_reg_16, _jcc4), [5] = EACH_JCC(dec_reg_16, _jcc5),
    [8] = EACH_JCC(dec_reg_16, _jcc8), [9] = EACH_JCC(dec_reg_16, _jcc9),
};
static op_handler *const shl_16[16][8] = {
    [2] = EACH_JCC(shl_reg_imm_16, _jcc2), [3] = EACH_JCC(shl_reg_imm_16, _jcc3),
};
static op_handler *const shr_16[16][8] = {
    [2] = EACH_JCC(shr_reg_imm_16, _jcc2), [3] = EACH_JCC(shr_reg_imm_16, _jcc3),
};
// clang-format on

static op_handler *find(const struct word_row *row, unsigned count, const struct op *op)
{
    struct hot_parts parts = hot_parts(op->kind);
    for (unsigned i = 0; i < count; i++)
        if (row[i].operation == parts.operation && row[i].width == parts.width &&
            row[i].form == parts.form)
            return row[i].handlers[word_number(op->dst, parts.width)];
    return NULL;
}

static bool is_form(struct hot_parts parts, unsigned operation, unsigned form)
{
    return parts.operation == operation && parts.form == form;
}

op_handler *word_handler(const struct op *op)
{
    struct hot_parts parts = hot_parts(op->kind);
    if (op->kind == KIND_PUSH_REG)
        return pushes[op->dst / 4];
    if (op->kind == KIND_POP)
        return pops[op->dst / 4];
    if (parts.operation == HOT_NONE || parts.width > 1 || !(op->form & OP_ADDRESS16))
        return NULL;
    if (is_form(parts, HOT_MOV, REG_REG) && parts.width == 1)
        return moves[op->dst / 4][op->src / 4];
    if (is_form(parts, HOT_XOR, REG_REG) && op->dst == op->src)
        return zero[parts.width][word_number(op->dst, parts.width)];
    op_handler *memory = word_memory_handler(op, parts);
    return memory ? memory : find(rows, ARRAY_COUNT(rows), op);
}

op_handler *word_quiet_handler(const struct op *op)
{
    struct hot_parts parts = hot_parts(op->kind);
    if (parts.width != 1 || !(op->form & OP_ADDRESS16))
        return NULL;
    if (is_form(parts, HOT_ADD, REG_REG))
        return quiet_sums[op->dst / 4][op->src / 4];
    return find(quiet_rows, ARRAY_COUNT(quiet_rows), op);
}

static bool of_same(const struct op *op, struct hot_parts parts)
{
    return parts.form == REG_REG && op->dst == op->src &&
           (parts.operation == HOT_AND || parts.operation == HOT_OR || parts.operation == HOT_TEST);
}

op_handler *word_pair_handler(const struct op *op)
{
    struct hot_parts parts = hot_parts(op->kind);
    unsigned condition = op[1].kind - KIND_JCC, number = word_number(op->dst, parts.width);
    bool word = parts.width == 1;
    if (parts.operation == HOT_NONE || parts.width > 1 || !(op->form & OP_ADDRESS16))
        return NULL;
    if (is_form(parts, HOT_CMP, REG_IMM))
        return (word ? cmp_imm_16 : cmp_imm_8)[condition][number];
    if (of_same(op, parts))
        return (word ? same_16 : same_8)[condition][number];
    if (parts.form > REG_IMM && parts.operation == HOT_CMP)
        return word_memory_pair_handler(op, parts);
    if (!word)
        return NULL;
    if (is_form(parts, HOT_CMP, REG_REG))
        return cmp_reg_16[condition][number];
    if (is_form(parts, HOT_DEC, UNARY_REG))
        return dec_16[condition][number];
    if (is_form(parts, HOT_SHL, SHIFT_REG_IMM))
        return shl_16[condition][number];
    if (is_form(parts, HOT_SHR, SHIFT_REG_IMM))
        return shr_16[condition][number];
    return NULL;
}
