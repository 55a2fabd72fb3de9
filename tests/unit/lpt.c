#include "devices/lpt.h"
#include "support/suite.h"

#include <string.h>

struct bench {
    struct clock clock;
    struct lpt lpt;
    char paper[16];
    unsigned printed, edges;
    bool irq;
};

static void print(void *context, u8 byte)
{
    struct bench *bench = context;
    bench->paper[bench->printed++] = (char)byte;
}

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->edges += level && !bench->irq;
    bench->irq = level;
}

static void start(struct bench *bench, bool plugged)
{
    memset(bench, 0, sizeof *bench);
    clock_init(&bench->clock, 1000000);
    lpt_init(&bench->lpt, &bench->clock);
    bench->lpt.irq = (struct irq_line){set_irq, bench, 7};
    if (plugged) {
        bench->lpt.print = print;
        bench->lpt.print_context = bench;
    }
}

static void run(struct bench *bench, u64 ticks)
{
    bench->clock.now += ticks;
    clock_run_due(&bench->clock);
}

static void strobe(struct bench *bench, u8 byte, u8 control)
{
    lpt_write(&bench->lpt, 0x378, 1, byte);
    lpt_write(&bench->lpt, 0x37a, 1, control | 1);
    lpt_write(&bench->lpt, 0x37a, 1, control);
}

START_TEST(lpt_prints_once_a_strobe)
{
    struct bench b;
    start(&b, true);
    lpt_write(&b.lpt, 0x37a, 1, 0x0c);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0xdf);
    strobe(&b, 'a', 0x0c);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0x5f); /* busy */
    run(&b, 5);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0x1f); /* acknowledges */
    run(&b, 5);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0xdf);
    lpt_write(&b.lpt, 0x37a, 1, 0x0c); /* no edge */
    strobe(&b, 'b', 0x0c);
    ck_assert_str_eq(b.paper, "ab");
    ck_assert_uint_eq(b.edges, 0);
}
END_TEST

START_TEST(lpt_interrupts_at_the_acknowledge_when_allowed)
{
    struct bench b;
    start(&b, true);
    strobe(&b, 'x', 0x1c);
    ck_assert_uint_eq(b.edges, 0);
    run(&b, 5);
    ck_assert_uint_eq(b.edges, 1);
    run(&b, 5);
    ck_assert(!b.irq);
    strobe(&b, 'y', 0x1c);
    run(&b, 5);
    ck_assert_uint_eq(b.edges, 2);
}
END_TEST

START_TEST(lpt_without_printer_is_a_port_all_the_same)
{
    struct bench b;
    start(&b, false);
    strobe(&b, 0xa5, 0x0c);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x378, 1), 0xa5);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0x7f);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x37a, 1), 0xcc);
    ck_assert_uint_eq(b.printed, 0);
}
END_TEST

START_TEST(lpt_printer_in_reset_is_busy_and_takes_nothing)
{
    struct bench b;
    start(&b, true);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0x5f); /* after power-on INIT is low */
    strobe(&b, 'x', 0x08);
    ck_assert_uint_eq(b.printed, 0);
    strobe(&b, 'y', 0x1c);
    ck_assert_uint_eq(b.printed, 1);
    lpt_write(&b.lpt, 0x37a, 1, 0x18); /* INIT ends the handshake: no acknowledge */
    run(&b, 20);
    ck_assert_uint_eq(b.edges, 0);
    lpt_write(&b.lpt, 0x37a, 1, 0x1c);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0xdf);
}
END_TEST

START_TEST(lpt_control_reads_back_and_the_rest_cannot_be_written)
{
    struct bench b;
    start(&b, true);
    for (u32 value = 0; value < 0x40; value++) {
        lpt_write(&b.lpt, 0x37a, 1, value & 0xfe);
        ck_assert_uint_eq(lpt_read(&b.lpt, 0x37a, 1), 0xc0 | (value & 0xfe));
    }
    lpt_write(&b.lpt, 0x37a, 1, 0x0c);
    lpt_write(&b.lpt, 0x379, 1, 0x00);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x379, 1), 0xdf);
    ck_assert_uint_eq(lpt_read(&b.lpt, 0x37b, 1), 0xff);
}
END_TEST

START_TEST(lpt_busy_printer_loses_a_byte)
{
    struct bench b;
    start(&b, true);
    strobe(&b, 'a', 0x0c);
    strobe(&b, 'b', 0x0c);
    run(&b, 5);
    strobe(&b, 'c', 0x0c); /* still in the acknowledge */
    run(&b, 5);
    strobe(&b, 'd', 0x0c);
    ck_assert_str_eq(b.paper, "ad");
}
END_TEST

START_TEST(lpt_interrupt_follows_its_enable_bit)
{
    struct bench b;
    start(&b, true);
    strobe(&b, 'x', 0x0c);
    run(&b, 5);
    ck_assert(!b.irq);
    lpt_write(&b.lpt, 0x37a, 1, 0x1c); /* allowed in the middle of the acknowledge */
    ck_assert(b.irq);
    lpt_write(&b.lpt, 0x37a, 1, 0x0c);
    ck_assert(!b.irq);
}
END_TEST

SUITE_MAIN("lpt", lpt_printer_in_reset_is_busy_and_takes_nothing,
           lpt_control_reads_back_and_the_rest_cannot_be_written, lpt_busy_printer_loses_a_byte,
           lpt_interrupt_follows_its_enable_bit, lpt_prints_once_a_strobe,
           lpt_interrupts_at_the_acknowledge_when_allowed,
           lpt_without_printer_is_a_port_all_the_same)
