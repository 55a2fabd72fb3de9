#include "support/row_counts.h"

#include <stdio.h>
#include <stdlib.h>

/* Prints emu/docs/CPU.md from what the comparisons counted by opcode row.
   Use: oracle_table VECTORS UNICORN HOST ZYDIS (files of row counts; one that is missing counts 0)
 */

#define SOURCES 4

static void read_counts(const char *path, struct row_counts *counts)
{
    FILE *file = fopen(path, "r");
    unsigned row;
    unsigned long long compared, explained;
    while (file && fscanf(file, "%u %llu %llu", &row, &compared, &explained) == 3) {
        if (row < ROW_COUNTS_MAX) {
            counts->compared[row] = compared;
            counts->explained[row] = explained;
        }
    }
    if (file)
        fclose(file);
}

static void print_operands(const struct opcode *row)
{
    for (unsigned i = 0; i < ARRAY_COUNT(row->operands) && row->operands[i]; i++)
        printf("%s%s", i ? "," : " ", opcode_operand_name((enum operand)row->operands[i]));
}

static void print_code(const struct opcode *row)
{
    if (row->code >> 8 == 0x0f)
        printf("0F ");
    printf("%02X", row->code & 0xff);
    if (row->attributes & OPCODE_PLUS)
        printf("+");
    if (row->group >= 0)
        printf(" /%d", row->group);
}

static void print_count(const struct row_counts *counts, u32 row)
{
    printf(" |");
    if (counts->compared[row])
        printf(" %llu", (unsigned long long)counts->compared[row]);
    if (counts->explained[row])
        printf(" (%llu)", (unsigned long long)counts->explained[row]);
}

static void print_row(const struct row_counts *sources, u32 number)
{
    static const char *const levels[] = {"386", "486", "586", "686"};
    const struct opcode *row = &opcode_rows[number];
    printf("| ");
    print_code(row);
    printf(" | %s", row->mnemonic);
    print_operands(row);
    printf(" | %s", levels[row->level]);
    for (unsigned i = 0; i < SOURCES; i++)
        print_count(&sources[i], number);
    printf(" |\n");
}

static void print_totals(const struct row_counts *sources)
{
    printf("| | **all** | ");
    for (unsigned i = 0; i < SOURCES; i++) {
        u64 compared = 0, explained = 0;
        for (u32 row = 0; row < opcode_row_count; row++) {
            compared += sources[i].compared[row];
            explained += sources[i].explained[row];
        }
        printf("| **%llu (%llu)** ", (unsigned long long)compared, (unsigned long long)explained);
    }
    printf("|\n");
}

int main(int argc, char **argv)
{
    struct row_counts *sources = calloc(SOURCES, sizeof *sources);
    if (argc != SOURCES + 1 || !sources)
        return EXIT_FAILURE;
    for (unsigned i = 0; i < SOURCES; i++)
        read_counts(argv[i + 1], &sources[i]);
    printf("# What the CPU was compared with\n\n"
           "Made by `./dev docs` from the opcode table and from what the comparisons of "
           "`tests/vectors` and\n`tests/oracle` counted in their short runs. A cell is the number "
           "of instructions compared; in parentheses,\nhow many of them differ for a reason that "
           "the comparison's table names. No other difference is known.\n\n"
           "| code | instruction | since | 80286 vectors | Unicorn | host | Zydis |\n"
           "|---|---|---|---|---|---|---|\n");
    for (u32 row = 0; row < opcode_row_count; row++)
        print_row(sources, row);
    print_totals(sources);
    free(sources);
    return EXIT_SUCCESS;
}
