/* INT 05h: the text page to the first printer. */
#include "bios.h"

enum {
    STATUS = 0x100, /* of segment 40h: 0 done, 1 at work, FFh failed */
    AT_WORK = 1,
    FAILED = 0xff,
    PRINTER_FAILED = 0x29, /* time-out, error, paper out */
};

static u32 video(u32 eax, u32 ebx, u32 *edx)
{
    __asm__ volatile("int $0x10" : "+a"(eax), "+b"(ebx), "+d"(*edx) : : "ecx", "memory", "cc");
    return eax;
}

static bool print_letter(u8 letter)
{
    u32 eax = letter, edx = 0;

    __asm__ volatile("int $0x17" : "+a"(eax), "+d"(edx) : : "ebx", "ecx", "memory", "cc");
    return !(eax >> 8 & PRINTER_FAILED);
}

static bool print_row(u8 row, u8 columns, u32 page)
{
    for (u8 column = 0; column < columns; column++) {
        u32 place = (u32)row << 8 | column, none = 0;
        u8 letter;

        video(0x0200, page, &place);
        letter = (u8)video(0x0800, page, &none);
        if (!print_letter(letter ? letter : ' '))
            return false;
    }
    return print_letter('\r') && print_letter('\n');
}

static bool print_page(void)
{
    u8 rows = bda.rows_less_one ? bda.rows_less_one + 1 : 25;
    u32 page = (u32)bda.page << 8, place = bda.cursor[bda.page & 7];
    bool done = print_letter('\r') && print_letter('\n');

    for (u8 row = 0; done && row < rows; row++)
        done = print_row(row, (u8)bda.columns, page);
    video(0x0200, page, &place);
    return done;
}

void print_screen_int5(struct registers *r)
{
    (void)r;
    if (far_read8(0x40, STATUS) == AT_WORK)
        return;
    far_write8(0x40, STATUS, AT_WORK);
    far_write8(0x40, STATUS, print_page() ? 0 : FAILED);
}
