#include "machine/direct_boot.h"

#include "base/bits.h"
#include "loader/multiboot.h"

#include <assert.h>
#include <string.h>

/* Where bios/direct_boot.S leaves what the firmware said. */
enum scratch {
    SCRATCH = 0x1000,
    MAP_COUNT = SCRATCH,
    VBE_MODE = SCRATCH + 2,
    LOW_KB = SCRATCH + 4,
    DISK_COUNT = SCRATCH + 6,
    MAP = SCRATCH + 0x20,
    VBE_CONTROLLER = SCRATCH + 0x600,
    VBE_MODE_BLOCK = SCRATCH + 0x800,
};
enum { MAP_ENTRY = 20, PLACE = 0x80 };

static void read_map(struct memory *memory, struct firmware_facts *facts)
{
    facts->map_count = memory_read(memory, MAP_COUNT, 2);
    if (facts->map_count > FIRMWARE_MAP_MAX)
        facts->map_count = FIRMWARE_MAP_MAX;
    for (u32 i = 0; i < facts->map_count; i++) {
        u8 entry[MAP_ENTRY];
        memory_read_bytes(memory, MAP + i * MAP_ENTRY, entry, sizeof entry);
        facts->map[i].base = load_le64(entry);
        facts->map[i].size = load_le64(entry + 8);
        facts->map[i].type = load_le32(entry + 16);
    }
}

static void read_facts(struct memory *memory, struct firmware_facts *facts)
{
    read_map(memory, facts);
    facts->low_kb = memory_read(memory, LOW_KB, 2);
    facts->has_disk = memory_read(memory, DISK_COUNT, 1) != 0;
    facts->vbe_mode = (u16)memory_read(memory, VBE_MODE, 2);
    memory_read_bytes(memory, VBE_CONTROLLER, facts->controller, sizeof facts->controller);
    memory_read_bytes(memory, VBE_MODE_BLOCK, facts->mode, sizeof facts->mode);
}

static void fill_zero(struct memory *memory, u32 physical, u32 size)
{
    static const u8 zeros[PAGE_SIZE];
    while (size > 0) {
        u32 part = size < PAGE_SIZE ? size : PAGE_SIZE;
        memory_write_bytes(memory, physical, zeros, part);
        physical += part;
        size -= part;
    }
}

static void place(struct direct_boot *boot)
{
    const struct kernel_plan *plan = boot->plan;
    struct firmware_facts facts = {0};
    u8 information[MULTIBOOT_INFORMATION_MAX] = {0};
    read_facts(boot->memory, &facts);
    for (unsigned i = 0; i < plan->piece_count; i++) {
        const struct kernel_piece *piece = &plan->pieces[i];
        memory_write_bytes(boot->memory, piece->physical, piece->bytes, piece->size);
        fill_zero(boot->memory, piece->physical + piece->size, piece->memory_size - piece->size);
    }
    if (plan->kind == KERNEL_MULTIBOOT) {
        u32 size = multiboot_information(plan, &facts, information);
        memory_write_bytes(boot->memory, plan->information, information, size);
    }
}

u32 direct_boot_read(void *context, u16 port, unsigned size)
{
    struct direct_boot *boot = context;
    const struct kernel_plan *plan = boot->plan;
    const u32 words[] = {
        plan->kind,         plan->video.width,
        plan->video.height, plan->video.depth,
        plan->entry,        plan->kind == KERNEL_LINUX ? plan->stack : plan->information,
    };
    (void)port, (void)size;
    u8 index = boot->selected++;
    return index < ARRAY_COUNT(words) ? words[index] : ~0u;
}

void direct_boot_write(void *context, u16 port, unsigned size, u32 value)
{
    struct direct_boot *boot = context;
    (void)port, (void)size;
    if (value == PLACE)
        place(boot);
    else
        boot->selected = (u8)value;
}

void direct_boot_init(struct direct_boot *boot, struct memory *memory,
                      const struct kernel_plan *plan)
{
    *boot = (struct direct_boot){.memory = memory, .plan = plan};
}

void direct_boot_reset(struct direct_boot *boot)
{
    boot->selected = 0;
}

void direct_boot_fill_rom(u8 *rom, const u8 *code, size_t size)
{
    u8 sum = 0;
    assert(size < DIRECT_BOOT_ROM_SIZE);
    memset(rom, 0, DIRECT_BOOT_ROM_SIZE);
    memcpy(rom, code, size);
    for (size_t i = 0; i < size; i++)
        sum = (u8)(sum + rom[i]);
    rom[DIRECT_BOOT_ROM_SIZE - 1] = (u8)-sum;
}

static const struct field fields[] = {FIELD(struct direct_boot, selected)};

const struct field_table direct_boot_fields = FIELD_TABLE("direct_boot", 1, fields, NULL);
