#ifndef GLASS386_DEVICES_KBC_H
#define GLASS386_DEVICES_KBC_H

#include "base/field.h"
#include "base/types.h"
#include "bus/clock.h"
#include "bus/irq.h"

/* What hangs on one of the controller's two serial ports. */
struct kbc_peripheral {
    bool (*take)(void *context, u8 *byte); /* the next byte to the host; false when none waits */
    void (*send)(void *context, u8 byte);  /* a byte from the host */
    void *context;
};

enum kbc_port { KBC_KEYBOARD, KBC_MOUSE };

struct kbc {
    u8 status;      /* status register */
    u8 output;      /* output buffer: stays readable after it was read */
    u8 ram[32];     /* cell 0 is the command byte */
    u8 output_port; /* bit 0 reset (active low), 1 A20, 4 IRQ 1, 5 IRQ 12 */
    u8 pending;     /* command whose data byte comes next through port 60h; 0 none */
    u8 polled;      /* C1h or C2h: half of the input port stands in the status; 0 none */
    u8 release;     /* translation: F0h was seen */
    u8 replies[8];  /* controller replies that wait for the output buffer */
    u8 reply_count;
    struct clock_event transfer; /* end of a serial transfer from keyboard or mouse */

    struct clock *clock;
    struct irq_line irq_keyboard; /* IRQ 1 */
    struct irq_line irq_mouse;    /* IRQ 12 */
    struct irq_line a20;          /* gate A20: true = open */
    struct irq_line reset;        /* pulsed true, then false */
    struct kbc_peripheral peripheral[2];
};

extern const struct field_table kbc_fields;

/* Lines and peripherals are set by the caller afterwards. */
void kbc_init(struct kbc *kbc, struct clock *clock);
void kbc_reset(struct kbc *kbc);
/* As D1h with bit 1 set would. */
void kbc_open_a20(struct kbc *kbc);

/* Ports 60h and 64h; context struct kbc. */
u32 kbc_read(void *context, u16 port, unsigned size);
void kbc_write(void *context, u16 port, unsigned size, u32 value);

/* Told by a peripheral (number: enum kbc_port) that a byte waits: an irq_line target. */
void kbc_peripheral_ready(void *context, unsigned number, bool level);

/* Status and output buffer without side effects: port 60h or 64h. */
u8 kbc_peek(const struct kbc *kbc, u16 port);

#endif
