#ifndef GLASS386_TESTS_FUZZ_SMALL_H
#define GLASS386_TESTS_FUZZ_SMALL_H

#include "fuzz/fuzz.h"
#include "snapshot/snapshot.h"

#include <string.h>

/* A machine that many inputs share: building one takes longer than what most inputs ask of it. Its
   ROM is one loop that reads the keyboard, so that hardly any code is decoded. */

struct small_machine {
    struct machine machine;
    struct text_out start; /* its state before the first input */
    u8 rom[64 * KIB];
};

static inline void small_machine_init(struct small_machine *small, struct disk_image *disk)
{
    static const u8 loop[] = {0xe4, 0x60, 0xeb, 0xfc}; /* in al, 60h; jmp to it */
    struct error error;
    memset(small->rom, 0xf4, sizeof small->rom);
    memcpy(small->rom + 0xfff0, loop, sizeof loop);
    struct machine_config config = {
        .ram_size = MIB, .bios = small->rom, .bios_size = sizeof small->rom, .disks = {disk}};
    FUZZ_REQUIRE(machine_init(&small->machine, &config, &error));
    FUZZ_REQUIRE(snapshot_write_moment(&small->machine, &small->start, &error));
}

static inline void small_machine_put_back(struct small_machine *small)
{
    struct error error;
    FUZZ_REQUIRE(snapshot_read(&small->machine, small->start.text, small->start.length, &error));
}

#endif
