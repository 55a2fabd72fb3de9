/* An empty FAT file system. */
#include "files/fat.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

struct floppy {
    u32 sectors;
    u8 per_cluster;
    u16 root_entries;
    u8 media, track;
    u8 heads;
};

/* As DOS formats them; then those that hold more than they should. */
static const struct floppy floppies[] = {
    {320, 1, 64, 0xfe, 8, 1},    {360, 1, 64, 0xfc, 9, 1},    {640, 2, 112, 0xff, 8, 2},
    {720, 2, 112, 0xfd, 9, 2},   {1440, 2, 112, 0xf9, 9, 2},  {2400, 1, 224, 0xf9, 15, 2},
    {2880, 1, 224, 0xf0, 18, 2}, {5760, 2, 240, 0xf0, 36, 2}, {1600, 2, 112, 0xf9, 10, 2},
    {1640, 2, 112, 0xf9, 10, 2}, {3360, 1, 224, 0xf0, 21, 2}, {3444, 1, 224, 0xf0, 21, 2},
    {3486, 1, 224, 0xf0, 21, 2}, {3520, 1, 224, 0xf0, 22, 2},
};

static void choose_layout(struct floppy *layout, u32 sectors, u32 most)
{
    *layout = (struct floppy){sectors, 1, 512, 0xf8, 63, 16};
    for (unsigned i = 0; i < ARRAY_COUNT(floppies); i++)
        if (floppies[i].sectors == sectors)
            *layout = floppies[i];
    if (layout->media == 0xf8 && most == FAT16_CLUSTERS_MAX && sectors > 32768)
        layout->per_cluster = 4; /* 2 KB from 16 MB on */
    while (layout->per_cluster < 64 && sectors / layout->per_cluster > most)
        layout->per_cluster = (u8)(layout->per_cluster * 2);
}

static u32 fat_sectors_for(const struct floppy *layout, bool wide)
{
    u32 root = layout->root_entries * FAT_ENTRY / 512, fat = 1;
    for (;; fat++) { /* the table's size depends on the clusters, and they on its size */
        u32 clusters = (layout->sectors - 1 - root - 2 * fat) / layout->per_cluster;
        u64 bits = (u64)(clusters + 2) * (wide ? 16 : 12);
        if ((bits + 4095) / 4096 <= fat)
            return fat;
    }
}

bool fat_format(struct volume *volume, bool wide, u16 root_entries, struct error *error)
{
    u64 sectors = volume->size / 512;
    u8 *boot = volume->bytes;
    struct floppy layout;
    struct fat fs;
    if (sectors < 64 || sectors > 0x3fffff || (wide && sectors < 4200 + 32))
        return error_set(error, "%.200s: %" PRIu64 " sectors; expected %s for %s", volume->name,
                         sectors, wide ? "4232 to 4194303 (2 GB)" : "64 to 4194303",
                         wide ? "FAT16" : "FAT12");
    choose_layout(&layout, (u32)sectors, wide ? FAT16_CLUSTERS_MAX : FAT12_CLUSTERS_MAX);
    if (root_entries)
        layout.root_entries = root_entries;
    memcpy(boot, "\353\074\220GLASS386", 11);
    store_le16(boot + FAT_BOOT_SECTOR_BYTES, 512);
    boot[FAT_BOOT_CLUSTER_SECTORS] = layout.per_cluster;
    store_le16(boot + FAT_BOOT_RESERVED, 1);
    boot[FAT_BOOT_COPIES] = 2;
    store_le16(boot + FAT_BOOT_ROOT_ENTRIES, layout.root_entries);
    store_le16(boot + FAT_BOOT_SECTORS_16, sectors < 65536 ? (u16)sectors : 0);
    store_le32(boot + FAT_BOOT_SECTORS_32, sectors < 65536 ? 0 : (u32)sectors);
    boot[FAT_BOOT_MEDIA] = layout.media;
    store_le16(boot + FAT_BOOT_FAT_SECTORS, (u16)fat_sectors_for(&layout, wide));
    store_le16(boot + FAT_BOOT_TRACK_SECTORS, layout.track);
    store_le16(boot + FAT_BOOT_HEADS, layout.heads);
    boot[FAT_BOOT_DRIVE] = layout.media == 0xf8 ? 0x80 : 0;
    boot[FAT_BOOT_EXTENDED] = 0x29;
    store_le32(boot + FAT_BOOT_SERIAL, 0x03860386);
    memcpy(boot + FAT_BOOT_LABEL, "NO NAME    ", 11);
    memcpy(boot + FAT_BOOT_KIND, wide ? "FAT16   " : "FAT12   ", 8);
    /* Code at 3Eh: INT 18h, "nothing to boot here". */
    memcpy(boot + 62, "\315\030\364", 3);
    store_le16(boot + 510, 0xaa55);
    if (!fat_open(&fs, volume, error))
        return false;
    if (fs.fat16 != wide)
        return error_set(error,
                         "%.200s: %" PRIu32 " clusters; expected more than 4084 for FAT16, at "
                         "most 4084 for FAT12",
                         volume->name, fs.clusters);
    fat_set_next(&fs, 0, 0xff00u | layout.media);
    fat_set_next(&fs, 1, 0xffff);
    return true;
}
