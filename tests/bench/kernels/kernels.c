#include "support/cpu_testbed.h"

#include "base/bits.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Millions of guest instructions in a second of processor time, for nine small programs of hot
   32-bit code on flat segments without paging: the best of several runs, and their geometric mean.
   A program's result is in EAX at its HLT. */

#define PASSES 5u
#define LOAD_ADDRESS 0x100000u
#define STACK_TOP 0x3ffff0u
#define IMAGE_SIZE_MAX 0x80000u
#define SLICE 1000000u

static const struct kernel {
    const char *name;
    u32 result;
} kernels[] = {
    {"sieve", 0x0000198e}, {"crc", 0x946f733f},  {"sha", 0xc05c4bea},
    {"qs", 0x86ee75de},    {"dhry", 0x0001d532}, {"mem", 0xe6842000},
    {"mat", 0xe5614440},   {"fib", 0x00292886},  {"vm", 0xffffffd7},
};

static bool load(struct cpu_testbed *bed, const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t length = fread(bed->memory.ram + LOAD_ADDRESS, 1, IMAGE_SIZE_MAX, file);
    fclose(file);
    return length > 0;
}

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Instructions in a microsecond, or a negative number when the program did not end as it should. */
static double run_pass(const struct kernel *kernel, const char *folder, u64 *instructions)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    if (!bed || !load(bed, folder, kernel->name)) {
        fprintf(stderr, "%s/%s.bin cannot be loaded\n", folder, kernel->name);
        return -1;
    }
    cpu_testbed_enter_ring(bed, 0);
    bed->cpu.regs[REG_ESP] = STACK_TOP;
    cpu_set_eip(&bed->cpu, LOAD_ADDRESS);
    double start = processor_seconds();
    enum cpu_stop stop;
    do
        stop = cpu_run(&bed->cpu, bed->clock.now + SLICE);
    while (stop == CPU_STOP_TIME);
    double seconds = processor_seconds() - start;
    u32 result = bed->cpu.regs[REG_EAX];
    *instructions = bed->clock.now;
    cpu_testbed_free(bed);
    if (stop != CPU_STOP_HALT || result != kernel->result) {
        fprintf(stderr, "%s: stop %d, result %08X instead of %08X\n", kernel->name, stop, result,
                kernel->result);
        return -1;
    }
    return (double)*instructions / seconds / 1e6;
}

/* The logarithm of the best MIPS, or a negative number. */
static double measure(const struct kernel *kernel, const char *folder, unsigned passes)
{
    double best = 0;
    u64 instructions = 0;
    for (unsigned i = 0; i < passes; i++) {
        double mips = run_pass(kernel, folder, &instructions);
        if (mips < 0)
            return -1;
        if (mips > best)
            best = mips;
    }
    printf("%-6s %6.0f MIPS %12llu instructions\n", kernel->name, best,
           (unsigned long long)instructions);
    fflush(stdout);
    return log(best);
}

int main(int argc, char **argv)
{
    double sum = 0;
    unsigned passes = argc > 2 && strcmp(argv[argc - 1], "once") == 0 ? 1 : PASSES;
    const char *only = argc > 2 && strcmp(argv[2], "once") != 0 ? argv[2] : NULL;
    if (argc < 2) {
        fprintf(stderr, "usage: bench_kernels FOLDER [NAME] [once]\n");
        return 2;
    }
    for (unsigned i = 0; i < ARRAY_COUNT(kernels); i++) {
        if (only && strcmp(only, kernels[i].name) != 0)
            continue;
        double logarithm = measure(&kernels[i], argv[1], passes);
        if (logarithm < 0)
            return 1;
        sum += logarithm;
    }
    if (!only)
        printf("mean   %6.0f MIPS\n", exp(sum / ARRAY_COUNT(kernels)));
    return 0;
}
