#include "support/cpu_testbed.h"

#include "base/bits.h"
#include "cpu/block_cache.h"
#include "cpu/system.h"

#include <assert.h>
#include <stdlib.h>

#define TSS_LIMIT 0x67u
#define TSS16_LIMIT 0x2bu
#define BUSY_TSS32 0x8bu
#define FREE_TSS32 0x89u
#define FREE_TSS16 0x81u
#define LDT_ACCESS 0x82u

u32 cpu_testbed_read32(const struct cpu_testbed *bed, u32 physical)
{
    return load_le32(bed->memory.ram + physical);
}

u16 cpu_testbed_read16(const struct cpu_testbed *bed, u32 physical)
{
    return load_le16(bed->memory.ram + physical);
}

void cpu_testbed_write32(struct cpu_testbed *bed, u32 physical, u32 value)
{
    memory_write(&bed->memory, physical, 4, value);
}

void cpu_testbed_write16(struct cpu_testbed *bed, u32 physical, u16 value)
{
    memory_write(&bed->memory, physical, 2, value);
}

static u32 descriptor_address(u16 selector)
{
    return (selector & 4 ? BED_LDT : BED_GDT) + (selector & ~7u);
}

void cpu_testbed_set_segment(struct cpu_testbed *bed, u16 selector, u32 base, u32 limit, u16 access)
{
    u32 address = descriptor_address(selector);
    if (limit > 0xfffff) {
        limit >>= 12;
        access |= SEG_GRANULAR;
    }
    cpu_testbed_write32(bed, address, (limit & 0xffff) | base << 16);
    cpu_testbed_write32(bed, address + 4,
                        (base & 0xff000000u) | (limit & 0xf0000) | (u32)access << 8 |
                            (base >> 16 & 0xff));
}

static void write_gate(struct cpu_testbed *bed, u32 address, u8 access, u16 target, u32 offset,
                       unsigned count)
{
    cpu_testbed_write32(bed, address, (u32)target << 16 | (offset & 0xffff));
    cpu_testbed_write32(bed, address + 4, (offset & 0xffff0000u) | (u32)access << 8 | count);
}

void cpu_testbed_set_gate(struct cpu_testbed *bed, u16 selector, u8 access, u16 target, u32 offset,
                          unsigned count)
{
    write_gate(bed, descriptor_address(selector), access, target, offset, count);
}

void cpu_testbed_set_vector(struct cpu_testbed *bed, u8 vector, u8 access, u16 target, u32 offset)
{
    write_gate(bed, BED_IDT + vector * 8u, access, target, offset, 0);
}

u16 cpu_testbed_access(const struct cpu_testbed *bed, u16 selector)
{
    return (u16)(cpu_testbed_read32(bed, descriptor_address(selector) + 4) >> 8 & 0xf0ff);
}

static void build_tables(struct cpu_testbed *bed)
{
    for (unsigned ring = 0; ring < 4; ring++) {
        u16 dpl = (u16)(ring << SEG_DPL_SHIFT);
        cpu_testbed_set_segment(bed, BED_CODE_SELECTOR(ring), 0, 0xffffffffu, BED_CODE32 | dpl);
        cpu_testbed_set_segment(bed, BED_DATA_SELECTOR(ring), 0, 0xffffffffu, BED_DATA32 | dpl);
    }
    cpu_testbed_set_segment(bed, BED_LDT_SELECTOR, BED_LDT, 0xff, LDT_ACCESS);
    cpu_testbed_set_segment(bed, BED_TSS_SELECTOR, BED_TSS, TSS_LIMIT, BUSY_TSS32);
    cpu_testbed_set_segment(bed, BED_OTHER_TSS_SELECTOR, BED_OTHER_TSS, TSS_LIMIT, FREE_TSS32);
    cpu_testbed_set_segment(bed, BED_TSS16_SELECTOR, BED_TSS16, TSS16_LIMIT, FREE_TSS16);
    for (unsigned ring = 0; ring < 3; ring++) {
        cpu_testbed_write32(bed, BED_TSS + 4 + 8 * ring, BED_STACK(ring));
        cpu_testbed_write32(bed, BED_TSS + 8 + 8 * ring, BED_DATA_SELECTOR(ring));
    }
}

static void load_system_registers(struct cpu *cpu)
{
    cpu->gdtr = (struct table_register){BED_GDT, BED_GDT_ENTRIES * 8 - 1};
    cpu->idtr = (struct table_register){BED_IDT, 256 * 8 - 1};
    cpu->ldtr = (struct segment){
        .selector = BED_LDT_SELECTOR, .access = LDT_ACCESS, .base = BED_LDT, .limit = 0xff};
    cpu->tr = (struct segment){
        .selector = BED_TSS_SELECTOR, .access = BUSY_TSS32, .base = BED_TSS, .limit = TSS_LIMIT};
}

struct cpu_testbed *cpu_testbed_new(enum cpu_level level)
{
    struct cpu_testbed *bed = calloc(1, sizeof *bed);
    struct error error;
    if (!bed)
        return NULL;
    clock_init(&bed->clock, CLOCK_DEFAULT_RATE);
    ports_init(&bed->ports, NULL);
    struct cpu_wiring wiring = {.memory = &bed->memory, .ports = &bed->ports, .clock = &bed->clock};
    if (!memory_init(&bed->memory, 4 * MIB, &error) ||
        !cpu_init(&bed->cpu, &wiring, level, &error)) {
        memory_free(&bed->memory);
        free(bed);
        return NULL;
    }
    bed->cpu.blocks->tuned_at = 1; /* short runs see tuned code, too */
    cpu_reset(&bed->cpu);
    build_tables(bed);
    return bed;
}

void cpu_testbed_free(struct cpu_testbed *bed)
{
    cpu_free(&bed->cpu);
    memory_free(&bed->memory);
    free(bed);
}

void cpu_testbed_fill_video_hole(struct cpu_testbed *bed)
{
    struct memory *memory = &bed->memory;
    u8 ram = memory->page_region[0];
    for (u32 physical = 0xa0000; physical < 0x100000; physical += PAGE_SIZE)
        memory->page_region[physical >> PAGE_SHIFT] = ram;
    memory->regions[ram].size = 0x100000;
}

static void load_flat(struct cpu *cpu, enum segment_number number, u16 selector, u16 access)
{
    u16 dpl = (u16)((selector & 3) << SEG_DPL_SHIFT);
    cpu_set_segment_raw(cpu, number, selector, 0, 0xffffffffu,
                        (u16)(access | dpl | SEG_ACCESSED | SEG_GRANULAR));
}

void cpu_testbed_enter_ring(struct cpu_testbed *bed, unsigned ring)
{
    struct cpu *cpu = &bed->cpu;
    load_system_registers(cpu);
    cpu_set_cr0(cpu, cpu->cr0 | CR0_PE);
    cpu_set_eflags(cpu, FLAG_ALWAYS);
    load_flat(cpu, SEG_CS, BED_CODE_SELECTOR(ring), BED_CODE32);
    load_flat(cpu, SEG_SS, BED_DATA_SELECTOR(ring), BED_DATA32);
    load_flat(cpu, SEG_DS, BED_DATA_SELECTOR(ring), BED_DATA32);
    load_flat(cpu, SEG_ES, BED_DATA_SELECTOR(ring), BED_DATA32);
    load_flat(cpu, SEG_FS, BED_DATA_SELECTOR(ring), BED_DATA32);
    load_flat(cpu, SEG_GS, BED_DATA_SELECTOR(ring), BED_DATA32);
    cpu->regs[REG_ESP] = BED_STACK(ring);
    cpu_set_eip(cpu, BED_CODE);
}

void cpu_testbed_enter_v86(struct cpu_testbed *bed, unsigned iopl)
{
    struct cpu *cpu = &bed->cpu;
    load_system_registers(cpu);
    cpu_set_cr0(cpu, cpu->cr0 | CR0_PE);
    cpu_set_eflags(cpu, FLAG_ALWAYS | FLAG_VM | iopl << FLAG_IOPL_SHIFT);
    for (unsigned number = 0; number < SEG_COUNT; number++)
        cpu_set_segment_real(cpu, (enum segment_number)number, BED_CODE >> 4);
    cpu->regs[REG_ESP] = 0x1000;
    cpu_set_eip(cpu, 0);
}

static u32 pte_address(u32 linear)
{
    assert(linear < 4 * MIB);
    return BED_PAGE_DIRECTORY + PAGE_SIZE + (linear >> PAGE_SHIFT) * 4;
}

u32 cpu_testbed_pte(struct cpu_testbed *bed, u32 linear)
{
    return cpu_testbed_read32(bed, pte_address(linear));
}

void cpu_testbed_set_pte(struct cpu_testbed *bed, u32 linear, u32 entry)
{
    cpu_testbed_write32(bed, pte_address(linear), entry);
}

void cpu_testbed_enable_paging(struct cpu_testbed *bed)
{
    cpu_testbed_write32(bed, BED_PAGE_DIRECTORY, (BED_PAGE_DIRECTORY + PAGE_SIZE) | 7);
    for (u32 linear = 0; linear < 4 * MIB; linear += PAGE_SIZE)
        cpu_testbed_set_pte(bed, linear, linear | 7);
    cpu_set_cr3(&bed->cpu, BED_PAGE_DIRECTORY);
    cpu_set_cr0(&bed->cpu, bed->cpu.cr0 | CR0_PG);
}
