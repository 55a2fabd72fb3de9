/*
 * COM1 and COM2: 8250 or 16550A, driven by interrupts. A line whose read queue is full stops taking
 * characters from the chip, which then stops the sender where that is possible (RTS, the FIFO
 * of an emulator's chip). A timer looks at the lines once a second, so that a lost interrupt
 * costs that second and not the line.
 */
#include "char.h"
#include "queue.h"
#include <asm/io.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/sched.h>

/* Registers, as offsets from the base port. */
#define UART_DATA 0
#define UART_IER 1
#define UART_IIR 2 /* read */
#define UART_FCR 2 /* write, 16550 */
#define UART_LCR 3
#define UART_MCR 4
#define UART_LSR 5
#define UART_MSR 6
#define UART_DIVISOR_LOW 0  /* with LCR_DLAB */
#define UART_DIVISOR_HIGH 1

#define IER_RECEIVE 0x01
#define IER_TRANSMIT 0x02
#define IER_LINE 0x04
#define IER_MODEM 0x08
#define IIR_NONE 0x01
#define IIR_FIFO 0xc0 /* both bits: 16550A, its FIFOs are on */
#define FCR_ENABLE_AND_CLEAR 0x87 /* receive trigger at 8 characters */
#define LCR_8N1 0x03
#define LCR_BREAK 0x40
#define LCR_DLAB 0x80
#define MCR_DTR 0x01
#define MCR_RTS 0x02
#define MCR_OUT2 0x08 /* lets the interrupt through on a PC */
#define LSR_DATA 0x01
#define LSR_EMPTY 0x20
#define LSR_IDLE 0x40 /* the shift register is empty, too */

#define FIFO_SIZE 16
#define MAX_CAUSES 256   /* a chip that never stops asking must not hold the machine */
#define THROTTLE_ROOM 64 /* free places in the read queue: below, stop; from twice this, go on */
#define WATCH_TICKS HZ

static struct serial {
	unsigned short base;
	unsigned char irq;
	unsigned char present;
	unsigned char fifo; /* characters the transmitter takes at once */
	unsigned char ier, mcr, lcr;
	unsigned char throttled;
	unsigned short divisor; /* that the chip has, 0 = not set yet */
} lines[NR_SERIALS] = {
	{.base = 0x3f8, .irq = IRQ_COM1},
	{.base = 0x2f8, .irq = IRQ_COM2},
};

int serial_present(int line)
{
	return line >= 0 && line < NR_SERIALS && lines[line].present;
}

static inline struct tty_struct *tty_of(const struct serial *line)
{
	return tty_table + SERIAL_MINOR + (line - lines);
}

static struct serial *line_of(const struct tty_struct *tty)
{
	int index = tty - (tty_table + SERIAL_MINOR);

	return serial_present(index) ? lines + index : NULL;
}

static void set_ier(struct serial *line, unsigned char ier)
{
	if (ier != line->ier)
		outb_p(ier, line->base + UART_IER);
	line->ier = ier;
}

static void set_throttle(struct serial *line, int on)
{
	line->throttled = on;
	set_ier(line, on ? line->ier & ~IER_RECEIVE : line->ier | IER_RECEIVE);
	line->mcr = on ? line->mcr & ~MCR_RTS : line->mcr | MCR_RTS;
	outb_p(line->mcr, line->base + UART_MCR);
}

static void receive(struct serial *line)
{
	struct tty_struct *tty = tty_of(line);

	while (!line->throttled && (inb_p(line->base + UART_LSR) & LSR_DATA)) {
		if (queue_room(tty->read_q) < THROTTLE_ROOM) {
			set_throttle(line, 1);
			break;
		}
		tty_receive(tty, inb(line->base + UART_DATA));
		if (queue_room(tty->read_q) < 2 * THROTTLE_ROOM)
			copy_to_cooked(tty);
	}
	copy_to_cooked(tty);
}

/* Fills the transmitter, and has it ask again only if there is more to send. */
static void transmit(struct serial *line)
{
	struct tty_struct *tty = tty_of(line);
	int c;

	if (inb_p(line->base + UART_LSR) & LSR_EMPTY) {
		for (int i = 0; i < line->fifo && !tty->stopped; i++) {
			if ((c = queue_get(tty->write_q)) < 0)
				break;
			outb(c, line->base + UART_DATA);
		}
	}
	if (tty->stopped || !queue_chars(tty->write_q))
		set_ier(line, line->ier & ~IER_TRANSMIT);
	else
		set_ier(line, line->ier | IER_TRANSMIT);
	if (queue_room(tty->write_q) >= TTY_BUF_SIZE / 4)
		wake_up(&tty->write_q->proc_list);
}

/* Serves all causes: the 8259A sees only an edge, so the line must be down before the end. */
static void serve(struct serial *line)
{
	unsigned char cause;

	for (int i = 0; i < MAX_CAUSES; i++) {
		cause = inb_p(line->base + UART_IIR);
		if (cause & IIR_NONE)
			break;
		switch (cause >> 1 & 7) {
		case 0:
			inb_p(line->base + UART_MSR);
			break;
		case 1:
			transmit(line);
			break;
		case 3:
			inb_p(line->base + UART_LSR);
			break;
		default: /* 2 data, 6 data waited for a while */
			receive(line);
			break;
		}
	}
	if (queue_chars(tty_of(line)->read_q))
		copy_to_cooked(tty_of(line)); /* echo may have had to wait for room */
}

static void rs1_irq(void)
{
	serve(&lines[0]);
}

static void rs2_irq(void)
{
	serve(&lines[1]);
}

static void watch(void)
{
	for (struct serial *line = lines; line < lines + NR_SERIALS; line++) {
		if (!line->present)
			continue;
		serve(line);
		receive(line);
		if (queue_chars(tty_of(line)->write_q))
			transmit(line);
	}
	add_timer(WATCH_TICKS, watch);
}

/* tty_struct.write of serial lines: sends what fits, the interrupt sends the rest. */
void rs_write(struct tty_struct *tty)
{
	struct serial *line = line_of(tty);
	unsigned long flags = save_flags();

	if (!line)
		return;
	cli();
	if (queue_chars(tty->write_q) && !(line->ier & IER_TRANSMIT))
		transmit(line);
	restore_flags(flags);
}

/* Has the last character left the chip? */
int rs_is_idle(struct tty_struct *tty)
{
	struct serial *line = line_of(tty);

	return !line || inb_p(line->base + UART_LSR) & LSR_IDLE;
}

#define DRAIN_POLLS 2000000 /* at 1 us a port access: longer than a full queue takes at 9600 baud */

/* Sends by polling, with interrupts off, what all lines still hold: the machine is about to stop. */
void rs_drain(void)
{
	struct serial *line;
	int polls;

	for (line = lines; line < lines + NR_SERIALS; line++) {
		if (!line->present)
			continue;
		for (polls = 0; polls < DRAIN_POLLS; polls++) {
			if (queue_chars(tty_of(line)->write_q) && !tty_of(line)->stopped)
				transmit(line);
			else if (rs_is_idle(tty_of(line)))
				break;
		}
	}
}

/* Receives again after a pause, once there is room. */
void rs_unthrottle(struct tty_struct *tty)
{
	struct serial *line = line_of(tty);

	if (line && line->throttled && queue_room(tty->read_q) >= 2 * THROTTLE_ROOM)
		set_throttle(line, 0);
}

/* IXOFF by hand (TCXONC): stops or restarts the sender. */
void rs_flow(struct tty_struct *tty, int on)
{
	struct serial *line = line_of(tty);

	if (line)
		set_throttle(line, !on);
}

/* Sets the chip to the speed in c_cflag; B0 hangs up. */
void rs_change_speed(struct tty_struct *tty)
{
	/* 115200 / baud */
	static const unsigned short divisors[] = {
		0,   2304, 1536, 1047, 857, 768, 576, 384,
		192, 96,   64,   48,   24,  12,  6,   3,
	};
	struct serial *line = line_of(tty);
	unsigned short divisor = divisors[tty->termios.c_cflag & CBAUD];
	unsigned long flags = save_flags();

	if (!line)
		return;
	cli();
	line->mcr = MCR_OUT2;
	if (divisor)
		line->mcr |= line->throttled ? MCR_DTR : MCR_DTR | MCR_RTS;
	outb_p(line->mcr, line->base + UART_MCR);
	if (divisor && divisor != line->divisor) {
		line->divisor = divisor;
		outb_p(line->lcr | LCR_DLAB, line->base + UART_LCR);
		outb_p(divisor & 0xff, line->base + UART_DIVISOR_LOW);
		outb_p(divisor >> 8, line->base + UART_DIVISOR_HIGH);
		outb_p(line->lcr, line->base + UART_LCR);
	}
	restore_flags(flags);
}

static struct tty_struct *breaking; /* the line that sends a break now */

static void end_break(void)
{
	struct serial *line = line_of(breaking);

	outb_p(line->lcr, line->base + UART_LCR);
	breaking = NULL;
}

/* A break of a quarter of a second, one line at a time. */
void rs_send_break(struct tty_struct *tty)
{
	struct serial *line = line_of(tty);

	if (!line || breaking)
		return;
	breaking = tty;
	outb_p(line->lcr | LCR_BREAK, line->base + UART_LCR);
	add_timer(HZ / 4, end_break);
}

/* An absent chip reads FFh; a present one keeps the four bits of IER and reads its others as 0. */
static int find_uart(unsigned short base)
{
	outb_p(0, base + UART_IER);
	if (inb_p(base + UART_IER))
		return 0;
	outb_p(0x0f, base + UART_IER);
	if (inb_p(base + UART_IER) != 0x0f)
		return 0;
	outb_p(0, base + UART_IER);
	return 1;
}

static void init_line(struct serial *line, void (*handler)(void))
{
	unsigned short base = line->base;

	line->present = find_uart(base);
	if (!line->present)
		return;
	line->lcr = LCR_8N1;
	outb_p(line->lcr, base + UART_LCR);
	outb_p(FCR_ENABLE_AND_CLEAR, base + UART_FCR);
	line->fifo = (inb_p(base + UART_IIR) & IIR_FIFO) == IIR_FIFO ? FIFO_SIZE : 1;
	rs_change_speed(tty_of(line));
	inb_p(base + UART_LSR);
	inb_p(base + UART_DATA);
	inb_p(base + UART_MSR);
	request_irq(line->irq, handler);
	set_ier(line, IER_RECEIVE | IER_LINE | IER_MODEM);
	printk("ttyS%d at %03x is a %s\n", (int)(line - lines), base,
	       line->fifo > 1 ? "16550A" : "8250");
}

void rs_init(void)
{
	init_line(&lines[0], rs1_irq);
	init_line(&lines[1], rs2_irq);
	if (lines[0].present || lines[1].present)
		add_timer(WATCH_TICKS, watch);
}
