#include "support/twin.h"

#include "support/suite.h"

#define FAULTED 0x7000u /* a JMP to itself */

struct twin twin_new(void)
{
    struct twin twin = {cpu_testbed_new(CPU_386), cpu_testbed_new(CPU_386)};
    cpu_testbed_enter_ring(twin.whole, 0);
    cpu_testbed_enter_ring(twin.stepped, 0);
    return twin;
}

void twin_free(struct twin *twin)
{
    cpu_testbed_free(twin->whole);
    cpu_testbed_free(twin->stepped);
}

static void miss_page(struct cpu_testbed *bed)
{
    static const u8 loop[] = {0xeb, 0xfe};
    memory_write_bytes(&bed->memory, FAULTED, loop, sizeof loop);
    for (u8 vector = EXC_SS; vector <= EXC_PF; vector++)
        cpu_testbed_set_vector(bed, vector, 0x8e, BED_CODE_SELECTOR(0), FAULTED);
    cpu_testbed_enable_paging(bed);
    cpu_testbed_set_pte(bed, TWIN_MISSING, 0);
    tlb_flush(&bed->cpu, true);
}

void twin_miss_pages(struct twin *twin)
{
    miss_page(twin->whole);
    miss_page(twin->stepped);
}

static void prepare(struct cpu_testbed *bed, const struct twin_start *start)
{
    memory_write_bytes(&bed->memory, BED_CODE, start->code, start->length);
    cpu_set_eip(&bed->cpu, BED_CODE);
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS);
    bed->cpu.shutdown = bed->cpu.delivering = false;
    memcpy(bed->cpu.regs, start->regs, sizeof bed->cpu.regs);
    for (unsigned i = 0; i < 8; i++)
        cpu_testbed_write32(bed, TWIN_OPERANDS + 4 * i, start->operands[i]);
}

static void compare_state(const struct cpu *whole, const struct cpu *stepped,
                          const struct twin_start *start)
{
    const char *name = start->name;
    u32 a = start->regs[REG_EAX], b = start->regs[REG_EBX];
    ck_assert_msg(whole->eip == stepped->eip, "%s with %x, %x: EIP %x, stepped %x", name, a, b,
                  whole->eip, stepped->eip);
    ck_assert_msg(cpu_get_eflags(whole) == cpu_get_eflags(stepped),
                  "%s with %x, %x: EFLAGS %x, stepped %x", name, a, b, cpu_get_eflags(whole),
                  cpu_get_eflags(stepped));
    ck_assert_msg(whole->shutdown == stepped->shutdown, "%s: shutdown %d, stepped %d", name,
                  whole->shutdown, stepped->shutdown);
    ck_assert_msg(whole->cr2 == stepped->cr2, "%s: CR2 %x, stepped %x", name, whole->cr2,
                  stepped->cr2);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_msg(whole->regs[i] == stepped->regs[i],
                      "%s with %x, %x: register %u %x, stepped %x", name, a, b, i, whole->regs[i],
                      stepped->regs[i]);
}

void twin_compare(const struct twin *twin, const struct twin_start *start)
{
    static const u32 pages[] = {TWIN_OPERANDS, BED_STACK(0) - PAGE_SIZE};
    struct cpu_testbed *whole = twin->whole, *stepped = twin->stepped;
    prepare(whole, start);
    prepare(stepped, start);
    u64 until = whole->clock.now + start->ticks;
    cpu_run(&whole->cpu, until);
    while (stepped->clock.now < until && !stepped->cpu.shutdown)
        cpu_run(&stepped->cpu, stepped->clock.now + 1);
    compare_state(&whole->cpu, &stepped->cpu, start);
    for (unsigned i = 0; i < ARRAY_COUNT(pages); i++)
        ck_assert_msg(
            memcmp(whole->memory.ram + pages[i], stepped->memory.ram + pages[i], PAGE_SIZE) == 0,
            "%s: memory", start->name);
}
