#include "oracle/comparison.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Random single instructions and streams of them on our CPU and on Unicorn: general and segment
   registers, defined flags, EIP, memory, ports, the vector of a fault.
   Use: oracle_unicorn [--rows FILE] [--cases N] [--streams N] [--seed N] [--plan N] [--verbose]
   --cases: single instructions; --streams: instructions in streams; --plan: one row of plans[] */

#define DEFAULT_CASES 24000ull
#define DEFAULT_STREAMS 1000000ull
#define LONG_CASES 1000000ull
#define LONG_STREAMS 101000000ull

/* ---- Single instructions ---- */

static void count_outcome(struct comparison *x, int vector)
{
    bool faults = vector >= 0;
    u32 column = faults && vector < (int)COVERAGE_VECTORS ? (u32)vector : COVERAGE_VECTORS;
    x->counts->faults += faults;
    x->coverage->by_vector[column]++;
}

static void compare_row(struct comparison *x, struct random *random, u16 row)
{
    struct cpu_case c;
    struct verdict v;
    case_make(&c, random, &x->opcodes, x->mode, row);
    if (c.status == DECODE_OK && excluded_reason(c.instruction.row, x->mode))
        return;
    comparison_run(x, &c, &v);
    const struct known_difference *known = v.same ? NULL : known_difference_find(&c, &v);
    comparison_count(x, row, stream_prefixes(c.code, GENERATE_BYTES), known != NULL);
    count_outcome(x, v.ours.fault);
    if (known) {
        x->coverage->reasons[known - known_differences]++;
        comparison_sweep(x);
    }
    if (!v.same && !known)
        comparison_report(x, &c);
}

#define SWEEP_CASES 2048u

static void compare_cases(struct comparison *x, u64 cases, u64 seed)
{
    struct random random = {seed};
    for (u64 i = 0; i < cases || i % opcode_row_count; i++) {
        const struct opcode *row = &opcode_rows[i % opcode_row_count];
        if (row->level <= x->level && !excluded_reason(row, x->mode))
            compare_row(x, &random, (u16)(i % opcode_row_count));
        if (i % SWEEP_CASES == 0 && !comparison_sweep(x)) {
            printf("# something wrote where the other did not, before case %llu\n",
                   (unsigned long long)i);
            x->counts->different++;
        }
    }
}

/* ---- Runs ---- */

struct plan {
    enum cpu_level level;
    int model;
    enum case_mode mode;
    u32 share; /* of the cases, in percent */
    const char *name;
};
static const struct plan plans[] = {
    {CPU_386, UC_CPU_X86_486, CASE_REAL, 30, "386 in real mode"},
    {CPU_386, UC_CPU_X86_486, CASE_FLAT0, 25, "386 in ring 0"},
    {CPU_386, UC_CPU_X86_486, CASE_FLAT3, 20, "386 in ring 3"},
    {CPU_486, UC_CPU_X86_486, CASE_FLAT3, 5, "486 in ring 3"},
    {CPU_586, UC_CPU_X86_PENTIUM, CASE_FLAT3, 5, "586 in ring 3"},
    {CPU_686, UC_CPU_X86_PENTIUM2, CASE_REAL, 5, "686 in real mode"},
    {CPU_686, UC_CPU_X86_PENTIUM2, CASE_FLAT0, 5, "686 in ring 0"},
    {CPU_686, UC_CPU_X86_PENTIUM2, CASE_FLAT3, 5, "686 in ring 3"},
};

#define ALL_PLANS (~0ull)
struct options {
    u64 cases, streams, seed;
    u64 plan; /* ALL_PLANS: one after the other */
    const char *rows;
    bool verbose;
};

/* What a run leaves to its parent, in memory that both see. */
struct shared {
    struct coverage coverage;
    struct counts counts; /* of the plan */
    struct theirs theirs;
    u64 crashes;
};

#define CHUNK_CASES 8000ull
#define CHUNK_STREAMS 1000000ull

static void run_chunk(const struct plan *plan, const struct options *options,
                      const struct comparison *common, u64 chunks, u64 seed)
{
    struct comparison *x = malloc(sizeof *x);
    *x = *common;
    x->level = plan->level;
    x->mode = plan->mode;
    opcode_index_build(&x->opcodes, x->level);
    if (!ours_init(&x->ours, plan->mode, plan->level, x->pristine) ||
        !theirs_init(x->theirs, plan->mode, plan->model, x->pristine)) {
        printf("# no memory for the two processors\n");
        x->counts->different++;
        return;
    }
    compare_cases(x, options->cases * plan->share / 100 / chunks, seed);
    streams_compare(x, options->streams * plan->share / 100 / chunks, seed);
}

/* In a process of its own: what Unicorn leaks, or destroys of itself, ends with it. A crash inside
   of Unicorn, or a run there that never ends, loses what was left of the chunk, any other fails. */
static void run_apart(const struct plan *plan, const struct options *options,
                      const struct comparison *common, struct shared *shared, u64 chunks, u64 seed)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        run_chunk(plan, options, common, chunks, seed);
        fflush(stdout);
        _exit(0);
    }
    if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status))
        return;
    printf("# %s %s, seed %llu\n",
           WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "a run without end" : "a crash",
           shared->theirs.running ? "in Unicorn" : "outside of Unicorn", (unsigned long long)seed);
    shared->crashes++;
    shared->counts.different += !shared->theirs.running;
}

static u64 chunks_of(const struct plan *plan, const struct options *options)
{
    u64 cases = options->cases * plan->share / 100 / CHUNK_CASES;
    u64 streams = options->streams * plan->share / 100 / CHUNK_STREAMS;
    return 1 + (cases > streams ? cases : streams);
}

static struct counts run_plan(const struct plan *plan, const struct options *options,
                              const struct comparison *common, struct shared *shared)
{
    static u32 number;
    u64 chunks = chunks_of(plan, options);
    shared->counts = (struct counts){0};
    for (u64 i = 0; i < chunks; i++)
        run_apart(plan, options, common, shared, chunks, (options->seed + 2 * i) | 1);
    struct counts counts = shared->counts;
    printf("%sok %u - Unicorn: %llu instructions on a %s, %llu runs of streams, %llu faults; %llu "
           "differ\n",
           counts.different ? "not " : "", ++number, (unsigned long long)counts.instructions,
           plan->name, (unsigned long long)counts.streams, (unsigned long long)counts.faults,
           (unsigned long long)counts.different);
    return counts;
}

static struct options read_options(int argc, char **argv)
{
    const char *is_long = getenv("GLASS386_LONG");
    struct options options = {
        .seed = 386, .plan = ALL_PLANS, .cases = DEFAULT_CASES, .streams = DEFAULT_STREAMS};
    if (is_long && strcmp(is_long, "1") == 0) {
        options.cases = LONG_CASES;
        options.streams = LONG_STREAMS;
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            options.rows = argv[++i];
        else if (strcmp(argv[i], "--cases") == 0 && i + 1 < argc)
            options.cases = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--streams") == 0 && i + 1 < argc)
            options.streams = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            options.seed = strtoull(argv[++i], NULL, 0) | 1;
        else if (strcmp(argv[i], "--plan") == 0 && i + 1 < argc)
            options.plan = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--verbose") == 0)
            options.verbose = true;
    }
    return options;
}

static bool every_row_compared(const struct row_counts *rows)
{
    bool good = true;
    for (u32 i = 0; i < opcode_row_count; i++) {
        if (rows->compared[i] > 0 || excluded_reason(&opcode_rows[i], CASE_FLAT3))
            continue;
        printf("# never compared: row %u, %s\n", i, opcode_rows[i].mnemonic);
        good = false;
    }
    return good;
}

/* ---- What was covered ---- */

static void print_reasons(const struct coverage *coverage)
{
    for (unsigned i = 0; i < known_difference_count; i++)
        printf("# %llu explained: %s\n", (unsigned long long)coverage->reasons[i],
               known_differences[i].reason);
}

static void print_outcomes(const struct coverage *coverage)
{
    printf("# cases and streams by outcome: %llu without a fault",
           (unsigned long long)coverage->by_vector[COVERAGE_VECTORS]);
    for (unsigned i = 0; i < COVERAGE_VECTORS; i++)
        if (coverage->by_vector[i])
            printf(", vector %u %llu", i, (unsigned long long)coverage->by_vector[i]);
    printf("; %llu runs that stored into their own code or the GDT were not judged",
           (unsigned long long)coverage->unjudged);
    printf("\n# instructions by prefixes:");
    for (unsigned i = 0; i < ARRAY_COUNT(coverage->by_prefixes); i++) {
        static const char *const names[] = {" segment", " 66h", " 67h", " LOCK", " REP"};
        if (!coverage->by_prefixes[i])
            continue;
        printf("%s", i ? "," : " none");
        for (unsigned bit = 0; bit < ARRAY_COUNT(names); bit++)
            printf("%s", i >> bit & 1 ? names[bit] : "");
        printf(" %llu", (unsigned long long)coverage->by_prefixes[i]);
    }
    printf("\n");
}

static void print_rows(const struct row_counts *rows)
{
    u64 least = ~0ull;
    u32 rarest = 0, covered = 0;
    for (u32 i = 0; i < opcode_row_count; i++) {
        covered += rows->compared[i] > 0;
        if (rows->compared[i] > 0 && rows->compared[i] < least) {
            least = rows->compared[i];
            rarest = i;
        }
    }
    printf("# %u of %u rows of the opcode table; the rarest, %u (%s), %llu times\n", covered,
           opcode_row_count, rarest, opcode_rows[rarest].mnemonic, (unsigned long long)least);
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv);
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct counts totals = {0};
    u8 *memory = malloc(CASE_MEMORY), *before = malloc(CASE_DATA_END);
    if (!freopen("/dev/null", "w", stderr) || /* what Unicorn says when its translator aborts */
        shared == MAP_FAILED || !memory || !before)
        return EXIT_FAILURE;
    printf("# seed %llu\n", (unsigned long long)options.seed);
    case_fill_memory(memory);
    struct comparison common = {.pristine = memory,
                                .before = before,
                                .theirs = &shared->theirs,
                                .coverage = &shared->coverage,
                                .counts = &shared->counts,
                                .verbose = options.verbose};
    for (unsigned i = 0; i < ARRAY_COUNT(plans); i++) {
        if (options.plan != ALL_PLANS && options.plan != i)
            continue;
        struct counts counts = run_plan(&plans[i], &options, &common, shared);
        totals.different += counts.different;
        totals.instructions += counts.instructions;
    }
    print_reasons(&shared->coverage);
    print_outcomes(&shared->coverage);
    print_rows(&shared->coverage.rows);
    printf("# %llu crashes in all\n", (unsigned long long)shared->crashes);
    bool covered = options.plan != ALL_PLANS || every_row_compared(&shared->coverage.rows);
    printf("%sok %u - every row of the opcode table was compared or is named; %llu instructions in "
           "all\n1..%u\n",
           covered ? "" : "not ", (unsigned)ARRAY_COUNT(plans) + 1,
           (unsigned long long)totals.instructions, (unsigned)ARRAY_COUNT(plans) + 1);
    bool good = covered && totals.different == 0 &&
                (!options.rows || row_counts_write(&shared->coverage.rows, options.rows));
    free(memory);
    free(before);
    munmap(shared, sizeof *shared);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
