#ifndef GLASS386_DEVICES_FDC_INTERNAL_H
#define GLASS386_DEVICES_FDC_INTERNAL_H

#include "devices/fdc.h"

/* What fdc.c (registers, phases), fdc_commands.c (the table, control commands) and fdc_transfer.c
   (commands that move data) share. */

enum fdc_phase {
    PHASE_COMMAND,  /* the host writes a command's bytes */
    PHASE_WAIT,     /* event: the next sector, or the command's end */
    PHASE_DATA_IN,  /* without DMA: the host reads the buffer */
    PHASE_DATA_OUT, /* without DMA: the host fills the buffer */
    PHASE_RESULT,
    PHASE_RESET, /* event: the end of a reset */
    PHASE_COUNT
};

enum {
    ST0_ABNORMAL = 0x40,
    ST0_INVALID = 0x80,
    ST0_POLLED = 0xc0, /* ready changed while polled: after a reset */
    ST0_SEEK_END = 0x20,
    ST0_EQUIPMENT_CHECK = 0x10,
    ST0_HEAD = 0x04,

    ST1_END_OF_CYLINDER = 0x80,
    ST1_DATA_ERROR = 0x20,
    ST1_OVERRUN = 0x10,
    ST1_NO_DATA = 0x04,
    ST1_NOT_WRITABLE = 0x02,
    ST1_MISSING_MARK = 0x01,

    ST2_CONTROL_MARK = 0x40,
    ST2_WRONG_CYLINDER = 0x10,
    ST2_SCAN_EQUAL = 0x08,
    ST2_SCAN_NOT_SATISFIED = 0x04,

    ST3_WRITE_PROTECTED = 0x40,
    ST3_ALWAYS = 0x28, /* ready, two sides */
    ST3_TRACK_0 = 0x10,

    CONFIGURE_IMPLIED_SEEK = 0x40,
    CONFIGURE_NO_FIFO = 0x20,
    CONFIGURE_NO_POLLING = 0x10,

    COMMAND_MULTI_TRACK = 0x80,
    COMMAND_MFM = 0x40,
    COMMAND_SKIP = 0x20,

    SECTOR_512 = 2,

    /* A real drive is some ten times slower; nobody waits for one here. */
    STEP_NS = 20000,
    SETTLE_NS = 100000,
    NO_INDEX_NS = 5000000,
};

/* A row says how many bytes a command takes, which bits of its first byte are free, and what runs
   it. Each `run` ends in a result, starts events, or does nothing more. */
struct fdc_command {
    u8 number, free_bits;
    u8 length;
    void (*run)(struct fdc *fdc);
};
const struct fdc_command *fdc_find_command(u8 first);

/* The drive that the command's second byte selects; null for one that does not exist. */
struct fdc_drive *fdc_command_drive(struct fdc *fdc);
bool fdc_has_disk(const struct fdc_drive *drive);

void fdc_set_interrupt(struct fdc *fdc, bool level);
/* To the result phase; an interrupt comes with the results of commands that moved the disk. */
void fdc_answer(struct fdc *fdc, const u8 *bytes, unsigned count);
/* Ready for the next command. */
void fdc_idle(struct fdc *fdc);
void fdc_wait(struct fdc *fdc, u64 ns);

/* Moves the head; the change latch falls with a step while a disk is in. */
void fdc_step_to(struct fdc_drive *drive, u8 cylinder);
u8 fdc_last_cylinder(const struct fdc_drive *drive);

/* fdc_transfer.c */
void fdc_run_transfer(struct fdc *fdc);
void fdc_run_format(struct fdc *fdc);
void fdc_run_read_id(struct fdc *fdc);
void fdc_transfer_due(struct fdc *fdc); /* PHASE_WAIT has ended */
void fdc_host_moved(struct fdc *fdc);   /* the host has read or filled the buffer */

#endif
