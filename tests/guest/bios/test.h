/* The tests' side of the BIOS: registers in and out, and TAP on the first serial line. */
#ifndef TEST_H
#define TEST_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef _Bool bool;

struct regs {
    u32 eax, ebx, ecx, edx, esi, edi, ebp; /* offsets known to start.S */
    u16 es, ds, flags;
};

enum { CARRY = 1, ZERO = 0x40 };

void call(struct regs *regs, u32 vector);
void call_protected(struct regs *regs, u32 linear); /* protected.S */
u32 switched_by_bios(void);

/* One TAP line. */
void check(const char *name, bool passed);
void check_equal(const char *name, u32 got, u32 wanted);

/* Memory anywhere below 1 MB. */
u8 peek8(u16 segment, u16 offset);
u16 peek16(u16 segment, u16 offset);
u32 peek32(u16 segment, u16 offset);
void poke16(u16 segment, u16 offset, u16 value);
static inline u16 bda16(u16 offset)
{
    return peek16(0x40, offset);
}
static inline u8 bda8(u16 offset)
{
    return peek8(0x40, offset);
}

static inline void outb(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline u8 inb(u16 port)
{
    u8 value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

extern u8 buffer[]; /* at 2000:0000, 64 KB: a whole DMA page */
enum { BUFFER_SEGMENT = 0x2000 };

void test_system(void);
void test_video(void);
void test_graphics(void);
void test_vbe(void);
void test_keyboard(void);
void test_clock(void);
void test_pointer(void);
void test_disk(u8 drive);
void test_floppy(u8 drive);

#endif
