/* The controller's commands: their table, and those that move no data (82077AA DS 5). */

#include "devices/fdc_internal.h"

enum { VERSION_82077 = 0x90, LOCKED = 0x10 };

/* "No interrupt to sense", and any unknown command: one byte of result. */
static void answer_invalid(struct fdc *fdc)
{
    fdc_answer(fdc, (const u8[]){ST0_INVALID}, 1);
}

static void run_specify(struct fdc *fdc)
{
    fdc->step_rate = fdc->command[1];
    fdc->head_times = fdc->command[2] & 0xfe;
    fdc->no_dma = fdc->command[2] & 1;
    fdc_idle(fdc);
}

static u8 drive_bits(const struct fdc *fdc)
{
    return fdc->command[1] & 7; /* head and drive */
}

static void run_sense_drive(struct fdc *fdc)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    u8 st3 = (u8)(ST3_ALWAYS | drive_bits(fdc));
    if (drive && drive->cylinder == 0)
        st3 |= ST3_TRACK_0;
    if (drive && (!fdc_has_disk(drive) || drive->image->read_only))
        st3 |= ST3_WRITE_PROTECTED;
    fdc_answer(fdc, &st3, 1);
}

/* Interrupts are told in the order of the drives. */
static void run_sense_interrupt(struct fdc *fdc)
{
    for (unsigned i = 0; i < 4; i++)
        if (fdc->sense[i] && !(fdc->seeking >> i & 1)) {
            u8 bytes[2] = {fdc->sense[i], fdc->present_cylinder[i]};
            fdc->sense[i] = 0;
            fdc_set_interrupt(fdc, false);
            fdc_answer(fdc, bytes, 2);
            return;
        }
    answer_invalid(fdc);
}

/* Starts a seek; its end raises an interrupt and leaves `st0` to be sensed. */
static void start_seek(struct fdc *fdc, u8 cylinder, u8 st0)
{
    unsigned number = fdc->command[1] & 3;
    struct fdc_drive *drive = fdc_command_drive(fdc);
    u64 now = fdc->clock->now, ns = SETTLE_NS;
    fdc->sense[number] = st0;
    fdc_idle(fdc);
    if (!drive) {
        fdc_set_interrupt(fdc, true);
        return;
    }
    u8 distance =
        (u8)(cylinder > drive->cylinder ? cylinder - drive->cylinder : drive->cylinder - cylinder);
    ns += (u64)distance * STEP_NS;
    fdc->seeking |= (u8)(1u << number);
    drive->target = cylinder;
    clock_schedule(fdc->clock, &drive->seek_done, now + clock_ns_to_ticks(fdc->clock, ns));
}

/* At most 79 steps out: from farther in the track 0 signal stays away, as it does without a drive.
 */
static void run_recalibrate(struct fdc *fdc)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    u8 st0 = (u8)(ST0_SEEK_END | (fdc->command[1] & 3));
    u8 from = drive ? drive->cylinder : 0xff;
    u8 to = from > 79 ? (u8)(from - 79) : 0;
    fdc->present_cylinder[fdc->command[1] & 3] = 0;
    if (!drive || to)
        st0 |= ST0_ABNORMAL | ST0_EQUIPMENT_CHECK;
    start_seek(fdc, to, st0);
}

/* The controller counts cylinders from its own idea of where the head is; a drive stops at its end.
 */
static void seek_by(struct fdc *fdc, int steps, u8 present)
{
    const struct fdc_drive *drive = fdc_command_drive(fdc);
    int target = drive ? drive->cylinder + steps : 0;
    int last = drive ? fdc_last_cylinder(drive) : 0;
    fdc->present_cylinder[fdc->command[1] & 3] = present;
    target = target < 0 ? 0 : target > last ? last : target;
    start_seek(fdc, (u8)target, (u8)(ST0_SEEK_END | drive_bits(fdc)));
}

static void run_seek(struct fdc *fdc)
{
    u8 present = fdc->present_cylinder[fdc->command[1] & 3];
    seek_by(fdc, fdc->command[2] - present, fdc->command[2]);
}

static void run_relative_seek(struct fdc *fdc)
{
    bool inwards = fdc->command[0] & 0x40;
    u8 present = fdc->present_cylinder[fdc->command[1] & 3], count = fdc->command[2];
    seek_by(fdc, inwards ? count : -count, (u8)(inwards ? present + count : present - count));
}

static void run_configure(struct fdc *fdc)
{
    fdc->configuration = fdc->command[2] & 0x7f;
    fdc->precompensation = fdc->command[3];
    fdc_idle(fdc);
}

static void run_dump_registers(struct fdc *fdc)
{
    const u8 bytes[10] = {
        fdc->present_cylinder[0], fdc->present_cylinder[1],
        fdc->present_cylinder[2], fdc->present_cylinder[3],
        fdc->step_rate,           fdc->head_times | fdc->no_dma,
        fdc->last_track,          (u8)((fdc->lock ? 0x80 : 0) | (fdc->perpendicular & 0x3f)),
        fdc->configuration,       fdc->precompensation};
    fdc_answer(fdc, bytes, sizeof bytes);
}

static void run_version(struct fdc *fdc)
{
    fdc_answer(fdc, (const u8[]){VERSION_82077}, 1);
}

/* OW (bit 7) lets the drives' bits be written; GAP and WGATE always are. */
static void run_perpendicular(struct fdc *fdc)
{
    u8 value = fdc->command[1];
    if (value & 0x80)
        fdc->perpendicular = value & 0x3f;
    else
        fdc->perpendicular = (u8)((fdc->perpendicular & 0x3c) | (value & 3));
    fdc_idle(fdc);
}

static void run_lock(struct fdc *fdc)
{
    fdc->lock = fdc->command[0] >> 7;
    fdc_answer(fdc, (const u8[]){fdc->lock ? LOCKED : 0}, 1);
}

// clang-format off
static const struct fdc_command commands[] = {
    /* number, free bits, bytes */
    {0x02, 0x60, 9, fdc_run_transfer},    /* READ TRACK */
    {0x03, 0x00, 3, run_specify},
    {0x04, 0x00, 2, run_sense_drive},
    {0x05, 0xc0, 9, fdc_run_transfer},    /* WRITE DATA */
    {0x06, 0xe0, 9, fdc_run_transfer},    /* READ DATA */
    {0x07, 0x00, 2, run_recalibrate},
    {0x08, 0x00, 1, run_sense_interrupt},
    {0x09, 0xc0, 9, fdc_run_transfer},    /* WRITE DELETED DATA */
    {0x0a, 0x40, 2, fdc_run_read_id},
    {0x0c, 0xe0, 9, fdc_run_transfer},    /* READ DELETED DATA */
    {0x0d, 0x40, 6, fdc_run_format},
    {0x0e, 0x00, 1, run_dump_registers},
    {0x0f, 0x00, 3, run_seek},
    {0x10, 0x00, 1, run_version},
    {0x11, 0xe0, 9, fdc_run_transfer},    /* SCAN EQUAL */
    {0x12, 0x00, 2, run_perpendicular},
    {0x13, 0x00, 4, run_configure},
    {0x14, 0x80, 1, run_lock},
    {0x16, 0xe0, 9, fdc_run_transfer},    /* VERIFY */
    {0x19, 0xe0, 9, fdc_run_transfer},    /* SCAN LOW OR EQUAL */
    {0x1d, 0xe0, 9, fdc_run_transfer},    /* SCAN HIGH OR EQUAL */
    {0x8f, 0x40, 3, run_relative_seek},
    {0x00, 0xff, 1, answer_invalid},
};
// clang-format on

const struct fdc_command *fdc_find_command(u8 first)
{
    const struct fdc_command *command = commands;
    while ((first & ~(unsigned)command->free_bits) != command->number)
        command++;
    return command;
}
