#include "cpu/translate.h"

#include "cpu/access.h"
#include "cpu/blocks.h"
#include "cpu/descriptor.h"
#include "cpu/fault.h"
#include "cpu/tlb_fill.h"

/* Bits of a page directory or table entry (PRM 5.2.4). */
#define ENTRY_PRESENT BIT(0)
#define ENTRY_WRITABLE BIT(1)
#define ENTRY_USER BIT(2)
#define ENTRY_ACCESSED BIT(5)
#define ENTRY_DIRTY BIT(6)
#define ENTRY_LARGE BIT(7)  /* 586, in a directory entry with CR4.PSE */
#define ENTRY_GLOBAL BIT(8) /* 686 with CR4.PGE */
#define ENTRY_FRAME 0xfffff000u
#define LARGE_FRAME 0xffc00000u
#define LARGE_OFFSET 0x003ff000u
#define LARGE_RESERVED 0x003ff000u /* between the flags and the frame */

#define CR4_PSE BIT(4)
#define CR4_PGE BIT(7)

#define ALL_RIGHTS (TLB_WRITABLE | TLB_USER | TLB_DIRTY)

/* Who looks on; both may be null. */
struct watch {
    translate_observer *observer;
    void *context;
};

ALWAYS_INLINE void show(const struct watch *watch, const struct translate_step *step)
{
    if (watch->observer)
        watch->observer(watch->context, step);
}

/* ---- Segmentation ---- */

static bool type_allows(unsigned access, enum access_kind kind)
{
    if (kind == ACCESS_EXECUTE)
        return true; /* whatever CS holds was checked when it was loaded */
    if (access_is_code(access))
        return kind == ACCESS_READ && (access & SEG_READABLE);
    return kind == ACCESS_READ || (access & SEG_WRITABLE);
}

static const char *type_rule(enum access_kind kind)
{
    return kind == ACCESS_WRITE ? "a store needs a writable data segment"
                                : "a load needs a data segment or readable code";
}

struct segment_verdict segment_check(const struct segment *segment, u32 offset, unsigned size,
                                     enum access_kind kind)
{
    if (segment->access == 0)
        return (struct segment_verdict){false, false, "the selector is not null", "PRM 6.3.1"};
    if (!type_allows(segment->access, kind))
        return (struct segment_verdict){false, false, type_rule(kind), "PRM 6.3.1.1"};
    u64 last = (u64)offset + size - 1;
    if (access_is_data(segment->access) && (segment->access & SEG_EXPAND_DOWN)) {
        u32 top = segment->access & SEG_BIG ? 0xffffffffu : 0xffffu;
        return (struct segment_verdict){offset > segment->limit && last <= top, true,
                                        "expand-down: limit < offset, last byte <= top",
                                        "PRM 6.3.1.2"};
    }
    return (struct segment_verdict){last <= segment->limit, true, "last byte <= limit",
                                    "PRM 6.3.1.2"};
}

static bool check_segment(const struct segment *segment, bool is_stack, u32 offset,
                          const struct access *access, const struct watch *watch,
                          struct translation *result)
{
    struct segment_verdict verdict = segment_check(segment, offset, access->size, access->kind);
    if (!verdict.passed)
        result->fault = (struct fault){.vector = is_stack && verdict.limit ? EXC_SS : EXC_GP,
                                       .has_error = true};
    show(watch, &(struct translate_step){.kind = STEP_SEGMENT,
                                         .passed = verdict.passed,
                                         .value = offset,
                                         .selector = segment->selector,
                                         .segment = *segment,
                                         .fault = result->fault,
                                         .rule = verdict.rule,
                                         .source = verdict.source});
    return verdict.passed;
}

/* ---- Paging ---- */

/* The walk is expanded twice: for those who look on, and for the processor, where nothing is left
   of the observer. */

/* What a walk found; addresses of the entries are after A20. */
struct walk {
    u32 pde_address, pte_address; /* pte_address 0 with a large page */
    u32 pde, pte;
    u32 page;   /* before A20 */
    u32 rights; /* TLB_* */
    bool from_tlb;
};

ALWAYS_INLINE u32 peek_entry(const struct memory *memory, u32 address)
{
    const struct memory_region *region = memory_region_of(memory, address);
    u8 bytes[4];
    if (region->bytes)
        return load_le32(region->bytes + (address - region->first));
    memory_peek(memory, address, bytes, sizeof bytes);
    return load_le32(bytes);
}

ALWAYS_INLINE bool rights_allow(const struct cpu *cpu, u32 rights, const struct access *access)
{
    if (access->user)
        return (rights & TLB_USER) && (access->kind != ACCESS_WRITE || (rights & TLB_WRITABLE));
    return access->kind != ACCESS_WRITE || (rights & TLB_WRITABLE) || !(cpu->cr0 & CR0_WP);
}

static struct fault page_fault(u32 linear, const struct access *access, u16 protection)
{
    u16 error = protection;
    if (access->kind == ACCESS_WRITE)
        error |= PF_WRITE;
    if (access->user)
        error |= PF_USER;
    return (struct fault){.vector = EXC_PF, .has_error = true, .error = error, .address = linear};
}

struct walker {
    const struct cpu *cpu;
    u32 linear;
    const struct access *access;
    struct watch watch;
};

/* Shows an entry's step; false when its check fails. */
ALWAYS_INLINE bool entry_step(const struct walker *w, enum translate_step_kind kind, u32 address,
                              u32 entry, bool rights_hold, struct fault *fault)
{
    bool present = entry & ENTRY_PRESENT;
    bool passed = present && rights_hold;
    if (!passed)
        *fault = page_fault(w->linear, w->access, present ? PF_PROTECTION : 0);
    show(&w->watch,
         &(struct translate_step){.kind = kind,
                                  .passed = passed,
                                  .address = address,
                                  .value = entry,
                                  .fault = passed ? (struct fault){0} : *fault,
                                  .rule = present && kind == STEP_PTE
                                              ? "U/S and R/W of directory and table allow it"
                                              : "P = 1",
                                  .source = present && kind == STEP_PTE ? "PRM 6.4" : "PRM 5.2.4"});
    return passed;
}

ALWAYS_INLINE u32 entry_rights(const struct cpu *cpu, u32 pde, u32 leaf)
{
    u32 both = pde & leaf;
    u32 rights = 0;
    if (both & ENTRY_WRITABLE)
        rights |= TLB_WRITABLE;
    if (both & ENTRY_USER)
        rights |= TLB_USER;
    if (leaf & ENTRY_DIRTY)
        rights |= TLB_DIRTY;
    if ((leaf & ENTRY_GLOBAL) && (cpu->cr4 & CR4_PGE))
        rights |= TLB_GLOBAL;
    return rights;
}

/* A directory entry that maps 4 MB itself (SDM3 4.3). With CR4.PSE its reserved bits must be 0: the
   fault tells so in the error code, whatever the rights would say. */
ALWAYS_INLINE bool walk_large(const struct walker *w, struct walk *walk, struct fault *fault)
{
    bool reserved = (walk->pde & ENTRY_PRESENT) && (walk->pde & LARGE_RESERVED);
    walk->page = (walk->pde & LARGE_FRAME) | (w->linear & LARGE_OFFSET);
    walk->rights = entry_rights(w->cpu, walk->pde, walk->pde);
    bool hold = !reserved && rights_allow(w->cpu, walk->rights, w->access);
    bool passed = entry_step(w, STEP_PDE, walk->pde_address, walk->pde, hold, fault);
    if (reserved)
        fault->error |= PF_RESERVED;
    return passed;
}

/* Reads the directory and the table, and changes nothing. */
ALWAYS_INLINE bool walk_tables(const struct walker *w, struct walk *walk, struct fault *fault)
{
    const struct memory *memory = w->cpu->memory;
    u32 directory = w->cpu->cr3 & ENTRY_FRAME;
    walk->pde_address = memory_a20(memory, directory + (w->linear >> 22) * 4);
    walk->pde = peek_entry(memory, walk->pde_address);
    if ((walk->pde & ENTRY_LARGE) && (w->cpu->cr4 & CR4_PSE))
        return walk_large(w, walk, fault);
    if (!entry_step(w, STEP_PDE, walk->pde_address, walk->pde, true, fault))
        return false;
    u32 index = w->linear >> PAGE_SHIFT & 0x3ff;
    walk->pte_address = memory_a20(memory, (walk->pde & ENTRY_FRAME) + index * 4);
    walk->pte = peek_entry(memory, walk->pte_address);
    walk->page = walk->pte & ENTRY_FRAME;
    walk->rights = entry_rights(w->cpu, walk->pde, walk->pte);
    return entry_step(w, STEP_PTE, walk->pte_address, walk->pte,
                      rights_allow(w->cpu, walk->rights, w->access), fault);
}

/* An entry that allows the access, and needs no D bit set, answers for the tables. */
ALWAYS_INLINE bool find_in_tlb(const struct walker *w, struct walk *walk)
{
    const struct tlb_page *page = w->access->kind == ACCESS_EXECUTE
                                      ? tlb_find_code(w->cpu, w->linear)
                                      : tlb_find_data(w->cpu, w->linear);
    bool hit = page && rights_allow(w->cpu, page->physical, w->access) &&
               (w->access->kind != ACCESS_WRITE || (page->physical & TLB_DIRTY));
    if (hit)
        *walk = (struct walk){.page = page->physical & ENTRY_FRAME,
                              .rights = page->physical & PAGE_OFFSET_MASK,
                              .from_tlb = true};
    show(&w->watch, &(struct translate_step){.kind = STEP_TLB,
                                             .passed = true,
                                             .value = hit ? walk->page : 0,
                                             .tlb_hit = hit,
                                             .rule = "the buffer holds the page with these rights",
                                             .source = "PRM 5.2.5"});
    return hit;
}

/* A page without paging, or one that the buffer knows. The processor's most frequent question. */
ALWAYS_INLINE bool known_page(const struct walker *w, struct walk *walk)
{
    if (cpu_paging(w->cpu))
        return find_in_tlb(w, walk);
    *walk = (struct walk){.page = w->linear & ENTRY_FRAME, .rights = ALL_RIGHTS};
    return true;
}

ALWAYS_INLINE bool resolve_page(const struct walker *w, bool use_tlb, struct walk *walk,
                                struct fault *fault)
{
    if ((use_tlb || !cpu_paging(w->cpu)) && known_page(w, walk))
        return true;
    *walk = (struct walk){0};
    return walk_tables(w, walk, fault);
}

static const char *page_kind_text(const struct memory *memory, u32 physical)
{
    static const char *const texts[] = {
        [MEMORY_NONE] = "nothing answers at this address",
        [MEMORY_RAM] = "RAM",
        [MEMORY_ROM] = "ROM",
        [MEMORY_DEVICE] = "a device answers",
    };
    return texts[memory_region_of(memory, physical)->kind];
}

ALWAYS_INLINE bool resolve(const struct walker *w, bool use_tlb, struct walk *walk,
                           struct translation *result)
{
    result->linear = w->linear;
    result->valid = resolve_page(w, use_tlb, walk, &result->fault);
    if (!result->valid)
        return false;
    result->rights = walk->rights;
    result->physical = memory_a20(w->cpu->memory, walk->page | (w->linear & PAGE_OFFSET_MASK));
    show(&w->watch,
         &(struct translate_step){.kind = STEP_PHYSICAL,
                                  .passed = true,
                                  .address = result->physical,
                                  .value = result->physical,
                                  .rule = page_kind_text(w->cpu->memory, result->physical),
                                  .source = "PRM 5.2"});
    return true;
}

bool translate_linear(const struct cpu *cpu, u32 linear, const struct access *access, bool use_tlb,
                      translate_observer *observer, void *context, struct translation *result)
{
    struct walker w = {cpu, linear, access, {observer, context}};
    struct walk walk;
    *result = (struct translation){0};
    return resolve(&w, use_tlb, &walk, result);
}

bool translate_look(struct cpu *cpu, u32 linear, const struct access *access)
{
    struct walker w = {cpu, linear, access, {NULL, NULL}};
    struct walk walk;
    struct fault fault;
    if (resolve_page(&w, true, &walk, &fault))
        return true;
    cpu->fault = fault;
    return false;
}

/* ---- The slow path's side effects ---- */

static void set_bits(struct cpu *cpu, u32 address, u32 entry, u32 bits)
{
    if ((entry & bits) != bits)
        memory_write(cpu->memory, address, 4, entry | bits);
}

/* A in both entries; D in the one that maps the page, when written (PRM 5.2.4.3). */
static void mark_entries(struct cpu *cpu, struct walk *walk, bool written)
{
    u32 leaf_bits = ENTRY_ACCESSED | (written ? ENTRY_DIRTY : 0);
    if (written)
        walk->rights |= TLB_DIRTY;
    if (!walk->pte_address) {
        set_bits(cpu, walk->pde_address, walk->pde, leaf_bits);
        return;
    }
    if (!(walk->pde & ENTRY_ACCESSED)) {
        set_bits(cpu, walk->pde_address, walk->pde, ENTRY_ACCESSED);
        /* A table that maps itself may be its own directory: read again what was just written. */
        walk->pte = peek_entry(cpu->memory, walk->pte_address);
    }
    set_bits(cpu, walk->pte_address, walk->pte, leaf_bits);
}

static bool commit_walk(struct cpu *cpu, u32 linear, const struct access *access, u32 *physical)
{
    struct walker w = {cpu, linear, access, {NULL, NULL}};
    struct walk walk = {0};
    if (!walk_tables(&w, &walk, &cpu->fault)) {
        log_line(cpu->log, LOG_MMU, "#PF linear %08x error %u", linear, cpu->fault.error);
        return false;
    }
    *physical = memory_a20(cpu->memory, walk.page | (linear & PAGE_OFFSET_MASK));
    mark_entries(cpu, &walk, access->kind == ACCESS_WRITE);
    if (access->kind == ACCESS_EXECUTE)
        tlb_enter_code(cpu, linear, walk.page, walk.rights);
    else
        tlb_enter_data(cpu, linear, walk.page, walk.rights);
    return true;
}

bool translate_commit(struct cpu *cpu, u32 linear, const struct access *access, u32 *physical)
{
    struct walker w = {cpu, linear, access, {NULL, NULL}};
    struct walk walk;
    if (!known_page(&w, &walk))
        return commit_walk(cpu, linear, access, physical);
    *physical = memory_a20(cpu->memory, walk.page | (linear & PAGE_OFFSET_MASK));
    if (access->kind != ACCESS_EXECUTE)
        tlb_enter_fast(cpu, linear, walk.page, walk.rights);
    return true;
}

/* ---- From a logical address ---- */

static bool from_segment(const struct cpu *cpu, const struct segment *segment, bool is_stack,
                         u32 offset, const struct access *access, const struct watch *watch,
                         struct translation *result)
{
    if (!check_segment(segment, is_stack, offset, access, watch, result))
        return false;
    u32 linear = segment->base + offset;
    show(watch, &(struct translate_step){.kind = STEP_LINEAR,
                                         .passed = true,
                                         .address = linear,
                                         .value = linear,
                                         .segment = *segment,
                                         .rule = "linear = base + offset",
                                         .source = "PRM 5.1"});
    struct walker w = {cpu, linear, access, *watch};
    struct walk walk;
    return resolve(&w, true, &walk, result);
}

bool translate_segment(const struct cpu *cpu, enum segment_number number, u32 offset,
                       const struct access *access, translate_observer *observer, void *context,
                       struct translation *result)
{
    *result = (struct translation){0};
    return from_segment(cpu, &cpu->segs[number], number == SEG_SS, offset, access,
                        &(struct watch){observer, context}, result);
}

bool translate_descriptor(const struct cpu *cpu, u16 selector, u64 *descriptor, u32 *address)
{
    u8 bytes[8];
    if (!descriptor_locate(cpu, selector, address) ||
        !translate_peek(cpu, *address, bytes, sizeof bytes))
        return false;
    *descriptor = load_le64(bytes);
    return true;
}

/* What a segment register would say to this selector; `error` 0 when it would be loaded. */
static const char *descriptor_rule(const struct cpu *cpu, u16 selector, struct descriptor *d,
                                   u64 *image, struct fault *fault)
{
    *fault = (struct fault){.vector = EXC_GP, .has_error = true};
    if (selector_null(selector))
        return "the selector is not null";
    fault->error = selector_error(selector);
    if (!translate_descriptor(cpu, selector, image, &d->linear))
        return "the index is within the table's limit";
    d->low = (u32)*image;
    d->high = (u32)(*image >> 32);
    if (!(descriptor_access(d) & SEG_NONSYSTEM))
        return "the descriptor is of a code or data segment";
    fault->vector = EXC_NP;
    if (!descriptor_present(d))
        return "P = 1";
    *fault = (struct fault){0};
    return "code or data, present";
}

static bool segment_of_selector(const struct cpu *cpu, u16 selector, const struct watch *watch,
                                struct segment *segment, struct fault *fault)
{
    if (!cpu_protected(cpu) || cpu_v86(cpu)) {
        segment_from_v86(segment, selector);
        return true;
    }
    struct descriptor d = {0};
    u64 image = 0;
    const char *rule = descriptor_rule(cpu, selector, &d, &image, fault);
    bool passed = !fault->has_error;
    show(watch, &(struct translate_step){.kind = STEP_DESCRIPTOR,
                                         .passed = passed,
                                         .address = d.linear,
                                         .value = image,
                                         .selector = selector,
                                         .fault = *fault,
                                         .rule = rule,
                                         .source = "PRM 5.1.3"});
    if (passed)
        segment_from_descriptor(segment, selector, &d);
    return passed;
}

bool translate_selector(const struct cpu *cpu, u16 selector, u32 offset,
                        const struct access *access, translate_observer *observer, void *context,
                        struct translation *result)
{
    struct watch watch = {observer, context};
    struct segment segment = {0};
    *result = (struct translation){0};
    return segment_of_selector(cpu, selector, &watch, &segment, &result->fault) &&
           from_segment(cpu, &segment, false, offset, access, &watch, result);
}

/* ---- A debugger's reads and writes ---- */

/* Bytes from `linear` to the end of its page, at most count; 0 when it is not mapped. */
static u32 peek_run(const struct cpu *cpu, u32 linear, u32 count, u32 *physical)
{
    struct translation result;
    struct access access = {ACCESS_READ, 1, false};
    u32 room = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
    if (!translate_linear(cpu, linear, &access, true, NULL, NULL, &result))
        return 0;
    *physical = result.physical;
    return count < room ? count : room;
}

bool translate_peek(const struct cpu *cpu, u32 linear, void *to, u32 count)
{
    u8 *out = to;
    while (count > 0) {
        u32 physical;
        u32 run = peek_run(cpu, linear, count, &physical);
        if (run == 0)
            return false;
        memory_peek(cpu->memory, physical, out, run);
        linear += run;
        out += run;
        count -= run;
    }
    return true;
}

bool translate_poke(struct cpu *cpu, u32 linear, const void *from, u32 count)
{
    const u8 *in = from;
    while (count > 0) {
        u32 physical;
        u32 run = peek_run(cpu, linear, count, &physical);
        if (run == 0 || !memory_write_pointer(cpu->memory, physical))
            return false;
        memory_write_bytes(cpu->memory, physical, in, run);
        linear += run;
        in += run;
        count -= run;
    }
    return true;
}
