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

/* What differs between the three; a FAT32 table's first clusters also hold the root folder. */
struct kind {
    unsigned width;
    u32 most_clusters, least_sectors;
    u16 reserved;
    const char *name;
};

static const struct kind kinds[] = {
    {12, FAT12_CLUSTERS_MAX, 64, 1, "FAT12   "},
    {16, FAT16_CLUSTERS_MAX, 4232, 1, "FAT16   "},
    {32, FAT32_CLUSTERS_MAX, 66600, 32, "FAT32   "},
};

enum { INFO_SECTOR = 1, BACKUP_SECTOR = 6, ROOT_CLUSTER = 2 };
#define MOST_SECTORS 0x3fffffu /* 2 GB */

static void choose_layout(struct floppy *layout, u32 sectors, const struct kind *kind)
{
    *layout = (struct floppy){sectors, 1, 512, 0xf8, 63, 16};
    for (unsigned i = 0; i < ARRAY_COUNT(floppies); i++)
        if (floppies[i].sectors == sectors)
            *layout = floppies[i];
    if (layout->media == 0xf8 && kind->width == 16 && sectors > 32768)
        layout->per_cluster = 4; /* 2 KB from 16 MB on */
    if (kind->width == 32 && sectors > 532480)
        layout->per_cluster = 8; /* 4 KB from 260 MB on */
    if (kind->width == 32)
        layout->root_entries = 0;
    while (layout->per_cluster < 64 && sectors / layout->per_cluster > kind->most_clusters)
        layout->per_cluster = (u8)(layout->per_cluster * 2);
}

static u32 fat_sectors_for(const struct floppy *layout, const struct kind *kind)
{
    u32 root = layout->root_entries * FAT_ENTRY / 512, fat = 1;
    for (;; fat++) { /* the table's size depends on the clusters, and they on its size */
        u32 clusters = (layout->sectors - kind->reserved - root - 2 * fat) / layout->per_cluster;
        u64 bits = (u64)(clusters + 2) * kind->width;
        if ((bits + 4095) / 4096 <= fat)
            return fat;
    }
}

/* From the drive's number on. */
static void put_end(u8 *boot, const struct floppy *layout, const struct kind *kind)
{
    boot[FAT_BOOT_DRIVE] = layout->media == 0xf8 ? 0x80 : 0;
    boot[FAT_BOOT_EXTENDED] = 0x29;
    store_le32(boot + FAT_BOOT_SERIAL, 0x03860386);
    memcpy(boot + FAT_BOOT_LABEL, "NO NAME    ", 11);
    memcpy(boot + FAT_BOOT_KIND, kind->name, 8);
    /* Code: INT 18h, "nothing to boot here". */
    memcpy(boot + FAT_BOOT_CODE, "\315\030\364", 3);
}

static void put_boot(u8 *boot, u32 hidden, const struct floppy *layout, const struct kind *kind)
{
    bool wide = kind->width == 32;
    u32 fat_sectors = fat_sectors_for(layout, kind), more = wide ? FAT32_BOOT_MORE : 0;
    memcpy(boot, "\353\074\220GLASS386", 11);
    boot[1] = (u8)(boot[1] + more);
    store_le16(boot + FAT_BOOT_SECTOR_BYTES, 512);
    boot[FAT_BOOT_CLUSTER_SECTORS] = layout->per_cluster;
    store_le16(boot + FAT_BOOT_RESERVED, kind->reserved);
    boot[FAT_BOOT_COPIES] = 2;
    store_le16(boot + FAT_BOOT_ROOT_ENTRIES, layout->root_entries);
    bool small = !wide && layout->sectors < 65536;
    store_le16(boot + FAT_BOOT_SECTORS_16, small ? (u16)layout->sectors : 0);
    store_le32(boot + FAT_BOOT_SECTORS_32, small ? 0 : layout->sectors);
    boot[FAT_BOOT_MEDIA] = layout->media;
    store_le16(boot + FAT_BOOT_FAT_SECTORS, wide ? 0 : (u16)fat_sectors);
    store_le16(boot + FAT_BOOT_TRACK_SECTORS, layout->track);
    store_le16(boot + FAT_BOOT_HEADS, layout->heads);
    store_le32(boot + FAT_BOOT_HIDDEN, hidden);
    put_end(boot + more, layout, kind);
    store_le16(boot + 510, 0xaa55);
    if (!wide)
        return;
    store_le32(boot + FAT32_BOOT_FAT_SECTORS, fat_sectors);
    store_le32(boot + FAT32_BOOT_ROOT, ROOT_CLUSTER);
    store_le16(boot + FAT32_BOOT_INFO, INFO_SECTOR);
    store_le16(boot + FAT32_BOOT_BACKUP, BACKUP_SECTOR);
    u8 *info = boot + (size_t)INFO_SECTOR * 512;
    store_le32(info + FAT32_INFO_LEAD, FAT32_INFO_LEAD_MARK);
    store_le32(info + FAT32_INFO_MARK, FAT32_INFO_MARK_MARK);
    store_le32(info + FAT32_INFO_FREE, UINT32_MAX);
    store_le32(info + FAT32_INFO_END, 0xaa550000);
}

/* The table's first two entries; of FAT32 the root folder, and the copy of the boot sector. */
static bool put_tables(struct fat *fs, u8 media, struct error *error)
{
    u8 *boot = fs->volume->bytes;
    fat_set_next(fs, 0, 0xffffff00u | media);
    fat_set_next(fs, 1, UINT32_MAX);
    if (!fs->root)
        return true;
    store_le32(fs->info + FAT32_INFO_FREE, fs->clusters);
    if (!fat_take_cluster(fs, error)) /* ROOT_CLUSTER, the first that is free */
        return false;
    memcpy(boot + (size_t)BACKUP_SECTOR * 512, boot, (size_t)2 * 512);
    return true;
}

bool fat_format(struct volume *volume, unsigned width, u16 root_entries, struct error *error)
{
    const struct kind *kind = &kinds[width == 32 ? 2 : width == 16];
    u64 sectors = volume->size / 512;
    struct floppy layout;
    struct fat fs;
    if (sectors < kind->least_sectors || sectors > MOST_SECTORS)
        return error_set(error, "%.200s: %" PRIu64 " sectors; expected %" PRIu32 " to %u for FAT%u",
                         volume->name, sectors, kind->least_sectors, MOST_SECTORS, width);
    choose_layout(&layout, (u32)sectors, kind);
    if (root_entries)
        layout.root_entries = root_entries;
    put_boot(volume->bytes, volume->hidden, &layout, kind);
    if (!fat_open(&fs, volume, error))
        return false;
    if (fs.width != width)
        return error_set(error,
                         "%.200s: %" PRIu32 " clusters; expected more than 4084 for FAT16, at "
                         "most 4084 for FAT12",
                         volume->name, fs.clusters);
    return put_tables(&fs, layout.media, error);
}
