#ifndef _PROC_H
#define _PROC_H

#include "internal.h"
#include <linux/sched.h>

/*
 * The process file system: no blocks, everything is made when it is read. Inode numbers: 1 the root,
 * 2..15 its files, 16 * (slot + 1) the directory of the task in a slot, from the next number
 * on its files. An inode keeps the task's pid in its zone words: a slot may get a new tenant.
 */
#define PROC_FIRST_TASK_INO 16
#define PROC_INO_PER_TASK 16

/* Text under way to a reader who wants bytes [skip, skip + room) of it. */
struct proc_text {
	char *buffer;
	long skip, room, done;
};

void proc_print(struct proc_text *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct proc_file {
	const char *name;
	void (*print)(struct proc_text *out, struct task_struct *p); /* p: NULL in the root */
};

extern const struct proc_file proc_root_files[], proc_task_files[]; /* ended by a NULL name */

struct task_struct *proc_task(const struct m_inode *inode); /* NULL when it has gone */

#endif
