#ifndef GLASS386_APP_KERNEL_BOOT_H
#define GLASS386_APP_KERNEL_BOOT_H

#include "app/options.h"
#include "loader/kernel.h"
#include "machine/direct_boot.h"

/* What -kernel, -append and -initrd come to: the files' bytes, the plan made of them, the option
   ROM that carries it out. */

struct kernel_boot {
    struct kernel_plan plan;
    u8 rom[DIRECT_BOOT_ROM_SIZE];
    u8 *files[1 + KERNEL_MODULES_MAX]; /* the kernel, then the modules */
    char *names;                       /* -initrd, cut into its words */
};

/* Null with one line in error. boot->plan.kind is KERNEL_FLOPPY for a file of no known format,
   which a machine may still boot as a floppy. */
struct kernel_boot *kernel_boot_open(const struct options *options, struct error *error);
/* Harmless on null. */
void kernel_boot_close(struct kernel_boot *boot);

/* The whole of a host file, in memory to be freed; null with one line in error that names it. At
   most `limit` bytes, and one byte more is allocated. */
u8 *host_file_read(const char *path, size_t limit, size_t *size, struct error *error);

#endif
