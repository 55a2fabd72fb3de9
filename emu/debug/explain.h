#ifndef GLASS386_DEBUG_EXPLAIN_H
#define GLASS386_DEBUG_EXPLAIN_H

#include "base/text_out.h"

/* Why an exception was raised: which rule failed, where the manual has it, which table entry the
   processor looked at, what usually leads there. Found by holding the rules against the machine
   again; looks only. */

struct explanation {
    char rule[200];   /* what had to hold, and what was found instead */
    char source[24];  /* "PRM 6.3.1.2" */
    char cause[200];  /* what usually leads to it */
    char look_at[64]; /* the command that shows the entry or the state concerned */
};

struct cpu;
struct fault_record;
/* `there`: the machine is at the instruction that the record tells of, its registers as they were;
   else only what the tables say now is held against the rules. */
void explain_fault(const struct cpu *cpu, const struct fault_record *record, bool there,
                   struct explanation *explanation);

#endif
