#ifndef GLASS386_CPU_EXEC_FRONT_H
#define GLASS386_CPU_EXEC_FRONT_H

#include "cpu/decode.h"

/* Handlers for instructions that have a function: they do the easy cases themselves and send the
   rest to the function, with nothing done. */

/* The handler for this instruction, or null; stack32: SS.B. */
op_handler *front_handler(const struct instruction *instruction, bool stack32);
/* The same for words in 16-bit code (words_front.c). */
op_handler *front_word_handler(const struct instruction *in, bool stack32);

#endif
