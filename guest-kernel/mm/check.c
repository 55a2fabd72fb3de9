/*
 * The self-check of memory: who uses each frame is counted anew, from the tasks down, and held against
 * mem_map[] and the swap bitmap. It never sleeps once its own frames are there, so what it sees is
 * one moment.
 */

#include <errno.h>
#include <string.h>
#include <sys/memcheck.h>

#include <asm/segment.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>
#include <linux/sys.h>

/* Users found so far, of frames and of swap pages; each fills one frame. */
struct census {
	unsigned char *frames, *swap;
	struct memcheck result;
};

_Static_assert(PAGING_PAGES <= PAGE_SIZE, "one byte for each frame must fit into a frame");

static void count_frame(struct census *c, unsigned long frame)
{
	if (frame >= LOW_MEM && frame < HIGH_MEMORY && c->frames[MAP_NR(frame)] < 255)
		c->frames[MAP_NR(frame)]++;
}

static void count_swap(struct census *c, unsigned long nr)
{
	if (!swap_page_in_use(nr))
		c->result.bad_swap++;
	else if (nr < PAGE_SIZE * 8)
		c->swap[nr >> 3] |= 1 << (nr & 7);
}

static void count_table(struct census *c, const unsigned long *table)
{
	int i;

	for (i = 0; i < ENTRIES_PER_TABLE; i++) {
		if (table[i] & PAGE_PRESENT) {
			count_frame(c, table[i] & PAGE_MASK);
			c->result.page_frames++;
		} else if (table[i]) {
			count_swap(c, table[i] >> 1);
			c->result.swap_used++;
		}
	}
}

/* Black nodes on every way down from a node, or -1 for a tree that breaks a rule. */
static int black_height(const struct vm_area_struct *node, const struct vm_area_struct *parent)
{
	int left, right;

	if (!node)
		return 0;
	if (node->rb_parent != parent || (node->rb_red && (!parent || parent->rb_red)))
		return -1;
	left = black_height(node->rb_child[0], node);
	right = black_height(node->rb_child[1], node);
	return left < 0 || left != right ? -1 : left + !node->rb_red;
}

/* The list must be sorted without overlaps, and be the walk through the tree. */
static void check_regions(struct census *c, struct task_struct *p)
{
	const struct vm_area_struct *area;
	unsigned long end = 0, count = 0, pages = 0;

	for (area = p->mm.mmap; area; area = area->vm_next) {
		if (area->vm_start < end || area->vm_end <= area->vm_start ||
		    (area->vm_start | area->vm_end) & ~PAGE_MASK ||
		    vma_at(p, area->vm_start) != area)
			c->result.bad_regions++;
		end = area->vm_end;
		pages += (area->vm_end - area->vm_start) >> 12;
		count++;
	}
	if (count != p->mm.map_count || pages != p->mm.total_vm || black_height(p->mm.mm_rb, NULL) < 0)
		c->result.bad_regions++;
	c->result.regions += count;
}

static void count_task(struct census *c, struct task_struct *p)
{
	const unsigned long *directory = user_directory(p);
	unsigned long i;

	count_frame(c, (unsigned long)p);
	count_frame(c, (unsigned long)p->mm.pgd);
	c->result.task_frames++;
	c->result.table_frames += p->mm.pgd != NULL;
	check_regions(c, p);
	for (i = 0; i < user_tables(); i++) {
		if (!(directory[i] & PAGE_PRESENT))
			continue;
		count_frame(c, directory[i] & PAGE_MASK);
		c->result.table_frames++;
		count_table(c, (const unsigned long *)(directory[i] & PAGE_MASK));
	}
}

static struct census *counting;

static void count_kernel_frame(unsigned long frame)
{
	count_frame(counting, frame);
	counting->result.kernel_frames++;
}

/* Pipes, the swap bitmap, the kernel's malloc(), and the two frames of the census itself. */
static void count_kernel(struct census *c)
{
	struct m_inode *inode;

	counting = c;
	for (inode = inode_table; inode < inode_table + NR_INODE; inode++)
		if (inode->i_pipe && inode->i_count)
			count_kernel_frame(inode->i_size);
	if (swap_bitmap_frame())
		count_kernel_frame(swap_bitmap_frame());
	count_kernel_frame((unsigned long)c->frames);
	count_kernel_frame((unsigned long)c->swap);
	c->result.region_frames = c->result.kernel_frames;
	malloc_pages(count_kernel_frame);
	c->result.region_frames = c->result.kernel_frames - c->result.region_frames;
}

static void compare(struct census *c)
{
	unsigned long i;

	for (i = 0; i < PAGING_PAGES; i++) {
		if (mem_map[i] == USED)
			continue;
		c->result.free_frames += !mem_map[i];
		c->result.lost_frames += mem_map[i] > c->frames[i];
		c->result.bad_frames += mem_map[i] < c->frames[i];
	}
	for (i = 1; i <= swap_pages(); i++)
		if (swap_page_in_use(i) && !(c->swap[i >> 3] >> (i & 7) & 1))
			c->result.lost_swap++;
	for (i = 0; i < (unsigned long)nr_buffers; i++)
		c->result.busy_buffers += start_buffer[i].b_count != 0;
	c->result.strict = strict_memory;
	c->result.private_spaces = private_memory;
}

int sys_memcheck(struct memcheck *user)
{
	struct census c;
	int i;

	verify_area(user, sizeof(*user));
	memset(&c, 0, sizeof(c));
	c.frames = (unsigned char *)get_free_page();
	c.swap = (unsigned char *)get_free_page();
	if (!c.frames || !c.swap) {
		free_page((unsigned long)c.frames);
		free_page((unsigned long)c.swap);
		return -ENOMEM;
	}
	for (i = 1; i < NR_TASKS; i++)
		if (task[i])
			count_task(&c, task[i]);
	count_kernel(&c);
	compare(&c);
	free_page((unsigned long)c.frames);
	free_page((unsigned long)c.swap);
	c.result.free_frames += 2;
	memcpy_tofs(user, &c.result, sizeof(c.result));
	return 0;
}
