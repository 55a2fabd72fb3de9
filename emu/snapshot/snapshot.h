#ifndef GLASS386_SNAPSHOT_SNAPSHOT_H
#define GLASS386_SNAPSHOT_SNAPSHOT_H

#include "base/text_out.h"
#include "machine/machine.h"

/* Snapshots of the whole machine (FORMAT.md). A loaded machine continues bit for bit. Everything
   read is checked before the machine is touched: a bad file changes nothing. */

/* What a snapshot needs to find: read it to build a machine that fits (-restore). */
struct snapshot_info {
    u32 ram_size; /* bytes */
    u32 rate;     /* ticks in a guest second */
    u8 level;     /* enum cpu_level */
    u8 disks;     /* bit n: drive n was there */
    u64 tick;
};

/* To and from a file; the file is written under a temporary name, synced, then renamed. */
bool snapshot_save(struct machine *machine, const char *path, struct error *error);
bool snapshot_load(struct machine *machine, const char *path, struct error *error);
bool snapshot_read_info(const char *path, struct snapshot_info *info, struct error *error);

/* To and from memory: `out` is cleared first. */
bool snapshot_write(struct machine *machine, struct text_out *out, struct error *error);
/* The same for this process only, at once: the images below the disks' changes are not read. */
bool snapshot_write_moment(struct machine *machine, struct text_out *out, struct error *error);
bool snapshot_read(struct machine *machine, const void *bytes, size_t size, struct error *error);
bool snapshot_parse_info(const void *bytes, size_t size, struct snapshot_info *info,
                         struct error *error);

#endif
