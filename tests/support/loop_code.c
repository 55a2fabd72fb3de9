#include "support/loop_code.h"

#include "support/random_guest.h"

#define STACK_POINTER 4u

static u32 any_register(u64 *state)
{
    u32 number = random_next(state) % 7;
    return number < STACK_POINTER ? number : number + 1;
}

/* INC, DEC, ADD imm8, SUB imm8, ADD reg. */
static void emit_step(struct code *code, u64 *state, u32 reg)
{
    u32 chance = random_next(state) % 10;
    if (chance < 6) {
        emit(code, 0x40 | chance % 2 << 3 | reg, 1);
    } else if (chance < 9) {
        emit(code, 0x83, 1);
        emit(code, (chance == 8 ? 0xe8 : 0xc0) | reg, 1);
        emit(code, random_next(state), 1);
    } else {
        emit(code, 0x01, 1);
        emit(code, 0xc0 | any_register(state) << 3 | reg, 1);
    }
}

/* CMP with an immediate or a register, and a branch. */
static void emit_decision(struct code *code, u64 *state, u32 reg)
{
    if (random_next(state) % 2) {
        emit(code, 0xf883 | reg << 8, 2);
        emit(code, random_next(state), 1);
    } else {
        emit(code, 0xc039 | any_register(state) << 11 | reg << 8, 2);
    }
    emit(code, 0x70 | random_next(state) % 16, 1);
    emit(code, random_next(state) % 6, 1);
}

void emit_steps(struct code *code, u64 *state)
{
    u32 reg = any_register(state);
    for (u32 count = 1 + random_next(state) % 2; count > 0; count--)
        emit_step(code, state, reg);
    switch (random_next(state) % 5) {
    case 0:
        emit(code, 0x00eb | (random_next(state) % 3) << 8, 2); /* JMP */
        break;
    case 1:
        emit(code, 0x00e2 | (random_next(state) % 3) << 8, 2); /* LOOP */
        break;
    case 2:
    case 3:
        emit_decision(code, state, reg);
    }
}

void emit_skip(struct code *code, u64 *state)
{
    u32 reg = any_register(state), other = any_register(state);
    u32 kind = random_next(state) % 4, length = kind == 2 ? 1 : kind == 1 ? 2 : 3;
    emit(code, 0xc1, 1); /* SHL or SHR reg,imm8 */
    emit(code, (random_next(state) % 2 ? 0xe8 : 0xe0) | reg, 1);
    emit(code, random_next(state) % 8 ? 1 + random_next(state) % 3 : random_next(state), 1);
    emit(code, 0x72 | random_next(state) % 2, 1);
    emit(code, random_next(state) % 16 ? length : random_next(state) % 4, 1);
    if (kind == 1) {
        emit(code, 0xc001 | any_register(state) << 11 | other << 8, 2); /* ADD other,reg */
    } else if (kind == 2) {
        emit(code, 0x40 | other, 1);
    } else {
        emit(code, 0xf083 | (random_next(state) % 4 ? reg : other) << 8, 2); /* XOR reg,imm8 */
        emit(code, random_next(state), 1);
    }
}

/* Something that may fault or be missed: MOV to or from memory, a shift that a branch follows. */
static void emit_work(struct code *code, u64 *state)
{
    static const u16 moves[] = {0x0788, 0x078b, 0x0789, 0x078a};
    if (random_next(state) % 3 == 0) {
        emit_skip(code, state);
        return;
    }
    emit(code, moves[random_next(state) % ARRAY_COUNT(moves)] | any_register(state) << 11, 2);
}

void emit_loop(struct code *code, u64 *state)
{
    emit(code, 0x6a, 1); /* PUSH imm8, POP CX */
    emit(code, 1 + random_next(state) % 20, 1);
    emit(code, 0x59, 1);
    u32 start = code->length, form = random_next(state) % 3;
    if (form == 0)
        emit(code, 0x1074, 2); /* JZ out; at random */
    if (random_next(state) % 2)
        emit_work(code, state);
    for (u32 count = random_next(state) % 3; count > 0; count--)
        emit_step(code, state, any_register(state));
    emit(code, form == 0 ? 0xeb : form == 1 ? 0xe2 : 0x75, 1);
    emit(code, start - code->length - 1, 1);
}
