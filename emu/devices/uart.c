/* 16550A UART with its FIFOs.

   Modelled: all registers, interrupts with their priorities and ways of being cleared, FIFO trigger
   levels and the character time-out, loopback, modem lines and their deltas, break, overrun, the
   time a character takes to be sent by divisor and frame length. Not modelled: parity and framing
   errors (the line never makes one), the DMA mode pins, the number of stop bits and parity of what
   arrives, the pace of what arrives (the machine gives a character when uart_can_receive says so),
   the delay of the THRE interrupt by a character when single bytes go through the FIFO.

   Reference: PC16550D DS (National Semiconductor). */

#include "devices/uart.h"

#include "base/bits.h"

#include <string.h>

enum { DATA, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };

enum {
    IER_DATA = 0x01,
    IER_TRANSMIT = 0x02,
    IER_LINE_STATUS = 0x04,
    IER_MODEM_STATUS = 0x08,
    IER_WRITABLE = 0x0f,

    IIR_MODEM_STATUS = 0x00,
    IIR_NONE = 0x01,
    IIR_TRANSMIT = 0x02,
    IIR_DATA = 0x04,
    IIR_LINE_STATUS = 0x06,
    IIR_TIMEOUT = 0x0c,
    IIR_FIFOS = 0xc0,

    FCR_ENABLE = 0x01,
    FCR_CLEAR_RECEIVE = 0x02,
    FCR_CLEAR_TRANSMIT = 0x04,
    FCR_KEPT = 0xc9,

    LCR_LENGTH = 0x03,
    LCR_TWO_STOPS = 0x04,
    LCR_PARITY = 0x08,
    LCR_BREAK = 0x40,
    LCR_DIVISOR = 0x80,

    MCR_DTR = 0x01,
    MCR_RTS = 0x02,
    MCR_OUT1 = 0x04,
    MCR_OUT2 = 0x08, /* on a PC: lets the interrupt through to the bus */
    MCR_LOOP = 0x10,
    MCR_WRITABLE = 0x1f,

    LSR_DATA = 0x01,
    LSR_OVERRUN = 0x02,
    LSR_BREAK = 0x10,
    LSR_ERRORS = 0x1e,
    LSR_HOLDING_EMPTY = 0x20,
    LSR_ALL_EMPTY = 0x40,
    LSR_FIFO_ERROR = 0x80,

    MSR_DELTAS = 0x0f,
    MSR_RI = 0x40,
    MSR_LINES = 0xf0,
    LINES_READY = 0xb0, /* CTS, DSR, DCD */

    INPUT_CLOCK = 1843200, /* Hz; 16 clocks a bit */

    LOOKS_OF_A_POLLER = 4,
};

static unsigned fifo_size(const struct uart *uart)
{
    return uart->fcr & FCR_ENABLE ? UART_FIFO : 1;
}

static void fifo_put(struct uart_fifo *fifo, u8 byte)
{
    fifo->bytes[(fifo->head + fifo->count) % UART_FIFO] = byte;
    fifo->count++;
}

static u8 fifo_take(struct uart_fifo *fifo)
{
    u8 byte = fifo->bytes[fifo->head];
    fifo->head = (u8)((fifo->head + 1) % UART_FIFO);
    fifo->count--;
    return byte;
}

/* Ticks that one character takes on the line. */
static u64 character_ticks(const struct uart *uart)
{
    unsigned half_bits = 2 * (1 + 5 + (uart->lcr & LCR_LENGTH) + 1);
    if (uart->lcr & LCR_PARITY)
        half_bits += 2;
    if (uart->lcr & LCR_TWO_STOPS)
        half_bits += (uart->lcr & LCR_LENGTH) ? 2 : 1;
    u64 clocks = (u64)half_bits * 8 * (uart->divisor ? uart->divisor : 1);
    return clock_scale(clocks, uart->clock->rate, INPUT_CLOCK) + 1;
}

/* Line and modem status. */

static u8 line_status(const struct uart *uart)
{
    u8 value = uart->lsr & LSR_ERRORS;
    if (uart->receive.count)
        value |= LSR_DATA;
    if (!uart->transmit.count)
        value |= uart->shifting ? LSR_HOLDING_EMPTY : LSR_HOLDING_EMPTY | LSR_ALL_EMPTY;
    if ((uart->fcr & FCR_ENABLE) && (uart->break_byte || uart->break_slots))
        value |= LSR_FIFO_ERROR;
    return value;
}

/* In loopback the outputs DTR, RTS, OUT1 and OUT2 feed DSR, CTS, RI and DCD. */
static u8 modem_inputs(const struct uart *uart)
{
    if (!(uart->mcr & MCR_LOOP))
        return uart->modem_lines;
    return (u8)((uart->mcr & MCR_RTS ? 0x10 : 0) | (uart->mcr & MCR_DTR ? 0x20 : 0) |
                (uart->mcr & MCR_OUT1 ? 0x40 : 0) | (uart->mcr & MCR_OUT2 ? 0x80 : 0));
}

/* Any change sets a delta bit, of RI only the end of ringing. */
static void update_modem_status(struct uart *uart)
{
    u8 inputs = modem_inputs(uart), changed = (uart->msr ^ inputs) & MSR_LINES;
    if (inputs & MSR_RI)
        changed &= (u8)~MSR_RI;
    uart->msr = (u8)(inputs | (uart->msr & MSR_DELTAS) | changed >> 4);
}

/* Interrupts. */

static unsigned trigger_level(const struct uart *uart)
{
    static const u8 levels[] = {1, 4, 8, 14};
    return uart->fcr & FCR_ENABLE ? levels[uart->fcr >> 6] : 1;
}

static u8 pending_interrupt(const struct uart *uart)
{
    if ((uart->ier & IER_LINE_STATUS) && (uart->lsr & LSR_ERRORS))
        return IIR_LINE_STATUS;
    if ((uart->ier & IER_DATA) && uart->receive.count >= trigger_level(uart))
        return IIR_DATA;
    if ((uart->ier & IER_DATA) && uart->timeout)
        return IIR_TIMEOUT;
    if ((uart->ier & IER_TRANSMIT) && uart->thr_interrupt)
        return IIR_TRANSMIT;
    if ((uart->ier & IER_MODEM_STATUS) && (uart->msr & MSR_DELTAS))
        return IIR_MODEM_STATUS;
    return IIR_NONE;
}

/* OUT2 opens the PC's gate to the bus; in loopback the pin is high, the gate closed. */
static void update_irq(struct uart *uart)
{
    bool gate = (uart->mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2;
    bool level = gate && pending_interrupt(uart) != IIR_NONE;
    if (level == uart->irq_level)
        return;
    uart->irq_level = level;
    irq_set(&uart->irq, level);
}

/* Receiver. */

static void restart_timeout(struct uart *uart)
{
    uart->timeout = 0;
    if ((uart->fcr & FCR_ENABLE) && uart->receive.count)
        clock_schedule(uart->clock, &uart->receive_idle,
                       uart->clock->now + 4 * character_ticks(uart));
    else
        clock_cancel(uart->clock, &uart->receive_idle);
}

static void receive_went_idle(void *context, u64 now)
{
    struct uart *uart = context;
    (void)now;
    uart->timeout = uart->receive.count != 0;
    update_irq(uart);
}

/* Does anybody take what comes? Whoever opens a line raises DTR or RTS, or allows the receive
   interrupt; a program that only polls reads LSR again and again with nothing to send. RTS off
   after it was on, DTR staying, asks the sender to wait. */
static bool listens(const struct uart *uart)
{
    if (uart->mcr & MCR_LOOP)
        return false;
    if (uart->rts_was_on && !(uart->mcr & MCR_RTS))
        return false;
    return (uart->mcr & (MCR_DTR | MCR_RTS)) || (uart->ier & IER_DATA) ||
           uart->idle_looks >= LOOKS_OF_A_POLLER;
}

/* The sender starts when the line opens: its first character is there one character time later. */
static void look_for_listener(struct uart *uart)
{
    bool now_listening = listens(uart);
    if (now_listening && !uart->listening)
        uart->receive_from = uart->clock->now + character_ticks(uart);
    uart->listening = now_listening;
}

bool uart_can_receive(const struct uart *uart)
{
    return uart->listening && uart->clock->now >= uart->receive_from &&
           uart->receive.count < fifo_size(uart);
}

static u8 word_mask(const struct uart *uart)
{
    return (u8)(0xff >> (3 - (uart->lcr & LCR_LENGTH)));
}

/* A break shows in LSR when its zero has come to the top of the FIFO. */
static void look_at_top(struct uart *uart)
{
    u16 bit = (u16)BIT(uart->receive.head);
    if (!uart->receive.count || !(uart->break_slots & bit))
        return;
    uart->break_slots &= (u16)~bit;
    uart->break_byte = 1;
    uart->lsr |= LSR_BREAK;
}

/* An overrun loses the new character with FIFOs, the old one without. */
static void take_character(struct uart *uart, u8 byte, bool is_break)
{
    bool fifos = uart->fcr & FCR_ENABLE, room = uart->receive.count < fifo_size(uart);
    if (!room)
        uart->lsr |= LSR_OVERRUN;
    if (!room && !fifos)
        uart->receive.count = 0;
    if (room || !fifos) {
        u8 slot = (u8)((uart->receive.head + uart->receive.count) % UART_FIFO);
        uart->break_slots = (u16)((uart->break_slots & ~BIT(slot)) | (is_break ? BIT(slot) : 0));
        fifo_put(&uart->receive, byte);
    }
    look_at_top(uart);
    restart_timeout(uart);
    update_irq(uart);
}

/* The other end is set like this one: the bits beyond the word length are not sent. */
void uart_receive(struct uart *uart, u8 byte)
{
    if (!(uart->mcr & MCR_LOOP))
        take_character(uart, byte & word_mask(uart), false);
}

/* Counts as a zero character. */
static void take_break(struct uart *uart)
{
    take_character(uart, 0, true);
}

void uart_receive_break(struct uart *uart)
{
    if (!(uart->mcr & MCR_LOOP))
        take_break(uart);
}

static u8 read_data(struct uart *uart)
{
    if (!uart->receive.count)
        return 0;
    u8 byte = fifo_take(&uart->receive);
    look_at_top(uart);
    restart_timeout(uart);
    return byte;
}

/* Transmitter. */

static void start_shifting(struct uart *uart)
{
    uart->shifter = fifo_take(&uart->transmit);
    uart->shifting = 1;
    if (!uart->transmit.count)
        uart->thr_interrupt = 1;
    clock_schedule(uart->clock, &uart->sent, uart->clock->now + character_ticks(uart));
}

/* A line that is held by a break carries no characters. */
static void character_sent(void *context, u64 now)
{
    struct uart *uart = context;
    u8 byte = uart->shifter & word_mask(uart);
    (void)now;
    uart->shifting = 0;
    if (uart->transmit.count)
        start_shifting(uart);
    bool carried = !(uart->lcr & LCR_BREAK);
    if (carried && (uart->mcr & MCR_LOOP))
        take_character(uart, byte, false);
    else if (carried && uart->send)
        uart->send(uart->send_context, byte);
    update_irq(uart);
}

/* A write to a full FIFO overwrites what was written last. */
static void write_data(struct uart *uart, u8 byte)
{
    uart->thr_interrupt = 0;
    if (uart->idle_looks < LOOKS_OF_A_POLLER)
        uart->idle_looks = 0;
    if (uart->transmit.count == fifo_size(uart))
        uart->transmit.count--;
    fifo_put(&uart->transmit, byte);
    if (!uart->shifting)
        start_shifting(uart);
}

/* Registers. */

static u8 interrupt_identification(const struct uart *uart)
{
    return pending_interrupt(uart) | (uart->fcr & FCR_ENABLE ? IIR_FIFOS : 0);
}

static u8 peek(const struct uart *uart, unsigned number)
{
    bool divisor = uart->lcr & LCR_DIVISOR;
    switch (number) {
    case DATA:
        if (divisor)
            return (u8)uart->divisor;
        return uart->receive.count ? uart->receive.bytes[uart->receive.head] : 0;
    case IER:
        return divisor ? (u8)(uart->divisor >> 8) : uart->ier;
    case IIR_FCR:
        return interrupt_identification(uart);
    case LCR:
        return uart->lcr;
    case MCR:
        return uart->mcr;
    case LSR:
        return line_status(uart);
    case MSR:
        return uart->msr;
    default:
        return uart->scr;
    }
}

u8 uart_peek(const struct uart *uart, u16 port)
{
    return peek(uart, port & 7);
}

static void count_look(struct uart *uart, u8 status)
{
    if ((status & (LSR_DATA | LSR_ALL_EMPTY)) == LSR_ALL_EMPTY &&
        uart->idle_looks < LOOKS_OF_A_POLLER)
        uart->idle_looks++;
}

u32 uart_read(void *context, u16 port, unsigned size)
{
    struct uart *uart = context;
    unsigned number = port & 7;
    u8 value = peek(uart, number);
    (void)size;
    if (number == DATA && !(uart->lcr & LCR_DIVISOR)) {
        read_data(uart);
    } else if (number == IIR_FCR && pending_interrupt(uart) == IIR_TRANSMIT) {
        uart->thr_interrupt = 0;
    } else if (number == LSR) {
        uart->lsr &= (u8)~LSR_ERRORS;
        uart->break_byte = 0;
        count_look(uart, value);
    } else if (number == MSR) {
        uart->msr &= MSR_LINES;
    }
    look_for_listener(uart);
    update_irq(uart);
    return value;
}

static void clear_receiver(struct uart *uart)
{
    uart->receive.count = 0;
    uart->break_byte = 0;
    uart->break_slots = 0;
    restart_timeout(uart);
}

/* Switching the FIFOs on or off empties both; the trigger level counts only with bit 0 set. */
static void write_fcr(struct uart *uart, u8 value)
{
    bool switched = (value ^ uart->fcr) & FCR_ENABLE;
    bool cleared = value & FCR_ENABLE;
    uart->fcr = value & FCR_ENABLE ? value & FCR_KEPT : 0;
    if (switched || (cleared && (value & FCR_CLEAR_RECEIVE)))
        clear_receiver(uart);
    if (switched || (cleared && (value & FCR_CLEAR_TRANSMIT))) {
        if (uart->transmit.count)
            uart->thr_interrupt = 1;
        uart->transmit.count = 0;
    }
}

/* Enabling the transmit interrupt while the holding register is empty raises it. */
static void write_ier(struct uart *uart, u8 value)
{
    u8 enabled = value & (u8)~uart->ier;
    uart->ier = value & IER_WRITABLE;
    if ((enabled & IER_TRANSMIT) && !uart->transmit.count)
        uart->thr_interrupt = 1;
}

static void write_divisor(struct uart *uart, u16 mask, u16 bits)
{
    uart->divisor = (uart->divisor & (u16)~mask) | bits;
}

void uart_write(void *context, u16 port, unsigned size, u32 value)
{
    struct uart *uart = context;
    u8 byte = (u8)value;
    bool divisor = uart->lcr & LCR_DIVISOR;
    (void)size;
    switch (port & 7) {
    case DATA:
        if (divisor)
            write_divisor(uart, 0x00ff, byte);
        else
            write_data(uart, byte);
        break;
    case IER:
        if (divisor)
            write_divisor(uart, 0xff00, (u16)(byte << 8));
        else
            write_ier(uart, byte);
        break;
    case IIR_FCR:
        write_fcr(uart, byte);
        break;
    case LCR:
        if ((uart->mcr & MCR_LOOP) && (byte & ~uart->lcr & LCR_BREAK))
            take_break(uart);
        uart->lcr = byte;
        break;
    case MCR:
        uart->mcr = byte & MCR_WRITABLE;
        uart->rts_was_on = (byte & MCR_DTR) && (uart->rts_was_on || (byte & MCR_RTS));
        update_modem_status(uart);
        break;
    case SCR:
        uart->scr = byte;
        break;
    default: /* LSR and MSR are written by factory tests only */
        break;
    }
    look_for_listener(uart);
    update_irq(uart);
}

void uart_set_modem_lines(struct uart *uart, u8 lines)
{
    uart->modem_lines = lines & MSR_LINES;
    update_modem_status(uart);
    update_irq(uart);
}

void uart_init(struct uart *uart, struct clock *clock)
{
    memset(uart, 0, sizeof *uart);
    uart->clock = clock;
    uart->sent = (struct clock_event){.name = "uart sent", .fire = character_sent, .context = uart};
    uart->receive_idle =
        (struct clock_event){.name = "uart idle", .fire = receive_went_idle, .context = uart};
    clock_add(clock, &uart->sent);
    clock_add(clock, &uart->receive_idle);
    uart->modem_lines = LINES_READY;
    uart_reset(uart);
}

/* The reset pin leaves divisor and scratch register alone; they power up as 12 (9600 bps) and 0. */
void uart_reset(struct uart *uart)
{
    uart->ier = uart->fcr = uart->lcr = uart->mcr = uart->lsr = 0;
    uart->msr = uart->modem_lines;
    uart->thr_interrupt = uart->timeout = uart->break_byte = uart->shifting = 0;
    uart->listening = uart->rts_was_on = uart->idle_looks = 0;
    uart->break_slots = 0;
    uart->receive_from = 0;
    uart->receive.count = uart->transmit.count = 0;
    if (!uart->divisor)
        uart->divisor = 12;
    clock_cancel(uart->clock, &uart->sent);
    clock_cancel(uart->clock, &uart->receive_idle);
    update_irq(uart);
}

static void clamp_fifo(struct uart_fifo *fifo, unsigned size)
{
    fifo->head %= UART_FIFO;
    if (fifo->count > size)
        fifo->count = (u8)size;
}

static void after_load(void *unit)
{
    struct uart *uart = unit;
    uart->irq_level = uart->irq_level != 0;
    clamp_fifo(&uart->receive, fifo_size(uart));
    clamp_fifo(&uart->transmit, fifo_size(uart));
    uart->listening = listens(uart);
}

static const struct field fields[] = {
    FIELD(struct uart, ier),
    FIELD(struct uart, fcr),
    FIELD(struct uart, lcr),
    FIELD(struct uart, mcr),
    FIELD(struct uart, lsr),
    FIELD(struct uart, msr),
    FIELD(struct uart, scr),
    FIELD(struct uart, divisor),
    FIELD(struct uart, modem_lines),
    FIELD(struct uart, thr_interrupt),
    FIELD(struct uart, timeout),
    FIELD(struct uart, break_byte),
    FIELD(struct uart, break_slots),
    FIELD(struct uart, shifter),
    FIELD(struct uart, shifting),
    FIELD(struct uart, irq_level),
    FIELD(struct uart, listening),
    FIELD(struct uart, rts_was_on),
    FIELD(struct uart, idle_looks),
    FIELD(struct uart, receive_from),
    FIELD_ARRAY(struct uart, receive.bytes),
    FIELD(struct uart, receive.head),
    FIELD(struct uart, receive.count),
    FIELD_ARRAY(struct uart, transmit.bytes),
    FIELD(struct uart, transmit.head),
    FIELD(struct uart, transmit.count),
    FIELD(struct uart, sent.when),
    FIELD(struct uart, receive_idle.when),
};

const struct field_table uart_fields = FIELD_TABLE("uart", 1, fields, after_load);
const struct field_table uart2_fields = FIELD_TABLE("uart2", 1, fields, after_load);
