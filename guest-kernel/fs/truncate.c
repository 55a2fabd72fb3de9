/* Freeing the blocks of a file. */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <sys/stat.h>

/* Frees the zone in *slot, and with levels > 0 first all that the table in that zone names. A block
   whose buffer is in use stays; the answer tells whether all are gone. */
static int free_zone(int dev, unsigned short *slot, int levels)
{
	struct buffer_head *bh;
	unsigned short *zone;
	int done = 1;

	if (!*slot)
		return 1;
	if (levels && (bh = bread(dev, *slot))) {
		zone = (unsigned short *)bh->b_data;
		for (int i = 0; i < BLOCK_SIZE / 2; i++) {
			if (!zone[i])
				continue;
			if (!free_zone(dev, &zone[i], levels - 1))
				done = 0;
			bh->b_dirt = 1;
		}
		brelse(bh);
	}
	if (!done || !free_block(dev, *slot))
		return 0;
	*slot = 0;
	return 1;
}

/* Cuts a regular file, directory or symbolic link to no bytes. Sleeps while a block is in use. */
void truncate(struct m_inode *inode)
{
	int done;

	if (!S_ISREG(inode->i_mode) && !S_ISDIR(inode->i_mode) && !S_ISLNK(inode->i_mode))
		return;
	do {
		done = 1;
		for (int i = 0; i < 9; i++)
			done &= free_zone(inode->i_dev, &inode->i_zone[i], i < 7 ? 0 : i - 6);
		inode->i_dirt = 1;
		if (!done) {
			current->counter = 0;
			schedule();
		}
	} while (!done);
	inode->i_size = 0;
	inode->i_mtime = inode->i_ctime = CURRENT_TIME;
}
