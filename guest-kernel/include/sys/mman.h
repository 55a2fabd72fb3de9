/* System calls 90-92, beyond 0.12: regions of a program's own. */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H

#include <sys/types.h>

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4

#define MAP_SHARED 1 /* files only; munmap, exec, exit and sync write back what was changed */
#define MAP_PRIVATE 2
#define MAP_FIXED 0x10 /* replaces what lies there */
#define MAP_ANONYMOUS 0x20

/* The kernel takes one pointer to these six words. */
struct mmap_arguments {
	unsigned long address, length;
	unsigned long protection, flags;
	int fd;
	unsigned long offset; /* in the file, a multiple of 1024; of 4096 for MAP_SHARED */
};

#ifndef __KERNEL__
#define MAP_FAILED ((void *) -1)
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int munmap(void *address, size_t length);
int mprotect(void *address, size_t length, int protection);
#endif

#endif
