/* mv from to, mv from... directory. There is no rename call: a second name is linked and the first
   one taken away; a directory can be moved by root only, since only root may link one. */
#include "copy.h"

static int move_across(const char *from, const char *to, const struct stat *source)
{
	if (!S_ISREG(source->st_mode))
		return tool_message(from, strerror(EXDEV));
	if (copy_file(from, to, source->st_mode))
		return 1;
	return unlink(from) < 0 ? tool_error(from) : 0;
}

static int move(const char *from, const char *to)
{
	struct stat source, target;

	if (lstat(from, &source) < 0)
		return tool_error(from);
	if (lstat(to, &target) == 0) {
		if (same_file(&source, &target))
			return tool_message(from, "is the same file");
		if (unlink(to) < 0)
			return tool_error(to);
	}
	if (link(from, to) < 0)
		return errno == EXDEV ? move_across(from, to, &source) : tool_error(to);
	return unlink(from) < 0 ? tool_error(from) : 0;
}

int main(int argc, char *argv[])
{
	const char *to = argv[argc - 1];
	int code = 0, into = tool_is_directory(to);

	if (argc < 3)
		tool_usage("from... to");
	if (argc > 3 && !into)
		return tool_message(to, strerror(ENOTDIR));
	for (int i = 1; i < argc - 1; i++)
		code |= move(argv[i], into ? tool_join(to, argv[i]) : to);
	return code;
}
