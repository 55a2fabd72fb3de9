#ifndef GLASS386_DEBUG_REGISTERS_H
#define GLASS386_DEBUG_REGISTERS_H

#include "cpu/cpu.h"

/* One table of the registers that people name: read by the monitor, scripts and failure messages.
 */

struct register_row {
    const char *name;
    u8 bits; /* 8, 16 or 32 */
    u32 (*get)(const struct cpu *cpu, unsigned number);
    void (*set)(struct cpu *cpu, unsigned number, u32 value); /* null: cannot be set */
    u8 number;
};

extern const struct register_row register_rows[];
extern const u32 register_row_count;

/* The row of a name such as "eax", "ax", "ah", "cs", "eflags", "cr3"; case is ignored; null if
 * none. */
const struct register_row *register_named(const char *name, size_t length);

#endif
