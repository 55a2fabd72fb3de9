#include "files/volume.h"

#include "base/bits.h"

#include <inttypes.h>
#include <string.h>

#define SECTOR 512u

enum { TABLE = 0x1be, ENTRY = 16, ENTRIES = 4, ENTRY_TYPE = 4, ENTRY_FIRST = 8, ENTRY_COUNT = 12 };

const struct file_system *const file_systems[] = {&minix_v1, &minix_v2, &fat12, &fat16, NULL};

const struct file_system *volume_recognise(const struct volume *volume)
{
    for (unsigned i = 0; file_systems[i]; i++)
        if (file_systems[i]->recognise(volume))
            return file_systems[i];
    return NULL;
}

/* One entry of the partition table as a volume; false when it is empty. */
static bool read_partition(const struct volume *image, unsigned number, struct volume *part,
                           struct error *error)
{
    const u8 *entry = image->bytes + TABLE + (size_t)(number - 1) * ENTRY;
    u64 first = load_le32(entry + ENTRY_FIRST), count = load_le32(entry + ENTRY_COUNT);
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
    return true;
}

static bool has_table(const struct volume *image)
{
    return image->size > SECTOR && load_le16(image->bytes + 510) == 0xaa55;
}

bool volume_find(struct volume *volume, unsigned partition, struct error *error)
{
    struct volume part, found = {0};
    unsigned count = 0;
    if (!partition && volume_recognise(volume))
        return true;
    if (!has_table(volume))
        return error_set(error,
                         "%.200s: expected a Minix or FAT12/16 file system, or a partition table",
                         volume->name);
    if (partition) {
        if (!read_partition(volume, partition, &part, error))
            return false;
        *volume = part;
        return true;
    }
    for (unsigned i = 1; i <= ENTRIES; i++)
        if (read_partition(volume, i, &part, NULL) && volume_recognise(&part)) {
            found = part;
            count++;
        }
    if (count != 1)
        return error_set(error,
                         "%.200s: %u partitions with a Minix or FAT12/16 file system; expected the "
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
