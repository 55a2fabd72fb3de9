/* uname [-snrvma] */
#include "tool.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	static const char letters[] = "snrvm";
	struct utsname name;
	const char *fields[] = {name.sysname, name.nodename, name.release, name.version,
				name.machine};
	int option, wanted = 0, shown = 0;

	while ((option = getopt(argc, argv, "snrvma")) != -1) {
		if (option == '?')
			tool_usage("[-snrvma]");
		wanted |= option == 'a' ? 31 : 1 << (strchr(letters, option) - letters);
	}
	if (uname(&name) < 0)
		return tool_error("uname");
	if (!wanted)
		wanted = 1;
	for (int i = 0; i < 5; i++)
		if (wanted >> i & 1)
			printf("%s%s", shown++ ? " " : "", fields[i]);
	putchar('\n');
	return 0;
}
