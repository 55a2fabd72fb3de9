#include "cpu/exec/tune.h"

#include "cpu/exec/hot_kind.h"

/* ---- Flags that nobody sees ---- */

/* Flags by who sets them alone: INC keeps CF. */
#define SEES_CF 1u
#define SEES_OTHERS 2u
#define SEES_ALL 3u

struct flag_use {
    u8 reads, writes; /* writes: sets them whatever they were */
    bool leaves;      /* the block may be left here, by a branch or a fault: all flags are seen */
};

static struct flag_use binary_use(struct hot_parts parts)
{
    bool carries = parts.operation == HOT_ADC || parts.operation == HOT_SBB;
    u8 writes = parts.operation == HOT_MOV ? 0 : SEES_ALL;
    return (struct flag_use){carries ? SEES_CF : 0, writes, parts.form >= REG_MEM};
}

static struct flag_use unary_use(struct hot_parts parts)
{
    u8 writes = parts.operation == HOT_NOT   ? 0
                : parts.operation == HOT_NEG ? SEES_ALL
                                             : SEES_OTHERS;
    return (struct flag_use){0, writes, parts.form == UNARY_MEM};
}

/* A count of 0 sets nothing; rotates set CF and OF only. */
static struct flag_use shift_use(struct hot_parts parts, const struct op *op)
{
    bool memory = parts.form >= SHIFT_MEM_IMM;
    bool counted = (parts.form == SHIFT_REG_IMM || parts.form == SHIFT_MEM_IMM) && op->imm & 31;
    bool rotates = parts.operation <= HOT_RCR;
    bool carries = parts.operation == HOT_RCL || parts.operation == HOT_RCR;
    return (struct flag_use){carries ? SEES_CF : 0, counted && !rotates ? SEES_ALL : 0, memory};
}

static struct flag_use flag_use(const struct op *op)
{
    struct flag_use nothing = {0, 0, false}, anything = {SEES_ALL, 0, true};
    unsigned kind = op->kind;
    if (!hot_is(op))
        return anything;
    struct hot_parts parts = hot_parts(kind);
    if (parts.operation == HOT_NONE) {
        bool widens = kind < KIND_LEA && (kind - KIND_MOVZX8) % 2 == 0;
        return widens || (kind >= KIND_LEA && kind < KIND_PUSH_REG) || kind == KIND_NOP ? nothing
                                                                                        : anything;
    }
    return parts.operation <= HOT_MOV   ? binary_use(parts)
           : parts.operation <= HOT_NEG ? unary_use(parts)
                                        : shift_use(parts, op);
}

/* What of the flags that an op leaves behind does it set in any case or perhaps? */
static u8 touches(const struct op *op)
{
    unsigned operation = hot_parts(op->kind).operation;
    return operation == HOT_INC || operation == HOT_DEC ? SEES_OTHERS : SEES_ALL;
}

static void quieten(struct op *first, struct op *end)
{
    u8 seen = SEES_ALL;
    for (struct op *op = end - 1; op >= first; op--) {
        struct flag_use use = flag_use(op);
        op_handler *quiet = hot_is(op) && !(seen & touches(op)) ? quiet_handler(op) : NULL;
        if (quiet)
            op->fn = quiet;
        seen = use.leaves ? SEES_ALL : (u8)((seen & ~use.writes) | use.reads);
    }
}

/* ---- Pairs ---- */

static void pair(struct op *first, struct op *end)
{
    for (struct op *op = first; op + 1 < end; op++) {
        op_handler *both = hot_is(op) && hot_is_condition(op + 1) ? pair_handler(op) : NULL;
        if (both)
            op->fn = both;
    }
}

static void group_stack(struct op *first, struct op *end)
{
    for (struct op *op = first; op < end;) {
        unsigned dwords = stack_group(op, end), words = word_stack_group(op, end);
        op += dwords > words ? dwords : words;
    }
}

/* ---- Registers ---- */

static op_handler *either(op_handler *one, op_handler *other)
{
    return one ? one : other;
}

static op_handler *fixed_handler(const struct op *op, const struct op *end)
{
    bool branch_follows = op + 1 < end && hot_is_condition(op + 1);
    op_handler *fused = fused_handler(op, end);
    if (fused)
        return fused;
    if (hot_is(op))
        return either(branch_follows ? word_pair_handler(op) : NULL,
                      either(word_handler(op), register_handler(op)));
    if (op->fn == quiet_handler(op))
        return either(word_quiet_handler(op), register_quiet_handler(op));
    if (branch_follows && op->fn == pair_handler(op))
        return either(word_pair_handler(op), register_pair_handler(op));
    return NULL;
}

static void fix_registers(struct op *first, struct op *end)
{
    for (struct op *op = first; op < end; op++) {
        op_handler *fixed = fixed_handler(op, end);
        if (fixed)
            op->fn = fixed;
    }
}

void tune_block(struct op *first, struct op *end)
{
    quieten(first, end);
    pair(first, end);
    group_stack(first, end);
    fix_registers(first, end);
}
