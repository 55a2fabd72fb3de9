#ifndef _SYS_TIMES_H
#define _SYS_TIMES_H

#include <sys/types.h>

struct tms { /* clock ticks of 1/100 second */
	time_t tms_utime;
	time_t tms_stime;
	time_t tms_cutime;
	time_t tms_cstime;
};

#ifndef __KERNEL__
time_t times(struct tms *buffer);
#endif

#endif
