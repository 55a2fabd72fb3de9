/* The templates made into handlers, and the table that finds them. */

#include "cpu/exec/hot.h"

#include "cpu/exec/hot_kind.h"
#include "cpu/exec/jump.h"
#include "cpu/exec/template.h"
#include "cpu/fault.h"

#define SHAPE plain
#define SHAPE_PLAIN
#include "cpu/exec/shape.inc"
#undef SHAPE
#undef SHAPE_PLAIN

#include "cpu/exec/shape_fast.inc"
#define FOR_ADDRESS "cpu/exec/shape.inc"
#include "cpu/exec/each_address.inc"
#undef FOR_ADDRESS

ALWAYS_INLINE struct op *branch(HANDLER_PARAMETERS)
{
    budget -= op->n;
    op = op->to;
    if (budget < 0)
        MUSTTAIL return handler_leave_here(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op);
}

static bool beyond_limit(const struct cpu *cpu, u32 target)
{
    return target > cpu->segs[SEG_CS].limit;
}

#define SHAPE fast
#define BRANCH() branch(HANDLER_ARGUMENTS)
#define GO_TO_EIP() jump_to_eip(HANDLER_ARGUMENTS)
#define RETURN_FAULTS(target) beyond_limit(cpu, target)
#include "cpu/exec/stack_sizes.inc"
#undef SHAPE
#undef BRANCH
#undef GO_TO_EIP
#undef RETURN_FAULTS
#include "cpu/exec/shape_end.inc"

#include "cpu/exec/shape_slow.inc"
#define SHAPE slow
#define BRANCH() handler_branch_slow(HANDLER_ARGUMENTS)
#define GO_TO_EIP() handler_go_to_eip_slow(HANDLER_ARGUMENTS)
#define RETURN_FAULTS(target) (beyond_limit(cpu, target) && !fault_gp(cpu, 0))
#include "cpu/exec/shape.inc"
#include "cpu/exec/stack_sizes.inc"
#undef SHAPE
#undef BRANCH
#undef GO_TO_EIP
#undef RETURN_FAULTS
#include "cpu/exec/shape_end.inc"

/* LEA and the loops have neither accesses nor a slow shape. */
#define WIDTH 16
#define OPERATION lea
#define FOR_ADDRESS "cpu/exec/address.inc"
#include "cpu/exec/each_address.inc"
#undef FOR_ADDRESS
#undef OPERATION
#undef WIDTH
#define WIDTH 32
#define OPERATION lea
#define FOR_ADDRESS "cpu/exec/address.inc"
#include "cpu/exec/each_address.inc"
#undef FOR_ADDRESS
#undef OPERATION
#undef WIDTH

#define SHAPE plain
#define OPERATION loopne
#define LOOP_STEP 1
#define LOOP_CONDITION(count) (count) != 0 && !flags_zf(fr)
#define WIDTH 16
#include "cpu/exec/loop.inc"
#undef WIDTH
#define WIDTH 32
#include "cpu/exec/loop.inc"
#undef WIDTH
#undef OPERATION
#undef LOOP_STEP
#undef LOOP_CONDITION
#define OPERATION loope
#define LOOP_STEP 1
#define LOOP_CONDITION(count) (count) != 0 && flags_zf(fr)
#define WIDTH 16
#include "cpu/exec/loop.inc"
#undef WIDTH
#define WIDTH 32
#include "cpu/exec/loop.inc"
#undef WIDTH
#undef OPERATION
#undef LOOP_STEP
#undef LOOP_CONDITION
#define OPERATION loop
#define LOOP_STEP 1
#define LOOP_CONDITION(count) (count) != 0
#define WIDTH 16
#include "cpu/exec/loop.inc"
#undef WIDTH
#define WIDTH 32
#include "cpu/exec/loop.inc"
#undef WIDTH
#undef OPERATION
#undef LOOP_STEP
#undef LOOP_CONDITION
#define OPERATION jcxz
#define LOOP_STEP 0
#define LOOP_CONDITION(count) (count) == 0
#define WIDTH 16
#include "cpu/exec/loop.inc"
#undef WIDTH
#define WIDTH 32
#include "cpu/exec/loop.inc"
#undef WIDTH
#undef OPERATION
#undef LOOP_STEP
#undef LOOP_CONDITION

/* Conditions: the OPERATION of condition_jcc_4_plain is "condition", its WIDTH the number. */
#define OPERATION condition
#define WIDTH CONDITION
#define CONDITION 0
#include "cpu/exec/condition.inc"
#undef CONDITION
#define CONDITION 1
#include "cpu/exec/condition.inc"
#undef CONDITION
#define FOR_CONDITION "cpu/exec/condition.inc"
#include "cpu/exec/each_condition.inc"
#undef FOR_CONDITION
#define CONDITION 10
#include "cpu/exec/condition.inc"
#undef CONDITION
#define CONDITION 11
#include "cpu/exec/condition.inc"
#undef CONDITION
#undef OPERATION
#undef WIDTH
#undef SHAPE

struct op *hot_jmp(HANDLER_PARAMETERS)
{
    budget -= op->n;
    op = op->to;
    if (budget < 0)
        MUSTTAIL return handler_leave_here(HANDLER_ARGUMENTS);
    MUSTTAIL return RUN(op);
}

static struct op *hot_nop(HANDLER_PARAMETERS)
{
    MUSTTAIL return RUN(op + 1);
}

/* One entry for each operation, width and form; op->kind is its number. */
struct hot_entry {
    op_handler *fast[3]; /* base, index, wrap */
    op_handler *slow;
};

// clang-format off
#define PLAIN(name) {{name##_plain, name##_plain, name##_plain}, NULL}
#define MEMORY(name) {{name##_base, name##_index, name##_wrap}, name##_slow}
#define ONE(function) {{function, function, function}, NULL}

#define BINARY_WIDTH(operation, width)                                                  \
    PLAIN(operation##_reg_reg_##width), PLAIN(operation##_reg_imm_##width),             \
    MEMORY(operation##_reg_mem_##width), MEMORY(operation##_mem_reg_##width),           \
    MEMORY(operation##_mem_imm_##width)
#define BINARY(operation) \
    BINARY_WIDTH(operation, 8), BINARY_WIDTH(operation, 16), BINARY_WIDTH(operation, 32)

#define UNARY_WIDTH(operation, width) \
    PLAIN(operation##_reg_##width), MEMORY(operation##_mem_##width)
#define UNARY(operation) \
    UNARY_WIDTH(operation, 8), UNARY_WIDTH(operation, 16), UNARY_WIDTH(operation, 32)

#define SHIFT_WIDTH(operation, width)                                                   \
    PLAIN(operation##_reg_imm_##width), PLAIN(operation##_reg_cl_##width),              \
    MEMORY(operation##_mem_imm_##width), MEMORY(operation##_mem_cl_##width)
#define SHIFT(operation) \
    SHIFT_WIDTH(operation, 8), SHIFT_WIDTH(operation, 16), SHIFT_WIDTH(operation, 32)

#define EXTENSION(operation, to, from) \
    PLAIN(operation##_##to##_from_reg_##from), MEMORY(operation##_##to##_from_mem_##from)

#define STACK_ENTRY(form, width, stack) \
    {{stack##_##form##_##width##_fast, stack##_##form##_##width##_fast, \
      stack##_##form##_##width##_fast}, stack##_##form##_##width##_slow}
#define STACK_SIZES(form)                                            \
    STACK_ENTRY(form, 16, stack16), STACK_ENTRY(form, 16, stack32),  \
    STACK_ENTRY(form, 32, stack16), STACK_ENTRY(form, 32, stack32)

#define LEA_ENTRY(width) {{lea_reg_##width##_base, lea_reg_##width##_index, lea_reg_##width##_wrap}, NULL}
#define LOOP_ENTRY(operation, form) \
    ONE(operation##_##form##_16_plain), ONE(operation##_##form##_32_plain)
#define LOOPS(form) \
    LOOP_ENTRY(loopne, form), LOOP_ENTRY(loope, form), LOOP_ENTRY(loop, form), LOOP_ENTRY(jcxz, form)

#define CONDITIONS(form)                                                                      \
    PLAIN(condition_##form##_0), PLAIN(condition_##form##_1), PLAIN(condition_##form##_2),    \
    PLAIN(condition_##form##_3), PLAIN(condition_##form##_4), PLAIN(condition_##form##_5),    \
    PLAIN(condition_##form##_6), PLAIN(condition_##form##_7), PLAIN(condition_##form##_8),    \
    PLAIN(condition_##form##_9), PLAIN(condition_##form##_10), PLAIN(condition_##form##_11),  \
    PLAIN(condition_##form##_12), PLAIN(condition_##form##_13), PLAIN(condition_##form##_14), \
    PLAIN(condition_##form##_15)

static const struct hot_entry entries[] = {
    BINARY(add), BINARY(or), BINARY(adc), BINARY(sbb), BINARY(and), BINARY(sub), BINARY(xor), BINARY(imul),
    BINARY(cmp), BINARY(test), BINARY(mov),
    UNARY(inc), UNARY(dec), UNARY(not), UNARY(neg),
    SHIFT(rol), SHIFT(ror), SHIFT(rcl), SHIFT(rcr), SHIFT(shl), SHIFT(shr), SHIFT(sar),
    EXTENSION(movzx, 16, 8), EXTENSION(movzx, 32, 8),
    EXTENSION(movsx, 16, 8), EXTENSION(movsx, 32, 8),
    EXTENSION(movzx, 32, 16),
    EXTENSION(movsx, 32, 16),
    LEA_ENTRY(16), LEA_ENTRY(32),
    STACK_SIZES(push_reg), STACK_SIZES(push_imm), STACK_SIZES(pop_reg), STACK_SIZES(call),
    STACK_SIZES(ret),
    ONE(hot_jmp),
    LOOPS(loop), LOOPS(loop_out),
    ONE(hot_nop),
    CONDITIONS(jcc),
    CONDITIONS(setcc),
};
// clang-format on

_Static_assert(ARRAY_COUNT(entries) == KIND_END, "the kinds number the entries");

struct op *hot_slow_instance(HANDLER_PARAMETERS)
{
    MUSTTAIL return entries[op->kind].slow(HANDLER_ARGUMENTS);
}

/* Number of a form in its group of templates, or -1 when there is none. */
static int binary_form(const struct instruction *in)
{
    static const s8 forms[4][4] = {
        [PLACE_NONE] = {-1, -1, -1, -1},
        [PLACE_REGISTER] = {-1, 0, 2, 1},
        [PLACE_MEMORY] = {-1, 3, -1, 4},
        [PLACE_IMMEDIATE] = {-1, -1, -1, -1},
    };
    return forms[in->dst_place][in->src_place];
}

static int width_index(const struct instruction *in)
{
    return in->width == 8 ? 0 : in->width == 16 ? 1 : 2;
}

static int grouped_kind(const struct instruction *in, int first, int forms, int form)
{
    int operation = in->row->hot;
    operation -= first == KIND_BINARY ? HOT_ADD : first == KIND_UNARY ? HOT_INC : HOT_ROL;
    return form < 0 ? -1 : first + (operation * 3 + width_index(in)) * forms + form;
}

static int shift_form(const struct instruction *in)
{
    return (in->dst_place == PLACE_MEMORY ? 2 : 0) + (in->src_place == PLACE_REGISTER ? 1 : 0);
}

static int extension_kind(const struct instruction *in)
{
    int memory = in->src_place == PLACE_MEMORY ? 1 : 0;
    bool wide = in->width == 32;
    switch (in->row->hot) {
    case HOT_MOVZX8:
        return KIND_MOVZX8 + (wide ? 2 : 0) + memory;
    case HOT_MOVSX8:
        return KIND_MOVSX8 + (wide ? 2 : 0) + memory;
    case HOT_MOVZX16:
        return KIND_MOVZX16 + memory;
    default:
        return KIND_MOVSX16 + memory;
    }
}

/* A word widened to a word is a plain move. */
static int word_move_kind(const struct instruction *in)
{
    return KIND_BINARY + ((HOT_MOV - HOT_ADD) * 3 + 1) * BINARY_FORMS + binary_form(in);
}

static int stack_kind(const struct instruction *in, bool stack32)
{
    int sizes = (in->width == 32 ? 2 : 0) + (stack32 ? 1 : 0);
    switch (in->row->hot) {
    case HOT_PUSH:
        if (in->dst_place == PLACE_MEMORY)
            return -1;
        return (in->dst_place == PLACE_IMMEDIATE ? KIND_PUSH_IMM : KIND_PUSH_REG) + sizes;
    case HOT_POP:
        return in->dst_place == PLACE_MEMORY ? -1 : KIND_POP + sizes;
    case HOT_CALL:
        return KIND_CALL + sizes;
    default:
        return KIND_RET + sizes;
    }
}

static int other_kind(const struct instruction *in)
{
    int hot = in->row->hot;
    if (hot == HOT_LEA)
        return KIND_LEA + (in->width == 32);
    if (hot == HOT_JMP)
        return KIND_JMP;
    if (hot == HOT_NOP)
        return KIND_NOP;
    if (hot >= HOT_LOOPNE && hot <= HOT_JCXZ)
        return KIND_LOOP + (hot - HOT_LOOPNE) * 2 + (in->op.form & OP_ADDRESS16 ? 0 : 1);
    if (hot >= HOT_SETCC)
        return in->dst_place == PLACE_REGISTER ? KIND_SETCC + hot - HOT_SETCC : -1;
    return KIND_JCC + hot - HOT_JCC;
}

static int kind_of(const struct instruction *in, bool stack32)
{
    int hot = in->row->hot;
    if (hot == HOT_NONE)
        return -1;
    if (hot <= HOT_MOV)
        return grouped_kind(in, KIND_BINARY, BINARY_FORMS, binary_form(in));
    if (hot <= HOT_NEG)
        return grouped_kind(in, KIND_UNARY, UNARY_FORMS, in->dst_place == PLACE_MEMORY);
    if (hot <= HOT_SAR)
        return grouped_kind(in, KIND_SHIFT, SHIFT_FORMS, shift_form(in));
    if ((hot == HOT_MOVZX16 || hot == HOT_MOVSX16) && in->width == 16)
        return word_move_kind(in);
    if (hot <= HOT_MOVSX16)
        return extension_kind(in);
    if (hot >= HOT_PUSH && hot <= HOT_RET)
        return stack_kind(in, stack32);
    return other_kind(in);
}

bool hot_choose(const struct instruction *instruction, bool stack32, struct op *op)
{
    int kind = kind_of(instruction, stack32);
    if (kind < 0)
        return false;
    unsigned shape = op->form & OP_ADDRESS16 ? 2 : op->index != OP_REGISTER_ZERO ? 1 : 0;
    op->kind = (u16)kind;
    op->fn = entries[kind].fast[shape];
    if (instruction->row->hot == HOT_INC || instruction->row->hot == HOT_DEC)
        op->imm = instruction->row->hot == HOT_INC ? 1 : ~0u; /* as an addition: fused.c */
    return true;
}

bool hot_is_condition(const struct op *op)
{
    return op->kind >= KIND_JCC && op->kind < KIND_SETCC && hot_is(op);
}

bool hot_stays(const struct op *op)
{
    struct hot_parts parts = hot_parts(op->kind);
    if (!hot_is(op))
        return false;
    if (op->kind < KIND_UNARY)
        return parts.form <= REG_IMM;
    if (op->kind < KIND_SHIFT)
        return parts.form == UNARY_REG;
    if (op->kind < KIND_MOVZX8)
        return parts.form <= SHIFT_REG_CL;
    return op->kind == KIND_LEA || op->kind == KIND_LEA + 1;
}

bool hot_turn(struct op *op)
{
    if (!hot_is(op))
        return false;
    if (op->kind == KIND_JMP)
        op->kind = KIND_NOP;
    else if (op->kind >= KIND_JCC && op->kind < KIND_SETCC)
        op->kind = (u16)(KIND_JCC + ((op->kind - KIND_JCC) ^ 1u));
    else if (op->kind >= KIND_LOOP && op->kind < KIND_LOOP_OUT)
        op->kind = (u16)(op->kind + KIND_LOOP_OUT - KIND_LOOP);
    else
        return false;
    op->fn = entries[op->kind].fast[0];
    return true;
}

bool hot_is(const struct op *op)
{
    if (op->kind >= KIND_END)
        return false;
    const struct hot_entry *entry = &entries[op->kind];
    return op->fn == entry->fast[0] || op->fn == entry->fast[1] || op->fn == entry->fast[2];
}
