#include <sys/mman.h>

void *__mmap(const struct mmap_arguments *arguments);

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	struct mmap_arguments arguments = {(unsigned long) address, length, protection, flags, fd,
					   offset};

	return __mmap(&arguments);
}
