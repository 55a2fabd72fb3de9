#ifndef GLASS386_APP_FILES_COPY_H
#define GLASS386_APP_FILES_COPY_H

#include "files/volume.h"

/* Whole folders between the host and a volume, and lists of names in it: the longer verbs of
   `glass386 fs`. Paths of the volume start at its root with or without a slash. */

struct file_tree {
    struct volume *volume;
    const struct file_system *system;
};

bool tree_is_folder(const struct file_tree *tree, const char *path);

/* Runs `each` for every path that a pattern stands for: * ? [ ] in its last name, case as the
   file system has it. A path without them stands for itself, one that fits nothing is an error. */
typedef bool path_visitor(void *context, const char *path, struct error *error);
bool tree_expand(const struct file_tree *tree, const char *pattern, path_visitor *each,
                 void *context, struct error *error);

/* Copies a file, or a folder with all in it, to the host path `to`; "-" is standard output. Special
   files are passed over with a line on standard error. */
bool tree_get(const struct file_tree *tree, const char *path, const char *to, struct error *error);
/* The same the other way; "-" is standard input. */
bool tree_put(const struct file_tree *tree, const char *from, const char *path,
              struct error *error);
/* Removes a file or folder with all in it. */
bool tree_remove(const struct file_tree *tree, const char *path, struct error *error);

/* The last name of a path: "." of "a/b/." and "/". */
const char *path_last_name(const char *path, size_t *length);
/* "folder/name" in a new text, without a second slash between; null: not enough memory. */
char *path_join(const char *folder, const char *name);

#endif
