#include "support/cpu_testbed.h"
#include "support/instruction_rows.h"
#include "support/suite.h"

/* What a level adds, that its ancestors refuse it, and the system instructions as bytes: privilege,
   operands in registers and memory. BED_* are the places of the testbed's tables. */

#define GDT_LIMIT 0x01ff
#define BIT31 0x80000000u
#define CR4_TSD 4u

/* clang-format off */
static const struct row rows[] = {
    {"bswap_turns_the_bytes", 32, CODE(0x0f, 0xc9), IN({ECX, 0x12345678}), OUT({ECX, 0x78563412}), 0, CPU_486},
    {"bswap_is_unknown_to_a_386", 32, CODE(0x0f, 0xc9), IN({ECX, 1}), OUT({FAULT, EXC_UD}), 0},
    {"xadd_exchanges_and_adds", 32, CODE(0x0f, 0xc1, 0x0e), IN({ECX, 1}), OUT({ECX, PATTERN}, {MEMORY, PATTERN + 1}, {FLAGS, PF | AF | SF}), 0, CPU_486},
    {"xadd_byte_registers", 32, CODE(0x0f, 0xc0, 0xc8), IN({EAX, 0x10}, {ECX, 0x22}), OUT({EAX, 0x32}, {ECX, 0x10}, {FLAGS, 0}), 0, CPU_486},
    {"xadd_is_unknown_to_a_386", 32, CODE(0x0f, 0xc1, 0x0e), IN({ECX, 1}), OUT({FAULT, EXC_UD}), 0},
    {"cmpxchg_equal_stores", 32, CODE(0x0f, 0xb1, 0x0e), IN({EAX, PATTERN}, {ECX, 7}), OUT({MEMORY, 7}, {FLAGS, PF | ZF}), 0, CPU_486},
    {"cmpxchg_unequal_loads", 32, CODE(0x0f, 0xb1, 0x0e), IN({EAX, 0x89abcdf0}, {ECX, 7}), OUT({EAX, PATTERN}, {FLAGS, AF}), 0, CPU_486},
    {"cmpxchg_is_unknown_to_a_386", 32, CODE(0x0f, 0xb1, 0x0e), IN({EAX, 1}), OUT({FAULT, EXC_UD}), 0},
    {"cmpxchg8b_unequal_loads", 32, CODE(0x0f, 0xc7, 0x0e), IN({EAX, 0}, {EDX, 0}), OUT({EAX, PATTERN}, {EDX, 0}, {FLAGS, 0}), 0, CPU_586},
    {"cmpxchg8b_equal_stores", 32, CODE(0x0f, 0xc7, 0x0e), IN({EAX, PATTERN}, {EDX, 0}, {EBX, 5}, {ECX, 6}), OUT({MEMORY, 5}, {FLAGS, ZF}), 0, CPU_586},
    {"cmpxchg8b_of_a_register_is_undefined", 32, CODE(0x0f, 0xc7, 0xc9), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0, CPU_586},
    {"cmpxchg8b_is_unknown_to_a_486", 32, CODE(0x0f, 0xc7, 0x0e), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"invd_in_ring_0", 32, CODE(0x0f, 0x08), IN({EAX, 0}), OUT({NOTHING, 0}), 0, CPU_486},
    {"wbinvd_in_ring_0", 32, CODE(0x0f, 0x09), IN({EAX, 0}), OUT({NOTHING, 0}), 0, CPU_486},
    {"wbinvd_in_ring_3_is_refused", 32, CODE(0x0f, 0x09), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_486, 3},
    {"invlpg_in_ring_0", 32, CODE(0x0f, 0x01, 0x3e), IN({EAX, 0}), OUT({NOTHING, 0}), 0, CPU_486},
    {"invlpg_of_a_register_is_undefined", 32, CODE(0x0f, 0x01, 0xf8), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"invlpg_is_unknown_to_a_386", 32, CODE(0x0f, 0x01, 0x3e), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"cpuid_names_the_vendor", 32, CODE(0x0f, 0xa2), IN({EAX, 0}), OUT({EAX, 1}, {EBX, 0x756e6547}, {EDX, 0x49656e69}, {ECX, 0x6c65746e}), 0, CPU_586},
    {"cpuid_is_unknown_to_a_486", 32, CODE(0x0f, 0xa2), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"rdtsc_counts_ticks", 32, CODE(0x0f, 0x31), IN({EAX, 9}), OUT({EAX, 0}, {EDX, 0}), 0, CPU_586},
    {"rdtsc_is_unknown_to_a_486", 32, CODE(0x0f, 0x31), IN({EAX, 9}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"cpuid_of_a_586_tells_what_it_has", 32, CODE(0x0f, 0xa2), IN({EAX, 1}), OUT({EAX, 0x52c}, {EBX, 0}, {ECX, 0}, {EDX, 0x1bd}), 0, CPU_586},
    {"cpuid_of_a_686_tells_what_it_has", 32, CODE(0x0f, 0xa2), IN({EAX, 1}), OUT({EAX, 0x652}, {EBX, 0}, {ECX, 0}, {EDX, 0x100a1bd}), 0, CPU_686},
    {"cpuid_beyond_the_last_leaf_is_the_last", 32, CODE(0x0f, 0xa2), IN({EAX, 0x80000000}), OUT({EAX, 0x652}, {EBX, 0}, {ECX, 0}, {EDX, 0x100a1bd}), 0, CPU_686},
    {"rdmsr_of_the_time_stamp", 32, CODE(0x0f, 0x32), IN({ECX, 0x10}, {EAX, 9}), OUT({EAX, 0}, {EDX, 0}), 0, CPU_586},
    {"rdmsr_of_the_apic_that_is_off", 32, CODE(0x0f, 0x32), IN({ECX, 0x1b}), OUT({EAX, 0xfee00100}, {EDX, 0}), 0, CPU_686},
    {"wrmsr_of_the_apic_is_taken", 32, CODE(0x0f, 0x30), IN({ECX, 0x1b}, {EAX, 0xfee00900}), OUT({NOTHING, 0}), 0, CPU_686},
    {"rdmsr_of_the_apic_is_unknown_to_a_586", 32, CODE(0x0f, 0x32), IN({ECX, 0x1b}), OUT({FAULT, EXC_GP}), 0, CPU_586},
    {"rdmsr_of_an_unknown_number_is_refused", 32, CODE(0x0f, 0x32), IN({ECX, 0x1c}), OUT({FAULT, EXC_GP}), 0, CPU_686},
    {"rdmsr_in_ring_3_is_refused", 32, CODE(0x0f, 0x32), IN({ECX, 0x10}), OUT({FAULT, EXC_GP}), 0, CPU_586, 3},
    {"rdmsr_is_unknown_to_a_486", 32, CODE(0x0f, 0x32), IN({ECX, 0x10}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"rdmsr_of_a_686_register_on_a_586_is_refused", 32, CODE(0x0f, 0x32), IN({ECX, 0x8b}), OUT({FAULT, EXC_GP}), 0, CPU_586},
    {"rdmsr_of_the_microcode_revision", 32, CODE(0x0f, 0x32), IN({ECX, 0x8b}), OUT({EAX, 0}, {EDX, 0}), 0, CPU_686},
    {"wrmsr_of_the_time_stamp", 32, CODE(0x0f, 0x30), IN({ECX, 0x10}, {EAX, 9}), OUT({NOTHING, 0}), 0, CPU_586},
    {"wrmsr_of_what_can_only_be_read_is_refused", 32, CODE(0x0f, 0x30), IN({ECX, 0x17}), OUT({FAULT, EXC_GP}), 0, CPU_686},
    {"wrmsr_in_ring_3_is_refused", 32, CODE(0x0f, 0x30), IN({ECX, 0x10}), OUT({FAULT, EXC_GP}), 0, CPU_586, 3},
    {"wrmsr_is_unknown_to_a_486", 32, CODE(0x0f, 0x30), IN({ECX, 0x10}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"rdpmc_of_no_counter_is_refused", 32, CODE(0x0f, 0x33), IN({ECX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_686},
    {"rdpmc_is_unknown_to_a_586", 32, CODE(0x0f, 0x33), IN({ECX, 0}), OUT({FAULT, EXC_UD}), 0, CPU_586},
    {"hint_nop_does_nothing", 32, CODE(0xf3, 0x0f, 0x1e, 0xfb), IN({EAX, 1}), OUT({NOTHING, 0}), 0, CPU_686},
    {"hint_nop_is_unknown_to_a_586", 32, CODE(0x0f, 0x18, 0x06), IN({EAX, 1}), OUT({FAULT, EXC_UD}), 0, CPU_586},
    {"lock_bt_on_a_386", 32, CODE(0xf0, 0x0f, 0xba, 0x26, 0), IN({FLAGS, 0}), OUT({FLAGS, CF}), OF | SF | AF | PF},
    {"lock_bt_is_undefined_on_a_486", 32, CODE(0xf0, 0x0f, 0xba, 0x26, 0), IN({FLAGS, 0}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"lock_bts_of_memory", 32, CODE(0xf0, 0x0f, 0xba, 0x2e, 4), IN({FLAGS, 0}), OUT({MEMORY, PATTERN | 0x10}), OF | SF | AF | PF, CPU_486},
    {"lock_bts_of_a_register_is_undefined", 32, CODE(0xf0, 0x0f, 0xba, 0xe8, 4), IN({FLAGS, 0}), OUT({FAULT, EXC_UD}), 0, CPU_486},
    {"lock_mov_is_undefined", 32, CODE(0xf0, 0x89, 0x06), IN({FLAGS, 0}), OUT({FAULT, EXC_UD}), 0},
    {"lock_cmp_is_undefined", 32, CODE(0xf0, 0x39, 0x06), IN({FLAGS, 0}), OUT({FAULT, EXC_UD}), 0},
    {"cmovz_moves_when_zero", 32, CODE(0x0f, 0x44, 0xc1), IN({EAX, 1}, {ECX, 2}, {FLAGS, ZF}), OUT({EAX, 2}), 0, CPU_686},
    {"cmovz_keeps_when_not", 32, CODE(0x0f, 0x44, 0x06), IN({EAX, 1}, {FLAGS, 0}), OUT({NOTHING, 0}), 0, CPU_686},
    {"cmov_is_unknown_to_a_586", 32, CODE(0x0f, 0x44, 0xc1), IN({EAX, 1}), OUT({FAULT, EXC_UD}), 0, CPU_586},
    {"nop_with_modrm", 32, CODE(0x0f, 0x1f, 0x06), IN({EAX, 1}), OUT({NOTHING, 0}), 0, CPU_686},

    {"hlt_in_ring_3_is_refused", 32, CODE(0xf4), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"sldt_to_a_register_zeroes_above", 32, CODE(0x0f, 0x00, 0xc0), IN({EAX, 0xffffffff}), OUT({EAX, 0x48}), 0},
    {"sldt_in_real_mode_is_undefined", 16, CODE(0x0f, 0x00, 0xc0), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"str_to_memory_is_a_word", 32, CODE(0x0f, 0x00, 0x0e), IN({EAX, 0}), OUT({MEMORY, 0x89ab0050}), 0},
    {"lldt_of_null_is_allowed", 32, CODE(0x0f, 0x00, 0xd0), IN({EAX, 0}), OUT({NOTHING, 0}), 0},
    {"lldt_of_a_code_segment_is_refused", 32, CODE(0x0f, 0x00, 0xd0), IN({EAX, 8}), OUT({FAULT, EXC_GP}), 0},
    {"lldt_in_ring_3_is_refused", 32, CODE(0x0f, 0x00, 0xd0), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"ltr_of_the_busy_task_is_refused", 32, CODE(0x0f, 0x00, 0xd8), IN({EAX, 0x50}), OUT({FAULT, EXC_GP}), 0},
    {"ltr_of_an_available_task", 32, CODE(0x0f, 0x00, 0xd8), IN({EAX, 0x58}), OUT({NOTHING, 0}), 0},
    {"verr_of_readable_data_sets_zf", 32, CODE(0x0f, 0x00, 0xe0), IN({EAX, 0x10}, {FLAGS, 0}), OUT({FLAGS, ZF}), 0},
    {"verw_of_code_clears_zf", 32, CODE(0x0f, 0x00, 0xe8), IN({EAX, 0x08}, {FLAGS, ZF}), OUT({FLAGS, 0}), 0},
    {"lar_of_data_gives_its_access", 32, CODE(0x0f, 0x02, 0xc1), IN({ECX, 0x10}, {FLAGS, 0}), OUT({EAX, 0x00cf9200}, {FLAGS, ZF}), 0},
    {"lsl_of_null_keeps_the_register", 32, CODE(0x0f, 0x03, 0xc1), IN({ECX, 0}, {FLAGS, ZF}), OUT({FLAGS, 0}), 0},
    {"lsl_of_data_gives_its_limit", 32, CODE(0x0f, 0x03, 0xc1), IN({ECX, 0x10}, {FLAGS, 0}), OUT({EAX, 0xffffffff}, {FLAGS, ZF}), 0},
    {"arpl_raises_the_rpl", 32, CODE(0x63, 0xc8), IN({EAX, 0x10}, {ECX, 3}, {FLAGS, 0}), OUT({EAX, 0x13}, {FLAGS, ZF}), 0},
    {"arpl_never_lowers_it", 32, CODE(0x63, 0xc8), IN({EAX, 0x13}, {ECX, 1}, {FLAGS, ZF}), OUT({FLAGS, 0}), 0},
    {"arpl_in_real_mode_is_undefined", 16, CODE(0x63, 0xc8), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"sgdt_stores_limit_first", 32, CODE(0x0f, 0x01, 0x06), IN({EAX, 0}), OUT({MEMORY, 0x10000000 | GDT_LIMIT}), 0},
    {"sidt_stores_limit_first", 32, CODE(0x0f, 0x01, 0x0e), IN({EAX, 0}), OUT({MEMORY, 0x200007ff}), 0},
    {"sgdt_to_a_register_is_undefined", 32, CODE(0x0f, 0x01, 0xc0), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"lgdt_in_ring_3_is_refused", 32, CODE(0x0f, 0x01, 0x16), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"lidt_in_ring_0", 32, CODE(0x0f, 0x01, 0x1e), IN({EAX, 0}), OUT({NOTHING, 0}), 0},
    {"smsw_is_not_privileged", 32, CODE(0x0f, 0x01, 0x26), IN({EAX, 0}), OUT({MEMORY, 0x89ab0011}), 0, CPU_386, 3},
    {"lmsw_cannot_leave_protected_mode", 32, CODE(0x0f, 0x01, 0xf0, 0x0f, 0x01, 0xe0), IN({EAX, 0}), OUT({EIP, 0x8003}), 0},
    {"lmsw_in_ring_3_is_refused", 32, CODE(0x0f, 0x01, 0xf0), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"clts_in_ring_3_is_refused", 32, CODE(0x0f, 0x06), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"mov_from_cr0", 32, CODE(0x0f, 0x20, 0xc1), IN({ECX, 0}), OUT({ECX, 0x11}), 0},
    {"mov_from_cr1_is_undefined", 32, CODE(0x0f, 0x20, 0xc8), IN({ECX, 0}), OUT({FAULT, EXC_UD}), 0},
    {"mov_from_cr0_in_ring_3_is_refused", 32, CODE(0x0f, 0x20, 0xc1), IN({ECX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"mov_to_cr0_paging_without_protection_is_refused", 32, CODE(0x0f, 0x22, 0xc0), IN({EAX, BIT31}), OUT({FAULT, EXC_GP}), 0},
    {"mov_to_cr2", 32, CODE(0x0f, 0x22, 0xd0), IN({EAX, 5}), OUT({NOTHING, 0}), 0},
    {"mov_to_dr0", 32, CODE(0x0f, 0x23, 0xc0), IN({EAX, 5}), OUT({NOTHING, 0}), 0},
    {"mov_from_dr7_in_ring_3_is_refused", 32, CODE(0x0f, 0x21, 0xf8), IN({EAX, 5}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"mov_from_dr0", 32, CODE(0x0f, 0x21, 0xc0), IN({EAX, 5}), OUT({EAX, 0}), 0},
    {"mov_to_tr6", 32, CODE(0x0f, 0x26, 0xf0), IN({EAX, 5}), OUT({NOTHING, 0}), 0},
    {"mov_from_tr6", 32, CODE(0x0f, 0x24, 0xf0), IN({EAX, 5}), OUT({EAX, 0}), 0},
    {"mov_from_tr3_is_undefined_on_a_386", 32, CODE(0x0f, 0x24, 0xd8), IN({EAX, 5}), OUT({FAULT, EXC_UD}), 0},
    {"mov_to_tr3_on_a_486", 32, CODE(0x0f, 0x26, 0xd8), IN({EAX, 5}), OUT({NOTHING, 0}), 0, CPU_486},
    {"mov_to_tr6_is_gone_on_a_586", 32, CODE(0x0f, 0x26, 0xf0), IN({EAX, 5}), OUT({FAULT, EXC_UD}), 0, CPU_586},
    {"cli_in_ring_3_is_refused", 32, CODE(0xfa), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},
    {"in_in_ring_3_without_a_bitmap_is_refused", 32, CODE(0xe4, 0x80), IN({EAX, 0}), OUT({FAULT, EXC_GP}), 0, CPU_386, 3},

    {"bt_immediate", 32, CODE(0x0f, 0xba, 0xe0, 0x1f), IN({EAX, BIT31}, {FLAGS, 0}), OUT({FLAGS, CF}), 0},
    {"bts_reaches_beyond_the_operand", 32, CODE(0x0f, 0xab, 0x4f, 0xf0), IN({ECX, 4}, {FLAGS, 0}), OUT({MEMORY, PATTERN | 0x10}), 0},
    {"btr_negative_bit_number", 32, CODE(0x0f, 0xb3, 0x0f), IN({ECX, 0xffffff80}, {FLAGS, 0}), OUT({MEMORY, PATTERN & ~1u}, {FLAGS, CF | OF}), 0},
    {"btc_register", 32, CODE(0x0f, 0xbb, 0xc8), IN({EAX, 1}, {ECX, 32}, {FLAGS, 0}), OUT({EAX, 0}, {FLAGS, CF}), 0},
    {"bsf_finds_the_lowest", 32, CODE(0x0f, 0xbc, 0xc1), IN({ECX, 0x50}, {FLAGS, 0}), OUT({EAX, 4}, {FLAGS, 0}), ARITHMETIC & ~ZF},
    {"bsr_of_zero_sets_zf", 32, CODE(0x0f, 0xbd, 0xc1), IN({ECX, 0}, {FLAGS, 0}), OUT({FLAGS, ZF}), ARITHMETIC & ~ZF},
    {"sahf_loads_five_flags", 32, CODE(0x9e), IN({EAX, 0xff00}, {FLAGS, 0}), OUT({FLAGS, SF | ZF | AF | PF | CF}), 0},
    {"lahf_stores_them", 32, CODE(0x9f), IN({EAX, 0}, {FLAGS, CF | SF}), OUT({EAX, 0x8300}), 0},
    {"cmc_turns_carry", 32, CODE(0xf5), IN({FLAGS, 0}), OUT({FLAGS, CF}), 0},
    {"salc_spreads_carry", 32, CODE(0xd6), IN({EAX, 0x1200}, {FLAGS, CF}), OUT({EAX, 0x12ff}), 0},
    {"xlat_adds_al", 32, CODE(0xd7), IN({EAX, 0x02}, {EBX, 0xc000}), OUT({EAX, 0xab}), 0},
    {"bound_below_faults", 32, CODE(0x62, 0x06), IN({EAX, 0x80000000}), OUT({FAULT, EXC_BR}), 0},
    {"bound_with_a_register_is_undefined", 32, CODE(0x62, 0xc0), IN({EAX, 0}), OUT({FAULT, EXC_UD}), 0},
};
/* clang-format on */

START_TEST(cpu_level_and_privilege_rows_hold)
{
    instruction_row_check(&rows[_i]);
}
END_TEST

/* CR4.TSD keeps the time stamp for ring 0 (SDM2 RDTSC). */
START_TEST(cpu_time_stamp_may_be_kept_for_ring_0)
{
    for (unsigned ring = 0; ring < 4; ring += 3)
        for (unsigned kept = 0; kept < 2; kept++) {
            static const u8 rdtsc[] = {0x0f, 0x31};
            struct cpu_testbed *bed = cpu_testbed_new(CPU_586);
            cpu_testbed_enter_ring(bed, ring);
            bed->cpu.cr4 = kept ? CR4_TSD : 0;
            memory_write_bytes(&bed->memory, BED_CODE, rdtsc, sizeof rdtsc);
            cpu_run(&bed->cpu, bed->clock.now + 1);
            bool refused = ring == 3 && kept;
            ck_assert_uint_eq(bed->cpu.fault_count > 0, refused);
            if (refused)
                ck_assert_int_eq(bed->cpu.faults[0].fault.vector, EXC_GP);
            cpu_testbed_free(bed);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu_levels");
    TCase *cases = tcase_create("rows");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, cpu_level_and_privilege_rows_hold, 0, (int)ARRAY_COUNT(rows));
    tcase_add_test(cases, cpu_time_stamp_may_be_kept_for_ring_0);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
