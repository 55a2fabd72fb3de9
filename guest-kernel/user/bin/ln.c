/* ln [-s] [-f] target name, ln [-s] [-f] target... directory */
#include "tool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int option, symbolic = 0, force = 0, code = 0, into;
	const char *to = argv[argc - 1];

	while ((option = getopt(argc, argv, "sf")) != -1) {
		if (option == '?')
			tool_usage("[-s] [-f] target... name");
		symbolic |= option == 's';
		force |= option == 'f';
	}
	if (argc - optind < 2)
		tool_usage("[-s] [-f] target... name");
	into = tool_is_directory(to);
	if (argc - optind > 2 && !into)
		return tool_message(to, strerror(ENOTDIR));
	for (int i = optind; i < argc - 1; i++) {
		const char *name = into ? tool_join(to, argv[i]) : to;

		if (force)
			unlink(name);
		if ((symbolic ? symlink(argv[i], name) : link(argv[i], name)) < 0)
			code |= tool_error(name);
	}
	return code;
}
