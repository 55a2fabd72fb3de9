#ifndef _ASM_IO_H
#define _ASM_IO_H

/* Port access. The _p forms add two short jumps, the pause that slow ISA chips ask for. */

static inline void outb(unsigned char value, unsigned short port)
{
	__asm__ volatile("outb %0,%1" : : "a"(value), "Nd"(port));
}

static inline unsigned char inb(unsigned short port)
{
	unsigned char value;

	__asm__ volatile("inb %1,%0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void outw(unsigned short value, unsigned short port)
{
	__asm__ volatile("outw %0,%1" : : "a"(value), "Nd"(port));
}

static inline unsigned short inw(unsigned short port)
{
	unsigned short value;

	__asm__ volatile("inw %1,%0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void io_pause(void)
{
	__asm__ volatile("jmp 1f\n1:\tjmp 1f\n1:");
}

static inline void outb_p(unsigned char value, unsigned short port)
{
	outb(value, port);
	io_pause();
}

static inline unsigned char inb_p(unsigned short port)
{
	unsigned char value = inb(port);

	io_pause();
	return value;
}

/* Moves `words` 16-bit words between a port and kernel memory. */
static inline void insw(unsigned short port, void *buffer, unsigned long words)
{
	__asm__ volatile("cld; rep insw" : "+D"(buffer), "+c"(words) : "d"(port) : "memory");
}

static inline void outsw(unsigned short port, const void *buffer, unsigned long words)
{
	__asm__ volatile("cld; rep outsw" : "+S"(buffer), "+c"(words) : "d"(port) : "memory");
}

#endif
