#ifndef GLASS386_TESTS_COMPARISON_H
#define GLASS386_TESTS_COMPARISON_H

#include "oracle/ours.h"
#include "oracle/stream.h"
#include "oracle/theirs.h"
#include "support/row_counts.h"

/* Our CPU and Unicorn side by side: cases and streams run by both, compared, and what differs
   explained by a table or printed. */

struct verdict {
    struct case_result ours, theirs;
    bool same;
    u32 flags;  /* differing defined flags */
    u32 memory; /* physical address of the first differing byte */
    bool memory_differs;
};

/* What ran, by what it was and how it ended. */
#define COVERAGE_VECTORS 32u
#define KNOWN_DIFFERENCES_MAX 64u
struct coverage {
    struct row_counts rows;
    u64 by_vector[COVERAGE_VECTORS + 1]; /* the last: no fault */
    u64 by_prefixes[32];                 /* STREAM_PREFIX_* */
    u64 unjudged;                        /* runs of streams that stored into themselves */
    u64 reasons[KNOWN_DIFFERENCES_MAX];  /* by row of the table of known differences */
};

struct counts {
    u64 instructions, faults, streams, different;
    u32 printed;
};

struct comparison {
    struct ours ours;
    struct theirs *theirs; /* where the parent sees whose code runs */
    struct opcode_index opcodes;
    enum cpu_level level;
    enum case_mode mode;
    const u8 *pristine;
    u8 *before; /* CASE_DATA_END bytes: both memories before the stream that runs */
    struct coverage *coverage;
    struct counts *counts;
    bool verbose;
};

struct known_difference {
    const char *reason;
    bool (*applies)(const struct cpu_case *c, const struct verdict *v);
};
extern const struct known_difference known_differences[];
extern const u32 known_difference_count;
/* The first row that explains a difference, or null. */
const struct known_difference *known_difference_find(const struct cpu_case *c,
                                                     const struct verdict *v);
/* Why a row is not compared in a mode, or null. */
const char *excluded_reason(const struct opcode *row, enum case_mode mode);

void comparison_write(struct comparison *x, u32 physical, const void *bytes, u32 count);
/* True: both memories are alike. Both get their first content again. */
bool comparison_sweep(struct comparison *x);
/* Compares what two results tell, flags but for `undefined` ones. */
bool comparison_same_results(const struct comparison *x, const struct case_result *ours,
                             const struct case_result *theirs, u32 undefined);
/* Gives Unicorn's EIP the form of ours. */
void comparison_fix_eip(struct verdict *v, enum case_mode mode);
void comparison_range(struct comparison *x, u32 start, u32 end, struct verdict *v);
void comparison_run(struct comparison *x, const struct cpu_case *c, struct verdict *v);
/* Prints an unexplained difference, minimised, and counts it. */
void comparison_report(struct comparison *x, const struct cpu_case *c);
void comparison_print_side(const char *name, const struct cpu_case *c, const struct case_result *r);
void comparison_count(struct comparison *x, u16 row, u8 prefixes, bool explained);

/* Random streams of the rows this level has, `states` runs of each, until `instructions` have been
   executed. */
void streams_compare(struct comparison *x, u64 instructions, u64 seed);

#endif
