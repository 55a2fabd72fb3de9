/* bench_runner: measures glass386 beside its peers. Started by `run`, which gives the paths. */
#include "report.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS 5
#define TARGET 0.6
#define QUICK_RUNS 3
#define QUICK_TARGET 0.25

struct settings {
    const char *glass, *other, *other_name;
    const char *output, *history, *commit, *script;
    char *only;
    bool host_instructions, partial; /* partial: not for the history */
};

static void usage(void)
{
    fputs("usage: run [--only NAME,...] [--runs N] [--quick] [--against REV] [--callgrind]\n"
          "Workloads:",
          stderr);
    for (unsigned i = 0; i < workload_count; i++)
        fprintf(stderr, " %s", workloads[i].name);
    fputs(" boot; groups: plain system x87 guest\n", stderr);
    exit(2);
}

static void add_emulator(struct bench *bench, const char *name, enum emulator_kind kind,
                         const char *path)
{
    bench->emulators[bench->emulator_count++] = (struct emulator){name, kind, path};
}

static bool on_path(const char *program)
{
    char command[128];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

/* Everything, or what the words of `only` name. */
static void choose(struct bench *bench, char *only)
{
    bench->boot = !only;
    for (unsigned i = 0; i < workload_count; i++)
        bench->chosen[i] = !only;
    for (char *word = only ? strtok(only, ",") : NULL; word; word = strtok(NULL, ",")) {
        bool known = strcmp(word, "boot") == 0;
        bench->boot = bench->boot || known;
        for (unsigned i = 0; i < workload_count; i++) {
            if (strcmp(word, workloads[i].name) != 0 &&
                strcmp(word, group_names[workloads[i].group]) != 0)
                continue;
            bench->chosen[i] = known = true;
        }
        if (!known) {
            fprintf(stderr, "bench: no workload '%s'\n", word);
            usage();
        }
    }
}

enum { OPTION_QUICK = 256, OPTION_CALLGRIND, OPTION_NAME };

static void parse(int argc, char *argv[], struct bench *bench, struct settings *settings)
{
    static const struct option options[] = {{"only", required_argument, NULL, 'o'},
                                            {"runs", required_argument, NULL, 'r'},
                                            {"quick", no_argument, NULL, OPTION_QUICK},
                                            {"callgrind", no_argument, NULL, OPTION_CALLGRIND},
                                            {"glass", required_argument, NULL, 'g'},
                                            {"other", required_argument, NULL, 'p'},
                                            {"other-name", required_argument, NULL, OPTION_NAME},
                                            {"bare", required_argument, NULL, 'b'},
                                            {"bench-disk", required_argument, NULL, 'd'},
                                            {"disk", required_argument, NULL, 'k'},
                                            {"output", required_argument, NULL, 'O'},
                                            {"history", required_argument, NULL, 'H'},
                                            {"commit", required_argument, NULL, 'c'},
                                            {"script", required_argument, NULL, 's'},
                                            {NULL, 0, NULL, 0}};
    int option, runs = 0;
    bool quick = false;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'o':
            settings->only = optarg;
            settings->partial = true;
            break;
        case 'r':
            runs = atoi(optarg);
            break;
        case OPTION_QUICK:
            quick = true;
            break;
        case OPTION_CALLGRIND:
            settings->host_instructions = true;
            break;
        case OPTION_NAME:
            settings->other_name = optarg;
            break;
        case 'g':
            settings->glass = optarg;
            break;
        case 'p':
            settings->other = optarg;
            break;
        case 'b':
            bench->shop.bare = optarg;
            break;
        case 'd':
            bench->shop.bench_disk = optarg;
            break;
        case 'k':
            bench->shop.disk = optarg;
            break;
        case 'O':
            settings->output = optarg;
            break;
        case 'H':
            settings->history = optarg;
            break;
        case 'c':
            settings->commit = optarg;
            break;
        case 's':
            settings->script = optarg;
            break;
        default:
            usage();
        }
    }
    if (optind != argc || runs < 0 || runs > RUNS_MAX)
        usage();
    bench->plan =
        quick ? (struct plan){QUICK_RUNS, QUICK_TARGET, 1} : (struct plan){RUNS, TARGET, 3};
    if (runs > 0)
        bench->plan.runs = (unsigned)runs;
}

static bool allocate(struct bench *bench)
{
    bench->chosen = calloc(workload_count, sizeof *bench->chosen);
    bench->series = calloc(workload_count, sizeof *bench->series);
    bench->instructions = calloc(workload_count, sizeof *bench->instructions);
    bench->host_per_guest = calloc(workload_count, sizeof *bench->host_per_guest);
    return bench->chosen && bench->series && bench->instructions && bench->host_per_guest;
}

static void write_file(const struct bench *bench, const char *folder, const char *name,
                       const char *mode, const char *commit,
                       void (*write)(const struct bench *, const char *, FILE *))
{
    char path[PATH_SIZE * 2];
    snprintf(path, sizeof path, "%s%s%s", folder, *name ? "/" : "", name);
    FILE *file = fopen(path, mode);
    if (!file) {
        fprintf(stderr, "bench: %s cannot be written\n", path);
        return;
    }
    write(bench, commit, file);
    fclose(file);
}

static void write_chart(const struct bench *bench, const char *commit, FILE *out)
{
    (void)commit;
    report_chart(bench, out);
}

static void write_table(const struct bench *bench, const char *commit, FILE *out)
{
    fprintf(out, "Commit %s\n\n", commit);
    report_table(bench, out);
    fprintf(out, "\n");
    report_goals(bench, out);
}

static void write_outcome(const struct bench *bench, const struct settings *settings)
{
    write_table(bench, settings->commit, stdout);
    write_file(bench, settings->output, "table.md", "w", settings->commit, write_table);
    write_file(bench, settings->output, "result.json", "w", settings->commit, report_json);
    write_file(bench, settings->output, "chart.svg", "w", settings->commit, write_chart);
    if (bench->others > HOST_QUIET)
        fprintf(stderr, "bench: the host was busy: not noted in the history\n");
    else if (settings->history && !settings->partial)
        write_file(bench, settings->history, "", "a", settings->commit, report_json);
    printf("\nWritten: table.md, result.json, chart.svg in %s\n", settings->output);
}

int main(int argc, char *argv[])
{
    struct bench bench = {.boot = false};
    struct settings settings = {.commit = "unknown", .output = "."};
    parse(argc, argv, &bench, &settings);
    if (!settings.glass || !bench.shop.bare || !bench.shop.bench_disk || !bench.shop.disk)
        usage();
    if (!allocate(&bench) || !workshop_open(&bench.shop)) {
        fputs("bench: no memory or no temporary folder\n", stderr);
        return 2;
    }
    choose(&bench, settings.only);
    add_emulator(&bench, "glass386", EMULATOR_GLASS, settings.glass);
    if (settings.other)
        add_emulator(&bench, settings.other_name ? settings.other_name : "before", EMULATOR_GLASS,
                     settings.other);
    if (on_path("qemu-system-i386"))
        add_emulator(&bench, "qemu", EMULATOR_QEMU, "qemu-system-i386");
    if (on_path("bochs"))
        add_emulator(&bench, "bochs", EMULATOR_BOCHS, "bochs");
    host_warn();
    host_load_start(&bench.load);
    measure_workloads(&bench);
    if (settings.script)
        measure_instructions(&bench, settings.script);
    if (settings.host_instructions)
        measure_host_instructions(&bench);
    if (bench.boot)
        measure_programs(&bench);
    bench.others = host_load_others(&bench.load);
    workshop_close(&bench.shop);
    write_outcome(&bench, &settings);
    return measure_agrees(&bench) ? 0 : 1;
}
