#ifndef GLASS386_GDB_TARGET_H
#define GLASS386_GDB_TARGET_H

#include "base/text_out.h"
#include "cpu/cpu.h"

/* The machine as gdb sees it: numbered registers and linear memory. */

/* The description that tells gdb which registers there are (target.xml). */
void target_describe(struct text_out *out);

unsigned target_register_count(void);
/* Bytes of a register: 4, or 10 of st0 to st7. 0: there is no such number. */
unsigned target_register_size(unsigned number);
void target_register_read(const struct cpu *cpu, unsigned number, u8 *bytes);
/* False: it cannot be set to another value from here (selectors, the coprocessor's). */
bool target_register_write(struct cpu *cpu, unsigned number, const u8 *bytes);

/* How many of `count` bytes from a linear address on can be looked at: up to the first page that is
   not there. */
u32 target_read(const struct cpu *cpu, u32 linear, u8 *to, u32 count);
/* Writes RAM whatever the page's rights are; false when some page is not there, or is no RAM. */
bool target_write(struct cpu *cpu, u32 linear, const u8 *from, u32 count);

#endif
