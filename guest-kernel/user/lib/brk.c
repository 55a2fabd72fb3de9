#include <errno.h>
#include <unistd.h>

void *__brk(void *end);

/* The kernel answers the end of data that holds now and ignores a wish it cannot grant. */
int brk(void *end)
{
	if (__brk(end) == end)
		return 0;
	errno = ENOMEM;
	return -1;
}

void *sbrk(ptrdiff_t increment)
{
	char *end = __brk(NULL);

	if (increment && brk(end + increment) < 0)
		return (void *) -1;
	return end;
}
