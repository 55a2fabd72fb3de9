/* Two cascaded 8259A programmable interrupt controllers, as in the PC AT.

   Modelled: ICW1-ICW4, OCW1-OCW3, fully nested, special fully nested and special mask modes, fixed
   and rotating priorities, automatic end of interrupt, poll command, edge and level triggering
   (ICW1 for all inputs, the ELCR of later chip sets for one), the spurious vectors 7 and 15. Not
   modelled: MCS-80/85 mode and buffered mode (its bits are kept and change nothing); the cascade is
   always on input 2, whatever ICW3 says.

   A request is withdrawn when its input falls before it is acknowledged, in edge mode too: the
   acknowledge cycle then gives the spurious vector.

   References: 8259A DS (Intel 231468); ELCR: 82371SB DS 2.5.5. */

#include "devices/pic.h"

#include "base/bits.h"

#include <string.h>

enum {
    CASCADE_INPUT = 2,
    ALL_INPUTS = 0xff,

    ICW1_NEEDS_ICW4 = 0x01,
    ICW1_SINGLE = 0x02,
    ICW1_LEVEL = 0x08,
    ICW1_MARK = 0x10,

    ICW4_AUTO_EOI = 0x02,
    ICW4_SPECIAL_FULLY_NESTED = 0x10,

    OCW3_READ_ISR = 0x01,
    OCW3_READ_REGISTER = 0x02,
    OCW3_POLL = 0x04,
    OCW3_MARK = 0x08,
    OCW3_SPECIAL_MASK = 0x20,
    OCW3_ENABLE_SPECIAL_MASK = 0x40,

    POLL_REQUEST = 0x80,
};

/* OCW2 bits 7-5. */
enum ocw2_command {
    OCW2_CLEAR_ROTATE_ON_AUTO_EOI,
    OCW2_EOI,
    OCW2_NOTHING,
    OCW2_SPECIFIC_EOI,
    OCW2_SET_ROTATE_ON_AUTO_EOI,
    OCW2_ROTATE_ON_EOI,
    OCW2_SET_PRIORITY,
    OCW2_ROTATE_ON_SPECIFIC_EOI,
};

/* ELCR: inputs whose trigger mode can be chosen; timer, keyboard, cascade, clock and FPU are edges.
 */
enum { ELCR_MASTER_WRITABLE = 0xf8, ELCR_SLAVE_WRITABLE = 0xde };

/* 0 is the highest priority. */
static unsigned priority_of(const struct pic *pic, unsigned input)
{
    return (input - pic->lowest_priority - 1u) & 7;
}

/* The input of highest priority among the bits of `inputs`, or -1. */
static int highest_of(const struct pic *pic, u8 inputs)
{
    if (!inputs)
        return -1;
    unsigned input = (pic->lowest_priority + 1u) & 7;
    while (!(inputs >> input & 1))
        input = (input + 1) & 7;
    return (int)input;
}

/* In-service bits that hold other requests back. */
static u8 inhibiting(const struct pic *pic)
{
    return pic->special_mask ? pic->isr & (u8)~pic->imr : pic->isr;
}

int pic_pending_input(const struct pic *pic)
{
    int request = highest_of(pic, pic->irr & (u8)~pic->imr);
    if (request < 0)
        return -1;
    int serving = highest_of(pic, inhibiting(pic));
    if (serving < 0)
        return request;
    if (serving == request && (pic->icw4 & ICW4_SPECIAL_FULLY_NESTED) && request == CASCADE_INPUT)
        return request;
    return priority_of(pic, (unsigned)request) < priority_of(pic, (unsigned)serving) ? request : -1;
}

static void set_output(struct pic *pic, bool level)
{
    if (pic->output == level)
        return;
    pic->output = level;
    irq_set(&pic->out, level);
}

static void update(struct pic *pic)
{
    set_output(pic, pic->init_step == 0 && pic_pending_input(pic) >= 0);
}

static u8 level_triggered(const struct pic *pic)
{
    return pic->icw1 & ICW1_LEVEL ? ALL_INPUTS : pic->elcr;
}

static void set_input(struct pic *pic, unsigned input, bool level)
{
    u8 bit = (u8)BIT(input);
    bool rises = level && !(pic->lines & bit);
    if (!level) {
        pic->lines &= (u8)~bit;
        pic->irr &= (u8)~bit;
    } else {
        pic->lines |= bit;
        if (rises || (level_triggered(pic) & bit))
            pic->irr |= bit;
    }
    update(pic);
}

static void cascade(void *context, unsigned number, bool level)
{
    set_input(context, number, level);
}

static void end_of_interrupt(struct pic *pic, int input, bool rotate)
{
    if (input < 0)
        return;
    pic->isr &= (u8)~BIT((unsigned)input);
    if (rotate)
        pic->lowest_priority = (u8)input;
}

static void take_request(struct pic *pic, int input)
{
    u8 bit = (u8)BIT((unsigned)input);
    if (!(level_triggered(pic) & bit))
        pic->irr &= (u8)~bit;
    pic->isr |= bit;
    if (pic->icw4 & ICW4_AUTO_EOI)
        end_of_interrupt(pic, input, pic->rotate_on_auto_eoi);
}

/* One chip's part of the INTA cycle: the input served; 7 without an in-service bit when the request
   has gone. INT falls in between, so that the master sees an edge for each request of the slave. */
static unsigned acknowledge(struct pic *pic)
{
    int input = pic_pending_input(pic);
    set_output(pic, false);
    if (input >= 0)
        take_request(pic, input);
    update(pic);
    return input < 0 ? 7 : (unsigned)input;
}

u8 pic_acknowledge(struct pic_pair *pair)
{
    unsigned input = acknowledge(&pair->master);
    if (input == CASCADE_INPUT)
        return (u8)(pair->slave.vector_base + acknowledge(&pair->slave));
    return (u8)(pair->master.vector_base + input);
}

bool pic_output(const struct pic_pair *pair)
{
    return pair->master.output;
}

static void write_icw1(struct pic *pic, u8 value)
{
    pic->icw1 = value;
    pic->imr = 0;
    pic->isr = 0;
    pic->irr = pic->lines & level_triggered(pic);
    pic->lowest_priority = 7;
    pic->special_mask = 0;
    pic->rotate_on_auto_eoi = 0;
    pic->read_isr = 0;
    pic->poll = 0;
    if (!(value & ICW1_NEEDS_ICW4))
        pic->icw4 = 0;
    pic->init_step = 2;
}

static u8 step_after_icw2(const struct pic *pic)
{
    if (!(pic->icw1 & ICW1_SINGLE))
        return 3;
    return pic->icw1 & ICW1_NEEDS_ICW4 ? 4 : 0;
}

static void write_icw(struct pic *pic, u8 value)
{
    switch (pic->init_step) {
    case 2:
        pic->vector_base = value & 0xf8;
        pic->init_step = step_after_icw2(pic);
        break;
    case 3:
        pic->init_step = pic->icw1 & ICW1_NEEDS_ICW4 ? 4 : 0;
        break;
    default:
        pic->icw4 = value;
        pic->init_step = 0;
        break;
    }
}

static void write_ocw2(struct pic *pic, u8 value)
{
    int named = value & 7;
    /* A masked in-service bit is passed over in special mask mode. */
    int highest = highest_of(pic, inhibiting(pic));
    switch ((enum ocw2_command)(value >> 5)) {
    case OCW2_EOI:
        end_of_interrupt(pic, highest, false);
        break;
    case OCW2_SPECIFIC_EOI:
        end_of_interrupt(pic, named, false);
        break;
    case OCW2_ROTATE_ON_EOI:
        end_of_interrupt(pic, highest, true);
        break;
    case OCW2_ROTATE_ON_SPECIFIC_EOI:
        end_of_interrupt(pic, named, true);
        break;
    case OCW2_SET_PRIORITY:
        pic->lowest_priority = (u8)named;
        break;
    case OCW2_SET_ROTATE_ON_AUTO_EOI:
        pic->rotate_on_auto_eoi = 1;
        break;
    case OCW2_CLEAR_ROTATE_ON_AUTO_EOI:
        pic->rotate_on_auto_eoi = 0;
        break;
    case OCW2_NOTHING:
        break;
    }
}

static void write_ocw3(struct pic *pic, u8 value)
{
    if (value & OCW3_ENABLE_SPECIAL_MASK)
        pic->special_mask = (value & OCW3_SPECIAL_MASK) != 0;
    if (value & OCW3_POLL)
        pic->poll = 1;
    else if (value & OCW3_READ_REGISTER)
        pic->read_isr = value & OCW3_READ_ISR;
}

static u32 read_poll(struct pic *pic)
{
    pic->poll = 0;
    bool requested = pic_pending_input(pic) >= 0;
    return requested ? POLL_REQUEST | acknowledge(pic) : 0;
}

u32 pic_read(void *context, u16 port, unsigned size)
{
    struct pic *pic = context;
    (void)size;
    if (pic->poll)
        return read_poll(pic);
    if (port & 1)
        return pic->imr;
    return pic->read_isr ? pic->isr : pic->irr;
}

void pic_write(void *context, u16 port, unsigned size, u32 value)
{
    struct pic *pic = context;
    u8 byte = (u8)value;
    (void)size;
    if (port & 1) {
        if (pic->init_step)
            write_icw(pic, byte);
        else
            pic->imr = byte;
    } else if (byte & ICW1_MARK) {
        write_icw1(pic, byte);
    } else if (byte & OCW3_MARK) {
        write_ocw3(pic, byte);
    } else {
        write_ocw2(pic, byte);
    }
    update(pic);
}

u32 pic_elcr_read(void *context, u16 port, unsigned size)
{
    const struct pic_pair *pair = context;
    (void)size;
    return port & 1 ? pair->slave.elcr : pair->master.elcr;
}

void pic_elcr_write(void *context, u16 port, unsigned size, u32 value)
{
    struct pic_pair *pair = context;
    (void)size;
    struct pic *pic = port & 1 ? &pair->slave : &pair->master;
    pic->elcr = value & (port & 1 ? ELCR_SLAVE_WRITABLE : ELCR_MASTER_WRITABLE);
    pic->irr |= pic->lines & level_triggered(pic);
    update(pic);
}

void pic_set_irq(void *context, unsigned number, bool level)
{
    struct pic_pair *pair = context;
    if (number < 8 && number != CASCADE_INPUT)
        set_input(&pair->master, number, level);
    else if (number >= 8 && number < 16)
        set_input(&pair->slave, number - 8, level);
}

void pic_init(struct pic_pair *pair, struct irq_line intr)
{
    memset(pair, 0, sizeof *pair);
    pair->master.out = intr;
    pair->slave.out = (struct irq_line){cascade, &pair->master, CASCADE_INPUT};
    pic_reset(pair);
}

static void reset_chip(struct pic *pic)
{
    u8 lines = pic->lines;
    struct irq_line out = pic->out;
    set_output(pic, false);
    memset(pic, 0, sizeof *pic);
    pic->lines = lines;
    pic->lowest_priority = 7;
    pic->imr = ALL_INPUTS;
    pic->out = out;
}

void pic_reset(struct pic_pair *pair)
{
    reset_chip(&pair->slave);
    reset_chip(&pair->master);
}

static void after_load_chip(struct pic *pic)
{
    pic->lowest_priority &= 7;
    pic->vector_base &= 0xf8;
    pic->output = pic->output != 0;
    if (pic->init_step == 1 || pic->init_step > 4)
        pic->init_step = 0;
}

static void after_load(void *unit)
{
    struct pic_pair *pair = unit;
    after_load_chip(&pair->master);
    after_load_chip(&pair->slave);
}

#define CHIP_FIELDS(chip)                                                                     \
    FIELD(struct pic_pair, chip.lines), FIELD(struct pic_pair, chip.irr),                     \
        FIELD(struct pic_pair, chip.isr), FIELD(struct pic_pair, chip.imr),                   \
        FIELD(struct pic_pair, chip.elcr), FIELD(struct pic_pair, chip.vector_base),          \
        FIELD(struct pic_pair, chip.icw1), FIELD(struct pic_pair, chip.icw4),                 \
        FIELD(struct pic_pair, chip.init_step), FIELD(struct pic_pair, chip.lowest_priority), \
        FIELD(struct pic_pair, chip.rotate_on_auto_eoi),                                      \
        FIELD(struct pic_pair, chip.special_mask), FIELD(struct pic_pair, chip.poll),         \
        FIELD(struct pic_pair, chip.read_isr), FIELD(struct pic_pair, chip.output)

static const struct field fields[] = {CHIP_FIELDS(master), CHIP_FIELDS(slave)};

const struct field_table pic_fields = FIELD_TABLE("pic", 1, fields, after_load);
