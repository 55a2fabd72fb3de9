#include "cpu/exec/fused.h"

/* Two operations in one handler: fused.h. */

#define FOR_SOURCE "cpu/exec/fused_pair.inc"
#define FOR_REGISTER "cpu/exec/each_source.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
#undef FOR_SOURCE

// clang-format off
#define TABLE(name) static fixed_pair name##_table = EACH_PAIR(name)

TABLE(mov_add_imm_32);
TABLE(mov_sub_imm_32);
TABLE(mov_and_imm_32);
TABLE(mov_add_imm_32_quiet);
TABLE(mov_sub_imm_32_quiet);
TABLE(mov_and_imm_32_quiet);
TABLE(mov_shl_imm_32_quiet);
TABLE(mov_shr_imm_32_quiet);
TABLE(mov_sar_imm_32_quiet);
TABLE(mov_rol_imm_32_quiet);
TABLE(mov_ror_imm_32_quiet);
TABLE(mov_step_add_32);
TABLE(mov_step_sub_32);
TABLE(mov_step_inc_32);
TABLE(mov_step_dec_32);
TABLE(mov_step_add_32_quiet);
TABLE(mov_step_sub_32_quiet);
TABLE(load_add_32);
TABLE(load_and_32);
TABLE(load_xor_32);
TABLE(load_add_32_quiet);
TABLE(load_sub_32_quiet);
TABLE(load_and_32_quiet);
TABLE(load_or_32_quiet);
TABLE(load_xor_32_quiet);
TABLE(rol_xor_32);
TABLE(ror_xor_32);
TABLE(rol_xor_32_quiet);
TABLE(ror_xor_32_quiet);
TABLE(shl_xor_32_quiet);
TABLE(shr_xor_32_quiet);

#define MOV BINARY_KIND(HOT_MOV, 2, REG_REG)
#define LOAD BINARY_KIND(HOT_MOV, 2, REG_MEM)
#define IMM(operation) BINARY_KIND(operation, 2, REG_IMM)
#define REG(operation) BINARY_KIND(operation, 2, REG_REG)
#define SHIFT(operation) SHIFT_KIND(operation, 2, SHIFT_REG_IMM)
#define INC UNARY_KIND(HOT_INC, 2, UNARY_REG)
#define DEC UNARY_KIND(HOT_DEC, 2, UNARY_REG)

const struct fused_row fused_rows[] = {
    {MOV, IMM(HOT_ADD), false, false, FUSED_SAME_DST, &mov_add_imm_32_table},
    {MOV, IMM(HOT_SUB), false, false, FUSED_SAME_DST, &mov_sub_imm_32_table},
    {MOV, IMM(HOT_AND), false, false, FUSED_SAME_DST, &mov_and_imm_32_table},
    {MOV, IMM(HOT_ADD), false, true, FUSED_SAME_DST, &mov_add_imm_32_quiet_table},
    {MOV, INC, false, true, FUSED_SAME_DST, &mov_add_imm_32_quiet_table},
    {MOV, DEC, false, true, FUSED_SAME_DST, &mov_add_imm_32_quiet_table},
    {MOV, IMM(HOT_SUB), false, true, FUSED_SAME_DST, &mov_sub_imm_32_quiet_table},
    {MOV, IMM(HOT_AND), false, true, FUSED_SAME_DST, &mov_and_imm_32_quiet_table},
    {MOV, SHIFT(HOT_SHL), false, true, FUSED_SAME_DST, &mov_shl_imm_32_quiet_table},
    {MOV, SHIFT(HOT_SHR), false, true, FUSED_SAME_DST, &mov_shr_imm_32_quiet_table},
    {MOV, SHIFT(HOT_SAR), false, true, FUSED_SAME_DST, &mov_sar_imm_32_quiet_table},
    {MOV, SHIFT(HOT_ROL), false, true, FUSED_SAME_DST, &mov_rol_imm_32_quiet_table},
    {MOV, SHIFT(HOT_ROR), false, true, FUSED_SAME_DST, &mov_ror_imm_32_quiet_table},
    {MOV, IMM(HOT_ADD), false, false, FUSED_STEPS_SRC, &mov_step_add_32_table},
    {MOV, IMM(HOT_SUB), false, false, FUSED_STEPS_SRC, &mov_step_sub_32_table},
    {MOV, INC, false, false, FUSED_STEPS_SRC, &mov_step_inc_32_table},
    {MOV, DEC, false, false, FUSED_STEPS_SRC, &mov_step_dec_32_table},
    {MOV, IMM(HOT_ADD), false, true, FUSED_STEPS_SRC, &mov_step_add_32_quiet_table},
    {MOV, INC, false, true, FUSED_STEPS_SRC, &mov_step_add_32_quiet_table},
    {MOV, DEC, false, true, FUSED_STEPS_SRC, &mov_step_add_32_quiet_table},
    {MOV, IMM(HOT_SUB), false, true, FUSED_STEPS_SRC, &mov_step_sub_32_quiet_table},
    {LOAD, REG(HOT_ADD), false, false, FUSED_USES_DST, &load_add_32_table},
    {LOAD, REG(HOT_AND), false, false, FUSED_USES_DST, &load_and_32_table},
    {LOAD, REG(HOT_XOR), false, false, FUSED_USES_DST, &load_xor_32_table},
    {LOAD, REG(HOT_ADD), false, true, FUSED_USES_DST, &load_add_32_quiet_table},
    {LOAD, REG(HOT_SUB), false, true, FUSED_USES_DST, &load_sub_32_quiet_table},
    {LOAD, REG(HOT_AND), false, true, FUSED_USES_DST, &load_and_32_quiet_table},
    {LOAD, REG(HOT_OR), false, true, FUSED_USES_DST, &load_or_32_quiet_table},
    {LOAD, REG(HOT_XOR), false, true, FUSED_USES_DST, &load_xor_32_quiet_table},
    {SHIFT(HOT_ROL), REG(HOT_XOR), true, false, FUSED_USES_DST, &rol_xor_32_table},
    {SHIFT(HOT_ROR), REG(HOT_XOR), true, false, FUSED_USES_DST, &ror_xor_32_table},
    {SHIFT(HOT_ROL), REG(HOT_XOR), true, true, FUSED_USES_DST, &rol_xor_32_quiet_table},
    {SHIFT(HOT_ROR), REG(HOT_XOR), true, true, FUSED_USES_DST, &ror_xor_32_quiet_table},
    {SHIFT(HOT_SHL), REG(HOT_XOR), true, true, FUSED_USES_DST, &shl_xor_32_quiet_table},
    {SHIFT(HOT_SHR), REG(HOT_XOR), true, true, FUSED_USES_DST, &shr_xor_32_quiet_table},
};
// clang-format on

const unsigned fused_row_count = ARRAY_COUNT(fused_rows);
