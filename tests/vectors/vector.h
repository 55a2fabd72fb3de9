#ifndef GLASS386_TESTS_VECTOR_H
#define GLASS386_TESTS_VECTOR_H

#include "base/types.h"

/* One instruction as a real processor executed it: a line of a .vec file. */

enum vector_register {
    VECTOR_AX,
    VECTOR_BX,
    VECTOR_CX,
    VECTOR_DX,
    VECTOR_CS,
    VECTOR_SS,
    VECTOR_DS,
    VECTOR_ES,
    VECTOR_SP,
    VECTOR_BP,
    VECTOR_SI,
    VECTOR_DI,
    VECTOR_IP,
    VECTOR_FLAGS,
    VECTOR_REGISTERS
};
extern const char *const vector_register_names[VECTOR_REGISTERS];

struct vector_byte {
    u32 physical;
    u8 value;
};
#define VECTOR_MAX_CODE 16u
#define VECTOR_MAX_BYTES 4096u

struct vector {
    char name[64];
    u8 code[VECTOR_MAX_CODE]; /* the instruction and the HLT after it */
    u32 code_length;
    u16 before[VECTOR_REGISTERS], after[VECTOR_REGISTERS];
    struct vector_byte ram[VECTOR_MAX_BYTES]; /* before, then what changed */
    u32 before_count, ram_count;
    int exception; /* vector number, or -1 */
};

/* False: the line has not the form that the data's README tells. */
bool vector_parse(struct vector *vector, const char *line);

#endif
