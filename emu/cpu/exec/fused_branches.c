#include "cpu/exec/fused.h"
#include "cpu/exec/words.h"

/* An operation, a comparison of its result and a conditional branch: fused.h. */

#define FOR_BYTE "cpu/exec/fused_branch_byte.inc"
#define FOR_REGISTER "cpu/exec/fused_branch.inc"
#define FOR_CONDITION "cpu/exec/branch_condition.inc"
#include "cpu/exec/each_condition.inc"
#undef FOR_CONDITION
#undef FOR_REGISTER
#undef FOR_BYTE

// clang-format off
#define TABLE(name) static fixed_branch name##_table = EACH_BRANCH(name)
#define BYTE_TABLE(name) static fixed_branch name##_table = EACH_BYTE_BRANCH(name)

TABLE(step_cmp_imm_32);
TABLE(step_cmp_reg_32);
TABLE(add_cmp_imm_32);
TABLE(add_cmp_reg_32);
TABLE(load_cmp_imm_32);
TABLE(load_cmp_reg_32);
TABLE(load_compared_32);
TABLE(load_test_32);
TABLE(step_cmp_imm_16);
TABLE(step_cmp_reg_16);
TABLE(add_cmp_imm_16);
TABLE(add_cmp_reg_16);
BYTE_TABLE(load_cmp_imm_8);
BYTE_TABLE(load_test_8);

#define IMM(operation) BINARY_KIND(operation, 2, REG_IMM)
#define REG(operation) BINARY_KIND(operation, 2, REG_REG)
#define LOAD BINARY_KIND(HOT_MOV, 2, REG_MEM)
#define LOAD_BYTE BINARY_KIND(HOT_MOV, 0, REG_MEM)
#define INC UNARY_KIND(HOT_INC, 2, UNARY_REG)
#define DEC UNARY_KIND(HOT_DEC, 2, UNARY_REG)
#define IMM_16(operation) BINARY_KIND(operation, 1, REG_IMM)
#define REG_16(operation) BINARY_KIND(operation, 1, REG_REG)
#define INC_16 UNARY_KIND(HOT_INC, 1, UNARY_REG)
#define DEC_16 UNARY_KIND(HOT_DEC, 1, UNARY_REG)

const struct fused_branch_row fused_branch_rows[] = {
    {INC, IMM(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_imm_32_table},
    {DEC, IMM(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_imm_32_table},
    {IMM(HOT_ADD), IMM(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_imm_32_table},
    {INC, REG(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_reg_32_table},
    {DEC, REG(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_reg_32_table},
    {IMM(HOT_ADD), REG(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_reg_32_table},
    {INC_16, IMM_16(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_imm_16_table},
    {DEC_16, IMM_16(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_imm_16_table},
    {IMM_16(HOT_ADD), IMM_16(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_imm_16_table},
    {INC_16, REG_16(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_reg_16_table},
    {DEC_16, REG_16(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_reg_16_table},
    {IMM_16(HOT_ADD), REG_16(HOT_CMP), true, false, FUSED_WITH_ANY, &step_cmp_reg_16_table},
    {REG_16(HOT_ADD), IMM_16(HOT_CMP), true, false, FUSED_WITH_ANY, &add_cmp_imm_16_table},
    {REG_16(HOT_ADD), REG_16(HOT_CMP), true, false, FUSED_WITH_ANY, &add_cmp_reg_16_table},
    {REG(HOT_ADD), IMM(HOT_CMP), true, false, FUSED_WITH_ANY, &add_cmp_imm_32_table},
    {REG(HOT_ADD), REG(HOT_CMP), true, false, FUSED_WITH_ANY, &add_cmp_reg_32_table},
    {LOAD, IMM(HOT_CMP), false, false, FUSED_WITH_ANY, &load_cmp_imm_32_table},
    {LOAD, REG(HOT_CMP), false, false, FUSED_WITH_ANY, &load_cmp_reg_32_table},
    {LOAD, REG(HOT_CMP), false, false, FUSED_FROM_OTHER, &load_compared_32_table},
    {LOAD, REG(HOT_TEST), false, false, FUSED_WITH_ITSELF, &load_test_32_table},
    {LOAD_BYTE, BINARY_KIND(HOT_CMP, 0, REG_IMM), false, true, FUSED_WITH_ANY, &load_cmp_imm_8_table},
    {LOAD_BYTE, BINARY_KIND(HOT_TEST, 0, REG_REG), false, true, FUSED_WITH_ITSELF, &load_test_8_table},
};
// clang-format on

const unsigned fused_branch_row_count = ARRAY_COUNT(fused_branch_rows);
