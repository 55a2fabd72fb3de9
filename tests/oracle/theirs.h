#ifndef GLASS386_TESTS_THEIRS_H
#define GLASS386_TESTS_THEIRS_H

#include "oracle/case.h"

#include <unicorn/unicorn.h>

/* Two engines over the same memory: Unicorn translates anew, and clears a gigabyte, whenever a run
   that counts instructions follows one that does not. */
enum theirs_engine { THEIRS_COUNTING, THEIRS_FREE, THEIRS_ENGINES };

/* Unicorn (QEMU's translator as a library) as the other side of a comparison. */
struct theirs {
    struct {
        uc_engine *engine;
        uc_context *start; /* what every case begins with, general registers apart */
    } engines[THEIRS_ENGINES];
    uc_engine *engine; /* the one that runs */
    enum case_mode mode;
    int model;
    u8 *memory; /* CASE_MEMORY bytes, shared with the engines */
    int fault;
    bool running; /* inside of the library: a crash now is its own */
    u32 port_writes, bus_writes;
};

/* `model`: UC_CPU_X86_486 and the like. */
bool theirs_init(struct theirs *theirs, enum case_mode mode, int model, const u8 *memory);
void theirs_free(struct theirs *theirs);
void theirs_write(struct theirs *theirs, u32 physical, const void *bytes, u32 count);
/* Forgets what was translated of these bytes for streams. */
void theirs_forget(struct theirs *theirs, u32 linear, u32 count);
void theirs_run(struct theirs *theirs, const struct cpu_case *c, struct case_result *result);
/* Executes from the case's state until something faults; see theirs_forget(). */
void theirs_run_stream(struct theirs *theirs, const struct cpu_case *c, struct case_result *result);

#define THEIRS_UNMAPPED 1000 /* result.fault: an address where Unicorn has no memory */
#define THEIRS_ERROR 1001    /* anything else it gives up at */
#define THEIRS_ABORT 1002    /* its translator called abort() */

#endif
