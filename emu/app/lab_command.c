/* Exercises (emu/labs): gathers their texts and runs the Lua that asks the questions. */
#include "app/lab_command.h"

#include "app/exit_codes.h"
#include "app/lab_table.h"
#include "app/options.h"
#include "app/scripts.h"
#include "script/script.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS_MAX 64u
#define TEXT_LONGEST (1024u * 1024u)
#define SUFFIX ".lua"

struct labs {
    struct script_text texts[TEXTS_MAX];
    char names[TEXTS_MAX][128];
    char *owned[TEXTS_MAX]; /* texts from files; null for those of the executable */
    unsigned count;
};

static char *read_text(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(TEXT_LONGEST) : NULL;
    *size = text ? fread(text, 1, TEXT_LONGEST, file) : 0;
    if (file)
        fclose(file);
    return text;
}

/* One of the same name as a built-in lab takes its place. */
static void add(struct labs *labs, const char *name, char *owned, const char *text, size_t size)
{
    unsigned i = 0;
    while (i < labs->count && strcmp(labs->names[i], name) != 0)
        i++;
    if (i == TEXTS_MAX) {
        free(owned);
        return;
    }
    labs->count += i == labs->count;
    snprintf(labs->names[i], sizeof labs->names[i], "%s", name);
    labs->texts[i] = (struct script_text){labs->names[i], text, size};
    labs->owned[i] = owned;
}

static bool add_folder(struct labs *labs, const char *path)
{
    struct dirent *entry;
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    while ((entry = readdir(folder))) {
        char file[1024], name[64];
        size_t length = strlen(entry->d_name), size;
        if (length <= strlen(SUFFIX) || length > 50 ||
            strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) != 0)
            continue;
        snprintf(file, sizeof file, "%.900s/%.60s", path, entry->d_name);
        snprintf(name, sizeof name, "lab:%.*s", (int)(length - strlen(SUFFIX)), entry->d_name);
        char *text = read_text(file, &size);
        if (text)
            add(labs, name, text, text, size);
    }
    closedir(folder);
    return true;
}

/* Takes "-labs FOLDER" out of the words; false with a line on standard error. */
static bool take_folder(struct labs *labs, int *argc, char **argv)
{
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "-labs") != 0 && strcmp(argv[i], "--labs") != 0)
            continue;
        if (i + 1 == *argc || !add_folder(labs, argv[i + 1])) {
            fprintf(stderr, "glass386: lab: -labs %.200s: %s\n", i + 1 < *argc ? argv[i + 1] : "",
                    i + 1 < *argc ? strerror(errno) : "expected a folder after it");
            return false;
        }
        memmove(argv + i, argv + i + 2, (size_t)(*argc - i - 2) * sizeof *argv);
        *argc -= 2;
        i--;
    }
    return true;
}

int lab_command(int argc, char **argv)
{
    static struct options options;
    static struct labs labs;
    int count = argc - 1, code = EXIT_USAGE;
    options_init(&options);
    for (unsigned i = 0; i < lab_text_count; i++)
        add(&labs, lab_texts[i].name, NULL, lab_texts[i].text,
            (size_t)(lab_texts[i].end - lab_texts[i].text));
    if (take_folder(&labs, &count, argv + 1)) {
        options.scripts[0] = "main";
        options.script_count = 1;
        options.script_arguments = argv + 1;
        options.script_argument_count = (unsigned)count;
        code = scripts_run_texts(&options, labs.texts, labs.count);
    }
    for (unsigned i = 0; i < labs.count; i++)
        free(labs.owned[i]);
    return code;
}
