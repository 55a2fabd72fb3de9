/* Character devices by major number. */
#include "internal.h"
#include "../drivers/char/char.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/tty.h>

static int rw_ttyx(int rw, unsigned minor, char *buf, int count, off_t *pos, unsigned flags)
{
	(void)pos;
	if (rw == WRITE)
		return tty_write(minor, buf, count);
	if ((flags & O_NONBLOCK) && !tty_input_ready(minor))
		return -EAGAIN;
	return tty_read(minor, buf, count);
}

/* /dev/tty: the terminal of whoever asks. */
static int rw_tty(int rw, unsigned minor, char *buf, int count, off_t *pos, unsigned flags)
{
	(void)minor;
	if (current->tty < 0)
		return -EPERM;
	return rw_ttyx(rw, current->tty, buf, count, pos, flags);
}

static int open_ttyx(unsigned minor, int flags)
{
	return tty_open(minor, flags);
}

static int open_tty(unsigned minor, int flags)
{
	(void)minor;
	return current->tty < 0 ? -EPERM : tty_open(current->tty, flags);
}

static const struct char_major {
	int (*rw)(int rw, unsigned minor, char *buf, int count, off_t *pos, unsigned flags);
	int (*open)(unsigned minor, int flags);
} majors[] = {
	[1] = {rw_memory, NULL},
	[4] = {rw_ttyx, open_ttyx},
	[5] = {rw_tty, open_tty},
};

#define NR_MAJORS (sizeof(majors) / sizeof(majors[0]))

int rw_char(int rw, int dev, char *buf, int count, off_t *pos, unsigned flags)
{
	if (MAJOR(dev) >= NR_MAJORS || !majors[MAJOR(dev)].rw)
		return -ENODEV;
	return majors[MAJOR(dev)].rw(rw, MINOR(dev), buf, count, pos, flags);
}

/* An unknown major may be opened; reading and writing it fail. */
int open_char(int dev, int flags)
{
	if (MAJOR(dev) >= NR_MAJORS || !majors[MAJOR(dev)].open)
		return 0;
	return majors[MAJOR(dev)].open(MINOR(dev), flags);
}
