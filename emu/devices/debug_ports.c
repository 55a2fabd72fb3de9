/* Ports by which a program talks to the emulator rather than to a PC.

   Modelled: E9h debug console (reads E9h, as in Bochs); F4h and 501h exit with code (v << 1) | 1,
   as QEMU's isa-debug-exit; 604h power management control: 2000h (sleep enable, type 0) powers off,
   as on QEMU's PIIX4; 8900h: the letters "Shutdown" power off, as in Bochs. Not modelled: any other
   bit of the power management block.

   References: QEMU docs/specs, Bochs iodev/unmapped. */

#include "devices/debug_ports.h"

#include <string.h>

enum {
    PORT_CONSOLE = 0xe9,
    PORT_EXIT = 0xf4,
    PORT_EXIT_501 = 0x501,
    PORT_POWER = 0x604,
    PORT_SHUTDOWN = 0x8900,

    POWER_OFF = 0x2000,
};

static const char shutdown_word[] = "Shutdown";

static void power_off(struct debug_ports *ports)
{
    if (ports->power_off)
        ports->power_off(ports->context);
}

static void shutdown_letter(struct debug_ports *ports, char letter)
{
    if (letter != shutdown_word[ports->shutdown_matched])
        ports->shutdown_matched = 0;
    if (letter == shutdown_word[ports->shutdown_matched])
        ports->shutdown_matched++;
    if (shutdown_word[ports->shutdown_matched])
        return;
    ports->shutdown_matched = 0;
    power_off(ports);
}

u32 debug_ports_read(void *context, u16 port, unsigned size)
{
    (void)context, (void)size;
    return port == PORT_CONSOLE ? PORT_CONSOLE : 0;
}

void debug_ports_write(void *context, u16 port, unsigned size, u32 value)
{
    struct debug_ports *ports = context;
    switch (port) {
    case PORT_CONSOLE:
        if (ports->console)
            ports->console(ports->context, (u8)value);
        break;
    case PORT_EXIT:
    case PORT_EXIT_501:
        if (ports->exit)
            ports->exit(ports->context, value << 1 | 1);
        break;
    case PORT_POWER:
        if (size >= 2 && (value & 0xffff) == POWER_OFF)
            power_off(ports);
        break;
    case PORT_SHUTDOWN:
        shutdown_letter(ports, (char)value);
        break;
    default:
        break;
    }
}

void debug_ports_init(struct debug_ports *ports)
{
    memset(ports, 0, sizeof *ports);
}

void debug_ports_reset(struct debug_ports *ports)
{
    ports->shutdown_matched = 0;
}

static void after_load(void *unit)
{
    struct debug_ports *ports = unit;
    if (ports->shutdown_matched >= sizeof shutdown_word - 1)
        ports->shutdown_matched = 0;
}

static const struct field fields[] = {FIELD(struct debug_ports, shutdown_matched)};

const struct field_table debug_ports_fields = FIELD_TABLE("debug_ports", 1, fields, after_load);
