/* A floppy disk controller of the 82077AA's kind with two drives, wired as in an AT.

   Modelled: the registers of AT mode, all commands of the data sheet, DMA and programmed transfers,
   interrupts after reset, seek and result, the change line, data rates and write protection; drives
   of 360 KB to 2.88 MB with media of 160 KB to 2.88 MB. A transfer moves whole sectors: the bytes
   of one pass at the same tick. Not modelled: tape, power down, FM recording, sectors of other
   sizes than 512 bytes (a raw image has none), index holes and the place of a sector on its track,
   overruns of the host. Against the data sheet, which has 250 kbit/s after a hardware reset, the
   rate is the medium's own until a program chooses one: Bochs's BIOS never does.

   References: 82077AA DS (Intel 290166); IBM PC AT Technical Reference, diskette adapter. */

#include "devices/fdc.h"

#include "devices/fdc_internal.h"

#include <string.h>

enum {
    PORT_OUTPUT = 2,
    PORT_TAPE = 3,
    PORT_STATUS_RATE = 4, /* read: MSR, write: DSR */
    PORT_DATA = 5,
    PORT_INPUT_CONTROL = 7, /* read: DIR, write: CCR */

    OUTPUT_DRIVE = 0x03,
    OUTPUT_NO_RESET = 0x04,
    OUTPUT_DMA_GATE = 0x08,

    STATUS_REQUEST = 0x80, /* RQM */
    STATUS_TO_HOST = 0x40, /* DIO */
    STATUS_NON_DMA = 0x20,
    STATUS_BUSY = 0x10,

    RATE_RESET = 0x80,
    RATE_BITS = 0x03,

    INPUT_CHANGED = 0x80,
    FLOATING = 0x7f, /* the bits of 3F7h that nobody drives */
    NOBODY = 0xff,

    RESET_NS = 10000,
    DEFAULT_CONFIGURATION = CONFIGURE_NO_FIFO,
};

/* ---- media and drives ---- */

static const struct {
    u8 cylinders; /* the last one and a few spare */
    u8 most_sectors;
    u8 fewest_cylinders;
} drive_kinds[] = {{0, 0, 0}, {42, 9, 40}, {84, 15, 40}, {84, 10, 80}, {85, 24, 80}, {85, 36, 80}};

bool fdc_drive_takes(enum floppy_type type, const struct disk_geometry *geometry)
{
    return type != FLOPPY_NONE && geometry->cylinders <= drive_kinds[type].cylinders &&
           geometry->sectors <= drive_kinds[type].most_sectors &&
           (drive_kinds[type].fewest_cylinders <= 40 || geometry->cylinders > 42);
}

enum floppy_type fdc_drive_for(const struct disk_geometry *geometry)
{
    if (geometry->cylinders <= 42 && geometry->sectors <= 9)
        return FLOPPY_360K;
    if (geometry->sectors > 10 && geometry->sectors <= 15)
        return FLOPPY_1200K;
    return geometry->sectors <= 24 ? FLOPPY_1440K : FLOPPY_2880K;
}

bool fdc_has_disk(const struct fdc_drive *drive)
{
    return drive && drive->image && drive->image->sectors;
}

u8 fdc_last_cylinder(const struct fdc_drive *drive)
{
    return (u8)(drive->type ? drive_kinds[drive->type].cylinders - 1 : 0);
}

bool fdc_motor_on(const struct fdc *fdc, unsigned drive)
{
    return fdc->output >> (4 + drive) & 1;
}

struct fdc_drive *fdc_command_drive(struct fdc *fdc)
{
    unsigned number = fdc->command[1] & 3;
    return number < FDC_DRIVES && fdc->drive[number].type ? &fdc->drive[number] : NULL;
}

void fdc_step_to(struct fdc_drive *drive, u8 cylinder)
{
    if (cylinder != drive->cylinder && fdc_has_disk(drive))
        drive->changed = 0;
    drive->cylinder = cylinder;
}

void fdc_medium_changed(struct fdc *fdc, unsigned number)
{
    struct fdc_drive *drive = &fdc->drive[number];
    drive->changed = 1;
    memset(drive->marks, 0, sizeof drive->marks);
}

/* ---- phases ---- */

void fdc_set_interrupt(struct fdc *fdc, bool level)
{
    fdc->irq_level = level;
    irq_set(&fdc->irq, level && (fdc->output & OUTPUT_DMA_GATE));
}

void fdc_idle(struct fdc *fdc)
{
    fdc->phase = PHASE_COMMAND;
    fdc->command_at = fdc->command_length = 0;
}

void fdc_answer(struct fdc *fdc, const u8 *bytes, unsigned count)
{
    memcpy(fdc->result, bytes, count);
    fdc->result_at = 0;
    fdc->result_length = (u8)count;
    fdc->phase = PHASE_RESULT;
}

void fdc_wait(struct fdc *fdc, u64 ns)
{
    fdc->phase = PHASE_WAIT;
    clock_schedule(fdc->clock, &fdc->work, fdc->clock->now + clock_ns_to_ticks(fdc->clock, ns));
}

/* LOCK keeps FIFO and precompensation through a software reset. */
static void reset_chip(struct fdc *fdc)
{
    clock_cancel(fdc->clock, &fdc->work);
    for (unsigned i = 0; i < FDC_DRIVES; i++)
        clock_cancel(fdc->clock, &fdc->drive[i].seek_done);
    if (!fdc->lock) {
        fdc->configuration = DEFAULT_CONFIGURATION;
        fdc->precompensation = 0;
    } else {
        fdc->configuration &= (u8) ~(CONFIGURE_IMPLIED_SEEK | CONFIGURE_NO_POLLING);
    }
    memset(fdc->sense, 0, sizeof fdc->sense);
    memset(fdc->present_cylinder, 0, sizeof fdc->present_cylinder);
    fdc->seeking = 0;
    fdc->perpendicular &= (u8)~3;
    fdc->result_at = fdc->result_length = 0;
    fdc->data_at = fdc->data_end = 0;
    fdc_idle(fdc);
    fdc->phase = PHASE_RESET;
    fdc_set_interrupt(fdc, false);
}

static void start_reset_end(struct fdc *fdc)
{
    clock_schedule(fdc->clock, &fdc->work,
                   fdc->clock->now + clock_ns_to_ticks(fdc->clock, RESET_NS));
}

/* The drives count as newly ready: each owes one SENSE INTERRUPT. */
static void end_reset(struct fdc *fdc)
{
    for (u8 i = 0; i < 4; i++)
        fdc->sense[i] = ST0_POLLED | i;
    fdc_idle(fdc);
    fdc_set_interrupt(fdc, true);
}

static void work_due(void *context, u64 now)
{
    struct fdc *fdc = context;
    (void)now;
    if (fdc->phase == PHASE_RESET)
        end_reset(fdc);
    else if (fdc->phase == PHASE_WAIT)
        fdc_transfer_due(fdc);
}

static void seek_due(void *context, u64 now)
{
    struct fdc_drive *drive = context;
    struct fdc *fdc = drive->fdc;
    unsigned number = (unsigned)(drive - fdc->drive);
    (void)now;
    fdc_step_to(drive, drive->target);
    fdc->seeking &= (u8) ~(1u << number);
    fdc_set_interrupt(fdc, true);
}

/* ---- registers ---- */

static u8 read_status(const struct fdc *fdc)
{
    switch (fdc->phase) {
    case PHASE_COMMAND:
        return (u8)(STATUS_REQUEST | fdc->seeking | (fdc->command_at ? STATUS_BUSY : 0));
    case PHASE_RESULT:
        return (u8)(STATUS_REQUEST | STATUS_TO_HOST | STATUS_BUSY | fdc->seeking);
    case PHASE_DATA_IN:
        return STATUS_REQUEST | STATUS_TO_HOST | STATUS_NON_DMA | STATUS_BUSY;
    case PHASE_DATA_OUT:
        return STATUS_REQUEST | STATUS_NON_DMA | STATUS_BUSY;
    case PHASE_WAIT:
        return (u8)(STATUS_BUSY | (fdc->no_dma ? STATUS_NON_DMA : 0));
    default:
        return 0;
    }
}

static u8 read_result(struct fdc *fdc)
{
    u8 value = fdc->result[fdc->result_at++];
    fdc_set_interrupt(fdc, false);
    if (fdc->result_at >= fdc->result_length)
        fdc_idle(fdc);
    return value;
}

/* Each byte is asked for by an interrupt of its own. */
static void data_byte_moved(struct fdc *fdc)
{
    fdc_set_interrupt(fdc, false);
    if (fdc->data_at >= fdc->data_end)
        fdc_host_moved(fdc);
    else
        fdc_set_interrupt(fdc, true);
}

static u8 read_data(struct fdc *fdc)
{
    if (fdc->phase == PHASE_RESULT)
        return read_result(fdc);
    if (fdc->phase != PHASE_DATA_IN)
        return NOBODY;
    u8 value = fdc->data[fdc->data_at++];
    data_byte_moved(fdc);
    return value;
}

static void take_command_byte(struct fdc *fdc, u8 value)
{
    const struct fdc_command *command;
    if (fdc->command_at == 0) {
        fdc->command[1] = 0;
        fdc->command_length = fdc_find_command(value)->length;
    }
    fdc->command[fdc->command_at++] = value;
    if (fdc->command_at < fdc->command_length)
        return;
    command = fdc_find_command(fdc->command[0]);
    fdc->command_at = 0;
    command->run(fdc);
}

static void write_data(struct fdc *fdc, u8 value)
{
    if (fdc->phase == PHASE_COMMAND) {
        take_command_byte(fdc, value);
    } else if (fdc->phase == PHASE_DATA_OUT) {
        fdc->data[fdc->data_at++] = value;
        data_byte_moved(fdc);
    }
}

static void write_output(struct fdc *fdc, u8 value)
{
    bool ran = fdc->output & OUTPUT_NO_RESET;
    fdc->output = value;
    if (!(value & OUTPUT_NO_RESET))
        reset_chip(fdc);
    else if (!ran)
        start_reset_end(fdc);
    fdc_set_interrupt(fdc, fdc->irq_level);
}

static void write_rate(struct fdc *fdc, u8 value)
{
    fdc->data_rate = value & RATE_BITS;
    if ((value & RATE_RESET) && (fdc->output & OUTPUT_NO_RESET)) {
        reset_chip(fdc);
        start_reset_end(fdc);
    }
}

/* Only a selected drive whose motor runs drives the line. */
static u8 read_input(const struct fdc *fdc)
{
    unsigned number = fdc->output & OUTPUT_DRIVE;
    bool changed = number < FDC_DRIVES && fdc->drive[number].type && fdc_motor_on(fdc, number) &&
                   (fdc->drive[number].changed || !fdc_has_disk(&fdc->drive[number]));
    return (u8)(FLOATING | (changed ? INPUT_CHANGED : 0));
}

u32 fdc_read(void *context, u16 port, unsigned size)
{
    struct fdc *fdc = context;
    (void)size;
    switch (port & 7) {
    case PORT_OUTPUT:
        return fdc->output;
    case PORT_TAPE:
        return fdc->tape | 0xfc;
    case PORT_STATUS_RATE:
        return read_status(fdc);
    case PORT_DATA:
        return read_data(fdc);
    case PORT_INPUT_CONTROL:
        return read_input(fdc);
    default:
        return NOBODY;
    }
}

void fdc_write(void *context, u16 port, unsigned size, u32 value)
{
    struct fdc *fdc = context;
    (void)size;
    switch (port & 7) {
    case PORT_OUTPUT:
        write_output(fdc, (u8)value);
        break;
    case PORT_TAPE:
        fdc->tape = value & 3;
        break;
    case PORT_STATUS_RATE:
        write_rate(fdc, (u8)value);
        break;
    case PORT_DATA:
        write_data(fdc, (u8)value);
        break;
    case PORT_INPUT_CONTROL:
        fdc->data_rate = value & RATE_BITS;
        break;
    default:
        break;
    }
}

/* ---- the chip ---- */

void fdc_attach(struct fdc *fdc, unsigned number, enum floppy_type type, struct disk_image *image)
{
    fdc->drive[number].type = (u8)type;
    fdc->drive[number].image = image;
    fdc_medium_changed(fdc, number);
}

static void init_drive(struct fdc *fdc, struct fdc_drive *drive)
{
    drive->fdc = fdc;
    drive->seek_done =
        (struct clock_event){.name = "floppy seek", .fire = seek_due, .context = drive};
    clock_add(fdc->clock, &drive->seek_done);
}

void fdc_init(struct fdc *fdc, struct clock *clock, struct irq_line irq, struct dma_line dma)
{
    memset(fdc, 0, sizeof *fdc);
    fdc->clock = clock;
    fdc->irq = irq;
    fdc->dma = dma;
    fdc->work = (struct clock_event){.name = "floppy", .fire = work_due, .context = fdc};
    clock_add(clock, &fdc->work);
    for (unsigned i = 0; i < FDC_DRIVES; i++)
        init_drive(fdc, &fdc->drive[i]);
    fdc_reset(fdc);
}

/* The reset line clears the DOR: the chip stays in reset until software lets it go. */
void fdc_reset(struct fdc *fdc)
{
    fdc->output = 0;
    fdc->data_rate = FDC_RATE_OF_MEDIUM;
    fdc->tape = fdc->lock = fdc->perpendicular = 0;
    fdc->step_rate = fdc->head_times = fdc->no_dma = fdc->last_track = 0;
    reset_chip(fdc);
}

static void after_load_drive(struct fdc_drive *drive)
{
    u8 last = fdc_last_cylinder(drive);
    if (drive->cylinder > last)
        drive->cylinder = last;
    if (drive->target > last)
        drive->target = last;
}

/* A transfer whose numbers do not fit together is dropped. */
static void after_load(void *unit)
{
    struct fdc *fdc = unit;
    bool moving = fdc->phase == PHASE_DATA_IN || fdc->phase == PHASE_DATA_OUT;
    for (unsigned i = 0; i < FDC_DRIVES; i++)
        after_load_drive(&fdc->drive[i]);
    fdc->head &= 1;
    if (fdc->phase >= PHASE_COUNT || fdc->command_length > sizeof fdc->command ||
        (fdc->phase == PHASE_COMMAND && fdc->command_at &&
         fdc->command_at >= fdc->command_length) ||
        fdc->result_length > sizeof fdc->result || fdc->data_end > sizeof fdc->data ||
        (fdc->phase == PHASE_RESULT && fdc->result_at >= fdc->result_length) ||
        (moving && fdc->data_at >= fdc->data_end))
        fdc_idle(fdc);
}

#define DRIVE_FIELDS(n)                                                              \
    FIELD(struct fdc, drive[n].cylinder), FIELD(struct fdc, drive[n].changed),       \
        FIELD(struct fdc, drive[n].target), FIELD_ARRAY(struct fdc, drive[n].marks), \
        FIELD(struct fdc, drive[n].seek_done.when)

static const struct field fields[] = {
    DRIVE_FIELDS(0),
    DRIVE_FIELDS(1),
    FIELD(struct fdc, output),
    FIELD(struct fdc, data_rate),
    FIELD(struct fdc, tape),
    FIELD(struct fdc, phase),
    FIELD(struct fdc, irq_level),
    FIELD_ARRAY(struct fdc, command),
    FIELD(struct fdc, command_at),
    FIELD(struct fdc, command_length),
    FIELD_ARRAY(struct fdc, result),
    FIELD(struct fdc, result_at),
    FIELD(struct fdc, result_length),
    FIELD_ARRAY(struct fdc, present_cylinder),
    FIELD(struct fdc, seeking),
    FIELD_ARRAY(struct fdc, sense),
    FIELD(struct fdc, step_rate),
    FIELD(struct fdc, head_times),
    FIELD(struct fdc, no_dma),
    FIELD(struct fdc, configuration),
    FIELD(struct fdc, precompensation),
    FIELD(struct fdc, lock),
    FIELD(struct fdc, perpendicular),
    FIELD(struct fdc, last_track),
    FIELD(struct fdc, st1),
    FIELD(struct fdc, st2),
    FIELD(struct fdc, head),
    FIELD(struct fdc, sector),
    FIELD(struct fdc, left),
    FIELD(struct fdc, terminal),
    FIELD(struct fdc, data_at),
    FIELD(struct fdc, data_end),
    FIELD_ARRAY(struct fdc, data),
    FIELD(struct fdc, reads),
    FIELD(struct fdc, writes),
    FIELD(struct fdc, work.when),
};

const struct field_table fdc_fields = FIELD_TABLE("fdc", 1, fields, after_load);
