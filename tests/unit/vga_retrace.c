#include "unit/vga_bench.h"

/* The vertical interrupt, the start address, the border and what stands at the converter's outputs:
   all that goes by the beam. Text of 80 x 25: 449 lines of 900 dots at 28.322 MHz, of which 400
   show the picture, the retrace begins with line 412. */

enum { CLEAR = 0x0e, WAIT = 0x1e, OFF = 0x3e }; /* values of CRTC 11h */

static bool line;

static void listen(void *context, unsigned number, bool level)
{
    (void)context, (void)number;
    line = level;
}

static void begin(struct bench *bench, const struct mode *mode)
{
    line = false;
    start(bench, mode);
    bench->vga.irq = (struct irq_line){listen, NULL, 0};
}

/* The tick at which the beam has reached a line of a picture. */
static u64 at(u32 picture, u32 text_line)
{
    return (u64)((picture * 449.0 + text_line + 0.5) * 900 * RATE / 28322000);
}

static void go_to(struct bench *bench, u64 tick)
{
    bench->clock.now = tick;
    clock_run_due(&bench->clock);
}

static bool latched(struct bench *bench)
{
    return in(bench, 0x3c2) & 0x80;
}

START_TEST(vga_interrupt_comes_with_the_retrace_and_goes_when_cleared)
{
    static struct bench b;
    begin(&b, &text_mode);
    go_to(&b, at(0, 420)); /* as the BIOS leaves it the latch is held clear */
    ck_assert(!line && !latched(&b));
    set(&b, 0x3d4, 0x11, CLEAR);
    set(&b, 0x3d4, 0x11, WAIT);
    go_to(&b, at(1, 411));
    ck_assert(!line && !latched(&b));
    go_to(&b, at(1, 412));
    ck_assert(line && latched(&b));
    go_to(&b, at(2, 100));
    ck_assert(line && latched(&b));
    set(&b, 0x3d4, 0x11, CLEAR);
    ck_assert(!line && !latched(&b));
    set(&b, 0x3d4, 0x11, WAIT);
    ck_assert(!line && !latched(&b));
    go_to(&b, at(2, 413));
    ck_assert(line && latched(&b));
}
END_TEST

START_TEST(vga_interrupt_that_is_off_leaves_the_latch)
{
    static struct bench b;
    begin(&b, &text_mode);
    set(&b, 0x3d4, 0x11, OFF);
    go_to(&b, at(0, 420));
    ck_assert(!line && latched(&b));
    ck_assert_uint_eq(b.vga.retrace.when, CLOCK_NEVER);
    set(&b, 0x3d4, 0x11, WAIT);
    ck_assert(line);
    set(&b, 0x3d4, 0x11, OFF);
    ck_assert(!line && latched(&b));
    vga_reset(&b.vga);
    ck_assert(!line && !latched(&b));
}
END_TEST

START_TEST(vga_interrupt_follows_a_change_of_the_timing)
{
    static struct bench b;
    begin(&b, &text_mode);
    set(&b, 0x3d4, 0x11, WAIT);
    go_to(&b, at(0, 100));
    set(&b, 0x3d4, 0x07, 0x1b); /* bit 8 of the retrace's start: now line 156 */
    go_to(&b, at(0, 155));
    ck_assert(!line);
    go_to(&b, at(0, 156));
    ck_assert(line);
    set(&b, 0x3d4, 0x07, 0x1f); /* what is latched stays */
    ck_assert(line && latched(&b));
}
END_TEST

static u32 dot(struct bench *bench, u64 now, u32 x)
{
    u32 width, *pixels = render(bench, now, &width), value = pixels[x];
    free(pixels);
    return value;
}

START_TEST(vga_start_address_is_taken_over_by_the_retrace)
{
    static struct bench b;
    begin(&b, &mode_13h);
    poke(&b, 0xa0000, 10);
    poke(&b, 0xa0004, 20);
    poke(&b, 0xa0008, 30);
    go_to(&b, at(0, 100));
    u64 stamp = vga_picture_stamp(&b.vga, b.clock.now);
    set(&b, 0x3d4, 0x0d, 1);
    ck_assert_uint_ne(vga_picture_stamp(&b.vga, b.clock.now), stamp);
    stamp = vga_picture_stamp(&b.vga, b.clock.now);
    ck_assert_uint_eq(dot(&b, at(0, 399), 0), grey(10));
    set(&b, 0x3d4, 0x0d, 2); /* the last value before the retrace counts */
    ck_assert_uint_eq(dot(&b, at(0, 399), 0), grey(10));
    ck_assert_uint_eq(dot(&b, at(1, 399), 0), grey(30));
    ck_assert_uint_ne(vga_picture_stamp(&b.vga, at(1, 399)), stamp);
    go_to(&b,
          at(1, 443)); /* within the retrace: too late for this one, whose lines are fewer here */
    set(&b, 0x3d4, 0x0d, 1);
    ck_assert_uint_eq(dot(&b, at(2, 20), 0), grey(30));
    ck_assert_uint_eq(dot(&b, at(4, 20), 0), grey(20));
}
END_TEST

static void check_border(const struct mode *mode, u32 left, u32 right, u32 top, u32 bottom)
{
    static struct bench b;
    struct vga_border border;
    begin(&b, mode);
    set_attribute(&b, 0x11, 9);
    out(&b, 0x3c0, 0x20);
    vga_border(&b.vga, &border);
    ck_assert_uint_eq(border.left, left);
    ck_assert_uint_eq(border.right, right);
    ck_assert_uint_eq(border.top, top);
    ck_assert_uint_eq(border.bottom, bottom);
    ck_assert_uint_eq(border.colour, grey(9));
}

/* The sums are IBM's: 414 lines for 400, 496 for 480; 8 dots on each side. */
START_TEST(vga_border_is_what_is_neither_shown_nor_blanked)
{
    check_border(&text_mode, 9, 9, 8, 6);
    check_border(&mode_13h, 8, 8, 8, 6);
    check_border(&mode_12h, 8, 8, 9, 7);
    check_border(&mode_4, 16, 16, 8, 6);
}
END_TEST

/* With the beam at a dot of line 100 or those behind it, of 800 dots each. */
static bool sense(struct bench *bench, double beam)
{
    go_to(bench, (u64)((100 * 800 + beam + 0.5) * RATE / 25175000));
    return in(bench, 0x3c2) & 0x10;
}

START_TEST(vga_sense_compares_what_the_beam_shows)
{
    static struct bench b;
    begin(&b, &mode_13h);
    set_attribute(&b, 0x11, 40);
    out(&b, 0x3c0, 0x20);
    poke(&b, 0xa0000 + 320 * 50 + 8, 63);
    ck_assert(!sense(&b, 16));
    ck_assert(sense(&b, 24));   /* the next character is black */
    ck_assert(sense(&b, 736));  /* blanked */
    ck_assert(!sense(&b, 794)); /* the border on the left */
    ck_assert(sense(&b, 824));
    out(&b, 0x3c4, 1); /* the screen is off: the border's colour everywhere */
    out(&b, 0x3c5, 0x21);
    ck_assert(!sense(&b, 824));
    out(&b, 0x3c8, 40); /* one output is enough */
    for (unsigned i = 0; i < 3; i++)
        out(&b, 0x3c9, 30);
    ck_assert(sense(&b, 824));
    out(&b, 0x3c8, 40);
    for (unsigned i = 0; i < 3; i++)
        out(&b, 0x3c9, i == 1 ? 31 : 30);
    ck_assert(!sense(&b, 824));
}
END_TEST

START_TEST(vga_without_sync_shows_nothing)
{
    static struct bench b;
    begin(&b, &mode_13h);
    poke(&b, 0xa0000, 10);
    ck_assert_uint_eq(dot(&b, 0, 0), grey(10));
    set(&b, 0x3d4, 0x17, 0x23);
    ck_assert_uint_eq(dot(&b, 0, 0), 0xff000000);
}
END_TEST

START_TEST(vga_odd_even_page_is_bit_0_at_the_planes)
{
    static struct bench b;
    begin(&b, &text_mode);
    vga_memory_write(&b.vga, 0xb8000, 2, 0x0741);
    out(&b, 0x3c2, 0x47);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xb8000, 2), 0);
    vga_memory_write(&b.vga, 0xb8000, 2, 0x0742);
    poke(&b, 0xb8002, 0x43);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xb8000, 4), 0x00430742);
    ck_assert_uint_eq(b.memory[0], 0x41); /* plane 0: 41h 42h 00h 43h */
    ck_assert_uint_eq(b.memory[4], 0x42);
    ck_assert_uint_eq(b.memory[8], 0);
    ck_assert_uint_eq(b.memory[12], 0x43);
    out(&b, 0x3c2, 0x67);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xb8000, 4), 0x00000741);
    set(&b, 0x3ce, 6, 0x02); /* 128 KB: bit 16 of the address */
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xa0000, 2), 0x0741);
    ck_assert_uint_eq(vga_memory_read(&b.vga, 0xb0000, 2), 0x0742);
    set(&b, 0x3ce, 6, 0x0c); /* bit 0 stays */
    ck_assert_uint_eq(peek(&b, 0xb8000), 0x41);
    ck_assert_uint_eq(b.memory[5], 0x07);
    ck_assert_uint_eq(peek(&b, 0xb8001), 0x07);
}
END_TEST

/* The address counter goes on with every second or fourth character. */
START_TEST(vga_text_counts_by_two_and_four)
{
    static struct bench b;
    begin(&b, &text_mode);
    vga_memory_write(&b.vga, 0xb8000, 4, 0x07420741);
    set(&b, 0x3d4, 0x17, 0xab);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 0, 1), 0x0741);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 0, 2), 0x0742);
    set(&b, 0x3d4, 0x17, 0xa3);
    set(&b, 0x3d4, 0x14, 0x2f);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 0, 3), 0x0741);
    ck_assert_uint_eq(vga_text_cell(&b.vga, 0, 4), 0x0742);
}
END_TEST

/* In words, bit 15 or 13 of the counter comes in below; bits of the row scan counter stand in for
   bits 13 and 14, as the CGA and the Hercules have their lines in memory. */
START_TEST(vga_addresses_wrap_and_take_the_row_scan_counter)
{
    static struct bench b;
    begin(&b, &mode_13h);
    set(&b, 0x3c4, 4, 0x06);    /* planes behind the map mask */
    set(&b, 0x3d4, 0x14, 0x00); /* words */
    set(&b, 0x3d4, 0x0c, 0x20); /* the counter begins with 2000h */
    u64 later = at(2, 0);
    poke(&b, 0xa4000, 10);
    poke(&b, 0xa4001, 20);
    ck_assert_uint_eq(dot(&b, later, 0), grey(10)); /* bit 15 */
    set(&b, 0x3d4, 0x17, 0x83);
    ck_assert_uint_eq(dot(&b, later, 0), grey(20)); /* bit 13 */
    set(&b, 0x3d4, 0x17, 0xe3);                     /* bytes */
    poke(&b, 0xa2000, 30);
    ck_assert_uint_eq(dot(&b, later, 0), grey(30));
    set(&b, 0x3d4, 0x09, 0x03); /* rows of four lines */
    set(&b, 0x3d4, 0x0c, 0x00);
    set(&b, 0x3d4, 0x17, 0xe0);
    static const u32 lines[4] = {0xa0000, 0xa2000, 0xa4000, 0xa6000};
    for (u8 i = 0; i < 4; i++)
        poke(&b, lines[i], 40 + i);
    for (u8 i = 0; i < 4; i++)
        ck_assert_uint_eq(dot(&b, later, i * 640u), grey(40 + i));
}
END_TEST

SUITE_MAIN("vga_retrace", vga_interrupt_comes_with_the_retrace_and_goes_when_cleared,
           vga_interrupt_that_is_off_leaves_the_latch, vga_interrupt_follows_a_change_of_the_timing,
           vga_start_address_is_taken_over_by_the_retrace,
           vga_border_is_what_is_neither_shown_nor_blanked, vga_sense_compares_what_the_beam_shows,
           vga_without_sync_shows_nothing, vga_odd_even_page_is_bit_0_at_the_planes,
           vga_text_counts_by_two_and_four, vga_addresses_wrap_and_take_the_row_scan_counter)
