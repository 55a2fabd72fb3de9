#include "oracle/ours.h"
#include "oracle/theirs.h"
#include "support/row_counts.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Random single instructions of every row of the opcode table on our CPU and on Unicorn: general
   and segment registers, defined flags, EIP, memory, ports, the vector of a fault.
   Use: oracle_unicorn [--rows FILE] [--cases N] [--seed N] [--verbose] */

#define DEFAULT_CASES 600000ull
#define LONG_CASES 100000000ull

struct comparison {
    struct ours ours;
    struct theirs theirs;
    struct opcode_index opcodes;
    enum cpu_level level;
    enum case_mode mode;
    const u8 *pristine;
    struct row_counts *rows;
    u64 *reasons; /* by row of the table */
    u64 cases, faults, different;
    u32 printed;
};

struct verdict {
    struct case_result ours, theirs;
    bool same;
    u32 flags;  /* differing defined flags */
    u32 memory; /* physical address of the first differing byte */
    bool memory_differs;
};

/* ---- What differs for a reason ---- */

struct known_difference {
    const char *reason;
    bool (*applies)(const struct comparison *x, const struct cpu_case *c, const struct verdict *v);
};

static bool is_limit_fault(const struct comparison *x, const struct cpu_case *c,
                           const struct verdict *v)
{
    (void)x;
    (void)c;
    return c->mode == CASE_REAL && (v->ours.fault == EXC_GP || v->ours.fault == EXC_SS) &&
           (v->theirs.fault == -1 || v->theirs.fault == THEIRS_UNMAPPED);
}

static bool is_unmapped(const struct comparison *x, const struct cpu_case *c,
                        const struct verdict *v)
{
    (void)x;
    return c->mode != CASE_REAL && v->theirs.fault == THEIRS_UNMAPPED;
}

static const struct known_difference known_differences[] = {
    {"an address beyond the memory stops Unicorn, and reads all ones here", is_unmapped},
    {"Unicorn checks no segment limits", is_limit_fault},
};

/* ---- Rows that are not compared ---- */

struct excluded {
    const char *mnemonic;
    u16 code; /* 0: any */
    bool ring3_too;
    const char *reason;
};
static const struct excluded excluded[] = {
    {"CPUID", 0, true, "each names itself"},
    {"RDTSC", 0, true, "each counts its own time"},
    {"ESC", 0, true, "the x87 has oracles of its own"},
    {"WAIT", 0, true, "the x87 has oracles of its own"},
    {"MOV", 0x0f20, false, "CR0 differs in bits of the level; ring 3 is compared"},
    {"MOV", 0x0f21, false, "DR6 differs in bits of the level; ring 3 is compared"},
    {"MOV", 0x0f22, false, "it would change the mode of the comparison; ring 3 is compared"},
    {"MOV", 0x0f23, false, "Unicorn's breakpoints are its own; ring 3 is compared"},
    {"MOV", 0x0f24, true, "Unicorn has no test registers"},
    {"MOV", 0x0f26, true, "Unicorn has no test registers"},
};

static const struct excluded *find_excluded(const struct opcode *row, enum case_mode mode)
{
    for (unsigned i = 0; i < ARRAY_COUNT(excluded); i++)
        if (strcmp(excluded[i].mnemonic, row->mnemonic) == 0 &&
            (excluded[i].code == 0 || excluded[i].code == row->code) &&
            (excluded[i].ring3_too || mode != CASE_FLAT3))
            return &excluded[i];
    return NULL;
}

/* Unicorn's translator aborts the program on LOCK before BTS, BTR and BTC of a register. */
static bool aborts(const struct cpu_case *c)
{
    const struct instruction *i = &c->instruction;
    return c->status == DECODE_UNDEFINED && i->lock && i->row && i->dst_place == PLACE_REGISTER &&
           strncmp(i->row->mnemonic, "BT", 2) == 0;
}

/* ---- One case ---- */

static void write_both(struct comparison *x, u32 physical, const void *bytes, u32 count)
{
    ours_write(&x->ours, physical, bytes, count);
    theirs_write(&x->theirs, physical, bytes, count);
}

/* The stack's words and the code. */
static void place(struct comparison *x, const struct cpu_case *c)
{
    u8 stack[sizeof c->stack];
    unsigned size = c->mode == CASE_REAL ? 2 : 4;
    for (unsigned i = 0; i < ARRAY_COUNT(c->stack); i++)
        memcpy(stack + i * size, &c->stack[i], size);
    write_both(x, case_stack_linear(c), stack, ARRAY_COUNT(c->stack) * size);
    write_both(x, case_code_linear(c), c->code, sizeof c->code);
}

static void compare_range(struct comparison *x, u32 physical, u32 count, struct verdict *v)
{
    if (physical >= CASE_MEMORY || count > CASE_MEMORY - physical)
        return;
    const u8 *a = x->ours.bed->memory.ram + physical, *b = x->theirs.memory + physical;
    if (memcmp(a, b, count) != 0 && !v->memory_differs) {
        v->memory_differs = true;
        v->memory = physical;
    }
    write_both(x, physical, x->pristine + physical, count);
}

/* Compares what was written, and puts it back. Whatever only ours wrote is found by sweep(). */
static void compare_memory(struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    for (u32 i = 0; i < x->theirs.write_count; i++)
        compare_range(x, x->theirs.writes[i].physical, x->theirs.writes[i].count, v);
    compare_range(x, case_stack_linear(c), sizeof c->stack, v);
    compare_range(x, case_code_linear(c), sizeof c->code, v);
    compare_range(x, CASE_GDT, CASE_GDT_ENTRIES * 8, v);
}

/* True: between cases, both memories are as they were. */
static bool sweep(struct comparison *x)
{
    bool clean = memcmp(x->ours.bed->memory.ram, x->pristine, CASE_MEMORY) == 0 &&
                 memcmp(x->theirs.memory, x->pristine, CASE_MEMORY) == 0;
    if (!clean)
        write_both(x, 0, x->pristine, CASE_MEMORY);
    return clean;
}

static u32 known_flags(const struct comparison *x)
{
    u32 known = FLAGS_ARITHMETIC | FLAG_TF | FLAG_IF | FLAG_DF | FLAG_IOPL | FLAG_NT | FLAG_VM;
    return known | (x->level >= CPU_486 ? FLAG_AC : 0);
}

static bool same_registers(const struct cpu_case *c, const struct verdict *v)
{
    const struct case_result *a = &v->ours, *b = &v->theirs;
    if (c->status == DECODE_OK && a->fault < 0 &&
        generate_undefined_result(&c->instruction, c->regs[REG_ECX]))
        return true;
    return memcmp(a->regs, b->regs, sizeof a->regs) == 0 &&
           memcmp(a->selectors, b->selectors, sizeof a->selectors) == 0 &&
           a->gdtr_base == b->gdtr_base && a->gdtr_limit == b->gdtr_limit &&
           a->idtr_base == b->idtr_base && a->idtr_limit == b->idtr_limit;
}

static void judge(const struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    bool undefined_result =
        c->status == DECODE_OK && generate_undefined_result(&c->instruction, c->regs[REG_ECX]);
    u32 undefined =
        c->status == DECODE_OK ? generate_undefined_flags(&c->instruction, c->regs[REG_ECX]) : 0;
    v->flags = (v->ours.eflags ^ v->theirs.eflags) & known_flags(x) & ~undefined;
    bool eip = v->ours.software || v->ours.eip == v->theirs.eip;
    v->same = v->ours.fault == v->theirs.fault && same_registers(c, v) && v->flags == 0 && eip &&
              (!v->memory_differs || undefined_result) &&
              v->ours.port_writes == v->theirs.port_writes;
}

static void run_case(struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    *v = (struct verdict){0};
    place(x, c);
    ours_run(&x->ours, c, &v->ours);
    theirs_run(&x->theirs, c, &v->theirs);
    compare_memory(x, c, v);
    judge(x, c, v);
}

static const struct known_difference *find_known(const struct comparison *x,
                                                 const struct cpu_case *c, const struct verdict *v)
{
    for (unsigned i = 0; i < ARRAY_COUNT(known_differences); i++)
        if (known_differences[i].applies(x, c, v))
            return &known_differences[i];
    return NULL;
}

/* ---- Minimising and printing ---- */

static bool still_differs(struct comparison *x, struct cpu_case *c)
{
    struct verdict v;
    case_decode(c, &x->opcodes);
    run_case(x, c, &v);
    return !v.same && !find_known(x, c, &v);
}

static bool is_prefix(u8 byte)
{
    return memchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte, 11) != NULL;
}

/* Drops prefixes, then clears registers and flags, as long as the difference stays. */
static void minimise(struct comparison *x, struct cpu_case *c)
{
    struct cpu_case trial;
    for (unsigned i = 0; is_prefix(c->code[i]);) {
        trial = *c;
        memmove(trial.code + i, trial.code + i + 1, sizeof trial.code - i - 1);
        if (still_differs(x, &trial))
            *c = trial;
        else
            i++;
    }
    for (unsigned i = 0; i < 8; i++) {
        trial = *c;
        trial.regs[i] = 0;
        if (still_differs(x, &trial))
            *c = trial;
    }
    for (u32 bit = 1; bit < FLAG_RF; bit <<= 1) {
        trial = *c;
        trial.eflags = (trial.eflags & ~bit) | FLAG_ALWAYS;
        if (still_differs(x, &trial))
            *c = trial;
    }
    case_decode(c, &x->opcodes);
}

static void print_side(const char *name, const struct cpu_case *c, const struct case_result *r)
{
    static const char *const names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    static const char *const segments[] = {"es", "cs", "ss", "ds", "fs", "gs"};
    printf("#   %s: fault %d eip %x eflags %x ports %x gdt %x:%x idt %x:%x", name, r->fault, r->eip,
           r->eflags, r->port_writes, r->gdtr_base, r->gdtr_limit, r->idtr_base, r->idtr_limit);
    for (unsigned i = 0; i < 8; i++)
        if (r->regs[i] != c->regs[i])
            printf(" %s=%x", names[i], r->regs[i]);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (r->selectors[i] != c->selectors[i])
            printf(" %s=%x", segments[i], r->selectors[i]);
    printf("\n");
}

static void print_difference(struct comparison *x, struct cpu_case c)
{
    static const char *const modes[] = {"real", "flat ring 0", "flat ring 3"};
    struct verdict v;
    minimise(x, &c);
    run_case(x, &c, &v);
    printf("# level %u, %s, %s:", x->level, modes[c.mode], opcode_rows[c.row].mnemonic);
    for (unsigned i = 0; i < (c.instruction.length ? c.instruction.length : GENERATE_BYTES); i++)
        printf(" %02x", c.code[i]);
    printf("\n#   at %x eflags %x ss %x:", c.eip, c.eflags, c.selectors[SEG_SS]);
    for (unsigned i = 0; i < 8; i++)
        printf(" %x", c.regs[i]);
    printf(" (eax ecx edx ebx esp ebp esi edi)%s", v.memory_differs ? ", memory differs at" : "");
    printf(v.memory_differs ? " %x\n" : "\n", v.memory);
    print_side("ours  ", &c, &v.ours);
    print_side("theirs", &c, &v.theirs);
}

/* ---- Runs ---- */

/* Unicorn aborts the program on some instructions: say on which. */
static struct cpu_case under_way;

static void on_abort(int number)
{
    printf("# Unicorn aborted at mode %u:", under_way.mode);
    for (unsigned i = 0; i < GENERATE_BYTES; i++)
        printf(" %02x", under_way.code[i]);
    printf("\nnot ok 1 - Unicorn lives\n");
    fflush(stdout);
    _exit(number);
}

static bool verbose;

static void compare_row(struct comparison *x, struct random *random, u16 row)
{
    struct cpu_case c;
    struct verdict v;
    case_make(&c, random, &x->opcodes, x->mode, row);
    if ((c.status == DECODE_OK && find_excluded(c.instruction.row, x->mode)) || aborts(&c))
        return;
    under_way = c;
    run_case(x, &c, &v);
    const struct known_difference *known = v.same ? NULL : find_known(x, &c, &v);
    x->cases++;
    x->faults += v.ours.fault >= 0;
    row_counts_add(x->rows, row, known != NULL);
    if (known)
        x->reasons[known - known_differences]++;
    if (v.same || known)
        return;
    x->different++;
    if (x->printed < 5 || verbose) {
        x->printed++;
        print_difference(x, c);
    }
}

#define SWEEP_CASES 2048u

static bool compare_mode(struct comparison *x, u64 cases, u64 seed)
{
    struct random random = {seed};
    opcode_index_build(&x->opcodes, x->level);
    for (u64 i = 0; i < cases || i % opcode_row_count; i++) {
        const struct opcode *row = &opcode_rows[i % opcode_row_count];
        if (row->level <= x->level && !find_excluded(row, x->mode))
            compare_row(x, &random, (u16)(i % opcode_row_count));
        if (i % SWEEP_CASES == 0 && !sweep(x)) {
            printf("# something wrote where the other did not, before case %llu\n",
                   (unsigned long long)i);
            x->different++;
        }
    }
    return x->different == 0;
}

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

struct options {
    u64 cases, seed;
    const char *rows;
};

static bool run_plan(const struct plan *plan, const struct options *options, const u8 *memory,
                     struct row_counts *rows, u64 *reasons)
{
    struct comparison *x = calloc(1, sizeof *x);
    *x = (struct comparison){.level = plan->level,
                             .mode = plan->mode,
                             .pristine = memory,
                             .rows = rows,
                             .reasons = reasons};
    bool good = ours_init(&x->ours, plan->mode, plan->level, memory) &&
                theirs_init(&x->theirs, plan->mode, plan->model, memory) &&
                compare_mode(x, options->cases * plan->share / 100, options->seed);
    static u32 number;
    printf("%sok %u - Unicorn: %llu instructions on a %s, %llu of them fault; %llu differ\n",
           good ? "" : "not ", ++number, (unsigned long long)x->cases, plan->name,
           (unsigned long long)x->faults, (unsigned long long)x->different);
    theirs_free(&x->theirs);
    ours_free(&x->ours);
    free(x);
    fflush(stdout);
    return good;
}

static struct options read_options(int argc, char **argv)
{
    const char *is_long = getenv("GLASS386_LONG");
    struct options options = {.seed = 386, .cases = DEFAULT_CASES};
    if (is_long && strcmp(is_long, "1") == 0)
        options.cases = LONG_CASES;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            options.rows = argv[++i];
        else if (strcmp(argv[i], "--cases") == 0 && i + 1 < argc)
            options.cases = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            options.seed = strtoull(argv[++i], NULL, 0) | 1;
        else if (strcmp(argv[i], "--verbose") == 0)
            verbose = true;
    }
    return options;
}

static bool every_row_compared(const struct row_counts *rows)
{
    bool good = true;
    for (u32 i = 0; i < opcode_row_count; i++) {
        const struct excluded *reason = find_excluded(&opcode_rows[i], CASE_FLAT3);
        if (rows->compared[i] > 0 || reason)
            continue;
        printf("# never compared: row %u, %s\n", i, opcode_rows[i].mnemonic);
        good = false;
    }
    return good;
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv);
    struct row_counts *rows = calloc(1, sizeof *rows);
    u64 reasons[ARRAY_COUNT(known_differences)] = {0};
    u8 *memory = malloc(CASE_MEMORY);
    bool good = true;
    signal(SIGABRT, on_abort);
    printf("# seed %llu\n", (unsigned long long)options.seed);
    case_fill_memory(memory);
    for (unsigned i = 0; i < ARRAY_COUNT(plans); i++)
        good &= run_plan(&plans[i], &options, memory, rows, reasons);
    for (unsigned i = 0; i < ARRAY_COUNT(known_differences); i++)
        printf("# %llu explained: %s\n", (unsigned long long)reasons[i],
               known_differences[i].reason);
    bool covered = every_row_compared(rows);
    printf("%sok %u - every row of the opcode table was compared or is named\n1..%u\n",
           covered ? "" : "not ", (unsigned)ARRAY_COUNT(plans) + 1,
           (unsigned)ARRAY_COUNT(plans) + 1);
    good &= covered && (!options.rows || row_counts_write(rows, options.rows));
    free(memory);
    free(rows);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
