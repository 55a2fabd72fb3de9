/* What the window is made of, without a window: text for the clipboard, the status line with its
   lights, the panel of keys. The machine here only says what its drives did. */
#include "support/suite.h"
#include "ui/clipboard.h"
#include "ui/help_panel.h"
#include "ui/status_line.h"

#include <string.h>

struct machine {
    u64 reads, writes;
};

unsigned machine_drive_lights(const struct machine *machine,
                              struct drive_light lights[DRIVE_LIGHTS_MAX])
{
    lights[0] = (struct drive_light){"FD", 0, 0};
    lights[1] = (struct drive_light){"HD", machine->reads, machine->writes};
    return 2;
}

u16 machine_cp437_to_unicode(u8 character)
{
    return character == 0xdb ? 0x2588 : character == 0x81 ? 0xfc : character;
}

/* ---- the clipboard ---- */

static struct text_screen screen;

/* Rows of eight columns. */
static void show(const char *text)
{
    screen = (struct text_screen){.columns = 8, .rows = (u32)strlen(text) / 8};
    for (u32 i = 0; text[i]; i++)
        screen.cells[i] = (struct text_cell){text[i] == '.' ? 0 : (u8)text[i], 7};
}

static const char *copied(struct text_span span)
{
    static char text[CLIPBOARD_SCREEN_MAX];
    size_t length = clipboard_text(&screen, &span, text);
    ck_assert_uint_eq(length, strlen(text));
    return text;
}

START_TEST(clipboard_takes_the_screen_without_blanks)
{
    show("ab  cd  "
         "        "
         "\x81\xdb......"
         "        ");
    ck_assert_str_eq(copied(clipboard_whole(&screen)), "ab  cd\n\nü█\n");
    show("........");
    ck_assert_str_eq(copied(clipboard_whole(&screen)), "");
}
END_TEST

START_TEST(clipboard_takes_a_span_in_reading_order)
{
    show("abcdefgh"
         "ijk     "
         "lmnopqrs");
    ck_assert_str_eq(copied(clipboard_between(&screen, 0, 6, 2, 2)), "gh\nijk\nlmn");
    ck_assert_str_eq(copied(clipboard_between(&screen, 2, 2, 0, 6)), "gh\nijk\nlmn");
    ck_assert_str_eq(copied(clipboard_between(&screen, 0, 2, 0, 4)), "cde");
    ck_assert_str_eq(copied(clipboard_between(&screen, 0, 4, 0, 2)), "cde");
    ck_assert_str_eq(copied(clipboard_between(&screen, 1, 1, 99, 99)), "jk\nlmnopqrs\n");
    ck_assert_str_eq(copied(clipboard_between(&screen, 1, 4, 1, 6)), "");
}
END_TEST

START_TEST(clipboard_types_what_a_keyboard_has)
{
    static const struct {
        const char *host, *typed;
    } rows[] = {{"ls -l\r\nexit\r", "ls -l\nexit\n"},
                {"a\tb\nc", "a\tb\nc"},
                {"gr\303\274n\033[0m", "grn[0m"},
                {"", ""}};
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        char text[32];
        strcpy(text, rows[i].host);
        ck_assert_uint_eq(clipboard_typing(text), strlen(rows[i].typed));
        ck_assert_str_eq(text, rows[i].typed);
    }
}
END_TEST

/* ---- the status line ---- */

static enum status_light light_at(struct status_lights *lights, struct machine *machine, u32 now)
{
    struct status_line line = {.lights = 0};
    status_lights_look(lights, machine, now, &line);
    ck_assert_uint_eq(line.lights, 2);
    ck_assert_str_eq(line.light[1].name, "HD");
    ck_assert_int_eq(line.light[0].light, LIGHT_DARK);
    return line.light[1].light;
}

/* Also while the host's milliseconds run over. */
START_TEST(lights_go_out_after_a_while)
{
    for (u32 start = 0; start < 2; start++) {
        u32 now = start ? UINT32_MAX - 40 : 1000;
        struct machine machine = {100, 100};
        struct status_lights lights = {.begun = false};
        ck_assert_int_eq(light_at(&lights, &machine, now), LIGHT_DARK);
        machine.reads++;
        ck_assert_int_eq(light_at(&lights, &machine, now += 10), LIGHT_READS);
        machine.writes++;
        ck_assert_int_eq(light_at(&lights, &machine, now += 10), LIGHT_WRITES);
        ck_assert_int_eq(light_at(&lights, &machine, now += 50), LIGHT_WRITES);
        ck_assert_int_eq(light_at(&lights, &machine, now += 100), LIGHT_DARK);
    }
}
END_TEST

static u32 pixels[640 * 400];
static u8 font[256 * 16];

START_TEST(status_line_shows_texts_and_lights)
{
    struct status_line line = {.left = "AA", .right = "A", .lights = 1};
    line.light[0].name = "A";
    memset(font + 'A' * 16, 0xff, 16);
    struct canvas canvas = {pixels, 200, STATUS_LINE_HEIGHT, font};
    u32 inks[2] = {0};
    for (unsigned light = LIGHT_DARK; light <= LIGHT_WRITES; light++) {
        line.light[0].light = light;
        status_line_draw(&line, &canvas);
        u32 lamp = pixels[10 * 200 + 8 + 16 + 24 + 2];
        for (unsigned i = 0; i < light && i < 2; i++)
            ck_assert_uint_ne(lamp, inks[i]);
        if (light < 2)
            inks[light] = lamp;
    }
    u32 ink = pixels[10 * 200 + 8], paper = pixels[10 * 200 + 2];
    ck_assert_uint_ne(ink, paper);
    ck_assert_uint_eq(pixels[10 * 200 + 23], ink);
    ck_assert_uint_eq(pixels[10 * 200 + 24], paper);
    ck_assert_uint_eq(pixels[10 * 200 + 200 - 16], ink); /* the right text */
    canvas.width = 90;                                   /* has no room any more */
    status_line_draw(&line, &canvas);
    ck_assert_uint_eq(pixels[10 * 90 + 90 - 16], paper);
}
END_TEST

START_TEST(status_lines_are_compared_by_their_looks)
{
    struct status_line a = {.left = "AA", .lights = 1}, b = a;
    a.light[0].name = b.light[0].name = "HD";
    ck_assert(status_line_same(&a, &b));
    b.light[0].light = LIGHT_READS;
    ck_assert(!status_line_same(&a, &b));
    b = a;
    strcpy(b.right, "x");
    ck_assert(!status_line_same(&a, &b));
}
END_TEST

/* Nothing is drawn beyond the canvas, however small. */
START_TEST(panel_fits_its_canvas)
{
    static const struct help_row rows[] = {{"Ctrl-Alt-G", "grab"}, {"AAA", "a longer text AAA"}};
    u32 width, height;
    help_panel_size(rows, 2, &width, &height);
    ck_assert_uint_eq(width, 2 * 16 + (10 + 2 + 17) * 8);
    ck_assert_uint_le(width * height, ARRAY_COUNT(pixels));
    struct canvas canvas = {pixels, width, height, font};
    pixels[width * height] = 12345;
    help_panel_draw(rows, 2, &canvas);
    ck_assert_uint_eq(pixels[width * height], 12345);
    ck_assert_uint_eq(pixels[0], pixels[width * height - 1]); /* a frame around */
    ck_assert_uint_ne(pixels[0], pixels[5 * width + 5]);
}
END_TEST

SUITE_MAIN("window", clipboard_takes_the_screen_without_blanks,
           clipboard_takes_a_span_in_reading_order, clipboard_types_what_a_keyboard_has,
           lights_go_out_after_a_while, status_line_shows_texts_and_lights,
           status_lines_are_compared_by_their_looks, panel_fits_its_canvas)
