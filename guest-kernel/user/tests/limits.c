/* The wall of a process: 64 MB by the limit of its segments, on a processor that checks limits. */
#include "tap.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 0x4000000u

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

int main(void)
{
	unsigned limit;

	__asm__("lsll %1, %0" : "=r"(limit) : "r"(0x17));
	tap_same(limit, LIMIT - 1, "the data segment ends at 64 MB");
	__asm__("lsll %1, %0" : "=r"(limit) : "r"(0x0f));
	tap_same(limit, LIMIT - 1, "the code segment too");
	tap_same(status_of(read_byte, 0x2000000), 0, "an address inside it reads");
	tap_same(status_of(write_byte, 0x2000000), 0, "and can be written");
	tap_same(status_of(read_byte, LIMIT - 1), 0, "up to the last byte");
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
