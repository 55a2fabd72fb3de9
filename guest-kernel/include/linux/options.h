#ifndef _LINUX_OPTIONS_H
#define _LINUX_OPTIONS_H

/* Boot options (init/options.c), fixed before anything else of the kernel starts. */
#include <linux/config.h>

extern char boot_options[BOOT_OPTIONS_SIZE]; /* as written, ended by a NUL */
extern int strict_memory;  /* strict: nothing outside the regions, text cannot be written */
extern int private_memory; /* vm=private: a page directory for each task */
extern unsigned long option_memory_kb;  /* mem=KB: use no more than this; 0 = all */
extern unsigned long option_ramdisk_kb; /* ramdisk=KB: size of /dev/ram, 0 = none */

void read_boot_options(void);
void show_boot_options(void);

#endif
