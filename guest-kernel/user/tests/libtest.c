/* uselib: a file in the slot at 0x3c00000, loaded by page faults, shared, kept over fork and exec. */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF "/usr/tests/libtest"
#define LIBRARY "/tmp/libtest.lib"
#define SLOT ((unsigned *) 0x3c00000)
#define WORDS 1024 /* of a page */
#define PAGES 5

int uselib(const char *path);

static void make_library(void)
{
	unsigned page[WORDS];
	int fd = open(LIBRARY, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	memset(page, 0, sizeof page);
	write(fd, page, 1024);
	for (unsigned i = 0; i < PAGES; i++) {
		for (unsigned j = 0; j < WORDS; j++)
			page[j] = i * WORDS + j;
		write(fd, page, sizeof page);
	}
	close(fd);
}

static int is_library(void)
{
	for (unsigned i = 0; i < PAGES * WORDS; i += 97)
		if (SLOT[i] != i)
			return 0;
	return 1;
}

/* Does a line of /proc/self/maps tell of the library, with its file? */
static int is_in_maps(void)
{
	static char maps[4096];
	int fd = open("/proc/self/maps", O_RDONLY), length = read(fd, maps, sizeof maps - 1);
	const char *line = maps;

	close(fd);
	maps[length > 0 ? length : 0] = '\0';
	while (line && strncmp(line, "03c00000-", 9)) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	line = line ? strchr(line, '/') : NULL;
	return line && !strncmp(line, LIBRARY "\n", sizeof LIBRARY);
}

static int child(int (*work)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(work());
	waitpid(pid, &status, 0);
	return status;
}

static int read_and_write(void)
{
	int good = is_library();

	SLOT[1] = 77;
	return good && SLOT[1] == 77;
}

static int exec_again(void)
{
	execl(SELF, SELF, "child", (char *) 0);
	return 99;
}

int main(int argc, char *argv[])
{
	if (argc > 1 && !strcmp(argv[1], "child"))
		return is_library();
	make_library();
	tap_ok(uselib("/no/such/library") < 0 && errno == ENOENT, "a missing library is ENOENT");
	tap_same(uselib(LIBRARY), 0, "a library is taken");
	tap_ok(is_library(), "it lies at 0x3c00000, from byte 1024 of the file on");
	tap_ok(is_in_maps(), "/proc/self/maps has it, with the name of its file");
	tap_same(child(read_and_write), 1 << 8, "a child has it, and can write to its own copy");
	tap_ok(is_library(), "which is not the parent's");
	tap_same(child(exec_again), 1 << 8, "exec keeps it");
	tap_ok(open(LIBRARY, O_WRONLY) < 0 && errno == ETXTBSY, "its file cannot be written meanwhile");
	tap_same(uselib(NULL), 0, "NULL empties the slot");
	tap_ok(!is_in_maps(), "and its line in maps");
	tap_ok(open(LIBRARY, O_WRONLY) >= 0, "and frees the file");
	unlink(LIBRARY);
	return tap_end();
}
