/* mkdir [-p] directory...: -p makes the folders above it too and accepts existing ones. */
#include "tool.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_path(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		if (mkdir(path, 0777) < 0 && errno != EEXIST)
			return tool_error(path);
		*slash = '/';
	}
	if (mkdir(path, 0777) < 0 && !(errno == EEXIST && tool_is_directory(path)))
		return tool_error(path);
	return 0;
}

int main(int argc, char *argv[])
{
	int option, parents = 0, code = 0;

	while ((option = getopt(argc, argv, "p")) != -1) {
		if (option != 'p')
			tool_usage("[-p] directory...");
		parents = 1;
	}
	if (optind == argc)
		tool_usage("[-p] directory...");
	for (int i = optind; i < argc; i++) {
		if (parents)
			code |= make_path(argv[i]);
		else if (mkdir(argv[i], 0777) < 0)
			code |= tool_error(argv[i]);
	}
	return code;
}
