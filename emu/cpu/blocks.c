#include "cpu/block_cache.h"

#include "cpu/data.h"
#include "cpu/debug_registers.h"
#include "cpu/exec/dispatch.h"
#include "cpu/exec/landing.h"
#include "cpu/fault.h"

#include <stdlib.h>

/* The tables of the block cache: finding, killing, forgetting. */

static u32 hash_of(u32 physical, u32 eip, u32 mode)
{
    u32 mixed = (physical ^ eip * 5 ^ mode * 0x9e37u) * 0x9e3779b1u;
    return mixed >> 18 & (BLOCK_HASH_BUCKETS - 1);
}

static void update_jump_key(struct cpu *cpu)
{
    cpu->jump_key = (u64)(cpu->blocks->jump_generation + cpu->code_mode) << 32;
}

/* What was known of stores is forgotten. */
static void change_version(struct block_cache *cache)
{
    if (++cache->version == 0) {
        memset(cache->memos, 0, sizeof cache->memos);
        cache->version = 1;
    }
}

static void clear(struct cpu *cpu)
{
    struct block_cache *cache = cpu->blocks;
    cache->pool_used = 0;
    cache->block_count = 0;
    cache->mode_count = 0;
    cache->flush_wanted = false;
    change_version(cache);
    cache->scratch_length[0] = cache->scratch_length[1] = 0;
    memset(cache->hash, 0xff, sizeof cache->hash);
    memset(cache->page_blocks, 0xff, cache->page_count * sizeof *cache->page_blocks);
    memset(cpu->memory->code_chunks, 0, cache->page_count * sizeof *cpu->memory->code_chunks);
    memset(cpu->direct_guard, 0, sizeof cpu->direct_guard);
    blocks_forget_jumps(cpu);
}

bool blocks_init(struct cpu *cpu, struct error *error)
{
    struct block_cache *cache = calloc(1, sizeof *cache);
    cpu->blocks = cache;
    cpu->jumps = cache ? cache->jumps : NULL;
    if (!cache)
        return error_set(error, "the host has no memory for decoded code");
    cache->tuned_at = BLOCK_TUNED_AT;
    cache->page_count = cpu->memory->ram_size >> PAGE_SHIFT;
    /* The host gives the pool's pages when they are first used. */
    cache->pool = malloc(BLOCK_POOL_OPS * sizeof *cache->pool);
    cache->blocks = malloc(BLOCK_POOL_BLOCKS * sizeof *cache->blocks);
    cache->page_blocks = malloc(cache->page_count * sizeof *cache->page_blocks);
    if (!cache->pool || !cache->blocks || !cache->page_blocks) {
        blocks_free(cpu);
        return error_set(error, "the host has no memory for decoded code");
    }
    opcode_index_build(&cache->opcodes, cpu->level);
    landing_fill(cache->jumps);
    clear(cpu);
    return true;
}

void blocks_free(struct cpu *cpu)
{
    struct block_cache *cache = cpu->blocks;
    if (!cache)
        return;
    free(cache->pool);
    free(cache->blocks);
    free(cache->page_blocks);
    free(cache);
    cpu->blocks = NULL;
}

void blocks_flush_now(struct cpu *cpu)
{
    opcode_index_build(&cpu->blocks->opcodes, cpu->level);
    clear(cpu);
    blocks_update_mode(cpu);
}

void blocks_flush(struct cpu *cpu)
{
    if (!cpu->blocks->running) {
        blocks_flush_now(cpu);
        return;
    }
    cpu->blocks->flush_wanted = true;
    cpu->attention = true;
    blocks_forget_jumps(cpu);
}

void blocks_forget_jumps(struct cpu *cpu)
{
    struct block_cache *cache = cpu->blocks;
    cache->jump_generation += BLOCK_MODES;
    if (cache->jump_generation == 0) {
        for (u32 i = 0; i < BLOCK_JUMPS; i++)
            cache->jumps[i].tag = 0;
        cache->jump_generation = BLOCK_MODES;
    }
    update_jump_key(cpu);
}

/* ---- Code modes ---- */

static struct code_mode current_mode(const struct cpu *cpu)
{
    const struct segment *cs = &cpu->segs[SEG_CS];
    bool checked = cpu->breakpoint_count > 0 || debug_watches_code(cpu);
    return (struct code_mode){.limit = cs->limit,
                              .code32 = cs->access & SEG_BIG,
                              .stack32 = cpu->segs[SEG_SS].access & SEG_BIG,
                              .user = cpu->cpl == 3,
                              .checked = checked,
                              .base = checked ? cs->base : 0};
}

static bool same_mode(const struct code_mode *a, const struct code_mode *b)
{
    return a->limit == b->limit && a->code32 == b->code32 && a->stack32 == b->stack32 &&
           a->user == b->user && a->checked == b->checked && a->base == b->base;
}

/* Number of a mode, perhaps a new one. */
static u32 find_mode(struct cpu *cpu, const struct code_mode *mode)
{
    struct block_cache *cache = cpu->blocks;
    for (u32 i = 0; i < cache->mode_count; i++)
        if (same_mode(&cache->modes[i], mode))
            return i;
    if (cache->mode_count == BLOCK_NO_MODE) {
        blocks_flush(cpu);
        return BLOCK_NO_MODE;
    }
    cache->modes[cache->mode_count] = *mode;
    return cache->mode_count++;
}

void blocks_update_mode(struct cpu *cpu)
{
    struct block_cache *cache = cpu->blocks;
    struct code_mode mode = current_mode(cpu);
    if (cpu->code_mode < cache->mode_count && same_mode(&cache->modes[cpu->code_mode], &mode))
        return;
    cpu->code_mode = find_mode(cpu, &mode);
    update_jump_key(cpu);
}

/* ---- Finding ---- */

static struct op *find_kept(const struct cpu *cpu, u32 physical, u32 eip)
{
    const struct block_cache *cache = cpu->blocks;
    u32 number = cache->hash[hash_of(physical, eip, cpu->code_mode)];
    while (number != BLOCK_NONE) {
        const struct block *block = &cache->blocks[number];
        if (block->physical == physical && block->eip == eip && block->mode == cpu->code_mode)
            return &cache->pool[block->first];
        number = block->hash_next;
    }
    return NULL;
}

static void remember(struct cpu *cpu, u32 eip, struct op *op)
{
    u32 linear = cpu->segs[SEG_CS].base + eip;
    struct block_cache *cache = cpu->blocks;
    struct remembered_jump *jump = &cache->jumps[blocks_jump_slot(linear)];
    jump->tag = cpu->jump_key | linear;
    jump->op = op;
    jump->eip = eip;
}

static bool translate(struct cpu *cpu, u32 eip, u32 *physical)
{
    const struct segment *cs = &cpu->segs[SEG_CS];
    if (eip > cs->limit)
        return fault_gp(cpu, 0);
    return code_translate(cpu, cs->base + eip, physical);
}

struct op *blocks_find(struct cpu *cpu, u32 eip)
{
    u32 physical;
    if (!translate(cpu, eip, &physical))
        return NULL;
    struct op *op = find_kept(cpu, physical, eip);
    if (!op) {
        struct block_request request = {.eip = eip,
                                        .physical = physical,
                                        .count = BLOCK_MAX_INSTRUCTIONS,
                                        .keep = true,
                                        .checked = true};
        op = block_build(cpu, &request);
    }
    if (op && blocks_is_cached(cpu, op))
        remember(cpu, eip, op);
    return op;
}

struct op *blocks_cut(struct cpu *cpu, u32 eip, u32 count, bool checked)
{
    u32 physical;
    if (!translate(cpu, eip, &physical))
        return NULL;
    struct block_request request = {
        .eip = eip, .physical = physical, .count = count, .checked = checked};
    return block_build(cpu, &request);
}

/* ---- Marks ---- */

/* The page's marks changed: guards it and the one before, or no longer. */
static void update_guards(struct cpu *cpu, u32 page)
{
    const u32 *chunks = cpu->memory->code_chunks;
    for (u32 guarded = page == 0 ? 0 : page - 1; guarded <= page; guarded++)
        if (guarded < DIRECT_PAGES)
            cpu->direct_guard[guarded] = chunks[guarded] || chunks[guarded + 1];
}

static void mark(struct cpu *cpu, u32 physical, u32 length)
{
    u32 page = physical >> PAGE_SHIFT;
    u32 *chunks = &cpu->memory->code_chunks[page];
    bool first = *chunks == 0;
    if (first)
        tlb_protect_code_page(cpu, physical & ~PAGE_OFFSET_MASK);
    *chunks |= memory_chunk_mask(physical, length);
    if (first)
        update_guards(cpu, page);
}

static bool in_ram(const struct cpu *cpu, u32 physical)
{
    return physical >> PAGE_SHIFT < cpu->blocks->page_count;
}

void blocks_register(struct cpu *cpu, const struct block *block)
{
    struct block_cache *cache = cpu->blocks;
    u32 number = cache->block_count++;
    struct block *entry = &cache->blocks[number];
    u32 *bucket = &cache->hash[hash_of(block->physical, block->eip, block->mode)];
    change_version(cache);
    *entry = *block;
    entry->hash_next = *bucket;
    entry->page_next = BLOCK_NONE;
    *bucket = number;
    if (in_ram(cpu, block->physical)) {
        u32 *page = &cache->page_blocks[block->physical >> PAGE_SHIFT];
        entry->page_next = *page;
        *page = number;
        mark(cpu, block->physical, block->length);
    }
}

void blocks_mark_scratch(struct cpu *cpu, unsigned part, u32 physical, u32 length)
{
    struct block_cache *cache = cpu->blocks;
    cache->scratch_physical[part] = physical;
    cache->scratch_length[part] = length;
    if (length > 0 && in_ram(cpu, physical))
        mark(cpu, physical, length);
}

/* ---- Killing ---- */

static bool overlaps(u32 a, u32 a_length, u32 b, u32 b_length)
{
    return (u64)a < (u64)b + b_length && (u64)b < (u64)a + a_length;
}

static void unlink_from_hash(struct block_cache *cache, u32 number)
{
    const struct block *block = &cache->blocks[number];
    u32 *slot = &cache->hash[hash_of(block->physical, block->eip, block->mode)];
    while (*slot != number)
        slot = &cache->blocks[*slot].hash_next;
    *slot = block->hash_next;
}

/* The marks of a page, from the blocks that it has. */
static u32 chunks_of_page(const struct block_cache *cache, u32 page)
{
    u32 chunks = 0;
    for (u32 number = cache->page_blocks[page]; number != BLOCK_NONE;) {
        const struct block *block = &cache->blocks[number];
        chunks |= memory_chunk_mask(block->physical, block->length);
        number = block->page_next;
    }
    return chunks;
}

static struct store_memo *memo_of(struct block_cache *cache, u32 physical)
{
    return &cache->memos[(physical ^ physical >> 6) & (BLOCK_MEMOS - 1)];
}

/* `slot` is the link to the block in the list of its page, and then to the next one. */
static void kill(struct block_cache *cache, u32 *slot)
{
    struct block *block = &cache->blocks[*slot];
    unlink_from_hash(cache, *slot);
    cache->pool[block->first].fn = dispatch_dead;
    *slot = block->page_next;
}

/* Kills what the store hits and cannot be patched. Unless all of it was patched, the page's marks
   are found anew: some may be left from code that is gone. */
static bool kill_in_page(struct cpu *cpu, u32 physical, u32 size)
{
    struct block_cache *cache = cpu->blocks;
    u32 page = physical >> PAGE_SHIFT, patched = 0, last = BLOCK_NONE;
    bool killed = false;
    for (u32 *slot = &cache->page_blocks[page]; *slot != BLOCK_NONE;) {
        struct block *block = &cache->blocks[*slot];
        bool hit = overlaps(block->physical, block->length, physical, size);
        if (hit && !block_patch(cpu, block, physical, size)) {
            kill(cache, slot);
            killed = true;
            continue;
        }
        if (hit) {
            patched++;
            last = *slot;
        }
        slot = &block->page_next;
    }
    if (killed)
        change_version(cache);
    if (killed || patched == 0) {
        cpu->memory->code_chunks[page] = chunks_of_page(cache, page);
        update_guards(cpu, page);
    }
    if (patched <= 1)
        *memo_of(cache, physical) = (struct store_memo){physical, size, last, cache->version};
    return killed;
}

/* The same store as before: does it again hit nothing, or change a constant of the same block? */
static bool harmless_again(struct cpu *cpu, u32 physical, u32 size)
{
    struct block_cache *cache = cpu->blocks;
    const struct store_memo *memo = memo_of(cache, physical);
    if (memo->physical != physical || memo->size != size || memo->version != cache->version)
        return false;
    return memo->block == BLOCK_NONE ||
           block_patch(cpu, &cache->blocks[memo->block], physical, size);
}

/* Scratch's own marks must outlive the recomputation while it runs. */
static void keep_scratch_marks(struct cpu *cpu, u32 page)
{
    struct block_cache *cache = cpu->blocks;
    for (unsigned part = 0; part < 2 && cache->running; part++) {
        u32 at = cache->scratch_physical[part], length = cache->scratch_length[part];
        if (length > 0 && at >> PAGE_SHIFT == page)
            cpu->memory->code_chunks[page] |= memory_chunk_mask(at, length);
    }
    update_guards(cpu, page);
}

static bool scratch_hit(const struct cpu *cpu, u32 physical, u32 size)
{
    const struct block_cache *cache = cpu->blocks;
    bool hit = false;
    for (unsigned part = 0; part < 2; part++) {
        u32 at = cache->scratch_physical[part], length = cache->scratch_length[part];
        hit |= length > 0 && in_ram(cpu, at) && overlaps(at, length, physical, size);
    }
    return hit;
}

static bool runs_here(const struct cpu *cpu, const struct op *running, u32 physical, u32 size)
{
    const struct block_cache *cache = cpu->blocks;
    if (!blocks_is_cached(cpu, running) && scratch_hit(cpu, physical, size))
        return true;
    for (u32 number = cache->page_blocks[physical >> PAGE_SHIFT]; number != BLOCK_NONE;) {
        const struct block *block = &cache->blocks[number];
        const struct op *first = &cache->pool[block->first];
        bool holds = running >= first && running < first + block->ops;
        if (holds && overlaps(block->physical, block->length, physical, size))
            return true;
        number = block->page_next;
    }
    return false;
}

bool blocks_make_way(struct cpu *cpu, const struct op *running, u32 physical, u32 size)
{
    struct block_cache *cache = cpu->blocks;
    u32 page = physical >> PAGE_SHIFT;
    if (!in_ram(cpu, physical) || runs_here(cpu, running, physical, size))
        return false;
    for (u32 *slot = &cache->page_blocks[page]; *slot != BLOCK_NONE;) {
        struct block *block = &cache->blocks[*slot];
        if (overlaps(block->physical, block->length, physical, size))
            kill(cache, slot);
        else
            slot = &block->page_next;
    }
    change_version(cache);
    cpu->memory->code_chunks[page] = chunks_of_page(cache, page);
    keep_scratch_marks(cpu, page);
    return true;
}

void blocks_code_written(void *context, u32 physical, u32 size)
{
    struct cpu *cpu = context;
    if (!in_ram(cpu, physical))
        return;
    bool killed = !harmless_again(cpu, physical, size) && kill_in_page(cpu, physical, size);
    bool hit = scratch_hit(cpu, physical, size);
    keep_scratch_marks(cpu, physical >> PAGE_SHIFT);
    if (killed || hit)
        cpu->attention = true;
}
