#include "support/suite.h"

#include "cpu/decode.h"

/* The opcode table and the decoder, without a CPU. */

static struct opcode_index indexes[4];

static void build(void)
{
    for (enum cpu_level level = CPU_386; level <= CPU_686; level++)
        opcode_index_build(&indexes[level], level);
}

/* Code bytes that name a row: opcode, then ModRM of a memory operand with the row's group. */
static void encode(const struct opcode *row, u8 *bytes)
{
    unsigned at = 0;
    if (row->code > 0xff)
        bytes[at++] = 0x0f;
    bytes[at++] = (u8)row->code;
    bytes[at] = (u8)((row->group < 0 ? 0 : row->group) << 3 | 0x06); /* [esi] */
}

/* NOP hides one of the codes of XCHG, and TEST has two groups: rows may share a mnemonic. */
START_TEST(decode_finds_every_row_from_its_code)
{
    build();
    for (u32 number = 0; number < opcode_row_count; number++) {
        const struct opcode *row = &opcode_rows[number];
        u8 bytes[16] = {0};
        struct instruction in;
        encode(row, bytes);
        if (row->code == 0x90 && (row->attributes & OPCODE_PLUS))
            bytes[0]++;
        ck_assert_int_eq(decode_instruction(&indexes[CPU_686], true, 0, bytes, sizeof bytes, &in),
                         DECODE_OK);
        ck_assert_uint_eq(in.row_number, number);
        ck_assert_str_eq(in.row->mnemonic, row->mnemonic);
    }
}
END_TEST

START_TEST(decode_refuses_rows_of_later_levels)
{
    build();
    for (u32 number = 0; number < opcode_row_count; number++) {
        const struct opcode *row = &opcode_rows[number];
        u8 bytes[16] = {0};
        struct instruction in;
        encode(row, bytes);
        if (row->level == CPU_386)
            continue;
        ck_assert_int_eq(
            decode_instruction(&indexes[row->level - 1], true, 0, bytes, sizeof bytes, &in),
            DECODE_UNDEFINED);
    }
}
END_TEST

/* Every row has a way to run: a hot operation, or a function. */
START_TEST(decode_rows_are_complete)
{
    for (u32 number = 0; number < opcode_row_count; number++) {
        const struct opcode *row = &opcode_rows[number];
        ck_assert_msg(row->hot || row->function, "%s %x", row->mnemonic, row->code);
        ck_assert(row->level <= CPU_686 && row->group < 8);
        for (unsigned i = 0; i < ARRAY_COUNT(row->operands); i++)
            ck_assert_ptr_nonnull(opcode_operand_name(row->operands[i]));
    }
    ck_assert_str_eq(opcode_operand_name(OPERAND_GS), "GS");
}
END_TEST

struct length_row {
    const char *name;
    bool code32;
    u8 length;
    u8 bytes[15];
};

/* clang-format off */
static const struct length_row lengths[] = {
    {"mov_moffs32", true, 5, {0xa1}},
    {"mov_moffs16_by_prefix", true, 4, {0x67, 0xa1}},
    {"mov_imm32_to_memory_with_sib", true, 11, {0xc7, 0x84, 0x24}},
    {"mov_imm16_by_prefix", true, 5, {0x66, 0xc7, 0x06}},
    {"absolute_without_base", true, 6, {0x8b, 0x05}},
    {"sib_without_base", true, 7, {0x8b, 0x04, 0x25}},
    {"disp16", false, 4, {0x8b, 0x06}},
    {"bp_needs_a_displacement", false, 3, {0x8b, 0x46}},
    {"far_call_16", false, 5, {0x9a}},
    {"far_call_32", true, 7, {0x9a}},
    {"enter", true, 4, {0xc8}},
    {"test_immediate_in_group_3", true, 6, {0xf7, 0xc0}},
    {"not_has_no_immediate", true, 2, {0xf7, 0xd0}},
    {"control_register_ignores_mod", true, 3, {0x0f, 0x20, 0x00}},
    {"jcc_near_16", false, 4, {0x0f, 0x84}},
    {"escape_with_displacement", true, 3, {0xd9, 0x40}},
};
/* clang-format on */

START_TEST(decode_lengths)
{
    build();
    for (unsigned i = 0; i < ARRAY_COUNT(lengths); i++) {
        const struct length_row *row = &lengths[i];
        struct instruction in;
        enum decode_status status =
            decode_instruction(&indexes[0], row->code32, 0, row->bytes, 15, &in);
        ck_assert_msg(status == DECODE_OK && in.length == row->length, "%s: %d, %u bytes",
                      row->name, status, in.length);
        status = decode_instruction(&indexes[0], row->code32, 0, row->bytes, row->length - 1u, &in);
        ck_assert_msg(status == DECODE_SHORT, "%s needs its last byte", row->name);
    }
}
END_TEST

START_TEST(decode_takes_any_bytes)
{
    build();
    u64 state = 1;
    for (unsigned round = 0; round < 200000; round++) {
        u8 bytes[15];
        for (unsigned i = 0; i < sizeof bytes; i++) {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            bytes[i] = (u8)(state >> 56);
        }
        struct instruction in;
        u32 available = (u32)(state >> 40) % 16;
        enum decode_status status =
            decode_instruction(&indexes[round % 4], round & 4, 0, bytes, available, &in);
        if (status == DECODE_OK)
            ck_assert_uint_le(in.length, available);
    }
}
END_TEST

SUITE_MAIN("cpu_decode", decode_finds_every_row_from_its_code, decode_refuses_rows_of_later_levels,
           decode_rows_are_complete, decode_lengths, decode_takes_any_bytes)
