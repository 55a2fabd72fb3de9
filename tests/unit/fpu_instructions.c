#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "base/bits.h"

/* Coprocessor instructions run by the CPU: the stack, the status word, memory operands, images, and
   who is told of an error. */

#define DATA 0xc000u /* ESI points here; in real mode too */
#define ONE ((struct float80){1ull << 63, 0x3fff})
#define TWO ((struct float80){1ull << 63, 0x4000})
#define THREE ((struct float80){0xc000000000000000ull, 0x4000})

static struct cpu_testbed *new_bed(enum cpu_level level)
{
    struct cpu_testbed *bed = cpu_testbed_new(level);
    cpu_testbed_enter_ring(bed, 0);
    bed->cpu.regs[REG_ESI] = DATA;
    return bed;
}

/* Puts bytes at an offset of the code and runs one instruction there. */
static void run_at(struct cpu_testbed *bed, u32 at, const u8 *bytes, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        memory_write(&bed->memory, BED_CODE + at + i, 1, bytes[i]);
    cpu_set_eip(&bed->cpu, bed->cpu.segs[SEG_CS].base ? at : BED_CODE + at);
    cpu_run(&bed->cpu, bed->clock.now + 1);
}
#define RUN(bed, ...) run_at(bed, 0, (const u8[]){__VA_ARGS__}, sizeof((u8[]){__VA_ARGS__}))

static struct float80 st(const struct cpu_testbed *bed, unsigned i)
{
    return fpu_get(&bed->cpu.fpu, i);
}

static void check_st(const struct cpu_testbed *bed, unsigned i, struct float80 expected)
{
    ck_assert(!fpu_is_empty(&bed->cpu.fpu, i));
    ck_assert_uint_eq(st(bed, i).mantissa, expected.mantissa);
    ck_assert_uint_eq(st(bed, i).exponent, expected.exponent);
}

static void check_fault(const struct cpu_testbed *bed, unsigned vector)
{
    ck_assert(bed->cpu.fault_count > 0); /* without an IDT more follow */
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, vector);
}

/* ---- Rows ---- */

struct row {
    const char *name;
    u8 bytes[3];
    u8 length;
    u8 loaded;  /* of 1, 2, 3 this many are pushed; ST is the last */
    u64 memory; /* before, at ESI */
    u64 memory_after;
    s8 depth;           /* registers in use after it */
    struct float80 top; /* when depth > 0 */
    u16 status;         /* without TOP */
};
#define FULL 8
#define F(mantissa, exponent) \
    {                         \
        mantissa, exponent    \
    }
#define FONE F(1ull << 63, 0x3fff)
#define FTWO F(1ull << 63, 0x4000)
#define FTHREE F(0xc000000000000000ull, 0x4000)
#define FFOUR F(1ull << 63, 0x4001)
#define FFIVE F(0xa000000000000000ull, 0x4001)
#define FSIX F(0xc000000000000000ull, 0x4001)
#define FNAN F(0xc000000000000000ull, 0xffff)
#define FZERO F(0, 0)
#define FMINUS_ONE F(1ull << 63, 0xbfff)
#define FFORTY_TWO F(0xa800000000000000ull, 0x4004)

/* clang-format off */
static const struct row rows[] = {
    {"fld1_pushes_one", {0xd9, 0xe8}, 2, 0, 0, 0, 1, FONE, 0},
    {"a_push_onto_a_full_stack_gives_the_indefinite", {0xd9, 0xe8}, 2, FULL, 0, 0, 8, FNAN, 0x0241},
    {"fadd_of_two_registers", {0xd8, 0xc1}, 2, 3, 0, 0, 3, FFIVE, 0},
    {"faddp_pops", {0xde, 0xc1}, 2, 3, 0, 0, 2, FFIVE, 0},
    {"fadd_of_an_empty_stack_gives_the_indefinite", {0xd8, 0xc1}, 2, 0, 0, 0, 1, FNAN, 0x0041},
    {"fsubp_is_st1_less_st", {0xde, 0xe9}, 2, 3, 0, 0, 2, FMINUS_ONE, 0},
    {"fsubrp_is_st_less_st1", {0xde, 0xe1}, 2, 3, 0, 0, 2, FONE, 0},
    {"fmul_by_a_single", {0xd8, 0x0e}, 2, 3, 0x40000000, 0x40000000, 3, FSIX, 0},
    {"fidiv_by_a_word", {0xde, 0x36}, 2, 3, 3, 3, 3, FONE, 0},
    {"fild_of_a_qword", {0xdf, 0x2e}, 2, 0, 42, 42, 1, FFORTY_TWO, 0},
    {"fbld_of_42", {0xdf, 0x26}, 2, 0, 0x42, 0x42, 1, FFORTY_TWO, 0},
    {"fist_of_a_word_writes_two_bytes", {0xdf, 0x16}, 2, 3, ~0ull, 0xffffffffffff0003ull, 3, FTHREE, 0},
    {"fistp_of_a_dword_pops", {0xdb, 0x1e}, 2, 3, ~0ull, 0xffffffff00000003ull, 2, FTWO, 0},
    {"fst_of_a_double", {0xdd, 0x16}, 2, 3, 0, 0x4008000000000000ull, 3, FTHREE, 0},
    {"fstp_of_an_empty_stack_stores_the_indefinite", {0xd9, 0x1e}, 2, 0, 0, 0xffc00000, 0, FZERO, 0x0041},
    {"fbstp_writes_digits", {0xdf, 0x36}, 2, 3, ~0ull, 3, 2, FTWO, 0},
    {"fcom_above", {0xd8, 0xd1}, 2, 3, 0, 0, 3, FTHREE, 0},
    {"ficom_below", {0xde, 0x16}, 2, 3, 4, 4, 3, FTHREE, 0x0100},
    {"fcompp_pops_both", {0xde, 0xd9}, 2, 3, 0, 0, 1, FONE, 0},
    {"fcom_equal", {0xd8, 0x16}, 2, 3, 0x40400000, 0x40400000, 3, FTHREE, 0x4000},
    {"fcom_with_a_nan_is_invalid", {0xd8, 0x16}, 2, 3, 0x7fc00000, 0x7fc00000, 3, FTHREE, 0x4501},
    {"fucompp_pops_both", {0xda, 0xe9}, 2, 3, 0, 0, 1, FONE, 0},
    {"ftst_above", {0xd9, 0xe4}, 2, 3, 0, 0, 3, FTHREE, 0},
    {"fxam_of_a_number", {0xd9, 0xe5}, 2, 3, 0, 0, 3, FTHREE, 0x0400},
    {"fxam_of_an_empty_register", {0xd9, 0xe5}, 2, 0, 0, 0, 0, FZERO, 0x4100},
    {"fchs_changes_the_sign", {0xd9, 0xe0}, 2, 1, 0, 0, 1, FMINUS_ONE, 0},
    {"fxch_exchanges", {0xd9, 0xc9}, 2, 3, 0, 0, 3, FTWO, 0},
    {"fxch_alias_dd_c8", {0xdd, 0xca}, 2, 3, 0, 0, 3, FONE, 0},
    {"fstp_alias_df_d0", {0xdf, 0xd1}, 2, 3, 0, 0, 2, FTHREE, 0},
    {"ffree_empties", {0xdd, 0xc1}, 2, 3, 0, 0, 2, FTHREE, 0},
    {"ffreep_empties_and_pops", {0xdf, 0xc0}, 2, 3, 0, 0, 2, FTWO, 0},
    {"fscale_by_st1", {0xd9, 0xfd}, 2, 3, 0, 0, 3, F(0xc000000000000000ull, 0x4002), 0},
    {"fxtract_pushes_the_significand", {0xd9, 0xf4}, 2, 3, 0, 0, 4, F(0xc000000000000000ull, 0x3fff), 0},
    {"fprem_tells_the_quotient", {0xd9, 0xf8}, 2, 3, 0, 0, 3, FONE, 0x0200},
    {"fptan_pushes_one", {0xd9, 0xf2}, 2, 1, 0, 0, 2, FONE, 0x0020},
    {"fsqrt_rounds", {0xd9, 0xfa}, 2, 3, 0, 0, 3, F(0xddb3d742c265539eull, 0x3fff), 0x0220},
    {"fnop_does_nothing", {0xd9, 0xd0}, 2, 3, 0, 0, 3, FTHREE, 0},
    {"fnsetpm_does_nothing", {0xdb, 0xe4}, 2, 3, 0, 0, 3, FTHREE, 0},
    {"an_undefined_code_does_nothing_on_a_386", {0xd9, 0xd1}, 2, 3, 0, 0, 3, FTHREE, 0},
    {"fcomi_does_nothing_on_a_386", {0xdb, 0xf1}, 2, 3, 0, 0, 3, FTHREE, 0},
};
/* clang-format on */

static void push_numbers(struct cpu_testbed *bed, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        cpu_testbed_write32(bed, DATA, i);
        RUN(bed, 0xdb, 0x06); /* fildl (%esi) */
    }
}

static void check_row(const struct row *row, const struct cpu_testbed *bed)
{
    const struct fpu *fpu = &bed->cpu.fpu;
    int depth = __builtin_popcount(fpu->used);
    u64 memory = load_le64(bed->memory.ram + DATA);
    ck_assert_msg(bed->cpu.fault_count == 0, "%s: fault", row->name);
    ck_assert_msg((fpu->status & ~FPU_TOP) == row->status, "%s: status %04x, expected %04x",
                  row->name, fpu->status & ~FPU_TOP, row->status);
    ck_assert_msg(depth == row->depth, "%s: %d registers in use", row->name, depth);
    ck_assert_msg(memory == row->memory_after, "%s: memory %llx", row->name,
                  (unsigned long long)memory);
    if (row->depth == 0)
        return;
    ck_assert_msg(st(bed, 0).mantissa == row->top.mantissa &&
                      st(bed, 0).exponent == row->top.exponent,
                  "%s: ST is %04x:%016llx", row->name, st(bed, 0).exponent,
                  (unsigned long long)st(bed, 0).mantissa);
}

START_TEST(fpu_instruction_does_what_its_row_says)
{
    const struct row *row = &rows[_i];
    struct cpu_testbed *bed = new_bed(CPU_386);
    push_numbers(bed, row->loaded);
    cpu_testbed_write32(bed, DATA, (u32)row->memory);
    cpu_testbed_write32(bed, DATA + 4, (u32)(row->memory >> 32));
    run_at(bed, 0, row->bytes, row->length);
    check_row(row, bed);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Control and images ---- */

START_TEST(fpu_control_word_keeps_what_a_387_has)
{
    struct cpu_testbed *bed = new_bed(CPU_386);
    cpu_testbed_write32(bed, DATA, 0xffff);
    RUN(bed, 0xd9, 0x2e); /* fldcw */
    ck_assert_uint_eq(bed->cpu.fpu.control, 0x1f7f);
    RUN(bed, 0xdb, 0xe3); /* fninit */
    RUN(bed, 0xd9, 0x3e); /* fnstcw */
    ck_assert_uint_eq(cpu_testbed_read16(bed, DATA), 0x037f);
    bed->cpu.regs[REG_EAX] = 0x12345678;
    RUN(bed, 0xdf, 0xe0); /* fnstsw %ax */
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 0x12340000);
    cpu_testbed_free(bed);
}
END_TEST

/* Runs the six-byte FADD (DATA + 16), so that the pointers are known: code at BED_CODE + 0x20. */
static void leave_pointers(struct cpu_testbed *bed)
{
    static const u8 fadd[] = {0xd8, 0x46, 0x10}; /* 16 and 32-bit: [bp+16], [esi+16] */
    push_numbers(bed, 2);
    bed->cpu.regs[REG_EBP] = DATA;
    run_at(bed, 0x20, fadd, sizeof fadd);
}

START_TEST(fpu_environment_32_bit_protected)
{
    struct cpu_testbed *bed = new_bed(CPU_386);
    leave_pointers(bed);
    RUN(bed, 0xd9, 0x36); /* fnstenv (%esi) */
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA), 0xffff037f);
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 4), 0xffff3000);
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 8), 0xffff0fff);
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 12), BED_CODE + 0x20);
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 16), 0x00460000u | BED_CODE_SELECTOR(0));
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 20), DATA + 16);
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 24), 0xffff0000u | BED_DATA_SELECTOR(0));
    ck_assert_uint_eq(bed->cpu.fpu.control, 0x037f);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_environment_16_bit_protected)
{
    struct cpu_testbed *bed = new_bed(CPU_386);
    leave_pointers(bed);
    RUN(bed, 0x66, 0xd9, 0x36);
    const u16 expected[7] = {0x037f,
                             0x3000,
                             0x0fff,
                             BED_CODE + 0x20,
                             BED_CODE_SELECTOR(0),
                             DATA + 16,
                             BED_DATA_SELECTOR(0)};
    for (unsigned i = 0; i < 7; i++)
        ck_assert_uint_eq(cpu_testbed_read16(bed, DATA + 2 * i), expected[i]);
    cpu_testbed_free(bed);
}
END_TEST

/* Real mode at 0800:0020, SS = 0C00: linear addresses 08020h and 0C010h + 1000h. */
static struct cpu_testbed *real_bed(void)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_set_segment_real(&bed->cpu, SEG_CS, BED_CODE >> 4);
    bed->cpu.regs[REG_ESI] = DATA;
    for (unsigned i = 0; i < 2; i++)
        RUN(bed, 0xd9, 0xe8); /* fld1 */
    cpu_set_segment_real(&bed->cpu, SEG_SS, 0x1c00);
    bed->cpu.regs[REG_EBP] = 0;
    run_at(bed, 0x20, (const u8[]){0xd8, 0x46, 0x10}, 3);
    return bed;
}

START_TEST(fpu_environment_16_bit_real)
{
    struct cpu_testbed *bed = real_bed();
    RUN(bed, 0xd9, 0x34); /* fnstenv (%si) */
    const u16 expected[7] = {0x037f, 0x3000, 0x0fff, 0x8020, 0x0046, 0xc010, 0x1000};
    for (unsigned i = 0; i < 7; i++)
        ck_assert_uint_eq(cpu_testbed_read16(bed, DATA + 2 * i), expected[i]);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_environment_32_bit_real)
{
    struct cpu_testbed *bed = real_bed();
    RUN(bed, 0x66, 0xd9, 0x34);
    const u32 expected[7] = {0xffff037f, 0xffff3000, 0xffff0fff, 0xffff8020,
                             0x00000046, 0xffffc010, 0x00001000};
    for (unsigned i = 0; i < 7; i++)
        ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 4 * i), expected[i]);
    cpu_testbed_free(bed);
}
END_TEST

/* `prefix` 66h chooses the other image size. */
static void check_save_and_restore(struct cpu_testbed *bed, bool prefix)
{
    struct fpu before = bed->cpu.fpu;
    u8 modrm_save = bed->cpu.segs[SEG_CS].base ? 0x34 : 0x36, modrm_load = modrm_save - 0x10;
    if (prefix)
        RUN(bed, 0x66, 0xdd, modrm_save);
    else
        RUN(bed, 0xdd, modrm_save);
    ck_assert_uint_eq(bed->cpu.fpu.used, 0);
    ck_assert_uint_eq(bed->cpu.fpu.status, 0);
    if (prefix)
        RUN(bed, 0x66, 0xdd, modrm_load);
    else
        RUN(bed, 0xdd, modrm_load);
    ck_assert_mem_eq(bed->cpu.fpu.mantissa, before.mantissa, sizeof before.mantissa);
    ck_assert_mem_eq(bed->cpu.fpu.exponent, before.exponent, sizeof before.exponent);
    ck_assert_uint_eq(bed->cpu.fpu.used, before.used);
    ck_assert_uint_eq(bed->cpu.fpu.status, before.status);
    ck_assert_uint_eq(bed->cpu.fpu.control, before.control);
    ck_assert_uint_eq(((u32)bed->cpu.fpu.code_selector << 4) + bed->cpu.fpu.code_offset,
                      ((u32)before.code_selector << 4) + before.code_offset);
}

START_TEST(fpu_save_and_restore_in_all_four_formats)
{
    for (unsigned format = 0; format < 4; format++) {
        bool real = format & 1;
        struct cpu_testbed *bed = real ? real_bed() : new_bed(CPU_386);
        if (!real)
            push_numbers(bed, 5);
        check_save_and_restore(bed, format & 2);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Faults ---- */

START_TEST(fpu_store_beyond_the_limit_changes_nothing)
{
    struct cpu_testbed *bed = new_bed(CPU_386);
    push_numbers(bed, 3);
    cpu_set_segment_raw(&bed->cpu, SEG_DS, 0x10, 0, DATA + 100, 0x4093);
    u32 before = cpu_testbed_read32(bed, DATA);
    struct fpu state = bed->cpu.fpu;
    RUN(bed, 0xdd, 0x36); /* fnsave: 108 bytes, 101 are there */
    check_fault(bed, EXC_GP);
    ck_assert_uint_eq(cpu_testbed_read32(bed, DATA), before);
    ck_assert_uint_eq(bed->cpu.fpu.used, state.used);
    cpu_testbed_free(bed);
}
END_TEST

/* Whatever the operand's size, none of it lies within the limit. Undefined codes do not look. */
START_TEST(fpu_memory_operand_faults_before_anything_changes)
{
    for (unsigned code = 0; code < 64; code++) {
        struct cpu_testbed *bed = new_bed(CPU_386);
        push_numbers(bed, 2);
        cpu_set_segment_raw(&bed->cpu, SEG_DS, 0x10, 0, DATA - 1, 0x4093);
        struct fpu before = bed->cpu.fpu;
        RUN(bed, (u8)(0xd8 + code / 8), (u8)((code % 8) << 3 | 6));
        static const u8 undefined[] = {1 * 8 + 1, 3 * 8 + 1, 3 * 8 + 4, 3 * 8 + 6,
                                       5 * 8 + 1, 5 * 8 + 5, 7 * 8 + 1};
        if (memchr(undefined, (int)code, sizeof undefined))
            ck_assert_uint_eq(bed->cpu.fault_count, 0);
        else
            check_fault(bed, EXC_GP);
        bed->cpu.fpu.opcode = before.opcode;
        bed->cpu.fpu.code_offset = before.code_offset;
        bed->cpu.fpu.data_offset = before.data_offset;
        ck_assert_mem_eq(&bed->cpu.fpu, &before, sizeof before);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(fpu_store_to_an_absent_page_does_not_pop)
{
    struct cpu_testbed *bed = new_bed(CPU_386);
    push_numbers(bed, 3);
    cpu_testbed_enable_paging(bed);
    cpu_testbed_set_pte(bed, 0x30000, 0);
    bed->cpu.regs[REG_ESI] = 0x30000 - 4;
    RUN(bed, 0xdd, 0x1e); /* fstpl */
    check_fault(bed, EXC_PF);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.address, 0x30000);
    check_st(bed, 0, THREE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_not_available_by_em_and_ts)
{
    static const struct {
        u32 cr0;
        u8 code[2];
        bool faults;
    } cases[] = {
        {CR0_EM, {0xd9, 0xe8}, true},  {CR0_TS, {0xd9, 0xe8}, true},
        {CR0_EM, {0x9b, 0x90}, false}, {CR0_TS, {0x9b, 0x90}, false},
        {CR0_MP, {0x9b, 0x90}, false}, {CR0_MP | CR0_TS, {0x9b, 0x90}, true},
        {CR0_EM, {0xdb, 0xe3}, true},  {0, {0xd9, 0xe8}, false},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct cpu_testbed *bed = new_bed(CPU_386);
        cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | cases[i].cr0);
        run_at(bed, 0, cases[i].code, 2);
        if (cases[i].faults)
            check_fault(bed, EXC_NM);
        else
            ck_assert_uint_eq(bed->cpu.fault_count, 0);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(fpu_absent_answers_nothing)
{
    struct cpu_testbed *bed = new_bed(CPU_386);
    bed->cpu.has_fpu = false;
    bed->cpu.regs[REG_EAX] = 0x5a5a;
    RUN(bed, 0xdb, 0xe3);
    RUN(bed, 0xdf, 0xe0);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 0x5a5a);
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    cpu_testbed_free(bed);
}
END_TEST

struct line {
    bool level;
    unsigned edges;
};
static void set_line(void *context, unsigned number, bool level)
{
    struct line *line = context;
    (void)number;
    line->edges += line->level != level;
    line->level = level;
}

/* 1 / 0 with the exception unmasked. */
static struct cpu_testbed *failed_division(enum cpu_level level, u32 cr0, struct line *line)
{
    struct cpu_testbed *bed = new_bed(level);
    cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | cr0);
    bed->cpu.ferr = (struct irq_line){set_line, line, 13};
    cpu_testbed_write32(bed, DATA, 0x037b);
    RUN(bed, 0xd9, 0x2e); /* fldcw */
    RUN(bed, 0xd9, 0xe8); /* fld1 */
    RUN(bed, 0xd9, 0xee); /* fldz */
    RUN(bed, 0xde, 0xf9); /* fdivrp */
    return bed;
}

START_TEST(fpu_error_without_ne_raises_the_line)
{
    struct line line = {false, 0};
    struct cpu_testbed *bed = failed_division(CPU_386, 0, &line);
    ck_assert(line.level);
    ck_assert_uint_eq(bed->cpu.fpu.status & (FPU_ERROR | FPU_BUSY | FLOAT_EXCEPTIONS),
                      FPU_ERROR | FPU_BUSY | FLOAT_ZERO_DIVIDE);
    check_st(bed, 0, (struct float80){0, 0}); /* operands stay */
    check_st(bed, 1, ONE);
    fpu_release_busy(&bed->cpu);
    ck_assert(!line.level);
    RUN(bed, 0xdb, 0xe2); /* fnclex */
    ck_assert_uint_eq(bed->cpu.fpu.status & 0x80ff, 0);
    RUN(bed, 0xde, 0xf9);
    ck_assert(line.level);
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_error_with_ne_faults_the_next_that_waits)
{
    struct line line = {false, 0};
    struct cpu_testbed *bed = failed_division(CPU_486, CR0_NE, &line);
    ck_assert_uint_eq(line.edges, 0);
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    RUN(bed, 0xdf, 0xe0); /* fnstsw %ax does not wait */
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    RUN(bed, 0x9b); /* wait */
    check_fault(bed, EXC_MF);
    ck_assert_uint_eq(bed->cpu.faults[0].eip, BED_CODE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_error_with_ne_faults_an_escape_that_waits)
{
    struct line line = {false, 0};
    struct cpu_testbed *bed = failed_division(CPU_486, CR0_NE, &line);
    RUN(bed, 0xd9, 0xe8); /* fld1 */
    check_fault(bed, EXC_MF);
    check_st(bed, 0, (struct float80){0, 0});
    cpu_testbed_free(bed);
}
END_TEST

/* FNSTENV masks everything; FLDENV brings the masks and the pending error back. */
START_TEST(fpu_environment_brings_back_a_pending_error)
{
    struct line line = {false, 0};
    struct cpu_testbed *bed = failed_division(CPU_386, 0, &line);
    RUN(bed, 0xd9, 0x36); /* fnstenv */
    ck_assert_uint_eq(bed->cpu.fpu.control, 0x037f);
    ck_assert_uint_eq(bed->cpu.fpu.status & FPU_ERROR, 0);
    fpu_release_busy(&bed->cpu);
    RUN(bed, 0xd9, 0x26); /* fldenv */
    ck_assert_uint_eq(bed->cpu.fpu.control, 0x037b);
    ck_assert_uint_eq(bed->cpu.fpu.status & FPU_ERROR, FPU_ERROR);
    ck_assert(line.level);
    check_st(bed, 1, ONE);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_loaded_state_is_put_in_range)
{
    struct fpu fpu;
    memset(&fpu, 0xff, sizeof fpu);
    fpu_after_load(&fpu);
    ck_assert_uint_eq(fpu.control, 0x1f7f);
    ck_assert_uint_eq(fpu.opcode, 0x7ff);
    ck_assert(fpu.latched);
}
END_TEST

START_TEST(fpu_unmasking_a_pending_exception_signals_it)
{
    struct line line = {false, 0};
    struct cpu_testbed *bed = new_bed(CPU_386);
    bed->cpu.ferr = (struct irq_line){set_line, &line, 13};
    RUN(bed, 0xd9, 0xe8);
    RUN(bed, 0xd9, 0xee);
    RUN(bed, 0xde, 0xf9);
    ck_assert(!line.level);
    cpu_testbed_write32(bed, DATA, 0x037b);
    RUN(bed, 0xd9, 0x2e);
    ck_assert(line.level);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Later processors ---- */

START_TEST(fpu_code_of_a_later_level_is_undefined)
{
    struct cpu_testbed *bed = new_bed(CPU_486);
    push_numbers(bed, 2);
    RUN(bed, 0xdb, 0xf1); /* fcomi */
    check_fault(bed, EXC_UD);
    cpu_testbed_free(bed);
}
END_TEST

/* FXSAVE [ESI], then everything else, then FXRSTOR [ESI]: all is as it was. What lies where is from
   the manual's table. */
START_TEST(fpu_fxsave_and_fxrstor_keep_the_whole_state)
{
    struct cpu_testbed *bed = new_bed(CPU_686);
    memory_write(&bed->memory, DATA + 160, 4, 0x12345678);
    RUN(bed, 0xd9, 0xe8); /* FLD1 */
    RUN(bed, 0xd9, 0xeb); /* FLDPI */
    RUN(bed, 0xdd, 0x16); /* FST qword [ESI] */
    const struct fpu before = bed->cpu.fpu;
    RUN(bed, 0x0f, 0xae, 0x06); /* FXSAVE [ESI] */
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    ck_assert_mem_eq(&bed->cpu.fpu, &before, sizeof before);
    const u8 *image = bed->memory.ram + DATA;
    ck_assert_uint_eq(load_le16(image), 0x37f);
    ck_assert_uint_eq(load_le16(image + 2) >> 11 & 7, 6);
    ck_assert_uint_eq(image[4], 0xc0); /* R6 and R7 are used */
    ck_assert_uint_eq(image[5], 0);
    ck_assert_uint_eq(load_le16(image + 6), 0x516); /* DD 16 */
    ck_assert_uint_eq(load_le32(image + 8), BED_CODE);
    ck_assert_uint_eq(load_le16(image + 12), BED_CODE_SELECTOR(0));
    ck_assert_uint_eq(load_le32(image + 16), DATA);
    ck_assert_uint_eq(load_le16(image + 20), BED_DATA_SELECTOR(0));
    ck_assert_uint_eq(load_le64(image + 32), 0xc90fdaa22168c235ull);
    ck_assert_uint_eq(load_le16(image + 40), 0x4000);
    ck_assert_uint_eq(load_le64(image + 48), 1ull << 63);
    ck_assert_uint_eq(load_le32(image + 160), 0x12345678);
    RUN(bed, 0xdb, 0xe3);       /* FNINIT */
    RUN(bed, 0xd9, 0xee);       /* FLDZ */
    RUN(bed, 0x0f, 0xae, 0x0e); /* FXRSTOR [ESI] */
    ck_assert_uint_eq(bed->cpu.fault_count, 0);
    ck_assert_uint_eq(bed->cpu.fpu.used, before.used);
    ck_assert_uint_eq(bed->cpu.fpu.status, before.status);
    ck_assert_uint_eq(bed->cpu.fpu.control, before.control);
    ck_assert_uint_eq(bed->cpu.fpu.opcode, before.opcode);
    ck_assert_uint_eq(bed->cpu.fpu.code_offset, before.code_offset);
    ck_assert_uint_eq(bed->cpu.fpu.data_offset, before.data_offset);
    check_st(bed, 0, (struct float80){0xc90fdaa22168c235ull, 0x4000});
    check_st(bed, 1, ONE);
    cpu_testbed_free(bed);
}
END_TEST

/* A register operand, LOCK and an older level are #UD, TS is #NM, an address that is no multiple of
   16 is #GP, and a pending error does not matter. */
START_TEST(fpu_fxsave_refuses_what_the_manual_says)
{
    static const struct {
        u8 code[3];
        enum cpu_level level;
        bool task_switched;
        u32 address;
        u8 vector;
    } refused[] = {
        {{0x0f, 0xae, 0xc0}, CPU_686, false, DATA, EXC_UD},
        {{0x0f, 0xae, 0x06}, CPU_586, false, DATA, EXC_UD},
        {{0x0f, 0xae, 0x16}, CPU_686, false, DATA, EXC_UD},
        {{0x0f, 0xae, 0x06}, CPU_686, true, DATA, EXC_NM},
        {{0x0f, 0xae, 0x0e}, CPU_686, true, DATA, EXC_NM},
        {{0x0f, 0xae, 0x06}, CPU_686, false, DATA + 8, EXC_GP},
        {{0x0f, 0xae, 0x0e}, CPU_686, false, DATA + 4, EXC_GP},
    };
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        struct cpu_testbed *bed = new_bed(refused[i].level);
        bed->cpu.regs[REG_ESI] = refused[i].address;
        if (refused[i].task_switched)
            cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | CR0_TS);
        run_at(bed, 0, refused[i].code, 3);
        check_fault(bed, refused[i].vector);
        cpu_testbed_free(bed);
    }
    struct cpu_testbed *bed = new_bed(CPU_686);
    RUN(bed, 0xf0, 0x0f, 0xae, 0x06);
    check_fault(bed, EXC_UD);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_fcomi_sets_the_flags)
{
    struct cpu_testbed *bed = new_bed(CPU_686);
    push_numbers(bed, 2);
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_OF | FLAG_SF | FLAG_CF);
    RUN(bed, 0xdb, 0xf1);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu) & FLAGS_ARITHMETIC, 0);
    RUN(bed, 0xd9, 0xc9); /* fxch */
    RUN(bed, 0xdb, 0xf1);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu) & FLAGS_ARITHMETIC, FLAG_CF);
    RUN(bed, 0xda, 0xc1); /* fcmovb */
    check_st(bed, 0, TWO);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(fpu_initialize_keeps_the_pointers_on_a_387_only)
{
    for (enum cpu_level level = CPU_386; level <= CPU_486; level++) {
        struct cpu_testbed *bed = new_bed(level);
        leave_pointers(bed);
        RUN(bed, 0xdb, 0xe3);
        ck_assert_uint_eq(bed->cpu.fpu.code_offset, level == CPU_386 ? BED_CODE + 0x20 : 0);
        cpu_testbed_free(bed);
    }
}
END_TEST

int main(void)
{
    const suite_test tests[] = {
        fpu_control_word_keeps_what_a_387_has,
        fpu_environment_32_bit_protected,
        fpu_environment_16_bit_protected,
        fpu_environment_16_bit_real,
        fpu_environment_32_bit_real,
        fpu_save_and_restore_in_all_four_formats,
        fpu_store_beyond_the_limit_changes_nothing,
        fpu_memory_operand_faults_before_anything_changes,
        fpu_store_to_an_absent_page_does_not_pop,
        fpu_not_available_by_em_and_ts,
        fpu_absent_answers_nothing,
        fpu_error_without_ne_raises_the_line,
        fpu_error_with_ne_faults_the_next_that_waits,
        fpu_error_with_ne_faults_an_escape_that_waits,
        fpu_environment_brings_back_a_pending_error,
        fpu_loaded_state_is_put_in_range,
        fpu_unmasking_a_pending_exception_signals_it,
        fpu_code_of_a_later_level_is_undefined,
        fpu_fxsave_and_fxrstor_keep_the_whole_state,
        fpu_fxsave_refuses_what_the_manual_says,
        fpu_fcomi_sets_the_flags,
        fpu_initialize_keeps_the_pointers_on_a_387_only,
    };
    Suite *suite = suite_create("fpu_instructions");
    TCase *cases = tcase_create("rows");
    tcase_add_loop_test(cases, fpu_instruction_does_what_its_row_says, 0, (int)ARRAY_COUNT(rows));
    for (size_t i = 0; i < ARRAY_COUNT(tests); i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
