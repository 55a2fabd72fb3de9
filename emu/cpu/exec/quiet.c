#include "cpu/exec/hot_kind.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* The same templates as in hot.c once more, for ops whose flags nobody will see: they read the
   flags and set none. Shapes: quiet, quiet_base, quiet_index. A miss goes to the ordinary slow
   instance, which does set them. */

#undef FLAGS
#define FLAGS          \
    &(u64){fr}, &(u32) \
    {                  \
        fx             \
    }

#define SHAPE quiet
#define SHAPE_PLAIN
#define FOR_WIDTH "cpu/exec/quiet.inc"
#include "cpu/exec/each_width.inc"
#undef FOR_WIDTH
#undef SHAPE
#undef SHAPE_PLAIN

#include "cpu/exec/shape_fast.inc"
#define SHAPE quiet_base
#define OFFSET offset_base
#define WIDTH 8
#include "cpu/exec/quiet.inc"
#undef WIDTH
#define WIDTH 32
#include "cpu/exec/quiet.inc"
#undef WIDTH
#undef SHAPE
#undef OFFSET
#define SHAPE quiet_index
#define OFFSET offset_index
#define WIDTH 8
#include "cpu/exec/quiet.inc"
#undef WIDTH
#define WIDTH 32
#include "cpu/exec/quiet.inc"
#undef WIDTH
#undef SHAPE
#undef OFFSET

struct quiet_entry {
    op_handler *base, *index;
};

// clang-format off
#define NO {NULL, NULL}
#define PLAIN(name) {name##_quiet, name##_quiet}
#define MEMORY(name) {name##_quiet_base, name##_quiet_index}
#define BINARY_WIDTH(operation, width)                                              \
    PLAIN(operation##_reg_reg_##width), PLAIN(operation##_reg_imm_##width),         \
    MEMORY(operation##_reg_mem_##width), MEMORY(operation##_mem_reg_##width),       \
    MEMORY(operation##_mem_imm_##width)
#define BINARY(operation) \
    BINARY_WIDTH(operation, 8), \
    PLAIN(operation##_reg_reg_16), PLAIN(operation##_reg_imm_16), NO, NO, NO, \
    BINARY_WIDTH(operation, 32)
#define NO_BINARY NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO
#define UNARY(operation)                                                            \
    PLAIN(operation##_reg_8), MEMORY(operation##_mem_8), PLAIN(operation##_reg_16), NO, \
    PLAIN(operation##_reg_32), MEMORY(operation##_mem_32)
#define NO_UNARY NO, NO, NO, NO, NO, NO
#define SHIFT_WIDTH(operation, width)                                               \
    PLAIN(operation##_reg_imm_##width), PLAIN(operation##_reg_cl_##width),          \
    MEMORY(operation##_mem_imm_##width), MEMORY(operation##_mem_cl_##width)
#define SHIFT(operation) \
    SHIFT_WIDTH(operation, 8), \
    PLAIN(operation##_reg_imm_16), PLAIN(operation##_reg_cl_16), NO, NO, \
    SHIFT_WIDTH(operation, 32)
#define NO_SHIFT NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO

/* By enum hot_kind. */
static const struct quiet_entry entries[] = {
    BINARY(add), BINARY(or), BINARY(adc), BINARY(sbb), BINARY(and), BINARY(sub), BINARY(xor), BINARY(imul),
    NO_BINARY, NO_BINARY, NO_BINARY, /* cmp test mov */
    UNARY(inc), UNARY(dec), NO_UNARY, UNARY(neg),
    SHIFT(rol), SHIFT(ror), NO_SHIFT, NO_SHIFT, SHIFT(shl), SHIFT(shr), SHIFT(sar),
};
// clang-format on

_Static_assert(ARRAY_COUNT(entries) == KIND_MOVZX8, "the kinds number the entries");

op_handler *quiet_handler(const struct op *op)
{
    if (op->kind >= ARRAY_COUNT(entries))
        return NULL;
    const struct quiet_entry *entry = &entries[op->kind];
    if (entry->base == entry->index)
        return entry->base;
    if (op->form & OP_ADDRESS16)
        return NULL;
    return op->index == OP_REGISTER_ZERO ? entry->base : entry->index;
}
