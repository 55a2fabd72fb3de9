#ifndef GLASS386_CPU_EXEC_HOT_H
#define GLASS386_CPU_EXEC_HOT_H

#include "cpu/decode.h"

/* Operations that have handlers of their own for each operand form; all others run through a
   function of the opcode table. */
enum hot_operation {
    HOT_NONE,
    /* reg,reg  reg,imm  reg,mem  mem,reg  mem,imm  in 8, 16 and 32 bits */
    HOT_ADD,
    HOT_OR,
    HOT_ADC,
    HOT_SBB,
    HOT_AND,
    HOT_SUB,
    HOT_XOR,
    HOT_IMUL, /* only reg,reg and reg,mem in 16 and 32 bits exist */
    HOT_CMP,
    HOT_TEST,
    HOT_MOV,
    /* reg  mem  in 8, 16 and 32 bits */
    HOT_INC,
    HOT_DEC,
    HOT_NOT,
    HOT_NEG,
    /* reg,imm  reg,CL  mem,imm  mem,CL  in 8, 16 and 32 bits */
    HOT_ROL,
    HOT_ROR,
    HOT_RCL,
    HOT_RCR,
    HOT_SHL,
    HOT_SHR,
    HOT_SAR,
    /* reg,reg  reg,mem */
    HOT_MOVZX8,
    HOT_MOVSX8,
    HOT_MOVZX16,
    HOT_MOVSX16,
    HOT_LEA,
    /* each operand size with each stack size */
    HOT_PUSH,
    HOT_POP,
    HOT_CALL,
    HOT_RET,
    HOT_JMP,
    HOT_LOOPNE, /* with CX and with ECX */
    HOT_LOOPE,
    HOT_LOOP,
    HOT_JCXZ,
    HOT_NOP,
    HOT_JCC,                  /* 16 conditions */
    HOT_SETCC = HOT_JCC + 16, /* 16 conditions, register only */
    HOT_END = HOT_SETCC + 16,
};

/* Sets op->fn and op->kind when this form of the instruction has a hot handler. stack32: SS.B. */
bool hot_choose(const struct instruction *instruction, bool stack32, struct op *op);

/* Does the op still run the handler that hot_choose gave it? */
bool hot_is(const struct op *op);

bool hot_is_condition(const struct op *op); /* a hot Jcc */
/* Does the op go on at op + 1 in any case, and only there? Nothing then asks for its number. */
bool hot_stays(const struct op *op);
/* Makes a branch one that goes on at the op behind it when it is taken, and to its `to` when it is
   not. False: no such branch. */
bool hot_turn(struct op *op);

/* Handlers that the block builder places itself. */
op_handler hot_jmp; /* charges op->n and goes to the linked op */

#endif
