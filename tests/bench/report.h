#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "measure.h"

#include <stdio.h>

/* Time of one unit on `e` relative to the first emulator (least values); 0 = unknown. */
double report_ratio(const struct bench *bench, unsigned workload, unsigned e);

/* Geometric mean of those ratios over a group (GROUP_COUNT: all bare-metal ones); 0 = none. */
double report_mean(const struct bench *bench, unsigned group, unsigned e);

void report_table(const struct bench *bench, FILE *out);
void report_goals(const struct bench *bench, FILE *out);
void report_json(const struct bench *bench, const char *commit, FILE *out); /* one line */
void report_chart(const struct bench *bench, FILE *out);                    /* SVG */

#endif
