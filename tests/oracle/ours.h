#ifndef GLASS386_TESTS_OURS_H
#define GLASS386_TESTS_OURS_H

#include "oracle/case.h"
#include "support/cpu_testbed.h"

/* Our CPU as one side of a comparison. It keeps its translations from case to case, so that both
   the fast and the slow paths of memory are taken. */
struct ours {
    struct cpu_testbed *bed;
    enum case_mode mode;
    u32 cr0; /* every case begins with */
    u32 port_writes, bus_writes;
};

bool ours_init(struct ours *ours, enum case_mode mode, enum cpu_level level, const u8 *memory);
void ours_free(struct ours *ours);
void ours_write(struct ours *ours, u32 physical, const void *bytes, u32 count);
/* Executes the case's instruction with an empty IDT, so that a fault changes nothing but CR2. */
void ours_run(struct ours *ours, const struct cpu_case *c, struct case_result *result);
/* Executes from the case's state until something faults. */
void ours_run_stream(struct ours *ours, const struct cpu_case *c, struct case_result *result);

#endif
