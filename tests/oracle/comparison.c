#include "oracle/comparison.h"

#include <stdio.h>
#include <string.h>

/* ---- One case ---- */

void comparison_write(struct comparison *x, u32 physical, const void *bytes, u32 count)
{
    ours_write(&x->ours, physical, bytes, count);
    theirs_write(x->theirs, physical, bytes, count);
}

/* The stack's words and the code. */
static void place(struct comparison *x, const struct cpu_case *c)
{
    u8 stack[sizeof c->stack];
    unsigned size = c->mode == CASE_REAL ? 2 : 4;
    for (unsigned i = 0; i < ARRAY_COUNT(c->stack); i++)
        memcpy(stack + i * size, &c->stack[i], size);
    if (!c->keeps_memory)
        comparison_write(x, case_stack_linear(c), stack, ARRAY_COUNT(c->stack) * size);
    comparison_write(x, case_code_linear(c), c->code, sizeof c->code);
}

/* Puts one range right again when the two differ there. */
void comparison_range(struct comparison *x, u32 start, u32 end, struct verdict *v)
{
    u8 *theirs = x->theirs->memory;
    const u8 *ours = x->ours.bed->memory.ram;
    if (memcmp(ours + start, theirs + start, end - start) == 0)
        return;
    v->memory_differs = true;
    for (v->memory = start; ours[v->memory] == theirs[v->memory];)
        v->memory++;
    comparison_write(x, start, x->pristine + start, end - start);
}

/* What lies farther off is looked at once in a while, by sweep(). */
static void compare_memory(struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    u32 code = case_code_linear(c);
    comparison_range(x, 0, CASE_DATA_END, v);
    comparison_range(x, code, code + CASE_TRANSLATED, v);
    comparison_range(x, CASE_GDT, CASE_GDT + CASE_GDT_ENTRIES * 8, v);
    comparison_write(x, CASE_GDT, x->pristine + CASE_GDT, CASE_GDT_ENTRIES * 8);
}

bool comparison_sweep(struct comparison *x)
{
    bool alike = memcmp(x->ours.bed->memory.ram, x->theirs->memory, CASE_MEMORY) == 0;
    comparison_write(x, 0, x->pristine, CASE_MEMORY);
    return alike;
}

static u32 known_flags(const struct comparison *x)
{
    u32 known = FLAGS_ARITHMETIC | FLAG_TF | FLAG_IF | FLAG_DF | FLAG_IOPL | FLAG_NT | FLAG_VM;
    return known | (x->level >= CPU_486 ? FLAG_AC : 0);
}

static bool same_registers(const struct case_result *a, const struct case_result *b)
{
    return memcmp(a->regs, b->regs, sizeof a->regs) == 0 &&
           memcmp(a->selectors, b->selectors, sizeof a->selectors) == 0 &&
           a->gdtr_base == b->gdtr_base && a->gdtr_limit == b->gdtr_limit &&
           a->idtr_base == b->idtr_base && a->idtr_limit == b->idtr_limit;
}

bool comparison_same_results(const struct comparison *x, const struct case_result *ours,
                             const struct case_result *theirs, u32 undefined)
{
    u32 flags = (ours->eflags ^ theirs->eflags) & known_flags(x) & ~undefined;
    return ours->fault == theirs->fault && same_registers(ours, theirs) && flags == 0 &&
           ours->eip == theirs->eip && ours->port_writes == theirs->port_writes &&
           ours->bus_writes == theirs->bus_writes;
}

/* A result left undefined may differ wherever it is kept; the rest may not. */
static void judge(const struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    bool decoded = c->status == DECODE_OK;
    bool undefined_result = decoded && v->ours.fault < 0 &&
                            generate_undefined_result(&c->instruction, c->regs[REG_ECX]);
    u32 undefined = decoded ? generate_undefined_flags(&c->instruction, c->regs[REG_ECX]) : 0;
    struct case_result theirs = v->theirs;
    if (v->ours.software)
        theirs.eip = v->ours.eip;
    if (undefined_result) {
        memcpy(theirs.regs, v->ours.regs, sizeof theirs.regs);
        theirs.bus_writes = v->ours.bus_writes;
    }
    v->flags = (v->ours.eflags ^ v->theirs.eflags) & known_flags(x) & ~undefined;
    v->same = comparison_same_results(x, &v->ours, &theirs, undefined) &&
              (!v->memory_differs || undefined_result);
}

void comparison_fix_eip(struct verdict *v, enum case_mode mode)
{
    if ((mode == CASE_REAL || (v->theirs.eflags & FLAG_VM)) &&
        v->theirs.eip - v->theirs.selectors[SEG_CS] * 16u == v->ours.eip)
        v->theirs.eip = v->ours.eip; /* Unicorn tells some as linear addresses */
}

void comparison_run(struct comparison *x, const struct cpu_case *c, struct verdict *v)
{
    *v = (struct verdict){0};
    place(x, c);
    ours_run(&x->ours, c, &v->ours);
    theirs_run(x->theirs, c, &v->theirs);
    comparison_fix_eip(v, c->mode);
    compare_memory(x, c, v);
    judge(x, c, v);
}

/* ---- Minimising and printing ---- */

static bool still_differs(struct comparison *x, struct cpu_case *c)
{
    struct verdict v;
    case_decode(c, &x->opcodes);
    comparison_run(x, c, &v);
    return !v.same && !known_difference_find(c, &v);
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

void comparison_print_side(const char *name, const struct cpu_case *c, const struct case_result *r)
{
    static const char *const names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    static const char *const segments[] = {"es", "cs", "ss", "ds", "fs", "gs"};
    printf("#   %s: fault %d eip %x eflags %x ports %x bus %x gdt %x:%x idt %x:%x", name, r->fault,
           r->eip, r->eflags, r->port_writes, r->bus_writes, r->gdtr_base, r->gdtr_limit,
           r->idtr_base, r->idtr_limit);
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
    comparison_run(x, &c, &v);
    printf("# level %u, %s, %s:", x->level, modes[c.mode], opcode_rows[c.row].mnemonic);
    for (unsigned i = 0; i < (c.instruction.length ? c.instruction.length : GENERATE_BYTES); i++)
        printf(" %02x", c.code[i]);
    printf("\n#   at %x eflags %x ss %x:", c.eip, c.eflags, c.selectors[SEG_SS]);
    for (unsigned i = 0; i < 8; i++)
        printf(" %x", c.regs[i]);
    printf(" (eax ecx edx ebx esp ebp esi edi)%s", v.memory_differs ? ", memory differs at" : "");
    printf(v.memory_differs ? " %x\n" : "\n", v.memory);
    comparison_print_side("ours  ", &c, &v.ours);
    comparison_print_side("theirs", &c, &v.theirs);
}

void comparison_report(struct comparison *x, const struct cpu_case *c)
{
    x->counts->different++;
    if (x->counts->printed < 5 || x->verbose) {
        x->counts->printed++;
        print_difference(x, *c);
    }
}

void comparison_count(struct comparison *x, u16 row, u8 prefixes, bool explained)
{
    x->counts->instructions++;
    x->coverage->by_prefixes[prefixes]++;
    row_counts_add(&x->coverage->rows, row, explained);
}
