#ifndef GLASS386_CPU_BLOCKS_H
#define GLASS386_CPU_BLOCKS_H

#include "cpu/cpu.h"

/* What the rest of the CPU needs to know of the cache of decoded code; how it works is
   block_cache.h. */

bool blocks_init(struct cpu *cpu, struct error *error);
void blocks_free(struct cpu *cpu);
/* Forget everything decoded (level change, snapshot loaded, breakpoints changed). While the CPU
   runs this happens at the next instruction boundary. */
void blocks_flush(struct cpu *cpu);
/* RAM changed under decoded code (memory_code_watch.written). */
void blocks_code_written(void *cpu, u32 physical, u32 size);
/* CR3, paging or a code TLB entry changed: cached jumps between pages are stale. */
void blocks_forget_jumps(struct cpu *cpu);
/* CS, SS or CPL changed: recompute cpu->code_mode. */
void blocks_update_mode(struct cpu *cpu);

#endif
