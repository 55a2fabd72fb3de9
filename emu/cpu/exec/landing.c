#include "cpu/exec/landing.h"

#include "cpu/exec/handler.h"

#define LANDING(number)                                    \
    static struct op *landing_##number(HANDLER_PARAMETERS) \
    {                                                      \
        op = cpu->jumps[number].op;                        \
        MUSTTAIL return RUN(op);                           \
    }
#define NAME(number) landing_##number,

/* What MAKE makes of all numbers with these first digits. */
// clang-format off
#define EACH_16(MAKE, n) \
    MAKE(n##0) MAKE(n##1) MAKE(n##2) MAKE(n##3) MAKE(n##4) MAKE(n##5) MAKE(n##6) MAKE(n##7) \
    MAKE(n##8) MAKE(n##9) MAKE(n##a) MAKE(n##b) MAKE(n##c) MAKE(n##d) MAKE(n##e) MAKE(n##f)
#define EACH_256(MAKE, n) \
    EACH_16(MAKE, n##0) EACH_16(MAKE, n##1) EACH_16(MAKE, n##2) EACH_16(MAKE, n##3) \
    EACH_16(MAKE, n##4) EACH_16(MAKE, n##5) EACH_16(MAKE, n##6) EACH_16(MAKE, n##7) \
    EACH_16(MAKE, n##8) EACH_16(MAKE, n##9) EACH_16(MAKE, n##a) EACH_16(MAKE, n##b) \
    EACH_16(MAKE, n##c) EACH_16(MAKE, n##d) EACH_16(MAKE, n##e) EACH_16(MAKE, n##f)
#define EACH_1024(MAKE) \
    EACH_256(MAKE, 0x0) EACH_256(MAKE, 0x1) EACH_256(MAKE, 0x2) EACH_256(MAKE, 0x3)
// clang-format on

EACH_1024(LANDING)

static op_handler *const landings[] = {EACH_1024(NAME)};

_Static_assert(ARRAY_COUNT(landings) == BLOCK_JUMPS, "one for each place of the table");

void landing_fill(struct remembered_jump jumps[BLOCK_JUMPS])
{
    for (u32 i = 0; i < BLOCK_JUMPS; i++)
        jumps[i].landing = landings[i];
}
