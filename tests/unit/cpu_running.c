#include "support/cpu_testbed.h"
#include "support/suite.h"

/* The run loop: exact time, stopping, traps, and code that changes under its own feet. */

#define DATA 0x200000u
#define PLACE(bed, address, ...)                                             \
    do {                                                                     \
        static const u8 code[] = {__VA_ARGS__};                              \
        memory_write_bytes(&(bed)->memory, address, code, (u32)sizeof code); \
    } while (0)

static const u64 slices[] = {1, 2, 3, 7, 31, 33, 100, 100000};

static struct cpu_testbed *ring0(void)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    return bed;
}

static enum cpu_stop run_to(struct cpu_testbed *bed, u64 end, u64 slice)
{
    enum cpu_stop stop = CPU_STOP_TIME;
    while (bed->clock.now < end && stop == CPU_STOP_TIME) {
        u64 until = bed->clock.now + slice < end ? bed->clock.now + slice : end;
        stop = cpu_run(&bed->cpu, until);
    }
    return stop;
}

START_TEST(run_ends_exactly_on_its_tick)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = ring0();
        PLACE(bed, BED_CODE, 0x40, 0x41, 0x42, 0xeb, 0xfb); /* inc eax, ecx, edx; jmp */
        ck_assert_int_eq(run_to(bed, 10001, slices[i]), CPU_STOP_TIME);
        ck_assert_uint_eq(bed->clock.now, 10001);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 2501);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 2500);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE + 1);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(run_counts_a_tick_for_each_iteration)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = ring0();
        PLACE(bed, BED_CODE, 0xf3, 0xaa, 0x43, 0xeb, 0xfe); /* rep stosb; inc ebx; jmp $ */
        bed->cpu.regs[REG_ECX] = 5000;
        bed->cpu.regs[REG_EDI] = DATA;
        bed->cpu.regs[REG_EBX] = 0;
        run_to(bed, 4999, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 1);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
        run_to(bed, 5000, slices[i]);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE + 2);
        run_to(bed, 5001, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 1);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* A store to the next instruction takes effect at once, in every slicing. */
START_TEST(run_sees_a_store_to_the_next_instruction)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = ring0();
        PLACE(bed, BED_CODE, 0x90, 0xc6, 0x05, 0x08, 0x80, 0, 0, 0x43, /* mov byte [8008h],43h */
              0x40, 0xeb, 0xfe);                                       /* inc eax -> inc ebx */
        bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_EBX] = 0;
        run_to(bed, 3, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 0);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 1);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* A loop that increments the immediate of its own ADD. */
START_TEST(run_self_modifying_loop)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = ring0();
        PLACE(bed, BED_CODE, 0x83, 0xc0, 0x01, /* add eax, 1 */
              0xfe, 0x05, 0x02, 0x80, 0, 0,    /* inc byte [8002h] */
              0xeb, 0xf5);                     /* jmp */
        bed->cpu.regs[REG_EAX] = 0;
        run_to(bed, 3 * 50, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 50 * 51 / 2);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* A branch whose distance is another one each time it is met: to the next instruction, or further
   in its page, or to another page. */
START_TEST(run_self_modifying_branch)
{
    static const struct {
        u8 code[4];
        u32 round; /* instructions */
    } branches[] = {
        {{0x85, 0xe4, 0x0f, 0x85}, 5}, /* test esp, esp; jnz */
        {{0x90, 0x90, 0x90, 0xe9}, 7}, /* nop three times; jmp */
        {{0x74, 0x00, 0x90, 0xe9}, 6}, /* jz to the next; nop; jmp: two branches in the block */
    };
    static const u32 distances[] = {0x40, 0x4000};
    for (unsigned n = 0; n < ARRAY_COUNT(slices) * 6; n++) {
        struct cpu_testbed *bed = ring0();
        const u8 *branch = branches[n % 3].code;
        u32 distance = distances[n / 3 & 1], back = BED_CODE - (BED_CODE + 0x12 + distance + 6);
        PLACE(bed, BED_CODE, 0x81, 0x35, 0x0e, 0x80, 0, 0); /* xor dword [800eh], distance */
        cpu_testbed_write32(bed, BED_CODE + 6, distance);
        memory_write_bytes(&bed->memory, BED_CODE + 10, branch, 4);
        PLACE(bed, BED_CODE + 14, 0, 0, 0, 0, 0x40, 0xeb, 0xeb); /* inc eax; jmp 8000h */
        PLACE(bed, BED_CODE + 0x52, 0x43, 0xe9);                 /* inc ebx; jmp 8000h */
        PLACE(bed, BED_CODE + 0x4012, 0x43, 0xe9);
        cpu_testbed_write32(bed, BED_CODE + 0x12 + distance + 2, back);
        bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_EBX] = 0;
        run_to(bed, branches[n % 3].round * 100, slices[n / 6]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 50);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 50);
        cpu_testbed_free(bed);
    }
}
END_TEST

/* A write from outside, such as DMA, also kills decoded code. */
START_TEST(run_sees_a_write_from_outside)
{
    struct cpu_testbed *bed = ring0();
    PLACE(bed, BED_CODE, 0x40, 0xeb, 0xfd); /* inc eax; jmp */
    bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_EBX] = 0;
    run_to(bed, 1000, 1000);
    memory_write(&bed->memory, BED_CODE, 1, 0x43); /* inc ebx */
    run_to(bed, 2000, 1000);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 500);
    ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 500);
    cpu_testbed_free(bed);
}
END_TEST

/* The instruction lies in two pages; its second half is remapped while it is in a loop. */
START_TEST(run_translates_both_pages_of_a_crossing_instruction)
{
    struct cpu_testbed *bed = ring0();
    PLACE(bed, 0x20ffd, 0xeb, 0x00, 0xb8);       /* jmp +0; mov eax, ... */
    PLACE(bed, 0x21000, 1, 0, 0, 0, 0xeb, 0xf7); /* ... 1; jmp 20ffdh */
    PLACE(bed, 0x22000, 2, 0, 0, 0, 0xeb, 0xf7);
    cpu_testbed_enable_paging(bed);
    cpu_set_eip(&bed->cpu, 0x20ffd);
    run_to(bed, 300, 300);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 1);
    cpu_testbed_set_pte(bed, 0x21000, 0x22007);
    cpu_set_cr3(&bed->cpu, bed->cpu.cr3);
    run_to(bed, 600, 300);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 2);
    cpu_testbed_set_pte(bed, 0x21000, 0);
    cpu_set_cr3(&bed->cpu, bed->cpu.cr3);
    cpu_run(&bed->cpu, bed->clock.now + 2);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_PF);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.address, 0x21000);
    ck_assert_uint_eq(bed->cpu.faults[0].eip, 0x20fff);
    cpu_testbed_free(bed);
}
END_TEST

/* The last byte of the instruction lies beyond the CS limit: #GP(0) before it runs. */
START_TEST(run_checks_the_code_limit_byte_by_byte)
{
    for (u32 limit = BED_CODE; limit <= BED_CODE + 6; limit++) {
        struct cpu_testbed *bed = ring0();
        PLACE(bed, BED_CODE, 0x40, 0xb9, 1, 0, 0, 0, 0x90); /* inc eax; mov ecx, 1; nop */
        cpu_set_segment_raw(&bed->cpu, SEG_CS, BED_CODE_SELECTOR(0), 0, limit, 0x409b);
        cpu_run(&bed->cpu, bed->clock.now + 2);
        bool faulted = bed->cpu.fault_count > 0;
        ck_assert_int_eq(faulted, limit < BED_CODE + 5);
        if (faulted) {
            ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_GP);
            ck_assert_uint_eq(bed->cpu.faults[0].eip, BED_CODE + 1);
        }
        cpu_testbed_free(bed);
    }
}
END_TEST

/* A branch out of the segment faults at the branch. */
START_TEST(run_faults_at_a_branch_beyond_the_limit)
{
    struct cpu_testbed *bed = ring0();
    PLACE(bed, BED_CODE, 0x74, 0x10, 0x75, 0x10); /* jz, jnz */
    cpu_set_segment_raw(&bed->cpu, SEG_CS, BED_CODE_SELECTOR(0), 0, BED_CODE + 8, 0x409b);
    cpu_set_eflags(&bed->cpu, 0);
    cpu_run(&bed->cpu, bed->clock.now + 2);
    ck_assert_uint_eq(bed->cpu.faults[0].fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.faults[0].eip, BED_CODE + 2);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(run_single_step_traps_after_the_instruction)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = ring0();
        PLACE(bed, BED_CODE, 0x9d, 0x40, 0x41, 0x90, 0xeb, 0xfe); /* popf; inc eax; inc ecx */
        PLACE(bed, 0x9000, 0x43, 0xeb, 0xfe);                     /* inc ebx; jmp $ */
        cpu_testbed_set_vector(bed, EXC_DB, 0x8e, BED_CODE_SELECTOR(0), 0x9000);
        cpu_testbed_write32(bed, BED_STACK(0) - 4, FLAG_TF | 2);
        bed->cpu.regs[REG_ESP] = BED_STACK(0) - 4;
        bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_ECX] = bed->cpu.regs[REG_EBX] = 0;
        run_to(bed, 3, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 1);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 0);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 1);
        ck_assert_uint_eq(bed->cpu.dr[6] & BIT(14), BIT(14));
        ck_assert_uint_eq(cpu_testbed_read32(bed, bed->cpu.regs[REG_ESP]), BED_CODE + 2);
        cpu_testbed_free(bed);
    }
}
END_TEST

static u8 acknowledge(void *context)
{
    struct cpu_testbed *bed = context;
    cpu_set_intr(&bed->cpu, false);
    return 0x40;
}

static struct cpu_testbed *with_interrupts(void)
{
    struct cpu_testbed *bed = ring0();
    bed->cpu.interrupt_acknowledge = acknowledge;
    bed->cpu.interrupt_context = bed;
    PLACE(bed, 0x9000, 0x43, 0xeb, 0xfe); /* inc ebx; jmp $ */
    cpu_testbed_set_vector(bed, 0x40, 0x8e, BED_CODE_SELECTOR(0), 0x9000);
    bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_EBX] = 0;
    return bed;
}

/* STI lets the next instruction end before an interrupt is taken; delivery takes no tick. */
START_TEST(run_sti_shadows_one_instruction)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = with_interrupts();
        PLACE(bed, BED_CODE, 0xfb, 0x40, 0x40); /* sti; inc eax; inc eax */
        cpu_set_intr(&bed->cpu, true);
        run_to(bed, 3, slices[i]);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], 1);
        ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 1);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(run_halt_wakes_by_an_interrupt)
{
    struct cpu_testbed *bed = with_interrupts();
    PLACE(bed, BED_CODE, 0xfb, 0xf4, 0x40); /* sti; hlt */
    ck_assert_int_eq(cpu_run(&bed->cpu, 1000), CPU_STOP_HALT);
    ck_assert_uint_eq(bed->clock.now, 2);
    bed->clock.now = 500;
    cpu_set_intr(&bed->cpu, true);
    ck_assert_int_eq(cpu_run(&bed->cpu, 501), CPU_STOP_TIME);
    ck_assert_uint_eq(bed->cpu.regs[REG_EBX], 1);
    cpu_testbed_free(bed);
}
END_TEST

/* A chip that is written in the middle of a slice sees the exact tick, and may end the slice. */
static void chip_write(void *context, u16 port, unsigned size, u32 value)
{
    struct cpu_testbed *bed = context;
    (void)port;
    (void)size;
    cpu_testbed_write32(bed, DATA, (u32)bed->clock.now);
    bed->clock.next = bed->clock.now + (value & 0xff);
}

START_TEST(run_keeps_the_clock_exact_for_chips)
{
    for (unsigned i = 0; i < ARRAY_COUNT(slices); i++) {
        struct cpu_testbed *bed = ring0();
        ports_claim(&bed->ports, &(struct port_range){.name = "chip",
                                                      .first = 0x50,
                                                      .last = 0x50,
                                                      .widths = PORT_BYTE,
                                                      .write = chip_write,
                                                      .context = bed});
        PLACE(bed, BED_CODE, 0x41, 0x41, 0x41, 0xe6, 0x50, 0x41, 0x41, 0x41, 0x41, 0xeb, 0xfe);
        bed->cpu.regs[REG_EAX] = 3; /* an event 3 ticks after the OUT began */
        bed->cpu.regs[REG_ECX] = 0;
        u64 end = bed->clock.now + 3;
        while (bed->clock.now < end + 3 && bed->clock.next > bed->clock.now)
            cpu_run(&bed->cpu, bed->clock.now + slices[i]);
        ck_assert_uint_eq(cpu_testbed_read32(bed, DATA), 3);
        ck_assert_uint_eq(bed->clock.now, 6);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 5);
        cpu_testbed_free(bed);
    }
}
END_TEST

static bool always(void *context, u32 linear)
{
    *(u32 *)context = linear;
    return true;
}

START_TEST(run_stops_before_a_breakpoint_and_resumes_over_it)
{
    struct cpu_testbed *bed = ring0();
    static const u32 breakpoints[] = {BED_CODE + 1};
    u32 seen = 0;
    PLACE(bed, BED_CODE, 0x40, 0x41, 0xeb, 0xfc); /* inc eax; inc ecx; jmp */
    bed->cpu.regs[REG_EAX] = bed->cpu.regs[REG_ECX] = 0;
    bed->cpu.hooks.breakpoint = always;
    bed->cpu.hooks.context = &seen;
    cpu_set_breakpoints(&bed->cpu, breakpoints, 1);
    for (u32 round = 1; round <= 5; round++) {
        ck_assert_int_eq(cpu_run(&bed->cpu, 1000), CPU_STOP_BREAK);
        ck_assert_uint_eq(seen, BED_CODE + 1);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE + 1);
        ck_assert_uint_eq(bed->cpu.regs[REG_EAX], round);
        ck_assert_uint_eq(bed->cpu.regs[REG_ECX], round - 1);
        ck_assert_uint_eq(bed->clock.now, 3 * round - 2);
    }
    cpu_set_breakpoints(&bed->cpu, NULL, 0);
    ck_assert_int_eq(cpu_run(&bed->cpu, 1000), CPU_STOP_TIME);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(run_debug_register_stops_before_an_instruction)
{
    struct cpu_testbed *bed = ring0();
    PLACE(bed, BED_CODE, 0xb8, 0x09, 0x80, 0, 0, 0x0f, 0x23, 0xc0, /* mov eax, 8009h; mov dr0 */
          0x40,                                                    /* inc eax */
          0x41, 0xeb, 0xfe);                                       /* 8009h: inc ecx */
    PLACE(bed, 0x9000, 0x81, 0x4c, 0x24, 0x08, 0, 0, 1, 0, 0xcf);  /* set RF in the image; iret */
    cpu_testbed_set_vector(bed, EXC_DB, 0x8e, BED_CODE_SELECTOR(0), 0x9000);
    bed->cpu.dr[7] |= 1;
    bed->cpu.regs[REG_ECX] = 0;
    run_to(bed, 20, 20);
    ck_assert_uint_eq(bed->cpu.fault_count, 1);
    ck_assert_uint_eq(bed->cpu.faults[0].eip, BED_CODE + 9);
    ck_assert_uint_eq(bed->cpu.dr[6] & 15, 1);
    ck_assert_uint_eq(bed->cpu.regs[REG_ECX], 1);
    cpu_testbed_free(bed);
}
END_TEST

static void stop_write(void *context, u16 port, unsigned size, u32 value)
{
    (void)port;
    (void)size;
    (void)value;
    cpu_request_stop(context);
}

START_TEST(run_stops_on_request)
{
    struct cpu_testbed *bed = ring0();
    ports_claim(&bed->ports, &(struct port_range){.name = "chip",
                                                  .first = 0x50,
                                                  .last = 0x50,
                                                  .widths = PORT_BYTE,
                                                  .write = stop_write,
                                                  .context = &bed->cpu});
    PLACE(bed, BED_CODE, 0x90, 0xe6, 0x50, 0x41);
    ck_assert_int_eq(cpu_run(&bed->cpu, 100), CPU_STOP_REQUEST);
    ck_assert_uint_eq(bed->clock.now, 2);
    ck_assert_uint_eq(bed->cpu.eip, BED_CODE + 3);
    cpu_testbed_free(bed);
}
END_TEST

/* WRMSR of 10h: the Pentium takes 64 bits, a P6 the low 32 (SDM3 18.17). */
START_TEST(run_time_stamp_counts_from_what_was_written)
{
    for (unsigned level = CPU_586; level <= CPU_686; level++) {
        struct cpu_testbed *bed = cpu_testbed_new((enum cpu_level)level);
        struct cpu *cpu = &bed->cpu;
        cpu_testbed_enter_ring(bed, 0);
        cpu->regs[REG_EAX] = 0xfffffffe;
        cpu->regs[REG_EDX] = 7;
        cpu->regs[REG_ECX] = 0x10;
        PLACE(bed, BED_CODE, 0x0f, 0x30, 0x90, 0x0f, 0x31); /* wrmsr; nop; rdtsc */
        cpu_run(cpu, 3);
        ck_assert_uint_eq(cpu->regs[REG_EAX], 0);
        ck_assert_uint_eq(cpu->regs[REG_EDX], level == CPU_586 ? 8 : 1);
        cpu_reset(cpu);
        cpu_testbed_enter_ring(bed, 0);
        PLACE(bed, BED_CODE, 0x0f, 0x31);
        cpu_run(cpu, bed->clock.now + 1);
        ck_assert_uint_eq(cpu->regs[REG_EAX], 0);
        cpu_testbed_free(bed);
    }
}
END_TEST

SUITE_MAIN("cpu_running", run_ends_exactly_on_its_tick, run_counts_a_tick_for_each_iteration,
           run_sees_a_store_to_the_next_instruction, run_self_modifying_loop,
           run_self_modifying_branch, run_sees_a_write_from_outside,
           run_translates_both_pages_of_a_crossing_instruction,
           run_checks_the_code_limit_byte_by_byte, run_faults_at_a_branch_beyond_the_limit,
           run_single_step_traps_after_the_instruction, run_sti_shadows_one_instruction,
           run_halt_wakes_by_an_interrupt, run_keeps_the_clock_exact_for_chips,
           run_stops_before_a_breakpoint_and_resumes_over_it,
           run_debug_register_stops_before_an_instruction, run_stops_on_request,
           run_time_stamp_counts_from_what_was_written)
