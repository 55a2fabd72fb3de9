#ifndef GLASS386_DEVICES_IDE_H
#define GLASS386_DEVICES_IDE_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"
#include "devices/media/disk_image.h"

#define IDE_MAX_MULTIPLE 16u
#define IDE_BUFFER (IDE_MAX_MULTIPLE * 512u)

/* One drive slot of the channel. */
struct ide_drive {
    u16 cylinders, heads, sectors; /* translation in use: default or set by command 91h */
    u8 multiple;                   /* sectors per block of C4h and C5h; 0 = off */

    struct disk_image *image; /* null: no drive */
};

struct ide {
    struct ide_drive drive[2];
    u8 features, count, sector, cylinder_low, cylinder_high, drive_head; /* task file */
    u8 status, error, control;
    u8 command;   /* in progress; 0 none */
    u8 phase;     /* enum in ide.c: what the running event or the host's transfer ends */
    u8 irq_level; /* INTRQ before nIEN */
    u32 lba;      /* next sector of the transfer */
    u32 sectors;  /* sectors still to transfer */
    u32 block;    /* sectors in the buffer */
    u32 data_at;  /* next byte of the buffer */
    u32 data_end; /* bytes of the buffer in this block */
    u8 data[IDE_BUFFER];
    u64 reads, writes;       /* sectors, for `info ide` */
    struct clock_event done; /* end of a seek, a sector or a reset */

    struct clock *clock;
    struct irq_line irq; /* IRQ 14 */
    /* Told of a medium's failure that the guest sees as an error of the drive; may be null. */
    void (*host_error)(void *context, const struct error *error);
    void *host_error_context;
};

extern const struct field_table ide_fields;

void ide_init(struct ide *ide, struct clock *clock, struct irq_line irq);
void ide_reset(struct ide *ide);

/* Puts a medium into slot 0 or 1, null takes it out. Not while the machine runs. */
void ide_attach(struct ide *ide, unsigned slot, struct disk_image *image);

/* Command block: the low three bits of `port` choose the register (1F1h-1F7h, bytes). */
u32 ide_read(void *context, u16 port, unsigned size);
void ide_write(void *context, u16 port, unsigned size, u32 value);

/* Data port 1F0h: words, and doublewords as two words. */
u32 ide_data_read(void *context, u16 port, unsigned size);
void ide_data_write(void *context, u16 port, unsigned size, u32 value);

/* Device control and alternate status (3F6h, bytes). */
u32 ide_control_read(void *context, u16 port, unsigned size);
void ide_control_write(void *context, u16 port, unsigned size, u32 value);

/* Status without clearing the interrupt. */
u8 ide_peek_status(const struct ide *ide);

#endif
