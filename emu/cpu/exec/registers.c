#include "cpu/exec/fixed.h"

/* Operations between registers, fixed: fixed.h. */

#define FOR_SOURCE "cpu/exec/register_pair.inc"
#define FOR_BYTE "cpu/exec/register_byte.inc"
#define FOR_REGISTER "cpu/exec/register.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
#undef FOR_BYTE
#undef FOR_SOURCE

// clang-format off
#define PAIR(name) {.plain = {.pair = &name##_table, .first = BY_DST, .second = BY_SRC}}
#define BYTES(name) {.plain = {.pair = &name##_table, .first = BY_DST, .second = BY_BYTE_SRC}}
#define SINGLE(name) {.plain = {.single = &name##_table, .first = BY_DST}}

#define TABLE(name) static fixed_single name##_table = EACH(name)
#define PAIR_TABLE(name) static fixed_pair name##_table = EACH_PAIR(name)
#define BYTE_TABLE(name) static fixed_pair name##_table = EACH_PAIR_BYTE(name)

PAIR_TABLE(mov_reg_reg_32);
PAIR_TABLE(add_reg_reg_32);
PAIR_TABLE(sub_reg_reg_32);
PAIR_TABLE(and_reg_reg_32);
PAIR_TABLE(or_reg_reg_32);
PAIR_TABLE(xor_reg_reg_32);
PAIR_TABLE(add_reg_reg_32_quiet);
PAIR_TABLE(sub_reg_reg_32_quiet);
PAIR_TABLE(and_reg_reg_32_quiet);
PAIR_TABLE(or_reg_reg_32_quiet);
PAIR_TABLE(xor_reg_reg_32_quiet);
PAIR_TABLE(imul_reg_reg_32_quiet);
PAIR_TABLE(movzx_32_from_reg_16);
PAIR_TABLE(lea_reg_32_base);
PAIR_TABLE(lea_reg_32_index);
BYTE_TABLE(movzx_32_from_reg_8);
BYTE_TABLE(movsx_32_from_reg_8);
TABLE(mov_reg_imm_32);
TABLE(add_reg_imm_32);
TABLE(sub_reg_imm_32);
TABLE(and_reg_imm_32);
TABLE(inc_reg_32);
TABLE(dec_reg_32);
TABLE(not_reg_32);
TABLE(neg_reg_32_quiet);
TABLE(shl_reg_imm_32);
TABLE(shr_reg_imm_32);
TABLE(sar_reg_imm_32);
TABLE(rol_reg_imm_32);
TABLE(ror_reg_imm_32);
TABLE(add_reg_imm_32_quiet);
TABLE(sub_reg_imm_32_quiet);
TABLE(and_reg_imm_32_quiet);
TABLE(or_reg_imm_32_quiet);
TABLE(xor_reg_imm_32_quiet);
TABLE(inc_reg_32_quiet);
TABLE(dec_reg_32_quiet);
TABLE(shl_reg_imm_32_quiet);
TABLE(shr_reg_imm_32_quiet);
TABLE(sar_reg_imm_32_quiet);
TABLE(rol_reg_imm_32_quiet);
TABLE(ror_reg_imm_32_quiet);
TABLE(shl_reg_cl_32_quiet);
TABLE(shr_reg_cl_32_quiet);
TABLE(push_reg_32);
TABLE(pop_reg_32);

const struct fixed_kind fixed_register_kinds[2][KIND_CALL] = {
    {
        [BINARY_KIND(HOT_MOV, 2, REG_REG)] = PAIR(mov_reg_reg_32),
        [BINARY_KIND(HOT_ADD, 2, REG_REG)] = PAIR(add_reg_reg_32),
        [BINARY_KIND(HOT_SUB, 2, REG_REG)] = PAIR(sub_reg_reg_32),
        [BINARY_KIND(HOT_AND, 2, REG_REG)] = PAIR(and_reg_reg_32),
        [BINARY_KIND(HOT_OR, 2, REG_REG)] = PAIR(or_reg_reg_32),
        [BINARY_KIND(HOT_XOR, 2, REG_REG)] = PAIR(xor_reg_reg_32),
        [BINARY_KIND(HOT_MOV, 2, REG_IMM)] = SINGLE(mov_reg_imm_32),
        [BINARY_KIND(HOT_ADD, 2, REG_IMM)] = SINGLE(add_reg_imm_32),
        [BINARY_KIND(HOT_SUB, 2, REG_IMM)] = SINGLE(sub_reg_imm_32),
        [BINARY_KIND(HOT_AND, 2, REG_IMM)] = SINGLE(and_reg_imm_32),
        [UNARY_KIND(HOT_INC, 2, UNARY_REG)] = SINGLE(inc_reg_32),
        [UNARY_KIND(HOT_DEC, 2, UNARY_REG)] = SINGLE(dec_reg_32),
        [UNARY_KIND(HOT_NOT, 2, UNARY_REG)] = SINGLE(not_reg_32),
        [SHIFT_KIND(HOT_SHL, 2, SHIFT_REG_IMM)] = SINGLE(shl_reg_imm_32),
        [SHIFT_KIND(HOT_SHR, 2, SHIFT_REG_IMM)] = SINGLE(shr_reg_imm_32),
        [SHIFT_KIND(HOT_SAR, 2, SHIFT_REG_IMM)] = SINGLE(sar_reg_imm_32),
        [SHIFT_KIND(HOT_ROL, 2, SHIFT_REG_IMM)] = SINGLE(rol_reg_imm_32),
        [SHIFT_KIND(HOT_ROR, 2, SHIFT_REG_IMM)] = SINGLE(ror_reg_imm_32),
        [KIND_MOVZX8 + 2] = BYTES(movzx_32_from_reg_8),
        [KIND_MOVSX8 + 2] = BYTES(movsx_32_from_reg_8),
        [KIND_MOVZX16] = PAIR(movzx_32_from_reg_16),
        [KIND_LEA + 1] = {.base = {.pair = &lea_reg_32_base_table, .first = BY_DST, .second = BY_BASE},
                          .index_ds = {.pair = &lea_reg_32_index_table, .first = BY_DST, .second = BY_INDEX},
                          .index_ss = {.pair = &lea_reg_32_index_table, .first = BY_DST, .second = BY_INDEX}},
        [KIND_PUSH_REG + 3] = SINGLE(push_reg_32),
        [KIND_POP + 3] = SINGLE(pop_reg_32),
    },
    {
        [BINARY_KIND(HOT_ADD, 2, REG_REG)] = PAIR(add_reg_reg_32_quiet),
        [BINARY_KIND(HOT_SUB, 2, REG_REG)] = PAIR(sub_reg_reg_32_quiet),
        [BINARY_KIND(HOT_AND, 2, REG_REG)] = PAIR(and_reg_reg_32_quiet),
        [BINARY_KIND(HOT_OR, 2, REG_REG)] = PAIR(or_reg_reg_32_quiet),
        [BINARY_KIND(HOT_XOR, 2, REG_REG)] = PAIR(xor_reg_reg_32_quiet),
        [BINARY_KIND(HOT_IMUL, 2, REG_REG)] = PAIR(imul_reg_reg_32_quiet),
        [BINARY_KIND(HOT_ADD, 2, REG_IMM)] = SINGLE(add_reg_imm_32_quiet),
        [BINARY_KIND(HOT_SUB, 2, REG_IMM)] = SINGLE(sub_reg_imm_32_quiet),
        [BINARY_KIND(HOT_AND, 2, REG_IMM)] = SINGLE(and_reg_imm_32_quiet),
        [BINARY_KIND(HOT_OR, 2, REG_IMM)] = SINGLE(or_reg_imm_32_quiet),
        [BINARY_KIND(HOT_XOR, 2, REG_IMM)] = SINGLE(xor_reg_imm_32_quiet),
        [UNARY_KIND(HOT_INC, 2, UNARY_REG)] = SINGLE(inc_reg_32_quiet),
        [UNARY_KIND(HOT_DEC, 2, UNARY_REG)] = SINGLE(dec_reg_32_quiet),
        [UNARY_KIND(HOT_NEG, 2, UNARY_REG)] = SINGLE(neg_reg_32_quiet),
        [SHIFT_KIND(HOT_SHL, 2, SHIFT_REG_IMM)] = SINGLE(shl_reg_imm_32_quiet),
        [SHIFT_KIND(HOT_SHR, 2, SHIFT_REG_IMM)] = SINGLE(shr_reg_imm_32_quiet),
        [SHIFT_KIND(HOT_SAR, 2, SHIFT_REG_IMM)] = SINGLE(sar_reg_imm_32_quiet),
        [SHIFT_KIND(HOT_ROL, 2, SHIFT_REG_IMM)] = SINGLE(rol_reg_imm_32_quiet),
        [SHIFT_KIND(HOT_ROR, 2, SHIFT_REG_IMM)] = SINGLE(ror_reg_imm_32_quiet),
        [SHIFT_KIND(HOT_SHL, 2, SHIFT_REG_CL)] = SINGLE(shl_reg_cl_32_quiet),
        [SHIFT_KIND(HOT_SHR, 2, SHIFT_REG_CL)] = SINGLE(shr_reg_cl_32_quiet),
    },
};
// clang-format on
