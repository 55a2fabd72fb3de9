/* INT 19h: what the first drive that has something to boot holds; INT 18h: nothing did. */
#include "cdrom.h"
#include "ide.h"

enum {
    CMOS_BOOT = 0x3d,       /* low nibble first choice, high nibble second */
    CMOS_BOOT_THIRD = 0x38, /* high nibble; bit 0: floppies need no signature */
    CHOICE_FLOPPY = 1,
    CHOICE_DISK = 2,
    CHOICE_CD = 3,
    FLOPPY_DRIVE = 0x00,
    DISK_DRIVE = 0x80,
    BOOT_OFFSET = 0x7c00,
    TRIES = 3,
    WAIT_FOR_KEY = 0,
    SIGNATURE = 0xaa55,
};

/* One sector by INT 13h, so that a hook of an option ROM sees it; the status. */
static u8 read_first_sector(u8 drive)
{
    u32 eax = 0x0201, ebx = BOOT_OFFSET, ecx = 1, edx = drive;
    u8 failed;

    __asm__ volatile("pushw %%es\n\tpushw $0\n\tpopw %%es\n\tint $0x13\n\tpopw %%es\n\tsetc %4"
                     : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "=m"(failed)
                     :
                     : "memory", "cc");
    return failed ? (u8)(eax >> 8) : DISK_OK;
}

/*
 * Floppies of the first years bear no signature. As on the AT their sector is taken for a program
 * unless its first byte is below 06h or its first words are all the same, as after formatting.
 */
static bool looks_like_program(void)
{
    u16 first = far_read16(0, BOOT_OFFSET);

    if ((first & 0xff) < 6)
        return false;
    for (u16 i = 2; i < 18; i += 2)
        if (far_read16(0, BOOT_OFFSET + i) != first)
            return true;
    return false;
}

static bool is_boot_sector(u8 drive)
{
    if (far_read16(0, BOOT_OFFSET + 510) == SIGNATURE)
        return true;
    if (drive != FLOPPY_DRIVE)
        return false;
    return cmos_read(CMOS_BOOT_THIRD) & 1 || looks_like_program();
}

static void name_drive(u8 drive)
{
    if (drive == FLOPPY_DRIVE)
        PRINT("Floppy A: ");
    else
        PRINT("Hard disk 0: ");
}

static void explain(u8 drive, u8 status)
{
    name_drive(drive);
    if (status == DISK_TIMED_OUT && drive == FLOPPY_DRIVE)
        PRINT("no disk in the drive.\n");
    else if (status)
        PRINT("its first sector cannot be read.\n");
    else
        PRINT("its first sector is no boot sector (no 55 AA at its end).\n");
}

static void try_drive(u8 drive)
{
    u8 status = DISK_OK;

    for (u8 i = 0; i < TRIES; i++) {
        status = read_first_sector(drive);
        if (status == DISK_OK || status == DISK_TIMED_OUT)
            break;
    }
    if (status == DISK_OK && is_boot_sector(drive))
        boot_jump(drive, 0, BOOT_OFFSET);
    explain(drive, status);
}

static void try_choice(u8 choice)
{
    if (choice == CHOICE_FLOPPY && bda.equipment & 1)
        try_drive(FLOPPY_DRIVE);
    if (choice == CHOICE_DISK && bda.disk_count)
        try_drive(DISK_DRIVE);
    if (choice == CHOICE_CD)
        cd_boot();
}

void boot_int19(struct registers *r)
{
    u8 order = cmos_read(CMOS_BOOT);

    (void)r;
    if (order) {
        try_choice(order & 15);
        try_choice(order >> 4);
        try_choice(cmos_read(CMOS_BOOT_THIRD) >> 4);
    } else {
        try_choice(CHOICE_DISK);
        try_choice(CHOICE_FLOPPY);
        try_choice(CHOICE_CD);
    }
    __asm__ volatile("int $0x18" : : : "memory", "cc", "eax", "ecx", "edx");
}

void boot_int18(struct registers *r)
{
    u32 eax = WAIT_FOR_KEY;

    (void)r;
    PRINT("Nothing to boot. Put in a disk that has a system, then press a key to start again.\n");
    __asm__ volatile("int $0x16" : "+a"(eax) : : "memory", "cc", "ecx", "edx");
    __asm__ volatile("ljmpw $0xf000, $0xfff0");
}
