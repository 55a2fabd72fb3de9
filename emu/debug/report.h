#ifndef GLASS386_DEBUG_REPORT_H
#define GLASS386_DEBUG_REPORT_H

#include "base/text_out.h"

struct cpu;
struct fault_record;
struct machine;

/* One exception in words, with no line feed: "#GP general protection at 0008:00001234, ring 0,
 * ...". */
void report_fault(const struct fault_record *record, struct text_out *out);

/* The chain of three faults that shut the processor down, in words: where each one struck, what its
   error code says, the bytes that were executing. */
void report_triple_fault(const struct machine *machine, struct text_out *out);

/* How many of the newest records that chain has. */
u32 report_chain_length(const struct cpu *cpu);

/* The newest faults and exceptions, one line each, oldest first, at most `count`. */
void report_faults(const struct machine *machine, unsigned count, struct text_out *out);

#endif
