/* INT 14h: serial lines by polling; INT 17h: the parallel port. */
#include "bios.h"

enum {
    DATA = 0,
    IER = 1,
    FCR = 2,
    LCR = 3,
    MCR = 4,
    LSR = 5,
    MSR = 6,
    LCR_DIVISOR = 0x80,
    MCR_DTR_RTS = 3,
    LSR_DATA = 1,
    LSR_SENT = 0x20,
    TIMED_OUT = 0x80,
    POLLS_PER_UNIT = 0x8000, /* the time-out bytes of the data area count these */

    LPT_STATUS = 1,
    LPT_CONTROL = 2,
    LPT_STROBE = 1,
    LPT_INIT = 0x08, /* the line is low while bit 2 is 0 */
    LPT_SELECTED = 0x0c,
    LPT_NOT_BUSY = 0x80,
};

static ROM u16 com_ports[] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
static ROM u16 lpt_ports[] = {0x378, 0x278, 0x3bc};

/* IER keeps four bits only; nothing on the bus reads FFh. */
static bool is_uart(u16 port)
{
    bool found;

    outb(port + LCR, 0);
    outb(port + IER, 0x0f);
    found = inb(port + IER) == 0x0f;
    outb(port + IER, 0);
    return found && inb(port + IER) == 0;
}

static bool is_printer_port(u16 port)
{
    bool found;

    outb(port, 0xaa);
    found = inb(port) == 0xaa;
    outb(port, 0x55);
    return found && inb(port) == 0x55;
}

/* A system before us may have left the line open: whoever sends is to wait for the next. */
static void line_close(u16 port)
{
    outb(port + MCR, 0);
    outb(port + FCR, 0);
}

/* INIT for at least 50 us. */
static void printer_reset(u16 port)
{
    outb(port + LPT_CONTROL, LPT_INIT);
    wait_microseconds(50);
    outb(port + LPT_CONTROL, LPT_SELECTED);
}

/* Finds the ports and notes them in the data area and in the equipment word. */
void serial_init(void)
{
    u8 lines = 0, printers = 0;

    for (u8 i = 0; i < ARRAY_SIZE(com_ports); i++)
        if (is_uart(com_ports[i])) {
            bda.com[lines++] = com_ports[i];
            line_close(com_ports[i]);
        }
    for (u8 i = 0; i < ARRAY_SIZE(lpt_ports); i++)
        if (is_printer_port(lpt_ports[i])) {
            bda.lpt[printers++] = lpt_ports[i];
            printer_reset(lpt_ports[i]);
        }
    for (u8 i = 0; i < 4; i++) {
        bda.com_timeout[i] = 1;
        bda.lpt_timeout[i] = 20;
    }
    bda.equipment |= (u16)(lines << 9 | printers << 14);
}

/* AL: bits 7-5 rate from 110 on, 4-3 parity, 2 stop bits, 1-0 word length: the low five are the
 * LCR's. */
static void line_init(u16 port, u8 mode)
{
    static ROM u16 divisors[] = {1047, 768, 384, 192, 96, 48, 24, 12};
    u16 divisor = divisors[mode >> 5];

    outb(port + LCR, LCR_DIVISOR);
    outb(port + DATA, (u8)divisor);
    outb(port + IER, (u8)(divisor >> 8));
    outb(port + LCR, mode & 0x1f);
    outb(port + IER, 0);
}

static bool wait_line(u16 port, u8 bit, u8 timeout)
{
    for (u32 polls = (u32)timeout * POLLS_PER_UNIT; polls; polls--)
        if (inb(port + LSR) & bit)
            return true;
    return false;
}

void serial_int14(struct registers *r)
{
    u16 line = r->edx.x;
    u16 port = line < 4 ? bda.com[line] : 0;
    bool in_time = true;

    if (!port)
        return;
    switch (r->eax.h) {
    case 0:
        line_init(port, r->eax.l);
        break;
    case 1:
        outb(port + MCR, MCR_DTR_RTS);
        in_time = wait_line(port, LSR_SENT, bda.com_timeout[line]);
        if (in_time)
            outb(port + DATA, r->eax.l);
        break;
    case 2:
        outb(port + MCR, MCR_DTR_RTS);
        in_time = wait_line(port, LSR_DATA, bda.com_timeout[line]);
        if (in_time)
            r->eax.l = inb(port + DATA);
        r->eax.h = inb(port + LSR) & 0x1e;
        r->eax.h |= in_time ? 0 : TIMED_OUT;
        return;
    case 3:
        break;
    default:
        return;
    }
    if (r->eax.h != 1)
        r->eax.l = inb(port + MSR);
    r->eax.h = (u8)((inb(port + LSR) & 0x7f) | (in_time ? 0 : TIMED_OUT));
}

static bool print_byte(u16 port, u8 letter)
{
    u32 polls = 0x10000;

    while (!(inb(port + LPT_STATUS) & LPT_NOT_BUSY))
        if (!--polls)
            return false;
    outb(port, letter);
    outb(port + LPT_CONTROL, LPT_SELECTED | LPT_STROBE);
    outb(port + LPT_CONTROL, LPT_SELECTED);
    return true;
}

void printer_int17(struct registers *r)
{
    u16 port = r->edx.x < 3 ? bda.lpt[r->edx.x] : 0;
    bool in_time = true;

    if (!port || r->eax.h > 2)
        return;
    if (r->eax.h == 0)
        in_time = print_byte(port, r->eax.l);
    if (r->eax.h == 1)
        printer_reset(port);
    /* Acknowledge and error are low on the wire and reported as 1. */
    r->eax.h = (u8)(((inb(port + LPT_STATUS) ^ 0x48) & 0xf8) | (in_time ? 0 : 1));
}
