#ifndef _ASM_SYSTEM_H
#define _ASM_SYSTEM_H

#include <linux/head.h>
#include <linux/mm.h>

static inline void sti(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline void cli(void)
{
	__asm__ volatile("cli" : : : "memory");
}

static inline void clts(void)
{
	__asm__ volatile("clts");
}

/* Lets interrupts in and sleeps until one came: STI holds them off for one more instruction. */
static inline void sti_hlt(void)
{
	__asm__ volatile("sti; hlt" : : : "memory");
}

/* EFLAGS as a value, so that cli() ... restore_flags() nests. */
static inline unsigned long save_flags(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags) : : "memory");
	return flags;
}

static inline void restore_flags(unsigned long flags)
{
	__asm__ volatile("pushl %0; popfl" : : "r"(flags) : "memory", "cc");
}

/*
 * Gate types with P=1, DPL in bits 5-6 (PRM 9.5): an interrupt gate clears IF, a trap gate does
 * not.
 */
#define GATE_INTERRUPT 0x8e
#define GATE_TRAP 0x8f
#define GATE_SYSTEM 0xef

static inline void set_gate(unsigned vector, unsigned type, void (*handler)(void))
{
	unsigned long offset = (unsigned long)handler;

	idt[vector].a = (0x08UL << 16) | (offset & 0xffff);
	idt[vector].b = (offset & 0xffff0000UL) | (type << 8);
}

static inline void set_intr_gate(unsigned vector, void (*handler)(void))
{
	set_gate(vector, GATE_INTERRUPT, handler);
}

static inline void set_trap_gate(unsigned vector, void (*handler)(void))
{
	set_gate(vector, GATE_TRAP, handler);
}

static inline void set_system_gate(unsigned vector, void (*handler)(void))
{
	set_gate(vector, GATE_SYSTEM, handler);
}

/* A TSS (type 0x89) or LDT (type 0x82) descriptor, byte granular. */
static inline void set_tssldt_desc(struct desc_struct *entry, void *base, unsigned limit, unsigned type)
{
	unsigned long b = (unsigned long)base + kernel_base;

	entry->a = (b << 16) | limit;
	entry->b = (b & 0xff000000UL) | (type << 8) | ((b >> 16) & 0xff);
}

/* The 104 bytes of a 386 TSS and one more, as 0.12 has it. */
static inline void set_tss_desc(struct desc_struct *entry, void *base)
{
	set_tssldt_desc(entry, base, 104, 0x89);
}

/*
 * Three descriptors and no more. 0.12 has 104 here too; but behind the LDT lies the TSS, where fork() puts
 * the parent's registers: a program could load them with a descriptor of its choice and have its child use it.
 */
static inline void set_ldt_desc(struct desc_struct *entry, void *base)
{
	set_tssldt_desc(entry, base, 3 * sizeof(struct desc_struct) - 1, 0x82);
}

#endif
