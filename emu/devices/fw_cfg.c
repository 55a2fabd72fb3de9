/* The ports by which QEMU tells its firmware what the machine has, for SeaBIOS, which takes the
   display's BIOS from there.

   Modelled: the selector and the data register, signature, interface without DMA, memory size, one
   processor, the directory of files. Not modelled: writing, DMA, the items of other boards; what is
   not there reads zeros.

   Reference: QEMU, docs/specs/fw_cfg. */

#include "devices/fw_cfg.h"

#include <assert.h>
#include <string.h>

enum fw_cfg_key {
    SIGNATURE = 0x00,
    INTERFACE = 0x01,
    RAM_SIZE = 0x03,
    PROCESSORS = 0x05,
    MOST_PROCESSORS = 0x0f,
    DIRECTORY = 0x19,
    FIRST_FILE = 0x20,
};

enum {
    DATA_PORT_BIT = 1,
    INTERFACE_WITHOUT_DMA = 1,
    ENTRY_SIZE = 64, /* of the directory: size, key, reserved, name */
    NAME_SIZE = 56,
};

static u8 byte_of(u64 value, u32 index)
{
    return index < 8 ? (u8)(value >> (8 * index)) : 0;
}

/* Numbers of the directory have their high byte first. */
static u8 entry_byte(const struct fw_cfg_file *file, u32 number, u32 offset)
{
    u32 key = FIRST_FILE + number;
    if (offset < 4)
        return byte_of(file->size, 3 - offset);
    if (offset < 6)
        return byte_of(key, 5 - offset);
    if (offset < 8)
        return 0;
    size_t length = strlen(file->name);
    return offset - 8 < length ? (u8)file->name[offset - 8] : 0;
}

static u8 directory_byte(const struct fw_cfg *fw_cfg, u32 offset)
{
    if (offset < 4)
        return byte_of(fw_cfg->file_count, 3 - offset);
    u32 number = (offset - 4) / ENTRY_SIZE;
    return number < fw_cfg->file_count
               ? entry_byte(&fw_cfg->files[number], number, (offset - 4) % ENTRY_SIZE)
               : 0;
}

static u8 file_byte(const struct fw_cfg *fw_cfg, u32 number, u32 offset)
{
    if (number >= fw_cfg->file_count || offset >= fw_cfg->files[number].size)
        return 0;
    return fw_cfg->files[number].bytes[offset];
}

static u8 item_byte(const struct fw_cfg *fw_cfg, u32 offset)
{
    static const u8 signature[] = {'Q', 'E', 'M', 'U'};
    switch (fw_cfg->selector) {
    case SIGNATURE:
        return offset < sizeof signature ? signature[offset] : 0;
    case INTERFACE:
        return byte_of(INTERFACE_WITHOUT_DMA, offset);
    case RAM_SIZE:
        return byte_of(fw_cfg->ram_size, offset);
    case PROCESSORS:
    case MOST_PROCESSORS:
        return byte_of(1, offset);
    case DIRECTORY:
        return directory_byte(fw_cfg, offset);
    default:
        return fw_cfg->selector >= FIRST_FILE
                   ? file_byte(fw_cfg, fw_cfg->selector - FIRST_FILE, offset)
                   : 0;
    }
}

u32 fw_cfg_read(void *context, u16 port, unsigned size)
{
    struct fw_cfg *fw_cfg = context;
    (void)size;
    return port & DATA_PORT_BIT ? item_byte(fw_cfg, fw_cfg->offset++) : fw_cfg->selector;
}

void fw_cfg_write(void *context, u16 port, unsigned size, u32 value)
{
    struct fw_cfg *fw_cfg = context;
    if ((port & DATA_PORT_BIT) || size < 2)
        return;
    fw_cfg->selector = (u16)value;
    fw_cfg->offset = 0;
}

void fw_cfg_add_file(struct fw_cfg *fw_cfg, const struct fw_cfg_file *file)
{
    assert(fw_cfg->file_count < FW_CFG_FILES && strlen(file->name) < NAME_SIZE);
    fw_cfg->files[fw_cfg->file_count++] = *file;
}

void fw_cfg_init(struct fw_cfg *fw_cfg, u64 ram_size)
{
    memset(fw_cfg, 0, sizeof *fw_cfg);
    fw_cfg->ram_size = ram_size;
}

void fw_cfg_reset(struct fw_cfg *fw_cfg)
{
    fw_cfg->selector = 0;
    fw_cfg->offset = 0;
}

static const struct field fields[] = {FIELD(struct fw_cfg, selector), FIELD(struct fw_cfg, offset)};

const struct field_table fw_cfg_fields = FIELD_TABLE("fw_cfg", 1, fields, NULL);
