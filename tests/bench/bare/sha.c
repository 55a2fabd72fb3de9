/* Rounds of a hash in the manner of SHA-256: rotations, sums, a schedule of 64 words. Its constants
   come from a generator, so it is not that hash. */
#include "kernel.h"

#define BLOCKS 1200

static u32 constants[64], state[8];
static u8 message[64];

static inline u32 rotate(u32 value, u32 by)
{
    return value >> by | value << (32 - by);
}

static inline u32 mix(u32 value, u32 a, u32 b, u32 c)
{
    return rotate(value, a) ^ rotate(value, b) ^ rotate(value, c);
}

static NOINLINE void schedule(u32 words[64], const u8 *block)
{
    for (u32 i = 0; i < 16; i++)
        words[i] = (u32)block[4 * i] << 24 | (u32)block[4 * i + 1] << 16 |
                   (u32)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (u32 i = 16; i < 64; i++) {
        u32 early = words[i - 15], late = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] +
                   (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) +
                   (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
}

static NOINLINE void compress(const u8 *block)
{
    u32 words[64];
    u32 a = state[0], b = state[1], c = state[2], d = state[3];
    u32 e = state[4], f = state[5], g = state[6], h = state[7];
    schedule(words, block);
    for (u32 i = 0; i < 64; i++) {
        u32 one = h + mix(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constants[i] + words[i];
        u32 two = mix(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + one;
        d = c, c = b, b = a, a = one + two;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

u32 sha(void)
{
    u32 seed = 2;
    for (u32 i = 0; i < 64; i++)
        constants[i] = seed = seed * 1664525 + 1013904223;
    for (u32 i = 0; i < 8; i++)
        state[i] = constants[i] ^ i;
    for (u32 i = 0; i < 64; i++)
        message[i] = (u8)(i * 3);
    for (u32 i = 0; i < BLOCKS; i++) {
        message[i & 63] ^= (u8)i;
        compress(message);
    }
    return state[0] ^ state[7];
}
