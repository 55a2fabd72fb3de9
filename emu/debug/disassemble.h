#ifndef GLASS386_DEBUG_DISASSEMBLE_H
#define GLASS386_DEBUG_DISASSEMBLE_H

#include "cpu/cpu.h"
#include "debug/symbols.h"

struct disassembly {
    char text[128]; /* Intel syntax; "(bad)" for bytes that are no instruction */
    u8 bytes[15];
    u8 length; /* 1 to 15 */
    bool call; /* CALL, INT, a repeated string instruction, LOOP: `next` runs it as one */
};

/* The instruction at a linear address as the present code segment would decode it (CS.D). False
   when no page is mapped there. `offset` is what relative targets are shown against. */
bool disassemble_at(const struct cpu *cpu, u32 linear, u32 offset, struct disassembly *out);

#endif
