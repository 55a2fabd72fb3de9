/*
 * The system calls by number, five to a line; linux/sys.h has their arguments. Numbers that
 * 0.12 has without code are sys_nosys (ENOSYS): 17 break, 26 ptrace, 31 stty, 32 gtty, 35 ftime,
 * 38 rename, 44 prof, 51 acct, 52 phys, 53 lock, 56 mpx, 58 ulimit, 62 ustat.
 */

	.section .rodata
	.globl sys_call_table, nr_system_calls
	.balign 4
sys_call_table:
/*  0 */ .long sys_setup, sys_exit, sys_fork, sys_read, sys_write
/*  5 */ .long sys_open, sys_close, sys_waitpid, sys_creat, sys_link
/* 10 */ .long sys_unlink, sys_execve, sys_chdir, sys_time, sys_mknod
/* 15 */ .long sys_chmod, sys_chown, sys_nosys, sys_stat, sys_lseek
/* 20 */ .long sys_getpid, sys_mount, sys_umount, sys_setuid, sys_getuid
/* 25 */ .long sys_stime, sys_nosys, sys_alarm, sys_fstat, sys_pause
/* 30 */ .long sys_utime, sys_nosys, sys_nosys, sys_access, sys_nice
/* 35 */ .long sys_nosys, sys_sync, sys_kill, sys_nosys, sys_mkdir
/* 40 */ .long sys_rmdir, sys_dup, sys_pipe, sys_times, sys_nosys
/* 45 */ .long sys_brk, sys_setgid, sys_getgid, sys_signal, sys_geteuid
/* 50 */ .long sys_getegid, sys_nosys, sys_nosys, sys_nosys, sys_ioctl
/* 55 */ .long sys_fcntl, sys_nosys, sys_setpgid, sys_nosys, sys_uname
/* 60 */ .long sys_umask, sys_chroot, sys_nosys, sys_dup2, sys_getppid
/* 65 */ .long sys_getpgrp, sys_setsid, sys_sigaction, sys_sgetmask, sys_ssetmask
/* 70 */ .long sys_setreuid, sys_setregid, sys_sigsuspend, sys_sigpending, sys_sethostname
/* 75 */ .long sys_setrlimit, sys_getrlimit, sys_getrusage, sys_gettimeofday, sys_settimeofday
/* 80 */ .long sys_getgroups, sys_setgroups, sys_select, sys_symlink, sys_lstat
/* 85 */ .long sys_readlink, sys_uselib, sys_taskinfo, sys_reboot, sys_meminfo /* 87-89: ours */
/* 90 */ .long sys_mmap, sys_munmap, sys_mprotect, sys_memcheck, sys_systrace /* 90-94: ours */
nr_system_calls = (. - sys_call_table) / 4
