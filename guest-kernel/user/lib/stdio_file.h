/* A buffered file. The buffer holds read-ahead (pos..end) or output not yet written (0..pos). */
#ifndef STDIO_FILE_H
#define STDIO_FILE_H

#include <stdio.h>

enum {
	FILE_READ = 1,
	FILE_WRITE = 2,
	FILE_EOF = 4,
	FILE_ERROR = 8,
	FILE_DIRTY = 16,       /* the buffer holds output */
	FILE_OWN_BUFFER = 32,  /* free it on close */
};

struct file {
	int fd;
	int flags;
	int mode; /* _IOFBF, _IOLBF, _IONBF; -1 until the first output asks whether it is a tty */
	int pos;
	int end;
	int size;
	unsigned char *buffer; /* NULL until needed */
	struct file *next;
};

extern struct file *__files;

#endif
