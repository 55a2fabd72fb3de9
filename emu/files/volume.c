#include "files/volume.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

#define SECTOR 512u
#define CHS_SECTORS (1024u * 255u * 63u)

enum { SIGNATURE = 0xaa55 };
enum { TABLE = 0x1be, ENTRY = 16, ENTRIES = 4, ENTRY_TYPE = 4, ENTRY_FIRST = 8, ENTRY_COUNT = 12 };

const struct file_system *const file_systems[] = {&minix_v1, &minix_v2, &fat12,
                                                  &fat16,    &fat32,    NULL};

const struct file_system *volume_recognise(const struct volume *volume)
{
    for (unsigned i = 0; file_systems[i]; i++)
        if (file_systems[i]->recognise(volume))
            return file_systems[i];
    return NULL;
}

bool volume_refuse_foreign(const struct volume *volume, struct error *error)
{
    static const struct {
        u32 at;
        const char *mark, *name;
    } foreign[] = {
        {3, "NTFS", "NTFS"},           {3, "EXFAT", "exFAT"},
        {1048, "\x5a\x4d", "Minix 3"}, {1080, "\x53\xef", "ext2, 3 or 4"},
        {32769, "CD001", "ISO 9660"},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(foreign); i++) {
        size_t length = strlen(foreign[i].mark);
        if (foreign[i].at + length <= volume->size &&
            memcmp(volume->bytes + foreign[i].at, foreign[i].mark, length) == 0)
            return error_set(error, "%.200s: has the file system %s; expected Minix 1 or 2 or FAT",
                             volume->name, foreign[i].name);
    }
    return true;
}

static bool is_extended(const u8 *entry)
{
    u8 type = entry[ENTRY_TYPE];
    return type == 0x05 || type == 0x0f || type == 0x85;
}

/* A table's entry whose sectors count from `base`, as a part of the image. */
static bool read_entry(const struct volume *image, unsigned number, u8 *entry, u64 base,
                       struct volume *part, struct error *error)
{
    u64 first = base + load_le32(entry + ENTRY_FIRST), count = load_le32(entry + ENTRY_COUNT);
    if (!entry[ENTRY_TYPE] || !count)
        return error_set(error, "%.200s: partition %u is empty", image->name, number);
    if (!first || (first + count) * SECTOR > image->size)
        return error_set(error,
                         "%.200s: partition %u has the sectors %" PRIu64 " to %" PRIu64
                         "; expected them within the image's %" PRIu64,
                         image->name, number, first, first + count - 1, image->size / SECTOR);
    *part = *image;
    part->bytes = image->bytes + first * SECTOR;
    part->size = count * SECTOR;
    part->hidden = (u32)first;
    part->type = entry + ENTRY_TYPE;
    return true;
}

/* Types of partitions: the first of a row is given, but any of them is left as it is. */
static const struct {
    const struct file_system *system;
    u64 most_sectors, most_end; /* up to this size, and as far as CHS can say where it ends */
    u8 types[3];
} type_rows[] = {
    {&minix_v1, UINT64_MAX, UINT64_MAX, {0x81, 0x80}},
    {&minix_v2, UINT64_MAX, UINT64_MAX, {0x81, 0x80}},
    {&fat12, UINT64_MAX, UINT64_MAX, {0x01}},
    {&fat16, 65535, UINT64_MAX, {0x04, 0x06, 0x0e}},
    {&fat16, UINT64_MAX, CHS_SECTORS, {0x06, 0x0e}},
    {&fat16, UINT64_MAX, UINT64_MAX, {0x0e}},
    {&fat32, UINT64_MAX, CHS_SECTORS, {0x0b, 0x0c}},
    {&fat32, UINT64_MAX, UINT64_MAX, {0x0c}},
};

bool volume_set_type(struct volume *volume, const struct file_system *system)
{
    u64 sectors = volume->size / SECTOR;
    unsigned i = 0;
    while (type_rows[i].system != system || sectors > type_rows[i].most_sectors ||
           volume->hidden + sectors > type_rows[i].most_end)
        i++;
    if (!volume->type || memchr(type_rows[i].types, *volume->type, sizeof type_rows[i].types))
        return false;
    *volume->type = type_rows[i].types[0];
    return true;
}

/* Partitions 5 and up: a chain of tables in the extended partition, each with one partition and the
   place of the next table. */
static bool read_logical(const struct volume *image, unsigned number, struct volume *part,
                         struct error *error)
{
    const u8 *entry = image->bytes + TABLE;
    unsigned left = number - ENTRIES - 1;
    for (unsigned i = 0; i < ENTRIES && !is_extended(entry); i++)
        entry += ENTRY;
    u64 base = load_le32(entry + ENTRY_FIRST), at = base, seen[PARTITION_MAX];
    unsigned count = 0;
    if (entry == image->bytes + TABLE + ENTRIES * ENTRY)
        return error_set(error, "%.200s: partition %u: there is no extended partition to hold it",
                         image->name, number);
    for (;; left--) {
        u8 *table = image->bytes + at * SECTOR;
        if (!at || (at + 1) * SECTOR > image->size || load_le16(table + 510) != SIGNATURE)
            return error_set(error, "%.200s: partition %u: no partition table at sector %" PRIu64,
                             image->name, number, at);
        if (!left)
            return read_entry(image, number, table + TABLE, at, part, error);
        const u8 *next = table + TABLE + ENTRY;
        if (!is_extended(next))
            return error_set(error, "%.200s: partition %u is not there", image->name, number);
        seen[count++] = at;
        at = base + load_le32(next + ENTRY_FIRST);
        for (unsigned i = 0; i < count; i++)
            if (seen[i] == at)
                return error_set(error, "%.200s: the chain of partition tables has a loop",
                                 image->name);
    }
}

static bool read_partition(const struct volume *image, unsigned number, struct volume *part,
                           struct error *error)
{
    u8 *entry = image->bytes + TABLE + (size_t)(number - 1) * ENTRY;
    return number > ENTRIES ? read_logical(image, number, part, error)
                            : read_entry(image, number, entry, 0, part, error);
}

static bool has_table(const struct volume *image)
{
    return image->size > SECTOR && load_le16(image->bytes + 510) == SIGNATURE;
}

bool volume_find(struct volume *volume, unsigned partition, struct error *error)
{
    struct volume part, found = {0};
    unsigned count = 0;
    if (!partition && volume_recognise(volume))
        return true;
    if (!partition && !volume_refuse_foreign(volume, error))
        return false;
    if (!has_table(volume))
        return error_set(error, "%.200s: expected a Minix or FAT file system, or a partition table",
                         volume->name);
    if (partition) {
        if (!read_partition(volume, partition, &part, error))
            return false;
        *volume = part;
        return true;
    }
    for (unsigned i = 1; i <= PARTITION_MAX; i++)
        if (read_partition(volume, i, &part, NULL) && volume_recognise(&part)) {
            found = part;
            count++;
        }
    if (count != 1)
        return error_set(error,
                         "%.200s: %u partitions with a Minix or FAT file system; expected the "
                         "number of one, such as %.200s:1",
                         volume->name, count, volume->name);
    *volume = found;
    return true;
}

bool volume_require_sound(struct volume *volume, const struct file_system *system,
                          struct error *error)
{
    if (volume->sound)
        return true;
    struct text_out problems = TEXT_OUT_EMPTY;
    bool sound = system->check(volume, &problems);
    volume->sound = sound;
    if (!sound) {
        const char *text = text_out_text(&problems);
        error_set(error, "%.100s: damaged, so nothing was changed: %.*s", volume->name,
                  (int)strcspn(text, "\n"), text);
    }
    text_out_free(&problems);
    return sound;
}

size_t path_next(const char **path, const char **name)
{
    while (**path == '/')
        (*path)++;
    *name = *path;
    size_t length = strcspn(*path, "/");
    *path += length;
    return length;
}
