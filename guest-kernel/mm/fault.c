/*
 * The two kinds of page fault, and what happens when there is no frame for one.
 *
 * In strict mode an address outside all regions, or an access that its region forbids, is SIGSEGV.
 * Else, as in 0.12, any address of the program's is given a page, and regions only say what it
 * holds; but what mmap() or mprotect() set holds always.
 */

#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>

#include "../kernel/kernel.h"

static int rights_hold(const struct vm_area_struct *area)
{
	return strict_memory || area->vm_flags & VM_STRICT;
}

/* May the program read, or write, here? */
int may_access(unsigned long address, unsigned long error_code)
{
	struct vm_area_struct *area = find_vma(current, address);

	if (!area)
		return !strict_memory || !current->mm.mm_rb; /* tasks 0 and 1 have no regions */
	if (!rights_hold(area))
		return 1;
	return !!(area->vm_flags & (error_code & FAULT_WRITE ? VM_WRITE : VM_READ | VM_EXEC));
}

/* The bits of a table entry in a region; without read access ring 3 is kept out (PAGE_USER). */
unsigned long page_bits(const struct vm_area_struct *area)
{
	unsigned long shared;

	if (!area || !rights_hold(area))
		return PAGE_TABLE;
	shared = area->vm_flags & VM_SHARED && area->vm_ops == &file_region ? PAGE_SHARED : 0;
	return PAGE_PRESENT | shared | (area->vm_flags & VM_WRITE ? PAGE_RW : 0) |
	       (area->vm_flags & VM_RIGHTS ? PAGE_USER : 0);
}

void oom(void)
{
	printk("out of memory\n");
	do_exit(SIGSEGV);
}

/* Pages a task holds, in memory or in swap. */
static unsigned long pages_of(const struct task_struct *p)
{
	const unsigned long *directory = user_directory(p), *table;
	unsigned long n, i, pages = 0;

	for (n = 0; n < user_tables(); n++) {
		if (!(directory[n] & PAGE_PRESENT))
			continue;
		table = (const unsigned long *)(directory[n] & PAGE_MASK);
		for (i = 0; i < ENTRIES_PER_TABLE; i++)
			pages += table[i] != 0;
	}
	return pages;
}

/* Who has most: its end helps the others most. Init is spared. */
static struct task_struct *largest_task(void)
{
	struct task_struct *largest = NULL;
	unsigned long pages, most = 0;
	int i;

	for (i = 2; i < NR_TASKS; i++) {
		if (!task[i] || task[i]->state == TASK_ZOMBIE)
			continue;
		pages = pages_of(task[i]);
		if (!largest || pages > most) {
			most = pages;
			largest = task[i];
		}
	}
	return largest;
}

#define KILLED (1L << (SIGKILL - 1))

/*
 * Memory and swap are full. The largest task goes; if that is the current one, now, else it gets
 * SIGKILL and the current one waits a tick for its memory.
 */
void out_of_memory(void)
{
	struct task_struct *victim = largest_task();
	unsigned long timeout = current->timeout;

	if (!victim || victim == current || current->signal & KILLED)
		oom();
	if (!(victim->signal & KILLED)) {
		printk("out of memory: killing %s (%ld)\n", victim->comm, victim->pid);
		send_sig(SIGKILL, victim, 1);
		if (victim->state == TASK_INTERRUPTIBLE)
			victim->state = TASK_RUNNING;
	}
	current->timeout = jiffies + 1;
	current->state = TASK_INTERRUPTIBLE;
	current->counter = 0;
	schedule();
	current->timeout = timeout;
}

/* A zeroed frame for the current task, for which others may have to die. */
unsigned long get_user_frame(void)
{
	unsigned long frame;

	while (!(frame = get_free_page()))
		out_of_memory();
	return frame;
}

static unsigned long *user_entry(unsigned long address)
{
	unsigned long *entry;

	while (!(entry = make_table_entry(address)))
		out_of_memory();
	return entry;
}

/* A page of a file that others share is taken from whoever has it, also from one who read it meanwhile. */
static int take_shared(const struct vm_area_struct *area, unsigned long address)
{
	return area && page_bits(area) & PAGE_SHARED && share_file_page(area, address);
}

/*
 * Maps a new page. One that is about to be written is dirty at once: a clean page may be
 * dropped again before the program gets to its write, and with the swap space full program and
 * page would chase each other out of the last frame for ever.
 */
static void put_new_page(unsigned long frame, unsigned long address, unsigned long error_code,
			 const struct vm_area_struct *area)
{
	unsigned long *entry = user_entry(address);

	*entry = frame | page_bits(area) | (error_code & FAULT_WRITE ? PAGE_DIRTY : 0);
}

/* Does task p have the same page of the same file there? */
static int has_same_page(struct task_struct *p, const struct vm_area_struct *area,
			 unsigned long address)
{
	const struct vm_area_struct *other = vma_at(p, address);

	return other && other->vm_ops == area->vm_ops && other->vm_inode == area->vm_inode &&
	       other->vm_file_end == area->vm_file_end &&
	       other->vm_offset - other->vm_start == area->vm_offset - area->vm_start;
}

/*
 * Takes the page from task p if p has it and has not written to it. Both have it read-only
 * afterwards.
 */
static int try_to_share(unsigned long address, struct task_struct *p,
			const struct vm_area_struct *area)
{
	unsigned long *to = table_entry_of(current, address);
	unsigned long *from;

	if (!has_same_page(p, area, address))
		return 0;
	from = table_entry_of(p, address);
	if (!from || (*from & (PAGE_PRESENT | PAGE_DIRTY)) != PAGE_PRESENT)
		return 0;
	if ((*from & PAGE_MASK) < LOW_MEM || (*from & PAGE_MASK) >= HIGH_MEMORY)
		return 0;
	if (*to)
		panic("try_to_share: page exists already");
	*from &= ~(unsigned long)PAGE_RW;
	*to = (*from & PAGE_MASK) | (page_bits(area) & ~(unsigned long)PAGE_RW);
	mem_map[MAP_NR(*from)]++;
	invalidate();
	return 1;
}

/* Looks for a task, the highest slot first, that has this page of the same file. */
static int share_page(const struct vm_area_struct *area, unsigned long address)
{
	int slot;

	if (!area->vm_ops->shareable || address >= area->vm_file_end)
		return 0;
	for (slot = NR_TASKS - 1; slot > 0; slot--) {
		struct task_struct *p = task[slot];

		if (!p || p == current)
			continue;
		if (p->executable != area->vm_inode && p->library != area->vm_inode)
			continue;
		if (try_to_share(address, p, area))
			return 1;
	}
	return 0;
}

/*
 * Has the region's kind fill a frame; 1 if it read a device. A page of a shared file is read again when
 * another was written back meanwhile: it may have been this one.
 */
static int fill_page(struct vm_area_struct *area, unsigned long address, unsigned long frame)
{
	unsigned long before;
	int result;

	if (!area || !area->vm_ops->nopage)
		return 0;
	do {
		before = pages_written_back;
		result = area->vm_ops->nopage(area, address, frame);
	} while (page_bits(area) & PAGE_SHARED && before != pages_written_back);
	return result;
}

/* A page that no table entry speaks of: of its region, or zeros where there is none. */
static void bring_page(struct vm_area_struct *area, unsigned long address, unsigned long error_code)
{
	unsigned long frame;

	if (take_shared(area, address) ||
	    (area && !(error_code & FAULT_WRITE) && share_page(area, address))) {
		current->min_flt++;
		return;
	}
	frame = get_user_frame();
	if (fill_page(area, address, frame))
		current->maj_flt++;
	else
		current->min_flt++;
	if (take_shared(area, address))
		free_page(frame);
	else
		put_new_page(frame, address, error_code, area);
}

/* A page that is not there: in swap, or what its region makes of it. */
void do_no_page(unsigned long error_code, unsigned long address)
{
	struct vm_area_struct *area;
	unsigned long *entry;

	address &= PAGE_MASK;
	area = find_vma(current, address);
	entry = user_entry(address);
	if (!*entry) {
		bring_page(area, address, error_code);
		return;
	}
	current->maj_flt++;
	swap_in(entry, page_bits(area));
}

/* A write to a present, read-only page. */
void do_wp_page(unsigned long error_code, unsigned long address)
{
	const struct vm_area_struct *area = find_vma(current, address);

	(void)error_code;
	current->min_flt++;
	un_wp_page(table_entry_of(current, address), page_bits(area) & PAGE_RW);
}

/*
 * Makes a page present, the task's own and dirty for a write by the kernel, which a 386 lets
 * through read-only pages (no CR0.WP). Dirty keeps the page from being shared by
 * another task before the write has come.
 */
void write_verify(unsigned long address)
{
	unsigned long writable = page_bits(find_vma(current, address)) & PAGE_RW;
	unsigned long *entry;

	for (;;) {
		entry = table_entry_of(current, address);
		if (!entry || !(*entry & PAGE_PRESENT)) {
			do_no_page(FAULT_WRITE, address);
			continue;
		}
		if (*entry & PAGE_RW)
			break;
		if (!writable && mem_map[MAP_NR(*entry)] == 1 && !(*entry & PAGE_SHARED))
			break;
		un_wp_page(entry, writable);
	}
	*entry |= PAGE_DIRTY;
}
