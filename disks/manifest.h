/*
 * The list of names on the root file system: one a line, words parted by blanks, `#` to the end of
 * the line is a comment (README.md has the table of verbs).
 */
#ifndef DISKS_MANIFEST_H
#define DISKS_MANIFEST_H

#include "file.h"

#include "files/minix.h"

#include <stdio.h>

enum { MOST_FOLDERS = 16 };

struct manifest {
    struct minix *fs;
    const char *folders[MOST_FOLDERS]; /* where sources are looked for, in this order */
    unsigned folder_count;
    unsigned depth;     /* of include */
    FILE *dependencies; /* names of all files read, one a line, or NULL */
};

/* Makes every name that the file lists. The first bad line stops it, with file and line named. */
bool manifest_apply(struct manifest *manifest, const char *path);

#endif
