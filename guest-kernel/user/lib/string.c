#include <stdlib.h>
#include <string.h>

void *memcpy(void *to, const void *from, size_t size)
{
	void *result = to;

	__asm__ volatile("movl %%ecx, %%eax\n\tshrl $2, %%ecx\n\trep movsl\n\t"
			 "movl %%eax, %%ecx\n\tandl $3, %%ecx\n\trep movsb"
			 : "+D"(to), "+S"(from), "+c"(size)
			 :
			 : "eax", "memory", "cc");
	return result;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (t <= f || t >= f + size)
		return memcpy(to, from, size);
	while (size--)
		t[size] = f[size];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	void *result = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
	return result;
}

int memcmp(const void *one, const void *two, size_t size)
{
	const unsigned char *a = one, *b = two;

	for (; size--; a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr(const void *in, int byte, size_t size)
{
	const unsigned char *p = in;

	for (; size--; p++)
		if (*p == (unsigned char) byte)
			return (void *) p;
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
	return memcpy(to, from, strlen(from) + 1);
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

char *strcat(char *to, const char *from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *to, const char *from, size_t size)
{
	char *end = to + strlen(to);

	while (size-- && *from)
		*end++ = *from++;
	*end = 0;
	return to;
}

int strcmp(const char *one, const char *two)
{
	while (*one && *one == *two)
		one++, two++;
	return (unsigned char) *one - (unsigned char) *two;
}

int strncmp(const char *one, const char *two, size_t size)
{
	for (; size--; one++, two++)
		if (*one != *two || !*one)
			return (unsigned char) *one - (unsigned char) *two;
	return 0;
}

char *strchr(const char *text, int character)
{
	for (;; text++) {
		if (*text == (char) character)
			return (char *) text;
		if (!*text)
			return NULL;
	}
}

char *strrchr(const char *text, int character)
{
	const char *found = NULL;

	for (;; text++) {
		if (*text == (char) character)
			found = text;
		if (!*text)
			return (char *) found;
	}
}

char *strstr(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (;; text++) {
		if (!strncmp(text, part, length))
			return (char *) text;
		if (!*text)
			return NULL;
	}
}

size_t strspn(const char *text, const char *set)
{
	size_t n = 0;

	while (text[n] && strchr(set, text[n]))
		n++;
	return n;
}

size_t strcspn(const char *text, const char *set)
{
	size_t n = 0;

	while (text[n] && !strchr(set, text[n]))
		n++;
	return n;
}

char *strpbrk(const char *text, const char *set)
{
	text += strcspn(text, set);
	return *text ? (char *) text : NULL;
}

char *strtok(char *text, const char *separators)
{
	static char *rest;

	if (!text)
		text = rest;
	text += strspn(text, separators);
	if (!*text) {
		rest = text;
		return NULL;
	}
	rest = text + strcspn(text, separators);
	if (*rest)
		*rest++ = 0;
	return text;
}

char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}
