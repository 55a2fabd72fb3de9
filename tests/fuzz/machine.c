#include "machine/machine.h"

#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

/* A whole PC runs the input as code: in real mode, in ring 0 with flat segments, with paging, in
   virtual-8086 mode, with descriptor tables that are input too. It must neither crash nor take
   longer than the ticks it was given, and twice the same input must end in the same state.
   First byte of the input: how it starts. */

#define RUN_TICKS 3000u
#define CODE_AT 0x8000u
#define TABLES_AT 0x20000u
#define MAX_INPUT 0x4000u

static u8 rom[64 * KIB];

static void enter(struct cpu *cpu, u8 how)
{
    const u16 code = 0x409b, data = 0x4093;
    if (how & 1) {
        cpu->gdtr = (struct table_register){CODE_AT, 0xff};
        cpu->idtr = (struct table_register){CODE_AT + 0x40, 0x7ff};
        cpu_set_cr0(cpu, cpu->cr0 | CR0_PE);
    }
    u32 limit = how & 2 ? 0xffff : ~0u;
    u16 dpl = how & 1 && how & 4 ? 0x60 : 0;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        cpu_set_segment_raw(cpu, (enum segment_number)i, (u16)(8 | dpl >> 5), 0, limit,
                            (u16)((i == SEG_CS ? code : data) | dpl));
    if ((how & 9) == 9)
        cpu_set_eflags(cpu, FLAG_VM | FLAG_ALWAYS);
    if ((how & 17) == 17) {
        cpu_set_cr3(cpu, TABLES_AT);
        cpu_set_cr0(cpu, cpu->cr0 | CR0_PG);
    }
    cpu->regs[REG_ESP] = 0x7000;
    cpu_set_eip(cpu, CODE_AT);
    cpu_after_load(cpu);
}

/* Identity for the first 4 MB, with holes that depend on the input. */
static void build_pages(struct machine *machine, u8 seed)
{
    memory_write(&machine->memory, TABLES_AT, 4, (TABLES_AT + 0x1000) | 7);
    for (u32 page = 0; page < 1024; page++)
        memory_write(&machine->memory, TABLES_AT + 0x1000 + page * 4, 4,
                     page << 12 | ((page * 7 + seed) % 61 ? 7 : page & 6));
}

/* The hash of what the machine became, when asked for: it reads all of the guest's memory. */
static u64 run(const u8 *data, u32 size, bool want_hash)
{
    struct machine *machine = calloc(1, sizeof *machine);
    struct machine_config config = {.ram_size = 2 * MIB,
                                    .bios = rom,
                                    .bios_size = sizeof rom,
                                    .level = (enum cpu_level)(data[0] >> 6),
                                    .reset_on_triple_fault = data[0] & 32};
    struct error error;
    FUZZ_REQUIRE(machine && machine_init(machine, &config, &error));
    memory_write_bytes(&machine->memory, CODE_AT, data + 1, size - 1);
    if ((data[0] & 17) == 17)
        build_pages(machine, data[1]);
    enter(&machine->cpu, data[0]);
    for (u64 until = RUN_TICKS / 10; until <= RUN_TICKS; until += RUN_TICKS / 10) {
        enum machine_stop stop = machine_run(machine, until);
        FUZZ_REQUIRE(machine->clock.now <= until);
        if (stop != MACHINE_STOP_TIME)
            break;
    }
    u64 hash = want_hash ? machine_hash(machine) : 0;
    machine_free(machine);
    free(machine);
    return hash;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    if (size < 2 || size > MAX_INPUT)
        return 0;
    memset(rom, 0xf4, sizeof rom);
    bool twice = data[1] % 16 == 0;
    u64 hash = run(data, (u32)size, twice);
    if (twice)
        FUZZ_REQUIRE(run(data, (u32)size, true) == hash);
    return 0;
}
