#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

/* Media by name, and their change while the machine runs. */

static const char *const names[] = {"hda", "hdb", "hdc", "hdd", "fda", "fdb"};
_Static_assert(ARRAY_COUNT(names) == MACHINE_DISKS, "each slot has its name");

const char *machine_slot_name(enum machine_slot slot)
{
    return names[slot];
}

static enum machine_slot first_cdrom(const struct machine *machine)
{
    for (unsigned slot = MACHINE_HDA; slot <= MACHINE_HDD; slot++)
        if (machine->config.cdroms >> slot & 1)
            return (enum machine_slot)slot;
    return MACHINE_SLOTS;
}

enum machine_slot machine_slot_named(const struct machine *machine, const char *name)
{
    static const struct {
        const char *name;
        enum machine_slot slot;
    } others[] = {{"a:", MACHINE_FDA},      {"b:", MACHINE_FDB},      {"a", MACHINE_FDA},
                  {"b", MACHINE_FDB},       {"floppy0", MACHINE_FDA}, {"floppy1", MACHINE_FDB},
                  {"floppya", MACHINE_FDA}, {"floppyb", MACHINE_FDB}};
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        if (strcmp(names[slot], name) == 0)
            return (enum machine_slot)slot;
    for (unsigned i = 0; i < ARRAY_COUNT(others); i++)
        if (strcmp(others[i].name, name) == 0)
            return others[i].slot;
    bool cd = strcmp(name, "cdrom") == 0 || strcmp(name, "cd") == 0 || strcmp(name, "d:") == 0;
    return cd ? first_cdrom(machine) : MACHINE_SLOTS;
}

static bool is_floppy(enum machine_slot slot)
{
    return slot == MACHINE_FDA || slot == MACHINE_FDB;
}

static struct ide *channel_of(struct machine *machine, enum machine_slot slot)
{
    return &machine->ide[slot / 2];
}

static bool check_drive(struct machine *machine, enum machine_slot slot, bool force,
                        struct error *error)
{
    const struct machine_config *config = &machine->config;
    bool there = slot < MACHINE_SLOTS && config->disks[slot];
    if (!there)
        return error_set(error, "%s: there is no such drive",
                         slot < MACHINE_SLOTS ? names[slot] : "medium");
    if (is_floppy(slot))
        return true;
    if (!(config->cdroms >> slot & 1))
        return error_set(error, "%s: is a hard disk; expected a floppy or CD-ROM drive",
                         names[slot]);
    if (!force && ide_tray_locked(channel_of(machine, slot), slot & 1))
        return error_set(error, "%s: the guest has locked the tray", names[slot]);
    return true;
}

static bool open_for(struct machine *machine, enum machine_slot slot, const char *file,
                     unsigned flags, struct disk_image *image, struct error *error)
{
    flags |= machine->config.medium_flags | (is_floppy(slot) ? DISK_FLOPPY : DISK_CD);
    if (!disk_image_open(image, file, flags, error))
        return false;
    if (!is_floppy(slot))
        return true;
    enum floppy_type type = machine->config.floppy_types[slot - MACHINE_FDA];
    if (fdc_drive_takes(type, &image->geometry))
        return true;
    error_set(error, "%s: %u tracks of %u sectors; expected a medium for the drive %s", file,
              image->geometry.cylinders, image->geometry.sectors, names[slot]);
    disk_image_close(image);
    return false;
}

static void note_change(const struct machine *machine, enum machine_slot slot, const char *file,
                        unsigned flags, bool force)
{
    char text[64 + 4096];
    int length = snprintf(text, sizeof text, "%s %u %u %.4095s", names[slot], flags, force,
                          file ? file : "");
    input_note(&machine->input, INPUT_MEDIUM, text, (size_t)length);
}

bool machine_repeat_change(struct machine *machine, const char *text, struct error *error)
{
    char slot[8];
    unsigned flags, force;
    int end = 0;
    if (sscanf(text, "%7s %u %u %n", slot, &flags, &force, &end) != 3 || !end ||
        machine_slot_named(machine, slot) == MACHINE_SLOTS)
        return error_set(error, "'%.100s': expected a drive, flags and a file", text);
    return machine_change_medium(machine, machine_slot_named(machine, slot),
                                 text[end] ? text + end : NULL, flags, force, error);
}

bool machine_change_medium(struct machine *machine, enum machine_slot slot, const char *file,
                           unsigned flags, bool force, struct error *error)
{
    struct disk_image image = {.sectors = 0};
    if (machine->input.tap.closed)
        return error_set(error, "%s: a recording is replayed: it tells when a medium changes",
                         names[slot]);
    if (!check_drive(machine, slot, force, error) ||
        (file && !open_for(machine, slot, file, flags, &image, error)))
        return false;
    struct disk_image *place = machine->config.disks[slot];
    bool flushed = disk_image_flush(place, error);
    disk_image_close(place);
    *place = image;
    if (is_floppy(slot))
        fdc_medium_changed(&machine->fdc, slot - MACHINE_FDA);
    else
        ide_medium_changed(channel_of(machine, slot), slot & 1);
    note_change(machine, slot, file, flags, force);
    return flushed;
}
