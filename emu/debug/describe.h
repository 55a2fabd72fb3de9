#ifndef GLASS386_DEBUG_DESCRIBE_H
#define GLASS386_DEBUG_DESCRIBE_H

#include "base/text_out.h"
#include "cpu/cpu.h"

/* Hardware formats in words. */

/* A descriptor's 8 bytes taken apart (PRM 5.1.3, 6.3, 9.5). */
struct descriptor_fields {
    u32 base, limit; /* limit in bytes, granularity applied */
    u16 access;      /* as struct segment has it */
    u16 selector;    /* gates */
    u32 offset;      /* gates; 16 bits wide for 286 gates */
    u8 parameters;   /* call gates */
    u8 type, dpl;
    bool system, present, gate;
};
struct descriptor_fields descriptor_decode(u64 descriptor);

/* "code, DPL 3, execute/read, 32-bit, accessed", "TSS (386, busy), DPL 0", "not present"... */
void describe_descriptor(struct text_out *out, const struct descriptor_fields *fields);

/* The name of a type alone: "code", "data", "LDT", "TSS (386)", "interrupt gate (386)". */
const char *descriptor_type_name(const struct descriptor_fields *fields);

/* "P RW US A D" with a dash for each clear bit; `directory` leaves D out. */
void describe_page_entry(struct text_out *out, u32 entry, bool directory);

/* "id vip vif ac vm rf nt IOPL=3 of df IF tf sf ZF af PF cf": set bits in capitals, Bochs's form.
 */
void describe_eflags(struct text_out *out, u32 eflags);

/* "PG PE ET" : the set bits' names. */
void describe_cr0(struct text_out *out, u32 cr0);

/* The first later processor, as -cpu names it, that knows the instruction at a linear address; null
   when none does. */
const char *describe_later_level(const struct cpu *cpu, u32 linear);

#endif
