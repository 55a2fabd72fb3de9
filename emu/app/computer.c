#include "app/computer.h"

#include "bios/embedded_bios.h"
#include "disks/embedded_disk.h"
#include "snapshot/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FLOPPY_MAX 2949120 /* bytes of the largest floppy, 2.88 MB */
#define BIOS_SIZE 65536u

/* ---- disks ---- */

static bool refuse_floppy(const struct medium *medium, struct error *error)
{
    struct stat status;
    if (!medium->by_size || stat(medium->path, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size == 0 || status.st_size > FLOPPY_MAX)
        return true;
    return error_set(
        error,
        "%.200s: %lld bytes, a floppy by its size: floppies are not available yet (-hda "
        "takes it as a hard disk)",
        medium->path, (long long)status.st_size);
}

static bool open_embedded(struct disk_image *disk, struct error *error)
{
    size_t size = (size_t)(embedded_disk_end - embedded_disk);
    return disk_image_open_embedded(disk, embedded_disk, size, error);
}

/* -disk-save: the built-in disk becomes a file of its own when the file is not there yet. */
static bool open_kept(struct disk_image *disk, const struct options *options, struct error *error)
{
    struct stat status;
    if (stat(options->disk_save, &status) != 0) {
        if (errno != ENOENT)
            return error_set(error, "-disk-save: %.200s: %s", options->disk_save, strerror(errno));
        bool saved = open_embedded(disk, error) && disk_image_save(disk, options->disk_save, error);
        disk_image_close(disk);
        if (!saved)
            return false;
    }
    return disk_image_open(disk, options->disk_save, options->snapshot ? DISK_SNAPSHOT : 0, error);
}

static bool open_medium(struct disk_image *disk, const struct medium *medium,
                        const struct options *options, struct error *error)
{
    unsigned flags =
        (medium->read_only ? DISK_READ_ONLY : 0) | (options->snapshot ? DISK_SNAPSHOT : 0);
    return refuse_floppy(medium, error) && disk_image_open(disk, medium->path, flags, error);
}

static bool open_disks(struct computer *computer, const struct options *options,
                       struct error *error)
{
    bool any = false;
    for (unsigned i = 0; i < MACHINE_DISKS; i++) {
        if (!options->disks[i].path[0])
            continue;
        any = true;
        if (!open_medium(&computer->disks[i], &options->disks[i], options, error))
            return false;
    }
    if (options->disk_save)
        return any ? error_set(error, "-disk-save %.200s: expected no -hda and -hdb beside it",
                               options->disk_save)
                   : open_kept(&computer->disks[0], options, error);
    return any || open_embedded(&computer->disks[0], error);
}

/* ---- firmware ---- */

static bool read_bios(struct computer *computer, const char *path, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(error, "-bios: %.200s: %s", path, strerror(errno));
    computer->bios = malloc(BIOS_SIZE + 1);
    size_t size = computer->bios ? fread(computer->bios, 1, BIOS_SIZE + 1, file) : 0;
    bool failed = ferror(file);
    int reason = errno;
    fclose(file);
    if (failed)
        return error_set(error, "-bios: %.200s: %s", path, strerror(reason));
    if (size != BIOS_SIZE)
        return error_set(error, "-bios: %.200s: %s bytes; expected %u", path,
                         size < BIOS_SIZE ? "too few" : "too many", BIOS_SIZE);
    return true;
}

/* ---- the machine ---- */

static void fill_config(struct machine_config *config, struct computer *computer,
                        const struct options *options, const struct computer_wiring *wiring)
{
    *config = (struct machine_config){
        .ram_size = options->ram_size,
        .rate = options->rate,
        .level = options->cpu,
        .bios = computer->bios ? computer->bios : embedded_bios,
        .bios_size = BIOS_SIZE,
        .reset_on_triple_fault = options->reset_on_triple_fault,
        .serial = wiring->serial,
        .debugcon = wiring->debugcon,
        .log = wiring->log,
    };
    for (unsigned i = 0; i < MACHINE_DISKS; i++)
        if (computer->disks[i].sectors)
            config->disks[i] = &computer->disks[i];
}

/* A snapshot says what machine it was taken from; disks and BIOS are given again. */
static bool follow_snapshot(struct machine_config *config, const char *path, struct error *error)
{
    struct snapshot_info info;
    if (!snapshot_read_info(path, &info, error))
        return false;
    config->ram_size = info.ram_size;
    config->rate = info.rate;
    config->level = (enum cpu_level)info.level;
    return true;
}

static bool build(struct computer *computer, const struct options *options,
                  const struct computer_wiring *wiring, struct error *error)
{
    struct machine_config config;
    if (!open_disks(computer, options, error))
        return false;
    if (options->bios && !read_bios(computer, options->bios, error))
        return false;
    fill_config(&config, computer, options, wiring);
    if (options->restore && !follow_snapshot(&config, options->restore, error))
        return false;
    struct machine *machine = calloc(1, sizeof *machine);
    if (!machine)
        return error_set(error, "out of memory for the machine");
    if (!machine_init(machine, &config, error)) {
        free(machine);
        return false;
    }
    computer->machine = machine;
    return !options->restore || snapshot_load(machine, options->restore, error);
}

bool computer_build(struct computer *computer, const struct options *options,
                    const struct computer_wiring *wiring, struct error *error)
{
    memset(computer, 0, sizeof *computer);
    if (build(computer, options, wiring, error))
        return true;
    computer_free(computer, NULL);
    return false;
}

bool computer_free(struct computer *computer, struct error *error)
{
    bool stored = true;
    if (computer->machine)
        machine_free(computer->machine);
    free(computer->machine);
    for (unsigned i = 0; i < MACHINE_DISKS; i++) {
        struct disk_image *disk = &computer->disks[i];
        if (disk->sectors && !disk->read_only && !disk_image_flush(disk, error))
            stored = false;
        disk_image_close(disk);
    }
    free(computer->bios);
    memset(computer, 0, sizeof *computer);
    return stored;
}

bool computer_is_built_in(const struct options *options)
{
    return !options->disks[0].path[0] && !options->disks[1].path[0];
}

void computer_name_addresses(struct monitor *monitor)
{
    size_t size = (size_t)(embedded_symbols_end - embedded_symbols);
    if (size)
        monitor_set_symbols(monitor, (const char *)embedded_symbols, size, NULL);
}
