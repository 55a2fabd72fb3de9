#include "support/cpu_testbed.h"
#include "support/random_guest.h"
#include "support/suite.h"

#include "cpu/registers.h"

/* Blocks whose handlers do several instructions at once, set no dead flags or know their registers
   (exec/tune.h) must do what the instructions do one by one. In a run of one tick each instruction
   stands alone in its block: nothing is tuned. */

#define PROGRAM_INSTRUCTIONS 60u
#define PROGRAM_TICKS 400u
#define PROGRAMS 200u

struct code {
    u8 bytes[1024];
    u32 length;
};

static void emit(struct code *code, u32 value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        code->bytes[code->length++] = (u8)(value >> 8 * i);
}

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

static struct cpu_testbed *make_bed(u64 seed)
{
    u64 state = seed * 0x9e3779b97f4a7c15ull | 1;
    struct code code = {.length = 0};
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    for (unsigned i = 0; i < PROGRAM_INSTRUCTIONS; i++)
        emit_instruction(&code, &state);
    emit(&code, 0xe9, 1);
    emit(&code, 0u - code.length - 4, 4);
    memcpy(bed->memory.ram + BED_CODE, code.bytes, code.length);
    for (u32 at = 0x20000; at < 0x24000; at++)
        bed->memory.ram[at] = (u8)random_next(&state);
    cpu_testbed_enter_ring(bed, 0);
    if (seed % 2)
        cpu_testbed_enable_paging(bed);
    for (unsigned i = 0; i < 8; i++)
        bed->cpu.regs[i] = 0x20000 + random_next(&state) % 0x3000;
    bed->cpu.regs[REG_ESP] = 0x23800;
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

SUITE_MAIN("cpu_tuning", cpu_tuning_changes_no_result)
