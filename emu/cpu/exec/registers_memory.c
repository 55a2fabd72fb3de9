#include "cpu/exec/fixed.h"

/* Operations with memory, registers fixed: fixed.h. A miss goes to the slow instance of the op. */

/* dst = what was read, or what ALU makes of it. */
#define LOADED(form, read, width, new)    \
    FIXED_PAIR(form)                      \
    {                                     \
        u32 value;                        \
        if (!read(SRC, width, &value))    \
            MUSTTAIL return FIXED_MISS(); \
        fixed_set(&DST_REGISTER, new);    \
        MUSTTAIL return RUN(op + 1);      \
    }
#define COMBINED(operation, suffix, read, ...)          \
    LOADED(TEMPLATE_PASTE(operation, suffix), read, 32, \
           TEMPLATE_PASTE(alu_, operation)(__VA_ARGS__, 32, DST_REGISTER, value))

/* Loads that may be into the register that leads there. */
#define LEADS(name) (TEMPLATE_PASTE(REG_, DST) == TEMPLATE_PASTE(REG_, name))
#define FOLLOW_BASE(name, width, value) \
    fast_load(cpu, BASE_SEGMENT(name), BASE_OFFSET(name), width, LEADS(name), value)
#define FOLLOW_INDEX(name, width, value) \
    fast_load(cpu, INDEX_PLACE, INDEX_OFFSET(name, INDEX_SCALE(width)), width, LEADS(name), value)

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
#define INDEX_TABLES(table, name) table(name##_index_DS); table(name##_index_SS)

PAIR_TABLE(mov_reg_mem_32_base);
INDEX_TABLES(PAIR_TABLE, mov_reg_mem_32);
PAIR_TABLE(mov_mem_reg_32_base);
INDEX_TABLES(PAIR_TABLE, mov_mem_reg_32);
PAIR_TABLE(movzx_32_from_mem_8_base);
INDEX_TABLES(PAIR_TABLE, movzx_32_from_mem_8);
PAIR_TABLE(movsx_32_from_mem_8_base);
PAIR_TABLE(movzx_32_from_mem_16_base);
INDEX_TABLES(PAIR_TABLE, movzx_32_from_mem_16);
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
INDEX_TABLES(PAIR_TABLE, add_reg_mem_32_quiet);
INDEX_TABLES(PAIR_TABLE, sub_reg_mem_32_quiet);
INDEX_TABLES(PAIR_TABLE, xor_reg_mem_32_quiet);
INDEX_TABLES(PAIR_TABLE, imul_reg_mem_32_quiet);
BYTE_TABLE(mov_reg_mem_8_base);
INDEX_TABLES(BYTE_TABLE, mov_reg_mem_8);
BYTE_TABLE(mov_mem_reg_8_base);
INDEX_TABLES(BYTE_TABLE, mov_mem_reg_8);
TABLE(mov_reg_mem_32_absolute);
TABLE(mov_mem_reg_32_absolute);
TABLE(mov_mem_imm_32_base);
INDEX_TABLES(TABLE, mov_mem_imm_32);
TABLE(mov_mem_imm_8_base);
INDEX_TABLES(TABLE, mov_mem_imm_8);

#define FORM(name, by, then) {.pair = &name##_table, .first = by, .second = then}
#define SINGLE(name, by) {.single = &name##_table, .first = by}
#define INDEXES(form, name, ...) \
    .index_ds = form(name##_index_DS, __VA_ARGS__), .index_ss = form(name##_index_SS, __VA_ARGS__)

const struct fixed_kind fixed_memory_kinds[2][KIND_CALL] = {
    {
        [BINARY_KIND(HOT_MOV, 2, REG_MEM)] = {.base = FORM(mov_reg_mem_32_base, BY_DST, BY_BASE),
                                              INDEXES(FORM, mov_reg_mem_32, BY_DST, BY_INDEX),
                                              .absolute = SINGLE(mov_reg_mem_32_absolute, BY_DST)},
        [BINARY_KIND(HOT_MOV, 2, MEM_REG)] = {.base = FORM(mov_mem_reg_32_base, BY_BASE, BY_SRC),
                                              INDEXES(FORM, mov_mem_reg_32, BY_INDEX, BY_SRC),
                                              .absolute = SINGLE(mov_mem_reg_32_absolute, BY_SRC)},
        [BINARY_KIND(HOT_MOV, 2, MEM_IMM)] = {.base = SINGLE(mov_mem_imm_32_base, BY_BASE),
                                              INDEXES(SINGLE, mov_mem_imm_32, BY_INDEX)},
        [BINARY_KIND(HOT_MOV, 0, MEM_IMM)] = {.base = SINGLE(mov_mem_imm_8_base, BY_BASE),
                                              INDEXES(SINGLE, mov_mem_imm_8, BY_INDEX)},
        [BINARY_KIND(HOT_MOV, 0, REG_MEM)] = {.base = FORM(mov_reg_mem_8_base, BY_BASE, BY_BYTE_DST),
                                              INDEXES(FORM, mov_reg_mem_8, BY_INDEX, BY_BYTE_DST)},
        [BINARY_KIND(HOT_MOV, 0, MEM_REG)] = {.base = FORM(mov_mem_reg_8_base, BY_BASE, BY_BYTE_SRC),
                                              INDEXES(FORM, mov_mem_reg_8, BY_INDEX, BY_BYTE_SRC)},
        [BINARY_KIND(HOT_ADD, 2, REG_MEM)] = {.base = FORM(add_reg_mem_32_base, BY_DST, BY_BASE)},
        [BINARY_KIND(HOT_SUB, 2, REG_MEM)] = {.base = FORM(sub_reg_mem_32_base, BY_DST, BY_BASE)},
        [BINARY_KIND(HOT_AND, 2, REG_MEM)] = {.base = FORM(and_reg_mem_32_base, BY_DST, BY_BASE)},
        [BINARY_KIND(HOT_OR, 2, REG_MEM)] = {.base = FORM(or_reg_mem_32_base, BY_DST, BY_BASE)},
        [BINARY_KIND(HOT_XOR, 2, REG_MEM)] = {.base = FORM(xor_reg_mem_32_base, BY_DST, BY_BASE)},
        [KIND_MOVZX8 + 3] = {.base = FORM(movzx_32_from_mem_8_base, BY_DST, BY_BASE), INDEXES(FORM, movzx_32_from_mem_8, BY_DST, BY_INDEX)},
        [KIND_MOVSX8 + 3] = {.base = FORM(movsx_32_from_mem_8_base, BY_DST, BY_BASE)},
        [KIND_MOVZX16 + 1] = {.base = FORM(movzx_32_from_mem_16_base, BY_DST, BY_BASE), INDEXES(FORM, movzx_32_from_mem_16, BY_DST, BY_INDEX)},
        [KIND_MOVSX16 + 1] = {.base = FORM(movsx_32_from_mem_16_base, BY_DST, BY_BASE)},
    },
    {
        [BINARY_KIND(HOT_ADD, 2, REG_MEM)] = {.base = FORM(add_reg_mem_32_quiet_base, BY_DST, BY_BASE),
                                              INDEXES(FORM, add_reg_mem_32_quiet, BY_DST, BY_INDEX)},
        [BINARY_KIND(HOT_SUB, 2, REG_MEM)] = {.base = FORM(sub_reg_mem_32_quiet_base, BY_DST, BY_BASE),
                                              INDEXES(FORM, sub_reg_mem_32_quiet, BY_DST, BY_INDEX)},
        [BINARY_KIND(HOT_AND, 2, REG_MEM)] = {.base = FORM(and_reg_mem_32_quiet_base, BY_DST, BY_BASE)},
        [BINARY_KIND(HOT_OR, 2, REG_MEM)] = {.base = FORM(or_reg_mem_32_quiet_base, BY_DST, BY_BASE)},
        [BINARY_KIND(HOT_XOR, 2, REG_MEM)] = {.base = FORM(xor_reg_mem_32_quiet_base, BY_DST, BY_BASE),
                                              INDEXES(FORM, xor_reg_mem_32_quiet, BY_DST, BY_INDEX)},
        [BINARY_KIND(HOT_IMUL, 2, REG_MEM)] = {.base = FORM(imul_reg_mem_32_quiet_base, BY_DST, BY_BASE),
                                               INDEXES(FORM, imul_reg_mem_32_quiet, BY_DST, BY_INDEX)},
    },
};
// clang-format on
