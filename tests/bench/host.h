#ifndef BENCH_HOST_H
#define BENCH_HOST_H

/* How busy the host is with other things: what they take disturbs a measurement through caches,
   memory and clock speed, also where only processor time counts. */

struct host_load {
    double start, busy, own; /* seconds: when it began, of all processors until then, of ours */
};

/* More than this share of one processor taken by others is too much for absolute numbers. */
#define HOST_QUIET 0.15

void host_load_start(struct host_load *load);
/* Processors that others kept busy on the average since then; negative: unknown. */
double host_load_others(const struct host_load *load);

unsigned host_processors(void);

/* Looks for half a second, and says on standard error when others are at work. */
void host_warn(void);

#endif
