#ifndef GLASS386_DEVICES_PIC_H
#define GLASS386_DEVICES_PIC_H

#include "base/field.h"
#include "base/types.h"
#include "bus/irq.h"

/* One 8259A: eight inputs, one output. */
struct pic {
    u8 lines; /* levels of the eight inputs */
    u8 irr;   /* interrupt request register */
    u8 isr;   /* in-service register */
    u8 imr;   /* interrupt mask register */
    u8 elcr;  /* edge/level register: bit set = level triggered */
    u8 vector_base;
    u8 icw1, icw4;
    u8 init_step;       /* ICW expected next: 2, 3 or 4; 0 when initialised */
    u8 lowest_priority; /* input of lowest priority; 7 after initialisation */
    u8 rotate_on_auto_eoi;
    u8 special_mask;
    u8 poll;     /* the next read is a poll */
    u8 read_isr; /* OCW3: reads give ISR instead of IRR */
    u8 output;   /* level of INT */

    struct irq_line out;
};

/* The AT's pair: the slave's INT is the master's input 2. */
struct pic_pair {
    struct pic master, slave;
};

extern const struct field_table pic_fields; /* of struct pic_pair */

/* `intr` is the master's INT pin. */
void pic_init(struct pic_pair *pair, struct irq_line intr);
void pic_reset(struct pic_pair *pair);

/* Ports 20h-21h with the master, A0h-A1h with the slave as context (struct pic). */
u32 pic_read(void *context, u16 port, unsigned size);
void pic_write(void *context, u16 port, unsigned size, u32 value);

/* Edge/level control registers, ports 4D0h-4D1h; context struct pic_pair. */
u32 pic_elcr_read(void *context, u16 port, unsigned size);
void pic_elcr_write(void *context, u16 port, unsigned size, u32 value);

/* An irq_line target: inputs 0-15 of the pair (context struct pic_pair); 2 is not connected. */
void pic_set_irq(void *context, unsigned number, bool level);

/* The CPU's INTA cycle: the vector of the request served, 7 or 15 of the chip when it has gone. */
u8 pic_acknowledge(struct pic_pair *pair);

/* Level of the master's INT, for the CPU after a snapshot was loaded. */
bool pic_output(const struct pic_pair *pair);

/* Input that would be served next, 0-7, or -1 when none. */
int pic_pending_input(const struct pic *pic);

#endif
