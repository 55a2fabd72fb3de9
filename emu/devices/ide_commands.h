#ifndef GLASS386_DEVICES_IDE_COMMANDS_H
#define GLASS386_DEVICES_IDE_COMMANDS_H

#include "devices/ide.h"

/* What ide.c (task file, transfers) and ide_commands.c share. */

enum {
    STATUS_ERROR = 0x01,
    STATUS_DATA_REQUEST = 0x08,
    STATUS_SEEK_COMPLETE = 0x10,
    STATUS_READY = 0x40,
    STATUS_BUSY = 0x80,
    STATUS_GOOD = STATUS_READY | STATUS_SEEK_COMPLETE,

    ERROR_DIAGNOSTIC_PASSED = 0x01,
    ERROR_ABORTED = 0x04,
    ERROR_ID_NOT_FOUND = 0x10,
    ERROR_UNCORRECTABLE = 0x40,

    DRIVE_HEAD_ONES = 0xa0,
    DRIVE_HEAD_LBA = 0x40,
    DRIVE_HEAD_SLAVE = 0x10,
    DRIVE_HEAD_HEAD = 0x0f,

    MOST_SECTORS = 256, /* of one command */
    ECC_BYTES = 4,      /* behind a sector in READ LONG and WRITE LONG */

    /* Much quicker than a drive of its time. */
    COMMAND_NS = 10000,
    SECTOR_NS = 20000,     /* to the first block, with the seek */
    NEXT_SECTOR_NS = 2000, /* to those that follow, from the drive's buffer */
};

/* What ends next: the running event or the host's transfer. */
enum ide_phase {
    PHASE_IDLE,
    PHASE_COMMAND,     /* event: a command without data */
    PHASE_READ,        /* event: the next block comes from the medium */
    PHASE_DATA_IN,     /* the host reads the buffer */
    PHASE_DATA_OUT,    /* the host fills the buffer */
    PHASE_WRITE,       /* event: the block goes to the medium */
    PHASE_RESET,       /* event: the end of a reset */
    PHASE_PACKET,      /* the host writes a packet command */
    PHASE_PACKET_IN,   /* the host reads its answer */
    PHASE_PACKET_NEXT, /* event: the answer goes on, or ends */
    PHASE_COUNT
};

/* `start` runs when the command is written, `end` when the drive has worked at it. */
struct ide_command {
    u8 first, last;
    void (*start)(struct ide *ide);
    void (*end)(struct ide *ide); /* of PHASE_COMMAND */
};

/* The row of a command for the selected drive; those unknown are aborted by their row. */
const struct ide_command *ide_find_command(const struct ide *ide, u8 number);

/* Sets BSY until the event that ends `phase`. */
void ide_wait_for(struct ide *ide, enum ide_phase phase, u64 ns);

/* Ends of a command, with an interrupt: good, with error bits, or after a failure of the host. */
void ide_finish(struct ide *ide);
void ide_fail(struct ide *ide, u8 error);
void ide_fail_medium(struct ide *ide, const struct error *error);

/* Starts a transfer of as many sectors as the task file says; aborts with IDNF when it begins
 * outside the medium. */
bool ide_begin_transfer(struct ide *ide);

/* Sectors of the next block: one, or as many as SET MULTIPLE said; and its bytes. */
void ide_choose_block(struct ide *ide);
u32 ide_block_bytes(const struct ide *ide);
bool ide_is_multiple(u8 command);
bool ide_is_long(u8 command);

/* Raises DRQ for `bytes` bytes of the buffer. */
void ide_offer_data(struct ide *ide, enum ide_phase phase, u32 bytes);

/* Leaves the address of a sector in the task file, as after each sector of a transfer. */
void ide_set_address(struct ide *ide, u32 lba);

/* The signatures and state after a reset or a diagnostic, and one drive's. */
void ide_end_reset(struct ide *ide);
void ide_set_signature(struct ide_drive *drive);
void ide_default_translation(struct ide_drive *drive);
bool ide_has_medium(const struct ide_drive *drive);

void ide_set_interrupt(struct ide *ide, bool level);
struct ide_drive *ide_selected(struct ide *ide);
/* The block that the channel stands at, as an event of class disk. */
void ide_log_block(struct ide *ide, const char *verb);

#endif
