#ifndef GLASS386_LOADER_MULTIBOOT_H
#define GLASS386_LOADER_MULTIBOOT_H

#include "loader/kernel.h"

/* The information structure that a Multiboot kernel finds at EBX, made of the plan and of what the
   firmware answered. */

#define FIRMWARE_MAP_MAX 64u
#define MULTIBOOT_INFORMATION_MAX 0x8000u /* bytes */
#define MULTIBOOT_MAGIC 0x2badb002u       /* in EAX at the entry */

struct firmware_facts {
    u32 low_kb;
    struct {
        u64 base, size;
        u32 type;
    } map[FIRMWARE_MAP_MAX]; /* INT 15h E820h */
    unsigned map_count;
    bool has_disk;      /* drive 80h */
    u16 vbe_mode;       /* that is set; FFFFh: text */
    u8 controller[512]; /* INT 10h 4F00h; all zero without VBE */
    u8 mode[256];       /* INT 10h 4F01h of vbe_mode */
};

/* Fills bytes[MULTIBOOT_INFORMATION_MAX], zeroed, for the address plan->information; its size. */
u32 multiboot_information(const struct kernel_plan *plan, const struct firmware_facts *facts,
                          u8 *bytes);

#endif
