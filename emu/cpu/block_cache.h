#ifndef GLASS386_CPU_BLOCK_CACHE_H
#define GLASS386_CPU_BLOCK_CACHE_H

#include "cpu/blocks.h"
#include "cpu/decode.h"

/* The cache of decoded code. Private to cpu/.

   A block is a run of ops decoded from one page, known by (physical address, EIP, code mode). Ops
   lie in one arena that only grows and is emptied as a whole, at an instruction boundary. Every
   128-byte chunk of RAM that holds decoded bytes is marked in memory->code_chunks; a store to such
   a chunk kills the blocks whose bytes it hits: their first op becomes dispatch_dead, which looks
   for the block anew, so that links and remembered jumps need no list.

   A short loop lies several times in its block, so that one address may have several ops. Which of
   them runs, and how often, the guest cannot tell.

   Code that cannot be kept is decoded into `scratch` for one execution: instructions that cross a
   page (both pages are translated each time), code outside RAM and ROM, and blocks that are cut to
   end a run at an exact tick. */

#define BLOCK_MAX_INSTRUCTIONS 32u
/* A loop of at most so many instructions is decoded several times, as often as it stays below so
   many: longer ones have no gain (docs/SPEED.md). */
#define BLOCK_TURN 6u
#define BLOCK_UNROLLED 24u
/* Each instruction has at most an op, a breakpoint check and a stub; the block's end two more. */
#define BLOCK_MAX_OPS (3u * BLOCK_MAX_INSTRUCTIONS + 2u)

#define BLOCK_POOL_OPS (512u * 1024u)
#define BLOCK_POOL_BLOCKS (64u * 1024u)
#define BLOCK_HASH_BUCKETS (16u * 1024u)
#define BLOCK_JUMPS 1024u
#define BLOCK_MODES 256u
#define BLOCK_NO_MODE (BLOCK_MODES - 1u) /* the table is full: a flush is on its way */
#define BLOCK_NONE 0xffffffffu

/* A block is tuned (exec/tune.h) when it is entered for the fifth time: in a shell script of 500
   commands most never are. */
#define BLOCK_TUNED_AT 5u

struct block {
    u32 physical, eip, mode; /* the key */
    u32 first, ops;          /* op index in the pool; ops of instructions */
    u32 length;              /* bytes of code, all in one page */
    bool unrolled;           /* some instructions have several ops */
    u8 runs;                 /* how often it was entered, until it is tuned */
    op_handler *begin;       /* the first op's handler, until then */
    u32 hash_next, page_next;
};

/* What decoding depends on besides the bytes. */
struct code_mode {
    u32 limit;            /* CS.limit: it is checked when decoding */
    bool code32, stack32; /* CS.D, SS.B */
    bool user;            /* CPL 3: a remembered jump must not lead into a supervisor page */
    bool checked;         /* breakpoints exist: blocks then belong to one linear address */
    u32 base;             /* CS.base, when checked */
};

/* Where a linear address leads in the current address space. */
struct remembered_jump {
    u64 tag; /* cpu->jump_key | linear address; 0, which no generation has: empty */
    struct op *op;
    op_handler *landing; /* of this place in the table: goes on at `op` (exec/landing.c) */
    u32 eip;             /* op's */
};

/* What a store to marked bytes hit: one block alone, which was patched, or none. As long as no
   block comes or goes, the next store there hits the same. */
struct store_memo {
    u32 physical, size;
    u32 block;   /* BLOCK_NONE: none */
    u32 version; /* of the blocks; 0, which they never have: nothing is known */
};
#define BLOCK_MEMOS 64u

struct block_cache {
    struct opcode_index opcodes;
    struct op *pool;
    u32 pool_used;
    u32 tuned_at; /* BLOCK_TUNED_AT; tests want 1 */
    struct block *blocks;
    u32 block_count;
    u32 *page_blocks; /* first block of each page of RAM, BLOCK_NONE when there is none */
    u32 page_count;
    u32 hash[BLOCK_HASH_BUCKETS];
    struct remembered_jump jumps[BLOCK_JUMPS];
    u32 jump_generation; /* a multiple of BLOCK_MODES, not 0: forgetting all is one addition */
    struct code_mode modes[BLOCK_MODES];
    u32 mode_count;
    bool flush_wanted, running;
    u32 version; /* changes when a block comes or goes */
    struct store_memo memos[BLOCK_MEMOS];
    struct op scratch[BLOCK_MAX_OPS];
    u32 scratch_physical[2], scratch_length[2];
};

/* The first op to run at an offset in CS, decoding when needed. Null: cpu->fault is set (#PF of the
   fetch, #GP beyond the limit). */
struct op *blocks_find(struct cpu *cpu, u32 eip);
/* The same for one execution of at most `count` instructions; checked: stop at breakpoints. */
struct op *blocks_cut(struct cpu *cpu, u32 eip, u32 count, bool checked);
/* Does what blocks_flush asked for while the CPU ran. */
void blocks_flush_now(struct cpu *cpu);

/* Decodes a block (block_build.c) at a translated address. */
struct block_request {
    u32 eip, physical, count;
    bool keep;    /* into the pool, if the code can be kept at all */
    bool checked; /* with breakpoint checks */
};
struct op *block_build(struct cpu *cpu, const struct block_request *request);
/* Gives an op its handler and kind; stack32: SS.B. True: a hot one. */
bool block_choose(const struct instruction *in, bool stack32, struct op *op);
/* Is the first operand the target of a branch? */
bool block_branches(const struct instruction *in);
/* After `size` bytes of the block's code changed: true when its ops are now right again, false when
   it must be decoded anew (block_patch.c). */
bool block_patch(struct cpu *cpu, const struct block *block, u32 physical, u32 size);
/* May a branch of a kept block be linked to `target`: does that lie in the same page? */
static inline bool block_links(u32 physical, u32 eip, u32 target)
{
    s64 position = (s64)(physical & PAGE_OFFSET_MASK) + (s32)(target - eip);
    return position >= 0 && position < PAGE_SIZE;
}
/* Kills what is decoded from bytes, all in one page, that are about to be stored directly. False,
   with nothing done: `running` belongs to it, so that each store must be looked at. */
bool blocks_make_way(struct cpu *cpu, const struct op *running, u32 physical, u32 size);
/* Enters a decoded block in the tables, or marks scratch's bytes. */
void blocks_register(struct cpu *cpu, const struct block *block);
void blocks_mark_scratch(struct cpu *cpu, unsigned part, u32 physical, u32 length);

static inline bool blocks_is_cached(const struct cpu *cpu, const struct op *op)
{
    const struct block_cache *cache = cpu->blocks;
    return op >= cache->pool && op < cache->pool + BLOCK_POOL_OPS;
}

static inline u32 blocks_jump_slot(u32 linear)
{
    return (linear ^ linear >> 12) & (BLOCK_JUMPS - 1);
}

/* The remembered jump to this offset, or null. */
static inline const struct remembered_jump *blocks_remembered(const struct cpu *cpu, u32 eip)
{
    u32 linear = cpu->segs[SEG_CS].base + eip;
    const struct remembered_jump *jump = &cpu->jumps[blocks_jump_slot(linear)];
    bool hit = jump->tag == (cpu->jump_key | linear) && jump->eip == eip;
    return hit ? jump : NULL;
}

#endif
