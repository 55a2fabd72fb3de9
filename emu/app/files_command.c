#include "app/files_command.h"

#include "app/exit_codes.h"
#include "app/files_copy.h"
#include "app/image_file.h"
#include "files/volume.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX 10000

struct command {
    struct image_file image;
    struct volume volume;
    const struct file_system *system;
    struct file_tree tree;
    char **words; /* behind the verb */
    int count;
    const char *target; /* of get and put */
    bool into_folder;   /* the target is a folder that is there */
    bool patterns, whole_folders;
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

struct name_filter {
    const char *name;
    size_t length;
    bool found;
};

static void show_named(void *context, const struct file_entry *entry)
{
    struct name_filter *filter = context;
    if (strlen(entry->name) != filter->length ||
        strncasecmp(entry->name, filter->name, filter->length) != 0)
        return;
    filter->found = true;
    show_entry(NULL, entry);
}

/* ---- several paths, and where they go ---- */

/* Words in front of `skip` at the end, each a pattern of the volume. */
static bool for_each_path(struct command *command, int skip, path_visitor *each,
                          struct error *error)
{
    bool done = true;
    for (int i = 0; done && i < command->count - skip; i++)
        done = tree_expand(&command->tree, command->words[i], each, command, error);
    return done;
}

static bool list_path(void *context, const char *path, struct error *error)
{
    struct command *command = context;
    size_t length;
    if (tree_is_folder(&command->tree, path)) {
        if (command->count > 1)
            printf("%s:\n", path);
        return command->system->list(&command->volume, path, show_entry, NULL, error);
    }
    /* A file shows its own line in the folder's list. */
    const char *name = path_last_name(path, &length);
    char *folder = strndup(path, (size_t)(name - path));
    struct name_filter filter = {name, length, false};
    bool done = folder && command->system->list(&command->volume, folder[0] ? folder : "/",
                                                show_named, &filter, error);
    free(folder);
    return done && (filter.found ||
                    error_set(error, "%.100s: %.200s: is not there", command->volume.name, path));
}

static bool run_list(struct command *command, struct error *error)
{
    return command->count ? for_each_path(command, 0, list_path, error)
                          : list_path(command, "/", error);
}

/* Runs copy(from, to) where `to` is the target itself, or its last name in a target that is a
   folder. */
static bool copy_to_target(struct command *command, const char *from,
                           bool (*copy)(const struct file_tree *, const char *, const char *,
                                        struct error *),
                           struct error *error)
{
    size_t length;
    const char *last = path_last_name(from, &length);
    if (!command->into_folder)
        return copy(&command->tree, from, command->target, error);
    if (strcmp(from, "-") == 0 || !length)
        return error_set(error, "'%.200s' into a folder: expected a name for it", from);
    char *name = strndup(last, length), *to = name ? path_join(command->target, name) : NULL;
    bool done = to ? copy(&command->tree, from, to, error)
                   : error_set(error, "%.200s: not enough memory", from);
    free(name);
    free(to);
    return done;
}

static bool get_path(void *context, const char *path, struct error *error)
{
    return copy_to_target(context, path, tree_get, error);
}

static bool is_pattern(const char *path)
{
    size_t length;
    return strpbrk(path_last_name(path, &length), "*?[") != NULL;
}

/* Several files, or those of a pattern, need a folder to go to. */
static bool choose_target(struct command *command, bool is_folder, struct error *error)
{
    size_t length = strlen(command->target);
    bool several = command->count > 2 || command->patterns;
    command->into_folder = is_folder;
    if (!is_folder && (several || (length && command->target[length - 1] == '/')))
        return error_set(error, "%.200s: expected a folder that is there", command->target);
    return true;
}

static bool run_get(struct command *command, struct error *error)
{
    struct stat status;
    int skip = command->count > 1;
    command->target = skip ? command->words[command->count - 1] : ".";
    command->patterns = is_pattern(command->words[0]);
    bool is_folder = stat(command->target, &status) == 0 && S_ISDIR(status.st_mode);
    return choose_target(command, is_folder, error) &&
           for_each_path(command, skip, get_path, error);
}

static bool run_put(struct command *command, struct error *error)
{
    int skip = command->count > 1;
    bool done = true;
    command->target = skip ? command->words[command->count - 1] : "/";
    if (!choose_target(command, tree_is_folder(&command->tree, command->target), error))
        return false;
    for (int i = 0; done && i < command->count - skip; i++)
        done = copy_to_target(command, command->words[i], tree_put, error);
    return done;
}

static bool remove_path(void *context, const char *path, struct error *error)
{
    struct command *command = context;
    return command->whole_folders ? tree_remove(&command->tree, path, error)
                                  : command->system->remove(&command->volume, path, error);
}

static bool run_remove(struct command *command, struct error *error)
{
    command->whole_folders = strcmp(command->words[0], "-r") == 0;
    command->words += command->whole_folders;
    command->count -= command->whole_folders;
    return command->count ? for_each_path(command, 0, remove_path, error)
                          : error_set(error, "rm -r: expected a path after it");
}

static bool run_make_folder(struct command *command, struct error *error)
{
    bool done = true;
    for (int i = 0; done && i < command->count; i++)
        done = command->system->make_folder(&command->volume, command->words[i], error);
    return done;
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
    {"ls",    "[PATH...]",       "list folders, or files",                  0, WORDS_MAX, false, run_list},
    {"get",   "PATH... [TO]",    "copy files and folders out; TO - is standard output", 1, WORDS_MAX, false, run_get},
    {"put",   "FILE... [TO]",    "copy files and folders in, over those of that name; FILE - is standard input", 1, WORDS_MAX, true,  run_put},
    {"rm",    "[-r] PATH...",    "remove files and empty folders; -r: folders with all in them", 1, WORDS_MAX, true,  run_remove},
    {"mkdir", "PATH...",         "make folders",                            1, WORDS_MAX, true,  run_make_folder},
    {"check", "",                "hold the file system against itself",    0, 0, false, run_check},
    {"mkfs",  "KIND [SIZE]",     "minix1, minix2, fat12, fat16, fat32, or fat by the size; SIZE (1440K, 20M) makes IMAGE", 1, 2, true, NULL},
};
// clang-format on

static int usage(FILE *to)
{
    fputs("usage: glass386 fs IMAGE[:PARTITION] VERB ...\n", to);
    for (unsigned i = 0; i < ARRAY_COUNT(verbs); i++)
        fprintf(to, "  %-6s %-14s %s\n", verbs[i].name, verbs[i].words, verbs[i].help);
    fputs("* ? [ ] in the last name of a PATH stand for all that fit.\n", to);
    return to == stdout ? EXIT_POWER_OFF : EXIT_USAGE;
}

/* Cuts ":1" or a further number off a name that is no file with it; 0 without. */
static unsigned cut_partition(char *name)
{
    char *colon = strrchr(name, ':'), *end;
    if (!colon || !isdigit((unsigned char)colon[1]) || access(name, F_OK) == 0)
        return 0;
    unsigned long partition = strtoul(colon + 1, &end, 10);
    if (*end || !partition || partition > PARTITION_MAX)
        return 0;
    *colon = 0;
    return (unsigned)partition;
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

/* As DOS and Windows choose. */
static const struct file_system *fat_by_size(u64 size)
{
    return size > 512 * MIB ? &fat32 : size > 16 * MIB ? &fat16 : &fat12;
}

static const struct file_system *system_named(const char *name, u64 size)
{
    if (strcmp(name, "fat") == 0)
        return fat_by_size(size);
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
    if (!system_named(command->words[0], 0))
        return error_set(error,
                         "mkfs: '%.100s': expected minix1, minix2, fat, fat12, fat16 or fat32",
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
        command->system = system_named(command->words[0], command->volume.size);
        memset(command->volume.bytes, 0, command->volume.size);
        done = command->system->format(&command->volume, error);
    }
    u8 before = command->volume.type ? *command->volume.type : 0;
    bool retyped = done && volume_set_type(&command->volume, command->system);
    done = done && image_file_store(&command->image, error);
    if (done && retyped)
        printf("partition %u: its type was %02Xh, is now %02Xh\n", partition, before,
               *command->volume.type);
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
    if (!command->system && volume_refuse_foreign(&command->volume, error))
        error_set(error, "%.200s: partition %u has no Minix or FAT file system", name, partition);
    if (!command->system)
        return false;
    command->tree = (struct file_tree){&command->volume, command->system};
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
