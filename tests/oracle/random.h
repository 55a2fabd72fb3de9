#ifndef GLASS386_TESTS_RANDOM_H
#define GLASS386_TESTS_RANDOM_H

#include "base/types.h"

/* xorshift64*: the same numbers on every host. */
struct random {
    u64 state; /* not 0 */
};

static inline u32 random_u32(struct random *random)
{
    u64 x = random->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random->state = x;
    return (u32)(x * 0x2545f4914f6cdd1dull >> 32);
}

static inline u32 random_below(struct random *random, u32 bound)
{
    return (u32)((u64)random_u32(random) * bound >> 32);
}

static inline bool random_chance(struct random *random, u32 percent)
{
    return random_below(random, 100) < percent;
}

/* Values at which arithmetic goes wrong, small ones, and any. */
u32 random_value(struct random *random);

#endif
