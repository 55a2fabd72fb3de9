/*
 * The memory manager: frames, page tables, and the two kinds of page fault. docs/MEMORY.md
 * tells the whole story; here are the rules it rests on.
 *
 * One page directory, at physical address 0, serves the kernel and all tasks: task n owns
 * directory entries 16n..16n+15. mem_map[] counts the users of every frame from 1 MB up.
 * Frames below 1 MB (the kernel itself, seen by tasks 0 and 1) are never counted or freed.
 */

#include <string.h>

#include <asm/system.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#define FRAME_MASK (~(PAGE_SIZE - 1UL))
#define PAGE_TABLE 7 /* present, writable, user */
#define PAGE_READONLY_CLEAR (~(unsigned long)PAGE_RW)

#define ERROR_WRITE 2 /* page fault error code, PRM 9.8.14 */

#define ENTRIES 1024
#define GRANULE (ENTRIES * PAGE_SIZE) /* what one table maps */

unsigned long HIGH_MEMORY;
unsigned char mem_map[PAGING_PAGES];

void oom(void)
{
	printk("out of memory\n");
	do_exit(SIGSEGV);
}

void mem_init(unsigned long start_mem, unsigned long end_mem)
{
	unsigned long frame;

	HIGH_MEMORY = end_mem;
	memset(mem_map, USED, sizeof(mem_map));
	for (frame = start_mem & FRAME_MASK; frame + PAGE_SIZE <= end_mem; frame += PAGE_SIZE)
		mem_map[MAP_NR(frame)] = 0;
}

/* Takes one user off a frame; with the last the frame is free. */
void free_page(unsigned long frame)
{
	if (frame < LOW_MEM)
		return;
	if (frame >= HIGH_MEMORY)
		panic("trying to free a page beyond memory");
	if (!mem_map[MAP_NR(frame)])
		panic("trying to free a free page");
	mem_map[MAP_NR(frame)]--;
}

static unsigned long *directory_entry(unsigned long linear)
{
	return pg_dir + (linear >> 22);
}

/* The table entry of a page, NULL where there is no table. */
static unsigned long *table_entry_of(unsigned long linear)
{
	unsigned long *directory = directory_entry(linear);

	if (!(*directory & PAGE_PRESENT))
		return NULL;
	return (unsigned long *)(*directory & FRAME_MASK) + ((linear >> 12) & (ENTRIES - 1));
}

/* The same, with a table made if there was none. NULL when memory is short. */
static unsigned long *make_table_entry(unsigned long linear)
{
	unsigned long *directory = directory_entry(linear);
	unsigned long table;

	if (!(*directory & PAGE_PRESENT)) {
		table = get_free_page();
		if (!table)
			return NULL;
		if (*directory & PAGE_PRESENT) /* made by somebody while we slept */
			free_page(table);
		else
			*directory = table | PAGE_TABLE;
	}
	return table_entry_of(linear);
}

int page_is_present(unsigned long linear)
{
	unsigned long *entry = table_entry_of(linear);

	return entry && *entry & PAGE_PRESENT;
}

static void free_table(unsigned long *table)
{
	int i;

	for (i = 0; i < ENTRIES; i++) {
		if (table[i] & PAGE_PRESENT)
			free_page(table[i] & FRAME_MASK);
		else if (table[i])
			swap_free(table[i] >> 1);
		table[i] = 0;
	}
	free_page((unsigned long)table);
}

/* Frees all pages and tables of [from, from+size), in granules of 4 MB. */
int free_page_tables(unsigned long from, unsigned long size)
{
	unsigned long *directory = directory_entry(from);
	unsigned long n;

	if (from % GRANULE)
		panic("free_page_tables called with wrong alignment");
	if (!from)
		panic("trying to free up swapper memory space");
	for (n = (size + GRANULE - 1) / GRANULE; n-- > 0; directory++) {
		if (!(*directory & PAGE_PRESENT))
			continue;
		free_table((unsigned long *)(*directory & FRAME_MASK));
		*directory = 0;
	}
	invalidate();
	return 0;
}

/*
 * A page of the parent's that is out in swap: reading it back gives the parent a frame of
 * its own, and the child inherits the place in swap.
 */
static int copy_swapped(unsigned long *from, unsigned long *to)
{
	unsigned long frame = get_free_page();

	if (!frame)
		return -1;
	read_swap_page(*from >> 1, (char *)frame);
	*to = *from;
	*from = frame | PAGE_DIRTY | PAGE_TABLE;
	return 0;
}

/*
 * Both sides read-only from now on; the frame has one user more. Frames of the kernel stay as
 * they are.
 */
static void copy_present(unsigned long *from, unsigned long *to)
{
	unsigned long entry = *from & PAGE_READONLY_CLEAR;

	*to = entry;
	if ((entry & FRAME_MASK) < LOW_MEM)
		return;
	*from = entry;
	mem_map[MAP_NR(entry)]++;
}

static int copy_table(unsigned long *from, unsigned long *to, int entries)
{
	int i;

	for (i = 0; i < entries; i++) {
		if (!from[i])
			continue;
		if (from[i] & PAGE_PRESENT)
			copy_present(&from[i], &to[i]);
		else if (copy_swapped(&from[i], &to[i]))
			return -1;
	}
	return 0;
}

/*
 * fork's half of copy-on-write: gives [to, to+size) the pages of [from, from+size). No page
 * is copied, only the tables are. From task 0 (from = 0) only 640 KB are taken over. -1 when
 * memory is short; what was copied so far is the caller's to free.
 */
int copy_page_tables(unsigned long from, unsigned long to, long size)
{
	unsigned long *from_dir = directory_entry(from);
	unsigned long *to_dir = directory_entry(to);
	unsigned long n, table;
	int result = 0;

	if (from % GRANULE || to % GRANULE)
		panic("copy_page_tables called with wrong alignment");
	for (n = (size + GRANULE - 1) / GRANULE; n-- > 0 && !result; from_dir++, to_dir++) {
		if (*to_dir & PAGE_PRESENT)
			panic("copy_page_tables: already exist");
		if (!(*from_dir & PAGE_PRESENT))
			continue;
		table = get_free_page();
		if (!table) {
			result = -1;
			break;
		}
		*to_dir = table | PAGE_TABLE;
		result = copy_table((unsigned long *)(*from_dir & FRAME_MASK),
				    (unsigned long *)table, from ? ENTRIES : 160);
	}
	invalidate();
	return result;
}

static unsigned long install_page(unsigned long frame, unsigned long linear, unsigned long bits)
{
	unsigned long *entry;

	if (frame < LOW_MEM || frame >= HIGH_MEMORY)
		printk("put_page: %lx at %lx is no managed frame\n", frame, linear);
	else if (mem_map[MAP_NR(frame)] != 1)
		printk("put_page: frame %lx at %lx has %d users\n", frame, linear,
		       mem_map[MAP_NR(frame)]);
	entry = make_table_entry(linear);
	if (!entry)
		return 0;
	*entry = frame | bits;
	return frame;
}

/*
 * Maps a frame at a linear address. A page that becomes present needs no TLB flush. 0 = no
 * memory for the table.
 */
unsigned long put_page(unsigned long frame, unsigned long linear)
{
	return install_page(frame, linear, PAGE_TABLE);
}

/* The same, for a page whose contents exist nowhere else. */
unsigned long put_dirty_page(unsigned long frame, unsigned long linear)
{
	return install_page(frame, linear, PAGE_TABLE | PAGE_DIRTY);
}

/*
 * Makes a read-only page writable: the last user just gets the right back, anybody else a
 * copy. Getting the frame may sleep, and the entry may have changed meanwhile; then the
 * program meets its fault again.
 */
void un_wp_page(unsigned long *table_entry)
{
	unsigned long entry = *table_entry;
	unsigned long old = entry & FRAME_MASK;
	unsigned long new;

	if (old >= LOW_MEM && mem_map[MAP_NR(old)] == 1) {
		*table_entry |= PAGE_RW;
		invalidate();
		return;
	}
	new = get_free_page();
	if (!new)
		oom();
	if ((*table_entry ^ entry) & (FRAME_MASK | PAGE_PRESENT | PAGE_RW)) {
		free_page(new);
		return;
	}
	copy_page(old, new);
	*table_entry = new | PAGE_DIRTY | PAGE_TABLE;
	free_page(old);
	invalidate();
}

/* A write to a present, read-only page. */
void do_wp_page(unsigned long error_code, unsigned long linear)
{
	(void)error_code;
	current->min_flt++;
	un_wp_page(table_entry_of(linear));
}

/*
 * Makes a page present, writable and dirty for a write by the kernel, which a 386 lets
 * through read-only pages (no CR0.WP). Dirty keeps the page from being shared by
 * another task before the write has come.
 */
void write_verify(unsigned long linear)
{
	unsigned long *entry;

	for (;;) {
		entry = table_entry_of(linear);
		if (!entry || !(*entry & PAGE_PRESENT)) {
			do_no_page(ERROR_WRITE, linear);
			continue;
		}
		if (*entry & PAGE_RW)
			break;
		un_wp_page(entry);
	}
	*entry |= PAGE_DIRTY;
}

/*
 * Maps a new page. One that is about to be written is dirty at once: a clean page may be
 * dropped again before the program gets to its write, and with the swap space full program and
 * page would chase each other out of the last frame for ever.
 */
static void put_new_page(unsigned long frame, unsigned long linear, unsigned long error_code)
{
	unsigned long bits = error_code & ERROR_WRITE ? PAGE_TABLE | PAGE_DIRTY : PAGE_TABLE;

	if (install_page(frame, linear, bits))
		return;
	free_page(frame);
	oom();
}

static void get_empty_page(unsigned long linear, unsigned long error_code)
{
	unsigned long frame = get_free_page();

	if (!frame)
		oom();
	put_new_page(frame, linear, error_code);
}

/*
 * Takes the page at `offset` from task p, which runs the same file, if p has it and has
 * not written to it. Both have it read-only afterwards.
 */
static int try_to_share(unsigned long offset, struct task_struct *p)
{
	unsigned long *from;
	unsigned long *to = make_table_entry(current->start_code + offset);

	if (!to)
		oom();
	from = table_entry_of(p->start_code + offset);
	if (!from || (*from & (PAGE_PRESENT | PAGE_DIRTY)) != PAGE_PRESENT)
		return 0;
	if ((*from & FRAME_MASK) < LOW_MEM || (*from & FRAME_MASK) >= HIGH_MEMORY)
		return 0;
	if (*to)
		panic("try_to_share: page exists already");
	*from &= PAGE_READONLY_CLEAR;
	*to = *from;
	mem_map[MAP_NR(*from)]++;
	invalidate();
	return 1;
}

/*
 * Looks for a task, the highest slot first, that has this page of the same executable or
 * library.
 */
static int share_page(struct m_inode *inode, unsigned long offset)
{
	int slot;

	if (inode->i_count < 2)
		return 0;
	for (slot = NR_TASKS - 1; slot > 0; slot--) {
		struct task_struct *p = task[slot];

		if (!p || p == current)
			continue;
		if (inode != (offset < LIBRARY_OFFSET ? p->executable : p->library))
			continue;
		if (try_to_share(offset, p))
			return 1;
	}
	return 0;
}

/* Reads one page of a file, whose address 0 is byte 1024; holes in the file read as zeros. */
static void read_file_page(unsigned long frame, struct m_inode *inode, unsigned long address)
{
	int blocks[PAGE_SIZE / BLOCK_SIZE];
	int i;

	for (i = 0; i < PAGE_SIZE / BLOCK_SIZE; i++)
		blocks[i] = bmap(inode, 1 + address / BLOCK_SIZE + i);
	bread_page(frame, inode->i_dev, blocks);
}

/*
 * bss begins in the middle of the last page of data: what the file has behind end_data is no
 * data.
 */
static void clear_behind_data(unsigned long frame, unsigned long address, unsigned long end_data)
{
	if (end_data < address + PAGE_SIZE)
		memset((char *)frame + (end_data - address), 0, address + PAGE_SIZE - end_data);
}

/* The file behind a missing page, and the address in it; NULL for bss, heap and stack. */
static struct m_inode *backing_file(unsigned long offset, unsigned long *address)
{
	if (offset >= LIBRARY_OFFSET) {
		*address = offset - LIBRARY_OFFSET;
		return current->library;
	}
	*address = offset;
	return offset < current->end_data ? current->executable : NULL;
}

/* Loads a page of the executable or the library, shared with another task where possible. */
static void get_file_page(struct m_inode *inode, unsigned long offset, unsigned long address,
			  unsigned long error_code)
{
	unsigned long frame;

	if (!(error_code & ERROR_WRITE) && share_page(inode, offset)) {
		current->min_flt++;
		return;
	}
	current->maj_flt++;
	frame = get_free_page();
	if (!frame)
		oom();
	read_file_page(frame, inode, address);
	if (offset < LIBRARY_OFFSET)
		clear_behind_data(frame, address, current->end_data);
	put_new_page(frame, current->start_code + offset, error_code);
}

/*
 * A page that is not there: in swap, in the file the task runs, or nowhere yet. The last
 * gets a zeroed frame, whatever its address: nothing in the slot is forbidden.
 */
void do_no_page(unsigned long error_code, unsigned long linear)
{
	struct m_inode *inode;
	unsigned long *entry;
	unsigned long offset, address;

	linear &= FRAME_MASK;
	offset = linear - current->start_code;
	entry = make_table_entry(linear);
	if (!entry)
		oom();
	if (*entry) {
		current->maj_flt++;
		swap_in(entry);
		return;
	}
	inode = backing_file(offset, &address);
	if (inode) {
		get_file_page(inode, offset, address, error_code);
	} else {
		current->min_flt++;
		get_empty_page(linear, error_code);
	}
}
