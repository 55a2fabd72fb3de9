#ifndef _ASM_SEGMENT_H
#define _ASM_SEGMENT_H

/*
 * User memory as seen from the kernel: during a system call %fs holds the task's data
 * segment (selector user_ds), so a user pointer is an offset into %fs. The segment limit
 * keeps a wild pointer inside the task's own space; every access is compared with user_end
 * too, since there are emulators that check no limits (QEMU's TCG), and behind 3 GB lies the
 * kernel when vm=private. Call verify_area() before the put_ and _tofs forms: a 386 lets
 * ring 0 write through read-only pages.
 *
 * An access that faults or is beyond the end is skipped: it reads as 0, or writes nothing, and
 * the task has a SIGSEGV pending, of which it dies when the system call has come to its end.
 */

#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define USER_CS 0x0f
#define USER_DS 0x17

/* What %fs holds in the kernel: USER_DS, or with vm=private a segment that ends at 3 GB. */
extern unsigned short user_ds;

/* The first offset that no program has: 64 MB, or 3 GB with vm=private. Kernel pointers, which the
   functions below take when %fs is KERNEL_DS, are below it as well. */
extern unsigned long user_end;

/* How many of n bytes at a pointer lie below user_end; fewer than n is a SIGSEGV for the task. */
unsigned long user_reach(const void *user, unsigned long n);

static inline int is_user_pointer(const void *user, unsigned long n)
{
	return (unsigned long)user <= user_end - n || user_reach(user, n) == n;
}

/* One instruction that may fault, and a row for it in the table that kernel/traps.c searches. */
#define USER_ACCESS(instruction)             \
	"771:\t" instruction "\n"              \
	"772:\n\t"                            \
	".pushsection user_access,\"a\"\n\t" \
	".long 771b, 772b\n\t"                \
	".popsection\n\t"

static inline unsigned char get_fs_byte(const void *user)
{
	unsigned char value = 0;

	if (is_user_pointer(user, 1))
		__asm__ volatile(USER_ACCESS("movb %%fs:%1,%0")
				 : "+q"(value) : "m"(*(const unsigned char *)user));
	return value;
}

static inline unsigned short get_fs_word(const void *user)
{
	unsigned short value = 0;

	if (is_user_pointer(user, 2))
		__asm__ volatile(USER_ACCESS("movw %%fs:%1,%0")
				 : "+r"(value) : "m"(*(const unsigned short *)user));
	return value;
}

static inline unsigned long get_fs_long(const void *user)
{
	unsigned long value = 0;

	if (is_user_pointer(user, 4))
		__asm__ volatile(USER_ACCESS("movl %%fs:%1,%0")
				 : "+r"(value) : "m"(*(const unsigned long *)user));
	return value;
}

static inline void put_fs_byte(unsigned char value, void *user)
{
	if (is_user_pointer(user, 1))
		__asm__ volatile(USER_ACCESS("movb %0,%%fs:%1")
				 : : "iq"(value), "m"(*(unsigned char *)user) : "memory");
}

static inline void put_fs_word(unsigned short value, void *user)
{
	if (is_user_pointer(user, 2))
		__asm__ volatile(USER_ACCESS("movw %0,%%fs:%1")
				 : : "ir"(value), "m"(*(unsigned short *)user) : "memory");
}

static inline void put_fs_long(unsigned long value, void *user)
{
	if (is_user_pointer(user, 4))
		__asm__ volatile(USER_ACCESS("movl %0,%%fs:%1")
				 : : "ir"(value), "m"(*(unsigned long *)user) : "memory");
}

static inline void memcpy_fromfs(void *to, const void *user, unsigned long n)
{
	n = user_reach(user, n);
	__asm__ volatile("cld\n\t"
			 USER_ACCESS("rep movsb %%fs:(%%esi),%%es:(%%edi)")
			 : "+D"(to), "+S"(user), "+c"(n) : : "memory");
}

static inline void memcpy_tofs(void *user, const void *from, unsigned long n)
{
	n = user_reach(user, n);
	__asm__ volatile("pushl %%es\n\t"
			 "pushl %%fs\n\t"
			 "popl %%es\n\t"
			 "cld\n\t"
			 USER_ACCESS("rep movsb")
			 "popl %%es"
			 : "+D"(user), "+S"(from), "+c"(n) : : "memory");
}

/* %fs by value: pointing it at KERNEL_DS makes the functions above take kernel pointers. */
static inline unsigned long get_fs(void)
{
	unsigned short selector;

	__asm__ volatile("movw %%fs,%0" : "=r"(selector));
	return selector;
}

static inline unsigned long get_ds(void)
{
	unsigned short selector;

	__asm__ volatile("movw %%ds,%0" : "=r"(selector));
	return selector;
}

static inline void set_fs(unsigned long selector)
{
	__asm__ volatile("movw %0,%%fs" : : "r"((unsigned short)selector));
}

#endif
