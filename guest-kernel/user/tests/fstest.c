/* Files, directories and links of the Minix file system, in a directory of its own under /tmp. */
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY "/tmp/fstest"
#define BLOCK 1024

static int fails_with(int result, int error)
{
	return result < 0 && errno == error;
}

static int size_of(const char *path)
{
	struct stat status;

	return stat(path, &status) < 0 ? -1 : status.st_size;
}

static int links_of(const char *path)
{
	struct stat status;

	return stat(path, &status) < 0 ? -1 : status.st_nlink;
}

static void check_files(void)
{
	char text[16] = "";
	int fd = open("one", O_RDWR | O_CREAT | O_EXCL, 0644);

	tap_ok(fd >= 0, "create a file");
	tap_same(write(fd, "hello, disk", 11), 11, "write to it");
	tap_same(lseek(fd, 7, SEEK_SET), 7, "seek");
	tap_ok(read(fd, text, 15) == 4 && !strcmp(text, "disk"), "read what is there");
	close(fd);
	tap_same(size_of("one"), 11, "its size");
	tap_ok(fails_with(open("one", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST),
	       "O_EXCL refuses it");
	fd = open("one", O_WRONLY | O_APPEND);
	write(fd, "!", 1);
	close(fd);
	tap_same(size_of("one"), 12, "O_APPEND adds");
	close(open("one", O_WRONLY | O_TRUNC));
	tap_same(size_of("one"), 0, "O_TRUNC empties");
	tap_ok(fails_with(open("none", O_RDONLY), ENOENT), "no such file");
	tap_ok(fails_with(open("one/two", O_RDONLY), ENOENT) || errno == ENOTDIR,
	       "a file is no directory");
}

static void check_links(void)
{
	char text[32] = "";

	tap_same(link("one", "two"), 0, "link");
	tap_same(links_of("one"), 2, "two names");
	tap_same(unlink("one"), 0, "unlink");
	tap_same(links_of("two"), 1, "one name");
	tap_same(size_of("one"), -1, "the other is gone");
	tap_same(rename("two", "three"), 0, "rename");
	tap_same(size_of("two"), -1, "the old name is gone");
	tap_same(symlink("three", "soft"), 0, "symlink");
	tap_ok(readlink("soft", text, sizeof text) == 5 && !strncmp(text, "three", 5), "readlink");
	tap_same(size_of("soft"), 0, "stat follows it");
	tap_same(unlink("soft"), 0, "unlink takes the link");
	tap_same(links_of("three"), 1, "not what it names");
}

static void check_open_unlinked(void)
{
	char text[8] = "";
	int fd = open("three", O_RDWR);

	unlink("three");
	tap_same(size_of("three"), -1, "an unlinked file has no name");
	write(fd, "alive", 5);
	lseek(fd, 0, SEEK_SET);
	tap_ok(read(fd, text, 7) == 5 && !strcmp(text, "alive"), "but lives while it is open");
	close(fd);
}

static void check_directories(void)
{
	struct dirent *entry;
	int count = 0;
	DIR *directory;

	tap_same(mkdir("sub", 0755), 0, "mkdir");
	tap_same(links_of("sub"), 2, "a directory has two names");
	close(creat("sub/file", 0600));
	tap_ok(fails_with(rmdir("sub"), ENOTEMPTY), "rmdir refuses a full one");
	tap_ok(fails_with(mkdir("sub", 0755), EEXIST), "mkdir refuses an existing one");
	directory = opendir("sub");
	while (directory && (entry = readdir(directory)))
		count++;
	if (directory)
		closedir(directory);
	tap_same(count, 3, "it lists . .. and the file");
	unlink("sub/file");
	tap_same(rmdir("sub"), 0, "rmdir");
	tap_same(links_of("sub"), -1, "it is gone");
}

static void check_many(void)
{
	char name[16];
	int made = 0, gone = 0;

	mkdir("many", 0755);
	for (int i = 0; i < 100; i++) {
		int fd;

		sprintf(name, "many/f%d", i);
		fd = creat(name, 0644);
		made += fd >= 0;
		close(fd);
	}
	tap_same(made, 100, "100 files in one directory");
	for (int i = 0; i < 100; i++) {
		sprintf(name, "many/f%d", i);
		gone += unlink(name) == 0;
	}
	tap_same(gone, 100, "and away again");
	tap_same(rmdir("many"), 0, "the directory too");
}

/* One block in each kind of zone: direct, indirect, doubly indirect. Between them are holes. */
static void check_large(void)
{
	static const long blocks[] = {0, 6, 7, 300, 518, 519, 1100, 2000};
	unsigned char block[BLOCK];
	int fd = open("large", O_RDWR | O_CREAT, 0644), wrong = 0, holes = 0;

	for (int i = 0; i < 8; i++) {
		memset(block, i + 1, BLOCK);
		lseek(fd, blocks[i] * BLOCK, SEEK_SET);
		wrong += write(fd, block, BLOCK) != BLOCK;
	}
	tap_same(wrong, 0, "write direct, indirect and doubly indirect blocks");
	tap_same(size_of("large"), 2001 * BLOCK, "the size counts the holes");
	for (int i = 0; i < 8; i++) {
		lseek(fd, blocks[i] * BLOCK, SEEK_SET);
		wrong += read(fd, block, BLOCK) != BLOCK;
		wrong += block[0] != i + 1 || block[BLOCK - 1] != i + 1;
	}
	tap_same(wrong, 0, "read them back");
	lseek(fd, 1500L * BLOCK, SEEK_SET);
	read(fd, block, BLOCK);
	for (int i = 0; i < BLOCK; i++)
		holes += block[i] != 0;
	tap_same(holes, 0, "a hole reads as zeros");
	close(fd);
	tap_same(unlink("large"), 0, "and away");
}

static void check_sequential(void)
{
	unsigned int block[BLOCK / 4];
	int fd = open("long", O_RDWR | O_CREAT, 0644), wrong = 0;

	for (int i = 0; i < 700; i++) {
		for (int j = 0; j < BLOCK / 4; j++)
			block[j] = i * 1000 + j;
		wrong += write(fd, block, BLOCK) != BLOCK;
	}
	sync();
	lseek(fd, 0, SEEK_SET);
	for (int i = 0; i < 700; i++) {
		wrong += read(fd, block, BLOCK) != BLOCK;
		wrong += block[0] != (unsigned) i * 1000 || block[255] != (unsigned) i * 1000 + 255;
	}
	tap_same(wrong, 0, "700 KB in sequence come back");
	close(fd);
	unlink("long");
}

int main(void)
{
	tap_ok(mkdir(DIRECTORY, 0755) == 0 && chdir(DIRECTORY) == 0, "a directory for the test");
	check_files();
	check_links();
	check_open_unlinked();
	check_directories();
	check_many();
	check_large();
	check_sequential();
	tap_ok(chdir("/") == 0 && rmdir(DIRECTORY) == 0, "nothing is left behind");
	return tap_end();
}
