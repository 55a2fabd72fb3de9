/* Multiboot 1 kernels: ELF, or flat by the addresses in their header.

   Reference: The Multiboot Specification, version 0.6.96. */

#include "loader/multiboot.h"

#include "base/bits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEADER_MAGIC 0x1badb002u
#define HEADER_WITHIN 8192u

enum header {
    FLAGS = 4,
    CHECKSUM = 8,
    HEADER_ADDRESS = 12,
    LOAD_ADDRESS = 16,
    LOAD_END = 20,
    BSS_END = 24,
    ENTRY = 28,
    VIDEO_TYPE = 32,
    WIDTH = 36,
    HEIGHT = 40,
    DEPTH = 44,
    HEADER_SIZE = 48,
};
enum flags {
    WANT_PAGE_ALIGNED = 1 << 0,
    WANT_MEMORY = 1 << 1,
    WANT_VIDEO = 1 << 2,
    HAS_ADDRESSES = 1 << 16,
    KNOWN_REQUIREMENTS = WANT_PAGE_ALIGNED | WANT_MEMORY | WANT_VIDEO,
    REQUIREMENTS = 0xffff,
};

long multiboot_header_offset(const struct kernel_file *file)
{
    size_t end = file->size < HEADER_WITHIN ? file->size : HEADER_WITHIN;
    for (size_t at = 0; at + 12 <= end; at += 4) {
        const u8 *header = file->bytes + at;
        u32 sum = load_le32(header) + load_le32(header + FLAGS) + load_le32(header + CHECKSUM);
        if (load_le32(header) == HEADER_MAGIC && sum == 0)
            return (long)at;
    }
    return -1;
}

/* ---- the plan ---- */

/* A field of the header; 0 where the file ends before it. */
static u32 field(const struct kernel_file *file, u32 header, enum header offset)
{
    return header + offset + 4 <= file->size ? load_le32(file->bytes + header + offset) : 0;
}

bool multiboot_has_addresses(const struct kernel_file *file, u32 header)
{
    return field(file, header, FLAGS) & HAS_ADDRESSES;
}

/* "a.out kludge": addresses instead of an executable format. */
static bool flat_plan(struct kernel_plan *plan, const struct kernel_input *input, u32 header,
                      struct error *error)
{
    const struct kernel_file *file = &input->kernel;
    u32 at = field(file, header, HEADER_ADDRESS), load = field(file, header, LOAD_ADDRESS);
    u32 load_end = field(file, header, LOAD_END), bss_end = field(file, header, BSS_END);
    u32 before = at - load; /* bytes in front of the header that are loaded too */
    if (load > at || before > header)
        return error_set(error,
                         "%.200s: Multiboot load address %" PRIX32 "h, header address %" PRIX32
                         "h, header at %" PRIu32 " of the file; expected a load address at or "
                         "below the header's, within the file",
                         file->name, load, at, header);
    u32 offset = header - before;
    size_t rest = file->size - offset;
    if (rest > UINT32_MAX / 2 || (load_end && (load_end < load || load_end - load > rest)) ||
        (bss_end && bss_end < (load_end ? load_end : load)))
        return error_set(error,
                         "%.200s: Multiboot load end %" PRIX32 "h, bss end %" PRIX32
                         "h; expected them in order from %" PRIX32 "h on, and the file has %zu "
                         "bytes to load",
                         file->name, load_end, bss_end, load, rest);
    u32 size = load_end ? load_end - load : (u32)rest;
    u32 memory_size = bss_end && bss_end - load > size ? bss_end - load : size;
    struct kernel_piece piece = {load, size, memory_size, file->bytes + offset};
    plan->entry = field(file, header, ENTRY);
    return kernel_add_piece(plan, file->name, input->ram_size, &piece, error);
}

/* "name words", as a kernel finds it in its command line and with its modules. */
static const char *join(struct kernel_plan *plan, const char *name, const char *words,
                        struct error *error)
{
    size_t size = strlen(name) + (words ? strlen(words) : 0) + 2;
    char *text = kernel_allocate(plan, size, error);
    if (text)
        snprintf(text, size, words && *words ? "%s %s" : "%s", name, words);
    return text;
}

static bool add_modules(struct kernel_plan *plan, const struct kernel_input *input,
                        struct error *error)
{
    const char **arguments =
        kernel_allocate(plan, (input->module_count + 1) * sizeof *arguments, error);
    if (!arguments)
        return false;
    plan->arguments = arguments;
    for (unsigned i = 0; i < input->module_count; i++) {
        const struct kernel_file *module = &input->modules[i];
        u32 first = kernel_free_page(plan);
        if (module->size > UINT32_MAX / 2)
            return error_set(error, "-initrd: %.200s: %zu bytes; expected less than the RAM",
                             module->name, module->size);
        u32 size = (u32)module->size;
        struct kernel_piece piece = {first, size, size, module->bytes};
        plan->modules[i].first = first;
        plan->modules[i].end = first + size;
        arguments[i] = join(plan, module->name, module->words, error);
        if (!arguments[i] || !kernel_add_piece(plan, module->name, input->ram_size, &piece, error))
            return false;
    }
    plan->module_count = input->module_count;
    return true;
}

static size_t text_size(const struct kernel_plan *plan)
{
    size_t size = strlen(plan->command) + 1;
    for (unsigned i = 0; i < plan->module_count; i++)
        size += strlen(plan->arguments[i]) + 1;
    return size;
}

/* Below 640 KB where the kernel leaves room: kernels that take the memory behind their own end
   without looking would else overwrite it. */
static bool place_information(struct kernel_plan *plan, const char *name, u32 ram_size,
                              struct error *error)
{
    static const u8 none;
    struct kernel_piece piece = {0, 0, MULTIBOOT_INFORMATION_MAX, &none};
    struct error refused;
    for (u32 at = 0x90000; at >= 0x10000; at -= 0x8000) {
        piece.physical = at;
        if (kernel_add_piece(plan, name, ram_size, &piece, &refused)) {
            plan->information = at;
            plan->piece_count--; /* a place only; the bytes come at entry time */
            return true;
        }
    }
    piece.physical = plan->information = kernel_free_page(plan);
    if (!kernel_add_piece(plan, name, ram_size, &piece, error))
        return false;
    plan->piece_count--;
    return true;
}

static bool check_entry(const struct kernel_plan *plan, const struct kernel_file *file,
                        struct error *error)
{
    for (unsigned i = 0; i < plan->piece_count; i++)
        if (plan->entry - plan->pieces[i].physical < plan->pieces[i].memory_size)
            return true;
    return error_set(error, "%.200s: its entry %" PRIX32 "h lies in no part that is loaded",
                     file->name, plan->entry);
}

bool multiboot_plan(struct kernel_plan *plan, const struct kernel_input *input, u32 header,
                    struct error *error)
{
    const struct kernel_file *file = &input->kernel;
    u32 flags = field(file, header, FLAGS);
    u32 unknown = flags & REQUIREMENTS & ~(u32)KNOWN_REQUIREMENTS;
    if (unknown)
        return error_set(error,
                         "%.200s: Multiboot flags %" PRIX32 "h require %" PRIX32
                         "h, unknown to version 0.6.96; expected no more than 7",
                         file->name, flags, unknown);
    if (flags & HAS_ADDRESSES && header + VIDEO_TYPE > file->size)
        return error_set(error, "%.200s: ends within its Multiboot header", file->name);
    plan->kind = KERNEL_MULTIBOOT;
    if (flags & WANT_VIDEO && field(file, header, VIDEO_TYPE) == 0) {
        plan->video.width = field(file, header, WIDTH);
        plan->video.height = field(file, header, HEIGHT);
        plan->video.depth = field(file, header, DEPTH);
        if (!plan->video.width || !plan->video.height)
            plan->video.width = 1024, plan->video.height = 768;
        if (!plan->video.depth)
            plan->video.depth = 32;
    }
    plan->command = join(plan, file->name, input->append, error);
    if (!plan->command)
        return false;
    bool laid = flags & HAS_ADDRESSES ? flat_plan(plan, input, header, error)
                                      : elf_plan(plan, file, input->ram_size, error);
    if (!laid || !check_entry(plan, file, error) || !add_modules(plan, input, error))
        return false;
    if (text_size(plan) > MULTIBOOT_INFORMATION_MAX / 2)
        return error_set(error, "-append, -initrd: %zu letters; expected at most %u",
                         text_size(plan), MULTIBOOT_INFORMATION_MAX / 2);
    return place_information(plan, file->name, input->ram_size, error);
}

/* ---- the information structure ---- */

enum information {
    INFO_FLAGS = 0,
    INFO_MEMORY_LOWER = 4,
    INFO_MEMORY_UPPER = 8,
    INFO_BOOT_DEVICE = 12,
    INFO_COMMAND = 16,
    INFO_MODULE_COUNT = 20,
    INFO_MODULES = 24,
    INFO_SECTIONS = 28,
    INFO_MAP_SIZE = 44,
    INFO_MAP = 48,
    INFO_LOADER_NAME = 64,
    INFO_VBE_CONTROLLER = 72,
    INFO_VBE_MODE_BLOCK = 76,
    INFO_VBE_MODE = 80,
    INFO_FRAMEBUFFER = 88, /* address in 8 bytes, then pitch, width, height, bpp, type, colours */
    INFO_COLOURS = 112, /* the text says 110, but multiboot.h and GRUB have their union aligned */
    INFO_SIZE = 120,
};
enum information_flags {
    HAS_MEMORY = 1 << 0,
    HAS_BOOT_DEVICE = 1 << 1,
    HAS_COMMAND = 1 << 2,
    HAS_MODULES = 1 << 3,
    HAS_SECTIONS = 1 << 5,
    HAS_MAP = 1 << 6,
    HAS_LOADER_NAME = 1 << 9,
    HAS_VBE = 1 << 11,
    HAS_FRAMEBUFFER = 1 << 12,
};
enum { MAP_ENTRY = 24, MODULE_ENTRY = 16, NO_MODE = 0xffff };
enum vbe_mode_block {
    VBE_PITCH = 0x10,
    VBE_WIDTH = 0x12,
    VBE_HEIGHT = 0x14,
    VBE_DEPTH = 0x19,
    VBE_MEMORY_MODEL = 0x1b, /* 4: packed pixels, 6: direct colour */
    VBE_COLOURS = 0x1f,      /* size and position of red, green, blue */
    VBE_ADDRESS = 0x28,
};
enum { FRAMEBUFFER_RGB = 1, FRAMEBUFFER_TEXT = 2 };

struct writer {
    const struct kernel_plan *plan;
    u8 *bytes;
    u32 used;
};

static void add_flag(struct writer *to, u32 flag)
{
    store_le32(to->bytes, load_le32(to->bytes) | flag);
}

/* Bytes behind what is there, on a multiple of four; their physical address. The parts fit: texts
   were measured by multiboot_plan, and the rest takes 4 KB. */
static u32 put(struct writer *to, const void *from, u32 size)
{
    u32 at = to->used;
    memcpy(to->bytes + at, from, size);
    to->used = (at + size + 3) & ~3u;
    return to->plan->information + at;
}

static u32 put_text(struct writer *to, const char *text)
{
    return put(to, text, (u32)strlen(text) + 1);
}

/* KB from 1 MB up to the first hole. */
static u32 upper_kb(const struct firmware_facts *facts)
{
    for (unsigned i = 0; i < facts->map_count; i++)
        if (facts->map[i].type == 1 && facts->map[i].base == 0x100000)
            return (u32)(facts->map[i].size / KIB);
    return 0;
}

static void put_memory(struct writer *to, const struct firmware_facts *facts)
{
    u8 map[FIRMWARE_MAP_MAX * MAP_ENTRY];
    for (unsigned i = 0; i < facts->map_count; i++) {
        u8 *entry = map + (size_t)i * MAP_ENTRY;
        store_le32(entry, MAP_ENTRY - 4); /* the size field does not count itself */
        store_le64(entry + 4, facts->map[i].base);
        store_le64(entry + 12, facts->map[i].size);
        store_le32(entry + 20, facts->map[i].type);
    }
    store_le32(to->bytes + INFO_MEMORY_LOWER, facts->low_kb);
    store_le32(to->bytes + INFO_MEMORY_UPPER, upper_kb(facts));
    add_flag(to, HAS_MEMORY);
    if (!facts->map_count)
        return;
    store_le32(to->bytes + INFO_MAP_SIZE, facts->map_count * MAP_ENTRY);
    store_le32(to->bytes + INFO_MAP, put(to, map, facts->map_count * MAP_ENTRY));
    add_flag(to, HAS_MAP);
}

static void put_modules(struct writer *to)
{
    const struct kernel_plan *plan = to->plan;
    u8 list[KERNEL_MODULES_MAX * MODULE_ENTRY] = {0};
    for (unsigned i = 0; i < plan->module_count; i++) {
        u8 *entry = list + (size_t)i * MODULE_ENTRY;
        store_le32(entry, plan->modules[i].first);
        store_le32(entry + 4, plan->modules[i].end);
        store_le32(entry + 8, put_text(to, plan->arguments[i]));
    }
    store_le32(to->bytes + INFO_MODULE_COUNT, plan->module_count);
    store_le32(to->bytes + INFO_MODULES, put(to, list, plan->module_count * MODULE_ENTRY));
    add_flag(to, HAS_MODULES);
}

static void put_sections(struct writer *to)
{
    const struct kernel_plan *plan = to->plan;
    if (!plan->sections.count)
        return;
    store_le32(to->bytes + INFO_SECTIONS, plan->sections.count);
    store_le32(to->bytes + INFO_SECTIONS + 4, plan->sections.entry_size);
    store_le32(to->bytes + INFO_SECTIONS + 8, plan->sections.address);
    store_le32(to->bytes + INFO_SECTIONS + 12, plan->sections.name_section);
    add_flag(to, HAS_SECTIONS);
}

static void put_framebuffer(struct writer *to, u32 address, u32 pitch, u32 width, u32 height,
                            u8 depth, u8 type)
{
    u8 *at = to->bytes + INFO_FRAMEBUFFER;
    store_le64(at, address);
    store_le32(at + 8, pitch);
    store_le32(at + 12, width);
    store_le32(at + 16, height);
    at[20] = depth;
    at[21] = type;
    add_flag(to, HAS_FRAMEBUFFER);
}

static void put_video(struct writer *to, const struct firmware_facts *facts)
{
    const u8 *mode = facts->mode;
    if (facts->vbe_mode == NO_MODE) {
        put_framebuffer(to, 0xb8000, 160, 80, 25, 16, FRAMEBUFFER_TEXT);
        return;
    }
    store_le32(to->bytes + INFO_VBE_CONTROLLER, put(to, facts->controller, 512));
    store_le32(to->bytes + INFO_VBE_MODE_BLOCK, put(to, mode, 256));
    store_le16(to->bytes + INFO_VBE_MODE, facts->vbe_mode);
    add_flag(to, HAS_VBE);
    if (mode[VBE_MEMORY_MODEL] != 6 && mode[VBE_DEPTH] <= 8)
        return; /* the specification's indexed type wants a palette that the VBE does not give */
    put_framebuffer(to, load_le32(mode + VBE_ADDRESS), load_le16(mode + VBE_PITCH),
                    load_le16(mode + VBE_WIDTH), load_le16(mode + VBE_HEIGHT), mode[VBE_DEPTH],
                    FRAMEBUFFER_RGB);
    for (unsigned colour = 0; colour < 3; colour++) {
        u8 *to_colour = to->bytes + INFO_COLOURS + 2 * (size_t)colour;
        to_colour[0] = mode[VBE_COLOURS + 2 * colour + 1]; /* position */
        to_colour[1] = mode[VBE_COLOURS + 2 * colour];     /* size */
    }
}

u32 multiboot_information(const struct kernel_plan *plan, const struct firmware_facts *facts,
                          u8 *bytes)
{
    struct writer to = {plan, bytes, INFO_SIZE};
    put_memory(&to, facts);
    if (facts->has_disk) {
        store_le32(bytes + INFO_BOOT_DEVICE, 0x80ffffff); /* first hard disk, no partition */
        add_flag(&to, HAS_BOOT_DEVICE);
    }
    store_le32(bytes + INFO_COMMAND, put_text(&to, plan->command));
    add_flag(&to, HAS_COMMAND);
    put_modules(&to);
    put_sections(&to);
    store_le32(bytes + INFO_LOADER_NAME, put_text(&to, "glass386"));
    add_flag(&to, HAS_LOADER_NAME);
    put_video(&to, facts);
    return to.used;
}
