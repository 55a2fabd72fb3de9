#ifndef GLASS386_CPU_EXEC_HOT_KIND_H
#define GLASS386_CPU_EXEC_HOT_KIND_H

#include "cpu/exec/hot.h"

/* What op->kind of a hot op numbers: its operation, width and operand form. Groups of operations
   have one kind for each form of each of the widths 8, 16, 32: first kind of the group + (operation
   in the group * 3 + width) * forms + form. */

enum binary_form { REG_REG, REG_IMM, REG_MEM, MEM_REG, MEM_IMM, BINARY_FORMS };
enum unary_form { UNARY_REG, UNARY_MEM, UNARY_FORMS };
enum shift_form { SHIFT_REG_IMM, SHIFT_REG_CL, SHIFT_MEM_IMM, SHIFT_MEM_CL, SHIFT_FORMS };

enum hot_kind {
    KIND_BINARY = 0,
    KIND_UNARY = KIND_BINARY + (HOT_MOV - HOT_ADD + 1) * 3 * BINARY_FORMS,
    KIND_SHIFT = KIND_UNARY + (HOT_NEG - HOT_INC + 1) * 3 * UNARY_FORMS,
    KIND_MOVZX8 = KIND_SHIFT + (HOT_SAR - HOT_ROL + 1) * 3 * SHIFT_FORMS,
    KIND_MOVSX8 = KIND_MOVZX8 + 4,
    KIND_MOVZX16 = KIND_MOVSX8 + 4,
    KIND_MOVSX16 = KIND_MOVZX16 + 2,
    KIND_LEA = KIND_MOVSX16 + 2,
    KIND_PUSH_REG = KIND_LEA + 2,
    KIND_PUSH_IMM = KIND_PUSH_REG + 4,
    KIND_POP = KIND_PUSH_IMM + 4,
    KIND_CALL = KIND_POP + 4,
    KIND_RET = KIND_CALL + 4,
    KIND_JMP = KIND_RET + 4,
    KIND_LOOP = KIND_JMP + 1,
    KIND_LOOP_OUT = KIND_LOOP + 8,
    KIND_NOP = KIND_LOOP_OUT + 8,
    KIND_JCC = KIND_NOP + 1,
    KIND_SETCC = KIND_JCC + 16,
    KIND_END = KIND_SETCC + 16,
};
_Static_assert(KIND_END <= OP_FUNCTION, "a kind tells whether an op is hot");

/* The same taken apart again. */
struct hot_parts {
    u8 operation; /* enum hot_operation */
    u8 width;     /* 0, 1, 2: 8, 16, 32 bits; of groups only */
    u8 form;      /* of groups only */
};

static inline struct hot_parts hot_group_parts(unsigned kind, unsigned first, unsigned operation,
                                               unsigned forms)
{
    unsigned at = kind - first;
    return (struct hot_parts){(u8)(operation + at / (3 * forms)), (u8)(at / forms % 3),
                              (u8)(at % forms)};
}

/* HOT_NONE: of no group. */
static inline struct hot_parts hot_parts(unsigned kind)
{
    if (kind < KIND_UNARY)
        return hot_group_parts(kind, KIND_BINARY, HOT_ADD, BINARY_FORMS);
    if (kind < KIND_SHIFT)
        return hot_group_parts(kind, KIND_UNARY, HOT_INC, UNARY_FORMS);
    if (kind < KIND_MOVZX8)
        return hot_group_parts(kind, KIND_SHIFT, HOT_ROL, SHIFT_FORMS);
    return (struct hot_parts){HOT_NONE, 0, 0};
}

#endif
