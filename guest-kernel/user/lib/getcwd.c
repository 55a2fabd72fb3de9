/* The working directory's name, found by walking up: in each parent, the entry that leads back. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int same(const struct stat *one, const struct stat *two)
{
	return one->st_dev == two->st_dev && one->st_ino == two->st_ino;
}

/* The name under which `child` is found in the directory `up` (".." repeated). */
static int find_name(char *up, const struct stat *child, char *name)
{
	DIR *directory = opendir(up);
	char *end = up + strlen(up);
	struct dirent *entry;
	struct stat status;
	int found = 0;

	if (!directory)
		return 0;
	while (!found && (entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		strcat(strcpy(end, "/"), entry->d_name);
		found = lstat(up, &status) == 0 && same(&status, child);
		if (found)
			strcpy(name, entry->d_name);
	}
	*end = 0;
	closedir(directory);
	return found;
}

char *getcwd(char *buffer, size_t size)
{
	char up[256] = ".", name[NAME_MAX + 1];
	struct stat root, here, parent;
	char *p = buffer + size;

	if (size < 2 || stat("/", &root) < 0 || stat(".", &here) < 0)
		return NULL;
	*--p = 0;
	while (!same(&here, &root)) {
		size_t length;

		strcat(up, strlen(up) == 1 ? "." : "/..");
		if (strlen(up) > sizeof up - 24 || stat(up, &parent) < 0)
			return NULL;
		if (!find_name(up, &here, name)) {
			errno = ENOENT;
			return NULL;
		}
		length = strlen(name);
		if (length + 1 > (size_t) (p - buffer)) {
			errno = ERANGE;
			return NULL;
		}
		p -= length;
		memcpy(p, name, length);
		*--p = '/';
		here = parent;
	}
	if (!*p)
		*--p = '/';
	return memmove(buffer, p, strlen(p) + 1);
}
