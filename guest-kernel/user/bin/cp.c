/* cp [-r] from to, cp [-r] from... directory */
#include "copy.h"

#include <dirent.h>
#include <stdlib.h>

static int recursive;

static int copy(const char *from, const char *to);

static int copy_tree(const char *from, const char *to)
{
	struct dirent *entry;
	DIR *directory;
	int code = 0;

	if (mkdir(to, 0777) < 0 && errno != EEXIST)
		return tool_error(to);
	directory = opendir(from);
	if (!directory)
		return tool_error(from);
	while ((entry = readdir(directory))) {
		char *source, *target;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		source = strdup(tool_join(from, entry->d_name));
		target = strdup(tool_join(to, entry->d_name));
		code |= copy(source, target);
		free(source);
		free(target);
	}
	closedir(directory);
	return code;
}

static int copy(const char *from, const char *to)
{
	struct stat source, target;

	if (stat(from, &source) < 0)
		return tool_error(from);
	if (S_ISDIR(source.st_mode)) {
		if (!recursive)
			return tool_message(from, strerror(EISDIR));
		return copy_tree(from, to);
	}
	if (stat(to, &target) == 0 && same_file(&source, &target))
		return tool_message(from, "is the same file");
	if (recursive && !S_ISREG(source.st_mode))
		return mknod(to, source.st_mode, source.st_rdev) < 0 ? tool_error(to) : 0;
	return copy_file(from, to, source.st_mode);
}

int main(int argc, char *argv[])
{
	int option, code = 0, into;
	const char *to = argv[argc - 1];

	while ((option = getopt(argc, argv, "r")) != -1) {
		if (option != 'r')
			tool_usage("[-r] from... to");
		recursive = 1;
	}
	if (argc - optind < 2)
		tool_usage("[-r] from... to");
	into = tool_is_directory(to);
	if (argc - optind > 2 && !into)
		return tool_message(to, strerror(ENOTDIR));
	for (int i = optind; i < argc - 1; i++) {
		char *target = strdup(into ? tool_join(to, argv[i]) : to);

		code |= copy(argv[i], target);
		free(target);
	}
	return code;
}
