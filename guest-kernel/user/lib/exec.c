/* The exec family on top of execve. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARGUMENTS 32

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* Tries each folder of PATH. The answer of the last failure that was not "no such file" wins. */
int execvp(const char *file, char *const argv[])
{
	const char *path = getenv("PATH");
	char full[256];
	int error = ENOENT;

	if (strchr(file, '/'))
		return execv(file, argv);
	if (!path)
		path = "/bin:/usr/bin";
	for (;;) {
		size_t length = strcspn(path, ":");

		if (length + strlen(file) + 2 <= sizeof full) {
			memcpy(full, path, length);
			full[length] = 0;
			strcat(strcat(full, length ? "/" : "./"), file);
			execv(full, argv);
			if (errno != ENOENT && errno != ENOTDIR)
				error = errno;
		}
		path += length;
		if (!*path++)
			break;
	}
	errno = error;
	return -1;
}

static int collect(const char *arg0, va_list list, char *argv[])
{
	int count = 0;

	argv[count++] = (char *) arg0;
	while (count < MAX_ARGUMENTS && (argv[count] = va_arg(list, char *)))
		count++;
	if (count < MAX_ARGUMENTS)
		return 0;
	errno = E2BIG;
	return -1;
}

int execl(const char *path, const char *arg0, ...)
{
	char *argv[MAX_ARGUMENTS];
	va_list list;
	int bad;

	va_start(list, arg0);
	bad = collect(arg0, list, argv);
	va_end(list);
	return bad ? -1 : execv(path, argv);
}

int execlp(const char *file, const char *arg0, ...)
{
	char *argv[MAX_ARGUMENTS];
	va_list list;
	int bad;

	va_start(list, arg0);
	bad = collect(arg0, list, argv);
	va_end(list);
	return bad ? -1 : execvp(file, argv);
}
