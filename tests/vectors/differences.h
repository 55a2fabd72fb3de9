#ifndef GLASS386_TESTS_VECTOR_DIFFERENCES_H
#define GLASS386_TESTS_VECTOR_DIFFERENCES_H

#include "vectors/vector.h"

/* Where a 386 (or what is chosen for its undefined flags) differs from the 80286 that made the
   vectors. A row is a rule on the instruction and its outcome, whatever file it stands in; it
   explains a vector when mnemonic, condition and kind fit. How many vectors of the set with the
   hash VECTOR_SET each row explains is part of the table; other vectors may need it as often as
   they like. */

#define VECTOR_SET 0xc51ca221bf99571eull

enum difference_kind {
    DIFFERENCE_FLAGS,     /* only flag bits in `flags` differ, in FLAGS or in its pushed image */
    DIFFERENCE_REGISTERS, /* only SI, DI and CX differ, and both raise the same exception */
    DIFFERENCE_UD,        /* ours raises #UD */
    DIFFERENCE_SS,        /* ours raises #SS where the 80286 raised 13 */
    DIFFERENCE_ANY,       /* everything: the condition names the vectors */
};

struct difference {
    const char *mnemonics; /* of the opcode table, separated by blanks; null: every one */
    bool (*condition)(const struct vector *vector); /* null: always */
    enum difference_kind kind;
    u16 flags; /* DIFFERENCE_FLAGS */
    u32 count; /* in the set VECTOR_SET */
    const char *reason;
};

extern const struct difference vector_differences[];
extern const u32 vector_difference_count;

#endif
