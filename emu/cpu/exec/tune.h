#ifndef GLASS386_CPU_EXEC_TUNE_H
#define GLASS386_CPU_EXEC_TUNE_H

#include "cpu/op.h"

/* Better handlers for the ops of a decoded block. Only op->fn changes: every op keeps its operands,
   its kind (and so its slow instance), its number and its EIP, so that a handler that does the work
   of two ops may at any moment leave the second one to itself, and a fault is that of one
   instruction. */

/* Tunes the ops first .. end - 1, which are in the order of their instructions; branches have their
   stubs. */
void tune_block(struct op *first, struct op *end);

/* One op's better handler, or null. The op still has the handler that hot_choose gave it. */
op_handler *quiet_handler(const struct op *op); /* sets no flags */
op_handler *pair_handler(const struct op *op);  /* does op[1], a hot Jcc, too */

/* Gives the pushes or pops that start here a common handler; how many ops it looked at. */
unsigned stack_group(struct op *op, const struct op *end);

/* The same with the registers' numbers in the handler: of an op that runs what hot_choose,
   quiet_handler or pair_handler gave. */
op_handler *register_handler(const struct op *op);
op_handler *register_quiet_handler(const struct op *op);
op_handler *register_pair_handler(const struct op *op);
/* The same that does the next op, too, and perhaps the branch behind it. */
op_handler *fused_handler(const struct op *op, const struct op *end);

/* The same for 16-bit code. Here a pair has the handlers of its two ops still. */
op_handler *word_handler(const struct op *op);
op_handler *word_quiet_handler(const struct op *op);
op_handler *word_pair_handler(const struct op *op);
unsigned word_stack_group(struct op *op, const struct op *end);

#endif
