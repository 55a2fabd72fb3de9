/* speed WHAT COUNT: does one thing of the kernel's so often, between two lines on stdout, for whoever measures
   from outside. tests/guest/speed does. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 256 /* a block: 1 MB */

static volatile char sink;

static char *map(int pages, int file)
{
	int flags = file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_PRIVATE;
	char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, file, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

static void null_call(int count)
{
	while (count-- > 0)
		getppid();
}

/* Two tasks and two pipes: count times there and back. */
static void context_switch(int count)
{
	int there[2], back[2], i;
	char c = 0;

	if (pipe(there) < 0 || pipe(back) < 0)
		exit(1);
	if (fork() == 0) {
		for (i = 0; i < count / 2; i++) {
			read(there[0], &c, 1);
			write(back[1], &c, 1);
		}
		_exit(0);
	}
	for (i = 0; i < count / 2; i++) {
		write(there[1], &c, 1);
		read(back[0], &c, 1);
	}
	wait(NULL);
}

static void fork_exit(int count)
{
	while (count-- > 0) {
		if (fork() == 0)
			_exit(0);
		wait(NULL);
	}
}

static void fork_exec(int count)
{
	while (count-- > 0) {
		if (fork() == 0) {
			execl("/bin/true", "true", (char *) 0);
			_exit(127);
		}
		wait(NULL);
	}
}

/* Touches up to `count` pages, a block at a time, each block mapped anew. */
static void touch_blocks(int count, int file)
{
	while (count > 0) {
		char *memory = map(PAGES, file);

		for (int i = 0; i < PAGES && count > 0; i++, count--) {
			if (file < 0)
				memory[i * PAGE] = 1;
			else
				sink = memory[i * PAGE];
		}
		munmap(memory, PAGES * PAGE);
	}
}

static void zero_fault(int count)
{
	touch_blocks(count, -1);
}

/* Of a file of 1 MB that the buffer cache holds after the first time. */
static void file_fault(int count)
{
	int file = open("/tmp/speed.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char block[1024] = "";

	for (int i = 0; i < PAGES * PAGE / (int) sizeof block; i++)
		write(file, block, sizeof block);
	sync();
	touch_blocks(count, file);
	unlink("/tmp/speed.tmp");
}

/* A child writes to the pages of its parent. */
static void cow_fault(int count)
{
	char *memory = map(PAGES, -1);

	memset(memory, 1, PAGES * PAGE);
	for (; count > 0; count -= PAGES) {
		if (fork() == 0) {
			for (int i = 0; i < PAGES && i < count; i++)
				memory[i * PAGE] = 2;
			_exit(0);
		}
		wait(NULL);
	}
}

/* 8 MB, twice what the machine should have: in this order each page is always the one that went out. */
static void swap_in(int count)
{
	int pages = 8 * PAGES, i;
	char *memory = map(pages, -1);

	for (i = 0; i < pages; i++)
		memory[i * PAGE] = i;
	for (i = 0; i < count; i++)
		sink = memory[i % pages * PAGE];
}

static const struct {
	const char *name;
	void (*run)(int count);
} rows[] = {
	{"null", null_call}, {"switch", context_switch}, {"fork", fork_exit}, {"exec", fork_exec},
	{"zero", zero_fault}, {"file", file_fault}, {"cow", cow_fault}, {"swap", swap_in},
};

int main(int argc, char *argv[])
{
	for (unsigned i = 0; argc > 2 && i < sizeof rows / sizeof *rows; i++) {
		if (strcmp(rows[i].name, argv[1]))
			continue;
		rows[i].run(atoi(argv[2]));
		printf("done %s %s\n", argv[1], argv[2]);
		return 0;
	}
	fprintf(stderr, "use: speed null|switch|fork|exec|zero|file|cow|swap count\n");
	return 2;
}
