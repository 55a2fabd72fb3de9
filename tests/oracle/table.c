#include "support/row_counts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints the table of emu/docs/CPU.md: each row of the opcode table with what the comparisons
   counted. Use: oracle_table FOLDER (of NAME.rows and NAME.model; one that is missing counts 0) */

#define PATH_SIZE 1024u
#define CODE_SIZE 16u

/* The columns; a row file adds to its column. */
static const struct {
    const char *name;
    unsigned column;
} sources[] = {{"vectors", 0}, {"unicorn", 1}, {"host", 2}, {"host_x87", 2}, {"zydis", 3}};
#define MODEL 4u
#define COLUMNS 5u

static void read_counts(const char *path, struct row_counts *counts)
{
    FILE *file = fopen(path, "r");
    unsigned row;
    unsigned long long compared, explained;
    while (file && fscanf(file, "%u %llu %llu", &row, &compared, &explained) == 3) {
        if (row < ROW_COUNTS_MAX) {
            counts->compared[row] += compared;
            counts->explained[row] += explained;
        }
    }
    if (file)
        fclose(file);
}

static void write_code(const struct opcode *row, char *code)
{
    int length = snprintf(code, CODE_SIZE, "%s%02X%s", row->code >> 8 == 0x0f ? "0F " : "",
                          row->code & 0xff, row->attributes & OPCODE_PLUS ? "+" : "");
    if (row->group >= 0)
        snprintf(code + length, CODE_SIZE - (size_t)length, " /%d", row->group);
}

/* ---- Models: "9A|FF /3<tab>cases" ---- */

static bool names_code(const char *codes, const char *code)
{
    size_t length = strlen(code);
    for (const char *at = codes; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, code, length) == 0 && (at[length] == '|' || at[length] == 0))
            return true;
    }
    return false;
}

static void add_model(const char *path, struct row_counts *counts)
{
    FILE *file = fopen(path, "r");
    char codes[256], code[CODE_SIZE];
    unsigned long long cases;
    if (file && fscanf(file, "%255[^\t]\t%llu", codes, &cases) == 2)
        for (u32 row = 0; row < opcode_row_count; row++) {
            write_code(&opcode_rows[row], code);
            if (names_code(codes, code))
                counts->compared[row] += cases;
        }
    if (file)
        fclose(file);
}

static void read_models(const char *folder, struct row_counts *counts)
{
    DIR *files = opendir(folder);
    char path[PATH_SIZE];
    for (struct dirent *entry; files && (entry = readdir(files));) {
        const char *end = strrchr(entry->d_name, '.');
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (end && strcmp(end, ".model") == 0)
            add_model(path, counts);
    }
    if (files)
        closedir(files);
}

/* ---- The table ---- */

static void print_count(u64 compared, u64 explained)
{
    printf(" |");
    if (compared)
        printf(" %llu", (unsigned long long)compared);
    if (explained)
        printf(" (%llu)", (unsigned long long)explained);
}

static void print_row(const struct row_counts *columns, u32 number)
{
    static const char *const levels[] = {"386", "486", "586", "686"};
    const struct opcode *row = &opcode_rows[number];
    char code[CODE_SIZE];
    write_code(row, code);
    printf("| %s | %s", code, row->mnemonic);
    for (unsigned i = 0; i < ARRAY_COUNT(row->operands) && row->operands[i]; i++)
        printf("%s%s", i ? "," : " ", opcode_operand_name((enum operand)row->operands[i]));
    printf(" | %s", levels[row->level]);
    for (unsigned i = 0; i < COLUMNS; i++)
        print_count(columns[i].compared[number], columns[i].explained[number]);
    printf(" |\n");
}

static void print_totals(const struct row_counts *columns)
{
    printf("| | **all** | ");
    for (unsigned i = 0; i < COLUMNS; i++) {
        u64 compared = 0, explained = 0;
        for (u32 row = 0; row < opcode_row_count; row++) {
            compared += columns[i].compared[row];
            explained += columns[i].explained[row];
        }
        print_count(compared, explained);
    }
    printf(" |\n");
}

int main(int argc, char **argv)
{
    struct row_counts *columns = calloc(COLUMNS, sizeof *columns);
    char path[PATH_SIZE];
    if (argc != 2 || !columns)
        return EXIT_FAILURE;
    for (unsigned i = 0; i < ARRAY_COUNT(sources); i++) {
        snprintf(path, sizeof path, "%s/%s.rows", argv[1], sources[i].name);
        read_counts(path, &columns[sources[i].column]);
    }
    read_models(argv[1], &columns[MODEL]);
    printf("| code | instruction | since | 80286 vectors | Unicorn | host | Zydis | model |\n"
           "|---|---|---|--:|--:|--:|--:|--:|\n");
    for (u32 row = 0; row < opcode_row_count; row++)
        print_row(columns, row);
    print_totals(columns);
    free(columns);
    return EXIT_SUCCESS;
}
