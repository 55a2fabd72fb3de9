/* The first cylinder: boot sector, partition table, setup and system. */
#ifndef DISKS_BOOT_H
#define DISKS_BOOT_H

#include "file.h"

struct boot_pieces {
    const char *bootsect; /* paths; NULL leaves the place zero */
    const char *setup;
    const char *system;
    const char *options; /* the kernel's boot options, a text; NULL leaves none */
};

/*
 * Lays the pieces and the partition table into image (DISK_SECTORS sectors). A piece that is too
 * long for its place, or boot code that runs into the partition table, is an error.
 */
bool boot_lay(uint8_t *image, const struct boot_pieces *pieces);

#endif
