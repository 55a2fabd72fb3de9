/* Characters, lines and records of buffered files. */
#include "stdio_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int have_buffer(struct file *file)
{
	if (file->buffer)
		return 1;
	file->buffer = malloc(BUFSIZ);
	if (!file->buffer) {
		file->flags |= FILE_ERROR;
		return 0;
	}
	file->size = BUFSIZ;
	file->flags |= FILE_OWN_BUFFER;
	return 1;
}

static int fill(struct file *file)
{
	int n;

	if (!(file->flags & FILE_READ) || file->flags & FILE_EOF || !have_buffer(file))
		return EOF;
	if (file->flags & FILE_DIRTY)
		fflush(file);
	if (file == stdin && stdout->mode == _IOLBF)
		fflush(stdout);
	do
		n = read(file->fd, file->buffer, file->size);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		file->flags |= n < 0 ? FILE_ERROR : FILE_EOF;
		return EOF;
	}
	file->pos = 0;
	file->end = n;
	return 0;
}

int fgetc(FILE *file)
{
	if (file->flags & FILE_DIRTY || file->pos >= file->end)
		if (fill(file) < 0)
			return EOF;
	return file->buffer[file->pos++];
}

int getc(FILE *file)
{
	return fgetc(file);
}

int getchar(void)
{
	return fgetc(stdin);
}

int ungetc(int c, FILE *file)
{
	if (c == EOF || file->pos == 0 || file->flags & FILE_DIRTY)
		return EOF;
	file->buffer[--file->pos] = c;
	file->flags &= ~FILE_EOF;
	return c;
}

char *fgets(char *line, int size, FILE *file)
{
	int n = 0, c = 0;

	while (n < size - 1 && c != '\n' && (c = fgetc(file)) != EOF)
		line[n++] = c;
	line[n] = 0;
	return n ? line : NULL;
}

size_t fread(void *to, size_t size, size_t count, FILE *file)
{
	unsigned char *p = to;
	size_t wanted = size * count, got = 0;
	int c;

	while (got < wanted && (c = fgetc(file)) != EOF)
		p[got++] = c;
	return size ? got / size : 0;
}

static int begin_output(struct file *file)
{
	if (!(file->flags & FILE_WRITE) || !have_buffer(file)) {
		file->flags |= FILE_ERROR;
		return EOF;
	}
	if (file->mode < 0)
		file->mode = isatty(file->fd) ? _IOLBF : _IOFBF;
	if (file->pos < file->end)
		lseek(file->fd, file->pos - file->end, SEEK_CUR);
	file->pos = file->end = 0;
	file->flags |= FILE_DIRTY;
	return 0;
}

static int put_buffered(int c, struct file *file)
{
	if (!(file->flags & FILE_DIRTY) && begin_output(file) < 0)
		return EOF;
	file->buffer[file->pos++] = c;
	if (file->pos == file->size && fflush(file) < 0)
		return EOF;
	return (unsigned char) c;
}

static int end_output(struct file *file, int line_ended)
{
	if (file->mode == _IONBF || (file->mode == _IOLBF && line_ended))
		return fflush(file);
	return 0;
}

int fputc(int c, FILE *file)
{
	if (put_buffered(c, file) == EOF || end_output(file, c == '\n') < 0)
		return EOF;
	return (unsigned char) c;
}

int putc(int c, FILE *file)
{
	return fputc(c, file);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

size_t fwrite(const void *from, size_t size, size_t count, FILE *file)
{
	const unsigned char *p = from;
	size_t total = size * count, n = 0;
	int line_ended = 0;

	for (; n < total; n++) {
		if (put_buffered(p[n], file) == EOF)
			break;
		line_ended |= p[n] == '\n';
	}
	end_output(file, line_ended);
	return size ? n / size : 0;
}

int fputs(const char *text, FILE *file)
{
	size_t length = strlen(text);

	return fwrite(text, 1, length, file) == length ? 0 : EOF;
}

int puts(const char *text)
{
	return fputs(text, stdout) < 0 ? EOF : fputc('\n', stdout);
}
