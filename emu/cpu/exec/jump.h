#ifndef GLASS386_CPU_EXEC_JUMP_H
#define GLASS386_CPU_EXEC_JUMP_H

#include "cpu/block_cache.h"
#include "cpu/exec/handler.h"
#include "cpu/exec/landing.h"

/* handler_go_to_eip with its frequent case in the handler itself, so that the host predicts each
   indirect jump, call and return of the guest by itself. */
ALWAYS_INLINE struct op *jump_to_eip(HANDLER_PARAMETERS)
{
    const struct remembered_jump *jump = blocks_remembered(cpu, cpu->eip);
    if (!jump || budget < 0)
        MUSTTAIL return handler_go_to_eip(HANDLER_ARGUMENTS);
    MUSTTAIL return LAND(jump);
}

#endif
