/* rm [-f] [-r] file...: -f says nothing about files that are not there. */
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int force, recursive;

static int remove_any(const char *path);

static int remove_tree(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int code = 0;

	if (!directory)
		return tool_error(path);
	while ((entry = readdir(directory))) {
		char *name;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		name = strdup(tool_join(path, entry->d_name));
		code |= remove_any(name);
		free(name);
	}
	closedir(directory);
	return rmdir(path) < 0 ? tool_error(path) : code;
}

static int remove_any(const char *path)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return force && errno == ENOENT ? 0 : tool_error(path);
	if (S_ISDIR(status.st_mode))
		return recursive ? remove_tree(path) : tool_message(path, strerror(EISDIR));
	return unlink(path) < 0 ? tool_error(path) : 0;
}

int main(int argc, char *argv[])
{
	int option, code = 0;

	while ((option = getopt(argc, argv, "fr")) != -1) {
		if (option == '?')
			tool_usage("[-f] [-r] file...");
		force |= option == 'f';
		recursive |= option == 'r';
	}
	if (optind == argc && !force)
		tool_usage("[-f] [-r] file...");
	for (int i = optind; i < argc; i++)
		code |= remove_any(argv[i]);
	return code;
}
