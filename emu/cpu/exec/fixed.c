#include "cpu/exec/fixed.h"

#include "cpu/exec/tune.h"

/* Which op gets which of the handlers with fixed registers. */

/* Number of the register there, 8 when there is none. */
static unsigned register_at(const struct op *op, unsigned place)
{
    switch (place) {
    case BY_DST:
        return op->dst / 4u;
    case BY_SRC:
        return op->src / 4u;
    case BY_BASE:
        return op->base / 4u;
    case BY_INDEX:
        return op->index / 4u;
    case BY_BYTE_DST:
        return fixed_byte_number(op->dst);
    default:
        return fixed_byte_number(op->src);
    }
}

/* The forms of a memory operand. An absolute one is in DS. */
enum operand_form {
    OPERAND_PLAIN,
    OPERAND_BASED,
    OPERAND_INDEXED_DS,
    OPERAND_INDEXED_SS,
    OPERAND_ABSOLUTE,
    OPERAND_OTHER
};

/* Of a byte in memory? */
static bool is_byte(unsigned kind)
{
    return kind < KIND_MOVZX8 ? hot_parts(kind).width == 0 : kind < KIND_MOVZX16;
}

static enum operand_form indexed_form(const struct op *op)
{
    if (is_byte(op->kind) && (op->form & OP_SCALE))
        return OPERAND_OTHER;
    switch (op_segment(op)) {
    case SEG_DS:
        return OPERAND_INDEXED_DS;
    case SEG_SS:
        return OPERAND_INDEXED_SS;
    default:
        return OPERAND_OTHER;
    }
}

static enum operand_form operand_form(const struct op *op)
{
    bool based = op->base != OP_REGISTER_ZERO, indexed = op->index != OP_REGISTER_ZERO;
    if (op->form & OP_ADDRESS16)
        return op->form & OP_MEMORY ? OPERAND_OTHER : OPERAND_PLAIN;
    if (indexed)
        return indexed_form(op);
    if (based)
        return op_segment(op) == fixed_segment(op->base / 4u) ? OPERAND_BASED : OPERAND_OTHER;
    if (!(op->form & OP_MEMORY))
        return OPERAND_PLAIN;
    return op_segment(op) == SEG_DS ? OPERAND_ABSOLUTE : OPERAND_OTHER;
}

static op_handler *choose(const struct fixed_choice *choice, const struct op *op)
{
    if (choice->single)
        return (*choice->single)[register_at(op, choice->first)];
    if (choice->pair)
        return (*choice->pair)[register_at(op, choice->first)][register_at(op, choice->second)];
    return NULL;
}

static op_handler *choose_form(const struct fixed_kind *kind, const struct op *op)
{
    switch (operand_form(op)) {
    case OPERAND_PLAIN:
        return choose(&kind->plain, op);
    case OPERAND_BASED:
        return choose(&kind->base, op);
    case OPERAND_INDEXED_DS:
        return choose(&kind->index_ds, op);
    case OPERAND_INDEXED_SS:
        return choose(&kind->index_ss, op);
    case OPERAND_ABSOLUTE:
        return choose(&kind->absolute, op);
    default:
        return NULL;
    }
}

static op_handler *find(const struct op *op, bool quiet)
{
    if (op->kind >= KIND_CALL)
        return NULL;
    op_handler *handler = choose_form(&fixed_register_kinds[quiet][op->kind], op);
    return handler ? handler : choose_form(&fixed_memory_kinds[quiet][op->kind], op);
}

op_handler *register_handler(const struct op *op)
{
    return find(op, false);
}

op_handler *register_quiet_handler(const struct op *op)
{
    return find(op, true);
}

static const struct fixed_branch_choice *choose_branch(const struct fixed_branch_kind *kind,
                                                       enum operand_form form)
{
    switch (form) {
    case OPERAND_PLAIN:
        return &kind->plain;
    case OPERAND_BASED:
        return &kind->base;
    case OPERAND_INDEXED_DS:
        return &kind->index_ds;
    case OPERAND_INDEXED_SS:
        return &kind->index_ss;
    default:
        return NULL;
    }
}

op_handler *register_pair_handler(const struct op *op)
{
    if (op->kind >= KIND_MOVZX8)
        return NULL;
    const struct fixed_branch_choice *choice =
        choose_branch(&fixed_branch_kinds[op->kind], operand_form(op));
    if (!choice || !choice->handlers)
        return NULL;
    return (*choice->handlers)[register_at(op, choice->first)][op[1].kind - KIND_JCC];
}
