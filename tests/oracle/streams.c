#include "oracle/comparison.h"

#include <stdio.h>
#include <string.h>

/* Streams on both sides: each is run from many states, and what differs is done again instruction
   by instruction, until one differs alone; when none does, the stream is made shorter as long as it
   differs as a whole. */

#define STATES 24u /* runs of each stream */
#define GDT_BYTES (CASE_GDT_ENTRIES * 8)
#define STREAMS_A_SWEEP 128u /* both memories are compared whole and begin anew */

static void place_stream(struct comparison *x, const struct stream *s, u32 linear)
{
    comparison_write(x, linear, s->code, s->bytes + 4);
    theirs_forget(x->theirs, linear, s->bytes + 4);
}

static void random_state(const struct stream *s, struct random *random, struct cpu_case *c)
{
    case_make_state(c, random, s->mode);
    c->eip = s->eip;
    c->selectors[SEG_CS] = s->cs;
    c->row = OPCODE_NO_ROW;
    c->keeps_memory = true;
}

/* Flags that may differ where the stream stopped. */
static u32 undefined_at(const struct stream *s, u32 eip)
{
    const struct stream_part *part = stream_part_at(s, eip);
    return part ? part->undefined : 0;
}

static bool same_memory(const struct comparison *x, const struct stream *s, u32 linear)
{
    const u8 *ours = x->ours.bed->memory.ram, *theirs = x->theirs->memory;
    return memcmp(ours, theirs, CASE_DATA_END) == 0 &&
           memcmp(ours + CASE_GDT, theirs + CASE_GDT, GDT_BYTES) == 0 &&
           memcmp(ours + linear, theirs + linear, s->bytes + 4) == 0;
}

/* Or into the GDT: a segment loaded then is one whose limits Unicorn does not check. */
static bool stores_into_itself(const struct comparison *x, const struct stream *s, u32 linear)
{
    u32 bytes = s->bytes + 4;
    const u8 *gdt = x->pristine + CASE_GDT;
    return memcmp(x->ours.bed->memory.ram + CASE_GDT, gdt, GDT_BYTES) != 0 ||
           memcmp(x->theirs->memory + CASE_GDT, gdt, GDT_BYTES) != 0 ||
           memcmp(x->ours.bed->memory.ram + linear, s->code, bytes) != 0 ||
           memcmp(x->theirs->memory + linear, s->code, bytes) != 0;
}

/* True: alike. The code must already be in place. */
static bool run_once(struct comparison *x, const struct stream *s, const struct cpu_case *c,
                     struct verdict *v)
{
    u32 linear = case_code_linear(c);
    *v = (struct verdict){0};
    ours_run_stream(&x->ours, c, &v->ours);
    theirs_run_stream(x->theirs, c, &v->theirs);
    comparison_fix_eip(v, s->mode);
    v->memory_differs = !same_memory(x, s, linear);
    v->same = !v->memory_differs &&
              comparison_same_results(x, &v->ours, &v->theirs, undefined_at(s, v->ours.eip));
    return v->same;
}

/* ---- Coverage ---- */

/* Parts that a jump may have left out are not counted. */
static void count_run(struct comparison *x, const struct stream *s, const struct verdict *v)
{
    u32 vector = (u32)v->ours.fault;
    x->counts->streams++;
    x->coverage->by_vector[vector < COVERAGE_VECTORS ? vector : COVERAGE_VECTORS]++;
    const struct stream_part *stop = stream_part_at(s, v->ours.eip);
    bool at_end = stop == &s->parts[s->count];
    x->counts->faults += !at_end;
    for (u32 i = 0; i < s->count; i++) {
        if (!s->parts[i].skipped)
            comparison_count(x, s->parts[i].row, s->parts[i].prefixes, false);
        if (stop == &s->parts[i])
            break;
    }
}

/* ---- What differs ---- */

static void restore(struct comparison *x, const struct stream *s, u32 linear)
{
    comparison_sweep(x);
    comparison_write(x, 0, x->before, CASE_DATA_END);
    place_stream(x, s, linear);
}

static void make_single(const struct comparison *x, const struct stream *s,
                        const struct stream_part *part, struct cpu_case *c)
{
    memcpy(c->code, s->code + part->offset, sizeof c->code);
    c->row = part->row;
    case_decode(c, &x->opcodes);
    memcpy(c->code, s->code + part->offset, sizeof c->code);
}

static void take_state(struct cpu_case *c, const struct case_result *result)
{
    memcpy(c->regs, result->regs, sizeof c->regs);
    memcpy(c->selectors, result->selectors, sizeof c->selectors);
    c->eip = result->eip;
    c->eflags = result->eflags;
}

/* The stream one instruction at a time, from its first state. True: one differed, and was
   explained or reported. */
static bool differs_alone(struct comparison *x, const struct stream *s, struct cpu_case c)
{
    struct verdict v;
    for (u32 steps = 0; steps < 2 * STREAM_PARTS; steps++) {
        const struct stream_part *part = stream_part_at(s, c.eip);
        if (!part || part == &s->parts[s->count])
            return false;
        make_single(x, s, part, &c);
        comparison_run(x, &c, &v);
        const struct known_difference *known = v.same ? NULL : known_difference_find(&c, &v);
        if (known) {
            x->coverage->reasons[known - known_differences]++;
            x->coverage->rows.explained[part->row]++;
            return true;
        }
        if (!v.same) {
            comparison_report(x, &c);
            return true;
        }
        if (v.ours.fault >= 0)
            return false;
        take_state(&c, &v.ours);
    }
    return false;
}

static bool still_differs(struct comparison *x, const struct stream *s, const struct cpu_case *c)
{
    struct verdict v;
    restore(x, s, case_code_linear(c));
    return !run_once(x, s, c, &v);
}

/* Leaves out what is not needed for the stream to differ from this state. */
static void shorten(struct comparison *x, struct stream *s, const struct cpu_case *c)
{
    for (u32 i = 0; i < s->count;) {
        struct stream trial = *s;
        if (stream_drop(&trial, &x->opcodes, i) && still_differs(x, &trial, c))
            *s = trial;
        else
            i++;
    }
}

static void print_stream(struct comparison *x, const struct stream *s, const struct cpu_case *c)
{
    struct verdict v;
    restore(x, s, case_code_linear(c));
    run_once(x, s, c, &v);
    printf("# level %u, mode %u: differs only as a stream, at %x eflags %x undefined %x%s\n#  ",
           x->level, s->mode, c->eip, c->eflags, undefined_at(s, v.ours.eip),
           v.memory_differs ? ", memory differs" : "");
    for (u32 i = 0; i < s->count; i++) {
        printf(" | %s", opcode_rows[s->parts[i].row].mnemonic);
        for (u32 k = 0; k < s->parts[i].length; k++)
            printf(" %02x", s->code[s->parts[i].offset + k]);
    }
    printf("\n#   before:");
    for (unsigned i = 0; i < 8; i++)
        printf(" %x", c->regs[i]);
    printf(" (eax ecx edx ebx esp ebp esi edi)\n");
    comparison_print_side("ours  ", c, &v.ours);
    comparison_print_side("theirs", c, &v.theirs);
}

/* The memory beyond CASE_DATA_END is not what it was when the stream ran, so that one by one its
   instructions may go another way. What is left of it after it was made shorter differs with the
   memory as it is now. */
static void look_closer(struct comparison *x, const struct stream *s, const struct cpu_case *c,
                        const struct verdict *v)
{
    u32 linear = case_code_linear(c);
    struct stream shorter = *s;
    restore(x, s, linear);
    bool alone = differs_alone(x, s, *c);
    if (!alone) {
        shorten(x, &shorter, c);
        restore(x, &shorter, linear);
        alone = differs_alone(x, &shorter, *c);
    }
    if (!alone) {
        x->counts->different++;
        if (x->counts->printed++ < 5 || x->verbose) {
            print_stream(x, &shorter, c);
            printf("#   the whole stream, at first:\n");
            comparison_print_side("ours  ", c, &v->ours);
            comparison_print_side("theirs", c, &v->theirs);
        }
    }
    restore(x, s, linear);
}

/* ---- Runs ---- */

static void run_states(struct comparison *x, const struct stream *s, struct random *random)
{
    struct cpu_case c;
    struct verdict v;
    u32 linear = (s->mode == CASE_REAL ? s->cs * 16u : 0) + s->eip;
    place_stream(x, s, linear);
    for (u32 i = 0; i < STATES; i++) {
        random_state(s, random, &c);
        bool same = run_once(x, s, &c, &v);
        if (stores_into_itself(x, s, linear)) {
            x->coverage->unjudged++;
            restore(x, s, linear);
            continue;
        }
        if (!same)
            look_closer(x, s, &c, &v);
        count_run(x, s, &v);
        memcpy(x->before, x->theirs->memory, CASE_DATA_END);
    }
    comparison_write(x, linear, x->pristine + linear, s->bytes + 4);
}

static u32 find_rows(const struct comparison *x, u16 *rows)
{
    u32 count = 0;
    for (u32 i = 0; i < opcode_row_count; i++)
        if (opcode_rows[i].level <= x->level && stream_holds(&opcode_rows[i], x->mode) &&
            !excluded_reason(&opcode_rows[i], x->mode))
            rows[count++] = (u16)i;
    return count;
}

static void begin_anew(struct comparison *x)
{
    if (!comparison_sweep(x)) {
        printf("# something wrote where the other did not, in one of the last %u streams\n",
               STREAMS_A_SWEEP);
        x->counts->different++;
    }
    memcpy(x->before, x->pristine, CASE_DATA_END);
}

void streams_compare(struct comparison *x, u64 instructions, u64 seed)
{
    struct random random = {seed};
    struct stream stream;
    u16 rows[ROW_COUNTS_MAX];
    u32 row_count = find_rows(x, rows);
    u64 until = x->counts->instructions + instructions;
    comparison_sweep(x);
    for (u32 i = 0; x->counts->instructions < until; i++) {
        if (i % STREAMS_A_SWEEP == 0)
            begin_anew(x);
        stream_make(&stream, &random, &x->opcodes, x->mode, rows, row_count);
        run_states(x, &stream, &random);
    }
}
