#ifndef _LINUX_FRAME_H
#define _LINUX_FRAME_H

/*
 * What kernel/entry.S leaves on the kernel stack for every interrupt, exception and system
 * call, lowest address first. esp and ss are there only when the CPU came from ring 3.
 */
struct trap_frame {
	long edi, esi, ebp, kernel_esp, ebx, edx, ecx, eax; /* PUSHA */
	long fs, es, ds;
	long vector;
	long error_code; /* of the exception; for a system call its number (orig_eax) */
	long eip, cs, eflags;
	long esp, ss;
};

#define FROM_USER(frame) (((frame)->cs & 3) == 3)

/* The frame of the system call a task is in: ring 3 always enters at the top of the task's page. */
#define user_frame(task) ((struct trap_frame *)((unsigned long)(task) + PAGE_SIZE) - 1)

#endif
