/* Runs every test, prints TAP on COM1, leaves by port F4h with 10h (all passed) or 11h. */
#include "test.h"

enum { COM1 = 0x3f8, EXIT_PORT = 0xf4, ALL_PASSED = 0x10, SOME_FAILED = 0x11 };

static u32 count, failures;

static void put(char letter)
{
    while (!(inb(COM1 + 5) & 0x20))
        ;
    outb(COM1, (u8)letter);
}

static void put_text(const char *text)
{
    while (*text)
        put(*text++);
}

static void put_number(u32 value, u32 base)
{
    char digits[12];
    u32 length = 0;

    do {
        digits[length++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (length)
        put(digits[--length]);
}

void check(const char *name, bool passed)
{
    if (!passed) {
        failures++;
        put_text("not ");
    }
    put_text("ok ");
    put_number(++count, 10);
    put_text(" - ");
    put_text(name);
    put('\n');
}

void check_equal(const char *name, u32 got, u32 wanted)
{
    check(name, got == wanted);
    if (got == wanted)
        return;
    put_text("# got ");
    put_number(got, 16);
    put_text("h, wanted ");
    put_number(wanted, 16);
    put_text("h\n");
}

u8 peek8(u16 segment, u16 offset)
{
    u8 value;

    __asm__ volatile("movw %w1, %%fs\n\tmovb %%fs:(%2), %0"
                     : "=q"(value)
                     : "r"(segment), "r"((u32)offset)
                     : "memory");
    return value;
}

u16 peek16(u16 segment, u16 offset)
{
    return (u16)(peek8(segment, offset) | peek8(segment, offset + 1) << 8);
}

u32 peek32(u16 segment, u16 offset)
{
    return peek16(segment, offset) | (u32)peek16(segment, offset + 2) << 16;
}

void poke16(u16 segment, u16 offset, u16 value)
{
    __asm__ volatile("movw %w0, %%fs\n\tmovw %2, %%fs:(%1)"
                     :
                     : "r"(segment), "r"((u32)offset), "r"(value)
                     : "memory");
}

void run(u32 drive);
void run(u32 drive)
{
    outb(COM1 + 3, 0x83);
    outb(COM1, 1);
    outb(COM1 + 1, 0);
    outb(COM1 + 3, 3);
    test_system();
    test_clock();
    test_pointer();
    test_keyboard();
    if (drive & 0x80)
        test_disk((u8)drive);
    else
        test_floppy((u8)drive);
    test_graphics();
    test_vbe();
    test_video();
    put_text("1..");
    put_number(count, 10);
    put('\n');
    while (!(inb(COM1 + 5) & 0x40)) /* the last byte has left */
        ;
    outb(EXIT_PORT, failures ? SOME_FAILED : ALL_PASSED);
    for (;;)
        __asm__ volatile("hlt");
}
