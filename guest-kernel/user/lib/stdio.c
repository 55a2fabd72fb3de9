/* Opening, closing, flushing and seeking of buffered files. */
#include "stdio_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The standard files have buffers of their own, so that printing does not move the heap. */
static unsigned char in_buffer[BUFSIZ], out_buffer[BUFSIZ];
static struct file standard[3] = {
	{.fd = 0, .flags = FILE_READ, .mode = _IOFBF, .size = BUFSIZ, .buffer = in_buffer,
	 .next = &standard[1]},
	{.fd = 1, .flags = FILE_WRITE, .mode = -1, .size = BUFSIZ, .buffer = out_buffer,
	 .next = &standard[2]},
	{.fd = 2, .flags = FILE_WRITE, .mode = _IONBF},
};
FILE *stdin = &standard[0];
FILE *stdout = &standard[1];
FILE *stderr = &standard[2];
struct file *__files = standard;

static int write_all(struct file *file, const unsigned char *from, int size)
{
	while (size > 0) {
		int n = write(file->fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			file->flags |= FILE_ERROR;
			return EOF;
		}
		from += n;
		size -= n;
	}
	return 0;
}

int fflush(FILE *file)
{
	int size, result = 0;

	if (!file) {
		for (file = __files; file; file = file->next)
			if (fflush(file) < 0)
				result = EOF;
		return result;
	}
	if (!(file->flags & FILE_DIRTY))
		return 0;
	size = file->pos;
	file->pos = file->end = 0;
	file->flags &= ~FILE_DIRTY;
	return write_all(file, file->buffer, size);
}

void __flush_files(void);

void __flush_files(void)
{
	fflush(NULL);
}

static int parse_mode(const char *mode, int *flags)
{
	int plus = strchr(mode, '+') != NULL;

	switch (*mode) {
	case 'r':
		*flags = plus ? FILE_READ | FILE_WRITE : FILE_READ;
		return plus ? O_RDWR : O_RDONLY;
	case 'w':
		*flags = plus ? FILE_READ | FILE_WRITE : FILE_WRITE;
		return (plus ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC;
	case 'a':
		*flags = plus ? FILE_READ | FILE_WRITE : FILE_WRITE;
		return (plus ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
	}
	errno = EINVAL;
	return -1;
}

static FILE *new_file(int fd, int flags)
{
	struct file *file = calloc(1, sizeof *file);

	if (!file)
		return NULL;
	file->fd = fd;
	file->flags = flags;
	file->mode = flags & FILE_WRITE ? -1 : _IOFBF;
	file->next = __files;
	__files = file;
	return file;
}

FILE *fopen(const char *path, const char *mode)
{
	int flags, fd, open_flags = parse_mode(mode, &flags);
	FILE *file;

	if (open_flags < 0)
		return NULL;
	fd = open(path, open_flags, 0666);
	if (fd < 0)
		return NULL;
	file = new_file(fd, flags);
	if (!file)
		close(fd);
	return file;
}

FILE *fdopen(int fd, const char *mode)
{
	int flags;

	return parse_mode(mode, &flags) < 0 ? NULL : new_file(fd, flags);
}

int fclose(FILE *file)
{
	struct file **link = &__files;
	int result = fflush(file);

	if (close(file->fd) < 0)
		result = EOF;
	while (*link && *link != file)
		link = &(*link)->next;
	if (*link)
		*link = file->next;
	if (file->flags & FILE_OWN_BUFFER)
		free(file->buffer);
	if (file < standard || file >= standard + 3)
		free(file);
	return result;
}

int fileno(FILE *file)
{
	return file->fd;
}

int feof(FILE *file)
{
	return (file->flags & FILE_EOF) != 0;
}

int ferror(FILE *file)
{
	return (file->flags & FILE_ERROR) != 0;
}

void clearerr(FILE *file)
{
	file->flags &= ~(FILE_EOF | FILE_ERROR);
}

int setvbuf(FILE *file, char *buffer, int mode, size_t size)
{
	if (buffer) {
		file->buffer = (unsigned char *) buffer;
		file->size = size;
	}
	file->mode = mode;
	return 0;
}

int fseek(FILE *file, long offset, int whence)
{
	if (file->flags & FILE_DIRTY) {
		if (fflush(file) < 0)
			return -1;
	} else if (whence == SEEK_CUR) {
		offset -= file->end - file->pos;
	}
	file->pos = file->end = 0;
	file->flags &= ~FILE_EOF;
	return lseek(file->fd, offset, whence) < 0 ? -1 : 0;
}

long ftell(FILE *file)
{
	long at = lseek(file->fd, 0, SEEK_CUR);

	if (at < 0)
		return -1;
	return file->flags & FILE_DIRTY ? at + file->pos : at - (file->end - file->pos);
}

void rewind(FILE *file)
{
	fseek(file, 0, SEEK_SET);
	clearerr(file);
}

int remove(const char *path)
{
	return unlink(path);
}

/* There is no rename call: a second name is made and the first one taken away. */
int rename(const char *from, const char *to)
{
	if (unlink(to) < 0 && errno != ENOENT)
		return -1;
	return link(from, to) < 0 ? -1 : unlink(from);
}
