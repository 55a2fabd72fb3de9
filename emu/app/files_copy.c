#define _GNU_SOURCE /* FNM_CASEFOLD */
#include "app/files_copy.h"

#include "app/image_file.h"
#include "app/kernel_boot.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MOST 0x7fffffffu
#define DEPTH_MOST 64u

/* ---- paths ---- */

const char *path_last_name(const char *path, size_t *length)
{
    size_t end = strlen(path);
    while (end && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start && path[start - 1] != '/')
        start--;
    *length = end - start;
    return path + start;
}

char *path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder), size = length + strlen(name) + 2;
    char *path = malloc(size);
    bool slash = length && folder[length - 1] != '/';
    if (path)
        snprintf(path, size, "%s%s%s", folder, slash ? "/" : "", name);
    return path;
}

static bool no_memory(struct error *error)
{
    return error_set(error, "not enough memory");
}

/* ---- the names of a folder ---- */

/* One name after the other, each with its kind before and a zero byte behind. */
struct names {
    struct text_out text;
};

static void add_name(void *context, const struct file_entry *entry)
{
    struct names *names = context;
    text_out_bytes(&names->text, &entry->kind, 1);
    text_out_bytes(&names->text, entry->name, strlen(entry->name) + 1);
}

static bool read_names(const struct file_tree *tree, const char *path, struct names *names,
                       struct error *error)
{
    names->text = TEXT_OUT_EMPTY;
    bool done = tree->system->list(tree->volume, path, add_name, names, error);
    if (done && names->text.failed)
        done = no_memory(error);
    if (!done)
        text_out_free(&names->text);
    return done;
}

/* The next name and its kind; null at the end. *at starts at 0. */
static const char *next_name(const struct names *names, size_t *at, char *kind)
{
    if (*at >= names->text.length)
        return NULL;
    const char *entry = names->text.text + *at;
    *kind = entry[0];
    *at += strlen(entry) + 1;
    return entry + 1;
}

static void no_visit(void *context, const struct file_entry *entry)
{
    (void)context, (void)entry;
}

bool tree_is_folder(const struct file_tree *tree, const char *path)
{
    return tree->system->list(tree->volume, path, no_visit, NULL, NULL);
}

/* Runs `each` for "folder/name". */
static bool visit(const char *folder, const char *name, path_visitor *each, void *context,
                  struct error *error)
{
    char *path = path_join(folder, name);
    bool done = path ? each(context, path, error) : no_memory(error);
    free(path);
    return done;
}

static bool expand_in(const struct file_tree *tree, const char *folder, const char *pattern,
                      path_visitor *each, void *context, struct error *error)
{
    struct names names;
    bool fat = tree->system == &fat12 || tree->system == &fat16 || tree->system == &fat32,
         done = true;
    unsigned count = 0;
    size_t at = 0;
    char kind;
    if (!read_names(tree, folder, &names, error))
        return false;
    for (const char *name; done && (name = next_name(&names, &at, &kind));)
        if (fnmatch(pattern, name, fat ? FNM_PERIOD | FNM_CASEFOLD : FNM_PERIOD) == 0) {
            count++;
            done = visit(folder, name, each, context, error);
        }
    text_out_free(&names.text);
    return done && (count || error_set(error, "%.100s: %.200s: nothing there fits '%.100s'",
                                       tree->volume->name, folder, pattern));
}

bool tree_expand(const struct file_tree *tree, const char *pattern, path_visitor *each,
                 void *context, struct error *error)
{
    size_t length;
    const char *name = path_last_name(pattern, &length);
    char *folder = strndup(pattern, (size_t)(name - pattern)), *last = strndup(name, length);
    bool done;
    if (!folder || !last)
        done = no_memory(error);
    else if (!strpbrk(last, "*?["))
        done = each(context, pattern, error);
    else
        done = expand_in(tree, folder[0] ? folder : "/", last, each, context, error);
    free(folder);
    free(last);
    return done;
}

/* ---- out ---- */

static bool get_file(const struct file_tree *tree, const char *path, const char *to,
                     struct error *error)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    bool done = tree->system->get(tree->volume, path, &bytes, error);
    if (done && bytes.failed)
        done = no_memory(error);
    done = done && host_file_write(to, text_out_text(&bytes), bytes.length, error);
    text_out_free(&bytes);
    return done;
}

/* A name of the image that the host must not take for a way out of the folder. */
static bool is_plain_name(const char *name)
{
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool get_folder(const struct file_tree *tree, const char *path, const char *to,
                       unsigned depth, struct error *error);

static bool get_entry(const struct file_tree *tree, const char *folder, const char *name, char kind,
                      const char *to_folder, unsigned depth, struct error *error)
{
    if (!is_plain_name(name))
        return error_set(error,
                         "%.100s: %.100s: a file with the name '%.100s'; expected a plain one",
                         tree->volume->name, folder, name);
    char *path = path_join(folder, name), *to = path_join(to_folder, name);
    bool done = true;
    if (!path || !to)
        done = no_memory(error);
    else if (kind == 'd')
        done = get_folder(tree, path, to, depth + 1, error);
    else if (kind == '-')
        done = get_file(tree, path, to, error);
    else
        fprintf(stderr, "glass386: fs: %s: no file: passed over\n", path);
    free(path);
    free(to);
    return done;
}

static bool get_folder(const struct file_tree *tree, const char *path, const char *to,
                       unsigned depth, struct error *error)
{
    struct names names;
    size_t at = 0;
    char kind;
    bool done = true;
    if (depth > DEPTH_MOST)
        return error_set(error, "%.200s: more than %u folders deep", path, DEPTH_MOST);
    if (mkdir(to, 0777) != 0 && errno != EEXIST)
        return error_set(error, "%.200s: %s", to, strerror(errno));
    if (!read_names(tree, path, &names, error))
        return false;
    for (const char *name; done && (name = next_name(&names, &at, &kind));)
        done = get_entry(tree, path, name, kind, to, depth, error);
    text_out_free(&names.text);
    return done;
}

/* A folder that is copied whole may not hold itself, so the volume must be sound. */
bool tree_get(const struct file_tree *tree, const char *path, const char *to, struct error *error)
{
    if (!tree_is_folder(tree, path))
        return get_file(tree, path, to, error);
    if (strcmp(to, "-") == 0)
        return error_set(error, "%.200s: is a folder; expected a file for standard output", path);
    return volume_require_sound(tree->volume, tree->system, error) &&
           get_folder(tree, path, to, 0, error);
}

/* ---- in ---- */

static u8 *read_standard_input(size_t *size, struct error *error)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    char part[65536];
    size_t count;
    while ((count = fread(part, 1, sizeof part, stdin)) > 0 && bytes.length <= FILE_MOST)
        text_out_bytes(&bytes, part, count);
    *size = bytes.length;
    bool failed = ferror(stdin) || bytes.failed || bytes.length > FILE_MOST;
    if (!bytes.text && !failed)
        text_out_string(&bytes, "");
    if (failed || !bytes.text) {
        error_set(error, "standard input: cannot be read whole");
        text_out_free(&bytes);
        return NULL;
    }
    return (u8 *)bytes.text;
}

static bool put_file(const struct file_tree *tree, const char *from, const char *path,
                     const struct stat *status, struct error *error)
{
    size_t size;
    u8 *bytes =
        status ? host_file_read(from, FILE_MOST, &size, error) : read_standard_input(&size, error);
    tree->volume->mode = status && status->st_mode & S_IXUSR ? 0755 : 0644;
    bool done = bytes && tree->system->put(tree->volume, path, bytes, size, error);
    free(bytes);
    return done;
}

static bool put_any(const struct file_tree *tree, const char *from, const char *path,
                    unsigned depth, struct error *error);

static bool put_folder(const struct file_tree *tree, const char *from, const char *path,
                       unsigned depth, struct error *error)
{
    struct dirent **entries;
    bool done = tree_is_folder(tree, path) || tree->system->make_folder(tree->volume, path, error);
    int count = done ? scandir(from, &entries, NULL, alphasort) : 0;
    if (count < 0)
        return error_set(error, "%.200s: %s", from, strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *host = path_join(from, name), *inside = path_join(path, name);
        bool dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (done && !dots)
            done =
                host && inside ? put_any(tree, host, inside, depth + 1, error) : no_memory(error);
        free(host);
        free(inside);
        free(entries[i]);
    }
    if (count)
        free(entries);
    return done;
}

/* A link to a folder is not followed below the first one: it may lead in circles. */
static bool put_any(const struct file_tree *tree, const char *from, const char *path,
                    unsigned depth, struct error *error)
{
    struct stat status, link;
    if (depth > DEPTH_MOST)
        return error_set(error, "%.200s: more than %u folders deep", from, DEPTH_MOST);
    bool known = lstat(from, &link) == 0, there = known && stat(from, &status) == 0;
    if (!known || (!there && (!depth || !S_ISLNK(link.st_mode))))
        return error_set(error, "%.200s: %s", from, strerror(errno));
    if (there && S_ISDIR(status.st_mode) && (!depth || !S_ISLNK(link.st_mode)))
        return put_folder(tree, from, path, depth, error);
    if (there && (S_ISREG(status.st_mode) || !depth))
        return put_file(tree, from, path, &status, error);
    fprintf(stderr, "glass386: fs: %s: no file: passed over\n", from);
    return true;
}

bool tree_put(const struct file_tree *tree, const char *from, const char *path, struct error *error)
{
    return strcmp(from, "-") == 0 ? put_file(tree, from, path, NULL, error)
                                  : put_any(tree, from, path, 0, error);
}

/* ---- removing ---- */

static bool remove_any(const struct file_tree *tree, const char *path, unsigned depth,
                       struct error *error)
{
    struct names names;
    size_t at = 0;
    char kind;
    bool done = true;
    if (depth > DEPTH_MOST)
        return error_set(error, "%.200s: more than %u folders deep", path, DEPTH_MOST);
    if (tree_is_folder(tree, path)) {
        if (!read_names(tree, path, &names, error))
            return false;
        for (const char *name; done && (name = next_name(&names, &at, &kind));) {
            char *inside = path_join(path, name);
            done = inside ? remove_any(tree, inside, depth + 1, error) : no_memory(error);
            free(inside);
        }
        text_out_free(&names.text);
    }
    return done && tree->system->remove(tree->volume, path, error);
}

bool tree_remove(const struct file_tree *tree, const char *path, struct error *error)
{
    return volume_require_sound(tree->volume, tree->system, error) &&
           remove_any(tree, path, 0, error);
}
