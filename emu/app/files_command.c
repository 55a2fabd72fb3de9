#include "app/files_command.h"

#include "app/exit_codes.h"
#include "app/image_file.h"
#include "app/kernel_boot.h"
#include "files/volume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILE_MAX 0x7fffffffu

struct command {
    struct image_file image;
    struct volume volume;
    const struct file_system *system;
    char **words; /* behind the verb */
    int count;
};

struct verb {
    const char *name, *words, *help;
    int least, most; /* words */
    bool changes;
    bool (*run)(struct command *command, struct error *error);
};

static void show_entry(void *context, const struct file_entry *entry)
{
    (void)context;
    printf("%c %10u %s\n", entry->kind, entry->size, entry->name);
}

static bool run_list(struct command *command, struct error *error)
{
    const char *path = command->count ? command->words[0] : "/";
    return command->system->list(&command->volume, path, show_entry, NULL, error);
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool run_get(struct command *command, struct error *error)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    const char *to = command->count > 1 ? command->words[1] : last_name(command->words[0]);
    bool done = command->system->get(&command->volume, command->words[0], &bytes, error);
    if (done && bytes.failed)
        done = error_set(error, "%.200s: not enough memory", command->words[0]);
    done = done && host_file_write(to, bytes.text ? bytes.text : "", bytes.length, error);
    text_out_free(&bytes);
    return done;
}

static bool run_put(struct command *command, struct error *error)
{
    size_t size;
    u8 *bytes = host_file_read(command->words[0], FILE_MAX, &size, error);
    const char *to = command->count > 1 ? command->words[1] : last_name(command->words[0]);
    bool done = bytes && command->system->put(&command->volume, to, bytes, size, error);
    free(bytes);
    return done;
}

static bool run_remove(struct command *command, struct error *error)
{
    return command->system->remove(&command->volume, command->words[0], error);
}

static bool run_make_folder(struct command *command, struct error *error)
{
    return command->system->make_folder(&command->volume, command->words[0], error);
}

static bool run_check(struct command *command, struct error *error)
{
    struct text_out problems = TEXT_OUT_EMPTY;
    bool sound = command->system->check(&command->volume, &problems);
    if (sound)
        printf("%s: %s, sound\n", command->volume.name, command->system->name);
    else
        error_set(error, "%.100s: %s, damaged: %.*s", command->volume.name, command->system->name,
                  (int)strcspn(text_out_text(&problems), "\n"), text_out_text(&problems));
    const char *rest = strchr(text_out_text(&problems), '\n'); /* behind the first problem */
    if (rest)
        fputs(rest + 1, stdout);
    text_out_free(&problems);
    return sound;
}

// clang-format off
static const struct verb verbs[] = {
    {"ls",    "[FOLDER]",      "list a folder",                          0, 1, false, run_list},
    {"get",   "PATH [FILE]",   "copy a file out; FILE - is standard output", 1, 2, false, run_get},
    {"put",   "FILE [PATH]",   "copy a file in, over one of that name",  1, 2, true,  run_put},
    {"rm",    "PATH",          "remove a file or an empty folder",       1, 1, true,  run_remove},
    {"mkdir", "PATH",          "make a folder",                          1, 1, true,  run_make_folder},
    {"check", "",              "hold the file system against itself",    0, 0, false, run_check},
    {"mkfs",  "KIND [SIZE]",   "minix1, minix2, fat12 or fat16; SIZE (1440K, 20M) makes IMAGE", 1, 2, true, NULL},
};
// clang-format on

static int usage(FILE *to)
{
    fputs("usage: glass386 fs IMAGE[:PARTITION] VERB ...\n", to);
    for (unsigned i = 0; i < ARRAY_COUNT(verbs); i++)
        fprintf(to, "  %-6s %-14s %s\n", verbs[i].name, verbs[i].words, verbs[i].help);
    return to == stdout ? EXIT_POWER_OFF : EXIT_USAGE;
}

/* Cuts ":1" to ":4" off a name that is no file with it; 0 without. */
static unsigned cut_partition(char *name)
{
    size_t length = strlen(name);
    if (length < 3 || name[length - 2] != ':' || name[length - 1] < '1' || name[length - 1] > '4' ||
        access(name, F_OK) == 0)
        return 0;
    unsigned partition = (unsigned)(name[length - 1] - '0');
    name[length - 2] = 0;
    return partition;
}

static bool parse_size(const char *text, u64 *size)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    unsigned shift = *end == 'K' || *end == 'k' ? 10 : *end == 'M' || *end == 'm' ? 20 : 0;
    *size = number << shift;
    return !errno && end != text && text[0] != '-' && end[shift != 0] == 0 && number < 1ull << 31 &&
           *size >= 32 * KIB && *size <= 2048ull * MIB && *size % 512 == 0;
}

static const struct file_system *system_named(const char *name)
{
    for (unsigned i = 0; file_systems[i]; i++)
        if (strcmp(file_systems[i]->name, name) == 0)
            return file_systems[i];
    return NULL;
}

/* Formats the image, a partition of it, or a new file. */
static bool make_file_system(struct command *command, const char *name, unsigned partition,
                             struct error *error)
{
    u64 size = 0;
    command->system = system_named(command->words[0]);
    if (!command->system)
        return error_set(error, "mkfs: '%.100s': expected minix1, minix2, fat12 or fat16",
                         command->words[0]);
    bool new_file = command->count > 1;
    if (new_file && (!parse_size(command->words[1], &size) || partition))
        return error_set(error, "mkfs: '%.100s': expected a size from 32K to 2048M for a new image",
                         command->words[1]);
    if (!(new_file ? image_file_make(&command->image, name, size, error)
                   : image_file_open(&command->image, name, true, error)))
        return false;
    command->volume.bytes = command->image.bytes;
    command->volume.size = command->image.size;
    bool done = !partition || volume_find(&command->volume, partition, error);
    if (done) {
        memset(command->volume.bytes, 0, command->volume.size);
        done = command->system->format(&command->volume, error) &&
               image_file_store(&command->image, error);
    }
    if (!done && new_file)
        unlink(command->image.path);
    return done;
}

static bool run(struct command *command, const struct verb *verb, const char *name,
                unsigned partition, struct error *error)
{
    if (!verb->run)
        return make_file_system(command, name, partition, error);
    if (!image_file_open(&command->image, name, verb->changes, error))
        return false;
    command->volume.bytes = command->image.bytes;
    command->volume.size = command->image.size;
    if (!volume_find(&command->volume, partition, error))
        return false;
    command->system = volume_recognise(&command->volume);
    if (!command->system)
        return error_set(error, "%.200s: partition %u has no Minix or FAT12/16 file system", name,
                         partition);
    return verb->run(command, error) &&
           (!verb->changes || image_file_store(&command->image, error));
}

static const struct verb *verb_named(const char *name)
{
    for (unsigned i = 0; i < ARRAY_COUNT(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

int files_command(int argc, char **argv)
{
    struct command command = {0};
    struct error error = {""};
    if (argc == 2 && (strcmp(argv[1], "-help") == 0 || strcmp(argv[1], "--help") == 0))
        return usage(stdout);
    const struct verb *verb = argc > 2 ? verb_named(argv[2]) : NULL;
    command.words = argv + 3;
    command.count = argc - 3;
    if (!verb || command.count < verb->least || command.count > verb->most) {
        fprintf(stderr,
                "glass386: fs: expected IMAGE[:PARTITION] and %s%s%s (fs -help tells more)\n",
                verb ? verb->name : "one of ls get put rm mkdir check mkfs", verb ? " " : "",
                verb ? verb->words : "");
        return EXIT_USAGE;
    }
    unsigned partition = cut_partition(argv[1]);
    command.volume.name = argv[1];
    command.volume.time = (u32)time(NULL);
    bool done = run(&command, verb, argv[1], partition, &error);
    image_file_close(&command.image);
    if (done && (fflush(stdout) != 0 || ferror(stdout))) {
        fprintf(stderr, "glass386: standard output: %s\n", strerror(errno));
        return EXIT_HOST_IO;
    }
    if (!done)
        fprintf(stderr, "glass386: fs: %s\n", error.text);
    return done ? EXIT_POWER_OFF : EXIT_USAGE;
}
