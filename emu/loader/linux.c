/* Linux kernels: boot sector, setup code, then the kernel, at the addresses of the x86 boot
   protocol. The setup code is entered in real mode, as from a boot loader on a PC, and not the
   kernel at its 32-bit entry: so it asks our BIOS for memory map, video mode, disks and APM itself,
   and kernels older than the 32-bit entry (protocol 2.10) start in the same way.

   Reference: the Linux/x86 boot protocol, 2.00 to 2.15 (Documentation of any Linux kernel). */

#include "base/bits.h"
#include "loader/kernel.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum header {
    SETUP_SECTORS = 0x1f1,
    VIDEO_MODE = 0x1fa,
    SIGNATURE = 0x202, /* "HdrS" */
    VERSION = 0x206,
    LOADER_TYPE = 0x210,
    LOAD_FLAGS = 0x211,
    KERNEL_START = 0x214,
    RAMDISK_ADDRESS = 0x218,
    RAMDISK_SIZE = 0x21c,
    HEAP_END = 0x224,
    COMMAND_ADDRESS = 0x228,
    RAMDISK_LAST = 0x22c,
    COMMAND_SIZE = 0x238,
    PREFERRED_ADDRESS = 0x258,
    MEMORY_NEEDED = 0x260,
    HEADER_END = 0x268,

    /* Before protocol 2.02. */
    OLD_COMMAND_MAGIC = 0x20,
    OLD_COMMAND_OFFSET = 0x22,
};
enum {
    LOADED_HIGH = 0x01,
    CAN_USE_HEAP = 0x80,
    LOADER_UNREGISTERED = 0xff,
    OLD_COMMAND_PRESENT = 0xa33f,
};

#define SECTOR 512u
#define ZIMAGE_AT 0x10000u
#define BZIMAGE_AT 0x100000u
#define SETUP_LOW 0x10000u /* from protocol 2.02 on it may lie anywhere below */
#define SETUP_OLD 0x90000u
#define HEAP_LOW 0xe000u /* offset of stack top and command line in that segment */
#define HEAP_OLD 0x9000u
#define OLD_RAMDISK_LAST 0x37ffffffu

struct layout {
    u16 version;
    u32 setup_size; /* boot sector and setup */
    u32 setup_at, heap;
    bool high;
};

bool linux_is_kernel(const struct kernel_file *file)
{
    return file->size >= HEADER_END && memcmp(file->bytes + SIGNATURE, "HdrS", 4) == 0;
}

static bool read_layout(struct layout *layout, const struct kernel_file *file, struct error *error)
{
    u32 sectors = file->bytes[SETUP_SECTORS] ? file->bytes[SETUP_SECTORS] : 4;
    layout->version = load_le16(file->bytes + VERSION);
    if (layout->version < 0x200)
        return error_set(error, "%.200s: boot protocol %X.%02X; expected 2.00 or later", file->name,
                         layout->version >> 8, layout->version & 0xff);
    layout->setup_size = (sectors + 1) * SECTOR;
    if (layout->setup_size >= file->size)
        return error_set(error,
                         "%.200s: %zu bytes, %" PRIu32 " of them setup code; expected a whole "
                         "Linux kernel",
                         file->name, file->size, layout->setup_size);
    layout->high = file->bytes[LOAD_FLAGS] & LOADED_HIGH;
    bool anywhere = layout->high && layout->version >= 0x202;
    layout->setup_at = anywhere ? SETUP_LOW : SETUP_OLD;
    layout->heap = anywhere ? HEAP_LOW : HEAP_OLD;
    if (layout->setup_size > layout->heap - 0x200)
        return error_set(error,
                         "%.200s: setup code of %" PRIu32 " bytes; expected at most %" PRIu32,
                         file->name, layout->setup_size, layout->heap - 0x200);
    return true;
}

/* ---- the command line ---- */

/* vga= is the loader's to read: a mode number goes into the header. */
static u16 video_mode(const char *append)
{
    static const struct {
        const char *name;
        u16 mode;
    } names[] = {{"normal", 0xffff}, {"ext", 0xfffe}, {"ask", 0xfffd}};
    const char *at = append ? strstr(append, "vga=") : NULL;
    if (!at || (at != append && at[-1] != ' '))
        return 0xffff;
    at += 4;
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++)
        if (strncmp(at, names[i].name, strlen(names[i].name)) == 0)
            return names[i].mode;
    return isdigit((unsigned char)*at) ? (u16)strtoul(at, NULL, 0) : 0xffff;
}

static bool put_command(struct kernel_plan *plan, const struct kernel_input *input, u8 *setup,
                        const struct layout *layout, struct error *error)
{
    const char *append = input->append ? input->append : "";
    u32 limit = layout->version >= 0x206 ? load_le32(setup + COMMAND_SIZE) : 255;
    u32 room = (layout->setup_at == SETUP_OLD ? 0x9b00 : 0x10000) - layout->heap - 1;
    if (limit > room)
        limit = room;
    if (strlen(append) > limit)
        return error_set(error, "-append: %zu letters; expected at most %" PRIu32 " for %.200s",
                         strlen(append), limit, input->kernel.name);
    u32 at = layout->setup_at + layout->heap;
    if (layout->version >= 0x202) {
        store_le32(setup + COMMAND_ADDRESS, at);
    } else {
        store_le16(setup + OLD_COMMAND_MAGIC, OLD_COMMAND_PRESENT);
        store_le16(setup + OLD_COMMAND_OFFSET, (u16)layout->heap);
    }
    u32 size = (u32)strlen(append) + 1;
    struct kernel_piece piece = {at, size, size, (const u8 *)append};
    return kernel_add_piece(plan, "-append", input->ram_size, &piece, error);
}

/* ---- the initial RAM disk ---- */

/* As high as the kernel allows, at a page, above what the unpacked kernel needs. */
static bool put_ramdisk(struct kernel_plan *plan, const struct kernel_input *input, u8 *setup,
                        const struct layout *layout, struct error *error)
{
    if (input->module_count == 0)
        return true;
    const struct kernel_file *disk = &input->modules[0];
    if (input->module_count > 1)
        return error_set(error, "-initrd: %u files; expected one for a Linux kernel",
                         input->module_count);
    u64 last = layout->version >= 0x203 ? load_le32(setup + RAMDISK_LAST) : OLD_RAMDISK_LAST;
    u64 end = last + 1 < input->ram_size ? last + 1 : input->ram_size;
    u64 used = kernel_free_page(plan);
    if (layout->version >= 0x20a && load_le32(setup + PREFERRED_ADDRESS + 4) == 0) {
        u64 unpacked = (u64)load_le32(setup + PREFERRED_ADDRESS) + load_le32(setup + MEMORY_NEEDED);
        used = unpacked > used ? unpacked : used;
    }
    if (end < used || disk->size > end - used)
        return error_set(error,
                         "-initrd: %.200s: %zu bytes; expected at most %" PRIu64
                         " beside this kernel (a larger -m gives more)",
                         disk->name, disk->size, end < used ? 0 : end - used);
    u32 size = (u32)disk->size;
    u32 at = (u32)(end - size) & ~(PAGE_SIZE - 1);
    if (at < used)
        at = (u32)(end - size);
    store_le32(setup + RAMDISK_ADDRESS, size ? at : 0);
    store_le32(setup + RAMDISK_SIZE, size);
    struct kernel_piece piece = {at, size, size, disk->bytes};
    return kernel_add_piece(plan, disk->name, input->ram_size, &piece, error);
}

/* ---- the kernel ---- */

static void fill_header(u8 *setup, const struct kernel_input *input, const struct layout *layout)
{
    setup[LOADER_TYPE] = LOADER_UNREGISTERED;
    store_le16(setup + VIDEO_MODE, video_mode(input->append));
    if (layout->version >= 0x201) {
        setup[LOAD_FLAGS] |= CAN_USE_HEAP;
        store_le16(setup + HEAP_END, (u16)(layout->heap - 0x200));
    }
}

bool linux_plan(struct kernel_plan *plan, const struct kernel_input *input, struct error *error)
{
    const struct kernel_file *file = &input->kernel;
    struct layout layout = {0};
    if (!read_layout(&layout, file, error))
        return false;
    u8 *setup = kernel_allocate(plan, layout.setup_size, error);
    if (!setup)
        return false;
    memcpy(setup, file->bytes, layout.setup_size);
    plan->kind = KERNEL_LINUX;
    plan->entry = layout.setup_at >> 4;
    plan->stack = layout.heap;
    fill_header(setup, input, &layout);
    u32 size = (u32)(file->size - layout.setup_size);
    struct kernel_piece pieces[] = {
        {layout.setup_at, layout.setup_size, layout.setup_size, setup},
        {layout.high ? BZIMAGE_AT : ZIMAGE_AT, size, size, file->bytes + layout.setup_size},
    };
    if (file->size > UINT32_MAX / 2)
        return error_set(error, "%.200s: %zu bytes; expected a Linux kernel", file->name,
                         file->size);
    return kernel_add_piece(plan, file->name, input->ram_size, &pieces[0], error) &&
           kernel_add_piece(plan, file->name, input->ram_size, &pieces[1], error) &&
           put_command(plan, input, setup, &layout, error) &&
           put_ramdisk(plan, input, setup, &layout, error);
}
