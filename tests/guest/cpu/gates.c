/* Interrupts and exceptions through the IDT (PRM 9). */
#include "cpu.h"

#define VECTOR 0x40u

static void expect_fault(u32 vector, u32 error, const u8 *at)
{
    expect("vector", out.vector, vector);
    expect("error code", out.error, error);
    if (at)
        expect("eip", out.eip, (u32)at);
}

FRAGMENT(int_40, "int $0x40\nafter_int_40:");
extern const u8 after_int_40[];
FRAGMENT(handler,
         "pushfl\n\tpopl %eax\n\tmovl %esp, %ebp\n\tmovl (%esp), %ecx\n\tmovl 4(%esp), %edx\n\t"
         "movl 8(%esp), %esi");

static void gate_dpl_holds_for_int_n(void)
{
    set_vector(VECTOR, 0x8e, CODE(0), (u32)handler);
    run(3, int_40);
    expect_fault(GP, VECTOR * 8 + 2, int_40);
    set_vector(VECTOR, 0xee, CODE(0), (u32)handler);
    run(3, int_40);
    expect_fault(DONE, 0, 0);
}

static void gate_that_is_absent_or_no_gate_faults(void)
{
    set_vector(VECTOR, 0x6e, CODE(0), (u32)handler);
    run(0, int_40);
    expect_fault(NP, VECTOR * 8 + 2, int_40);
    set_vector(VECTOR, 0xec, CODE(0), (u32)handler); /* a call gate */
    run(0, int_40);
    expect_fault(GP, VECTOR * 8 + 2, int_40);
}

FRAGMENT(int_ff, "int $0xff");
static void gate_beyond_the_table_faults(void)
{
    run(0, int_ff);
    expect_fault(GP, 0xff * 8 + 2, int_ff);
}

static void gate_checks_its_target(void)
{
    set_vector(VECTOR, 0xee, 0, (u32)handler);
    run(0, int_40);
    expect_fault(GP, 0, int_40);
    set_vector(VECTOR, 0xee, DATA(0), (u32)handler);
    run(0, int_40);
    expect_fault(GP, DATA(0), int_40);
    set_vector(VECTOR, 0xee, CODE(3), (u32)handler); /* outwards */
    run(0, int_40);
    expect_fault(GP, CODE(3) & ~3u, int_40);
    set_segment(FREE, 0, 0xffffffff, A_CODE & ~A_PRESENT);
    set_vector(VECTOR, 0xee, FREE, (u32)handler);
    run(0, int_40);
    expect_fault(NP, FREE, int_40);
}

static void gate_of_an_interrupt_clears_if_and_of_a_trap_keeps_it(void)
{
    set_vector(VECTOR, 0xee, CODE(0), (u32)handler);
    in.eflags = IF | NT;
    run(0, int_40);
    expect("flags inside", out.eax & (IF | NT | TF), 0);
    expect("saved flags", out.esi & (IF | NT), IF | NT);
    set_vector(VECTOR, 0xef, CODE(0), (u32)handler);
    in.eflags = IF;
    run(0, int_40);
    expect("flags inside", out.eax & (IF | NT | TF), IF);
}

static void gate_inwards_switches_the_stack(void)
{
    set_vector(VECTOR, 0xee, CODE(1), (u32)handler);
    run(3, int_40);
    expect("esp", out.ebp, main_task.esp1 - 5 * 4);
    expect("saved eip", out.ecx, (u32)after_int_40);
    expect("saved cs", out.edx & 0xffff, CODE(3));
}

static void gate_to_conforming_code_keeps_ring_and_stack(void)
{
    set_segment(FREE, 0, 0xffffffff, A_CONFORMING);
    set_vector(VECTOR, 0xee, FREE, (u32)handler);
    in.esp = PAGE + 0x100;
    run(3, int_40);
    expect("esp", out.ebp, PAGE + 0x100 - 3 * 4);
    expect("cs", out.cs & 0xffff, FREE + 3);
}

static void gate_of_a_286_pushes_words(void)
{
    set_segment(FREE, 0x10000, 0xffff, A_CODE);
    set_vector(VECTOR, 0xe6, FREE, (u32)handler - 0x10000);
    in.eflags = CF;
    run(3, int_40);
    expect_fault(DONE, 0, 0);
    expect("esp", out.ebp, main_task.esp0 - 5 * 2);
    expect("saved ip and cs", out.ecx, CODE(3) << 16 | ((u32)after_int_40 & 0xffff));
    expect("saved flags and sp", out.edx & 0xffff, 2 | CF);
}

FRAGMENT(divide_by_zero, "divl %ecx");
static void gate_fault_saves_rf_and_a_trap_does_not(void)
{
    run(0, divide_by_zero);
    expect_fault(DE, 0, divide_by_zero);
    expect("rf", out.eflags & RF, RF);
    set_vector(VECTOR, 0xee, CODE(0), (u32)handler);
    run(0, int_40);
    expect("rf", out.esi & RF, 0);
}

FRAGMENT(int_3, "int3\nafter_int_3:");
extern const u8 after_int_3[];
static void gate_of_int3_is_a_trap_for_all_rings(void)
{
    run(3, int_3);
    expect_fault(BP, 0, after_int_3);
}

FRAGMENT(undefined, "ud2");
static void gate_of_an_exception_that_is_absent_gives_a_double_fault_or_not(void)
{
    set_vector(UD, 0x0e, CODE(0), 0); /* benign, then contributory: handled one after the other */
    run(0, undefined);
    expect_fault(NP, UD * 8 + 2 + 1, undefined);
    set_vector(DE, 0x0e, CODE(0), 0); /* contributory twice: a double fault */
    run(0, divide_by_zero);
    expect_fault(DF, 0, divide_by_zero);
}

FRAGMENT(cli_ring, "cli");
FRAGMENT(sti_ring, "sti");
FRAGMENT(hlt_ring, "hlt");
static void gate_iopl_rules_cli_and_sti(void)
{
    run(3, cli_ring);
    expect_fault(GP, 0, cli_ring);
    run(3, sti_ring);
    expect_fault(GP, 0, sti_ring);
    in.eflags = IOPL(3);
    run(3, sti_ring);
    expect_fault(DONE, 0, 0);
    expect("if", out.eflags & IF, IF);
    in.eflags = IOPL(3);
    run(3, hlt_ring);
    expect_fault(GP, 0, hlt_ring);
}

FRAGMENT(pop_flags, "pushl %eax\n\tpopfl\n\tpushfl\n\tpopl %ebx");
static void gate_popf_changes_what_its_ring_may(void)
{
    in.eax = IOPL(3) | IF | CF | 2;
    run(3, pop_flags);
    expect("flags", out.ebx & (IOPL(3) | IF | CF), CF);
    in.eax = IOPL(1) | IF | 2;
    in.eflags = IOPL(3);
    run(3, pop_flags);
    expect("flags", out.ebx & (IOPL(3) | IF), IOPL(3) | IF);
    in.eax = IOPL(2) | VM | RF | 2;
    run(0, pop_flags);
    expect("flags", out.ebx & (IOPL(3) | VM | RF), IOPL(2));
}

FRAGMENT(out_byte, "outb %al, %dx");
FRAGMENT(in_word, "inw %dx, %ax");
static void gate_io_map_decides_beyond_iopl(void)
{
    in.edx = 0x80;
    run(3, out_byte);
    expect_fault(GP, 0, out_byte); /* no map */
    main_task.io_map = (u16)((u32)main_task.map - (u32)&main_task);
    main_task.map[0x80 / 8] = 0xfe; /* port 80h alone */
    in.edx = 0x80;
    run(3, out_byte);
    expect_fault(DONE, 0, 0);
    in.edx = 0x80;
    run(3, in_word);
    expect_fault(GP, 0, in_word); /* port 81h is not allowed */
    in.edx = 0x81;
    in.eflags = IOPL(3);
    run(3, out_byte);
    expect_fault(DONE, 0, 0);
}

FRAGMENT(wait_for_timer, "sti\n1:\tjmp 1b");
static void gate_hardware_interrupt_enters_ring_0(void)
{
    timer_start();
    in.eflags = IOPL(3);
    run(3, wait_for_timer);
    interrupts_end();
    expect_fault(IRQ0, 0, wait_for_timer + 1);
    expect("saved cs", out.cs & 0xffff, CODE(3));
    expect("saved if", out.eflags & IF, IF);
}

/* The timer's interrupt is there when STI comes: it must wait for one more instruction. */
FRAGMENT(shadowed,
         "1:\tmovb $0x0a, %al\n\toutb %al, $0x20\n\tinb $0x20, %al\n\ttestb $1, %al\n\tjz 1b\n\t"
         "sti\n\tincl %ebx\nafter_shadow:\n\tincl %ebx\n\tnop");
extern const u8 after_shadow[];
static void gate_sti_delays_interrupts_by_one_instruction(void)
{
    timer_start();
    run(0, shadowed);
    interrupts_end();
    expect_fault(IRQ0, 0, after_shadow);
    expect("ebx", out.ebx, 1);
}

FRAGMENT(iret_same, "pushl %eax\n\tpushl %ecx\n\tpushl %edx\niret_same_at:\n\tiret");
extern const u8 iret_same_at[];
FRAGMENT(back, "pushfl\n\tpopl %eax");
static void gate_iret_checks_what_it_returns_to(void)
{
    in.eax = CF | 2;
    in.ecx = CODE(0);
    in.edx = (u32)back;
    run(0, iret_same);
    expect_fault(DONE, 0, 0);
    expect("flags", out.eax & (CF | IF), CF);
    in.ecx = DATA(0);
    run(0, iret_same);
    expect_fault(GP, DATA(0), iret_same_at);
    in.ecx = CODE(0);
    run(3, iret_same);
    expect_fault(GP, CODE(0), iret_same_at);
}

static const struct fact facts[] = {
    FACT(gate_dpl_holds_for_int_n),
    FACT(gate_that_is_absent_or_no_gate_faults),
    FACT(gate_beyond_the_table_faults),
    FACT(gate_checks_its_target),
    FACT(gate_of_an_interrupt_clears_if_and_of_a_trap_keeps_it),
    FACT(gate_inwards_switches_the_stack),
    FACT(gate_to_conforming_code_keeps_ring_and_stack),
    FACT(gate_of_a_286_pushes_words),
    FACT(gate_fault_saves_rf_and_a_trap_does_not),
    FACT(gate_of_int3_is_a_trap_for_all_rings),
    FACT(gate_of_an_exception_that_is_absent_gives_a_double_fault_or_not),
    FACT(gate_iopl_rules_cli_and_sti),
    FACT(gate_popf_changes_what_its_ring_may),
    FACT(gate_io_map_decides_beyond_iopl),
    FACT(gate_hardware_interrupt_enters_ring_0),
    FACT(gate_sti_delays_interrupts_by_one_instruction),
    FACT(gate_iret_checks_what_it_returns_to),
};
const struct group gate_group = GROUP(facts);
