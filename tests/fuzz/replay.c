#include "fuzz/fuzz.h"
#include "oracle/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stands in for libFuzzer: runs the files that are named, each one input; or as a test, with a list
   of inputs (NAME.hex, an input in hexadecimal a line) or nothing, that list and RANDOM_INPUTS
   inputs of its own. */

/* Sanitizers make each some ten times slower. */
#ifdef GLASS386_TRAMPOLINE
#define RANDOM_INPUTS 300u
#else
#define RANDOM_INPUTS 2000u
#endif
#define MAX_SIZE 4096u

static bool run_file(const char *path)
{
    static u8 data[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    return true;
}

static u32 read_line(const char *line, u8 *data)
{
    u32 size = 0;
    for (unsigned byte; size < MAX_SIZE && sscanf(line + 2 * (size_t)size, "%2x", &byte) == 1;)
        data[size++] = (u8)byte;
    return size;
}

/* How many inputs the list has; -1: it cannot be read. */
static int run_list(const char *path)
{
    static char line[2 * MAX_SIZE + 2];
    int count = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    for (; fgets(line, sizeof line, file); count++) {
        u32 size = read_line(line, (u8[MAX_SIZE]){0}); /* a copy of its own, for the sanitizers */
        u8 *data = malloc(size + 1);
        if (!data)
            break;
        read_line(line, data);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    fclose(file);
    return count;
}

static void run_random(void)
{
    struct random random = {386};
    u8 data[MAX_SIZE];
    for (u32 i = 0; i < RANDOM_INPUTS; i++) {
        u32 size = random_below(&random, MAX_SIZE);
        for (u32 at = 0; at < size; at++)
            data[at] = (u8)random_u32(&random);
        LLVMFuzzerTestOneInput(data, size);
    }
}

static bool is_list(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".hex") == 0;
}

static int run_test(const char *list)
{
    int count = list ? run_list(list) : 0;
    if (count < 0) {
        fprintf(stderr, "%s: cannot be read\n", list);
        return EXIT_FAILURE;
    }
    run_random();
    printf("ok 1 - %d inputs that were found before\n", count);
    printf("ok 2 - %u random inputs, seed 386\n1..2\n", RANDOM_INPUTS);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 1 || (argc == 2 && is_list(argv[1])))
        return run_test(argv[1]);
    for (int i = 1; i < argc; i++) {
        if (!run_file(argv[i])) {
            fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
