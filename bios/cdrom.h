/* CD-ROM drives: packets by programmed I/O, and booting by the El Torito specification. */
#ifndef BIOS_CDROM_H
#define BIOS_CDROM_H

#include "bios.h"

enum { CD_DRIVE = 0xe0 }; /* its BIOS number while nothing is emulated */

/* Notes the drive at this port and unit when it is the first that takes packets; prints it. */
void cd_find(u16 port, u8 unit);

/* Boots the disc, or says why not and returns. */
void cd_boot(void);

/* The BIOS number of a drive without the one that is emulated; false when that is meant. */
bool cd_physical_drive(u8 *number);

/* INT 13h for the CD or the drive that it emulates: true when the call was for one of them. */
bool cd_service(struct registers *r);

#endif
