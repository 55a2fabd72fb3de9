#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROWTH_MAX 40.0
#define COUNT_MAX 10000000u
#define BASE_RUNS 3

double least(const double *values, unsigned count)
{
    double best = count ? values[0] : 0;
    for (unsigned i = 1; i < count; i++)
        best = fmin(best, values[i]);
    return best;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(const double *values, unsigned count)
{
    double sorted[RUNS_MAX];
    if (count == 0)
        return 0;
    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, compare);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* One run; its CPU seconds, or a negative number with a remark. */
static double run_once(struct bench *bench, unsigned e, const struct workload *w, unsigned count,
                       struct series *series)
{
    struct usage usage;
    char answer[80], name[40], checksum[16];
    unsigned done;
    if (!emulator_run(&bench->emulators[e], &bench->shop, w->medium, w->name, count, &usage,
                      answer)) {
        snprintf(series->remark, sizeof series->remark, "no answer");
        emulator_last_words(&bench->shop, bench->silent[e]);
        return -1;
    }
    if (sscanf(answer, "%39s %u %15s", name, &done, checksum) != 3 || done != count ||
        strcmp(name, w->name) != 0) {
        snprintf(series->remark, sizeof series->remark, "%.60s", answer);
        return -1;
    }
    if (count == 0)
        return usage.cpu;
    double wall = (usage.wall - bench->base_wall[w->medium][e]) / count;
    if (series->wall == 0 || wall < series->wall)
        series->wall = wall;
    snprintf(series->checksum, sizeof series->checksum, "%s", checksum);
    return usage.cpu;
}

static double base_of_medium(struct bench *bench, unsigned e, enum medium medium)
{
    double *base = &bench->base[medium][e];
    const struct workload nothing = {workload_nothing(medium), GROUP_SYSTEM, medium, false, ""};
    struct series ignored = {.runs = 0};
    if (*base != 0)
        return *base;
    for (unsigned i = 0; i < BASE_RUNS; i++) {
        double cpu = run_once(bench, e, &nothing, 1, &ignored);
        if (*base <= 0 || (cpu > 0 && cpu < *base))
            *base = cpu;
    }
    bench->base_wall[medium][e] = ignored.wall;
    return *base;
}

/* What a run costs that does none of the work. */
static double base_line(struct bench *bench, unsigned e, const struct workload *w,
                        struct series *series)
{
    double best = -1;
    if (!w->setup)
        return base_of_medium(bench, e, w->medium);
    for (unsigned i = 0; i < BASE_RUNS; i++) {
        double cpu = run_once(bench, e, w, 0, series);
        if (cpu > 0 && (best < 0 || cpu < best))
            best = cpu;
    }
    return best;
}

/* Finds the count whose run lasts about as long as planned, and not less than what is taken off it,
   whose own noise would drown the rest; 0 when the workload does not run. */
static unsigned calibrate(struct bench *bench, unsigned e, const struct workload *w, double base,
                          struct series *series)
{
    double target = fmax(bench->plan.target, base);
    unsigned count = 1;
    for (;;) {
        double cpu = run_once(bench, e, w, count, series);
        if (cpu < 0)
            return 0;
        double net = fmax(cpu - base, target / GROWTH_MAX);
        double next = floor(count * target / net + 0.5);
        if (net >= target / 3 || count >= COUNT_MAX)
            return next < 1 ? 1 : (unsigned)fmin(next, COUNT_MAX);
        count = (unsigned)fmin(fmax(next, count * 2.0), COUNT_MAX);
    }
}

static void measure_one(struct bench *bench, unsigned index)
{
    const struct workload *w = &workloads[index];
    double base[EMULATORS_MAX];
    for (unsigned e = 0; e < bench->emulator_count; e++) {
        struct series *series = &bench->series[index][e];
        base[e] = base_line(bench, e, w, series);
        series->count = base[e] < 0 ? 0 : calibrate(bench, e, w, base[e], series);
    }
    for (unsigned run = 0; run < bench->plan.runs; run++) {
        for (unsigned e = 0; e < bench->emulator_count; e++) {
            struct series *series = &bench->series[index][e];
            double cpu = series->count ? run_once(bench, e, w, series->count, series) : -1;
            if (cpu > base[e])
                series->unit[series->runs++] = (cpu - base[e]) / series->count;
            else if (cpu > 0 && !series->runs)
                snprintf(series->remark, sizeof series->remark, "noise");
        }
    }
}

void measure_workloads(struct bench *bench)
{
    for (unsigned i = 0; i < workload_count; i++) {
        if (!bench->chosen[i])
            continue;
        fprintf(stderr, "%s ", workloads[i].name);
        measure_one(bench, i);
    }
    fprintf(stderr, "\n");
}

bool measure_agrees(const struct bench *bench)
{
    bool agrees = true;
    for (unsigned i = 0; i < workload_count; i++) {
        const char *first = NULL;
        for (unsigned e = 0; e < bench->emulator_count; e++) {
            const struct series *series = &bench->series[i][e];
            if (!bench->chosen[i] || !series->checksum[0])
                continue;
            if (first && strcmp(first, series->checksum) != 0) {
                fprintf(stderr, "bench: %s: %s says %s, not %s\n", workloads[i].name,
                        bench->emulators[e].name, series->checksum, first);
                agrees = false;
            }
            first = first ? first : series->checksum;
        }
    }
    return agrees;
}
