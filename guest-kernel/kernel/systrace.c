/*
 * Following system calls. entry.S calls trace_enter() and trace_leave() for tasks that have a tracer;
 * all others pay one comparison. Each tracer owns a ring of records.
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

#define TRACERS 4
#define RING 16

static struct tracing {
	struct task_struct *tracer; /* NULL: nobody's */
	unsigned first, count;
	struct task_struct *wait_for_room, *wait_for_record;
	struct trace_record ring[RING];
} tracings[TRACERS];

/* What a task follows with; NULL for nobody, and for a tracer that follows nothing. */
static struct tracing *tracing_of(const struct task_struct *tracer)
{
	int i;

	for (i = 0; tracer && i < TRACERS; i++)
		if (tracings[i].tracer == tracer)
			return &tracings[i];
	return NULL;
}

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
	struct tracing *to = tracing_of(current->tracer);
	struct trace_record *record;

	while (to && to->count == RING && !(current->signal & ~current->blocked)) {
		interruptible_sleep_on(&to->wait_for_room);
		to = tracing_of(current->tracer);
	}
	if (!to || to->count == RING)
		return;
	record = &to->ring[(to->first + to->count++) % RING];
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
	wake_up(&to->wait_for_record);
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
	struct tracing *own = tracing_of(current), *to = tracing_of(current->tracer);
	int i;

	current->tracer = NULL;
	if (own) {
		for (i = 1; i < NR_TASKS; i++)
			if (task[i] && task[i]->tracer == current)
				task[i]->tracer = NULL;
		own->tracer = NULL;
		wake_up(&own->wait_for_room);
	}
	if (to)
		wake_up(&to->wait_for_record);
}

static int is_followed(void)
{
	int i;

	for (i = 1; i < NR_TASKS; i++)
		if (task[i] && task[i]->tracer == current)
			return 1;
	return 0;
}

/* The first call of the parent's to follow anybody takes a free ring for it. */
static int follow_me(void)
{
	struct task_struct *parent = current->p_pptr;
	struct tracing *to = tracing_of(parent);
	int i;

	if (parent->pid <= 1)
		return -EPERM;
	for (i = 0; !to && i < TRACERS; i++)
		if (!tracings[i].tracer)
			to = &tracings[i];
	if (!to)
		return -EBUSY;
	if (to->tracer != parent)
		to->first = to->count = 0;
	to->tracer = current->tracer = parent;
	return 0;
}

static int read_records(struct trace_record *user, int wanted)
{
	struct tracing *own = tracing_of(current);
	struct trace_record record;
	int done = 0;

	if (!own)
		return 0;
	while (!own->count && is_followed()) {
		if (current->signal & ~current->blocked)
			return -EINTR;
		interruptible_sleep_on(&own->wait_for_record);
	}
	for (; done < wanted && own->count; done++) {
		record = own->ring[own->first];
		own->first = (own->first + 1) % RING;
		own->count--;
		verify_area(user + done, sizeof(record));
		memcpy_tofs(user + done, &record, sizeof(record));
	}
	wake_up(&own->wait_for_room);
	if (!done)
		own->tracer = NULL;
	return done;
}

int sys_systrace(int command, struct trace_record *user, int wanted)
{
	if (command == SYSTRACE_ME)
		return follow_me();
	return command == SYSTRACE_READ && wanted > 0 ? read_records(user, wanted) : -EINVAL;
}
