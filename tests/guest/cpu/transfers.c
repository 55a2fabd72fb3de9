/* Far jumps, calls and returns (PRM 6.3.4, 17 CALL, JMP, RET). */
#include "cpu.h"

static void expect_fault(u32 vector, u32 error, const u8 *at)
{
    expect("vector", out.vector, vector);
    expect("error code", out.error, error);
    if (at)
        expect("eip", out.eip, (u32)at);
}

/* The far pointer that the fragments go through. */
static struct {
    u32 offset;
    u16 selector;
} __attribute__((packed)) target;

FRAGMENT(jump_far, "ljmp *(%ebx)");
FRAGMENT(call_far, "lcall *(%ebx)\nafter_call_far:");
extern const u8 after_call_far[];
/* Where transfers lead: answers with the stack as it is found there. */
FRAGMENT(arrive, "movl %esp, %ebp\n\tmovw %cs, %ax\n\tmovl (%esp), %ecx\n\tmovl 4(%esp), %edx");

static void go(u32 ring, const u8 *code, u16 selector, const u8 *offset)
{
    target.selector = selector;
    target.offset = (u32)offset;
    in.ebx = (u32)&target;
    run(ring, code);
}

static void transfer_jump_and_call_check_type_and_privilege(void)
{
    static const struct {
        u16 selector, access;
        u8 ring, vector;
        u16 error;
    } rows[] = {
        {0, 0, 0, GP, 0},
        {BEYOND, 0, 0, GP, BEYOND},
        {FREE, A_DATA, 0, GP, FREE},
        {FREE, A_CODE, 0, DONE, 0},
        {FREE + 3, A_CODE, 0, GP, FREE},        /* RPL weaker than CPL */
        {FREE, A_CODE | A_DPL(3), 0, GP, FREE}, /* never outwards */
        {FREE + 3, A_CODE, 3, GP, FREE},        /* nor inwards */
        {FREE + 3, A_CONFORMING, 3, DONE, 0},   /* conforming: the ring stays */
        {FREE, A_CONFORMING | A_DPL(3), 0, GP, FREE},
        {FREE, A_CODE & ~A_PRESENT, 0, NP, FREE},
        {FREE, 0x0082, 0, GP, FREE}, /* an LDT */
    };
    for (u32 i = 0; i < ARRAY_COUNT(rows) * 2; i++) {
        const u8 *code = i & 1 ? call_far : jump_far;
        if (rows[i / 2].access)
            set_segment(FREE, 0, 0xffffffff, rows[i / 2].access);
        go(rows[i / 2].ring, code, rows[i / 2].selector, arrive);
        expect_fault(rows[i / 2].vector, rows[i / 2].error, rows[i / 2].vector == DONE ? 0 : code);
        if (rows[i / 2].vector == DONE)
            expect("cs", out.eax & 0xffff, FREE + rows[i / 2].ring);
    }
}

static void transfer_beyond_the_limit_faults_before_the_jump(void)
{
    set_segment(FREE, 0, 0xfff, A_CODE);
    go(0, jump_far, FREE, (const u8 *)0x1000);
    expect_fault(GP, 0, jump_far);
}

static void transfer_call_pushes_cs_and_eip(void)
{
    go(0, call_far, CODE(0), arrive);
    expect("eip", out.ecx, (u32)after_call_far);
    expect("cs", out.edx & 0xffff, CODE(0));
}

static void transfer_gate_checks_its_own_dpl_and_presence(void)
{
    set_call_gate(FREE, 0x8c, CODE(0), (u32)arrive, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(GP, FREE, call_far);
    set_call_gate(FREE, 0x6c, CODE(0), (u32)arrive, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(NP, FREE, call_far);
    set_call_gate(FREE, 0xcc, CODE(0), (u32)arrive, 0); /* DPL 2 */
    go(1, call_far, FREE + 3, 0);                       /* but RPL 3 */
    expect_fault(GP, FREE, call_far);
}

static void transfer_gate_checks_its_target(void)
{
    set_call_gate(FREE, 0xec, 0, (u32)arrive, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(GP, 0, call_far);
    set_call_gate(FREE, 0xec, BEYOND, (u32)arrive, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(GP, BEYOND, call_far);
    set_call_gate(FREE, 0xec, DATA(0), (u32)arrive, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(GP, DATA(0), call_far);
    set_segment(FREE2, 0, 0xffffffff, A_CODE & ~A_PRESENT);
    set_call_gate(FREE, 0xec, FREE2, (u32)arrive, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(NP, FREE2, call_far);
}

static void transfer_jump_through_a_gate_stays_in_its_ring(void)
{
    set_call_gate(FREE, 0xec, CODE(0), (u32)arrive, 0);
    go(3, jump_far, FREE + 3, 0);
    expect_fault(GP, CODE(0), jump_far);
    go(0, jump_far, FREE, 0);
    expect_fault(DONE, 0, 0);
    expect("cs", out.eax & 0xffff, CODE(0));
}

FRAGMENT(call_with_parameters,
         "pushl $3\n\tpushl $2\n\tpushl $1\n\tmovl %esp, %edi\n\tlcall *(%ebx)");
FRAGMENT(arrive_inside, "movl %esp, %ebp\n\tmovl 8(%esp), %eax\n\tmovl 16(%esp), %ecx\n\t"
                        "movl 20(%esp), %edx\n\tmovl 24(%esp), %esi");
static void transfer_call_inwards_copies_parameters(void)
{
    set_call_gate(FREE, 0xec, CODE(1), (u32)arrive_inside, 3);
    go(3, call_with_parameters, FREE + 3, 0);
    expect_fault(DONE, 0, 0);
    expect("esp", out.ebp, main_task.esp1 - 7 * 4);
    expect("first parameter", out.eax, 1);
    expect("last parameter", out.ecx, 3);
    expect("saved esp", out.edx, out.edi);
    expect("saved ss", out.esi & 0xffff, DATA(3));
    expect("cs", out.cs & 0xffff, CODE(1));
}

FRAGMENT(arrive_narrow, "movl %esp, %ebp\n\tmovl (%esp), %eax\n\tmovl 4(%esp), %ecx");
static void transfer_call_through_a_286_gate_pushes_words(void)
{
    set_segment(FREE2, 0x10000, 0xffff, A_CODE);
    set_call_gate(FREE, 0xe4, FREE2, (u32)arrive_narrow - 0x10000, 0);
    go(3, call_far, FREE + 3, 0);
    expect_fault(DONE, 0, 0);
    expect("esp", out.ebp, main_task.esp0 - 4 * 2);
    expect("return address", out.eax, CODE(3) << 16 | ((u32)after_call_far & 0xffff));
    expect("saved ss", out.ecx >> 16, DATA(3));
}

/* The handler cannot use the ring's stack either: the exceptions have tasks of their own, which
   tell them apart. */
FRAGMENT(take_error_code, "movl (%esp), %eax");
static void transfer_inner_stack_faults_are_invalid_tss(void)
{
    static const struct {
        u16 ss, access;
        u8 vector;
        u16 error;
    } rows[] = {
        {0, 0, TS, 0},
        {BEYOND, 0, TS, BEYOND},
        {FREE2 + 1, A_DATA, TS, FREE2},
        {FREE2, A_DATA | A_DPL(1), TS, FREE2},
        {FREE2, A_READ_ONLY, TS, FREE2},
        {FREE2, A_DATA & ~A_PRESENT, SS, FREE2},
    };
    for (u32 i = 0; i < ARRAY_COUNT(rows); i++) {
        machine_prepare();
        set_call_gate(FREE, 0xec, CODE(0), (u32)arrive, 0);
        if (rows[i].access)
            set_segment(FREE2, 0, 0xffffffff, rows[i].access);
        set_vector(TS, 0xe5, rows[i].vector == TS ? FAULT_TASK : OTHER_TASK, 0);
        set_vector(SS, 0xe5, rows[i].vector == SS ? FAULT_TASK : OTHER_TASK, 0);
        fault_task.eip = other_task.eip = (u32)take_error_code;
        main_task.ss0 = rows[i].ss;
        go(3, call_far, FREE + 3, 0);
        expect_fault(DONE, 0, 0);
        expect("tr", task_register(), FAULT_TASK);
        expect("eip in the old TSS", main_task.eip, (u32)call_far);
        expect("error code on the new stack", out.eax, rows[i].error);
    }
}

FRAGMENT(return_far, "pushl %ecx\n\tpushl %edx\n\tpushl %eax\n\tpushl %esi\n\tlret\n");
FRAGMENT(outside, "movw %cs, %ax\n\tmovw %ds, %cx\n\tmovw %es, %dx\n\tmovl %esp, %ebp");

static void return_to(u32 ring, u16 selector)
{
    in.ecx = DATA(selector & 3); /* SS:ESP of the outer ring */
    in.edx = PAGE + 0x800;
    in.eax = selector;
    in.esi = (u32)outside;
    run(ring, return_far);
}

static void transfer_return_outwards_nulls_inner_segments(void)
{
    in.es = DATA(3);
    return_to(0, CODE(3));
    expect_fault(DONE, 0, 0);
    expect("cs", out.eax & 0xffff, CODE(3));
    expect("ds", out.ecx & 0xffff, 0);
    expect("es", out.edx & 0xffff, DATA(3));
    expect("esp", out.ebp, PAGE + 0x800);
}

static void transfer_return_never_goes_inwards(void)
{
    return_to(3, CODE(0));
    expect_fault(GP, CODE(0), return_far + 4);
}

static void transfer_return_checks_its_code_segment(void)
{
    return_to(0, DATA(0));
    expect_fault(GP, DATA(0), return_far + 4);
    return_to(0, 0);
    expect_fault(GP, 0, return_far + 4);
    set_segment(FREE, 0, 0xffffffff, A_CODE & ~A_PRESENT);
    return_to(0, FREE);
    expect_fault(NP, FREE, return_far + 4);
    set_segment(FREE, 0, 0xffffffff, A_CODE | A_DPL(2));
    return_to(0, FREE + 3);
    expect_fault(GP, FREE, return_far + 4);
}

FRAGMENT(return_and_release, "pushl %ecx\n\tpushl %edx\n\tpushl $0\n\tpushl $0\n\tpushl %eax\n\t"
                             "pushl %esi\n\tlret $8\n");
static void transfer_return_releases_parameters_of_both_stacks(void)
{
    in.ecx = DATA(3);
    in.edx = PAGE + 0x800;
    in.eax = CODE(3);
    in.esi = (u32)outside;
    run(0, return_and_release);
    expect_fault(DONE, 0, 0);
    expect("esp", out.ebp, PAGE + 0x808);
}

FRAGMENT(near_beyond, "jmp *%eax");
static void transfer_near_jump_beyond_the_limit_faults_at_the_jump(void)
{
    set_segment(FREE, 0, 0x1ffff, A_CODE);
    in.cs = FREE;
    in.eax = 0x20000;
    run(0, near_beyond);
    expect_fault(GP, 0, near_beyond);
}

static const struct fact facts[] = {
    FACT(transfer_jump_and_call_check_type_and_privilege),
    FACT(transfer_beyond_the_limit_faults_before_the_jump),
    FACT(transfer_call_pushes_cs_and_eip),
    FACT(transfer_gate_checks_its_own_dpl_and_presence),
    FACT(transfer_gate_checks_its_target),
    FACT(transfer_jump_through_a_gate_stays_in_its_ring),
    FACT(transfer_call_inwards_copies_parameters),
    FACT(transfer_call_through_a_286_gate_pushes_words),
    FACT(transfer_inner_stack_faults_are_invalid_tss),
    FACT(transfer_return_outwards_nulls_inner_segments),
    FACT(transfer_return_never_goes_inwards),
    FACT(transfer_return_checks_its_code_segment),
    FACT(transfer_return_releases_parameters_of_both_stacks),
    FACT(transfer_near_jump_beyond_the_limit_faults_at_the_jump),
};
const struct group transfer_group = GROUP(facts);
