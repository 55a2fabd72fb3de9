#include "cpu/opcodes.h"

#include "cpu/exec/exec.h"
#include "cpu/exec/hot.h"

#include <assert.h>

/* Columns: mnemonic, code, group (ModRM reg, ANY), level, three operands, attributes, hot
   operation, function. Order matters in one place only: NOP stands after the XCHG that covers its
   code. Source: PRM 17.2 and appendix A; aliases and D6, F1: Unverified in the PRM, known of every
   386 and later processor. */
#define ANY (-1)
#define ROW(mnemonic, code, group, level, one, two, three, attributes, hot, function)             \
    {                                                                                             \
        mnemonic, code, group, CPU_##level, {OPERAND_##one, OPERAND_##two, OPERAND_##three}, hot, \
            attributes, function                                                                  \
    }

#define BYTE OPCODE_BYTE
#define FLAGS OPCODE_FLAGS
#define LOCK OPCODE_LOCK
#define PLUS OPCODE_PLUS
#define STRING OPCODE_STRING
#define REPZ OPCODE_REPZ
#define JUMPS OPCODE_JUMPS
#define ENDS OPCODE_ENDS
#define FAULTS OPCODE_FAULTS
#define LOCK_386 OPCODE_LOCK_386

// clang-format off

/* The eight operations of codes 00-3F, which group 1 has again with immediates. */
#define ARITHMETIC(mnemonic, code, group, lock, hot)                                  \
    ROW(mnemonic, (code) + 0, ANY, 386, Eb,  Gb, None, (lock) | FLAGS | BYTE, hot, NULL), \
    ROW(mnemonic, (code) + 1, ANY, 386, Ev,  Gv, None, (lock) | FLAGS,        hot, NULL), \
    ROW(mnemonic, (code) + 2, ANY, 386, Gb,  Eb, None, FLAGS | BYTE,        hot, NULL), \
    ROW(mnemonic, (code) + 3, ANY, 386, Gv,  Ev, None, FLAGS,               hot, NULL), \
    ROW(mnemonic, (code) + 4, ANY, 386, AL,  Ib, None, FLAGS | BYTE,        hot, NULL), \
    ROW(mnemonic, (code) + 5, ANY, 386, eAX, Iv, None, FLAGS,               hot, NULL), \
    ROW(mnemonic, 0x80, group, 386, Eb, Ib, None, (lock) | FLAGS | BYTE, hot, NULL), \
    ROW(mnemonic, 0x81, group, 386, Ev, Iv, None, (lock) | FLAGS,        hot, NULL), \
    ROW(mnemonic, 0x82, group, 386, Eb, Ib, None, (lock) | FLAGS | BYTE, hot, NULL), \
    ROW(mnemonic, 0x83, group, 386, Ev, Is, None, (lock) | FLAGS,        hot, NULL)

#define SHIFT(mnemonic, group, hot)                                               \
    ROW(mnemonic, 0xc0, group, 386, Eb, Ib, None, FLAGS | BYTE, hot, NULL), \
    ROW(mnemonic, 0xc1, group, 386, Ev, Ib, None, FLAGS,        hot, NULL), \
    ROW(mnemonic, 0xd0, group, 386, Eb, I1, None, FLAGS | BYTE, hot, NULL), \
    ROW(mnemonic, 0xd1, group, 386, Ev, I1, None, FLAGS,        hot, NULL), \
    ROW(mnemonic, 0xd2, group, 386, Eb, CL, None, FLAGS | BYTE, hot, NULL), \
    ROW(mnemonic, 0xd3, group, 386, Ev, CL, None, FLAGS,        hot, NULL)

#define CONDITION(suffix, number)                                                        \
    ROW("J" suffix,    0x70 + (number),   ANY, 386, Jb, None, None, 0,    HOT_JCC + (number),   NULL), \
    ROW("J" suffix,    0x0f80 + (number), ANY, 386, Jv, None, None, 0,    HOT_JCC + (number),   NULL), \
    ROW("SET" suffix,  0x0f90 + (number), ANY, 386, Eb, None, None, BYTE, HOT_SETCC + (number), exec_setcc), \
    ROW("CMOV" suffix, 0x0f40 + (number), ANY, 686, Gv, Ev,   None, 0,    0,                    exec_cmov)

#define BIT_TEST(mnemonic, code, group, lock, function)                            \
    ROW(mnemonic, code,   ANY,   386, Ev, Gv, None, (lock) | FLAGS, 0, function), \
    ROW(mnemonic, 0x0fba, group, 386, Ev, Ib, None, (lock) | FLAGS, 0, function)

/* A P6 has a whole range of codes without effect (SDM2 appendix A, "reserved NOP"); only 0F 1F /0
   is documented. Programs for later processors put marks there. */
#define HINT(code) ROW("NOP", code, ANY, 686, Ev, None, None, 0, 0, exec_nop)

const struct opcode opcode_rows[] = {
    /* Arithmetic and logic */
    ARITHMETIC("ADD", 0x00, 0, LOCK, HOT_ADD),
    ARITHMETIC("OR",  0x08, 1, LOCK, HOT_OR),
    ARITHMETIC("ADC", 0x10, 2, LOCK, HOT_ADC),
    ARITHMETIC("SBB", 0x18, 3, LOCK, HOT_SBB),
    ARITHMETIC("AND", 0x20, 4, LOCK, HOT_AND),
    ARITHMETIC("SUB", 0x28, 5, LOCK, HOT_SUB),
    ARITHMETIC("XOR", 0x30, 6, LOCK, HOT_XOR),
    ARITHMETIC("CMP", 0x38, 7, 0,    HOT_CMP),
    ROW("TEST", 0x84, ANY, 386, Eb,  Gb,   None, FLAGS | BYTE,        HOT_TEST, NULL),
    ROW("TEST", 0x85, ANY, 386, Ev,  Gv,   None, FLAGS,               HOT_TEST, NULL),
    ROW("TEST", 0xa8, ANY, 386, AL,  Ib,   None, FLAGS | BYTE,        HOT_TEST, NULL),
    ROW("TEST", 0xa9, ANY, 386, eAX, Iv,   None, FLAGS,               HOT_TEST, NULL),
    ROW("TEST", 0xf6, 0,   386, Eb,  Ib,   None, FLAGS | BYTE,        HOT_TEST, NULL),
    ROW("TEST", 0xf6, 1,   386, Eb,  Ib,   None, FLAGS | BYTE,        HOT_TEST, NULL),
    ROW("TEST", 0xf7, 0,   386, Ev,  Iv,   None, FLAGS,               HOT_TEST, NULL),
    ROW("TEST", 0xf7, 1,   386, Ev,  Iv,   None, FLAGS,               HOT_TEST, NULL),
    ROW("INC",  0x40, ANY, 386, Zv,  None, None, FLAGS | PLUS,        HOT_INC,  NULL),
    ROW("DEC",  0x48, ANY, 386, Zv,  None, None, FLAGS | PLUS,        HOT_DEC,  NULL),
    ROW("INC",  0xfe, 0,   386, Eb,  None, None, LOCK | FLAGS | BYTE, HOT_INC,  NULL),
    ROW("DEC",  0xfe, 1,   386, Eb,  None, None, LOCK | FLAGS | BYTE, HOT_DEC,  NULL),
    ROW("INC",  0xff, 0,   386, Ev,  None, None, LOCK | FLAGS,        HOT_INC,  NULL),
    ROW("DEC",  0xff, 1,   386, Ev,  None, None, LOCK | FLAGS,        HOT_DEC,  NULL),
    ROW("NOT",  0xf6, 2,   386, Eb,  None, None, LOCK | BYTE,         HOT_NOT,  NULL),
    ROW("NOT",  0xf7, 2,   386, Ev,  None, None, LOCK,                HOT_NOT,  NULL),
    ROW("NEG",  0xf6, 3,   386, Eb,  None, None, LOCK | FLAGS | BYTE, HOT_NEG,  NULL),
    ROW("NEG",  0xf7, 3,   386, Ev,  None, None, LOCK | FLAGS,        HOT_NEG,  NULL),
    ROW("MUL",  0xf6, 4,   386, Eb,  None, None, FLAGS | BYTE,        0, exec_mul),
    ROW("MUL",  0xf7, 4,   386, Ev,  None, None, FLAGS,               0, exec_mul),
    ROW("IMUL", 0xf6, 5,   386, Eb,  None, None, FLAGS | BYTE,        0, exec_imul),
    ROW("IMUL", 0xf7, 5,   386, Ev,  None, None, FLAGS,               0, exec_imul),
    ROW("DIV",  0xf6, 6,   386, Eb,  None, None, FLAGS | BYTE | FAULTS, 0, exec_div),
    ROW("DIV",  0xf7, 6,   386, Ev,  None, None, FLAGS | FAULTS,      0, exec_div),
    ROW("IDIV", 0xf6, 7,   386, Eb,  None, None, FLAGS | BYTE | FAULTS, 0, exec_idiv),
    ROW("IDIV", 0xf7, 7,   386, Ev,  None, None, FLAGS | FAULTS,      0, exec_idiv),
    ROW("IMUL", 0x0faf, ANY, 386, Gv, Ev,  None, FLAGS,               HOT_IMUL, NULL),
    ROW("IMUL", 0x69, ANY, 386, Gv,  Ev,   Iv,   FLAGS,               0, exec_imul_3),
    ROW("IMUL", 0x6b, ANY, 386, Gv,  Ev,   Is,   FLAGS,               0, exec_imul_3),
    ROW("DAA",  0x27, ANY, 386, None, None, None, FLAGS,              0, exec_daa),
    ROW("DAS",  0x2f, ANY, 386, None, None, None, FLAGS,              0, exec_das),
    ROW("AAA",  0x37, ANY, 386, None, None, None, FLAGS,              0, exec_aaa),
    ROW("AAS",  0x3f, ANY, 386, None, None, None, FLAGS,              0, exec_aas),
    ROW("AAM",  0xd4, ANY, 386, Ib,  None, None, FLAGS | FAULTS,      0, exec_aam),
    ROW("AAD",  0xd5, ANY, 386, Ib,  None, None, FLAGS,               0, exec_aad),
    ROW("CBW",  0x98, ANY, 386, None, None, None, 0,                  0, exec_cbw),
    ROW("CWD",  0x99, ANY, 386, None, None, None, 0,                  0, exec_cwd),

    /* Shifts and rotates */
    SHIFT("ROL", 0, HOT_ROL),
    SHIFT("ROR", 1, HOT_ROR),
    SHIFT("RCL", 2, HOT_RCL),
    SHIFT("RCR", 3, HOT_RCR),
    SHIFT("SHL", 4, HOT_SHL),
    SHIFT("SHR", 5, HOT_SHR),
    SHIFT("SHL", 6, HOT_SHL),
    SHIFT("SAR", 7, HOT_SAR),
    ROW("SHLD", 0x0fa4, ANY, 386, Ev, Gv, Ib, FLAGS, 0, exec_shld),
    ROW("SHLD", 0x0fa5, ANY, 386, Ev, Gv, CL, FLAGS, 0, exec_shld_cl),
    ROW("SHRD", 0x0fac, ANY, 386, Ev, Gv, Ib, FLAGS, 0, exec_shrd),
    ROW("SHRD", 0x0fad, ANY, 386, Ev, Gv, CL, FLAGS, 0, exec_shrd_cl),

    /* Bits */
    /* PRM 17 LOCK lists BT; i486 PRM 26 LOCK no longer does. */
    BIT_TEST("BT",  0x0fa3, 4, LOCK_386, exec_bt),
    BIT_TEST("BTS", 0x0fab, 5, LOCK, exec_bts),
    BIT_TEST("BTR", 0x0fb3, 6, LOCK, exec_btr),
    BIT_TEST("BTC", 0x0fbb, 7, LOCK, exec_btc),
    ROW("BSF", 0x0fbc, ANY, 386, Gv, Ev, None, FLAGS, 0, exec_bsf),
    ROW("BSR", 0x0fbd, ANY, 386, Gv, Ev, None, FLAGS, 0, exec_bsr),

    /* Moves */
    ROW("MOV",   0x88, ANY, 386, Eb,  Gb,  None, BYTE,        HOT_MOV, NULL),
    ROW("MOV",   0x89, ANY, 386, Ev,  Gv,  None, 0,           HOT_MOV, NULL),
    ROW("MOV",   0x8a, ANY, 386, Gb,  Eb,  None, BYTE,        HOT_MOV, NULL),
    ROW("MOV",   0x8b, ANY, 386, Gv,  Ev,  None, 0,           HOT_MOV, NULL),
    ROW("MOV",   0xa0, ANY, 386, AL,  Ob,  None, BYTE,        HOT_MOV, NULL),
    ROW("MOV",   0xa1, ANY, 386, eAX, Ov,  None, 0,           HOT_MOV, NULL),
    ROW("MOV",   0xa2, ANY, 386, Ob,  AL,  None, BYTE,        HOT_MOV, NULL),
    ROW("MOV",   0xa3, ANY, 386, Ov,  eAX, None, 0,           HOT_MOV, NULL),
    ROW("MOV",   0xb0, ANY, 386, Zb,  Ib,  None, BYTE | PLUS, HOT_MOV, NULL),
    ROW("MOV",   0xb8, ANY, 386, Zv,  Iv,  None, PLUS,        HOT_MOV, NULL),
    ROW("MOV",   0xc6, 0,   386, Eb,  Ib,  None, BYTE,        HOT_MOV, NULL),
    ROW("MOV",   0xc7, 0,   386, Ev,  Iv,  None, 0,           HOT_MOV, NULL),
    ROW("MOV",   0x8c, ANY, 386, Ev,  Sw,  None, 0,           0, exec_mov_from_segment),
    ROW("MOV",   0x8e, ANY, 386, Sw,  Ew,  None, FAULTS,      0, exec_mov_to_segment),
    ROW("MOVZX", 0x0fb6, ANY, 386, Gv, Eb, None, 0,           HOT_MOVZX8, NULL),
    ROW("MOVZX", 0x0fb7, ANY, 386, Gv, Ew, None, 0,           HOT_MOVZX16, NULL),
    ROW("MOVSX", 0x0fbe, ANY, 386, Gv, Eb, None, 0,           HOT_MOVSX8, NULL),
    ROW("MOVSX", 0x0fbf, ANY, 386, Gv, Ew, None, 0,           HOT_MOVSX16, NULL),
    ROW("LEA",   0x8d, ANY, 386, Gv,  M,   None, 0,           HOT_LEA, NULL),
    ROW("XCHG",  0x86, ANY, 386, Eb,  Gb,  None, LOCK | BYTE, 0, exec_xchg),
    ROW("XCHG",  0x87, ANY, 386, Ev,  Gv,  None, LOCK,        0, exec_xchg),
    ROW("XCHG",  0x90, ANY, 386, Zv,  eAX, None, PLUS,        0, exec_xchg),
    ROW("NOP",   0x90, ANY, 386, None, None, None, 0,         HOT_NOP, NULL),
    ROW("XLAT",  0xd7, ANY, 386, None, None, None, BYTE,      0, exec_xlat),
    ROW("LES",   0xc4, ANY, 386, Gv,  M,   None, FAULTS,      0, exec_les),
    ROW("LDS",   0xc5, ANY, 386, Gv,  M,   None, FAULTS,      0, exec_lds),
    ROW("LSS",   0x0fb2, ANY, 386, Gv, M,  None, FAULTS,      0, exec_lss),
    ROW("LFS",   0x0fb4, ANY, 386, Gv, M,  None, FAULTS,      0, exec_lfs),
    ROW("LGS",   0x0fb5, ANY, 386, Gv, M,  None, FAULTS,      0, exec_lgs),
    ROW("BSWAP",   0x0fc8, ANY, 486, Zd, None, None, PLUS,           0, exec_bswap),
    ROW("XADD",    0x0fc0, ANY, 486, Eb, Gb, None, LOCK | FLAGS | BYTE, 0, exec_xadd),
    ROW("XADD",    0x0fc1, ANY, 486, Ev, Gv, None, LOCK | FLAGS,     0, exec_xadd),
    ROW("CMPXCHG", 0x0fb0, ANY, 486, Eb, Gb, None, LOCK | FLAGS | BYTE, 0, exec_cmpxchg),
    ROW("CMPXCHG", 0x0fb1, ANY, 486, Ev, Gv, None, LOCK | FLAGS,     0, exec_cmpxchg),
    ROW("CMPXCHG8B", 0x0fc7, 1, 586, M, None, None, LOCK | FLAGS,    0, exec_cmpxchg8b),

    /* Strings: one iteration each */
    ROW("MOVS", 0xa4, ANY, 386, None, None, None, STRING | BYTE,        0, exec_movs),
    ROW("MOVS", 0xa5, ANY, 386, None, None, None, STRING,               0, exec_movs),
    ROW("CMPS", 0xa6, ANY, 386, None, None, None, STRING | REPZ | FLAGS | BYTE, 0, exec_cmps),
    ROW("CMPS", 0xa7, ANY, 386, None, None, None, STRING | REPZ | FLAGS, 0, exec_cmps),
    ROW("STOS", 0xaa, ANY, 386, None, None, None, STRING | BYTE,        0, exec_stos),
    ROW("STOS", 0xab, ANY, 386, None, None, None, STRING,               0, exec_stos),
    ROW("LODS", 0xac, ANY, 386, None, None, None, STRING | BYTE,        0, exec_lods),
    ROW("LODS", 0xad, ANY, 386, None, None, None, STRING,               0, exec_lods),
    ROW("SCAS", 0xae, ANY, 386, None, None, None, STRING | REPZ | FLAGS | BYTE, 0, exec_scas),
    ROW("SCAS", 0xaf, ANY, 386, None, None, None, STRING | REPZ | FLAGS, 0, exec_scas),
    ROW("INS",  0x6c, ANY, 386, None, None, None, STRING | BYTE,        0, exec_ins),
    ROW("INS",  0x6d, ANY, 386, None, None, None, STRING,               0, exec_ins),
    ROW("OUTS", 0x6e, ANY, 386, None, None, None, STRING | BYTE,        0, exec_outs),
    ROW("OUTS", 0x6f, ANY, 386, None, None, None, STRING,               0, exec_outs),

    /* Stack */
    ROW("PUSH",  0x50, ANY, 386, Zv, None, None, PLUS,   HOT_PUSH, NULL),
    ROW("POP",   0x58, ANY, 386, Zv, None, None, PLUS,   HOT_POP,  NULL),
    ROW("PUSH",  0x68, ANY, 386, Iv, None, None, 0,      HOT_PUSH, NULL),
    ROW("PUSH",  0x6a, ANY, 386, Is, None, None, 0,      HOT_PUSH, NULL),
    ROW("PUSH",  0xff, 6,   386, Ev, None, None, 0,      HOT_PUSH, exec_push),
    ROW("POP",   0x8f, 0,   386, Ev, None, None, 0,      HOT_POP,  exec_pop),
    ROW("PUSH",  0x06, ANY, 386, ES, None, None, 0,      0, exec_push_segment),
    ROW("PUSH",  0x0e, ANY, 386, CS, None, None, 0,      0, exec_push_segment),
    ROW("PUSH",  0x16, ANY, 386, SS, None, None, 0,      0, exec_push_segment),
    ROW("PUSH",  0x1e, ANY, 386, DS, None, None, 0,      0, exec_push_segment),
    ROW("PUSH",  0x0fa0, ANY, 386, FS, None, None, 0,    0, exec_push_segment),
    ROW("PUSH",  0x0fa8, ANY, 386, GS, None, None, 0,    0, exec_push_segment),
    ROW("POP",   0x07, ANY, 386, ES, None, None, FAULTS, 0, exec_pop_segment),
    ROW("POP",   0x17, ANY, 386, SS, None, None, FAULTS, 0, exec_pop_segment),
    ROW("POP",   0x1f, ANY, 386, DS, None, None, FAULTS, 0, exec_pop_segment),
    ROW("POP",   0x0fa1, ANY, 386, FS, None, None, FAULTS, 0, exec_pop_segment),
    ROW("POP",   0x0fa9, ANY, 386, GS, None, None, FAULTS, 0, exec_pop_segment),
    ROW("PUSHA", 0x60, ANY, 386, None, None, None, 0,    0, exec_pusha),
    ROW("POPA",  0x61, ANY, 386, None, None, None, 0,    0, exec_popa),
    ROW("PUSHF", 0x9c, ANY, 386, None, None, None, FAULTS, 0, exec_pushf),
    ROW("POPF",  0x9d, ANY, 386, None, None, None, FLAGS | FAULTS, 0, exec_popf),
    ROW("ENTER", 0xc8, ANY, 386, Iw, Ib, None, 0,        0, exec_enter),
    ROW("LEAVE", 0xc9, ANY, 386, None, None, None, 0,    0, exec_leave),

    /* Flags */
    ROW("SAHF", 0x9e, ANY, 386, None, None, None, FLAGS, 0, exec_sahf),
    ROW("LAHF", 0x9f, ANY, 386, None, None, None, 0,     0, exec_lahf),
    ROW("SALC", 0xd6, ANY, 386, None, None, None, 0,     0, exec_salc),
    ROW("CMC",  0xf5, ANY, 386, None, None, None, FLAGS, 0, exec_cmc),
    ROW("CLC",  0xf8, ANY, 386, None, None, None, FLAGS, 0, exec_clc),
    ROW("STC",  0xf9, ANY, 386, None, None, None, FLAGS, 0, exec_stc),
    ROW("CLI",  0xfa, ANY, 386, None, None, None, FAULTS, 0, exec_cli),
    ROW("STI",  0xfb, ANY, 386, None, None, None, FAULTS | ENDS, 0, exec_sti),
    ROW("CLD",  0xfc, ANY, 386, None, None, None, 0,     0, exec_cld),
    ROW("STD",  0xfd, ANY, 386, None, None, None, 0,     0, exec_std),

    /* Control transfer */
    CONDITION("O",  0), CONDITION("NO", 1), CONDITION("B",  2), CONDITION("NB",  3),
    CONDITION("Z",  4), CONDITION("NZ", 5), CONDITION("BE", 6), CONDITION("NBE", 7),
    CONDITION("S",  8), CONDITION("NS", 9), CONDITION("P", 10), CONDITION("NP", 11),
    CONDITION("L", 12), CONDITION("NL", 13), CONDITION("LE", 14), CONDITION("NLE", 15),
    ROW("LOOPNE", 0xe0, ANY, 386, Jb, None, None, 0,     HOT_LOOPNE, NULL),
    ROW("LOOPE", 0xe1, ANY, 386, Jb, None, None, 0,      HOT_LOOPE, NULL),
    ROW("LOOP",  0xe2, ANY, 386, Jb, None, None, 0,      HOT_LOOP, NULL),
    ROW("JCXZ",  0xe3, ANY, 386, Jb, None, None, 0,      HOT_JCXZ, NULL),
    ROW("CALL",  0xe8, ANY, 386, Jv, None, None, 0,      HOT_CALL, NULL),
    ROW("JMP",   0xe9, ANY, 386, Jv, None, None, 0,      HOT_JMP, NULL),
    ROW("JMP",   0xeb, ANY, 386, Jb, None, None, 0,      HOT_JMP, NULL),
    ROW("RET",   0xc2, ANY, 386, Iw, None, None, JUMPS,  HOT_RET, NULL),
    ROW("RET",   0xc3, ANY, 386, None, None, None, JUMPS, HOT_RET, NULL),
    ROW("CALL",  0xff, 2,   386, Ev, None, None, JUMPS,  0, exec_call_near),
    ROW("JMP",   0xff, 4,   386, Ev, None, None, JUMPS,  0, exec_jmp_near),
    ROW("CALLF", 0x9a, ANY, 386, Ap, None, None, JUMPS,  0, exec_call_far),
    ROW("JMPF",  0xea, ANY, 386, Ap, None, None, JUMPS,  0, exec_jmp_far),
    ROW("CALLF", 0xff, 3,   386, M,  None, None, JUMPS,  0, exec_call_far_memory),
    ROW("JMPF",  0xff, 5,   386, M,  None, None, JUMPS,  0, exec_jmp_far_memory),
    ROW("RETF",  0xca, ANY, 386, Iw, None, None, JUMPS,  0, exec_retf),
    ROW("RETF",  0xcb, ANY, 386, None, None, None, JUMPS, 0, exec_retf),
    ROW("INT3",  0xcc, ANY, 386, None, None, None, JUMPS | ENDS, 0, exec_int3),
    ROW("INT",   0xcd, ANY, 386, Ib, None, None, JUMPS | ENDS, 0, exec_int),
    ROW("INTO",  0xce, ANY, 386, None, None, None, JUMPS | ENDS, 0, exec_into),
    ROW("ICEBP", 0xf1, ANY, 386, None, None, None, JUMPS | ENDS, 0, exec_icebp),
    ROW("IRET",  0xcf, ANY, 386, None, None, None, JUMPS | ENDS | FLAGS, 0, exec_iret),
    ROW("BOUND", 0x62, ANY, 386, Gv, M, None, FAULTS,    0, exec_bound),

    /* Ports */
    ROW("IN",  0xe4, ANY, 386, AL,  Ib,  None, BYTE | FAULTS, 0, exec_in),
    ROW("IN",  0xe5, ANY, 386, eAX, Ib,  None, FAULTS,        0, exec_in),
    ROW("OUT", 0xe6, ANY, 386, Ib,  AL,  None, BYTE | FAULTS, 0, exec_out),
    ROW("OUT", 0xe7, ANY, 386, Ib,  eAX, None, FAULTS,        0, exec_out),
    ROW("IN",  0xec, ANY, 386, AL,  DX,  None, BYTE | FAULTS, 0, exec_in_dx),
    ROW("IN",  0xed, ANY, 386, eAX, DX,  None, FAULTS,        0, exec_in_dx),
    ROW("OUT", 0xee, ANY, 386, DX,  AL,  None, BYTE | FAULTS, 0, exec_out_dx),
    ROW("OUT", 0xef, ANY, 386, DX,  eAX, None, FAULTS,        0, exec_out_dx),

    /* System */
    ROW("HLT",  0xf4, ANY, 386, None, None, None, FAULTS | ENDS, 0, exec_hlt),
    ROW("SLDT", 0x0f00, 0, 386, Ev, None, None, FAULTS, 0, exec_sldt),
    ROW("STR",  0x0f00, 1, 386, Ev, None, None, FAULTS, 0, exec_str),
    ROW("LLDT", 0x0f00, 2, 386, Ew, None, None, FAULTS, 0, exec_lldt),
    ROW("LTR",  0x0f00, 3, 386, Ew, None, None, FAULTS, 0, exec_ltr),
    ROW("VERR", 0x0f00, 4, 386, Ew, None, None, FLAGS | FAULTS, 0, exec_verr),
    ROW("VERW", 0x0f00, 5, 386, Ew, None, None, FLAGS | FAULTS, 0, exec_verw),
    ROW("SGDT", 0x0f01, 0, 386, M,  None, None, FAULTS, 0, exec_sgdt),
    ROW("SIDT", 0x0f01, 1, 386, M,  None, None, FAULTS, 0, exec_sidt),
    ROW("LGDT", 0x0f01, 2, 386, M,  None, None, FAULTS, 0, exec_lgdt),
    ROW("LIDT", 0x0f01, 3, 386, M,  None, None, FAULTS, 0, exec_lidt),
    ROW("SMSW", 0x0f01, 4, 386, Ev, None, None, 0,      0, exec_smsw),
    ROW("LMSW", 0x0f01, 6, 386, Ew, None, None, FAULTS | ENDS, 0, exec_lmsw),
    ROW("INVLPG", 0x0f01, 7, 486, M, None, None, FAULTS | ENDS, 0, exec_invlpg),
    ROW("LAR",  0x0f02, ANY, 386, Gv, Ew, None, FLAGS | FAULTS, 0, exec_lar),
    ROW("LSL",  0x0f03, ANY, 386, Gv, Ew, None, FLAGS | FAULTS, 0, exec_lsl),
    ROW("CLTS", 0x0f06, ANY, 386, None, None, None, FAULTS, 0, exec_clts),
    ROW("INVD", 0x0f08, ANY, 486, None, None, None, FAULTS, 0, exec_ring0_nop),
    ROW("WBINVD", 0x0f09, ANY, 486, None, None, None, FAULTS, 0, exec_ring0_nop),
    ROW("MOV",  0x0f20, ANY, 386, Rd, Cd, None, FAULTS, 0, exec_mov_from_control),
    ROW("MOV",  0x0f22, ANY, 386, Cd, Rd, None, FAULTS | ENDS, 0, exec_mov_to_control),
    ROW("MOV",  0x0f21, ANY, 386, Rd, Dd, None, FAULTS, 0, exec_mov_from_debug),
    ROW("MOV",  0x0f23, ANY, 386, Dd, Rd, None, FAULTS | ENDS, 0, exec_mov_to_debug),
    ROW("MOV",  0x0f24, ANY, 386, Rd, Td, None, FAULTS, 0, exec_mov_from_test),
    ROW("MOV",  0x0f26, ANY, 386, Td, Rd, None, FAULTS, 0, exec_mov_to_test),
    ROW("ARPL", 0x63, ANY, 386, Ew, Gw, None, FLAGS | FAULTS, 0, exec_arpl),
    ROW("RDTSC", 0x0f31, ANY, 586, None, None, None, FAULTS, 0, exec_rdtsc),
    ROW("CPUID", 0x0fa2, ANY, 586, None, None, None, 0, 0, exec_cpuid),
    ROW("WRMSR", 0x0f30, ANY, 586, None, None, None, FAULTS, 0, exec_wrmsr),
    ROW("RDMSR", 0x0f32, ANY, 586, None, None, None, FAULTS, 0, exec_rdmsr),
    ROW("RDPMC", 0x0f33, ANY, 686, None, None, None, FAULTS, 0, exec_rdpmc),
    HINT(0x0f18), HINT(0x0f19), HINT(0x0f1a), HINT(0x0f1b),
    HINT(0x0f1c), HINT(0x0f1d), HINT(0x0f1e), HINT(0x0f1f),

    /* Coprocessor */
    ROW("WAIT", 0x9b, ANY, 386, None, None, None, FAULTS, 0, exec_wait),
    ROW("FXSAVE",  0x0fae, 0, 686, M, None, None, FAULTS, 0, exec_fxsave),
    ROW("FXRSTOR", 0x0fae, 1, 686, M, None, None, FAULTS, 0, exec_fxrstor),
    ROW("ESC", 0xd8, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xd9, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xda, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xdb, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xdc, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xdd, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xde, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
    ROW("ESC", 0xdf, ANY, 386, Ex, None, None, FAULTS, 0, exec_escape),
};
// clang-format on

const u32 opcode_row_count = ARRAY_COUNT(opcode_rows);
_Static_assert(ARRAY_COUNT(opcode_rows) <= OP_ROW, "a row number fits op.kind");

const char *opcode_operand_name(enum operand operand)
{
    static const char *const names[] = {
        "",   "Eb", "Ew", "Ev", "Gb",  "Gw", "Gv", "M",  "Ex", "Rd", "Cd", "Dd", "Td",
        "Sw", "Zb", "Zv", "Zd", "Ib",  "Iw", "Iv", "Is", "1",  "Jb", "Jv", "Ap", "Ob",
        "Ov", "AL", "CL", "DX", "eAX", "ES", "CS", "SS", "DS", "FS", "GS",
    };
    return names[operand];
}

static u16 *group_slot(struct opcode_index *index, u16 *map_slot, unsigned reg)
{
    if (!(*map_slot & OPCODE_GROUP) || *map_slot == OPCODE_NO_ROW) {
        assert(index->group_count < OPCODE_MAX_GROUPS);
        u32 group = index->group_count++;
        for (unsigned i = 0; i < 8; i++)
            index->groups[group][i] = OPCODE_NO_ROW;
        *map_slot = (u16)(OPCODE_GROUP | group);
    }
    return &index->groups[*map_slot & ~OPCODE_GROUP][reg];
}

void opcode_index_build(struct opcode_index *index, enum cpu_level level)
{
    index->level = level;
    index->group_count = 0;
    for (unsigned i = 0; i < 256; i++)
        index->map[0][i] = index->map[1][i] = OPCODE_NO_ROW;
    for (u32 number = 0; number < opcode_row_count; number++) {
        const struct opcode *row = &opcode_rows[number];
        if (row->level > level)
            continue;
        u16 *slot = &index->map[row->code >> 8 == 0x0f][row->code & 0xff];
        unsigned codes = row->attributes & OPCODE_PLUS ? 8 : 1;
        if (row->group >= 0)
            *group_slot(index, slot, (unsigned)row->group) = (u16)number;
        else
            for (unsigned i = 0; i < codes; i++)
                slot[i] = (u16)number;
    }
}
