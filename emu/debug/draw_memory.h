#ifndef GLASS386_DEBUG_DRAW_MEMORY_H
#define GLASS386_DEBUG_DRAW_MEMORY_H

#include "cpu/cpu.h"
#include "debug/guest_frames.h"
#include "debug/picture.h"

/* Pictures of a guest's memory. Where the kernel's symbols tell nothing, the page tables alone are
   drawn; `slots` has no picture then. Each begins the picture; looks only. */

/* The 64 slots of 64 MB: who lives there, with how many pages. False when no kernel is known. */
bool draw_slots(const struct guest_kernel *kernel, struct picture *picture);
/* The present page directory's 1024 entries, by the slot that they belong to. */
void draw_directory(const struct cpu *cpu, const struct guest_kernel *kernel,
                    struct picture *picture);
/* Physical memory, a cell a frame, by owner. */
void draw_physical(const struct cpu *cpu, const struct guest_kernel *kernel,
                   struct picture *picture);

#endif
