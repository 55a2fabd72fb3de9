#include "debug/symbols.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT (16u * MIB)
#define REACH (64u * KIB)

/* One line "address [type] name"; the name is terminated in place. False when it is no symbol. */
static bool parse_line(char *line, struct symbol *symbol)
{
    char *end;
    errno = 0;
    unsigned long address = strtoul(line, &end, 16);
    if (end == line || errno || address > UINT32_MAX || !isspace((unsigned char)*end))
        return false;
    while (isspace((unsigned char)*end))
        end++;
    if (end[0] && isspace((unsigned char)end[1])) /* nm's letter of the kind */
        for (end++; isspace((unsigned char)*end);)
            end++;
    size_t length = strcspn(end, " \t\r");
    end[length] = 0;
    *symbol = (struct symbol){(u32)address, end};
    return length > 0;
}

static int by_address(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return strcmp(x->name, y->name);
}

static u32 count_lines(const char *text)
{
    u32 lines = 1;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

bool symbols_parse(struct symbols *symbols, const char *text, size_t length, struct error *error)
{
    *symbols = (struct symbols){.text = malloc(length + 1)};
    if (!symbols->text)
        return error_set(error, "symbols: out of memory");
    memcpy(symbols->text, text, length);
    symbols->text[length] = 0;
    symbols->table = calloc(count_lines(symbols->text), sizeof *symbols->table);
    if (!symbols->table) {
        symbols_free(symbols);
        return error_set(error, "symbols: out of memory");
    }
    for (char *line = symbols->text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        if (parse_line(line, &symbols->table[symbols->count]))
            symbols->count++;
    }
    if (symbols->count == 0) {
        symbols_free(symbols);
        return error_set(error, "no symbols: expected lines such as '00001234 T name'");
    }
    qsort(symbols->table, symbols->count, sizeof *symbols->table, by_address);
    return true;
}

bool symbols_load(struct symbols *symbols, const char *path, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    char *text = malloc(FILE_LIMIT);
    size_t length = text ? fread(text, 1, FILE_LIMIT, file) : 0;
    bool failed = !text || ferror(file);
    fclose(file);
    bool parsed =
        failed ? error_set(error, "cannot be read") : symbols_parse(symbols, text, length, error);
    free(text);
    return parsed || error_prefix(error, path);
}

void symbols_free(struct symbols *symbols)
{
    free(symbols->table);
    free(symbols->text);
    *symbols = (struct symbols){0};
}

bool symbols_find(const struct symbols *symbols, const char *name, size_t length, u32 *address)
{
    for (u32 i = 0; i < symbols->count; i++)
        if (strncmp(symbols->table[i].name, name, length) == 0 &&
            symbols->table[i].name[length] == 0) {
            *address = symbols->table[i].address;
            return true;
        }
    return false;
}

const struct symbol *symbols_at(const struct symbols *symbols, u32 address)
{
    u32 low = 0, high = symbols->count;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (symbols->table[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || address - symbols->table[low - 1].address > REACH)
        return NULL;
    return &symbols->table[low - 1];
}
