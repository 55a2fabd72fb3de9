/* printk(): the kernel's printf, to the console in front. Lines are at most 1023 characters. */

#include <stdarg.h>

#include <asm/io.h>
#include <asm/system.h>
#include <linux/config.h>
#include <linux/kernel.h>

#define DEBUG_PORT 0xe9

static void debug_print(const char *text)
{
	while (*text)
		outb(*text++, DEBUG_PORT);
}

int printk(const char *format, ...)
{
	static char buffer[1024];
	unsigned long flags = save_flags();
	va_list args;
	int length;

	cli(); /* one buffer for everybody, interrupt handlers too */
	va_start(args, format);
	length = vsprintf(buffer, format, args);
	va_end(args);
	if (CONFIG_DEBUG_PORT)
		debug_print(buffer);
	console_print(buffer);
	restore_flags(flags);
	return length;
}
