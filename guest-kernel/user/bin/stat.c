/* stat file...: what the inode holds. */
#include "tool.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char *kind(int mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "regular file";
	case S_IFDIR:
		return "directory";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	case S_IFIFO:
		return "pipe";
	case S_IFLNK:
		return "symbolic link";
	}
	return "unknown kind";
}

static void show_time(const char *label, time_t when)
{
	char text[32];

	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", localtime(&when));
	printf("%s: %s\n", label, text);
}

int main(int argc, char *argv[])
{
	int code = 0;

	if (argc < 2)
		tool_usage("file...");
	for (int i = 1; i < argc; i++) {
		struct stat s;

		if (lstat(argv[i], &s) < 0) {
			code |= tool_error(argv[i]);
			continue;
		}
		printf("%s: %s\n", argv[i], kind(s.st_mode));
		printf("device %d,%d  inode %d  links %d  mode %04o  owner %d.%d\n", s.st_dev >> 8,
		       s.st_dev & 255, s.st_ino, s.st_nlink, s.st_mode & 07777, s.st_uid, s.st_gid);
		if (S_ISCHR(s.st_mode) || S_ISBLK(s.st_mode))
			printf("names device %d,%d\n", s.st_rdev >> 8, s.st_rdev & 255);
		else
			printf("size %ld bytes\n", s.st_size);
		show_time("accessed", s.st_atime);
		show_time("modified", s.st_mtime);
		show_time("changed ", s.st_ctime);
	}
	return code;
}
