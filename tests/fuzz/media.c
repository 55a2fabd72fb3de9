#include "devices/media/disk_image.h"
#include "fuzz/fuzz.h"

#include <string.h>

/* Any bytes as the beginning of a medium, at byte 0 or where a CD's descriptors lie: it is refused
   in one line, or its geometry can be used. First byte: what it is tried as, and where the rest
   lies. */

enum { SECTORS = 200, CD_DESCRIPTORS = 64 };

static void put(struct disk_image *image, u32 sector, const u8 *data, size_t size)
{
    for (; size > 0 && sector < SECTORS; sector++) {
        u8 bytes[DISK_SECTOR] = {0};
        size_t count = size < sizeof bytes ? size : sizeof bytes;
        memcpy(bytes, data, count);
        FUZZ_REQUIRE(disk_image_write(image, sector, 1, bytes, NULL));
        data += count;
        size -= count;
    }
}

static void check_line(const struct error *error)
{
    FUZZ_REQUIRE(error->text[0] && !strchr(error->text, '\n'));
}

static void check_disk(const u8 *sector0, u64 sectors)
{
    enum geometry_source source;
    struct disk_geometry geometry = disk_geometry_infer(sector0, sectors, &source);
    FUZZ_REQUIRE(geometry.heads >= 1 && geometry.heads <= 16);
    FUZZ_REQUIRE(geometry.sectors >= 1 && geometry.sectors <= 63);
    FUZZ_REQUIRE(geometry.cylinders >= 1 && geometry.cylinders <= 16383);
    FUZZ_REQUIRE(geometry_source_name(source)[0]);
}

static void check_floppy(const u8 *sector0, u64 bytes)
{
    struct disk_geometry geometry = {0, 0, 0};
    enum geometry_source source = GEOMETRY_SIZE;
    struct error error = {""};
    if (!disk_floppy_geometry(sector0, bytes, &geometry, &source, &error)) {
        check_line(&error);
        return;
    }
    u64 capacity = (u64)geometry.cylinders * geometry.heads * geometry.sectors * DISK_SECTOR;
    FUZZ_REQUIRE(geometry.heads >= 1 && geometry.heads <= 2 && geometry.cylinders <= 85);
    FUZZ_REQUIRE(capacity >= bytes && capacity <= FLOPPY_MAX_BYTES);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct disk_image image;
    struct error error = {""};
    u8 sector0[DISK_SECTOR] = {0};
    if (size < 2)
        return 0;
    FUZZ_REQUIRE(disk_image_open_blank(&image, SECTORS, NULL));
    put(&image, data[0] & 1 ? CD_DESCRIPTORS : 0, data + 1, size - 1);
    memcpy(sector0, data + 1, size - 1 < sizeof sector0 ? size - 1 : sizeof sector0);
    if (data[0] & 2)
        memcpy(sector0 + 510, "\x55\xaa", 2);
    check_disk(sector0, (u64)data[0] * data[0] * 97 + 1);
    check_floppy(sector0, (u64)data[0] * 12345 + 1);
    if (!disk_iso_check(&image, &error))
        check_line(&error);
    disk_image_close(&image);
    return 0;
}
