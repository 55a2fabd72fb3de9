/* Parallel port of the PC with a printer that always has paper.

   Modelled: data, status and control register, the handshake of a byte (STROBE, then BUSY for 5 us,
   then ACK for 5 us), IRQ 7 at ACK when control bit 4 allows it, INIT (while it is low the printer
   is busy and takes nothing), an empty plug (status 7Fh: all lines float high). Not modelled:
   reading data from outside (bit 5 of control is kept, the data register reads as written), EPP and
   ECP, SELECT IN (the printer is always on line); a status bit for the interrupt, which the PS/2
   has.

   Reference: IBM PC AT Technical Reference, Serial/Parallel Adapter; IEEE 1284 compatibility mode
   for the times, of which a printer may choose. */

#include "devices/lpt.h"

#include "base/bits.h"

#include <string.h>

enum { DATA, STATUS, CONTROL };

enum lpt_phase { LPT_IDLE, LPT_BUSY, LPT_ACKNOWLEDGES };

enum {
    STATUS_NOT_BUSY = 0x80,
    STATUS_NOT_ACKNOWLEDGE = 0x40,
    STATUS_PAPER_OUT = 0x20,
    STATUS_SELECTED = 0x10,
    STATUS_NO_ERROR = 0x08,
    STATUS_UNUSED = 0x07,

    CONTROL_STROBE = 0x01,
    CONTROL_NOT_INIT = 0x04,
    CONTROL_IRQ = 0x10,
    CONTROL_KEPT = 0x3f,
    CONTROL_UNUSED = 0xc0,

    PHASE_NS = 5000,
};

static u8 status(const struct lpt *lpt)
{
    if (!lpt->print)
        return STATUS_NOT_ACKNOWLEDGE | STATUS_PAPER_OUT | STATUS_SELECTED | STATUS_NO_ERROR |
               STATUS_UNUSED;
    bool ready = lpt->phase == LPT_IDLE && (lpt->control & CONTROL_NOT_INIT);
    return (u8)((ready ? STATUS_NOT_BUSY : 0) |
                (lpt->phase == LPT_ACKNOWLEDGES ? 0 : STATUS_NOT_ACKNOWLEDGE) | STATUS_SELECTED |
                STATUS_NO_ERROR | STATUS_UNUSED);
}

static void update_irq(struct lpt *lpt)
{
    bool level = lpt->phase == LPT_ACKNOWLEDGES && (lpt->control & CONTROL_IRQ);
    if (level == lpt->irq_level)
        return;
    lpt->irq_level = level;
    irq_set(&lpt->irq, level);
}

static void enter_phase(struct lpt *lpt, enum lpt_phase phase)
{
    lpt->phase = (u8)phase;
    if (phase == LPT_IDLE)
        clock_cancel(lpt->clock, &lpt->handshake);
    else
        clock_schedule(lpt->clock, &lpt->handshake,
                       lpt->clock->now + clock_ns_to_ticks(lpt->clock, PHASE_NS));
    update_irq(lpt);
}

static void phase_passed(void *context, u64 now)
{
    struct lpt *lpt = context;
    (void)now;
    enter_phase(lpt, lpt->phase == LPT_BUSY ? LPT_ACKNOWLEDGES : LPT_IDLE);
}

/* The printer takes the byte when STROBE begins; one that comes while it is busy is lost. */
static void write_control(struct lpt *lpt, u8 value)
{
    bool strobe = (value & CONTROL_STROBE) && !(lpt->control & CONTROL_STROBE);
    lpt->control = value & CONTROL_KEPT;
    if (!(value & CONTROL_NOT_INIT)) {
        enter_phase(lpt, LPT_IDLE);
    } else if (strobe && lpt->print && lpt->phase == LPT_IDLE) {
        lpt->print(lpt->print_context, lpt->data);
        enter_phase(lpt, LPT_BUSY);
    }
    update_irq(lpt);
}

u32 lpt_read(void *context, u16 port, unsigned size)
{
    const struct lpt *lpt = context;
    (void)size;
    switch (port & 3) {
    case DATA:
        return lpt->data;
    case STATUS:
        return status(lpt);
    case CONTROL:
        return lpt->control | CONTROL_UNUSED;
    default:
        return 0xff;
    }
}

void lpt_write(void *context, u16 port, unsigned size, u32 value)
{
    struct lpt *lpt = context;
    (void)size;
    if ((port & 3) == DATA)
        lpt->data = (u8)value;
    else if ((port & 3) == CONTROL)
        write_control(lpt, (u8)value);
}

void lpt_init(struct lpt *lpt, struct clock *clock)
{
    memset(lpt, 0, sizeof *lpt);
    lpt->clock = clock;
    lpt->handshake = (struct clock_event){.name = "printer", .fire = phase_passed, .context = lpt};
    clock_add(clock, &lpt->handshake);
    lpt_reset(lpt);
}

void lpt_reset(struct lpt *lpt)
{
    lpt->data = lpt->control = 0;
    enter_phase(lpt, LPT_IDLE);
}

static void after_load(void *unit)
{
    struct lpt *lpt = unit;
    lpt->irq_level = lpt->irq_level != 0;
    lpt->control &= CONTROL_KEPT;
    if (lpt->phase > LPT_ACKNOWLEDGES)
        lpt->phase = LPT_IDLE;
}

static const struct field fields[] = {
    FIELD(struct lpt, data),      FIELD(struct lpt, control),        FIELD(struct lpt, phase),
    FIELD(struct lpt, irq_level), FIELD(struct lpt, handshake.when),
};

const struct field_table lpt_fields = FIELD_TABLE("lpt", 1, fields, after_load);
