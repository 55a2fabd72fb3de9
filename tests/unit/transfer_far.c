#include "support/protection_model.h"

#include "cpu/data.h"

#define TARGET 0x88u /* code segment that a gate leads to */
#define ENTRY 0x1234u
#define NEXT_EIP (BED_CODE + 7)

/* ---- The model of far JMP and CALL (PRM 6.3.4, 17) ---- */

static bool names_neither_code_nor_system(const struct model_case *c)
{
    switch (c->type) {
    case 1: /* TSS, call gates, task gate */
    case 4:
    case 5:
    case 9:
    case 12:
        return false;
    default:
        return !model_is_code(c->type);
    }
}
static bool conforming_is_inner_or_equal(const struct model_case *c)
{
    return model_is_conforming(c->type) && c->dpl > c->cpl;
}
static bool plain_rpl_is_above_cpl(const struct model_case *c)
{
    return model_is_code(c->type) && !model_is_conforming(c->type) && c->rpl > c->cpl;
}
static bool plain_dpl_is_not_cpl(const struct model_case *c)
{
    return model_is_code(c->type) && !model_is_conforming(c->type) && c->dpl != c->cpl;
}
static bool is_absent(const struct model_case *c)
{
    return !c->present;
}
static const struct model_rule direct_rules[] = {
    {"code or a system descriptor", names_neither_code_nor_system, EXC_GP, CODE_SELECTOR},
    {"conforming: DPL <= CPL", conforming_is_inner_or_equal, EXC_GP, CODE_SELECTOR},
    {"nonconforming: RPL <= CPL", plain_rpl_is_above_cpl, EXC_GP, CODE_SELECTOR},
    {"nonconforming: DPL = CPL", plain_dpl_is_not_cpl, EXC_GP, CODE_SELECTOR},
    {"present", is_absent, EXC_NP, CODE_SELECTOR},
};

static bool gate_is_beyond_privilege(const struct model_case *c)
{
    return c->dpl < c->cpl || c->dpl < c->rpl;
}
static bool target_is_not_code(const struct model_case *c)
{
    return !model_is_code(c->target_type);
}
static bool target_is_outer(const struct model_case *c)
{
    return c->target_dpl > c->cpl;
}
static bool jump_changes_ring(const struct model_case *c)
{
    return !c->is_call && !model_is_conforming(c->target_type) && c->target_dpl != c->cpl;
}
static bool target_is_absent(const struct model_case *c)
{
    return !c->target_present;
}
static const struct model_rule gate_rules[] = {
    {"gate: max(CPL, RPL) <= DPL", gate_is_beyond_privilege, EXC_GP, CODE_SELECTOR},
    {"gate: present", is_absent, EXC_NP, CODE_SELECTOR},
    {"target: code", target_is_not_code, EXC_GP, CODE_TARGET},
    {"target: DPL <= CPL", target_is_outer, EXC_GP, CODE_TARGET},
    {"JMP stays in its ring", jump_changes_ring, EXC_GP, CODE_TARGET},
    {"target: present", target_is_absent, EXC_NP, CODE_TARGET},
};

static bool transfer(struct cpu *cpu, bool is_call, u16 selector, u32 offset)
{
    return is_call ? transfer_far_call(cpu, selector, offset, true, NEXT_EIP)
                   : transfer_far_jump(cpu, selector, offset, true, NEXT_EIP);
}

/* What a transfer that fails must leave alone. */
struct visible {
    u32 regs[8], eip;
    struct segment segs[SEG_COUNT];
    u8 cpl;
};

static void keep_visible(const struct cpu *cpu, struct visible *kept)
{
    memcpy(kept->regs, cpu->regs, sizeof kept->regs);
    memcpy(kept->segs, cpu->segs, sizeof kept->segs);
    kept->eip = cpu->eip;
    kept->cpl = cpu->cpl;
}

static void check_unchanged(const struct cpu *cpu, const struct visible *before)
{
    ck_assert_mem_eq(cpu->regs, before->regs, sizeof cpu->regs);
    ck_assert_mem_eq(cpu->segs, before->segs, sizeof cpu->segs);
    ck_assert_uint_eq(cpu->eip, before->eip);
    ck_assert_uint_eq(cpu->cpl, before->cpl);
}

static void check_direct(struct cpu_testbed *bed, const struct model_case *c,
                         struct visible *before)
{
    u16 selector = (u16)(BED_FREE_SELECTOR | c->rpl);
    struct model_selectors selectors = {.selector = selector};
    cpu_testbed_enter_ring(bed, c->cpl);
    cpu_testbed_set_segment(bed, selector, 0x10000, 0xffff,
                            model_access(c->type, c->dpl, c->present));
    keep_visible(&bed->cpu, before);
    bool done = transfer(&bed->cpu, c->is_call, selector, ENTRY);
    model_compare(&bed->cpu, done, model_judge(direct_rules, ARRAY_COUNT(direct_rules), c),
                  &selectors, c);
    if (!done) {
        check_unchanged(&bed->cpu, before);
        return;
    }
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, (selector & ~3u) | c->cpl);
    ck_assert_uint_eq(bed->cpu.cpl, c->cpl);
    ck_assert_uint_eq(bed->cpu.eip, ENTRY);
    u32 esp = before->regs[REG_ESP] - (c->is_call ? 8 : 0);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
    if (c->is_call) {
        ck_assert_uint_eq(cpu_testbed_read32(bed, esp), NEXT_EIP);
        ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 4), BED_CODE_SELECTOR(c->cpl));
    }
}

static bool is_gate_or_tss(unsigned type)
{
    return type == 1 || type == 4 || type == 5 || type == 9 || type == 12;
}

START_TEST(transfer_far_to_a_segment_follows_the_model)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct visible before;
    unsigned cases[2] = {0, 0}; /* jumps, calls */
    for (unsigned n = 0; n < 4 * 4 * 4 * 2 * 2 * 32; n++) {
        struct model_case c = {.type = n & 31,
                               .present = n >> 5 & 1,
                               .is_call = n >> 6 & 1,
                               .cpl = n >> 7 & 3,
                               .rpl = n >> 9 & 3,
                               .dpl = n >> 11 & 3};
        if (is_gate_or_tss(c.type))
            continue;
        check_direct(bed, &c, &before);
        cases[c.is_call]++;
    }
    model_report("transfer_jump", MODEL_JUMPS, cases[0]);
    model_report("transfer_call", MODEL_CALLS, cases[1]);
    cpu_testbed_free(bed);
}
END_TEST

static void check_gate_frame(struct cpu_testbed *bed, const struct model_case *c, unsigned ring,
                             const struct visible *before)
{
    bool wide = c->type == 12;
    unsigned size = wide ? 4 : 2;
    bool inner = ring != c->cpl;
    u32 mask = wide ? ~0u : 0xffffu;
    u32 top = inner ? BED_STACK(ring) : before->regs[REG_ESP];
    u32 esp = top - size * (inner ? 4 : 2);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
    ck_assert_uint_eq(cpu_testbed_read32(bed, esp) & mask, NEXT_EIP & mask);
    ck_assert_uint_eq(cpu_testbed_read16(bed, esp + size), BED_CODE_SELECTOR(c->cpl));
    if (inner) {
        ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 2 * size) & mask, BED_STACK(c->cpl));
        ck_assert_uint_eq(cpu_testbed_read16(bed, esp + 3 * size), BED_DATA_SELECTOR(c->cpl));
        ck_assert_uint_eq(bed->cpu.segs[SEG_SS].selector, BED_DATA_SELECTOR(ring));
    }
}

static void check_gate(struct cpu_testbed *bed, const struct model_case *c, struct visible *before)
{
    u16 selector = (u16)(BED_FREE_SELECTOR | c->rpl);
    struct model_selectors selectors = {.selector = selector, .target = TARGET};
    u8 gate_access = (u8)(c->type | c->dpl << 5 | (c->present ? 0x80 : 0));
    cpu_testbed_enter_ring(bed, c->cpl);
    cpu_testbed_set_gate(bed, selector, gate_access, TARGET, 0x20000 + ENTRY, 0);
    cpu_testbed_set_segment(bed, TARGET, 0, 0xfffff,
                            model_access(c->target_type, c->target_dpl, c->target_present));
    keep_visible(&bed->cpu, before);
    bool done = transfer(&bed->cpu, c->is_call, selector, 0xdeadbeef);
    model_compare(&bed->cpu, done, model_judge(gate_rules, ARRAY_COUNT(gate_rules), c), &selectors,
                  c);
    if (!done) {
        check_unchanged(&bed->cpu, before);
        return;
    }
    unsigned ring = model_is_conforming(c->target_type) ? c->cpl : c->target_dpl;
    ck_assert_uint_eq(bed->cpu.cpl, ring);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, TARGET | ring);
    ck_assert_uint_eq(bed->cpu.eip, c->type == 12 ? 0x20000 + ENTRY : ENTRY);
    if (c->is_call)
        check_gate_frame(bed, c, ring, before);
}

START_TEST(transfer_far_through_a_call_gate_follows_the_model)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct visible before;
    for (unsigned n = 0; n < 1u << 17; n++) {
        struct model_case c = {.type = n & 1 ? 12 : 4,
                               .present = n >> 1 & 1,
                               .is_call = n >> 2 & 1,
                               .cpl = n >> 3 & 3,
                               .rpl = n >> 5 & 3,
                               .dpl = n >> 7 & 3,
                               .target_type = n >> 9 & 31,
                               .target_dpl = n >> 14 & 3,
                               .target_present = n >> 16 & 1};
        check_gate(bed, &c, &before);
    }
    model_report("transfer_jump_gate", MODEL_JUMPS, 1u << 16);
    model_report("transfer_call_gate", MODEL_CALLS, 1u << 16);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Selectors, offsets, stacks ---- */

struct failure_row {
    const char *name;
    void (*arrange)(struct cpu_testbed *bed);
    u16 selector;
    u8 vector;
    u16 error;
};

static void arrange_nothing(struct cpu_testbed *bed)
{
    (void)bed;
}
static void call_gate(struct cpu_testbed *bed, u16 target, u32 offset)
{
    cpu_testbed_set_gate(bed, BED_FREE_SELECTOR, 0xec, target, offset, 0);
}
static void arrange_null_gate_target(struct cpu_testbed *bed)
{
    call_gate(bed, 3, 0);
}
static void arrange_gate_beyond_table(struct cpu_testbed *bed)
{
    call_gate(bed, 0x208, 0);
}
static void arrange_gate_beyond_limit(struct cpu_testbed *bed)
{
    cpu_testbed_set_segment(bed, TARGET, 0, 0xff, BED_CODE32);
    call_gate(bed, TARGET, 0x100);
}
static void inner_stack(struct cpu_testbed *bed, u16 selector, u32 esp)
{
    cpu_testbed_write32(bed, BED_TSS + 4, esp);
    cpu_testbed_write16(bed, BED_TSS + 8, selector);
    call_gate(bed, BED_CODE_SELECTOR(0), ENTRY);
}
static void arrange_null_stack(struct cpu_testbed *bed)
{
    inner_stack(bed, 0, 0x1000);
}
static void arrange_stack_beyond_table(struct cpu_testbed *bed)
{
    inner_stack(bed, 0x210, 0x1000);
}
static void arrange_stack_rpl(struct cpu_testbed *bed)
{
    inner_stack(bed, BED_DATA_SELECTOR(0) | 1, 0x1000);
}
static void arrange_stack_dpl(struct cpu_testbed *bed)
{
    inner_stack(bed, BED_DATA_SELECTOR(1) & ~3, 0x1000);
}
static void arrange_stack_is_code(struct cpu_testbed *bed)
{
    inner_stack(bed, BED_CODE_SELECTOR(0), 0x1000);
}
static void arrange_stack_absent(struct cpu_testbed *bed)
{
    cpu_testbed_set_segment(bed, 0x90, 0, 0xffff, BED_DATA32 & ~SEG_PRESENT);
    inner_stack(bed, 0x90, 0x1000);
}
static void arrange_stack_full(struct cpu_testbed *bed)
{
    cpu_testbed_set_segment(bed, 0x90, 0, 0xffff, BED_DATA32);
    inner_stack(bed, 0x90, 15);
}
static void arrange_short_tss(struct cpu_testbed *bed)
{
    bed->cpu.tr.limit = 0x0a;
    call_gate(bed, BED_CODE_SELECTOR(0), ENTRY);
}
static void arrange_task_gate_local(struct cpu_testbed *bed)
{
    cpu_testbed_set_gate(bed, BED_FREE_SELECTOR, 0xe5, BED_OTHER_TSS_SELECTOR | 4, 0, 0);
}
static void arrange_task_gate_busy(struct cpu_testbed *bed)
{
    cpu_testbed_set_gate(bed, BED_FREE_SELECTOR, 0xe5, BED_TSS_SELECTOR, 0, 0);
}
static void arrange_small_code(struct cpu_testbed *bed)
{
    cpu_testbed_set_segment(bed, TARGET, 0, ENTRY - 1, BED_CODE32 | 0x60);
}
static void arrange_full_stack(struct cpu_testbed *bed)
{
    bed->cpu.regs[REG_ESP] = 4;
}

/* From ring 3. */
static const struct failure_row failure_rows[] = {
    {"null selector", arrange_nothing, 3, EXC_GP, 0},
    {"beyond the table", arrange_nothing, 0x233, EXC_GP, 0x230},
    {"offset beyond the code limit", arrange_small_code, TARGET | 3, EXC_GP, 0},
    {"no room for the return address", arrange_full_stack, BED_CODE_SELECTOR(3), EXC_SS, 0},
    {"gate with a null target", arrange_null_gate_target, BED_FREE_SELECTOR, EXC_GP, 0},
    {"gate to beyond the table", arrange_gate_beyond_table, BED_FREE_SELECTOR, EXC_GP, 0x208},
    {"gate to beyond the limit", arrange_gate_beyond_limit, BED_FREE_SELECTOR, EXC_GP, 0},
    {"inner SS null", arrange_null_stack, BED_FREE_SELECTOR, EXC_TS, 0},
    {"inner SS beyond the table", arrange_stack_beyond_table, BED_FREE_SELECTOR, EXC_TS, 0x210},
    {"inner SS with a wrong RPL", arrange_stack_rpl, BED_FREE_SELECTOR, EXC_TS, 0x10},
    {"inner SS with a wrong DPL", arrange_stack_dpl, BED_FREE_SELECTOR, EXC_TS, 0x20},
    {"inner SS not writable data", arrange_stack_is_code, BED_FREE_SELECTOR, EXC_TS, 0x08},
    {"inner SS absent", arrange_stack_absent, BED_FREE_SELECTOR, EXC_SS, 0x90},
    {"inner stack full", arrange_stack_full, BED_FREE_SELECTOR, EXC_SS, 0x90},
    {"TSS too short for SS0", arrange_short_tss, BED_FREE_SELECTOR, EXC_TS, BED_TSS_SELECTOR},
    {"task gate to the LDT", arrange_task_gate_local, BED_FREE_SELECTOR, EXC_GP,
     BED_OTHER_TSS_SELECTOR | 4},
    {"task gate to a busy TSS", arrange_task_gate_busy, BED_FREE_SELECTOR, EXC_GP,
     BED_TSS_SELECTOR},
    {"TSS with too low a DPL", arrange_nothing, BED_OTHER_TSS_SELECTOR, EXC_GP,
     BED_OTHER_TSS_SELECTOR},
};

START_TEST(transfer_far_call_that_fails_changes_nothing)
{
    struct visible before;
    for (unsigned i = 0; i < ARRAY_COUNT(failure_rows); i++) {
        const struct failure_row *row = &failure_rows[i];
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        cpu_testbed_enter_ring(bed, 3);
        cpu_set_segment_raw(&bed->cpu, SEG_SS, BED_DATA_SELECTOR(3), 0, 0xffff, BED_DATA32 | 0x60);
        row->arrange(bed);
        keep_visible(&bed->cpu, &before);
        ck_assert_msg(!transfer_far_call(&bed->cpu, row->selector, ENTRY, true, NEXT_EIP), "%s",
                      row->name);
        ck_assert_msg(bed->cpu.fault.vector == row->vector && bed->cpu.fault.error == row->error,
                      "%s: %u(%04x)", row->name, bed->cpu.fault.vector, bed->cpu.fault.error);
        check_unchanged(&bed->cpu, &before);
        cpu_testbed_free(bed);
    }
}
END_TEST

static void check_parameters(unsigned size)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    unsigned count = 3;
    cpu_testbed_enter_ring(bed, 3);
    cpu_testbed_set_gate(bed, BED_FREE_SELECTOR, size == 4 ? 0xec : 0xe4, BED_CODE_SELECTOR(1),
                         ENTRY, count);
    bed->cpu.regs[REG_ESP] -= count * size;
    u32 caller = bed->cpu.regs[REG_ESP];
    for (unsigned i = 0; i < count; i++)
        memory_write(&bed->memory, caller + i * size, size, 0x1111 * (i + 1));
    ck_assert(transfer_far_call(&bed->cpu, BED_FREE_SELECTOR, 0, true, NEXT_EIP));
    u32 esp = bed->cpu.regs[REG_ESP];
    ck_assert_uint_eq(esp, BED_STACK(1) - (count + 4) * size);
    for (unsigned i = 0; i < count; i++)
        ck_assert_uint_eq(memory_read(&bed->memory, esp + (2 + i) * size, size), 0x1111 * (i + 1));
    ck_assert_uint_eq(memory_read(&bed->memory, esp + (2 + count) * size, size), caller);
    cpu_testbed_free(bed);
}

START_TEST(transfer_far_call_copies_parameters_to_the_inner_stack)
{
    check_parameters(2);
    check_parameters(4);
}
END_TEST

START_TEST(transfer_far_call_in_real_mode_pushes_words)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_set_segment_real(&bed->cpu, SEG_CS, 0x1000);
    cpu_set_segment_real(&bed->cpu, SEG_SS, 0x2000);
    bed->cpu.regs[REG_ESP] = 0xabcd0002; /* only SP moves, and wraps */
    ck_assert(transfer_far_call(&bed->cpu, 0x3000, 0x12345678, false, 0x105));
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0xabcdfffe);
    ck_assert_uint_eq(cpu_testbed_read16(bed, 0x20000), 0x1000);
    ck_assert_uint_eq(cpu_testbed_read16(bed, 0x2fffe), 0x105);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].base, 0x30000);
    ck_assert_uint_eq(bed->cpu.eip, 0x5678);
    ck_assert(!transfer_far_jump(&bed->cpu, 0x3000, 0x12345678, true, 0));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("transfer_far", transfer_far_to_a_segment_follows_the_model,
           transfer_far_through_a_call_gate_follows_the_model,
           transfer_far_call_that_fails_changes_nothing,
           transfer_far_call_copies_parameters_to_the_inner_stack,
           transfer_far_call_in_real_mode_pushes_words)
