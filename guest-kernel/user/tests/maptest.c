/* Regions: mmap, munmap, mprotect, brk. What they allow, what they cost, and that the books agree. */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/memcheck.h>
#include <sys/mman.h>
#include <sys/taskinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static unsigned long resident(void)
{
	struct taskinfo info;

	for (int slot = 0; slot < 64; slot++)
		if (taskinfo(slot, &info) == 0 && info.pid == getpid())
			return info.resident;
	return 0;
}

/* Our own: memcheck counts those of other tasks too, which may come and go. */
static unsigned long regions(void)
{
	static char text[512];
	unsigned long count = 0;
	int fd = open("/proc/self/maps", O_RDONLY), n;

	while ((n = read(fd, text, sizeof text)) > 0)
		while (n-- > 0)
			count += text[n] == '\n';
	close(fd);
	return count;
}

static int is_sound(void)
{
	struct memcheck m;

	return memcheck(&m) == 0 && !m.lost_frames && !m.bad_frames && !m.lost_swap && !m.bad_swap &&
	       !m.bad_regions;
}

enum access { READ_BYTE, WRITE_BYTE };

/* How a child that touches the address ends: 0 or the signal. */
static int touch(volatile char *address, enum access access)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (access == WRITE_BYTE)
			*address = 1;
		else
			(void) *address;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* Runs the code that check_anonymous() runs, so that its pages are there and do not count. */
static void warm_up(void)
{
	char *a = mmap(NULL, PAGE, RW, ANON, -1, 0);

	munmap(a, PAGE);
	printf("# %lu pages, %lu regions\n", resident(), regions());
}

static void check_anonymous(void)
{
	unsigned long before, count;
	char *a, *b;

	warm_up();
	before = resident();
	count = regions();
	a = mmap(NULL, 256 * PAGE, RW, ANON, -1, 0);

	if (!tap_ok(a != MAP_FAILED, "a map of 1 MB"))
		return;
	tap_same(resident(), before, "costs no frame");
	tap_same(regions(), count + 1, "and is one region");
	for (int i = 0; i < 10; i++)
		a[i * 16 * PAGE] = i;
	tap_same(resident() - before, 10, "10 touched pages are 10 frames");
	b = mmap(a + 256 * PAGE, PAGE, RW, ANON, -1, 0);
	tap_ok(b == a + 256 * PAGE && regions() == count + 1, "a neighbour with equal rights is merged");
	mmap(b + PAGE, PAGE, PROT_READ, ANON, -1, 0);
	tap_same(regions(), count + 2, "one with other rights is not");
	tap_same(munmap(a + 16 * PAGE, PAGE), 0, "munmap of a page in the middle");
	tap_same(regions(), count + 3, "splits the region");
	tap_same(resident() - before, 9, "and frees its frame");
	tap_same(munmap(a, 258 * PAGE), 0, "munmap over all of them");
	tap_same(regions(), count, "leaves none");
	tap_same(resident(), before, "and no frame");
}

static void check_rights(void)
{
	char *a = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	memset(a, 'x', 4 * PAGE);
	tap_same(mprotect(a + PAGE, PAGE, PROT_READ), 0, "mprotect takes the right to write");
	tap_same(touch(a + PAGE, READ_BYTE), 0, "reading goes on");
	tap_same(touch(a + PAGE, WRITE_BYTE), SIGSEGV, "writing is SIGSEGV");
	tap_same(mprotect(a + 2 * PAGE, PAGE, PROT_NONE), 0, "PROT_NONE");
	tap_same(touch(a + 2 * PAGE, READ_BYTE), SIGSEGV, "reading is SIGSEGV");
	tap_same(mprotect(a, 4 * PAGE, RW), 0, "all rights back");
	tap_same(touch(a + PAGE, WRITE_BYTE), 0, "and one can write");
	tap_same(a[PAGE] + a[2 * PAGE] + a[4 * PAGE - 1], 3 * 'x', "what was there is there");
	tap_ok(mprotect(a, 64 * PAGE, RW) < 0 && errno == ENOMEM, "mprotect needs regions everywhere");
	munmap(a, 4 * PAGE);
}

static void check_files(void)
{
	int file = open("/bin/sh", O_RDONLY), pattern = open("/dev/pattern", O_RDONLY);
	char buffer[64], *a = mmap(NULL, 8 * PAGE, PROT_READ, MAP_PRIVATE, file, 1024);
	unsigned *words = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, pattern, 0);

	lseek(file, 1024 + PAGE, SEEK_SET);
	read(file, buffer, sizeof buffer);
	close(file);
	tap_ok(a != MAP_FAILED && !memcmp(a + PAGE, buffer, sizeof buffer), "a mapped file reads like the file");
	tap_same(touch(a, WRITE_BYTE), SIGSEGV, "and cannot be written");
	tap_ok(words != MAP_FAILED && words[0] == 0 && words[1025] == 4100, "a device's nopage fills the page");
	tap_ok(mmap(NULL, PAGE, RW, MAP_SHARED, pattern, 0) == MAP_FAILED && errno == EINVAL,
	       "shared and writable is refused");
	close(pattern);
	munmap(a, 8 * PAGE);
	munmap(words, 4 * PAGE);
}

#define SHARED_FILE "/tmp/maptest.tmp"
#define SHARED_SIZE (2 * PAGE + 100)

/* A byte of the file as read() sees it. */
static int byte_of_file(int fd, int offset)
{
	char c = 0;

	lseek(fd, offset, SEEK_SET);
	read(fd, &c, 1);
	return c;
}

static int maps_name(const char *path)
{
	char *text = calloc(1, 8192);
	int fd = open("/proc/self/maps", O_RDONLY), length = 0, n;

	while ((n = read(fd, text + length, 8191 - length)) > 0)
		length += n;
	close(fd);
	n = strstr(text, path) != NULL;
	free(text);
	return n;
}

/* A file mapped shared: one frame for all, and the file has it in the end. */
static void check_shared(void)
{
	int status = -1, fd = open(SHARED_FILE, O_RDWR | O_CREAT | O_TRUNC, 0666);
	char *a, *b, *zeros = calloc(1, SHARED_SIZE);
	pid_t pid;

	write(fd, zeros, SHARED_SIZE);
	free(zeros);
	a = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);
	b = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	if (!tap_ok(a != MAP_FAILED && b != MAP_FAILED, "a file mapped shared and writable"))
		return;
	tap_ok(maps_name(" " SHARED_FILE), "maps names its file");
	a[5] = 'p';
	pid = fork();
	if (pid == 0) {
		a[PAGE] = 'c';
		_exit(a[5] == 'p' ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	tap_same(status, 0, "the child sees what was written before");
	tap_ok(a[PAGE] == 'c' && b[0] == 'c', "and what it writes is seen here, in another map too");
	tap_same(byte_of_file(fd, PAGE), 'c', "its end wrote the page back");
	a[7] = 't';
	tap_same(byte_of_file(fd, 7), 0, "what we write is not in the file yet");
	sync();
	tap_same(byte_of_file(fd, 7), 't', "sync writes it back");
	a[5] = 'q';
	a[SHARED_SIZE + 1] = 'x';
	mprotect(a, PAGE, PROT_READ);
	mprotect(a, PAGE, RW);
	a[6] = 'r';
	munmap(a, 3 * PAGE);
	tap_ok(byte_of_file(fd, 5) == 'q' && byte_of_file(fd, 6) == 'r', "so does munmap");
	tap_same(lseek(fd, 0, SEEK_END), SHARED_SIZE, "and the file has not grown");
	munmap(b, PAGE);
	close(fd);
	fd = open(SHARED_FILE, O_RDONLY);
	tap_ok(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES,
	       "a file open for reading is not mapped for writing");
	a = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	tap_ok(a[5] == 'q' && mprotect(a, PAGE, RW) < 0, "nor made so by mprotect");
	pid = fork();
	if (pid == 0) { /* the kernel must not write for it either */
		lseek(fd, PAGE, SEEK_SET);
		read(fd, a, 16);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	sync();
	tap_ok(status == SIGSEGV && byte_of_file(fd, 5) == 'q' && a[5] == 'q', "nor written through read()");
	unlink(SHARED_FILE);
	tap_ok(maps_name(SHARED_FILE " (deleted)"), "maps says that the file has no name any more");
	munmap(a, PAGE);
	close(fd);
}

/* What fork, and swap for whoever comes after, make of regions. */
static void check_fork(void)
{
	char *a = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	int status = -1;
	pid_t pid;

	a[0] = 'p';
	mprotect(a + PAGE, PAGE, PROT_NONE);
	pid = fork();
	if (pid == 0) {
		int good = a[0] == 'p';

		a[0] = 'c';
		good += munmap(a, PAGE) == 0 && touch(a + PAGE, READ_BYTE) == SIGSEGV;
		_exit(good);
	}
	waitpid(pid, &status, 0);
	tap_same(WEXITSTATUS(status), 2, "a child has the regions, and its own of them");
	tap_same(a[0], 'p', "what it does to them is its own matter");
	munmap(a, 4 * PAGE);
}

static void check_refusals(void)
{
	tap_ok(mmap(NULL, 0, RW, ANON, -1, 0) == MAP_FAILED && errno == EINVAL, "length 0 is EINVAL");
	tap_ok(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL,
	       "neither private nor shared is EINVAL");
	tap_ok(mmap(NULL, PAGE, RW, MAP_PRIVATE, 19, 0) == MAP_FAILED && errno == EBADF,
	       "no such file is EBADF");
	tap_ok(mmap((void *) 0xfffff000, PAGE, RW, ANON | MAP_FIXED, -1, 0) == MAP_FAILED,
	       "a place beyond the space is refused");
	tap_ok(munmap((void *) 1, PAGE) < 0 && errno == EINVAL, "munmap wants whole pages");
	tap_ok(mmap(NULL, 0xf0000000, RW, ANON, -1, 0) == MAP_FAILED, "more than there is is refused");
}

static void check_mode(void)
{
	struct memcheck mode;
	int denied;

	memcheck(&mode);
	denied = mode.strict ? SIGSEGV : 0;
	tap_same(touch((char *) 0x1800000, WRITE_BYTE), denied,
		 mode.strict ? "strict: no region, no page" : "an address outside all regions is given a page");
	tap_same(touch((char *) 16, WRITE_BYTE), denied,
		 mode.strict ? "strict: text cannot be written" : "text can be written, as in 0.12");
}

int main(void)
{
	check_anonymous();
	check_rights();
	check_files();
	check_shared();
	check_fork();
	check_refusals();
	check_mode();
	tap_ok(is_sound(), "every frame, swap page and region is accounted for");
	return tap_end();
}
