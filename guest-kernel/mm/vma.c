/*
 * The regions of a task: a list sorted by address, for walking all of them, and a red-black tree, for
 * finding one. Both hold the same nodes. A task changes only its own regions, and the kernel is not
 * preempted, so nothing here needs a lock; iput() may sleep and therefore comes last.
 */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/sched.h>

/* The region that holds an address, or the next one above it; NULL when there is none. */
struct vm_area_struct *next_vma(struct task_struct *p, unsigned long address)
{
	struct vm_area_struct *node = p->mm.mm_rb, *found = NULL;

	p->mm.lookups++;
	while (node) {
		p->mm.steps++;
		if (node->vm_end > address) {
			found = node;
			if (node->vm_start <= address)
				break;
			node = node->rb_child[0];
		} else {
			node = node->rb_child[1];
		}
	}
	return found;
}

/* The region that holds an address, NULL when none does. */
struct vm_area_struct *vma_at(struct task_struct *p, unsigned long address)
{
	struct vm_area_struct *area = next_vma(p, address);

	return area && area->vm_start <= address ? area : NULL;
}

/* The highest region that begins below an address. */
static struct vm_area_struct *vma_below(struct task_struct *p, unsigned long address)
{
	struct vm_area_struct *node = p->mm.mm_rb, *found = NULL;

	while (node) {
		if (node->vm_start < address) {
			found = node;
			node = node->rb_child[1];
		} else {
			node = node->rb_child[0];
		}
	}
	return found;
}

/* A stack region grows by itself down to an address near enough with nothing in between. */
static struct vm_area_struct *grow_down(struct task_struct *p, struct vm_area_struct *area,
					unsigned long address)
{
	struct vm_area_struct *below = vma_below(p, area->vm_start);
	unsigned long start = address & PAGE_MASK;

	if (area->vm_end - start > MAX_STACK || (below && below->vm_end + PAGE_SIZE > start))
		return NULL;
	p->mm.total_vm += (area->vm_start - start) >> 12;
	area->vm_start = start;
	return area;
}

/* The region for a fault at an address, the stack grown if need be. */
struct vm_area_struct *find_vma(struct task_struct *p, unsigned long address)
{
	struct vm_area_struct *area = next_vma(p, address);

	if (!area || area->vm_start <= address)
		return area;
	return area->vm_flags & VM_GROWSDOWN ? grow_down(p, area, address) : NULL;
}

int range_is_free(unsigned long start, unsigned long end)
{
	struct vm_area_struct *area = next_vma(current, start);

	return !area || area->vm_start >= end;
}

static void link_region(struct task_struct *p, struct vm_area_struct *area)
{
	struct vm_area_struct *before = vma_below(p, area->vm_start);
	struct vm_area_struct **place = before ? &before->vm_next : &p->mm.mmap;

	area->vm_next = *place;
	*place = area;
	rb_insert(&p->mm.mm_rb, area);
	p->mm.map_count++;
	p->mm.total_vm += (area->vm_end - area->vm_start) >> 12;
}

static void unlink_region(struct task_struct *p, struct vm_area_struct *area)
{
	struct vm_area_struct *before = vma_below(p, area->vm_start);
	struct vm_area_struct **place = before ? &before->vm_next : &p->mm.mmap;

	*place = area->vm_next;
	rb_remove(&p->mm.mm_rb, area);
	p->mm.map_count--;
	p->mm.total_vm -= (area->vm_end - area->vm_start) >> 12;
}

static struct vm_area_struct *new_region(struct task_struct *p, const struct vm_area_struct *like)
{
	struct vm_area_struct *area;

	if (p->mm.map_count >= MAX_MAP_COUNT || !(area = malloc(sizeof(*area))))
		return NULL;
	*area = *like;
	if (area->vm_inode)
		area->vm_inode->i_count++;
	return area;
}

static void drop_region(struct vm_area_struct *area)
{
	struct m_inode *inode = area->vm_inode;

	free_s(area, sizeof(*area));
	iput(inode);
}

/* Neighbours that are one region in all but name. What exec made stays apart. */
static int can_merge(const struct vm_area_struct *a, const struct vm_area_struct *b)
{
	if (a->vm_end != b->vm_start || a->vm_flags != b->vm_flags || a->vm_ops != b->vm_ops ||
	    a->vm_inode != b->vm_inode || a->vm_flags & VM_GROWSDOWN)
		return 0;
	if (!a->vm_inode && a->vm_ops == &anonymous_region)
		return 1;
	return a->vm_file_end == b->vm_file_end &&
	       a->vm_offset + (a->vm_end - a->vm_start) == b->vm_offset;
}

/* Joins all neighbours that touch [start, end]. */
void merge_regions(unsigned long start, unsigned long end)
{
	struct vm_area_struct *area = vma_below(current, start);
	struct vm_area_struct *next;

	if (!area)
		area = current->mm.mmap;
	while (area && area->vm_start <= end && (next = area->vm_next)) {
		if (!can_merge(area, next)) {
			area = next;
			continue;
		}
		unlink_region(current, next);
		current->mm.total_vm += (next->vm_end - next->vm_start) >> 12;
		area->vm_end = next->vm_end;
		drop_region(next);
	}
}

/* Makes a region of the current task like `wanted`, in a place that must be free. */
int add_region(const struct vm_area_struct *wanted)
{
	struct vm_area_struct *area = new_region(current, wanted);

	if (!area)
		return -ENOMEM;
	if (!range_is_free(area->vm_start, area->vm_end)) { /* taken while malloc() slept? */
		drop_region(area);
		return -ENOMEM;
	}
	link_region(current, area);
	merge_regions(wanted->vm_start, wanted->vm_end);
	return 0;
}

/* Makes an address that lies inside a region the border of two. */
int split_region(unsigned long at)
{
	struct vm_area_struct *area = vma_at(current, at), *upper;

	if (!area || area->vm_start == at)
		return 0;
	upper = new_region(current, area);
	if (!upper)
		return -ENOMEM;
	upper->vm_start = at;
	if (upper->vm_inode)
		upper->vm_offset += at - area->vm_start;
	current->mm.total_vm -= (area->vm_end - at) >> 12;
	area->vm_end = at;
	link_region(current, upper);
	return 0;
}

/* Takes the regions out of [start, end); their pages are the caller's business. */
int remove_regions(unsigned long start, unsigned long end)
{
	struct vm_area_struct *area;

	if (split_region(start) || split_region(end))
		return -ENOMEM;
	while ((area = next_vma(current, start)) && area->vm_start < end) {
		unlink_region(current, area);
		drop_region(area);
	}
	return 0;
}

void free_regions(struct task_struct *p)
{
	struct vm_area_struct *area;

	p->mm.mm_rb = NULL;
	p->mm.map_count = p->mm.total_vm = 0;
	while ((area = p->mm.mmap)) {
		p->mm.mmap = area->vm_next;
		drop_region(area);
	}
}

/* Gives a child of the current task the same regions. -1 when memory is short. */
int copy_regions(struct task_struct *child)
{
	struct vm_area_struct *area, *copy;

	child->mm.mmap = child->mm.mm_rb = NULL;
	child->mm.map_count = child->mm.total_vm = 0;
	child->mm.lookups = child->mm.steps = 0;
	for (area = current->mm.mmap; area; area = area->vm_next) {
		copy = new_region(child, area);
		if (!copy) {
			free_regions(child);
			return -1;
		}
		link_region(child, copy);
	}
	return 0;
}
