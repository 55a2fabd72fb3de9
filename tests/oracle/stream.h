#ifndef GLASS386_TESTS_STREAM_H
#define GLASS386_TESTS_STREAM_H

#include "oracle/case.h"

/* A run of random instructions that two processors execute from the same state and are compared
   after. What a stream cannot hold is left to single cases (case.h):
   - transfers to an address that no one chose: indirect, far, returns, interrupts. Jcc, JMP, LOOP
     and JCXZ go to the next instruction or the one behind it, CALL to the next;
   - an instruction that would end it nearly always: privileged, BOUND, loads of far pointers.
     Segments get values from a MOV or PUSH just before; REP gets a short count so;
   - what reads a flag that an earlier instruction left undefined, and results left undefined;
   - what the other side is known to do wrong: 32-bit offsets in real mode (limits), stores through
     CS, LOCK NEG, TEST as /1, REP before what is no string, POPA of 32
     bits in real mode (a 386 loads the upper half of ESP), CMPXCHG8B (it takes the flags from
     before the last instruction that set them), LOOPE and LOOPNE (where the count ends them, flags
     not yet computed are lost), INS (it stores twice);
   - stores into the stream itself: the other side starts the instruction again after it has
     changed the flags; stores into the GDT, whose limits it does not check. Such a run is not
     judged. */

#define STREAM_PARTS 40u
#define STREAM_BYTES 640u

struct stream_part {
    u16 offset; /* from the start of the stream */
    u16 row;
    u8 length;
    u8 prefixes;   /* STREAM_PREFIX_* */
    bool skipped;  /* a jump before it may leave it out */
    u32 undefined; /* arithmetic flags without a defined value before it */
};
#define STREAM_PREFIX_SEGMENT 1u
#define STREAM_PREFIX_OPERAND 2u
#define STREAM_PREFIX_ADDRESS 4u
#define STREAM_PREFIX_LOCK 8u
#define STREAM_PREFIX_REPEAT 16u

struct stream {
    enum case_mode mode;
    u32 eip;
    u16 cs;
    u32 count, bytes;                           /* without the #UD at the end */
    struct stream_part parts[STREAM_PARTS + 1]; /* the last is the #UD */
    u8 code[STREAM_BYTES];
};

/* STREAM_PREFIX_* of what stands before an opcode. */
u8 stream_prefixes(const u8 *code, unsigned length);

/* False for rows that no stream holds in this mode. */
bool stream_holds(const struct opcode *row, enum case_mode mode);

/* `rows`: numbers of rows to choose from, all of which streams hold. */
void stream_make(struct stream *stream, struct random *random, const struct opcode_index *opcodes,
                 enum case_mode mode, const u16 *rows, u32 row_count);

/* The part that begins at this EIP; null for none. */
const struct stream_part *stream_part_at(const struct stream *stream, u32 eip);

/* Leaves one part out; false when a jump or a REP depends on it, or a flag that is read later. */
bool stream_drop(struct stream *stream, const struct opcode_index *opcodes, u32 part);

#endif
