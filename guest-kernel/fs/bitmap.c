/*
 * Inode and zone bitmaps of a Minix file system. Their blocks stay in the cache from mount to
 * umount. Bit n of the inode map is inode n; bit n of the zone map is zone firstdatazone-1+n;
 * bit 0 of either stands for nothing and is always set.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/stat.h>

#define BITS_PER_BLOCK (BLOCK_SIZE * 8)
#define WORDS_PER_BLOCK (BLOCK_SIZE / 4)

static struct super_block *super_of(int dev, const char *who)
{
	struct super_block *sb = get_super(dev);

	if (!sb) {
		printk("%s: device %04x is not mounted\n", who, dev);
		panic("file system gone");
	}
	return sb;
}

/* Sets and returns the first clear bit below `limit`, -1 when there is none. */
static int take_bit(struct buffer_head **map, int blocks, unsigned long limit)
{
	for (int block = 0; block < blocks && map[block]; block++) {
		unsigned long *words = (unsigned long *)map[block]->b_data;

		for (int i = 0; i < WORDS_PER_BLOCK; i++) {
			unsigned long bit;

			if (words[i] == ~0UL)
				continue;
			bit = block * BITS_PER_BLOCK + i * 32 + __builtin_ctz(~words[i]);
			if (bit >= limit)
				return -1;
			words[i] |= 1UL << (bit & 31);
			map[block]->b_dirt = 1;
			return bit;
		}
	}
	return -1;
}

/* Clears a bit; false when it was clear. */
static int give_bit(struct buffer_head **map, unsigned long bit)
{
	struct buffer_head *bh = map[bit / BITS_PER_BLOCK];
	unsigned long *word = (unsigned long *)bh->b_data + bit % BITS_PER_BLOCK / 32;
	unsigned long mask = 1UL << (bit & 31);
	int was_set = (*word & mask) != 0;

	*word &= ~mask;
	bh->b_dirt = 1;
	return was_set;
}

/* Frees a zone. 0 when somebody still uses its buffer, so that it must not be reused yet. */
int free_block(int dev, int block)
{
	struct super_block *sb = super_of(dev, "free_block");
	struct buffer_head *bh;

	if (block < sb->s_firstdatazone || block >= sb->s_nzones) {
		printk("free_block: %04x:%d is not in the data zone\n", dev, block);
		return 1;
	}
	if ((bh = get_hash_table(dev, block))) {
		if (bh->b_count > 1) {
			brelse(bh);
			return 0;
		}
		bh->b_dirt = bh->b_uptodate = 0;
		brelse(bh);
	}
	if (!give_bit(sb->s_zmap, block - (sb->s_firstdatazone - 1)))
		printk("free_block: %04x:%d was free\n", dev, block);
	return 1;
}

/* A zone, zeroed in the cache; 0 when the device is full. */
int new_block(int dev)
{
	struct super_block *sb = super_of(dev, "new_block");
	unsigned long limit = sb->s_nzones - (sb->s_firstdatazone - 1);
	struct buffer_head *bh;
	int block = take_bit(sb->s_zmap, Z_MAP_SLOTS, limit);

	if (block < 0)
		return 0;
	block += sb->s_firstdatazone - 1;
	bh = getblk(dev, block);
	memset(bh->b_data, 0, BLOCK_SIZE);
	bh->b_uptodate = 1;
	bh->b_dirt = 1;
	brelse(bh);
	return block;
}

/* Gives the inode number back and clears the row; the inode must have no links and one user. */
void free_inode(struct m_inode *inode)
{
	struct super_block *sb;

	if (!inode)
		return;
	if (!inode->i_dev) {
		memset(inode, 0, sizeof(*inode));
		return;
	}
	if (inode->i_count > 1 || inode->i_nlinks) {
		printk("free_inode: inode %d has %d users, %d links\n", inode->i_num,
		       inode->i_count, inode->i_nlinks);
		panic("free_inode");
	}
	sb = super_of(inode->i_dev, "free_inode");
	if (inode->i_num < 1 || inode->i_num > sb->s_ninodes)
		panic("free_inode: no such inode number");
	if (!give_bit(sb->s_imap, inode->i_num))
		printk("free_inode: %04x:%d was free\n", inode->i_dev, inode->i_num);
	memset(inode, 0, sizeof(*inode));
}

/* A fresh inode with one link, owned by the running task; NULL when the device has none left. */
struct m_inode *new_inode(int dev)
{
	struct super_block *sb = super_of(dev, "new_inode");
	struct m_inode *inode = get_empty_inode();
	int number;

	if (!inode)
		return NULL;
	number = take_bit(sb->s_imap, I_MAP_SLOTS, sb->s_ninodes + 1);
	if (number < 0) {
		iput(inode);
		return NULL;
	}
	inode->i_count = 1;
	inode->i_nlinks = 1;
	inode->i_dev = dev;
	inode->i_num = number;
	inode->i_uid = current->euid;
	inode->i_gid = current->egid;
	inode->i_dirt = 1;
	inode->i_mtime = inode->i_atime = inode->i_ctime = CURRENT_TIME;
	return inode;
}
