#ifndef GLASS386_TESTS_NATIVE_H
#define GLASS386_TESTS_NATIVE_H

#include "base/types.h"

/* Instructions executed by the host's own processor, an x86-64. */

struct native_state {
    u32 regs[8]; /* ESP is neither loaded nor stored */
    u64 rflags;  /* only arithmetic flags may be set */
};

struct native; /* a page of code */

/* Null: the host gives no page that can be written and executed. */
struct native *native_new(void);
void native_free(struct native *native);
/* Executes one instruction that touches no memory and none of R8-R15 and RSP. False: it raised
   #DE, and the state is as it was. */
bool native_run(struct native *native, const u8 *code, u32 length, struct native_state *state);

#endif
