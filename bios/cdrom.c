/*
 * CD-ROM drives by packets (SFF-8020i, ATA/ATAPI-4), polled with the interrupt off, and El Torito
 * 1.0: booting without emulation, or from a floppy's or a hard disk's image on the disc.
 */
#include "cdrom.h"

#include "ide.h"

enum {
    CD_BYTES = 2048,
    PARTS = CD_BYTES / 512,

    READ_10 = 0x28,
    TEST_UNIT_READY = 0x00,
    START_STOP = 0x1b,
    PREVENT_REMOVAL = 0x1e,
    READ_CAPACITY = 0x25,

    KEY_NOT_READY = 2,
    KEY_ATTENTION = 6,
    TRIES = 5,

    /* El Torito. */
    BOOT_RECORD = 17,
    CATALOG_POINTER = 0x47,
    ENTRY = 32,
    VALIDATION = 0x01,
    BOOTABLE = 0x88,
    SECTION = 0x90,
    LAST_SECTION = 0x91,
    PLATFORM_X86 = 0,
    SCRATCH = 0x07c0, /* segment of the memory that a boot sector is read to */

    MEDIA_NONE = 0,
    MEDIA_1200K,
    MEDIA_1440K,
    MEDIA_2880K,
    MEDIA_DISK,
};

/* Kept in the extended data area. */
struct cd {
    u16 port;
    u8 select, present;
    u8 booted, emulates; /* booted from; the BIOS number below is that of an image */
    u8 media, drive;
    u32 image; /* first CD sector of the image */
    u16 segment, count; /* where and how many 512-byte sectors were loaded */
    u16 cylinders;
    u8 heads, sectors;
};

_Static_assert(EBDA_CD >= EBDA_DRIVES + IDE_MOST_DRIVES * sizeof(struct drive) &&
                   EBDA_CD + sizeof(struct cd) <= 0x100,
               "the CD's record must lie behind the drives' in the protected part of the EBDA");

static void load(struct cd *cd)
{
    far_load(cd, EBDA_SEGMENT, EBDA_CD, sizeof(*cd));
}

static void store(const struct cd *cd)
{
    far_store(EBDA_SEGMENT, EBDA_CD, cd, sizeof(*cd));
}

/* ---- packets ---- */

/* Reads of the disc: which 512-byte parts of the sectors are wanted, and where they go. */
struct parts {
    u16 skip, count;
    u16 segment, offset;
};

/* The error register's sense key, 0 after success; FFh when the drive does not answer. */
static u8 send_packet(const struct cd *cd, const u8 *packet, struct parts *parts)
{
    return ide_packet(cd->port, cd->select, packet, &parts->skip, &parts->count, &parts->segment,
                      parts->offset);
}

static u8 simple(const struct cd *cd, u8 command, u8 byte4)
{
    u8 packet[12] = {command, 0, 0, 0, byte4};
    struct parts none = {0, 0, 0, 0};

    return send_packet(cd, packet, &none);
}

/* The first commands after power on or a change of disc are refused with a unit attention. */
static u8 make_ready(const struct cd *cd)
{
    u8 key = 0xff;

    for (u8 i = 0; i < TRIES; i++) {
        key = simple(cd, TEST_UNIT_READY, 0);
        if (key != KEY_ATTENTION)
            break;
    }
    return key;
}

/* count parts from the skip-th part of a sector on. */
static u8 read_parts(const struct cd *cd, u32 sector, struct parts parts)
{
    u16 sectors = (u16)((parts.skip + parts.count + PARTS - 1) / PARTS);
    u8 packet[12] = {READ_10, 0, (u8)(sector >> 24), (u8)(sector >> 16), (u8)(sector >> 8),
                     (u8)sector, 0, (u8)(sectors >> 8), (u8)sectors};
    u8 key = KEY_ATTENTION;

    for (u8 i = 0; i < TRIES && key == KEY_ATTENTION; i++) {
        struct parts rest = parts;

        key = send_packet(cd, packet, &rest);
    }
    if (!key)
        return DISK_OK;
    return key == KEY_NOT_READY ? DISK_TIMED_OUT : DISK_NO_SECTOR;
}

static bool read_sector(const struct cd *cd, u32 sector)
{
    return read_parts(cd, sector, (struct parts){0, PARTS, SCRATCH, 0}) == DISK_OK;
}

/* Sectors of the disc; 0 when there is none. */
static u32 capacity(const struct cd *cd)
{
    u8 packet[12] = {READ_CAPACITY};
    u8 answer[8];

    if (make_ready(cd) || !ide_packet_answer(cd->port, cd->select, packet, answer, sizeof(answer)))
        return 0;
    return ((u32)answer[0] << 24 | (u32)answer[1] << 16 | (u32)answer[2] << 8 | answer[3]) + 1;
}

/* ---- finding it ---- */

void cd_find(u16 port, u8 unit)
{
    struct cd cd;
    u8 model[IDE_MODEL + 1];

    load(&cd);
    if (cd.present || !ide_identify_packet(port, unit, model))
        return;
    cd.port = port;
    cd.select = unit ? 0xb0 : 0xa0;
    cd.present = 1;
    cd.drive = CD_DRIVE;
    store(&cd);
    PRINT("CD-ROM: ");
    for (const u8 *letter = model; *letter; letter++)
        print_char(*letter);
    PRINT("\n");
}

/* ---- booting ---- */

static bool text_is(u16 offset, const char __seg_gs *text)
{
    for (; *text; text++, offset++)
        if (far_read8(SCRATCH, offset) != (u8)*text)
            return false;
    return true;
}

static bool catalog_is_valid(void)
{
    u16 sum = 0;

    for (u16 i = 0; i < ENTRY; i += 2)
        sum += far_read16(SCRATCH, i);
    return !sum && far_read8(SCRATCH, 0) == VALIDATION && far_read16(SCRATCH, 30) == 0xaa55;
}

/* Offset of the first entry for this kind of machine in the catalog's first sector; 0 = none. */
static u16 find_entry(void)
{
    u8 platform = far_read8(SCRATCH, 1);
    u16 at = ENTRY, entries = 1;

    for (;;) {
        while (entries-- && at < CD_BYTES) {
            if (platform == PLATFORM_X86 && far_read8(SCRATCH, at) == BOOTABLE)
                return at;
            at += ENTRY;
        }
        if (at >= CD_BYTES || (far_read8(SCRATCH, at) & 0xfe) != SECTION)
            return 0;
        platform = far_read8(SCRATCH, at + 1);
        entries = far_read16(SCRATCH, at + 2);
        at += ENTRY;
    }
}

/* A disk image's geometry is in its partition table: the end of the first partition. */
static bool take_disk_geometry(struct cd *cd)
{
    u16 end = 0x1be + 5;

    if (!read_sector(cd, cd->image))
        return false;
    cd->heads = far_read8(SCRATCH, end) + 1;
    cd->sectors = far_read8(SCRATCH, end + 1) & 0x3f;
    cd->cylinders = far_read8(SCRATCH, end + 2) + 1;
    cd->cylinders += (u16)((far_read8(SCRATCH, end + 1) & 0xc0) << 2);
    return cd->heads && cd->sectors;
}

static bool take_geometry(struct cd *cd)
{
    static ROM u8 floppy_sectors[] = {0, 15, 18, 36};

    if (cd->media == MEDIA_DISK)
        return take_disk_geometry(cd);
    if (cd->media > MEDIA_DISK)
        return false;
    cd->cylinders = 80;
    cd->heads = 2;
    cd->sectors = floppy_sectors[cd->media];
    return true;
}

static void take_entry(struct cd *cd, u16 at)
{
    cd->media = far_read8(SCRATCH, at + 1) & 15;
    cd->segment = far_read16(SCRATCH, at + 2);
    cd->count = far_read16(SCRATCH, at + 6);
    cd->image = far_read32(SCRATCH, at + 8);
    if (!cd->segment)
        cd->segment = SCRATCH;
    if (!cd->count)
        cd->count = 1;
}

/* The emulated drive comes before the real ones of its kind. */
static void start_emulation(struct cd *cd)
{
    cd->emulates = cd->media != MEDIA_NONE;
    cd->drive = cd->media == MEDIA_NONE ? CD_DRIVE : cd->media == MEDIA_DISK ? 0x80 : 0x00;
    cd->booted = 1;
    if (cd->media == MEDIA_DISK)
        bda.disk_count++;
    else if (cd->emulates && bda.equipment & 1)
        bda.equipment = (bda.equipment & 0xff3f) | 0x40;
    else if (cd->emulates)
        bda.equipment |= 1;
    store(cd);
}

static void end_emulation(struct cd *cd)
{
    if (cd->emulates && cd->media == MEDIA_DISK)
        bda.disk_count--;
    cd->emulates = cd->booted = 0;
    cd->drive = CD_DRIVE;
    store(cd);
}

static void start(struct cd *cd)
{
    u8 status = read_parts(cd, cd->image, (struct parts){0, cd->count, cd->segment, 0});

    if (status) {
        PRINT("CD: the boot image cannot be read.\n");
        return;
    }
    start_emulation(cd);
    boot_jump(cd->drive, cd->segment & 0xf000, (u16)(cd->segment << 4));
}

void cd_boot(void)
{
    static ROM char volume[] = "CD001", system[] = "EL TORITO SPECIFICATION";
    struct cd cd;
    u16 entry = 0;

    load(&cd);
    if (!cd.present)
        return;
    if (make_ready(&cd)) {
        PRINT("CD: no disc in the drive.\n");
        return;
    }
    if (!read_sector(&cd, BOOT_RECORD) || !text_is(1, volume) || !text_is(7, system)) {
        PRINT("CD: this disc is not made for booting (no El Torito record).\n");
        return;
    }
    if (read_sector(&cd, far_read32(SCRATCH, CATALOG_POINTER)) && catalog_is_valid())
        entry = find_entry();
    if (!entry) {
        PRINT("CD: nothing for a PC in its boot catalog.\n");
        return;
    }
    take_entry(&cd, entry);
    if (!take_geometry(&cd)) {
        PRINT("CD: the boot image is of a form not known here.\n");
        return;
    }
    start(&cd);
}

/* ---- INT 13h ---- */

bool cd_physical_drive(u8 *number)
{
    struct cd cd;

    load(&cd);
    if (!cd.emulates || (*number & 0x80) != (cd.drive & 0x80))
        return true;
    if (*number == cd.drive)
        return false;
    --*number;
    return true;
}

/* AH=02h, 04h on an emulated drive. */
static u8 transfer_chs(struct registers *r, const struct cd *cd)
{
    u16 cylinder = (u16)(r->ecx.h | (r->ecx.l & 0xc0) << 2);
    u8 sector = r->ecx.l & 0x3f;
    u32 part;

    if (!cd->emulates || !r->eax.l || r->eax.l > 128)
        return DISK_BAD_COMMAND;
    if (cylinder >= cd->cylinders || r->edx.h >= cd->heads || !sector || sector > cd->sectors)
        return DISK_NO_SECTOR;
    part = ((u32)cylinder * cd->heads + r->edx.h) * cd->sectors + sector - 1;
    if (r->eax.h == 0x04)
        return DISK_OK;
    return read_parts(cd, cd->image + part / PARTS,
                      (struct parts){(u16)(part % PARTS), r->eax.l, r->es, r->ebx.x});
}

/* AH=42h, 44h, 47h: the packet counts in CD sectors. */
static u8 transfer_packet(struct registers *r, const struct cd *cd)
{
    u16 count = far_read16(r->ds, r->esi.x + 2);
    u16 offset = far_read16(r->ds, r->esi.x + 4), segment = far_read16(r->ds, r->esi.x + 6);
    u32 sector = far_read32(r->ds, r->esi.x + 8);
    u8 status;

    if (far_read8(r->ds, r->esi.x) < 16 || count > 127 || far_read32(r->ds, r->esi.x + 12))
        return DISK_BAD_COMMAND;
    if (r->eax.h != 0x42 || !count)
        return DISK_OK;
    status = read_parts(cd, sector, (struct parts){0, (u16)(count * PARTS), segment, offset});
    if (status)
        far_write16(r->ds, r->esi.x + 2, 0);
    return status;
}

static u8 get_parameters(struct registers *r, const struct cd *cd)
{
    u16 last = cd->cylinders - 1;

    if (!cd->emulates)
        return DISK_BAD_COMMAND;
    r->eax.l = 0;
    r->ecx.h = (u8)last;
    r->ecx.l = (u8)(cd->sectors | (last >> 2 & 0xc0));
    r->edx.h = cd->heads - 1;
    if (cd->media == MEDIA_DISK) {
        r->edx.l = bda.disk_count;
        return DISK_OK;
    }
    r->edx.l = (u8)((bda.equipment >> 6 & 3) + 1);
    r->ebx.l = cd->media == MEDIA_1200K ? 2 : cd->media == MEDIA_1440K ? 4 : 5;
    r->es = ROM_SEGMENT;
    r->edi.x = (u16)(u32)diskette_table;
    return DISK_OK;
}

/* AH=15h answers in AH: 1 = a floppy without change line, 3 = a hard disk of CX:DX sectors. */
static void get_type(struct registers *r, const struct cd *cd)
{
    u32 sectors = (u32)cd->cylinders * cd->heads * cd->sectors;

    disk_return(r, r->edx.l, DISK_OK);
    r->eax.h = cd->media == MEDIA_DISK ? 3 : 1;
    if (cd->media == MEDIA_DISK) {
        r->ecx.x = (u16)(sectors >> 16);
        r->edx.x = (u16)sectors;
    }
}

/* AH=48h: removable, lockable, told of changes; 2048 bytes a sector, no geometry. */
static u8 get_packet_parameters(struct registers *r, const struct cd *cd)
{
    u16 to = r->esi.x;
    u32 sectors = capacity(cd);

    if (far_read16(r->ds, to) < 26)
        return DISK_BAD_COMMAND;
    far_write16(r->ds, to, 26);
    far_write16(r->ds, to + 2, 0x74);
    for (u16 i = 4; i < 16; i += 4)
        far_write32(r->ds, to + i, 0xffffffff);
    far_write32(r->ds, to + 16, sectors ? sectors : 0xffffffff);
    far_write32(r->ds, to + 20, sectors ? 0 : 0xffffffff);
    far_write16(r->ds, to + 24, CD_BYTES);
    return DISK_OK;
}

/* AH=4Bh, AL=00h ends the emulation, 01h only tells: the specification packet at DS:SI. */
static u8 emulation_status(struct registers *r, struct cd *cd)
{
    u16 to = r->esi.x, last = cd->cylinders - 1;

    if (r->eax.l > 1 || !cd->booted)
        return DISK_BAD_COMMAND;
    far_write8(r->ds, to, 0x13);
    far_write8(r->ds, to + 1, cd->media);
    far_write8(r->ds, to + 2, cd->drive);
    far_write8(r->ds, to + 3, cd->port == 0x1f0 ? 0 : 1);
    far_write32(r->ds, to + 4, cd->image);
    far_write16(r->ds, to + 8, cd->select == 0xb0);
    far_write16(r->ds, to + 10, 0);
    far_write16(r->ds, to + 12, cd->segment);
    far_write16(r->ds, to + 14, cd->count);
    /* AH=08h's answer, of which a CD that stands for itself has none */
    far_write8(r->ds, to + 16, cd->media ? (u8)last : 0);
    far_write8(r->ds, to + 17, cd->media ? (u8)(cd->sectors | (last >> 2 & 0xc0)) : 0);
    far_write8(r->ds, to + 18, cd->media ? cd->heads - 1 : 0);
    if (r->eax.l == 0)
        end_emulation(cd);
    return DISK_OK;
}

static u8 lock(struct registers *r, const struct cd *cd)
{
    u8 key = r->eax.l < 2 ? simple(cd, PREVENT_REMOVAL, r->eax.l == 0) : 0;

    if (r->eax.l > 2)
        return DISK_BAD_COMMAND;
    return key ? 0xb4 : DISK_OK; /* lock or unlock failed */
}

static u8 eject(const struct cd *cd)
{
    enum { LOAD_EJECT = 2 };

    return simple(cd, START_STOP, LOAD_EJECT) ? 0xb1 : DISK_OK; /* locked in the drive */
}

static u8 run_packet_function(struct registers *r, struct cd *cd)
{
    switch (r->eax.h) {
    case 0x41:
        if (r->ebx.x != 0x55aa)
            return DISK_BAD_COMMAND;
        r->ebx.x = 0xaa55;
        r->ecx.x = 7; /* packets, locking, enhanced support */
        return DISK_OK;
    case 0x42:
    case 0x44:
    case 0x47:
        return transfer_packet(r, cd);
    case 0x43:
        return DISK_PROTECTED;
    case 0x45:
        return lock(r, cd);
    case 0x46:
        return eject(cd);
    case 0x48:
        return get_packet_parameters(r, cd);
    case 0x49:
        return make_ready(cd) == KEY_ATTENTION ? DISK_CHANGED : DISK_OK;
    }
    return DISK_BAD_COMMAND;
}

static u8 run(struct registers *r, struct cd *cd)
{
    switch (r->eax.h) {
    case 0x00:
    case 0x09:
    case 0x0c:
    case 0x0d:
    case 0x10:
    case 0x11:
    case 0x14:
        return DISK_OK;
    case 0x02:
    case 0x04:
        return transfer_chs(r, cd);
    case 0x03:
    case 0x05:
        return DISK_PROTECTED;
    case 0x08:
        return get_parameters(r, cd);
    case 0x16:
        return DISK_OK;
    case 0x4b:
        return emulation_status(r, cd);
    }
    return cd->emulates ? DISK_BAD_COMMAND : run_packet_function(r, cd);
}

/* The number that a caller may give for all drives when it ends an emulation. */
static bool is_meant(const struct registers *r, const struct cd *cd)
{
    u8 number = r->edx.l;

    return number == cd->drive || (r->eax.h == 0x4b && number == 0x7f && cd->booted);
}

bool cd_service(struct registers *r)
{
    struct cd cd;
    u8 number = r->edx.l, function = r->eax.h, status;

    load(&cd);
    if (!cd.present || !is_meant(r, &cd))
        return false;
    if (function == 0x15 && cd.emulates) {
        get_type(r, &cd);
        return true;
    }
    if (function == 0x01) {
        r->eax.l = number & 0x80 ? bda.disk_status : bda.floppy_status;
        disk_return(r, number, DISK_OK);
        return true;
    }
    status = run(r, &cd);
    if (function == 0x02 && status)
        r->eax.l = 0;
    disk_return(r, number, status);
    if (function == 0x41 && !status)
        r->eax.h = 0x30;
    return true;
}
