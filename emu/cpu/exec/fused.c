#include "cpu/exec/fused.h"

#include "cpu/exec/tune.h"

/* Which op gets a handler that does the next one, too. */

/* What tuning has made of an op so far. */
enum op_state { STATE_OTHER, STATE_LOUD, STATE_QUIET, STATE_PAIRED };

static enum op_state state_of(const struct op *op, const struct op *end)
{
    if (hot_is(op))
        return STATE_LOUD;
    if (op->fn == quiet_handler(op))
        return STATE_QUIET;
    if (op + 1 < end && hot_is_condition(op + 1) && op->fn == pair_handler(op))
        return STATE_PAIRED;
    return STATE_OTHER;
}

bool fused_may_begin(unsigned kind)
{
    static const bool begins[KIND_MOVZX8] = {
        [BINARY_KIND(HOT_MOV, 2, REG_REG)] = true,
        [BINARY_KIND(HOT_MOV, 2, REG_MEM)] = true,
        [BINARY_KIND(HOT_MOV, 0, REG_MEM)] = true,
        [BINARY_KIND(HOT_ADD, 2, REG_REG)] = true,
        [BINARY_KIND(HOT_ADD, 2, REG_IMM)] = true,
        [UNARY_KIND(HOT_INC, 2, UNARY_REG)] = true,
        [UNARY_KIND(HOT_DEC, 2, UNARY_REG)] = true,
        [BINARY_KIND(HOT_SUB, 2, REG_IMM)] = true,
        [BINARY_KIND(HOT_ADD, 1, REG_REG)] = true,
        [BINARY_KIND(HOT_ADD, 1, REG_IMM)] = true,
        [BINARY_KIND(HOT_SUB, 1, REG_IMM)] = true,
        [SHIFT_KIND(HOT_SHL, 1, SHIFT_REG_IMM)] = true,
        [SHIFT_KIND(HOT_SHR, 1, SHIFT_REG_IMM)] = true,
        [UNARY_KIND(HOT_INC, 1, UNARY_REG)] = true,
        [UNARY_KIND(HOT_DEC, 1, UNARY_REG)] = true,
        [SHIFT_KIND(HOT_ROL, 2, SHIFT_REG_IMM)] = true,
        [SHIFT_KIND(HOT_ROR, 2, SHIFT_REG_IMM)] = true,
        [SHIFT_KIND(HOT_SHL, 2, SHIFT_REG_IMM)] = true,
        [SHIFT_KIND(HOT_SHR, 2, SHIFT_REG_IMM)] = true,
    };
    return kind < KIND_MOVZX8 && begins[kind];
}

/* Handlers that read memory take base + displacement. */
static bool operand_fits(const struct op *op)
{
    return !(op->form & OP_MEMORY) || (!(op->form & OP_ADDRESS16) && op->index == OP_REGISTER_ZERO);
}

/* The register that is not op->dst; the same place for none. */
static u8 other_register(const struct op *op, unsigned relation)
{
    switch (relation) {
    case FUSED_SAME_DST:
        return op[1].dst == op->dst ? op->src : op->dst;
    case FUSED_STEPS_SRC:
        return op[1].dst == op->src ? op->src : op->dst;
    default:
        return op[1].src == op->dst ? op[1].dst : op->dst;
    }
}

static op_handler *find_pair(const struct op *op, bool quiet, bool next_quiet)
{
    for (const struct fused_row *row = fused_rows; row < fused_rows + fused_row_count; row++) {
        if (row->first != op->kind || row->second != op[1].kind || row->first_quiet != quiet ||
            row->second_quiet != next_quiet)
            continue;
        u8 other = other_register(op, row->relation);
        if (other != op->dst)
            return (*row->handlers)[op->dst / 4][other / 4];
    }
    return NULL;
}

static bool compares(const struct op *op, unsigned form)
{
    const struct op *next = op + 1;
    if (form == FUSED_FROM_OTHER)
        return next->src == op->dst && next->dst != op->dst;
    return next->dst == op->dst && (form == FUSED_WITH_ANY || next->src == op->dst);
}

static op_handler *find_branch(const struct op *op, bool quiet)
{
    const struct fused_branch_row *end = fused_branch_rows + fused_branch_row_count;
    for (const struct fused_branch_row *row = fused_branch_rows; row < end; row++) {
        if (row->first != op->kind || row->second != op[1].kind || row->first_quiet != quiet ||
            !compares(op, row->form))
            continue;
        unsigned number = row->bytes ? fixed_byte_number(op->dst) : op->dst / 4u;
        return (*row->handlers)[number][op[2].kind - KIND_JCC];
    }
    return NULL;
}

/* Does the op at `at` come with this kind and state? KIND_NOP: it need not be there. */
static bool follows(const struct op *at, const struct op *end, unsigned kind, bool quiet)
{
    if (kind == KIND_NOP)
        return true;
    return at < end && at->kind == kind && state_of(at, end) == (quiet ? STATE_QUIET : STATE_LOUD);
}

static op_handler *find_steps(const struct op *op, const struct op *end, bool quiet)
{
    const struct fused_step_row *last = fused_step_rows + fused_step_row_count;
    for (const struct fused_step_row *row = fused_step_rows; row < last; row++) {
        bool twice = row->second != KIND_NOP;
        if (row->first != op->kind || row->first_quiet != quiet ||
            !follows(op + 1, end, row->second, row->second_quiet) ||
            (twice && op[1].dst != op->dst) || !follows(op + 1 + twice, end, row->last, false))
            continue;
        return (*row->handlers)[op->dst / 4u];
    }
    return NULL;
}

/* Is it JC or JNC over the op behind it, which has its ordinary handler or that without flags? The
   branch has its stub, which knows where it leads. */
static bool skips_one(const struct op *branch, const struct op *end)
{
    const struct op *skipped = branch + 1;
    if (skipped >= end || !hot_is_condition(branch) || branch->to->eip != branch[2].eip)
        return false;
    bool on_carry = branch->kind == KIND_JCC + 2 || branch->kind == KIND_JCC + 3;
    return on_carry && (hot_is(skipped) || skipped->fn == quiet_handler(skipped));
}

static op_handler *find_skip(const struct op *op, const struct op *end)
{
    const struct op *branch = op + 1, *skipped = op + 2;
    if (!skips_one(branch, end))
        return NULL;
    const struct fused_skip_row *last = fused_skip_rows + fused_skip_row_count;
    for (const struct fused_skip_row *row = fused_skip_rows; row < last; row++)
        if (row->shift == op->kind && row->skipped == skipped->kind &&
            (!row->same || skipped->dst == op->dst))
            return (*row->handlers)[(branch->kind - KIND_JCC) & 1][op->dst / 4u];
    return NULL;
}

op_handler *fused_handler(const struct op *op, const struct op *end)
{
    if (!fused_may_begin(op->kind) || op + 1 >= end || !operand_fits(op))
        return NULL;
    enum op_state state = state_of(op, end), next = state_of(op + 1, end);
    op_handler *skip = state == STATE_LOUD || state == STATE_PAIRED ? find_skip(op, end) : NULL;
    if (skip)
        return skip;
    if (state != STATE_LOUD && state != STATE_QUIET)
        return NULL;
    bool quiet = state == STATE_QUIET;
    if (next == STATE_PAIRED)
        return find_branch(op, quiet);
    if (next == STATE_OTHER)
        return NULL;
    op_handler *pair = find_pair(op, quiet, next == STATE_QUIET);
    return pair ? pair : find_steps(op, end, quiet);
}
