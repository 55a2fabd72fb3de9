#ifndef GLASS386_TESTS_CODE_H
#define GLASS386_TESTS_CODE_H

#include "base/types.h"

/* Machine code that a test puts together. */
struct code {
    u8 bytes[2048];
    u32 length;
};

/* Adds the low `bytes` bytes of a value, lowest first. */
static inline void emit(struct code *code, u32 value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        code->bytes[code->length++] = (u8)(value >> 8 * i);
}

#endif
