/* A block device read and written as one file. */
#include "internal.h"
#include <asm/segment.h>
#include <errno.h>
#include <linux/kernel.h>

/* The device's size in blocks; a very large number when its driver does not say. */
static int size_in_blocks(int dev)
{
	int *sizes = blk_size[MAJOR(dev)];

	return sizes ? sizes[MINOR(dev)] : 0x7fffffff >> BLOCK_SIZE_BITS;
}

static int room_in_block(off_t pos, int left)
{
	int room = BLOCK_SIZE - (pos & (BLOCK_SIZE - 1));

	return room < left ? room : left;
}

int block_write(int dev, off_t *pos, char *buf, int count)
{
	int size = size_in_blocks(dev), done = 0, chars, block;
	struct buffer_head *bh;

	while (done < count) {
		block = *pos >> BLOCK_SIZE_BITS;
		if (block >= size)
			return done ? done : -ENOSPC;
		chars = room_in_block(*pos, count - done);
		if (chars == BLOCK_SIZE)
			bh = getblk(dev, block);
		else
			bh = block + 2 < size ? breada(dev, block, block + 1, block + 2, -1)
					      : bread(dev, block);
		if (!bh)
			return done ? done : -EIO;
		memcpy_fromfs(bh->b_data + (*pos & (BLOCK_SIZE - 1)), buf + done, chars);
		bh->b_uptodate = 1;
		bh->b_dirt = 1;
		brelse(bh);
		*pos += chars;
		done += chars;
	}
	return done;
}

int block_read(int dev, off_t *pos, char *buf, int count)
{
	int size = size_in_blocks(dev), done = 0, chars, block;
	struct buffer_head *bh;

	while (done < count) {
		block = *pos >> BLOCK_SIZE_BITS;
		if (block >= size)
			break;
		chars = room_in_block(*pos, count - done);
		bh = block + 2 < size ? breada(dev, block, block + 1, block + 2, -1)
				      : bread(dev, block);
		if (!bh)
			return done ? done : -EIO;
		memcpy_tofs(buf + done, bh->b_data + (*pos & (BLOCK_SIZE - 1)), chars);
		brelse(bh);
		*pos += chars;
		done += chars;
	}
	return done;
}
