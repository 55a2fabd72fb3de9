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
    run(bench, CHARACTER);
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

static void start_after_reset(struct bench *bench)
{
    *bench = (struct bench){.irq = false};
    clock_init(&bench->clock, RATE);
    uart_init(&bench->uart, &bench->clock);
    out(bench, 3, 0x03);
}

/* Does a sender that can wait see the line open, one character time after this? */
static bool opens(struct bench *bench)
{
    ck_assert(!uart_can_receive(&bench->uart));
    run(bench, CHARACTER - 1);
    ck_assert(!uart_can_receive(&bench->uart));
    run(bench, 1);
    return uart_can_receive(&bench->uart);
}

START_TEST(uart_sender_waits_until_somebody_listens)
{
    struct bench b;
    start_after_reset(&b);
    run(&b, 10 * CHARACTER);
    ck_assert(!opens(&b)); /* nobody has touched it */
    out(&b, 4, 0x08);
    out(&b, 1, 0x0e);
    ck_assert(!opens(&b)); /* OUT2 and interrupts for other causes */
    out(&b, 4, 0x01);
    ck_assert(opens(&b));
    start_after_reset(&b);
    out(&b, 4, 0x02);
    ck_assert(opens(&b));
    start_after_reset(&b);
    out(&b, 1, 0x01);
    ck_assert(opens(&b));
    out(&b, 1, 0x00);
    ck_assert(!uart_can_receive(&b.uart));
    uart_reset(&b.uart);
    ck_assert(!opens(&b));
}
END_TEST

START_TEST(uart_sender_waits_for_a_program_that_polls)
{
    struct bench b;
    start_after_reset(&b);
    for (unsigned i = 0; i < 20; i++) { /* one look before each character is no waiting for input */
        ck_assert_uint_eq(in(&b, 5), 0x60);
        out(&b, 0, 'x');
        run(&b, 2 * CHARACTER);
    }
    ck_assert(!uart_can_receive(&b.uart));
    for (unsigned i = 0; i < 4; i++)
        in(&b, 5);
    ck_assert(opens(&b));
    out(&b, 0, 'x');
    ck_assert(uart_can_receive(&b.uart)); /* it stays one that polls */
}
END_TEST

START_TEST(uart_sender_obeys_rts)
{
    struct bench b;
    start(&b);
    ck_assert(uart_can_receive(&b.uart));
    out(&b, 4, 0x09);
    ck_assert(!uart_can_receive(&b.uart));
    out(&b, 4, 0x0b);
    ck_assert(opens(&b));
    out(&b, 4, 0x08); /* hung up */
    ck_assert(!uart_can_receive(&b.uart));
    out(&b, 4, 0x09); /* opened by one that never uses RTS */
    ck_assert(opens(&b));
    out(&b, 4, 0x1b);
    ck_assert(!uart_can_receive(&b.uart)); /* the pin is cut off in loopback */
}
END_TEST

START_TEST(uart_break_shows_when_it_comes_to_the_top)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0x01);
    out(&b, 1, 0x04);
    uart_receive(&b.uart, 'a');
    uart_receive_break(&b.uart);
    uart_receive(&b.uart, 'b');
    ck_assert(!b.irq);
    ck_assert_uint_eq(in(&b, 5), 0xe1); /* an error is in the FIFO, not at its top */
    ck_assert_uint_eq(in(&b, 0), 'a');
    ck_assert(b.irq);
    ck_assert_uint_eq(in(&b, 2), 0xc6);
    ck_assert_uint_eq(in(&b, 5), 0xf1);
    ck_assert(!b.irq);
    ck_assert_uint_eq(in(&b, 5), 0x61);
    ck_assert_uint_eq(in(&b, 0), 0);
    ck_assert_uint_eq(in(&b, 0), 'b');
    ck_assert_uint_eq(in(&b, 5), 0x60);
    uart_receive(&b.uart, 'c');
    uart_receive_break(&b.uart);
    out(&b, 2, 0x03); /* cleared with the FIFO */
    ck_assert_uint_eq(in(&b, 5), 0x60);
}
END_TEST

START_TEST(uart_line_is_silent_during_a_break)
{
    struct bench b;
    start(&b);
    out(&b, 3, 0x43);
    out(&b, 0, 'x');
    run(&b, 2 * CHARACTER);
    ck_assert_uint_eq(b.sent_count, 0);
    ck_assert_uint_eq(in(&b, 5), 0x60); /* it left the shift register all the same */
    out(&b, 3, 0x03);
    out(&b, 0, 'y');
    run(&b, CHARACTER);
    ck_assert_uint_eq(b.sent_count, 1);
    ck_assert_uint_eq(b.sent[0], 'y');
}
END_TEST

START_TEST(uart_word_length_holds_both_ways)
{
    static const u8 masks[] = {0x1f, 0x3f, 0x7f, 0xff};
    struct bench b;
    for (u8 length = 0; length < 4; length++) {
        start(&b);
        out(&b, 3, length);
        out(&b, 0, 0xff);
        uart_receive(&b.uart, 0xff);
        run(&b, CHARACTER);
        ck_assert_uint_eq(b.sent[0], masks[length]);
        ck_assert_uint_eq(in(&b, 0), masks[length]);
    }
}
END_TEST

/* Bits of a frame: start, 5-8, parity, 1 or 2 (1.5 with five bits) stop bits. */
START_TEST(uart_frame_takes_its_bits)
{
    static const struct {
        u8 lcr, half_bits;
    } frames[] = {{0x00, 14}, {0x03, 20}, {0x07, 22}, {0x1a, 20},
                  {0x0b, 22}, {0x04, 15}, {0x1f, 24}};
    struct bench b;
    for (unsigned i = 0; i < ARRAY_COUNT(frames); i++) {
        start(&b);
        out(&b, 3, frames[i].lcr);
        out(&b, 0, 1);
        run(&b, frames[i].half_bits * 8 * 12);
        ck_assert_uint_eq(b.sent_count, 0);
        run(&b, 1);
        ck_assert_uint_eq(b.sent_count, 1);
    }
}
END_TEST

START_TEST(uart_causes_come_by_priority)
{
    static const u8 expected[] = {0x06, 0x04, 0x02, 0x00, 0x01};
    struct bench b;
    start(&b);
    uart_receive(&b.uart, 'a');
    uart_receive(&b.uart, 'b'); /* overrun */
    uart_set_modem_lines(&b.uart, 0x00);
    out(&b, 1, 0x0f);
    ck_assert_uint_eq(in(&b, 2), expected[0]);
    ck_assert_uint_eq(in(&b, 2), expected[0]); /* reading IIR clears only the THRE cause */
    in(&b, 5);
    ck_assert_uint_eq(in(&b, 2), expected[1]);
    in(&b, 0);
    ck_assert_uint_eq(in(&b, 2), expected[2]);
    ck_assert_uint_eq(in(&b, 2), expected[3]);
    ck_assert_uint_eq(in(&b, 6), 0x0b); /* CTS, DSR, DCD went off */
    ck_assert_uint_eq(in(&b, 2), expected[4]);
    ck_assert(!b.irq);
}
END_TEST

START_TEST(uart_ring_tells_only_its_end)
{
    struct bench b;
    start(&b);
    in(&b, 6);
    uart_set_modem_lines(&b.uart, 0xf0);
    ck_assert_uint_eq(in(&b, 6), 0xf0);
    uart_set_modem_lines(&b.uart, 0xb0);
    ck_assert_uint_eq(in(&b, 6), 0xb4);
}
END_TEST

START_TEST(uart_trigger_levels)
{
    static const u8 levels[] = {1, 4, 8, 14};
    struct bench b;
    for (u8 i = 0; i < 4; i++) {
        start(&b);
        out(&b, 2, (u8)(i << 6 | 1));
        out(&b, 1, 1);
        for (u8 n = 1; n <= 16; n++) {
            uart_receive(&b.uart, n);
            ck_assert_uint_eq(b.irq, n >= levels[i]);
        }
        for (u8 n = 15; n > 0; n--) { /* below the level the cause is gone */
            in(&b, 0);
            ck_assert_uint_eq(b.irq, n >= levels[i]);
        }
    }
}
END_TEST

START_TEST(uart_timeout_starts_anew_with_each_character_and_read)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0xc1);
    out(&b, 1, 1);
    uart_receive(&b.uart, 1);
    run(&b, 3 * CHARACTER);
    uart_receive(&b.uart, 2);
    run(&b, 3 * CHARACTER);
    ck_assert(!b.irq);
    in(&b, 0);
    run(&b, 3 * CHARACTER);
    ck_assert(!b.irq);
    run(&b, CHARACTER + 1);
    ck_assert_uint_eq(in(&b, 2), 0xcc);
    ck_assert_uint_eq(in(&b, 2), 0xcc); /* a read of IIR does not end it */
    in(&b, 0);
    ck_assert_uint_eq(in(&b, 2), 0xc1);
    run(&b, 10 * CHARACTER);
    ck_assert_uint_eq(in(&b, 2), 0xc1); /* none in an empty FIFO */
}
END_TEST

START_TEST(uart_overrun_keeps_the_fifo)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0x01);
    for (u8 i = 0; i < 17; i++)
        uart_receive(&b.uart, i);
    ck_assert_uint_eq(in(&b, 5), 0x63);
    for (u8 i = 0; i < 16; i++)
        ck_assert_uint_eq(in(&b, 0), i);
    ck_assert_uint_eq(in(&b, 5), 0x60);
}
END_TEST

START_TEST(uart_fcr_needs_bit_0_and_switching_empties)
{
    struct bench b;
    start(&b);
    out(&b, 2, 0xc0);
    ck_assert_uint_eq(in(&b, 2), 0x01);
    out(&b, 2, 0x01);
    uart_receive(&b.uart, 1);
    uart_receive(&b.uart, 2);
    out(&b, 2, 0x06); /* off: the clear bits do not count, the switching does */
    ck_assert_uint_eq(in(&b, 5) & 1, 0);
    uart_receive(&b.uart, 3);
    out(&b, 2, 0x01);
    ck_assert_uint_eq(in(&b, 5) & 1, 0);
    uart_receive(&b.uart, 4);
    out(&b, 2, 0x01);
    ck_assert_uint_eq(in(&b, 0), 4); /* on already */
}
END_TEST

START_TEST(uart_reset_keeps_divisor_and_scratch)
{
    struct bench b;
    start(&b);
    out(&b, 3, 0x83);
    out(&b, 0, 3);
    out(&b, 7, 0x42);
    out(&b, 1, 1);
    out(&b, 3, 0x1b);
    uart_receive(&b.uart, 1);
    uart_reset(&b.uart);
    static const u8 values[] = {0, 0, 1, 0, 0, 0x60, 0xb0, 0x42};
    for (u16 i = 0; i < 8; i++)
        ck_assert_uint_eq(in(&b, i), values[i]);
    out(&b, 3, 0x80);
    ck_assert_uint_eq(in(&b, 0), 3);
    ck_assert_uint_eq(in(&b, 1), 1);
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

SUITE_MAIN("uart", uart_sender_waits_until_somebody_listens,
           uart_sender_waits_for_a_program_that_polls, uart_sender_obeys_rts,
           uart_break_shows_when_it_comes_to_the_top, uart_line_is_silent_during_a_break,
           uart_word_length_holds_both_ways, uart_frame_takes_its_bits,
           uart_causes_come_by_priority, uart_ring_tells_only_its_end, uart_trigger_levels,
           uart_timeout_starts_anew_with_each_character_and_read, uart_overrun_keeps_the_fifo,
           uart_fcr_needs_bit_0_and_switching_empties, uart_reset_keeps_divisor_and_scratch,
           uart_break_comes_back_in_loopback, uart_full_speed_loses_nothing,
           uart_sends_one_character_after_its_time, uart_fifo_sends_all_in_order,
           uart_transmit_interrupt_is_cleared_by_reading_iir,
           uart_received_character_interrupts_until_it_is_read,
           uart_overrun_loses_a_character_and_says_so,
           uart_fifo_waits_for_its_trigger_level_or_the_timeout,
           uart_loopback_brings_characters_and_lines_back, uart_modem_changes_set_deltas,
           uart_needs_out2_to_interrupt, uart_is_found_as_a_16550a,
           uart_damaged_fifo_counts_are_clamped)
