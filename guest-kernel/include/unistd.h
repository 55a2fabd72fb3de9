/* System call numbers and the calls that have no header of their own.
   int 80h: eax = number, ebx, ecx, edx = arguments; eax = result or -errno. */
#ifndef _UNISTD_H
#define _UNISTD_H

#ifndef __ASSEMBLER__
#include <sys/types.h>
#endif

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define __NR_setup 0
#define __NR_exit 1
#define __NR_fork 2
#define __NR_read 3
#define __NR_write 4
#define __NR_open 5
#define __NR_close 6
#define __NR_waitpid 7
#define __NR_creat 8
#define __NR_link 9
#define __NR_unlink 10
#define __NR_execve 11
#define __NR_chdir 12
#define __NR_time 13
#define __NR_mknod 14
#define __NR_chmod 15
#define __NR_chown 16
#define __NR_break 17
#define __NR_stat 18
#define __NR_lseek 19
#define __NR_getpid 20
#define __NR_mount 21
#define __NR_umount 22
#define __NR_setuid 23
#define __NR_getuid 24
#define __NR_stime 25
#define __NR_ptrace 26
#define __NR_alarm 27
#define __NR_fstat 28
#define __NR_pause 29
#define __NR_utime 30
#define __NR_stty 31
#define __NR_gtty 32
#define __NR_access 33
#define __NR_nice 34
#define __NR_ftime 35
#define __NR_sync 36
#define __NR_kill 37
#define __NR_rename 38
#define __NR_mkdir 39
#define __NR_rmdir 40
#define __NR_dup 41
#define __NR_pipe 42
#define __NR_times 43
#define __NR_prof 44
#define __NR_brk 45
#define __NR_setgid 46
#define __NR_getgid 47
#define __NR_signal 48
#define __NR_geteuid 49
#define __NR_getegid 50
#define __NR_acct 51
#define __NR_phys 52
#define __NR_lock 53
#define __NR_ioctl 54
#define __NR_fcntl 55
#define __NR_mpx 56
#define __NR_setpgid 57
#define __NR_ulimit 58
#define __NR_uname 59
#define __NR_umask 60
#define __NR_chroot 61
#define __NR_ustat 62
#define __NR_dup2 63
#define __NR_getppid 64
#define __NR_getpgrp 65
#define __NR_setsid 66
#define __NR_sigaction 67
#define __NR_sgetmask 68
#define __NR_ssetmask 69
#define __NR_setreuid 70
#define __NR_setregid 71
#define __NR_sigsuspend 72
#define __NR_sigpending 73
#define __NR_sethostname 74
#define __NR_setrlimit 75
#define __NR_getrlimit 76
#define __NR_getrusage 77
#define __NR_gettimeofday 78
#define __NR_settimeofday 79
#define __NR_getgroups 80
#define __NR_setgroups 81
#define __NR_select 82
#define __NR_symlink 83
#define __NR_lstat 84
#define __NR_readlink 85
#define __NR_uselib 86
#define __NR_taskinfo 87
#define __NR_reboot 88
#define __NR_meminfo 89
#define __NR_mmap 90
#define __NR_munmap 91
#define __NR_mprotect 92
#define __NR_memcheck 93
#define __NR_systrace 94

#if !defined(__KERNEL__) && !defined(__ASSEMBLER__)

extern char **environ;
extern char *optarg;
extern int optind, opterr, optopt;

int access(const char *path, int mode);
unsigned int alarm(unsigned int seconds);
int brk(void *end);
void *sbrk(ptrdiff_t increment);
int chdir(const char *path);
int chown(const char *path, uid_t owner, gid_t group);
int chroot(const char *path);
int close(int fd);
int dup(int fd);
int dup2(int old_fd, int new_fd);
int execve(const char *path, char *const argv[], char *const envp[]);
int execv(const char *path, char *const argv[]);
int execvp(const char *file, char *const argv[]);
int execl(const char *path, const char *arg0, ...);
int execlp(const char *file, const char *arg0, ...);
void _exit(int code) __attribute__((noreturn));
pid_t fork(void);
char *getcwd(char *buffer, size_t size);
gid_t getegid(void);
uid_t geteuid(void);
gid_t getgid(void);
uid_t getuid(void);
pid_t getpgrp(void);
pid_t getpid(void);
pid_t getppid(void);
int getgroups(int count, gid_t *groups);
int setgroups(int count, const gid_t *groups);
int getopt(int argc, char *const argv[], const char *options);
int isatty(int fd);
int link(const char *old_path, const char *new_path);
off_t lseek(int fd, off_t offset, int whence);
int mount(const char *device, const char *directory, int read_write);
int nice(int increment);
int pause(void);
int pipe(int fds[2]);
int read(int fd, void *buffer, size_t size);
int readlink(const char *path, char *buffer, size_t size);
int rmdir(const char *path);
int setgid(gid_t gid);
int setpgid(pid_t pid, pid_t group);
int setregid(int real, int effective);
int setreuid(int real, int effective);
pid_t setsid(void);
int setuid(uid_t uid);
unsigned int sleep(unsigned int seconds);
int symlink(const char *target, const char *path);
int sync(void);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group);
int umount(const char *device);
int unlink(const char *path);
int uselib(const char *path);
int write(int fd, const void *buffer, size_t size);

#endif

#endif
