/* IDE (ATA) drives by programmed I/O. */
#ifndef BIOS_IDE_H
#define BIOS_IDE_H

#include "bios.h"

/* One drive as POST found it; kept in the extended data area. */
struct drive {
    u16 port, control;
    u8 select; /* A0h master, B0h slave */
    bool lba;
    u16 cylinders; /* what the drive itself takes */
    u8 heads, sectors_per_track;
    u16 bios_cylinders; /* what INT 13h shows: at most 1024 cylinders, 255 heads, 63 sectors */
    u8 bios_heads, bios_sectors;
    u32 sectors;
};

enum { IDE_MOST_DRIVES = 4, IDE_MODEL = 40 };

/* The long ones carry IDE_ECC_BYTES behind each sector. */
enum ide_operation { IDE_READ, IDE_WRITE, IDE_VERIFY, IDE_READ_LONG, IDE_WRITE_LONG };
enum { IDE_ECC_BYTES = 4 };

/* INT 13h's status codes. */
enum disk_status {
    DISK_OK = 0,
    DISK_BAD_COMMAND = 0x01,
    DISK_NO_MARK = 0x02,
    DISK_PROTECTED = 0x03,
    DISK_NO_SECTOR = 0x04,
    DISK_CHANGED = 0x06,
    DISK_DMA_CROSSES_64K = 0x09,
    DISK_BAD_SECTOR = 0x0a,
    DISK_BAD_DATA = 0x10,
    DISK_CONTROLLER = 0x20,
    DISK_SEEK = 0x40,
    DISK_TIMED_OUT = 0x80,
    DISK_NOT_REMOVABLE = 0xb2,
    DISK_UNDEFINED = 0xbb,
    DISK_WRITE_FAULT = 0xcc,
};

/* Stops what a system before us has left running on a channel; the drives' own geometry counts again. */
void ide_reset(u16 port);

/* Asks port and unit (0 or 1) for an ATA disk; fills drive (not the BIOS geometry) and its model
 * name. */
bool ide_identify(struct drive *drive, u16 port, u8 unit, u8 *model);

/* Moves count (1 to 128) sectors from lba between the drive and segment:offset; what fits is moved.
 */
u8 ide_transfer(const struct drive *drive, enum ide_operation operation, u32 lba, u16 count,
                u16 segment, u16 offset);

/* A drive that takes packets: its model. */
bool ide_identify_packet(u16 port, u8 unit, u8 *model);

/*
 * Sends a packet and takes what the drive answers in parts of 512 bytes: `skip` of them are dropped,
 * `count` stored from segment:offset on, the rest dropped; the three are counted on. The sense key,
 * 0 after success, FFh when the drive does not answer.
 */
u8 ide_packet(u16 port, u8 select, const u8 *packet, u16 *skip, u16 *count, u16 *segment,
              u16 offset);

/* Sends a packet that is answered by exactly `size` bytes, an even number. */
bool ide_packet_answer(u16 port, u8 select, const u8 *packet, u8 *answer, u8 size);

#endif
