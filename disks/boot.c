#include "boot.h"

#include "bytes.h"
#include "geometry.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARTITION_TABLE = 0x1be,
    PARTITION_ENTRY = 16,
    PARTITION_ACTIVE = 0x80,
    TYPE_OLD_MINIX = 0x81,
    TYPE_LINUX_SWAP = 0x82,
};

struct partition {
    unsigned flag, type, first, sectors;
};

static const struct partition partitions[] = {
    {PARTITION_ACTIVE, TYPE_OLD_MINIX, ROOT_LBA, ROOT_SECTORS},
    {0, TYPE_LINUX_SWAP, SWAP_LBA, SWAP_SECTORS},
};

/* Three bytes of a partition entry: head, sector with cylinder bits 8-9 on top, cylinder. */
static void put_chs(uint8_t *at, unsigned lba)
{
    unsigned cylinder = lba / CYLINDER_SECTORS;
    unsigned rest = lba % CYLINDER_SECTORS;

    at[0] = (uint8_t)(rest / DISK_SECTORS_PER_TRACK);
    at[1] = (uint8_t)((rest % DISK_SECTORS_PER_TRACK + 1) | (cylinder >> 8 << 6));
    at[2] = (uint8_t)cylinder;
}

/*
 * The device words lie inside the fourth entry's sector count; its type byte stays 0, which says
 * that the entry is unused.
 */
static void put_table(uint8_t *sector)
{
    for (size_t i = 0; i < sizeof(partitions) / sizeof(partitions[0]); i++) {
        const struct partition *p = &partitions[i];
        uint8_t *entry = sector + PARTITION_TABLE + i * PARTITION_ENTRY;

        entry[0] = (uint8_t)p->flag;
        put_chs(entry + 1, p->first);
        entry[4] = (uint8_t)p->type;
        put_chs(entry + 5, p->first + p->sectors - 1);
        put32(entry + 8, p->first);
        put32(entry + 12, p->sectors);
    }
    put16(sector + SWAP_DEVICE_OFFSET, SWAP_DEVICE);
    put16(sector + ROOT_DEVICE_OFFSET, ROOT_DEVICE);
    put16(sector + SECTOR_SIZE - 2, 0xaa55);
}

static bool lay_piece(uint8_t *image, const char *path, unsigned lba, unsigned sectors)
{
    struct file piece;
    size_t room = (size_t)sectors * SECTOR_SIZE;

    if (!path)
        return true;
    if (!file_read(path, &piece))
        return false;
    if (piece.size > room) {
        free(piece.data);
        return complain("%s: %zu bytes, but its place on the disk has only %zu", path, piece.size,
                        room);
    }
    if (piece.size)
        memcpy(image + (size_t)lba * SECTOR_SIZE, piece.data, piece.size);
    free(piece.data);
    return true;
}

static bool lay_options(uint8_t *image, const char *text)
{
    size_t length = text ? strlen(text) : 0;

    if (!length)
        return true;
    if (length >= BOOT_OPTIONS_SIZE)
        return complain("--append: %zu characters, but there is room for %d", length,
                        BOOT_OPTIONS_SIZE - 1);
    memcpy(image + (size_t)BOOT_OPTIONS_LBA * SECTOR_SIZE + BOOT_OPTIONS_BYTE, text, length);
    return true;
}

/* True when the boot code left the partition table's bytes alone. */
static bool table_is_free(const uint8_t *sector)
{
    for (unsigned i = PARTITION_TABLE; i < SWAP_DEVICE_OFFSET; i++)
        if (sector[i])
            return false;
    return true;
}

bool boot_lay(uint8_t *image, const struct boot_pieces *pieces)
{
    if (!lay_piece(image, pieces->bootsect, 0, 1) ||
        !lay_piece(image, pieces->setup, SETUP_LBA, SETUP_SECTORS) ||
        !lay_piece(image, pieces->system, SYSTEM_LBA, SYSTEM_SECTORS) ||
        !lay_options(image, pieces->options))
        return false;
    if (!table_is_free(image))
        return complain("%s: code runs into the partition table at byte %d", pieces->bootsect,
                        PARTITION_TABLE);
    put_table(image);
    return true;
}
