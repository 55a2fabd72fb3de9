/* size [program...]: the parts of an executable, from its header. */
#include "tool.h"

#include <a.out.h>

static int show(const char *path)
{
	struct exec header;
	FILE *file = fopen(path, "r");
	unsigned total;

	if (!file)
		return tool_error(path);
	if (fread(&header, sizeof header, 1, file) != 1 || N_BADMAG(header)) {
		fclose(file);
		return tool_message(path, "not an executable");
	}
	fclose(file);
	total = header.a_text + header.a_data + header.a_bss;
	printf("%u\t%u\t%u\t%u\t%x\t%s\n", header.a_text, header.a_data, header.a_bss, total, total,
	       path);
	return 0;
}

int main(int argc, char *argv[])
{
	int code = 0;

	if (argc < 2)
		tool_usage("program...");
	puts("text\tdata\tbss\tdec\thex\tfilename");
	for (int i = 1; i < argc; i++)
		code |= show(argv[i]);
	return code;
}
