/*
 * vm=private: every task has a page directory and flat segments. Programs have linear addresses 0 to
 * 3 GB to themselves; above lies the kernel, the same in all directories and closed to ring 3 by
 * the user bit. The kernel's segments get the base 3 GB, so that for it nothing changes: its
 * address x is still physical address x.
 */

#include <asm/segment.h>
#include <linux/head.h>
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>

#define KERNEL_TABLES 4 /* of 4 MB: the 16 MB that the kernel sees */

unsigned long kernel_base;
unsigned short user_ds = USER_DS;
unsigned long user_end = TASK_SIZE;

unsigned long space_size(void)
{
	return private_memory ? KERNEL_ALIAS : TASK_SIZE;
}

unsigned long stack_top(void)
{
	return private_memory ? KERNEL_ALIAS : LIBRARY_OFFSET;
}

/* The user bit of the directory entry is 0: that closes all pages below, whatever they say. */
static void make_alias(void)
{
	int i;

	for (i = 0; i < KERNEL_TABLES; i++)
		pg_dir[KERNEL_ALIAS_ENTRY + i] = (pg_dir[i] & PAGE_MASK) | PAGE_PRESENT | PAGE_RW;
}

/* Loads a table register: LGDT or LIDT from limit and linear base (PRM 5.1.3). */
struct table_register {
	unsigned short limit;
	unsigned long base;
} __attribute__((packed));

/* Every segment register is loaded again, since the CPU keeps base and limit in hidden parts. */
static void load_segments(void)
{
	struct table_register gdt_register = {sizeof(desc_table) - 1, kernel_base + (unsigned long)gdt};
	struct table_register idt_register = {sizeof(desc_table) - 1, kernel_base + (unsigned long)idt};

	__asm__ volatile("lgdt %0\n\t"
			 "lidt %1\n\t"
			 "ljmp $0x08,$1f\n"
			 "1:\tmovw %w2,%%ds\n\t"
			 "movw %w2,%%es\n\t"
			 "movw %w2,%%fs\n\t"
			 "movw %w2,%%gs\n\t"
			 "movw %w2,%%ss"
			 : : "m"(gdt_register), "m"(idt_register), "r"(KERNEL_DS) : "memory");
}

/*
 * Called once, with interrupts off, before any TSS exists. GDT entry 3 becomes what the kernel reads
 * programs' memory through: it ends at 3 GB, while the programs' own segments reach 4 GB.
 */
void use_private_spaces(void)
{
	make_alias();
	kernel_base = KERNEL_ALIAS;
	set_base(gdt + GDT_CODE, kernel_base);
	set_base(gdt + GDT_DATA, kernel_base);
	gdt[GDT_TMP].a = 0x0000ffff;
	gdt[GDT_TMP].b = 0x00c09200; /* data, writable, DPL 0, pages */
	set_limit(gdt + GDT_TMP, KERNEL_ALIAS);
	user_ds = GDT_TMP << 3;
	user_end = KERNEL_ALIAS;
	load_segments();
}

/* A directory with the kernel's part filled in; 0 with vm=shared. -1 when memory is short. */
int new_directory(unsigned long *directory)
{
	unsigned long i;

	*directory = 0;
	if (!private_memory)
		return 0;
	*directory = get_free_page();
	if (!*directory)
		return -1;
	for (i = KERNEL_ALIAS_ENTRY; i < ENTRIES_PER_TABLE; i++)
		((unsigned long *)*directory)[i] = pg_dir[i];
	return 0;
}
