#include "support/code.h"
#include "support/cpu_testbed.h"
#include "support/loop_code.h"
#include "support/random_guest.h"
#include "support/suite.h"

#include "cpu/block_cache.h"
#include "cpu/exec/fused.h"
#include "cpu/registers.h"

/* Blocks whose handlers do several instructions at once, set no dead flags or know their registers
   (exec/tune.h) must do what the instructions do one by one. In a run of one tick each instruction
   stands alone in a block that is not kept: nothing is tuned. */

#define PROGRAM_INSTRUCTIONS 60u
#define PROGRAM_TICKS 400u
#define PROGRAMS 400u

/* A register, [reg + disp8], [reg + reg * scale + disp8] or [disp32]. */
static void emit_modrm(struct code *code, u64 *state, unsigned reg)
{
    unsigned rm = random_next(state) % 8;
    switch (random_next(state) % 6) {
    case 0:
        if (rm == 4) {
            emit(code, 0x44 | reg << 3, 1);
            emit(code, random_next(state) & 0xff, 1);
        } else {
            emit(code, 0x40 | reg << 3 | rm, 1);
        }
        emit(code, random_next(state) & 0xff, 1);
        break;
    case 1:
        emit(code, 0x05 | reg << 3, 1);
        emit(code, 0x20000 + random_next(state) % 0x2000, 4);
        break;
    default:
        emit(code, 0xc0 | reg << 3 | rm, 1);
    }
}

static void emit_instruction(struct code *code, u64 *state)
{
    static const u8 groups[][2] = {{0xf6, 8}, {0xf7, 8}, {0xc0, 8},
                                   {0xc1, 8}, {0xfe, 2}, {0xff, 2}};
    unsigned reg = random_next(state) % 8, wide = random_next(state) % 4 != 0;
    u32 chance = random_next(state) % 100;
    if (chance < 25) { /* the eight operations, both directions */
        emit(code, (random_next(state) % 8) << 3 | wide | (random_next(state) & 2), 1);
        emit_modrm(code, state, reg);
    } else if (chance < 35) { /* group 1 with a byte */
        emit(code, 0x83, 1);
        emit_modrm(code, state, reg);
        emit(code, random_next(state), 1);
    } else if (chance < 40) { /* INC, DEC */
        emit(code, 0x40 + random_next(state) % 16, 1);
    } else if (chance < 50) { /* PUSH, POP */
        u32 code_byte = 0x50 + random_next(state) % 8 + (chance < 45 ? 0 : 8);
        unsigned count = 1 + random_next(state) % 5;
        for (unsigned i = 0; i < count; i++)
            emit(code, code_byte ^ (random_next(state) & 3), 1);
    } else if (chance < 56) { /* MOV */
        emit(code, 0x88 | wide | (random_next(state) & 2), 1);
        emit_modrm(code, state, reg);
    } else if (chance < 60) { /* MOV imm, mostly an address */
        emit(code, 0xb8 | reg, 1);
        emit(code, 0x20000 + random_next(state) % 0x2000, 4);
    } else if (chance < 64) { /* LEA, XCHG, TEST */
        static const u8 codes[] = {0x8d, 0x86, 0x87, 0x84, 0x85};
        emit(code, codes[random_next(state) % ARRAY_COUNT(codes)], 1);
        emit_modrm(code, state, reg);
    } else if (chance < 76) { /* groups 2 to 5 */
        const u8 *group = groups[random_next(state) % ARRAY_COUNT(groups)];
        reg %= group[1];
        emit(code, group[0], 1);
        emit_modrm(code, state, reg);
        if (group[0] >= 0xf6 && group[0] <= 0xf7 && reg < 2)
            emit(code, random_next(state), group[0] == 0xf7 ? 4 : 1);
        else if (group[0] <= 0xc1)
            emit(code, random_next(state) % 4 ? random_next(state) % 32 : 0, 1);
    } else if (chance < 80) { /* MOVZX, MOVSX, IMUL, BT, SHLD, SHRD */
        static const u8 codes[] = {0xb6, 0xb7, 0xbe, 0xbf, 0xaf, 0xa3, 0xa4, 0xac};
        u8 second = codes[random_next(state) % ARRAY_COUNT(codes)];
        emit(code, 0x0f | (u32)second << 8, 2);
        emit_modrm(code, state, reg);
        if (second == 0xa4 || second == 0xac)
            emit(code, random_next(state), 1);
    } else if (chance < 84) { /* CBW, CWD, LAHF, CMC, CLC, STC, LEAVE */
        static const u8 codes[] = {0x98, 0x99, 0x9f, 0xf5, 0xf8, 0xf9, 0xc9};
        emit(code, codes[random_next(state) % ARRAY_COUNT(codes)], 1);
    } else if (chance < 86) { /* MOV to, ADD to, INC of a byte of this very program */
        static const u16 codes[] = {0x05c6, 0x0580, 0x05fe};
        u16 form = codes[random_next(state) % ARRAY_COUNT(codes)];
        emit(code, form, 2);
        emit(code, BED_CODE + random_next(state) % (4 * PROGRAM_INSTRUCTIONS), 4);
        if (form != 0x05fe)
            emit(code, random_next(state), 1);
    } else { /* Jcc, back or forth */
        s32 distance = (s32)(random_next(state) % 24) - 6;
        emit(code, 0x70 | random_next(state) % 16, 1);
        emit(code, (u32)distance, 1);
    }
}

/* Two registers; not ESP, which would lead the stack astray. */
static void choose_two(u64 *state, unsigned two[2])
{
    do {
        two[0] = random_next(state) % 8;
        two[1] = random_next(state) % 8;
    } while (two[0] == two[1] || two[0] == 4 || two[1] == 4);
}

/* MOV reg,[base + disp8], [disp32], [index + disp32] or [base + index + disp8], or the other way;
   bytes or doublewords. */
static void emit_move(struct code *code, u64 *state, u8 operation, unsigned reg)
{
    unsigned index = random_next(state) % 4, form = random_next(state) % 4;
    unsigned base = 5 + random_next(state) % 2; /* EBP: in SS */
    if (form >= 2) {                            /* MOV index,imm */
        emit(code, 0xb8 | index, 1);
        emit(code, form == 2 ? 0x20000 + random_next(state) % 0x2000 : random_next(state) % 64, 4);
    }
    if (form == 3 || form == 0) { /* MOV base,imm */
        emit(code, 0xb8 | base, 1);
        emit(code, 0x20000 + random_next(state) % 0x2000, 4);
    }
    emit(code, operation, 1);
    switch (form) {
    case 0:
        emit(code, 0x40 | reg << 3 | base, 1);
        emit(code, random_next(state) & 0x7f, 1);
        break;
    case 1:
        emit(code, 0x05 | reg << 3, 1);
        emit(code, 0x20000 + random_next(state) % 0x2000, 4);
        break;
    case 2:
        emit(code, 0x04 | reg << 3, 1);
        emit(code, 0x05 | index << 3, 1);
        emit(code, random_next(state) % 0x1000, 4);
        break;
    default:
        emit(code, 0x44 | reg << 3, 1);
        emit(code, base | index << 3, 1);
        emit(code, random_next(state) & 0x7f, 1);
    }
}

static void emit_load(struct code *code, u64 *state, unsigned reg, bool wide)
{
    emit_move(code, state, 0x8a | wide, reg);
}

/* reg = reg OP imm8, INC, DEC, or a shift of a few bits. */
static void emit_step(struct code *code, u64 *state, unsigned reg)
{
    static const u8 shifts[] = {0, 1, 4, 5, 7};
    switch (random_next(state) % 3) {
    case 0:
        emit(code, 0x83, 1);
        emit(code, 0xc0 | random_next(state) % 7 << 3 | reg, 1);
        emit(code, random_next(state) & 0xff, 1);
        break;
    case 1:
        emit(code, 0x40 | random_next(state) % 2 << 3 | reg, 1);
        break;
    default:
        emit(code, 0xc1, 1);
        emit(code, 0xc0 | (u32)shifts[random_next(state) % ARRAY_COUNT(shifts)] << 3 | reg, 1);
        emit(code, random_next(state) % 31 + 1, 1);
    }
}

/* CMP or TEST of the register, then a branch. */
static void emit_decision(struct code *code, u64 *state, const unsigned two[2], bool wide)
{
    switch (random_next(state) % 4) {
    case 0:
        emit(code, wide ? 0x83 : 0x80, 1);
        emit(code, 0xf8 | two[0], 1);
        emit(code, random_next(state) & 0xff, 1);
        break;
    case 1:
        emit(code, 0x38u | wide, 1); /* CMP other,reg */
        emit(code, 0xc0 | two[0] << 3 | two[1], 1);
        break;
    case 2:
        emit(code, 0x38u | wide, 1);
        emit(code, 0xc0 | two[1] << 3 | two[0], 1);
        break;
    default:
        emit(code, 0x84u | wide, 1);
        emit(code, 0xc0 | two[0] << 3 | two[0], 1);
    }
    emit(code, 0x70 | random_next(state) % 16, 1);
    emit(code, random_next(state) % 12, 1);
}

/* Instructions that belong together, as compilers put them: exec/fused.h. */
static void emit_group(struct code *code, u64 *state)
{
    unsigned two[2];
    choose_two(state, two);
    bool wide = random_next(state) % 4 != 0;
    switch (random_next(state) % 10) {
    case 9:
        emit_loop(code, state);
        break;
    case 8:
        emit_skip(code, state);
        break;
    case 7:
        if (!wide)
            emit(code, 0x66, 1);
        emit_steps(code, state);
        break;
    case 6:
        emit_move(code, state, 0x88 | wide, two[0]);
        break;
    case 0:
        emit(code, 0x89, 1); /* MOV first,second */
        emit(code, 0xc0 | two[1] << 3 | two[0], 1);
        emit_step(code, state, two[random_next(state) % 2]);
        break;
    case 1:
        emit_load(code, state, two[0], true);
        emit(code, (random_next(state) % 8) << 3 | 1, 1); /* second = second OP first */
        emit(code, 0xc0 | two[0] << 3 | two[1], 1);
        break;
    case 2:
        emit_step(code, state, two[0]);
        emit(code, 0x31, 1); /* XOR second,first */
        emit(code, 0xc0 | two[0] << 3 | two[1], 1);
        break;
    case 3:
        emit_step(code, state, two[0]);
        emit_decision(code, state, two, true);
        break;
    case 4:
        emit(code, 0x01, 1); /* ADD first,second */
        emit(code, 0xc0 | two[1] << 3 | two[0], 1);
        emit_decision(code, state, two, true);
        break;
    default:
        emit_load(code, state, two[0], wide);
        emit_decision(code, state, two, wide);
    }
}

static struct cpu_testbed *make_bed(u64 seed)
{
    u64 state = seed * 0x9e3779b97f4a7c15ull | 1;
    struct code code = {.length = 0};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned i = 0; i < PROGRAM_INSTRUCTIONS; i++)
        (random_next(&state) % 4 ? emit_instruction : emit_group)(&code, &state);
    emit(&code, 0xe9, 1);
    emit(&code, 0u - code.length - 4, 4);
    memcpy(bed->memory.ram + BED_CODE, code.bytes, code.length);
    for (u32 at = 0x20000; at < 0x24000; at++)
        bed->memory.ram[at] = (u8)random_next(&state);
    if (seed % 3 == 1) /* else at the first entry: here branches are linked by then */
        bed->cpu.blocks->tuned_at = BLOCK_TUNED_AT;
    cpu_testbed_enter_ring(bed, 0);
    if (seed % 2)
        cpu_testbed_enable_paging(bed);
    for (unsigned i = 0; i < 8; i++)
        bed->cpu.regs[i] = 0x20000 + random_next(&state) % 0x3000;
    bed->cpu.regs[REG_ESP] = 0x23800;
    if (seed % 3 == 0)
        bed->cpu.segs[SEG_SS].base = 0x40;
    cpu_set_eip(&bed->cpu, BED_CODE);
    return bed;
}

START_TEST(cpu_tuning_changes_no_result)
{
    for (u64 seed = 1; seed <= PROGRAMS; seed++) {
        struct cpu_testbed *whole = make_bed(seed), *stepped = make_bed(seed);
        u64 until = PROGRAM_TICKS - seed % 64;
        cpu_run(&whole->cpu, until);
        enum cpu_stop stop = CPU_STOP_TIME;
        while (stop == CPU_STOP_TIME && stepped->clock.now < until)
            stop = cpu_run(&stepped->cpu, stepped->clock.now + 1);
        ck_assert_msg(whole->clock.now == stepped->clock.now, "seed %u: ticks", (unsigned)seed);
        ck_assert_msg(whole->cpu.eip == stepped->cpu.eip, "seed %u: EIP %X, stepped %X",
                      (unsigned)seed, whole->cpu.eip, stepped->cpu.eip);
        ck_assert_msg(cpu_get_eflags(&whole->cpu) == cpu_get_eflags(&stepped->cpu),
                      "seed %u: EFLAGS %X, stepped %X", (unsigned)seed, cpu_get_eflags(&whole->cpu),
                      cpu_get_eflags(&stepped->cpu));
        for (unsigned i = 0; i < 8; i++)
            ck_assert_msg(whole->cpu.regs[i] == stepped->cpu.regs[i], "seed %u: register %u",
                          (unsigned)seed, i);
        ck_assert_msg(memcmp(whole->memory.ram, stepped->memory.ram, whole->memory.ram_size) == 0,
                      "seed %u: memory", (unsigned)seed);
        cpu_testbed_free(whole);
        cpu_testbed_free(stepped);
    }
}
END_TEST

/* A row whose first kind is passed over would never be found. */
START_TEST(cpu_tuning_looks_for_each_fused_row)
{
    bool begins[KIND_END] = {false};
    for (unsigned i = 0; i < fused_row_count; i++)
        begins[fused_rows[i].first] = true;
    for (unsigned i = 0; i < fused_branch_row_count; i++)
        begins[fused_branch_rows[i].first] = true;
    for (unsigned i = 0; i < fused_step_row_count; i++)
        begins[fused_step_rows[i].first] = true;
    for (unsigned i = 0; i < fused_skip_row_count; i++)
        begins[fused_skip_rows[i].shift] = true;
    for (unsigned kind = 0; kind < KIND_END; kind++)
        ck_assert_msg(fused_may_begin(kind) == begins[kind], "kind %u", kind);
}
END_TEST

SUITE_MAIN("cpu_tuning", cpu_tuning_changes_no_result, cpu_tuning_looks_for_each_fused_row)
