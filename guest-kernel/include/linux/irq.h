#ifndef _LINUX_IRQ_H
#define _LINUX_IRQ_H

/*
 * Device interrupts. kernel/entry.S holds one stub for each of the 16 lines; the stub saves
 * every register, loads the kernel's segments, and calls do_irq(), which acknowledges the
 * 8259A (non-specific EOI, both chips for lines 8-15) and then runs the handler, with
 * interrupts off. A handler is plain C: it may wake_up() sleepers, it may never sleep.
 */

#define IRQ_TIMER 0
#define IRQ_KEYBOARD 1
#define IRQ_COM2 3
#define IRQ_COM1 4
#define IRQ_FLOPPY 6
#define IRQ_FPU 13
#define IRQ_HD 14

/* Stores the handler of a line (vector 0x20 + irq) and unmasks it. */
void request_irq(unsigned irq, void (*handler)(void));
void enable_irq(unsigned irq);
void disable_irq(unsigned irq);

#endif
