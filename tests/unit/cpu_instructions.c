#include "support/cpu_testbed.h"
#include "support/instruction_rows.h"
#include "support/suite.h"

#include "cpu/flags.h"

/* clang-format off */
static const struct row rows[] = {
    {"add_sets_carry_and_zero", 32, CODE(0x01, 0xc8), IN({EAX, 0xffffffff}, {ECX, 1}), OUT({EAX, 0}, {FLAGS, CF | PF | AF | ZF}), 0},
    {"add_signed_overflow", 32, CODE(0x05, 1, 0, 0, 0), IN({EAX, 0x7fffffff}), OUT({EAX, 0x80000000}, {FLAGS, PF | AF | SF | OF}), 0},
    {"add_al_leaves_the_rest_of_eax", 32, CODE(0x04, 0x80), IN({EAX, 0x12345680}), OUT({EAX, 0x12345600}, {FLAGS, CF | PF | ZF | OF}), 0},
    {"add_ah_is_bits_8_to_15", 32, CODE(0x80, 0xc4, 0x01), IN({EAX, 0x1122}), OUT({EAX, 0x1222}, {FLAGS, PF}), 0},
    {"add_ax_leaves_the_high_half", 32, CODE(0x66, 0x83, 0xc0, 0xff), IN({EAX, 0x56780000}), OUT({EAX, 0x5678ffff}, {FLAGS, PF | SF}), 0},
    {"adc_uses_carry", 32, CODE(0x83, 0xd0, 0x00), IN({EAX, 0xffffffff}, {FLAGS, CF}), OUT({EAX, 0}, {FLAGS, CF | PF | AF | ZF}), 0},
    {"sbb_of_itself_is_minus_carry", 32, CODE(0x19, 0xc0), IN({EAX, 5}, {FLAGS, CF}), OUT({EAX, 0xffffffff}, {FLAGS, CF | PF | AF | SF}), 0},
    {"cmp_changes_flags_only", 32, CODE(0x3b, 0x06), IN({EAX, 0x89abcdee}), OUT({FLAGS, CF | PF | AF | SF}), 0},
    {"or_clears_carry_and_overflow", 32, CODE(0x09, 0xc0), IN({EAX, 0x80000000}, {FLAGS, CF | OF}), OUT({FLAGS, PF | SF}), AF},
    {"xor_memory", 32, CODE(0x31, 0x06), IN({EAX, PATTERN}), OUT({MEMORY, 0}, {FLAGS, PF | ZF}), AF},
    {"inc_keeps_carry", 32, CODE(0x40), IN({EAX, 0x7fffffff}, {FLAGS, CF}), OUT({EAX, 0x80000000}, {FLAGS, CF | PF | AF | SF | OF}), 0},
    {"dec_memory_byte", 32, CODE(0xfe, 0x0e), IN({FLAGS, 0}), OUT({MEMORY, 0x89abcdee}, {FLAGS, PF | SF}), 0},
    {"neg_of_zero_has_no_carry", 32, CODE(0xf7, 0xd8), IN({EAX, 0}), OUT({FLAGS, PF | ZF}), 0},
    {"not_touches_no_flag", 32, CODE(0xf7, 0xd0), IN({EAX, 0x0f0f0f0f}, {FLAGS, CF | ZF}), OUT({EAX, 0xf0f0f0f0}), 0},
    {"lock_add_memory", 32, CODE(0xf0, 0x83, 0x06, 0x01), IN({FLAGS, 0}), OUT({MEMORY, PATTERN + 1}, {FLAGS, PF | AF | SF}), 0},
    {"lock_add_register_is_undefined", 32, CODE(0xf0, 0x83, 0xc0, 0x01), IN({EAX, 1}), OUT({FAULT, EXC_UD}), 0},
    {"lock_mov_is_undefined", 32, CODE(0xf0, 0x89, 0x06), IN({EAX, 1}), OUT({FAULT, EXC_UD}), 0},
    {"test_alias_f6_1", 32, CODE(0xf6, 0xc8, 0x01), IN({EAX, 1}), OUT({FLAGS, 0}), AF},
    {"code_82_is_code_80", 32, CODE(0x82, 0xe8, 0x01), IN({EAX, 3}), OUT({EAX, 2}, {FLAGS, 0}), 0},
    {"shl_carry_is_the_last_bit_out", 32, CODE(0xc1, 0xe0, 0x04), IN({EAX, 0x18000000}), OUT({EAX, 0x80000000}, {FLAGS, CF | PF | SF}), AF | OF},
    {"shl_count_is_modulo_32", 32, CODE(0xc1, 0xe0, 0x20), IN({EAX, 7}, {FLAGS, CF | OF}), OUT({NOTHING, 0}), 0},
    {"shl_alias_c0_6", 32, CODE(0xd0, 0xf0), IN({EAX, 0x40}), OUT({EAX, 0x80}, {FLAGS, SF | OF}), AF},
    {"sar_keeps_the_sign", 32, CODE(0xd1, 0xf8), IN({EAX, 0x80000001}), OUT({EAX, 0xc0000000}, {FLAGS, CF | PF | SF}), AF},
    {"shr_one_overflow_is_the_old_sign", 32, CODE(0xd1, 0xe8), IN({EAX, 0x80000000}), OUT({EAX, 0x40000000}, {FLAGS, PF | OF}), AF},
    {"rcl_through_carry", 32, CODE(0xd0, 0xd0), IN({EAX, 0x80}, {FLAGS, CF}), OUT({EAX, 0x01}, {FLAGS, CF | OF}), 0},
    {"ror_by_cl_keeps_zf", 32, CODE(0xd3, 0xc8), IN({EAX, 1}, {ECX, 1}, {FLAGS, ZF}), OUT({EAX, 0x80000000}, {FLAGS, CF | ZF | OF}), 0},
    {"shld_takes_bits_from_the_source", 32, CODE(0x0f, 0xa4, 0xc8, 0x08), IN({EAX, 0x12345678}, {ECX, 0xab000000}), OUT({EAX, 0x345678ab}, {FLAGS, 0}), AF | OF},
    {"mul_sets_both_halves", 32, CODE(0xf7, 0xe1), IN({EAX, 0x10000}, {ECX, 0x10000}), OUT({EAX, 0}, {EDX, 1}, {FLAGS, CF | OF}), SF | ZF | AF | PF},
    {"imul_of_three", 32, CODE(0x6b, 0xc1, 0xfe), IN({ECX, 3}), OUT({EAX, 0xfffffffa}, {FLAGS, 0}), SF | ZF | AF | PF},
    {"div_by_zero_faults", 32, CODE(0xf7, 0xf1), IN({ECX, 0}), OUT({FAULT, EXC_DE}), 0},
    {"div_overflow_faults", 32, CODE(0xf7, 0xf1), IN({EAX, 0}, {EDX, 2}, {ECX, 2}), OUT({FAULT, EXC_DE}), 0},
    {"idiv_truncates_towards_zero", 32, CODE(0xf7, 0xf9), IN({EAX, (u32)-7}, {EDX, ~0u}, {ECX, 2}), OUT({EAX, (u32)-3}, {EDX, (u32)-1}), ARITHMETIC},
    {"idiv_of_the_least_number_by_minus_one", 32, CODE(0xf7, 0xf9), IN({EAX, 0}, {EDX, 0x80000000}, {ECX, ~0u}), OUT({FAULT, EXC_DE}), 0},
    {"daa_adjusts", 32, CODE(0x27), IN({EAX, 0x9a}), OUT({EAX, 0x00}, {FLAGS, CF | PF | AF | ZF}), OF},
    {"das_adjusts", 32, CODE(0x2f), IN({EAX, 0xff}), OUT({EAX, 0x99}, {FLAGS, CF | PF | AF | SF}), OF},
    {"aaa_carries_into_ah", 32, CODE(0x37), IN({EAX, 0x000b}), OUT({EAX, 0x0101}, {FLAGS, CF | AF}), OF | SF | ZF | PF},
    {"aam_by_ten", 32, CODE(0xd4, 0x0a), IN({EAX, 0x3f}), OUT({EAX, 0x0603}, {FLAGS, PF}), OF | AF | CF},
    {"aam_by_zero_faults", 32, CODE(0xd4, 0x00), IN({EAX, 1}), OUT({FAULT, EXC_DE}), 0},
    {"aad_by_ten", 32, CODE(0xd5, 0x0a), IN({EAX, 0x0603}), OUT({EAX, 0x3f}, {FLAGS, PF}), OF | AF | CF},
    {"cwde_extends", 32, CODE(0x98), IN({EAX, 0x8000}), OUT({EAX, 0xffff8000}), 0},
    {"cdq_extends", 32, CODE(0x99), IN({EAX, 0x80000000}), OUT({EDX, ~0u}), 0},
    {"bt_memory_reaches_beyond_the_operand", 32, CODE(0x0f, 0xab, 0x07), IN({EAX, (u32)-128 + 4}), OUT({MEMORY, PATTERN | 0x10}), ARITHMETIC},
    {"bts_immediate_is_modulo_the_size", 32, CODE(0x0f, 0xba, 0x2e, 0x24), IN({FLAGS, 0}), OUT({MEMORY, PATTERN | 0x10}), ARITHMETIC & ~CF},
    {"bsf_finds_the_lowest", 32, CODE(0x0f, 0xbc, 0xc1), IN({ECX, 0x50}), OUT({EAX, 4}), ARITHMETIC},
    {"bsr_of_zero_sets_zf_only", 32, CODE(0x0f, 0xbd, 0xc1), IN({ECX, 0}), OUT({FLAGS, ZF}), ARITHMETIC & ~ZF},
    {"movzx_byte", 32, CODE(0x0f, 0xb6, 0x06), IN({EAX, ~0u}), OUT({EAX, 0xef}), 0},
    {"movsx_word", 32, CODE(0x0f, 0xbf, 0x06), IN({EAX, 0}), OUT({EAX, 0xffffcdef}), 0},
    {"lea_wraps_at_64k_with_16_bit_addresses", 32, CODE(0x67, 0x8d, 0x40, 0x02), IN({EBX, 0xffff}, {ESI, 1}), OUT({EAX, 2}), 0},
    {"lea_register_form_is_undefined", 32, CODE(0x8d, 0xc0), IN({EAX, 1}), OUT({FAULT, EXC_UD}), 0},
    {"sib_scales_the_index", 32, CODE(0x8b, 0x44, 0x8e, 0xfc), IN({ECX, 1}), OUT({EAX, PATTERN}), 0},
    {"mov_to_cs_is_undefined", 32, CODE(0x8e, 0xc8), IN({EAX, 8}), OUT({FAULT, EXC_UD}), 0},
    {"mov_to_segment_register_6_is_undefined", 32, CODE(0x8e, 0xf0), IN({EAX, 0x10}), OUT({FAULT, EXC_UD}), 0},
    {"mov_to_segment_register_7_is_undefined", 32, CODE(0x8e, 0xf8), IN({EAX, 0x10}), OUT({FAULT, EXC_UD}), 0},
    {"mov_from_segment_register_6_is_undefined", 32, CODE(0x8c, 0xf0), IN({EAX, 0x10}), OUT({FAULT, EXC_UD}), 0},
    {"mov_from_segment_register_7_is_undefined", 32, CODE(0x8c, 0xf8), IN({EAX, 0x10}), OUT({FAULT, EXC_UD}), 0},
    {"xchg_memory", 32, CODE(0x87, 0x06), IN({EAX, 1}), OUT({EAX, PATTERN}, {MEMORY, 1}), 0},
    {"xlat_reads_at_ebx_plus_al", 32, CODE(0xd7), IN({EBX, DATA - 0x10}, {EAX, 0x11}), OUT({EAX, 0xcd}), 0},
    {"salc_copies_carry", 32, CODE(0xd6), IN({EAX, 0}, {FLAGS, CF}), OUT({EAX, 0xff}), 0},
    {"lahf_loads_ah", 32, CODE(0x9f), IN({EAX, 0}, {FLAGS, ZF | CF}), OUT({EAX, 0x4300}), 0},
    {"sahf_can_set_what_no_result_has", 32, CODE(0x9e), IN({EAX, 0xc100}), OUT({FLAGS, CF | ZF | SF}), 0},
    {"cmc_complements", 32, CODE(0xf5), IN({FLAGS, CF | OF}), OUT({FLAGS, OF}), 0},
    {"movs_word_goes_down_with_df", 32, CODE(0x66, 0xa5), IN({EDI, DATA}, {ESI, DATA + 2}, {FLAGS, DF}), OUT({EDI, DATA - 2}, {ESI, DATA}, {MEMORY, 0x89ab89ab}), 0},
    {"rep_with_cx_zero_counts_one_tick", 32, CODE(0xf3, 0xa4), IN({ECX, 0}), OUT({NOTHING, 0}), 0},
    {"stosb_16_bit_address", 32, CODE(0x67, 0xaa), IN({EAX, 0x55}, {EDI, 0xffff0000 + DATA}), OUT({EDI, 0xffff0000 + DATA + 1}, {MEMORY, 0x89abcd55}), 0},
    {"scas_compares_al_with_memory", 32, CODE(0xae), IN({EAX, 0xef}, {EDI, DATA}), OUT({EDI, DATA + 1}, {FLAGS, PF | ZF}), 0},
    {"setcc_writes_one", 32, CODE(0x0f, 0x94, 0xc0), IN({EAX, 0xffffff00}, {FLAGS, ZF}), OUT({EAX, 0xffffff01}), 0},
    {"jcc_taken", 32, CODE(0x75, 0x10), IN({FLAGS, 0}), OUT({EIP, BED_CODE + 0x12}), 0},
    {"jcc_16_bit_cuts_the_target", 32, CODE(0x66, 0x74, 0x80), IN({FLAGS, ZF}), OUT({EIP, BED_CODE + 3 - 0x80}), 0},
    {"loop_counts_ecx", 32, CODE(0xe2, 0xfe), IN({ECX, 2}), OUT({ECX, 1}, {EIP, BED_CODE}), 0},
    {"loopne_stops_on_zf", 32, CODE(0xe0, 0xfe), IN({ECX, 2}, {FLAGS, ZF}), OUT({ECX, 1}), 0},
    {"jecxz_jumps_on_zero", 32, CODE(0xe3, 0x05), IN({ECX, 0}), OUT({EIP, BED_CODE + 7}), 0},
    {"push_esp_pushes_the_old_value", 32, CODE(0x54), IN({ESP, DATA + 4}), OUT({ESP, DATA}, {MEMORY, DATA + 4}), 0},
    {"pop_esp_takes_the_popped_value", 32, CODE(0x5c), IN({ESP, DATA}), OUT({ESP, PATTERN}), 0},
    {"push_word", 32, CODE(0x66, 0x6a, 0xff), IN({ESP, DATA + 2}), OUT({ESP, DATA}, {MEMORY, 0x89abffff}), 0},
    {"pop_memory_uses_the_new_esp", 32, CODE(0x8f, 0x44, 0x24, 0xfc), IN({ESP, DATA}), OUT({ESP, DATA + 4}), 0},
    {"leave_restores", 32, CODE(0xc9), IN({EBP, DATA}), OUT({ESP, DATA + 4}, {EBP, PATTERN}), 0},
    {"enter_0", 32, CODE(0xc8, 0x08, 0, 0), IN({ESP, DATA + 4}, {EBP, 0x1234}), OUT({ESP, DATA - 8}, {EBP, DATA}, {MEMORY, 0x1234}), 0},
    {"call_pushes_the_return_address", 32, CODE(0xe8, 0, 1, 0, 0), IN({ESP, DATA + 4}), OUT({ESP, DATA}, {MEMORY, BED_CODE + 5}, {EIP, BED_CODE + 0x105}), 0},
    {"call_through_memory", 32, CODE(0xff, 0x17), IN({ESP, DATA + 4}, {EDI, DATA + 16}), OUT({ESP, DATA}, {MEMORY, BED_CODE + 2}, {EIP, 0}), 0},
    {"ret_releases_unsigned", 32, CODE(0xc2, 0x00, 0x90), IN({ESP, DATA}), OUT({ESP, DATA + 4 + 0x9000}, {EIP, PATTERN}), 0},
    {"bound_inside", 32, CODE(0x62, 0x07), IN({EAX, 0}, {EDI, DATA + 16}), OUT({NOTHING, 0}), 0},
    {"bound_outside_faults", 32, CODE(0x62, 0x07), IN({EAX, 1}, {EDI, DATA + 16}), OUT({FAULT, EXC_BR}), 0},
    {"ud2_is_undefined", 32, CODE(0x0f, 0x0b), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"cpuid_is_undefined_on_a_386", 32, CODE(0x0f, 0xa2), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"bswap_is_undefined_on_a_386", 32, CODE(0x0f, 0xc8), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"group_hole_is_undefined", 32, CODE(0xff, 0xff), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"fifteen_bytes_are_allowed", 32, CODE(0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x90), IN({EAX, 0}), OUT({NOTHING, 0}), 0},
    {"real_add_is_16_bit", 16, CODE(0x01, 0xc8), IN({EAX, 0x1ffff}, {ECX, 1}), OUT({EAX, 0x10000}, {FLAGS, CF | PF | AF | ZF}), 0},
    {"real_operand_prefix_is_32_bit", 16, CODE(0x66, 0x01, 0xc8), IN({EAX, 0xffff}, {ECX, 1}), OUT({EAX, 0x10000}, {FLAGS, PF | AF}), 0},
    {"real_bp_addresses_the_stack_segment", 16, CODE(0x8b, 0x46, 0x00), IN({EBP, DATA}, {EAX, 0}), OUT({EAX, 0xcdef}), 0},
    {"real_word_at_ffff_faults", 16, CODE(0x8b, 0x07), IN({EBX, 0xffff}), OUT({FAULT, EXC_GP}), 0},
    {"real_stack_word_at_ffff_faults", 16, CODE(0x8b, 0x46, 0x00), IN({EBP, 0xffff}), OUT({FAULT, EXC_SS}), 0},
    {"real_push_wraps_sp", 16, CODE(0x50), IN({ESP, 0x70000}, {EAX, 1}), OUT({ESP, 0x7fffe}), 0},
    {"real_jump_cuts_ip", 16, CODE(0xe9, 0x00, 0x90), IN({EAX, 0}), OUT({EIP, (BED_CODE + 3 + 0x9000) & 0xffff}), 0},
    {"real_loop_counts_cx", 16, CODE(0xe2, 0xfe), IN({ECX, 0x10000}), OUT({ECX, 0x1ffff}, {EIP, BED_CODE}), 0},
    {"real_arpl_is_undefined", 16, CODE(0x63, 0xc0), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
};
/* clang-format on */

START_TEST(cpu_instruction_changes_exactly_what_its_row_lists)
{
    instruction_row_check(&rows[_i]);
}
END_TEST

START_TEST(cpu_flags_of_any_combination_survive)
{
    for (u32 flags = 0; flags < 0x1000; flags++) {
        u32 wanted = flags & FLAGS_ARITHMETIC;
        struct lazy_flags lazy = flags_decompose(wanted);
        ck_assert_uint_eq(flags_compose(lazy.result, lazy.aux), wanted);
        for (unsigned change = 0; change < 4; change++) {
            struct lazy_flags other = lazy;
            flags_set_cf_of(&other.result, &other.aux, change & 1, change & 2);
            u32 changed = (wanted & ~(FLAG_CF | FLAG_OF)) | (change & 1 ? FLAG_CF : 0) |
                          (change & 2 ? FLAG_OF : 0);
            ck_assert_uint_eq(flags_compose(other.result, other.aux), changed);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu_instructions");
    TCase *cases = tcase_create("rows");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, cpu_instruction_changes_exactly_what_its_row_lists, 0,
                        (int)ARRAY_COUNT(rows));
    tcase_add_test(cases, cpu_flags_of_any_combination_survive);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
