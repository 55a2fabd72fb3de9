#ifndef _SYS_TIME_H
#define _SYS_TIME_H

#include <sys/types.h>

struct timeval {
	long tv_sec;
	long tv_usec;
};

struct timezone {
	int tz_minuteswest;
	int tz_dsttime;
};

typedef unsigned long fd_set; /* one bit for each of the 20 descriptors */

#define FD_SETSIZE (8 * sizeof(fd_set))
#define FD_SET(fd, set) (*(set) |= 1ul << (fd))
#define FD_CLR(fd, set) (*(set) &= ~(1ul << (fd)))
#define FD_ISSET(fd, set) (*(set) >> (fd) & 1)
#define FD_ZERO(set) (*(set) = 0)

#ifndef __KERNEL__
int gettimeofday(struct timeval *time, struct timezone *zone);
int settimeofday(const struct timeval *time, const struct timezone *zone);
int select(int width, fd_set *in, fd_set *out, fd_set *exceptional, struct timeval *timeout);
#endif

#endif
