/*
 * Memory as files, major 1: 1 /dev/mem, 2 /dev/kmem (the kernel's linear addresses are physical
 * ones, so they are the same), 3 /dev/null, 4 /dev/port (I/O ports at the file offset).
 */
#include "char.h"
#include <asm/io.h>
#include <asm/segment.h>
#include <errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>

static int rw_mem(int rw, char *buf, int count, off_t *pos)
{
	unsigned long at = *pos;

	if (at >= HIGH_MEMORY)
		return 0;
	if ((unsigned long)count > HIGH_MEMORY - at)
		count = HIGH_MEMORY - at;
	if (rw == READ)
		memcpy_tofs(buf, (void *)at, count);
	else
		memcpy_fromfs((void *)at, buf, count);
	*pos += count;
	return count;
}

static int rw_null(int rw, char *buf, int count, off_t *pos)
{
	(void)buf;
	(void)pos;
	return rw == READ ? 0 : count;
}

static int rw_port(int rw, char *buf, int count, off_t *pos)
{
	int done = 0;

	while (done < count && *pos < 0x10000) {
		if (rw == READ)
			put_fs_byte(inb(*pos), buf + done);
		else
			outb(get_fs_byte(buf + done), *pos);
		done++;
		(*pos)++;
	}
	return done;
}

int rw_memory(int rw, unsigned minor, char *buf, int count, off_t *pos, unsigned flags)
{
	static int (*const minors[])(int rw, char *buf, int count, off_t *pos) = {
		[1] = rw_mem,
		[2] = rw_mem,
		[3] = rw_null,
		[4] = rw_port,
	};

	(void)flags;
	if (minor >= sizeof(minors) / sizeof(minors[0]) || !minors[minor])
		return -EIO;
	return minors[minor](rw, buf, count, pos);
}
