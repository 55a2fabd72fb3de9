#include "cpu/decode.h"
#include "fuzz/fuzz.h"

/* Any bytes: the decoder reads no further than it is given, and says the same of an instruction
   whether or not more bytes follow it. First byte of the input: level and code size. */

static void check(const struct opcode_index *opcodes, bool code32, const u8 *bytes, u32 count)
{
    struct instruction whole, exact;
    enum decode_status status = decode_instruction(opcodes, code32, 0, bytes, count, &whole);
    if (status == DECODE_SHORT || (status == DECODE_UNDEFINED && whole.length == 0))
        return;
    FUZZ_REQUIRE(whole.length > 0 && whole.length <= count);
    FUZZ_REQUIRE(whole.row && whole.row->level <= CPU_686);
    FUZZ_REQUIRE(decode_instruction(opcodes, code32, 0, bytes, whole.length, &exact) == status);
    FUZZ_REQUIRE(exact.length == whole.length && exact.row == whole.row);
    FUZZ_REQUIRE(decode_instruction(opcodes, code32, 0, bytes, whole.length - 1u, &exact) ==
                 DECODE_SHORT);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static struct opcode_index opcodes[4];
    static bool built;
    for (unsigned level = 0; !built && level < 4; level++)
        opcode_index_build(&opcodes[level], (enum cpu_level)level);
    built = true;
    if (size < 2)
        return 0;
    u32 count = size - 1 < DECODE_MAX_LENGTH ? (u32)size - 1 : DECODE_MAX_LENGTH;
    check(&opcodes[data[0] & 3], data[0] & 4, data + 1, count);
    return 0;
}
