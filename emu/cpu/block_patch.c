#include "cpu/block_cache.h"

#include "cpu/exec/dispatch.h"
#include "cpu/exec/hot_kind.h"

/* Code that writes itself mostly gives one of its instructions another constant. The op then takes
   the new constant over, and the block lives on: a handler reads op->imm, op->disp and op->to when
   it runs, whatever else was decided when the block was decoded. */

/* The op of the instruction that has all the written bytes, or null. */
static struct op *find_op(const struct cpu *cpu, const struct block *block, u32 physical, u32 size)
{
    struct op *op = &cpu->blocks->pool[block->first];
    const struct op *end = op + block->ops;
    u32 first = block->eip + (physical - block->physical); /* offsets in CS */
    if (physical < block->physical)
        return NULL;
    while (op < end && op[1].eip - block->eip <= first - block->eip)
        op++;
    return op < end && op[1].eip - first >= size ? op : NULL;
}

static bool decode_again(const struct cpu *cpu, const struct block *block, const struct op *op,
                         struct instruction *in)
{
    const struct block_cache *cache = cpu->blocks;
    u32 length = op[1].eip - op->eip;
    const u8 *bytes = memory_read_pointer(cpu->memory, block->physical + (op->eip - block->eip));
    return decode_instruction(&cache->opcodes, cache->modes[block->mode].code32, op->eip, bytes,
                              length, in) == DECODE_OK &&
           in->length == length;
}

/* A count of 0 sets no flags: the handlers around a shift were chosen by that. */
static bool counts_alike(const struct op *a, const struct op *b)
{
    return hot_parts(a->kind).operation < HOT_ROL || !(a->imm & 31) == !(b->imm & 31);
}

/* Would the instruction now be decoded to the same op but for its constants? The handler of a hot
   op follows from the rest; it may have been tuned. */
static bool fits(const struct op *old, const struct op *new, bool hot)
{
    return (hot || new->fn == old->fn) && new->kind == old->kind &&new->dst ==
                                              old->dst &&new->src == old->src &&new->base ==
                                              old->base &&new->index == old->index &&new->form ==
                                              old->form &&counts_alike(old, new);
}

/* The stub through which a branch leaves until it is linked (block_build.c): they follow the
   block's last jump, one for each branch. */
static struct op *stub_of(struct cpu *cpu, const struct block *block, const struct op *branch)
{
    struct op *stub = &cpu->blocks->pool[block->first + block->ops + 1];
    while (stub->to != branch)
        stub++;
    return stub;
}

/* Perhaps what stands before the branch does all of it (exec/fused_skips.c). */
static bool may_skip(struct cpu *cpu, const struct block *block, const struct op *branch)
{
    return stub_of(cpu, block, branch)->eip == branch[2].eip;
}

/* The branch leads to `target` from now on: it goes through its stub again. */
static void retarget(struct cpu *cpu, const struct block *block, struct op *branch, u32 target)
{
    struct op *stub = stub_of(cpu, block, branch);
    bool links = block_links(block->physical, block->eip, target);
    stub->eip = target;
    stub->fn = links ? dispatch_link : dispatch_lookup;
    branch->to = stub;
}

/* An unrolled loop has the instruction several times. */
static void take_over(struct op *op, const struct op *end, const struct op *new)
{
    for (; op < end; op++) {
        if (op->eip != new->eip || op->kind != new->kind)
            continue;
        op->imm = new->imm;
        op->disp = new->disp;
    }
}

bool block_patch(struct cpu *cpu, const struct block *block, u32 physical, u32 size)
{
    const struct code_mode *mode = &cpu->blocks->modes[block->mode];
    struct op *op = find_op(cpu, block, physical, size);
    struct instruction in;
    if (!op || !decode_again(cpu, block, op, &in))
        return false;
    bool hot = block_choose(&in, mode->stack32, &in.op);
    bool branch = block_branches(&in);
    if (!fits(op, &in.op, hot))
        return false;
    if (!branch) {
        struct op *first = &cpu->blocks->pool[block->first];
        if (block->unrolled)
            take_over(first, first + block->ops, &in.op);
        else
            take_over(op, op + 1, &in.op);
        return true;
    }
    if (!hot || block->unrolled || in.target > mode->limit || may_skip(cpu, block, op))
        return false;
    retarget(cpu, block, op, in.target);
    return true;
}
