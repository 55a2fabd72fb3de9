#include "cpu/exec/fixed.h"

/* Pairs of an operation and a conditional branch (pair.inc), the first register fixed: fixed.h. */

#define FOR_BYTE "cpu/exec/branch_byte.inc"
#define FOR_REGISTER "cpu/exec/branch_register.inc"
#define FOR_CONDITION "cpu/exec/branch_condition.inc"
#include "cpu/exec/each_condition.inc"
#undef FOR_CONDITION
#undef FOR_REGISTER
#undef FOR_BYTE

// clang-format off
#define TABLE(name) static fixed_branch name##_table = EACH_BRANCH(name)
#define BYTE_TABLE(name) static fixed_branch name##_table = EACH_BYTE_BRANCH(name)

TABLE(cmp_reg_imm_32);
TABLE(cmp_reg_reg_32);
TABLE(cmp_reg_mem_32);
TABLE(cmp_reg_mem_32_index);
TABLE(cmp_mem_imm_32_base);
TABLE(cmp_mem_imm_8_base);
TABLE(cmp_mem_imm_8_index_DS);
TABLE(test_reg_reg_32);
TABLE(test_reg_imm_32);
TABLE(inc_reg_32);
TABLE(dec_reg_32);
TABLE(sub_reg_imm_32);
TABLE(and_reg_imm_32);
BYTE_TABLE(cmp_reg_imm_8);
BYTE_TABLE(cmp_reg_reg_8);
BYTE_TABLE(cmp_reg_mem_8_base);
BYTE_TABLE(cmp_reg_mem_8_index);
BYTE_TABLE(test_reg_reg_8);
BYTE_TABLE(test_reg_imm_8);

#define BY(name, place) {&name##_table, place}

const struct fixed_branch_kind fixed_branch_kinds[KIND_MOVZX8] = {
    [BINARY_KIND(HOT_CMP, 2, REG_IMM)] = {.plain = BY(cmp_reg_imm_32, BY_DST)},
    [BINARY_KIND(HOT_CMP, 2, REG_REG)] = {.plain = BY(cmp_reg_reg_32, BY_DST)},
    [BINARY_KIND(HOT_CMP, 2, REG_MEM)] = {.base = BY(cmp_reg_mem_32, BY_DST),
                                          .index_ds = BY(cmp_reg_mem_32_index, BY_DST),
                                          .index_ss = BY(cmp_reg_mem_32_index, BY_DST)},
    [BINARY_KIND(HOT_CMP, 2, MEM_IMM)] = {.base = BY(cmp_mem_imm_32_base, BY_BASE)},
    [BINARY_KIND(HOT_CMP, 0, MEM_IMM)] = {.base = BY(cmp_mem_imm_8_base, BY_BASE),
                                          .index_ds = BY(cmp_mem_imm_8_index_DS, BY_INDEX)},
    [BINARY_KIND(HOT_TEST, 2, REG_REG)] = {.plain = BY(test_reg_reg_32, BY_DST)},
    [BINARY_KIND(HOT_TEST, 2, REG_IMM)] = {.plain = BY(test_reg_imm_32, BY_DST)},
    [BINARY_KIND(HOT_SUB, 2, REG_IMM)] = {.plain = BY(sub_reg_imm_32, BY_DST)},
    [BINARY_KIND(HOT_AND, 2, REG_IMM)] = {.plain = BY(and_reg_imm_32, BY_DST)},
    [UNARY_KIND(HOT_INC, 2, UNARY_REG)] = {.plain = BY(inc_reg_32, BY_DST)},
    [UNARY_KIND(HOT_DEC, 2, UNARY_REG)] = {.plain = BY(dec_reg_32, BY_DST)},
    [BINARY_KIND(HOT_CMP, 0, REG_IMM)] = {.plain = BY(cmp_reg_imm_8, BY_BYTE_DST)},
    [BINARY_KIND(HOT_CMP, 0, REG_REG)] = {.plain = BY(cmp_reg_reg_8, BY_BYTE_DST)},
    [BINARY_KIND(HOT_CMP, 0, REG_MEM)] = {.base = BY(cmp_reg_mem_8_base, BY_BYTE_DST),
                                          .index_ds = BY(cmp_reg_mem_8_index, BY_BYTE_DST),
                                          .index_ss = BY(cmp_reg_mem_8_index, BY_BYTE_DST)},
    [BINARY_KIND(HOT_TEST, 0, REG_REG)] = {.plain = BY(test_reg_reg_8, BY_BYTE_DST)},
    [BINARY_KIND(HOT_TEST, 0, REG_IMM)] = {.plain = BY(test_reg_imm_8, BY_BYTE_DST)},
};
// clang-format on
