#ifndef _LINUX_MM_H
#define _LINUX_MM_H

/* Frames below 1 MB are never in mem_map; at most 16 MB are managed (PRM 5.2: 4096-byte pages). */
#define PAGE_SIZE 4096
#define LOW_MEM 0x100000UL
#define PAGING_MEMORY (15UL * 1024 * 1024)
#define PAGING_PAGES (PAGING_MEMORY >> 12)
#define MAP_NR(address) (((unsigned long)(address) - LOW_MEM) >> 12)
#define USED 100 /* mem_map value of a frame that get_free_page() must not give out */

/* Bits of a page table entry (PRM 5.2.4). */
#define PAGE_PRESENT 0x01
#define PAGE_RW 0x02
#define PAGE_USER 0x04
#define PAGE_ACCESSED 0x20
#define PAGE_DIRTY 0x40

#define SWAP_BITS (PAGE_SIZE << 3)

extern unsigned long HIGH_MEMORY; /* first byte beyond managed memory */
extern unsigned long buffer_memory_end, main_memory_start; /* set by main() */
extern unsigned char mem_map[PAGING_PAGES];

/* Flushes the TLB: every lowering of rights must end with it. */
static inline void invalidate(void)
{
	__asm__ volatile("movl %0,%%cr3" : : "r"(0) : "memory");
}

/* memory.c */
void mem_init(unsigned long start_mem, unsigned long end_mem);
void free_page(unsigned long frame);
unsigned long put_page(unsigned long frame, unsigned long linear);
unsigned long put_dirty_page(unsigned long frame, unsigned long linear);
int free_page_tables(unsigned long from, unsigned long size);
int copy_page_tables(unsigned long from, unsigned long to, long size);
void un_wp_page(unsigned long *table_entry);
void write_verify(unsigned long linear);
int page_is_present(unsigned long linear);
void do_no_page(unsigned long error_code, unsigned long linear);
void do_wp_page(unsigned long error_code, unsigned long linear);
void oom(void) __attribute__((noreturn));

/* swap.c */
extern int SWAP_DEV;
extern unsigned long swap_ins, swap_outs;
unsigned long get_free_page(void); /* a zeroed frame, 0 when memory and swap are full */
int swap_out(void);
void swap_in(unsigned long *table_entry);
void swap_free(unsigned long swap_nr);
void read_swap_page(unsigned long swap_nr, char *buffer);
void init_swapping(void);
unsigned long swap_pages(void);
unsigned long free_swap_pages(void);

static inline void copy_page(unsigned long from, unsigned long to)
{
	unsigned long words = PAGE_SIZE / 4;

	__asm__ volatile("cld; rep movsl" : "+S"(from), "+D"(to), "+c"(words) : : "memory");
}

#endif
