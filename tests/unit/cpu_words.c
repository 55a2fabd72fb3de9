#include "support/code.h"
#include "support/cpu_testbed.h"
#include "support/loop_code.h"
#include "support/random_guest.h"
#include "support/suite.h"

#include "cpu/registers.h"

/* 16-bit code whose handlers know their registers or their address (exec/words.h), or do two
   instructions, must do what the instructions do one by one. In a run of one tick each instruction
   stands alone in its block: nothing is tuned. In real mode and in V86 mode. */

#define CODE_SEGMENT 0x0800u /* at BED_CODE */
#define DATA_SEGMENT 0x2000u
#define STACK_SEGMENT 0x3000u
#define HANDLER 0x0600u /* a JMP to itself: all vectors lead there */
#define REGISTERS 8u
#define TICKS 80u        /* the last 32 of a run are not tuned */
#define OWN_CODE_SEED 5u /* with a seed of 8 n + this DS is CS */

struct twins {
    struct cpu_testbed *whole, *stepped;
    bool v86; /* else real mode */
};

static struct cpu_testbed *new_bed(void)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned vector = 0; vector < 256; vector++) {
        cpu_testbed_write32(bed, 4 * vector, HANDLER);
        cpu_testbed_set_vector(bed, (u8)vector, 0x8e, BED_CODE_SELECTOR(0), HANDLER);
    }
    memcpy(bed->memory.ram + HANDLER, "\xeb\xfe", 2);
    return bed;
}

static struct twins twins_new(bool v86)
{
    return (struct twins){new_bed(), new_bed(), v86};
}

static void twins_free(struct twins *twins)
{
    cpu_testbed_free(twins->whole);
    cpu_testbed_free(twins->stepped);
}

static void prepare(struct cpu_testbed *bed, bool v86, const struct code *code, u64 seed)
{
    struct cpu *cpu = &bed->cpu;
    u64 state = seed * 0x9e3779b97f4a7c15ull | 1;
    memory_write_bytes(&bed->memory, BED_CODE, code->bytes, code->length);
    for (u32 at = 0; at < 64; at++) {
        cpu_testbed_write32(bed, DATA_SEGMENT * 16 + 4 * at, random_next(&state));
        cpu_testbed_write32(bed, STACK_SEGMENT * 16 + 4 * at, random_next(&state));
    }
    if (v86)
        cpu_testbed_enter_v86(bed, 0);
    for (unsigned number = 0; number < SEG_COUNT; number++)
        cpu_set_segment_real(cpu, (enum segment_number)number, DATA_SEGMENT);
    if (seed % 8 == OWN_CODE_SEED) /* what it stores may be its own code */
        cpu_set_segment_real(cpu, SEG_DS, CODE_SEGMENT);
    cpu_set_segment_real(cpu, SEG_CS, CODE_SEGMENT);
    cpu_set_segment_real(cpu, SEG_SS, STACK_SEGMENT);
    cpu_set_eip(cpu, 0);
    cpu_set_eflags(cpu,
                   FLAG_ALWAYS | (v86 ? FLAG_VM : 0) | (random_next(&state) & FLAGS_ARITHMETIC));
    cpu->delivering = cpu->halted = false;
    /* Addresses of operands, mostly; the upper halves must survive. Some wrap around 64 K. */
    for (unsigned i = 0; i < REGISTERS; i++) {
        u32 value = random_next(&state);
        cpu->regs[i] = (value & 0xffff0000u) | (seed % 8 == 7 ? value & 0xffffu : value & 0x3fu);
    }
    if (seed % 4)
        cpu->regs[REG_ESP] = (cpu->regs[REG_ESP] & 0xffff0000u) | 0x80;
}

static void compare(const struct twins *twins, const struct code *code, u64 seed, u32 ticks)
{
    static const u32 pages[] = {DATA_SEGMENT * 16, DATA_SEGMENT * 16 + 0xf000, STACK_SEGMENT * 16,
                                STACK_SEGMENT * 16 + 0xf000, BED_CODE};
    struct cpu_testbed *whole = twins->whole, *stepped = twins->stepped;
    const u8 *bytes = code->bytes;
    prepare(whole, twins->v86, code, seed);
    prepare(stepped, twins->v86, code, seed);
    u64 until = whole->clock.now + ticks;
    cpu_run(&whole->cpu, until);
    enum cpu_stop stop = CPU_STOP_TIME; /* or HLT: some programs change themselves */
    while (stop == CPU_STOP_TIME && stepped->clock.now < until)
        stop = cpu_run(&stepped->cpu, stepped->clock.now + 1);
    ck_assert_msg(whole->clock.now == stepped->clock.now, "%02x %02x %02x, seed %u: ticks",
                  bytes[0], bytes[1], bytes[2], (unsigned)seed);
    ck_assert_msg(whole->cpu.eip == stepped->cpu.eip, "%02x %02x %02x, seed %u: EIP %x, stepped %x",
                  bytes[0], bytes[1], bytes[2], (unsigned)seed, whole->cpu.eip, stepped->cpu.eip);
    ck_assert_msg(cpu_get_eflags(&whole->cpu) == cpu_get_eflags(&stepped->cpu),
                  "%02x %02x %02x, seed %u: EFLAGS %x, stepped %x", bytes[0], bytes[1], bytes[2],
                  (unsigned)seed, cpu_get_eflags(&whole->cpu), cpu_get_eflags(&stepped->cpu));
    for (unsigned i = 0; i < REGISTERS; i++)
        ck_assert_msg(whole->cpu.regs[i] == stepped->cpu.regs[i],
                      "%02x %02x %02x, seed %u: register %u %x, stepped %x", bytes[0], bytes[1],
                      bytes[2], (unsigned)seed, i, whole->cpu.regs[i], stepped->cpu.regs[i]);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        ck_assert_msg(memcmp(&whole->cpu.segs[i], &stepped->cpu.segs[i], sizeof(struct segment)) ==
                          0,
                      "%02x %02x %02x, seed %u: segment register %u", bytes[0], bytes[1], bytes[2],
                      (unsigned)seed, i);
    for (unsigned i = 0; i < ARRAY_COUNT(pages); i++)
        ck_assert_msg(
            memcmp(whole->memory.ram + pages[i], stepped->memory.ram + pages[i], PAGE_SIZE) == 0,
            "%02x %02x %02x, seed %u: memory", bytes[0], bytes[1], bytes[2], (unsigned)seed);
}

/* What follows the ModRM byte of a 16-bit address. */
static void emit_displacement(struct code *code, u8 modrm, u64 *state)
{
    if (modrm >> 6 == 1)
        emit(code, random_next(state) % 4 ? random_next(state) & 0x1f : random_next(state) & 0xff,
             1);
    else if (modrm >> 6 == 2 || (modrm & 0xc7) == 6)
        emit(code, random_next(state) % 8 ? random_next(state) & 0x3f : random_next(state), 2);
}

/* Codes with a ModRM byte, and bytes of immediate. `branches`: a conditional branch may follow in
   the same handler. */
struct opcode_form {
    u8 code, immediate;
    bool modrm, branches;
};
static const struct opcode_form opcode_forms[] = {
    {0x00, 0, true, false},  {0x01, 0, true, false},  {0x02, 0, true, false},
    {0x03, 0, true, false},  {0x08, 0, true, true},   {0x09, 0, true, true},
    {0x0a, 0, true, false},  {0x0b, 0, true, false},  {0x13, 0, true, false},
    {0x19, 0, true, false},  {0x20, 0, true, true},   {0x21, 0, true, true},
    {0x22, 0, true, false},  {0x23, 0, true, false},  {0x28, 0, true, true},
    {0x29, 0, true, true},   {0x2a, 0, true, false},  {0x2b, 0, true, false},
    {0x30, 0, true, false},  {0x31, 0, true, false},  {0x32, 0, true, false},
    {0x33, 0, true, false},  {0x38, 0, true, true},   {0x39, 0, true, true},
    {0x3a, 0, true, true},   {0x3b, 0, true, true},   {0x3c, 1, false, true},
    {0x3d, 2, false, true},  {0x40, 0, false, true},  {0x41, 0, false, false},
    {0x43, 0, false, false}, {0x44, 0, false, false}, {0x47, 0, false, false},
    {0x48, 0, false, true},  {0x49, 0, false, true},  {0x4a, 0, false, true},
    {0x4b, 0, false, true},  {0x4c, 0, false, true},  {0x4d, 0, false, true},
    {0x4e, 0, false, true},  {0x4f, 0, false, true},  {0x50, 0, false, false},
    {0x54, 0, false, false}, {0x5b, 0, false, false}, {0x5c, 0, false, false},
    {0x80, 1, true, true},   {0x81, 2, true, true},   {0x83, 1, true, true},
    {0x84, 0, true, true},   {0x85, 0, true, true},   {0x86, 0, true, false},
    {0x87, 0, true, false},  {0x88, 0, true, false},  {0x89, 0, true, false},
    {0x8a, 0, true, false},  {0x8b, 0, true, false},  {0x8d, 0, true, false},
    {0xa0, 2, false, false}, {0xa3, 2, false, false}, {0xb0, 1, false, false},
    {0xb4, 1, false, false}, {0xb8, 2, false, false}, {0xbf, 2, false, false},
    {0xc0, 1, true, true},   {0xc1, 1, true, true},   {0xc6, 1, true, false},
    {0xc7, 2, true, false},  {0xd0, 0, true, true},   {0xd1, 0, true, true},
    {0xd3, 0, true, false},  {0xfe, 0, true, true},   {0xff, 0, true, true},
};

static bool undefined(u8 opcode, u8 modrm)
{
    unsigned reg = modrm >> 3 & 7u;
    bool far = reg == 3 || reg == 5 || reg == 7;
    return ((opcode & 0xfe) == 0xc6 && reg != 0) || (opcode == 0xfe && reg > 1) ||
           (opcode == 0xff && far) || (opcode == 0x8e && (reg == 1 || reg > 5)) ||
           (opcode == 0x8c && reg > 5) ||
           ((opcode == 0x8d || opcode == 0xc4 || opcode == 0xc5) && modrm >= 0xc0);
}

/* OPERATION; Jcc over; INC CX; over: an operation that overwrites the flags or not; JMP to the
   start. `condition` below 2: no branch. */
static void make_turn(struct code *code, const struct opcode_form *form, u8 modrm,
                      unsigned condition, u64 seed)
{
    static const u8 tails[][2] = {{0x90, 0x90}, {0x01, 0xd8}, {0x83, 0xc0}, {0x42, 0x47}};
    u64 state = seed | 1;
    code->length = 0;
    emit(code, form->code, 1);
    if (form->modrm) {
        emit(code, modrm, 1);
        emit_displacement(code, modrm, &state);
    }
    emit(code, form->code >= 0xa0 && form->code < 0xb0 ? 0x20 : random_next(&state),
         form->immediate);
    if (condition >= 2) {
        emit(code, 0x70 | condition, 1);
        emit(code, 1, 1);
        emit(code, 0x41, 1);
    }
    emit(code, load_le16(tails[seed % ARRAY_COUNT(tails)]), 2);
    if (seed % ARRAY_COUNT(tails) == 2)
        emit(code, 1, 1);
    emit(code, 0xeb, 1);
    emit(code, 0u - code->length - 1, 1);
}

/* Which conditions go with which ModRM byte is left to chance: each register and address has many
   bytes. */
#define CONDITIONS 5u

START_TEST(cpu_words_do_what_their_instructions_do)
{
    const struct opcode_form *form = &opcode_forms[_i];
    struct twins twins[2] = {twins_new(false), twins_new(true)};
    struct code code;
    for (unsigned modrm = 0; modrm < (form->modrm ? 256u : 16u); modrm++) {
        u64 state = modrm + 1;
        if (form->modrm && undefined(form->code, (u8)modrm))
            continue;
        for (unsigned round = 0; round < (form->branches ? CONDITIONS : 1); round++) {
            unsigned condition = round == 0 ? 1 : 2 + random_next(&state) % 14;
            u64 seed = modrm * 64 + condition * 4 + round;
            make_turn(&code, form, (u8)modrm, condition, seed);
            compare(&twins[(modrm + round) % 2], &code, seed, TICKS - round);
        }
    }
    twins_free(&twins[0]);
    twins_free(&twins[1]);
}
END_TEST

/* CALL over a loop's JMP to: pushes, pops of the same registers, RET n; the stack begins anywhere,
   and also wraps within them. */
START_TEST(cpu_words_in_runs_of_pushes_and_pops_do_what_their_instructions_do)
{
    static const u8 call[] = {0xe8, 2, 0, 0xeb, 0xfb};
    struct twins twins = twins_new(_i % 2);
    unsigned count = (unsigned)_i / 2 + 1;
    for (unsigned first = 0; first < 8; first++) {
        for (u32 stack = 0; stack < 24; stack += 1 + first % 2) {
            struct code code = {.length = 0};
            emit(&code, 0xbc, 1);
            emit(&code, stack, 2); /* MOV SP */
            memcpy(code.bytes + code.length, call, sizeof call);
            code.length += sizeof call;
            for (unsigned i = 0; i < count; i++)
                emit(&code, 0x50 | (first + i) % 8, 1);
            for (unsigned i = count; i > 0; i--)
                emit(&code, 0x58 | (first + i) % 8, 1);
            emit(&code, first % 2 ? 0xc3 : 0x0008c2, first % 2 ? 1 : 3);
            compare(&twins, &code, 64 * first + stack, TICKS);
        }
    }
    twins_free(&twins);
}
END_TEST

/* Loops that change themselves, DS being CS: what is done for several instructions at once must
   notice. */
static const struct code changing_loops[] = {
    /* INC DX; XOR the constant of ADD, the last operation of an unrolled turn; ADD AX,1; JMP */
    {{0x42, 0x80, 0x36, 8, 0, 3, 0x83, 0xc0, 1, 0xeb, 0xf5}, 11},
    /* XOR the distance of JNC, 0 or 3; SHR AX; JNC; XOR AX, which it may branch over; JMP */
    {{0x80, 0x36, 9, 0, 3, 0xc1, 0xe8, 1, 0x73, 0, 0x83, 0xf0, 0x55, 0x90, 0x90, 0x90, 0x90, 0xeb,
      0xed},
     19},
    /* INC AX, which becomes DEC and back; XOR that, a turn's last operation; JMP */
    {{0x40, 0x80, 0x36, 0, 0, 8, 0xeb, 0xf8}, 8},
};

START_TEST(cpu_words_that_change_their_loop_do_what_their_instructions_do)
{
    struct twins twins = twins_new(_i % 2);
    const struct code *code = &changing_loops[_i / 2];
    for (u32 ticks = 33; ticks < 600; ticks += 1 + ticks % 4)
        compare(&twins, code, OWN_CODE_SEED, ticks);
    twins_free(&twins);
}
END_TEST

/* ---- Whole programs ---- */

#define PROGRAM_INSTRUCTIONS 60u
#define PROGRAM_TICKS 400u
#define PROGRAMS 200u

static void emit_form(struct code *code, u64 *state)
{
    const struct opcode_form *form = &opcode_forms[random_next(state) % ARRAY_COUNT(opcode_forms)];
    u8 modrm = (u8)random_next(state);
    if (form->modrm && undefined(form->code, modrm))
        return;
    if (random_next(state) % 8 == 0)
        emit(code, (random_next(state) & 1) ? 0x26 : 0x36, 1);
    emit(code, form->code, 1);
    if (form->modrm) {
        emit(code, modrm, 1);
        emit_displacement(code, modrm, state);
    }
    emit(code, random_next(state), form->immediate);
}

/* A constant, a byte of code, a flag. */
static void emit_other(struct code *code, u64 *state)
{
    static const u8 codes[] = {0x98, 0x99, 0x9f, 0xf5, 0xf8, 0xf9};
    u32 chance = random_next(state) % 10;
    if (chance < 3) { /* MOV reg,imm */
        emit(code, 0xb8 | random_next(state) % 8, 1);
        emit(code, random_next(state) & 0x3f, 2);
    } else if (chance < 5) { /* MOV, ADD: a byte of this very program */
        emit(code, 0x2e, 1);
        emit(code, chance == 3 ? 0x06c6 : 0x0680, 2);
        emit(code, random_next(state) % (4 * PROGRAM_INSTRUCTIONS), 2);
        emit(code, random_next(state), 1);
    } else if (chance < 7) { /* pushes and pops in a row */
        u32 first = chance == 5 ? 0x50 : 0x58;
        for (unsigned count = 1 + random_next(state) % 5; count > 0; count--)
            emit(code, first + (random_next(state) & 7), 1);
    } else {
        emit(code, codes[random_next(state) % ARRAY_COUNT(codes)], 1);
    }
}

static void emit_instruction(struct code *code, u64 *state)
{
    u32 chance = random_next(state) % 100;
    if (chance < 4) {
        emit_steps(code, state);
    } else if (chance < 7) {
        emit_skip(code, state);
    } else if (chance < 10) {
        emit_loop(code, state);
    } else if (chance < 15) { /* Jcc, back or forth */
        emit(code, 0x70 | random_next(state) % 16, 1);
        emit(code, random_next(state) % 24 - 6, 1);
    } else if (chance < 18) { /* LOOPNE, LOOPE, LOOP, JCXZ */
        emit(code, 0xe0 | random_next(state) % 4, 1);
        emit(code, random_next(state) % 24 - 10, 1);
    } else if (chance < 30) {
        emit_other(code, state);
    } else {
        emit_form(code, state);
    }
}

START_TEST(cpu_words_in_programs_do_what_their_instructions_do)
{
    struct twins twins = twins_new(_i);
    for (u64 seed = 1; seed <= PROGRAMS; seed++) {
        u64 state = seed * 0x2545f4914f6cdd1dull | 1;
        struct code code = {.length = 0};
        for (unsigned i = 0; i < PROGRAM_INSTRUCTIONS; i++)
            emit_instruction(&code, &state);
        emit(&code, 0xe9, 1);
        emit(&code, 0u - code.length - 2, 2);
        compare(&twins, &code, seed, PROGRAM_TICKS - seed % 64);
    }
    twins_free(&twins);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu_words");
    TCase *cases = tcase_create("words");
    tcase_set_timeout(cases, 240);
    tcase_add_loop_test(cases, cpu_words_do_what_their_instructions_do, 0,
                        (int)ARRAY_COUNT(opcode_forms));
    tcase_add_loop_test(cases, cpu_words_in_runs_of_pushes_and_pops_do_what_their_instructions_do,
                        0, 18);
    tcase_add_loop_test(cases, cpu_words_that_change_their_loop_do_what_their_instructions_do, 0,
                        2 * (int)ARRAY_COUNT(changing_loops));
    tcase_add_loop_test(cases, cpu_words_in_programs_do_what_their_instructions_do, 0, 2);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
