/* Disks, floppies and CDs: their change while the machine runs, and how their controllers stand. */
#include "monitor/command.h"

#include <string.h>

static bool find_slot(struct call *call, enum machine_slot *slot)
{
    const char *name = call->arguments[0].text;
    *slot = machine_slot_named(call->monitor->machine, name);
    if (*slot < MACHINE_SLOTS)
        return true;
    return error_set(call->error, "'%.60s': expected fda, fdb, cdrom or hda to hdd", name);
}

static bool change(struct call *call, const char *file, unsigned flags, bool force)
{
    enum machine_slot slot;
    return find_slot(call, &slot) &&
           machine_change_medium(call->monitor->machine, slot, file, flags, force, call->error);
}

/* change DRIVE FILE[,ro] */
enum monitor_result cmd_change(struct call *call)
{
    char file[1024];
    size_t length = strlen(call->arguments[1].text);
    bool read_only = length > 3 && strcmp(call->arguments[1].text + length - 3, ",ro") == 0;
    if (length >= sizeof file) {
        error_set(call->error, "the file's name is too long");
        return command_failed(call);
    }
    memcpy(file, call->arguments[1].text, length + 1);
    if (read_only)
        file[length - 3] = 0;
    if (!change(call, file, read_only ? DISK_READ_ONLY : 0, false))
        return command_failed(call);
    return MONITOR_OK;
}

/* eject [-f] DRIVE, or eject DRIVE [-f] */
enum monitor_result cmd_eject(struct call *call)
{
    bool first = strcmp(call->arguments[0].text, "-f") == 0;
    bool second = call->arguments[1].given && strcmp(call->arguments[1].text, "-f") == 0;
    if (first && call->arguments[1].given)
        call->arguments[0] = call->arguments[1];
    else if (call->arguments[1].given && !second) {
        error_set(call->error, "'%.60s': expected -f, to eject from a locked drive",
                  call->arguments[1].text);
        return command_failed(call);
    }
    return change(call, NULL, 0, first || second) ? MONITOR_OK : command_failed(call);
}

static void write_image(struct text_out *out, const struct disk_image *image)
{
    if (!image->sectors) {
        text_out_string(out, "empty\n");
        return;
    }
    text_out_format(out, "%s, %llu KB%s%s", image->name, (unsigned long long)(image->sectors / 2),
                    image->read_only ? ", read-only" : "",
                    image->overlay ? ", changes stay in memory" : "");
    if (image->geometry.sectors)
        text_out_format(out, ", %u cylinders, %u heads, %u sectors (by its %s)",
                        image->geometry.cylinders, image->geometry.heads, image->geometry.sectors,
                        geometry_source_name(image->geometry_source));
    text_out_string(out, "\n");
}

/* All media: QEMU's "info block". */
enum monitor_result info_block(struct call *call)
{
    const struct machine_config *config = &call->monitor->machine->config;
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++) {
        if (!config->disks[slot])
            continue;
        text_out_format(call->out, "%s%s: ", machine_slot_name((enum machine_slot)slot),
                        config->cdroms >> slot & 1 ? " (CD-ROM)" : "");
        write_image(call->out, config->disks[slot]);
    }
    return MONITOR_OK;
}

static void write_ide_drive(struct text_out *out, const struct ide_drive *drive, const char *name)
{
    static const char *const kinds[] = {"none", "disk", "CD-ROM"};
    text_out_format(out, "  %s: %s", name, kinds[drive->kind]);
    if (drive->kind == IDE_NONE) {
        text_out_string(out, "\n");
        return;
    }
    text_out_format(out, ", status %02x, error %02x, count %02x, address %02x %02x %02x",
                    drive->status, drive->error, drive->count, drive->sector, drive->cylinder_low,
                    drive->cylinder_high);
    if (drive->kind == IDE_DISK)
        text_out_format(out, ", translation %u/%u/%u, blocks of %u", drive->cylinders, drive->heads,
                        drive->sectors, drive->multiple);
    else
        text_out_format(out, ", sense %x/%02x/%02x%s%s", drive->atapi.sense_key,
                        drive->atapi.sense_code, drive->atapi.sense_qualifier,
                        drive->atapi.open ? ", tray open" : "",
                        drive->atapi.locked ? ", tray locked" : "");
    text_out_string(out, "\n");
}

enum monitor_result info_ide(struct call *call)
{
    static const u16 ports[] = {0x1f0, 0x170};
    for (unsigned i = 0; i < 2; i++) {
        const struct ide *ide = &call->monitor->machine->ide[i];
        text_out_format(
            call->out,
            "channel %u (%03xh, IRQ %u): drive/head %02x, control %02x, command %02x%s, "
            "interrupt %s, %llu sectors read, %llu written\n",
            i, ports[i], 14 + i, ide->drive_head, ide->control, ide->command,
            ide->command ? " runs" : "", ide->irq_level ? "up" : "down",
            (unsigned long long)ide->reads, (unsigned long long)ide->writes);
        write_ide_drive(call->out, &ide->drive[0], "master");
        write_ide_drive(call->out, &ide->drive[1], "slave");
    }
    return info_block(call);
}

static const char *floppy_name(u8 type)
{
    static const char *const names[] = {"none",         "360 KB 5.25\"", "1.2 MB 5.25\"",
                                        "720 KB 3.5\"", "1.44 MB 3.5\"", "2.88 MB 3.5\""};
    return type < ARRAY_COUNT(names) ? names[type] : "?";
}

enum monitor_result info_fdc(struct call *call)
{
    const struct fdc *fdc = &call->monitor->machine->fdc;
    static const char *const phases[] = {"command",  "works",  "data in",
                                         "data out", "result", "reset"};
    text_out_format(call->out,
                    "DOR %02x, rate %u, phase %s, interrupt %s, configuration %02x%s, %llu sectors "
                    "read, %llu written\n",
                    fdc->output, fdc->data_rate, phases[fdc->phase % ARRAY_COUNT(phases)],
                    fdc->irq_level ? "up" : "down", fdc->configuration,
                    fdc->no_dma ? ", without DMA" : "", (unsigned long long)fdc->reads,
                    (unsigned long long)fdc->writes);
    for (unsigned i = 0; i < FDC_DRIVES; i++) {
        const struct fdc_drive *drive = &fdc->drive[i];
        text_out_format(call->out, "%c: %s", 'A' + i, floppy_name(drive->type));
        if (drive->type)
            text_out_format(call->out, ", motor %s, head at cylinder %u, change line %s",
                            fdc_motor_on(fdc, i) ? "on" : "off", drive->cylinder,
                            drive->changed ? "up" : "down");
        text_out_string(call->out, "\n");
        if (drive->type) {
            text_out_string(call->out, "   ");
            write_image(call->out, drive->image);
        }
    }
    return MONITOR_OK;
}

/* Mode bits as the 8237A's data sheet has them. */
static void write_channel(struct text_out *out, unsigned number, const struct dma_channel *channel,
                          bool masked)
{
    static const char *const kinds[] = {"demand", "single", "block", "cascade"};
    static const char *const transfers[] = {"verify", "to memory", "from memory", "illegal"};
    text_out_format(out, "%u: %s, %s%s%s, page %02x address %04x (%04x) count %04x (%04x)%s\n",
                    number, kinds[channel->mode >> 6], transfers[channel->mode >> 2 & 3],
                    channel->mode & 0x20 ? ", down" : "",
                    channel->mode & 0x10 ? ", starts anew" : "", channel->page, channel->address,
                    channel->base_address, channel->count, channel->base_count,
                    masked ? ", masked" : "");
}

enum monitor_result info_dma(struct call *call)
{
    const struct dma *dma = &call->monitor->machine->dma;
    for (unsigned i = 0; i < 8; i++)
        write_channel(call->out, i, &dma->chip[i / 4].channel[i % 4],
                      dma->chip[i / 4].mask >> (i % 4) & 1);
    return MONITOR_OK;
}
