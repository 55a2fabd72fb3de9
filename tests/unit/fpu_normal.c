#include "support/cpu_testbed.h"
#include "support/random_guest.h"
#include "support/suite.h"

#include "cpu/decode.h"
#include "cpu/exec/exec.h"
#include "cpu/fpu/fpu.h"
#include "cpu/registers.h"

/* The short ways of frequent coprocessor instructions (exec/x87.c) leave the same bits everywhere
   as the exact ones (exec_escape), on operands of every class and with every control word. */

#define ROUNDS 200u /* of every instruction */
#define PLACE 0x20000u

static u64 random64(u64 *state)
{
    return (u64)random_next(state) << 32 | random_next(state);
}

/* Mostly near 1 and with few bits, so that sums meet halves, carry, cancel. */
static void random_value(u64 *state, u64 *mantissa, u16 *exponent)
{
    static const u16 special[] = {0,      1,      2,      0x3c01, 0x3bff, 0x3f80,
                                  0x43fe, 0x43ff, 0x7ffd, 0x7ffe, 0x7fff};
    u32 chance = random_next(state) % 16;
    *mantissa = random64(state);
    if (chance & 1)
        *mantissa &= ~0ull << random_next(state) % 64;
    if (chance & 2)
        *mantissa |= ~0ull >> random_next(state) % 64;
    if (chance != 15)
        *mantissa |= 1ull << 63;
    *exponent = (u16)(16383 - 8 + random_next(state) % 16);
    if (chance == 14)
        *exponent = (u16)(16383 - 80 + random_next(state) % 160);
    else if (chance == 13)
        *exponent = special[random_next(state) % ARRAY_COUNT(special)];
    else if (chance == 12)
        *mantissa = *exponent = 0;
    *exponent |= (u16)(random_next(state) & 0x8000u);
}

static void randomize(struct cpu_testbed *bed, u64 *state)
{
    static const u16 controls[] = {0x037f, 0x027f, 0x007f, 0x0f7f, 0x035f, 0x0340, 0x077f};
    struct fpu *fpu = &bed->cpu.fpu;
    for (unsigned i = 0; i < 8; i++)
        random_value(state, &fpu->mantissa[i], &fpu->exponent[i]);
    unsigned free = random_next(state) % 4; /* registers 0 to 3 may be empty, the top is near */
    fpu->used = (u8)(random_next(state) % 8 ? 0xffu << free : random_next(state));
    fpu->status = (u16)((free << FPU_TOP_SHIFT) | (random_next(state) & 0x4700u));
    fpu->control =
        controls[random_next(state) % 12 < 5 ? 0 : random_next(state) % ARRAY_COUNT(controls)];
    if (random_next(state) % 3 == 0)
        fpu->control = 0x027f;
    memcpy(bed->memory.ram + PLACE, &(u64){random64(state)}, 8);
    if (random_next(state) % 4) { /* a real of 64 or 32 bits that is near 1 */
        u64 bits = random64(state);
        bool wide = bits & 1;
        u64 near64 = (bits & 0x800fffffffffffffull) | (0x3f8ull + bits % 16) << 52;
        u32 near32 = ((u32)bits & 0x807fffffu) | (0x78u + (u32)(bits % 16)) << 23;
        memcpy(bed->memory.ram + PLACE, wide ? (void *)&near64 : (void *)&near32, wide ? 8 : 4);
    }
}

struct result {
    struct fpu fpu;
    u8 memory[16];
    u32 eax;
};

static struct result result_of(const struct cpu_testbed *bed)
{
    struct result result;
    memset(&result, 0, sizeof result);
    memcpy(&result.fpu, &bed->cpu.fpu, sizeof result.fpu);
    memcpy(result.memory, bed->memory.ram + PLACE, sizeof result.memory);
    result.eax = bed->cpu.regs[REG_EAX];
    return result;
}

static void exact(struct cpu_testbed *bed, const struct opcode_index *index, const u8 *bytes)
{
    struct instruction in;
    ck_assert(decode_instruction(index, true, BED_CODE, bytes, 8, &in) == DECODE_OK);
    ck_assert(exec_escape(&bed->cpu, &in.op));
}

/* Both ways, from the same state. */
static void compare(struct cpu_testbed *bed, const struct opcode_index *index, const u8 *bytes,
                    u64 *state)
{
    randomize(bed, state);
    struct result start = result_of(bed);
    exact(bed, index, bytes);
    struct result wanted = result_of(bed);
    bed->cpu.fpu = start.fpu;
    bed->cpu.regs[REG_EAX] = start.eax;
    memcpy(bed->memory.ram + PLACE, start.memory, sizeof start.memory);
    memory_write_bytes(&bed->memory, BED_CODE, bytes, 8);
    cpu_set_eip(&bed->cpu, BED_CODE);
    ck_assert(cpu_run(&bed->cpu, bed->clock.now + 1) == CPU_STOP_TIME);
    struct result got = result_of(bed);
    ck_assert_msg(memcmp(&got, &wanted, sizeof got) == 0,
                  "%02X %02X, control %04X: status %04X instead of %04X", bytes[0], bytes[1],
                  start.fpu.control, got.fpu.status, wanted.fpu.status);
}

START_TEST(fpu_short_ways_give_the_exact_bits)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    struct opcode_index index;
    u64 state = 387;
    opcode_index_build(&index, CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    bed->cpu.regs[REG_EBX] = PLACE;
    bed->cpu.regs[REG_ESI] = 0;
    for (unsigned code = 0xd8 << 8; code < 0xe0 << 8; code++) {
        u8 modrm = code & 0xff;
        bool memory = modrm < 0xc0;
        bool base = (modrm & 0xc7) == 0x03, indexed = (modrm & 0xc7) == 0x04;
        unsigned reg = modrm >> 3 & 7;
        bool large = (code >> 8 == 0xd9 || code >> 8 == 0xdd) && (reg == 4 || reg == 6);
        if (memory && ((!base && !indexed) || large))
            continue; /* FLDENV and the like: larger than PLACE */
        u8 bytes[8] = {
            (u8)(code >> 8), modrm, 0x33 /* [ebx + esi] */, 0x90, 0x90, 0x90, 0x90, 0x90};
        bool slow = code >> 8 == 0xd9 && modrm >= 0xf0; /* FSIN and the like have no short way */
        for (unsigned i = 0; i < (slow ? 2 : ROUNDS); i++)
            compare(bed, &index, bytes, &state);
    }
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("fpu_normal", fpu_short_ways_give_the_exact_bits)
