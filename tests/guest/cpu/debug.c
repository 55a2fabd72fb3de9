/* Debug registers and single-step (PRM 12). */
#include "cpu.h"

#define HITS 0xe00fu /* BT, BS, BD, B3-B0 */
#define BS 0x4000u
#define BD 0x2000u

/* DR7: enable breakpoint n, with type (0 execute, 1 write, 3 access) and length (0, 1, 3 = 1, 2,
 * 4). */
#define ENABLE(n) (2u << 2 * (n))
#define KIND(n, type, length) (((type) | (length) << 2) << (16 + 4 * (n)))

static u32 hits; /* DR6 as the handler found it */
static u32 counts, last_eip;

static void expect_debug(const u8 *at, u32 bits)
{
    expect("vector", out.vector, DB);
    expect("eip", out.eip, (u32)at);
    expect("dr6", read_dr6() & HITS, bits);
}

static void set_dr0(u32 linear)
{
    __asm__ volatile("movl %0, %%dr0" : : "r"(linear));
}

FRAGMENT(two_nops, "nop\nsecond_nop:\n\tnop\nthird_place:");
extern const u8 second_nop[], third_place[];
static void debug_trap_flag_stops_after_one_instruction(void)
{
    in.eflags = TF;
    run(3, two_nops);
    expect_debug(second_nop, BS);
    expect("saved tf", out.eflags & TF, TF);
}

static int step_on(struct frame *frame)
{
    if (frame->vector != DB)
        return 0;
    counts++;
    last_eip = frame->eip;
    return 1;
}

FRAGMENT(shadow_of_ss, "movw %ss, %ax\n\tmovw %ax, %ss\n\tnop\nbehind_shadow:\n\tnop");
extern const u8 behind_shadow[];
static void debug_step_skips_the_shadow_of_mov_ss(void)
{
    counts = 0;
    on_exception = step_on;
    in.eflags = TF;
    run(0, shadow_of_ss);
    expect("steps", counts,
           3); /* MOV AX; MOV SS with NOP; NOP. INT clears TF before it could trap. */
}

FRAGMENT(step_rep, "rep stosb");
static void debug_step_stops_in_each_turn_of_rep(void)
{
    counts = 0;
    on_exception = step_on;
    in.eflags = TF;
    in.ecx = 3;
    in.edi = PAGE;
    run(0, step_rep);
    expect("steps", counts, 3);
}

static void debug_breakpoint_is_a_fault_before_the_instruction(void)
{
    set_dr0((u32)second_nop);
    write_dr7(ENABLE(0));
    run(3, two_nops);
    expect_debug(second_nop, 1);
}

static int resume_flag(struct frame *frame)
{
    if (frame->vector != DB)
        return 0;
    counts++;
    hits = read_dr6();
    frame->eflags |= RF;
    return 1;
}

static void debug_resume_flag_lets_the_instruction_pass(void)
{
    counts = 0;
    set_dr0((u32)second_nop);
    write_dr7(ENABLE(0));
    on_exception = resume_flag;
    run(3, two_nops);
    expect("vector", out.vector, DONE);
    expect("breaks", counts, 1);
    expect("rf afterwards", out.eflags & RF, 0);
}

FRAGMENT(store_long, "movl %eax, (%ebx)\nafter_store:\n\tnop");
FRAGMENT(load_long, "movl (%ebx), %eax\nafter_load:\n\tnop");
extern const u8 after_store[], after_load[];
static void debug_write_is_a_trap_behind_the_instruction(void)
{
    set_dr0(PAGE + 4);
    write_dr7(ENABLE(0) | KIND(0, 1, 3));
    in.ebx = PAGE + 2; /* overlaps by two bytes */
    in.eax = 0x12345678;
    run(3, store_long);
    expect_debug(after_store, 1);
    expect("stored", *(volatile u32 *)(PAGE + 2), 0x12345678);
    in.ebx = PAGE;
    run(3, store_long);
    expect("vector", out.vector, DONE);
    in.ebx = PAGE + 4;
    run(3, load_long);
    expect("vector", out.vector, DONE); /* reads are not watched */
}

static void debug_access_watches_reads_too(void)
{
    set_dr0(PAGE);
    write_dr7(ENABLE(0) | KIND(0, 3, 0));
    in.ebx = PAGE;
    run(3, load_long);
    expect_debug(after_load, 1);
}

FRAGMENT(store_byte, "movb %al, (%ebx)\nafter_byte:\n\tnop");
extern const u8 after_byte[];
static void debug_length_covers_whole_aligned_words(void)
{
    set_dr0(PAGE + 4);
    write_dr7(ENABLE(0) | KIND(0, 1, 1)); /* bytes 4 and 5 */
    for (u32 offset = 3; offset <= 6; offset++) {
        in.ebx = PAGE + offset;
        run(3, store_byte);
        expect("vector", out.vector, offset == 4 || offset == 5 ? DB : DONE);
        write_dr6(0);
    }
}

FRAGMENT(step_software, "int $0x80\nafter_int:\n\tnop");
static int step_or_int(struct frame *frame)
{
    if (frame->vector != DB && frame->vector != 0x80)
        return 0;
    counts = counts << 8 | frame->vector;
    if (frame->vector == 0x80)
        last_eip = frame->eflags & TF;
    return 1;
}

static void debug_step_does_not_stop_in_the_handler_of_int(void)
{
    counts = 0;
    on_exception = step_or_int;
    in.eflags = TF;
    run(0, step_software);
    expect("order", counts, 0x8001); /* INT, then the NOP behind it */
    expect("saved tf", last_eip, TF);
}

FRAGMENT(set_trap,
         "pushfl\n\torl $0x100, (%esp)\n\tpopfl\nbehind_popf:\n\tnop\nbehind_nop:\n\tnop");
extern const u8 behind_nop[];
static void debug_trap_flag_of_popf_counts_from_the_next_instruction(void)
{
    run(0, set_trap);
    expect_debug(behind_nop, BS);
}

FRAGMENT(write_debug, "movl %eax, %dr0");
static void debug_general_detect_guards_the_registers(void)
{
    write_dr7(0x2000);
    run(0, write_debug);
    expect_debug(write_debug, BD);
    expect("gd", read_dr7() & 0x2000, 0);
}

static void debug_registers_are_for_ring_0(void)
{
    run(3, write_debug);
    expect("vector", out.vector, GP);
    expect("error code", out.error, 0);
}

FRAGMENT(call_other, "jmp 1f\n1:\tljmp *(%ebx)");
static void debug_local_breakpoints_end_with_the_task(void)
{
    static struct {
        u32 offset;
        u16 selector;
    } __attribute__((packed)) target;
    target.selector = OTHER_TASK;
    task_prepare(&other_task, two_nops);
    write_dr7(0x155 | ENABLE(3) | KIND(3, 3, 3)); /* L0-L3 and LE, G3 */
    __asm__ volatile("movl %0, %%dr3" : : "r"(PAGE + 0x800));
    in.ebx = (u32)&target;
    run(0, call_other);
    expect("vector", out.vector, DONE);
    expect("dr7", read_dr7() & 0xff, ENABLE(3));
}

FRAGMENT(breakpoint_code, ".byte 0xf1\nafter_icebp:");
extern const u8 after_icebp[];
static void debug_icebp_traps(void)
{
    run(3, breakpoint_code);
    expect_debug(after_icebp, 0);
}

static const struct fact facts[] = {
    FACT(debug_trap_flag_stops_after_one_instruction),
    FACT(debug_step_skips_the_shadow_of_mov_ss),
    FACT(debug_step_stops_in_each_turn_of_rep),
    FACT(debug_breakpoint_is_a_fault_before_the_instruction),
    FACT(debug_resume_flag_lets_the_instruction_pass),
    FACT(debug_write_is_a_trap_behind_the_instruction),
    FACT(debug_access_watches_reads_too),
    FACT(debug_length_covers_whole_aligned_words),
    FACT(debug_step_does_not_stop_in_the_handler_of_int),
    FACT(debug_trap_flag_of_popf_counts_from_the_next_instruction),
    FACT(debug_general_detect_guards_the_registers),
    FACT(debug_registers_are_for_ring_0),
    FACT(debug_local_breakpoints_end_with_the_task),
    FACT(debug_icebp_traps),
};
const struct group debug_group = GROUP(facts);
