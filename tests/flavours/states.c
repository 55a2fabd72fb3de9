#include "base/hash.h"
#include "bios/embedded_bios.h"
#include "disks/embedded_disk.h"
#include "machine/machine.h"
#include "support/cpu_testbed.h"
#include "support/random_guest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Runs guests in slices of several sizes; at the same tick the whole state must be the same. Prints
   TAP and writes the hashes, so that two builds can be compared. Use: flavour_states FILE */

static FILE *states;
static unsigned tests, failures;

static void verdict(bool good, const char *guest, u64 slice)
{
    printf("%sok %u - %s in slices of %" PRIu64 "\n", good ? "" : "not ", ++tests, guest, slice);
    failures += !good;
}

/* ---- The kernel of the built-in disk ---- */

#define MILLION 1000000ull
static const u64 checkpoints[] = {100000,       300000,       MILLION,      4 * MILLION,
                                  20 * MILLION, 40 * MILLION, 60 * MILLION, 80 * MILLION};

/* Typed at the prompt: ls, Enter. */
static const struct {
    u64 tick;
    u32 code;
    bool down;
} keys[] = {
    {50 * MILLION, 0x26, true},     {50 * MILLION + 400003, 0x26, false},
    {51 * MILLION, 0x1f, true},     {51 * MILLION + 400003, 0x1f, false},
    {52 * MILLION + 7, 0x1c, true}, {53 * MILLION, 0x1c, false},
};

/* The first is what the others are held against. */
static const struct {
    u64 slice, until;
} slicings[] = {
    {1000 * MILLION, 80 * MILLION},
    {1000003, 80 * MILLION},
    {1000, 4 * MILLION},
    {7, MILLION},
    {1, 300000},
};

struct boot {
    const char *name;
    u32 ram_size;
    enum cpu_level level;
};
static const struct boot boots[] = {
    {"the kernel on a 386 with 4 MB", 4 * MIB, CPU_386},
    {"the kernel on a 686 with 8 MB", 8 * MIB, CPU_686},
};

static bool run_to(struct machine *machine, u64 tick, u64 slice)
{
    while (machine->clock.now < tick) {
        u64 left = tick - machine->clock.now;
        if (machine_run(machine, machine->clock.now + (left < slice ? left : slice)) !=
            MACHINE_STOP_TIME)
            return false;
    }
    return true;
}

/* To a tick, with the keys that are due before it. */
static bool live_to(struct machine *machine, u64 tick, u64 slice)
{
    for (unsigned i = 0; i < ARRAY_COUNT(keys); i++) {
        if (keys[i].tick < machine->clock.now || keys[i].tick >= tick)
            continue;
        if (!run_to(machine, keys[i].tick, slice))
            return false;
        machine_key(machine, keys[i].code, keys[i].down);
    }
    return run_to(machine, tick, slice);
}

static bool boot_in_slices(const struct boot *boot, unsigned slicing, u64 *hashes)
{
    struct error error;
    struct disk_image disk;
    struct machine *machine = calloc(1, sizeof *machine);
    size_t size = (size_t)(embedded_disk_end - embedded_disk);
    if (!machine || !disk_image_open_embedded(&disk, embedded_disk, size, &error))
        return false;
    struct machine_config config = {.ram_size = boot->ram_size,
                                    .level = boot->level,
                                    .bios = embedded_bios,
                                    .bios_size = 64 * KIB,
                                    .vgabios = embedded_vgabios,
                                    .vgabios_size = (u32)(embedded_vgabios_end - embedded_vgabios),
                                    .disks = {&disk}};
    bool good = machine_init(machine, &config, &error);
    for (unsigned i = 0; good && i < ARRAY_COUNT(checkpoints); i++) {
        if (checkpoints[i] > slicings[slicing].until)
            break;
        good = live_to(machine, checkpoints[i], slicings[slicing].slice);
        u64 hash = machine_hash(machine);
        if (slicing == 0)
            hashes[i] = hash;
        good = good && hash == hashes[i];
    }
    machine_free(machine);
    free(machine);
    disk_image_close(&disk);
    return good;
}

static void compare_boots(void)
{
    for (unsigned b = 0; b < ARRAY_COUNT(boots); b++) {
        u64 hashes[ARRAY_COUNT(checkpoints)] = {0};
        for (unsigned i = 0; i < ARRAY_COUNT(slicings); i++)
            verdict(boot_in_slices(&boots[b], i, hashes), boots[b].name, slicings[i].slice);
        for (unsigned i = 0; i < ARRAY_COUNT(checkpoints); i++)
            fprintf(states, "%s, tick %" PRIu64 ": %016" PRIx64 "\n", boots[b].name, checkpoints[i],
                    hashes[i]);
    }
}

/* ---- Guests made of chance ---- */

#define GUESTS 200u
#define GUEST_TICKS 3000u
static const u64 guest_slices[] = {GUEST_TICKS, 1, 7, 1000};

static u64 guest_state(const struct cpu_testbed *bed)
{
    u64 hash = hash_u64(HASH_START, bed->clock.now);
    for (u32 i = 0; i < cpu_fields.count; i++)
        for (u32 k = 0; k < cpu_fields.fields[i].count; k++)
            hash = hash_u64(hash, field_value(&cpu_fields.fields[i], &bed->cpu, k));
    return hash_bytes(hash, bed->memory.ram, bed->memory.ram_size);
}

static u64 run_guest(u64 seed, u64 slice)
{
    struct cpu_testbed *bed = cpu_testbed_new((enum cpu_level)(seed & 3));
    u64 random = seed * 0x9e3779b97f4a7c15ull | 1;
    enum cpu_stop stop = CPU_STOP_TIME;
    random_guest_build(bed, &random);
    while (bed->clock.now < GUEST_TICKS && stop == CPU_STOP_TIME) {
        u64 left = GUEST_TICKS - bed->clock.now;
        stop = cpu_run(&bed->cpu, bed->clock.now + (left < slice ? left : slice));
    }
    u64 hash = hash_u64(guest_state(bed), stop);
    cpu_testbed_free(bed);
    return hash;
}

static void compare_guests(void)
{
    u64 hashes[GUESTS];
    for (unsigned i = 0; i < ARRAY_COUNT(guest_slices); i++) {
        bool good = true;
        for (u64 n = 0; n < GUESTS; n++) {
            u64 hash = run_guest(n + 1, guest_slices[i]);
            if (i == 0)
                hashes[n] = hash;
            else if (hash != hashes[n])
                printf("# guest %" PRIu64 " comes to another state\n", n);
            good = good && hash == hashes[n];
        }
        verdict(good, "200 random guests", guest_slices[i]);
    }
    for (u64 n = 0; n < GUESTS; n++)
        fprintf(states, "guest %" PRIu64 ": %016" PRIx64 "\n", n, hashes[n]);
}

int main(int argc, char **argv)
{
    states = argc > 1 ? fopen(argv[1], "w") : stdout;
    if (!states) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    compare_boots();
    compare_guests();
    printf("1..%u\n", tests);
    bool closed = fclose(states) == 0;
    return failures || !closed ? EXIT_FAILURE : EXIT_SUCCESS;
}
