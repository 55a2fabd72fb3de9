/* The two 8259A interrupt controllers and the handlers behind their 16 lines. */

#include <asm/io.h>
#include <asm/system.h>
#include <linux/frame.h>
#include <linux/irq.h>
#include <linux/kernel.h>

#include "kernel.h"

#define PIC_MASTER 0x20
#define PIC_SLAVE 0xa0
#define PIC_EOI 0x20 /* OCW2: non-specific end of interrupt */
#define PIC_READ_ISR 0x0b /* OCW3 */
#define CASCADE 2    /* the master's line that the slave hangs on */

#define NR_IRQS 16

static void (*const stubs[NR_IRQS])(void) = {
	timer_interrupt, keyboard_interrupt, irq2_interrupt, rs2_interrupt,
	rs1_interrupt, irq5_interrupt, floppy_interrupt, parallel_interrupt,
	irq8_interrupt, irq9_interrupt, irq10_interrupt, irq11_interrupt,
	irq12_interrupt, fpu_interrupt, hd_interrupt, irq15_interrupt,
};

static void (*handlers[NR_IRQS])(void);

void enable_irq(unsigned irq)
{
	unsigned long flags = save_flags();

	cli();
	if (irq < 8) {
		outb_p(inb_p(PIC_MASTER + 1) & ~(1 << irq), PIC_MASTER + 1);
	} else {
		outb_p(inb_p(PIC_SLAVE + 1) & ~(1 << (irq - 8)), PIC_SLAVE + 1);
		outb_p(inb_p(PIC_MASTER + 1) & ~(1 << CASCADE), PIC_MASTER + 1);
	}
	restore_flags(flags);
}

void disable_irq(unsigned irq)
{
	unsigned short port = irq < 8 ? PIC_MASTER + 1 : PIC_SLAVE + 1;
	unsigned long flags = save_flags();

	cli();
	outb_p(inb_p(port) | 1 << (irq & 7), port);
	restore_flags(flags);
}

/* Gives all lines their gates; they stay masked until somebody requests them. */
void irq_init(void)
{
	unsigned irq;

	for (irq = 0; irq < NR_IRQS; irq++)
		set_intr_gate(0x20 + irq, stubs[irq]);
}

void request_irq(unsigned irq, void (*handler)(void))
{
	handlers[irq] = handler;
	enable_irq(irq);
}

/* A line that fell before the CPU asked shows up as 7 or 15 with no in-service bit (8259A DS). */
static int spurious(unsigned irq)
{
	unsigned short port = irq < 8 ? PIC_MASTER : PIC_SLAVE;

	if ((irq & 7) != 7)
		return 0;
	outb_p(PIC_READ_ISR, port);
	return !(inb_p(port) & 0x80);
}

/* Called by entry.S with interrupts off. The EOI comes first: IF keeps the line from nesting. */
void do_irq(struct trap_frame *frame)
{
	unsigned irq = frame->error_code;

	if (spurious(irq)) {
		if (irq >= 8)
			outb(PIC_EOI, PIC_MASTER);
		return;
	}
	if (irq >= 8)
		outb(PIC_EOI, PIC_SLAVE);
	outb(PIC_EOI, PIC_MASTER);
	if (irq == IRQ_TIMER)
		do_timer(FROM_USER(frame));
	else if (handlers[irq])
		handlers[irq]();
}
