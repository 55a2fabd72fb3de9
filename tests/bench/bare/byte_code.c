/* An interpreter of a made-up byte code: indirect jumps that are hard to guess. */
#include "kernel.h"

#define STEPS 250000

static u8 program[512];
static u32 stack[64];

static NOINLINE u32 interpret(u32 steps, u32 seed)
{
    u32 pc = 0, sp = 0, sum = 0, value = seed;
    while (steps--) {
        u8 op = program[pc++ & 511];
        sum += value;
        switch (op & 15) {
        case 0:
            value += op;
            break;
        case 1:
            value ^= value << 3;
            break;
        case 2:
            stack[sp++ & 63] = value;
            break;
        case 3:
            value += stack[--sp & 63];
            break;
        case 4:
            value = value >> 1 | value << 31;
            break;
        case 5:
            pc += value & 1 ? 3 : 0;
            break;
        case 6:
            value *= 17;
            break;
        case 7:
            value -= pc;
            break;
        case 8:
            value = ~value;
            break;
        case 9:
            value += seed + steps;
            break;
        case 10:
            stack[value & 63] += value;
            break;
        case 11:
            value = stack[value >> 3 & 63];
            break;
        case 12:
            value += 0x9e3779b9;
            break;
        case 13:
            value ^= sp;
            break;
        case 14:
            value = (value & 0xffff) * (value >> 16);
            break;
        default:
            value += steps;
            break;
        }
    }
    return sum;
}

u32 byte_code(void)
{
    u32 seed = 7;
    for (u32 i = 0; i < ARRAY_COUNT(program); i++) {
        seed = seed * 1664525 + 1013904223;
        program[i] = (u8)(seed >> 24);
    }
    for (u32 i = 0; i < ARRAY_COUNT(stack); i++)
        stack[i] = i;
    return interpret(STEPS, seed);
}
