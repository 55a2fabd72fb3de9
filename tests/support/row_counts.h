#ifndef GLASS386_TESTS_ROW_COUNTS_H
#define GLASS386_TESTS_ROW_COUNTS_H

#include "cpu/decode.h"

#include <stdio.h>

/* What a comparison saw of each row of the opcode table: how many instructions, and how many of
   them differ for a reason that the comparison's table names. */
#define ROW_COUNTS_MAX 512u
struct row_counts {
    u64 compared[ROW_COUNTS_MAX], explained[ROW_COUNTS_MAX];
};

/* The row that code bytes decode to, also when they are #UD there; OPCODE_NO_ROW for none. */
static inline u16 row_counts_find(const struct opcode_index *index, bool code32, const u8 *bytes,
                                  u32 count)
{
    struct instruction instruction;
    enum decode_status status = decode_instruction(index, code32, 0, bytes, count, &instruction);
    return status != DECODE_SHORT && instruction.row ? instruction.row_number : OPCODE_NO_ROW;
}

static inline void row_counts_add(struct row_counts *counts, u16 row, bool explained)
{
    if (row >= ROW_COUNTS_MAX)
        return;
    counts->compared[row]++;
    counts->explained[row] += explained;
}

/* One line a row: number, compared, explained. False: the file cannot be written. */
static inline bool row_counts_write(const struct row_counts *counts, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    for (u32 row = 0; row < opcode_row_count; row++)
        fprintf(file, "%u %llu %llu\n", row, (unsigned long long)counts->compared[row],
                (unsigned long long)counts->explained[row]);
    return fclose(file) == 0;
}

#endif
