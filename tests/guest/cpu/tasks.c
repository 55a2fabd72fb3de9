/* Task switches (PRM 7). */
#include "cpu.h"

static struct {
    u32 offset;
    u16 selector;
} __attribute__((packed)) target;

/* The near jump settles QEMU 7.2's flags, which it would otherwise save before computing them. */
FRAGMENT(jump_task, "jmp 1f\n1:\tljmp *(%ebx)\nafter_jump:");
FRAGMENT(call_task, "jmp 1f\n1:\tlcall *(%ebx)\nafter_call:\n\tmovl $0x77, %ecx");
extern const u8 after_jump[], after_call[];
FRAGMENT(other_side, "pushfl\n\tpopl %esi");

static void go(const u8 *code, u16 selector)
{
    target.selector = selector;
    in.ebx = (u32)&target;
    run(0, code);
}

static void expect_fault(u32 vector, u32 error, const u8 *at)
{
    expect("vector", out.vector, vector);
    expect("error code", out.error, error);
    if (at)
        expect("eip", out.eip, (u32)at);
}

#define BUSY 0x8bu
#define AVAILABLE 0x89u

static void task_jump_saves_and_loads_all_registers(void)
{
    task_prepare(&other_task, other_side);
    other_task.eax = 0x11112222;
    other_task.edi = 0x33334444;
    in.ecx = 0x55556666;
    in.eflags = CF;
    go(jump_task, OTHER_TASK);
    expect_fault(DONE, 0, 0);
    expect("new eax", out.eax, 0x11112222);
    expect("new edi", out.edi, 0x33334444);
    expect("saved ecx", main_task.ecx, 0x55556666);
    expect("saved eip", main_task.eip, (u32)after_jump);
    expect("saved eflags", main_task.eflags & CF, CF);
    expect("saved cs", main_task.cs & 0xffff, CODE(0));
    expect("tr", task_register(), OTHER_TASK);
    expect("ts", read_cr0() & 8, 8);
}

static void task_jump_hands_over_the_busy_bit(void)
{
    task_prepare(&other_task, other_side);
    go(jump_task, OTHER_TASK);
    expect("old", access_byte(MAIN_TASK), AVAILABLE);
    expect("new", access_byte(OTHER_TASK), BUSY);
    expect("nt", out.esi & NT, 0);
}

static void task_call_nests(void)
{
    task_prepare(&other_task, other_side);
    go(call_task, OTHER_TASK);
    expect("old", access_byte(MAIN_TASK), BUSY);
    expect("new", access_byte(OTHER_TASK), BUSY);
    expect("nt", out.esi & NT, NT);
    expect("back link", other_task.back_link & 0xffff, MAIN_TASK);
}

FRAGMENT(iret_task, "iret\nafter_iret:");
extern const u8 after_iret[];
static void task_iret_goes_back_along_the_link(void)
{
    task_prepare(&other_task, iret_task);
    go(call_task, OTHER_TASK);
    expect_fault(DONE, 0, 0);
    expect("ecx", out.ecx, 0x77);
    expect("tr", task_register(), MAIN_TASK);
    expect("other", access_byte(OTHER_TASK), AVAILABLE);
    expect("main", access_byte(MAIN_TASK), BUSY);
    expect("saved nt", other_task.eflags & NT, 0);
    expect("saved eip", other_task.eip, (u32)after_iret);
}

static void task_that_is_refused_leaves_the_old_one_running(void)
{
    go(jump_task, MAIN_TASK); /* busy */
    expect_fault(GP, MAIN_TASK, jump_task + 2);
    set_segment(FREE, (u32)&other_task, sizeof other_task - 1, 0x0009);
    go(jump_task, FREE);
    expect_fault(NP, FREE, jump_task + 2);
    set_segment(FREE, (u32)&other_task, 0x66, 0x0089);
    go(jump_task, FREE);
    expect_fault(TS, FREE, jump_task + 2);
    set_call_gate(FREE, 0x85, BEYOND, 0, 0);
    go(jump_task, FREE);
    expect_fault(GP, BEYOND, jump_task + 2);
    set_call_gate(FREE, 0x05, OTHER_TASK, 0, 0);
    go(jump_task, FREE);
    expect_fault(NP, FREE, jump_task + 2);
    expect("tr", task_register(), MAIN_TASK);
}

static void task_gate_is_judged_by_its_own_dpl(void)
{
    task_prepare(&other_task, other_side);
    target.selector = OTHER_TASK + 3;
    in.ebx = (u32)&target;
    run(3, jump_task);
    expect_fault(GP, OTHER_TASK, jump_task + 2);
    set_call_gate(FREE, 0xe5, OTHER_TASK, 0, 0);
    target.selector = FREE + 3;
    in.ebx = (u32)&target;
    run(3, jump_task);
    expect_fault(DONE, 0, 0);
    expect("tr", task_register(), OTHER_TASK);
}

FRAGMENT(int_40_task, "int $0x40\nafter_int_40_task:");
extern const u8 after_int_40_task[];
static void task_gate_serves_an_interrupt(void)
{
    task_prepare(&fault_task, other_side);
    set_vector(0x40, 0xe5, FAULT_TASK, 0);
    run(3, int_40_task);
    expect_fault(DONE, 0, 0);
    expect("tr", task_register(), FAULT_TASK);
    expect("nt", out.esi & NT, NT);
    expect("back link", fault_task.back_link & 0xffff, MAIN_TASK);
    expect("saved eip", main_task.eip, (u32)after_int_40_task);
}

FRAGMENT(bad_selector, "movw %ax, %ds");
FRAGMENT(see_error, "movl (%esp), %eax\n\tmovl %esp, %edx");
static void task_gate_of_a_fault_gets_the_error_code_on_its_stack(void)
{
    task_prepare(&fault_task, see_error);
    u32 top = fault_task.esp;
    set_vector(GP, 0x85, FAULT_TASK, 0);
    in.eax = BEYOND;
    run(3, bad_selector);
    expect_fault(DONE, 0, 0);
    expect("error code", out.eax, BEYOND);
    expect("esp", out.edx, top - 4);
    expect("saved eip", main_task.eip, (u32)bad_selector);
}

struct bad_state {
    u32 cs, ss, ds, ldt;
    u8 vector;
    u16 error;
};

/* A fault after the switch belongs to the new task: its handler sees the new TR. */
static void task_state_that_is_bad_faults_in_the_new_task(void)
{
    static const struct bad_state rows[] = {
        {DATA(0), DATA(0), DATA(0), 0, TS, DATA(0)},
        {CODE(0), DATA(3), DATA(0), 0, TS, DATA(3) & ~3u},
        {CODE(0), CODE(0), DATA(0), 0, TS, CODE(0)},
        {CODE(0), DATA(0), BEYOND, 0, TS, BEYOND},
        {CODE(0), DATA(0), FREE, 0, NP, FREE},
        {CODE(0), DATA(0), DATA(0), CODE(0), TS, CODE(0)},
    };
    for (u32 i = 0; i < ARRAY_COUNT(rows); i++) {
        machine_prepare();
        set_segment(FREE, 0, 0xffffffff, A_DATA & ~A_PRESENT);
        task_prepare(&other_task, other_side);
        other_task.cs = rows[i].cs;
        other_task.ss = rows[i].ss;
        other_task.ds = rows[i].ds;
        other_task.ldt = rows[i].ldt;
        task_prepare(&fault_task, see_error);
        set_vector(rows[i].vector, 0x85, FAULT_TASK, 0);
        go(jump_task, OTHER_TASK);
        expect("vector", out.vector, DONE);
        expect("tr", task_register(), FAULT_TASK);
        expect("error code", out.eax, rows[i].error);
        expect("back link", fault_task.back_link & 0xffff, OTHER_TASK);
        expect("eip in the new TSS", other_task.eip, (u32)other_side);
    }
}

static void task_trap_bit_raises_a_debug_exception(void)
{
    task_prepare(&other_task, other_side);
    other_task.trap = 1;
    write_dr6(0);
    go(jump_task, OTHER_TASK);
    expect_fault(DB, 0, other_side);
    expect("dr6", read_dr6() & 0xe00f, 0x8000);
}

/* Another directory, where PAGE leads to the page behind it. */
FRAGMENT(other_pages, "movl (0x200000), %ecx");
static void task_switch_loads_cr3(void)
{
    u32 *directory = (u32 *)0x300000, *table = (u32 *)0x301000;
    for (u32 i = 0; i < 1024; i++) {
        directory[i] = 0;
        table[i] = *page_entry(i << 12);
    }
    directory[0] = (u32)table | U | W | P;
    table[PAGE >> 12] = (PAGE + 0x1000) | U | W | P;
    *(volatile u32 *)PAGE = 1;
    *(volatile u32 *)(PAGE + 0x1000) = 2;
    paging_on();
    task_prepare(&other_task, other_pages);
    other_task.cr3 = (u32)directory;
    go(jump_task, OTHER_TASK);
    expect_fault(DONE, 0, 0);
    expect("cr3", read_cr3(), (u32)directory);
    expect("word at PAGE", out.ecx, 2);
}

/* In ring 3, on a stack of 16 bits: the upper halves of its registers are not the TSS's. */
static void task_of_a_286_is_narrow(void)
{
    set_segment(FREE, 0x10000, 0xffff, A_CODE | A_DPL(3));
    set_segment(FREE2, PAGE, 0xffff, (A_DATA & 0xff) | A_DPL(3));
    old_task.ip = REAL_OFFSET(other_side);
    old_task.flags = 2;
    old_task.sp = 0x800;
    old_task.ax = 0x1234;
    old_task.cs = FREE + 3;
    old_task.ss = old_task.ds = old_task.es = FREE2 + 3;
    old_task.sp0 = 0x7800;
    old_task.ss0 = DATA(0);
    go(jump_task, OLD_TASK);
    expect_fault(DONE, 0, 0);
    expect("ax", out.eax & 0xffff, 0x1234);
    expect("sp", out.esp & 0xffff, 0x800);
    expect("fs", out.fs & 0xffff, 0);
    expect("tr", task_register(), OLD_TASK);
    expect("eip in the 386's TSS", main_task.eip, (u32)after_jump);
}

FRAGMENT(set_nt, "pushl $0x4002\n\tpopfl\nset_nt_at:\n\tiret");
extern const u8 set_nt_at[];
static void task_return_to_one_that_is_not_busy_is_an_invalid_tss(void)
{
    main_task.back_link = OTHER_TASK;
    run(0, set_nt);
    expect_fault(TS, OTHER_TASK, set_nt_at);
    expect("tr", task_register(), MAIN_TASK);
}

FRAGMENT(ltr_ax, "ltr %ax");
FRAGMENT(lldt_ax, "lldt %ax");
static void task_ltr_and_lldt_judge_their_descriptor(void)
{
    static const struct {
        const u8 *code;
        u16 selector;
        u8 ring, vector;
        u16 error;
    } rows[] = {
        {ltr_ax, 0, 0, GP, 0},
        {ltr_ax, MAIN_TASK, 0, GP, MAIN_TASK}, /* busy */
        {ltr_ax, DATA(0), 0, GP, DATA(0)},
        {ltr_ax, OTHER_TASK, 3, GP, 0},
        {ltr_ax, BEYOND, 0, GP, BEYOND},
        {lldt_ax, 0, 0, DONE, 0},
        {lldt_ax, DATA(0), 0, GP, DATA(0)},
        {lldt_ax, LOCAL_TABLE, 0, DONE, 0},
        {lldt_ax, LOCAL_TABLE, 3, GP, 0},
    };
    for (u32 i = 0; i < ARRAY_COUNT(rows); i++) {
        machine_prepare();
        in.eax = rows[i].selector;
        run(rows[i].ring, rows[i].code);
        expect_fault(rows[i].vector, rows[i].error, 0);
    }
}

static const struct fact facts[] = {
    FACT(task_jump_saves_and_loads_all_registers),
    FACT(task_jump_hands_over_the_busy_bit),
    FACT(task_call_nests),
    FACT(task_iret_goes_back_along_the_link),
    FACT(task_that_is_refused_leaves_the_old_one_running),
    FACT(task_gate_is_judged_by_its_own_dpl),
    FACT(task_gate_serves_an_interrupt),
    FACT(task_gate_of_a_fault_gets_the_error_code_on_its_stack),
    FACT(task_state_that_is_bad_faults_in_the_new_task),
    FACT(task_trap_bit_raises_a_debug_exception),
    FACT(task_switch_loads_cr3),
    FACT(task_of_a_286_is_narrow),
    FACT(task_return_to_one_that_is_not_busy_is_an_invalid_tss),
    FACT(task_ltr_and_lldt_judge_their_descriptor),
};
const struct group task_group = GROUP(facts);
