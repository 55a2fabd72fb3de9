#ifndef GLASS386_TESTS_LOOP_CODE_H
#define GLASS386_TESTS_LOOP_CODE_H

#include "support/code.h"

/* Random instructions that belong together in loops, as exec/fused.h has handlers for them. Their
   bytes mean the same in 16- and in 32-bit code; ESP is not among their registers. */

/* A register stepped once or twice; JMP, LOOP, a comparison with its branch, or nothing. */
void emit_steps(struct code *code, u64 *state);
/* A shift, JC or JNC (mostly over the next operation), that operation. */
void emit_skip(struct code *code, u64 *state);
/* A short loop whose last instruction is JMP, LOOP or a branch. */
void emit_loop(struct code *code, u64 *state);

#endif
