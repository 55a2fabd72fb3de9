#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

#include <stdbool.h>

/* Which image a workload lies on, and so which sector holds its parameters. */
enum medium { MEDIUM_BARE, MEDIUM_DISK };

enum group { GROUP_PLAIN, GROUP_SYSTEM, GROUP_X87, GROUP_GUEST, GROUP_COUNT };

struct workload {
    const char *name;
    enum group group;
    enum medium medium;
    bool setup; /* does work before the first unit: its own run of 0 units is the base line */
    const char *title;
};

extern const struct workload workloads[];
extern const unsigned workload_count;
extern const char *const group_names[GROUP_COUNT];

/* The run that does nothing, for the base line: start, BIOS, boot, end. */
const char *workload_nothing(enum medium medium);

#endif
