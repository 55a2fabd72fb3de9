#include "machine/machine.h"

static bool has_drive(const struct ide *ide, enum ide_kind kind)
{
    return ide->drive[0].kind == kind || ide->drive[1].kind == kind;
}

static const char *name_of(const struct ide *ide, unsigned channel)
{
    if (has_drive(ide, IDE_DISK))
        return channel ? "HD2" : "HD";
    return has_drive(ide, IDE_CDROM) ? "CD" : NULL;
}

unsigned machine_drive_lights(const struct machine *machine,
                              struct drive_light lights[DRIVE_LIGHTS_MAX])
{
    unsigned count = 0;
    lights[count++] = (struct drive_light){"FD", machine->fdc.reads, machine->fdc.writes};
    for (unsigned i = 0; i < ARRAY_COUNT(machine->ide); i++) {
        const struct ide *ide = &machine->ide[i];
        const char *name = name_of(ide, i);
        if (name)
            lights[count++] = (struct drive_light){name, ide->reads, ide->writes};
    }
    return count;
}
