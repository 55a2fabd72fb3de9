/* System call 88 and Ctrl-Alt-Del: restart, halt, power off. */

#include <errno.h>
#include <sys/reboot.h>

#include <asm/io.h>
#include <asm/system.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sys.h>
#include <linux/tty.h>

#define BIOS_RESET_FLAG 0x472
#define WARM_BOOT 0x1234 /* tells POST to skip the memory test */

#define KBC_COMMAND 0x64
#define KBC_STATUS_INPUT_FULL 2
#define KBC_PULSE_RESET 0xfe

#define PM1A_CONTROL 0x604 /* where QEMU's i440FX and its kin have it */
#define PM1A_SLEEP_ENABLE 0x2000
#define BOCHS_SHUTDOWN 0x8900 /* takes the word, letter by letter */

/*
 * The 8042 pulses the CPU's reset line. If it does not, a triple fault resets the CPU as well. All ways
 * out first send what the serial lines still hold.
 */
void machine_restart(void)
{
	static const struct {
		unsigned short limit;
		unsigned long base;
	} __attribute__((packed)) no_idt = {0, 0};
	int tries = 10000;

	cli();
	rs_drain();
	__asm__ volatile("movw %0,%c1" : : "r"((unsigned short)WARM_BOOT), "i"(BIOS_RESET_FLAG));
	while (tries-- && inb(KBC_COMMAND) & KBC_STATUS_INPUT_FULL)
		;
	outb(KBC_PULSE_RESET, KBC_COMMAND);
	for (tries = 0; tries < 10000; tries++)
		io_pause();
	__asm__ volatile("lidt %0; int3" : : "m"(no_idt));
	for (;;)
		;
}

static void machine_halt(void)
{
	printk("System halted.\n");
	cli();
	rs_drain();
	for (;;)
		__asm__ volatile("hlt");
}

static void machine_power_off(void)
{
	const char *word;

	cli();
	rs_drain();
	outw(PM1A_SLEEP_ENABLE, PM1A_CONTROL);
	for (word = "Shutdown"; *word; word++)
		outb(*word, BOCHS_SHUTDOWN);
	machine_halt();
}

/* The caller syncs first. */
int sys_reboot(int command)
{
	if (!suser())
		return -EPERM;
	switch (command) {
	case REBOOT_RESTART:
		machine_restart();
		return 0;
	case REBOOT_HALT:
		machine_halt();
		return 0;
	case REBOOT_POWER_OFF:
		machine_power_off();
		return 0;
	}
	return -EINVAL;
}
