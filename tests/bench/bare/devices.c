/* Ports and the text screen. */
#include "kernel.h"

#define PIC_MASK 0x21 /* reads back what was written (8259A DS, OCW1) */
#define UART_SCRATCH 0x3ff
#define PORT_ROUNDS 25000
#define COLUMNS 80
#define ROWS 25
#define SCREENS 60

u32 port_io(void)
{
    u32 sum = 0;
    for (u32 i = 0; i < PORT_ROUNDS; i++) {
        outb(PIC_MASK, (u8)i);
        sum = sum * 3 + inb(PIC_MASK);
        outb(UART_SCRATCH, (u8)(i >> 3));
        sum = sum * 3 + inb(UART_SCRATCH);
    }
    outb(PIC_MASK, 0xff);
    return sum;
}

static NOINLINE void scroll(volatile u16 *screen)
{
    for (u32 i = 0; i < COLUMNS * (ROWS - 1); i++)
        screen[i] = screen[i + COLUMNS];
}

/* A full screen of text, then lines that scroll. */
u32 vga_text(void)
{
    volatile u16 *screen = (volatile u16 *)0xb8000;
    u32 sum = 0;
    for (u32 i = 0; i < SCREENS; i++) {
        for (u32 cell = 0; cell < COLUMNS * ROWS; cell++)
            screen[cell] = (u16)(0x0700 | (cell + i) % 95) + 32;
        scroll(screen);
        sum = sum * 3 + screen[i * 31];
    }
    return sum;
}
