/* Tracks, heads and sectors of a floppy image, which has no place to say them but its file system.

   References: ECMA-99 and ECMA-100 (formats); Microsoft FAT specification 1.03 (boot sector). */

#include "base/bits.h"
#include "devices/media/disk_image.h"

#include <inttypes.h>

/* Formats by size, the standard ones first; the last rows hold more than they should. */
static const struct format {
    u16 kilobytes;
    u8 cylinders, heads, sectors;
} formats[] = {
    {160, 40, 1, 8},  {180, 40, 1, 9},   {320, 40, 2, 8},   {360, 40, 2, 9},   {640, 80, 2, 8},
    {720, 80, 2, 9},  {1200, 80, 2, 15}, {1440, 80, 2, 18}, {2880, 80, 2, 36}, {800, 80, 2, 10},
    {820, 82, 2, 10}, {1680, 80, 2, 21}, {1722, 82, 2, 21}, {1743, 83, 2, 21}, {1760, 80, 2, 22},
};

enum { MOST_CYLINDERS = 85, MOST_SECTORS_OF_TRACK = 36 };

static struct disk_geometry geometry_of(const struct format *format)
{
    return (struct disk_geometry){format->cylinders, format->heads, format->sectors};
}

/* FAT's parameters, when they describe a floppy that the file fits on. */
static bool geometry_of_fat(const u8 *sector0, u64 bytes, struct disk_geometry *geometry)
{
    u32 total = load_le16(sector0 + 19), sectors = load_le16(sector0 + 24);
    u32 heads = load_le16(sector0 + 26);
    if (load_le16(sector0 + 11) != DISK_SECTOR || !sector0[16] || sector0[16] > 2 || !sectors ||
        sectors > MOST_SECTORS_OF_TRACK || !heads || heads > 2 || !total ||
        total % (sectors * heads))
        return false;
    *geometry = (struct disk_geometry){total / (sectors * heads), heads, sectors};
    return geometry->cylinders <= MOST_CYLINDERS && bytes <= (u64)total * DISK_SECTOR &&
           total <= FLOPPY_MAX_BYTES / DISK_SECTOR;
}

static bool geometry_of_size(u64 bytes, struct disk_geometry *geometry)
{
    for (unsigned i = 0; i < ARRAY_COUNT(formats); i++)
        if (bytes == formats[i].kilobytes * KIB) {
            *geometry = geometry_of(&formats[i]);
            return true;
        }
    return false;
}

bool disk_floppy_geometry(const u8 *sector0, u64 bytes, struct disk_geometry *geometry,
                          enum geometry_source *source, struct error *error)
{
    if (bytes > FLOPPY_MAX_BYTES)
        return error_set(error, "%" PRIu64 " bytes; expected a floppy of at most %u bytes", bytes,
                         FLOPPY_MAX_BYTES);
    *source = GEOMETRY_FILE_SYSTEM;
    if (geometry_of_fat(sector0, bytes, geometry))
        return true;
    *source = GEOMETRY_SIZE;
    if (!geometry_of_size(bytes, geometry)) {
        u32 sectors = bytes <= 1440 * KIB ? 18 : bytes <= 1680 * KIB ? 21 : 36;
        *geometry = (struct disk_geometry){80, 2, sectors};
    }
    return true;
}
