#include <sys/time.h>

int __select(long *arguments);

int select(int width, fd_set *in, fd_set *out, fd_set *exceptional, struct timeval *timeout)
{
	long arguments[5] = {width, (long) in, (long) out, (long) exceptional, (long) timeout};

	return __select(arguments);
}
