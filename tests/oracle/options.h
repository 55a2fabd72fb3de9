#ifndef GLASS386_TESTS_ORACLE_OPTIONS_H
#define GLASS386_TESTS_ORACLE_OPTIONS_H

#include "base/types.h"

#include <stdlib.h>
#include <string.h>

/* What every comparison takes: --cases N, --seed N, --rows FILE. */
struct oracle_options {
    u64 cases, seed; /* the seed is made odd: a generator may not begin with 0 */
    const char *rows;
};

/* Replaces the defaults in `options` by what the command line gives. */
static inline void oracle_options_read(int argc, char **argv, struct oracle_options *options)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0)
            options->rows = argv[++i];
        else if (strcmp(argv[i], "--cases") == 0)
            options->cases = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            options->seed = strtoull(argv[++i], NULL, 0) | 1;
    }
}

#endif
