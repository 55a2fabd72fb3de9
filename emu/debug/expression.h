#ifndef GLASS386_DEBUG_EXPRESSION_H
#define GLASS386_DEBUG_EXPRESSION_H

#include "cpu/cpu.h"
#include "debug/symbols.h"

/* What people type for a number or an address: 0x10, 16, 10h, eax, $eax, %eax, a symbol, ds:0x3004,
   17:10, [0x1000] (the dword there), + - * / % & | ^ << >> ~ ( ), and
   == != < > <= >= && || for conditions. */

struct expression_value {
    u32 value;    /* the offset when `logical` */
    bool logical; /* a selector stood before a colon */
    u16 selector;
    int segment; /* its segment register, when one was named; else -1 */
};

struct expression_scope {
    const struct cpu *cpu;
    const struct symbols *symbols; /* may be null */
};

/* Evaluates the expression at the start of *text and moves *text behind it and the blanks that
   follow. Reading memory through [ ] looks only. */
bool expression_evaluate(const struct expression_scope *scope, const char **text,
                         struct expression_value *value, struct error *error);

/* The linear address that a value names: a logical one through its segment's base, others as they
 * are. */
bool expression_linear(const struct cpu *cpu, const struct expression_value *value, u32 *linear,
                       struct error *error);

#endif
