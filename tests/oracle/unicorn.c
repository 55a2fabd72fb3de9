#include "oracle/ours.h"
#include "oracle/theirs.h"
#include "support/row_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Random single instructions of every row of the opcode table on our CPU and on Unicorn: general
   and segment registers, defined flags, EIP, memory, ports, the vector of a fault.
   Use: oracle_unicorn [--rows FILE] [--cases N] [--seed N] [--verbose] */

#define DEFAULT_CASES 24000ull
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
    bool (*applies)(const struct cpu_case *c, const struct verdict *v);
};

#define CONDITION(name) static bool name(const struct cpu_case *c, const struct verdict *v)

static bool is_row(const struct cpu_case *c, const char *mnemonic)
{
    return strcmp(c->instruction.row->mnemonic, mnemonic) == 0;
}

static bool ours_protects(const struct verdict *v)
{
    return (v->ours.fault == EXC_GP || v->ours.fault == EXC_SS) && v->theirs.fault != v->ours.fault;
}

CONDITION(aborts)
{
    (void)c;
    return v->theirs.fault == THEIRS_ABORT;
}
CONDITION(is_beyond_limit)
{
    return c->mode == CASE_REAL && ours_protects(v);
}
CONDITION(writes_to_code)
{
    return c->mode != CASE_REAL && (c->instruction.op.form & OP_MEMORY) &&
           op_segment(&c->instruction.op) == SEG_CS && ours_protects(v);
}
CONDITION(is_unmapped)
{
    return c->mode != CASE_REAL && v->theirs.fault == THEIRS_UNMAPPED;
}
CONDITION(is_test_alias)
{
    const struct opcode *row = c->instruction.row;
    return v->theirs.fault == EXC_UD && row->group == 1 && (row->code & ~1) == 0xf6;
}
CONDITION(is_lock)
{
    return c->status == DECODE_UNDEFINED && c->instruction.lock && v->ours.fault == EXC_UD;
}
CONDITION(is_lock_neg)
{
    return is_row(c, "NEG") && c->instruction.lock && v->ours.fault == v->theirs.fault;
}
CONDITION(is_icebp)
{
    return is_row(c, "ICEBP") && v->theirs.fault == EXC_UD;
}
CONDITION(is_port_at_ring3)
{
    return c->mode == CASE_FLAT3 && v->ours.fault == EXC_GP && v->theirs.fault == -1 &&
           (is_row(c, "IN") || is_row(c, "OUT") || is_row(c, "INS") || is_row(c, "OUTS"));
}
CONDITION(is_absent_register)
{
    return c->mode == CASE_FLAT3 && c->instruction.row->code >> 4 == 0x0f2 &&
           v->ours.fault == EXC_UD && v->theirs.fault == EXC_GP;
}
CONDITION(is_negative_ret)
{
    (void)v;
    return c->instruction.row->code == 0xc2 && c->instruction.op.imm >= 0x8000;
}
CONDITION(is_count_of_zeros)
{
    (void)v;
    return (is_row(c, "BSF") || is_row(c, "BSR")) && memchr(c->code, 0xf3, 6) != NULL;
}

CONDITION(enters_v86)
{
    return is_row(c, "IRET") && c->mode == CASE_FLAT3 && (v->theirs.eflags & FLAG_VM) &&
           v->ours.fault >= 0;
}
CONDITION(is_wide_smsw)
{
    return is_row(c, "SMSW") && c->instruction.width == 32 && v->ours.fault == v->theirs.fault;
}
CONDITION(is_mixed_enter)
{
    unsigned stack_width = c->mode == CASE_REAL ? 16 : 32;
    return is_row(c, "ENTER") && c->instruction.width != stack_width && v->theirs.fault == -1;
}
CONDITION(is_newer)
{
    u16 code = c->instruction.row->code;
    return c->status == DECODE_UNDEFINED && v->ours.fault == EXC_UD &&
           (code == 0x0f01 || code == 0x0fc7 || code == 0xc4 || code == 0xc5);
}
CONDITION(is_null_ltr)
{
    return is_row(c, "LTR") && v->ours.fault == EXC_GP && v->theirs.fault == -1;
}

CONDITION(is_lar)
{
    unsigned to = c->instruction.op.dst / 4;
    return is_row(c, "LAR") && (v->ours.regs[to] & ~0xf0000u) == (v->theirs.regs[to] & ~0xf0000u);
}

/* In this order; the first that fits is counted. */
static const struct known_difference known_differences[] = {
    {"Unicorn's translator aborts: LOCK BTS of a register, far calls through one, some at random",
     aborts},
    {"Unicorn checks no segment limits", is_beyond_limit},
    {"Unicorn lets code segments be written", writes_to_code},
    {"Unicorn stops at an address beyond its memory; ours reads all ones there", is_unmapped},
    {"Unicorn does not know TEST as F6 /1 and F7 /1", is_test_alias},
    {"Unicorn lets LOCK stand before instructions that are not locked", is_lock},
    {"Unicorn sets the flags of LOCK NEG from a stale value", is_lock_neg},
    {"Unicorn does not know F1", is_icebp},
    {"Unicorn does not look at IOPL or the I/O map for ports", is_port_at_ring3},
    {"CRn, DRn and TRn that do not exist: #UD before the privilege here, after it in Unicorn",
     is_absent_register},
    {"Unicorn takes the operand of RET as signed", is_negative_ret},
    {"Unicorn counts zeros with F3 BSF and F3 BSR on every model", is_count_of_zeros},
    {"Unicorn lets IRET enter V86 mode from ring 3", enters_v86},
    {"SMSW to a 32-bit register: the upper half is undefined", is_wide_smsw},
    {"ENTER with other widths of operand and stack: Unicorn moves all of ESP to EBP",
     is_mixed_enter},
    {"register forms that name newer instructions (CLAC, VEX, RDRAND)", is_newer},
    {"Unicorn lets LTR load a null selector", is_null_ltr},
    {"LAR: bits 16-19 are undefined", is_lar},
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

/* Puts one range right again when the two differ there. */
static void compare_range(struct comparison *x, u32 start, u32 end, struct verdict *v)
{
    u8 *theirs = x->theirs.memory;
    const u8 *ours = x->ours.bed->memory.ram;
    if (memcmp(ours + start, theirs + start, end - start) == 0)
        return;
    v->memory_differs = true;
    for (v->memory = start; ours[v->memory] == theirs[v->memory];)
        v->memory++;
    write_both(x, start, x->pristine + start, end - start);
}

/* What lies farther off is looked at once in a while, by sweep(). */
static void compare_memory(struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    u32 code = case_code_linear(c);
    compare_range(x, 0, CASE_DATA_END, v);
    compare_range(x, code, code + GENERATE_BYTES, v);
    compare_range(x, CASE_GDT, CASE_GDT + CASE_GDT_ENTRIES * 8, v);
    write_both(x, CASE_GDT, x->pristine + CASE_GDT, CASE_GDT_ENTRIES * 8);
}

/* True: both memories are alike. */
static bool sweep(struct comparison *x)
{
    bool alike = memcmp(x->ours.bed->memory.ram, x->theirs.memory, CASE_MEMORY) == 0;
    write_both(x, 0, x->pristine, CASE_MEMORY);
    return alike;
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
    if ((c->mode == CASE_REAL || (v->theirs.eflags & FLAG_VM)) &&
        v->theirs.eip - v->theirs.selectors[SEG_CS] * 16u == v->ours.eip)
        v->theirs.eip = v->ours.eip; /* Unicorn tells some as linear addresses */
    compare_memory(x, c, v);
    judge(x, c, v);
}

static const struct known_difference *find_known(const struct cpu_case *c, const struct verdict *v)
{
    for (unsigned i = 0; i < ARRAY_COUNT(known_differences); i++)
        if (known_differences[i].applies(c, v))
            return &known_differences[i];
    return NULL;
}

/* ---- Minimising and printing ---- */

static bool still_differs(struct comparison *x, struct cpu_case *c)
{
    struct verdict v;
    case_decode(c, &x->opcodes);
    run_case(x, c, &v);
    return !v.same && !find_known(c, &v);
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

static bool verbose;

static void compare_row(struct comparison *x, struct random *random, u16 row)
{
    struct cpu_case c;
    struct verdict v;
    case_make(&c, random, &x->opcodes, x->mode, row);
    if (c.status == DECODE_OK && find_excluded(c.instruction.row, x->mode))
        return;
    run_case(x, &c, &v);
    const struct known_difference *known = v.same ? NULL : find_known(&c, &v);
    x->cases++;
    x->faults += v.ours.fault >= 0;
    row_counts_add(x->rows, row, known != NULL);
    if (known) {
        x->reasons[known - known_differences]++;
        sweep(x);
    }
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
    if (!freopen("/dev/null", "w", stderr)) /* what Unicorn says when its translator aborts */
        return EXIT_FAILURE;
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
