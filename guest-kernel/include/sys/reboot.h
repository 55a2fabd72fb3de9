/* System call 88. The caller syncs first: the kernel does not. */
#ifndef _SYS_REBOOT_H
#define _SYS_REBOOT_H

#define REBOOT_RESTART 0
#define REBOOT_HALT 1
#define REBOOT_POWER_OFF 2

#ifndef __KERNEL__
int reboot(int command);
#endif

#endif
