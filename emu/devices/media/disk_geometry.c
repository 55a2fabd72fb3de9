/* Cylinders, heads and sectors of a raw image, which has no place to say them.

   Reference: ATA-1 (X3.221) for the limits of 16 heads and 63 sectors. */

#include "base/bits.h"
#include "devices/media/disk_image.h"

#include <inttypes.h>

enum {
    TABLE = 0x1be,
    ENTRIES = 4,
    ENTRY = 16,
    SIGNATURE = 0xaa55,

    MOST_HEADS = 16,
    MOST_SECTORS = 63,
    MOST_CYLINDERS = 16383,
    LAST_CHS_CYLINDER = 1023, /* larger ones do not fit an entry */
};

/* Reads one partition's end as CHS and holds it against its end as LBA. */
static bool geometry_of_entry(const u8 *entry, u64 sectors, struct disk_geometry *geometry)
{
    u64 last = (u64)load_le32(entry + 8) + load_le32(entry + 12) - 1;
    u32 head = entry[5], sector = entry[6] & 63u;
    u32 cylinder = entry[7] | (entry[6] & 0xc0u) << 2;
    if (!entry[4] || !load_le32(entry + 12) || last >= sectors)
        return false;
    if (!head || head >= MOST_HEADS || !sector)
        return false;
    bool fits = cylinder >= LAST_CHS_CYLINDER;
    if (!fits)
        fits = ((u64)cylinder * (head + 1) + head) * sector + sector - 1 == last;
    geometry->heads = head + 1;
    geometry->sectors = sector;
    return fits;
}

static u32 clamp_cylinders(u64 cylinders)
{
    if (cylinders < 1)
        return 1;
    return cylinders > MOST_CYLINDERS ? MOST_CYLINDERS : (u32)cylinders;
}

static bool geometry_of_partitions(const u8 *sector0, u64 sectors, struct disk_geometry *geometry)
{
    for (unsigned i = 0; i < ENTRIES; i++)
        if (geometry_of_entry(sector0 + TABLE + i * ENTRY, sectors, geometry))
            return true;
    return false;
}

/* A file system without partitions: 512-byte sectors, then the track's sectors and the heads. */
static bool geometry_of_fat(const u8 *sector0, struct disk_geometry *geometry)
{
    bool jumps = sector0[0] == 0xeb || sector0[0] == 0xe9;
    u32 fats = sector0[16], sectors = load_le16(sector0 + 24), heads = load_le16(sector0 + 26);
    if (!jumps || load_le16(sector0 + 11) != DISK_SECTOR || fats < 1 || fats > 2 || !sectors ||
        sectors > MOST_SECTORS || !heads || heads > MOST_HEADS)
        return false;
    geometry->sectors = sectors;
    geometry->heads = heads;
    return true;
}

static void geometry_of_size(u64 sectors, struct disk_geometry *geometry)
{
    geometry->sectors = sectors < MOST_SECTORS ? (u32)sectors : MOST_SECTORS;
    u64 heads = sectors / geometry->sectors;
    geometry->heads = heads < MOST_HEADS ? (u32)heads : MOST_HEADS;
}

struct disk_geometry disk_geometry_infer(const u8 *sector0, u64 sectors,
                                         enum geometry_source *source)
{
    struct disk_geometry geometry = {0, 0, 0};
    enum geometry_source found = GEOMETRY_SIZE;
    if (load_le16(sector0 + 510) == SIGNATURE) {
        if (geometry_of_partitions(sector0, sectors, &geometry))
            found = GEOMETRY_PARTITIONS;
        else if (geometry_of_fat(sector0, &geometry))
            found = GEOMETRY_FILE_SYSTEM;
    }
    if (found == GEOMETRY_SIZE)
        geometry_of_size(sectors, &geometry);
    geometry.cylinders = clamp_cylinders(sectors / ((u64)geometry.heads * geometry.sectors));
    if (source)
        *source = found;
    return geometry;
}

bool disk_geometry_possible(const struct disk_geometry *geometry)
{
    return geometry->cylinders - 1 < MOST_CYLINDERS && geometry->heads - 1 < MOST_HEADS &&
           geometry->sectors - 1 < MOST_SECTORS;
}

bool disk_image_set_geometry(struct disk_image *image, const struct disk_geometry *geometry,
                             struct error *error)
{
    u64 sectors = (u64)geometry->cylinders * geometry->heads * geometry->sectors;
    if (sectors > image->sectors)
        return error_set(error,
                         "%s: %" PRIu32 "/%" PRIu32 "/%" PRIu32 " are %" PRIu64
                         " sectors; expected a geometry of at most the image's %" PRIu64,
                         image->name, geometry->cylinders, geometry->heads, geometry->sectors,
                         sectors, image->sectors);
    image->geometry = *geometry;
    image->geometry_source = GEOMETRY_GIVEN;
    return true;
}

const char *geometry_source_name(enum geometry_source source)
{
    static const char *const names[] = {"size", "partition table", "file system", "chs= option"};
    return names[source];
}
