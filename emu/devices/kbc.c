/* 8042 keyboard controller with the AT's and PS/2's program: two serial ports, gate A20, reset.

   Modelled: status and command byte, commands 20h-3Fh 60h-7Fh A4h-ABh ADh AEh C0h-C2h D0h-D4h DDh
   DFh E0h and the output port pulses F0h-FFh, translation of scan set 2 to set 1, IRQ 1 and IRQ 12,
   the time that a byte takes on the serial wire. Port 60h keeps returning the last byte. Not
   modelled: the password, which is never there (its commands are taken), the diagnostic dump ACh,
   the time a command takes (the input buffer is never seen full), serial time-outs and parity
   errors, a pulse of gate A20.

   References: IBM PC AT Technical Reference, Keyboard Controller; PS/2 Hardware Interface Technical
   Reference, Keyboard and Auxiliary Device Controller. */

#include "devices/kbc.h"

#include "base/bits.h"
#include "devices/scancode.h"

#include <string.h>

enum {
    STATUS_OUTPUT_FULL = 0x01,
    STATUS_SYSTEM = 0x04,
    STATUS_COMMAND = 0x08, /* the last write went to port 64h */
    STATUS_UNLOCKED = 0x10,
    STATUS_MOUSE_DATA = 0x20,

    COMMAND_IRQ_KEYBOARD = 0x01,
    COMMAND_IRQ_MOUSE = 0x02,
    COMMAND_SYSTEM = 0x04,
    COMMAND_DISABLE_KEYBOARD = 0x10,
    COMMAND_DISABLE_MOUSE = 0x20,
    COMMAND_TRANSLATE = 0x40,

    OUTPUT_PORT_NO_RESET = 0x01,
    OUTPUT_PORT_A20 = 0x02,
    OUTPUT_PORT_IRQ_KEYBOARD = 0x10,
    OUTPUT_PORT_IRQ_MOUSE = 0x20,
    OUTPUT_PORT_KEPT = 0xcf,

    INPUT_PORT = 0xa0, /* not locked, colour display, no manufacturing jumper */

    STATUS_POLLED = 0xf0, /* replaced by half of the input port after C1h and C2h */
    NO_PASSWORD = 0xf1,
    MOUSE_CLOCK = 0x02, /* test inputs: 0 = held low by a disabled port */
    KEYBOARD_CLOCK = 0x01,

    SELF_TEST_PASSED = 0x55,
    PORT_TEST_PASSED = 0x00,
    SET2_RELEASE = 0xf0,
    SET1_RELEASE = 0x80,

    SERIAL_NS = 700000, /* eleven bits at some 16 kHz */
};

enum kbc_command {
    READ_RAM = 0x20,
    WRITE_RAM = 0x60,
    TEST_PASSWORD = 0xa4,
    LOAD_PASSWORD = 0xa5,
    ENABLE_PASSWORD = 0xa6,
    DISABLE_MOUSE = 0xa7,
    ENABLE_MOUSE = 0xa8,
    TEST_MOUSE = 0xa9,
    SELF_TEST = 0xaa,
    TEST_KEYBOARD = 0xab,
    DISABLE_KEYBOARD = 0xad,
    ENABLE_KEYBOARD = 0xae,
    READ_INPUT_PORT = 0xc0,
    POLL_INPUT_LOW = 0xc1,
    POLL_INPUT_HIGH = 0xc2,
    READ_OUTPUT_PORT = 0xd0,
    WRITE_OUTPUT_PORT = 0xd1,
    WRITE_KEYBOARD_BUFFER = 0xd2,
    WRITE_MOUSE_BUFFER = 0xd3,
    WRITE_MOUSE = 0xd4,
    CLOSE_A20 = 0xdd,
    OPEN_A20 = 0xdf,
    READ_TEST_INPUTS = 0xe0,
    PULSE = 0xf0,
};

static void update_irq(const struct kbc *kbc)
{
    bool full = kbc->status & STATUS_OUTPUT_FULL, mouse = kbc->status & STATUS_MOUSE_DATA;
    irq_set(&kbc->irq_keyboard, full && !mouse && (kbc->ram[0] & COMMAND_IRQ_KEYBOARD));
    irq_set(&kbc->irq_mouse, full && mouse && (kbc->ram[0] & COMMAND_IRQ_MOUSE));
}

static void put_output(struct kbc *kbc, u8 byte, enum kbc_port from)
{
    kbc->output = byte;
    kbc->status &= (u8)~STATUS_MOUSE_DATA;
    kbc->status |= from == KBC_MOUSE ? STATUS_OUTPUT_FULL | STATUS_MOUSE_DATA : STATUS_OUTPUT_FULL;
    update_irq(kbc);
}

/* Starts the serial wire when somebody could send. */
static void listen(struct kbc *kbc)
{
    u8 both = COMMAND_DISABLE_KEYBOARD | COMMAND_DISABLE_MOUSE;
    bool busy = (kbc->status & STATUS_OUTPUT_FULL) || kbc->transfer.when != CLOCK_NEVER;
    if (busy || (kbc->ram[0] & both) == both)
        return;
    u64 length = clock_ns_to_ticks(kbc->clock, SERIAL_NS);
    clock_schedule(kbc->clock, &kbc->transfer, kbc->clock->now + length);
}

static bool take(struct kbc *kbc, enum kbc_port port, u8 *byte)
{
    const struct kbc_peripheral *peripheral = &kbc->peripheral[port];
    return peripheral->take && peripheral->take(peripheral->context, byte);
}

static bool enabled(const struct kbc *kbc, enum kbc_port port)
{
    u8 disable = port == KBC_KEYBOARD ? COMMAND_DISABLE_KEYBOARD : COMMAND_DISABLE_MOUSE;
    return !(kbc->ram[0] & disable);
}

/* False when the byte was a release prefix that translation swallows. */
static bool translate(struct kbc *kbc, u8 *byte)
{
    if (!(kbc->ram[0] & COMMAND_TRANSLATE))
        return true;
    if (*byte == SET2_RELEASE) {
        kbc->release = 1;
        return false;
    }
    *byte = scancode_set2_to_set1(*byte) | (kbc->release ? SET1_RELEASE : 0);
    kbc->release = 0;
    return true;
}

static void transfer_ended(void *context, u64 now)
{
    struct kbc *kbc = context;
    u8 byte;
    (void)now;
    if (kbc->status & STATUS_OUTPUT_FULL)
        return;
    while (enabled(kbc, KBC_KEYBOARD) && take(kbc, KBC_KEYBOARD, &byte)) {
        if (!translate(kbc, &byte))
            continue;
        put_output(kbc, byte, KBC_KEYBOARD);
        return;
    }
    if (enabled(kbc, KBC_MOUSE) && take(kbc, KBC_MOUSE, &byte))
        put_output(kbc, byte, KBC_MOUSE);
}

void kbc_peripheral_ready(void *context, unsigned number, bool level)
{
    (void)number;
    if (level)
        listen(context);
}

static void reply(struct kbc *kbc, u8 byte)
{
    if (!(kbc->status & STATUS_OUTPUT_FULL))
        put_output(kbc, byte, KBC_KEYBOARD);
    else if (kbc->reply_count < sizeof kbc->replies)
        kbc->replies[kbc->reply_count++] = byte;
}

static u8 read_data(struct kbc *kbc)
{
    kbc->status &= (u8) ~(STATUS_OUTPUT_FULL | STATUS_MOUSE_DATA);
    update_irq(kbc);
    u8 byte = kbc->output;
    if (kbc->reply_count) {
        u8 next = kbc->replies[0];
        memmove(kbc->replies, kbc->replies + 1, --kbc->reply_count);
        put_output(kbc, next, KBC_KEYBOARD);
    }
    return byte;
}

static void pulse_reset(struct kbc *kbc)
{
    irq_set(&kbc->reset, true);
    irq_set(&kbc->reset, false);
}

static void set_output_port(struct kbc *kbc, u8 value)
{
    kbc->output_port = value & OUTPUT_PORT_KEPT;
    irq_set(&kbc->a20, value & OUTPUT_PORT_A20);
    if (!(value & OUTPUT_PORT_NO_RESET)) {
        kbc->output_port |= OUTPUT_PORT_NO_RESET;
        pulse_reset(kbc);
    }
}

void kbc_open_a20(struct kbc *kbc)
{
    set_output_port(kbc, kbc->output_port | OUTPUT_PORT_A20 | OUTPUT_PORT_NO_RESET);
}

static u8 output_port(const struct kbc *kbc)
{
    u8 value = kbc->output_port;
    if (kbc->status & STATUS_OUTPUT_FULL)
        value |= kbc->status & STATUS_MOUSE_DATA ? OUTPUT_PORT_IRQ_MOUSE : OUTPUT_PORT_IRQ_KEYBOARD;
    return value;
}

static void set_command_byte(struct kbc *kbc, u8 value)
{
    kbc->ram[0] = value;
    kbc->status &= (u8)~STATUS_SYSTEM;
    kbc->status |= value & COMMAND_SYSTEM; /* the same bit in both */
    update_irq(kbc);
}

static void change_command_byte(struct kbc *kbc, u8 clear, u8 set)
{
    set_command_byte(kbc, (u8)((kbc->ram[0] & ~clear) | set));
}

static void simple_command(struct kbc *kbc, u8 command)
{
    switch ((enum kbc_command)command) {
    case DISABLE_MOUSE:
        change_command_byte(kbc, 0, COMMAND_DISABLE_MOUSE);
        break;
    case ENABLE_MOUSE:
        change_command_byte(kbc, COMMAND_DISABLE_MOUSE, 0);
        break;
    case DISABLE_KEYBOARD:
        change_command_byte(kbc, 0, COMMAND_DISABLE_KEYBOARD);
        break;
    case ENABLE_KEYBOARD:
        change_command_byte(kbc, COMMAND_DISABLE_KEYBOARD, 0);
        break;
    case SELF_TEST:
        change_command_byte(kbc, 0, COMMAND_SYSTEM);
        reply(kbc, SELF_TEST_PASSED);
        break;
    case TEST_MOUSE:
    case TEST_KEYBOARD:
        reply(kbc, PORT_TEST_PASSED);
        break;
    case READ_INPUT_PORT:
        reply(kbc, INPUT_PORT);
        break;
    case READ_OUTPUT_PORT:
        reply(kbc, output_port(kbc));
        break;
    case READ_TEST_INPUTS:
        reply(kbc, (u8)((enabled(kbc, KBC_KEYBOARD) ? KEYBOARD_CLOCK : 0) |
                        (enabled(kbc, KBC_MOUSE) ? MOUSE_CLOCK : 0)));
        break;
    case POLL_INPUT_LOW:
    case POLL_INPUT_HIGH:
        kbc->polled = command;
        break;
    case TEST_PASSWORD:
        reply(kbc, NO_PASSWORD);
        break;
    case LOAD_PASSWORD:
    case WRITE_OUTPUT_PORT:
    case WRITE_KEYBOARD_BUFFER:
    case WRITE_MOUSE_BUFFER:
    case WRITE_MOUSE:
        kbc->pending = command;
        break;
    case CLOSE_A20:
        set_output_port(kbc, kbc->output_port & (u8)~OUTPUT_PORT_A20);
        break;
    case OPEN_A20:
        set_output_port(kbc, kbc->output_port | OUTPUT_PORT_A20);
        break;
    default: /* ENABLE_PASSWORD has none to ask for; others are nobody's */
        break;
    }
}

static void write_command(struct kbc *kbc, u8 command)
{
    kbc->status |= STATUS_COMMAND;
    kbc->pending = 0;
    kbc->polled = 0;
    if (command >= PULSE) {
        if (!(command & OUTPUT_PORT_NO_RESET)) /* a clear bit is a pulsed line */
            pulse_reset(kbc);
    } else if ((command & 0xe0) == READ_RAM) {
        reply(kbc, kbc->ram[command & 31]);
    } else if ((command & 0xe0) == WRITE_RAM) {
        kbc->pending = command;
    } else {
        simple_command(kbc, command);
    }
}

static void send(struct kbc *kbc, enum kbc_port port, u8 byte)
{
    const struct kbc_peripheral *peripheral = &kbc->peripheral[port];
    if (peripheral->send)
        peripheral->send(peripheral->context, byte);
}

static void write_data(struct kbc *kbc, u8 byte)
{
    u8 command = kbc->pending;
    kbc->status &= (u8)~STATUS_COMMAND;
    kbc->pending = 0;
    if (command == WRITE_RAM) {
        set_command_byte(kbc, byte);
    } else if ((command & 0xe0) == WRITE_RAM) {
        kbc->ram[command & 31] = byte;
    } else if (command == LOAD_PASSWORD) {
        kbc->pending = byte ? LOAD_PASSWORD : 0; /* ends with a zero */
    } else if (command == WRITE_OUTPUT_PORT) {
        set_output_port(kbc, byte);
    } else if (command == WRITE_KEYBOARD_BUFFER) {
        put_output(kbc, byte, KBC_KEYBOARD);
    } else if (command == WRITE_MOUSE_BUFFER) {
        put_output(kbc, byte, KBC_MOUSE);
    } else if (command == WRITE_MOUSE) {
        change_command_byte(kbc, COMMAND_DISABLE_MOUSE, 0);
        send(kbc, KBC_MOUSE, byte);
    } else {
        change_command_byte(kbc, COMMAND_DISABLE_KEYBOARD, 0);
        send(kbc, KBC_KEYBOARD, byte);
    }
}

static u8 status(const struct kbc *kbc)
{
    if (!kbc->polled)
        return kbc->status;
    u8 half = kbc->polled == POLL_INPUT_LOW ? (u8)(INPUT_PORT << 4) : INPUT_PORT;
    return (u8)((kbc->status & ~STATUS_POLLED) | (half & STATUS_POLLED));
}

u8 kbc_peek(const struct kbc *kbc, u16 port)
{
    return port & 4 ? status(kbc) : kbc->output;
}

u32 kbc_read(void *context, u16 port, unsigned size)
{
    struct kbc *kbc = context;
    (void)size;
    if (port & 4)
        return status(kbc);
    u8 byte = read_data(kbc);
    listen(kbc);
    return byte;
}

void kbc_write(void *context, u16 port, unsigned size, u32 value)
{
    struct kbc *kbc = context;
    (void)size;
    if (port & 4)
        write_command(kbc, (u8)value);
    else
        write_data(kbc, (u8)value);
    listen(kbc);
}

void kbc_init(struct kbc *kbc, struct clock *clock)
{
    memset(kbc, 0, sizeof *kbc);
    kbc->clock = clock;
    kbc->transfer = (struct clock_event){.name = "kbc", .fire = transfer_ended, .context = kbc};
    clock_add(clock, &kbc->transfer);
    kbc_reset(kbc);
}

/* The ports' pins are high after a reset: A20 is open. */
void kbc_reset(struct kbc *kbc)
{
    kbc->status = STATUS_UNLOCKED | STATUS_COMMAND;
    kbc->output = 0;
    kbc->pending = 0;
    kbc->polled = 0;
    kbc->release = 0;
    kbc->reply_count = 0;
    memset(kbc->ram, 0, sizeof kbc->ram);
    kbc->ram[0] = COMMAND_DISABLE_KEYBOARD | COMMAND_DISABLE_MOUSE;
    clock_cancel(kbc->clock, &kbc->transfer);
    update_irq(kbc);
    set_output_port(kbc, OUTPUT_PORT_KEPT);
}

static void after_load(void *unit)
{
    struct kbc *kbc = unit;
    if (kbc->reply_count > sizeof kbc->replies)
        kbc->reply_count = sizeof kbc->replies;
}

static const struct field fields[] = {
    FIELD(struct kbc, status),        FIELD(struct kbc, output),      FIELD_ARRAY(struct kbc, ram),
    FIELD(struct kbc, output_port),   FIELD(struct kbc, pending),     FIELD(struct kbc, release),
    FIELD_ARRAY(struct kbc, replies), FIELD(struct kbc, reply_count), FIELD(struct kbc, polled),
    FIELD(struct kbc, transfer.when),
};

const struct field_table kbc_fields = FIELD_TABLE("kbc", 1, fields, after_load);
