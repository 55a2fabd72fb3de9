/*
 * The table of inodes in memory, and the way from a block of a file to a block of its device.
 */
#include "internal.h"
#include <asm/system.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/stat.h>

#define DIRECT_ZONES 7
#define ZONES_PER_BLOCK (BLOCK_SIZE / 2)
#define MAX_FILE_BLOCKS (DIRECT_ZONES + ZONES_PER_BLOCK + ZONES_PER_BLOCK * ZONES_PER_BLOCK)

struct m_inode inode_table[NR_INODE];

static void wait_on_inode(struct m_inode *inode)
{
	unsigned long flags = save_flags();

	cli();
	while (inode->i_lock)
		sleep_on(&inode->i_wait);
	restore_flags(flags);
}

static void lock_inode(struct m_inode *inode)
{
	wait_on_inode(inode);
	inode->i_lock = 1;
}

static void unlock_inode(struct m_inode *inode)
{
	inode->i_lock = 0;
	wake_up(&inode->i_wait);
}

/* The block of the inode table that holds an inode; *row is the inode's place in it. NULL for a
   number that a damaged directory made up. */
static struct buffer_head *inode_block(struct m_inode *inode, struct d_inode **row)
{
	struct super_block *sb = get_super(inode->i_dev);
	struct buffer_head *bh;
	unsigned index = inode->i_num - 1;

	if (!sb)
		panic("inode of a device that is not mounted");
	if (index >= sb->s_ninodes) {
		printk("inode %04x:%u: there are only %d\n", inode->i_dev, index + 1,
		       sb->s_ninodes);
		return NULL;
	}
	bh = bread(inode->i_dev,
		   2 + sb->s_imap_blocks + sb->s_zmap_blocks + index / INODES_PER_BLOCK);
	if (bh)
		*row = (struct d_inode *)bh->b_data + index % INODES_PER_BLOCK;
	return bh;
}

static int read_inode(struct m_inode *inode)
{
	struct buffer_head *bh;
	struct d_inode *row;

	if (is_proc(inode))
		return proc_read_inode(inode);
	lock_inode(inode);
	if ((bh = inode_block(inode, &row))) {
		memcpy(inode, row, sizeof(*row)); /* the two structures begin alike */
		inode->i_atime = inode->i_ctime = inode->i_mtime;
		brelse(bh);
	}
	unlock_inode(inode);
	return bh != NULL;
}

/* Puts a dirty inode into its block of the inode table, in the cache. */
void write_inode(struct m_inode *inode)
{
	struct buffer_head *bh;
	struct d_inode *row;

	lock_inode(inode);
	if (inode->i_dirt && inode->i_dev) {
		inode->i_dirt = 0;
		if (!is_proc(inode) && (bh = inode_block(inode, &row))) {
			memcpy(row, inode, sizeof(*row));
			bh->b_dirt = 1;
			brelse(bh);
		}
	}
	unlock_inode(inode);
}

void sync_inodes(void)
{
	for (struct m_inode *inode = inode_table; inode < inode_table + NR_INODE; inode++) {
		wait_on_inode(inode);
		if (inode->i_dirt && !inode->i_pipe)
			write_inode(inode);
	}
}

void invalidate_inodes(int dev)
{
	for (struct m_inode *inode = inode_table; inode < inode_table + NR_INODE; inode++) {
		wait_on_inode(inode);
		if (inode->i_dev != dev)
			continue;
		if (inode->i_count)
			printk("inode %d is in use on removed device %04x\n", inode->i_num, dev);
		inode->i_dev = inode->i_dirt = 0;
	}
}

enum content { FILE_DATA, STRUCTURE }; /* of a block: STRUCTURE is zone numbers or names */

static enum content content_of(const struct m_inode *inode)
{
	return S_ISDIR(inode->i_mode) ? STRUCTURE : FILE_DATA;
}

/* The zone number in *slot. With `create` an empty slot gets a new block; new_block() may sleep,
   so another task can have filled the slot first. *changed tells whether the slot was written. A
   block for structure is zeros on the disk before anything names it: what a deleted file left
   there must never be taken for zone numbers or names. */
static int zone_of_slot(int dev, unsigned short *slot, int create, enum content content,
			int *changed)
{
	int zone;

	*changed = 0;
	if (*slot || !create || !(zone = new_block(dev)))
		return *slot;
	if (content == STRUCTURE)
		write_block(dev, zone);
	if (*slot) {
		free_block(dev, zone);
		return *slot;
	}
	*changed = 1;
	return *slot = zone;
}

static int zone_in_inode(struct m_inode *inode, int index, int create)
{
	enum content content = index >= DIRECT_ZONES ? STRUCTURE : content_of(inode);
	int changed;
	int zone = zone_of_slot(inode->i_dev, &inode->i_zone[index], create, content, &changed);

	if (changed) {
		inode->i_ctime = CURRENT_TIME;
		inode->i_dirt = 1;
	}
	return zone;
}

static int zone_in_block(struct m_inode *inode, int block, int index, int create,
			 enum content content)
{
	struct buffer_head *bh;
	int zone, changed;

	if (!block || !(bh = bread(inode->i_dev, block)))
		return 0;
	zone = zone_of_slot(inode->i_dev, (unsigned short *)bh->b_data + index, create, content,
			    &changed);
	if (changed)
		bh->b_dirt = 1;
	brelse(bh);
	return zone;
}

static int map_block(struct m_inode *inode, int block, int create)
{
	int table;

	if (block < 0 || block >= MAX_FILE_BLOCKS)
		return 0;
	if (block < DIRECT_ZONES)
		return zone_in_inode(inode, block, create);
	block -= DIRECT_ZONES;
	if (block < ZONES_PER_BLOCK) {
		table = zone_in_inode(inode, 7, create);
		return zone_in_block(inode, table, block, create, content_of(inode));
	}
	block -= ZONES_PER_BLOCK;
	table = zone_in_inode(inode, 8, create);
	table = zone_in_block(inode, table, block / ZONES_PER_BLOCK, create, STRUCTURE);
	return zone_in_block(inode, table, block % ZONES_PER_BLOCK, create, content_of(inode));
}

/* Device block behind a file's block; 0 for a hole, a read error or a block beyond the format. */
int bmap(struct m_inode *inode, int block)
{
	return map_block(inode, block, 0);
}

/* The same, but holes are filled; 0 when the device is full. */
int create_block(struct m_inode *inode, int block)
{
	return map_block(inode, block, 1);
}

/* A row nobody uses, cleared, with count 1; NULL when all are in use. Sleeps while it writes a
   dirty one back. */
struct m_inode *get_empty_inode(void)
{
	static int last;
	struct m_inode *inode, *free_row;

	for (;;) {
		free_row = NULL;
		for (int i = 0; i < NR_INODE; i++) {
			last = (last + 1) % NR_INODE;
			inode = inode_table + last;
			if (inode->i_count)
				continue;
			free_row = inode;
			if (!inode->i_dirt && !inode->i_lock)
				break;
		}
		if (!free_row) {
			printk("inode table full\n");
			return NULL;
		}
		wait_on_inode(free_row);
		if (free_row->i_dirt && !free_row->i_count)
			write_inode(free_row);
		if (!free_row->i_count && !free_row->i_dirt && !free_row->i_lock)
			break;
	}
	memset(free_row, 0, sizeof(*free_row));
	forget_name(free_row);
	free_row->i_count = 1;
	return free_row;
}

/* A pipe's inode: its page at i_size, counted once for each end. */
struct m_inode *get_pipe_inode(void)
{
	struct m_inode *inode = get_empty_inode();

	if (!inode)
		return NULL;
	if (!(inode->i_size = get_free_page())) {
		inode->i_count = 0;
		return NULL;
	}
	inode->i_count = 2;
	PIPE_HEAD(*inode) = PIPE_TAIL(*inode) = 0;
	inode->i_pipe = 1;
	return inode;
}

static struct m_inode *find_inode(int dev, int nr)
{
	for (struct m_inode *inode = inode_table; inode < inode_table + NR_INODE; inode++)
		if (inode->i_dev == dev && inode->i_num == nr)
			return inode;
	return NULL;
}

/* The device mounted on a directory, 0 when there is none. */
static int device_mounted_on(struct m_inode *inode)
{
	for (int i = 0; i < NR_SUPER; i++)
		if (super_block[i].s_dev && super_block[i].s_imount == inode)
			return super_block[i].s_dev;
	printk("inode %04x:%d: no file system covers it\n", inode->i_dev, inode->i_num);
	return 0;
}

/* Inode `nr` of a device, count raised; for a mount point, the root of what is mounted there.
   NULL when the table is full or the device cannot be read. */
struct m_inode *iget(int dev, int nr)
{
	struct m_inode *inode, *empty = NULL;

	for (;;) {
		if (!(inode = find_inode(dev, nr))) {
			if (empty)
				break;
			if (!(empty = get_empty_inode()))
				return NULL;
			continue; /* it may have come while get_empty_inode() slept */
		}
		inode->i_count++;
		wait_on_inode(inode);
		if (inode->i_dev != dev || inode->i_num != nr) {
			inode->i_count--;
			continue;
		}
		if (inode->i_mount) {
			iput(inode);
			if (!(dev = device_mounted_on(inode)))
				break;
			nr = ROOT_INO;
			continue;
		}
		iput(empty);
		return inode;
	}
	if (!dev) {
		iput(empty);
		return NULL;
	}
	empty->i_dev = dev;
	empty->i_num = nr;
	if (read_inode(empty))
		return empty;
	empty->i_dev = empty->i_num = 0; /* whoever waited for it sees that it is another one */
	empty->i_count--;
	return NULL;
}

static void put_pipe(struct m_inode *inode)
{
	wake_up(&inode->i_wait);
	wake_up(&inode->i_wait2);
	if (--inode->i_count)
		return;
	free_page(inode->i_size);
	inode->i_dirt = inode->i_pipe = 0;
}

/* Gives one reference back. The last one of an inode without links frees its blocks and number. */
void iput(struct m_inode *inode)
{
	if (!inode)
		return;
	wait_on_inode(inode);
	if (!inode->i_count)
		panic("iput: inode is not in use");
	if (inode->i_pipe) {
		put_pipe(inode);
		return;
	}
	if (inode->i_dev && S_ISBLK(inode->i_mode)) {
		sync_dev(inode->i_zone[0]);
		wait_on_inode(inode);
	}
	while (inode->i_dev && inode->i_count == 1) {
		if (!inode->i_nlinks) {
			truncate(inode);
			free_inode(inode);
			return;
		}
		if (!inode->i_dirt)
			break;
		write_inode(inode);
		wait_on_inode(inode);
	}
	inode->i_count--;
	if (is_proc(inode) && !inode->i_count)
		inode->i_dev = inode->i_num = 0; /* the next one may be about another task */
}
