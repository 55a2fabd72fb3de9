/* Bytes from the pages that brk gives. The free blocks form one list in address order, neighbours
   are joined when a block comes back. Nothing is ever returned to the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAP_STEP 4096 /* the heap grows by whole pages */

struct block {
	size_t size;	    /* bytes with this header, a multiple of 8 */
	struct block *next; /* next free block */
};

static struct block *free_list;

static int touches(struct block *low, struct block *high)
{
	return (char *) low + low->size == (char *) high;
}

static void put_block(struct block *block)
{
	struct block *before = NULL, *after = free_list;

	while (after && after < block) {
		before = after;
		after = after->next;
	}
	block->next = after;
	if (before)
		before->next = block;
	else
		free_list = block;
	if (after && touches(block, after)) {
		block->size += after->size;
		block->next = after->next;
	}
	if (before && touches(before, block)) {
		before->size += block->size;
		before->next = block->next;
	}
}

static int grow_heap(size_t size)
{
	char *end = sbrk(0);
	size_t unaligned = -(size_t) end & 7;
	size_t bytes = (size + HEAP_STEP - 1) / HEAP_STEP * HEAP_STEP;
	struct block *block = (struct block *) (end + unaligned);

	if (brk(end + unaligned + bytes) < 0)
		return 0;
	block->size = bytes;
	put_block(block);
	return 1;
}

static void *take_from(struct block **link, size_t size)
{
	struct block *block = *link, *rest;

	if (block->size - size < 2 * sizeof *block) {
		*link = block->next;
	} else {
		rest = (struct block *) ((char *) block + size);
		rest->size = block->size - size;
		rest->next = block->next;
		block->size = size;
		*link = rest;
	}
	return block + 1;
}

void *malloc(size_t size)
{
	struct block **link;

	if (size > 0x3000000) {
		errno = ENOMEM;
		return NULL;
	}
	size = (size + sizeof(struct block) + 7) & ~7u;
	do {
		for (link = &free_list; *link; link = &(*link)->next)
			if ((*link)->size >= size)
				return take_from(link, size);
	} while (grow_heap(size));
	return NULL;
}

void free(void *memory)
{
	if (memory)
		put_block((struct block *) memory - 1);
}

void *calloc(size_t count, size_t size)
{
	void *memory;

	if (size && count > 0x3000000 / size) {
		errno = ENOMEM;
		return NULL;
	}
	memory = malloc(count * size);
	return memory ? memset(memory, 0, count * size) : NULL;
}

void *realloc(void *memory, size_t size)
{
	size_t old;
	void *larger;

	if (!memory)
		return malloc(size);
	old = ((struct block *) memory - 1)->size - sizeof(struct block);
	if (size <= old)
		return memory;
	larger = malloc(size);
	if (larger) {
		memcpy(larger, memory, old);
		free(memory);
	}
	return larger;
}
