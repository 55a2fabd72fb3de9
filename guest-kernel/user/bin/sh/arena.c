#include "sh.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 4000 /* a page with the two headers */

struct arena_chunk {
	struct arena_chunk *previous;
	unsigned number;
	size_t used, size;
	char bytes[];
};

static struct arena_chunk *top;
static struct arena_mark pinned;

static struct arena_chunk *new_chunk(size_t size)
{
	struct arena_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	chunk = malloc(sizeof *chunk + size);
	if (!chunk) {
		sh_message("memory", "none left");
		sh_exit(2);
	}
	chunk->previous = top;
	chunk->number = top ? top->number + 1 : 0;
	chunk->used = 0;
	chunk->size = size;
	return chunk;
}

void *arena_take(size_t size)
{
	void *memory;

	size = (size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
	if (!top || top->size - top->used < size)
		top = new_chunk(size);
	memory = top->bytes + top->used;
	top->used += size;
	return memset(memory, 0, size);
}

char *arena_copy(const char *text, size_t length)
{
	return memcpy(arena_take(length + 1), text, length);
}

struct arena_mark arena_mark(void)
{
	struct arena_mark mark = {top, top ? top->used : 0};

	return mark;
}

static int is_older(struct arena_mark one, struct arena_mark two)
{
	if (!one.chunk || !two.chunk)
		return two.chunk != NULL;
	if (one.chunk->number != two.chunk->number)
		return one.chunk->number < two.chunk->number;
	return one.used < two.used;
}

void arena_release(struct arena_mark mark)
{
	if (is_older(mark, pinned))
		mark = pinned;
	while (top != mark.chunk) {
		struct arena_chunk *gone = top;

		top = top->previous;
		free(gone);
	}
	if (top)
		top->used = mark.used;
}

void arena_pin(void)
{
	pinned = arena_mark();
}

void text_add(struct text *text, char c)
{
	if (text->length + 1 >= text->room) {
		size_t room = text->room ? text->room * 2 : 32;
		char *bytes = arena_take(room);

		if (text->length)
			memcpy(bytes, text->bytes, text->length);
		text->bytes = bytes;
		text->room = room;
	}
	text->bytes[text->length++] = c;
}

void text_add_string(struct text *text, const char *string)
{
	while (*string)
		text_add(text, *string++);
}

char *text_end(struct text *text)
{
	text_add(text, 0);
	text->length--;
	return text->bytes;
}
