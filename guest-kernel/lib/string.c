/* The part of <string.h> that the kernel uses, and that gcc may call for structure copies. */

#include <string.h>

void *memcpy(void *to, const void *from, size_t size)
{
	void *d = to;
	size_t words = size >> 2;
	size_t rest = size & 3;

	__asm__ volatile("cld; rep movsl" : "+D"(d), "+S"(from), "+c"(words) : : "memory");
	__asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(rest) : : "memory");
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	char *d = (char *)to + size - 1;
	const char *s = (const char *)from + size - 1;

	if (to <= from)
		return memcpy(to, from, size);
	__asm__ volatile("std; rep movsb; cld" : "+D"(d), "+S"(s), "+c"(size) : : "memory");
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	void *d = to;
	size_t words = size >> 2;
	size_t rest = size & 3;
	unsigned long pattern = (unsigned char)byte * 0x01010101UL;

	__asm__ volatile("cld; rep stosl" : "+D"(d), "+c"(words) : "a"(pattern) : "memory");
	__asm__ volatile("rep stosb" : "+D"(d), "+c"(rest) : "a"(pattern) : "memory");
	return to;
}

int memcmp(const void *one, const void *two, size_t size)
{
	const unsigned char *a = one;
	const unsigned char *b = two;

	for (; size > 0; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr(const void *in, int byte, size_t size)
{
	const unsigned char *p = in;

	for (; size > 0; size--, p++)
		if (*p == (unsigned char)byte)
			return (void *)p;
	return NULL;
}

size_t strlen(const char *text)
{
	const char *p = text;

	while (*p)
		p++;
	return p - text;
}

char *strcpy(char *to, const char *from)
{
	char *d = to;

	while ((*d++ = *from++))
		;
	return to;
}

char *strncpy(char *to, const char *from, size_t size)
{
	size_t i = 0;

	for (; i < size && from[i]; i++)
		to[i] = from[i];
	for (; i < size; i++)
		to[i] = 0;
	return to;
}

int strcmp(const char *one, const char *two)
{
	while (*one && *one == *two) {
		one++;
		two++;
	}
	return (unsigned char)*one - (unsigned char)*two;
}

int strncmp(const char *one, const char *two, size_t size)
{
	for (; size > 0; size--, one++, two++) {
		if (*one != *two)
			return (unsigned char)*one - (unsigned char)*two;
		if (!*one)
			break;
	}
	return 0;
}

char *strchr(const char *text, int character)
{
	for (; *text != (char)character; text++)
		if (!*text)
			return NULL;
	return (char *)text;
}

char *strrchr(const char *text, int character)
{
	const char *found = NULL;

	do {
		if (*text == (char)character)
			found = text;
	} while (*text++);
	return (char *)found;
}
