#include "files/volume.h"

#include "base/bits.h"
#include "files/fat.h"
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any bytes as a disk image, of which the first says how a sound image is damaged first: no verb
   reads or writes outside it or hangs, one that refuses says why, and one that succeeds leaves a
   sound file system. */

#define VOLUME_SIZE (96u * 1024u)

static void forget(void *context, const struct file_entry *entry)
{
    (void)context;
    FUZZ_REQUIRE(strlen(entry->name) < 768);
}

static void look(const struct file_system *system, const struct volume *volume)
{
    static const char *const paths[] = {"/", "/D", "/D/F", "/F"};
    for (unsigned i = 0; i < ARRAY_COUNT(paths); i++) {
        struct text_out bytes = TEXT_OUT_EMPTY;
        struct error error = {""};
        FUZZ_REQUIRE(system->list(volume, paths[i], forget, NULL, &error) || error.text[0]);
        FUZZ_REQUIRE(system->get(volume, paths[i], &bytes, &error) || error.text[0]);
        text_out_free(&bytes);
    }
}

/* Makes and removes a file by a name that is short, or long where there are long ones. */
static void change(const struct file_system *system, struct volume *volume, const char *name)
{
    static const u8 content[5000] = {1};
    struct error error = {""};
    struct text_out problems = TEXT_OUT_EMPTY;
    bool sound = system->check(volume, &problems);
    FUZZ_REQUIRE(sound || problems.length);
    volume->sound = false;
    bool put = system->put(volume, name, content, sizeof content, &error);
    FUZZ_REQUIRE(put ? sound : error.text[0] != 0);
    if (put) {
        FUZZ_REQUIRE(system->check(volume, &problems));
        FUZZ_REQUIRE(system->remove(volume, name, &error));
        FUZZ_REQUIRE(system->check(volume, &problems));
    }
    text_out_free(&problems);
}

static void fill_folder(const struct file_system *system, struct volume *volume)
{
    struct error error = {""};
    struct text_out problems = TEXT_OUT_EMPTY;
    volume->sound = false;
    if (system->make_folder(volume, "/D/New Name", &error)) {
        for (unsigned i = 0; i < 40; i++) {
            char path[64];
            snprintf(path, sizeof path, "/D/New Name/a file %u", i);
            if (!system->put(volume, path, NULL, 0, &error))
                break;
        }
        FUZZ_REQUIRE(error.text[0] || system->check(volume, &problems));
    }
    text_out_free(&problems);
}

/* A FAT32 smaller than fat32.format makes. */
static void format_fat32(struct volume *volume)
{
    enum { INFO = 1, TABLES = 2, TABLE_SECTORS = 2 };
    u8 *boot = volume->bytes, *info = boot + INFO * 512;
    store_le16(boot + FAT_BOOT_SECTOR_BYTES, 512);
    boot[FAT_BOOT_CLUSTER_SECTORS] = 1;
    store_le16(boot + FAT_BOOT_RESERVED, TABLES);
    boot[FAT_BOOT_COPIES] = 2;
    store_le32(boot + FAT_BOOT_SECTORS_32, VOLUME_SIZE / 512);
    store_le32(boot + FAT32_BOOT_FAT_SECTORS, TABLE_SECTORS);
    store_le32(boot + FAT32_BOOT_ROOT, 2);
    store_le16(boot + FAT32_BOOT_INFO, INFO);
    store_le32(info + FAT32_INFO_LEAD, FAT32_INFO_LEAD_MARK);
    store_le32(info + FAT32_INFO_MARK, FAT32_INFO_MARK_MARK);
    store_le32(info + FAT32_INFO_FREE, 100);
    for (unsigned copy = 0; copy < 2; copy++)
        for (unsigned cluster = 0; cluster < 3; cluster++)
            store_le32(boot + (TABLES + copy * TABLE_SECTORS) * 512 + cluster * 4, 0x0fffffff);
}

/* A small sound image with a folder and two files. */
static void make(u8 kind, struct volume *volume)
{
    static const u8 content[3000] = {7};
    const struct file_system *system = kind < 0xc0 ? file_systems[kind % 3] : &fat32;
    struct error error;
    memset(volume->bytes, 0, volume->size);
    if (system == &fat32)
        format_fat32(volume);
    else
        FUZZ_REQUIRE(system->format(volume, &error));
    FUZZ_REQUIRE(system->make_folder(volume, "/D", &error));
    FUZZ_REQUIRE(system->put(volume, "/D/F", content, sizeof content, &error));
    FUZZ_REQUIRE(system->put(volume, "/F", content, 20, &error));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    if (size < 2 || size > VOLUME_SIZE)
        return 0;
    struct volume volume = {.name = "image", .bytes = calloc(1, VOLUME_SIZE), .size = VOLUME_SIZE};
    struct error error;
    FUZZ_REQUIRE(volume.bytes != NULL);
    if (data[0] & 1) {
        make(data[1], &volume);
        for (size_t i = 2; i + 2 < size && i < 2 + 3 * (size_t)(data[0] >> 1 & 15); i += 3)
            volume.bytes[(data[i] | (size_t)data[i + 1] << 8) % (24 * 1024)] = data[i + 2];
    } else {
        volume.size = size & ~(size_t)511;
        memcpy(volume.bytes, data, size);
        volume.bytes = volume.size ? realloc(volume.bytes, volume.size) : volume.bytes;
    }
    u8 *bytes = volume.bytes;
    if (volume_find(&volume, data[0] >> 6 & 1, &error)) {
        const struct file_system *system = volume_recognise(&volume);
        if (system) {
            look(system, &volume);
            change(system, &volume, "/NEW");
            change(system, &volume, data[0] & 32 ? "/New \xc3\xa4.file" : "/D/Newer.file");
            fill_folder(system, &volume);
        }
    }
    free(bytes);
    return 0;
}
