/* One row for each system call: its name in C, its number, how many arguments it takes.
   A call keeps every register but eax, so only ebx, which C functions keep too, needs saving. */
#include <unistd.h>

	.text

.macro SYSCALL name, number, arguments
	.globl	\name
\name:
	movl	$\number, %eax
.if \arguments == 0
	int	$0x80
.else
	pushl	%ebx
	movl	8(%esp), %ebx
.if \arguments > 1
	movl	12(%esp), %ecx
.endif
.if \arguments > 2
	movl	16(%esp), %edx
.endif
	int	$0x80
	popl	%ebx
.endif
	cmpl	$-4096, %eax
	ja	set_errno
	ret
.endm

set_errno:
	negl	%eax
	movl	%eax, errno
	movl	$-1, %eax
	ret

	SYSCALL	_exit, __NR_exit, 1
	SYSCALL	fork, __NR_fork, 0
	SYSCALL	read, __NR_read, 3
	SYSCALL	write, __NR_write, 3
	SYSCALL	open, __NR_open, 3
	SYSCALL	close, __NR_close, 1
	SYSCALL	waitpid, __NR_waitpid, 3
	SYSCALL	creat, __NR_creat, 2
	SYSCALL	link, __NR_link, 2
	SYSCALL	unlink, __NR_unlink, 1
	SYSCALL	execve, __NR_execve, 3
	SYSCALL	chdir, __NR_chdir, 1
	SYSCALL	time, __NR_time, 1
	SYSCALL	mknod, __NR_mknod, 3
	SYSCALL	chmod, __NR_chmod, 2
	SYSCALL	chown, __NR_chown, 3
	SYSCALL	stat, __NR_stat, 2
	SYSCALL	lseek, __NR_lseek, 3
	SYSCALL	getpid, __NR_getpid, 0
	SYSCALL	mount, __NR_mount, 3
	SYSCALL	umount, __NR_umount, 1
	SYSCALL	setuid, __NR_setuid, 1
	SYSCALL	getuid, __NR_getuid, 0
	SYSCALL	stime, __NR_stime, 1
	SYSCALL	alarm, __NR_alarm, 1
	SYSCALL	fstat, __NR_fstat, 2
	SYSCALL	pause, __NR_pause, 0
	SYSCALL	utime, __NR_utime, 2
	SYSCALL	access, __NR_access, 2
	SYSCALL	nice, __NR_nice, 1
	SYSCALL	sync, __NR_sync, 0
	SYSCALL	kill, __NR_kill, 2
	SYSCALL	mkdir, __NR_mkdir, 2
	SYSCALL	rmdir, __NR_rmdir, 1
	SYSCALL	dup, __NR_dup, 1
	SYSCALL	pipe, __NR_pipe, 1
	SYSCALL	times, __NR_times, 1
	SYSCALL	__brk, __NR_brk, 1
	SYSCALL	setgid, __NR_setgid, 1
	SYSCALL	getgid, __NR_getgid, 0
	SYSCALL	geteuid, __NR_geteuid, 0
	SYSCALL	getegid, __NR_getegid, 0
	SYSCALL	ioctl, __NR_ioctl, 3
	SYSCALL	fcntl, __NR_fcntl, 3
	SYSCALL	setpgid, __NR_setpgid, 2
	SYSCALL	uname, __NR_uname, 1
	SYSCALL	umask, __NR_umask, 1
	SYSCALL	chroot, __NR_chroot, 1
	SYSCALL	dup2, __NR_dup2, 2
	SYSCALL	getppid, __NR_getppid, 0
	SYSCALL	getpgrp, __NR_getpgrp, 0
	SYSCALL	setsid, __NR_setsid, 0
	SYSCALL	__sigaction, __NR_sigaction, 3
	SYSCALL	__sgetmask, __NR_sgetmask, 0
	SYSCALL	__ssetmask, __NR_ssetmask, 1
	SYSCALL	setreuid, __NR_setreuid, 2
	SYSCALL	setregid, __NR_setregid, 2
	SYSCALL	__sigsuspend, __NR_sigsuspend, 3
	SYSCALL	sigpending, __NR_sigpending, 1
	SYSCALL	sethostname, __NR_sethostname, 2
	SYSCALL	setrlimit, __NR_setrlimit, 2
	SYSCALL	getrlimit, __NR_getrlimit, 2
	SYSCALL	getrusage, __NR_getrusage, 2
	SYSCALL	gettimeofday, __NR_gettimeofday, 2
	SYSCALL	settimeofday, __NR_settimeofday, 2
	SYSCALL	getgroups, __NR_getgroups, 2
	SYSCALL	setgroups, __NR_setgroups, 2
	SYSCALL	__select, __NR_select, 1
	SYSCALL	symlink, __NR_symlink, 2
	SYSCALL	lstat, __NR_lstat, 2
	SYSCALL	readlink, __NR_readlink, 3
	SYSCALL	uselib, __NR_uselib, 1
	SYSCALL	taskinfo, __NR_taskinfo, 2
	SYSCALL	reboot, __NR_reboot, 1
	SYSCALL	meminfo, __NR_meminfo, 1
	SYSCALL	__mmap, __NR_mmap, 1
	SYSCALL	munmap, __NR_munmap, 2
	SYSCALL	mprotect, __NR_mprotect, 3
	SYSCALL	memcheck, __NR_memcheck, 1
	SYSCALL	systrace, __NR_systrace, 3

/* A signal handler returns here. The kernel pushed, from the top: signal, mask of before, eax, ecx,
   edx, eflags, eip. There is no call that undoes this; the program restores its own registers. */
	.globl	__sigrestore
__sigrestore:
	addl	$4, %esp
	movl	%ebx, %eax
	popl	%ebx
	pushl	%eax
	movl	$__NR_ssetmask, %eax
	int	$0x80
	popl	%ebx
	popl	%eax
	popl	%ecx
	popl	%edx
	popfl
	ret

	.bss
	.globl	errno
	.balign	4
errno:
	.long	0
