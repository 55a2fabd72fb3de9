#include "support/protection_model.h"
#include "support/suite.h"

/* The manual's rules of task switches as tables (PRM 7.5, Table 7-1; 17 CALL, JMP, INT, IRET), held
   against the CPU for every type, privilege and presence of the descriptors that take part. */

#define GATE BED_FREE_SELECTOR
#define TSS_SELECTOR 0x88u /* the descriptor of the new task in these tests */
#define PART 0x90u         /* the descriptor of the new task's CS, SS, DS or LDT */
#define VECTOR 0x40u
#define NEXT_EIP (BED_CODE + 7)
#define NEW_EIP 0x4321u

/* Offsets in a TSS (PRM Figure 7-1). */
enum { T_EIP = 0x20, T_EFLAGS = 0x24, T_ES = 0x48, T_CS = 0x4c, T_SS = 0x50, T_LDT = 0x60 };
#define T_DS (T_ES + 3 * 4)

static bool is_available_tss(unsigned type)
{
    return type == 1 || type == 9;
}
static bool is_busy_tss(unsigned type)
{
    return type == 3 || type == 11;
}

/* A task in the TSS that TSS_SELECTOR names: ring 0, flat. */
static void write_task(struct cpu_testbed *bed, unsigned ring)
{
    for (u32 offset = 0; offset < 0x68; offset += 4)
        cpu_testbed_write32(bed, BED_OTHER_TSS + offset, 0);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T_EIP, NEW_EIP);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T_EFLAGS, FLAG_ALWAYS);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T_CS, BED_CODE_SELECTOR(ring));
    cpu_testbed_write32(bed, BED_OTHER_TSS + T_SS, BED_DATA_SELECTOR(ring));
    /* as a 286 TSS reads it: CS at 24h, SS at 26h; EFLAGS 2 is a null CS there */
}

static void set_tss(struct cpu_testbed *bed, u16 selector, unsigned type, unsigned dpl,
                    bool present)
{
    u16 access = (u16)(type | dpl << 5 | (present ? SEG_PRESENT : 0));
    cpu_testbed_set_segment(bed, selector, BED_OTHER_TSS, 0x67, access);
}

/* Did the switch happen? What comes after it may still fault, in the new task. */
static bool switched(const struct cpu *cpu, u16 selector)
{
    return cpu->tr.selector == (selector & ~3u) || cpu->tr.selector == selector;
}

static bool transfer(struct cpu *cpu, bool is_call, u16 selector)
{
    return is_call ? transfer_far_call(cpu, selector, 0, true, NEXT_EIP)
                   : transfer_far_jump(cpu, selector, 0, true, NEXT_EIP);
}

/* ---- JMP and CALL to a TSS ---- */

static bool is_beyond_privilege(const struct model_case *c)
{
    return c->dpl < c->cpl || c->dpl < c->rpl;
}
static bool is_not_available(const struct model_case *c)
{
    return !is_available_tss(c->type);
}
static bool is_absent(const struct model_case *c)
{
    return !c->present;
}
static const struct model_rule tss_rules[] = {
    {"TSS: max(CPL, RPL) <= DPL", is_beyond_privilege, EXC_GP, CODE_SELECTOR},
    {"TSS: available", is_not_available, EXC_GP, CODE_SELECTOR},
    {"TSS: present", is_absent, EXC_NP, CODE_SELECTOR},
};

START_TEST(task_switch_to_a_tss_follows_the_model)
{
    static const u8 types[] = {1, 3, 9, 11, 2, 0, 8};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned n = 0; n < ARRAY_COUNT(types) << 8; n++) {
        struct model_case c = {.type = types[n >> 8],
                               .present = n & 1,
                               .is_call = n >> 1 & 1,
                               .cpl = n >> 2 & 3,
                               .rpl = n >> 4 & 3,
                               .dpl = n >> 6 & 3};
        u16 selector = (u16)(TSS_SELECTOR | c.rpl);
        struct model_selectors selectors = {.selector = selector};
        cpu_testbed_enter_ring(bed, c.cpl);
        write_task(bed, 0);
        set_tss(bed, selector, c.type, c.dpl, c.present);
        bool done = transfer(&bed->cpu, c.is_call, selector);
        model_compare(&bed->cpu, done || switched(&bed->cpu, selector),
                      model_judge(tss_rules, ARRAY_COUNT(tss_rules), &c), &selectors, &c);
    }
    model_report("task_jump", MODEL_JUMPS, ARRAY_COUNT(types) << 7);
    model_report("task_call", MODEL_CALLS, ARRAY_COUNT(types) << 7);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Through a task gate, by JMP and CALL and by the IDT ---- */

static bool target_is_not_available(const struct model_case *c)
{
    return !is_available_tss(c->target_type);
}
static bool target_is_absent(const struct model_case *c)
{
    return !c->target_present;
}
static const struct model_rule gate_rules[] = {
    {"gate: max(CPL, RPL) <= DPL", is_beyond_privilege, EXC_GP, CODE_SELECTOR},
    {"gate: present", is_absent, EXC_NP, CODE_SELECTOR},
    {"TSS: available", target_is_not_available, EXC_GP, CODE_TARGET},
    {"TSS: present", target_is_absent, EXC_NP, CODE_TARGET},
};

/* The TSS's own DPL does not count behind a gate. */
static struct model_case gate_case(unsigned n)
{
    return (struct model_case){.type = 5,
                               .present = n & 1,
                               .is_call = n >> 1 & 1,
                               .cpl = n >> 2 & 3,
                               .rpl = n >> 4 & 3,
                               .dpl = n >> 6 & 3,
                               .target_type = n >> 8 & 31,
                               .target_present = n >> 13 & 1,
                               .target_dpl = n >> 14 & 3};
}
#define GATE_CASES (1u << 16)

static void set_gate_and_task(struct cpu_testbed *bed, const struct model_case *c)
{
    cpu_testbed_enter_ring(bed, c->cpl);
    write_task(bed, 0);
    set_tss(bed, TSS_SELECTOR, c->target_type, c->target_dpl, c->target_present);
}

START_TEST(task_switch_through_a_task_gate_follows_the_model)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned n = 0; n < GATE_CASES; n++) {
        struct model_case c = gate_case(n);
        u16 selector = (u16)(GATE | c.rpl);
        struct model_selectors selectors = {.selector = selector, .target = TSS_SELECTOR};
        set_gate_and_task(bed, &c);
        cpu_testbed_set_gate(bed, selector, (u8)(5 | c.dpl << 5 | c.present << 7), TSS_SELECTOR, 0,
                             0);
        bool done = transfer(&bed->cpu, c.is_call, selector);
        model_compare(&bed->cpu, done || switched(&bed->cpu, TSS_SELECTOR),
                      model_judge(gate_rules, ARRAY_COUNT(gate_rules), &c), &selectors, &c);
    }
    model_report("task_jump_gate", MODEL_JUMPS, GATE_CASES / 2);
    model_report("task_call_gate", MODEL_CALLS, GATE_CASES / 2);
    cpu_testbed_free(bed);
}
END_TEST

static bool software_beyond_privilege(const struct model_case *c)
{
    return c->software && c->dpl < c->cpl;
}
/* What is wrong with the TSS of a gate in the IDT is #TS up to the 586, #GP from the 686 on. */
static const struct model_rule idt_rules[] = {
    {"INT n: CPL <= gate DPL", software_beyond_privilege, EXC_GP, CODE_IDT},
    {"gate: present", is_absent, EXC_NP, CODE_IDT},
    {"TSS: available", target_is_not_available, EXC_TS, CODE_TARGET},
    {"TSS: present", target_is_absent, EXC_NP, CODE_TARGET},
};
static const struct model_rule idt_rules_686[] = {
    {"INT n: CPL <= gate DPL", software_beyond_privilege, EXC_GP, CODE_IDT},
    {"gate: present", is_absent, EXC_NP, CODE_IDT},
    {"TSS: available", target_is_not_available, EXC_GP, CODE_TARGET},
    {"TSS: present", target_is_absent, EXC_NP, CODE_TARGET},
};

START_TEST(task_switch_by_the_idt_follows_the_model)
{
    enum cpu_level level = _i ? CPU_686 : CPU_386;
    struct cpu_testbed *bed = cpu_testbed_new(level);
    struct model_selectors selectors = {.target = TSS_SELECTOR, .idt_vector = VECTOR};
    for (unsigned n = 0; n < GATE_CASES; n++) {
        struct model_case c = gate_case(n);
        if (c.rpl != 0 || c.is_call)
            continue; /* neither exists here */
        c.software = true;
        set_gate_and_task(bed, &c);
        cpu_testbed_set_vector(bed, VECTOR, (u8)(5 | c.dpl << 5 | c.present << 7), TSS_SELECTOR, 0);
        bool done = interrupt_software(&bed->cpu, VECTOR, NEXT_EIP);
        model_compare(&bed->cpu, done || switched(&bed->cpu, TSS_SELECTOR),
                      level == CPU_686 ? model_judge(idt_rules_686, ARRAY_COUNT(idt_rules_686), &c)
                                       : model_judge(idt_rules, ARRAY_COUNT(idt_rules), &c),
                      &selectors, &c);
    }
    model_report("task_idt", MODEL_INTERRUPTS, GATE_CASES / 8);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- IRET along the back link ---- */

static bool is_not_busy(const struct model_case *c)
{
    return !is_busy_tss(c->type);
}
static const struct model_rule link_rules[] = {
    {"back link: a busy TSS", is_not_busy, EXC_TS, CODE_SELECTOR},
    {"back link: present", is_absent, EXC_NP, CODE_SELECTOR},
};

START_TEST(task_return_follows_the_model)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned n = 0; n < 1u << 12; n++) {
        struct model_case c = {.type = n & 31,
                               .present = n >> 5 & 1,
                               .cpl = n >> 6 & 3,
                               .rpl = n >> 8 & 3,
                               .dpl = n >> 10 & 3};
        u16 selector = (u16)(TSS_SELECTOR | c.rpl);
        struct model_selectors selectors = {.selector = selector};
        cpu_testbed_enter_ring(bed, c.cpl);
        cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_NT);
        write_task(bed, 0);
        set_tss(bed, selector, c.type, c.dpl, c.present);
        cpu_testbed_write16(bed, BED_TSS, selector);
        bool done = transfer_interrupt_return(&bed->cpu, true, NEXT_EIP);
        model_compare(&bed->cpu, done || switched(&bed->cpu, selector),
                      model_judge(link_rules, ARRAY_COUNT(link_rules), &c), &selectors, &c);
    }
    model_report("task_return", "CF", 1u << 12);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- The new task's selectors: faults of the new task ---- */

static bool code_is_not_code(const struct model_case *c)
{
    return !model_is_code(c->type);
}
static bool code_dpl_is_not_rpl(const struct model_case *c)
{
    return !model_is_conforming(c->type) && c->dpl != c->rpl;
}
static bool conforming_dpl_is_above_rpl(const struct model_case *c)
{
    return model_is_conforming(c->type) && c->dpl > c->rpl;
}
static const struct model_rule new_code_rules[] = {
    {"CS: code", code_is_not_code, EXC_TS, CODE_SELECTOR},
    {"CS: nonconforming, DPL = RPL", code_dpl_is_not_rpl, EXC_TS, CODE_SELECTOR},
    {"CS: conforming, DPL <= RPL", conforming_dpl_is_above_rpl, EXC_TS, CODE_SELECTOR},
    {"CS: present", is_absent, EXC_NP, CODE_SELECTOR},
};

static bool stack_is_not_writable(const struct model_case *c)
{
    return !model_is_writable_data(c->type);
}
static bool stack_ring_is_not_cpl(const struct model_case *c)
{
    return c->rpl != c->cpl || c->dpl != c->cpl;
}
static const struct model_rule new_stack_rules[] = {
    {"SS: writable data", stack_is_not_writable, EXC_TS, CODE_SELECTOR},
    {"SS: RPL = DPL = CPL", stack_ring_is_not_cpl, EXC_TS, CODE_SELECTOR},
    {"SS: present", is_absent, EXC_SS, CODE_SELECTOR},
};

static bool data_is_not_readable(const struct model_case *c)
{
    return !model_is_readable(c->type);
}
static bool data_is_beyond_privilege(const struct model_case *c)
{
    return !model_is_conforming(c->type) && (c->dpl < c->cpl || c->dpl < c->rpl);
}
static const struct model_rule new_data_rules[] = {
    {"DS: data or readable code", data_is_not_readable, EXC_TS, CODE_SELECTOR},
    {"DS: max(CPL, RPL) <= DPL", data_is_beyond_privilege, EXC_TS, CODE_SELECTOR},
    {"DS: present", is_absent, EXC_NP, CODE_SELECTOR},
};

static bool table_is_no_ldt(const struct model_case *c)
{
    return c->type != 2;
}
static const struct model_rule new_ldt_rules[] = {
    {"LDT: a local descriptor table", table_is_no_ldt, EXC_TS, CODE_SELECTOR},
    {"LDT: present", is_absent, EXC_TS, CODE_SELECTOR},
};

struct part {
    const char *name;
    u32 offset; /* in the TSS */
    const struct model_rule *rules;
    size_t count;
    bool gives_ring; /* its RPL is the new CPL */
};
#define RULES(table) table, ARRAY_COUNT(table)
static const struct part parts[] = {
    {"CS", T_CS, RULES(new_code_rules), true},      {"SS", T_SS, RULES(new_stack_rules), false},
    {"DS", T_DS, RULES(new_data_rules), false},     {"ES", T_ES, RULES(new_data_rules), false},
    {"FS", T_DS + 4, RULES(new_data_rules), false}, {"GS", T_DS + 8, RULES(new_data_rules), false},
    {"LDT", T_LDT, RULES(new_ldt_rules), false},
};

START_TEST(task_switch_judges_the_new_selectors_by_the_model)
{
    const struct part *part = &parts[_i];
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned n = 0; n < 1u << 12; n++) {
        struct model_case c = {.type = n & 31,
                               .present = n >> 5 & 1,
                               .rpl = n >> 6 & 3,
                               .dpl = n >> 8 & 3,
                               .cpl = n >> 10 & 3};
        u16 selector = (u16)(PART | c.rpl);
        struct model_selectors selectors = {.selector = selector};
        unsigned ring = part->gives_ring ? c.rpl : c.cpl;
        cpu_testbed_enter_ring(bed, 0);
        write_task(bed, ring);
        set_tss(bed, TSS_SELECTOR, 9, 0, true);
        cpu_testbed_set_segment(bed, selector, 0, 0xfffff, model_access(c.type, c.dpl, c.present));
        cpu_testbed_write32(bed, BED_OTHER_TSS + part->offset, selector);
        bool done = transfer_far_jump(&bed->cpu, TSS_SELECTOR, 0, true, NEXT_EIP);
        const struct model_rule *rule = model_judge(part->rules, part->count, &c);
        model_compare(&bed->cpu, done, rule, &selectors, &c);
        ck_assert_uint_eq(bed->cpu.tr.selector, TSS_SELECTOR); /* the switch has happened */
        ck_assert_uint_eq(bed->cpu.eip, NEW_EIP);
        ck_assert_uint_eq(bed->cpu.cpl, ring);
    }
    model_report("task_selectors", MODEL_JUMPS "|" MODEL_CALLS "|CF|" MODEL_INTERRUPTS,
                 (unsigned)ARRAY_COUNT(parts) << 12);
    cpu_testbed_free(bed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("task_model");
    TCase *cases = tcase_create("model");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, task_switch_to_a_tss_follows_the_model);
    tcase_add_test(cases, task_switch_through_a_task_gate_follows_the_model);
    tcase_add_loop_test(cases, task_switch_by_the_idt_follows_the_model, 0, 2);
    tcase_add_test(cases, task_return_follows_the_model);
    tcase_add_loop_test(cases, task_switch_judges_the_new_selectors_by_the_model, 0,
                        (int)ARRAY_COUNT(parts));
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
