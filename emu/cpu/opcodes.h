#ifndef GLASS386_CPU_OPCODES_H
#define GLASS386_CPU_OPCODES_H

#include "cpu/op.h"

/* The one opcode table: the decoder, the handlers' choice, tests and documents read its rows. */

/* Operands in the manual's notation (PRM appendix A). */
enum operand {
    OPERAND_None,
    OPERAND_Eb, /* ModRM: register or memory */
    OPERAND_Ew,
    OPERAND_Ev,
    OPERAND_Gb, /* ModRM reg field */
    OPERAND_Gw,
    OPERAND_Gv,
    OPERAND_M,  /* memory only, of a size that the instruction knows; a register form is #UD */
    OPERAND_Ex, /* ModRM of the coprocessor */
    OPERAND_Rd, /* ModRM rm field, always a 32-bit register whatever mod says */
    OPERAND_Cd, /* control, debug, test register in ModRM reg */
    OPERAND_Dd,
    OPERAND_Td,
    OPERAND_Sw, /* segment register in ModRM reg */
    OPERAND_Zb, /* register in the opcode's low three bits */
    OPERAND_Zv,
    OPERAND_Zd,
    OPERAND_Ib, /* immediates: zero-extended byte, word, operand size, sign-extended byte, one */
    OPERAND_Iw,
    OPERAND_Iv,
    OPERAND_Is,
    OPERAND_I1,
    OPERAND_Jb, /* branch displacement */
    OPERAND_Jv,
    OPERAND_Ap, /* far pointer in the instruction */
    OPERAND_Ob, /* memory at an offset in the instruction */
    OPERAND_Ov,
    OPERAND_AL, /* fixed registers */
    OPERAND_CL,
    OPERAND_DX,
    OPERAND_eAX,
    OPERAND_ES,
    OPERAND_CS,
    OPERAND_SS,
    OPERAND_DS,
    OPERAND_FS,
    OPERAND_GS,
};

/* Attributes of a row. */
#define OPCODE_BYTE 0x001u     /* 8-bit operands */
#define OPCODE_FLAGS 0x002u    /* writes arithmetic flags */
#define OPCODE_LOCK 0x004u     /* LOCK is allowed when the first operand is in memory */
#define OPCODE_PLUS 0x008u     /* eight codes: the low three bits name a register */
#define OPCODE_STRING 0x010u   /* one iteration of a string instruction; REP repeats it */
#define OPCODE_REPZ 0x020u     /* REPE and REPNE test ZF */
#define OPCODE_JUMPS 0x040u    /* sets EIP itself */
#define OPCODE_ENDS 0x080u     /* the run loop must look at the new state before going on */
#define OPCODE_FAULTS 0x100u   /* may fault even without a memory operand */
#define OPCODE_LOCK_386 0x200u /* a 386 allows LOCK, its successors do not */

/* A function that executes one instruction (exec/README.md); false: cpu->fault is set. */
typedef bool exec_function(struct cpu *cpu, const struct op *op);

struct opcode {
    const char *mnemonic;
    u16 code;       /* opcode byte; 0Fxxh for the two-byte map */
    s8 group;       /* ModRM reg field, or -1 when it does not choose */
    u8 level;       /* enum cpu_level from which it exists; before, #UD */
    u8 operands[3]; /* enum operand */
    u8 hot;         /* enum hot_operation (exec/hot.h), or 0 */
    u16 attributes;
    exec_function *function; /* for forms that have no hot handler */
};

extern const struct opcode opcode_rows[];
extern const u32 opcode_row_count;

/* "Ev", "Ib", ... */
const char *opcode_operand_name(enum operand operand);

/* From code bytes to row numbers for one CPU level. */
#define OPCODE_NO_ROW 0xffffu
#define OPCODE_GROUP 0x8000u /* | number of a group */
#define OPCODE_MAX_GROUPS 32u
struct opcode_index {
    enum cpu_level level;
    u16 map[2][256]; /* one-byte and 0Fh map: row, OPCODE_GROUP | group, or OPCODE_NO_ROW */
    u16 groups[OPCODE_MAX_GROUPS][8];
    u32 group_count;
};
void opcode_index_build(struct opcode_index *index, enum cpu_level level);

#endif
