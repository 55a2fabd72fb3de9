#include "cpu/tlb.h"

#include "base/bits.h"
#include "cpu/access.h"
#include "cpu/blocks.h"
#include "cpu/debug_registers.h"
#include "cpu/tlb_fill.h"

static unsigned data_index(u32 linear)
{
    return linear >> PAGE_SHIFT & (TLB_DATA_ENTRIES - 1);
}

static unsigned code_index(u32 linear)
{
    return linear >> PAGE_SHIFT & (TLB_CODE_ENTRIES - 1);
}

static u32 page_tag(u32 linear)
{
    return (linear & ~PAGE_OFFSET_MASK) | TLB_VALID;
}

static void forget_fast(struct tlb *tlb, unsigned index)
{
    for (unsigned user = 0; user < 2; user++)
        tlb->fast[user][index] = (struct tlb_fast){TLB_NO_TAG, TLB_NO_TAG, 0};
}

_Static_assert(TLB_DATA_ENTRIES <= 64 * ARRAY_COUNT(((struct tlb_used *)0)->slots) &&
                   TLB_CODE_ENTRIES <= 64 * ARRAY_COUNT(((struct tlb_used *)0)->slots),
               "a bit for every slot");

static void note_used(struct tlb_used *used, unsigned index)
{
    used->words |= 1u << index / 64;
    used->slots[index / 64] |= 1ull << index % 64;
}

/* Takes the lowest bit out of a word of a used map. */
static unsigned take_bit(u64 *word)
{
    unsigned bit = (unsigned)__builtin_ctzll(*word);
    *word &= *word - 1;
    return bit;
}

/* Bytes of RAM from address 0 on, at most as many as have guards. Looked for again when the map has
   more regions; it never has fewer. */
static u32 base_ram(struct cpu *cpu)
{
    const struct memory *memory = cpu->memory;
    u32 page = 0;
    if (cpu->direct_regions == memory->region_count)
        return cpu->direct_bytes;
    while (page < DIRECT_PAGES && memory_write_pointer(memory, page << PAGE_SHIFT) ==
                                      memory->ram + ((size_t)page << PAGE_SHIFT))
        page++;
    cpu->direct_regions = memory->region_count;
    cpu->direct_bytes = page << PAGE_SHIFT;
    return cpu->direct_bytes;
}

/* What keeps an access from `fast` keeps it from direct memory. */
static void update_direct(struct cpu *cpu)
{
    bool possible = !(cpu->cr0 & (CR0_PG | CR0_AM)) && !debug_watches_data(cpu);
    u32 bytes = possible ? base_ram(cpu) : 0;
    cpu->direct_ram = cpu->memory->ram;
    cpu->direct_reach = bytes > 3 ? bytes - 3 : 0;
}

void tlb_flush_fast(struct cpu *cpu)
{
    update_direct(cpu);
    const struct tlb_used *used = &cpu->tlb.data_used;
    for (u64 words = used->words; words;) {
        unsigned word = take_bit(&words);
        for (u64 left = used->slots[word]; left;)
            forget_fast(&cpu->tlb, 64 * word + take_bit(&left));
    }
}

/* Empties 64 slots, of which `left` are in use, and gives those that stay. */
static u64 flush_word(struct tlb_page *pages, u64 left, bool global)
{
    u64 kept = 0;
    while (left) {
        unsigned bit = take_bit(&left);
        if (global || !(pages[bit].physical & TLB_GLOBAL))
            pages[bit] = (struct tlb_page){0};
        else
            kept |= 1ull << bit;
    }
    return kept;
}

/* Empties the slots that are in use; global ones stay, and stay noted, unless `global`. */
static void flush_pages(struct tlb_page *pages, struct tlb_used *used, bool global)
{
    for (u64 words = used->words; words;) {
        unsigned word = take_bit(&words);
        used->slots[word] = flush_word(pages + 64 * word, used->slots[word], global);
        if (!used->slots[word])
            used->words &= ~(1u << word);
    }
}

void tlb_flush(struct cpu *cpu, bool global)
{
    struct tlb *tlb = &cpu->tlb;
    tlb_flush_fast(cpu);
    flush_pages(tlb->data, &tlb->data_used, global);
    flush_pages(tlb->code, &tlb->code_used, global);
    blocks_forget_jumps(cpu);
}

void tlb_rebuild(struct cpu *cpu)
{
    struct tlb *tlb = &cpu->tlb;
    for (unsigned i = 0; i < TLB_DATA_ENTRIES; i++)
        note_used(&tlb->data_used, i);
    for (unsigned i = 0; i < TLB_CODE_ENTRIES; i++)
        note_used(&tlb->code_used, i);
    tlb_flush_fast(cpu);
}

void tlb_flush_page(struct cpu *cpu, u32 linear)
{
    struct tlb_page *data = &cpu->tlb.data[data_index(linear)];
    struct tlb_page *code = &cpu->tlb.code[code_index(linear)];
    if (data->linear == page_tag(linear))
        *data = (struct tlb_page){0};
    if (code->linear == page_tag(linear))
        *code = (struct tlb_page){0};
    forget_fast(&cpu->tlb, data_index(linear));
    blocks_forget_jumps(cpu);
}

static void protect_slot(struct tlb *tlb, unsigned index, const u8 *host)
{
    for (unsigned user = 0; user < 2; user++) {
        struct tlb_fast *fast = &tlb->fast[user][index];
        if (!(fast->write_tag & PAGE_OFFSET_MASK) &&
            fast->addend + fast->write_tag == (u64)(uintptr_t)host)
            fast->write_tag |= TLB_CODE;
    }
}

void tlb_protect_code_page(struct cpu *cpu, u32 physical)
{
    const u8 *host = memory_write_pointer(cpu->memory, physical & ~PAGE_OFFSET_MASK);
    if (!host)
        return;
    const struct tlb_used *used = &cpu->tlb.data_used;
    for (u64 words = used->words; words;) {
        unsigned word = take_bit(&words);
        for (u64 left = used->slots[word]; left;)
            protect_slot(&cpu->tlb, 64 * word + take_bit(&left), host);
    }
}

const struct tlb_page *tlb_find_data(const struct cpu *cpu, u32 linear)
{
    const struct tlb_page *page = &cpu->tlb.data[data_index(linear)];
    return page->linear == page_tag(linear) ? page : NULL;
}

const struct tlb_page *tlb_find_code(const struct cpu *cpu, u32 linear)
{
    const struct tlb_page *page = &cpu->tlb.code[code_index(linear)];
    return page->linear == page_tag(linear) ? page : NULL;
}

void tlb_enter_data(struct cpu *cpu, u32 linear, u32 physical, u32 rights)
{
    cpu->tlb.data[data_index(linear)] =
        (struct tlb_page){page_tag(linear), (physical & ~PAGE_OFFSET_MASK) | rights};
    /* tlb_enter_fast() notes the slot as used. */
    tlb_enter_fast(cpu, linear, physical, rights);
}

void tlb_enter_code(struct cpu *cpu, u32 linear, u32 physical, u32 rights)
{
    struct tlb_page *page = &cpu->tlb.code[code_index(linear)];
    struct tlb_page entered = {page_tag(linear), (physical & ~PAGE_OFFSET_MASK) | rights};
    bool evicts = page->linear != 0 && page->linear != entered.linear;
    *page = entered;
    note_used(&cpu->tlb.code_used, code_index(linear));
    if (evicts)
        blocks_forget_jumps(cpu);
}

/* The tag for stores to a page with this tag for loads. */
static u32 store_tag(const struct cpu *cpu, const struct memory_region *region, u32 frame,
                     u32 rights, u32 tag)
{
    if (!(rights & TLB_DIRTY))
        return TLB_NO_TAG;
    if (region->kind == MEMORY_RAM)
        return cpu->memory->code_chunks[frame >> PAGE_SHIFT] ? tag | TLB_CODE : tag;
    return region->kind == MEMORY_DEVICE ? tag : TLB_NO_TAG;
}

void tlb_enter_fast(struct cpu *cpu, u32 linear, u32 physical, u32 rights)
{
    unsigned index = data_index(linear);
    u32 page = linear & ~PAGE_OFFSET_MASK;
    u32 frame = memory_a20(cpu->memory, physical & ~PAGE_OFFSET_MASK);
    const struct memory_region *region = memory_region_of(cpu->memory, frame);
    forget_fast(&cpu->tlb, index);
    note_used(&cpu->tlb.data_used, index);
    bool device = region->kind == MEMORY_DEVICE;
    if ((!region->bytes && !device) || debug_watches_data(cpu))
        return;
    u64 addend =
        device ? frame - page : (u64)(uintptr_t)region->bytes + (frame - region->first) - page;
    u32 tag = device ? page | TLB_DEVICE : page;
    u32 store = store_tag(cpu, region, frame, rights, tag);
    bool writable = rights & TLB_WRITABLE, supervisor_writes = writable || !(cpu->cr0 & CR0_WP);
    cpu->tlb.fast[0][index] =
        (struct tlb_fast){tag, supervisor_writes ? store : TLB_NO_TAG, addend};
    if ((rights & TLB_USER) && !alignment_armed(cpu))
        cpu->tlb.fast[1][index] = (struct tlb_fast){tag, writable ? store : TLB_NO_TAG, addend};
}
