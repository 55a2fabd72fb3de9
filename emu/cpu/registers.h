#ifndef GLASS386_CPU_REGISTERS_H
#define GLASS386_CPU_REGISTERS_H

#include "base/bits.h"
#include "base/types.h"

/* Numbers as the instruction encoding has them (PRM 17.2.2). */
enum general_register { REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI };
enum segment_number { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_COUNT };

/* EFLAGS (PRM 2.3.4). */
#define FLAG_CF BIT(0)
#define FLAG_PF BIT(2)
#define FLAG_AF BIT(4)
#define FLAG_ZF BIT(6)
#define FLAG_SF BIT(7)
#define FLAG_TF BIT(8)
#define FLAG_IF BIT(9)
#define FLAG_DF BIT(10)
#define FLAG_OF BIT(11)
#define FLAG_IOPL_SHIFT 12u
#define FLAG_IOPL (3u << FLAG_IOPL_SHIFT)
#define FLAG_NT BIT(14)
#define FLAG_RF BIT(16)
#define FLAG_VM BIT(17)
#define FLAG_AC BIT(18) /* 486 */
#define FLAG_ID BIT(21) /* 586 */
#define FLAG_ALWAYS BIT(1)
#define FLAGS_ARITHMETIC (FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

/* CR0 (PRM 4.1.3). */
#define CR0_PE BIT(0)
#define CR0_MP BIT(1)
#define CR0_EM BIT(2)
#define CR0_TS BIT(3)
#define CR0_ET BIT(4)
#define CR0_NE BIT(5)  /* 486 */
#define CR0_WP BIT(16) /* 486 */
#define CR0_AM BIT(18) /* 486 */
#define CR0_NW BIT(29) /* 486 */
#define CR0_CD BIT(30) /* 486 */
#define CR0_PG BIT(31)

/* Exceptions (PRM 9.9). */
enum exception_vector {
    EXC_DE = 0,
    EXC_DB = 1,
    EXC_NMI = 2,
    EXC_BP = 3,
    EXC_OF = 4,
    EXC_BR = 5,
    EXC_UD = 6,
    EXC_NM = 7,
    EXC_DF = 8,
    EXC_MP = 9, /* coprocessor segment overrun */
    EXC_TS = 10,
    EXC_NP = 11,
    EXC_SS = 12,
    EXC_GP = 13,
    EXC_PF = 14,
    EXC_MF = 16,
    EXC_AC = 17, /* 486 */
};

/* Error code bits (PRM 9.7, 9.8.5). */
#define ERROR_EXT BIT(0)
#define ERROR_IDT BIT(1)
#define ERROR_TI BIT(2)
#define PF_PROTECTION BIT(0) /* 0: page not present */
#define PF_WRITE BIT(1)
#define PF_USER BIT(2)
#define PF_RESERVED BIT(3) /* 586, with CR4.PSE */

#endif
