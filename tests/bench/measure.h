#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "emulators.h"
#include "host.h"

#define RUNS_MAX 25

/* One workload on one emulator. */
struct series {
    double unit[RUNS_MAX]; /* CPU seconds for one unit, by run */
    double wall;           /* least wall seconds for one unit */
    unsigned runs;
    unsigned count;    /* units in a run */
    char checksum[16]; /* empty: it did not run */
    char remark[64];   /* why not */
};

/* One emulator as a program. */
struct facts {
    double boot_wall[RUNS_MAX], boot_cpu[RUNS_MAX]; /* to the prompt of the built-in disk */
    unsigned boots;
    double megabytes; /* largest resident set while booting, guest RAM included */
    double idle;      /* share of a core while the prompt waits; negative: unknown */
    double start;     /* seconds to the first guest instruction; negative: unknown */
};

struct plan {
    unsigned runs;
    double target; /* CPU seconds of one run, about */
    double idle_seconds;
};

struct bench {
    struct workshop shop;
    struct plan plan;
    struct host_load load; /* since the start */
    double others;         /* processors that other programs kept busy meanwhile */
    struct emulator emulators[EMULATORS_MAX];
    unsigned emulator_count;
    bool *chosen;                           /* by workload */
    bool boot;                              /* measure the emulators as programs too */
    struct series (*series)[EMULATORS_MAX]; /* by workload */
    double *instructions;                   /* of one unit, by workload; 0: unknown */
    double *host_per_guest;                 /* host instructions for one of the guest; 0: unknown */
    struct facts facts[EMULATORS_MAX];
    char silent[EMULATORS_MAX]
               [LAST_WORDS];       /* what it wrote last when it gave no answer; empty: it did */
    double base[2][EMULATORS_MAX]; /* CPU seconds of a run that does nothing, by medium */
    double base_wall[2][EMULATORS_MAX]; /* its wall seconds */
};

/* All chosen workloads, the emulators taking turns. */
void measure_workloads(struct bench *bench);

/* Boot, memory, idling, start. */
void measure_programs(struct bench *bench);

/* Guest instructions of one unit, as glass386 counts them. */
void measure_instructions(struct bench *bench, const char *script);

/* Host instructions for each of the guest's, by valgrind; free of noise. */
void measure_host_instructions(struct bench *bench);

/* False when two emulators disagree on a checksum; says where. */
bool measure_agrees(const struct bench *bench);

double least(const double *values, unsigned count);
double median(const double *values, unsigned count);

#endif
