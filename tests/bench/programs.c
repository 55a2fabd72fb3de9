/* The emulators as programs: boot to the prompt, memory, idling, start; instruction counts. */
#include "measure.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROMPT "# "
#define BOOT_SECONDS_MAX 60.0
#define STOP_SECONDS_MAX 300.0
#define STARTS 7
#define SETTLE_MICROSECONDS 300000

/* Starts the built-in disk and waits for its prompt; the process is left running. */
static pid_t boot(struct bench *bench, unsigned e, bool paced, double *started)
{
    struct command command = {{NULL}, 0, NULL, NULL};
    char serial[PATH_SIZE];
    if (!emulator_command(&bench->emulators[e], &bench->shop, MEDIUM_DISK, NULL, 0, &command,
                          serial))
        return -1;
    for (unsigned i = 0; paced && i < command.count; i++)
        if (strcmp(command.words[i], "max") == 0)
            command.words[i] = "real";
    *started = seconds_now();
    pid_t pid = process_start(&command);
    if (pid < 0 || process_await_text(pid, serial, PROMPT, BOOT_SECONDS_MAX))
        return pid;
    fprintf(stderr, "bench: %s did not reach the prompt\n", bench->emulators[e].name);
    kill(pid, SIGKILL);
    process_wait(pid, *started, 1);
    return -1;
}

static void boot_once(struct bench *bench, unsigned e)
{
    struct facts *facts = &bench->facts[e];
    double started;
    pid_t pid = boot(bench, e, false, &started);
    if (pid < 0)
        return;
    facts->boot_wall[facts->boots] = seconds_now() - started;
    kill(pid, SIGKILL);
    struct usage usage = process_wait(pid, started, 1);
    facts->boot_cpu[facts->boots++] = usage.cpu;
    facts->megabytes = fmax(facts->megabytes, usage.megabytes);
}

/* As a user runs it: guest time follows host time. */
static double idle_share(struct bench *bench, unsigned e)
{
    double started;
    pid_t pid = boot(bench, e, true, &started);
    if (pid < 0)
        return -1;
    usleep(SETTLE_MICROSECONDS);
    double cpu = process_cpu_now(pid), wall = seconds_now();
    usleep((useconds_t)(bench->plan.idle_seconds * 1e6));
    double share = (process_cpu_now(pid) - cpu) / (seconds_now() - wall);
    kill(pid, SIGKILL);
    process_wait(pid, started, 1);
    return share;
}

/* The whole run of glass386 with one instruction. */
static double start_seconds(const struct emulator *emulator)
{
    double best = -1;
    for (unsigned i = 0; i < STARTS; i++) {
        struct command command = {
            {emulator->path, "-display", "none", "-serial", "null", "-max-insns", "1"},
            7,
            NULL,
            NULL};
        double started = seconds_now();
        pid_t pid = process_start(&command);
        if (pid < 0)
            return -1;
        double wall = process_wait(pid, started, 10).wall;
        best = best < 0 ? wall : fmin(best, wall);
    }
    return best;
}

void measure_programs(struct bench *bench)
{
    fprintf(stderr, "boot ");
    for (unsigned run = 0; run < bench->plan.runs; run++)
        for (unsigned e = 0; e < bench->emulator_count; e++)
            boot_once(bench, e);
    fprintf(stderr, "idle start\n");
    for (unsigned e = 0; e < bench->emulator_count; e++) {
        bool glass = bench->emulators[e].kind == EMULATOR_GLASS;
        bench->facts[e].idle = idle_share(bench, e);
        bench->facts[e].start = glass ? start_seconds(&bench->emulators[e]) : -1;
    }
}

/* The number behind `label` in what the command printed; negative: none. */
static double number_printed(struct command *command, const char *label)
{
    static char text[65536];
    double started = seconds_now();
    pid_t pid = process_start(command);
    if (pid < 0)
        return -1;
    process_wait(pid, started, STOP_SECONDS_MAX);
    if (!file_read_text(command->errors, text, sizeof text))
        return -1;
    const char *at = strstr(text, label);
    return at ? strtod(at + strlen(label), NULL) : -1;
}

static double counted(struct bench *bench, const struct workload *w, unsigned count,
                      const char *script)
{
    struct command run = {{NULL}, 0, NULL, NULL};
    struct command command = {{bench->emulators[0].path, "-script", script}, 3, NULL, NULL};
    char serial[PATH_SIZE], image[PATH_SIZE + 16];
    if (!emulator_command(&bench->emulators[0], &bench->shop, w->medium, w->name, count, &run,
                          serial))
        return -1;
    snprintf(image, sizeof image, "%s/image", bench->shop.folder);
    command_add(&command, image);
    command.errors = run.errors;
    return number_printed(&command, "instructions ");
}

void measure_instructions(struct bench *bench, const char *script)
{
    for (unsigned i = 0; i < workload_count; i++) {
        if (!bench->chosen[i] || !bench->series[i][0].checksum[0])
            continue;
        double one = counted(bench, &workloads[i], 1, script);
        double two = counted(bench, &workloads[i], 2, script);
        bench->instructions[i] = one > 0 && two > one ? two - one : 0;
    }
}

static double host_count(struct bench *bench, const struct workload *w, unsigned count)
{
    struct command run = {{NULL}, 0, NULL, NULL};
    struct command command = {
        {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"}, 3, NULL, NULL};
    char serial[PATH_SIZE];
    if (!emulator_command(&bench->emulators[0], &bench->shop, w->medium, w->name, count, &run,
                          serial))
        return -1;
    for (unsigned i = 0; i < run.count; i++)
        command_add(&command, run.words[i]);
    command.errors = run.errors;
    return number_printed(&command, "Collected : ");
}

void measure_host_instructions(struct bench *bench)
{
    for (unsigned i = 0; i < workload_count; i++) {
        if (!bench->chosen[i] || bench->instructions[i] <= 0)
            continue;
        fprintf(stderr, "%s ", workloads[i].name);
        double one = host_count(bench, &workloads[i], 1), two = host_count(bench, &workloads[i], 2);
        if (one > 0 && two > one)
            bench->host_per_guest[i] = (two - one) / bench->instructions[i];
    }
    fprintf(stderr, "\n");
}
