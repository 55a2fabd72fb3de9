#ifndef GLASS386_TESTS_THEIRS_H
#define GLASS386_TESTS_THEIRS_H

#include "oracle/case.h"

#include <unicorn/unicorn.h>

/* Unicorn (QEMU's translator as a library) as the other side of a comparison. */
struct theirs {
    uc_engine *engine;
    uc_context *start; /* what every case begins with, general registers apart */
    enum case_mode mode;
    u8 *memory; /* CASE_MEMORY bytes, shared with the engine */
    int fault;
    u32 port_writes;
};

/* `model`: UC_CPU_X86_486 and the like. */
bool theirs_init(struct theirs *theirs, enum case_mode mode, int model, const u8 *memory);
void theirs_free(struct theirs *theirs);
void theirs_write(struct theirs *theirs, u32 physical, const void *bytes, u32 count);
void theirs_run(struct theirs *theirs, const struct cpu_case *c, struct case_result *result);

#define THEIRS_UNMAPPED 1000 /* result.fault: an address where Unicorn has no memory */
#define THEIRS_ERROR 1001    /* anything else it gives up at */
#define THEIRS_ABORT 1002    /* its translator called abort() */

#endif
