/* The forms for machines (JSON) and for the eye (SVG). */
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The host's processor; quotation marks and backslashes do not occur in what is kept. */
static void host_name(char name[80])
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    strcpy(name, "unknown");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "model name : %79[^\"\\\n]", name) == 1)
            break;
    if (file)
        fclose(file);
}

static void json_series(const struct bench *bench, unsigned i, FILE *out)
{
    fprintf(out, "\"%s\":{\"group\":\"%s\",\"instructions\":%.0f", workloads[i].name,
            group_names[workloads[i].group], bench->instructions[i]);
    if (bench->host_per_guest[i] > 0)
        fprintf(out, ",\"host_per_guest\":%.2f", bench->host_per_guest[i]);
    for (unsigned e = 0; e < bench->emulator_count; e++) {
        const struct series *series = &bench->series[i][e];
        if (series->runs)
            fprintf(out, ",\"%s\":{\"least_us\":%.3f,\"median_us\":%.3f,\"runs\":%u,\"units\":%u}",
                    bench->emulators[e].name, least(series->unit, series->runs) * 1e6,
                    median(series->unit, series->runs) * 1e6, series->runs, series->count);
    }
    fprintf(out, "}");
}

static void json_means(const struct bench *bench, FILE *out)
{
    fprintf(out, ",\"ratio\":{");
    for (unsigned e = 1; e < bench->emulator_count; e++) {
        fprintf(out, "%s\"%s\":{", e > 1 ? "," : "", bench->emulators[e].name);
        for (unsigned group = 0; group < GROUP_COUNT; group++)
            fprintf(out, "\"%s\":%.3f,", group_names[group], report_mean(bench, group, e));
        fprintf(out, "\"all\":%.3f}", report_mean(bench, GROUP_COUNT, e));
    }
    fprintf(out, "}");
}

static void json_facts(const struct bench *bench, FILE *out)
{
    for (unsigned e = 0; bench->boot && e < bench->emulator_count; e++) {
        const struct facts *facts = &bench->facts[e];
        fprintf(out,
                "%s\"%s\":{\"boot_wall_s\":%.4f,\"boot_cpu_s\":%.4f,\"rss_mb\":%.1f,\"idle\":%.4f,"
                "\"start_s\":%.4f}",
                e ? "," : ",\"programs\":{", bench->emulators[e].name,
                least(facts->boot_wall, facts->boots), least(facts->boot_cpu, facts->boots),
                facts->megabytes, facts->idle, facts->start);
    }
    if (bench->boot)
        fprintf(out, "}");
}

void report_json(const struct bench *bench, const char *commit, FILE *out)
{
    char host[80], date[32];
    time_t now = time(NULL);
    bool comma = false;
    host_name(host);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    fprintf(out,
            "{\"commit\":\"%s\",\"date\":\"%s\",\"host\":\"%s\",\"others\":%.2f,\"workloads\":{",
            commit, date, host, bench->others);
    for (unsigned i = 0; i < workload_count; i++) {
        if (!bench->chosen[i])
            continue;
        fprintf(out, "%s", comma ? "," : "");
        json_series(bench, i, out);
        comma = true;
    }
    fprintf(out, "}");
    json_means(bench, out);
    json_facts(bench, out);
    fprintf(out, "}\n");
}

/* The chart: a row for each workload, a mark for each emulator, time on a logarithmic scale from
   1/10 to 300 times ours. */
enum { LEFT = 190, WIDTH = 620, TOP = 70, ROW = 18 };
#define SCALE_FROM 0.1
#define SCALE_TO 300.0

static const char *const colours[EMULATORS_MAX] = {"#1f6feb", "#d1242f", "#8250df", "#9a6700"};

static double position(double ratio)
{
    double clamped = fmin(fmax(ratio, SCALE_FROM), SCALE_TO);
    return LEFT + WIDTH * log(clamped / SCALE_FROM) / log(SCALE_TO / SCALE_FROM);
}

static void chart_scale(unsigned rows, FILE *out)
{
    static const double marks[] = {0.1, 0.3, 1, 3, 10, 30, 100, 300};
    for (unsigned i = 0; i < sizeof marks / sizeof *marks; i++) {
        double x = position(marks[i]);
        fprintf(out,
                "<line x1='%.1f' x2='%.1f' y1='%d' y2='%u' stroke='%s'/>"
                "<text x='%.1f' y='%d' text-anchor='middle'>%g</text>\n",
                x, x, TOP - 8, TOP + rows * ROW, marks[i] == 1 ? "#57606a" : "#d0d7de", x, TOP - 12,
                marks[i]);
    }
}

/* The name of a group beside its first row, and a line above it. */
static void chart_group(unsigned i, unsigned row, FILE *out)
{
    unsigned y = TOP + row * ROW;
    fprintf(out,
            "<line x1='8' x2='%d' y1='%u' y2='%u' stroke='#d0d7de'/>"
            "<text x='8' y='%u' font-weight='bold'>%s</text>\n",
            LEFT + WIDTH, y, y, y + ROW / 2 + 4, group_names[workloads[i].group]);
}

static void chart_row(const struct bench *bench, unsigned i, unsigned row, FILE *out)
{
    unsigned y = TOP + row * ROW + ROW / 2;
    fprintf(out, "<text x='%d' y='%u' text-anchor='end'>%s</text>", LEFT - 8, y + 4,
            workloads[i].name);
    for (unsigned e = 0; e < bench->emulator_count; e++) {
        double ratio = report_ratio(bench, i, e);
        if (ratio > 0)
            fprintf(out, "<circle cx='%.1f' cy='%u' r='5' fill='%s'/>", position(ratio), y,
                    colours[e]);
    }
    fprintf(out, "\n");
}

void report_chart(const struct bench *bench, FILE *out)
{
    unsigned rows = 0, row = 0;
    for (unsigned i = 0; i < workload_count; i++)
        rows += bench->chosen[i];
    fprintf(
        out,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%u' font-family='sans-serif' "
        "font-size='12'>\n<rect width='100%%' height='100%%' fill='white'/>\n",
        LEFT + WIDTH + 20, TOP + rows * ROW + 10);
    for (unsigned e = 0; e < bench->emulator_count; e++)
        fprintf(out, "<circle cx='%u' cy='14' r='5' fill='%s'/><text x='%u' y='18'>%s</text>\n",
                LEFT + e * 140, colours[e], LEFT + e * 140 + 10, bench->emulators[e].name);
    fprintf(out,
            "<text x='%d' y='38'>processor time of one unit of work, %s = 1: further right is "
            "slower</text>\n",
            LEFT, bench->emulators[0].name);
    chart_scale(rows, out);
    for (unsigned i = 0, group = GROUP_COUNT; i < workload_count; i++) {
        if (!bench->chosen[i])
            continue;
        if (workloads[i].group != group)
            chart_group(i, row, out);
        group = workloads[i].group;
        chart_row(bench, i, row++, out);
    }
    fprintf(out, "</svg>\n");
}
