#ifndef GLASS386_CPU_EXEC_LANDING_H
#define GLASS386_CPU_EXEC_LANDING_H

#include "cpu/block_cache.h"

/* Landings: a remembered jump does not go to its op, but to a handler that only this place of the
   table has, which fetches the op from there, at a constant address. The host guesses jumps by
   where they lead; having guessed the landing it knows the op, and goes on with the guest's code
   long before the guest's return address or table of jumps has come from memory. Without landings
   the op itself would have to wait for it: some 40 cycles. */

/* Gives each place of the table its landing. */
void landing_fill(struct remembered_jump jumps[BLOCK_JUMPS]);

#ifdef GLASS386_TRAMPOLINE
#define LAND(jump) RUN((jump)->op)
#else
#define LAND(jump) (jump)->landing(HANDLER_ARGUMENTS)
#endif

#endif
