/* The wall of a process: 64 MB by the limit of its segments, on a processor that checks limits. */
#include "tap.h"

#include <signal.h>
#include <sys/memcheck.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 0x4000000u

static const char no_region[] = "strict: no region, no access";

static void read_byte(unsigned address)
{
	volatile char *p = (volatile char *) address;

	(void) *p;
}

static void write_byte(unsigned address)
{
	*(volatile char *) address = 1;
}

static void read_word(unsigned address)
{
	volatile int *p = (volatile int *) address;

	(void) *p;
}

static void jump(unsigned address)
{
	((void (*)(void)) address)();
}

static void load_kernel_segment(unsigned selector)
{
	__asm__ volatile("movw %w0, %%es" : : "r"(selector));
}

static void out_port(unsigned port)
{
	__asm__ volatile("outb %%al, %%dx" : : "a"(0), "d"(port));
}

static int status_of(void (*action)(unsigned), unsigned value)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		action(value);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* vm=private: flat segments, closed above 3 GB by page rights. */
static int check_private(void)
{
	unsigned limit;

	__asm__("lsll %1, %0" : "=r"(limit) : "r"(0x17));
	tap_same(limit, 0xffffffff, "the data segment is all of 4 GB");
	tap_same(status_of(read_byte, 0xc0000000), SIGSEGV, "the kernel's first byte cannot be read");
	tap_same(status_of(write_byte, 0xc0000000), SIGSEGV, "nor written");
	tap_same(status_of(jump, 0xc0001000), SIGSEGV, "nor run");
	tap_same(status_of(read_byte, 0xffffffff), SIGSEGV, "the last byte of all cannot be read");
	tap_same(status_of(load_kernel_segment, 0x10), SIGSEGV,
		 "the kernel's segment cannot be loaded");
	tap_same(status_of(load_kernel_segment, 0x18), SIGSEGV, "nor its window on programs");
	tap_same(status_of(out_port, 0x80), SIGSEGV, "ports are closed");
	return tap_end();
}

int main(void)
{
	struct memcheck mode;
	unsigned limit;
	int inside;

	memcheck(&mode);
	if (mode.private_spaces)
		return check_private();
	inside = mode.strict ? SIGSEGV : 0;

	__asm__("lsll %1, %0" : "=r"(limit) : "r"(0x17));
	tap_same(limit, LIMIT - 1, "the data segment ends at 64 MB");
	__asm__("lsll %1, %0" : "=r"(limit) : "r"(0x0f));
	tap_same(limit, LIMIT - 1, "the code segment too");
	tap_same(status_of(read_byte, 0x2000000), inside,
		 mode.strict ? no_region : "an address inside it reads");
	tap_same(status_of(write_byte, 0x2000000), inside,
		 mode.strict ? no_region : "and can be written");
	tap_same(status_of(read_byte, LIMIT - 1), inside,
		 mode.strict ? no_region : "up to the last byte");
	tap_same(status_of(read_byte, LIMIT), SIGSEGV, "reading at 0x4000000 is SIGSEGV");
	tap_same(status_of(write_byte, LIMIT), SIGSEGV, "writing there too");
	tap_same(status_of(read_word, LIMIT - 2), SIGSEGV, "and a word across the limit");
	tap_same(status_of(read_byte, 0xc0000000), SIGSEGV, "far beyond");
	tap_same(status_of(jump, LIMIT + 0x1000), SIGSEGV, "a jump beyond");
	tap_same(status_of(load_kernel_segment, 0x10), SIGSEGV,
		 "the kernel's segment cannot be loaded");
	tap_same(status_of(out_port, 0x80), SIGSEGV, "ports are closed");
	return tap_end();
}
