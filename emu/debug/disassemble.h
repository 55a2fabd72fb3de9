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

/* What the instruction at CS:EIP does with memory, by the registers as they are now. */
struct memory_operand {
    bool given;                  /* it has one that is read or written */
    enum segment_number segment; /* with its prefix, if it has one */
    u32 offset;
    u32 size; /* bytes */
    bool write;
};
struct instruction_facts {
    char mnemonic[24];
    u32 length;
    bool known;        /* the bytes are an instruction of some processor */
    bool privileged;   /* only at CPL 0 (PRM 6.3.5.1) */
    bool io_sensitive; /* only at CPL <= IOPL (PRM 8.3.1), or with the bit map's leave */
    u32 divisor;       /* of DIV and IDIV; `divides` says that it is one */
    bool divides;
    struct memory_operand operand;
    bool jumps; /* a jump, call or return within the segment, which goes to `target` */
    u32 target;
};
/* False when no page is mapped there. */
bool instruction_study(const struct cpu *cpu, struct instruction_facts *facts);

#endif
