#ifndef GLASS386_DEVICES_UART_H
#define GLASS386_DEVICES_UART_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

#define UART_FIFO 16u

struct uart_fifo {
    u8 bytes[UART_FIFO];
    u8 head, count;
};

/* One 16550A. */
struct uart {
    u8 ier, fcr, lcr, mcr, lsr, msr, scr;
    u16 divisor;
    u8 modem_lines;   /* what the other side drives: MSR bits 4-7 */
    u8 thr_interrupt; /* THRE interrupt waits for IIR read or THR write */
    u8 timeout;       /* characters lie in the FIFO below the trigger level */
    u8 break_byte;    /* LSR's break bit, of a byte that came to the FIFO's top, was not read yet */
    u16 break_slots;  /* bit n: bytes[n] of the receive FIFO is a break, and not at the top yet */
    u8 shifter;       /* byte in the transmit shift register */
    u8 shifting;
    u8 irq_level;
    u8 listening;     /* somebody in the guest takes what comes: see uart_can_receive */
    u8 rts_was_on;    /* since DTR went on: RTS off means "wait" */
    u8 idle_looks;    /* LSR reads in a row that found nothing received and all sent */
    u64 receive_from; /* tick at which the first character after an opening can have arrived */
    struct uart_fifo receive, transmit;
    struct clock_event sent;         /* the shift register runs empty */
    struct clock_event receive_idle; /* four character times without a character */

    struct clock *clock;
    struct irq_line irq;
    void (*send)(void *context, u8 byte); /* a character left the chip; may be null */
    void *send_context;
};

extern const struct field_table uart_fields, uart2_fields; /* COM1 and COM2: the same fields */

/* irq, send and send_context are set by the caller afterwards. */
void uart_init(struct uart *uart, struct clock *clock);
void uart_reset(struct uart *uart);

/* Eight ports; the low three bits of `port` choose the register; context struct uart. */
u32 uart_read(void *context, u16 port, unsigned size);
void uart_write(void *context, u16 port, unsigned size, u32 value);

/* A register without side effects, DLAB honoured. */
u8 uart_peek(const struct uart *uart, u16 port);

/* A character from the line. Without room for it the chip reports an overrun. A sender that can
   wait asks first: is there room, and does the guest listen (DTR, RTS, the receive interrupt, or
   polling of LSR; not with RTS taken back), since at least the time that one character takes? */
bool uart_can_receive(const struct uart *uart);
void uart_receive(struct uart *uart, u8 byte);
void uart_receive_break(struct uart *uart);

/* Modem inputs as in MSR bits 4-7 (CTS DSR RI DCD); CTS, DSR and DCD are on after reset. */
void uart_set_modem_lines(struct uart *uart, u8 lines);

#endif
