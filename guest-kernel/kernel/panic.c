/* The last words. */

#include <asm/system.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>

/* Saves what can be saved, then stands still. From task 0 or a second panic there is no syncing. */
void panic(const char *message)
{
	static int panicking;

	printk("Kernel panic: %s\n", message);
	if (!panicking++) {
		if (current == task[0])
			printk("In swapper task - not syncing\n");
		else
			sync_dev(0);
	}
	cli();
	for (;;)
		__asm__ volatile("hlt");
}
