/*
 * The shape of the image, in one place: where the boot pieces, the root and the swap lie. The boot
 * loader, the kernel's drive table and every BIOS see the same 16 x 63 geometry, so that CHS and
 * LBA agree on all of them.
 */
#ifndef DISKS_GEOMETRY_H
#define DISKS_GEOMETRY_H

enum {
    SECTOR_SIZE = 512,
    SWAP_PAGE_SIZE = 4096,

    DISK_HEADS = 16,
    DISK_SECTORS_PER_TRACK = 63,
    DISK_CYLINDERS = 64,
    CYLINDER_SECTORS = DISK_HEADS * DISK_SECTORS_PER_TRACK,
    DISK_SECTORS = DISK_CYLINDERS * CYLINDER_SECTORS,

    SETUP_LBA = 1,
    SETUP_SECTORS = 4,
    BOOT_OPTIONS_LBA = 4, /* the second half of setup's last sector */
    BOOT_OPTIONS_BYTE = 256,
    BOOT_OPTIONS_SIZE = 256,
    SYSTEM_LBA = SETUP_LBA + SETUP_SECTORS,
    SYSTEM_SECTORS = 384,

    ROOT_CYLINDER = 1, /* to the one before SWAP_CYLINDER */
    SWAP_CYLINDER = 32,
    ROOT_LBA = ROOT_CYLINDER * CYLINDER_SECTORS,
    ROOT_SECTORS = (SWAP_CYLINDER - ROOT_CYLINDER) * CYLINDER_SECTORS,
    SWAP_LBA = SWAP_CYLINDER * CYLINDER_SECTORS,
    SWAP_SECTORS = DISK_SECTORS - SWAP_LBA,

    /* Words of the boot sector that the kernel reads at 901FAh and 901FCh. */
    SWAP_DEVICE_OFFSET = 506,
    ROOT_DEVICE_OFFSET = 508,
    SWAP_DEVICE = 0x0302,
    ROOT_DEVICE = 0x0301,
};

/* Every inode bears this time (1992-01-15 00:00 UTC), so that a build gives the same bits always.
 */
#define IMAGE_TIME 695433600u

#endif
