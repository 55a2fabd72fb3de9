#include "support/random_guest.h"

#include "base/types.h"

#define CODE_END 0x10000u

u32 random_next(u64 *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (u32)(*state >> 16);
}

static u32 below(u64 *state, u32 limit)
{
    return random_next(state) % limit;
}

/* INT 80h, IRET, RETF, PUSHF, POPF, MOV DS and SS, PUSH and POP of segments, INT3, CLTS, HLT ... */
static const u8 sprinkled[][2] = {
    {0xcd, 0x80}, {0xcf, 0x90}, {0xcb, 0x90}, {0x9c, 0x90}, {0x9d, 0x90},
    {0x8e, 0xd8}, {0x8e, 0xd0}, {0x1e, 0x90}, {0x1f, 0x90}, {0x07, 0x90},
    {0xcc, 0x90}, {0x0f, 0x06}, {0x60, 0x90}, {0x61, 0x90}, {0xf4, 0x90},
};

static void build_code(struct cpu_testbed *bed, u64 *state)
{
    for (u32 address = BED_CODE; address < CODE_END; address++)
        bed->memory.ram[address] = (u8)random_next(state);
    for (u32 address = BED_CODE; address < CODE_END - 2; address += 1 + below(state, 12)) {
        const u8 *bytes = sprinkled[below(state, ARRAY_COUNT(sprinkled))];
        bed->memory.ram[address] = bytes[0];
        bed->memory.ram[address + 1] = bytes[1];
    }
}

static u16 random_selector(u64 *state)
{
    return (u16)(random_next(state) & 0x1fb);
}

static u32 random_entry(u64 *state)
{
    return BED_CODE + below(state, CODE_END - BED_CODE);
}

static void build_descriptor(struct cpu_testbed *bed, u16 selector, u64 *state)
{
    u32 kind = below(state, 8);
    if (kind < 4) {
        u32 base = below(state, 4) ? 0 : random_next(state) & 0xffff;
        u32 limit = below(state, 2) ? 0xffffffffu : random_next(state) & 0xffff;
        u16 access = (u16)(SEG_PRESENT | (random_next(state) & (SEG_BIG | 0x7f)));
        cpu_testbed_set_segment(bed, selector, base, limit, access);
    } else if (kind < 6) {
        u8 access = (u8)(SEG_PRESENT | (random_next(state) & 0x6f));
        cpu_testbed_set_gate(bed, selector, access, random_selector(state), random_entry(state),
                             below(state, 32));
    } else {
        u16 access = (u16)(0x89 | (random_next(state) & SEG_DPL));
        cpu_testbed_set_segment(bed, selector, BED_TSS + 0x80 * below(state, 16), 0x67, access);
    }
}

static void build_tables(struct cpu_testbed *bed, u64 *state)
{
    for (u16 selector = BED_FREE_SELECTOR; selector < 8 * BED_GDT_ENTRIES; selector += 8)
        build_descriptor(bed, selector, state);
    for (unsigned vector = 0; vector < 256; vector++) {
        u8 type = below(state, 4) ? 0x0e : random_next(state) & 0x0f;
        u8 access = (u8)(SEG_PRESENT | type | (random_next(state) & SEG_DPL));
        u16 target = below(state, 3) ? BED_CODE_SELECTOR(0) : random_selector(state);
        cpu_testbed_set_vector(bed, (u8)vector, access, target, random_entry(state));
    }
    for (u32 address = BED_TSS + 0x68; address < BED_TSS + 0x1000; address += 4)
        cpu_testbed_write32(bed, address,
                            below(state, 3) ? random_selector(state) : random_entry(state));
}

static void build_state(struct cpu_testbed *bed, u64 *state)
{
    struct cpu *cpu = &bed->cpu;
    if (below(state, 5) == 0)
        cpu_testbed_enter_v86(bed, below(state, 4));
    else
        cpu_testbed_enter_ring(bed, below(state, 4));
    if (below(state, 2)) {
        cpu_testbed_enable_paging(bed);
        for (unsigned i = 0; i < 20; i++) {
            u32 page = below(state, 1024) << PAGE_SHIFT;
            cpu_testbed_set_pte(bed, page, random_next(state) & 0x3ff007);
        }
    }
    for (unsigned i = 0; i < 8; i++)
        if (i != REG_ESP)
            cpu->regs[i] = below(state, 2) ? random_selector(state) : random_next(state);
    cpu_set_eflags(cpu,
                   (cpu_get_eflags(cpu) & FLAG_VM) | FLAG_ALWAYS | (random_next(state) & 0x7fd5));
    cpu_set_eip(cpu, cpu_v86(cpu) ? below(state, 0x8000) : random_entry(state));
}

void random_guest_build(struct cpu_testbed *bed, u64 *state)
{
    build_code(bed, state);
    build_tables(bed, state);
    build_state(bed, state);
}
