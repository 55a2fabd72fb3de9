#ifndef _SYS_MEMCHECK_H
#define _SYS_MEMCHECK_H

/*
 * System call 93, ours: memcheck(&result) counts every user of every frame and of every page of swap
 * space, and compares with the kernel's own books. All the first four are 0 when nothing is lost;
 * a task that waits for a disk in the middle of a page fault or an exec holds frames that
 * nothing names yet, which then count as lost.
 */
struct memcheck {
	unsigned long lost_frames;   /* mem_map counts more users than there are */
	unsigned long bad_frames;    /* or fewer */
	unsigned long lost_swap;     /* taken in the bitmap, named by no table entry */
	unsigned long bad_swap;      /* named, but free */
	unsigned long bad_regions;   /* breaches of list order, tree order or colour rules */
	unsigned long busy_buffers;  /* blocks in use at this moment */
	unsigned long free_frames, task_frames, table_frames, page_frames, kernel_frames;
	unsigned long swap_used;     /* pages */
	unsigned long regions, region_frames;
	int strict, private_spaces;  /* boot options */
};

#ifndef __KERNEL__
int memcheck(struct memcheck *result);
#endif

#endif
