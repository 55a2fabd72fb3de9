/* Text on the screen through INT 10h AH=0Eh, so that a display of another BIOS works as well. */
#include "bios.h"

void print_char(u8 letter)
{
    u32 eax = 0x0e00 | letter;
    u32 ebx = 7;

    __asm__ volatile("int $0x10" : "+a"(eax), "+b"(ebx) : : "ecx", "edx", "memory", "cc");
}

void print_rom(const char __seg_gs *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            print_char('\r');
        print_char((u8)*text);
    }
}

void print_number(u32 value)
{
    u8 digits[10];
    u8 count = 0;

    do {
        digits[count++] = (u8)('0' + value % 10);
        value /= 10;
    } while (value);
    while (count)
        print_char(digits[--count]);
}

void print_hex(u32 value, u8 digits)
{
    while (digits--) {
        u8 digit = value >> 4 * digits & 15;

        print_char((u8)(digit < 10 ? '0' + digit : 'A' - 10 + digit));
    }
}
