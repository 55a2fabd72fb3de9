#ifndef _LINUX_CONFIG_H
#define _LINUX_CONFIG_H

#define UTS_SYSNAME "Linux"
#define UTS_NODENAME "(none)"
#define UTS_RELEASE "0"
#define UTS_VERSION "0.12"
#define UTS_MACHINE "i386"

/* Where boot/setup.S leaves what the BIOS said (see boot/README.md). */
#define PARAM_BASE 0x90000

/* The boot options: the last bytes of setup, which is loaded to PARAM_BASE + 0x200. */
#define BOOT_OPTIONS_OFFSET 1792
#define BOOT_OPTIONS_SIZE 256

/* Set to 1, printk also writes to port E9h, which emulators show: for faults before con_init(). */
#ifndef CONFIG_DEBUG_PORT
#define CONFIG_DEBUG_PORT 0
#endif

#endif
