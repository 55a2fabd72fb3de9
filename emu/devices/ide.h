#ifndef GLASS386_DEVICES_IDE_H
#define GLASS386_DEVICES_IDE_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"
#include "devices/media/disk_image.h"

#define IDE_MAX_MULTIPLE 16u
#define IDE_BUFFER (IDE_MAX_MULTIPLE * 512u)

enum ide_kind { IDE_NONE, IDE_DISK, IDE_CDROM };

enum ide_power { IDE_ACTIVE, IDE_STANDBY, IDE_SLEEP };

/* What a CD-ROM drive keeps beside its task file. */
struct atapi {
    u32 next;       /* CD sector that is read next */
    u32 blocks;     /* CD sectors still to read */
    u32 filled;     /* bytes of the buffer that make the answer */
    u16 byte_limit; /* of one DRQ block, as PACKET's task file gave it */
    u8 packet[12];
    u8 sense_key, sense_code, sense_qualifier; /* of the last command that failed */
    u8 attention; /* sense code that the next command tells: power on, medium changed; 0 = none */
    u8 event;     /* for GET EVENT STATUS: 2 new medium, 3 medium gone */
    u8 locked;    /* PREVENT MEDIUM REMOVAL */
    u8 open;      /* the tray, by START STOP UNIT */
};

/* One drive of the channel, with its own task file: writes go to both, reads come from the selected
   one. */
struct ide_drive {
    u8 kind;                       /* enum ide_kind */
    u16 cylinders, heads, sectors; /* translation in use: default or set by command 91h */
    u8 multiple;                   /* sectors per block of C4h and C5h; 0 = off */
    u8 count, sector, cylinder_low, cylinder_high;
    u8 status, error;
    u8 power;         /* enum ide_power */
    u8 keep_settings; /* SET FEATURES 66h: a software reset leaves translation and blocks alone */
    struct atapi atapi;

    struct disk_image *image; /* null or no sectors: a CD-ROM drive without a disc */
};

struct ide {
    struct ide_drive drive[2];
    u8 features, drive_head;
    u8 control;
    u8 command;   /* in progress; 0 none */
    u8 phase;     /* enum in ide_commands.h: what the running event or the host's transfer ends */
    u8 irq_level; /* INTRQ before nIEN */
    u32 lba;      /* next sector of the transfer */
    u32 sectors;  /* sectors still to transfer */
    u32 block;    /* sectors in the buffer */
    u32 data_at;  /* next byte of the buffer */
    u32 data_end; /* end of this block in the buffer */
    u8 data[IDE_BUFFER];
    u64 reads, writes;       /* sectors of 512 bytes, for `info ide` */
    struct clock_event done; /* end of a seek, a sector or a reset */

    struct clock *clock;
    struct irq_line irq; /* IRQ 14 or 15 */
    /* Told of a medium's failure that the guest sees as an error of the drive; may be null. */
    void (*host_error)(void *context, const struct error *error);
    void *host_error_context;
    const struct log *log; /* class disk: each block that a drive reads or stores */
};

extern const struct field_table ide_fields, ide_secondary_fields;

void ide_init(struct ide *ide, struct clock *clock, struct irq_line irq);
void ide_reset(struct ide *ide);

/* Builds a disk into slot 0 or 1, null takes it out; or a CD-ROM drive with the place where its
   disc is found. Not while the machine runs. */
void ide_attach(struct ide *ide, unsigned slot, struct disk_image *image);
void ide_attach_cdrom(struct ide *ide, unsigned slot, struct disk_image *image);

/* Call after a disc was put into a CD-ROM drive or taken out. */
void ide_medium_changed(struct ide *ide, unsigned slot);
/* True while the guest has locked the tray. */
bool ide_tray_locked(const struct ide *ide, unsigned slot);

/* Command block: the low three bits of `port` choose the register (1F1h-1F7h, bytes). */
u32 ide_read(void *context, u16 port, unsigned size);
void ide_write(void *context, u16 port, unsigned size, u32 value);

/* Data port 1F0h: words, and doublewords as two words. */
u32 ide_data_read(void *context, u16 port, unsigned size);
void ide_data_write(void *context, u16 port, unsigned size, u32 value);

/* Up to `count` elements at once, as many reads or writes would do, but none that ends a block: how
   many were moved. */
u32 ide_data_read_run(void *context, unsigned size, u8 *to, u32 count);
u32 ide_data_write_run(void *context, unsigned size, const u8 *from, u32 count);

/* Device control and alternate status (3F6h, bytes). */
u32 ide_control_read(void *context, u16 port, unsigned size);
void ide_control_write(void *context, u16 port, unsigned size, u32 value);

/* Status without clearing the interrupt. */
u8 ide_peek_status(const struct ide *ide);

#endif
