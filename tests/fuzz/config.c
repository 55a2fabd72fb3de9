#include "app/config.h"

#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Any text as glass386.ini, as a bochsrc, or as words of a command line (one a line): refused in
   one line, or options that can be shown. A byte of input from F0h on is a name or value that is
   known, so that random bytes get past the names. First byte: which of the three. */

#define WORDS_MAX 40u

static const char *const pieces[] = {
    "m = ",        "hda=",           "serial",  "boot: ",  "floppya: ", "1_44=\"",
    "ata0-master", ": type=cdrom, ", "path=",   "status=", "-drive\n",  "file=",
    "if=floppy,",  "index=",         "clock: ", "time0=",
};

static char path[40] = "/dev/shm/fuzz-config.XXXXXX";

static void remove_file(void)
{
    unlink(path);
}

static void start(void)
{
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        strcpy(path, "/tmp/fuzz-config.XXXXXX");
        descriptor = mkstemp(path);
    }
    FUZZ_REQUIRE(descriptor >= 0);
    close(descriptor);
    atexit(remove_file);
}

static void write_text(struct text_out *text, const u8 *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] >= 0xf0)
            text_out_string(text, pieces[data[i] - 0xf0]);
        else
            text_out_bytes(text, &data[i], 1);
}

static bool parse_words(struct options *options, char *text, struct error *error)
{
    char name[] = "glass386", *words[WORDS_MAX + 2] = {name}, *rest = NULL;
    int count = 1;
    for (char *word = strtok_r(text, "\n", &rest); word && count <= (int)WORDS_MAX;
         word = strtok_r(NULL, "\n", &rest))
        words[count++] = word;
    return options_parse(options, count, words, error);
}

static bool parse_file(struct options *options, const struct text_out *text, bool bochs,
                       struct error *error)
{
    struct text_out notes = TEXT_OUT_EMPTY;
    int descriptor = open(path, O_WRONLY | O_TRUNC);
    FUZZ_REQUIRE(descriptor >= 0);
    FUZZ_REQUIRE(write(descriptor, text_out_text(text), text->length) == (ssize_t)text->length);
    close(descriptor);
    *(bochs ? &options->bochsrc : &options->config) = path;
    bool done = config_apply(options, &notes, error);
    text_out_free(&notes);
    return done;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static struct options options;
    struct text_out text = TEXT_OUT_EMPTY, shown = TEXT_OUT_EMPTY;
    struct error error = {""};
    if (size < 2)
        return 0;
    if (strchr(path, 'X'))
        start();
    write_text(&text, data + 1, size - 1);
    text_out_string(&text, "\n");
    options_init(&options);
    bool done = data[0] % 3 == 2 ? parse_words(&options, text.text, &error)
                                 : parse_file(&options, &text, data[0] % 3, &error);
    if (done)
        options_print(&options, &shown);
    else
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    options_free(&options);
    text_out_free(&text);
    text_out_free(&shown);
    return 0;
}
