#ifndef GLASS386_TESTS_CPU_TESTBED_H
#define GLASS386_TESTS_CPU_TESTBED_H

#include "bus/clock.h"
#include "bus/memory.h"
#include "bus/ports.h"
#include "cpu/cpu.h"

/* A CPU with 4 MB of RAM and nothing else, and builders of what protected mode needs. */
struct cpu_testbed {
    struct cpu cpu;
    struct memory memory;
    struct ports ports;
    struct clock clock;
};

/* Where the builders put things; everything above 64 KB is free. */
#define BED_GDT 0x1000u
#define BED_GDT_ENTRIES 64u
#define BED_IDT 0x2000u
#define BED_LDT 0x3000u
#define BED_TSS 0x4000u
#define BED_OTHER_TSS 0x4200u
#define BED_TSS16 0x4400u
#define BED_CODE 0x8000u
#define BED_STACK(ring) (0xa000u + 0x1000u * (ring)) /* initial ESP of a ring */
#define BED_PAGE_DIRECTORY 0x100000u

/* Selectors of the standard GDT: flat code and data of each ring, and the system segments. */
#define BED_CODE_SELECTOR(ring) ((u16)((1 + 2 * (ring)) * 8 + (ring)))
#define BED_DATA_SELECTOR(ring) ((u16)((2 + 2 * (ring)) * 8 + (ring)))
#define BED_LDT_SELECTOR 0x48u
#define BED_TSS_SELECTOR 0x50u       /* busy: the current task */
#define BED_OTHER_TSS_SELECTOR 0x58u /* available, 386 */
#define BED_TSS16_SELECTOR 0x60u     /* available, 286 */
#define BED_FREE_SELECTOR 0x80u      /* from here on a test's own */

/* Access words (see SEG_* in cpu.h), DPL 0, present. */
#define BED_CODE32 0x409au
#define BED_CODE16 0x009au
#define BED_DATA32 0x4092u
#define BED_DATA16 0x0092u

/* Ready in real mode after reset, tables built; null when the host has no memory. */
struct cpu_testbed *cpu_testbed_new(enum cpu_level level);
void cpu_testbed_free(struct cpu_testbed *bed);

/* RAM also where a PC has its video memory and ROM. */
void cpu_testbed_fill_video_hole(struct cpu_testbed *bed);

/* Puts the CPU in protected mode at a ring, with flat segments, EIP = BED_CODE, IOPL 0. */
void cpu_testbed_enter_ring(struct cpu_testbed *bed, unsigned ring);
/* Puts the CPU in V86 mode with all segments 0x0800 and the given IOPL. */
void cpu_testbed_enter_v86(struct cpu_testbed *bed, unsigned iopl);
/* Maps the first 4 MB onto themselves for everybody and turns paging on. */
void cpu_testbed_enable_paging(struct cpu_testbed *bed);
/* The page table entry of a linear address below 4 MB, for looking and changing (flush after). */
u32 cpu_testbed_pte(struct cpu_testbed *bed, u32 linear);
void cpu_testbed_set_pte(struct cpu_testbed *bed, u32 linear, u32 entry);

/* Descriptors: in GDT or LDT by the selector's TI bit; limit in bytes (granular above 1 MB). */
void cpu_testbed_set_segment(struct cpu_testbed *bed, u16 selector, u32 base, u32 limit,
                             u16 access);
/* Gates: `access` holds P, DPL and type; count is for call gates. */
void cpu_testbed_set_gate(struct cpu_testbed *bed, u16 selector, u8 access, u16 target, u32 offset,
                          unsigned count);
void cpu_testbed_set_vector(struct cpu_testbed *bed, u8 vector, u8 access, u16 target, u32 offset);
/* The access word of a descriptor as it now lies in memory. */
u16 cpu_testbed_access(const struct cpu_testbed *bed, u16 selector);

u32 cpu_testbed_read32(const struct cpu_testbed *bed, u32 physical);
u16 cpu_testbed_read16(const struct cpu_testbed *bed, u32 physical);
void cpu_testbed_write32(struct cpu_testbed *bed, u32 physical, u32 value);
void cpu_testbed_write16(struct cpu_testbed *bed, u32 physical, u16 value);

#endif
