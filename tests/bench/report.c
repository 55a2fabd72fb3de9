#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GUEST_MEGABYTES 16

double report_ratio(const struct bench *bench, unsigned workload, unsigned e)
{
    const struct series *ours = &bench->series[workload][0], *other = &bench->series[workload][e];
    double own = least(ours->unit, ours->runs);
    return own > 0 && other->runs ? least(other->unit, other->runs) / own : 0;
}

/* Was the workload to be measured on it, and was not? */
static bool is_missing(const struct bench *bench, unsigned workload, unsigned e)
{
    return bench->chosen[workload] && bench->series[workload][0].runs &&
           !bench->series[workload][e].runs;
}

static bool in_group(unsigned workload, unsigned group)
{
    if (group == GROUP_COUNT)
        return workloads[workload].medium == MEDIUM_BARE;
    return workloads[workload].group == group;
}

double report_mean(const struct bench *bench, unsigned group, unsigned e)
{
    double sum = 0;
    unsigned count = 0;
    for (unsigned i = 0; i < workload_count; i++) {
        double ratio = in_group(i, group) ? report_ratio(bench, i, e) : 0;
        if (in_group(i, group) && is_missing(bench, i, e))
            return 0;
        if (ratio > 0) {
            sum += log(ratio);
            count++;
        }
    }
    return count ? exp(sum / count) : 0;
}

/* Were host instructions counted (--callgrind)? */
static bool counted_host(const struct bench *bench)
{
    for (unsigned i = 0; i < workload_count; i++)
        if (bench->host_per_guest[i] > 0)
            return true;
    return false;
}

static void table_head(const struct bench *bench, FILE *out)
{
    fprintf(out, "| workload | unit, ms | spread | MIPS |");
    if (counted_host(bench))
        fprintf(out, " host/guest |");
    for (unsigned e = 1; e < bench->emulator_count; e++)
        fprintf(out, " %s | spread |", bench->emulators[e].name);
    fprintf(out, "\n|---|--:|--:|--:|");
    if (counted_host(bench))
        fprintf(out, "--:|");
    for (unsigned e = 1; e < bench->emulator_count; e++)
        fprintf(out, "--:|--:|");
    fprintf(out, "\n");
}

/* How far the median lies above the least, in percent. */
static double spread(const struct series *series)
{
    double best = least(series->unit, series->runs);
    return best > 0 ? (median(series->unit, series->runs) / best - 1) * 100 : 0;
}

static void table_row(const struct bench *bench, unsigned i, FILE *out)
{
    const struct series *ours = &bench->series[i][0];
    double best = least(ours->unit, ours->runs);
    if (!ours->runs) {
        fprintf(out, "| %s | %s |\n", workloads[i].name, ours->remark);
        return;
    }
    fprintf(out, "| %s | %.3f | %.0f %% | ", workloads[i].name, best * 1000, spread(ours));
    if (bench->instructions[i] > 0)
        fprintf(out, "%.0f", bench->instructions[i] / best / 1e6);
    fprintf(out, " |");
    if (bench->host_per_guest[i] > 0)
        fprintf(out, " %.1f |", bench->host_per_guest[i]);
    else if (counted_host(bench))
        fprintf(out, " |");
    for (unsigned e = 1; e < bench->emulator_count; e++) {
        const struct series *other = &bench->series[i][e];
        if (other->runs)
            fprintf(out, " %.2f | %.0f %% |", report_ratio(bench, i, e), spread(other));
        else
            fprintf(out, " %s | |", other->remark);
    }
    fprintf(out, "\n");
}

static void mean_row(const struct bench *bench, unsigned group, const char *name, FILE *out)
{
    bool measured = false;
    for (unsigned i = 0; i < workload_count; i++)
        measured |= bench->chosen[i] && in_group(i, group) && bench->series[i][0].runs;
    if (bench->emulator_count < 2 || !measured)
        return;
    fprintf(out, "| **%s** | | | |%s", name, counted_host(bench) ? " |" : "");
    for (unsigned e = 1; e < bench->emulator_count; e++) {
        double mean = report_mean(bench, group, e);
        if (mean > 0)
            fprintf(out, " **%.2f** | |", mean);
        else
            fprintf(out, " not measured | |");
    }
    fprintf(out, "\n");
}

static void silent_lines(const struct bench *bench, FILE *out)
{
    for (unsigned e = 0; e < bench->emulator_count; e++)
        if (bench->silent[e][0])
            fprintf(out, "\n%s gave no answer; the last that it wrote: %s\n",
                    bench->emulators[e].name, bench->silent[e]);
}

static void facts_rows(const struct bench *bench, FILE *out)
{
    fprintf(out, "\n| | boot to prompt, wall s | CPU s | RSS, MB | idle | start, ms |\n"
                 "|---|--:|--:|--:|--:|--:|\n");
    for (unsigned e = 0; e < bench->emulator_count; e++) {
        const struct facts *facts = &bench->facts[e];
        fprintf(out, "| %s | %.3f (median %.3f) | %.3f | %.0f |", bench->emulators[e].name,
                least(facts->boot_wall, facts->boots), median(facts->boot_wall, facts->boots),
                least(facts->boot_cpu, facts->boots), facts->megabytes);
        if (facts->idle >= 0)
            fprintf(out, " %.1f %% |", facts->idle * 100);
        else
            fprintf(out, " |");
        if (facts->start >= 0)
            fprintf(out, " %.1f |", facts->start * 1000);
        else
            fprintf(out, " |");
        fprintf(out, "\n");
    }
}

void report_table(const struct bench *bench, FILE *out)
{
    fprintf(out,
            "CPU seconds of one unit: least of %u runs; spread: how far the median lies above it.\n"
            "Peers: their time divided by that of %s, so above 1 %s is the faster one.\n"
            "%sOther programs kept %.2f of the host's %u processors busy meanwhile%s.\n\n",
            bench->plan.runs, bench->emulators[0].name, bench->emulators[0].name,
            bench->others > HOST_QUIET ? "**NOT A QUIET HOST.** " : "", bench->others,
            host_processors(),
            bench->others > HOST_QUIET ? ": believe ratios only, to about their spread" : "");
    table_head(bench, out);
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        for (unsigned i = 0; i < workload_count; i++)
            if (bench->chosen[i] && workloads[i].group == group)
                table_row(bench, i, out);
        mean_row(bench, group, group_names[group], out);
    }
    mean_row(bench, GROUP_COUNT, "all bare-metal", out);
    silent_lines(bench, out);
    if (bench->boot)
        facts_rows(bench, out);
}

static int find_kind(const struct bench *bench, enum emulator_kind kind)
{
    for (unsigned e = 1; e < bench->emulator_count; e++)
        if (bench->emulators[e].kind == kind)
            return (int)e;
    return -1;
}

static void goal(FILE *out, const char *what, double is, const char *relation, double want)
{
    if (is <= 0)
        return;
    bool met = relation[0] == '>' ? is >= want : is <= want;
    fprintf(out, "%-6s %s: %.2f (goal %s %.2f)\n", met ? "met" : "MISSED", what, is, relation,
            want);
}

static void no_goal(FILE *out, const char *what)
{
    fprintf(out, "not measured: %s\n", what);
}

/* Was anything of the group to be measured on it, and was not? */
static bool lacks(const struct bench *bench, unsigned group, unsigned e)
{
    for (unsigned i = 0; i < workload_count; i++)
        if (in_group(i, group) && is_missing(bench, i, e))
            return true;
    return false;
}

/* A mean over a group that may lack something. */
static void mean_goal(const struct bench *bench, unsigned group, unsigned e, const char *what,
                      const char *relation, double want, FILE *out)
{
    double mean = report_mean(bench, group, e);
    if (lacks(bench, group, e))
        no_goal(out, what);
    else
        goal(out, what, relation[0] == '<' && mean > 0 ? 1 / mean : mean, relation, want);
}

/* Each system workload against the best of QEMU and 1/3.2 of Debian's Bochs: both must be there. */
static void system_goals(const struct bench *bench, int qemu, int bochs, FILE *out)
{
    for (unsigned i = 0; i < workload_count; i++) {
        if (workloads[i].group != GROUP_SYSTEM || !bench->chosen[i])
            continue;
        double q = qemu > 0 ? report_ratio(bench, i, (unsigned)qemu) : 0;
        double b = bochs > 0 ? report_ratio(bench, i, (unsigned)bochs) / 3.2 : 0;
        double best = q > 0 && (b == 0 || q < b) ? q : b;
        if ((qemu > 0 && q == 0) || (bochs > 0 && b == 0))
            no_goal(out, workloads[i].name);
        else
            goal(out, workloads[i].name, best, ">=", 1);
    }
}

/* What a person waits for. */
static void wall_goals(const struct bench *bench, unsigned qemu, FILE *out)
{
    const struct facts *ours = &bench->facts[0], *theirs = &bench->facts[qemu];
    for (unsigned i = 0; i < workload_count; i++) {
        if (strcmp(workloads[i].name, "script-500") != 0)
            continue;
        if (is_missing(bench, i, qemu))
            no_goal(out, "script of 500 commands, times QEMU in wall time");
        else if (bench->series[i][0].runs)
            goal(out, "script of 500 commands, times QEMU in wall time",
                 bench->series[i][qemu].wall / bench->series[i][0].wall, ">=", 1);
    }
    if (ours->boots && !theirs->boots)
        no_goal(out, "boot to prompt, times QEMU in wall time");
    else if (ours->boots)
        goal(out, "boot to prompt, times QEMU in wall time",
             least(theirs->boot_wall, theirs->boots) / least(ours->boot_wall, ours->boots),
             ">=", 1);
}

void report_goals(const struct bench *bench, FILE *out)
{
    int qemu = find_kind(bench, EMULATOR_QEMU), bochs = find_kind(bench, EMULATOR_BOCHS);
    const struct facts *ours = &bench->facts[0];
    if (bochs > 0)
        mean_goal(bench, GROUP_PLAIN, (unsigned)bochs, "plain code, times Bochs", ">=", 10, out);
    if (qemu > 0) {
        mean_goal(bench, GROUP_PLAIN, (unsigned)qemu, "plain code, multiple of QEMU's time",
                  "<=", 1.6, out);
        mean_goal(bench, GROUP_COUNT, (unsigned)qemu, "all bare-metal, times QEMU", ">=", 2, out);
    }
    system_goals(bench, qemu, bochs, out);
    if (qemu > 0)
        wall_goals(bench, (unsigned)qemu, out);
    if (!bench->boot || !ours->boots)
        return;
    goal(out, "start to first instruction, ms", ours->start * 1000, "<=", 30);
    goal(out, "RSS, MB", ours->megabytes, "<=", GUEST_MEGABYTES + 40);
    goal(out, "idle guest, % of a core", ours->idle * 100, "<=", 2);
}
