#include "support/cpu_testbed.h"
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
    {"shl_by_4_of_is_sign_and_carry_differ", 32, CODE(0xc1, 0xe0, 4), IN({EAX, 0x0f000001}, {FLAGS, 0}), OUT({EAX, 0xf0000010}, {FLAGS, SF | AF | OF}), 0},
    {"shl_of_a_byte_by_8_shifts_out_the_last_bit", 32, CODE(0xc0, 0xe0, 8), IN({EAX, 1}, {FLAGS, 0}), OUT({EAX, 0}, {FLAGS, CF | OF | ZF | AF | PF}), 0},
    {"shl_of_a_byte_by_9_shifts_out_0", 32, CODE(0xc0, 0xe0, 9), IN({EAX, 0xff}, {FLAGS, 0}), OUT({EAX, 0}, {FLAGS, ZF | AF | PF}), 0},
    {"shl_of_a_byte_by_16_has_the_carry_of_8", 32, CODE(0xc0, 0xe0, 16), IN({EAX, 1}, {FLAGS, 0}), OUT({EAX, 0}, {FLAGS, CF | OF | ZF | AF | PF}), 0},
    {"shl_of_a_byte_by_cl_of_24_has_the_carry_of_8", 32, CODE(0xd2, 0xe0), IN({EAX, 0xfe}, {ECX, 24}, {FLAGS, CF | OF}), OUT({EAX, 0}, {FLAGS, ZF | AF | PF}), 0},
    {"shl_of_a_word_by_16_has_the_carry_of_the_last_bit", 16, CODE(0xc1, 0xe0, 16), IN({EAX, 1}, {FLAGS, 0}), OUT({EAX, 0}, {FLAGS, CF | OF | ZF | AF | PF}), 0},
    {"shl_by_0_keeps_all_flags", 32, CODE(0xc1, 0xe0, 32), IN({EAX, 1}, {FLAGS, CF | SF}), OUT({EAX, 1}), 0},
    {"shr_by_4_clears_of", 32, CODE(0xc1, 0xe8, 4), IN({EAX, 0xf0000018}, {FLAGS, OF}), OUT({EAX, 0x0f000001}, {FLAGS, CF | AF}), 0},
    {"shr_of_a_byte_by_9_shifts_out_0", 32, CODE(0xc0, 0xe8, 9), IN({EAX, 0xff}, {FLAGS, CF | OF}), OUT({EAX, 0}, {FLAGS, ZF | AF | PF}), 0},
    {"shr_of_a_byte_by_24_has_the_carry_of_8", 32, CODE(0xc0, 0xe8, 24), IN({EAX, 0x80}, {FLAGS, OF}), OUT({EAX, 0}, {FLAGS, CF | ZF | AF | PF}), 0},
    {"sar_by_4_clears_of", 32, CODE(0xc1, 0xf8, 4), IN({EAX, 0x80000018}, {FLAGS, OF}), OUT({EAX, 0xf8000001}, {FLAGS, CF | SF | AF}), 0},
    {"rol_by_4_of_is_sign_and_carry_differ", 32, CODE(0xc1, 0xc0, 4), IN({EAX, 0x08000000}, {FLAGS, 0}), OUT({EAX, 0x80000000}, {FLAGS, OF}), 0},
    {"ror_by_4_of_is_the_upper_bits_differ", 32, CODE(0xc1, 0xc8, 4), IN({EAX, 0x00000008}, {FLAGS, 0}), OUT({EAX, 0x80000000}, {FLAGS, CF | OF}), 0},
    {"rcl_by_4_of_is_sign_and_carry_differ", 32, CODE(0xc1, 0xd0, 4), IN({EAX, 0x08000000}, {FLAGS, 0}), OUT({EAX, 0x80000000}, {FLAGS, OF}), 0},
    {"rcr_by_4_of_is_the_upper_bits_differ", 32, CODE(0xc1, 0xd8, 4), IN({EAX, 0x00000010}, {FLAGS, 0}), OUT({EAX, 1}, {FLAGS, 0}), 0},
    {"shld_by_4_of_is_the_last_step_changed_the_sign", 32, CODE(0x0f, 0xa4, 0xc8, 4), IN({EAX, 0x08000000}, {ECX, 0x10000000}, {FLAGS, AF}), OUT({EAX, 0x80000001}, {FLAGS, SF | OF}), 0},
    {"shld_by_4_back_and_forth_has_no_of", 32, CODE(0x0f, 0xa4, 0xc8, 4), IN({EAX, 0x18000000}, {ECX, 0x10000000}, {FLAGS, AF | OF}), OUT({EAX, 0x80000001}, {FLAGS, CF | SF}), 0},
    {"shld_of_16_bits_by_20_takes_the_source_again", 16, CODE(0x0f, 0xa4, 0xc8, 20), IN({EAX, 0x1234}, {ECX, 0xabcd}, {FLAGS, 0}), OUT({EAX, 0xbcda}, {FLAGS, SF | OF}), 0},
    {"shrd_by_4_of_is_the_last_step_changed_the_sign", 32, CODE(0x0f, 0xac, 0xc8, 4), IN({EAX, 0x00000010}, {ECX, 0x8}, {FLAGS, AF}), OUT({EAX, 0x80000001}, {FLAGS, SF | OF}), 0},
    {"shrd_by_4_back_and_forth_has_no_of", 32, CODE(0x0f, 0xac, 0xc8, 4), IN({EAX, 0x00000010}, {ECX, 0xc}, {FLAGS, AF | OF}), OUT({EAX, 0xc0000001}, {FLAGS, SF}), 0},
    {"shrd_of_16_bits_by_20_takes_the_source_again", 16, CODE(0x0f, 0xac, 0xc8, 20), IN({EAX, 0x1234}, {ECX, 0xabcd}, {FLAGS, 0}), OUT({EAX, 0xdabc}, {FLAGS, CF | SF}), 0},
    {"mul_has_the_flags_of_the_high_half", 32, CODE(0xf6, 0xe1), IN({EAX, 0x10}, {ECX, 0x18}, {FLAGS, PF}), OUT({EAX, 0x180}, {FLAGS, CF | OF | AF}), 0},
    {"mul_without_a_high_half_sets_zf", 32, CODE(0xf7, 0xe1), IN({EAX, 0x10}, {ECX, 0x18}, {FLAGS, SF}), OUT({EAX, 0x180}, {EDX, 0}, {FLAGS, ZF | AF | PF}), 0},
    {"imul_of_two_negatives_has_the_flags_of_the_high_half", 32, CODE(0xf7, 0xe9), IN({EAX, BIT31}, {ECX, 0xffffffff}, {FLAGS, SF}), OUT({EAX, BIT31}, {EDX, 0}, {FLAGS, CF | OF | ZF | AF | PF}), 0},
    {"imul_has_the_flags_of_the_high_half", 32, CODE(0x6b, 0xc1, 0xff), IN({ECX, 5}, {FLAGS, OF}), OUT({EAX, 0xfffffffb}, {FLAGS, SF | AF | PF}), 0},
    {"div_has_the_flags_of_the_remainder", 32, CODE(0xf6, 0xf1), IN({EAX, 7}, {ECX, 2}, {FLAGS, ARITHMETIC}), OUT({EAX, 0x103}, {FLAGS, AF}), 0},
    {"div_by_2_of_5_changes_flags", 32, CODE(0xf6, 0xf3), IN({EAX, 5}, {EBX, 2}, {FLAGS, 0}), OUT({EAX, 0x102}, {FLAGS, CF | OF | AF}), 0},
    {"div_by_2_of_5555_clears_zf", 16, CODE(0xf7, 0xf1), IN({EAX, 0x5555}, {EDX, 0}, {ECX, 2}, {FLAGS, ZF}), OUT({EAX, 0x2aaa}, {EDX, 1}, {FLAGS, CF | OF | AF}), 0},
    {"div_of_0_keeps_all_flags", 32, CODE(0xf6, 0xf1), IN({EAX, 7}, {ECX, 0}, {FLAGS, CF | ZF}), OUT({FAULT, EXC_DE}), 0},
    {"idiv_has_the_flags_of_the_remainder", 32, CODE(0xf7, 0xf9), IN({EAX, (u32)-7}, {EDX, ~0u}, {ECX, 2}, {FLAGS, ZF}), OUT({EAX, (u32)-3}, {EDX, ~0u}, {FLAGS, CF | OF | SF | AF | PF}), 0},
    {"idiv_by_a_negative_clears_cf_and_of", 32, CODE(0xf6, 0xf9), IN({EAX, 7}, {ECX, 0xfe}, {FLAGS, ARITHMETIC}), OUT({EAX, 0x1fd}, {FLAGS, AF}), 0},
    {"bsf_has_sf_and_pf_of_the_source", 32, CODE(0x0f, 0xbc, 0xc1), IN({ECX, BIT31 | 3}, {FLAGS, CF | OF | AF}), OUT({EAX, 0}, {FLAGS, SF | PF}), 0},
    {"bsr_of_zero_keeps_the_destination", 32, CODE(0x0f, 0xbd, 0xc1), IN({EAX, 0x1234}, {ECX, 0}, {FLAGS, CF | OF | AF}), OUT({FLAGS, ZF | PF}), 0},
    {"bt_keeps_sf_zf_af_and_pf", 32, CODE(0x0f, 0xba, 0xe0, 0), IN({EAX, 1}, {FLAGS, ARITHMETIC & ~CF}), OUT({FLAGS, ARITHMETIC & ~OF}), 0},
    {"bt_of_is_that_the_two_bits_below_differ", 32, CODE(0x0f, 0xba, 0xe0, 4), IN({EAX, 0x08}, {FLAGS, 0}), OUT({FLAGS, OF}), 0},
    {"bts_of_bit_0_compares_the_upper_two", 16, CODE(0x0f, 0xba, 0xe8, 0), IN({EAX, 0x8000}, {FLAGS, 0}), OUT({EAX, 0x8001}, {FLAGS, OF}), 0},
    {"btc_of_bit_1_compares_the_lowest_and_the_uppermost", 32, CODE(0x0f, 0xbb, 0xc8), IN({EAX, 1}, {ECX, 1}, {FLAGS, SF}), OUT({EAX, 3}, {FLAGS, SF | OF}), 0},
    {"btr_of_no_differing_bits_clears_of", 32, CODE(0x0f, 0xba, 0xf0, 0), IN({EAX, 0xc0000001}, {FLAGS, OF}), OUT({EAX, 0xc0000000}, {FLAGS, CF}), 0},
    {"daa_of_is_that_of_the_addition", 32, CODE(0x27), IN({EAX, 0x7a}, {FLAGS, 0}), OUT({EAX, 0x80}, {FLAGS, AF | SF | OF}), 0},
    {"daa_without_overflow_clears_of", 32, CODE(0x27), IN({EAX, 0x0a}, {FLAGS, OF}), OUT({EAX, 0x10}, {FLAGS, AF}), 0},
    {"das_of_is_that_of_the_subtraction", 32, CODE(0x2f), IN({EAX, 0x80}, {FLAGS, AF}), OUT({EAX, 0x7a}, {FLAGS, AF | OF}), 0},
    {"aaa_has_the_flags_of_al_plus_6", 32, CODE(0x37), IN({EAX, 0x0a}, {FLAGS, OF | SF}), OUT({EAX, 0x100}, {FLAGS, AF | CF}), 0},
    {"aaa_of_7a_overflows", 32, CODE(0x37), IN({EAX, 0x7a}, {FLAGS, ZF}), OUT({EAX, 0x100}, {FLAGS, AF | CF | SF | OF}), 0},
    {"aaa_of_fa_sets_zf", 32, CODE(0x37), IN({EAX, 0xfa}, {FLAGS, SF}), OUT({EAX, 0x200}, {FLAGS, AF | CF | ZF | PF}), 0},
    {"aaa_that_adds_nothing_has_the_flags_of_al", 32, CODE(0x37), IN({EAX, 0x85}, {FLAGS, OF | ZF}), OUT({EAX, 0x05}, {FLAGS, SF}), 0},
    {"aas_that_takes_nothing_has_the_flags_of_al", 32, CODE(0x3f), IN({EAX, 0x203}, {FLAGS, OF | SF}), OUT({EAX, 0x203}, {FLAGS, PF}), 0},
    {"aas_of_80_overflows", 32, CODE(0x3f), IN({EAX, 0x280}, {FLAGS, AF}), OUT({EAX, 0x10a}, {FLAGS, AF | CF | OF}), 0},
    {"aas_of_05_borrows_and_is_negative", 32, CODE(0x3f), IN({EAX, 0x205}, {FLAGS, AF}), OUT({EAX, 0x00f}, {FLAGS, AF | CF | SF | PF}), 0},
    {"aam_clears_cf_of_and_af", 32, CODE(0xd4, 10), IN({EAX, 11}, {FLAGS, CF | OF | AF}), OUT({EAX, 0x101}, {FLAGS, 0}), 0},
    {"aad_has_the_flags_of_the_addition", 32, CODE(0xd5, 10), IN({EAX, 0x0707}, {FLAGS, CF | OF | AF}), OUT({EAX, 0x4d}, {FLAGS, PF}), 0},
    {"aad_carries_and_overflows", 32, CODE(0xd5, 16), IN({EAX, 0x0890}, {FLAGS, 0}), OUT({EAX, 0x10}, {FLAGS, CF | OF}), 0},
    {"aad_half_carries", 32, CODE(0xd5, 10), IN({EAX, 0x010f}, {FLAGS, 0}), OUT({EAX, 0x19}, {FLAGS, AF}), 0},
    {"sib_without_index_scales_the_base", 32, CODE(0x8d, 0x04, 0x61), IN({ECX, 0x100}), OUT({EAX, 0x200}), 0},
    {"sib_without_index_scales_the_base_by_8", 32, CODE(0x8d, 0x44, 0xe1, 5), IN({ECX, 0x100}), OUT({EAX, 0x805}), 0},
    {"sib_without_index_and_base_has_nothing_to_scale", 32, CODE(0x8d, 0x04, 0xe5, 5, 0, 0, 0), IN({EBP, 0x100}), OUT({EAX, 5}), 0},
    {"sib_without_index_has_no_scale_on_a_486", 32, CODE(0x8d, 0x04, 0x61), IN({ECX, 0x100}), OUT({EAX, 0x100}), 0, CPU_486},
};
/* clang-format on */

START_TEST(cpu_undefined_flags_are_as_the_table_says)
{
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        instruction_row_check(&rows[i]);
}
END_TEST

/* 66 61 in real mode: POPAD pops into ESP, then the new SP takes its lower half. */
static u32 esp_after_popad(enum cpu_level level)
{
    struct cpu_testbed *bed = cpu_testbed_new(level);
    const u8 code[] = {0x66, 0x61};
    memory_write_bytes(&bed->memory, BED_CODE, code, sizeof code);
    cpu_set_segment_real(&bed->cpu, SEG_CS, 0);
    cpu_set_eip(&bed->cpu, BED_CODE);
    bed->cpu.regs[REG_ESP] = 0xabcd7000;
    cpu_testbed_write32(bed, 0x700c, 0x12345678);
    cpu_run(&bed->cpu, bed->clock.now + 1);
    u32 esp = bed->cpu.regs[REG_ESP];
    cpu_testbed_free(bed);
    return esp;
}

START_TEST(cpu_popad_loads_the_upper_half_of_esp_on_a_386)
{
    ck_assert_uint_eq(esp_after_popad(CPU_386), 0x12347020);
    ck_assert_uint_eq(esp_after_popad(CPU_486), 0xabcd7020);
}
END_TEST

SUITE_MAIN("cpu_undefined", cpu_undefined_flags_are_as_the_table_says,
           cpu_popad_loads_the_upper_half_of_esp_on_a_386)
