#ifndef GLASS386_TESTS_INSTRUCTION_ROWS_H
#define GLASS386_TESTS_INSTRUCTION_ROWS_H

#include "cpu/cpu.h"

/* One row is one fact: bytes, what is set before, and what has changed after. A register, a flag or
   a memory word that a row does not list must be as it was. */

enum what { NOTHING, EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, FLAGS, MEMORY, EIP, FAULT };

struct value {
    enum what what;
    u32 value;
};

/* Rows end where the rest is zero: a 386, ring 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct row {
    const char *name;
    u8 bits; /* code size: 16 runs in real mode, 32 in ring 0 */
    u8 length;
    u8 bytes[15];
    struct value in[5], out[5];
    u32 undefined; /* flags that the manual leaves open */
    u8 level;      /* enum cpu_level to run on */
    u8 ring;       /* with 32-bit code */
};

#define DATA 0xc000u /* ESI points here, EDI 16 bytes on; in real mode too */
#define PATTERN 0x89abcdefu
#define CODE(...)                \
    sizeof((u8[]){__VA_ARGS__}), \
    {                            \
        __VA_ARGS__              \
    }
#define IN(...)     \
    {               \
        __VA_ARGS__ \
    }
#define OUT(...)    \
    {               \
        __VA_ARGS__ \
    }
#define ARITHMETIC FLAGS_ARITHMETIC
#define CF FLAG_CF
#define PF FLAG_PF
#define AF FLAG_AF
#define ZF FLAG_ZF
#define SF FLAG_SF
#define OF FLAG_OF
#define DF FLAG_DF

/* Runs one row on a CPU of its own and fails the test with the first difference. */
void instruction_row_check(const struct row *row);

#endif
