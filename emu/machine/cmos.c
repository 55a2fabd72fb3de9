#include "machine/cmos.h"

/* Cells of the CMOS memory that tell a BIOS what is installed (RBIL CMOS.LST). */
enum cmos_cell {
    CMOS_FLOPPY_TYPES = 0x10,
    CMOS_DISK_TYPES = 0x12,
    CMOS_EQUIPMENT = 0x14,
    CMOS_BASE_KB = 0x15,     /* and 16h */
    CMOS_EXTENDED_KB = 0x17, /* and 18h; again in 30h, 31h */
    CMOS_DISK0_TYPE = 0x19,
    CMOS_DISK1_TYPE = 0x1a,
    CMOS_DISK0 = 0x1b, /* parameters of a disk of the user's own type, nine bytes */
    CMOS_DISK1 = 0x24,
    CMOS_EXTENDED_KB_2 = 0x30,
    CMOS_ABOVE_16M = 0x34,   /* and 35h: in units of 64 KB */
    CMOS_BOOT_THIRD = 0x38,  /* high nibble: third choice; bit 0: floppies need no signature */
    CMOS_TRANSLATION = 0x39, /* two bits a disk, as Bochs and QEMU have it: 0 none, 1 LBA */
    CMOS_BOOT = 0x3d,        /* first choice in the low nibble, second in the high one */
};
enum {
    EQUIPMENT_MOUSE = 0x04, /* as Bochs and QEMU have it; IBM's bit of the display's switch */
    DISK_TYPE_USER = 47,
    NO_RETRIES = 0xc0,
    MORE_THAN_8_HEADS = 0x08,
    MOST_INT13_CYLINDERS = 1024,
    TRANSLATE_LBA = 1,
};

static void set_cell_pair(struct rtc *rtc, u8 cell, u32 value)
{
    rtc_set_cell(rtc, cell, (u8)value);
    rtc_set_cell(rtc, (u8)(cell + 1), (u8)(value >> 8));
}

static u32 at_most(u32 value, u32 limit)
{
    return value < limit ? value : limit;
}

/* Cylinders, heads, where writing is precompensated, control byte, landing zone, sectors. */
static void set_disk(struct rtc *rtc, u8 cell, const struct disk_geometry *geometry)
{
    u32 cylinders = at_most(geometry->cylinders, 0xffff);
    set_cell_pair(rtc, cell, cylinders);
    rtc_set_cell(rtc, cell + 2, (u8)geometry->heads);
    set_cell_pair(rtc, cell + 3, 0xffff);
    rtc_set_cell(rtc, cell + 5, (u8)(NO_RETRIES | (geometry->heads > 8 ? MORE_THAN_8_HEADS : 0)));
    set_cell_pair(rtc, cell + 6, cylinders);
    rtc_set_cell(rtc, cell + 8, (u8)geometry->sectors);
}

/* Disks of the first channel are in the AT's own cells; translation is told of all four. */
static void fill_disks(struct machine *machine)
{
    static const u8 type_cells[] = {CMOS_DISK0_TYPE, CMOS_DISK1_TYPE};
    static const u8 cells[] = {CMOS_DISK0, CMOS_DISK1};
    const struct machine_config *config = &machine->config;
    u8 types = 0, translation = 0;
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++) {
        const struct disk_image *disk = config->cdroms >> slot & 1 ? NULL : config->disks[slot];
        if (disk && disk->geometry.cylinders > MOST_INT13_CYLINDERS)
            translation |= (u8)(TRANSLATE_LBA << (2 * slot));
        if (slot >= ARRAY_COUNT(cells))
            continue;
        types |= disk ? (slot ? 0x0f : 0xf0) : 0;
        rtc_set_cell(&machine->rtc, type_cells[slot], disk ? DISK_TYPE_USER : 0);
        if (disk)
            set_disk(&machine->rtc, cells[slot], &disk->geometry);
    }
    rtc_set_cell(&machine->rtc, CMOS_DISK_TYPES, types);
    rtc_set_cell(&machine->rtc, CMOS_TRANSLATION, translation);
}

static void fill_cells(struct machine *machine)
{
    struct rtc *rtc = &machine->rtc;
    u32 ram_kb = machine->memory.ram_size / KIB;
    u32 extended_kb = at_most(ram_kb - 1024, 0xffff);
    const struct machine_config *config = &machine->config;
    const u8 *order = config->boot_order, *floppies = config->floppy_types;
    u8 equipment = EQUIPMENT_MOUSE | (machine->cpu.has_fpu ? 0x02 : 0x00);
    if (floppies[0])
        equipment |= floppies[1] ? 0x41 : 0x01;
    set_cell_pair(rtc, CMOS_BASE_KB, 640);
    set_cell_pair(rtc, CMOS_EXTENDED_KB, extended_kb);
    set_cell_pair(rtc, CMOS_EXTENDED_KB_2, extended_kb);
    set_cell_pair(rtc, CMOS_ABOVE_16M, ram_kb > 16384 ? (ram_kb - 16384) / 64 : 0);
    rtc_set_cell(rtc, CMOS_FLOPPY_TYPES, (u8)(floppies[0] << 4 | floppies[1]));
    rtc_set_cell(rtc, CMOS_EQUIPMENT, equipment);
    fill_disks(machine);
    rtc_set_cell(rtc, CMOS_BOOT, order[0] ? (u8)(order[0] | order[1] << 4) : MACHINE_BOOT_DISK);
    rtc_set_cell(rtc, CMOS_BOOT_THIRD, (u8)(order[2] << 4));
    rtc_update_checksum(rtc);
}

/* As the battery kept it; what tells of this machine is written over it afterwards. */
static void load_nvram(struct machine *machine)
{
    for (u8 cell = RTC_D + 1; machine->config.nvram && cell < 128; cell++)
        if (cell != RTC_CENTURY)
            rtc_set_cell(&machine->rtc, cell, machine->config.nvram[cell]);
}

void cmos_fill(struct machine *machine)
{
    if (machine->config.rtc_time)
        rtc_set_time(&machine->rtc, machine->config.rtc_time);
    load_nvram(machine);
    fill_cells(machine);
}
