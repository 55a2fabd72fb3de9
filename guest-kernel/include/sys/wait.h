#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

#include <sys/types.h>

#define WNOHANG 1
#define WUNTRACED 2

/* A status is exit code << 8, or a signal number, or signal << 8 | 0x7f when stopped. */
#define WIFEXITED(s) (((s) & 0xff) == 0)
#define WIFSTOPPED(s) (((s) & 0xff) == 0x7f)
#define WIFSIGNALED(s) (!WIFEXITED(s) && !WIFSTOPPED(s))
#define WEXITSTATUS(s) (((s) >> 8) & 0xff)
#define WTERMSIG(s) ((s) & 0x7f)
#define WSTOPSIG(s) (((s) >> 8) & 0xff)

#ifndef __KERNEL__
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
#endif

#endif
