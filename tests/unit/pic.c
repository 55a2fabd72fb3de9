#include "devices/pic.h"

#include "support/suite.h"

struct bench {
    struct pic_pair pic;
    bool intr;
};

static void set_intr(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    (void)number;
    bench->intr = level;
}

static void master(struct bench *bench, u16 port, u8 value)
{
    pic_write(&bench->pic.master, port, 1, value);
}

static void slave(struct bench *bench, u16 port, u8 value)
{
    pic_write(&bench->pic.slave, port, 1, value);
}

static void initialise(struct bench *bench, u8 icw1, u8 icw4)
{
    master(bench, 0x20, icw1);
    master(bench, 0x21, 0x20);
    master(bench, 0x21, 0x04);
    master(bench, 0x21, icw4);
    slave(bench, 0xa0, icw1);
    slave(bench, 0xa1, 0x28);
    slave(bench, 0xa1, 0x02);
    slave(bench, 0xa1, icw4);
}

/* As Linux sets it up, with nothing masked. */
static void start(struct bench *bench)
{
    *bench = (struct bench){.intr = false};
    pic_init(&bench->pic, (struct irq_line){set_intr, bench, 0});
    initialise(bench, 0x11, 0x01);
}

static void irq(struct bench *bench, unsigned number, bool level)
{
    pic_set_irq(&bench->pic, number, level);
}

START_TEST(pic_request_raises_intr_and_gives_its_vector)
{
    struct bench b;
    start(&b);
    irq(&b, 1, true);
    ck_assert(b.intr);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x21);
    ck_assert(!b.intr);
    ck_assert_uint_eq(b.pic.master.isr, 0x02);
    ck_assert_uint_eq(b.pic.master.irr, 0);
}
END_TEST

START_TEST(pic_eoi_clears_highest_in_service)
{
    struct bench b;
    start(&b);
    irq(&b, 4, true);
    pic_acknowledge(&b.pic);
    irq(&b, 1, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x21);
    ck_assert_uint_eq(b.pic.master.isr, 0x12);
    master(&b, 0x20, 0x20);
    ck_assert_uint_eq(b.pic.master.isr, 0x10);
}
END_TEST

START_TEST(pic_holds_back_equal_and_lower_priorities)
{
    struct bench b;
    start(&b);
    irq(&b, 3, true);
    pic_acknowledge(&b.pic);
    irq(&b, 3, false);
    irq(&b, 3, true);
    irq(&b, 5, true);
    ck_assert(!b.intr);
    master(&b, 0x20, 0x20);
    ck_assert(b.intr);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x23);
}
END_TEST

START_TEST(pic_masked_request_waits_for_the_mask)
{
    struct bench b;
    start(&b);
    master(&b, 0x21, 0x01);
    irq(&b, 0, true);
    ck_assert(!b.intr);
    ck_assert_uint_eq(pic_read(&b.pic.master, 0x20, 1), 0x01);
    master(&b, 0x21, 0x00);
    ck_assert(b.intr);
}
END_TEST

START_TEST(pic_slave_request_comes_through_the_cascade)
{
    struct bench b;
    start(&b);
    irq(&b, 14, true);
    ck_assert(b.intr);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x2e);
    ck_assert_uint_eq(b.pic.master.isr, 0x04);
    ck_assert_uint_eq(b.pic.slave.isr, 0x40);
    slave(&b, 0xa0, 0x20);
    master(&b, 0x20, 0x20);
    ck_assert_uint_eq(b.pic.master.isr | b.pic.slave.isr, 0);
}
END_TEST

START_TEST(pic_second_slave_request_makes_a_new_edge)
{
    struct bench b;
    start(&b);
    irq(&b, 12, true);
    irq(&b, 14, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x2c);
    slave(&b, 0xa0, 0x20);
    ck_assert(!b.intr);
    master(&b, 0x20, 0x20);
    ck_assert(b.intr);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x2e);
}
END_TEST

START_TEST(pic_withdrawn_request_is_spurious_7_without_in_service_bit)
{
    struct bench b;
    start(&b);
    irq(&b, 4, true);
    irq(&b, 4, false);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x27);
    ck_assert_uint_eq(b.pic.master.isr, 0);
}
END_TEST

START_TEST(pic_withdrawn_slave_request_is_spurious_15)
{
    struct bench b;
    start(&b);
    irq(&b, 9, true);
    slave(&b, 0xa1, 0xff);
    /* The master's input fell with the slave's INT. */
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x27);
    slave(&b, 0xa1, 0x00);
    b.pic.slave.irr = 0;
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x2f);
    ck_assert_uint_eq(b.pic.slave.isr, 0);
    ck_assert_uint_eq(b.pic.master.isr, 0x04);
}
END_TEST

START_TEST(pic_edge_input_needs_a_new_edge)
{
    struct bench b;
    start(&b);
    irq(&b, 6, true);
    pic_acknowledge(&b.pic);
    master(&b, 0x20, 0x20);
    irq(&b, 6, true);
    ck_assert(!b.intr);
    irq(&b, 6, false);
    irq(&b, 6, true);
    ck_assert(b.intr);
}
END_TEST

START_TEST(pic_level_input_asks_again_after_eoi)
{
    struct bench b;
    start(&b);
    pic_elcr_write(&b.pic, 0x4d0, 1, 0xff);
    ck_assert_uint_eq(pic_elcr_read(&b.pic, 0x4d0, 1), 0xf8);
    irq(&b, 5, true);
    pic_acknowledge(&b.pic);
    ck_assert(!b.intr);
    master(&b, 0x20, 0x20);
    ck_assert(b.intr);
    irq(&b, 5, false);
    ck_assert(!b.intr);
}
END_TEST

START_TEST(pic_auto_eoi_leaves_nothing_in_service)
{
    struct bench b;
    start(&b);
    initialise(&b, 0x11, 0x03);
    irq(&b, 0, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x20);
    ck_assert_uint_eq(b.pic.master.isr, 0);
}
END_TEST

START_TEST(pic_rotation_makes_the_served_input_lowest)
{
    struct bench b;
    start(&b);
    irq(&b, 3, true);
    pic_acknowledge(&b.pic);
    master(&b, 0x20, 0xa0);
    ck_assert_uint_eq(b.pic.master.lowest_priority, 3);
    irq(&b, 3, false);
    irq(&b, 3, true);
    irq(&b, 4, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x24);
    master(&b, 0x20, 0xc7);
    ck_assert_uint_eq(b.pic.master.lowest_priority, 7);
}
END_TEST

START_TEST(pic_special_mask_lets_lower_priorities_in)
{
    struct bench b;
    start(&b);
    irq(&b, 1, true);
    pic_acknowledge(&b.pic);
    irq(&b, 6, true);
    ck_assert(!b.intr);
    master(&b, 0x21, 0x02);
    master(&b, 0x20, 0x68);
    ck_assert(b.intr);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x26);
    master(&b, 0x20, 0x20); /* passes over the masked input 1 */
    ck_assert_uint_eq(b.pic.master.isr, 0x02);
    master(&b, 0x20, 0x61);
    ck_assert_uint_eq(b.pic.master.isr, 0x00);
}
END_TEST

START_TEST(pic_poll_acknowledges_the_highest_request)
{
    struct bench b;
    start(&b);
    master(&b, 0x20, 0x0c);
    ck_assert_uint_eq(pic_read(&b.pic.master, 0x20, 1), 0);
    irq(&b, 4, true);
    master(&b, 0x20, 0x0c);
    ck_assert_uint_eq(pic_read(&b.pic.master, 0x20, 1), 0x84);
    ck_assert_uint_eq(b.pic.master.isr, 0x10);
    ck_assert(!b.intr);
}
END_TEST

START_TEST(pic_ocw3_chooses_the_register_read)
{
    struct bench b;
    start(&b);
    irq(&b, 4, true);
    pic_acknowledge(&b.pic);
    irq(&b, 7, true);
    master(&b, 0x20, 0x0b);
    ck_assert_uint_eq(pic_read(&b.pic.master, 0x20, 1), 0x10);
    master(&b, 0x20, 0x0a);
    ck_assert_uint_eq(pic_read(&b.pic.master, 0x20, 1), 0x80);
    master(&b, 0x21, 0x5a);
    ck_assert_uint_eq(pic_read(&b.pic.master, 0x21, 1), 0x5a);
}
END_TEST

START_TEST(pic_special_fully_nested_takes_a_higher_slave_request)
{
    struct bench b;
    start(&b);
    initialise(&b, 0x11, 0x11);
    irq(&b, 14, true);
    pic_acknowledge(&b.pic);
    irq(&b, 8, true);
    ck_assert(b.intr);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x28);
}
END_TEST

START_TEST(pic_specific_eoi_ends_the_named_input)
{
    struct bench b;
    start(&b);
    irq(&b, 4, true);
    pic_acknowledge(&b.pic);
    irq(&b, 1, true);
    pic_acknowledge(&b.pic);
    master(&b, 0x20, 0x64);
    ck_assert_uint_eq(b.pic.master.isr, 0x02);
    master(&b, 0x20, 0x61);
    ck_assert_uint_eq(b.pic.master.isr, 0x00);
}
END_TEST

START_TEST(pic_set_priority_makes_the_named_input_lowest)
{
    struct bench b;
    start(&b);
    master(&b, 0x20, 0xc4); /* 5 is highest now */
    irq(&b, 1, true);
    irq(&b, 5, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x25);
    master(&b, 0x20, 0xe5); /* rotate on specific EOI: 6 is highest */
    irq(&b, 6, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x26);
    master(&b, 0x20, 0x20);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x21);
}
END_TEST

START_TEST(pic_rotates_on_automatic_eoi)
{
    struct bench b;
    start(&b);
    initialise(&b, 0x11, 0x03);
    master(&b, 0x20, 0x80);
    irq(&b, 0, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x20);
    irq(&b, 0, false);
    irq(&b, 0, true);
    irq(&b, 1, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x21); /* 0 has become the lowest */
    master(&b, 0x20, 0x00);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x20);
    ck_assert_uint_eq(b.pic.master.lowest_priority, 1);
}
END_TEST

START_TEST(pic_elcr_keeps_what_may_be_level)
{
    struct bench b;
    start(&b);
    pic_elcr_write(&b.pic, 0x4d0, 1, 0xff);
    pic_elcr_write(&b.pic, 0x4d1, 1, 0xff);
    ck_assert_uint_eq(pic_elcr_read(&b.pic, 0x4d0, 1), 0xf8);
    ck_assert_uint_eq(pic_elcr_read(&b.pic, 0x4d1, 1), 0xde);
    irq(&b, 5, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x25);
    master(&b, 0x20, 0x20);
    ck_assert(b.intr); /* the level still stands */
    irq(&b, 5, false);
    ck_assert(!b.intr);
}
END_TEST

START_TEST(pic_non_specific_eoi_passes_masked_inputs_over_in_special_mask_mode)
{
    struct bench b;
    start(&b);
    irq(&b, 1, true);
    pic_acknowledge(&b.pic);
    master(&b, 0x21, 0x02);
    master(&b, 0x20, 0x68);
    irq(&b, 3, true);
    ck_assert_uint_eq(pic_acknowledge(&b.pic), 0x23);
    master(&b, 0x20, 0x20);
    ck_assert_uint_eq(b.pic.master.isr, 0x02);
}
END_TEST

SUITE_MAIN("pic", pic_specific_eoi_ends_the_named_input,
           pic_set_priority_makes_the_named_input_lowest, pic_rotates_on_automatic_eoi,
           pic_elcr_keeps_what_may_be_level,
           pic_non_specific_eoi_passes_masked_inputs_over_in_special_mask_mode,
           pic_request_raises_intr_and_gives_its_vector, pic_eoi_clears_highest_in_service,
           pic_holds_back_equal_and_lower_priorities, pic_masked_request_waits_for_the_mask,
           pic_slave_request_comes_through_the_cascade, pic_second_slave_request_makes_a_new_edge,
           pic_withdrawn_request_is_spurious_7_without_in_service_bit,
           pic_withdrawn_slave_request_is_spurious_15, pic_edge_input_needs_a_new_edge,
           pic_level_input_asks_again_after_eoi, pic_auto_eoi_leaves_nothing_in_service,
           pic_rotation_makes_the_served_input_lowest, pic_special_mask_lets_lower_priorities_in,
           pic_poll_acknowledges_the_highest_request, pic_ocw3_chooses_the_register_read,
           pic_special_fully_nested_takes_a_higher_slave_request)
