#ifndef _INIT_INIT_H
#define _INIT_INIT_H

/* Where each part of the kernel starts. */
void blk_dev_init(void);
void chr_dev_init(void);
void hd_init(void);
unsigned long ramdisk_init(unsigned long start, unsigned long length);

void init(void);

/*
 * System calls of ring 3 code that is linked into the kernel. They are inlined for the sake of
 * tasks 0 and 1: after the fork both have the same stack page, and a call would write to it.
 */
#define SYSCALL_INLINE static inline __attribute__((always_inline))

SYSCALL_INLINE long syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

SYSCALL_INLINE int setup(void *drive_table)
{
	return syscall3(0, (long)drive_table, 0, 0);
}

SYSCALL_INLINE int fork(void)
{
	return syscall3(2, 0, 0, 0);
}

SYSCALL_INLINE int write(int fd, const char *buf, int count)
{
	return syscall3(4, fd, (long)buf, count);
}

SYSCALL_INLINE int open(const char *path, int flags, int mode)
{
	return syscall3(5, (long)path, flags, mode);
}

SYSCALL_INLINE int execve(const char *path, char *const argv[], char *const envp[])
{
	return syscall3(11, (long)path, (long)argv, (long)envp);
}

SYSCALL_INLINE int pause(void)
{
	return syscall3(29, 0, 0, 0);
}

SYSCALL_INLINE int dup(int fd)
{
	return syscall3(41, fd, 0, 0);
}

SYSCALL_INLINE int setsid(void)
{
	return syscall3(66, 0, 0, 0);
}

#endif
