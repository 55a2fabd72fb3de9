/*
 * Hard disks on the AT controller at 1F0h (WD1003, ATA-1 in CHS mode): one command for each
 * request, one IRQ 14 for each sector, data by string I/O. Requests are counted from the start
 * of their partition: minor 5*d is the whole drive d, 5*d+1..4 its partitions.
 *
 * The geometry is that of the BIOS tables behind vectors 41h and 46h, which setup copied; CMOS
 * register 12h says which drives there are.
 */
#include "blk.h"
#include "hdreg.h"
#include <asm/io.h>
#include <asm/segment.h>
#include <asm/system.h>
#include <errno.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <string.h>

#define MAX_HD 2
#define MINORS_PER_HD 5
#define MAX_ERRORS 7          /* of one request, before it fails */
#define ERRORS_BEFORE_RESET 3
#define WATCH_TICKS HZ        /* the watch looks this often */
#define TIMEOUT_TICKS (2 * HZ) /* without an interrupt: the command is lost */

/* Polls of the status register; each is a bus cycle of about a microsecond. */
#define READY_POLLS 100000
#define DRQ_POLLS 10000
#define RESET_POLLS 50000
#define RESET_HOLD_READS 16 /* ATA-1: reset must be held 5 microseconds */

static struct hd_drive {
	unsigned short cylinders, precomp;
	unsigned char heads, sectors, control;
} drives[MAX_HD];

static struct hd_partition {
	unsigned long start, size; /* sectors */
} partitions[MAX_HD * MINORS_PER_HD];

static int hd_sizes[MAX_HD * MINORS_PER_HD]; /* in blocks */
static int nr_drives;

/* The command under way. */
static void (*on_interrupt)(void);
static unsigned long started; /* jiffies when the controller was last given something to do */
static int watching;
static unsigned char reset_wanted, recalibrate_wanted[MAX_HD];
static int resetting = -1; /* drive that reset_drives() is setting up */

static void do_hd_request(void);

#define DEVICE (&blk_dev[HD_MAJOR])
#define CURRENT (DEVICE->current_request)

static inline int current_drive(void)
{
	return MINOR(CURRENT->dev) / MINORS_PER_HD;
}

/* Polls until the masked status has a value; false when it does not within the polls. */
static int poll_status(unsigned char mask, unsigned char value, int polls)
{
	while (polls--)
		if ((inb_p(HD_STATUS) & mask) == value)
			return 1;
	return 0;
}

/* Writes the eight registers. False when the controller is not ready for a command. */
static int command(int drive, unsigned sectors, unsigned sector, unsigned head, unsigned cylinder,
		   unsigned char code, void (*interrupt)(void))
{
	const struct hd_drive *d = &drives[drive];

	if (!poll_status(STATUS_BUSY, 0, READY_POLLS))
		return 0;
	outb_p(HD_SELECT(drive, head), HD_CURRENT);
	if (!poll_status(STATUS_BUSY | STATUS_READY, STATUS_READY, READY_POLLS))
		return 0;
	on_interrupt = interrupt;
	started = jiffies;
	outb_p(d->control, HD_CONTROL);
	outb_p(d->precomp >> 2, HD_PRECOMP);
	outb_p(sectors, HD_NSECTOR);
	outb_p(sector, HD_SECTOR);
	outb_p(cylinder, HD_LCYL);
	outb_p(cylinder >> 8, HD_HCYL);
	outb_p(HD_SELECT(drive, head), HD_CURRENT);
	outb(code, HD_COMMAND);
	return 1;
}

/* The controller's answer to the last command or sector. */
static int status_is_good(void)
{
	unsigned char status = inb_p(HD_STATUS);

	if ((status & (STATUS_BUSY | STATUS_READY | STATUS_FAULT | STATUS_SEEK | STATUS_ERROR)) ==
	    (STATUS_READY | STATUS_SEEK))
		return 1;
	if (status & STATUS_ERROR)
		inb_p(HD_ERROR);
	return 0;
}

/* Counts an error against the request: recalibrate, later reset, at last give up. */
static void request_failed(void)
{
	if (!CURRENT)
		return;
	if (++CURRENT->errors >= MAX_ERRORS) {
		end_request(DEVICE, 0);
	} else if (CURRENT->errors > ERRORS_BEFORE_RESET) {
		reset_wanted = 1;
	} else {
		recalibrate_wanted[current_drive()] = 1;
	}
}

/* Not ready for a command: nothing but a reset can help. */
static void controller_stuck(void)
{
	printk("HD controller not ready, status %02x\n", inb(HD_STATUS));
	on_interrupt = NULL;
	reset_wanted = 1;
	request_failed();
}

static void next_sector(void)
{
	CURRENT->errors = 0;
	CURRENT->buffer += 512;
	CURRENT->sector++;
	CURRENT->nr_sectors--;
}

static void read_intr(void)
{
	if (!status_is_good() || !poll_status(STATUS_DRQ, STATUS_DRQ, DRQ_POLLS)) {
		request_failed();
		do_hd_request();
		return;
	}
	insw(HD_DATA, CURRENT->buffer, 256);
	next_sector();
	if (CURRENT->nr_sectors) {
		on_interrupt = read_intr;
		started = jiffies;
		return;
	}
	end_request(DEVICE, 1);
	do_hd_request();
}

static void write_intr(void)
{
	if (!status_is_good()) {
		request_failed();
		do_hd_request();
		return;
	}
	next_sector();
	if (CURRENT->nr_sectors) {
		on_interrupt = write_intr;
		started = jiffies;
		outsw(HD_DATA, CURRENT->buffer, 256);
		return;
	}
	end_request(DEVICE, 1);
	do_hd_request();
}

static void recalibrate_intr(void)
{
	if (!status_is_good())
		request_failed();
	do_hd_request();
}

/* Reading the status register takes the drive's interrupt back. */
static void hd_irq(void)
{
	void (*handler)(void) = on_interrupt;

	on_interrupt = NULL;
	if (!handler) {
		inb_p(HD_STATUS);
		printk("Unexpected HD interrupt\n");
		return;
	}
	handler();
}

/* Software reset of both drives (ATA-1 9.2); they forget their parameters. */
static int reset_controller(void)
{
	unsigned char error;

	outb(CONTROL_RESET, HD_CONTROL);
	for (int i = 0; i < RESET_HOLD_READS; i++)
		inb_p(HD_CONTROL);
	outb(drives[0].control & CONTROL_KEPT, HD_CONTROL);
	if (!poll_status(STATUS_BUSY, 0, RESET_POLLS)) {
		printk("HD controller still busy after reset\n");
		return 0;
	}
	if ((error = inb_p(HD_ERROR)) != 1) {
		printk("HD controller reset failed: %02x\n", error);
		return 0;
	}
	return 1;
}

/* Gives each drive its geometry again, one interrupt after the other, then goes on. */
static void specify_next(void)
{
	if (resetting >= 0 && !status_is_good())
		printk("HD drive %d did not take its parameters\n", resetting);
	while (++resetting < nr_drives) {
		const struct hd_drive *d = &drives[resetting];

		recalibrate_wanted[resetting] = 1;
		if (command(resetting, d->sectors, d->sectors, d->heads - 1, d->cylinders,
			    CMD_SPECIFY, specify_next))
			return;
	}
	resetting = -1;
	do_hd_request();
}

static void start_reset(void)
{
	reset_wanted = 0;
	while (!reset_controller() && CURRENT)
		request_failed();
	reset_wanted = 0;
	if (!CURRENT)
		return;
	resetting = -1;
	specify_next();
}

static void watch(void);

static void start_watch(void)
{
	if (watching)
		return;
	watching = 1;
	add_timer(WATCH_TICKS, watch);
}

/* In the timer interrupt: while requests are queued, was the last command answered? */
static void watch(void)
{
	watching = 0;
	if (!CURRENT)
		return;
	if (jiffies - started > TIMEOUT_TICKS) {
		printk("HD timeout\n");
		on_interrupt = NULL;
		reset_wanted = 1;
		request_failed();
		do_hd_request();
	}
	start_watch();
}

/* The request in sectors of the drive; false when it leaves its partition. */
static int locate(const struct request *request, unsigned long *sector)
{
	unsigned minor = MINOR(request->dev);
	const struct hd_partition *p;

	if (minor >= (unsigned)nr_drives * MINORS_PER_HD)
		return 0;
	p = &partitions[minor];
	if (request->sector >= p->size || request->nr_sectors > p->size - request->sector)
		return 0;
	*sector = p->start + request->sector;
	return 1;
}

static int start_transfer(unsigned long at)
{
	const struct hd_drive *d = &drives[current_drive()];
	unsigned sector = at % d->sectors + 1, track = at / d->sectors;
	unsigned head = track % d->heads, cylinder = track / d->heads;

	if (CURRENT->cmd == READ)
		return command(current_drive(), CURRENT->nr_sectors, sector, head, cylinder,
			       CMD_READ, read_intr);
	if (!command(current_drive(), CURRENT->nr_sectors, sector, head, cylinder, CMD_WRITE,
		     write_intr))
		return 0;
	if (!poll_status(STATUS_DRQ, STATUS_DRQ, DRQ_POLLS))
		return 0;
	outsw(HD_DATA, CURRENT->buffer, 256); /* the first sector has no interrupt before it */
	return 1;
}

static int start_recalibrate(int drive)
{
	recalibrate_wanted[drive] = 0;
	return command(drive, drives[drive].sectors, 0, 0, 0, CMD_RECALIBRATE, recalibrate_intr);
}

/* Starts the first request of the queue, or what must come before it. Interrupts are off. */
static void do_hd_request(void)
{
	unsigned long sector;
	int going;

	while (CURRENT) {
		start_watch();
		if (!locate(CURRENT, &sector)) {
			end_request(DEVICE, 0);
			continue;
		}
		if (reset_wanted) {
			start_reset();
			return;
		}
		if (recalibrate_wanted[current_drive()])
			going = start_recalibrate(current_drive());
		else
			going = start_transfer(sector);
		if (going)
			return;
		controller_stuck();
	}
}

static unsigned char cmos_read(unsigned char reg)
{
	outb_p(0x80 | reg, 0x70);
	return inb_p(0x71);
}

/* A row of the BIOS table. With A0h or more at byte 3 the first fields are a translation and the
   drive's own numbers stand at 4, 9 and 11 (Phoenix Enhanced Disk Drive Specification 1.1). */
static void take_bios_row(struct hd_drive *d, const unsigned char *row)
{
	int translated = row[3] >= 0xa0;
	const unsigned char *cylinders = translated ? row + 9 : row;

	d->cylinders = cylinders[0] | cylinders[1] << 8;
	d->heads = translated ? row[11] : row[2];
	d->sectors = translated ? row[4] : row[14];
	d->precomp = row[5] | row[6] << 8;
	d->control = row[8] & CONTROL_KEPT;
}

static void find_drives(const unsigned char *rows)
{
	unsigned char types = cmos_read(0x12);

	for (int i = 0; i < MAX_HD; i++, rows += 16, types <<= 4) {
		struct hd_drive *d = &drives[i];

		take_bios_row(d, rows);
		if (!(types & 0xf0) || !d->cylinders || !d->heads || !d->sectors)
			break;
		nr_drives++;
		partitions[i * MINORS_PER_HD].size =
			(unsigned long)d->cylinders * d->heads * d->sectors;
	}
}

/* Entries with type 0 are empty; the fourth one of our own boot sector is 0.12's device words. */
static void take_partition(int minor, const unsigned char *entry)
{
	unsigned long whole = partitions[minor - minor % MINORS_PER_HD].size;
	unsigned long start = *(const unsigned long *)(entry + 8);
	unsigned long size = *(const unsigned long *)(entry + 12);

	if (!entry[4] || start >= whole)
		return;
	partitions[minor].start = start;
	partitions[minor].size = size > whole - start ? whole - start : size;
}

static int read_partitions(int drive)
{
	struct buffer_head *bh = bread(HD_MAJOR << 8 | drive * MINORS_PER_HD, 0);
	const unsigned char *sector;
	int found = 0;

	if (!bh) {
		printk("hd%d: cannot read the partition table\n", drive * MINORS_PER_HD);
		return 0;
	}
	sector = (unsigned char *)bh->b_data;
	if (sector[510] == 0x55 && sector[511] == 0xaa) {
		for (int i = 0; i < 4; i++)
			take_partition(drive * MINORS_PER_HD + 1 + i, sector + 0x1be + i * 16);
		found = 1;
	} else {
		printk("hd%d: no partition table\n", drive * MINORS_PER_HD);
	}
	brelse(bh);
	return found;
}

/* Called once by init, with the two tables that setup saved: finds the drives and their partitions,
   starts swapping and mounts the root. */
int sys_setup(void *bios_tables)
{
	static int done;
	unsigned char rows[2 * 16];
	int tables = 0;

	if (done)
		return -1;
	done = 1;
	memcpy_fromfs(rows, bios_tables, sizeof(rows));
	find_drives(rows);
	for (int i = 0; i < nr_drives; i++)
		tables += read_partitions(i);
	for (int i = 0; i < nr_drives * MINORS_PER_HD; i++)
		hd_sizes[i] = partitions[i].size / 2;
	if (tables)
		printk("Partition table%s ok.\n", tables > 1 ? "s" : "");
	init_swapping();
	mount_root();
	return 0;
}

/* Takes the major number and the interrupt; drives are looked for in sys_setup(). */
void hd_init(void)
{
	blk_dev[HD_MAJOR].request_fn = do_hd_request;
	blk_size[HD_MAJOR] = hd_sizes;
	request_irq(IRQ_HD, hd_irq);
}
