/* Virtual-8086 mode (PRM 15). */
#include "cpu.h"

static void expect_fault(u32 vector, u32 error, const u8 *at)
{
    expect("vector", out.vector, vector);
    expect("error code", out.error, error);
    if (at)
        expect("ip", out.eip, REAL_OFFSET(at));
}

FRAGMENT16(v86_nothing, "movw %ds, %ax\n\tmovw %cs, %bx");
static void v86_is_entered_by_iret_and_left_through_the_idt(void)
{
    in.v86_ds = 0x1234;
    in.v86_gs = 0x4321;
    run_v86(v86_nothing);
    expect_fault(GP, 0, v86_nothing + 4); /* IOPL 0: INT n is for the monitor */
    expect("ds", out.eax & 0xffff, 0x1234);
    expect("cs", out.ebx & 0xffff, REAL_SEGMENT);
    expect("vm", out.eflags & VM, VM);
    expect("saved ds", out.v86_ds & 0xffff, 0x1234);
    expect("saved gs", out.v86_gs & 0xffff, 0x4321);
    expect("saved ss", out.ss & 0xffff, 0x5000);
    expect("ds in ring 0", out.ds & 0xffff, 0);
}

FRAGMENT16(v86_store, "movw %ax, %es\n\tmovw %bx, %es:(%di)");
static void v86_segments_are_16_times_their_selector(void)
{
    in.eax = 0x2000;
    in.ebx = 0xbeef;
    in.edi = 0x0010;
    in.eflags = IOPL(3);
    run_v86(v86_store);
    expect_fault(DONE, 0, 0);
    expect("word", *(volatile u16 *)0x20010, 0xbeef);
    expect("saved es", out.v86_es & 0xffff, 0x2000);
}

FRAGMENT16(v86_far_word, "movw (%ebx), %ax");
static void v86_limit_is_64_kilobytes(void)
{
    in.ebx = 0xffff;
    in.eflags = IOPL(3);
    run_v86(v86_far_word);
    expect_fault(GP, 0, v86_far_word);
}

FRAGMENT16(v86_cli, "cli");
FRAGMENT16(v86_sti, "sti");
FRAGMENT16(v86_pushf, "pushfw");
FRAGMENT16(v86_popf, "popfw");
FRAGMENT16(v86_iret, "iretw");
static void v86_flag_instructions_need_iopl_3(void)
{
    static const u8 *const codes[] = {v86_cli, v86_sti, v86_pushf, v86_popf, v86_iret};
    for (u32 i = 0; i < ARRAY_COUNT(codes); i++) {
        in.eflags = IOPL(2);
        run_v86(codes[i]);
        expect_fault(GP, 0, codes[i]);
    }
    in.eflags = IOPL(3) | IF;
    run_v86(v86_cli);
    expect_fault(DONE, 0, 0);
    expect("if", out.eflags & IF, 0);
}

FRAGMENT16(v86_int3, "int3");
static void v86_int3_is_not_sensitive_to_iopl(void)
{
    run_v86(v86_int3);
    expect_fault(BP, 0, v86_int3 + 1);
    expect("vm", out.eflags & VM, VM);
}

FRAGMENT16(v86_hlt, "hlt");
FRAGMENT16(v86_lgdt, "lgdtw (%bx)");
FRAGMENT16(v86_mov_cr0, "movl %cr0, %eax");
FRAGMENT16(v86_clts, "clts");
static void v86_privileged_instructions_fault(void)
{
    static const u8 *const codes[] = {v86_hlt, v86_lgdt, v86_mov_cr0, v86_clts};
    for (u32 i = 0; i < ARRAY_COUNT(codes); i++) {
        in.eflags = IOPL(3);
        run_v86(codes[i]);
        expect_fault(GP, 0, codes[i]);
    }
}

FRAGMENT16(v86_sldt, "sldt %ax");
FRAGMENT16(v86_verr, "verr %ax");
FRAGMENT16(v86_arpl, "arpl %ax, %bx");
static void v86_selector_instructions_are_undefined(void)
{
    static const u8 *const codes[] = {v86_sldt, v86_verr, v86_arpl};
    for (u32 i = 0; i < ARRAY_COUNT(codes); i++) {
        in.eflags = IOPL(3);
        run_v86(codes[i]);
        expect_fault(UD, 0, codes[i]);
    }
}

FRAGMENT16(v86_out, "outb %al, $0x80");
static void v86_ports_ask_the_map_whatever_iopl_is(void)
{
    in.eflags = IOPL(3);
    run_v86(v86_out);
    expect_fault(GP, 0, v86_out);
    main_task.io_map = (u16)((u32)main_task.map - (u32)&main_task);
    main_task.map[0x80 / 8] = 0xfe;
    in.eflags = IOPL(0);
    run_v86(v86_out);
    expect_fault(GP, 0, v86_out + 2); /* past the OUT: the INT faults */
}

FRAGMENT16(v86_change_flags, "pushfw\n\torw $0x3001, (%esp)\n\txorw $0x3000, (%esp)\n\tpopfw");
static void v86_popf_never_changes_iopl(void)
{
    in.eflags = IOPL(3);
    run_v86(v86_change_flags);
    expect_fault(DONE, 0, 0);
    expect("flags", out.eflags & (IOPL(3) | CF | VM), IOPL(3) | CF | VM);
}

FRAGMENT16(v86_spin, "1:\tjmp 1b");
static void v86_hardware_interrupt_goes_to_ring_0(void)
{
    timer_start();
    in.eflags = IF;
    run_v86(v86_spin);
    interrupts_end();
    expect_fault(IRQ0, 0, v86_spin);
    expect("vm", out.eflags & VM, VM);
    expect("saved cs", out.cs & 0xffff, REAL_SEGMENT);
    expect("esp in ring 0", out.handler_esp, main_task.esp0 - 11 * 4);
}

FRAGMENT16(v86_int_40, "int $0x40");
static void v86_gate_must_lead_to_ring_0(void)
{
    set_vector(0x40, 0xee, CODE(1), 0);
    in.eflags = IOPL(3);
    run_v86(v86_int_40);
    expect_fault(GP, CODE(1) & ~3u, v86_int_40);
}

FRAGMENT16(v86_jump, "ljmpw $0x2000, $0x0020");
static void v86_far_jump_loads_cs_like_real_mode(void)
{
    *(volatile u16 *)0x20020 = 0x81cd; /* INT 81h */
    in.eflags = IOPL(3);
    run_v86(v86_jump);
    expect_fault(DONE, 0, 0);
    expect("cs", out.cs & 0xffff, 0x2000);
    expect("ip", out.eip, 0x22);
}

/* The monitor's way back: registers and segments of the frame, IP behind the sensitive one. */
static int emulate_cli(struct frame *frame)
{
    if (frame->vector != GP || *byte_at(frame->cs * 16 + frame->eip) != 0xfa)
        return 0;
    frame->eip++;
    frame->eax = 0x600d;
    frame->v86_es = 0x3456;
    return 1;
}
FRAGMENT16(v86_cli_es, "cli\n\tmovw %es, %bx");
static void v86_monitor_can_return_with_a_changed_frame(void)
{
    on_exception = emulate_cli;
    run_v86(v86_cli_es);
    expect_fault(GP, 0, 0);
    expect("ax", out.eax & 0xffff, 0x600d);
    expect("es", out.ebx & 0xffff, 0x3456);
}

FRAGMENT16(v86_read_page, "movw (%bx), %ax");
static void v86_code_is_a_user_of_pages(void)
{
    paging_on();
    *page_entry(0x20000) = 0x20000 | W | P;
    flush();
    in.v86_ds = 0x2000;
    run_v86(v86_read_page);
    expect("vector", out.vector, PF);
    expect("error code", out.error, U | P);
    expect("cr2", read_cr2(), 0x20000);
}

static const struct fact facts[] = {
    FACT(v86_is_entered_by_iret_and_left_through_the_idt),
    FACT(v86_segments_are_16_times_their_selector),
    FACT(v86_limit_is_64_kilobytes),
    FACT(v86_flag_instructions_need_iopl_3),
    FACT(v86_int3_is_not_sensitive_to_iopl),
    FACT(v86_privileged_instructions_fault),
    FACT(v86_selector_instructions_are_undefined),
    FACT(v86_ports_ask_the_map_whatever_iopl_is),
    FACT(v86_popf_never_changes_iopl),
    FACT(v86_hardware_interrupt_goes_to_ring_0),
    FACT(v86_gate_must_lead_to_ring_0),
    FACT(v86_far_jump_loads_cs_like_real_mode),
    FACT(v86_monitor_can_return_with_a_changed_frame),
    FACT(v86_code_is_a_user_of_pages),
};
const struct group v86_group = GROUP(facts);
