#include "devices/kbc.h"
#include "devices/keyboard.h"
#include "devices/scancode.h"
#include "support/suite.h"

#include <string.h>

#define RATE 1000000u
#define SERIAL 700 /* ticks of one byte on the wire */

struct bench {
    struct clock clock;
    struct kbc kbc;
    struct keyboard keyboard;
    bool irq1, irq12, a20;
    unsigned irq1_edges, resets;
};

static void set_irq(void *context, unsigned number, bool level)
{
    struct bench *bench = context;
    if (number == 12) {
        bench->irq12 = level;
        return;
    }
    bench->irq1_edges += level && !bench->irq1;
    bench->irq1 = level;
}

static void set_a20(void *context, unsigned number, bool level)
{
    (void)number;
    ((struct bench *)context)->a20 = level;
}

static void pulse_reset(void *context, unsigned number, bool level)
{
    (void)number;
    ((struct bench *)context)->resets += level;
}

static void out(struct bench *bench, u16 port, u8 value)
{
    kbc_write(&bench->kbc, port, 1, value);
}

static u8 in(struct bench *bench, u16 port)
{
    return (u8)kbc_read(&bench->kbc, port, 1);
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

static void start(struct bench *bench, u8 command_byte)
{
    *bench = (struct bench){.a20 = false};
    clock_init(&bench->clock, RATE);
    kbc_init(&bench->kbc, &bench->clock);
    bench->kbc.irq_keyboard = (struct irq_line){set_irq, bench, 1};
    bench->kbc.irq_mouse = (struct irq_line){set_irq, bench, 12};
    bench->kbc.a20 = (struct irq_line){set_a20, bench, 0};
    bench->kbc.reset = (struct irq_line){pulse_reset, bench, 0};
    bench->kbc.peripheral[KBC_KEYBOARD] =
        (struct kbc_peripheral){keyboard_take, keyboard_send, &bench->keyboard};
    keyboard_init(&bench->keyboard, &bench->clock,
                  (struct irq_line){kbc_peripheral_ready, &bench->kbc, KBC_KEYBOARD});
    kbc_reset(&bench->kbc);
    out(bench, 0x64, 0x60);
    out(bench, 0x60, command_byte);
}

static void key(struct bench *bench, const char *code)
{
    for (unsigned length; *code; code += length) {
        length = (u8)*code == 0xe1 ? 3 : (u8)*code == 0xe0 ? 2 : 1;
        ck_assert(keyboard_key(&bench->keyboard, (const u8 *)code, length));
    }
}

/* The next byte on the wire. */
static u8 next(struct bench *bench)
{
    run(bench, SERIAL);
    ck_assert_uint_eq(in(bench, 0x64) & 1, 1);
    return in(bench, 0x60);
}

START_TEST(kbc_translates_keys_to_set_1)
{
    struct bench b;
    start(&b, 0x65);
    key(&b, "\x1e\x9e");
    ck_assert(!b.irq1);
    run(&b, SERIAL);
    ck_assert(b.irq1);
    ck_assert_uint_eq(in(&b, 0x60), 0x1e);
    ck_assert(!b.irq1);
    ck_assert_uint_eq(next(&b), 0x9e);
    ck_assert_uint_eq(b.irq1_edges, 2);
}
END_TEST

START_TEST(kbc_gives_set_2_without_translation)
{
    struct bench b;
    start(&b, 0x25);
    key(&b, "\xe0\x48\xe0\xc8");
    ck_assert_uint_eq(next(&b), 0xe0);
    ck_assert_uint_eq(next(&b), 0x75);
    ck_assert_uint_eq(next(&b), 0xe0);
    ck_assert_uint_eq(next(&b), 0xf0);
    ck_assert_uint_eq(next(&b), 0x75);
}
END_TEST

START_TEST(scancode_tables_are_inverse_for_every_key)
{
    for (u8 code = 1; code <= 0x58; code++)
        ck_assert_uint_eq(scancode_set2_to_set1(scancode_set1_to_set2(code)), code);
}
END_TEST

START_TEST(kbc_port_60_keeps_the_last_byte)
{
    struct bench b;
    start(&b, 0x65);
    key(&b, "\x1c");
    ck_assert_uint_eq(next(&b), 0x1c);
    ck_assert_uint_eq(in(&b, 0x60), 0x1c);
    ck_assert_uint_eq(in(&b, 0x64) & 1, 0);
    ck_assert_uint_eq(kbc_peek(&b.kbc, 0x60), 0x1c);
}
END_TEST

START_TEST(kbc_next_byte_takes_its_time_on_the_wire)
{
    struct bench b;
    start(&b, 0x65);
    key(&b, "\x1e\x9e");
    run(&b, SERIAL);
    ck_assert_uint_eq(in(&b, 0x60), 0x1e);
    run(&b, SERIAL - 1);
    ck_assert_uint_eq(in(&b, 0x60), 0x1e);
    run(&b, 1);
    ck_assert_uint_eq(in(&b, 0x60), 0x9e);
}
END_TEST

START_TEST(kbc_disabled_keyboard_waits)
{
    struct bench b;
    start(&b, 0x65);
    out(&b, 0x64, 0xad);
    key(&b, "\x1e");
    run(&b, 100 * SERIAL);
    ck_assert_uint_eq(in(&b, 0x64) & 1, 0);
    out(&b, 0x64, 0xae);
    ck_assert_uint_eq(next(&b), 0x1e);
}
END_TEST

START_TEST(kbc_self_test_and_port_tests_pass)
{
    struct bench b;
    start(&b, 0x30);
    out(&b, 0x64, 0xaa);
    ck_assert_uint_eq(in(&b, 0x60), 0x55);
    ck_assert_uint_eq(in(&b, 0x64) & 0x04, 0x04);
    out(&b, 0x64, 0xab);
    ck_assert_uint_eq(in(&b, 0x60), 0x00);
    out(&b, 0x64, 0x20);
    ck_assert_uint_eq(in(&b, 0x60), 0x34);
    ck_assert(!b.irq1);
}
END_TEST

START_TEST(kbc_output_port_drives_a20)
{
    struct bench b;
    start(&b, 0x65);
    ck_assert(b.a20);
    out(&b, 0x64, 0xd1);
    out(&b, 0x60, 0xdd);
    ck_assert(!b.a20);
    out(&b, 0x64, 0xd0);
    ck_assert_uint_eq(in(&b, 0x60) & 0x03, 0x01);
    out(&b, 0x64, 0xd1);
    out(&b, 0x60, 0xdf);
    ck_assert(b.a20);
}
END_TEST

START_TEST(kbc_pulses_reset_when_bit_0_is_clear)
{
    struct bench b;
    start(&b, 0x65);
    out(&b, 0x64, 0xff);
    ck_assert_uint_eq(b.resets, 0);
    out(&b, 0x64, 0xfe);
    out(&b, 0x64, 0xfc);
    ck_assert_uint_eq(b.resets, 2);
    out(&b, 0x64, 0xd1);
    out(&b, 0x60, 0xde);
    ck_assert_uint_eq(b.resets, 3);
}
END_TEST

START_TEST(kbc_writes_its_own_output_buffers)
{
    struct bench b;
    start(&b, 0x47);
    out(&b, 0x64, 0xd2);
    out(&b, 0x60, 0x39);
    ck_assert(b.irq1 && !b.irq12);
    ck_assert_uint_eq(in(&b, 0x60), 0x39);
    out(&b, 0x64, 0xd3);
    out(&b, 0x60, 0x40);
    ck_assert(!b.irq1 && b.irq12);
    ck_assert_uint_eq(in(&b, 0x64) & 0x21, 0x21);
    ck_assert_uint_eq(in(&b, 0x60), 0x40);
    ck_assert(!b.irq12);
}
END_TEST

START_TEST(keyboard_answers_overtake_keys)
{
    struct bench b;
    start(&b, 0x65);
    out(&b, 0x64, 0xad);
    key(&b, "\x1e\x9e");
    out(&b, 0x60, 0xed); /* enables the keyboard again */
    ck_assert_uint_eq(next(&b), 0xfa);
    out(&b, 0x60, 0x02);
    ck_assert_uint_eq(next(&b), 0xfa);
    ck_assert_uint_eq(b.keyboard.leds, 2);
    ck_assert_uint_eq(next(&b), 0x1e);
    ck_assert_uint_eq(next(&b), 0x9e);
}
END_TEST

START_TEST(keyboard_resets_and_tells_its_identity)
{
    struct bench b;
    start(&b, 0x24);
    out(&b, 0x60, 0xff);
    ck_assert_uint_eq(next(&b), 0xfa);
    ck_assert_uint_eq(next(&b), 0xaa);
    out(&b, 0x60, 0xf2);
    ck_assert_uint_eq(next(&b), 0xfa);
    ck_assert_uint_eq(next(&b), 0xab);
    ck_assert_uint_eq(next(&b), 0x83);
    out(&b, 0x60, 0xfe);
    ck_assert_uint_eq(next(&b), 0x83);
    out(&b, 0x60, 0xee);
    ck_assert_uint_eq(next(&b), 0xee);
}
END_TEST

START_TEST(keyboard_scan_set_can_be_chosen)
{
    struct bench b;
    start(&b, 0x24);
    out(&b, 0x60, 0xf0);
    ck_assert_uint_eq(next(&b), 0xfa);
    out(&b, 0x60, 0x01);
    ck_assert_uint_eq(next(&b), 0xfa);
    key(&b, "\x1e");
    key(&b, "\x9e");
    ck_assert_uint_eq(next(&b), 0x1e);
    ck_assert_uint_eq(next(&b), 0x9e);
    out(&b, 0x60, 0xf0);
    next(&b);
    out(&b, 0x60, 0x00);
    ck_assert_uint_eq(next(&b), 0xfa);
    ck_assert_uint_eq(next(&b), 0x01);
    out(&b, 0x60, 0xf0);
    next(&b);
    out(&b, 0x60, 0x04);
    ck_assert_uint_eq(next(&b), 0xfe);
}
END_TEST

START_TEST(keyboard_takes_a_key_whole_or_not_at_all)
{
    struct bench b;
    unsigned taken = 0;
    start(&b, 0x65);
    while (keyboard_key(&b.keyboard, (const u8 *)(taken & 1 ? "\xe0\xc8" : "\xe0\x48"), 2))
        taken++;
    ck_assert_uint_ge(taken, 6);
    u8 count = b.keyboard.count;
    ck_assert(!keyboard_key(&b.keyboard, (const u8 *)"\xe0\x50", 2));
    ck_assert_uint_eq(b.keyboard.count, count);
    for (unsigned i = 0; i < taken; i++) {
        ck_assert_uint_eq(next(&b), 0xe0);
        ck_assert_uint_eq(next(&b), i & 1 ? 0xc8 : 0x48);
    }
}
END_TEST

START_TEST(keyboard_told_not_to_scan_forgets_keys)
{
    struct bench b;
    start(&b, 0x65);
    out(&b, 0x60, 0xf5);
    next(&b);
    key(&b, "\x1e");
    run(&b, 10 * SERIAL);
    ck_assert_uint_eq(in(&b, 0x64) & 1, 0);
    out(&b, 0x60, 0xf4);
    ck_assert_uint_eq(next(&b), 0xfa);
    key(&b, "\x1f");
    ck_assert_uint_eq(next(&b), 0x1f);
}
END_TEST

/* What the keyboard itself says to a row of keys, without controller. */
static void says(struct bench *bench, const char *keys, const char *bytes)
{
    key(bench, keys);
    for (unsigned i = 0; i < strlen(bytes); i++) {
        u8 byte = 0;
        ck_assert(keyboard_take(&bench->keyboard, &byte));
        ck_assert_msg(byte == (u8)bytes[i], "byte %u is %02x, not %02x", i, byte, (u8)bytes[i]);
    }
    ck_assert(keyboard_is_idle(&bench->keyboard));
}

static void command(struct bench *bench, const char *bytes)
{
    u8 answer;
    for (; *bytes; bytes++) {
        keyboard_send(&bench->keyboard, (u8)*bytes);
        ck_assert(keyboard_take(&bench->keyboard, &answer));
        ck_assert_uint_eq(answer, 0xfa);
    }
}

START_TEST(keyboard_wraps_grey_keys_in_shifts)
{
    struct bench b;
    start(&b, 0x24);
    says(&b, "\xe0\x48\xe0\xc8", "\xe0\x75\xe0\xf0\x75");
    command(&b, "\xed\x02"); /* Num Lock */
    says(&b, "\xe0\x48", "\xe0\x12\xe0\x75");
    says(&b, "\xe0\xc8", "\xe0\xf0\x75\xe0\xf0\x12");
    says(&b, "\x2a\xe0\x48\xe0\xc8\xaa", "\x12\xe0\x75\xe0\xf0\x75\xf0\x12");
    command(&b, "\xed\x04");
    says(&b, "\x36\xe0\x53", "\x59\xe0\xf0\x59\xe0\x71");
    says(&b, "\xe0\xd3\xb6", "\xe0\xf0\x71\xe0\x59\xf0\x59");
    says(&b, "\x2a\xe0\x35\xe0\xb5", "\x12\xe0\xf0\x12\xe0\x4a\xe0\xf0\x4a\xe0\x12");
}
END_TEST

START_TEST(keyboard_print_screen_sys_rq_pause_and_break)
{
    struct bench b;
    start(&b, 0x24);
    says(&b, "\xe0\x37", "\xe0\x12\xe0\x7c");
    says(&b, "\xe0\xb7", "\xe0\xf0\x7c\xe0\xf0\x12");
    says(&b, "\x2a\xe0\x37\xe0\xb7\xaa", "\x12\xe0\x7c\xe0\xf0\x7c\xf0\x12");
    says(&b, "\x38\xe0\x37\xe0\xb7\xb8", "\x11\x84\xf0\x84\xf0\x11");
    says(&b, "\xe1\x1d\x45", "\xe1\x14\x77\xe1\xf0\x14\xf0\x77");
    says(&b, "\xe1\x9d\xc5", "");
    says(&b, "\x1d\xe1\x1d\x45\x9d", "\x14\xe0\x7e\xe0\xf0\x7e\xf0\x14");
    command(&b, "\xf0\x01");
    says(&b, "\xe1\x1d\x45", "\xe1\x1d\x45\xe1\x9d\xc5");
    says(&b, "\x38\xe0\x37\xe0\xb7\xb8", "\x38\x54\xd4\xb8");
}
END_TEST

START_TEST(keyboard_scan_set_3_has_types_of_keys)
{
    struct bench b;
    start(&b, 0x24);
    command(&b, "\xf0\x03");
    says(&b, "\x1e\x9e", "\x1c");         /* a: no release */
    says(&b, "\x2a\xaa", "\x12\xf0\x12"); /* left shift */
    says(&b, "\xe0\x48\xe0\xc8", "\x63"); /* up: one byte, no prefix */
    says(&b, "\xe1\x1d\x45", "\x62");     /* pause */
    command(&b, "\xfa");
    says(&b, "\x1e\x9e", "\x1c\xf0\x1c");
    command(&b, "\xfd\x1c\x1b\xf4"); /* a and s: make only */
    says(&b, "\x1e\x9e\x1f\x9f\x20\xa0", "\x1c\x1b\x23\xf0\x23");
    command(&b, "\xf6\xf0\x03");
    says(&b, "\x20\xa0", "\x23");
}
END_TEST

START_TEST(keyboard_every_key_has_a_code_in_each_set)
{
    static const u8 extended[] = {0x1c, 0x1d, 0x35, 0x37, 0x38, 0x47, 0x48, 0x49, 0x4b,
                                  0x4d, 0x4f, 0x50, 0x51, 0x52, 0x53, 0x5b, 0x5c, 0x5d};
    u8 seen[256] = {0};
    for (u8 code = 1; code <= 0x58; code++)
        if (code != 0x54 && code != 0x55) {
            u8 set3 = scancode_set1_to_set3(false, code);
            ck_assert(set3 && !seen[set3]++);
            ck_assert_uint_ne(scancode_set1_to_set2(code), 0);
        }
    for (unsigned i = 0; i < sizeof extended; i++) {
        u8 set3 = scancode_set1_to_set3(true, extended[i]);
        ck_assert(set3 && !seen[set3]++);
    }
}
END_TEST

START_TEST(keyboard_repeats_the_key_held_last)
{
    struct bench b;
    start(&b, 0x24);
    says(&b, "\x1e", "\x1c");
    says(&b, "\x1e", ""); /* the host's own repeat */
    run(&b, 499999);
    says(&b, "", "");
    run(&b, 1);
    says(&b, "", "\x1c");
    run(&b, 91667); /* (8 + 3) * 2 / 240 s */
    says(&b, "", "\x1c");
    command(&b, "\xf3");
    command(&b, "\x60"); /* 1 s, then 8 / 240 s */
    says(&b, "\x1f", "\x1b");
    run(&b, 999999);
    says(&b, "", "");
    run(&b, 1);
    says(&b, "", "\x1b");
    run(&b, 33334);
    says(&b, "", "\x1b");
    says(&b, "\x9f", "\xf0\x1b");
    run(&b, 5000000);
    says(&b, "\x9e", "\xf0\x1c");
}
END_TEST

START_TEST(keyboard_default_command_keeps_scanning_as_it_was)
{
    struct bench b;
    start(&b, 0x24);
    command(&b, "\xf5\xf6");
    says(&b, "\x1e\x9e", "");
    command(&b, "\xf4");
    says(&b, "\x1e\x9e", "\x1c\xf0\x1c");
}
END_TEST

START_TEST(kbc_tells_test_inputs_and_half_of_the_input_port)
{
    struct bench b;
    start(&b, 0x65);
    out(&b, 0x64, 0xe0);
    ck_assert_uint_eq(in(&b, 0x60), 0x01); /* the mouse's clock is held low */
    out(&b, 0x64, 0xa8);
    out(&b, 0x64, 0xe0);
    ck_assert_uint_eq(in(&b, 0x60), 0x03);
    out(&b, 0x64, 0xc2);
    ck_assert_uint_eq(in(&b, 0x64) & 0xf0, 0xa0);
    out(&b, 0x64, 0xc1);
    ck_assert_uint_eq(in(&b, 0x64) & 0xf0, 0x00);
    out(&b, 0x64, 0xae);
    ck_assert_uint_eq(in(&b, 0x64) & 0xf0, 0x10);
    out(&b, 0x64, 0xa4);
    ck_assert_uint_eq(in(&b, 0x60), 0xf1);
}
END_TEST

START_TEST(kbc_swallows_a_password_up_to_its_zero)
{
    struct bench b;
    start(&b, 0x65);
    out(&b, 0x64, 0xa5);
    out(&b, 0x60, 0xff); /* would reset the keyboard */
    out(&b, 0x60, 0x00);
    run(&b, 10 * SERIAL);
    ck_assert_uint_eq(in(&b, 0x64) & 1, 0);
    out(&b, 0x60, 0xee);
    ck_assert_uint_eq(next(&b), 0xee);
}
END_TEST

SUITE_MAIN("kbc", keyboard_wraps_grey_keys_in_shifts, keyboard_print_screen_sys_rq_pause_and_break,
           keyboard_scan_set_3_has_types_of_keys, keyboard_every_key_has_a_code_in_each_set,
           keyboard_repeats_the_key_held_last, keyboard_default_command_keeps_scanning_as_it_was,
           kbc_tells_test_inputs_and_half_of_the_input_port, kbc_swallows_a_password_up_to_its_zero,
           kbc_translates_keys_to_set_1, kbc_gives_set_2_without_translation,
           scancode_tables_are_inverse_for_every_key, kbc_port_60_keeps_the_last_byte,
           kbc_next_byte_takes_its_time_on_the_wire, kbc_disabled_keyboard_waits,
           kbc_self_test_and_port_tests_pass, kbc_output_port_drives_a20,
           kbc_pulses_reset_when_bit_0_is_clear, kbc_writes_its_own_output_buffers,
           keyboard_answers_overtake_keys, keyboard_resets_and_tells_its_identity,
           keyboard_scan_set_can_be_chosen, keyboard_takes_a_key_whole_or_not_at_all,
           keyboard_told_not_to_scan_forgets_keys)
