/* What makes a file a CD: an ISO 9660 volume that lies in it whole.

   Reference: ECMA-119 (ISO 9660) 6.7, 8.4. */

#include "base/bits.h"
#include "devices/media/disk_image.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
    FIRST_DESCRIPTOR = 16, /* CD sectors before it belong to the system */
    MOST_DESCRIPTORS = 64,
    TYPE_PRIMARY = 1,
    TYPE_END = 255,
    SPACE_SIZE = 80,  /* of the volume, in blocks; little endian, then big endian */
    BLOCK_SIZE = 128, /* of a logical block */
};

static bool is_descriptor(const u8 *bytes)
{
    return memcmp(bytes + 1, "CD001", 5) == 0;
}

static bool check_primary(const struct disk_image *image, const u8 *descriptor, struct error *error)
{
    u32 block = load_le16(descriptor + BLOCK_SIZE);
    if (block != 512 && block != 1024 && block != CD_SECTOR)
        return error_set(error,
                         "%s: an ISO 9660 volume with blocks of %" PRIu32
                         " bytes; expected 512, 1024 or 2048",
                         image->name, block);
    u64 volume = (u64)load_le32(descriptor + SPACE_SIZE) * block;
    u64 there = image->sectors * DISK_SECTOR;
    if (volume <= there)
        return true;
    return error_set(
        error, "%s: cut short: %" PRIu64 " bytes; expected the %" PRIu64 " of its ISO 9660 volume",
        image->name, there, volume);
}

bool disk_iso_check(struct disk_image *image, struct error *error)
{
    u8 descriptor[CD_SECTOR];
    for (u32 i = 0; i < MOST_DESCRIPTORS; i++) {
        u64 sector = (u64)(FIRST_DESCRIPTOR + i) * (CD_SECTOR / DISK_SECTOR);
        if (sector + CD_SECTOR / DISK_SECTOR > image->sectors)
            break;
        if (!disk_image_read(image, sector, CD_SECTOR / DISK_SECTOR, descriptor, error))
            return false;
        if (!is_descriptor(descriptor) || descriptor[0] == TYPE_END)
            break;
        if (descriptor[0] == TYPE_PRIMARY)
            return check_primary(image, descriptor, error);
    }
    return error_set(error,
                     "%s: no ISO 9660 volume descriptor at byte 32768; expected the image of a CD",
                     image->name);
}

bool disk_iso_is_volume(const char *name)
{
    u8 bytes[8] = {0};
    int descriptor = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    ssize_t count = pread(descriptor, bytes, sizeof bytes, FIRST_DESCRIPTOR * CD_SECTOR);
    close(descriptor);
    return count == sizeof bytes && is_descriptor(bytes);
}
