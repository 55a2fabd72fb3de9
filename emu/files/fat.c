/* FAT12 and FAT16. Every change goes to all copies of the table.

   Not handled: FAT32, sectors other than 512 to 4096 bytes, making long names.

   Reference: Microsoft Extensible Firmware Initiative FAT32 File System Specification 1.03
   (it also tells FAT12 and FAT16), and the DOS boot sectors that came before it. */

#include "files/fat.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

enum boot_sector {
    SECTOR_BYTES = 11,
    CLUSTER_SECTORS = 13,
    RESERVED = 14,
    FAT_COPIES = 16,
    ROOT_ENTRIES = 17,
    SECTORS_16 = 19,
    MEDIA = 21,
    FAT_SECTORS = 22,
    TRACK_SECTORS = 24,
    HEADS = 26,
    HIDDEN = 28,
    SECTORS_32 = 32,
    DRIVE = 36,
    EXTENDED = 38, /* 29h: serial number, label and kind follow */
    SERIAL = 39,
    LABEL = 43,
    KIND = 54,
};
#define MOST_FAT12 4084u
#define MOST_FAT16 65524u

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
    u32 sector = load_le16(boot + SECTOR_BYTES), per_cluster = boot[CLUSTER_SECTORS];
    u32 sectors = load_le16(boot + SECTORS_16);
    if (!sectors)
        sectors = load_le32(boot + SECTORS_32);
    *fs = (struct fat){.volume = volume, .sector = sector, .cluster_bytes = sector * per_cluster};
    fs->fats = boot[FAT_COPIES];
    fs->fat_bytes = load_le16(boot + FAT_SECTORS) * sector;
    fs->root_entries = load_le16(boot + ROOT_ENTRIES);
    if (!power_of_two(sector) || sector < 512 || sector > 4096 || !power_of_two(per_cluster) ||
        !load_le16(boot + RESERVED) || !fs->fats || fs->fats > 4 || !fs->fat_bytes ||
        !fs->root_entries)
        return false;
    fs->fat_at = (u64)load_le16(boot + RESERVED) * sector;
    fs->root_at = fs->fat_at + (u64)fs->fats * fs->fat_bytes;
    u64 root_bytes = ((u64)fs->root_entries * FAT_ENTRY + sector - 1) / sector * sector;
    fs->data_at = fs->root_at + root_bytes;
    u64 size = (u64)sectors * sector;
    if (size > volume->size || fs->data_at >= size)
        return false;
    u64 clusters = (size - fs->data_at) / fs->cluster_bytes;
    fs->clusters = (u32)clusters;
    fs->fat16 = clusters > MOST_FAT12;
    u64 bits = (clusters + 2) * (fs->fat16 ? 16 : 12);
    return clusters && clusters <= MOST_FAT16 && bits <= (u64)fs->fat_bytes * 8;
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

static bool recognise_fat12(const struct volume *volume)
{
    struct fat fs;
    return read_boot(&fs, volume) && !fs.fat16;
}

static bool recognise_fat16(const struct volume *volume)
{
    struct fat fs;
    return read_boot(&fs, volume) && fs.fat16;
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

static void set_next(const struct fat *fs, u32 cluster, u32 value)
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

static u32 take_cluster(const struct fat *fs, struct error *error)
{
    for (u32 cluster = 2; cluster < fs->clusters + 2; cluster++)
        if (fat_next(fs, cluster) == 0) {
            set_next(fs, cluster, 0xffff);
            memset(fat_cluster(fs, cluster), 0, fs->cluster_bytes);
            return cluster;
        }
    error_set(error, "%.200s: full: all %" PRIu32 " clusters are taken", fs->volume->name,
              fs->clusters);
    return 0;
}

static void free_chain(const struct fat *fs, u32 cluster)
{
    while (fat_is_data(fs, cluster)) {
        u32 next = fat_next(fs, cluster);
        set_next(fs, cluster, 0);
        cluster = next;
    }
}

/* ---- folders ---- */

u8 *fat_entry_at(const struct fat *fs, u32 folder, u32 index)
{
    if (!folder)
        return index < fs->root_entries
                   ? fs->volume->bytes + fs->root_at + (size_t)index * FAT_ENTRY
                   : NULL;
    u32 per_cluster = fs->cluster_bytes / FAT_ENTRY;
    if (index / per_cluster >= fs->clusters || index >= 65536)
        return NULL;
    for (u32 skip = index / per_cluster; skip && fat_is_data(fs, folder); skip--)
        folder = fat_next(fs, folder);
    return fat_is_data(fs, folder)
               ? fat_cluster(fs, folder) + (size_t)(index % per_cluster) * FAT_ENTRY
               : NULL;
}

static bool find_file(const struct fat *fs, u32 folder, const char *name, size_t length,
                      struct fat_file *file)
{
    for (u32 index = 0; fat_next_file(fs, folder, &index, file);)
        if (fat_names_equal(file, name, length))
            return true;
    return false;
}

/* The folder of the names in front of `end`. */
static bool walk(const struct fat *fs, const char *path, const char *end, u32 *folder,
                 struct error *error)
{
    const char *at = path, *name;
    struct fat_file file;
    *folder = 0;
    for (size_t length; (length = path_next(&at, &name)) && name < end;) {
        if (!find_file(fs, *folder, name, length, &file) ||
            !(file.entry[FAT_ATTRIBUTES] & FAT_FOLDER))
            return error_set(error, "%.100s: %.200s: there is no folder '%.*s'", fs->volume->name,
                             path, (int)length, name);
        *folder = load_le16(file.entry + FAT_FIRST);
    }
    return true;
}

struct place {
    u32 folder;
    const char *name;
    size_t length;
};

static bool walk_to_parent(const struct fat *fs, const char *path, struct place *place,
                           struct error *error)
{
    const char *at = path, *next;
    size_t length = path_next(&at, &place->name);
    place->length = length;
    while ((length = path_next(&at, &next))) {
        place->name = next;
        place->length = length;
    }
    if (!place->length)
        return error_set(error, "%.100s: %.200s: expected a path that ends in a name",
                         fs->volume->name, path);
    return walk(fs, path, place->name, &place->folder, error);
}

/* DOS's time: 2-second steps, years from 1980. The days of a month by the civil calendar. */
static void stamp(const struct fat *fs, u8 *entry)
{
    static const u8 month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    u32 seconds = fs->volume->time % 86400, days = fs->volume->time / 86400, year = 1970, month = 0;
    for (;; year++) {
        u32 in_year = year % 4 ? 365 : 366; /* true to 2099, and u32 seconds end in 2106 */
        if (days < in_year)
            break;
        days -= in_year;
    }
    for (;; month++) {
        u32 in_month = month_days[month] + (month == 1 && year % 4 == 0);
        if (days < in_month)
            break;
        days -= in_month;
    }
    u32 since = year < 1980 ? 0 : year - 1980;
    store_le16(entry + FAT_TIME,
               (u16)(seconds / 3600 << 11 | seconds / 60 % 60 << 5 | seconds % 60 / 2));
    store_le16(entry + FAT_DATE, (u16)(since << 9 | (month + 1) << 5 | (days + 1)));
}

/* A free entry of the folder, which grows by a cluster when it has none and is not the root. */
static u8 *take_entry(const struct fat *fs, u32 folder, struct error *error)
{
    u32 index = 0, last = folder;
    for (u8 *entry; (entry = fat_entry_at(fs, folder, index)); index++)
        if (entry[0] == 0 || entry[0] == FAT_FREE)
            return entry;
    if (!folder || index >= 65536) {
        error_set(error, "%.200s: the folder's %" PRIu32 " entries are taken", fs->volume->name,
                  index);
        return NULL;
    }
    u32 cluster = take_cluster(fs, error);
    if (!cluster)
        return NULL;
    while (fat_is_data(fs, fat_next(fs, last)))
        last = fat_next(fs, last);
    set_next(fs, last, cluster);
    return fat_cluster(fs, cluster);
}

static u8 *make_entry(const struct fat *fs, const struct place *place, u8 attributes,
                      struct error *error)
{
    u8 name[11];
    if (!fat_short_name(place->name, place->length, name)) {
        error_set(error,
                  "%.100s: '%.*s': expected a name of at most 8 letters, a dot and 3 letters",
                  fs->volume->name, (int)(place->length < 100 ? place->length : 100), place->name);
        return NULL;
    }
    u8 *entry = take_entry(fs, place->folder, error);
    if (!entry)
        return NULL;
    memset(entry, 0, FAT_ENTRY);
    memcpy(entry, name, sizeof name);
    entry[FAT_ATTRIBUTES] = attributes;
    stamp(fs, entry);
    return entry;
}

/* ---- the verbs ---- */

static bool list(const struct volume *volume, const char *path, file_visitor *visit, void *context,
                 struct error *error)
{
    struct fat fs;
    struct fat_file file;
    u32 folder;
    if (!fat_open(&fs, volume, error) || !walk(&fs, path, path + strlen(path) + 1, &folder, error))
        return false;
    for (u32 index = 0; fat_next_file(&fs, folder, &index, &file);) {
        bool is_folder = file.entry[FAT_ATTRIBUTES] & FAT_FOLDER;
        if (strcmp(file.name, ".") == 0 || strcmp(file.name, "..") == 0)
            continue;
        visit(context, &(struct file_entry){file.name, is_folder, is_folder ? 'd' : '-',
                                            load_le32(file.entry + FAT_BYTES)});
    }
    return true;
}

static bool get(const struct volume *volume, const char *path, struct text_out *bytes,
                struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!fat_open(&fs, volume, error) || !walk_to_parent(&fs, path, &place, error))
        return false;
    if (!find_file(&fs, place.folder, place.name, place.length, &file) ||
        file.entry[FAT_ATTRIBUTES] & FAT_FOLDER)
        return error_set(error, "%.100s: %.200s: expected a file", volume->name, path);
    u32 rest = load_le32(file.entry + FAT_BYTES), cluster = load_le16(file.entry + FAT_FIRST);
    u32 steps = fs.clusters;
    while (rest > 0) {
        if (!fat_is_data(&fs, cluster) || !steps--)
            return error_set(error,
                             "%.100s: %.200s: %" PRIu32 " bytes before its end cluster %" PRIu32
                             " follows; expected 2 to %" PRIu32 " without a loop",
                             volume->name, path, rest, cluster, fs.clusters + 1);
        u32 part = rest < fs.cluster_bytes ? rest : fs.cluster_bytes;
        text_out_bytes(bytes, fat_cluster(&fs, cluster), part);
        rest -= part;
        cluster = fat_next(&fs, cluster);
    }
    return true;
}

static bool open_sound(struct fat *fs, struct volume *volume, const char *path, struct place *place,
                       struct error *error)
{
    return fat_open(fs, volume, error) &&
           volume_require_sound(volume, fs->fat16 ? &fat16 : &fat12, error) &&
           walk_to_parent(fs, path, place, error);
}

/* The content, behind an entry that has none. */
static bool fill(const struct fat *fs, u8 *entry, const u8 *bytes, size_t size, struct error *error)
{
    u32 last = 0;
    if (size > UINT32_MAX)
        return error_set(error, "%.200s: a file of %zu bytes; expected less than 4 GB",
                         fs->volume->name, size);
    store_le32(entry + FAT_BYTES, (u32)size);
    while (size > 0) {
        u32 part = size < fs->cluster_bytes ? (u32)size : fs->cluster_bytes;
        u32 cluster = take_cluster(fs, error);
        if (!cluster)
            return false;
        memcpy(fat_cluster(fs, cluster), bytes, part);
        if (last)
            set_next(fs, last, cluster);
        else
            store_le16(entry + FAT_FIRST, (u16)cluster);
        last = cluster;
        bytes += part;
        size -= part;
    }
    return true;
}

static bool put(struct volume *volume, const char *path, const u8 *bytes, size_t size,
                struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!open_sound(&fs, volume, path, &place, error))
        return false;
    bool found = find_file(&fs, place.folder, place.name, place.length, &file);
    if (found && file.entry[FAT_ATTRIBUTES] & FAT_FOLDER)
        return error_set(error, "%.100s: %.200s: is a folder", volume->name, path);
    u8 *entry = found ? file.entry : make_entry(&fs, &place, FAT_ARCHIVE, error);
    if (!entry)
        return false;
    free_chain(&fs, load_le16(entry + FAT_FIRST));
    store_le16(entry + FAT_FIRST, 0);
    stamp(&fs, entry);
    return fill(&fs, entry, bytes, size, error);
}

static bool make_folder(struct volume *volume, const char *path, struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!open_sound(&fs, volume, path, &place, error))
        return false;
    if (find_file(&fs, place.folder, place.name, place.length, &file))
        return error_set(error, "%.100s: %.200s: is there already", volume->name, path);
    u8 *entry = make_entry(&fs, &place, FAT_FOLDER, error);
    u32 cluster = entry ? take_cluster(&fs, error) : 0;
    if (!cluster)
        return false;
    store_le16(entry + FAT_FIRST, (u16)cluster);
    for (u32 i = 0; i < 2; i++) {
        u8 *dot = fat_entry_at(&fs, cluster, i);
        memcpy(dot, i ? "..         " : ".          ", 11);
        dot[FAT_ATTRIBUTES] = FAT_FOLDER;
        stamp(&fs, dot);
        store_le16(dot + FAT_FIRST, (u16)(i ? place.folder : cluster));
    }
    return true;
}

static bool folder_is_empty(const struct fat *fs, u32 folder)
{
    struct fat_file file;
    for (u32 index = 0; fat_next_file(fs, folder, &index, &file);)
        if (strcmp(file.name, ".") != 0 && strcmp(file.name, "..") != 0)
            return false;
    return true;
}

static bool remove_path(struct volume *volume, const char *path, struct error *error)
{
    struct fat fs;
    struct place place;
    struct fat_file file;
    if (!open_sound(&fs, volume, path, &place, error))
        return false;
    if (!find_file(&fs, place.folder, place.name, place.length, &file) || file.name[0] == '.')
        return error_set(error, "%.100s: %.200s: is not there", volume->name, path);
    u32 first = load_le16(file.entry + FAT_FIRST);
    if (file.entry[FAT_ATTRIBUTES] & FAT_FOLDER && !folder_is_empty(&fs, first))
        return error_set(error, "%.100s: %.200s: the folder is not empty", volume->name, path);
    free_chain(&fs, first);
    for (u32 index = file.first_index; index <= file.index; index++)
        fat_entry_at(&fs, place.folder, index)[0] = FAT_FREE;
    return true;
}

/* ---- making one ---- */

struct floppy {
    u32 sectors;
    u8 per_cluster;
    u16 root_entries;
    u8 media, track;
    u8 heads;
};

/* As DOS formats them. */
static const struct floppy floppies[] = {
    {320, 1, 64, 0xfe, 8, 1},    {360, 1, 64, 0xfc, 9, 1},    {640, 2, 112, 0xff, 8, 2},
    {720, 2, 112, 0xfd, 9, 2},   {1440, 2, 112, 0xf9, 9, 2},  {2400, 1, 224, 0xf9, 15, 2},
    {2880, 1, 224, 0xf0, 18, 2}, {5760, 2, 240, 0xf0, 36, 2},
};

static void choose_layout(struct floppy *layout, u32 sectors, u32 most)
{
    *layout = (struct floppy){sectors, 1, 512, 0xf8, 63, 16};
    for (unsigned i = 0; i < ARRAY_COUNT(floppies); i++)
        if (floppies[i].sectors == sectors)
            *layout = floppies[i];
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

static bool format(struct volume *volume, bool wide, struct error *error)
{
    u64 sectors = volume->size / 512;
    u8 *boot = volume->bytes;
    struct floppy layout;
    struct fat fs;
    if (sectors < 64 || sectors > 0x3fffff || (wide && sectors < 4200 + 32))
        return error_set(error, "%.200s: %" PRIu64 " sectors; expected %s for %s", volume->name,
                         sectors, wide ? "4232 to 4194303 (2 GB)" : "64 to 4194303",
                         wide ? "FAT16" : "FAT12");
    choose_layout(&layout, (u32)sectors, wide ? MOST_FAT16 : MOST_FAT12);
    memcpy(boot, "\353\074\220GLASS386", 11);
    store_le16(boot + SECTOR_BYTES, 512);
    boot[CLUSTER_SECTORS] = layout.per_cluster;
    store_le16(boot + RESERVED, 1);
    boot[FAT_COPIES] = 2;
    store_le16(boot + ROOT_ENTRIES, layout.root_entries);
    store_le16(boot + SECTORS_16, sectors < 65536 ? (u16)sectors : 0);
    store_le32(boot + SECTORS_32, sectors < 65536 ? 0 : (u32)sectors);
    boot[MEDIA] = layout.media;
    store_le16(boot + FAT_SECTORS, (u16)fat_sectors_for(&layout, wide));
    store_le16(boot + TRACK_SECTORS, layout.track);
    store_le16(boot + HEADS, layout.heads);
    boot[DRIVE] = layout.media == 0xf8 ? 0x80 : 0;
    boot[EXTENDED] = 0x29;
    store_le32(boot + SERIAL, 0x03860386);
    memcpy(boot + LABEL, "NO NAME    ", 11);
    memcpy(boot + KIND, wide ? "FAT16   " : "FAT12   ", 8);
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
    set_next(&fs, 0, 0xff00u | layout.media);
    set_next(&fs, 1, 0xffff);
    return true;
}

static bool format_fat12(struct volume *volume, struct error *error)
{
    return format(volume, false, error);
}

static bool format_fat16(struct volume *volume, struct error *error)
{
    return format(volume, true, error);
}

const struct file_system fat12 = {"fat12", recognise_fat12, format_fat12, fat_check, list, get,
                                  put,     make_folder,     remove_path};
const struct file_system fat16 = {"fat16", recognise_fat16, format_fat16, fat_check, list, get,
                                  put,     make_folder,     remove_path};
