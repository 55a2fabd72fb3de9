/* The sieve of Eratosthenes, bare and under paging. */
#include "kernel.h"

#define LIMIT 65536
#define ROUNDS 8

static u8 flags[LIMIT];

static NOINLINE u32 primes(u8 *composite)
{
    u32 count = 0;
    for (u32 i = 0; i < LIMIT; i++)
        composite[i] = 0;
    for (u32 i = 2; i < LIMIT; i++) {
        if (composite[i])
            continue;
        count++;
        for (u32 j = i + i; j < LIMIT; j += i)
            composite[j] = 1;
    }
    return count;
}

u32 sieve(void)
{
    u32 sum = 0;
    for (u32 round = 0; round < ROUNDS; round++)
        sum = sum * 31 + primes(flags);
    return sum;
}

u32 sieve_paged(void)
{
    u32 sum = 0;
    paging_on();
    window_map(LIMIT / 4096);
    tlb_flush();
    for (u32 round = 0; round < ROUNDS; round++)
        sum = sum * 31 + primes((u8 *)WINDOW);
    paging_off();
    return sum;
}
