#include "snapshot/snapshot.h"

#include "snapshot/container.h"
#include "support/suite.h"

#include <string.h>

static u8 rom[64 * KIB];
static struct disk_image disk;

/* A machine that counts in memory, with an overlaid disk of which one chunk has changed. */
static struct machine *running_machine(u32 ram_size)
{
    static struct machine machine;
    struct error error;
    /* F000:0000: inc word [0500h]; inc bx; jmp back */
    memset(rom, 0xf4, sizeof rom);
    memcpy(rom, (const u8[]){0xff, 0x06, 0x00, 0x05, 0x43, 0xeb, 0xf9}, 7);
    memcpy(rom + 0xfff0, (const u8[]){0xea, 0x00, 0x00, 0x00, 0xf0}, 5);
    ck_assert(disk_image_open_blank(&disk, 1000, &error));
    struct machine_config config = {
        .ram_size = ram_size, .bios = rom, .bios_size = sizeof rom, .disks = {&disk}};
    ck_assert_msg(machine_init(&machine, &config, &error), "%s", error.text);
    machine_run(&machine, 12345);
    u8 sector[DISK_SECTOR];
    memset(sector, 0x5a, sizeof sector);
    ck_assert(disk_image_write(&disk, 700, 1, sector, &error));
    return &machine;
}

static void end(struct machine *machine)
{
    machine_free(machine);
    disk_image_close(&disk);
}

START_TEST(snapshot_restores_bit_for_bit)
{
    struct machine *machine = running_machine(2 * MIB);
    struct text_out bytes = TEXT_OUT_EMPTY;
    struct error error;
    ck_assert_msg(snapshot_write(machine, &bytes, &error), "%s", error.text);
    u64 then = machine_hash(machine);
    machine_run(machine, 99999);
    u64 later = machine_hash(machine);
    u8 sector[DISK_SECTOR] = {1};
    disk_image_write(&disk, 3, 1, sector, &error);
    ck_assert_uint_ne(machine_hash(machine), later);
    ck_assert_msg(snapshot_read(machine, bytes.text, bytes.length, &error), "%s", error.text);
    ck_assert_uint_eq(machine_hash(machine), then);
    machine_run(machine, 99999);
    ck_assert_uint_eq(machine_hash(machine), later);
    text_out_free(&bytes);
    end(machine);
}
END_TEST

START_TEST(snapshot_of_another_machine_is_refused_with_what_to_change)
{
    struct machine *machine = running_machine(2 * MIB);
    struct text_out bytes = TEXT_OUT_EMPTY;
    struct error error;
    ck_assert(snapshot_write(machine, &bytes, &error));
    end(machine);
    machine = running_machine(4 * MIB);
    u64 before = machine_hash(machine);
    ck_assert(!snapshot_read(machine, bytes.text, bytes.length, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "use -m 2048K"));
    ck_assert_uint_eq(machine_hash(machine), before);
    text_out_free(&bytes);
    end(machine);
}
END_TEST

START_TEST(snapshot_cut_anywhere_is_refused_and_changes_nothing)
{
    struct machine *machine = running_machine(MIB);
    struct text_out bytes = TEXT_OUT_EMPTY;
    struct error error;
    ck_assert(snapshot_write(machine, &bytes, &error));
    machine_run(machine, 20000);
    u64 before = machine_hash(machine);
    for (size_t size = 0; size < bytes.length; size += 1 + size / 16) {
        char *copy = malloc(size + 1); /* exact size, so that a sanitizer sees every read beyond */
        memcpy(copy, bytes.text, size);
        ck_assert_msg(!snapshot_read(machine, copy, size, &error), "cut at %zu", size);
        free(copy);
    }
    ck_assert_uint_eq(machine_hash(machine), before);
    text_out_free(&bytes);
    end(machine);
}
END_TEST

START_TEST(snapshot_with_any_byte_changed_never_half_loads)
{
    struct machine *machine = running_machine(MIB);
    struct text_out bytes = TEXT_OUT_EMPTY;
    struct error error;
    ck_assert(snapshot_write(machine, &bytes, &error));
    machine_run(machine, 20000);
    u64 before = machine_hash(machine), refused = 0;
    for (size_t at = 0; at < bytes.length; at += 1 + bytes.length / 997) {
        bytes.text[at] ^= 0x11;
        bool loaded = snapshot_read(machine, bytes.text, bytes.length, &error);
        bytes.text[at] ^= 0x11;
        if (!loaded) {
            ck_assert_msg(machine_hash(machine) == before, "half loaded, byte %zu", at);
            refused++;
            continue;
        }
        /* a byte that no reader looks at, such as padding: the load was whole */
        machine_run(machine, 20000);
        ck_assert_msg(machine_hash(machine) == before, "another state, byte %zu", at);
    }
    ck_assert_uint_gt(refused, 500);
    text_out_free(&bytes);
    end(machine);
}
END_TEST

START_TEST(snapshot_with_random_field_values_leaves_a_machine_that_runs)
{
    struct machine *machine = running_machine(MIB);
    struct error error;
    u32 seed = 386;
    for (unsigned round = 0; round < 40; round++) {
        struct machine_unit units[MACHINE_MAX_UNITS];
        struct text_out bytes = TEXT_OUT_EMPTY;
        u32 count = machine_units(machine, units);
        container_begin(&bytes);
        u8 config[24] = {0, 0, 16, 0, 0, 0xe1, 0xf5, 0x05, 0, 1};
        container_append(&bytes, "config", 1, config, sizeof config, &error);
        for (u32 i = 0; i < count; i++) {
            struct text_out plain = TEXT_OUT_EMPTY;
            for (u32 k = 0; k < units[i].table->count; k++) {
                const struct field *field = &units[i].table->fields[k];
                u8 length = (u8)strlen(field->name), head[5] = {field->size};
                memcpy(head + 1, &field->count, 4);
                text_out_bytes(&plain, &length, 1);
                text_out_bytes(&plain, field->name, length);
                text_out_bytes(&plain, head, 5);
                for (size_t b = 0; b < field_image_size(field); b++) {
                    seed = seed * 1664525 + 1013904223;
                    text_out_bytes(&plain, &(u8){(u8)(seed >> 24)}, 1);
                }
            }
            container_append(&bytes, units[i].table->name, 1, plain.text, plain.length, &error);
            text_out_free(&plain);
        }
        container_end(&bytes, &error);
        ck_assert_msg(snapshot_read(machine, bytes.text, bytes.length, &error), "%s", error.text);
        machine_run(machine, machine->clock.now + 2000);
        text_out_free(&bytes);
    }
    end(machine);
}
END_TEST

SUITE_MAIN("snapshot", snapshot_restores_bit_for_bit,
           snapshot_of_another_machine_is_refused_with_what_to_change,
           snapshot_cut_anywhere_is_refused_and_changes_nothing,
           snapshot_with_any_byte_changed_never_half_loads,
           snapshot_with_random_field_values_leaves_a_machine_that_runs)
