#include "base/bits.h"
#include "devices/media/disk_image.h"
#include "devices/media/disk_overlay.h"
#include "support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* A scratch folder of its own for each test (Check runs each in a process of its own). */
static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/glass386-media-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *path(const char *name)
{
    static char text[128];
    snprintf(text, sizeof text, "%s/%s", folder, name);
    return text;
}

/* A file of `size` bytes, each sector filled with its number. */
static const char *make_file(const char *name, size_t size)
{
    FILE *file = fopen(path(name), "wb");
    ck_assert_ptr_nonnull(file);
    for (size_t i = 0; i < size; i++)
        fputc((int)(i / 512), file);
    fclose(file);
    return path(name);
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static u8 file_byte(const char *name, long at)
{
    FILE *file = fopen(path(name), "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fclose(file);
    return (u8)byte;
}

static u8 first_byte(struct disk_image *image, u64 sector)
{
    u8 data[512];
    struct error error = {""};
    ck_assert_msg(disk_image_read(image, sector, 1, data, &error), "%s", error.text);
    return data[0];
}

static void fill_sector(struct disk_image *image, u64 sector, u8 value)
{
    u8 data[512];
    struct error error = {""};
    memset(data, value, sizeof data);
    ck_assert_msg(disk_image_write(image, sector, 1, data, &error), "%s", error.text);
}

static void refuses(const char *name, unsigned flags, const char *words)
{
    struct disk_image image;
    struct error error = {""};
    ck_assert(!disk_image_open(&image, name, flags, &error));
    ck_assert_msg(strstr(error.text, name) && strstr(error.text, words), "%s", error.text);
    ck_assert_ptr_null(strchr(error.text, '\n'));
}

START_TEST(media_refuses_unusable_files_in_one_line)
{
    make_folder();
    refuses(path("missing"), 0, "No such file");
    refuses(make_file("empty", 0), 0, "is empty");
    refuses(make_file("odd", 1000), 0, "multiple of 512");
    ck_assert_int_eq(mkdir(path("folder"), 0755), 0);
    refuses(path("folder"), 0, "directory");
    refuses(path("folder"), DISK_READ_ONLY, "directory");
    ck_assert_int_eq(mkfifo(path("pipe"), 0644), 0);
    refuses(path("pipe"), 0, "special file");
    refuses("/dev/null", DISK_READ_ONLY, "special file");
    make_file("secret", 512);
    chmod(path("secret"), 0);
    if (geteuid() != 0)
        refuses(path("secret"), DISK_READ_ONLY, "Permission denied");
    remove_folder();
}
END_TEST

START_TEST(media_writes_go_through_to_the_file)
{
    struct disk_image image;
    struct error error;
    make_folder();
    ck_assert(disk_image_open(&image, make_file("disk", 1024 * 512), 0, &error));
    ck_assert_uint_eq(image.sectors, 1024);
    ck_assert_uint_eq(first_byte(&image, 7), 7);
    fill_sector(&image, 7, 0xaa);
    ck_assert_uint_eq(file_byte("disk", 7 * 512), 0xaa);
    ck_assert(disk_image_flush(&image, &error));
    disk_image_close(&image);
    remove_folder();
}
END_TEST

/* Made shorter, it is not made longer again by a write. */
START_TEST(media_file_that_becomes_shorter_is_told)
{
    struct disk_image image;
    struct error error = {""};
    u8 data[512] = {1};
    make_folder();
    ck_assert(disk_image_open(&image, make_file("disk", 1024 * 512), 0, &error));
    ck_assert_int_eq(truncate(path("disk"), 100 * 512), 0);
    ck_assert(!disk_image_read(&image, 200, 1, data, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "cannot read sector 200: the file has become short"));
    ck_assert(!disk_image_write(&image, 200, 1, data, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "cannot write sector 200: the file has become short"));
    ck_assert_int_eq(truncate(path("disk"), 2048 * 512), 0); /* longer does no harm */
    fill_sector(&image, 200, 0xbb);
    ck_assert_uint_eq(file_byte("disk", 200 * 512), 0xbb);
    disk_image_close(&image);
    remove_folder();
}
END_TEST

/* The path that the text names behind `words`; in `found`. */
static const char *named_path(const char *text, const char *words, char *found)
{
    const char *at = strstr(text, words);
    ck_assert_msg(at != NULL, "%s", text);
    strcpy(found, at + strlen(words));
    return found;
}

/* Removed or replaced, its content is kept beside it, with what is written later, and that is told
   once; moved, it has it all itself. The file that has the name now stays as it is. */
START_TEST(media_file_that_loses_its_name_is_kept)
{
    struct disk_image image;
    struct error error = {""};
    char name[256], other[256], kept[512];
    for (unsigned how = 0; how < 3; how++) {
        make_folder();
        snprintf(name, sizeof name, "%s", make_file("disk", 1024 * 512));
        snprintf(other, sizeof other, "%s", make_file("other", 512));
        ck_assert(disk_image_open(&image, name, 0, &error));
        fill_sector(&image, 7, 0xaa);
        ck_assert_int_eq(
            how == 0 ? unlink(name) : rename(how == 1 ? other : name, how == 1 ? name : other), 0);
        ck_assert(!disk_image_flush(&image, &error));
        if (how == 2)
            ck_assert_ptr_nonnull(strstr(error.text, "was moved"));
        else
            named_path(error.text, "all that was written is in ", kept);
        fill_sector(&image, 8, 0xbb);
        ck_assert_msg(disk_image_flush(&image, &error), "%s", error.text);
        disk_image_close(&image);
        ck_assert(disk_image_open(&image, how == 2 ? other : kept, 0, &error));
        ck_assert_uint_eq(image.sectors, 1024);
        ck_assert_uint_eq(first_byte(&image, 7), 0xaa);
        ck_assert_uint_eq(first_byte(&image, 8), 0xbb);
        ck_assert_uint_eq(first_byte(&image, 9), 9);
        disk_image_close(&image);
        if (how == 1)
            ck_assert_uint_eq(file_byte("disk", 0), 0);
        if (how < 2)
            unlink(kept);
        remove_folder();
    }
}
END_TEST

START_TEST(media_locks_its_file)
{
    struct disk_image image;
    struct error error;
    make_folder();
    ck_assert(disk_image_open(&image, make_file("disk", 4096), 0, &error));
    refuses(path("disk"), 0, "in use");
    refuses(path("disk"), DISK_SNAPSHOT, "in use");
    disk_image_close(&image);
    ck_assert(disk_image_open(&image, path("disk"), DISK_SNAPSHOT, &error));
    struct disk_image second;
    ck_assert(disk_image_open(&second, path("disk"), DISK_READ_ONLY, &error));
    disk_image_close(&second);
    disk_image_close(&image);
    remove_folder();
}
END_TEST

START_TEST(media_read_only_refuses_writes)
{
    struct disk_image image;
    struct error error;
    u8 data[512] = {0};
    make_folder();
    make_file("disk", 4096);
    chmod(path("disk"), 0444);
    ck_assert(disk_image_open(&image, path("disk"), DISK_READ_ONLY, &error));
    ck_assert(!disk_image_write(&image, 0, 1, data, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "read-only"));
    disk_image_close(&image);
    remove_folder();
}
END_TEST

START_TEST(media_overlay_keeps_the_file_untouched)
{
    struct disk_image image;
    struct error error;
    make_folder();
    ck_assert(disk_image_open(&image, make_file("disk", 300 * 512), DISK_SNAPSHOT, &error));
    ck_assert_uint_eq(image.chunks, 3);
    ck_assert_uint_eq(disk_image_next_changed(&image, 0), 3);
    fill_sector(&image, 299, 0x55);
    ck_assert_uint_eq(first_byte(&image, 299), 0x55);
    ck_assert_uint_eq(first_byte(&image, 298), 298 & 0xff);
    ck_assert_uint_eq(first_byte(&image, 0), 0);
    ck_assert_uint_eq(file_byte("disk", 299 * 512), 299 & 0xff);
    ck_assert_uint_eq(disk_image_next_changed(&image, 0), 2);
    ck_assert_uint_eq(disk_image_next_changed(&image, 3), 3);
    disk_image_close(&image);
    remove_folder();
}
END_TEST

START_TEST(media_changes_can_be_carried_to_another_overlay)
{
    struct disk_image from, to;
    struct error error;
    u64 hash_from, hash_to;
    make_folder();
    make_file("disk", 300 * 512);
    ck_assert(disk_image_open(&from, path("disk"), DISK_SNAPSHOT, &error));
    ck_assert(disk_image_open(&to, path("disk"), DISK_SNAPSHOT, &error));
    fill_sector(&from, 130, 0x77);
    fill_sector(&to, 0, 0x11);
    disk_image_forget_changes(&to);
    u32 chunk = disk_image_next_changed(&from, 0);
    ck_assert(disk_image_put_chunk(&to, chunk, disk_image_changed_chunk(&from, chunk), &error));
    ck_assert(!disk_image_put_chunk(&to, 3, disk_image_changed_chunk(&from, chunk), &error));
    ck_assert_uint_eq(first_byte(&to, 130), 0x77);
    ck_assert_uint_eq(first_byte(&to, 0), 0);
    ck_assert(disk_image_base_hash(&from, &hash_from, &error));
    ck_assert(disk_image_base_hash(&to, &hash_to, &error));
    ck_assert_uint_eq(hash_from, hash_to);
    disk_image_close(&from);
    disk_image_close(&to);
    remove_folder();
}
END_TEST

START_TEST(media_saves_the_whole_medium)
{
    struct disk_image image;
    struct error error = {""};
    make_folder();
    ck_assert(disk_image_open(&image, make_file("disk", 300 * 512), DISK_SNAPSHOT, &error));
    fill_sector(&image, 2, 0x99);
    ck_assert_msg(disk_image_save(&image, path("copy"), &error), "%s", error.text);
    ck_assert_uint_eq(file_byte("copy", 2 * 512), 0x99);
    ck_assert_uint_eq(file_byte("copy", 299 * 512), 299 & 0xff);
    ck_assert(!disk_image_save(&image, path("no/such/place"), &error));
    ck_assert_ptr_nonnull(strstr(error.text, "no/such/place"));
    disk_image_close(&image);
    remove_folder();
}
END_TEST

START_TEST(media_refuses_sectors_outside)
{
    struct disk_image image;
    struct error error;
    u8 data[1024];
    ck_assert(disk_image_open_blank(&image, 10, &error));
    ck_assert(disk_image_read(&image, 8, 2, data, &error));
    ck_assert(!disk_image_read(&image, 9, 2, data, &error));
    ck_assert(!disk_image_write(&image, 10, 1, data, &error));
    ck_assert(!disk_image_read(&image, UINT64_MAX, 2, data, &error));
    disk_image_close(&image);
    disk_image_close(&image);
}
END_TEST

/* A packed image of two and a half chunks: numbers, zeros, numbers. */
enum { PACKED_SIZE = 65536 * 2 + 32768, PACKED_ROOM = 400000 };

static size_t pack(u8 *packed)
{
    static u8 raw[65536];
    size_t at = 28 + 3 * 8;
    memset(packed, 0, at);
    memcpy(packed, "G386DISK", 8);
    store_le32(packed + 8, 1);
    store_le32(packed + 12, 65536);
    store_le64(packed + 16, PACKED_SIZE);
    store_le32(packed + 24, 3);
    for (u32 chunk = 0; chunk < 3; chunk += 2) {
        uLongf length = PACKED_ROOM - at;
        for (size_t i = 0; i < sizeof raw; i++)
            raw[i] = (u8)(chunk * 100 + i / 512);
        compress(packed + at, &length, raw, chunk == 2 ? 32768 : 65536);
        store_le32(packed + 28 + chunk * 8, (u32)at);
        store_le32(packed + 32 + chunk * 8, (u32)length);
        at += length;
    }
    return at;
}

START_TEST(media_unpacks_the_embedded_disk)
{
    struct disk_image image;
    struct error error = {""};
    u8 *packed = malloc(PACKED_ROOM);
    size_t size = pack(packed);
    ck_assert_msg(disk_image_open_embedded(&image, packed, size, &error), "%s", error.text);
    ck_assert_uint_eq(image.sectors, 320);
    ck_assert_uint_eq(first_byte(&image, 5), 5);
    ck_assert_uint_eq(first_byte(&image, 200), 0);
    ck_assert_uint_eq(first_byte(&image, 319), 200 + 63 - 256);
    fill_sector(&image, 319, 1);
    ck_assert_uint_eq(first_byte(&image, 319), 1);
    disk_image_close(&image);
    free(packed);
}
END_TEST

START_TEST(media_damaged_embedded_disk_is_refused_or_fails_to_read)
{
    u8 *packed = malloc(PACKED_ROOM), *damaged = malloc(PACKED_ROOM);
    size_t size = pack(packed);
    for (size_t at = 0; at < size; at += at < 60 ? 1 : 37) {
        struct disk_image image;
        struct error error;
        u8 data[512];
        memcpy(damaged, packed, size);
        damaged[at] ^= 0xff;
        if (!disk_image_open_embedded(&image, damaged, size, &error))
            continue;
        for (u64 sector = 0; sector < image.sectors; sector += 128)
            disk_image_read(&image, sector, 1, data, &error);
        disk_image_close(&image);
    }
    for (size_t cut = 0; cut < size; cut += 13) {
        struct disk_image image;
        struct error error;
        u8 *exact = malloc(cut + 1);
        memcpy(exact, packed, cut);
        ck_assert(!disk_image_open_embedded(&image, exact, cut, &error));
        free(exact);
    }
    free(packed);
    free(damaged);
}
END_TEST

static void put_entry(u8 *sector0, unsigned number, const u8 end[3], u32 start, u32 length)
{
    u8 *entry = sector0 + 0x1be + 16 * number;
    entry[4] = 0x81;
    memcpy(entry + 5, end, 3);
    store_le32(entry + 8, start);
    store_le32(entry + 12, length);
}

START_TEST(media_geometry_comes_from_the_partition_table)
{
    u8 sector0[512] = {0};
    sector0[510] = 0x55;
    sector0[511] = 0xaa;
    /* 8 heads, 17 sectors; the partition ends with cylinder 99. */
    put_entry(sector0, 1, (const u8[]){7, 17, 99}, 136, 99 * 136);
    struct disk_geometry geometry = disk_geometry_infer(sector0, 200 * 136, NULL);
    ck_assert_uint_eq(geometry.heads, 8);
    ck_assert_uint_eq(geometry.sectors, 17);
    ck_assert_uint_eq(geometry.cylinders, 200);
}
END_TEST

START_TEST(media_geometry_can_be_said)
{
    struct disk_image image;
    struct error error = {""};
    ck_assert(disk_image_open_blank(&image, 615 * 4 * 17, &error));
    ck_assert(!disk_image_set_geometry(&image, &(struct disk_geometry){616, 4, 17}, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "616/4/17 are 41888 sectors"));
    ck_assert_uint_eq(image.geometry.heads, 16);
    ck_assert(disk_image_set_geometry(&image, &(struct disk_geometry){615, 4, 17}, &error));
    ck_assert_uint_eq(image.geometry.heads, 4);
    ck_assert_str_eq(geometry_source_name(image.geometry_source), "chs= option");
    disk_image_close(&image);
    ck_assert(!disk_geometry_possible(&(struct disk_geometry){1, 17, 63}));
    ck_assert(!disk_geometry_possible(&(struct disk_geometry){0, 16, 63}));
    ck_assert(!disk_geometry_possible(&(struct disk_geometry){1, 16, 64}));
    ck_assert(disk_geometry_possible(&(struct disk_geometry){16383, 16, 63}));
}
END_TEST

START_TEST(media_geometry_falls_back_to_the_size)
{
    u8 sector0[512] = {0};
    struct disk_geometry geometry = disk_geometry_infer(sector0, 40320, NULL);
    ck_assert_uint_eq(geometry.heads, 16);
    ck_assert_uint_eq(geometry.sectors, 63);
    ck_assert_uint_eq(geometry.cylinders, 40);
    sector0[510] = 0x55;
    sector0[511] = 0xaa;
    put_entry(sector0, 0, (const u8[]){7, 17, 98}, 136, 99 * 136); /* CHS and LBA disagree */
    geometry = disk_geometry_infer(sector0, 40320, NULL);
    ck_assert_uint_eq(geometry.heads, 16);
    geometry = disk_geometry_infer(sector0, 1, NULL);
    ck_assert_uint_eq(geometry.cylinders * geometry.heads * geometry.sectors, 1);
    geometry = disk_geometry_infer(sector0, UINT32_MAX, NULL);
    ck_assert_uint_eq(geometry.cylinders, 16383);
}
END_TEST

START_TEST(media_overlay_file_keeps_changes_until_they_are_committed)
{
    struct disk_image image;
    struct error error = {""};
    char file[128], base[128];
    u32 chunks;
    make_folder();
    snprintf(base, sizeof base, "%s", make_file("base.img", 300 * 512));
    snprintf(file, sizeof file, "%s", path("changes"));
    ck_assert_msg(disk_overlay_create(file, "base.img", &error), "%s", error.text);
    ck_assert(!disk_overlay_create(file, "base.img", &error)); /* it exists */
    for (unsigned round = 0; round < 2; round++) {             /* the changes outlive the image */
        ck_assert_msg(disk_image_open(&image, file, 0, &error), "%s", error.text);
        ck_assert_uint_eq(image.sectors, 300);
        ck_assert_uint_eq(first_byte(&image, 299), round ? 0xee : 299 % 256);
        fill_sector(&image, 299, 0xee);
        ck_assert_uint_eq(first_byte(&image, 298), 298 % 256);
        ck_assert_uint_eq(first_byte(&image, 3), 3);
        refuses(file, 0, "in use");
        disk_image_close(&image);
    }
    ck_assert_uint_eq(file_byte("base.img", 299 * 512), 299 % 256);
    ck_assert_msg(disk_overlay_commit(file, &chunks, &error), "%s", error.text);
    ck_assert_uint_eq(chunks, 1);
    ck_assert_uint_eq(file_byte("base.img", 299 * 512), 0xee);
    ck_assert_msg(disk_image_open(&image, file, 0, &error), "%s", error.text);
    ck_assert_uint_eq(first_byte(&image, 299), 0xee);
    disk_image_close(&image);
    ck_assert_msg(disk_image_open(&image, base, 0, &error), "%s", error.text);
    fill_sector(&image, 5, 0x77);
    disk_image_close(&image);
    refuses(file, 0, "was changed since");
    ck_assert(!disk_overlay_commit(base, &chunks, &error));
    remove_folder();
}
END_TEST

/* Each byte of the header and the table with another value: refused in one line, or read safely. */
START_TEST(media_damaged_overlay_file_is_refused)
{
    struct disk_image image;
    struct error error = {""};
    char file[128];
    u32 refused = 0;
    make_folder();
    make_file("base.img", 300 * 512);
    snprintf(file, sizeof file, "%s", path("changes"));
    ck_assert(disk_overlay_create(file, "base.img", &error));
    ck_assert(disk_image_open(&image, file, 0, &error));
    fill_sector(&image, 1, 0xee);
    disk_image_close(&image);
    for (off_t at = 8; at < 4096 + 12; at == 48 ? at = 4096 : at++) {
        int descriptor = open(file, O_RDWR);
        u8 byte, other;
        ck_assert_int_eq(pread(descriptor, &byte, 1, at), 1);
        other = byte ^ 0x41;
        ck_assert_int_eq(pwrite(descriptor, &other, 1, at), 1);
        error.text[0] = 0;
        if (disk_image_open(&image, file, 0, &error)) {
            first_byte(&image, 0);
            disk_image_close(&image);
        } else {
            ck_assert(error.text[0] && !strchr(error.text, '\n'));
            refused++;
        }
        ck_assert_int_eq(pwrite(descriptor, &byte, 1, at), 1);
        close(descriptor);
    }
    ck_assert_uint_gt(refused, 40);
    ck_assert_int_eq(truncate(file, 4000), 0);
    refuses(file, 0, "cut short");
    remove_folder();
}
END_TEST

SUITE_MAIN("media", media_refuses_unusable_files_in_one_line, media_writes_go_through_to_the_file,
           media_file_that_becomes_shorter_is_told, media_file_that_loses_its_name_is_kept,
           media_locks_its_file, media_read_only_refuses_writes,
           media_overlay_keeps_the_file_untouched, media_changes_can_be_carried_to_another_overlay,
           media_saves_the_whole_medium, media_refuses_sectors_outside,
           media_unpacks_the_embedded_disk, media_damaged_embedded_disk_is_refused_or_fails_to_read,
           media_geometry_comes_from_the_partition_table, media_geometry_can_be_said,
           media_geometry_falls_back_to_the_size,
           media_overlay_file_keeps_changes_until_they_are_committed,
           media_damaged_overlay_file_is_refused)
