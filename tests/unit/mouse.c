#include "devices/mouse.h"
#include "devices/kbc.h"
#include "support/suite.h"

#include <string.h>

#define RATE 1000000u

struct bench {
    struct clock clock;
    struct mouse mouse;
};

static void start(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    clock_init(&bench->clock, RATE);
    mouse_init(&bench->mouse, &bench->clock, (struct irq_line){NULL, NULL, 0});
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

/* All that the mouse says now, and nothing more. */
static void says(struct bench *bench, const u8 *bytes, size_t count)
{
    u8 byte;
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(mouse_take(&bench->mouse, &byte), "byte %zu is missing", i);
        ck_assert_msg(byte == bytes[i], "byte %zu is %02x, not %02x", i, byte, bytes[i]);
    }
    ck_assert(!mouse_take(&bench->mouse, &byte));
}
#define SAYS(bench, ...) says(bench, (const u8[]){__VA_ARGS__}, sizeof((const u8[]){__VA_ARGS__}))

static void send(struct bench *bench, const u8 *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mouse_send(&bench->mouse, bytes[i]);
        SAYS(bench, 0xfa);
    }
}
#define SEND(bench, ...) send(bench, (const u8[]){__VA_ARGS__}, sizeof((const u8[]){__VA_ARGS__}))

static bool move(struct bench *bench, int dx, int dy, int wheel, unsigned buttons)
{
    struct mouse_event event = {(s16)dx, (s16)dy, (s8)wheel, (u8)buttons};
    return mouse_move(&bench->mouse, &event);
}

START_TEST(mouse_reset_tells_test_and_identity)
{
    struct bench b;
    start(&b);
    mouse_send(&b.mouse, 0xff);
    SAYS(&b, 0xfa, 0xaa, 0x00);
    mouse_send(&b.mouse, 0xf2);
    SAYS(&b, 0xfa, 0x00);
    mouse_send(&b.mouse, 0xe9);
    SAYS(&b, 0xfa, 0x00, 0x02, 100);
}
END_TEST

START_TEST(mouse_is_silent_until_enabled)
{
    struct bench b;
    start(&b);
    ck_assert(move(&b, 5, 5, 0, 1));
    run(&b, RATE);
    ck_assert(b.mouse.count == 0);
    ck_assert(!mouse_is_wanted(&b.mouse));
    SEND(&b, 0xf4);
    ck_assert(mouse_is_wanted(&b.mouse));
    run(&b, RATE);
    ck_assert(b.mouse.count == 0); /* what was before is forgotten */
}
END_TEST

START_TEST(mouse_reports_moves_with_signs)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf4);
    move(&b, 10, 20, 0, 0); /* right and down; up is positive on the wire */
    SAYS(&b, 0x28, 10, 0xec);
    run(&b, 10000);
    move(&b, -1, -2, 0, MOUSE_LEFT | MOUSE_MIDDLE);
    SAYS(&b, 0x1d, 0xff, 2);
}
END_TEST

START_TEST(mouse_reports_at_its_rate_and_gathers_between)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf3, 20, 0xf4);
    move(&b, 1, 0, 0, 0);
    SAYS(&b, 0x08, 1, 0);
    move(&b, 2, 0, 0, 0);
    move(&b, 3, 0, 0, 0);
    run(&b, 49999);
    ck_assert(b.mouse.count == 0);
    run(&b, 1);
    SAYS(&b, 0x08, 5, 0);
    run(&b, RATE);
    ck_assert(b.mouse.count == 0);
}
END_TEST

START_TEST(mouse_large_moves_go_on_in_the_next_packet)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf4);
    move(&b, 300, -600, 0, 0);
    SAYS(&b, 0x08, 255, 255);
    run(&b, 10000);
    SAYS(&b, 0x08, 45, 255);
    run(&b, 10000);
    SAYS(&b, 0x08, 0, 90);
}
END_TEST

START_TEST(mouse_tells_every_click)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf4);
    ck_assert(move(&b, 0, 0, 0, MOUSE_LEFT));
    ck_assert(move(&b, 0, 0, 0, 0));
    ck_assert(!move(&b, 0, 0, 0, MOUSE_LEFT)); /* the release is not yet told */
    SAYS(&b, 0x09, 0, 0);
    run(&b, 10000);
    SAYS(&b, 0x08, 0, 0);
    ck_assert(move(&b, 0, 0, 0, MOUSE_LEFT));
    run(&b, 10000);
    SAYS(&b, 0x09, 0, 0);
}
END_TEST

START_TEST(mouse_wheel_is_unlocked_by_three_rates)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf3, 200, 0xf3, 100, 0xf3, 80);
    mouse_send(&b.mouse, 0xf2);
    SAYS(&b, 0xfa, 0x03);
    SEND(&b, 0xf4);
    move(&b, 0, 0, -1, 0);
    SAYS(&b, 0x08, 0, 0, 0xff);
    run(&b, 20000);
    move(&b, 0, 0, 20, 0);
    SAYS(&b, 0x08, 0, 0, 7);
    run(&b, 12500);
    SAYS(&b, 0x08, 0, 0, 7);
    run(&b, 12500);
    SAYS(&b, 0x08, 0, 0, 6);
    mouse_send(&b.mouse, 0xff);
    SAYS(&b, 0xfa, 0xaa, 0x00);
}
END_TEST

START_TEST(mouse_other_rates_unlock_nothing)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf3, 200, 0xf3, 100, 0xf3, 100, 0xf3, 80);
    mouse_send(&b.mouse, 0xf2);
    SAYS(&b, 0xfa, 0x00);
    SEND(&b, 0xf3, 200, 0xf3, 200, 0xf3, 100, 0xe8, 3, 0xf3, 80);
    mouse_send(&b.mouse, 0xf2);
    SAYS(&b, 0xfa, 0x00);
}
END_TEST

START_TEST(mouse_remote_mode_answers_when_asked)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf0);
    move(&b, 4, -4, 0, MOUSE_RIGHT);
    run(&b, RATE);
    ck_assert(b.mouse.count == 0);
    mouse_send(&b.mouse, 0xeb);
    SAYS(&b, 0xfa, 0x0a, 4, 4);
    mouse_send(&b.mouse, 0xeb);
    SAYS(&b, 0xfa, 0x0a, 0, 0);
    mouse_send(&b.mouse, 0xe9);
    SAYS(&b, 0xfa, 0x41, 2, 100);
}
END_TEST

START_TEST(mouse_wrap_mode_echoes)
{
    struct bench b;
    start(&b);
    SEND(&b, 0xf4, 0xee);
    mouse_send(&b.mouse, 0xf2);
    SAYS(&b, 0xf2);
    mouse_send(&b.mouse, 0x12);
    SAYS(&b, 0x12);
    move(&b, 1, 1, 0, 0);
    run(&b, RATE);
    ck_assert(b.mouse.count == 0);
    SEND(&b, 0xec);
    move(&b, 1, 0, 0, 0);
    SAYS(&b, 0x08, 1, 0);
}
END_TEST

START_TEST(mouse_scaling_2_to_1_holds_in_reports_only)
{
    static const u8 from_to[][2] = {{0, 0}, {1, 1}, {2, 1},  {3, 3},
                                    {4, 6}, {5, 9}, {6, 12}, {50, 100}};
    struct bench b;
    start(&b);
    SEND(&b, 0xe7, 0xf4);
    for (unsigned i = 1; i < ARRAY_COUNT(from_to); i++) {
        move(&b, from_to[i][0], 0, 0, 0);
        SAYS(&b, 0x08, from_to[i][1], 0);
        run(&b, 10000);
    }
    SEND(&b, 0xf0);
    move(&b, 5, 0, 0, 0);
    mouse_send(&b.mouse, 0xeb);
    SAYS(&b, 0xfa, 0x08, 5, 0);
}
END_TEST

START_TEST(mouse_refuses_what_it_does_not_know)
{
    struct bench b;
    start(&b);
    mouse_send(&b.mouse, 0xe1);
    SAYS(&b, 0xfe);
    mouse_send(&b.mouse, 0xe1);
    SAYS(&b, 0xfc);
    SEND(&b, 0xf3);
    mouse_send(&b.mouse, 33);
    SAYS(&b, 0xfe);
    SEND(&b, 60);
    mouse_send(&b.mouse, 0xe9);
    SAYS(&b, 0xfa, 0x00, 2, 60);
    mouse_send(&b.mouse, 0xfe);
    SAYS(&b, 0x00, 2, 60);
}
END_TEST

/* Through the controller: IRQ 12, the mouse's bit in the status, no translation. */
struct board {
    struct clock clock;
    struct kbc kbc;
    struct mouse mouse;
    unsigned edges;
    bool level;
};

static void irq12(void *context, unsigned number, bool level)
{
    struct board *board = context;
    (void)number;
    board->edges += level && !board->level;
    board->level = level;
}

static u8 next(struct board *board)
{
    board->clock.now += 700;
    clock_run_due(&board->clock);
    ck_assert_uint_eq(kbc_read(&board->kbc, 0x64, 1) & 0x21, 0x21);
    return (u8)kbc_read(&board->kbc, 0x60, 1);
}

START_TEST(mouse_speaks_through_the_controller)
{
    struct board b;
    memset(&b, 0, sizeof b);
    clock_init(&b.clock, RATE);
    kbc_init(&b.kbc, &b.clock);
    mouse_init(&b.mouse, &b.clock, (struct irq_line){kbc_peripheral_ready, &b.kbc, KBC_MOUSE});
    b.kbc.peripheral[KBC_MOUSE] = (struct kbc_peripheral){mouse_take, mouse_send, &b.mouse};
    b.kbc.irq_mouse = (struct irq_line){irq12, &b, 12};
    kbc_write(&b.kbc, 0x64, 1, 0x60);
    kbc_write(&b.kbc, 0x60, 1, 0x43); /* both interrupts, translation */
    kbc_write(&b.kbc, 0x64, 1, 0xd4);
    kbc_write(&b.kbc, 0x60, 1, 0xf4);
    ck_assert_uint_eq(next(&b), 0xfa);
    ck_assert_uint_eq(b.edges, 1);
    mouse_move(&b.mouse, &(struct mouse_event){.dx = 30});
    ck_assert_uint_eq(next(&b), 0x08);
    ck_assert_uint_eq(next(&b), 30);
    ck_assert_uint_eq(next(&b), 0);
    ck_assert_uint_eq(b.edges, 4);
    ck_assert(!b.level);
}
END_TEST

SUITE_MAIN("mouse", mouse_reset_tells_test_and_identity, mouse_is_silent_until_enabled,
           mouse_reports_moves_with_signs, mouse_reports_at_its_rate_and_gathers_between,
           mouse_large_moves_go_on_in_the_next_packet, mouse_tells_every_click,
           mouse_wheel_is_unlocked_by_three_rates, mouse_other_rates_unlock_nothing,
           mouse_remote_mode_answers_when_asked, mouse_wrap_mode_echoes,
           mouse_scaling_2_to_1_holds_in_reports_only, mouse_refuses_what_it_does_not_know,
           mouse_speaks_through_the_controller)
