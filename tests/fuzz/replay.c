#include "fuzz/fuzz.h"
#include "oracle/random.h"

#include <stdio.h>
#include <stdlib.h>

/* Stands in for libFuzzer: runs the files that are named, or RANDOM_INPUTS inputs of its own. */

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

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!run_file(argv[i])) {
            fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return EXIT_FAILURE;
        }
    }
    if (argc == 1) {
        run_random();
        printf("ok 1 - %u random inputs, seed 386\n1..1\n", RANDOM_INPUTS);
    }
    return EXIT_SUCCESS;
}
