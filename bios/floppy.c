/*
 * INT 13h for floppy disks: an 82077-class controller with DMA channel 2 (82077AA DS, 8237A DS).
 * When no controller answers at POST, every service says so at once. Motors are not waited for: a
 * drive that is still spinning up fails once and the caller tries again, as all of them do.
 */
#include "ide.h"

enum {
    OUTPUT = 0x3f2, /* DOR */
    MAIN_STATUS = 0x3f4,
    DATA = 0x3f5,
    DIGITAL_INPUT = 0x3f7, /* read: bit 7 disk change */
    DATA_RATE = 0x3f7,     /* write */

    OUTPUT_RUN = 4, /* not reset */
    OUTPUT_DMA = 8,
    REQUEST = 0x80,
    TO_CPU = 0x40,
    IN_COMMAND = 0x10,
    DISK_CHANGE = 0x80,

    COMMAND_SPECIFY = 0x03,
    COMMAND_RECALIBRATE = 0x07,
    COMMAND_SENSE = 0x08,
    COMMAND_FORMAT = 0x4d,
    COMMAND_SEEK = 0x0f,
    COMMAND_READ = 0xe6, /* multi-track, MFM, skip deleted */
    COMMAND_WRITE = 0xc5,

    POLLS = 0x8000,
    WAIT_TICKS = 37,
    MOTOR_TICKS = 37,
    INTERRUPT_CAME = 0x80, /* 40:3Eh */

    MEDIA_KNOWN = 0x10, /* 40:90h; bits 7-6 hold the rate, bit 5 double step */
    MEDIA_DOUBLE_STEP = 0x20,

    TYPE_COUNT = 5,
    FLOPPY_NOT_READY = DISK_TIMED_OUT,
    DATA_OF_1EH = 0x78, /* 0:78h, the pointer to the parameters */
};

/* A medium that a type of drive can hold. */
struct medium {
    u8 drive_type, rate; /* CMOS type; 0 = 500, 1 = 300, 2 = 250, 3 = 1000 kbit/s */
    u8 sectors, tracks;
    bool double_step;
    const u8 __seg_gs *parameters;
};

/* As vector 1Eh's, for media that it does not fit. */
static ROM u8 double_density[] = {0xdf, 2, 0x25, 2, 9, 0x2a, 0xff, 0x50, 0xf6, 15, 8};
static ROM u8 high_density_5[] = {0xdf, 2, 0x25, 2, 15, 0x1b, 0xff, 0x54, 0xf6, 15, 8};
static ROM u8 extra_density[] = {0xaf, 2, 0x25, 2, 36, 0x1b, 0xff, 0x53, 0xf6, 15, 8};

/* The first row of each type is its largest. */
static ROM struct medium media[] = {
    {1, 2, 9, 40, false, double_density},  {2, 0, 15, 80, false, high_density_5},
    {2, 1, 9, 40, true, double_density},   {3, 2, 9, 80, false, double_density},
    {4, 0, 18, 80, false, diskette_table}, {4, 2, 9, 80, false, double_density},
    {5, 3, 36, 80, false, extra_density},  {5, 0, 18, 80, false, diskette_table},
    {5, 2, 9, 80, false, double_density},
};

/* CMOS 10h: the type of drive 0 in the high nibble, of drive 1 in the low one; 0 = none. */
static u8 drive_type(u8 drive)
{
    u8 types = cmos_read(0x10);
    u8 type = drive ? types & 15 : types >> 4;
    u8 drives = bda.equipment & 1 ? (bda.equipment >> 6 & 3) + 1 : 0;

    return drive < drives && type <= TYPE_COUNT ? type : 0;
}

static u8 parameter(u8 index)
{
    u16 offset = far_read16(0, DATA_OF_1EH), segment = far_read16(0, DATA_OF_1EH + 2);

    return far_read8(segment, offset + index);
}

static bool send(u8 value)
{
    for (u32 i = 0; i < POLLS; i++)
        if ((inb(MAIN_STATUS) & (REQUEST | TO_CPU)) == REQUEST) {
            outb(DATA, value);
            return true;
        }
    return false;
}

static int receive(void)
{
    for (u32 i = 0; i < POLLS; i++)
        if ((inb(MAIN_STATUS) & (REQUEST | TO_CPU)) == (REQUEST | TO_CPU))
            return inb(DATA);
    return -1;
}

static bool wait_interrupt(void)
{
    u32 start = bda.ticks;
    u32 polls = 4000000;

    if (!tell_system(0x9001)) /* a system that waits in our place, and gave up */
        return false;
    while (!(bda.floppy_calibrated & INTERRUPT_CAME))
        if (bda.ticks - start > WAIT_TICKS || !--polls)
            return false;
        else
            inb(MAIN_STATUS);
    bda.floppy_calibrated &= (u8)~INTERRUPT_CAME;
    return true;
}

/* The cylinder that a sense interrupt names after a good seek, or -1. */
static int sense(void)
{
    int status, cylinder;

    if (!send(COMMAND_SENSE))
        return -1;
    status = receive();
    if (status == 0x80) /* invalid: nothing to sense, no second byte */
        return -1;
    cylinder = receive();
    return (status & 0xf8) == 0x20 ? cylinder : -1;
}

/* Leaving reset raises one interrupt; the controller then wants four sense commands. */
static bool reset(void)
{
    u8 motors = inb(OUTPUT) & 0xf0;

    bda.floppy_calibrated = 0;
    outb(OUTPUT, motors | OUTPUT_DMA);
    wait_microseconds(4);
    outb(OUTPUT, motors | OUTPUT_DMA | OUTPUT_RUN);
    if (!wait_interrupt())
        return false;
    for (u8 i = 0; i < 4; i++)
        sense();
    return send(COMMAND_SPECIFY) && send(parameter(0)) && send(parameter(1));
}

static bool controller_is_there(void)
{
    outb(OUTPUT, OUTPUT_DMA);
    wait_microseconds(4);
    outb(OUTPUT, OUTPUT_DMA | OUTPUT_RUN);
    for (u32 i = 0; i < 1000; i++)
        if (inb(MAIN_STATUS) == REQUEST)
            return true;
    return false;
}

static void print_drive(u8 drive)
{
    static ROM u16 kilobytes[] = {0, 360, 1200, 720, 1440, 2880};

    PRINT("Floppy ");
    print_char('A' + drive);
    PRINT(": ");
    print_number(kilobytes[drive_type(drive)]);
    PRINT(" KB\n");
}

/* Counts the drives that CMOS names into the equipment word, when a controller answers. */
void floppy_init(void)
{
    u8 types = cmos_read(0x10);

    if (!types || !controller_is_there())
        return;
    bda.equipment |= (u16)(1 | (types & 15 ? 1 << 6 : 0));
    reset();
    for (u8 drive = 0; drive < 2; drive++)
        if (drive_type(drive))
            print_drive(drive);
}

static void motor_on(u8 drive)
{
    u8 bit = (u8)(1 << drive);

    bda.motor_count = 0xff; /* the tick must not stop it now */
    bda.motor = (u8)((bda.motor & 0xc0) | bit | drive << 4);
    outb(OUTPUT, (u8)(bit << 4 | OUTPUT_DMA | OUTPUT_RUN | drive));
}

static bool position(u8 drive, u8 head, u8 track, bool recalibrate)
{
    bda.floppy_calibrated &= (u8)~INTERRUPT_CAME;
    send(recalibrate ? COMMAND_RECALIBRATE : COMMAND_SEEK);
    send((u8)(head << 2 | drive));
    if (!recalibrate)
        send(track);
    return wait_interrupt() && sense() == track;
}

static bool seek(u8 drive, u8 head, u8 track)
{
    u8 bit = (u8)(1 << drive);

    if (!(bda.floppy_calibrated & bit)) {
        if (!position(drive, 0, 0, true) && !position(drive, 0, 0, true))
            return false;
        bda.floppy_calibrated |= bit;
        bda.floppy_track[drive] = 0;
    }
    if (bda.floppy_track[drive] == track)
        return true;
    bda.floppy_track[drive] = track;
    return position(drive, head, track, false);
}

/* A step clears the change line; when it stays, the drive is empty. */
static u8 check_change(u8 drive)
{
    if (!(inb(DIGITAL_INPUT) & DISK_CHANGE))
        return DISK_OK;
    bda.floppy_media[drive] = 0;
    bda.floppy_calibrated &= (u8) ~(1 << drive);
    seek(drive, 0, 1);
    seek(drive, 0, 0);
    return inb(DIGITAL_INPUT) & DISK_CHANGE ? FLOPPY_NOT_READY : DISK_CHANGED;
}

enum dma_mode { DMA_VERIFY = 0x42, DMA_TO_MEMORY = 0x46, DMA_FROM_MEMORY = 0x4a };

/* Channel 2 cannot cross a multiple of 64 KB. */
static bool start_dma(enum dma_mode mode, u16 segment, u16 offset, u16 bytes_less_one)
{
    u32 physical = ((u32)segment << 4) + offset;

    if ((physical & 0xffff) + bytes_less_one > 0xffff)
        return false;
    interrupts_off();
    outb(0x0a, 6);
    outb(0x0c, 0);
    outb(0x0b, (u8)mode);
    outb(0x04, (u8)physical);
    outb(0x04, (u8)(physical >> 8));
    outb(0x81, (u8)(physical >> 16));
    outb(0x05, (u8)bytes_less_one);
    outb(0x05, (u8)(bytes_less_one >> 8));
    outb(0x0a, 2);
    interrupts_on();
    return true;
}

/* ST0 and ST1 of the result as a status of INT 13h. */
static u8 result_status(void)
{
    u8 st0 = bda.floppy_result[0], st1 = bda.floppy_result[1];

    if (!(st0 & 0xc0))
        return DISK_OK;
    if (st1 & 0x80 || st1 & 0x04)
        return DISK_NO_SECTOR;
    if (st1 & 0x20)
        return DISK_BAD_DATA;
    if (st1 & 0x10)
        return 0x08; /* overrun */
    if (st1 & 0x02)
        return 0x03; /* write protected */
    return st1 & 0x01 ? 0x02 : DISK_CONTROLLER;
}

static u8 finish(void)
{
    if (!wait_interrupt()) {
        reset();
        return DISK_TIMED_OUT;
    }
    for (u8 i = 0; i < 7; i++) {
        int byte = receive();

        if (byte < 0) {
            reset();
            return DISK_CONTROLLER;
        }
        bda.floppy_result[i] = (u8)byte;
    }
    return result_status();
}

/* What one call asks for. */
struct request {
    u8 drive, head, track, sector, count, function;
    u16 segment, offset;
};

enum { FUNCTION_READ = 2, FUNCTION_WRITE = 3, FUNCTION_VERIFY = 4, FUNCTION_FORMAT = 5 };

static u8 format_track(const struct request *q, u8 sectors)
{
    if (!start_dma(DMA_FROM_MEMORY, q->segment, q->offset, (u16)(sectors * 4 - 1)))
        return DISK_DMA_CROSSES_64K;
    send(COMMAND_FORMAT);
    send((u8)(q->head << 2 | q->drive));
    send(parameter(3));
    send(sectors);
    send(parameter(7));
    send(parameter(8));
    return finish();
}

static u8 move_sectors(const struct request *q, u8 last_sector)
{
    enum dma_mode mode = q->function == FUNCTION_READ    ? DMA_TO_MEMORY
                         : q->function == FUNCTION_WRITE ? DMA_FROM_MEMORY
                                                         : DMA_VERIFY;

    if (!start_dma(mode, q->segment, q->offset, (u16)(q->count * 512 - 1)))
        return DISK_DMA_CROSSES_64K;
    send(q->function == FUNCTION_WRITE ? COMMAND_WRITE : COMMAND_READ);
    send((u8)(q->head << 2 | q->drive));
    send(q->track);
    send(q->head);
    send(q->sector);
    send(parameter(3));
    send(last_sector);
    send(parameter(5));
    send(parameter(6));
    return finish();
}

/*
 * The last sector of a track: the parameters' when a system has put its own at vector 1Eh, else the
 * medium's, which the ROM's table cannot know.
 */
static u8 end_of_track(u8 drive, u8 media_state)
{
    u8 type = drive_type(drive);

    if (far_read16(0, DATA_OF_1EH + 2) == ROM_SEGMENT)
        for (u8 i = 0; i < ARRAY_SIZE(media); i++)
            if (media[i].drive_type == type && media[i].rate == media_state >> 6)
                return media[i].sectors;
    return parameter(4);
}

static u8 try_medium(const struct request *q, u8 media_state)
{
    u8 track = media_state & MEDIA_DOUBLE_STEP ? q->track * 2 : q->track;
    u8 sectors = end_of_track(q->drive, media_state);

    outb(DATA_RATE, media_state >> 6);
    if (!seek(q->drive, q->head, track)) {
        bda.floppy_calibrated &= (u8) ~(1 << q->drive);
        return DISK_SEEK;
    }
    bda.floppy_calibrated &= (u8)~INTERRUPT_CAME;
    return q->function == FUNCTION_FORMAT ? format_track(q, sectors) : move_sectors(q, sectors);
}

static u8 media_state_of(const struct medium __seg_gs *medium)
{
    return (u8)(medium->rate << 6 | (medium->double_step ? MEDIA_DOUBLE_STEP : 0) | MEDIA_KNOWN);
}

/* With a medium not yet known, each one that the drive can hold is tried. */
static u8 try_media(const struct request *q)
{
    u8 state = bda.floppy_media[q->drive];
    u8 type = drive_type(q->drive);
    u8 status = FLOPPY_NOT_READY;

    if (state & MEDIA_KNOWN)
        return try_medium(q, state);
    for (u8 i = 0; i < ARRAY_SIZE(media); i++) {
        if (media[i].drive_type != type)
            continue;
        state = media_state_of(&media[i]);
        status = try_medium(q, state);
        if (status == DISK_OK) {
            bda.floppy_media[q->drive] = state | 7;
            break;
        }
        if (status == DISK_DMA_CROSSES_64K)
            break;
    }
    return status;
}

static u8 run_request(struct registers *r)
{
    struct request q = {
        .drive = r->edx.l,
        .head = r->edx.h,
        .track = r->ecx.h,
        .sector = r->ecx.l,
        .count = r->eax.l,
        .function = r->eax.h,
        .segment = r->es,
        .offset = r->ebx.x,
    };
    u8 status;

    if (q.head > 1 || (q.function != FUNCTION_FORMAT && (!q.count || q.count > 72)))
        return DISK_BAD_COMMAND;
    motor_on(q.drive);
    status = check_change(q.drive);
    if (!status)
        status = try_media(&q);
    bda.motor_count = MOTOR_TICKS;
    return status;
}

/* AH=08h: the largest medium of the drive; ES:DI the parameters. */
static u8 get_parameters(struct registers *r)
{
    u8 type = drive_type(r->edx.l);
    u8 drives = bda.equipment & 1 ? (bda.equipment >> 6 & 3) + 1 : 0;

    r->eax.l = 0;
    r->ebx.x = type;
    r->ecx.x = 0;
    r->edx.x = drives;
    for (u8 i = 0; type && i < ARRAY_SIZE(media); i++)
        if (media[i].drive_type == type) {
            r->ecx.h = media[i].tracks - 1;
            r->ecx.l = media[i].sectors;
            r->edx.h = 1;
            r->es = ROM_SEGMENT;
            r->edi.x = (u16)(u32)media[i].parameters;
            break;
        }
    return DISK_OK;
}

/* AH=18h: the medium of CH + 1 tracks and CL sectors, for a format that follows. */
static u8 set_medium(struct registers *r)
{
    u8 type = drive_type(r->edx.l);

    for (u8 i = 0; i < ARRAY_SIZE(media); i++)
        if (media[i].drive_type == type && media[i].sectors == (r->ecx.l & 0x3f) &&
            media[i].tracks == r->ecx.h + 1) {
            bda.floppy_media[r->edx.l] = media_state_of(&media[i]) | 7;
            r->es = ROM_SEGMENT;
            r->edi.x = (u16)(u32)media[i].parameters;
            return DISK_OK;
        }
    return 0x0c; /* the drive cannot */
}

/* AH=17h, of the first AT: AL = 1 360 KB in its drive, 2 in one of 1.2 MB, 3 1.2 MB, 4 720 KB. */
static u8 set_old_medium(struct registers *r)
{
    static ROM u8 states[] = {0x80, 0x60, 0x00, 0x80};

    if (r->eax.l < 1 || r->eax.l > ARRAY_SIZE(states))
        return DISK_BAD_COMMAND;
    bda.floppy_media[r->edx.l] = states[r->eax.l - 1] | MEDIA_KNOWN | 7;
    return DISK_OK;
}

static u8 run(struct registers *r)
{
    switch (r->eax.h) {
    case 0x00:
        return reset() ? DISK_OK : DISK_CONTROLLER;
    case FUNCTION_READ:
    case FUNCTION_WRITE:
    case FUNCTION_VERIFY:
    case FUNCTION_FORMAT:
        return run_request(r);
    case 0x16:
        motor_on(r->edx.l);
        bda.motor_count = MOTOR_TICKS;
        return inb(DIGITAL_INPUT) & DISK_CHANGE ? DISK_CHANGED : DISK_OK;
    case 0x17:
        return set_old_medium(r);
    case 0x18:
        return set_medium(r);
    }
    return DISK_BAD_COMMAND;
}

void floppy_service(struct registers *r)
{
    u8 drive = r->edx.l, function = r->eax.h;
    u8 status;

    switch (function) {
    case 0x01:
        status = r->eax.l = bda.floppy_status;
        break;
    case 0x08:
        status = get_parameters(r);
        break;
    case 0x15: /* 2 = a floppy with a change line */
        disk_return(r, drive, DISK_OK);
        r->eax.h = drive_type(drive) ? 2 : 0;
        return;
    default:
        status = drive_type(drive) ? run(r) : FLOPPY_NOT_READY;
    }
    if (function >= FUNCTION_READ && function <= FUNCTION_VERIFY && status)
        r->eax.l = 0;
    disk_return(r, drive, status);
}
