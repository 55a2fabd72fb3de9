/* Port 61h, system control port B of the AT (on the XT port B of the 8255).

   Modelled: the gate of timer channel 2 (bit 0), the speaker data bit (1), the two check enable
   bits (2-3, kept only), the refresh toggle (4, from guest time) and the timer's output (5). Bit 7
   reads as written, so that the XT keyboard acknowledge sequence of old programs finds its bit. Not
   modelled: parity and channel check NMIs; bit 6 reads 0.

   Reference: IBM PC AT Technical Reference, System Board. */

#include "devices/port61.h"

#include "base/bits.h"

#include <string.h>

enum {
    GATE = 0x01,
    SPEAKER = 0x02,
    KEPT = 0x8f,
    REFRESH = 0x10,
    TIMER_OUTPUT = 0x20,

    REFRESH_NS = 15085, /* 18 periods of 1.193182 MHz between two toggles */
};

u32 port61_read(void *context, u16 port, unsigned size)
{
    const struct port61 *port61 = context;
    const struct port61_input *timer = &port61->timer_output;
    (void)port, (void)size;
    u32 value = port61->value;
    if (clock_ticks_to_ns(port61->clock, port61->clock->now) / REFRESH_NS & 1)
        value |= REFRESH;
    if (timer->level && timer->level(timer->context, timer->number))
        value |= TIMER_OUTPUT;
    return value;
}

void port61_write(void *context, u16 port, unsigned size, u32 value)
{
    struct port61 *port61 = context;
    (void)port, (void)size;
    port61->value = value & KEPT;
    irq_set(&port61->speaker, value & SPEAKER);
    irq_set(&port61->gate, value & GATE);
}

void port61_init(struct port61 *port61, const struct clock *clock)
{
    memset(port61, 0, sizeof *port61);
    port61->clock = clock;
}

void port61_reset(struct port61 *port61)
{
    port61_write(port61, 0x61, 1, 0);
}

static void after_load(void *unit)
{
    struct port61 *port61 = unit;
    port61->value &= KEPT;
}

static const struct field fields[] = {FIELD(struct port61, value)};

const struct field_table port61_fields = FIELD_TABLE("port61", 1, fields, after_load);
