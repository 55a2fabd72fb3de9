/* Real mode (PRM 14): segments have limits there too, and exceptions save the instruction's own
   address. */
#include "cpu.h"

#define FREE_BYTES \
    0xe000u /* an offset that nothing uses in the segments of code and stack: cpu.ld */

static u16 real_word(u16 segment, u16 offset)
{
    return *(volatile u16 *)((u32)segment * 16 + offset);
}

static void expect_vector(u16 vector, const u8 *at)
{
    expect("vector", real_out.vector, vector);
    if (at)
        expect("ip", real_out.ip, REAL_OFFSET(at));
}

FRAGMENT16(divide_by_zero, "divb %ch");
static void real_divide_error_saves_the_address_of_the_division(void)
{
    real_in.eax = 5;
    run_real(divide_by_zero);
    expect_vector(DE, divide_by_zero);
    expect("ax", real_out.eax, 5);
}

FRAGMENT16(read_word, "movw (%bx), %ax");
static void real_word_at_ffff_is_beyond_the_limit(void)
{
    real_in.ebx = 0xffff;
    run_real(read_word);
    expect_vector(GP, read_word);
}

FRAGMENT16(read_word_stack, "movw (%bp), %ax");
static void real_stack_word_at_ffff_is_a_stack_fault(void)
{
    real_in.ebp = 0xffff;
    run_real(read_word_stack);
    expect_vector(SS, read_word_stack);
}

FRAGMENT16(read_far_off, "movb (%ebx), %al");
static void real_32_bit_offset_beyond_64_kilobytes_faults(void)
{
    real_in.ebx = 0x10000;
    run_real(read_far_off);
    expect_vector(GP, read_far_off);
}

static void real_segments_keep_the_limit_of_protected_mode(void)
{
    set_segment(FREE, 0x10000, 0xffffffff, A_DATA & 0xff);
    real_segments = FREE;
    real_in.ebx = 0x10000 + 0x1000; /* 1000h:11000h = 21000h */
    *byte_at(0x21000) = 0x5a;
    run_real(read_far_off);
    expect_vector(DONE, 0);
    expect("al", real_out.eax & 0xff, 0x5a);
}

FRAGMENT16(jump_beyond, "jmpl *%eax");
static void real_jump_beyond_64_kilobytes_faults_at_the_jump(void)
{
    *byte_at(0x22345) = 0xcd; /* INT 81h, where one lands that does not check */
    *byte_at(0x22346) = DONE;
    real_in.eax = 0x12345;
    run_real(jump_beyond);
    expect_vector(GP, jump_beyond);
}

FRAGMENT16(push_sp, "pushw %sp\n\tpopw %ax");
static void real_push_sp_stores_the_old_value(void)
{
    real_in.sp = 0x100;
    run_real(push_sp);
    expect_vector(DONE, 0);
    expect("ax", real_out.eax & 0xffff, 0x100);
}

FRAGMENT16(push_word, "pushw %ax");
static void real_push_wraps_at_0(void)
{
    real_in.sp = 0;
    real_in.eax = 0x1234;
    run_real(push_word);
    expect_vector(DONE, 0);
    expect("sp", real_out.sp, 0xfffe);
    expect("word", real_word(0x5000, 0xfffe), 0x1234);
}

FRAGMENT16(shift_by_33, "shlw %cl, %ax");
static void real_shift_counts_are_taken_modulo_32(void)
{
    real_in.eax = 3;
    real_in.ecx = 33;
    run_real(shift_by_33);
    expect("ax", real_out.eax & 0xffff, 6);
}

FRAGMENT16(lock_mov, "lock; movw %ax, (%bx)");
static void real_lock_before_mov_is_undefined(void)
{
    real_in.ebx = FREE_BYTES;
    run_real(lock_mov);
    expect_vector(UD, lock_mov);
}

FRAGMENT16(lock_register, ".byte 0xf0, 0x01, 0xd8");
static void real_lock_before_a_register_form_is_undefined(void)
{
    run_real(lock_register);
    expect_vector(UD, lock_register);
}

FRAGMENT16(fifteen_bytes, ".fill 14, 1, 0x26\n\tnop");
FRAGMENT16(sixteen_bytes, ".fill 15, 1, 0x26\n\tnop");
static void real_instruction_of_15_bytes_runs_and_of_16_faults(void)
{
    run_real(fifteen_bytes);
    expect_vector(DONE, 0);
    run_real(sixteen_bytes);
    expect_vector(GP, sixteen_bytes);
}

FRAGMENT16(sldt_register, "sldt %ax");
FRAGMENT16(ltr_register, "ltr %ax");
FRAGMENT16(lar_register, "larw %ax, %bx");
FRAGMENT16(arpl_register, "arpl %ax, %bx");
static void real_selector_instructions_are_undefined(void)
{
    static const u8 *const codes[] = {sldt_register, ltr_register, lar_register, arpl_register};
    for (u32 i = 0; i < ARRAY_COUNT(codes); i++) {
        run_real(codes[i]);
        expect_vector(UD, codes[i]);
    }
}

FRAGMENT16(move_from_cr1, ".byte 0x0f, 0x20, 0xc8");
FRAGMENT16(move_to_cs, ".byte 0x8e, 0xc8");
FRAGMENT16(load_pointer_register, ".byte 0xc4, 0xc0");
FRAGMENT16(bound_register, ".byte 0x62, 0xc0");
FRAGMENT16(lea_register, ".byte 0x8d, 0xc0");
FRAGMENT16(group5_slot7, ".byte 0xff, 0xff");
static void real_codes_without_meaning_are_undefined(void)
{
    static const u8 *const codes[] = {move_from_cr1,  move_to_cs,   load_pointer_register,
                                      bound_register, lea_register, group5_slot7};
    for (u32 i = 0; i < ARRAY_COUNT(codes); i++) {
        run_real(codes[i]);
        expect_vector(UD, codes[i]);
    }
}

FRAGMENT16(int_21, "int $0x21\nafter_int_21:");
extern const u8 after_int_21[];
static void real_int_pushes_flags_and_return_address(void)
{
    real_in.flags = 0x0002 | CF | IF | 0x400;
    run_real(int_21);
    expect_vector(0x21, after_int_21);
    expect("flags", real_out.flags & 0xfff, 0x0002 | CF | IF | 0x400);
    expect("cs", real_out.cs, REAL_SEGMENT);
}

static void real_vector_beyond_the_table_is_vector_8(void)
{
    real_idt_limit = 0x7f; /* up to vector 1Fh */
    run_real(int_21);
    expect_vector(DF, int_21);
}

FRAGMENT16(into_set, "movb $0x7f, %al\n\taddb $1, %al\n\tinto\nafter_into:");
extern const u8 after_into[];
static void real_into_is_a_trap(void)
{
    run_real(into_set);
    expect_vector(OF, after_into);
}

FRAGMENT16(bound_word, "boundw %ax, (%bx)");
static void real_bound_is_a_fault_with_signed_limits(void)
{
    *(volatile u32 *)(0x50000 + FREE_BYTES) = 0x0005fffe; /* -2 to 5 */
    real_in.ds = 0x5000;
    real_in.ebx = FREE_BYTES;
    real_in.eax = 0xffff;
    run_real(bound_word);
    expect_vector(DONE, 0);
    real_in.ds = 0x5000;
    real_in.ebx = FREE_BYTES;
    real_in.eax = 6;
    run_real(bound_word);
    expect_vector(BR, bound_word);
}

FRAGMENT16(load_flags, "pushw %ax\n\tpopfw\n\tpushfw\n\tpopw %bx\n\tpushw $2\n\tpopfw");
static void real_popf_loads_iopl_and_nt(void)
{
    real_in.eax = 0x7002 | CF;
    run_real(load_flags);
    expect("flags", real_out.ebx & 0xffff, 0x7002 | CF);
}

FRAGMENT16(step, "pushfw\n\torw $0x100, (%esp)\n\tpopfw\n\tnop\nafter_step:\n\tnop");
extern const u8 after_step[];
static void real_single_step_traps_after_the_next_instruction(void)
{
    real_in.sp = 0x200;
    run_real(step);
    expect_vector(DB, after_step);
    expect("saved TF", real_out.flags & TF, TF);
    expect("dr6", read_dr6() & 0xe00f, 0x4000);
}

FRAGMENT16(store_words, "rep stosw");
static void real_rep_stops_at_the_limit_and_can_go_on(void)
{
    real_in.es = 0x5000;
    real_in.edi = 0xfffb; /* words at FFFBh, FFFDh, then FFFFh */
    real_in.ecx = 5;
    real_in.eax = 0x7777;
    real_in.sp = 0x400;
    run_real(store_words);
    expect_vector(GP, store_words);
    expect("cx", real_out.ecx, 3);
    expect("di", real_out.edi, 0xffff);
}

FRAGMENT16(rep_none, "rep movsb");
static void real_rep_with_cx_0_does_nothing(void)
{
    real_in.esi = 0xffff;
    real_in.edi = 0x1234;
    real_in.ecx = 0x10000; /* CX counts, not ECX */
    run_real(rep_none);
    expect_vector(DONE, 0);
    expect("esi", real_out.esi, 0xffff);
    expect("edi", real_out.edi, 0x1234);
}

/* Two sources hold A20: port 92h and the output port of the keyboard's controller. */
static void set_a20(int open)
{
    while (inb(0x64) & 2)
        ;
    outb(0x64, 0xd1);
    while (inb(0x64) & 2)
        ;
    outb(0x60, open ? 0xdf : 0xdd);
    while (inb(0x64) & 2)
        ;
    outb(0x92, (u8)((inb(0x92) & 0xfc) | (open ? 2 : 0)));
}

static void real_a20_wraps_at_one_megabyte_when_closed(void)
{
    *byte_at(0x500) = 0x11;
    *byte_at(0x100500) = 0x22;
    set_a20(0);
    u8 closed = *byte_at(0x100500);
    set_a20(1);
    expect("closed", closed, 0x11);
    expect("open", *byte_at(0x100500), 0x22);
}

FRAGMENT16(aam_0, ".byte 0xd4, 0x00");
static void real_aam_0_is_a_divide_error(void)
{
    run_real(aam_0);
    expect_vector(DE, aam_0);
}

FRAGMENT16(idiv_smallest, "idivb %bl");
static void real_idiv_overflow_changes_nothing(void)
{
    real_in.eax = 0xff00; /* -256 */
    real_in.ebx = 1;
    run_real(idiv_smallest);
    expect_vector(DE, idiv_smallest);
    expect("ax", real_out.eax & 0xffff, 0xff00);
}

FRAGMENT16(set_emulation,
           "movl %cr0, %eax\n\torb $4, %al\n\tmovl %eax, %cr0\nescape_em:\n\tfninit");
extern const u8 escape_em[];
static void real_escape_with_em_is_not_available(void)
{
    run_real(set_emulation);
    write_cr0(read_cr0() & ~4u);
    expect_vector(NM, escape_em);
}

FRAGMENT16(halt_wakes, "sti\n\thlt\n\tcli\n\tmovw $0x99, %bx");
static void real_interrupt_of_the_timer_wakes_hlt(void)
{
    timer_start();
    run_real(halt_wakes);
    interrupts_end();
    expect_vector(IRQ0, halt_wakes + 2);
    expect("saved IF", real_out.flags & IF, IF);
}

static const struct fact facts[] = {
    FACT(real_divide_error_saves_the_address_of_the_division),
    FACT(real_word_at_ffff_is_beyond_the_limit),
    FACT(real_stack_word_at_ffff_is_a_stack_fault),
    FACT(real_32_bit_offset_beyond_64_kilobytes_faults),
    FACT(real_segments_keep_the_limit_of_protected_mode),
    FACT(real_jump_beyond_64_kilobytes_faults_at_the_jump),
    FACT(real_push_sp_stores_the_old_value),
    FACT(real_push_wraps_at_0),
    FACT(real_shift_counts_are_taken_modulo_32),
    FACT(real_lock_before_mov_is_undefined),
    FACT(real_lock_before_a_register_form_is_undefined),
    FACT(real_instruction_of_15_bytes_runs_and_of_16_faults),
    FACT(real_selector_instructions_are_undefined),
    FACT(real_codes_without_meaning_are_undefined),
    FACT(real_int_pushes_flags_and_return_address),
    FACT(real_vector_beyond_the_table_is_vector_8),
    FACT(real_into_is_a_trap),
    FACT(real_bound_is_a_fault_with_signed_limits),
    FACT(real_popf_loads_iopl_and_nt),
    FACT(real_single_step_traps_after_the_next_instruction),
    FACT(real_rep_stops_at_the_limit_and_can_go_on),
    FACT(real_rep_with_cx_0_does_nothing),
    FACT(real_a20_wraps_at_one_megabyte_when_closed),
    FACT(real_aam_0_is_a_divide_error),
    FACT(real_idiv_overflow_changes_nothing),
    FACT(real_escape_with_em_is_not_available),
    FACT(real_interrupt_of_the_timer_wakes_hlt),
};
const struct group real_group = GROUP(facts);
