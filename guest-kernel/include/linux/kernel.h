#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <stdarg.h>
#include <stddef.h>

/* Makes [user, user+size) of the current task writable now: copies shared pages (mm/memory.c). */
void verify_area(void *user, int size);

void panic(const char *message) __attribute__((noreturn));
void do_exit(long error_code) __attribute__((noreturn));

int printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
int sprintf(char *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vsprintf(char *buffer, const char *format, va_list args);

/* Console output of the kernel's own text (drivers/char/console.c). */
void console_print(const char *text);

/* Bucket allocator for 16..4096 bytes; 0 when there is no memory (lib/malloc.c). */
void *malloc(unsigned int size);
void free_s(void *object, int size);
void malloc_pages(void (*visit)(unsigned long frame)); /* every frame that malloc() holds */
void malloc_report(void (*line)(int size, int pages, int objects, int used)); /* by object size */
#define free(object) free_s((object), 0)

extern long startup_time; /* seconds since 1970 at boot */
struct tm;
long kernel_mktime(struct tm *when);

/* Reports for the Scroll-Lock keys. */
void show_stat(void);
void show_mem(void);

/* Ctrl-Alt-Del and system call 88 (kernel/reboot.c). */
void machine_restart(void) __attribute__((noreturn));

#define suser() (current->euid == 0)

#endif
