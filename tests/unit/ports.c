/* The small ones: port 61h, port 92h, the debug ports and the DMA controllers. */

#include "devices/debug_ports.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "support/suite.h"

#include <string.h>

struct wire {
    bool level;
    unsigned pulses;
};

static void set_wire(void *context, unsigned number, bool level)
{
    struct wire *wire = context;
    (void)number;
    wire->pulses += level && !wire->level;
    wire->level = level;
}

static bool wire_level(void *context, unsigned number)
{
    (void)number;
    return ((struct wire *)context)->level;
}

START_TEST(port61_drives_the_gate_and_shows_the_output)
{
    struct clock clock;
    struct port61 port61;
    struct wire gate = {false, 0}, output = {true, 0}, speaker = {false, 0};
    clock_init(&clock, 1000000000);
    port61_init(&port61, &clock);
    port61.gate = (struct irq_line){set_wire, &gate, 2};
    port61.speaker = (struct irq_line){set_wire, &speaker, 0};
    port61.timer_output = (struct port61_input){wire_level, &output, 2};
    port61_write(&port61, 0x61, 1, 0xff);
    ck_assert(gate.level);
    ck_assert(speaker.level);
    ck_assert_uint_eq(port61_read(&port61, 0x61, 1), 0xaf);
    output.level = false;
    clock.now = 15085;
    ck_assert_uint_eq(port61_read(&port61, 0x61, 1), 0x9f);
    clock.now = 2 * 15085;
    ck_assert_uint_eq(port61_read(&port61, 0x61, 1), 0x8f);
    port61_reset(&port61);
    ck_assert(!gate.level);
}
END_TEST

START_TEST(port92_opens_a20_and_pulses_reset_once)
{
    struct port92 port92;
    struct wire a20 = {false, 0}, reset = {false, 0};
    port92_init(&port92);
    port92.a20 = (struct irq_line){set_wire, &a20, 0};
    port92.reset = (struct irq_line){set_wire, &reset, 0};
    port92_write(&port92, 0x92, 1, 0x02);
    ck_assert(a20.level);
    ck_assert_uint_eq(port92_read(&port92, 0x92, 1), 0x02);
    port92_write(&port92, 0x92, 1, 0x03);
    port92_write(&port92, 0x92, 1, 0x03);
    ck_assert_uint_eq(reset.pulses, 1);
    ck_assert(!reset.level);
}
END_TEST

struct talk {
    char text[16];
    u32 code;
    unsigned exits, power_offs;
};

static void console(void *context, u8 byte)
{
    struct talk *talk = context;
    talk->text[strlen(talk->text)] = (char)byte;
}

static void leave(void *context, u32 code)
{
    struct talk *talk = context;
    talk->code = code;
    talk->exits++;
}

static void power_off(void *context)
{
    ((struct talk *)context)->power_offs++;
}

static void start(struct debug_ports *ports, struct talk *talk)
{
    memset(talk, 0, sizeof *talk);
    debug_ports_init(ports);
    ports->context = talk;
    ports->console = console;
    ports->exit = leave;
    ports->power_off = power_off;
}

static void say(struct debug_ports *ports, const char *text)
{
    while (*text)
        debug_ports_write(ports, 0x8900, 1, (u8)*text++);
}

START_TEST(debug_ports_print_and_exit)
{
    struct debug_ports ports;
    struct talk talk;
    start(&ports, &talk);
    debug_ports_write(&ports, 0xe9, 1, 'H');
    debug_ports_write(&ports, 0xe9, 1, 'i');
    ck_assert_str_eq(talk.text, "Hi");
    ck_assert_uint_eq(debug_ports_read(&ports, 0xe9, 1), 0xe9);
    debug_ports_write(&ports, 0xf4, 1, 3);
    ck_assert_uint_eq(talk.code, 7);
    debug_ports_write(&ports, 0x501, 4, 0);
    ck_assert_uint_eq(talk.code, 1);
    ck_assert_uint_eq(talk.exits, 2);
}
END_TEST

START_TEST(debug_ports_power_off_by_port_and_by_word)
{
    struct debug_ports ports;
    struct talk talk;
    start(&ports, &talk);
    debug_ports_write(&ports, 0x604, 2, 0x1000);
    ck_assert_uint_eq(talk.power_offs, 0);
    debug_ports_write(&ports, 0x604, 2, 0x2000);
    ck_assert_uint_eq(talk.power_offs, 1);
    say(&ports, "ShutShutdow");
    ck_assert_uint_eq(talk.power_offs, 1);
    say(&ports, "n");
    ck_assert_uint_eq(talk.power_offs, 2);
}
END_TEST

SUITE_MAIN("ports", port61_drives_the_gate_and_shows_the_output,
           port92_opens_a20_and_pulses_reset_once, debug_ports_print_and_exit,
           debug_ports_power_off_by_port_and_by_word)
