#ifndef GLASS386_SNAPSHOT_SECTIONS_H
#define GLASS386_SNAPSHOT_SECTIONS_H

#include "base/types.h"

/* Names and shapes of the sections that are not field tables; FORMAT.md tells the bytes. */
#define SECTION_CONFIG "config"
#define SECTION_RAM "ram"
#define SECTION_VIDEO "video"
#define SECTION_DISK "disk"
#define SECTION_CHUNK "disk chunk"

#define CONFIG_SIZE 24u      /* ram_size, rate, level, disks, 2 spare, 4 spare, tick */
#define RAM_RUN_PAGES 256u   /* pages in one "ram" or "video" section: 1 MB */
#define RAM_HEADER_SIZE 36u  /* first page, 256-bit map of pages that follow */
#define DISK_HEADER_SIZE 24u /* drive, has overlay, 3 spare, spare, sectors, hash of the base */
#define CHUNK_HEADER_SIZE 8u /* drive, 3 spare, chunk number */

#endif
