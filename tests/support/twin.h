#ifndef GLASS386_TESTS_TWIN_H
#define GLASS386_TESTS_TWIN_H

#include "support/cpu_testbed.h"

/* The same code on two CPUs: one runs whole blocks, the other is stepped, so that each instruction
   stands alone. What they leave must be alike. */
struct twin {
    struct cpu_testbed *whole, *stepped;
};

#define TWIN_OPERANDS 0x20000u /* eight doublewords */
#define TWIN_MISSING 0x30000u  /* this page is not there, once twin_miss_pages() was called */

struct twin_start {
    const char *name;
    const u8 *code; /* goes to BED_CODE */
    u32 length;     /* bytes */
    u32 regs[8];
    u32 operands[8];
    u32 ticks;
};

/* Both in ring 0 with flat segments. */
struct twin twin_new(void);
void twin_free(struct twin *twin);
/* Paging with the page at TWIN_MISSING absent, and faults 12, 13 and 14 going to JMP to itself, so
   that the last stack frame tells of the fault. */
void twin_miss_pages(struct twin *twin);
/* Fails the test when registers, EIP, EFLAGS, the operands or the stack's page differ. */
void twin_compare(const struct twin *twin, const struct twin_start *start);

#endif
