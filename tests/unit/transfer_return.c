#include "support/protection_model.h"

#include "cpu/system.h"

#define TARGET_EIP 0x4321u
#define OUTER_ESP 0x55667788u

/* ---- The model of RETF and IRET in protected mode (PRM 6.3.4.2, 17) ---- */

static bool returns_inwards(const struct model_case *c)
{
    return c->rpl < c->cpl;
}
static bool is_not_code(const struct model_case *c)
{
    return !model_is_code(c->type);
}
static bool conforming_dpl_is_above_rpl(const struct model_case *c)
{
    return model_is_conforming(c->type) && c->dpl > c->rpl;
}
static bool plain_dpl_is_not_rpl(const struct model_case *c)
{
    return !model_is_conforming(c->type) && c->dpl != c->rpl;
}
static bool is_absent(const struct model_case *c)
{
    return !c->present;
}
static const struct model_rule return_rules[] = {
    {"RPL >= CPL", returns_inwards, EXC_GP, CODE_SELECTOR},
    {"code", is_not_code, EXC_GP, CODE_SELECTOR},
    {"conforming: DPL <= RPL", conforming_dpl_is_above_rpl, EXC_GP, CODE_SELECTOR},
    {"nonconforming: DPL = RPL", plain_dpl_is_not_rpl, EXC_GP, CODE_SELECTOR},
    {"present", is_absent, EXC_NP, CODE_SELECTOR},
};

/* Writes a frame of `size`-byte elements at ESP. */
static void write_frame(struct cpu_testbed *bed, unsigned size, const u32 *elements, unsigned count)
{
    bed->cpu.regs[REG_ESP] -= count * size;
    for (unsigned i = 0; i < count; i++)
        memory_write(&bed->memory, bed->cpu.regs[REG_ESP] + i * size, size, elements[i]);
}

static void check_return(struct cpu_testbed *bed, const struct model_case *c, bool is_iret,
                         bool wide)
{
    u16 selector = (u16)(BED_FREE_SELECTOR | c->rpl);
    struct model_selectors selectors = {.selector = selector};
    unsigned size = wide ? 4 : 2;
    cpu_testbed_enter_ring(bed, c->cpl);
    cpu_testbed_set_segment(bed, selector, 0, 0xffff, model_access(c->type, c->dpl, c->present));
    u32 stack[] = {OUTER_ESP, BED_DATA_SELECTOR(c->rpl)};
    u32 head[] = {TARGET_EIP, selector, FLAG_ALWAYS | FLAG_CF};
    write_frame(bed, size, stack, 2);
    write_frame(bed, size, head, is_iret ? 3 : 2);
    u32 esp = bed->cpu.regs[REG_ESP];
    bool done = is_iret ? transfer_interrupt_return(&bed->cpu, wide, 0)
                        : transfer_far_return(&bed->cpu, wide, 0);
    model_compare(&bed->cpu, done, model_judge(return_rules, ARRAY_COUNT(return_rules), c),
                  &selectors, c);
    if (!done) {
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
        ck_assert_uint_eq(bed->cpu.cpl, c->cpl);
        return;
    }
    ck_assert_uint_eq(bed->cpu.cpl, c->rpl);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, selector);
    ck_assert_uint_eq(bed->cpu.eip, TARGET_EIP);
    if (is_iret)
        ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), FLAG_ALWAYS | FLAG_CF);
    if (c->rpl == c->cpl) {
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp + (is_iret ? 3 : 2) * size);
        ck_assert_uint_eq(bed->cpu.segs[SEG_DS].selector, BED_DATA_SELECTOR(c->cpl));
    } else {
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], wide ? OUTER_ESP : OUTER_ESP & 0xffff);
        ck_assert_uint_eq(bed->cpu.segs[SEG_SS].selector, BED_DATA_SELECTOR(c->rpl));
        ck_assert_uint_eq(bed->cpu.segs[SEG_DS].access, 0); /* DPL = old CPL: nulled */
    }
}

START_TEST(transfer_return_follows_the_model)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned n = 0; n < 1u << 14; n++)
        check_return(bed,
                     &(struct model_case){.type = n & 31,
                                          .present = n >> 5 & 1,
                                          .cpl = n >> 6 & 3,
                                          .rpl = n >> 8 & 3,
                                          .dpl = n >> 10 & 3},
                     n >> 12 & 1, n >> 13 & 1);
    model_report("return_far", "CA|CB", 1u << 13);
    model_report("return_interrupt", "CF", 1u << 13);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- The outer stack (from ring 0 to ring 3) ---- */

struct outer_row {
    const char *name;
    u16 selector;
    u16 access; /* of a descriptor put at the selector; 0: none */
    u8 vector;
    u16 error;
};

static const struct outer_row outer_rows[] = {
    {"null", 0x03, 0, EXC_GP, 0},
    {"beyond the table", 0x213, 0, EXC_GP, 0x210},
    {"RPL is not the return RPL", 0x92, 0x40f2, EXC_GP, 0x90},
    {"not writable", 0x93, 0x40f0, EXC_GP, 0x90},
    {"code", 0x93, 0x40fa, EXC_GP, 0x90},
    {"DPL is not the return RPL", 0x93, 0x4092, EXC_GP, 0x90},
    {"absent", 0x93, 0x4072, EXC_SS, 0x90},
};

START_TEST(transfer_return_checks_the_outer_stack)
{
    for (unsigned i = 0; i < ARRAY_COUNT(outer_rows); i++) {
        const struct outer_row *row = &outer_rows[i];
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        cpu_testbed_enter_ring(bed, 0);
        if (row->access)
            cpu_testbed_set_segment(bed, row->selector, 0, 0xffff, row->access);
        u32 frame[] = {TARGET_EIP, BED_CODE_SELECTOR(3), OUTER_ESP, row->selector};
        write_frame(bed, 4, frame, 4);
        ck_assert_msg(!transfer_far_return(&bed->cpu, true, 0), "%s", row->name);
        ck_assert_msg(bed->cpu.fault.vector == row->vector && bed->cpu.fault.error == row->error,
                      "%s: %u(%04x)", row->name, bed->cpu.fault.vector, bed->cpu.fault.error);
        ck_assert_uint_eq(bed->cpu.cpl, 0);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Frames that cannot be returned through (from ring 0); nothing changes ---- */

struct frame_row {
    const char *name;
    bool is_iret;
    u32 frame[9];
    unsigned count;
    u32 stack_end; /* SS limit + 1, as bytes above ESP; 0: 4 GB */
    u8 vector;
};

#define SMALL_CODE(ring) (u16)(0xa0 + 8 * (ring) + (ring)) /* limit 0FFFh */
#define V86_FLAGS (FLAG_ALWAYS | FLAG_VM)
static const struct frame_row frame_rows[] = {
    {"EIP beyond the limit", false, {0x1000, SMALL_CODE(0)}, 2, 0, EXC_GP},
    {"EIP beyond the outer limit", false, {0x1000, SMALL_CODE(3), 0, 0x43}, 4, 0, EXC_GP},
    {"no room for CS", false, {0, SMALL_CODE(0)}, 2, 6, EXC_SS},
    {"no room for EFLAGS", true, {0, SMALL_CODE(0), 0}, 3, 10, EXC_SS},
    {"no room for the outer SS", false, {0, SMALL_CODE(3), 0, 0x43}, 4, 14, EXC_SS},
    {"V86: no room for GS", true, {0, 0, V86_FLAGS, 0, 0, 0, 0, 0, 0}, 9, 34, EXC_SS},
    {"V86: EIP beyond FFFFh", true, {0x10000, 0, V86_FLAGS, 0, 0, 0, 0, 0, 0}, 9, 0, EXC_GP},
};

static void limit_stack(struct cpu_testbed *bed, u32 bytes)
{
    u32 end = bed->cpu.regs[REG_ESP] + bytes;
    if (bytes)
        cpu_set_segment_raw(&bed->cpu, SEG_SS, BED_DATA_SELECTOR(0), 0, end - 1, BED_DATA32);
}

START_TEST(transfer_return_through_a_bad_frame_changes_nothing)
{
    for (unsigned i = 0; i < ARRAY_COUNT(frame_rows); i++) {
        const struct frame_row *row = &frame_rows[i];
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        cpu_testbed_enter_ring(bed, 0);
        cpu_testbed_set_segment(bed, SMALL_CODE(0), 0, 0xfff, BED_CODE32);
        cpu_testbed_set_segment(bed, SMALL_CODE(3), 0, 0xfff, BED_CODE32 | SEG_DPL);
        write_frame(bed, 4, row->frame, row->count);
        limit_stack(bed, row->stack_end);
        u32 esp = bed->cpu.regs[REG_ESP];
        bool done = row->is_iret ? transfer_interrupt_return(&bed->cpu, true, 0)
                                 : transfer_far_return(&bed->cpu, true, 0);
        ck_assert_msg(!done, "%s", row->name);
        ck_assert_msg(bed->cpu.fault.vector == row->vector && bed->cpu.fault.error == 0,
                      "%s: %u(%04x)", row->name, bed->cpu.fault.vector, bed->cpu.fault.error);
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
        ck_assert_uint_eq(bed->cpu.cpl, 0);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(transfer_return_stops_at_an_absent_page_of_its_frame)
{
    for (unsigned elements = 0; elements < 9; elements++) {
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        const u32 frame[] = {0, 0, V86_FLAGS, 0, 0, 0, 0, 0, 0};
        cpu_testbed_enter_ring(bed, 0);
        cpu_testbed_enable_paging(bed);
        bed->cpu.regs[REG_ESP] = 0x201000 - 4 * elements + sizeof frame;
        write_frame(bed, 4, frame, ARRAY_COUNT(frame));
        cpu_testbed_set_pte(bed, 0x201000, 0); /* the element after the first `elements` */
        ck_assert(!transfer_interrupt_return(&bed->cpu, true, 0));
        ck_assert_uint_eq(bed->cpu.fault.vector, EXC_PF);
        ck_assert_uint_eq(bed->cpu.fault.address, 0x201000);
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x201000 - 4 * elements);
        ck_assert(!cpu_v86(&bed->cpu));
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(transfer_return_to_a_16_bit_stack_loads_only_sp)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_set_segment(bed, 0x93, 0, 0xffff, BED_DATA16 | SEG_DPL);
    u32 frame[] = {TARGET_EIP, BED_CODE_SELECTOR(3), OUTER_ESP, 0x93};
    bed->cpu.regs[REG_ESP] = 0x200000;
    write_frame(bed, 4, frame, 4);
    ck_assert(transfer_far_return(&bed->cpu, true, 0));
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x1f0000 | (OUTER_ESP & 0xffff));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_return_in_real_mode_checks_its_stack)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    bed->cpu.regs[REG_ESP] = 0xffff; /* a word would cross the end of the segment */
    ck_assert(!transfer_far_return(&bed->cpu, false, 0));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_SS);
    cpu_testbed_write32(bed, 0x1000, 0x10000);
    bed->cpu.regs[REG_ESP] = 0x1000;
    ck_assert(!transfer_far_return(&bed->cpu, true, 0));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_return_releases_parameters_on_both_stacks)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    u32 frame[] = {TARGET_EIP, BED_CODE_SELECTOR(3), 1, 2, 3, 0x7000, BED_DATA_SELECTOR(3)};
    write_frame(bed, 4, frame, 7);
    ck_assert(transfer_far_return(&bed->cpu, true, 12));
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x7000 + 12);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_return_nulls_only_what_the_outer_ring_may_not_see)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    cpu_set_segment_raw(&bed->cpu, SEG_ES, BED_DATA_SELECTOR(3), 0, 0xffff, 0xf2);
    cpu_set_segment_raw(&bed->cpu, SEG_FS, 0x90, 0, 0xffff, 0x9e); /* conforming code, DPL 0 */
    u32 frame[] = {TARGET_EIP, BED_CODE_SELECTOR(3), 0x7000, BED_DATA_SELECTOR(3)};
    write_frame(bed, 4, frame, 4);
    ck_assert(transfer_far_return(&bed->cpu, true, 0));
    ck_assert_uint_eq(bed->cpu.segs[SEG_ES].selector, BED_DATA_SELECTOR(3));
    ck_assert_uint_eq(bed->cpu.segs[SEG_FS].selector, 0x90);
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].selector, 0);
    ck_assert_uint_eq(bed->cpu.segs[SEG_GS].access, 0);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- EFLAGS that IRET may change (PRM 17 IRET) ---- */

struct flags_row {
    const char *name;
    unsigned ring, iopl;
    bool wide;
    u32 changed; /* all ones are popped into cleared flags: what sticks */
};

#define FREE_FLAGS (FLAGS_ARITHMETIC | FLAG_TF | FLAG_DF | FLAG_NT)
static const struct flags_row flags_rows[] = {
    {"ring 0 changes all", 0, 0, true, FREE_FLAGS | FLAG_IF | FLAG_IOPL | FLAG_RF},
    {"ring 0, 16 bits", 0, 0, false, FREE_FLAGS | FLAG_IF | FLAG_IOPL},
    {"ring 3 within IOPL", 3, 3, true, FREE_FLAGS | FLAG_IF | FLAG_IOPL | FLAG_RF},
    {"ring 3 beyond IOPL", 3, 0, true, FREE_FLAGS | FLAG_RF},
};

START_TEST(transfer_iret_loads_the_flags_that_its_ring_may_change)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned i = 0; i < ARRAY_COUNT(flags_rows); i++) {
        const struct flags_row *row = &flags_rows[i];
        cpu_testbed_enter_ring(bed, row->ring);
        cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | row->iopl << FLAG_IOPL_SHIFT);
        u32 frame[] = {TARGET_EIP, BED_CODE_SELECTOR(row->ring), ~(u32)FLAG_VM};
        write_frame(bed, row->wide ? 4 : 2, frame, 3);
        ck_assert(transfer_interrupt_return(&bed->cpu, row->wide, 0));
        ck_assert_msg(cpu_get_eflags(&bed->cpu) == (FLAG_ALWAYS | row->changed), "%s: %08x",
                      row->name, cpu_get_eflags(&bed->cpu));
    }
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_iret_to_v86_loads_every_segment)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    u32 frame[] = {0x100,  0x1000, FLAG_ALWAYS | FLAG_VM | FLAG_IF, 0xfffe, 0x2000, 0x3000, 0x4000,
                   0x5000, 0x6000};
    write_frame(bed, 4, frame, 9);
    ck_assert(transfer_interrupt_return(&bed->cpu, true, 0));
    const u16 expected[SEG_COUNT] = {[SEG_CS] = 0x1000, [SEG_SS] = 0x2000, [SEG_ES] = 0x3000,
                                     [SEG_DS] = 0x4000, [SEG_FS] = 0x5000, [SEG_GS] = 0x6000};
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        ck_assert_uint_eq(bed->cpu.segs[i].selector, expected[i]);
        ck_assert_uint_eq(bed->cpu.segs[i].base, (u32)expected[i] << 4);
    }
    ck_assert_uint_eq(bed->cpu.cpl, 3);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0xfffe);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), FLAG_ALWAYS | FLAG_VM | FLAG_IF);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_iret_to_v86_is_only_for_ring_0)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 1);
    u32 frame[] = {TARGET_EIP, BED_CODE_SELECTOR(1), FLAG_ALWAYS | FLAG_VM};
    write_frame(bed, 4, frame, 3);
    ck_assert(transfer_interrupt_return(&bed->cpu, true, 0));
    ck_assert(!cpu_v86(&bed->cpu));
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, BED_CODE_SELECTOR(1));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_iret_in_v86_mode_needs_iopl_3)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 0);
    ck_assert(!transfer_interrupt_return(&bed->cpu, false, 0));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    cpu_testbed_enter_v86(bed, 3);
    u32 stack = bed->cpu.segs[SEG_SS].base + bed->cpu.regs[REG_ESP];
    cpu_testbed_write16(bed, stack, 0x55);
    cpu_testbed_write16(bed, stack + 2, 0x900);
    cpu_testbed_write16(bed, stack + 4, FLAG_IF | FLAG_ZF);
    ck_assert(transfer_interrupt_return(&bed->cpu, false, 0));
    ck_assert_uint_eq(bed->cpu.eip, 0x55);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu),
                      FLAG_ALWAYS | FLAG_VM | FLAG_IOPL | FLAG_IF | FLAG_ZF);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(transfer_iret_in_real_mode_pops_three_words)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_set_segment_real(&bed->cpu, SEG_SS, 0x1000);
    bed->cpu.regs[REG_ESP] = 0x100;
    cpu_testbed_write16(bed, 0x10100, 0x1234);
    cpu_testbed_write16(bed, 0x10102, 0x2000);
    cpu_testbed_write16(bed, 0x10104, 0xffff);
    bed->cpu.nmi_blocked = true;
    ck_assert(transfer_interrupt_return(&bed->cpu, false, 0));
    ck_assert_uint_eq(bed->cpu.eip, 0x1234);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].base, 0x20000);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x106);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), FLAG_ALWAYS | FREE_FLAGS | FLAG_IF | FLAG_IOPL);
    ck_assert(!bed->cpu.nmi_blocked);
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("transfer_return", transfer_return_follows_the_model,
           transfer_return_checks_the_outer_stack,
           transfer_return_through_a_bad_frame_changes_nothing,
           transfer_return_stops_at_an_absent_page_of_its_frame,
           transfer_return_to_a_16_bit_stack_loads_only_sp,
           transfer_return_in_real_mode_checks_its_stack,
           transfer_return_releases_parameters_on_both_stacks,
           transfer_return_nulls_only_what_the_outer_ring_may_not_see,
           transfer_iret_loads_the_flags_that_its_ring_may_change,
           transfer_iret_to_v86_loads_every_segment, transfer_iret_to_v86_is_only_for_ring_0,
           transfer_iret_in_v86_mode_needs_iopl_3, transfer_iret_in_real_mode_pops_three_words)
