/*
 * The RAM disk, device 1,1: memory between the buffer cache and main memory, as many KB as the boot
 * option ramdisk= asks for. A request is served at once, by copying; there is no interrupt.
 */
#include "blk.h"
#include <linux/kernel.h>
#include <linux/mm.h>
#include <string.h>

#define RAMDISK_MAJOR 1
#define RAMDISK_MINOR 1

static char *ramdisk_start;
static unsigned long ramdisk_length;
static int ramdisk_sizes[RAMDISK_MINOR + 1];

static int transfer(const struct request *request)
{
	unsigned long at = request->sector << 9, size = request->nr_sectors << 9;

	if (MINOR(request->dev) != RAMDISK_MINOR || at > ramdisk_length ||
	    size > ramdisk_length - at)
		return 0;
	if (request->cmd == WRITE)
		memcpy(ramdisk_start + at, request->buffer, size);
	else
		memcpy(request->buffer, ramdisk_start + at, size);
	return 1;
}

static void do_ramdisk_request(void)
{
	struct blk_dev_struct *device = &blk_dev[RAMDISK_MAJOR];

	while (device->current_request)
		end_request(device, transfer(device->current_request));
}

/* Takes `length` bytes at `start`, zeroed, and answers how many it took. */
unsigned long ramdisk_init(unsigned long start, unsigned long length)
{
	ramdisk_start = (char *)start;
	ramdisk_length = length;
	ramdisk_sizes[RAMDISK_MINOR] = length >> BLOCK_SIZE_BITS;
	blk_dev[RAMDISK_MAJOR].request_fn = do_ramdisk_request;
	blk_size[RAMDISK_MAJOR] = ramdisk_sizes;
	memset(ramdisk_start, 0, length);
	if (length)
		printk("RAM disk: %lu bytes at %lx\n", length, start);
	return length;
}
