#include "app/computer.h"

#include "disks/embedded_disk.h"
#include "snapshot/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- kernels ---- */

static bool open_kernel(struct computer *computer, const struct options *options,
                        struct error *error)
{
    if (!options->kernel)
        return (!options->append && !options->initrd) ||
               error_set(error, "%s: expected -kernel FILE beside it",
                         options->append ? "-append" : "-initrd");
    computer->kernel = kernel_boot_open(options, error);
    return computer->kernel != NULL;
}

/* ---- the machine ---- */

static void fill_config(struct machine_config *config, struct computer *computer,
                        const struct options *options, const struct computer_wiring *wiring)
{
    *config = (struct machine_config){
        .ram_size = options->ram_size,
        .rate = options->rate,
        .level = options->cpu,
        .fpu_absent = options->fpu_absent,
        .reset_on_triple_fault = options->reset_on_triple_fault,
        .reset_ends_run = options->reset_ends_run,
        .serial = wiring->serial,
        .serial2 = wiring->serial2,
        .rtc_time = options->rtc_time,
        .serial2_present = options->serial_count > 1,
        .debugcon = wiring->debugcon,
        .host_error = wiring->host_error,
        .log = wiring->log,
    };
    media_fill_config(&computer->media, options, config);
    if (computer->kernel && computer->kernel->plan.kind != KERNEL_FLOPPY) {
        config->kernel = &computer->kernel->plan;
        config->kernel_rom = computer->kernel->rom;
    }
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
    if (!open_kernel(computer, options, error))
        return false;
    bool floppy = computer->kernel && computer->kernel->plan.kind == KERNEL_FLOPPY;
    if (!media_open(&computer->media, options, floppy, error))
        return false;
    fill_config(&config, computer, options, wiring);
    if (!firmware_open(&computer->firmware, options, &config, error) ||
        !peripherals_open(&computer->peripherals, options, &config, error))
        return false;
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
    bool stored = peripherals_close(&computer->peripherals, computer->machine, error);
    if (computer->machine)
        machine_free(computer->machine);
    free(computer->machine);
    stored = media_close(&computer->media, error) && stored;
    firmware_close(&computer->firmware);
    kernel_boot_close(computer->kernel);
    memset(computer, 0, sizeof *computer);
    return stored;
}

bool computer_is_built_in(const struct options *options)
{
    return media_is_built_in(options);
}

void computer_name_addresses(struct monitor *monitor)
{
    size_t size = (size_t)(embedded_symbols_end - embedded_symbols);
    if (size)
        monitor_set_symbols(monitor, (const char *)embedded_symbols, size, NULL);
}
