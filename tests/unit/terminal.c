/* What terminals send becomes keys; the window's scan codes. The machine here only writes down what
   it is told. */
#include "support/suite.h"
#include "ui/keymap.h"
#include "ui/terminal_keys.h"

#include <stdio.h>
#include <string.h>

struct machine {
    char told[400];
    bool full;
};

size_t machine_type(struct machine *machine, const char *text, size_t length)
{
    if (machine->full)
        return 0;
    for (size_t i = 0; i < length; i++) {
        size_t used = strlen(machine->told);
        snprintf(machine->told + used, sizeof machine->told - used,
                 text[i] < 0x20 ? "<%02x>" : "%c", text[i]);
    }
    return length;
}

bool machine_send_chord(struct machine *machine, const char *chord, struct error *error)
{
    size_t used = strlen(machine->told);
    (void)error;
    snprintf(machine->told + used, sizeof machine->told - used, "{%s}", chord);
    return true;
}

static enum terminal_command feed(struct terminal_keys *keys, const char *bytes)
{
    enum terminal_command command = TERMINAL_NONE;
    for (; *bytes; bytes++)
        ck_assert(terminal_keys_byte(keys, (u8)*bytes, &command));
    return command;
}

static const struct {
    const char *bytes, *told;
} rows[] = {
    {"ls\r", "ls<0d>"},
    {"\x7f", "<08>"},
    {"\t", "<09>"},
    {"\x03", "{ctrl-c}"},
    {"\x1c", "{ctrl-backslash}"},
    {"\033[A", "{up}"},
    {"\033OB", "{down}"},
    {"\033[1;5C", "{ctrl-right}"},
    {"\033[3~", "{delete}"},
    {"\033[5;2~", "{shift-pgup}"},
    {"\033OP", "{f1}"},
    {"\033[[E", "{f5}"},
    {"\033[24~", "{f12}"},
    {"\033[Z", "{shift-tab}"},
    {"\033x", "{alt-x}"},
    {"\033X", "{alt-shift-x}"},
    {"\033.", "<1b>."},
    {"\033[200~a\001b\033[201~", "a{ctrl-a}b"},
    {"\033[99;99~q", "q"},
    {"\033[1234567890123456789012345~q", "q"},
    {"\001\001", "{ctrl-a}"},
    {"\001zq", "q"},
    {"\303\244q", "q"},
};

START_TEST(bytes_become_keys)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct machine machine = {.full = false};
        struct terminal_keys keys = {.machine = &machine};
        ck_assert_int_eq(feed(&keys, rows[i].bytes), TERMINAL_NONE);
        ck_assert_msg(strcmp(machine.told, rows[i].told) == 0, "row %zu: %s instead of %s", i,
                      machine.told, rows[i].told);
    }
}
END_TEST

START_TEST(ctrl_a_leads_to_commands)
{
    struct machine machine = {.full = false};
    struct terminal_keys keys = {.machine = &machine};
    ck_assert_int_eq(feed(&keys, "\001x"), TERMINAL_QUIT);
    ck_assert_int_eq(feed(&keys, "\001c"), TERMINAL_MONITOR);
    ck_assert_int_eq(feed(&keys, "\001h"), TERMINAL_HELP);
    ck_assert_str_eq(machine.told, "");
}
END_TEST

START_TEST(lone_escape_is_the_escape_key)
{
    struct machine machine = {.full = false};
    struct terminal_keys keys = {.machine = &machine};
    feed(&keys, "\033");
    ck_assert_str_eq(machine.told, "");
    terminal_keys_idle(&keys);
    ck_assert_str_eq(machine.told, "<1b>");
    feed(&keys, "[A");
    ck_assert_str_eq(machine.told, "<1b>[A");
}
END_TEST

START_TEST(full_queue_keeps_the_byte)
{
    struct machine machine = {.full = true};
    struct terminal_keys keys = {.machine = &machine};
    enum terminal_command command = TERMINAL_NONE;
    ck_assert(!terminal_keys_byte(&keys, 'a', &command));
    machine.full = false;
    ck_assert(terminal_keys_byte(&keys, 'a', &command));
    ck_assert_str_eq(machine.told, "a");
}
END_TEST

START_TEST(window_keys_have_their_scan_codes)
{
    ck_assert_uint_eq(keymap_scancode(0x04), 0x1e);   /* A */
    ck_assert_uint_eq(keymap_scancode(0x1d), 0x2c);   /* Z */
    ck_assert_uint_eq(keymap_scancode(0x27), 0x0b);   /* 0 */
    ck_assert_uint_eq(keymap_scancode(0x28), 0x1c);   /* Enter */
    ck_assert_uint_eq(keymap_scancode(0x38), 0x35);   /* slash */
    ck_assert_uint_eq(keymap_scancode(0x45), 0x58);   /* F12 */
    ck_assert_uint_eq(keymap_scancode(0x52), 0xe048); /* up */
    ck_assert_uint_eq(keymap_scancode(0x63), 0x53);   /* keypad . */
    ck_assert_uint_eq(keymap_scancode(0xe6), 0xe038); /* right Alt */
    ck_assert_uint_eq(keymap_scancode(0x48), KEY_PAUSE);
    ck_assert_uint_eq(keymap_scancode(0x1000), 0);
}
END_TEST

SUITE_MAIN("terminal", bytes_become_keys, ctrl_a_leads_to_commands, lone_escape_is_the_escape_key,
           full_queue_keeps_the_byte, window_keys_have_their_scan_codes)
