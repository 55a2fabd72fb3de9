#ifndef GLASS386_DEVICES_PIT_H
#define GLASS386_DEVICES_PIT_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

#define PIT_FREQUENCY 1193182u /* Hz: 14.31818 MHz / 12 */
#define PIT_CHANNELS 3u

/* Times are in input clocks of the chip since power on. */
struct pit_channel {
    u8 mode;    /* 0-5 */
    u8 control; /* low six bits of the control word as written, for the status byte */
    u8 access;  /* 1 low byte, 2 high byte, 3 low then high */
    u8 bcd;
    u8 gate;
    u8 write_high; /* the next write is the high byte of two */
    u8 read_high;  /* the next read is the high byte of two */
    u8 low_byte;   /* first byte of two */
    u8 count_latched, status_latched, status_latch;
    u16 count_latch;
    u16 count_register; /* as written: binary or four digits */
    u8 null_count;      /* count_register is not yet in the counting element */
    u8 fresh;           /* what is loaded at `start` is a new count: null until then */
    u8 loaded;          /* a count was written since the control word */
    u8 triggered;       /* modes 1 and 5: gate has risen since, OUT being high (1) or low (2);
                           mode 4: the strobe was given before the gate went low */
    u8 stopped;         /* the gate holds the counting element at `elapsed` */
    u32 period;         /* of the counting element: 1 to 65536 */
    u64 start;          /* when the counting element was loaded with `period` */
    u64 elapsed;        /* clocks counted when stopped */
    u64 switch_at;      /* modes 2 and 3: when a new count takes effect while null_count is set */
};

struct pit {
    struct pit_channel channel[PIT_CHANNELS];
    u8 irq_level;
    struct clock_event event; /* the next change of channel 0's output; `when` is saved */

    struct clock *clock;
    struct irq_line irq;           /* OUT 0 */
    struct irq_line before_change; /* pulsed before channel 2 is written or its gate moves */
};

extern const struct field_table pit_fields;

void pit_init(struct pit *pit, struct clock *clock, struct irq_line irq);
void pit_reset(struct pit *pit);

/* Ports 40h-43h; context struct pit. */
u32 pit_read(void *context, u16 port, unsigned size);
void pit_write(void *context, u16 port, unsigned size, u32 value);

/* An irq_line target: the gate of a channel (context struct pit). */
void pit_set_gate(void *context, unsigned channel, bool level);

/* Level of a channel's OUT now (context struct pit). Changes nothing. */
bool pit_output(void *context, unsigned channel);

/* Value of a channel's counting element now, as a read would give it. Changes nothing. */
u16 pit_count(const struct pit *pit, unsigned channel);

/* Input clocks of [from, to) during which a channel's OUT is high, if nobody touches the channel
   from `from` on (context struct pit). */
u64 pit_high_clocks(void *context, unsigned channel, u64 from, u64 to);

/* Frequency of a channel's output in Hz, 0 when it does not oscillate: for sound. */
u32 pit_output_frequency(const struct pit *pit, unsigned channel);

#endif
