/* The boot sector, the table of clusters, and the entries of a folder by their number. */
#include "files/fat.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

#define FOLDER_ENTRIES_MAX 65536u

static bool power_of_two(u32 value)
{
    return value && !(value & (value - 1));
}

/* Fills *fs from the boot sector; false when it is none of FAT12 or FAT16. */
static bool read_boot(struct fat *fs, const struct volume *volume)
{
    const u8 *boot = volume->bytes;
    if (volume->size < 1024)
        return false;
    u32 sector = load_le16(boot + FAT_BOOT_SECTOR_BYTES);
    u32 per_cluster = boot[FAT_BOOT_CLUSTER_SECTORS];
    u32 sectors = load_le16(boot + FAT_BOOT_SECTORS_16);
    u32 reserved = load_le16(boot + FAT_BOOT_RESERVED);
    if (!sectors)
        sectors = load_le32(boot + FAT_BOOT_SECTORS_32);
    *fs = (struct fat){.volume = volume, .sector = sector, .cluster_bytes = sector * per_cluster};
    fs->fats = boot[FAT_BOOT_COPIES];
    fs->fat_bytes = load_le16(boot + FAT_BOOT_FAT_SECTORS) * sector;
    fs->root_entries = load_le16(boot + FAT_BOOT_ROOT_ENTRIES);
    if (!power_of_two(sector) || sector < 512 || sector > 4096 || !power_of_two(per_cluster) ||
        !reserved || !fs->fats || fs->fats > 4 || !fs->fat_bytes || !fs->root_entries)
        return false;
    fs->fat_at = (u64)reserved * sector;
    fs->root_at = fs->fat_at + (u64)fs->fats * fs->fat_bytes;
    u64 root_bytes = ((u64)fs->root_entries * FAT_ENTRY + sector - 1) / sector * sector;
    fs->data_at = fs->root_at + root_bytes;
    u64 size = (u64)sectors * sector;
    if (size > volume->size || fs->data_at >= size)
        return false;
    u64 clusters = (size - fs->data_at) / fs->cluster_bytes;
    fs->clusters = (u32)clusters;
    fs->fat16 = clusters > FAT12_CLUSTERS_MAX;
    fs->first_free = 2;
    u64 bits = (clusters + 2) * (fs->fat16 ? 16 : 12);
    return clusters && clusters <= FAT16_CLUSTERS_MAX && bits <= (u64)fs->fat_bytes * 8;
}

bool fat_open(struct fat *fs, const struct volume *volume, struct error *error)
{
    return read_boot(fs, volume) ||
           error_set(
               error,
               "%.200s: no FAT12 or FAT16 boot sector that agrees with itself and with %" PRIu64
               " bytes",
               volume->name, volume->size);
}

/* ---- the table ---- */

u32 fat_next(const struct fat *fs, u32 cluster)
{
    const u8 *table = fs->volume->bytes + fs->fat_at;
    if (fs->fat16)
        return load_le16(table + (size_t)cluster * 2);
    u16 pair = load_le16(table + cluster + cluster / 2);
    return cluster & 1 ? pair >> 4 : pair & 0xfff;
}

void fat_set_next(const struct fat *fs, u32 cluster, u32 value)
{
    for (u32 copy = 0; copy < fs->fats; copy++) {
        u8 *table = fs->volume->bytes + fs->fat_at + (size_t)copy * fs->fat_bytes;
        u8 *at = table + cluster + cluster / 2;
        if (fs->fat16)
            store_le16(table + (size_t)cluster * 2, (u16)value);
        else if (cluster & 1)
            store_le16(at, (u16)((load_le16(at) & 0x000f) | value << 4));
        else
            store_le16(at, (u16)((load_le16(at) & 0xf000) | (value & 0xfff)));
    }
}

bool fat_is_data(const struct fat *fs, u32 cluster)
{
    return cluster >= 2 && cluster < fs->clusters + 2;
}

bool fat_is_last(const struct fat *fs, u32 value)
{
    return value >= (fs->fat16 ? 0xfff8u : 0xff8u);
}

u8 *fat_cluster(const struct fat *fs, u32 cluster)
{
    return fs->volume->bytes + fs->data_at + (size_t)(cluster - 2) * fs->cluster_bytes;
}

u32 fat_take_cluster(struct fat *fs, struct error *error)
{
    for (u32 cluster = fs->first_free; cluster < fs->clusters + 2; cluster++)
        if (fat_next(fs, cluster) == 0) {
            fs->first_free = cluster + 1;
            fat_set_next(fs, cluster, 0xffff);
            memset(fat_cluster(fs, cluster), 0, fs->cluster_bytes);
            return cluster;
        }
    error_set(error, "%.200s: full: all %" PRIu32 " clusters are taken", fs->volume->name,
              fs->clusters);
    return 0;
}

void fat_free_chain(struct fat *fs, u32 cluster)
{
    fs->last.folder = 0;
    while (fat_is_data(fs, cluster)) {
        u32 next = fat_next(fs, cluster);
        fat_set_next(fs, cluster, 0);
        if (cluster < fs->first_free)
            fs->first_free = cluster;
        cluster = next;
    }
}

/* ---- folders ---- */

/* The cluster `step` of a folder's chain, from where the last call was if that lies before it. */
static u32 folder_cluster(struct fat *fs, u32 folder, u32 step)
{
    u32 at = 0, cluster = folder;
    if (fs->last.folder == folder && fs->last.step <= step) {
        at = fs->last.step;
        cluster = fs->last.cluster;
    }
    for (; at < step && fat_is_data(fs, cluster); at++)
        cluster = fat_next(fs, cluster);
    if (!fat_is_data(fs, cluster))
        return 0;
    fs->last.folder = folder;
    fs->last.step = step;
    fs->last.cluster = cluster;
    return cluster;
}

u8 *fat_entry_at(struct fat *fs, u32 folder, u32 index)
{
    if (!folder)
        return index < fs->root_entries
                   ? fs->volume->bytes + fs->root_at + (size_t)index * FAT_ENTRY
                   : NULL;
    u32 per_cluster = fs->cluster_bytes / FAT_ENTRY;
    if (index / per_cluster >= fs->clusters || index >= FOLDER_ENTRIES_MAX)
        return NULL;
    u32 cluster = folder_cluster(fs, folder, index / per_cluster);
    return cluster ? fat_cluster(fs, cluster) + (size_t)(index % per_cluster) * FAT_ENTRY : NULL;
}
