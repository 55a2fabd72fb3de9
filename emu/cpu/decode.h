#ifndef GLASS386_CPU_DECODE_H
#define GLASS386_CPU_DECODE_H

#include "cpu/opcodes.h"

/* From code bytes to one instruction's operands. Knows nothing of memory, pages or limits: the
   caller gives the bytes that can be fetched and is told when they do not suffice. */

#define DECODE_MAX_LENGTH 15u /* longer instructions are #GP(0) */

enum decode_status {
    DECODE_OK,
    DECODE_SHORT,     /* needs more bytes than were given */
    DECODE_UNDEFINED, /* #UD */
};

enum operand_place { PLACE_NONE, PLACE_REGISTER, PLACE_MEMORY, PLACE_IMMEDIATE };

/* REP prefix of a string instruction, in op.dst. */
enum repeat { REPEAT_NONE, REPEAT_Z, REPEAT_NZ };

struct instruction {
    const struct opcode *row;
    u16 row_number;
    u8 length;
    u8 width; /* of the operands in bits: 8, 16, 32 */
    bool lock;
    u8 dst_place, src_place; /* enum operand_place of the first two operands */
    u32 target;              /* branches: offset of the target */
    struct op op;            /* imm, disp, registers and form are set; fn, n, kind, link are not */
};

/* code32: CS.D. eip: offset of bytes[0]. */
enum decode_status decode_instruction(const struct opcode_index *index, bool code32, u32 eip,
                                      const u8 *bytes, u32 available,
                                      struct instruction *instruction);

#endif
