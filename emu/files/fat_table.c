/* The boot sector, the table of clusters, and the entries of a folder by their number. */
#include "files/fat.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

#define FOLDER_ENTRIES_MAX 65536u
#define FAT32_BITS 0x0fffffffu

static bool power_of_two(u32 value)
{
    return value && !(value & (value - 1));
}

/* FAT32's own fields: a table that is not mirrored is taken alone. */
static bool read_boot_32(struct fat *fs)
{
    u8 *boot = fs->volume->bytes;
    u32 flags = load_le16(boot + FAT32_BOOT_FLAGS), active = flags & FAT32_ACTIVE;
    u64 info = load_le16(boot + FAT32_BOOT_INFO);
    u8 *sector = boot + info * fs->sector;
    fs->root = load_le32(boot + FAT32_BOOT_ROOT);
    if (load_le16(boot + FAT32_BOOT_VERSION) || !fat_is_data(fs, fs->root))
        return false;
    if (info && info * fs->sector < fs->fat_at &&
        load_le32(sector + FAT32_INFO_LEAD) == FAT32_INFO_LEAD_MARK &&
        load_le32(sector + FAT32_INFO_MARK) == FAT32_INFO_MARK_MARK)
        fs->info = sector;
    if (flags & FAT32_NOT_MIRRORED) {
        if (active >= fs->fats)
            return false;
        fs->fat_at += (u64)active * fs->fat_bytes;
        fs->fats = 1;
    }
    return true;
}

/* FAT32 is known by what it lacks, as systems do that find small ones; the others by their
   clusters. */
static bool choose_width(struct fat *fs, bool is_32)
{
    const u32 most = is_32 ? FAT32_CLUSTERS_MAX : FAT16_CLUSTERS_MAX;
    fs->width = is_32 ? 32 : fs->clusters > FAT12_CLUSTERS_MAX ? 16 : 12;
    u64 bits = ((u64)fs->clusters + 2) * fs->width;
    return fs->clusters && fs->clusters <= most && bits <= (u64)fs->fat_bytes * 8;
}

/* Fills *fs from the boot sector; false when it is of no FAT. */
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
    fs->root_entries = load_le16(boot + FAT_BOOT_ROOT_ENTRIES);
    bool is_32 = !load_le16(boot + FAT_BOOT_FAT_SECTORS) && !fs->root_entries;
    u64 fat_bytes = (u64)sector * (is_32 ? load_le32(boot + FAT32_BOOT_FAT_SECTORS)
                                         : load_le16(boot + FAT_BOOT_FAT_SECTORS));
    fs->fat_bytes = (u32)fat_bytes;
    if (!power_of_two(sector) || sector < 512 || sector > 4096 || !power_of_two(per_cluster) ||
        !reserved || !fs->fats || fs->fats > 4 || !fat_bytes || fat_bytes > UINT32_MAX ||
        (!fs->root_entries && !is_32))
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
    fs->first_free = 2;
    return clusters <= UINT32_MAX && choose_width(fs, is_32) && (!is_32 || read_boot_32(fs));
}

bool fat_open(struct fat *fs, const struct volume *volume, struct error *error)
{
    return read_boot(fs, volume) ||
           error_set(error,
                     "%.200s: no FAT boot sector that agrees with itself and with %" PRIu64
                     " bytes",
                     volume->name, volume->size);
}

/* ---- the table ---- */

u32 fat_next(const struct fat *fs, u32 cluster)
{
    const u8 *table = fs->volume->bytes + fs->fat_at;
    if (fs->width == 32)
        return load_le32(table + (size_t)cluster * 4) & FAT32_BITS;
    if (fs->width == 16)
        return load_le16(table + (size_t)cluster * 2);
    u16 pair = load_le16(table + cluster + cluster / 2);
    return cluster & 1 ? pair >> 4 : pair & 0xfff;
}

void fat_set_next(const struct fat *fs, u32 cluster, u32 value)
{
    for (u32 copy = 0; copy < fs->fats; copy++) {
        u8 *table = fs->volume->bytes + fs->fat_at + (size_t)copy * fs->fat_bytes;
        u8 *at = table + cluster + cluster / 2;
        u8 *wide = table + (size_t)cluster * (fs->width / 8);
        if (fs->width == 32)
            store_le32(wide, (load_le32(wide) & ~FAT32_BITS) | (value & FAT32_BITS));
        else if (fs->width == 16)
            store_le16(wide, (u16)value);
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
    return value >= fat_bad_mark(fs) + 1;
}

u32 fat_bad_mark(const struct fat *fs)
{
    return fs->width == 32 ? 0x0ffffff7 : fs->width == 16 ? 0xfff7 : 0xff7;
}

const char *fat_name(const struct fat *fs)
{
    return fs->width == 32 ? "FAT32" : fs->width == 16 ? "FAT16" : "FAT12";
}

u32 fat_first(const struct fat *fs, const u8 *entry)
{
    u32 high = fs->width == 32 ? load_le16(entry + FAT_FIRST_HIGH) : 0;
    return high << 16 | load_le16(entry + FAT_FIRST);
}

void fat_set_first(const struct fat *fs, u8 *entry, u32 cluster)
{
    store_le16(entry + FAT_FIRST, (u16)cluster);
    if (fs->width == 32)
        store_le16(entry + FAT_FIRST_HIGH, (u16)(cluster >> 16));
}

/* FAT32 keeps how many clusters are free, where that is known. */
static void note_free(struct fat *fs, u32 more, u32 next)
{
    u32 before = fs->info ? load_le32(fs->info + FAT32_INFO_FREE) : UINT32_MAX;
    if (before <= fs->clusters)
        store_le32(fs->info + FAT32_INFO_FREE, before + more);
    if (fs->info)
        store_le32(fs->info + FAT32_INFO_NEXT, next);
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
            fat_set_next(fs, cluster, UINT32_MAX);
            note_free(fs, UINT32_MAX, cluster);
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
        note_free(fs, 1, cluster);
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
    folder = folder ? folder : fs->root;
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
