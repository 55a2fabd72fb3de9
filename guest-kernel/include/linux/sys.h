#ifndef _LINUX_SYS_H
#define _LINUX_SYS_H

#include <sys/types.h>

/*
 * The kernel side of every system call, by number; kernel/syscall_table.S holds the table.
 * Arguments are user pointers where they are pointers; a result below 0 is minus errno.
 */

struct stat;
struct utimbuf;
struct utsname;
struct tms;
struct sigaction;
struct rusage;
struct rlimit;
struct timeval;
struct timezone;
struct taskinfo;
struct mmap_arguments;
struct memcheck;
struct trace_record;
struct meminfo;

int sys_setup(void *drive_table);                                      /*  0 hd.c */
int sys_exit(int code);                                                /*  1 */
int sys_fork(void);                                                    /*  2 */
int sys_read(unsigned fd, char *buf, int count);                       /*  3 */
int sys_write(unsigned fd, char *buf, int count);                      /*  4 */
int sys_open(const char *path, int flag, int mode);                    /*  5 */
int sys_close(unsigned fd);                                            /*  6 */
int sys_waitpid(int pid, unsigned long *status, int options);          /*  7 */
int sys_creat(const char *path, int mode);                             /*  8 */
int sys_link(const char *oldpath, const char *newpath);                /*  9 */
int sys_unlink(const char *path);                                      /* 10 */
int sys_execve(void);                                                  /* 11 */
int sys_chdir(const char *path);                                       /* 12 */
int sys_time(long *t);                                                 /* 13 */
int sys_mknod(const char *path, int mode, int dev);                    /* 14 */
int sys_chmod(const char *path, int mode);                             /* 15 */
int sys_chown(const char *path, int uid, int gid);                     /* 16 */
int sys_stat(const char *path, struct stat *buf);                      /* 18 */
int sys_lseek(unsigned fd, off_t offset, int origin);                  /* 19 */
int sys_getpid(void);                                                  /* 20 */
int sys_mount(const char *dev, const char *dir, int rw);               /* 21 */
int sys_umount(const char *dev);                                       /* 22 */
int sys_setuid(int uid);                                               /* 23 */
int sys_getuid(void);                                                  /* 24 */
int sys_stime(long *t);                                                /* 25 */
int sys_alarm(long seconds);                                           /* 27 */
int sys_fstat(unsigned fd, struct stat *buf);                          /* 28 */
int sys_pause(void);                                                   /* 29 */
int sys_utime(const char *path, struct utimbuf *times);                /* 30 */
int sys_access(const char *path, int mode);                            /* 33 */
int sys_nice(long increment);                                          /* 34 */
int sys_sync(void);                                                    /* 36 */
int sys_kill(int pid, int sig);                                        /* 37 */
int sys_mkdir(const char *path, int mode);                             /* 39 */
int sys_rmdir(const char *path);                                       /* 40 */
int sys_dup(unsigned fd);                                              /* 41 */
int sys_pipe(unsigned long fds[2]);                                    /* 42 */
int sys_times(struct tms *buf);                                        /* 43 */
int sys_brk(unsigned long end);                                        /* 45 */
int sys_setgid(int gid);                                               /* 46 */
int sys_getgid(void);                                                  /* 47 */
int sys_signal(int sig, long handler, long restorer);                  /* 48 */
int sys_geteuid(void);                                                 /* 49 */
int sys_getegid(void);                                                 /* 50 */
int sys_ioctl(unsigned fd, unsigned cmd, unsigned long arg);           /* 54 */
int sys_fcntl(unsigned fd, unsigned cmd, unsigned long arg);           /* 55 */
int sys_setpgid(int pid, int pgid);                                    /* 57 */
int sys_uname(struct utsname *name);                                   /* 59 */
int sys_umask(int mask);                                               /* 60 */
int sys_chroot(const char *path);                                      /* 61 */
int sys_dup2(unsigned oldfd, unsigned newfd);                          /* 63 */
int sys_getppid(void);                                                 /* 64 */
int sys_getpgrp(void);                                                 /* 65 */
int sys_setsid(void);                                                  /* 66 */
int sys_sigaction(int sig, const struct sigaction *to, struct sigaction *old); /* 67 */
int sys_sgetmask(void);                                                /* 68 */
int sys_ssetmask(int mask);                                            /* 69 */
int sys_setreuid(int ruid, int euid);                                  /* 70 */
int sys_setregid(int rgid, int egid);                                  /* 71 */
int sys_sigsuspend(int restart, unsigned long old_mask, unsigned long set); /* 72 */
int sys_sigpending(unsigned long *set);                                /* 73 */
int sys_sethostname(char *name, int len);                              /* 74 */
int sys_setrlimit(int resource, struct rlimit *limit);                 /* 75 */
int sys_getrlimit(int resource, struct rlimit *limit);                 /* 76 */
int sys_getrusage(int who, struct rusage *usage);                      /* 77 */
int sys_gettimeofday(struct timeval *tv, struct timezone *tz);         /* 78 */
int sys_settimeofday(struct timeval *tv, struct timezone *tz);         /* 79 */
int sys_getgroups(int size, unsigned short *list);                     /* 80 */
int sys_setgroups(int size, unsigned short *list);                     /* 81 */
int sys_select(unsigned long *arguments);                              /* 82 */
int sys_symlink(const char *target, const char *path);                 /* 83 */
int sys_lstat(const char *path, struct stat *buf);                     /* 84 */
int sys_readlink(const char *path, char *buf, int size);               /* 85 */
int sys_uselib(const char *library);                                   /* 86 */
int sys_taskinfo(int slot, struct taskinfo *info);                     /* 87 ours */
int sys_reboot(int command);                                           /* 88 ours */
int sys_meminfo(struct meminfo *info);                                 /* 89 ours */
int sys_mmap(const struct mmap_arguments *arguments);                  /* 90 ours */
int sys_munmap(unsigned long start, unsigned long length);             /* 91 ours */
int sys_mprotect(unsigned long start, unsigned long length, unsigned long protection); /* 92 ours */
int sys_memcheck(struct memcheck *result);                             /* 93 ours */
int sys_systrace(int command, struct trace_record *user, int wanted);  /* 94 ours */
void read_taskinfo(const struct task_struct *p, struct taskinfo *info); /* what 87 and 89 answer */
void read_meminfo(struct meminfo *info);
int sys_nosys(void);                                                   /* every hole: ENOSYS */

#endif
