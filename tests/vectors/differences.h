#ifndef GLASS386_TESTS_VECTOR_DIFFERENCES_H
#define GLASS386_TESTS_VECTOR_DIFFERENCES_H

#include "vectors/vector.h"

/* Where a 386 (or what is chosen for its undefined flags) differs from the 80286 that made the
   vectors. A row explains a vector when the form and the kind fit; the number of vectors that each
   row explains is part of the table, which is made for VECTOR_TOTAL vectors. */

#define VECTOR_TOTAL 81250u

enum difference_kind {
    DIFFERENCE_FLAGS,     /* only flag bits in `flags` differ, in FLAGS or in its pushed image */
    DIFFERENCE_REGISTERS, /* only SI, DI and CX differ, and both raise the same exception */
    DIFFERENCE_UD,        /* ours raises #UD */
    DIFFERENCE_SS,        /* ours raises #SS where the 80286 raised 13 */
    DIFFERENCE_ANY,       /* everything: the condition names the vectors */
};

struct difference {
    const char *forms; /* names of .vec files, separated by blanks; null: every form */
    bool (*condition)(const struct vector *vector); /* null: always */
    enum difference_kind kind;
    u16 flags; /* DIFFERENCE_FLAGS */
    u32 count;
    const char *reason;
};

extern const struct difference vector_differences[];
extern const u32 vector_difference_count;

#endif
