/*
 * The kinds of regions, each a way to fill a missing page: from the program's file, from a library,
 * from a mapped file, with nothing, or with a pattern.
 */

#include <string.h>

#include <linux/kernel.h>
#include <linux/sched.h>

/* Reads 4 blocks of a file at a byte offset that is a multiple of 1024; holes read as zeros. */
static void read_file_page(unsigned long frame, struct m_inode *inode, unsigned long offset)
{
	int blocks[PAGE_SIZE / BLOCK_SIZE];
	int i;

	for (i = 0; i < PAGE_SIZE / BLOCK_SIZE; i++)
		blocks[i] = bmap(inode, offset / BLOCK_SIZE + i);
	bread_page(frame, inode->i_dev, blocks);
}

/*
 * A page of a file, cleared behind the end of what the region has of it: bss begins in the middle of
 * the last page of data, and a file rarely ends with a page.
 */
static int file_nopage(struct vm_area_struct *area, unsigned long address, unsigned long frame)
{
	unsigned long left = area->vm_file_end - address;

	if (address >= area->vm_file_end)
		return 0;
	read_file_page(frame, area->vm_inode, area->vm_offset + (address - area->vm_start));
	if (left < PAGE_SIZE)
		memset((char *)frame + left, 0, PAGE_SIZE - left);
	return 1;
}

/* Each word of a page is its own offset in the device: what was filled when can be seen. */
static int pattern_nopage(struct vm_area_struct *area, unsigned long address, unsigned long frame)
{
	unsigned long offset = area->vm_offset + (address - area->vm_start);
	unsigned long *word = (unsigned long *)frame;
	int i;

	for (i = 0; i < PAGE_SIZE / 4; i++)
		word[i] = offset + 4 * i;
	return 0;
}

const struct vm_operations_struct exec_region = {"exec", 1, file_nopage};
const struct vm_operations_struct library_region = {"library", 1, file_nopage};
const struct vm_operations_struct file_region = {"file", 0, file_nopage};
const struct vm_operations_struct anonymous_region = {"anonymous", 0, NULL};
const struct vm_operations_struct stack_region = {"stack", 0, NULL};
const struct vm_operations_struct pattern_region = {"pattern", 0, pattern_nopage};
