#ifndef GLASS386_TESTS_PROTECTION_MODEL_H
#define GLASS386_TESTS_PROTECTION_MODEL_H

#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/transfer.h"

#include <stdio.h>
#include <stdlib.h>

/* The manual's protection rules as tables: a rule is a condition that must not hold, and the
   exception when it does; the first broken rule decides. Written from the manual, and sharing
   nothing with the CPU's own code, so that the two can be held against each other. */

struct model_case {
    unsigned cpl;
    unsigned rpl, type, dpl; /* the selector's RPL, and the descriptor that it names: type with S */
    bool present;
    unsigned target_type, target_dpl; /* a gate's target */
    bool target_present;
    bool is_call, software;
};

enum model_code { CODE_NONE, CODE_ZERO, CODE_SELECTOR, CODE_TARGET, CODE_IDT };

struct model_rule {
    const char *text;
    bool (*broken)(const struct model_case *c);
    u8 vector;
    enum model_code code;
};

struct model_selectors {
    u16 selector, target; /* as error codes want them */
    u8 idt_vector;
};

static inline const struct model_rule *model_judge(const struct model_rule *rules, size_t count,
                                                   const struct model_case *c)
{
    for (size_t i = 0; i < count; i++)
        if (rules[i].broken(c))
            return &rules[i];
    return NULL;
}

static inline unsigned model_code_value(enum model_code code, const struct model_selectors *s)
{
    switch (code) {
    case CODE_SELECTOR:
        return s->selector & ~3u;
    case CODE_TARGET:
        return s->target & ~3u;
    case CODE_IDT:
        return s->idt_vector * 8u + 2;
    default:
        return 0;
    }
}

/* Holds the CPU's outcome against the model's. */
static inline void model_compare(const struct cpu *cpu, bool succeeded,
                                 const struct model_rule *rule, const struct model_selectors *s,
                                 const struct model_case *c)
{
    const char *text = rule ? rule->text : "allowed";
    ck_assert_msg(
        succeeded == !rule,
        "%s: cpl %u rpl %u type %u dpl %u present %d target %u/%u/%d call %d: cpu says %s "
        "(vector %u)",
        text, c->cpl, c->rpl, c->type, c->dpl, c->present, c->target_type, c->target_dpl,
        c->target_present, c->is_call, succeeded ? "yes" : "no", cpu->fault.vector);
    if (!rule)
        return;
    ck_assert_msg(
        cpu->fault.vector == rule->vector && cpu->fault.error == model_code_value(rule->code, s),
        "%s: cpl %u rpl %u type %u dpl %u target %u/%u: vector %u error %04x", text, c->cpl, c->rpl,
        c->type, c->dpl, c->target_type, c->target_dpl, cpu->fault.vector, cpu->fault.error);
}

/* For the table of emu/docs/CPU.md, when GLASS386_ROWS names a folder: how many cases of this model
   the codes ("9A|FF /3") went through. */
static inline void model_report(const char *model, const char *codes, unsigned cases)
{
    const char *folder = getenv("GLASS386_ROWS");
    char path[512];
    if (!folder || snprintf(path, sizeof path, "%s/%s.model", folder, model) >= (int)sizeof path)
        return;
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s cannot be written", path);
    fprintf(file, "%s\t%u\n", codes, cases);
    fclose(file);
}
#define MODEL_JUMPS "EA|FF /5"
#define MODEL_CALLS "9A|FF /3"
#define MODEL_INTERRUPTS "CC|CD|CE"

/* Types with S = 1: 16-23 data, 24-31 code; bit 1 writable or readable, bit 2 down or conforming.
 */
static inline bool model_is_code(unsigned type)
{
    return type >= 24;
}
static inline bool model_is_conforming(unsigned type)
{
    return type >= 28;
}
static inline bool model_is_writable_data(unsigned type)
{
    return type >= 16 && type < 24 && (type & 2);
}
static inline bool model_is_readable(unsigned type)
{
    return (type >= 16 && type < 24) || (type >= 24 && (type & 2));
}

/* A descriptor's access word from its parts, 32-bit. */
static inline u16 model_access(unsigned type, unsigned dpl, bool present)
{
    return (u16)(SEG_BIG | (present ? SEG_PRESENT : 0) | dpl << SEG_DPL_SHIFT | type);
}

#endif
