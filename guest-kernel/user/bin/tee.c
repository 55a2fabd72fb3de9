/* tee [-a] [file...]: stdin to stdout and to every file. */
#include "tool.h"

#include <unistd.h>

#define MAX_FILES 16

int main(int argc, char *argv[])
{
	FILE *files[MAX_FILES];
	const char *mode = "w";
	int option, count = 0, code = 0, c;

	while ((option = getopt(argc, argv, "a")) != -1) {
		if (option != 'a')
			tool_usage("[-a] [file...]");
		mode = "a";
	}
	for (int i = optind; i < argc && count < MAX_FILES; i++) {
		files[count] = fopen(argv[i], mode);
		if (files[count])
			count++;
		else
			code = tool_error(argv[i]);
	}
	while ((c = getchar()) != EOF) {
		putchar(c);
		for (int i = 0; i < count; i++)
			fputc(c, files[i]);
	}
	return code;
}
