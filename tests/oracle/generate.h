#ifndef GLASS386_TESTS_GENERATE_H
#define GLASS386_TESTS_GENERATE_H

#include "cpu/decode.h"
#include "oracle/random.h"

#define GENERATE_BYTES 16u

struct generate_options {
    bool code32;
    bool prefixes;       /* segment overrides, sizes, LOCK, REP */
    bool registers_only; /* no operand in memory, no 66h but where `operand16` is set */
    bool operand16;
};

/* Code bytes of an instruction of this row with random prefixes, addressing form and immediates;
   what follows them is random. */
void generate_instruction(struct random *random, const struct opcode *row,
                          const struct generate_options *options, u8 bytes[GENERATE_BYTES]);

bool generate_has_modrm(const struct opcode *row);

/* Arithmetic flags that the manual leaves undefined after this instruction (PRM 17.2). `count` is
   what CL holds, for shifts. */
u32 generate_undefined_flags(const struct instruction *instruction, u32 count);
/* The result too is undefined: SHLD and SHRD by more than the operand's width. */
bool generate_undefined_result(const struct instruction *instruction, u32 count);

#endif
