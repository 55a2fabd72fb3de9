/*
 * main(): from the first C statement to the first program.
 *
 * It divides the memory, starts every part of the kernel, steps down to ring 3 as task 0, and
 * forks. The child, task 1, becomes init; task 0 stays as the idle task.
 */

#include <fcntl.h>
#include <stdarg.h>
#include <time.h>

#include <asm/io.h>
#include <asm/system.h>
#include <linux/config.h>
#include <linux/kernel.h>
#include <linux/options.h>
#include <linux/sched.h>
#include <linux/tty.h>

#include "init.h"

#define PARAM(type, offset) (*(type *)(PARAM_BASE + (offset)))
#define EXTENDED_KB PARAM(unsigned short, 2)
#define DRIVE_TABLES PARAM(struct drive_tables, 0x80)
#define BOOT_SWAP_DEV PARAM(unsigned short, 0x1fa)
#define BOOT_ROOT_DEV PARAM(unsigned short, 0x1fc)

#define MEGABYTE (1024UL * 1024)
#define MAX_MEMORY (16 * MEGABYTE)
#define MIN_MAIN_MEMORY (MEGABYTE / 2)

/* What the BIOS knows of the two hard disks; setup() hands it to the driver. */
static struct drive_tables {
	char bytes[32];
} drive_info;

static unsigned long memory_end, ramdisk_size;
unsigned long buffer_memory_end;
unsigned long main_memory_start;

/*
 * CMOS registers are read through ports 70h and 71h; bit 7 of the index keeps NMI off
 * (MC146818).
 */
static int read_cmos(int reg)
{
	int bcd;

	outb_p(0x80 | reg, 0x70);
	bcd = inb_p(0x71);
	return (bcd & 15) + (bcd >> 4) * 10;
}

/* Reads until two looks at the seconds agree, so that no update fell in between. */
static void time_init(void)
{
	struct tm now;

	do {
		now.tm_sec = read_cmos(0);
		now.tm_min = read_cmos(2);
		now.tm_hour = read_cmos(4);
		now.tm_mday = read_cmos(7);
		now.tm_mon = read_cmos(8) - 1;
		now.tm_year = read_cmos(9);
	} while (now.tm_sec != read_cmos(0));
	if (now.tm_year < 70) /* two digits: 70..99 are 19xx, the rest 20xx */
		now.tm_year += 100;
	startup_time = kernel_mktime(&now);
}

/*
 * The buffer cache lies between the kernel and buffer_memory_end, main memory behind it. Small
 * machines end the cache at 640 KB (main memory begins at 1 MB), larger ones give it 2 or 4 MB. A
 * RAM disk lies before main memory and must leave half a megabyte of it.
 */
static void divide_memory(void)
{
	memory_end = (MEGABYTE + ((unsigned long)EXTENDED_KB << 10)) & ~(PAGE_SIZE - 1UL);
	if (memory_end > MAX_MEMORY)
		memory_end = MAX_MEMORY;
	if (option_memory_kb && memory_end > option_memory_kb << 10)
		memory_end = (option_memory_kb << 10) & ~(PAGE_SIZE - 1UL);
	if (memory_end > 12 * MEGABYTE)
		buffer_memory_end = 4 * MEGABYTE;
	else if (memory_end > 6 * MEGABYTE)
		buffer_memory_end = 2 * MEGABYTE;
	else
		buffer_memory_end = MEGABYTE;
	ramdisk_size = ((option_ramdisk_kb << 10) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1UL);
	if (buffer_memory_end + ramdisk_size + MIN_MAIN_MEMORY > memory_end)
		ramdisk_size = 0;
	main_memory_start = buffer_memory_end + ramdisk_size;
}

/*
 * IRET to ring 3 as task 0: the same stack, now through the LDT's selectors. From here on the
 * kernel is entered through gates only.
 */
static inline __attribute__((always_inline)) void move_to_user_mode(void)
{
	unsigned long scratch;

	__asm__ volatile("movl %%esp,%0\n\t"
			 "pushl $0x17\n\t"
			 "pushl %0\n\t"
			 "pushfl\n\t"
			 "pushl $0x0f\n\t"
			 "pushl $1f\n\t"
			 "iret\n"
			 "1:\tmovw $0x17,%w0\n\t"
			 "movw %w0,%%ds\n\t"
			 "movw %w0,%%es\n\t"
			 "movw %w0,%%fs\n\t"
			 "movw %w0,%%gs"
			 : "=&a"(scratch) : : "memory", "cc");
}

/* Called by boot/head.S, with interrupts off and paging on. */
void main(void)
{
	ROOT_DEV = BOOT_ROOT_DEV;
	SWAP_DEV = BOOT_SWAP_DEV;
	drive_info = DRIVE_TABLES;
	read_boot_options();
	divide_memory();
	mem_init(main_memory_start, memory_end);
	if (private_memory)
		use_private_spaces();
	trap_init();
	sched_init();
	blk_dev_init();
	chr_dev_init();
	tty_init();
	show_boot_options();
	if (memory_end < main_memory_start + MIN_MAIN_MEMORY)
		panic("1.5 MB of memory are needed");
	time_init();
	buffer_init(buffer_memory_end);
	ramdisk_init(buffer_memory_end, ramdisk_size);
	hd_init();
	sti();
	move_to_user_mode();
	if (!fork()) /* inlined: task 0's stack must stay as task 1 found it */
		init();
	for (;;)
		pause();
}

/* printf() of ring 3: one line, to descriptor 1. */
static int print(const char *format, ...)
{
	char buffer[256];
	va_list args;
	int length;

	va_start(args, format);
	length = vsprintf(buffer, format, args);
	va_end(args);
	write(1, buffer, length);
	return length;
}

/*
 * Task 1. Still in the kernel's text, but in ring 3 and in its own 64 MB. setup() reads the
 * partition tables, looks for swap space and mounts the root; then the program /bin/init
 * takes over, or a shell where there is none.
 */
void init(void)
{
	static char *const argv_init[] = {"init", NULL};
	static char *const argv_shell[] = {"-/bin/sh", NULL};
	static char *const envp[] = {"HOME=/usr/root", "TERM=con80x25", "PATH=/bin:/usr/bin", NULL};

	setup(&drive_info);
	open("/dev/tty1", O_RDWR, 0);
	dup(0);
	dup(0);
	print("%d buffers = %d bytes buffer space\n", nr_buffers, nr_buffers * BLOCK_SIZE);
	print("Free mem: %lu bytes\n", memory_end - main_memory_start);
	print(" Ok.\n");
	execve("/bin/init", argv_init, envp);
	setsid();
	execve("/bin/sh", argv_shell, envp);
	print("No /bin/init and no /bin/sh on the root file system.\n");
	for (;;)
		pause();
}
