/* Loops over memory, by word and by byte, without string instructions; and those instructions. */
#include "kernel.h"

#define WORDS 4096
#define LARGE 65536
#define ROUNDS 50
#define LARGE_ROUNDS 300
#define SHORT_ROUNDS 60000

static u32 source[LARGE / 4], target[LARGE / 4];

static NOINLINE void copy_words(volatile u32 *to, const volatile u32 *from, u32 count)
{
    while (count--)
        *to++ = *from++;
}

static NOINLINE void copy_bytes(volatile u8 *to, const volatile u8 *from, u32 count)
{
    while (count--)
        *to++ = *from++;
}

static NOINLINE u32 sum_words(const u32 *words, u32 count)
{
    u32 sum = 0;
    for (u32 i = 0; i < count; i++)
        sum += words[i] ^ i;
    return sum;
}

static void fill_source(void)
{
    for (u32 i = 0; i < LARGE / 4; i++)
        source[i] = i * 2654435761u;
}

u32 copy_loops(void)
{
    u32 sum = 0;
    fill_source();
    for (u32 round = 0; round < ROUNDS; round++) {
        copy_words(target, source, WORDS);
        copy_bytes((u8 *)target, (const u8 *)source + 4, WORDS * 2);
        sum += sum_words(target, WORDS);
        source[round % WORDS] ^= sum;
    }
    return sum;
}

static inline void rep_movsl(void *to, const void *from, u32 count)
{
    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static inline void rep_movsb(void *to, const void *from, u32 count)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static inline void rep_stosl(void *to, u32 value, u32 count)
{
    __asm__ volatile("rep stosl" : "+D"(to), "+c"(count) : "a"(value) : "memory");
}

/* 64 KB at a time. */
u32 rep_large(void)
{
    u32 sum = 0;
    fill_source();
    for (u32 round = 0; round < LARGE_ROUNDS; round++) {
        rep_stosl(target, round, LARGE / 4);
        sum += target[round];
        rep_movsl(target, source, LARGE / 4);
        sum = sum * 3 + target[round * 7];
    }
    return sum;
}

/* 1 to 64 bytes at a time. */
u32 rep_short(void)
{
    u32 sum = 0;
    fill_source();
    rep_stosl(target, 0, LARGE / 4);
    for (u32 round = 0; round < SHORT_ROUNDS; round++) {
        u32 length = (round * 7 & 63) + 1;
        u8 *to = (u8 *)target + (round & 1023);
        rep_movsb(to, (const u8 *)source + (round & 255), length);
        rep_stosl(to + 100, round, length / 4);
        sum = sum * 5 + to[length - 1] + to[103];
    }
    return sum;
}
