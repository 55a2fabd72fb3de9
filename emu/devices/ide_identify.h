#ifndef GLASS386_DEVICES_IDE_IDENTIFY_H
#define GLASS386_DEVICES_IDE_IDENTIFY_H

#include "devices/ide.h"

/* Fills 512 bytes with the answer to IDENTIFY DRIVE (ATA-1 9.9, later words as in ATA/ATAPI-4). */
void ide_identify(const struct ide_drive *drive, u8 data[DISK_SECTOR]);

#endif
