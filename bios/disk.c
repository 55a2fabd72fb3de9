/* INT 13h for hard disks: CHS and the packets of the Enhanced Disk Drive specification 1.1. */
#include "cdrom.h"
#include "ide.h"

enum {
    FIRST_HARD_DISK = 0x80,
    MOST_SECTORS = 128,
    EDD_VERSION = 0x21,
    PARTITIONS = 0x7c00 + 0x1be,
    BOOT_OFFSET = 0x7c00, /* POST's place for a sector: nothing is loaded yet */
    EDD_PACKETS = 1,
};

static u16 record_of(u8 index)
{
    return (u16)(EBDA_DRIVES + index * sizeof(struct drive));
}

_Static_assert(EBDA_DRIVES + IDE_MOST_DRIVES * sizeof(struct drive) <= 0x100,
               "the drive records must lie in the protected part of the EBDA");

/* False when the BIOS number names no drive. */
static bool load_drive(struct drive *drive, u8 number)
{
    if (number < FIRST_HARD_DISK || number - FIRST_HARD_DISK >= IDE_MOST_DRIVES)
        return false;
    far_load(drive, EBDA_SEGMENT, record_of(number - FIRST_HARD_DISK), sizeof(*drive));
    return drive->sectors;
}

/*
 * INT 13h counts to 1024 cylinders. A larger drive is shown with 63 sectors and so many heads that
 * it fits, which is what other BIOSes do in their LBA mode.
 */
static void choose_bios_geometry(struct drive *drive)
{
    u32 tracks = drive->sectors / 63;
    u16 heads = 16;
    u32 cylinders;

    drive->bios_heads = drive->heads;
    drive->bios_sectors = drive->sectors_per_track;
    cylinders = drive->cylinders;
    if (drive->cylinders > 1024 || drive->sectors_per_track > 63) {
        while (heads < 255 && tracks / heads > 1024)
            heads = heads == 128 ? 255 : (u16)(heads * 2);
        drive->bios_heads = (u8)heads;
        drive->bios_sectors = 63;
        cylinders = tracks / heads;
    }
    drive->bios_cylinders = (u16)(cylinders > 1024 ? 1024 : cylinders);
}

/* A place in a partition's entry: head, sector with the cylinder's high bits, cylinder. */
static bool is_at(u16 entry, u32 lba, u16 heads, u8 sectors)
{
    u8 head = far_read8(0, entry), low = far_read8(0, entry + 1);
    u32 cylinder = far_read8(0, entry + 2) | (u32)(low & 0xc0) << 2;

    return (low & 0x3f) && head < heads && (low & 0x3f) <= sectors &&
           (cylinder * heads + head) * sectors + (low & 0x3f) - 1 == lba;
}

/* The first partition whose both ends fit this geometry: what made the table counted by it. */
static bool fits_partitions(u16 heads, u8 sectors)
{
    for (u16 entry = PARTITIONS; entry < PARTITIONS + 64; entry += 16) {
        u32 first = far_read32(0, entry + 8), count = far_read32(0, entry + 12);

        if (far_read8(0, entry + 4) && count && is_at(entry + 1, first, heads, sectors) &&
            is_at(entry + 5, first + count - 1, heads, sectors))
            return true;
    }
    return false;
}

/*
 * Disks come with tables that another BIOS's translation has shaped, and boot sectors that count by
 * it. One of those in use is taken when the table fits it, the drive's own first.
 */
static void follow_partitions(struct drive *drive)
{
    static ROM struct {
        u8 heads, sectors;
    } usual[] = {{255, 63}, {240, 63}, {128, 63}, {64, 63}, {32, 63}, {64, 32}, {16, 63}};
    u32 cylinders;

    if (ide_transfer(drive, IDE_READ, 0, 1, 0, BOOT_OFFSET) ||
        far_read16(0, BOOT_OFFSET + 510) != 0xaa55 ||
        fits_partitions(drive->bios_heads, drive->bios_sectors))
        return;
    for (u8 i = 0; i < ARRAY_SIZE(usual); i++) {
        if (!fits_partitions(usual[i].heads, usual[i].sectors))
            continue;
        drive->bios_heads = usual[i].heads;
        drive->bios_sectors = usual[i].sectors;
        cylinders = drive->sectors / ((u32)drive->bios_heads * drive->bios_sectors);
        drive->bios_cylinders = (u16)(cylinders > 1024 ? 1024 : cylinders ? cylinders : 1);
        return;
    }
}

/* The table that vectors 41h and 46h point to; systems program the drive with it. */
static void write_table(const struct drive *drive, u8 index)
{
    u16 table = (u16)(EBDA_DISK_TABLES + index * 16);

    for (u8 i = 0; i < 16; i++)
        far_write8(EBDA_SEGMENT, table + i, 0);
    far_write16(EBDA_SEGMENT, table, drive->cylinders);
    far_write8(EBDA_SEGMENT, table + 2, drive->heads);
    far_write16(EBDA_SEGMENT, table + 5, 0xffff); /* no precompensation */
    far_write8(EBDA_SEGMENT, table + 8, drive->heads > 8 ? 0xc8 : 0xc0);
    far_write16(EBDA_SEGMENT, table + 12, drive->cylinders);
    far_write8(EBDA_SEGMENT, table + 14, drive->sectors_per_track);
}

static void print_drive(const struct drive *drive, const u8 *model, u8 index)
{
    PRINT("Hard disk ");
    print_number(index);
    PRINT(": ");
    print_number((drive->sectors + 1024) >> 11);
    PRINT(" MB, ");
    print_number(drive->bios_cylinders);
    print_char('/');
    print_number(drive->bios_heads);
    print_char('/');
    print_number(drive->bios_sectors);
    print_char(' ');
    while (*model)
        print_char(*model++);
    PRINT("\n");
}

static bool add_drive(u16 port, u8 unit)
{
    struct drive drive;
    u8 model[IDE_MODEL + 1];
    u8 index = bda.disk_count;

    if (!ide_identify(&drive, port, unit, model))
        return false;
    choose_bios_geometry(&drive);
    follow_partitions(&drive);
    far_store(EBDA_SEGMENT, record_of(index), &drive, sizeof(drive));
    if (index < 2)
        write_table(&drive, index);
    bda.disk_count = index + 1;
    print_drive(&drive, model, index);
    return true;
}

/* Finds the drives in their order, notes and prints them. */
void disk_init(void)
{
    static ROM u16 ports[] = {0x1f0, 0x170};

    bda.disk_count = 0;
    vectors[0x41] = (struct far_pointer){EBDA_DISK_TABLES, EBDA_SEGMENT};
    vectors[0x46] = (struct far_pointer){EBDA_DISK_TABLES + 16, EBDA_SEGMENT};
    for (u8 i = 0; i < ARRAY_SIZE(ports); i++)
        ide_reset(ports[i]);
    for (u8 i = 0; i < IDE_MOST_DRIVES; i++)
        if (!add_drive(ports[i / 2], i & 1))
            cd_find(ports[i / 2], i & 1);
}

/* Ends a service: status in AH, in the data area and as carry. */
void disk_return(struct registers *r, u8 drive, u8 status)
{
    r->eax.h = status;
    set_flag(r, CARRY_FLAG, status != DISK_OK);
    if (drive >= FIRST_HARD_DISK)
        bda.disk_status = status;
    else
        bda.floppy_status = status;
}

/* AH=02h, 03h, 04h, 0Ah, 0Bh. */
static u8 transfer_chs(struct registers *r, const struct drive *drive, enum ide_operation operation)
{
    u16 cylinder = (u16)(r->ecx.h | (r->ecx.l & 0xc0) << 2);
    u8 sector = r->ecx.l & 0x3f;
    u8 head = r->edx.h, count = r->eax.l;
    u32 lba;

    if (!count || count > MOST_SECTORS)
        return DISK_BAD_COMMAND;
    if (cylinder >= drive->bios_cylinders || head >= drive->bios_heads || !sector ||
        sector > drive->bios_sectors)
        return DISK_NO_SECTOR;
    lba = ((u32)cylinder * drive->bios_heads + head) * drive->bios_sectors + sector - 1;
    if (lba + count > drive->sectors)
        return DISK_NO_SECTOR;
    return ide_transfer(drive, operation, lba, count, r->es, r->ebx.x);
}

/* AH=42h, 43h, 44h: packet at DS:SI {size, 0, count, offset, segment, lba low, lba high}. */
static u8 transfer_packet(struct registers *r, const struct drive *drive,
                          enum ide_operation operation)
{
    u16 packet = r->esi.x;
    u16 count = far_read16(r->ds, packet + 2);
    u16 offset = far_read16(r->ds, packet + 4), segment = far_read16(r->ds, packet + 6);
    u32 lba = far_read32(r->ds, packet + 8);
    u8 status;

    if (far_read8(r->ds, packet) < 16 || count > 127 || (offset == 0xffff && segment == 0xffff))
        return DISK_BAD_COMMAND;
    if (far_read32(r->ds, packet + 12) || lba >= drive->sectors || count > drive->sectors - lba)
        return DISK_NO_SECTOR;
    if (!count)
        return DISK_OK;
    status = ide_transfer(drive, operation, lba, count, segment, offset);
    if (status)
        far_write16(r->ds, packet + 2, 0);
    return status;
}

/* AH=08h: the last cylinder, head and sector, and how many disks there are. */
static u8 get_parameters(struct registers *r, const struct drive *drive)
{
    u16 last = drive->bios_cylinders - 1;

    r->eax.l = 0;
    r->ecx.h = (u8)last;
    r->ecx.l = (u8)(drive->bios_sectors | (last >> 2 & 0xc0));
    r->edx.h = drive->bios_heads - 1;
    r->edx.l = bda.disk_count;
    return DISK_OK;
}

/* AH=48h: the drive's own geometry and size into DS:SI. */
static u8 get_packet_parameters(struct registers *r, const struct drive *drive)
{
    u16 to = r->esi.x;

    if (far_read16(r->ds, to) < 26)
        return DISK_BAD_COMMAND;
    far_write16(r->ds, to, 26);
    far_write16(r->ds, to + 2, 2); /* the geometry is valid */
    far_write32(r->ds, to + 4, drive->cylinders);
    far_write32(r->ds, to + 8, drive->heads);
    far_write32(r->ds, to + 12, drive->sectors_per_track);
    far_write32(r->ds, to + 16, drive->sectors);
    far_write32(r->ds, to + 20, 0);
    far_write16(r->ds, to + 24, 512);
    return DISK_OK;
}

static u8 check_extensions(struct registers *r)
{
    if (r->ebx.x != 0x55aa)
        return DISK_BAD_COMMAND;
    r->ebx.x = 0xaa55;
    r->ecx.x = EDD_PACKETS;
    return DISK_OK;
}

/* AH=15h answers in AH itself: 3 = a hard disk of CX:DX sectors, 0 = none. */
static void get_type(struct registers *r, const struct drive *drive)
{
    disk_return(r, r->edx.l, DISK_OK);
    r->eax.h = drive ? 3 : 0;
    r->ecx.x = (u16)(drive ? drive->sectors >> 16 : 0);
    r->edx.x = (u16)(drive ? drive->sectors : 0);
}

/* AH=05h: checks the track's place. */
static u8 format_track(const struct registers *r, const struct drive *drive)
{
    u16 cylinder = (u16)(r->ecx.h | (r->ecx.l & 0xc0) << 2);

    return cylinder < drive->bios_cylinders && r->edx.h < drive->bios_heads ? DISK_OK
                                                                            : DISK_NO_SECTOR;
}

static u8 run(struct registers *r, const struct drive *drive)
{
    switch (r->eax.h) {
    case 0x00: /* reset, and what has nothing to do on a drive that keeps itself */
    case 0x09:
    case 0x0c:
    case 0x0d:
    case 0x10:
    case 0x11:
    case 0x14:
    case 0x45: /* locking: nothing here can be taken out */
    case 0x47:
    case 0x49: /* nothing was changed */
        return DISK_OK;
    case 0x05: /* a track of an IDE drive keeps its form */
        return format_track(r, drive);
    case 0x46:
        return DISK_NOT_REMOVABLE;
    case 0x02:
        return transfer_chs(r, drive, IDE_READ);
    case 0x03:
        return transfer_chs(r, drive, IDE_WRITE);
    case 0x04:
        return transfer_chs(r, drive, IDE_VERIFY);
    case 0x0a:
        return transfer_chs(r, drive, IDE_READ_LONG);
    case 0x0b:
        return transfer_chs(r, drive, IDE_WRITE_LONG);
    case 0x08:
        return get_parameters(r, drive);
    case 0x41:
        return check_extensions(r);
    case 0x42:
        return transfer_packet(r, drive, IDE_READ);
    case 0x43:
        return transfer_packet(r, drive, IDE_WRITE);
    case 0x44:
        return transfer_packet(r, drive, IDE_VERIFY);
    case 0x48:
        return get_packet_parameters(r, drive);
    }
    return DISK_BAD_COMMAND;
}

void disk_service(struct registers *r)
{
    struct drive drive;
    u8 number = r->edx.l, function = r->eax.h;
    bool found = load_drive(&drive, number);
    u8 status;

    if (function == 0x15) {
        get_type(r, found ? &drive : NULL);
        return;
    }
    if (function == 0x01) {
        r->eax.l = bda.disk_status;
        disk_return(r, number, DISK_OK);
        return;
    }
    status = found ? run(r, &drive) : DISK_BAD_COMMAND;
    if ((function == 2 || function == 3) && status)
        r->eax.l = 0;
    disk_return(r, number, status);
    if (function == 0x41 && !status)
        r->eax.h = EDD_VERSION;
}

/* Where DL goes in it comes out as it was, except from the functions that answer in it. */
void disk_int13(struct registers *r)
{
    u8 number = r->edx.l, function = r->eax.h;

    if (cd_service(r) || !cd_physical_drive(&r->edx.l))
        return;
    if (r->edx.l & FIRST_HARD_DISK)
        disk_service(r);
    else
        floppy_service(r);
    if (function != 0x08 && function != 0x15)
        r->edx.l = number;
}
