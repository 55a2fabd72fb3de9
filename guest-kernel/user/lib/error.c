#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const reasons[] = {
	[0] = "No error",
	[EPERM] = "Not permitted",
	[ENOENT] = "No such file or directory",
	[ESRCH] = "No such process",
	[EINTR] = "Interrupted system call",
	[EIO] = "Input/output error",
	[ENXIO] = "No such device or address",
	[E2BIG] = "Argument list too long",
	[ENOEXEC] = "Not an executable",
	[EBADF] = "Bad file descriptor",
	[ECHILD] = "No child process",
	[EAGAIN] = "No more processes",
	[ENOMEM] = "Out of memory",
	[EACCES] = "Permission denied",
	[EFAULT] = "Bad address",
	[ENOTBLK] = "Not a block device",
	[EBUSY] = "Device or directory busy",
	[EEXIST] = "File exists",
	[EXDEV] = "Link across devices",
	[ENODEV] = "No such device",
	[ENOTDIR] = "Not a directory",
	[EISDIR] = "Is a directory",
	[EINVAL] = "Invalid argument",
	[ENFILE] = "File table full",
	[EMFILE] = "Too many open files",
	[ENOTTY] = "Not a terminal",
	[ETXTBSY] = "Program is running",
	[EFBIG] = "File too large",
	[ENOSPC] = "No space on device",
	[ESPIPE] = "Cannot seek",
	[EROFS] = "Read-only file system",
	[EMLINK] = "Too many links",
	[EPIPE] = "Broken pipe",
	[EDOM] = "Argument out of domain",
	[ERANGE] = "Result out of range",
	[EDEADLK] = "Deadlock",
	[ENAMETOOLONG] = "Name too long",
	[ENOLCK] = "No locks left",
	[ENOSYS] = "Not implemented",
	[ENOTEMPTY] = "Directory not empty",
};

char *strerror(int number)
{
	static char unknown[24];

	if (number >= 0 && number < (int) (sizeof reasons / sizeof *reasons) && reasons[number])
		return (char *) reasons[number];
	sprintf(unknown, "Error %d", number);
	return unknown;
}

void perror(const char *prefix)
{
	fprintf(stderr, "%s: %s\n", prefix, strerror(errno));
}
