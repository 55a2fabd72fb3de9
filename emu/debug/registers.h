#ifndef GLASS386_DEBUG_REGISTERS_H
#define GLASS386_DEBUG_REGISTERS_H

#include "cpu/cpu.h"

/* One table of the registers that people name: read by the monitor, scripts and failure messages.
   Those of the coprocessor bear gdb's names; the number that st0 to st7 give to an expression is
   their integer part, 80000000h where it does not fit. */

struct register_row {
    const char *name;
    u8 bits; /* 8, 16 or 32 */
    u32 (*get)(const struct cpu *cpu, unsigned number);
    void (*set)(struct cpu *cpu, unsigned number, u32 value); /* null: cannot be set */
    u8 number;
    double (*real)(const struct cpu *cpu, unsigned number); /* ST(n); null: an integer */
};

extern const struct register_row register_rows[];
extern const u32 register_row_count;

/* The nearest double of an 80-bit value; an unsupported one is a NaN. */
double register_real(struct float80 value);

/* The row of a name such as "eax", "ax", "ah", "cs", "eflags", "cr3"; case is ignored; null if
 * none. */
const struct register_row *register_named(const char *name, size_t length);

#endif
