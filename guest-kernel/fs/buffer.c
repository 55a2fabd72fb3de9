/*
 * The buffer cache: every block that passes between a device and the kernel stays here until
 * its buffer is needed for another one. Heads grow up from the end of the kernel, data grows
 * down from the end given to buffer_init(); where they meet there are no more buffers.
 *
 * Each head is in a ring, least recently used first, and, once it stands for a block, in one of
 * 307 hash chains. A driver's interrupt only unlocks a buffer and wakes its sleepers, so
 * counts and lists need no protection; what was read before a sleep must be checked after it.
 */
#include <asm/system.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <stdarg.h>
#include <string.h>

#define ROM_AND_VIDEO 0xA0000 /* to 0x100000: no memory to keep data in */

extern char end[]; /* first byte after the kernel, from the linker */

struct buffer_head *start_buffer;
int nr_buffers;

static struct buffer_head *hash_table[NR_HASH];
static struct buffer_head *free_list;    /* the least recently used one */
static struct task_struct *buffer_wait;  /* nobody had a buffer to give */

static inline struct buffer_head **hash_chain(int dev, int block)
{
	return &hash_table[(unsigned)(dev ^ block) % NR_HASH];
}

static void wait_on_buffer(struct buffer_head *bh)
{
	unsigned long flags = save_flags();

	cli();
	while (bh->b_lock)
		sleep_on(&bh->b_wait);
	restore_flags(flags);
}

/* Does the block hold bitmaps or inodes of a mounted file system? */
static int is_table_block(const struct buffer_head *bh)
{
	for (int i = 0; i < NR_SUPER; i++)
		if (bh->b_dev && super_block[i].s_dev == bh->b_dev)
			return bh->b_blocknr < super_block[i].s_firstdatazone;
	return 0;
}

/* Queues the dirty buffers of a device (0: of all devices), either those with tables or the others;
   answers their number. */
static int queue_dirty(int dev, int tables)
{
	struct buffer_head *bh = start_buffer;
	int count = 0;

	for (int i = 0; i < nr_buffers; i++, bh++) {
		if ((dev && bh->b_dev != dev) || is_table_block(bh) != tables)
			continue;
		wait_on_buffer(bh);
		if (!bh->b_dirt || (dev && bh->b_dev != dev))
			continue;
		ll_rw_block(WRITE, bh);
		count++;
	}
	return count;
}

static void wait_until_written(int dev)
{
	struct buffer_head *bh = start_buffer;

	for (int i = 0; i < nr_buffers; i++, bh++)
		if (!dev || bh->b_dev == dev)
			wait_on_buffer(bh);
}

/* Queues everything dirty. The tables are on the disk before the rest is sent: a power cut must not
   leave a name whose inode was never written. */
static void write_dirty(int dev)
{
	if (queue_dirty(dev, 1))
		wait_until_written(dev);
	queue_dirty(dev, 0);
}

/* Writes one cached block and returns when it is on the disk. */
void write_block(int dev, int block)
{
	struct buffer_head *bh = get_hash_table(dev, block);

	if (!bh)
		return;
	ll_rw_block(WRITE, bh);
	brelse(bh);
}

/* Writes a device's inodes and blocks (0: of all) and returns when they are on it. Writing inodes
   dirties blocks, hence their place before the blocks. */
int sync_dev(int dev)
{
	sync_inodes();
	write_dirty(dev);
	wait_until_written(dev);
	return 0;
}

int sys_sync(void)
{
	sync_mappings();
	return sync_dev(0);
}

void invalidate_buffers(int dev)
{
	struct buffer_head *bh = start_buffer;

	for (int i = 0; i < nr_buffers; i++, bh++) {
		if (bh->b_dev != dev)
			continue;
		wait_on_buffer(bh);
		if (bh->b_dev == dev)
			bh->b_uptodate = bh->b_dirt = 0;
	}
}

/* Only a diskette can be changed, and there is no driver for one. */
void check_disk_change(int dev)
{
	(void)dev;
}

static void unlink_from_ring(struct buffer_head *bh)
{
	bh->b_prev_free->b_next_free = bh->b_next_free;
	bh->b_next_free->b_prev_free = bh->b_prev_free;
	if (free_list == bh)
		free_list = bh->b_next_free;
}

/* Behind the last one: most recently used. */
static void append_to_ring(struct buffer_head *bh)
{
	bh->b_next_free = free_list;
	bh->b_prev_free = free_list->b_prev_free;
	free_list->b_prev_free->b_next_free = bh;
	free_list->b_prev_free = bh;
}

static void touch(struct buffer_head *bh)
{
	if (bh->b_next_free == bh)
		return;
	unlink_from_ring(bh);
	append_to_ring(bh);
}

static void remove_from_hash(struct buffer_head *bh)
{
	struct buffer_head **chain = hash_chain(bh->b_dev, bh->b_blocknr);

	if (*chain == bh)
		*chain = bh->b_next;
	if (bh->b_next)
		bh->b_next->b_prev = bh->b_prev;
	if (bh->b_prev)
		bh->b_prev->b_next = bh->b_next;
	bh->b_next = bh->b_prev = NULL;
}

static void insert_into_hash(struct buffer_head *bh)
{
	struct buffer_head **chain = hash_chain(bh->b_dev, bh->b_blocknr);

	bh->b_prev = NULL;
	bh->b_next = *chain;
	if (*chain)
		(*chain)->b_prev = bh;
	*chain = bh;
}

static struct buffer_head *find_buffer(int dev, int block)
{
	struct buffer_head *bh = *hash_chain(dev, block);

	while (bh && (bh->b_dev != dev || bh->b_blocknr != (unsigned long)block))
		bh = bh->b_next;
	return bh;
}

/* The cached buffer of a block, with its count raised and unlocked; NULL when there is none. */
struct buffer_head *get_hash_table(int dev, int block)
{
	struct buffer_head *bh;

	while ((bh = find_buffer(dev, block))) {
		bh->b_count++;
		wait_on_buffer(bh);
		if (bh->b_dev == dev && bh->b_blocknr == (unsigned long)block)
			return bh;
		bh->b_count--;
	}
	return NULL;
}

/* Cost of taking a buffer for another block: 0 none, 1 a wait, 2 and 3 a write. */
static inline int badness(const struct buffer_head *bh)
{
	return bh->b_dirt * 2 + bh->b_lock;
}

/* The cheapest unused buffer, the least recently used one among equals; NULL when all are used. */
static struct buffer_head *find_victim(void)
{
	struct buffer_head *best = NULL, *bh = free_list;

	do {
		if (bh->b_count)
			continue;
		if (!best || badness(bh) < badness(best))
			best = bh;
		if (!badness(best))
			break;
	} while ((bh = bh->b_next_free) != free_list);
	return best;
}

/* Makes a victim clean, which may sleep; false when somebody took it meanwhile. Inodes are not
   written here: the caller may hold one locked. */
static int clean_victim(struct buffer_head *bh)
{
	wait_on_buffer(bh);
	while (!bh->b_count && bh->b_dirt) {
		write_dirty(bh->b_dev);
		wait_on_buffer(bh);
	}
	return !bh->b_count && !bh->b_lock;
}

/* The buffer of a block, count raised; its data are valid only if b_uptodate is set. */
struct buffer_head *getblk(int dev, int block)
{
	struct buffer_head *bh;

	for (;;) {
		if ((bh = get_hash_table(dev, block)))
			return bh;
		if (!(bh = find_victim())) {
			sleep_on(&buffer_wait);
			continue;
		}
		if (clean_victim(bh) && !find_buffer(dev, block))
			break;
	}
	if (bh->b_dev)
		remove_from_hash(bh);
	bh->b_count = 1;
	bh->b_dirt = bh->b_uptodate = 0;
	bh->b_dev = dev;
	bh->b_blocknr = block;
	touch(bh);
	insert_into_hash(bh);
	return bh;
}

void brelse(struct buffer_head *bh)
{
	if (!bh)
		return;
	wait_on_buffer(bh);
	if (!bh->b_count)
		panic("brelse: buffer is not in use");
	touch(bh);
	if (!--bh->b_count)
		wake_up(&buffer_wait);
}

/* The block with valid data, or NULL after a read error. */
struct buffer_head *bread(int dev, int block)
{
	struct buffer_head *bh = getblk(dev, block);

	if (bh->b_uptodate)
		return bh;
	ll_rw_block(READ, bh);
	wait_on_buffer(bh);
	if (bh->b_uptodate)
		return bh;
	brelse(bh);
	return NULL;
}

/* bread() of the first block; the following ones, up to a negative number, are only started. */
struct buffer_head *breada(int dev, int block, ...)
{
	struct buffer_head *bh = getblk(dev, block), *ahead;
	va_list blocks;
	int next;

	if (!bh->b_uptodate)
		ll_rw_block(READ, bh);
	va_start(blocks, block);
	while ((next = va_arg(blocks, int)) >= 0) {
		ahead = getblk(dev, next);
		if (!ahead->b_uptodate)
			ll_rw_block(READA, ahead);
		ahead->b_count--;
	}
	va_end(blocks);
	wait_on_buffer(bh);
	if (bh->b_uptodate)
		return bh;
	brelse(bh);
	return NULL;
}

/* Fills a page from four blocks, all requested before the first is waited for. */
void bread_page(unsigned long address, int dev, int blocks[4])
{
	struct buffer_head *bh[4];

	for (int i = 0; i < 4; i++) {
		bh[i] = blocks[i] ? getblk(dev, blocks[i]) : NULL;
		if (bh[i] && !bh[i]->b_uptodate)
			ll_rw_block(READ, bh[i]);
	}
	for (int i = 0; i < 4; i++, address += BLOCK_SIZE) {
		if (!bh[i])
			continue;
		wait_on_buffer(bh[i]);
		if (bh[i]->b_uptodate)
			memcpy((void *)address, bh[i]->b_data, BLOCK_SIZE);
		brelse(bh[i]);
	}
}

/* Lays heads and data between the kernel and buffer_end (a multiple of 1024, at least 640 KB). */
void buffer_init(long buffer_end)
{
	unsigned long data = buffer_end == 0x100000 ? ROM_AND_VIDEO : buffer_end;
	struct buffer_head *bh;

	start_buffer = (struct buffer_head *)(((unsigned long)end + 15) & ~15UL);
	bh = start_buffer;
	while (data - BLOCK_SIZE >= (unsigned long)(bh + 1)) {
		data -= BLOCK_SIZE;
		memset(bh, 0, sizeof(*bh));
		bh->b_data = (char *)data;
		bh->b_prev_free = bh - 1;
		bh->b_next_free = bh + 1;
		bh++;
		if (data == 0x100000)
			data = ROM_AND_VIDEO;
	}
	nr_buffers = bh - start_buffer;
	free_list = start_buffer;
	free_list->b_prev_free = bh - 1;
	(bh - 1)->b_next_free = free_list;
}
