#ifndef GLASS386_TESTS_FUZZ_H
#define GLASS386_TESTS_FUZZ_H

#include "base/types.h"

#include <stddef.h>

/* What libFuzzer calls with each input; 0 always. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* A property that no input may break. */
#define FUZZ_REQUIRE(condition) \
    do {                        \
        if (!(condition))       \
            __builtin_trap();   \
    } while (0)

#endif
