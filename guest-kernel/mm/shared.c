/*
 * Shared maps of files (MAP_SHARED): all tasks that map a page of a file have one frame of it, and what
 * they write goes back to the file at munmap, exec, exit and sync. Their entries carry
 * PAGE_SHARED: fork leaves such a page writable on both sides, and swap_out() passes a dirty one by,
 * since its place is the file and not the swap space.
 *
 * read() and write() on the file know nothing of the maps: they see what was written back.
 */

#include <string.h>

#include <linux/kernel.h>
#include <linux/sched.h>

#define BLOCKS_PER_PAGE (PAGE_SIZE / BLOCK_SIZE)

static int is_shared_file(const struct vm_area_struct *area)
{
	return area->vm_flags & VM_SHARED && area->vm_ops == &file_region;
}

/* The entry under which a region of the same file, shared too, has the page at a byte of the file. */
static unsigned long *entry_for(struct task_struct *p, const struct vm_area_struct *area,
				const struct m_inode *inode, unsigned long offset)
{
	unsigned long length = area->vm_end - area->vm_start;
	unsigned long *entry;

	if (area->vm_inode != inode || !is_shared_file(area) || offset < area->vm_offset ||
	    offset - area->vm_offset >= length)
		return NULL;
	entry = table_entry_of(p, area->vm_start + (offset - area->vm_offset));
	return entry && (*entry & (PAGE_PRESENT | PAGE_SHARED)) == (PAGE_PRESENT | PAGE_SHARED)
		       ? entry : NULL;
}

/*
 * Gives the current task the frame in which somebody, perhaps itself elsewhere, has this page; 0 when
 * nobody has. Its table must be there; nothing here sleeps.
 */
int share_file_page(const struct vm_area_struct *area, unsigned long address)
{
	unsigned long offset = area->vm_offset + (address - area->vm_start);
	unsigned long *from, *to = table_entry_of(current, address);
	const struct vm_area_struct *other;
	int slot;

	for (slot = NR_TASKS - 1; slot > 0; slot--) {
		if (!task[slot])
			continue;
		for (other = task[slot]->mm.mmap; other; other = other->vm_next) {
			from = entry_for(task[slot], other, area->vm_inode, offset);
			if (!from)
				continue;
			*to = (*from & PAGE_MASK) | page_bits(area);
			mem_map[MAP_NR(*from)]++;
			return 1;
		}
	}
	return 0;
}

/* Counts pages that went back: whoever reads a page from its file meanwhile must read it again. */
unsigned long pages_written_back;

/* The cache's blocks for a page of a file, as far as the file reaches; NULL for those there are none for. */
static void get_blocks(struct m_inode *inode, unsigned long offset, struct buffer_head *bh[])
{
	unsigned long at;
	int i, block;

	for (i = 0; i < BLOCKS_PER_PAGE; i++) {
		at = offset + i * BLOCK_SIZE;
		block = at < inode->i_size ? create_block(inode, at / BLOCK_SIZE) : 0;
		bh[i] = block ? bread(inode->i_dev, block) : NULL;
		if (!bh[i] && at < inode->i_size)
			printk("inode %04x:%d: no room for a mapped page, it is lost\n",
			       inode->i_dev, inode->i_num);
	}
}

static void fill_blocks(const struct m_inode *inode, unsigned long offset, unsigned long frame,
			struct buffer_head *bh[])
{
	unsigned long length;
	int i;

	for (i = 0; i < BLOCKS_PER_PAGE; i++, offset += BLOCK_SIZE) {
		if (!bh[i] || offset >= inode->i_size)
			continue;
		length = inode->i_size - offset;
		memcpy(bh[i]->b_data, (char *)frame + i * BLOCK_SIZE,
		       length < BLOCK_SIZE ? length : BLOCK_SIZE);
		bh[i]->b_dirt = 1;
	}
}

static int is_dirty(const unsigned long *entry)
{
	return entry && !(~*entry & (PAGE_PRESENT | PAGE_SHARED | PAGE_DIRTY));
}

/*
 * Writes back one page of the task in a slot. The blocks are got first, for which others may run; then, if
 * the page is still there and dirty, copy and clearing of the dirty bit are one step. So the
 * newest contents are always either in a frame that share_file_page() finds, or in the cache.
 */
static void write_page(int slot, const struct vm_area_struct *area, unsigned long address)
{
	unsigned long offset = area->vm_offset + (address - area->vm_start);
	unsigned long *entry = table_entry_of(task[slot], address);
	unsigned long frame = *entry & PAGE_MASK;
	struct buffer_head *bh[BLOCKS_PER_PAGE];
	struct m_inode *inode = area->vm_inode;
	int i;

	inode->i_count++;
	mem_map[MAP_NR(frame)]++; /* nobody else's before we are done */
	get_blocks(inode, offset, bh);
	entry = task[slot] ? table_entry_of(task[slot], address) : NULL;
	if (is_dirty(entry) && (*entry & PAGE_MASK) == frame) {
		*entry &= ~(unsigned long)PAGE_DIRTY;
		invalidate(); /* the TLB remembers that the page is dirty and would not set D again */
		fill_blocks(inode, offset, frame, bh);
		inode->i_mtime = inode->i_ctime = CURRENT_TIME;
		inode->i_dirt = 1;
		pages_written_back++;
	}
	for (i = 0; i < BLOCKS_PER_PAGE; i++)
		brelse(bh[i]);
	free_page(frame);
	iput(inode);
}

/* Writes back the first dirty page in [address, end); the address behind it, 0 when there is none. */
static unsigned long write_next(int slot, unsigned long address, unsigned long end)
{
	struct vm_area_struct *area = next_vma(task[slot], address);

	for (; area && area->vm_start < end; area = area->vm_next) {
		if (!is_shared_file(area) || !(area->vm_flags & VM_MAYWRITE))
			continue;
		if (address < area->vm_start)
			address = area->vm_start;
		for (; address < area->vm_end && address < end; address += PAGE_SIZE) {
			if (!is_dirty(table_entry_of(task[slot], address)))
				continue;
			write_page(slot, area, address);
			return address + PAGE_SIZE;
		}
	}
	return 0;
}

static int slot_of_current(void)
{
	int slot = 1;

	while (task[slot] != current)
		slot++;
	return slot;
}

/* Before the current task gives up [start, end), or all of its space. */
void write_back(unsigned long start, unsigned long end)
{
	int slot = slot_of_current();

	while ((start = write_next(slot, start, end)))
		;
}

/* sync(): all shared maps of all tasks. A slot may change hands while a page is written. */
void sync_mappings(void)
{
	unsigned long address;
	int slot;

	for (slot = 1; slot < NR_TASKS; slot++) {
		address = 0;
		while (task[slot] && (address = write_next(slot, address, ~0UL)))
			;
	}
}
