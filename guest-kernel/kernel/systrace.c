/*
 * Following system calls. entry.S calls trace_enter() and trace_leave() for tasks that have a tracer;
 * all others pay one comparison. One tracer at a time owns the ring of records.
 */

#include <errno.h>
#include <string.h>
#include <sys/systrace.h>
#include <unistd.h>

#include <asm/segment.h>
#include <linux/frame.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

#include "kernel.h"

#define RING 64

static struct trace_record ring[RING];
static unsigned first, count;
static struct task_struct *tracer;
static struct task_struct *wait_for_room, *wait_for_record;

/* Calls whose first argument is a path, by number. */
static const unsigned char takes_path[] = {
	__NR_open, __NR_creat, __NR_link, __NR_unlink, __NR_execve, __NR_chdir, __NR_mknod, __NR_chmod,
	__NR_chown, __NR_stat, __NR_mount, __NR_umount, __NR_utime, __NR_access, __NR_mkdir, __NR_rmdir,
	__NR_chroot, __NR_symlink, __NR_lstat, __NR_readlink, __NR_uselib,
};

static void copy_path(struct trace_record *record, const char *path)
{
	unsigned i;

	if (!memchr(takes_path, record->number, sizeof(takes_path)))
		return;
	for (i = 0; i < sizeof(record->text) - 1; i++) {
		if ((unsigned long)(path + i) >= current->mm.task_size ||
		    !page_is_present((unsigned long)(path + i)))
			return;
		if (!(record->text[i] = get_fs_byte(path + i)))
			return;
	}
}

/* Adds a record; a full ring is waited for unless the task is to die. */
static void put_record(const struct trap_frame *frame, int leaving)
{
	struct trace_record *record;

	while (count == RING && current->tracer && !(current->signal & ~current->blocked))
		interruptible_sleep_on(&wait_for_room);
	if (count == RING || !current->tracer)
		return;
	record = &ring[(first + count++) % RING];
	memset(record, 0, sizeof(*record));
	record->pid = current->pid;
	record->number = frame->error_code;
	record->leaving = leaving;
	record->arguments[0] = frame->ebx;
	record->arguments[1] = frame->ecx;
	record->arguments[2] = frame->edx;
	record->result = frame->eax;
	if (!leaving)
		copy_path(record, (const char *)frame->ebx);
	wake_up(&wait_for_record);
}

void trace_enter(const struct trap_frame *frame)
{
	put_record(frame, 0);
}

void trace_leave(const struct trap_frame *frame)
{
	put_record(frame, 1);
}

/* A task ends: nobody to wait for, or nobody to report to. */
void trace_exit(void)
{
	int i;

	current->tracer = NULL;
	if (tracer == current) {
		for (i = 1; i < NR_TASKS; i++)
			if (task[i])
				task[i]->tracer = NULL;
		tracer = NULL;
		count = 0;
	}
	wake_up(&wait_for_room);
	wake_up(&wait_for_record);
}

static int is_followed(void)
{
	int i;

	for (i = 1; i < NR_TASKS; i++)
		if (task[i] && task[i]->tracer == current)
			return 1;
	return 0;
}

static int follow_me(void)
{
	struct task_struct *parent = current->p_pptr;

	if (tracer && tracer != parent)
		return -EBUSY;
	if (parent->pid <= 1)
		return -EPERM;
	tracer = current->tracer = parent;
	return 0;
}

static int read_records(struct trace_record *user, int wanted)
{
	struct trace_record record;
	int done = 0;

	while (tracer == current && !count && is_followed()) {
		if (current->signal & ~current->blocked)
			return -EINTR;
		interruptible_sleep_on(&wait_for_record);
	}
	if (tracer != current)
		return 0;
	for (; done < wanted && count; done++) {
		record = ring[first];
		first = (first + 1) % RING;
		count--;
		verify_area(user + done, sizeof(record));
		memcpy_tofs(user + done, &record, sizeof(record));
	}
	wake_up(&wait_for_room);
	if (!done)
		tracer = NULL;
	return done;
}

int sys_systrace(int command, struct trace_record *user, int wanted)
{
	if (command == SYSTRACE_ME)
		return follow_me();
	return command == SYSTRACE_READ && wanted > 0 ? read_records(user, wanted) : -EINVAL;
}
