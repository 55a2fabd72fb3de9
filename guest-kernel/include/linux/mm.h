#ifndef _LINUX_MM_H
#define _LINUX_MM_H

struct m_inode;
struct task_struct;

/* Frames below 1 MB are never in mem_map; at most 16 MB are managed (PRM 5.2: 4096-byte pages). */
#define PAGE_SIZE 4096
#define PAGE_MASK (~(PAGE_SIZE - 1UL))
#define PAGE_UP(bytes) (((bytes) + PAGE_SIZE - 1UL) & PAGE_MASK)
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
#define PAGE_TABLE 7 /* present, writable, user */
#define PAGE_SHARED 0x200 /* of the bits free for us: a page of a file that all its mappers share */

#define ENTRIES_PER_TABLE 1024
#define FAULT_PRESENT 1 /* page fault error code, PRM 9.8.14 */
#define FAULT_WRITE 2

/*
 * vm=private: the kernel's 16 MB at 3 GB of every directory, closed to ring 3; its segments have
 * this base, so that its addresses stay physical ones. With vm=shared kernel_base is 0.
 */
#define KERNEL_ALIAS 0xc0000000UL
#define KERNEL_ALIAS_ENTRY (KERNEL_ALIAS >> 22)
#define LINK_BASE 0x08048000UL /* where a program with an entry at or above it is linked */

#define SWAP_BITS (PAGE_SIZE << 3)

#define VM_READ 0x01
#define VM_WRITE 0x02
#define VM_EXEC 0x04
#define VM_SHARED 0x08
#define VM_RIGHTS (VM_READ | VM_WRITE | VM_EXEC)
#define VM_GROWSDOWN 0x10
#define VM_STRICT 0x20 /* made by mmap or mprotect: its rights hold in lax mode too */
#define VM_MAYWRITE 0x40 /* shared, and the file is open for writing: dirty pages go back to it */

#define MAX_MAP_COUNT 1010 /* regions of one task; its inodes' 16-bit counts must not overflow */
#define MAX_STACK 0x00800000UL /* how far a stack may grow */

struct vm_area_struct;

/* What differs between kinds of regions. */
struct vm_operations_struct {
	const char *name;
	int shareable; /* a clean page equals that of another task running the same file */
	/* Fills a zeroed frame with the page at address; 1 if a device was read. NULL: stays zero. */
	int (*nopage)(struct vm_area_struct *area, unsigned long address, unsigned long frame);
};

/* One region: pages of one kind with the same rights. Addresses are offsets in the task's segment. */
struct vm_area_struct {
	unsigned long vm_start, vm_end;  /*  0 multiples of 4096 */
	unsigned long vm_flags;          /*  8 */
	unsigned long vm_offset;         /* 12 of vm_start in the file, bytes */
	struct m_inode *vm_inode;        /* 16 NULL: no file; counted */
	const struct vm_operations_struct *vm_ops; /* 20 */
	struct vm_area_struct *vm_next;  /* 24 sorted list */
	struct vm_area_struct *rb_child[2], *rb_parent; /* 28 red-black tree, by vm_start */
	unsigned long rb_red;            /* 40 */
	unsigned long vm_file_end;       /* 44 from this address on the file has nothing: zeros */
};

/* A task's whole address space. */
struct mm_struct {
	unsigned long *pgd;              /*  0 directory = CR3; 0 is the common one */
	struct vm_area_struct *mmap;     /*  4 lowest region */
	struct vm_area_struct *mm_rb;    /*  8 root of the tree */
	unsigned long map_count;         /* 12 regions */
	unsigned long total_vm;          /* 16 pages of all regions */
	unsigned long task_size;         /* 20 first address the program cannot have */
	unsigned long lookups, steps;    /* 24 searches in the tree, nodes seen by them */
};

extern unsigned long HIGH_MEMORY; /* first byte beyond managed memory */
extern unsigned long buffer_memory_end, main_memory_start; /* set by main() */
extern unsigned char mem_map[PAGING_PAGES];
extern unsigned long kernel_base; /* linear address of physical address 0 for the kernel */

/* Flushes the TLB: every lowering of rights must end with it. */
static inline void invalidate(void)
{
	unsigned long directory;

	__asm__ volatile("movl %%cr3,%0; movl %0,%%cr3" : "=r"(directory) : : "memory");
}

/* memory.c */
void mem_init(unsigned long start_mem, unsigned long end_mem);
void free_page(unsigned long frame);
unsigned long *user_directory(const struct task_struct *p);
unsigned long user_tables(void); /* directory entries of one task */
unsigned long *table_entry_of(const struct task_struct *p, unsigned long address);
unsigned long *make_table_entry(unsigned long address);
unsigned long put_dirty_page(unsigned long frame, unsigned long address);
void free_page_tables(struct task_struct *p);
void free_page_range(unsigned long start, unsigned long end);
int copy_page_tables(struct task_struct *child);
void un_wp_page(unsigned long *table_entry, int writable);

/* private.c */
void use_private_spaces(void);
int new_directory(unsigned long *directory);
unsigned long space_size(void); /* bytes of a program's address space */
unsigned long stack_top(void);

/* fault.c */
unsigned long get_user_frame(void); /* never fails; ends the task if it must */
void out_of_memory(void);
void oom(void) __attribute__((noreturn));
int may_access(unsigned long address, unsigned long error_code);
unsigned long page_bits(const struct vm_area_struct *area);
void write_verify(unsigned long address);
int page_is_present(unsigned long address);
void do_no_page(unsigned long error_code, unsigned long address);
void do_wp_page(unsigned long error_code, unsigned long address);

/* shared.c */
int share_file_page(const struct vm_area_struct *area, unsigned long address);
void write_back(unsigned long start, unsigned long end);
void sync_mappings(void);
extern unsigned long pages_written_back;

/* kinds.c */
extern const struct vm_operations_struct exec_region, library_region, file_region, anonymous_region,
	stack_region, pattern_region;

/* vma.c */
struct vm_area_struct *find_vma(struct task_struct *p, unsigned long address);
struct vm_area_struct *vma_at(struct task_struct *p, unsigned long address);
struct vm_area_struct *next_vma(struct task_struct *p, unsigned long address);
int range_is_free(unsigned long start, unsigned long end);
int add_region(const struct vm_area_struct *wanted);
int remove_regions(unsigned long start, unsigned long end);
int split_region(unsigned long at);
void merge_regions(unsigned long start, unsigned long end);
void free_regions(struct task_struct *p);
int copy_regions(struct task_struct *child);

/* rbtree.c */
void rb_insert(struct vm_area_struct **root, struct vm_area_struct *node);
void rb_remove(struct vm_area_struct **root, struct vm_area_struct *node);

/* swap.c */
extern int SWAP_DEV;
extern unsigned long swap_ins, swap_outs;
unsigned long get_free_page(void); /* a zeroed frame, 0 when memory and swap are full */
int swap_out(void);
void swap_in(unsigned long *table_entry, unsigned long bits);
void swap_free(unsigned long swap_nr);
void read_swap_page(unsigned long swap_nr, char *buffer);
void init_swapping(void);
unsigned long swap_pages(void);
unsigned long free_swap_pages(void);
int swap_page_in_use(unsigned long swap_nr);
unsigned long swap_bitmap_frame(void);

static inline void copy_page(unsigned long from, unsigned long to)
{
	unsigned long words = PAGE_SIZE / 4;

	__asm__ volatile("cld; rep movsl" : "+S"(from), "+D"(to), "+c"(words) : : "memory");
}

#endif
