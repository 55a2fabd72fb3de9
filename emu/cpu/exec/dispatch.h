#ifndef GLASS386_CPU_EXEC_DISPATCH_H
#define GLASS386_CPU_EXEC_DISPATCH_H

#include "cpu/op.h"

/* Handlers that are not instructions: they run the table's functions, join blocks, and leave. */

enum cpu_outcome { OUTCOME_CONTINUE, OUTCOME_FAULT, OUTCOME_BREAK };

op_handler dispatch_function; /* row's function, then the next op */
op_handler dispatch_jump;     /* OPCODE_JUMPS: then wherever cpu->eip points */
op_handler dispatch_end;      /* OPCODE_ENDS: then the run loop */
op_handler dispatch_string;   /* OPCODE_STRING with its REP prefix */
op_handler dispatch_beyond;   /* a branch whose target lies beyond the CS limit */

op_handler dispatch_link;       /* stub: finds op->eip in the same page, patches its owner's link */
op_handler dispatch_lookup;     /* stub: goes to op->eip, in any page */
op_handler dispatch_dead;       /* first op of a block that was overwritten */
op_handler dispatch_warm;       /* first op of a block that is not yet tuned */
op_handler dispatch_limit;      /* an instruction beyond the CS limit or too long: #GP(0) */
op_handler dispatch_undefined;  /* #UD */
op_handler dispatch_breakpoint; /* before an instruction at a breakpoint address */

#endif
