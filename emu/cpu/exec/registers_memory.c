#include "cpu/exec/fixed.h"

/* Operations with memory, registers fixed: fixed.h. A miss goes to the slow instance of the op. */

#define FOR_SOURCE "cpu/exec/memory_pair.inc"
#define FOR_BYTE "cpu/exec/memory_byte.inc"
#define FOR_REGISTER "cpu/exec/memory_register.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER
#undef FOR_BYTE
#undef FOR_SOURCE

// clang-format off
#define TABLE(name) static fixed_single name##_table = EACH(name)
#define PAIR_TABLE(name) static fixed_pair name##_table = EACH_PAIR(name)
#define BYTE_TABLE(name) static fixed_pair name##_table = EACH_PAIR_BYTE(name)

PAIR_TABLE(mov_reg_mem_32_base);
PAIR_TABLE(mov_reg_mem_32_index);
PAIR_TABLE(mov_mem_reg_32_base);
PAIR_TABLE(mov_mem_reg_32_index);
PAIR_TABLE(movzx_32_from_mem_8_base);
PAIR_TABLE(movzx_32_from_mem_8_index);
PAIR_TABLE(movsx_32_from_mem_8_base);
PAIR_TABLE(movzx_32_from_mem_16_base);
PAIR_TABLE(movzx_32_from_mem_16_index);
PAIR_TABLE(movsx_32_from_mem_16_base);
PAIR_TABLE(add_reg_mem_32_base);
PAIR_TABLE(sub_reg_mem_32_base);
PAIR_TABLE(and_reg_mem_32_base);
PAIR_TABLE(or_reg_mem_32_base);
PAIR_TABLE(xor_reg_mem_32_base);
PAIR_TABLE(add_reg_mem_32_quiet_base);
PAIR_TABLE(sub_reg_mem_32_quiet_base);
PAIR_TABLE(and_reg_mem_32_quiet_base);
PAIR_TABLE(or_reg_mem_32_quiet_base);
PAIR_TABLE(xor_reg_mem_32_quiet_base);
PAIR_TABLE(imul_reg_mem_32_quiet_base);
PAIR_TABLE(add_reg_mem_32_quiet_index);
PAIR_TABLE(sub_reg_mem_32_quiet_index);
PAIR_TABLE(xor_reg_mem_32_quiet_index);
PAIR_TABLE(imul_reg_mem_32_quiet_index);
BYTE_TABLE(mov_reg_mem_8_base);
BYTE_TABLE(mov_reg_mem_8_index);
BYTE_TABLE(mov_mem_reg_8_base);
BYTE_TABLE(mov_mem_reg_8_index);
TABLE(mov_reg_mem_32_absolute);
TABLE(mov_mem_reg_32_absolute);
TABLE(mov_mem_imm_32_base);
TABLE(mov_mem_imm_32_index);
TABLE(mov_mem_imm_8_base);
TABLE(mov_mem_imm_8_index);

#define LOAD(name) \
    {.pair = &name##_table, .first = BY_DST, .second = BY_BASE}
#define LOAD_INDEX(name) \
    {.pair = &name##_table, .first = BY_DST, .second = BY_INDEX}
#define STORE(name, place, from) \
    {.pair = &name##_table, .first = place, .second = from}
#define SINGLE(name, place) \
    {.single = &name##_table, .first = place}

const struct fixed_kind fixed_memory_kinds[2][KIND_CALL] = {
    {
        [BINARY_KIND(HOT_MOV, 2, REG_MEM)] = {.base = LOAD(mov_reg_mem_32_base),
                                              .index = LOAD_INDEX(mov_reg_mem_32_index),
                                              .absolute = SINGLE(mov_reg_mem_32_absolute, BY_DST)},
        [BINARY_KIND(HOT_MOV, 2, MEM_REG)] = {.base = STORE(mov_mem_reg_32_base, BY_BASE, BY_SRC),
                                              .index = STORE(mov_mem_reg_32_index, BY_INDEX, BY_SRC),
                                              .absolute = SINGLE(mov_mem_reg_32_absolute, BY_SRC)},
        [BINARY_KIND(HOT_MOV, 2, MEM_IMM)] = {.base = SINGLE(mov_mem_imm_32_base, BY_BASE),
                                              .index = SINGLE(mov_mem_imm_32_index, BY_INDEX)},
        [BINARY_KIND(HOT_MOV, 0, MEM_IMM)] = {.base = SINGLE(mov_mem_imm_8_base, BY_BASE),
                                              .index = SINGLE(mov_mem_imm_8_index, BY_INDEX)},
        [BINARY_KIND(HOT_MOV, 0, REG_MEM)] = {.base = STORE(mov_reg_mem_8_base, BY_BASE, BY_BYTE_DST),
                                              .index = STORE(mov_reg_mem_8_index, BY_INDEX, BY_BYTE_DST)},
        [BINARY_KIND(HOT_MOV, 0, MEM_REG)] = {.base = STORE(mov_mem_reg_8_base, BY_BASE, BY_BYTE_SRC),
                                              .index = STORE(mov_mem_reg_8_index, BY_INDEX, BY_BYTE_SRC)},
        [BINARY_KIND(HOT_ADD, 2, REG_MEM)] = {.base = LOAD(add_reg_mem_32_base)},
        [BINARY_KIND(HOT_SUB, 2, REG_MEM)] = {.base = LOAD(sub_reg_mem_32_base)},
        [BINARY_KIND(HOT_AND, 2, REG_MEM)] = {.base = LOAD(and_reg_mem_32_base)},
        [BINARY_KIND(HOT_OR, 2, REG_MEM)] = {.base = LOAD(or_reg_mem_32_base)},
        [BINARY_KIND(HOT_XOR, 2, REG_MEM)] = {.base = LOAD(xor_reg_mem_32_base)},
        [KIND_MOVZX8 + 3] = {.base = LOAD(movzx_32_from_mem_8_base), .index = LOAD_INDEX(movzx_32_from_mem_8_index)},
        [KIND_MOVSX8 + 3] = {.base = LOAD(movsx_32_from_mem_8_base)},
        [KIND_MOVZX16 + 1] = {.base = LOAD(movzx_32_from_mem_16_base), .index = LOAD_INDEX(movzx_32_from_mem_16_index)},
        [KIND_MOVSX16 + 1] = {.base = LOAD(movsx_32_from_mem_16_base)},
    },
    {
        [BINARY_KIND(HOT_ADD, 2, REG_MEM)] = {.base = LOAD(add_reg_mem_32_quiet_base),
                                              .index = LOAD_INDEX(add_reg_mem_32_quiet_index)},
        [BINARY_KIND(HOT_SUB, 2, REG_MEM)] = {.base = LOAD(sub_reg_mem_32_quiet_base),
                                              .index = LOAD_INDEX(sub_reg_mem_32_quiet_index)},
        [BINARY_KIND(HOT_AND, 2, REG_MEM)] = {.base = LOAD(and_reg_mem_32_quiet_base)},
        [BINARY_KIND(HOT_OR, 2, REG_MEM)] = {.base = LOAD(or_reg_mem_32_quiet_base)},
        [BINARY_KIND(HOT_XOR, 2, REG_MEM)] = {.base = LOAD(xor_reg_mem_32_quiet_base),
                                              .index = LOAD_INDEX(xor_reg_mem_32_quiet_index)},
        [BINARY_KIND(HOT_IMUL, 2, REG_MEM)] = {.base = LOAD(imul_reg_mem_32_quiet_base),
                                               .index = LOAD_INDEX(imul_reg_mem_32_quiet_index)},
    },
};
// clang-format on
