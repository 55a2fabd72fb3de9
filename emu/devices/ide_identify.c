#include "devices/ide_identify.h"

#include "base/bits.h"

#include <string.h>

enum {
    CONFIGURATION = 0x0040, /* fixed drive */
    DUAL_PORTED_BUFFER = 3,
    BUFFER_SECTORS = 256,
    ECC_BYTES = 4,
    CAPABILITY_LBA = 0x0200,
    PIO_TIMING = 0x0200,
    CURRENT_VALID = 0x0001,
    MULTIPLE_VALID = 0x0100,
    ATA_1_TO_4 = 0x001e,
    WORD_VALID = 0x4000,
    FLUSH_CACHE = 0x1000,
    COMMANDS = 0x3048, /* READ and WRITE BUFFER, look-ahead, power management */
    LBA28_SECTORS = 0x0fffffff,
};

static void put(u8 *data, unsigned word, u32 value)
{
    store_le16(data + 2 * word, (u16)value);
}

static void put_pair(u8 *data, unsigned word, u32 value)
{
    store_le32(data + 2 * word, value);
}

/* Strings have their bytes swapped in each word and are filled with blanks. */
static void put_string(u8 *data, unsigned word, unsigned words, const char *string)
{
    size_t length = strlen(string);
    for (unsigned i = 0; i < 2 * words; i++)
        data[(2 * word + i) ^ 1] = i < length ? (u8)string[i] : ' ';
}

static void put_default_translation(u8 *data, const struct disk_geometry *geometry)
{
    put(data, 1, geometry->cylinders);
    put(data, 3, geometry->heads);
    put(data, 4, geometry->sectors * DISK_SECTOR); /* unformatted bytes of a track */
    put(data, 5, DISK_SECTOR);
    put(data, 6, geometry->sectors);
}

static void put_current_translation(u8 *data, const struct ide_drive *drive)
{
    put(data, 53, CURRENT_VALID);
    put(data, 54, drive->cylinders);
    put(data, 55, drive->heads);
    put(data, 56, drive->sectors);
    put_pair(data, 57, (u32)drive->cylinders * drive->heads * drive->sectors);
}

void ide_identify(const struct ide_drive *drive, u8 data[DISK_SECTOR])
{
    u64 sectors = drive->image->sectors;
    memset(data, 0, DISK_SECTOR);
    put(data, 0, CONFIGURATION);
    put_default_translation(data, &drive->image->geometry);
    put_string(data, 10, 10, "G386-0001");
    put(data, 20, DUAL_PORTED_BUFFER);
    put(data, 21, BUFFER_SECTORS);
    put(data, 22, ECC_BYTES);
    put_string(data, 23, 4, "1.0");
    put_string(data, 27, 20, "glass386 hard disk");
    put(data, 47, 0x8000 | IDE_MAX_MULTIPLE);
    put(data, 48, 1); /* doubleword transfers */
    put(data, 49, CAPABILITY_LBA);
    put(data, 51, PIO_TIMING);
    put_current_translation(data, drive);
    put(data, 59, drive->multiple ? MULTIPLE_VALID | drive->multiple : 0u);
    put_pair(data, 60, sectors < LBA28_SECTORS ? (u32)sectors : LBA28_SECTORS);
    put(data, 80, ATA_1_TO_4);
    put(data, 82, COMMANDS);
    put(data, 83, WORD_VALID | FLUSH_CACHE);
    put(data, 84, WORD_VALID);
    put(data, 85, COMMANDS);
    put(data, 86, FLUSH_CACHE);
    put(data, 87, WORD_VALID);
}
