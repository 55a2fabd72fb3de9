#include "support/instruction_rows.h"
#include "support/suite.h"

/* Flags that the manual leaves open have a value here (emu/docs/UNDEFINED.md): no row masks one. */

#define BIT31 0x80000000u

/* clang-format off */
static const struct row rows[] = {
    {"and_clears_af", 32, CODE(0x24, 0x10), IN({EAX, 0x10}, {FLAGS, ARITHMETIC}), OUT({FLAGS, 0}), 0},
    {"or_clears_af", 32, CODE(0x0c, 0x10), IN({EAX, 0}, {FLAGS, ARITHMETIC}), OUT({EAX, 0x10}, {FLAGS, 0}), 0},
    {"xor_clears_af", 32, CODE(0x34, 0x10), IN({EAX, 0}, {FLAGS, ARITHMETIC}), OUT({EAX, 0x10}, {FLAGS, 0}), 0},
    {"test_clears_af", 32, CODE(0xa8, 0x10), IN({EAX, 0x10}, {FLAGS, ARITHMETIC}), OUT({FLAGS, 0}), 0},
    {"shl_by_4_of_is_sign_and_carry_differ", 32, CODE(0xc1, 0xe0, 4), IN({EAX, 0x0f000001}, {FLAGS, AF}), OUT({EAX, 0xf0000010}, {FLAGS, SF | OF}), 0},
    {"shl_of_a_byte_by_8_shifts_out_the_last_bit", 32, CODE(0xc0, 0xe0, 8), IN({EAX, 1}, {FLAGS, AF}), OUT({EAX, 0}, {FLAGS, CF | OF | ZF | PF}), 0},
    {"shl_of_a_byte_by_9_shifts_out_0", 32, CODE(0xc0, 0xe0, 9), IN({EAX, 0xff}, {FLAGS, AF}), OUT({EAX, 0}, {FLAGS, ZF | PF}), 0},
    {"shr_by_4_of_is_the_last_sign_lost", 32, CODE(0xc1, 0xe8, 4), IN({EAX, 0xf0000018}, {FLAGS, AF | OF}), OUT({EAX, 0x0f000001}, {FLAGS, CF}), 0},
    {"shr_of_a_byte_by_9_shifts_out_0", 32, CODE(0xc0, 0xe8, 9), IN({EAX, 0xff}, {FLAGS, AF | CF | OF}), OUT({EAX, 0}, {FLAGS, ZF | PF}), 0},
    {"sar_by_4_clears_of", 32, CODE(0xc1, 0xf8, 4), IN({EAX, 0x80000018}, {FLAGS, AF | OF}), OUT({EAX, 0xf8000001}, {FLAGS, CF | SF}), 0},
    {"rol_by_4_of_is_sign_and_carry_differ", 32, CODE(0xc1, 0xc0, 4), IN({EAX, 0x08000000}, {FLAGS, 0}), OUT({EAX, 0x80000000}, {FLAGS, OF}), 0},
    {"ror_by_4_of_is_the_upper_bits_differ", 32, CODE(0xc1, 0xc8, 4), IN({EAX, 0x00000008}, {FLAGS, 0}), OUT({EAX, 0x80000000}, {FLAGS, CF | OF}), 0},
    {"rcl_by_4_of_is_sign_and_carry_differ", 32, CODE(0xc1, 0xd0, 4), IN({EAX, 0x08000000}, {FLAGS, 0}), OUT({EAX, 0x80000000}, {FLAGS, OF}), 0},
    {"rcr_by_4_of_is_the_upper_bits_differ", 32, CODE(0xc1, 0xd8, 4), IN({EAX, 0x00000010}, {FLAGS, 0}), OUT({EAX, 1}, {FLAGS, 0}), 0},
    {"shld_by_4_of_is_the_sign_changed", 32, CODE(0x0f, 0xa4, 0xc8, 4), IN({EAX, 0x08000000}, {ECX, 0x10000000}, {FLAGS, AF}), OUT({EAX, 0x80000001}, {FLAGS, SF | OF}), 0},
    {"shrd_by_4_of_is_the_sign_changed", 32, CODE(0x0f, 0xac, 0xc8, 4), IN({EAX, 0x00000010}, {ECX, 0x8}, {FLAGS, AF}), OUT({EAX, 0x80000001}, {FLAGS, SF | OF}), 0},
    {"mul_has_the_flags_of_the_low_half", 32, CODE(0xf6, 0xe1), IN({EAX, 0x10}, {ECX, 0x18}, {FLAGS, AF}), OUT({EAX, 0x180}, {FLAGS, CF | OF | SF}), 0},
    {"imul_has_the_flags_of_the_low_half", 32, CODE(0x6b, 0xc1, 0), IN({ECX, 5}, {FLAGS, AF | SF}), OUT({EAX, 0}, {FLAGS, ZF | PF}), 0},
    {"div_keeps_all_flags", 32, CODE(0xf6, 0xf1), IN({EAX, 7}, {ECX, 2}, {FLAGS, ARITHMETIC}), OUT({EAX, 0x103}), 0},
    {"idiv_keeps_all_flags", 32, CODE(0xf6, 0xf9), IN({EAX, 7}, {ECX, 2}, {FLAGS, 0}), OUT({EAX, 0x103}), 0},
    {"bsf_has_sf_and_pf_of_the_source", 32, CODE(0x0f, 0xbc, 0xc1), IN({ECX, BIT31 | 3}, {FLAGS, CF | OF | AF}), OUT({EAX, 0}, {FLAGS, SF | PF}), 0},
    {"bsr_of_zero_keeps_the_destination", 32, CODE(0x0f, 0xbd, 0xc1), IN({EAX, 0x1234}, {ECX, 0}, {FLAGS, CF | OF | AF}), OUT({FLAGS, ZF | PF}), 0},
    {"bt_keeps_the_other_flags", 32, CODE(0x0f, 0xba, 0xe0, 0), IN({EAX, 1}, {FLAGS, ARITHMETIC & ~CF}), OUT({FLAGS, ARITHMETIC}), 0},
    {"btr_keeps_the_other_flags", 32, CODE(0x0f, 0xba, 0xf0, 0), IN({EAX, 1}, {FLAGS, 0}), OUT({EAX, 0}, {FLAGS, CF}), 0},
    {"daa_clears_of", 32, CODE(0x27), IN({EAX, 0x7a}, {FLAGS, OF}), OUT({EAX, 0x80}, {FLAGS, AF | SF}), 0},
    {"das_clears_of", 32, CODE(0x2f), IN({EAX, 0x80}, {FLAGS, OF | AF}), OUT({EAX, 0x7a}, {FLAGS, AF}), 0},
    {"aaa_has_sf_zf_and_pf_of_al", 32, CODE(0x37), IN({EAX, 0x0a}, {FLAGS, OF | SF}), OUT({EAX, 0x100}, {FLAGS, AF | CF | ZF | PF}), 0},
    {"aas_has_sf_zf_and_pf_of_al", 32, CODE(0x3f), IN({EAX, 0x203}, {FLAGS, OF | SF}), OUT({EAX, 0x203}, {FLAGS, PF}), 0},
    {"aam_clears_cf_of_and_af", 32, CODE(0xd4, 10), IN({EAX, 11}, {FLAGS, CF | OF | AF}), OUT({EAX, 0x101}, {FLAGS, 0}), 0},
    {"aad_clears_cf_of_and_af", 32, CODE(0xd5, 10), IN({EAX, 0x101}, {FLAGS, CF | OF | AF}), OUT({EAX, 11}, {FLAGS, 0}), 0},
};
/* clang-format on */

START_TEST(cpu_undefined_flags_are_as_the_table_says)
{
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        instruction_row_check(&rows[i]);
}
END_TEST

SUITE_MAIN("cpu_undefined", cpu_undefined_flags_are_as_the_table_says)
