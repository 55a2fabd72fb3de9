#include "cpu/block_cache.h"

#include "cpu/data.h"
#include "cpu/debug_registers.h"
#include "cpu/decode.h"
#include "cpu/exec/dispatch.h"
#include "cpu/exec/front.h"
#include "cpu/exec/hot.h"

/* Decoding a run of code bytes into ops: the instructions, then a jump to what follows them, then
   one stub for each branch. */

struct builder {
    struct cpu *cpu;
    const struct block_request *request;
    bool keep;
    struct op *first, *next;
    struct op *branches[BLOCK_MAX_INSTRUCTIONS + 1]; /* ops that need a stub, and */
    u32 targets[BLOCK_MAX_INSTRUCTIONS + 1];         /* where each leads */
    u32 branch_count;
    u32 ops;      /* of the instructions; the jump and the stubs follow */
    u32 eip;      /* of the instruction under way */
    u32 physical; /* of its first byte */
    u32 end;      /* of the code, physical: behind the highest byte */
    u8 n;
    u8 turn;    /* instructions in one turn of a loop that is unrolled, 0 for others */
    bool again; /* the next turn begins */
    bool ended; /* nothing follows the last instruction in this block */
};

/* The bytes that can be fetched for one instruction. */
struct window {
    const u8 *bytes;
    u32 available;     /* at most DECODE_MAX_LENGTH, inside the page and the CS limit */
    bool ends_at_page; /* more may follow in the next page */
    u8 copy[DECODE_MAX_LENGTH];
};

static u32 bytes_to_limit(const struct builder *b)
{
    u64 room = (u64)b->cpu->segs[SEG_CS].limit - b->eip + 1;
    return room < DECODE_MAX_LENGTH ? (u32)room : DECODE_MAX_LENGTH;
}

static void open_window(const struct builder *b, struct window *window)
{
    u32 limit_room = bytes_to_limit(b);
    u32 page_room = PAGE_SIZE - (b->physical & PAGE_OFFSET_MASK);
    window->available = limit_room < page_room ? limit_room : page_room;
    window->ends_at_page = page_room < limit_room;
    window->bytes = memory_read_pointer(b->cpu->memory, b->physical);
    if (!window->bytes) {
        memory_peek(b->cpu->memory, b->physical, window->copy, window->available);
        window->bytes = window->copy;
    }
}

/* Adds the next page's bytes; false: its fetch faulted. */
static bool extend_window(struct builder *b, struct window *window)
{
    struct cpu *cpu = b->cpu;
    u32 physical, first = window->available;
    u32 linear = cpu->segs[SEG_CS].base + b->eip + first;
    if (!code_translate(cpu, linear, &physical))
        return false;
    u32 more = bytes_to_limit(b) - first;
    memory_peek(cpu->memory, b->physical, window->copy, first);
    memory_peek(cpu->memory, physical, window->copy + first, more);
    window->bytes = window->copy;
    window->available = first + more;
    window->ends_at_page = false;
    blocks_mark_scratch(cpu, 1, physical, more);
    return true;
}

static enum decode_status decode(const struct builder *b, const struct window *window,
                                 struct instruction *instruction)
{
    return decode_instruction(&b->cpu->blocks->opcodes, b->cpu->segs[SEG_CS].access & SEG_BIG,
                              b->eip, window->bytes, window->available, instruction);
}

static struct op *emit(struct builder *b, op_handler *fn, u32 eip)
{
    struct op *op = b->next++;
    *op = (struct op){
        .fn = fn, .n = b->n, .eip = eip, .base = OP_REGISTER_ZERO, .index = OP_REGISTER_ZERO};
    return op;
}

static void add_branch(struct builder *b, struct op *op, u32 target)
{
    b->branches[b->branch_count] = op;
    b->targets[b->branch_count++] = target;
}

bool block_branches(const struct instruction *in)
{
    return in->row->operands[0] == OPERAND_Jb || in->row->operands[0] == OPERAND_Jv;
}

static u16 function_kind(const struct instruction *in)
{
    unsigned width = in->width == 8 ? 0 : in->width == 16 ? 1 : 2;
    return (u16)(in->row_number | OP_FUNCTION | width << OP_WIDTH_SHIFT);
}

static op_handler *function_handler(const struct instruction *in, bool stack32)
{
    const struct opcode *row = in->row;
    op_handler *front = front_handler(in, stack32);
    if (front)
        return front;
    if (row->attributes & OPCODE_ENDS)
        return dispatch_end;
    if (row->attributes & OPCODE_JUMPS)
        return dispatch_jump;
    if (row->attributes & OPCODE_STRING)
        return dispatch_string;
    return dispatch_function;
}

bool block_choose(const struct instruction *in, bool stack32, struct op *op)
{
    if (hot_choose(in, stack32, op))
        return true;
    op->kind = function_kind(in);
    op->fn = function_handler(in, stack32);
    return false;
}

/* A branch back to the block's first instruction makes a loop, which is decoded several times in a
   row: only its last turn has a jump then. In the others the branch is turned around: it leaves the
   loop, or goes on to the op behind it, which is that of its target. */
static bool unroll(struct builder *b, const struct instruction *in, struct op *op)
{
    if (!b->keep || in->target != b->request->eip || b->n < 2)
        return false;
    if (b->turn == 0)
        b->turn = b->n;
    return b->turn <= BLOCK_TURN && b->n + b->turn <= BLOCK_UNROLLED && hot_turn(op);
}

static void emit_instruction(struct builder *b, const struct instruction *in)
{
    const struct opcode *row = in->row;
    struct op *op = b->next++;
    bool stack32 = b->cpu->segs[SEG_SS].access & SEG_BIG;
    bool branch = block_branches(in);
    *op = in->op;
    op->n = b->n;
    if (branch && in->target > b->cpu->segs[SEG_CS].limit) {
        op->kind = function_kind(in);
        op->fn = dispatch_beyond;
    } else if (block_choose(in, stack32, op) && branch) {
        b->again = unroll(b, in, op);
        if (!b->again)
            add_branch(b, op, in->target);
        else if (row->hot != HOT_JMP)
            add_branch(b, op, b->eip + in->length);
        else if (hot_stays(op - 1))
            b->next--; /* the next op's number counts it */
    }
    if (b->again)
        return;
    if ((row->attributes & (OPCODE_JUMPS | OPCODE_ENDS)) || row->hot == HOT_JMP ||
        row->hot == HOT_CALL)
        b->ended = true;
}

static bool is_breakpoint(const struct cpu *cpu, u32 linear)
{
    for (u32 i = 0; i < cpu->breakpoint_count; i++)
        if (cpu->breakpoints[i] == linear)
            return true;
    return debug_code_hits(cpu, linear) != 0;
}

static void emit_check(struct builder *b)
{
    u32 linear = b->cpu->segs[SEG_CS].base + b->eip;
    if (b->request->checked && is_breakpoint(b->cpu, linear))
        emit(b, dispatch_breakpoint, b->eip);
}

static void emit_fault(struct builder *b, op_handler *fn)
{
    emit(b, fn, b->eip);
    b->ended = true;
}

static void advance(struct builder *b, u32 length)
{
    b->physical += length;
    if (b->end < b->physical)
        b->end = b->physical;
}

/* One instruction; false: the fetch of its second page faulted. */
static bool build_instruction(struct builder *b)
{
    struct instruction in;
    struct window window;
    open_window(b, &window);
    enum decode_status status = decode(b, &window, &in);
    bool crosses = status == DECODE_SHORT && window.ends_at_page;
    if (crosses && b->n > 0) {
        b->ended = true;
        return true;
    }
    if (crosses) {
        b->keep = false;
        b->ended = true;
        blocks_mark_scratch(b->cpu, 0, b->physical, window.available);
        if (!extend_window(b, &window))
            return false;
        status = decode(b, &window, &in);
    }
    b->n++;
    emit_check(b);
    if (status == DECODE_OK) {
        emit_instruction(b, &in);
        advance(b, in.length);
        b->eip += in.length;
    } else {
        emit_fault(b, status == DECODE_UNDEFINED ? dispatch_undefined : dispatch_limit);
        advance(b, window.available);
    }
    return true;
}

static void next_turn(struct builder *b)
{
    b->eip = b->request->eip;
    b->physical = b->request->physical;
}

static void finish(struct builder *b)
{
    const struct block_request *r = b->request;
    b->ops = (u32)(b->next - b->first);
    struct op *jump = emit(b, hot_jmp, b->eip);
    add_branch(b, jump, b->eip);
    for (u32 i = 0; i < b->branch_count; i++) {
        u32 target = b->targets[i];
        struct op *owner = b->branches[i];
        struct op *stub = emit(b, dispatch_lookup, target);
        if (b->keep && block_links(r->physical, r->eip, target))
            stub->fn = dispatch_link;
        owner->to = stub;
        stub->to = owner;
    }
}

static bool can_keep(struct cpu *cpu, u32 physical)
{
    struct block_cache *cache = cpu->blocks;
    if (!memory_read_pointer(cpu->memory, physical))
        return false;
    if (cache->pool_used + BLOCK_MAX_OPS <= BLOCK_POOL_OPS &&
        cache->block_count < BLOCK_POOL_BLOCKS)
        return true;
    blocks_flush(cpu);
    return false;
}

static void keep(struct builder *b)
{
    struct block_cache *cache = b->cpu->blocks;
    op_handler *begin = b->first->fn;
    cache->pool_used += (u32)(b->next - b->first);
    b->first->fn = dispatch_warm;
    b->first->block = cache->block_count;
    blocks_register(b->cpu, &(struct block){.physical = b->request->physical,
                                            .eip = b->request->eip,
                                            .mode = b->cpu->code_mode,
                                            .first = (u32)(b->first - cache->pool),
                                            .ops = b->ops,
                                            .length = b->end - b->request->physical,
                                            .unrolled = b->turn > 0,
                                            .begin = begin});
}

/* The first instruction may turn out to cross the page: it is then moved to scratch. The bytes of
   such an instruction were marked when its window was opened. */
static void move_to_scratch(struct builder *b)
{
    struct block_cache *cache = b->cpu->blocks;
    ptrdiff_t count = b->next - b->first;
    memcpy(cache->scratch, b->first, (size_t)count * sizeof *b->first);
    for (u32 i = 0; i < b->branch_count; i++)
        b->branches[i] = cache->scratch + (b->branches[i] - b->first);
    b->first = cache->scratch;
    b->next = b->first + count;
}

struct op *block_build(struct cpu *cpu, const struct block_request *request)
{
    struct block_cache *cache = cpu->blocks;
    bool keepable = request->keep && can_keep(cpu, request->physical);
    struct builder b = {.cpu = cpu,
                        .request = request,
                        .keep = keepable,
                        .first = keepable ? cache->pool + cache->pool_used : cache->scratch,
                        .eip = request->eip,
                        .physical = request->physical};
    u32 page = request->physical & ~PAGE_OFFSET_MASK;
    bool direct = memory_read_pointer(cpu->memory, request->physical);
    u32 count = direct ? request->count : 1;
    b.next = b.first;
    blocks_mark_scratch(cpu, 1, 0, 0);
    do {
        if (b.again)
            next_turn(&b);
        b.again = false;
        if (!build_instruction(&b))
            return NULL;
    } while (b.again || (!b.ended && b.n < count && (b.physical & ~PAGE_OFFSET_MASK) == page &&
                         b.eip <= cpu->segs[SEG_CS].limit && b.eip != request->eip));
    if (b.again)
        next_turn(&b);
    bool moves = !b.keep && b.first != cache->scratch;
    if (moves)
        move_to_scratch(&b);
    finish(&b);
    if (b.keep) {
        keep(&b);
    } else if (moves) {
        return b.first;
    } else if (cache->scratch_length[1] == 0) {
        blocks_mark_scratch(cpu, 0, request->physical, b.end - request->physical);
    }
    return b.first;
}
