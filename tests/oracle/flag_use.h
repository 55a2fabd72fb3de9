#ifndef GLASS386_TESTS_FLAG_USE_H
#define GLASS386_TESTS_FLAG_USE_H

#include "cpu/decode.h"

/* Arithmetic flags, and AC and ID, that an instruction reads (PRM 17.2). */
u32 flag_use_reads(const struct instruction *instruction);
/* Those that have a defined value after it, whatever its operands are. */
u32 flag_use_defines(const struct instruction *instruction);
/* Those that may have an undefined value after it, for some operands. */
u32 flag_use_spoils(const struct instruction *instruction);

#endif
