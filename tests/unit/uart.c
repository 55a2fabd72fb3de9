#include "devices/uart.h"

#include "support/suite.h"

#define RATE 1843200u /* one tick is one clock of the chip */
#define CHARACTER (10 * 16 * 12 + 1)

struct bench {
    struct clock clock;
    struct uart uart;
    bool irq;
    u8 sent[64];
    unsigned sent_count;
};

static void set_irq(void *context, unsigned number, bool level)
{
    (void)number;
    ((struct bench *)context)->irq = level;
}

static void sent(void *context, u8 byte)
{
    struct bench *bench = context;
    bench->sent[bench->sent_count++ % 64] = byte;
}

static void out(struct bench *bench, u16 port, u8 value)
{
    uart_write(&bench->uart, (u16)(0x3f8 + port), 1, value);
}

static u8 in(struct bench *bench, u16 port)
{
    return (u8)uart_read(&bench->uart, (u16)(0x3f8 + port), 1);
}

static void run(struct bench *bench, u64 ticks)
{
    u64 end = bench->clock.now + ticks;
    while (bench->clock.next <= end) {
        bench->clock.now = bench->clock.next;
        clock_run_due(&bench->clock);
    }
    bench->clock.now = end;
}

/* 9600 bps, 8N1, OUT2 on. */
static void start(struct bench *bench)
{
    *bench = (struct bench){.irq = false};
    clock_init(&bench->clock, RATE);
    uart_init(&bench->uart, &bench->clock);
    bench->uart.irq = (struct irq_line){set_irq, bench, 4};
    bench->uart.send = sent;
    bench->uart.send_context = bench;
    out(bench, 3, 0x80);
    out(bench, 0, 12);
    out(bench, 1, 0);
    out(bench, 3, 0x03);
    out(bench, 4, 0x0b);
}

START_TEST(uart_sends_one_character_after_its_time)
{
    struct bench b;
    start(&b);
    ck_assert_uint_eq(in(&b, 5), 0x60);
    out(&b, 0, 'A');
    ck_assert_uint_eq(in(&b, 5), 0x20); /* the holding register is free again */
    run(&b, CHARACTER - 1);
    ck_assert_uint_eq(b.sent_count, 0);
    run(&b, 1);
    ck_assert_uint_eq(b.sent_count, 1);
    ck_assert_uint_eq(b.sent[0], 'A');
    ck_assert_uint_eq(in(&b, 5), 0x60);
}
END_TEST

START_TEST(uart_fifo_sends_all_in_order)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0x01);
    for (u8 i = 0; i < 17; i++) /* one in the shift register, sixteen in the FIFO */
        out(&b, 0, i);
    ck_assert_uint_eq(in(&b, 5), 0x00);
    run(&b, 17 * CHARACTER);
    ck_assert_uint_eq(b.sent_count, 17);
    for (u8 i = 0; i < 17; i++)
        ck_assert_uint_eq(b.sent[i], i);
}
END_TEST

START_TEST(uart_transmit_interrupt_is_cleared_by_reading_iir)
{
    struct bench b;
    start(&b);
    out(&b, 1, 0x02);
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 2), 0x02);
    ck_assert(!b.irq);
    ck_assert_uint_eq(in(&b, 2), 0x01);
    out(&b, 0, 'x');
    ck_assert(b.irq); /* moved into the shift register at once */
}
END_TEST

START_TEST(uart_received_character_interrupts_until_it_is_read)
{
    struct bench b;
    start(&b);
    out(&b, 1, 0x01);
    ck_assert(uart_can_receive(&b.uart));
    uart_receive(&b.uart, 'q');
    ck_assert(!uart_can_receive(&b.uart));
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 2), 0x04);
    ck_assert_uint_eq(in(&b, 5), 0x61);
    ck_assert_uint_eq(uart_peek(&b.uart, 0x3f8), 'q');
    ck_assert_uint_eq(in(&b, 0), 'q');
    ck_assert(!b.irq);
    ck_assert_uint_eq(in(&b, 5), 0x60);
}
END_TEST

START_TEST(uart_overrun_loses_a_character_and_says_so)
{
    struct bench b;
    start(&b);
    out(&b, 1, 0x04);
    uart_receive(&b.uart, 'a');
    uart_receive(&b.uart, 'b');
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 2), 0x06);
    ck_assert_uint_eq(in(&b, 5), 0x63);
    ck_assert(!b.irq);
    ck_assert_uint_eq(in(&b, 0), 'b');
}
END_TEST

START_TEST(uart_fifo_waits_for_its_trigger_level_or_the_timeout)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0x41); /* level 4 */
    out(&b, 1, 0x01);
    for (u8 i = 0; i < 3; i++)
        uart_receive(&b.uart, i);
    ck_assert(!b.irq);
    run(&b, 4 * CHARACTER);
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 2), 0xcc);
    in(&b, 0);
    ck_assert(!b.irq);
    uart_receive(&b.uart, 3);
    uart_receive(&b.uart, 4);
    ck_assert_uint_eq(in(&b, 2), 0xc4);
}
END_TEST

START_TEST(uart_loopback_brings_characters_and_lines_back)
{
    struct bench b;
    start(&b);
    out(&b, 1, 0x01);
    out(&b, 4, 0x1f);
    ck_assert_uint_eq(in(&b, 6) & 0xf0, 0xf0);
    out(&b, 4, 0x1a);
    ck_assert_uint_eq(in(&b, 6), 0x96);
    out(&b, 0, 'L');
    run(&b, CHARACTER);
    ck_assert_uint_eq(b.sent_count, 0);
    ck_assert_uint_eq(in(&b, 0), 'L');
    ck_assert(!b.irq);
}
END_TEST

START_TEST(uart_modem_changes_set_deltas)
{
    struct bench b;
    start(&b);
    ck_assert_uint_eq(in(&b, 6) & 0xf0, 0xb0);
    out(&b, 1, 0x08);
    uart_set_modem_lines(&b.uart, 0x30);
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 2), 0x00);
    ck_assert_uint_eq(in(&b, 6), 0x38);
    ck_assert(!b.irq);
    ck_assert_uint_eq(in(&b, 6), 0x30);
}
END_TEST

START_TEST(uart_needs_out2_to_interrupt)
{
    struct bench b;
    start(&b);
    out(&b, 4, 0x03);
    out(&b, 1, 0x01);
    uart_receive(&b.uart, 1);
    ck_assert(!b.irq);
    out(&b, 4, 0x0b);
    ck_assert(b.irq);
}
END_TEST

START_TEST(uart_is_found_as_a_16550a)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0x01);
    ck_assert_uint_eq(in(&b, 2), 0xc1);
    out(&b, 2, 0x00);
    ck_assert_uint_eq(in(&b, 2), 0x01);
    out(&b, 7, 0x5a);
    ck_assert_uint_eq(in(&b, 7), 0x5a);
    out(&b, 1, 0xff);
    ck_assert_uint_eq(in(&b, 1), 0x0f);
    out(&b, 3, 0x83);
    ck_assert_uint_eq(in(&b, 0), 12);
    ck_assert_uint_eq(in(&b, 1), 0);
}
END_TEST

START_TEST(uart_damaged_fifo_counts_are_clamped)
{
    struct bench b;
    start(&b);
    b.uart.receive = (struct uart_fifo){.head = 200, .count = 255};
    b.uart.transmit = (struct uart_fifo){.head = 99, .count = 77};
    b.uart.fcr = 1;
    uart_fields.after_load(&b.uart);
    out(&b, 0, 'a');
    uart_receive(&b.uart, 'b');
    run(&b, 40 * CHARACTER);
    for (unsigned i = 0; i < 40; i++)
        in(&b, 0);
    ck_assert_uint_eq(in(&b, 5) & 1, 0);
}
END_TEST

START_TEST(uart_break_comes_back_in_loopback)
{
    struct bench b;
    start(&b);
    out(&b, 4, 0x10);
    out(&b, 3, 0x43);
    ck_assert_uint_eq(in(&b, 5) & 0x11, 0x11);
    ck_assert_uint_eq(in(&b, 0), 0);
    ck_assert_uint_eq(in(&b, 5) & 0x11, 0);
    out(&b, 3, 0x43); /* no new one */
    ck_assert_uint_eq(in(&b, 5) & 0x11, 0);
}
END_TEST

/* At 115,200 bit/s, interrupts served late by up to the FIFO's depth: nothing is lost or doubled.
 */
START_TEST(uart_full_speed_loses_nothing)
{
    struct bench b;
    unsigned given = 0, taken = 0;
    start(&b);
    out(&b, 3, 0x83);
    out(&b, 0, 1);
    out(&b, 3, 0x03);
    out(&b, 2, 0xc1);
    out(&b, 1, 0x01);
    for (unsigned turn = 0; taken < 20000; turn++) {
        if (given < 20000 && uart_can_receive(&b.uart))
            uart_receive(&b.uart, (u8)(given++ * 7));
        run(&b, 160);
        while (b.irq && turn % 5 == 0)
            ck_assert_uint_eq(in(&b, 0), (u8)(taken++ * 7));
        ck_assert_uint_eq(in(&b, 5) & 0x1e, 0);
    }
    ck_assert_uint_eq(given, taken);
}
END_TEST

SUITE_MAIN("uart", uart_break_comes_back_in_loopback, uart_full_speed_loses_nothing,
           uart_sends_one_character_after_its_time, uart_fifo_sends_all_in_order,
           uart_transmit_interrupt_is_cleared_by_reading_iir,
           uart_received_character_interrupts_until_it_is_read,
           uart_overrun_loses_a_character_and_says_so,
           uart_fifo_waits_for_its_trigger_level_or_the_timeout,
           uart_loopback_brings_characters_and_lines_back, uart_modem_changes_set_deltas,
           uart_needs_out2_to_interrupt, uart_is_found_as_a_16550a,
           uart_damaged_fifo_counts_are_clamped)
