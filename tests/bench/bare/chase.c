/* A pointer chase over 4 MB: every load depends on the one before, and hardly one hits a TLB. */
#include "kernel.h"

#define NODES (1u << 20)
#define STEPS 1000000

static u32 next[NODES];

/* A full cycle: a = 1 mod 4 and c odd make x -> ax + c visit every number below 2^20. */
const char *chase_setup(void)
{
    for (u32 i = 0; i < NODES; i++)
        next[i] = (i * 1664525 + 1013904223) & (NODES - 1);
    return 0;
}

u32 chase(void)
{
    u32 at = 1, sum = 0;
    paging_on();
    for (u32 i = 0; i < STEPS; i++) {
        at = next[at];
        sum ^= at;
    }
    paging_off();
    return sum;
}
