#ifndef _BLK_H
#define _BLK_H

#include <linux/fs.h>

#define NR_REQUEST 32
#define NR_BLK_DEV 7 /* majors 0..6 */
#define HD_MAJOR 3

/* One transfer between memory and a device. A buffer is 2 sectors, a page of swap space 8. */
struct request {
	int dev; /* -1 = free */
	int cmd; /* READ or WRITE */
	int errors;
	unsigned long sector;
	unsigned long nr_sectors;
	char *buffer;
	struct task_struct *waiting; /* who sleeps for a page */
	struct buffer_head *bh;      /* NULL for a page */
	struct request *next;
};

/* A driver: called when its queue is no longer empty. */
struct blk_dev_struct {
	void (*request_fn)(void);
	struct request *current_request;
};

extern struct blk_dev_struct blk_dev[NR_BLK_DEV];

void blk_dev_init(void);
void hd_init(void);
void end_request(struct blk_dev_struct *device, int uptodate);

#endif
