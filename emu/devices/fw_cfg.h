#ifndef GLASS386_DEVICES_FW_CFG_H
#define GLASS386_DEVICES_FW_CFG_H

#include "base/field.h"
#include "base/types.h"

#define FW_CFG_FILES 4u

/* A file offered to the firmware; the bytes are kept by the caller. */
struct fw_cfg_file {
    const char *name; /* at most 55 characters */
    const u8 *bytes;
    u32 size;
};

struct fw_cfg {
    u16 selector;
    u32 offset; /* of the next byte read */

    /* What is offered, built at wiring time. */
    struct fw_cfg_file files[FW_CFG_FILES];
    u32 file_count;
    u64 ram_size;
};

extern const struct field_table fw_cfg_fields;

void fw_cfg_init(struct fw_cfg *fw_cfg, u64 ram_size);
void fw_cfg_add_file(struct fw_cfg *fw_cfg, const struct fw_cfg_file *file);
void fw_cfg_reset(struct fw_cfg *fw_cfg);

/* Ports 510h (selector, 16 bits) and 511h (data, bytes); context struct fw_cfg. */
u32 fw_cfg_read(void *context, u16 port, unsigned size);
void fw_cfg_write(void *context, u16 port, unsigned size, u32 value);

#endif
