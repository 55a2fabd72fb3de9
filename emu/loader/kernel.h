#ifndef GLASS386_LOADER_KERNEL_H
#define GLASS386_LOADER_KERNEL_H

#include "base/error.h"
#include "base/types.h"

/* Kernels that start without a disk: what of a file goes where in memory, and how the processor
   enters it. Nothing here touches a machine; emu/machine/direct_boot.c does what a plan says. */

#define KERNEL_MODULES_MAX 32u
#define KERNEL_PIECES_MAX 96u

struct kernel_file {
    const char *name; /* as typed, for messages; a module's words follow in `words` */
    const char *words;
    const u8 *bytes;
    size_t size;
};

struct kernel_input {
    struct kernel_file kernel;
    const char *append; /* command line; null: none */
    struct kernel_file modules[KERNEL_MODULES_MAX];
    unsigned module_count;
    u32 ram_size; /* bytes */
};

enum kernel_kind {
    KERNEL_FLOPPY,    /* neither: an old kernel that is its own boot disk */
    KERNEL_LINUX,     /* entered in real mode at its setup code */
    KERNEL_MULTIBOOT, /* entered in protected mode */
};

/* `size` bytes go to `physical`, zeros follow up to memory_size. */
struct kernel_piece {
    u32 physical, size, memory_size;
    const u8 *bytes;
};

/* What a Multiboot kernel asks the firmware to show; width 0: text, and no wish. */
struct kernel_video {
    u32 width, height, depth;
};

struct kernel_plan {
    enum kernel_kind kind;
    u32 entry; /* Linux: segment of the setup code; Multiboot: linear address */
    u32 stack; /* Linux: SP */
    struct kernel_video video;
    struct kernel_piece pieces[KERNEL_PIECES_MAX];
    unsigned piece_count;

    /* Multiboot: the information structure is written at entry time, since the firmware is asked
       for a part of it (multiboot.h). */
    u32 information; /* physical address, passed in EBX */
    struct kernel_module_place {
        u32 first, end;
    } modules[KERNEL_MODULES_MAX];
    unsigned module_count;
    struct {
        u32 count, entry_size, address, name_section;
    } sections;
    const char *command;          /* kernel's name and -append */
    const char *const *arguments; /* each module's name and words */

    void *owned[4 + KERNEL_MODULES_MAX]; /* freed by kernel_plan_free */
    unsigned owned_count;
};

/* Fills the plan; the input's bytes must outlive it. False with one line that names the file, the
   value and what was expected; nothing to free then. KERNEL_FLOPPY is no failure: no format that
   is known here, and the caller may take the file for a boot disk. */
bool kernel_plan_make(struct kernel_plan *plan, const struct kernel_input *input,
                      struct error *error);
void kernel_plan_free(struct kernel_plan *plan);

/* ---- between the formats' own files ---- */

/* The offset of a Multiboot header, or -1. */
long multiboot_header_offset(const struct kernel_file *file);
/* Its header says where it goes, in place of an ELF file. */
bool multiboot_has_addresses(const struct kernel_file *file, u32 header);
bool multiboot_plan(struct kernel_plan *plan, const struct kernel_input *input, u32 header,
                    struct error *error);
bool linux_is_kernel(const struct kernel_file *file);
bool linux_plan(struct kernel_plan *plan, const struct kernel_input *input, struct error *error);
/* Program headers to pieces, the entry to a physical address, section headers and symbols behind
   the last piece. */
bool elf_plan(struct kernel_plan *plan, const struct kernel_file *file, u32 ram_size,
              struct error *error);

/* Adds a piece; false when it is outside RAM, over the BIOS, or over another piece. */
bool kernel_add_piece(struct kernel_plan *plan, const char *name, u32 ram_size,
                      const struct kernel_piece *piece, struct error *error);
/* Zeroed memory that the plan owns; null with the error set. */
void *kernel_allocate(struct kernel_plan *plan, size_t size, struct error *error);
/* The first page above 1 MB that no piece reaches. */
u32 kernel_free_page(const struct kernel_plan *plan);

#endif
