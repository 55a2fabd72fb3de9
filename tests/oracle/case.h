#ifndef GLASS386_TESTS_CASE_H
#define GLASS386_TESTS_CASE_H

#include "oracle/generate.h"

/* One instruction to be executed by two processors from the same state, and what came of it. Both
   have CASE_MEMORY bytes of RAM and no paging; the GDT lies at its end. All addresses beyond are a
   device, each of whose bytes reads as a function of its address and remembers nothing. */

#define CASE_MEMORY 0x110000u
#define CASE_WINDOW 0x100000u
#define CASE_DATA_END 0x15000u   /* data and stack lie below */
#define CASE_CODE_START 0xe0000u /* code lies above, in pages of its own */
#define CASE_TRANSLATED 256u     /* what a translator may take at once from a case's code on */
#define CASE_GDT CASE_WINDOW
#define CASE_GDT_ENTRIES 16u

enum case_mode { CASE_REAL, CASE_FLAT0, CASE_FLAT3, CASE_MODES };

/* GDT rows: flat code and data of rings 0 and 3, and some that loads refuse. */
extern const u32 case_gdt[CASE_GDT_ENTRIES][2];
#define CASE_CODE(mode) ((mode) == CASE_FLAT3 ? 0x1bu : 0x08u)
#define CASE_DATA(mode) ((mode) == CASE_FLAT3 ? 0x23u : 0x10u)

struct cpu_case {
    enum case_mode mode;
    u16 row;
    struct instruction instruction;
    enum decode_status status;
    u8 code[GENERATE_BYTES];
    u32 regs[8], eip, eflags;
    u16 selectors[SEG_COUNT];
    u32 stack[4];      /* words at the top of the stack */
    bool keeps_memory; /* the memory as it is, with these words nowhere */
};

struct case_result {
    int fault; /* vector, or -1 */
    bool software;
    u32 regs[8], eip, eflags;
    u16 selectors[SEG_COUNT];
    u32 gdtr_base, idtr_base;
    u16 gdtr_limit, idtr_limit;
    u32 port_writes; /* hash of what OUT and OUTS wrote */
    u32 bus_writes;  /* hash of what was written beyond CASE_MEMORY, byte by byte, in any order */
};

void case_fill_memory(u8 memory[CASE_MEMORY]);
/* Linear address of the code and of the stack's top. */
u32 case_code_linear(const struct cpu_case *c);
u32 case_stack_linear(const struct cpu_case *c);
/* What every port reads, and the hash of what is written to it. */
u32 case_port_value(u32 port, unsigned size);
u32 case_port_hash(u32 hash, u32 port, unsigned size, u32 value);
/* What the device beyond CASE_MEMORY reads, and what a write adds to the hash. */
u32 case_bus_value(u32 physical, unsigned size);
u32 case_bus_hash(u32 physical, unsigned size, u32 value);

/* Random registers, selectors, flags and words on the stack; CS and EIP where code may lie. */
void case_make_state(struct cpu_case *c, struct random *random, enum case_mode mode);
/* A random case for one row. */
void case_make(struct cpu_case *c, struct random *random, const struct opcode_index *opcodes,
               enum case_mode mode, u16 row);
/* Decodes the code bytes again after they were changed. */
void case_decode(struct cpu_case *c, const struct opcode_index *opcodes);
bool case_repeats(const struct cpu_case *c);

#endif
