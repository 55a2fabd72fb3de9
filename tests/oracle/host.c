#include "oracle/native.h"
#include "oracle/ours.h"
#include "support/row_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Register forms of the integer instructions on our CPU and on the host's processor: all registers,
   the flags that are defined, #DE. Use: oracle_host [--rows FILE] [--cases N] [--seed N] */

#define DEFAULT_CASES 1000000ull
#define LONG_CASES 50000000ull

/* What 64-bit mode still has, without memory, stack and transfer. */
static const char *const mnemonics[] = {
    "ADD", "OR",  "ADC", "SBB",   "AND",  "SUB",  "XOR",   "CMP",   "TEST",
    "INC", "DEC", "NOT", "NEG",   "MUL",  "IMUL", "DIV",   "IDIV",  "CBW",
    "CWD", "ROL", "ROR", "RCL",   "RCR",  "SHL",  "SHR",   "SAR",   "BT",
    "BTS", "BTR", "BTC", "BSF",   "BSR",  "SHLD", "SHRD",  "XCHG",  "XADD",
    "CMC", "CLC", "STC", "BSWAP", "LAHF", "SAHF", "MOVZX", "MOVSX", "CMPXCHG",
};

static bool is_comparable(const struct opcode *row)
{
    bool gone = (row->code >= 0x40 && row->code <= 0x4f) || row->code == 0x82;
    if (strncmp(row->mnemonic, "SET", 3) == 0 || strncmp(row->mnemonic, "CMOV", 4) == 0)
        return true;
    for (unsigned i = 0; i < ARRAY_COUNT(mnemonics) && !gone; i++)
        if (strcmp(row->mnemonic, mnemonics[i]) == 0)
            return true;
    return row->code >= 0xb0 && row->code <= 0xb8;
}

struct comparison {
    struct ours ours;
    struct native *native;
    struct opcode_index opcodes;
    struct row_counts rows;
    u64 cases, divide_errors, different;
};

/* The low three bits of a PLUS opcode, or EAX's partner, may be ESP: not here. */
static bool names_esp(const struct instruction *i)
{
    return i->width != 8 && ((i->dst_place == PLACE_REGISTER && i->op.dst == 4 * REG_ESP) ||
                             (i->src_place == PLACE_REGISTER && i->op.src == 4 * REG_ESP));
}

static void make_case(struct comparison *x, struct random *random, u16 row, struct cpu_case *c)
{
    bool operand16 = random_chance(random, 40) && opcode_rows[row].operands[0] != OPERAND_Zd;
    const struct generate_options options = {
        .code32 = true, .registers_only = true, .operand16 = operand16};
    *c = (struct cpu_case){.mode = CASE_FLAT0, .row = row, .eip = CASE_CODE_START};
    do {
        generate_instruction(random, &opcode_rows[row], &options, c->code);
        case_decode(c, &x->opcodes);
    } while (names_esp(&c->instruction));
    for (unsigned i = 0; i < 8; i++)
        c->regs[i] = random_value(random);
    c->regs[REG_ESP] = 0x8000;
    c->eflags = (random_u32(random) & FLAGS_ARITHMETIC) | FLAG_ALWAYS;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        c->selectors[i] = i == SEG_CS ? CASE_CODE(c->mode) : CASE_DATA(c->mode);
}

static void print_difference(const struct cpu_case *c, const struct case_result *ours,
                             const struct native_state *host, bool completed)
{
    printf("# %s:", c->instruction.row->mnemonic);
    for (unsigned i = 0; i < c->instruction.length; i++)
        printf(" %02x", c->code[i]);
    printf(" flags %03x; ours fault %d flags %03x, host %s flags %03x;", c->eflags, ours->fault,
           ours->eflags, completed ? "completes" : "#DE", (u32)host->rflags & 0xfff);
    for (unsigned i = 0; i < 8; i++)
        printf(" %x>%x/%x", c->regs[i], ours->regs[i], host->regs[i]);
    printf("\n");
}

static void compare(struct comparison *x, struct random *random, u16 row)
{
    struct cpu_case c;
    struct case_result ours;
    struct native_state host;
    make_case(x, random, row, &c);
    ours_write(&x->ours, c.eip, c.code, sizeof c.code);
    ours_run(&x->ours, &c, &ours);
    memcpy(host.regs, c.regs, sizeof host.regs);
    host.rflags = c.eflags;
    bool completed = native_run(x->native, c.code, c.instruction.length, &host);
    u32 undefined = generate_undefined_flags(&c.instruction, c.regs[REG_ECX]);
    bool same_result = memcmp(ours.regs, host.regs, sizeof ours.regs) == 0 ||
                       generate_undefined_result(&c.instruction, c.regs[REG_ECX]);
    bool same_flags = !((ours.eflags ^ (u32)host.rflags) & FLAGS_ARITHMETIC & ~undefined);
    bool same = completed ? ours.fault < 0 && same_result && same_flags : ours.fault == EXC_DE;
    x->cases++;
    x->divide_errors += !completed;
    row_counts_add(&x->rows, row, false);
    if (!same && x->different++ < 20)
        print_difference(&c, &ours, &host, completed);
}

static void compare_all(struct comparison *x, u64 cases, u64 seed)
{
    struct random random = {seed};
    while (x->cases < cases)
        for (u32 row = 0; row < opcode_row_count; row++)
            if (is_comparable(&opcode_rows[row]))
                compare(x, &random, (u16)row);
}

static void read_options(int argc, char **argv, u64 *cases, u64 *seed, const char **rows)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--rows") == 0)
            *rows = argv[i + 1];
        else if (strcmp(argv[i], "--cases") == 0)
            *cases = strtoull(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            *seed = strtoull(argv[i + 1], NULL, 0) | 1;
    }
}

int main(int argc, char **argv)
{
    const char *is_long = getenv("GLASS386_LONG"), *rows = NULL;
    u64 cases = is_long && strcmp(is_long, "1") == 0 ? LONG_CASES : DEFAULT_CASES, seed = 386;
    struct comparison *x = calloc(1, sizeof *x);
    u8 *memory = calloc(1, CASE_MEMORY);
    read_options(argc, argv, &cases, &seed, &rows);
    if (!x || !memory || !ours_init(&x->ours, CASE_FLAT0, CPU_686, memory))
        return EXIT_FAILURE;
    x->native = native_new();
    if (!x->native) {
        printf("ok 1 - the host's processor # SKIP no page may be written and executed\n1..1\n");
        return EXIT_SUCCESS;
    }
    opcode_index_build(&x->opcodes, CPU_686);
    printf("# seed %llu\n", (unsigned long long)seed);
    compare_all(x, cases, seed);
    printf(
        "%sok 1 - the host's processor: %llu instructions, %llu of them #DE; %llu differ\n1..1\n",
        x->different ? "not " : "", (unsigned long long)x->cases,
        (unsigned long long)x->divide_errors, (unsigned long long)x->different);
    bool good = x->different == 0 && (!rows || row_counts_write(&x->rows, rows));
    native_free(x->native);
    ours_free(&x->ours);
    free(memory);
    free(x);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
