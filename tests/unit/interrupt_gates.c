#include "support/protection_model.h"

#include "cpu/fault.h"

#define VECTOR 0x40u
#define TARGET 0x88u
#define ENTRY 0x1234u
#define NEXT_EIP (BED_CODE + 2)

/* ---- The model of an interrupt through the IDT (PRM 9.6, 17 INT) ---- */

static bool is_no_idt_gate(const struct model_case *c)
{
    return c->type < 5 || (c->type > 7 && c->type != 14 && c->type != 15);
}
static bool software_beyond_privilege(const struct model_case *c)
{
    return c->software && c->dpl < c->cpl;
}
static bool is_absent(const struct model_case *c)
{
    return !c->present;
}
static bool target_is_not_code(const struct model_case *c)
{
    return !model_is_code(c->target_type);
}
static bool target_is_outer(const struct model_case *c)
{
    return c->target_dpl > c->cpl;
}
static bool target_is_absent(const struct model_case *c)
{
    return !c->target_present;
}
static const struct model_rule rules[] = {
    {"an interrupt, trap or task gate", is_no_idt_gate, EXC_GP, CODE_IDT},
    {"INT n: CPL <= gate DPL", software_beyond_privilege, EXC_GP, CODE_IDT},
    {"gate present", is_absent, EXC_NP, CODE_IDT},
    {"target: code", target_is_not_code, EXC_GP, CODE_TARGET},
    {"target: DPL <= CPL", target_is_outer, EXC_GP, CODE_TARGET},
    {"target: present", target_is_absent, EXC_NP, CODE_TARGET},
};

static void check_frame(struct cpu_testbed *bed, const struct model_case *c, unsigned ring,
                        u32 old_esp, u32 old_flags)
{
    unsigned size = c->type & 8 ? 4 : 2;
    u32 mask = size == 4 ? ~0u : 0xffffu;
    bool inner = ring != c->cpl;
    u32 esp = (inner ? BED_STACK(ring) : old_esp) - size * (inner ? 5 : 3);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
    ck_assert_uint_eq(cpu_testbed_read32(bed, esp) & mask, NEXT_EIP & mask);
    ck_assert_uint_eq(cpu_testbed_read16(bed, esp + size), BED_CODE_SELECTOR(c->cpl));
    ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 2 * size) & mask, old_flags & mask);
    if (inner) {
        ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 3 * size) & mask, old_esp & mask);
        ck_assert_uint_eq(cpu_testbed_read16(bed, esp + 4 * size), BED_DATA_SELECTOR(c->cpl));
    }
}

static void check_interrupt(struct cpu_testbed *bed, const struct model_case *c)
{
    struct model_selectors selectors = {.target = TARGET, .idt_vector = VECTOR};
    u32 flags = FLAG_ALWAYS | FLAG_IF | FLAG_TF | FLAG_NT | FLAG_CF;
    cpu_testbed_enter_ring(bed, c->cpl);
    cpu_set_eflags(&bed->cpu, flags);
    cpu_testbed_set_vector(bed, VECTOR, (u8)(c->type | c->dpl << 5 | (c->present ? 0x80 : 0)),
                           TARGET, 0x20000 + ENTRY);
    cpu_testbed_set_segment(bed, TARGET, 0, 0xfffff,
                            model_access(c->target_type, c->target_dpl, c->target_present));
    u32 esp = bed->cpu.regs[REG_ESP];
    bool done = interrupt_software(&bed->cpu, VECTOR, NEXT_EIP);
    model_compare(&bed->cpu, done, model_judge(rules, ARRAY_COUNT(rules), c), &selectors, c);
    if (!done) {
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], esp);
        ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), flags);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
        return;
    }
    unsigned ring = model_is_conforming(c->target_type) ? c->cpl : c->target_dpl;
    ck_assert_uint_eq(bed->cpu.cpl, ring);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].selector, TARGET | ring);
    ck_assert_uint_eq(bed->cpu.eip, c->type & 8 ? 0x20000 + ENTRY : ENTRY);
    bool trap = c->type & 1;
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), FLAG_ALWAYS | FLAG_CF | (trap ? FLAG_IF : 0));
    check_frame(bed, c, ring, esp, flags);
}

START_TEST(interrupt_through_a_gate_follows_the_model)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    unsigned cases = 0;
    for (unsigned n = 0; n < 1u << 17; n++) {
        struct model_case c = {.type = n & 15,
                               .present = n >> 4 & 1,
                               .cpl = n >> 5 & 3,
                               .dpl = n >> 7 & 3,
                               .target_type = n >> 9 & 31,
                               .target_dpl = n >> 14 & 3,
                               .target_present = n >> 16 & 1,
                               .software = true};
        if (c.type == 5 || (is_no_idt_gate(&c) && n >> 9 != 0))
            continue; /* task gates: task_switch.c; what is no gate has no target to vary */
        check_interrupt(bed, &c);
        cases++;
    }
    model_report("interrupt_gate", MODEL_INTERRUPTS, cases);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(interrupt_from_outside_ignores_the_gates_dpl_and_sets_ext)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 3);
    cpu_testbed_set_vector(bed, VECTOR, 0x8e, BED_CODE_SELECTOR(0), ENTRY);
    ck_assert(!interrupt_software(&bed->cpu, VECTOR, NEXT_EIP));
    ck_assert(interrupt_external(&bed->cpu, VECTOR));
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_STACK(0) - 20), BED_CODE);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_set_vector(bed, VECTOR, 0x0e, BED_CODE_SELECTOR(0), ENTRY); /* absent */
    cpu_testbed_set_vector(bed, EXC_NP, 0x8e, BED_CODE_SELECTOR(0), 0x999);
    ck_assert(interrupt_external(&bed->cpu, VECTOR));
    ck_assert_uint_eq(bed->cpu.eip, 0x999);
    ck_assert_uint_eq(cpu_testbed_read32(bed, bed->cpu.regs[REG_ESP]),
                      VECTOR * 8 + ERROR_IDT + ERROR_EXT);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Exceptions: error codes, RF, CR2 ---- */

START_TEST(interrupt_fault_pushes_its_error_code_and_rf)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 3);
    cpu_testbed_set_vector(bed, EXC_PF, 0x8e, BED_CODE_SELECTOR(0), ENTRY);
    fault_page(&bed->cpu, 0x12345678, PF_USER | PF_WRITE);
    ck_assert(interrupt_fault(&bed->cpu));
    u32 esp = bed->cpu.regs[REG_ESP];
    ck_assert_uint_eq(esp, BED_STACK(0) - 24);
    ck_assert_uint_eq(cpu_testbed_read32(bed, esp), PF_USER | PF_WRITE);
    ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 4), BED_CODE);
    ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 12), FLAG_ALWAYS | FLAG_RF);
    ck_assert_uint_eq(bed->cpu.cr2, 0x12345678);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu) & FLAG_RF, 0);
    ck_assert_uint_eq(bed->cpu.fault_count, 1);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_PF);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(interrupt_debug_trap_does_not_set_rf_and_clears_gd)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_set_vector(bed, EXC_DB, 0x8e, BED_CODE_SELECTOR(0), ENTRY);
    bed->cpu.dr[7] |= BIT(13);
    fault_raise(&bed->cpu, EXC_DB);
    ck_assert(interrupt_fault(&bed->cpu));
    ck_assert_uint_eq(cpu_testbed_read32(bed, bed->cpu.regs[REG_ESP] + 8), FLAG_ALWAYS);
    ck_assert_uint_eq(bed->cpu.dr[7] & BIT(13), 0);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Double faults (PRM 9.8.8, Table 9-3 and 9-4): the first fault's handler is absent ---- */

struct pair_row {
    u8 first, second; /* second: what delivering the first raises */
    u8 delivered;
};

static const struct pair_row pair_rows[] = {
    {EXC_UD, EXC_NP, EXC_NP}, {EXC_BR, EXC_GP, EXC_GP}, {EXC_UD, EXC_PF, EXC_PF},
    {EXC_DE, EXC_NP, EXC_DF}, {EXC_GP, EXC_NP, EXC_DF}, {EXC_SS, EXC_GP, EXC_DF},
    {EXC_TS, EXC_GP, EXC_DF}, {EXC_NP, EXC_GP, EXC_DF}, {EXC_GP, EXC_PF, EXC_PF},
    {EXC_PF, EXC_NP, EXC_DF}, {EXC_PF, EXC_GP, EXC_DF}, {EXC_PF, EXC_PF, EXC_DF},
    {EXC_MP, EXC_GP, EXC_DF}, {EXC_MF, EXC_NP, EXC_NP}, {EXC_DB, EXC_GP, EXC_GP},
};

/* Arranges that the delivery of `first` raises `second`. */
static void arrange_second(struct cpu_testbed *bed, const struct pair_row *row)
{
    switch (row->second) {
    case EXC_NP:
        cpu_testbed_set_vector(bed, row->first, 0x0e, BED_CODE_SELECTOR(0), 0);
        break;
    case EXC_GP:
        cpu_testbed_set_vector(bed, row->first, 0x8e, BED_DATA_SELECTOR(0), 0);
        break;
    default: /* #PF: the descriptor that the gate names lies on an absent page */
        cpu_testbed_set_vector(bed, row->first, 0x8e, 0x1c, 0);
        bed->cpu.ldtr.base = 0x200000;
        cpu_testbed_set_pte(bed, 0x200000, 0);
        break;
    }
}

START_TEST(interrupt_pairs_of_faults_follow_the_table)
{
    for (unsigned i = 0; i < ARRAY_COUNT(pair_rows); i++) {
        const struct pair_row *row = &pair_rows[i];
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        cpu_testbed_enter_ring(bed, 0);
        cpu_testbed_enable_paging(bed);
        for (unsigned vector = 0; vector < 32; vector++)
            cpu_testbed_set_vector(bed, (u8)vector, 0x8e, BED_CODE_SELECTOR(0), 0x9000 + vector);
        arrange_second(bed, row);
        fault_raise_error(&bed->cpu, row->first, 0);
        ck_assert(interrupt_fault(&bed->cpu));
        ck_assert_msg(bed->cpu.eip == 0x9000u + row->delivered, "%u then %u: went to %x",
                      row->first, row->second, bed->cpu.eip);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(interrupt_triple_fault_shuts_down_and_keeps_the_chain)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    bed->cpu.idtr.limit = 0;
    fault_raise_error(&bed->cpu, EXC_GP, 0x18);
    ck_assert(!interrupt_fault(&bed->cpu));
    ck_assert(bed->cpu.shutdown);
    static const u8 chain[] = {EXC_GP, EXC_GP, EXC_DF, EXC_GP};
    ck_assert_uint_eq(bed->cpu.fault_count, ARRAY_COUNT(chain));
    for (unsigned i = 0; i < ARRAY_COUNT(chain); i++)
        ck_assert_uint_eq(bed->cpu.faults[i].fault.vector, chain[i]);
    ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Real and V86 mode ---- */

START_TEST(interrupt_in_real_mode_goes_through_the_vector_table)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_set_segment_real(&bed->cpu, SEG_CS, 0x1000);
    cpu_set_segment_real(&bed->cpu, SEG_SS, 0x2000);
    bed->cpu.regs[REG_ESP] = 0x100;
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_IF | FLAG_TF | FLAG_ZF);
    cpu_testbed_write32(bed, 0x21 * 4, 0x30001234);
    ck_assert(interrupt_software(&bed->cpu, 0x21, 0x55));
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].base, 0x30000);
    ck_assert_uint_eq(bed->cpu.eip, 0x1234);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0xfa);
    ck_assert_uint_eq(cpu_testbed_read16(bed, 0x200fa), 0x55);
    ck_assert_uint_eq(cpu_testbed_read16(bed, 0x200fc), 0x1000);
    ck_assert_uint_eq(cpu_testbed_read16(bed, 0x200fe), FLAG_ALWAYS | FLAG_IF | FLAG_TF | FLAG_ZF);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), FLAG_ALWAYS | FLAG_ZF);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(interrupt_in_real_mode_beyond_the_table_is_vector_8)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    bed->cpu.regs[REG_ESP] = 0x1000;
    bed->cpu.idtr.limit = 9 * 4 - 1;
    cpu_testbed_write32(bed, 8 * 4, 0x30001234);
    ck_assert(!interrupt_software(&bed->cpu, 0x21, 0x55));
    ck_assert(interrupt_fault(&bed->cpu));
    ck_assert_uint_eq(bed->cpu.eip, 0x1234);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x1000 - 6); /* no error code in real mode */
    bed->cpu.idtr.limit = 3;
    ck_assert(!interrupt_software(&bed->cpu, 0x21, 0x55));
    ck_assert(!interrupt_fault(&bed->cpu));
    ck_assert(bed->cpu.shutdown);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(interrupt_from_v86_mode_saves_the_segments_in_ring_0)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 3);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (i != SEG_CS)
            cpu_set_segment_real(&bed->cpu, (enum segment_number)i, (u16)(0x1000 + i));
    cpu_testbed_set_vector(bed, VECTOR, 0xef, BED_CODE_SELECTOR(0), ENTRY);
    u32 flags = cpu_get_eflags(&bed->cpu);
    ck_assert(interrupt_software(&bed->cpu, VECTOR, 2));
    u32 esp = bed->cpu.regs[REG_ESP];
    ck_assert_uint_eq(esp, BED_STACK(0) - 36);
    const u32 frame[] = {2,      BED_CODE >> 4, flags,  0x1000, 0x1000 + SEG_SS,
                         0x1000, 0x1003,        0x1004, 0x1005};
    for (unsigned i = 0; i < ARRAY_COUNT(frame); i++)
        ck_assert_uint_eq(cpu_testbed_read32(bed, esp + 4 * i), frame[i]);
    ck_assert(!cpu_v86(&bed->cpu));
    ck_assert_uint_eq(bed->cpu.cpl, 0);
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].access, 0);
    ck_assert_uint_eq(bed->cpu.segs[SEG_SS].selector, BED_DATA_SELECTOR(0));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(interrupt_from_v86_mode_may_only_enter_ring_0)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 3);
    cpu_testbed_set_vector(bed, VECTOR, 0xee, BED_CODE_SELECTOR(1), ENTRY);
    ck_assert(!interrupt_software(&bed->cpu, VECTOR, 2));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.fault.error, BED_CODE_SELECTOR(1) & ~3u);
    cpu_testbed_free(bed);
}
END_TEST

/* INT 1 asks the gate's DPL, the one-byte ICEBP does not (SDM3 6.12.1.2). */
START_TEST(interrupt_icebp_passes_a_gate_of_ring_0)
{
    for (unsigned one_byte = 0; one_byte < 2; one_byte++) {
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        const u8 *code = one_byte ? (const u8[]){0x90, 0xf1} : (const u8[]){0xcd, 0x01};
        cpu_testbed_enter_ring(bed, 3);
        memory_write_bytes(&bed->memory, BED_CODE, code, 2);
        cpu_testbed_set_vector(bed, EXC_DB, 0x8e, BED_CODE_SELECTOR(0), ENTRY);
        ck_assert_int_eq(interrupt_software(&bed->cpu, EXC_DB, NEXT_EIP), one_byte);
        ck_assert_uint_eq(bed->cpu.cpl, one_byte ? 0 : 3);
        if (!one_byte)
            ck_assert_uint_eq(bed->cpu.fault.error, EXC_DB * 8 + ERROR_IDT);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(interrupt_int_n_in_v86_mode_needs_iopl_3_but_int3_does_not)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_v86(bed, 0);
    cpu_testbed_set_vector(bed, EXC_BP, 0xef, BED_CODE_SELECTOR(0), ENTRY);
    cpu_testbed_write16(bed, BED_CODE, 0x03cd); /* INT 3 in two bytes */
    ck_assert(!interrupt_software(&bed->cpu, EXC_BP, 2));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.fault.error, 0);
    cpu_testbed_write16(bed, BED_CODE, 0x00cc);
    ck_assert(interrupt_software(&bed->cpu, EXC_BP, 1));
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("interrupt", interrupt_through_a_gate_follows_the_model,
           interrupt_from_outside_ignores_the_gates_dpl_and_sets_ext,
           interrupt_fault_pushes_its_error_code_and_rf,
           interrupt_debug_trap_does_not_set_rf_and_clears_gd,
           interrupt_pairs_of_faults_follow_the_table,
           interrupt_triple_fault_shuts_down_and_keeps_the_chain,
           interrupt_in_real_mode_goes_through_the_vector_table,
           interrupt_in_real_mode_beyond_the_table_is_vector_8,
           interrupt_from_v86_mode_saves_the_segments_in_ring_0,
           interrupt_from_v86_mode_may_only_enter_ring_0, interrupt_icebp_passes_a_gate_of_ring_0,
           interrupt_int_n_in_v86_mode_needs_iopl_3_but_int3_does_not)
