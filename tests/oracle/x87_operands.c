#include "x87_operands.h"

#include "base/bits.h"

/* splitmix64 */
u64 random_next(struct random *random)
{
    u64 z = random->state += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

u32 random_below(struct random *random, u32 limit)
{
    return (u32)((random_next(random) >> 32) * limit >> 32);
}

static const struct float80 specials[] = {
    {0, 0},
    {1ull << 63, 0x3fff},
    {1ull << 63, 0x4000},
    {1ull << 63, 0x7fff},
    {0xc000000000000000ull, 0x7fff},
    {0xa000000000000001ull, 0x7fff},
    {0xffffffffffffffffull, 0x7fff},
    {0xc000000000001234ull, 0x7fff},
    {0x8000000000000001ull, 0x7fff},
    {~0ull, 0x7ffe},
    {1ull << 63, 1},
    {~0ull >> 1, 0},
    {1, 0},
    {1ull << 63, 0},
    {0x4000000000000000ull, 0x3fff},
    {0, 0x7fff},
    {0xc90fdaa22168c235ull, 0x4000},
    {1ull << 63, 0x403e},
};

/* All random, few bits at the top, ones at the bottom, or a tie of 24, 53 bits. */
static u64 mantissa(struct random *random)
{
    u64 bits = random_next(random);
    u32 count = random_below(random, 64);
    switch (random_below(random, 6)) {
    case 0:
        bits &= ~0ull << count;
        break;
    case 1:
        bits |= ~0ull >> count;
        break;
    case 2:
        bits = (bits & ~0ull << 40) | 1ull << 39;
        break;
    case 3:
        bits = (bits & ~0ull << 11) | 1ull << 10;
        break;
    default:
        break;
    }
    return bits | 1ull << 63;
}

struct float80 operand_modest(struct random *random, int least, int most)
{
    int exponent = least + (int)random_below(random, (u32)(most - least + 1));
    u16 sign = random_below(random, 2) ? FLOAT80_SIGN : 0;
    return (struct float80){mantissa(random), (u16)((exponent + FLOAT80_BIAS) | sign)};
}

static u16 exponent(struct random *random)
{
    switch (random_below(random, 8)) {
    case 0:
        return (u16)random_below(random, 0x7fff);
    case 1:
        return (u16)random_below(random, 130);
    case 2:
        return (u16)(0x7ffe - random_below(random, 130));
    case 3:
        return (u16)(FLOAT80_BIAS - 127 + (int)random_below(random, 4) - 2 +
                     (int)random_below(random, 2) * 254);
    case 4:
        return (u16)(FLOAT80_BIAS - 1023 + (int)random_below(random, 4) - 2 +
                     (int)random_below(random, 2) * 2046);
    default:
        return (u16)(FLOAT80_BIAS - 68 + (int)random_below(random, 136));
    }
}

struct float80 operand_real(struct random *random)
{
    u16 sign = random_below(random, 2) ? FLOAT80_SIGN : 0;
    if (random_below(random, 5) == 0) {
        struct float80 special = specials[random_below(random, ARRAY_COUNT(specials))];
        special.exponent |= sign;
        return special;
    }
    struct float80 value = {mantissa(random), (u16)(exponent(random) | sign)};
    if ((value.exponent & 0x7fff) == 0 && random_below(random, 4))
        value.mantissa &= ~0ull >> (1 + random_below(random, 60));
    return value;
}

static u64 pattern(struct random *random, unsigned exponent_bits, unsigned fraction_bits)
{
    u64 top = (1ull << exponent_bits) - 1;
    u64 value = random_next(random) & ((1ull << fraction_bits) - 1);
    u64 middle = (top >> 1) - 20 + random_below(random, 40);
    u64 biased = random_below(random, 3) ? middle : random_below(random, 2) ? 0 : top;
    if (random_below(random, 4) == 0)
        value &= 1ull << (fraction_bits - 1);
    return (u64)random_below(random, 2) << (exponent_bits + fraction_bits) |
           biased << fraction_bits | value;
}

static void bcd(struct random *random, u8 bytes[16])
{
    for (unsigned i = 0; i < 9; i++)
        bytes[i] = (u8)(random_below(random, 10) << 4 | random_below(random, 10));
    bytes[9] = random_below(random, 2) ? 0x80 : 0;
}

void operand_bytes(struct random *random, enum operand_kind kind, u8 bytes[16])
{
    struct float80 value = operand_real(random);
    memset(bytes, 0, 16);
    switch (kind) {
    case OPERAND_REAL32:
        store_le32(bytes, (u32)pattern(random, 8, 23));
        break;
    case OPERAND_REAL64:
        store_le64(bytes, pattern(random, 11, 52));
        break;
    case OPERAND_REAL80:
        store_le64(bytes, value.mantissa);
        store_le16(bytes + 8, value.exponent);
        break;
    case OPERAND_INTEGER:
        store_le64(bytes, random_next(random) & (~0ull >> random_below(random, 64)));
        break;
    case OPERAND_BCD:
        bcd(random, bytes);
        break;
    }
}

/* Any rounding and precision; mostly all exceptions masked. */
u16 operand_control(struct random *random)
{
    u16 masks = random_below(random, 3) ? 0x3f : (u16)random_below(random, 64);
    return (u16)(random_below(random, 16) << 8 | 0x40 | masks);
}
