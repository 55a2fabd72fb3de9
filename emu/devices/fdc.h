#ifndef GLASS386_DEVICES_FDC_H
#define GLASS386_DEVICES_FDC_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/dma_line.h"
#include "bus/irq.h"
#include "devices/media/disk_image.h"

#define FDC_DRIVES 2u
#define FDC_MARKS (FLOPPY_MAX_BYTES / DISK_SECTOR / 8u)

/* Drives as CMOS cell 10h names them. */
enum floppy_type {
    FLOPPY_NONE,
    FLOPPY_360K,
    FLOPPY_1200K,
    FLOPPY_720K,
    FLOPPY_1440K,
    FLOPPY_2880K
};

struct fdc_drive {
    u8 cylinder;         /* where the head stands */
    u8 changed;          /* the disk change latch */
    u8 target;           /* of the seek under way */
    u8 marks[FDC_MARKS]; /* bit n: sector n has a deleted data mark, which an image cannot hold */
    struct clock_event seek_done;

    u8 type; /* enum floppy_type */
    struct fdc *fdc;
    struct disk_image *image; /* null or no sectors: no disk in the drive */
};

#define FDC_RATE_OF_MEDIUM 4u /* no program has chosen a rate since the hardware reset */

struct fdc {
    struct fdc_drive drive[FDC_DRIVES];
    u8 output, data_rate; /* DOR; DSR and CCR bits 0-1, or FDC_RATE_OF_MEDIUM */
    u8 tape;              /* TDR bits 0-1 */
    u8 phase;             /* enum in fdc_internal.h */
    u8 irq_level;         /* before DOR bit 3 gates it */
    u8 command[9];        /* bytes of the command so far */
    u8 command_at, command_length;
    u8 result[10];
    u8 result_at, result_length;
    u8 present_cylinder[4];            /* PCN */
    u8 seeking;                        /* bits 0-3: the drive seeks */
    u8 sense[4];                       /* ST0 of interrupts not yet sensed; 0 = none */
    u8 step_rate, head_times, no_dma;  /* SPECIFY: SRT and HUT, HLT, ND */
    u8 configuration, precompensation; /* CONFIGURE's second and third byte */
    u8 lock;
    u8 perpendicular;
    u8 last_track; /* SC or EOT of the last command, for DUMPREG */

    u8 st1, st2; /* of the running transfer */
    u8 head;     /* that it reads; changes with MT */
    u8 sector;   /* number looked for next */
    u8 left;     /* sectors until the end, for VERIFY with a count, READ TRACK and FORMAT */
    u8 terminal; /* DMA has said so */
    u16 data_at, data_end;
    u8 data[DISK_SECTOR];
    u64 reads, writes;       /* sectors, for `info fdc` */
    struct clock_event work; /* the next sector, or the end of a reset */

    struct clock *clock;
    struct irq_line irq; /* IRQ 6 */
    struct dma_line dma; /* channel 2 */
    /* Told of a medium's failure that the guest sees as an error of the drive; may be null. */
    void (*host_error)(void *context, const struct error *error);
    void *host_error_context;
    const struct log *log; /* class disk */
};

extern const struct field_table fdc_fields;

void fdc_init(struct fdc *fdc, struct clock *clock, struct irq_line irq, struct dma_line dma);
void fdc_reset(struct fdc *fdc);

/* Builds drive 0 or 1 in, with what is in it; not while the machine runs. */
void fdc_attach(struct fdc *fdc, unsigned drive, enum floppy_type type, struct disk_image *image);

/* Call after a disk was put in or taken out: the change line tells the guest. */
void fdc_medium_changed(struct fdc *fdc, unsigned drive);

/* True when a drive of this type takes a medium of this geometry. */
bool fdc_drive_takes(enum floppy_type type, const struct disk_geometry *geometry);
/* The drive that is commonly sold for such a medium. */
enum floppy_type fdc_drive_for(const struct disk_geometry *geometry);

/* Ports 3F2h-3F5h and 3F7h; context struct fdc. */
u32 fdc_read(void *context, u16 port, unsigned size);
void fdc_write(void *context, u16 port, unsigned size, u32 value);

/* Bits of DOR: true while the drive's motor runs. */
bool fdc_motor_on(const struct fdc *fdc, unsigned drive);

#endif
