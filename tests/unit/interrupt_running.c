#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "base/bits.h"
#include "cpu/data.h"

/* Whole programs, run by the instruction loop: what the parts do together. */

#define HANDLER 0x9000u
#define DATA 0x200000u

static void place(struct cpu_testbed *bed, u32 address, const u8 *code, size_t size)
{
    memory_write_bytes(&bed->memory, address, code, (u32)size);
}
#define PLACE(bed, address, ...)                \
    do {                                        \
        static const u8 code[] = {__VA_ARGS__}; \
        place(bed, address, code, sizeof code); \
    } while (0)

/* Runs a number of ticks in slices, so that nothing may depend on where a slice ends. */
static void run(struct cpu_testbed *bed, u64 ticks, u64 slice)
{
    u64 end = bed->clock.now + ticks;
    while (bed->clock.now < end) {
        u64 until = bed->clock.now + slice < end ? bed->clock.now + slice : end;
        enum cpu_stop stop = cpu_run(&bed->cpu, until);
        if (stop != CPU_STOP_TIME)
            return;
        ck_assert_uint_eq(bed->clock.now, until);
    }
}

static const u64 slices[] = {1, 2, 3, 7, 1000};

/* ---- System calls: ring 3 -> ring 0 -> ring 3 ---- */

START_TEST(interrupt_system_calls_count_the_same_in_any_slicing)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        PLACE(bed, BED_CODE, 0x41,       /* again: inc ecx */
              0xcd, 0x80,                /* int 80h */
              0xeb, 0xfb);               /* jmp again */
        PLACE(bed, HANDLER, 0x43, 0xcf); /* inc ebx; iret */
        cpu_testbed_set_vector(bed, 0x80, 0xee, BED_CODE_SELECTOR(0), HANDLER);
        cpu_testbed_enter_ring(bed, 3);
        cpu_testbed_enable_paging(bed);
        run(bed, 500, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 100);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 100);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
        ck_assert_uint_eq(bed->cpu.cpl, 3);
        ck_assert_uint_eq(bed->cpu.regs[REG_ESP], BED_STACK(3));
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Demand paging: the handler makes the page present and the instruction is run again ---- */

START_TEST(interrupt_page_fault_restarts_the_instruction)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        u32 pte = BED_PAGE_DIRECTORY + PAGE_SIZE + (DATA >> PAGE_SHIFT) * 4;
        PLACE(bed, BED_CODE, 0x83, 0x05, 0xfe, 0x0f, 0x20, 0x00, 0x05, /* add dword [200ffe], 5 */
              0x40,                                                    /* inc eax */
              0xeb, 0xfe);                                             /* jmp $ */
        PLACE(bed, HANDLER, 0x43,                                      /* inc ebx */
              0x0f, 0x20, 0xd2,                                        /* mov edx, cr2 */
              0x89, 0xd6,                                              /* mov esi, edx */
              0xc1, 0xee, 0x0a,                                        /* shr esi, 10 */
              0x81, 0xe6, 0xfc, 0x0f, 0x00, 0x00,                      /* and esi, ffch */
              0x83, 0x8e, 0x00, 0x10, 0x10, 0x00, 0x07, /* or dword [esi + 101000], 7 */
              0x0f, 0x20, 0xd9, 0x0f, 0x22, 0xd9,       /* mov ecx, cr3; mov cr3, ecx */
              0x83, 0xc4, 0x04, 0xcf);                  /* add esp, 4; iret */
        cpu_testbed_set_vector(bed, EXC_PF, 0x8e, BED_CODE_SELECTOR(0), HANDLER);
        cpu_testbed_enter_ring(bed, 3);
        cpu_testbed_enable_paging(bed);
        cpu_testbed_write32(bed, pte, DATA | 6);
        cpu_testbed_write32(bed, pte + 4, (DATA + PAGE_SIZE) | 6);
        run(bed, 60, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 2); /* one fault for each page */
        ck_assert_uint_eq(bed->cpu.regs[REG_EDX], DATA + PAGE_SIZE);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 1);
        ck_assert_uint_eq(cpu_testbed_read32(bed, DATA + 0xffe), 5);
        ck_assert_uint_eq(cpu_testbed_read32(bed, pte), DATA | 0x67);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Single step: a trap after each instruction, also after one that enters a handler ---- */

START_TEST(interrupt_single_step_traps_after_each_instruction)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        PLACE(bed, BED_CODE, 0x40, 0x40, 0x40, 0x40, 0xeb, 0xfe);
        PLACE(bed, HANDLER, 0x43, 0xcf); /* inc ebx; iret */
        cpu_testbed_set_vector(bed, EXC_DB, 0x8e, BED_CODE_SELECTOR(0), HANDLER);
        cpu_testbed_enter_ring(bed, 3);
        cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_TF);
        run(bed, 4 * 3, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 4);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 4);
        ck_assert(bed->cpu.dr[6] & BIT(14));
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Data breakpoints: the trap comes after the access (PRM 12.3.1.2) ---- */

struct watch_row {
    const char *name;
    u32 address, control; /* DR0; the bits of DR7 for it, shifted to bit 16, and L0 */
    unsigned traps;       /* of: mov [DATA+4], eax; mov edx, [DATA+4]; mov cl, [DATA+8] */
};
#define WATCH(kind, length) ((((length)-1u) << 2 | (kind)) << 16 | 1u)

static const struct watch_row watch_rows[] = {
    {"write", DATA + 4, WATCH(1, 4), 1},
    {"read or write", DATA + 4, WATCH(3, 4), 2},
    {"one byte inside", DATA + 6, WATCH(3, 1), 2},
    {"a byte read elsewhere", DATA + 8, WATCH(3, 1), 1},
    {"writes to what is only read", DATA + 8, WATCH(1, 1), 0},
    {"another address", DATA + 12, WATCH(3, 4), 0},
    {"disabled", DATA + 4, WATCH(3, 4) & ~1u, 0},
};

START_TEST(interrupt_data_breakpoints_trap_after_the_access)
{
    for (unsigned n = 0; n < ARRAY_COUNT(watch_rows) * ARRAY_COUNT(slices); n++) {
        const struct watch_row *row = &watch_rows[n / ARRAY_COUNT(slices)];
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        PLACE(bed, BED_CODE, 0xa3, 0x04, 0x00, 0x20, 0x00, /* mov [200004], eax */
              0x8b, 0x15, 0x04, 0x00, 0x20, 0x00,          /* mov edx, [200004] */
              0x8a, 0x0d, 0x08, 0x00, 0x20, 0x00,          /* mov cl, [200008] */
              0xeb, 0xfe);                                 /* jmp $ */
        PLACE(bed, HANDLER, 0x43, 0xcf);                   /* inc ebx; iret */
        cpu_testbed_set_vector(bed, EXC_DB, 0x8e, BED_CODE_SELECTOR(0), HANDLER);
        cpu_testbed_enter_ring(bed, 3);
        bed->cpu.dr[0] = row->address;
        bed->cpu.dr[7] |= row->control;
        tlb_flush_fast(&bed->cpu);
        run(bed, 3 + 2 * row->traps, slices[n % ARRAY_COUNT(slices)]);
        ck_assert_msg(bed->cpu.regs[REG_EBX] == row->traps, "%s: %u", row->name,
                      bed->cpu.regs[REG_EBX]);
        ck_assert_uint_eq(bed->cpu.dr[6] & 0xf, row->traps != 0);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE + 17);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- Tasks that call each other by hardware ---- */

START_TEST(interrupt_hardware_tasks_take_turns)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
        PLACE(bed, BED_CODE, 0x40,                            /* again: inc eax */
              0xea, 0, 0, 0, 0, BED_OTHER_TSS_SELECTOR, 0x00, /* jmp far other task */
              0xeb, 0xf6);                                    /* jmp again */
        PLACE(bed, HANDLER, 0x43,                             /* again: inc ebx */
              0xea, 0, 0, 0, 0, BED_TSS_SELECTOR, 0x00,       /* jmp far first task */
              0xeb, 0xf6);
        static const u8 slots[] = {0x48, 0x50, 0x54, 0x58, 0x5c};
        for (unsigned slot = 0; slot < ARRAY_COUNT(slots); slot++)
            cpu_testbed_write32(bed, BED_OTHER_TSS + slots[slot], BED_DATA_SELECTOR(0));
        cpu_testbed_write32(bed, BED_OTHER_TSS + 0x4c, BED_CODE_SELECTOR(0));
        cpu_testbed_write32(bed, BED_OTHER_TSS + 0x20, HANDLER);
        cpu_testbed_write32(bed, BED_OTHER_TSS + 0x38, 0x7000);
        cpu_testbed_write32(bed, BED_OTHER_TSS + 0x24, FLAG_ALWAYS);
        cpu_testbed_enter_ring(bed, 0);
        run(bed, 4 + 6 * 49, slices[i]); /* the first round needs no jmp again */
        ck_assert_uint_eq(bed->cpu.fault_count, 0);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 50);
        ck_assert_uint_eq(cpu_testbed_read32(bed, BED_OTHER_TSS + 0x34), 50); /* its EBX */
        cpu_testbed_free(bed);
    }
}
END_TEST

/* ---- V86: a monitor in ring 0 emulates INT 21h by #GP ---- */

START_TEST(interrupt_v86_monitor_sees_the_general_protection)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    PLACE(bed, BED_CODE, 0x40, 0xcd, 0x21, 0x43, 0xeb, 0xfe); /* inc ax; int 21h; inc bx; jmp $ */
    PLACE(bed, HANDLER, 0x46,                                 /* inc esi */
          0x83, 0xc4, 0x04,                                   /* add esp, 4 */
          0x83, 0x04, 0x24, 0x02,                             /* add dword [esp], 2 */
          0xcf);                                              /* iret to V86 */
    cpu_testbed_set_vector(bed, EXC_GP, 0x8e, BED_CODE_SELECTOR(0), HANDLER);
    cpu_testbed_enter_v86(bed, 0);
    run(bed, 10, 1000);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESI], 1);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 1);
    ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 1);
    ck_assert(cpu_v86(&bed->cpu));
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Rights change between instructions of one block ---- */

START_TEST(interrupt_user_code_may_not_run_what_only_ring_0_cached)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    PLACE(bed, DATA, 0x40, 0xeb, 0xfd); /* a supervisor page: inc eax; jmp back */
    PLACE(bed, HANDLER, 0xf4);          /* hlt */
    cpu_testbed_set_vector(bed, EXC_PF, 0x8e, BED_CODE_SELECTOR(0), HANDLER);
    cpu_testbed_enter_ring(bed, 0);
    cpu_testbed_enable_paging(bed);
    cpu_testbed_set_pte(bed, DATA, DATA | 3);
    cpu_set_eip(&bed->cpu, DATA);
    run(bed, 10, 1000);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 5);
    u32 cr3 = bed->cpu.cr3;
    cpu_testbed_enter_ring(bed, 3); /* without a flush */
    ck_assert_uint_eq(bed->cpu.cr3, cr3);
    cpu_set_eip(&bed->cpu, DATA);
    run(bed, 10, 1000);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 5);
    ck_assert_uint_eq(bed->cpu.cr2, DATA);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.error, PF_PROTECTION | PF_USER);
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("interrupt_running", interrupt_data_breakpoints_trap_after_the_access,
           interrupt_system_calls_count_the_same_in_any_slicing,
           interrupt_page_fault_restarts_the_instruction,
           interrupt_single_step_traps_after_each_instruction, interrupt_hardware_tasks_take_turns,
           interrupt_v86_monitor_sees_the_general_protection,
           interrupt_user_code_may_not_run_what_only_ring_0_cached)
