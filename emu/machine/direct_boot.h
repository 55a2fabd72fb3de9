#ifndef GLASS386_MACHINE_DIRECT_BOOT_H
#define GLASS386_MACHINE_DIRECT_BOOT_H

#include "base/field.h"
#include "bus/memory.h"
#include "loader/kernel.h"

/* The host's half of -kernel. The guest's half is an option ROM (bios/direct_boot.S) that takes
   INT 19h: when the firmware would boot, it leaves the firmware's answers at SCRATCH, has this unit
   put the kernel in place, and jumps to it. So a reset starts the kernel again, and any BIOS that
   calls option ROMs can do it.

   Port 503h, write: selects a word, 80h: put everything in place. Port 504h, read: the selected
   word, then the next one. The ports are there only with -kernel. */

#define DIRECT_BOOT_ROM_SIZE 4096u
#define DIRECT_BOOT_ROM_AT 0xdf000u

struct direct_boot {
    u8 selected;

    struct memory *memory;
    const struct kernel_plan *plan; /* null: no -kernel */
};

extern const struct field_table direct_boot_fields;

void direct_boot_init(struct direct_boot *boot, struct memory *memory,
                      const struct kernel_plan *plan);
void direct_boot_reset(struct direct_boot *boot);
u32 direct_boot_read(void *context, u16 port, unsigned size);
void direct_boot_write(void *context, u16 port, unsigned size, u32 value);

/* Pads the ROM's code to DIRECT_BOOT_ROM_SIZE so that its bytes add up to 0, as a BIOS wants it. */
void direct_boot_fill_rom(u8 *rom, const u8 *code, size_t size);

#endif
