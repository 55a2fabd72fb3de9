#ifndef GLASS386_CPU_EXEC_X87_H
#define GLASS386_CPU_EXEC_X87_H

#include "cpu/decode.h"

/* The handler for a frequent coprocessor instruction, or null. It does what fpu/normal.h can do and
   sends the rest to exec_escape, with nothing done. */
op_handler *x87_handler(const struct instruction *instruction);

#endif
