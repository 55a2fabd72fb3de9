#include "support/protection_model.h"

#include "cpu/system.h"

#define SELECTOR 0x90u

/* ---- LAR, LSL, VERR, VERW (PRM 11.3, 17): every type against the manual's lists ---- */

static bool lar_type(unsigned type)
{
    return type >= 16 || type == 1 || type == 2 || type == 3 || type == 4 || type == 5 ||
           type == 9 || type == 11 || type == 12;
}
static bool lsl_type(unsigned type)
{
    return type >= 16 || type == 1 || type == 2 || type == 3 || type == 9 || type == 11;
}
static bool readable_type(unsigned type)
{
    return (type >= 16 && type < 24) || (type >= 24 && (type & 2));
}
static bool writable_type(unsigned type)
{
    return type >= 16 && type < 24 && (type & 2);
}

static void check_questions(struct cpu_testbed *bed, unsigned type, unsigned dpl, unsigned cpl,
                            unsigned rpl)
{
    u16 selector = (u16)(SELECTOR | rpl);
    bool seen = type >= 28 || (cpl <= dpl && rpl <= dpl), ok;
    u32 value = 0;
    cpu_testbed_enter_ring(bed, cpl);
    /* Not present: presence does not matter to any of them. */
    cpu_testbed_set_segment(bed, SELECTOR, 0, 0x12345fff, (u16)(type | dpl << 5));
    ck_assert(system_lar(&bed->cpu, selector, &ok, &value));
    ck_assert_msg(ok == (seen && lar_type(type)), "LAR type %u dpl %u cpl %u rpl %u", type, dpl,
                  cpl, rpl);
    if (ok)
        ck_assert_uint_eq(value & 0xf0ff00, 0x800000 | type << 8 | dpl << 13);
    ck_assert(system_lsl(&bed->cpu, selector, &ok, &value));
    ck_assert_msg(ok == (seen && lsl_type(type)), "LSL type %u", type);
    if (ok)
        ck_assert_uint_eq(value, 0x12345fff);
    ck_assert(system_verify(&bed->cpu, selector, false, &ok));
    ck_assert_msg(ok == (seen && readable_type(type)), "VERR type %u", type);
    ck_assert(system_verify(&bed->cpu, selector, true, &ok));
    ck_assert_msg(ok == (seen && writable_type(type)), "VERW type %u", type);
}

START_TEST(system_questions_about_selectors_follow_the_lists)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned n = 0; n < 32 * 4 * 4 * 4; n++)
        check_questions(bed, n & 31, n >> 5 & 3, n >> 7 & 3, n >> 9 & 3);
    model_report("system_questions", "0F 02|0F 03|0F 00 /4|0F 00 /5", 32 * 4 * 4 * 4);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_questions_about_bad_selectors_say_no)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    bool ok = true;
    u32 value;
    cpu_testbed_enter_ring(bed, 3);
    ck_assert(system_lar(&bed->cpu, 3, &ok, &value) && !ok);
    ck_assert(system_lsl(&bed->cpu, 0x233, &ok, &value) && !ok);
    cpu_testbed_enter_v86(bed, 3);
    ck_assert(!system_lar(&bed->cpu, 8, &ok, &value));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_UD);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- LLDT, LTR ---- */

struct load_row {
    const char *name;
    bool is_ltr;
    u16 selector, access;
    bool loads;
    u8 vector;
    u16 error;
};

static const struct load_row load_rows[] = {
    {"LLDT of an LDT", false, 0x90, 0x82, true, 0, 0},
    {"LLDT null", false, 0x00, 0, true, 0, 0},
    {"LLDT in the LDT", false, 0x94, 0x82, false, EXC_GP, 0x94},
    {"LLDT of a TSS", false, 0x90, 0x89, false, EXC_GP, 0x90},
    {"LLDT absent", false, 0x90, 0x02, false, EXC_NP, 0x90},
    {"LLDT beyond the table", false, 0x218, 0, false, EXC_GP, 0x218},
    {"LTR of a 386 TSS", true, 0x90, 0x89, true, 0, 0},
    {"LTR of a 286 TSS", true, 0x90, 0x81, true, 0, 0},
    {"LTR null", true, 0x00, 0, false, EXC_GP, 0},
    {"LTR busy", true, 0x90, 0x8b, false, EXC_GP, 0x90},
    {"LTR absent", true, 0x90, 0x09, false, EXC_NP, 0x90},
};

START_TEST(system_lldt_and_ltr_judge_their_descriptor)
{
    for (unsigned i = 0; i < ARRAY_COUNT(load_rows); i++) {
        const struct load_row *row = &load_rows[i];
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        cpu_testbed_enter_ring(bed, 0);
        if (row->access)
            cpu_testbed_set_segment(bed, row->selector, 0x5000, 0x67, row->access);
        bool loaded = row->is_ltr ? system_ltr(&bed->cpu, row->selector)
                                  : system_lldt(&bed->cpu, row->selector);
        ck_assert_msg(loaded == row->loads, "%s", row->name);
        if (!loaded)
            ck_assert_msg(bed->cpu.fault.vector == row->vector &&
                              bed->cpu.fault.error == row->error,
                          "%s", row->name);
        if (loaded && row->is_ltr)
            ck_assert_uint_eq(cpu_testbed_access(bed, 0x90), row->access | 2);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Privilege: each of these is #GP(0) outside ring 0 ---- */

static bool do_lgdt(struct cpu *cpu)
{
    return system_lgdt(cpu, 0, 0, true);
}
static bool do_lldt(struct cpu *cpu)
{
    return system_lldt(cpu, 0);
}
static bool do_ltr(struct cpu *cpu)
{
    return system_ltr(cpu, BED_OTHER_TSS_SELECTOR);
}
static bool do_lmsw(struct cpu *cpu)
{
    return system_lmsw(cpu, 1);
}
static bool do_write_cr0(struct cpu *cpu)
{
    return system_write_control(cpu, 0, CR0_PE);
}
static bool do_read_cr3(struct cpu *cpu)
{
    u32 value;
    return system_read_control(cpu, 3, &value);
}
static bool do_write_dr0(struct cpu *cpu)
{
    return system_write_debug(cpu, 0, 0);
}

static bool (*const privileged[])(struct cpu *) = {do_lgdt,      do_lldt,      do_ltr,
                                                   do_lmsw,      do_write_cr0, do_read_cr3,
                                                   do_write_dr0, system_clts,  system_ring0};

START_TEST(system_instructions_need_ring_0)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned i = 0; i < ARRAY_COUNT(privileged); i++) {
        for (unsigned ring = 1; ring < 4; ring++) {
            cpu_testbed_enter_ring(bed, ring);
            ck_assert(!privileged[i](&bed->cpu));
            ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
            ck_assert_uint_eq(bed->cpu.fault.error, 0);
        }
        cpu_testbed_enter_ring(bed, 0);
        ck_assert(privileged[i](&bed->cpu));
    }
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Control and debug registers ---- */

START_TEST(system_cr0_keeps_what_the_level_has)
{
    static const u32 expected[] = {[CPU_386] = 0x8000001f,
                                   [CPU_486] = 0xe005003f,
                                   [CPU_586] = 0xe005003f,
                                   [CPU_686] = 0xe005003f};
    for (unsigned level = CPU_386; level <= CPU_686; level++) {
        struct cpu_testbed *bed = cpu_testbed_new((enum cpu_level)level);
        u32 value;
        ck_assert(system_write_control(&bed->cpu, 0, 0xffffffff));
        ck_assert(system_read_control(&bed->cpu, 0, &value));
        ck_assert_uint_eq(value, expected[level]);
        ck_assert(!system_write_control(&bed->cpu, 0, CR0_PG)); /* paging without protection */
        ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
        ck_assert_int_eq(system_write_control(&bed->cpu, 4, 0), level >= CPU_586);
        ck_assert(!system_write_control(&bed->cpu, 1, 0));
        ck_assert_uint_eq(bed->cpu.fault.vector, EXC_UD);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(system_lmsw_sets_protection_but_cannot_clear_it)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    ck_assert(system_lmsw(&bed->cpu, 0xffff));
    ck_assert_uint_eq(bed->cpu.cr0, CR0_ET | CR0_PE | CR0_MP | CR0_EM | CR0_TS);
    ck_assert(system_lmsw(&bed->cpu, 0));
    ck_assert_uint_eq(bed->cpu.cr0, CR0_ET | CR0_PE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_lgdt_with_16_bit_operand_loads_24_bits_of_base)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    ck_assert(system_lgdt(&bed->cpu, 0x7f, 0x12345678, false));
    ck_assert_uint_eq(bed->cpu.gdtr.base, 0x345678);
    ck_assert(system_lidt(&bed->cpu, 0x7f, 0x12345678, true));
    ck_assert_uint_eq(bed->cpu.idtr.base, 0x12345678);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_debug_registers_have_fixed_bits_and_a_guard)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u32 value;
    ck_assert(system_write_debug(&bed->cpu, 6, 0));
    ck_assert(system_write_debug(&bed->cpu, 5, 0)); /* another name of DR7 */
    ck_assert_uint_eq(bed->cpu.dr[6], 0xffff0ff0);
    ck_assert_uint_eq(bed->cpu.dr[7], 0x400);
    ck_assert(system_write_debug(&bed->cpu, 7, BIT(13)));
    ck_assert(!system_read_debug(&bed->cpu, 0, &value));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_DB);
    ck_assert(bed->cpu.dr[6] & BIT(13));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_registers_read_back_what_was_written)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u32 value;
    ck_assert(system_write_control(&bed->cpu, 2, 0x12345678));
    ck_assert(system_read_control(&bed->cpu, 2, &value));
    ck_assert_uint_eq(value, 0x12345678);
    ck_assert(system_write_control(&bed->cpu, 3, 0x12345fff));
    ck_assert(system_read_control(&bed->cpu, 3, &value));
    ck_assert_uint_eq(value, 0x12345000); /* 386: no cache bits */
    ck_assert(system_write_debug(&bed->cpu, 2, 0xcafe));
    ck_assert(system_read_debug(&bed->cpu, 2, &value));
    ck_assert_uint_eq(value, 0xcafe);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_486_cache_bits_depend_on_each_other)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_486);
    ck_assert(!system_write_control(&bed->cpu, 0, CR0_NW));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert(system_write_control(&bed->cpu, 0, CR0_NW | CR0_CD));
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_586_debug_extensions_take_dr4_away)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_586);
    u32 value;
    ck_assert(system_read_debug(&bed->cpu, 4, &value));
    ck_assert_uint_eq(value, 0xffff0ff0);
    ck_assert(system_write_control(&bed->cpu, 4, 8));
    ck_assert(!system_read_debug(&bed->cpu, 4, &value));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_UD);
    ck_assert(!system_write_control(&bed->cpu, 4, 0x80)); /* PGE is of the 686 */
    cpu_testbed_free(bed);
}
END_TEST

/* ---- CLI, STI, POPF (PRM 8.3.1, 15.3) ---- */

struct iopl_row {
    const char *name;
    bool v86;
    unsigned ring, iopl;
    bool allowed;
};

static const struct iopl_row iopl_rows[] = {
    {"ring 0", false, 0, 0, true},
    {"ring 1 at IOPL 1", false, 1, 1, true},
    {"ring 3 at IOPL 2", false, 3, 2, false},
    {"ring 3 at IOPL 3", false, 3, 3, true},
    {"V86 at IOPL 2", true, 3, 2, false},
    {"V86 at IOPL 3", true, 3, 3, true},
};

START_TEST(system_cli_and_sti_need_iopl)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned i = 0; i < ARRAY_COUNT(iopl_rows); i++) {
        const struct iopl_row *row = &iopl_rows[i];
        if (row->v86)
            cpu_testbed_enter_v86(bed, row->iopl);
        else
            cpu_testbed_enter_ring(bed, row->ring);
        bed->cpu.eflags |= row->iopl << FLAG_IOPL_SHIFT;
        bed->cpu.shadow = false;
        ck_assert_msg(system_sti(&bed->cpu) == row->allowed, "%s", row->name);
        ck_assert_int_eq(!!(bed->cpu.eflags & FLAG_IF), row->allowed);
        ck_assert_int_eq(bed->cpu.shadow, row->allowed);
        ck_assert_msg(system_cli(&bed->cpu) == row->allowed, "%s", row->name);
        ck_assert_uint_eq(bed->cpu.eflags & FLAG_IF, 0);
        ck_assert_msg(system_pushf_allowed(&bed->cpu) == (!row->v86 || row->allowed), "%s",
                      row->name);
    }
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(system_popf_changes_what_the_ring_may_change)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u32 always = FLAGS_ARITHMETIC | FLAG_TF | FLAG_DF | FLAG_NT | FLAG_ALWAYS;
    cpu_testbed_enter_ring(bed, 0);
    ck_assert(system_popf(&bed->cpu, ~0u, true));
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), always | FLAG_IF | FLAG_IOPL);
    cpu_testbed_enter_ring(bed, 3);
    ck_assert(system_popf(&bed->cpu, ~0u, true)); /* IF and IOPL are silently kept */
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), always);
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("system", system_questions_about_selectors_follow_the_lists,
           system_questions_about_bad_selectors_say_no, system_lldt_and_ltr_judge_their_descriptor,
           system_instructions_need_ring_0, system_cr0_keeps_what_the_level_has,
           system_lmsw_sets_protection_but_cannot_clear_it,
           system_lgdt_with_16_bit_operand_loads_24_bits_of_base,
           system_debug_registers_have_fixed_bits_and_a_guard, system_cli_and_sti_need_iopl,
           system_registers_read_back_what_was_written, system_486_cache_bits_depend_on_each_other,
           system_586_debug_extensions_take_dr4_away, system_popf_changes_what_the_ring_may_change)
