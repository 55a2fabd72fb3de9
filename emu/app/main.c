/* glass386: reads the command line and starts what it asks for. */
#include "app/config.h"
#include "app/disk_command.h"
#include "app/exit_codes.h"
#include "app/files_command.h"
#include "app/lab_command.h"
#include "app/options.h"
#include "app/scripts.h"
#include "app/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define VERSION "0.1.0"

/* Files opened later must not take the number of a standard stream that the parent closed. */
static bool streams_are_open(void)
{
    bool open_out = true;
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0)
            continue;
        open_out = open_out && descriptor != STDOUT_FILENO;
        if (open("/dev/null", O_RDWR) != descriptor)
            return false;
    }
    return open_out;
}

static int complain(const char *text)
{
    fprintf(stderr, "glass386: %s\n", text);
    return EXIT_USAGE;
}

static int answer(const struct options *options)
{
    struct text_out out = TEXT_OUT_EMPTY;
    if (options->action == OPTIONS_HELP)
        options_help(&out);
    else if (options->action == OPTIONS_VERSION)
        text_out_string(&out, "glass386 " VERSION "\n");
    else
        options_print(options, &out);
    bool written = fputs(text_out_text(&out), stdout) >= 0 && fflush(stdout) == 0;
    int reason = errno;
    text_out_free(&out);
    if (written)
        return EXIT_POWER_OFF;
    fprintf(stderr, "glass386: standard output: %s\n", strerror(reason));
    return EXIT_HOST_IO;
}

/* Options from files, with the notes that belong to them. */
static bool read_config(struct options *options, struct error *error)
{
    struct text_out notes = TEXT_OUT_EMPTY;
    bool done = config_apply(options, &notes, error);
    const char *line = text_out_text(&notes);
    for (size_t length; done && (length = strcspn(line, "\n")) > 0; line += length + 1)
        fprintf(stderr, "glass386: %.*s\n", (int)length, line);
    text_out_free(&notes);
    return done;
}

int main(int argc, char **argv)
{
    static struct options options;
    struct error error;
    if (!streams_are_open())
        return complain("standard output is closed; expected a file, a pipe or a terminal");
    if (argc > 1 && strcmp(argv[1], "fs") == 0)
        return files_command(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "disk") == 0)
        return disk_command(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "lab") == 0)
        return lab_command(argc - 1, argv + 1);
    options_init(&options);
    if (!options_parse(&options, argc, argv, &error))
        return complain(error.text);
    if (options.action != OPTIONS_HELP && options.action != OPTIONS_VERSION &&
        !read_config(&options, &error))
        return complain(error.text);
    if (options.action != OPTIONS_RUN)
        return answer(&options);
    return options.script_count ? scripts_run(&options) : session_run(&options);
}
