#ifndef _SYS_TASKINFO_H
#define _SYS_TASKINFO_H

/*
 * System calls 87 and 89, ours beyond 0.12. Sizes are in pages of 4096 bytes unless the
 * comment says otherwise.
 *
 * taskinfo(slot, &info): slot 0..63. 0 and a filled structure, or -1 with errno ESRCH
 * (nobody in that slot) or EINVAL (no such slot).
 */
struct taskinfo {
	int slot;
	int pid, ppid, pgrp, session;
	int state;             /* 0 running, 1 interruptible, 2 uninterruptible, 3 zombie, 4 stopped */
	int counter, priority; /* ticks of 10 ms */
	int uid, euid, gid, egid;
	int tty;               /* minor number, -1 = none */
	unsigned long start_code; /* linear base: slot * 64 MB */
	unsigned long end_code, end_data, brk, start_stack; /* bytes, within the slot */
	unsigned long utime, stime, cutime, cstime; /* ticks */
	unsigned long start_time;  /* ticks after boot */
	unsigned long resident;    /* present pages of the slot */
	unsigned long shared;      /* of these: frames with more than one user */
	unsigned long swapped;
	unsigned long page_tables;
	unsigned long min_faults;  /* page faults served without a device */
	unsigned long maj_faults;  /* with one */
	unsigned long kstack_free; /* bytes never used of the kernel stack */
	unsigned long signal, blocked;
	char comm[16];             /* program name, NUL-terminated */
};

struct meminfo {
	unsigned long kernel_end;  /* byte address: end of kernel and its data */
	unsigned long buffer_end;  /* byte address: end of the buffer cache */
	unsigned long main_start;  /* byte address: first managed frame */
	unsigned long memory_end;  /* byte address */
	unsigned long total_pages, free_pages, shared_pages;
	unsigned long buffers;     /* blocks of 1024 bytes */
	unsigned long swap_pages, free_swap_pages;
	unsigned long swap_ins, swap_outs; /* since boot */
	unsigned long uptime;      /* ticks of 10 ms */
	unsigned long context_switches;
};

#ifndef __KERNEL__
int taskinfo(int slot, struct taskinfo *info);
int meminfo(struct meminfo *info);
#endif

#endif
