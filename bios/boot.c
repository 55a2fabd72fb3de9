/* INT 19h: the first sector of the first drive that has one to boot; INT 18h: nothing did. */
#include "bios.h"

enum {
    CMOS_BOOT = 0x3d,       /* low nibble first choice, high nibble second */
    CMOS_BOOT_THIRD = 0x38, /* high nibble; bit 0: floppies need no signature */
    CHOICE_FLOPPY = 1,
    CHOICE_DISK = 2,
    FLOPPY_DRIVE = 0x00,
    DISK_DRIVE = 0x80,
    BOOT_OFFSET = 0x7c00,
    TRIES = 3,
    WAIT_FOR_KEY = 0,
};

/* One sector by INT 13h, so that a hook of an option ROM sees it. */
static bool read_first_sector(u8 drive)
{
    u32 eax = 0x0201, ebx = BOOT_OFFSET, ecx = 1, edx = drive;

    __asm__ volatile("pushw %%es\n\tpushw $0\n\tpopw %%es\n\tint $0x13\n\tpopw %%es\n\tsetnc %%al"
                     : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx)
                     :
                     : "memory", "cc");
    return eax & 0xff;
}

static bool has_signature(u8 drive)
{
    if (drive == FLOPPY_DRIVE && cmos_read(CMOS_BOOT_THIRD) & 1)
        return true;
    return far_read16(0, BOOT_OFFSET + 510) == 0xaa55;
}

static void try_drive(u8 drive)
{
    for (u8 i = 0; i < TRIES; i++)
        if (read_first_sector(drive)) {
            if (has_signature(drive))
                boot_jump(drive);
            return;
        }
}

static void try_choice(u8 choice)
{
    if (choice == CHOICE_FLOPPY && bda.equipment & 1)
        try_drive(FLOPPY_DRIVE);
    if (choice == CHOICE_DISK && bda.disk_count)
        try_drive(DISK_DRIVE);
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
    }
    __asm__ volatile("int $0x18" : : : "memory", "cc", "eax", "ecx", "edx");
}

void boot_int18(struct registers *r)
{
    u32 eax = WAIT_FOR_KEY;

    (void)r;
    PRINT("Nothing to boot: no disk here has a boot sector (55 AA at its end).\n"
          "Press a key to start again.\n");
    __asm__ volatile("int $0x16" : "+a"(eax) : : "memory", "cc", "ecx", "edx");
    __asm__ volatile("ljmpw $0xf000, $0xfff0");
}
