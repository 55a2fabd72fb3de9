#include "loader/kernel.h"

#include "base/bits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOW_END 0x9fc00u /* the BIOS keeps its own data above */
#define HIGH_START 0x100000u

static bool overlaps(const struct kernel_piece *piece, u32 first, u32 size)
{
    return first < piece->physical + piece->memory_size && piece->physical < first + size;
}

/* RAM is 0-9FFFFh and from 1 MB up; the first page holds the BIOS's vectors and data. */
static bool lies_in_ram(u32 first, u32 size, u32 ram_size)
{
    u64 end = (u64)first + size;
    if (first < HIGH_START)
        return first >= 0x500 && end <= LOW_END;
    return end <= ram_size;
}

bool kernel_add_piece(struct kernel_plan *plan, const char *name, u32 ram_size,
                      const struct kernel_piece *piece, struct error *error)
{
    u64 end = (u64)piece->physical + piece->memory_size;
    if (piece->memory_size == 0)
        return true;
    if (!lies_in_ram(piece->physical, piece->memory_size, ram_size))
        return error_set(error,
                         "%.200s: wants the addresses %" PRIX32 "h to %" PRIX64
                         "h; expected RAM (500h to %Xh, 100000h to %" PRIX32 "h with this -m)",
                         name, piece->physical, end - 1, LOW_END - 1, ram_size - 1);
    for (unsigned i = 0; i < plan->piece_count; i++)
        if (overlaps(&plan->pieces[i], piece->physical, piece->memory_size))
            return error_set(error, "%.200s: two parts of it share the address %" PRIX32 "h", name,
                             piece->physical > plan->pieces[i].physical ? piece->physical
                                                                        : plan->pieces[i].physical);
    if (plan->piece_count == KERNEL_PIECES_MAX)
        return error_set(error, "%.200s: more than %u parts", name, KERNEL_PIECES_MAX);
    plan->pieces[plan->piece_count++] = *piece;
    return true;
}

void *kernel_allocate(struct kernel_plan *plan, size_t size, struct error *error)
{
    void *memory = plan->owned_count < ARRAY_COUNT(plan->owned) ? calloc(1, size) : NULL;
    if (!memory) {
        error_set(error, "not enough memory to load a kernel");
        return NULL;
    }
    plan->owned[plan->owned_count++] = memory;
    return memory;
}

u32 kernel_free_page(const struct kernel_plan *plan)
{
    u32 free_page = HIGH_START;
    for (unsigned i = 0; i < plan->piece_count; i++) {
        u32 end = plan->pieces[i].physical + plan->pieces[i].memory_size;
        if (end > free_page)
            free_page = end;
    }
    return (free_page + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

void kernel_plan_free(struct kernel_plan *plan)
{
    for (unsigned i = 0; i < plan->owned_count; i++)
        free(plan->owned[i]);
    memset(plan, 0, sizeof *plan);
}

static bool is_elf(const struct kernel_file *file)
{
    return file->size >= 4 && memcmp(file->bytes, "\177ELF", 4) == 0;
}

/* Its own boot disk; a Multiboot header further on is then of something that it carries along. */
static bool is_boot_disk(const struct kernel_file *file, long header)
{
    return file->size > 512 && load_le16(file->bytes + 510) == 0xaa55 && !is_elf(file) &&
           (header < 0 || !multiboot_has_addresses(file, (u32)header));
}

static bool make(struct kernel_plan *plan, const struct kernel_input *input, struct error *error)
{
    long header = multiboot_header_offset(&input->kernel);
    if (header >= 0 && !is_boot_disk(&input->kernel, header))
        return multiboot_plan(plan, input, (u32)header, error);
    if (linux_is_kernel(&input->kernel))
        return linux_plan(plan, input, error);
    if (is_elf(&input->kernel))
        return error_set(error,
                         "%.200s: an ELF file without a Multiboot header in its first 8 KB; "
                         "expected a Multiboot 1 or Linux kernel",
                         input->kernel.name);
    plan->kind = KERNEL_FLOPPY;
    return true;
}

bool kernel_plan_make(struct kernel_plan *plan, const struct kernel_input *input,
                      struct error *error)
{
    memset(plan, 0, sizeof *plan);
    if (make(plan, input, error))
        return true;
    kernel_plan_free(plan);
    return false;
}
