/* 32-bit little-endian ELF executables for the i386, as a boot loader takes them.

   Reference: System V ABI, 4th edition, and its Intel386 supplement (chapters 4 and 5). */

#include "base/bits.h"
#include "loader/kernel.h"

#include <inttypes.h>
#include <string.h>

enum header {
    CLASS = 4, /* 1 = 32 bits */
    DATA = 5,  /* 1 = little endian */
    MACHINE = 18,
    ENTRY = 24,
    PROGRAM_OFFSET = 28,
    SECTION_OFFSET = 32,
    PROGRAM_ENTRY_SIZE = 42,
    PROGRAM_COUNT = 44,
    SECTION_ENTRY_SIZE = 46,
    SECTION_COUNT = 48,
    SECTION_NAMES = 50,
    HEADER_SIZE = 52,
};
enum { MACHINE_386 = 3, MACHINE_486 = 6 };

enum program {
    PROGRAM_TYPE = 0,
    PROGRAM_FILE_OFFSET = 4,
    PROGRAM_VIRTUAL = 8,
    PROGRAM_PHYSICAL = 12,
    PROGRAM_FILE_SIZE = 16,
    PROGRAM_MEMORY_SIZE = 20,
    PROGRAM_SIZE = 32,
};
#define TYPE_LOAD 1u

enum section {
    SECTION_TYPE = 4,
    SECTION_FLAGS = 8,
    SECTION_ADDRESS = 12,
    SECTION_FILE_OFFSET = 16,
    SECTION_BYTES = 20,
    SECTION_SIZE = 40,
};
enum { SECTION_SYMBOLS = 2, SECTION_STRINGS = 3, FLAG_ALLOCATED = 2 };

/* A table of the file: count entries of at least `least` bytes. */
static const u8 *table(const struct kernel_file *file, const char *what, enum header offset_at,
                       enum header size_at, u32 least, struct error *error)
{
    u32 offset = load_le32(file->bytes + offset_at), size = load_le16(file->bytes + size_at);
    u32 count = load_le16(file->bytes + size_at + 2);
    if (count && (size < least || (u64)offset + (u64)size * count > file->size)) {
        error_set(error,
                  "%.200s: %" PRIu32 " %s headers of %" PRIu32 " bytes at %" PRIu32
                  "; expected them within the file's %zu bytes",
                  file->name, count, what, size, offset, file->size);
        return NULL;
    }
    return count ? file->bytes + offset : file->bytes;
}

static bool check_header(const struct kernel_file *file, struct error *error)
{
    const u8 *bytes = file->bytes;
    if (file->size < HEADER_SIZE || memcmp(bytes, "\177ELF", 4) != 0)
        return error_set(error, "%.200s: no ELF header; expected an ELF file for the i386",
                         file->name);
    u16 machine = load_le16(bytes + MACHINE);
    if (bytes[CLASS] != 1 || bytes[DATA] != 1 || (machine != MACHINE_386 && machine != MACHINE_486))
        return error_set(error,
                         "%.200s: ELF class %u, data %u, machine %u; expected 1, 1 and 3 (32-bit "
                         "little-endian i386)",
                         file->name, bytes[CLASS], bytes[DATA], machine);
    return true;
}

/* A segment; also turns an entry that is one of its virtual addresses into a physical one. */
static bool add_segment(struct kernel_plan *plan, const struct kernel_file *file, u32 ram_size,
                        const u8 *program, struct error *error)
{
    u32 offset = load_le32(program + PROGRAM_FILE_OFFSET);
    u32 size = load_le32(program + PROGRAM_FILE_SIZE);
    u32 memory_size = load_le32(program + PROGRAM_MEMORY_SIZE);
    u32 linear = load_le32(program + PROGRAM_VIRTUAL);
    u32 physical = load_le32(program + PROGRAM_PHYSICAL);
    u32 entry = load_le32(file->bytes + ENTRY);
    if (size > memory_size || (u64)offset + size > file->size)
        return error_set(error,
                         "%.200s: a segment of %" PRIu32 " bytes at %" PRIu32 ", %" PRIu32
                         " in memory; expected it within the file's %zu bytes",
                         file->name, size, offset, memory_size, file->size);
    if (entry - linear < memory_size)
        plan->entry = physical + (entry - linear);
    struct kernel_piece piece = {physical, size, memory_size, file->bytes + offset};
    return kernel_add_piece(plan, file->name, ram_size, &piece, error);
}

static bool add_segments(struct kernel_plan *plan, const struct kernel_file *file, u32 ram_size,
                         struct error *error)
{
    const u8 *programs =
        table(file, "program", PROGRAM_OFFSET, PROGRAM_ENTRY_SIZE, PROGRAM_SIZE, error);
    u32 size = load_le16(file->bytes + PROGRAM_ENTRY_SIZE);
    u32 count = load_le16(file->bytes + PROGRAM_COUNT);
    if (!programs)
        return false;
    plan->entry = load_le32(file->bytes + ENTRY);
    for (u32 i = 0; i < count; i++)
        if (load_le32(programs + i * size + PROGRAM_TYPE) == TYPE_LOAD &&
            !add_segment(plan, file, ram_size, programs + i * size, error))
            return false;
    return plan->piece_count || error_set(error,
                                          "%.200s: an ELF file with nothing to load; expected "
                                          "at least one PT_LOAD segment",
                                          file->name);
}

/* Symbols and strings are not part of any segment: behind the kernel, with their new address in
   the header's copy. */
static bool add_section(struct kernel_plan *plan, const struct kernel_file *file, u32 ram_size,
                        u8 *section, struct error *error)
{
    u32 type = load_le32(section + SECTION_TYPE), size = load_le32(section + SECTION_BYTES);
    u32 offset = load_le32(section + SECTION_FILE_OFFSET);
    bool wanted = (type == SECTION_SYMBOLS || type == SECTION_STRINGS) &&
                  !(load_le32(section + SECTION_FLAGS) & FLAG_ALLOCATED);
    if (!wanted)
        return true;
    if ((u64)offset + size > file->size)
        return error_set(error,
                         "%.200s: a section of %" PRIu32 " bytes at %" PRIu32
                         "; expected it within the file's %zu bytes",
                         file->name, size, offset, file->size);
    struct kernel_piece piece = {kernel_free_page(plan), size, size, file->bytes + offset};
    store_le32(section + SECTION_ADDRESS, piece.physical);
    return kernel_add_piece(plan, file->name, ram_size, &piece, error);
}

static bool add_sections(struct kernel_plan *plan, const struct kernel_file *file, u32 ram_size,
                         struct error *error)
{
    const u8 *sections =
        table(file, "section", SECTION_OFFSET, SECTION_ENTRY_SIZE, SECTION_SIZE, error);
    u32 entry_size = load_le16(file->bytes + SECTION_ENTRY_SIZE);
    u32 count = load_le16(file->bytes + SECTION_COUNT);
    if (!sections)
        return false;
    if (!count)
        return true;
    u8 *copy = kernel_allocate(plan, (size_t)entry_size * count, error);
    if (!copy)
        return false;
    memcpy(copy, sections, (size_t)entry_size * count);
    for (u32 i = 0; i < count; i++)
        if (!add_section(plan, file, ram_size, copy + i * entry_size, error))
            return false;
    struct kernel_piece piece = {kernel_free_page(plan), entry_size * count, entry_size * count,
                                 copy};
    plan->sections.count = count;
    plan->sections.entry_size = entry_size;
    plan->sections.address = piece.physical;
    plan->sections.name_section = load_le16(file->bytes + SECTION_NAMES);
    return kernel_add_piece(plan, file->name, ram_size, &piece, error);
}

bool elf_plan(struct kernel_plan *plan, const struct kernel_file *file, u32 ram_size,
              struct error *error)
{
    return check_header(file, error) && add_segments(plan, file, ram_size, error) &&
           add_sections(plan, file, ram_size, error);
}
