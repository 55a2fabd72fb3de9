/* Files, sorting and the shell. */
#include "work.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COPY_FROM "/tmp/from"
#define COPY_TO "/tmp/to"
#define COPY_BLOCKS 64
#define SORT_FROM "/tmp/unsorted"
#define SORT_TO "/tmp/sorted"
#define SORT_LINES 65536 /* of 16 bytes */

static unsigned char block[4096];

static unsigned next_random(void)
{
    static unsigned seed = 1;

    seed = seed * 1103515245 + 12345;
    return seed >> 12;
}

/* A sum over the whole file; 0 when it cannot be read. */
static unsigned sum_file(const char *path)
{
    unsigned sum = 0;
    int fd = open(path, O_RDONLY), n;

    if (fd < 0)
        return 0;
    while ((n = read(fd, block, sizeof block)) > 0)
        for (int i = 0; i < n; i++)
            sum = sum * 31 + block[i];
    close(fd);
    return sum;
}

int file_copy_setup(void)
{
    int fd = open(COPY_FROM, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    for (int i = 0; i < COPY_BLOCKS; i++) {
        for (unsigned j = 0; j < sizeof block; j++)
            block[j] = next_random();
        if (write(fd, block, sizeof block) != sizeof block)
            return 1;
    }
    return close(fd);
}

unsigned file_copy(void)
{
    static char *const argv[] = {"/bin/cp", COPY_FROM, COPY_TO, NULL};
    unsigned sum = run_program(argv, NULL);

    sum += sum_file(COPY_TO);
    unlink(COPY_TO);
    return sum;
}

int sort_megabyte_setup(void)
{
    FILE *file = fopen(SORT_FROM, "w");

    if (!file)
        return 1;
    for (int i = 0; i < SORT_LINES; i++)
        fprintf(file, "%07u %07u\n", next_random() % 10000000, next_random() % 10000000);
    return fclose(file);
}

unsigned sort_megabyte(void)
{
    static char *const argv[] = {"/bin/sort", SORT_FROM, NULL};
    unsigned sum = run_program(argv, SORT_TO);

    return sum + sum_file(SORT_TO);
}

unsigned script_500(void)
{
    static char *const argv[] = {"/bin/sh", "/bench/script", NULL};
    unsigned sum = run_program(argv, "/tmp/out");

    return sum + sum_file("/tmp/out");
}
