#include "manifest.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 7, MOST_DEPTH = 8, MOST_PATH = 4096 };

struct verb {
    const char *name;
    unsigned words; /* after the verb */
    const char *usage;
    bool (*make)(struct manifest *manifest, char **words);
};

static void note_dependency(struct manifest *manifest, const char *path)
{
    if (manifest->dependencies)
        fprintf(manifest->dependencies, " \\\n  %s", path);
}

/* The whole word must be a number in the given base and not above the limit. */
static bool parse_number(const char *word, int base, unsigned long limit, unsigned *out)
{
    char *end;
    unsigned long value = strtoul(word, &end, base);

    *out = 0;
    if (end == word || *end || word[0] == '-' || value > limit)
        return base == 8 ? complain("%s: not an octal number from 0 to %lo", word, limit)
                         : complain("%s: not a number from 0 to %lu", word, limit);
    *out = (unsigned)value;
    return true;
}

static bool parse_mode(const char *word, unsigned *mode)
{
    return parse_number(word, 8, 07777, mode);
}

/* Looks for a source as named, then in each folder. */
static bool find_source(struct manifest *manifest, const char *source, char *path)
{
    if (source[0] == '/') {
        snprintf(path, MOST_PATH, "%s", source);
        if (file_is_there(path))
            return true;
    }
    for (unsigned i = 0; i < manifest->folder_count && source[0] != '/'; i++) {
        int length = snprintf(path, MOST_PATH, "%s/%s", manifest->folders[i], source);

        if (length < MOST_PATH && file_is_there(path))
            return true;
    }
    return complain("%s: not found in any -I folder", source);
}

static bool make(struct manifest *manifest, const char *path, unsigned mode, const void *bytes,
                 size_t size)
{
    struct error error;

    return minix_make(manifest->fs, path, mode, bytes, size, &error) || complain("%s", error.text);
}

static bool make_dir(struct manifest *manifest, char **words)
{
    unsigned mode;

    return parse_mode(words[1], &mode) && make(manifest, words[0], MINIX_FOLDER | mode, NULL, 0);
}

static bool make_file(struct manifest *manifest, char **words)
{
    char path[MOST_PATH];
    struct file source;
    unsigned mode;
    bool done;

    if (!parse_mode(words[1], &mode) || !find_source(manifest, words[2], path) ||
        !file_read(path, &source))
        return false;
    note_dependency(manifest, path);
    done = make(manifest, words[0], MINIX_FILE | mode, source.data, source.size);
    free(source.data);
    return done;
}

static bool make_node(struct manifest *manifest, char **words)
{
    unsigned type, major, minor, mode;
    struct error error;

    if (strcmp(words[1], "c") && strcmp(words[1], "b"))
        return complain("%s: a node is c (character) or b (block)", words[1]);
    type = words[1][0] == 'c' ? MINIX_CHAR : MINIX_BLOCK_DEVICE;
    if (!parse_number(words[2], 10, 255, &major) || !parse_number(words[3], 10, 255, &minor) ||
        !parse_mode(words[4], &mode))
        return false;
    return minix_make_device(manifest->fs, words[0], type | mode, major << 8 | minor, &error) ||
           complain("%s", error.text);
}

static bool make_link(struct manifest *manifest, char **words)
{
    struct error error;

    return minix_make_link(manifest->fs, words[0], words[1], &error) || complain("%s", error.text);
}

static bool make_symlink(struct manifest *manifest, char **words)
{
    if (strlen(words[1]) >= MINIX_BLOCK)
        return complain("%s: the link's text is longer than a block", words[0]);
    return make(manifest, words[0], MINIX_SYMLINK | 0777, words[1], strlen(words[1]));
}

static bool include(struct manifest *manifest, char **words)
{
    char path[MOST_PATH];

    return find_source(manifest, words[0], path) && manifest_apply(manifest, path);
}

/* clang-format off */
static const struct verb verbs[] = {
    {"dir",     2, "PATH MODE",                 make_dir},
    {"file",    3, "PATH MODE SOURCE",          make_file},
    {"node",    5, "PATH c|b MAJOR MINOR MODE", make_node},
    {"link",    2, "PATH TARGET",               make_link},
    {"symlink", 2, "PATH TEXT",                 make_symlink},
    {"include", 1, "FILE",                      include},
};
/* clang-format on */

static unsigned split(char *line, char **words)
{
    unsigned count = 0;
    char *rest;

    line[strcspn(line, "#")] = 0;
    for (char *word = strtok_r(line, " \t\r", &rest); word && count < MOST_WORDS;
         word = strtok_r(NULL, " \t\r", &rest))
        words[count++] = word;
    return count;
}

static bool apply_line(struct manifest *manifest, char *line)
{
    char *words[MOST_WORDS];
    unsigned count = split(line, words);

    if (!count)
        return true;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(words[0], verbs[i].name))
            continue;
        if (count != verbs[i].words + 1)
            return complain("expected: %s %s", verbs[i].name, verbs[i].usage);
        return verbs[i].make(manifest, words + 1);
    }
    return complain("%s: not one of dir file node link symlink include", words[0]);
}

static bool apply_text(struct manifest *manifest, const char *path, char *text)
{
    unsigned number = 1;

    for (char *line = text; line; number++) {
        char *end = strchr(line, '\n');

        if (end)
            *end++ = 0;
        complain_about(path, number);
        if (!apply_line(manifest, line))
            return false;
        line = end;
    }
    complain_about(NULL, 0);
    return true;
}

bool manifest_apply(struct manifest *manifest, const char *path)
{
    struct file text;
    bool done;

    if (manifest->depth >= MOST_DEPTH)
        return complain("%s: included more than %d deep", path, MOST_DEPTH);
    if (!file_read(path, &text))
        return false;
    note_dependency(manifest, path);
    manifest->depth++;
    done = apply_text(manifest, path, (char *)text.data);
    manifest->depth--;
    free(text.data);
    return done;
}
