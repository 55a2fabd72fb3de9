/* Environment variables. environ points at the kernel's array until the first change copies it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int find(const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; environ && environ[i]; i++)
		if (!strncmp(environ[i], name, length) && environ[i][length] == '=')
			return i;
	return -1;
}

char *getenv(const char *name)
{
	int i = find(name);

	return i < 0 ? NULL : environ[i] + strlen(name) + 1;
}

static int make_room(void)
{
	static char **copy;
	char **larger;
	int count = 0;

	while (environ && environ[count])
		count++;
	larger = malloc((count + 2) * sizeof *larger);
	if (!larger)
		return -1;
	if (count)
		memcpy(larger, environ, count * sizeof *larger);
	larger[count] = larger[count + 1] = NULL;
	free(copy);
	environ = copy = larger;
	return count;
}

int setenv(const char *name, const char *value, int overwrite)
{
	int at = find(name);
	char *row;

	if (at >= 0 && !overwrite)
		return 0;
	row = malloc(strlen(name) + strlen(value) + 2);
	if (!row)
		return -1;
	strcat(strcat(strcpy(row, name), "="), value);
	if (at < 0)
		at = make_room();
	if (at < 0) {
		free(row);
		return -1;
	}
	environ[at] = row;
	return 0;
}

int unsetenv(const char *name)
{
	int i = find(name);

	for (; i >= 0 && environ[i]; i++)
		environ[i] = environ[i + 1];
	return 0;
}
