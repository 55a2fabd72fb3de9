/* What the Dhrystone mix is made of - records copied through pointers, strings compared and copied,
   small procedures, a switch over an enumeration, one- and two-dimensional arrays - in our own
   words. */
#include "kernel.h"

#define ROUNDS 6000

enum kind { KIND_ONE, KIND_TWO, KIND_THREE, KIND_FOUR };

struct record {
    struct record *next;
    enum kind kind, inner;
    s32 number;
    char text[32];
};

static struct record first, second;
static s32 line[64], square[64][64];
static char latest, other;
static s32 total;

static NOINLINE s32 compare_text(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return (u8)*a - (u8)*b;
}

static NOINLINE void copy_text(char *to, const char *from)
{
    while ((*to++ = *from++))
        ;
}

static NOINLINE int same_letter(char a, char b)
{
    char kept = a;
    if (kept != b)
        return 0;
    latest = kept;
    return 1;
}

static NOINLINE int after(const char *a, const char *b)
{
    u32 i = 2;
    while (i <= 2 && !same_letter(a[i], b[i + 1]))
        i++;
    if (compare_text(a, b) <= 0)
        return 0;
    total += (s32)i;
    return 1;
}

static NOINLINE enum kind next_kind(enum kind kind)
{
    switch (kind) {
    case KIND_ONE:
        return KIND_TWO;
    case KIND_TWO:
        return total > 100 ? KIND_ONE : KIND_FOUR;
    case KIND_THREE:
        return KIND_TWO;
    default:
        return KIND_THREE;
    }
}

static NOINLINE void add_two(s32 a, s32 b, s32 *sum)
{
    *sum = a + 2 + b;
}

static NOINLINE void fill_arrays(s32 *row, s32 (*table)[64], s32 index, s32 value)
{
    s32 at = index + 5;
    row[at] = value;
    row[at + 1] = row[at];
    row[at + 30] = at;
    for (s32 i = at; i <= at + 1; i++)
        table[at][i] = at;
    table[at][at - 1] += 1;
    table[at + 20][at] = row[at];
    total = 5;
}

static NOINLINE void follow(struct record *record)
{
    struct record *next = record->next;
    *next = first;
    record->number = 5;
    next->number = record->number;
    next->next = record->next;
    add_two(10, total, &next->number);
    if (next->kind == KIND_ONE) {
        next->number = 6;
        next->inner = next_kind(record->inner);
        next->next = first.next;
        add_two(next->number, 10, &next->number);
    } else {
        *record = *record->next;
    }
}

static NOINLINE s32 one_round(char *scratch)
{
    s32 a = 2, b = 3, c = 0;
    enum kind kind = KIND_TWO;
    latest = 'A', other = 'B';
    copy_text(scratch, "THE BENCH PROGRAM, SECOND STRING");
    total += !after("THE BENCH PROGRAM, FIRST STRING", scratch);
    while (a < b) {
        c = 5 * a - b;
        add_two(a, b, &c);
        a++;
    }
    fill_arrays(line, square, a, c);
    follow(&first);
    for (char letter = 'A'; letter <= other; letter++)
        if (kind == (enum kind)same_letter(letter, 'C'))
            kind = next_kind(kind);
    b *= a;
    a = b / c;
    return 7 * (b - c) - a;
}

u32 dhrystone(void)
{
    char scratch[40];
    u32 sum = 0;
    for (u32 i = 0; i < ARRAY_COUNT(line); i++) {
        line[i] = 0;
        for (u32 j = 0; j < ARRAY_COUNT(line); j++)
            square[i][j] = 0;
    }
    total = 0;
    first = (struct record){&second, KIND_ONE, KIND_THREE, 40, ""};
    copy_text(first.text, "A RECORD WITH SOME TEXT");
    for (u32 i = 0; i < ROUNDS; i++)
        sum = sum * 3 + (u32)one_round(scratch);
    return sum + (u32)line[8] + (u32)square[8][7] + (u32)second.number;
}
