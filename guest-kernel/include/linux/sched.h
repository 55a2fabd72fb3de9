#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/fs.h>
#include <linux/head.h>
#include <linux/mm.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#define HZ 100
#define NR_TASKS 64
#define TASK_SIZE 0x04000000UL    /* each task's share of the linear space: 64 MB */
#define LIBRARY_SIZE 0x00400000UL /* the top 4 MB of it belong to a shared library */
#define LIBRARY_OFFSET (TASK_SIZE - LIBRARY_SIZE)

#define CT_TO_SECS(ticks) ((ticks) / HZ)
#define CT_TO_USECS(ticks) (((ticks) % HZ) * (1000000 / HZ))

#define FIRST_TASK task[0]
#define LAST_TASK task[NR_TASKS - 1]

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define TASK_ZOMBIE 3
#define TASK_STOPPED 4

#define NGROUPS 32
#define NOGROUP (-1)

struct i387_struct {
	long cwd, swd, twd;
	long fip, fcs, foo, fos;
	long st_space[20];
};

/* PRM 7.1: the 386's task state segment; the x87 image behind it is ours. */
struct tss_struct {
	long back_link;
	long esp0, ss0, esp1, ss1, esp2, ss2;
	long cr3, eip, eflags;
	long eax, ecx, edx, ebx, esp, ebp, esi, edi;
	long es, cs, ss, ds, fs, gs;
	long ldt;
	long trace_bitmap;
	struct i387_struct i387;
};

/*
 * One page for each task: this structure at its start, the task's kernel stack growing
 * down from its end. The offsets on the right are known to entry.S and to debuggers.
 */
struct task_struct {
	long state;                       /*   0 */
	long counter;                     /*   4 ticks left of its slice */
	long priority;                    /*   8 */
	long signal;                      /*  12 pending, bit n-1 = signal n */
	struct sigaction sigaction[32];   /*  16 */
	long blocked;                     /* 528 */
	int exit_code;                    /* 532 */
	unsigned long start_code, end_code, end_data, brk, start_stack; /* 536 */
	long pid, pgrp, session, leader;  /* 556 */
	int groups[NGROUPS];              /* 572 */
	/* 700: parent, youngest child, next younger and next older child of the same parent */
	struct task_struct *p_pptr, *p_cptr, *p_ysptr, *p_osptr;
	unsigned short uid, euid, suid;   /* 716 */
	unsigned short gid, egid, sgid;   /* 722 */
	unsigned long timeout, alarm;     /* 728 in jiffies, 0 = none */
	long utime, stime, cutime, cstime, start_time; /* 736 */
	struct rlimit rlim[RLIM_NLIMITS]; /* 756 */
	unsigned int flags;               /* 804 */
	unsigned short used_math;         /* 808 */
	int tty;                          /* 812 -1 = none */
	unsigned short umask;             /* 816 */
	struct m_inode *pwd, *root, *executable, *library; /* 820 */
	unsigned long close_on_exec;      /* 836 */
	struct file *filp[NR_OPEN];       /* 840 */
	struct desc_struct ldt[3];        /* 920 null, code 0x0f, data and stack 0x17 */
	struct tss_struct tss;            /* 944 */
	/* 1156: what 0.12 does not have, for ps and its like */
	char comm[16];
	unsigned long min_flt, maj_flt;   /* faults served from memory, from a device */
	struct task_struct *wait_chldexit; /* where it sleeps in waitpid() */
	struct task_struct **waiting_on;  /* the queue it sleeps in */
	struct mm_struct mm;              /* 1188 directory and regions */
	struct task_struct *tracer;       /* 1220 who follows its system calls */
	char path[64];                    /* 1224 of the program, as far as it fits */
};

extern struct task_struct *task[NR_TASKS];
extern struct task_struct *last_task_used_math;
extern struct task_struct *current;
extern unsigned long volatile jiffies;
extern unsigned long jiffies_offset;  /* ticks between boot and the last settimeofday() */
extern unsigned long context_switches;

#define CURRENT_TIME (startup_time + (long)((jiffies + jiffies_offset) / HZ))

/* GDT slots: task n has its TSS in 4+2n and its LDT in 5+2n. */
#define FIRST_TSS_ENTRY 4
#define FIRST_LDT_ENTRY (FIRST_TSS_ENTRY + 1)
#define _TSS(n) ((((unsigned long)(n)) << 4) + (FIRST_TSS_ENTRY << 3))
#define _LDT(n) ((((unsigned long)(n)) << 4) + (FIRST_LDT_ENTRY << 3))

void sched_init(void);
void schedule(void);

/*
 * Wait queues; an empty one is a NULL pointer. wake_up() ends the sleep of all who are in the
 * queue: each must look again whether what it waits for is there. A signal ends an
 * interruptible sleep: look at current->signal as well. For a wait in several queues
 * (select): set current->state, join each, schedule(), leave_queues(); wake-ups of queues
 * that were not joined may end it too.
 */
void sleep_on(struct task_struct **queue);
void interruptible_sleep_on(struct task_struct **queue);
void join_queue(struct task_struct **queue);
void leave_queues(void);
void wake_up(struct task_struct **queue);

void add_timer(long ticks, void (*function)(void));      /* function runs in the timer interrupt */
void trap_init(void);
int in_group_p(gid_t group);
int kill_pg(int pgrp, int sig, int privileged);
int is_orphaned_pgrp(int pgrp);
int session_of_pgrp(int pgrp);
int send_sig(long sig, struct task_struct *p, int privileged);

/* Base and limit of a descriptor in memory (PRM 5.1.3). */
static inline unsigned long get_base(const struct desc_struct *d)
{
	return (d->a >> 16) | ((d->b & 0xff) << 16) | (d->b & 0xff000000UL);
}

static inline void set_base(struct desc_struct *d, unsigned long base)
{
	d->a = (d->a & 0x0000ffffUL) | (base << 16);
	d->b = (d->b & 0x00ffff00UL) | (base & 0xff000000UL) | ((base >> 16) & 0xff);
}

/* The limit in bytes of a page-granular descriptor. */
static inline void set_limit(struct desc_struct *d, unsigned long bytes)
{
	unsigned long pages = (bytes - 1) >> 12;

	d->a = (d->a & 0xffff0000UL) | (pages & 0xffff);
	d->b = (d->b & 0xfff0ffffUL) | (pages & 0xf0000UL);
}

/* Size in bytes of the segment behind a selector of the running task (LSL). */
static inline unsigned long get_limit(unsigned long selector)
{
	unsigned long limit;

	__asm__ volatile("lsll %1,%0" : "=r"(limit) : "r"(selector));
	return limit + 1;
}

#endif
