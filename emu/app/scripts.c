#include "app/scripts.h"

#include "app/computer.h"
#include "app/exit_codes.h"
#include "app/report.h"
#include "script/script.h"
#include "ui/png.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* emu/script/prelude.lua, put into the executable by the build. */
extern const unsigned char embedded_prelude[], embedded_prelude_end[];

/* Options of the command line that are each machine's defaults, and the computers that are open. */
struct scripts {
    const struct options *options;
    struct log log;
    struct open_computer {
        struct computer computer;
        bool built_in; /* it starts the built-in system */
        struct open_computer *next;
    } * first;
};

static bool set_options(struct options *options, const struct script_option *given, unsigned count,
                        struct error *error)
{
    for (unsigned i = 0; i < count; i++) {
        if (!options_set(options, given[i].name, given[i].value, error))
            return false;
        if (!options_describe_machine(given[i].name))
            return error_set(error, "-%s: not an option of machine{}", given[i].name);
    }
    return true;
}

static struct machine *create(void *context, const struct script_option *given, unsigned count,
                              const struct byte_sink *serial, struct error *error)
{
    struct scripts *scripts = context;
    struct open_computer *open = calloc(1, sizeof *open);
    if (!open) {
        error_set(error, "out of memory");
        return NULL;
    }
    struct computer_wiring wiring = {.serial = *serial, .log = &scripts->log};
    struct options options = *scripts->options;
    if (!set_options(&options, given, count, error) ||
        !computer_build(&open->computer, &options, &wiring, error)) {
        free(open);
        return NULL;
    }
    open->built_in = computer_is_built_in(&options);
    open->next = scripts->first;
    scripts->first = open;
    return open->computer.machine;
}

static void name_addresses(void *context, struct machine *machine, struct monitor *monitor)
{
    const struct scripts *scripts = context;
    const struct open_computer *open = scripts->first;
    while (open && open->computer.machine != machine)
        open = open->next;
    if (open && open->built_in)
        computer_name_addresses(monitor);
}

static bool destroy(void *context, struct machine *machine, struct error *error)
{
    struct scripts *scripts = context;
    struct open_computer **link = &scripts->first;
    while (*link && (*link)->computer.machine != machine)
        link = &(*link)->next;
    struct open_computer *open = *link;
    if (!open)
        return true;
    *link = open->next;
    bool stored = computer_free(&open->computer, error);
    free(open);
    return stored;
}

static void write_log(void *context, enum log_class class, const char *line)
{
    fprintf(context, "[%s] %s\n", log_class_name(class), line);
}

/* By enum script_outcome; the largest of several scripts' codes wins, but unusable files first. */
static const int exit_codes[] = {
    [SCRIPT_PASSED] = EXIT_POWER_OFF,
    [SCRIPT_UNUSABLE] = EXIT_USAGE,
    [SCRIPT_FAILED] = EXIT_EXPECTATION,
    [SCRIPT_LIMIT] = EXIT_LIMIT,
};

static int run_all(struct scripts *scripts, const struct script_host *host)
{
    const struct options *options = scripts->options;
    struct script_tally tally = {0};
    int worst = EXIT_POWER_OFF;
    for (unsigned i = 0; i < options->script_count; i++) {
        enum script_outcome outcome =
            script_run(host, options->scripts[i], options->script_arguments,
                       options->script_argument_count, &tally);
        if (exit_codes[outcome] > worst)
            worst = exit_codes[outcome];
    }
    script_plan(&tally);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "glass386: standard output: %s\n", strerror(errno));
        worst = EXIT_HOST_IO;
    }
    return worst;
}

int scripts_run(const struct options *options)
{
    struct scripts scripts = {.options = options};
    FILE *log = options->log ? fopen(options->log, "w") : stderr;
    if (!log) {
        fprintf(stderr, "glass386: -log: %s: cannot be written: %s\n", options->log,
                strerror(errno));
        return EXIT_USAGE;
    }
    scripts.log = (struct log){options->trace, write_log, log};
    struct script_host host = {
        .context = &scripts,
        .create = create,
        .name_addresses = name_addresses,
        .destroy = destroy,
        .screenshot = png_write_frame,
        .faults = report_faults,
        .timeout_ns = options->timeout_ns,
        .limit_ticks = options->limit_ticks,
        .prelude = (const char *)embedded_prelude,
        .prelude_size = (size_t)(embedded_prelude_end - embedded_prelude),
    };
    int exit_code = run_all(&scripts, &host);
    if (log != stderr)
        fclose(log);
    return exit_code;
}
