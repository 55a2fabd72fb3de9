#ifndef GLASS386_CPU_EXEC_FUSED_H
#define GLASS386_CPU_EXEC_FUSED_H

#include "cpu/exec/fixed.h"

/* Two operations that often follow one another, and perhaps a branch, in one handler, with fixed
   registers as in fixed.h: what one leaves in a register the other has at hand. Names tell both:
   mov_and_imm_32_quiet_EAX_EBX is MOV EAX,EBX and AND EAX,imm.

   fused_pairs.c   two operations          fused_branches.c   operation, comparison and branch
   fused_steps.c   steps and JMP or LOOP   fused_skips.c      shift, branch and what it skips
   fused.c         which op gets which

   The second op keeps its own handler: a miss of the first leaves it to itself. */

/* How the second op's registers are related to the first one's. */
enum fused_relation {
    FUSED_SAME_DST,  /* both change one register; the first does not read it */
    FUSED_STEPS_SRC, /* the second changes what the first read */
    FUSED_USES_DST,  /* the second's source is what the first left */
};

struct fused_row {
    u16 first, second;              /* enum hot_kind */
    bool first_quiet, second_quiet; /* without flags; for ops that have none: false */
    u8 relation;                    /* enum fused_relation */
    fixed_pair *handlers;           /* by the two registers that the name ends in */
};

extern const struct fused_row fused_rows[];
extern const unsigned fused_row_count;

/* With a branch behind: by the first one's register and the condition. */
struct fused_branch_row {
    u16 first, second;
    bool first_quiet;
    bool bytes; /* the first register is one of bytes */
    u8 form;    /* enum fused_operand */
    fixed_branch *handlers;
};

/* What the comparison compares with the first one's register. */
enum fused_operand {
    FUSED_WITH_ANY,    /* a constant, or any register */
    FUSED_WITH_ITSELF, /* TEST of the register with itself */
    FUSED_FROM_OTHER,  /* any register with it */
};

extern const struct fused_branch_row fused_branch_rows[];
extern const unsigned fused_branch_row_count;

/* Steps of one register, with a JMP or LOOP behind. KIND_NOP stands for nothing. */
struct fused_step_row {
    u16 first;
    bool first_quiet;
    u16 second; /* of the same register */
    bool second_quiet;
    u16 last; /* KIND_JMP, or a LOOP */
    fixed_single *handlers;
};

extern const struct fused_step_row fused_step_rows[];
extern const unsigned fused_step_row_count;

/* A shift, a branch on CF over one operation, and that operation. */
struct fused_skip_row {
    u16 shift, skipped;
    bool same;                           /* of the same register; else any */
    op_handler *const (*handlers)[2][8]; /* JC, JNC; by the shift's register */
};

extern const struct fused_skip_row fused_skip_rows[];
extern const unsigned fused_skip_row_count;

/* Is the kind the first one of a row? Most are not, and need not be looked for. */
bool fused_may_begin(unsigned kind);

#endif
