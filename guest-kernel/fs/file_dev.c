/* Reading and writing regular files and directories, a block at a time through the cache. */
#include "internal.h"
#include <asm/segment.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/sched.h>

static inline int smaller(int a, int b)
{
	return a < b ? a : b;
}

static void clear_fs(char *user, int count)
{
	while (count-- > 0)
		put_fs_byte(0, user++);
}

/* Fewer bytes than asked for at the end of the file or before a bad block; holes read as zeros. */
int file_read(struct m_inode *inode, struct file *filp, char *buf, int count)
{
	struct buffer_head *bh;
	int left = count, offset, chars, block;

	while (left > 0) {
		bh = NULL;
		block = bmap(inode, filp->f_pos >> BLOCK_SIZE_BITS);
		if (block && !(bh = bread(inode->i_dev, block)))
			break;
		offset = filp->f_pos & (BLOCK_SIZE - 1);
		chars = smaller(BLOCK_SIZE - offset, left);
		if (bh)
			memcpy_tofs(buf, bh->b_data + offset, chars);
		else
			clear_fs(buf, chars);
		brelse(bh);
		filp->f_pos += chars;
		buf += chars;
		left -= chars;
	}
	inode->i_atime = CURRENT_TIME;
	return left == count && count ? -EIO : count - left;
}

/* Fewer bytes than asked for, or ENOSPC, when the device is full or the file as large as the format
   allows. */
int file_write(struct m_inode *inode, struct file *filp, char *buf, int count)
{
	struct buffer_head *bh;
	off_t pos = filp->f_flags & O_APPEND ? (off_t)inode->i_size : filp->f_pos;
	int done = 0, offset, chars, block, error = -ENOSPC;

	while (done < count) {
		if (!(block = create_block(inode, pos >> BLOCK_SIZE_BITS)))
			break;
		if (!(bh = bread(inode->i_dev, block))) {
			error = -EIO;
			break;
		}
		offset = pos & (BLOCK_SIZE - 1);
		chars = smaller(BLOCK_SIZE - offset, count - done);
		memcpy_fromfs(bh->b_data + offset, buf + done, chars);
		bh->b_dirt = 1;
		brelse(bh);
		pos += chars;
		done += chars;
		if ((unsigned long)pos > inode->i_size) {
			inode->i_size = pos;
			inode->i_dirt = 1;
		}
	}
	inode->i_mtime = inode->i_ctime = CURRENT_TIME;
	inode->i_dirt = 1;
	filp->f_pos = pos;
	return done || !count ? done : error;
}
