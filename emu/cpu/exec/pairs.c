#include "cpu/exec/hot_kind.h"
#include "cpu/exec/pair.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* Operation and conditional branch in one handler: the template pair.inc for each condition. */

#define PAIR_NAME_(operation, form, width, shape, condition) \
    operation##_##form##_##width##_##shape##_jcc##condition
#define PAIR_NAME(operation, form, width, shape, condition) \
    PAIR_NAME_(operation, form, width, shape, condition)
#define PAIR(operation, form) \
    static struct op *PAIR_NAME(operation, form, WIDTH, SHAPE, CONDITION)(HANDLER_PARAMETERS)

enum plain_pair {
    PAIR_CMP_REG,
    PAIR_CMP_IMM,
    PAIR_TEST_REG,
    PAIR_TEST_IMM,
    PAIR_DEC,
    PAIR_INC,
    PAIR_SUB_REG,
    PAIR_SUB_IMM,
    PAIR_AND_REG,
    PAIR_AND_IMM,
    PAIR_OR_REG,
    PAIRS_OF_REGISTERS,
};
enum memory_pair {
    PAIR_CMP_REG_MEM,
    PAIR_CMP_MEM_REG,
    PAIR_CMP_MEM_IMM,
    PAIR_TEST_MEM_IMM,
    PAIRS_WITH_MEMORY,
};

/* By width (8, 16, 32), and by shape (base, index, wrap). */
struct pair_table {
    op_handler *plain[3][PAIRS_OF_REGISTERS];
    op_handler *memory[3][3][PAIRS_WITH_MEMORY];
};

// clang-format off
#define PLAIN_NAME(operation, form, width) PAIR_NAME(operation, form, width, plain, CONDITION)
#define PAIRS_PLAIN(width)                                                        \
    {PLAIN_NAME(cmp, reg_reg, width), PLAIN_NAME(cmp, reg_imm, width),            \
     PLAIN_NAME(test, reg_reg, width), PLAIN_NAME(test, reg_imm, width),          \
     PLAIN_NAME(dec, reg, width), PLAIN_NAME(inc, reg, width),                    \
     PLAIN_NAME(sub, reg_reg, width), PLAIN_NAME(sub, reg_imm, width),            \
     PLAIN_NAME(and, reg_reg, width), PLAIN_NAME(and, reg_imm, width),            \
     PLAIN_NAME(or, reg_reg, width)}
#define PAIRS_MEMORY(width, shape)                                                \
    {PAIR_NAME(cmp, reg_mem, width, shape, CONDITION),                            \
     PAIR_NAME(cmp, mem_reg, width, shape, CONDITION),                            \
     PAIR_NAME(cmp, mem_imm, width, shape, CONDITION),                            \
     PAIR_NAME(test, mem_imm, width, shape, CONDITION)}
// clang-format on

#include "cpu/exec/shape_fast.inc"
#define FOR_CONDITION "cpu/exec/pair_condition.inc"
#include "cpu/exec/each_condition.inc"
#undef FOR_CONDITION

/* Overflow and parity alone are rarely asked for. */
static const struct pair_table *const tables[16] = {
    NULL,     NULL,     &pairs_2, &pairs_3, &pairs_4,  &pairs_5,  &pairs_6,  &pairs_7,
    &pairs_8, &pairs_9, NULL,     NULL,     &pairs_12, &pairs_13, &pairs_14, &pairs_15,
};

/* What a pair starts with. */
struct pair_row {
    u8 operation, form; /* enum hot_operation; enum binary_form or unary_form */
    u8 pair;            /* enum plain_pair or memory_pair */
};

static const struct pair_row plain_rows[] = {
    {HOT_CMP, REG_REG, PAIR_CMP_REG},   {HOT_CMP, REG_IMM, PAIR_CMP_IMM},
    {HOT_TEST, REG_REG, PAIR_TEST_REG}, {HOT_TEST, REG_IMM, PAIR_TEST_IMM},
    {HOT_DEC, UNARY_REG, PAIR_DEC},     {HOT_INC, UNARY_REG, PAIR_INC},
    {HOT_SUB, REG_REG, PAIR_SUB_REG},   {HOT_SUB, REG_IMM, PAIR_SUB_IMM},
    {HOT_AND, REG_REG, PAIR_AND_REG},   {HOT_AND, REG_IMM, PAIR_AND_IMM},
    {HOT_OR, REG_REG, PAIR_OR_REG},
};
static const struct pair_row memory_rows[] = {
    {HOT_CMP, REG_MEM, PAIR_CMP_REG_MEM},
    {HOT_CMP, MEM_REG, PAIR_CMP_MEM_REG},
    {HOT_CMP, MEM_IMM, PAIR_CMP_MEM_IMM},
    {HOT_TEST, MEM_IMM, PAIR_TEST_MEM_IMM},
};

static int find(const struct pair_row *rows, unsigned count, struct hot_parts parts)
{
    for (unsigned i = 0; i < count; i++)
        if (rows[i].operation == parts.operation && rows[i].form == parts.form)
            return rows[i].pair;
    return -1;
}

op_handler *pair_handler(const struct op *op)
{
    const struct pair_table *table = tables[op[1].kind - KIND_JCC];
    if (!table)
        return NULL;
    struct hot_parts parts = hot_parts(op->kind);
    int plain = find(plain_rows, ARRAY_COUNT(plain_rows), parts);
    if (plain >= 0)
        return table->plain[parts.width][plain];
    int memory = find(memory_rows, ARRAY_COUNT(memory_rows), parts);
    if (memory < 0)
        return NULL;
    unsigned shape = op->form & OP_ADDRESS16 ? 2 : op->index != OP_REGISTER_ZERO;
    return table->memory[shape][parts.width][memory];
}
