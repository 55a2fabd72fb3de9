/* The coprocessor (387 PRM): environments, tags, exceptions. */
#include "cpu.h"

#define STORED ((volatile u8 *)PAGE)
#define WORD(offset) (*(volatile u16 *)(PAGE + (offset)))
#define LONG(offset) (*(volatile u32 *)(PAGE + (offset)))

static void clear_store(void)
{
    for (u32 i = 0; i < 128; i++)
        STORED[i] = 0;
}

static void run_done(const u8 *code)
{
    clear_store();
    in.ebx = PAGE;
    run(0, code);
    expect("vector", out.vector, DONE);
}

/* 7 significant bytes of an 80-bit value, by parts. */
static void expect_real(u32 offset, u16 exponent, u32 high, u32 low)
{
    expect("sign and exponent", WORD(offset + 8), exponent);
    expect("high half", LONG(offset + 4), high);
    expect("low half", LONG(offset), low);
}

FRAGMENT(initial, "fninit\n\tfnstcw (%ebx)\n\tfnstsw 4(%ebx)\n\tfnstenv 8(%ebx)");
static void x87_fninit_masks_all_and_empties_all(void)
{
    run_done(initial);
    expect("control", WORD(0), 0x037f);
    expect("status", WORD(4), 0);
    expect("tags", WORD(16), 0xffff);
}

FRAGMENT(save_32, "fninit\n\tfld1\n\tfldz\n\tfldpi\n\tfnsave (%ebx)\n\tfnstcw 112(%ebx)");
static void x87_fsave_in_32_bit_protected_form(void)
{
    run_done(save_32);
    expect("control", WORD(0), 0x037f);
    expect("status", WORD(4), 5 << 11);
    expect("tags", WORD(8), 0x13ff); /* R7 and R5 valid, R6 zero, the rest empty */
    expect_real(28, 0x4000, 0xc90fdaa2, 0x2168c235);
    expect("ST(1)", WORD(28 + 18), 0);
    expect_real(28 + 20, 0x3fff, 0x80000000, 0);
}

FRAGMENT(save_16, "fninit\n\tfld1\n\t.byte 0x66\n\tfnsave (%ebx)");
static void x87_fsave_in_16_bit_protected_form(void)
{
    run_done(save_16);
    expect("control", WORD(0), 0x037f);
    expect("status", WORD(2), 7 << 11);
    expect("tags", WORD(4), 0x3fff);
    expect_real(14, 0x3fff, 0x80000000, 0);
}

FRAGMENT16(
    environment_real,
    "fninit\n\tfldl (%bx)\n\tfnstenv 64(%bx)\n\tfldl (%bx)\n\taddr32 data32 fnstenv 96(%ebx)");
static void x87_environment_in_real_form_holds_linear_addresses(void)
{
    clear_store();
    real_in.ds = 0x5000;
    real_in.ebx = 0x4000;
    run_real(environment_real);
    u32 base = 0x54000, code = (u32)environment_real;
    expect("vector", real_out.vector, DONE);
    expect("ip low", *(volatile u16 *)(base + 64 + 6), (code + 2) & 0xffff);
    expect("ip high and opcode", *(volatile u16 *)(base + 64 + 8), (code >> 16) << 12 | 0x507);
    expect("operand low", *(volatile u16 *)(base + 64 + 10), 0x4000);
    expect("operand high", *(volatile u16 *)(base + 64 + 12), 5 << 12);
    /* 32 bits: the same parts, each in a doubleword of its own */
    expect("ip low of 32", *(volatile u16 *)(base + 96 + 12), (code + 7) & 0xffff);
    expect("ip high and opcode of 32", *(volatile u32 *)(base + 96 + 16),
           (code >> 16) << 12 | 0x507);
    expect("operand low of 32", *(volatile u16 *)(base + 96 + 20), 0x4000);
    expect("operand high of 32", *(volatile u32 *)(base + 96 + 24), 5 << 12);
}

FRAGMENT(pointers, "fninit\n\tfldl (%ebx)\nafter_fldl:\n\tfnstenv 64(%ebx)");
static void x87_environment_tells_instruction_and_operand(void)
{
    run_done(pointers);
    expect("eip", LONG(64 + 12), (u32)pointers + 2);
    expect("cs and opcode", LONG(64 + 16) & 0x07ffffff, 0x05030000 | CODE(0));
    expect("operand", LONG(64 + 20), PAGE);
}

FRAGMENT(round_trip,
         "fninit\n\tfld1\n\tfldpi\n\tfnsave (%ebx)\n\tfrstor (%ebx)\n\tfnstenv 112(%ebx)\n\t"
         "fstpt 140(%ebx)");
static void x87_frstor_brings_everything_back(void)
{
    run_done(round_trip);
    expect("status", WORD(112 + 4), 6 << 11);
    expect("tags", WORD(112 + 8), 0x0fff);
    expect_real(140, 0x4000, 0xc90fdaa2, 0x2168c235);
}

FRAGMENT(tags, "fninit\n\tfldt 16(%ebx)\n\tfldz\n\tffree %st(1)\n\tfnstenv 64(%ebx)");
FRAGMENT(tag_special, "fninit\n\tfldt (%ebx)\n\tfnstenv 64(%ebx)");
static void x87_tag_word_tells_zero_special_and_empty(void)
{
    run_done(tags);
    expect("tags", WORD(64 + 8), 0xdfff); /* R7 empty, R6 zero */
    clear_store();
    LONG(4) = 0x80000000;
    WORD(8) = 0x7fff; /* infinity */
    in.ebx = PAGE;
    run(0, tag_special);
    expect("infinity", WORD(64 + 8), 0xbfff);
    clear_store();
    LONG(0) = 1; /* a denormal */
    in.ebx = PAGE;
    run(0, tag_special);
    expect("denormal", WORD(64 + 8), 0xbfff);
}

FRAGMENT(divide_zero, "fninit\n\tfld1\n\tfldz\n\tfdivrp\n\tfnstsw %ax\n\tfstpt (%ebx)");
static void x87_masked_division_by_zero_gives_infinity(void)
{
    run_done(divide_zero);
    expect("status", out.eax & 0x3f, 4);
    expect_real(0, 0x7fff, 0x80000000, 0);
}

FRAGMENT(no_value, "fninit\n\tfldz\n\tfldz\n\tfdivrp\n\tfnstsw %ax\n\tfstpt (%ebx)");
static void x87_masked_invalid_operation_gives_the_indefinite(void)
{
    run_done(no_value);
    expect("status", out.eax & 0x3f, 1);
    expect_real(0, 0xffff, 0xc0000000, 0);
}

FRAGMENT(overflow_stack,
         "fninit\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\t"
         "fld1\n\tfnstsw %ax\n\tfstpt (%ebx)");
FRAGMENT(underflow_stack, "fninit\n\tfstpt (%ebx)\n\tfnstsw %ax");
static void x87_stack_faults_tell_their_direction_in_c1(void)
{
    run_done(overflow_stack);
    expect("overflow", out.eax & 0x0241, 0x0241);
    expect_real(0, 0xffff, 0xc0000000, 0);
    run_done(underflow_stack);
    expect("underflow", out.eax & 0x0241, 0x0041);
}

FRAGMENT(store_too_large, "fninit\n\tfldpi\n\tfldl 16(%ebx)\n\tfistpl (%ebx)\n\tfnstsw %ax");
static void x87_integer_that_does_not_fit_is_the_indefinite(void)
{
    clear_store();
    LONG(20) = 0x7fe00000; /* 2^1023 */
    in.ebx = PAGE;
    run(0, store_too_large);
    expect("integer", LONG(0), 0x80000000);
    expect("status", out.eax & 1, 1);
}

FRAGMENT(remainder,
         "fninit\n\tfildl (%ebx)\n\tfildl 4(%ebx)\n\tfprem\n\tfnstsw %ax\n\tfistpl 8(%ebx)");
static void x87_fprem_gives_quotient_bits(void)
{
    clear_store();
    LONG(0) = 5;
    LONG(4) = 38; /* 38 = 7 * 5 + 3 */
    in.ebx = PAGE;
    run(0, remainder);
    expect("remainder", LONG(8), 3);
    expect("C2", out.eax & 0x400, 0);
    expect("C0 C3 C1", out.eax & 0x4300, 0x4300); /* 7: all three bits */
}

FRAGMENT(examine,
         "fninit\n\tfxam\n\tfnstsw %ax\n\tfldz\n\tfchs\n\tfxam\n\tmovl %eax, %ecx\n\tfnstsw %ax");
static void x87_fxam_knows_empty_and_minus_zero(void)
{
    run_done(examine);
    expect("empty", out.ecx & 0x4500, 0x4100);
    expect("minus zero", out.eax & 0x4700, 0x4200);
}

FRAGMENT(decimal, "fninit\n\tfildl (%ebx)\n\tfbstp 8(%ebx)");
static void x87_fbstp_stores_digits(void)
{
    clear_store();
    LONG(0) = (u32)-1234567;
    in.ebx = PAGE;
    run(0, decimal);
    expect("digits", LONG(8), 0x01234567);
    expect("sign", WORD(16), 0x8000);
}

FRAGMENT(round_modes,
         "fninit\n\tfldt (%ebx)\n\tmovw %cx, 16(%ebx)\n\tfldcw 16(%ebx)\n\tfistl 20(%ebx)");
static void x87_rounding_follows_the_control_word(void)
{
    static const struct {
        u16 control;
        u32 minus_two_and_a_half;
    } rows[] = {{0x037f, (u32)-2}, {0x077f, (u32)-3}, {0x0b7f, (u32)-2}, {0x0f7f, (u32)-2}};
    for (u32 i = 0; i < ARRAY_COUNT(rows); i++) {
        clear_store();
        LONG(4) = 0xa0000000;
        WORD(8) = 0xc000;
        in.ebx = PAGE;
        in.ecx = rows[i].control;
        run(0, round_modes);
        expect("integer", LONG(20), rows[i].minus_two_and_a_half);
    }
}

FRAGMENT(single_precision,
         "fninit\n\tmovw $0x007f, (%ebx)\n\tfldcw (%ebx)\n\tfld1\n\tfildl 16(%ebx)\n\t"
         "fdivrp\n\tfstpt 32(%ebx)");
static void x87_precision_control_rounds_to_24_bits(void)
{
    clear_store();
    LONG(16) = 3;
    in.ebx = PAGE;
    run(0, single_precision);
    expect_real(32, 0x3ffd, 0xaaaaab00, 0);
}

FRAGMENT(escape, "fld1");
FRAGMENT(wait_only, "fwait");
static void x87_em_ts_and_mp_make_it_not_available(void)
{
    static const struct {
        u32 bits; /* TS 8, EM 4, MP 2 */
        const u8 *code;
        u32 vector;
    } rows[] = {{8, escape, NM},      {4, escape, NM},      {8, wait_only, DONE},
                {4, wait_only, DONE}, {2, wait_only, DONE}, {10, wait_only, NM},
                {0, escape, DONE}};
    u32 cr0 = read_cr0();
    for (u32 i = 0; i < ARRAY_COUNT(rows); i++) {
        write_cr0((cr0 & ~14u) | rows[i].bits);
        run(0, rows[i].code);
        write_cr0(cr0);
        expect("vector", out.vector, rows[i].vector);
    }
}

/* ZM and IM clear; FDIV raises, the next that waits takes it. */
FRAGMENT(
    raise,
    "fninit\n\tmovw $0x0372, (%ebx)\n\tfldcw (%ebx)\n\tfld1\n\tfldz\nthe_division:\n\tfdivrp\n\t"
    "fnstsw 4(%ebx)\n\tnop\n\tnop\n\tnop\n\tnop\nnext_escape:\n\tfld1");
extern const u8 the_division[], next_escape[];
static void x87_unmasked_error_with_ne_faults_at_the_next_instruction(void)
{
    u32 cr0 = read_cr0();
    write_cr0(cr0 | 0x20);
    if (!(read_cr0() & 0x20)) {
        skip("a 386 has no CR0.NE");
        return;
    }
    clear_store();
    in.ebx = PAGE;
    run(0, raise);
    __asm__ volatile("fninit");
    write_cr0(cr0);
    expect("vector", out.vector, MF);
    expect("eip", out.eip, (u32)next_escape);
    expect("status", WORD(4) & 0x80ff, 0x8084);
}

FRAGMENT(raise_line,
         "fninit\n\tmovw $0x0372, (%ebx)\n\tfldcw (%ebx)\n\tfld1\n\tfldz\n\tfdivrp\n\tsti\n\t"
         "fwait\n1:\tjmp 1b");
static void x87_unmasked_error_without_ne_is_irq_13(void)
{
    u32 cr0 = read_cr0();
    write_cr0(cr0 & ~0x20u);
    irq13_enable();
    in.ebx = PAGE;
    run(0, raise_line);
    outb(0xf0, 0); /* BUSY# off */
    __asm__ volatile("fninit");
    interrupts_end();
    write_cr0(cr0);
    expect("vector", out.vector, IRQ13);
}

static const struct fact facts[] = {
    FACT(x87_fninit_masks_all_and_empties_all),
    FACT(x87_fsave_in_32_bit_protected_form),
    FACT(x87_fsave_in_16_bit_protected_form),
    FACT(x87_environment_in_real_form_holds_linear_addresses),
    FACT(x87_environment_tells_instruction_and_operand),
    FACT(x87_frstor_brings_everything_back),
    FACT(x87_tag_word_tells_zero_special_and_empty),
    FACT(x87_masked_division_by_zero_gives_infinity),
    FACT(x87_masked_invalid_operation_gives_the_indefinite),
    FACT(x87_stack_faults_tell_their_direction_in_c1),
    FACT(x87_integer_that_does_not_fit_is_the_indefinite),
    FACT(x87_fprem_gives_quotient_bits),
    FACT(x87_fxam_knows_empty_and_minus_zero),
    FACT(x87_fbstp_stores_digits),
    FACT(x87_rounding_follows_the_control_word),
    FACT(x87_precision_control_rounds_to_24_bits),
    FACT(x87_em_ts_and_mp_make_it_not_available),
    FACT(x87_unmasked_error_with_ne_faults_at_the_next_instruction),
    FACT(x87_unmasked_error_without_ne_is_irq_13),
};
const struct group x87_group = GROUP(facts);
