#ifndef _LINUX_HEAD_H
#define _LINUX_HEAD_H

/* The tables that boot/head.S lays out. A descriptor is two words, low word first. */

struct desc_struct {
	unsigned long a, b;
};

typedef struct desc_struct desc_table[256];

extern unsigned long pg_dir[1024]; /* the one page directory, at physical address 0 */
extern desc_table idt, gdt;

#define GDT_NUL 0
#define GDT_CODE 1
#define GDT_DATA 2
#define GDT_TMP 3

#define LDT_NUL 0
#define LDT_CODE 1
#define LDT_DATA 2

#endif
