/*
 * Requests for block devices: 32 rows shared by all drivers. Each driver's queue is kept in
 * elevator order behind the request under way: pages of swap space first, reads before
 * writes, then by device, then by sector, one sweep after the other.
 */
#include "blk.h"
#include <asm/system.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <string.h>

#define WRITE_ROWS (NR_REQUEST * 2 / 3) /* writes leave the upper rows to reads */
#define SECTORS_PER_BLOCK (BLOCK_SIZE / 512)
#define SECTORS_PER_PAGE (4096 / 512)

struct blk_dev_struct blk_dev[NR_BLK_DEV];
int *blk_size[NR_BLK_DEV];

static struct request requests[NR_REQUEST];
static struct task_struct *wait_for_request;

void blk_dev_init(void)
{
	for (int i = 0; i < NR_REQUEST; i++)
		requests[i].dev = -1;
}

static void lock_buffer(struct buffer_head *bh)
{
	cli();
	while (bh->b_lock)
		sleep_on(&bh->b_wait);
	bh->b_lock = 1;
	sti();
}

static void unlock_buffer(struct buffer_head *bh)
{
	if (!bh->b_lock)
		printk("block %04x:%lu was not locked\n", bh->b_dev, bh->b_blocknr);
	bh->b_lock = 0;
	wake_up(&bh->b_wait);
}

/* Does a come before b in one sweep of the elevator? */
static int comes_before(const struct request *a, const struct request *b)
{
	if (!a->bh != !b->bh)
		return !a->bh;
	if (a->cmd != b->cmd)
		return a->cmd < b->cmd;
	if (a->dev != b->dev)
		return a->dev < b->dev;
	return a->sector < b->sector;
}

/* The place behind which `new` belongs: between two neighbours in order, or where one sweep ends
   and the next begins, if it continues the one or precedes the other. */
static struct request *place_for(struct request *at, const struct request *new)
{
	for (; at->next; at = at->next) {
		struct request *next = at->next;
		int sweep_ends = !comes_before(at, next);

		if (!new->bh && next->bh)
			break;
		if (new->bh && !next->bh)
			continue;
		if (comes_before(at, new) ? sweep_ends || comes_before(new, next)
					  : sweep_ends && comes_before(new, next))
			break;
	}
	return at;
}

static void add_request(struct blk_dev_struct *device, struct request *new)
{
	struct request *at;

	new->next = NULL;
	cli();
	if (new->bh)
		new->bh->b_dirt = 0;
	if (!(at = device->current_request)) {
		device->current_request = new;
		device->request_fn();
	} else {
		at = place_for(at, new);
		new->next = at->next;
		at->next = new;
	}
	sti();
}

/* A free row for a command, taken at once (its device is set); NULL when all are in use. */
static struct request *take_row(int cmd, int dev)
{
	struct request *row = requests + (cmd == READ ? NR_REQUEST : WRITE_ROWS);

	while (--row >= requests) {
		if (row->dev >= 0)
			continue;
		memset(row, 0, sizeof(*row));
		row->dev = dev;
		row->cmd = cmd;
		return row;
	}
	return NULL;
}

static struct request *wait_for_row(int cmd, int dev)
{
	struct request *row;

	cli();
	while (!(row = take_row(cmd, dev)))
		sleep_on(&wait_for_request);
	sti();
	return row;
}

static struct blk_dev_struct *device_of(int dev)
{
	unsigned major = MAJOR(dev);

	if (major < NR_BLK_DEV && blk_dev[major].request_fn)
		return blk_dev + major;
	printk("Device %04x: no such block device\n", dev);
	return NULL;
}

/* Starts a transfer. READA and WRITEA give up instead of waiting for the buffer or for a row. */
void ll_rw_block(int rw, struct buffer_head *bh)
{
	struct blk_dev_struct *device = device_of(bh->b_dev);
	int ahead = rw == READA || rw == WRITEA, cmd = rw == READ || rw == READA ? READ : WRITE;
	struct request *new;

	if (!device || (ahead && bh->b_lock))
		return;
	lock_buffer(bh);
	if (cmd == READ ? bh->b_uptodate : !bh->b_dirt) {
		unlock_buffer(bh);
		return;
	}
	new = ahead ? take_row(cmd, bh->b_dev) : wait_for_row(cmd, bh->b_dev);
	if (!new) {
		unlock_buffer(bh);
		return;
	}
	new->sector = bh->b_blocknr * SECTORS_PER_BLOCK;
	new->nr_sectors = SECTORS_PER_BLOCK;
	new->buffer = bh->b_data;
	new->bh = bh;
	add_request(device, new);
}

/* Transfers one page of a swap device and returns when it is done. */
void ll_rw_page(int rw, int dev, int page, char *buffer)
{
	struct blk_dev_struct *device = device_of(dev);
	struct request *new;

	if (!device || (rw != READ && rw != WRITE))
		panic("ll_rw_page: cannot page on this device");
	new = wait_for_row(rw, dev);
	new->sector = (unsigned long)page * SECTORS_PER_PAGE;
	new->nr_sectors = SECTORS_PER_PAGE;
	new->buffer = buffer;
	new->waiting = current;
	current->state = TASK_UNINTERRUPTIBLE;
	add_request(device, new);
	schedule();
}

/* For drivers, with interrupts off: the request under way has ended. */
void end_request(struct blk_dev_struct *device, int uptodate)
{
	struct request *done = device->current_request;

	if (!uptodate)
		printk("I/O error on device %04x, sector %lu\n", done->dev, done->sector);
	if (done->bh) {
		done->bh->b_uptodate = uptodate;
		unlock_buffer(done->bh);
	}
	if (done->waiting)
		done->waiting->state = TASK_RUNNING;
	device->current_request = done->next;
	done->dev = -1;
	wake_up(&wait_for_request);
}
