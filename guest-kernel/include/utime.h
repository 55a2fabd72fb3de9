#ifndef _UTIME_H
#define _UTIME_H

#include <sys/types.h>

struct utimbuf {
	time_t actime;
	time_t modtime;
};

#ifndef __KERNEL__
int utime(const char *path, const struct utimbuf *times);
#endif

#endif
