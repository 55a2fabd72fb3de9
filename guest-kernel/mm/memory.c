/*
 * The memory manager: frames and page tables. docs/MEMORY.md tells the whole story; here are the
 * rules it rests on.
 *
 * With vm=shared one page directory, at physical address 0, serves the kernel and all tasks: task n
 * owns directory entries 16n..16n+15. With vm=private each task has a directory, of which it
 * owns entries 0..767. Either way user_directory() is where a task's own entries begin, and an
 * `address` is what the program calls so. mem_map[] counts the users of every frame from 1 MB up.
 * Frames below 1 MB (the kernel itself, seen by tasks 0 and 1) are never counted or freed.
 */

#include <string.h>

#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>

#define PAGE_READONLY_CLEAR (~(unsigned long)PAGE_RW)
#define KERNEL_ENTRIES 160 /* what task 1 gets of task 0: 640 KB */

unsigned long HIGH_MEMORY;
unsigned char mem_map[PAGING_PAGES];

void mem_init(unsigned long start_mem, unsigned long end_mem)
{
	unsigned long frame;

	HIGH_MEMORY = end_mem;
	memset(mem_map, USED, sizeof(mem_map));
	for (frame = start_mem & PAGE_MASK; frame + PAGE_SIZE <= end_mem; frame += PAGE_SIZE)
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

unsigned long *user_directory(const struct task_struct *p)
{
	return (p->mm.pgd ? p->mm.pgd : pg_dir) + (p->start_code >> 22);
}

unsigned long user_tables(void)
{
	return space_size() >> 22;
}

/* The table entry of a page, NULL where there is no table. */
unsigned long *table_entry_of(const struct task_struct *p, unsigned long address)
{
	unsigned long table = user_directory(p)[address >> 22];

	if (!(table & PAGE_PRESENT))
		return NULL;
	return (unsigned long *)(table & PAGE_MASK) + ((address >> 12) & (ENTRIES_PER_TABLE - 1));
}

/* The same for the current task, with a table made if there was none. NULL when memory is short. */
unsigned long *make_table_entry(unsigned long address)
{
	unsigned long *directory = user_directory(current) + (address >> 22);
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
	return table_entry_of(current, address);
}

int page_is_present(unsigned long address)
{
	unsigned long *entry = table_entry_of(current, address);

	return entry && *entry & PAGE_PRESENT;
}

/*
 * The next entry in [i, end) that is not 0, or something not below end. Tables are nearly empty: most of
 * what fork and exit do is to look at zeros, so eight are looked at together.
 */
static int next_entry(const unsigned long *table, int i, int end)
{
	const unsigned long *t;

	for (; i < end && i & 7; i++)
		if (table[i])
			return i;
	for (t = table + i; i < end; i += 8, t += 8)
		if (t[0] | t[1] | t[2] | t[3] | t[4] | t[5] | t[6] | t[7])
			break;
	while (i < end && !table[i])
		i++;
	return i;
}

#define EACH_ENTRY(table, i, end) \
	for ((i) = next_entry(table, 0, end); (i) < (end); (i) = next_entry(table, (i) + 1, end))

/* Whatever a table entry holds, it is given up. */
static void free_entry(unsigned long *entry)
{
	unsigned long old = *entry;

	*entry = 0;
	if (old & PAGE_PRESENT)
		free_page(old & PAGE_MASK);
	else if (old)
		swap_free(old >> 1);
}

/* Frees all pages and tables of a task. */
void free_page_tables(struct task_struct *p)
{
	unsigned long *directory = user_directory(p);
	unsigned long *table;
	int tables = user_tables();
	int n, i;

	if (p == task[0])
		panic("trying to free up swapper memory space");
	EACH_ENTRY(directory, n, tables) {
		if (!(directory[n] & PAGE_PRESENT))
			continue;
		table = (unsigned long *)(directory[n] & PAGE_MASK);
		EACH_ENTRY(table, i, ENTRIES_PER_TABLE)
			free_entry(&table[i]);
		directory[n] = 0;
		free_page((unsigned long)table);
	}
	invalidate();
}

/* Frees the pages of [start, end) of the current task; the tables stay until exit. */
void free_page_range(unsigned long start, unsigned long end)
{
	unsigned long *entry;

	while (start < end) {
		entry = table_entry_of(current, start);
		if (!entry) {
			start = (start & ~0x3fffffUL) + 0x400000;
			continue;
		}
		free_entry(entry);
		start += PAGE_SIZE;
	}
	invalidate();
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
	*from = frame | PAGE_DIRTY | PAGE_PRESENT | PAGE_USER; /* read-only: the rights are asked again */
	return 0;
}

/*
 * Both sides read-only from now on; the frame has one user more. Frames of the kernel, and pages of
 * shared maps, stay as they are.
 */
static void copy_present(unsigned long *from, unsigned long *to)
{
	unsigned long entry = *from & PAGE_SHARED ? *from : *from & PAGE_READONLY_CLEAR;

	*to = entry;
	if ((entry & PAGE_MASK) < LOW_MEM)
		return;
	*from = entry;
	mem_map[MAP_NR(entry)]++;
}

static int copy_table(unsigned long *from, unsigned long *to, int entries)
{
	int i;

	EACH_ENTRY(from, i, entries) {
		if (from[i] & PAGE_PRESENT)
			copy_present(&from[i], &to[i]);
		else if (copy_swapped(&from[i], &to[i]))
			return -1;
	}
	return 0;
}

/*
 * fork's half of copy-on-write: gives a child all pages of the current task. No page is copied, only
 * the tables are. From task 0 only 640 KB are taken over. -1 when memory is short; what was
 * copied so far is the caller's to free.
 */
int copy_page_tables(struct task_struct *child)
{
	unsigned long *from = user_directory(current), *to = user_directory(child);
	int tables = current == task[0] ? 1 : user_tables();
	unsigned long table;
	int n, result = 0;

	EACH_ENTRY(from, n, tables) {
		if (to[n] & PAGE_PRESENT)
			panic("copy_page_tables: already exist");
		if (!(from[n] & PAGE_PRESENT))
			continue;
		table = get_free_page();
		if (!table) {
			result = -1;
			break;
		}
		to[n] = table | PAGE_TABLE;
		result = copy_table((unsigned long *)(from[n] & PAGE_MASK), (unsigned long *)table,
				    current == task[0] ? KERNEL_ENTRIES : ENTRIES_PER_TABLE);
		if (result)
			break;
	}
	invalidate();
	return result;
}

/*
 * Maps a frame, whose contents exist nowhere else, in the current task. A page that becomes present
 * needs no TLB flush. 0 = no memory for the table.
 */
unsigned long put_dirty_page(unsigned long frame, unsigned long address)
{
	unsigned long *entry = make_table_entry(address);

	if (!entry)
		return 0;
	if (frame < LOW_MEM || frame >= HIGH_MEMORY)
		printk("put_page: %lx at %lx is no managed frame\n", frame, address);
	else if (mem_map[MAP_NR(frame)] != 1)
		printk("put_page: frame %lx at %lx has %d users\n", frame, address,
		       mem_map[MAP_NR(frame)]);
	*entry = frame | PAGE_TABLE | PAGE_DIRTY;
	return frame;
}

/* Those who get the right to write without a copy: the last user, and all of a shared map that has it. */
static int may_keep_frame(unsigned long entry, int writable)
{
	unsigned long frame = entry & PAGE_MASK;

	if (entry & PAGE_SHARED)
		return writable;
	return frame >= LOW_MEM && mem_map[MAP_NR(frame)] == 1;
}

/*
 * Makes a page of the current task its own, and writable where its region is: the last user just
 * gets the right back, anybody else a copy. Getting the frame may sleep, and the entry may
 * have changed meanwhile; then the program meets its fault again.
 */
void un_wp_page(unsigned long *table_entry, int writable)
{
	unsigned long entry = *table_entry;
	unsigned long old = entry & PAGE_MASK;
	unsigned long new;

	if (may_keep_frame(entry, writable)) {
		if (writable)
			*table_entry |= PAGE_RW;
		invalidate();
		return;
	}
	new = get_user_frame();
	if ((*table_entry ^ entry) & (PAGE_MASK | PAGE_PRESENT | PAGE_RW)) {
		free_page(new);
		return;
	}
	copy_page(old, new);
	*table_entry = new | PAGE_DIRTY | PAGE_PRESENT | (entry & PAGE_USER) |
		       (writable ? PAGE_RW : 0);
	free_page(old);
	invalidate();
}
