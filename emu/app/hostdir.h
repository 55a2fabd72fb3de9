#ifndef GLASS386_APP_HOSTDIR_H
#define GLASS386_APP_HOSTDIR_H

#include "devices/media/disk_image.h"

/* -hostdir: a folder of the host as a hard disk that can only be read: a partition table and one
   FAT16 partition, laid in memory when the machine is built, the same bits for the same folder.
   Names that DOS does not have become NAME~1.EXT; files whose names begin with a dot, links to
   folders and everything that is neither file nor folder are left out. */
bool hostdir_open(struct disk_image *image, const char *folder, struct error *error);

#endif
