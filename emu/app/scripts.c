#include "app/scripts.h"

#include "app/computer.h"
#include "app/exit_codes.h"
#include "app/image_file.h"
#include "app/lab_table.h"
#include "debug/report.h"
#include "script/script.h"
#include "ui/png.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* emu/script/prelude.lua, put into the executable by the build. */
extern const unsigned char embedded_prelude[], embedded_prelude_end[];

#define LAB_TEXTS_MAX 32u

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

static void disk_failed(void *context, const struct error *error)
{
    (void)context;
    fprintf(stderr, "glass386: %s\n", error->text);
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
    struct computer_wiring wiring = {
        .serial = *serial, .host_error = {disk_failed, NULL}, .log = &scripts->log};
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

/* -junit: one suite of all tests; a script that failed outside its tests counts as one. */
static bool write_junit(const char *path, const struct script_tally *tally, unsigned broken,
                        struct error *error)
{
    struct text_out out = TEXT_OUT_EMPTY;
    text_out_format(&out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuite name=\"glass386\" tests=\"%u\" failures=\"%u\">\n",
                    tally->tests + broken, tally->failed + broken);
    text_out_string(&out, text_out_text(tally->cases));
    text_out_string(&out, "</testsuite>\n");
    bool written = host_file_write(path, text_out_text(&out), out.length, error);
    text_out_free(&out);
    return written;
}

static int finish_junit(const char *path, struct script_tally *tally, unsigned broken,
                        int exit_code)
{
    struct error error;
    bool written = !path || write_junit(path, tally, broken, &error);
    text_out_free(tally->cases);
    if (written)
        return exit_code;
    fprintf(stderr, "glass386: -junit: %s\n", error.text);
    return EXIT_HOST_IO;
}

static int run_all(struct scripts *scripts, const struct script_host *host)
{
    const struct options *options = scripts->options;
    struct text_out cases = TEXT_OUT_EMPTY;
    struct script_tally tally = {.cases = &cases};
    unsigned broken = 0; /* scripts that ended badly without a failed test */
    int worst = EXIT_POWER_OFF;
    for (unsigned i = 0; i < options->script_count; i++) {
        unsigned failed = tally.failed;
        enum script_outcome outcome =
            script_run(host, options->scripts[i], options->script_arguments,
                       options->script_argument_count, &tally);
        if (outcome != SCRIPT_PASSED && tally.failed == failed) {
            script_put_case(&cases, options->scripts[i], "the script itself",
                            "it did not run to its end");
            broken++;
        }
        if (exit_codes[outcome] > worst)
            worst = exit_codes[outcome];
    }
    script_plan(&tally);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "glass386: standard output: %s\n", strerror(errno));
        worst = EXIT_HOST_IO;
    }
    return finish_junit(options->junit, &tally, broken, worst);
}

static int run_with(const struct options *options, const struct script_text *texts, unsigned count,
                    bool texts_run)
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
        .picture = png_write,
        .faults = report_faults,
        .timeout_ns = options->timeout_ns,
        .limit_ticks = options->limit_ticks,
        .prelude = (const char *)embedded_prelude,
        .prelude_size = (size_t)(embedded_prelude_end - embedded_prelude),
        .texts = texts,
        .text_count = count,
        .texts_run = texts_run,
    };
    int exit_code = run_all(&scripts, &host);
    if (log != stderr)
        fclose(log);
    return exit_code;
}

int scripts_run(const struct options *options)
{
    struct script_text texts[LAB_TEXTS_MAX];
    unsigned count = 0;
    for (; count < lab_text_count && count < LAB_TEXTS_MAX; count++)
        texts[count] = (struct script_text){lab_texts[count].name, lab_texts[count].text,
                                            (size_t)(lab_texts[count].end - lab_texts[count].text)};
    return run_with(options, texts, count, false);
}

int scripts_run_texts(const struct options *options, const struct script_text *texts,
                      unsigned count)
{
    return run_with(options, texts, count, true);
}
