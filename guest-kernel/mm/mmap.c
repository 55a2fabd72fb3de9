/*
 * The calls that make and change regions: brk, mmap, munmap, mprotect. None of them gets a frame; page
 * faults do.
 */

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <asm/segment.h>
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>
#include <linux/sys.h>

#define PATTERN_DEVICE 0x0106 /* /dev/pattern */
#define STACK_GAP 16384       /* brk keeps this far from the stack, as in 0.12 */

/* Where regions are placed that nobody wants anywhere. */
static unsigned long map_base(void)
{
	return private_memory ? 0x40000000UL : 0x02000000UL;
}

/* The region that brk would make longer: the program's data, or the anonymous one behind. */
static int grow_heap(unsigned long old_end, unsigned long new_end)
{
	struct vm_area_struct *last = vma_at(current, old_end - 1);
	struct vm_area_struct heap = {
		.vm_start = old_end, .vm_end = new_end, .vm_flags = VM_READ | VM_WRITE,
		.vm_ops = &anonymous_region,
	};

	if (!range_is_free(old_end, new_end))
		return -ENOMEM;
	if (!last || last->vm_flags != (VM_READ | VM_WRITE) ||
	    (last->vm_ops != &exec_region && last->vm_ops != &anonymous_region))
		return add_region(&heap);
	last->vm_end = new_end;
	current->mm.total_vm += (new_end - old_end) >> 12;
	return 0;
}

/* In 0.12 pages above a lowered brk stay the program's; only strict mode takes them away. */
static int shrink_heap(unsigned long new_end, unsigned long old_end)
{
	if (remove_regions(new_end, old_end))
		return -ENOMEM;
	if (strict_memory)
		free_page_range(new_end, old_end);
	return 0;
}

/* Moves the end of data. A value out of range, or not to be had, is ignored. Answers the end. */
int sys_brk(unsigned long end)
{
	unsigned long old_end = PAGE_UP(current->brk), new_end = PAGE_UP(end);
	int error = 0;

	if (end < current->end_code || end >= current->start_stack - STACK_GAP)
		return current->brk;
	if (current->mm.task_size != space_size())
		return current->brk;
	if (new_end > old_end)
		error = grow_heap(old_end, new_end);
	else if (new_end < old_end)
		error = shrink_heap(new_end, old_end);
	if (!error)
		current->brk = end;
	return current->brk;
}

/* The lowest gap of a size at or above `from`; 0 when there is none. */
static unsigned long find_gap(unsigned long from, unsigned long length)
{
	unsigned long limit = stack_top() - MAX_STACK;
	struct vm_area_struct *area = next_vma(current, from);

	for (; area; area = area->vm_next) {
		if (area->vm_start >= from && area->vm_start - from >= length)
			break;
		from = area->vm_end;
	}
	return from < limit && length <= limit - from ? from : 0;
}

static unsigned long choose_address(const struct mmap_arguments *a)
{
	unsigned long address = PAGE_UP(a->address), length = PAGE_UP(a->length);

	if (a->flags & MAP_FIXED)
		return a->address;
	if (address && address + length > address && address + length <= stack_top() - MAX_STACK &&
	    range_is_free(address, address + length))
		return address;
	address = find_gap(map_base(), length);
	return address ? address : find_gap(PAGE_UP(current->brk), length);
}

/* Completes a region from the open file behind it. */
static int fill_from_file(struct vm_area_struct *area, const struct mmap_arguments *a)
{
	struct file *file = a->fd >= 0 && a->fd < NR_OPEN ? current->filp[a->fd] : NULL;
	struct m_inode *inode = file ? file->f_inode : NULL;

	if (!inode)
		return -EBADF;
	if (S_ISCHR(inode->i_mode) && a->flags & MAP_SHARED && a->protection & PROT_WRITE)
		return -EINVAL; /* no device takes pages back */
	if (!(file->f_mode & 1))
		return -EACCES;
	if (a->flags & MAP_SHARED && file->f_mode & 2)
		area->vm_flags |= VM_MAYWRITE;
	else if (a->flags & MAP_SHARED && a->protection & PROT_WRITE)
		return -EACCES;
	find_path(inode);
	area->vm_inode = inode;
	area->vm_offset = a->offset;
	if (S_ISCHR(inode->i_mode) && inode->i_zone[0] == PATTERN_DEVICE) {
		area->vm_ops = &pattern_region;
		return 0;
	}
	if (!S_ISREG(inode->i_mode) || inode->i_pipe || is_proc(inode))
		return -ENODEV;
	area->vm_ops = &file_region;
	area->vm_file_end = area->vm_start;
	if (a->offset < inode->i_size)
		area->vm_file_end += inode->i_size - a->offset;
	if (area->vm_file_end < area->vm_start)
		return -EINVAL;
	return 0;
}

static int check_arguments(const struct mmap_arguments *a)
{
	unsigned long kind = a->flags & (MAP_SHARED | MAP_PRIVATE);

	if (!a->length || a->length > space_size() || a->protection & ~7UL)
		return -EINVAL;
	if (kind != MAP_SHARED && kind != MAP_PRIVATE)
		return -EINVAL;
	if (kind == MAP_SHARED && (a->flags & MAP_ANONYMOUS || a->offset & ~PAGE_MASK))
		return -EINVAL;
	if (a->offset & (BLOCK_SIZE - 1))
		return -EINVAL;
	if (a->flags & MAP_FIXED &&
	    (a->address & ~PAGE_MASK || a->address > space_size() - PAGE_UP(a->length)))
		return -EINVAL;
	return 0;
}

static int do_mmap(const struct mmap_arguments *a)
{
	struct vm_area_struct area = {.vm_ops = &anonymous_region};
	int error = check_arguments(a);

	if (error)
		return error;
	area.vm_start = choose_address(a);
	if (!area.vm_start && !(a->flags & MAP_FIXED))
		return -ENOMEM;
	area.vm_end = area.vm_start + PAGE_UP(a->length);
	area.vm_flags = a->protection | VM_STRICT | (a->flags & MAP_SHARED ? VM_SHARED : 0);
	if (!(a->flags & MAP_ANONYMOUS))
		error = fill_from_file(&area, a);
	if (error)
		return error;
	write_back(area.vm_start, area.vm_end);
	error = remove_regions(area.vm_start, area.vm_end);
	if (error)
		return error;
	free_page_range(area.vm_start, area.vm_end);
	error = add_region(&area);
	return error ? error : (int)area.vm_start;
}

/* A program before its exec, task 1, has no regions and gets none. */
int sys_mmap(const struct mmap_arguments *user)
{
	struct mmap_arguments a;

	if (current->mm.task_size != space_size())
		return -ENOMEM;
	memcpy_fromfs(&a, user, sizeof(a));
	return do_mmap(&a);
}

/* 0 for a range of whole pages that lies in the program's space. */
static int check_range(unsigned long start, unsigned long length)
{
	if (current->mm.task_size != space_size() || start & ~PAGE_MASK || !length)
		return -EINVAL;
	return length > space_size() || start > space_size() - PAGE_UP(length) ? -EINVAL : 0;
}

int sys_munmap(unsigned long start, unsigned long length)
{
	unsigned long end = start + PAGE_UP(length);
	int error = check_range(start, length);

	if (error)
		return error;
	write_back(start, end);
	error = remove_regions(start, end);
	if (!error)
		free_page_range(start, end);
	return error;
}

/* Rights of pages that are there already: less at once, more at the next fault. */
static void lower_rights(unsigned long start, unsigned long end, unsigned long flags)
{
	unsigned long *entry;

	for (; start < end; start += PAGE_SIZE) {
		entry = table_entry_of(current, start);
		if (!entry || !(*entry & PAGE_PRESENT))
			continue;
		*entry &= ~(unsigned long)(PAGE_RW | PAGE_USER);
		if (flags & VM_RIGHTS)
			*entry |= PAGE_USER;
	}
	invalidate();
}

/* True when regions cover all of [start, end). */
static int is_covered(unsigned long start, unsigned long end)
{
	struct vm_area_struct *area;

	for (area = vma_at(current, start); area && area->vm_start <= start; area = area->vm_next) {
		start = area->vm_end;
		if (start >= end)
			return 1;
	}
	return 0;
}

int sys_mprotect(unsigned long start, unsigned long length, unsigned long protection)
{
	unsigned long end = start + PAGE_UP(length);
	struct vm_area_struct *area;
	int error = check_range(start, length);

	if (error || protection & ~7UL)
		return -EINVAL;
	if (!is_covered(start, end))
		return -ENOMEM;
	if (split_region(start) || split_region(end))
		return -ENOMEM;
	for (area = vma_at(current, start); area && area->vm_start < end; area = area->vm_next) {
		if (area->vm_flags & VM_SHARED && protection & PROT_WRITE &&
		    !(area->vm_flags & VM_MAYWRITE))
			return -EACCES;
		area->vm_flags = (area->vm_flags & ~VM_RIGHTS) | protection | VM_STRICT;
	}
	lower_rights(start, end, protection);
	merge_regions(start, end);
	return 0;
}
