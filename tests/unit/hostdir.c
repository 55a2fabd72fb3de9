/* -hostdir: the disk that a folder becomes, read back sector by sector. */
#include "app/hostdir.h"
#include "files/volume.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void make_folder(void)
{
    char path[200];
    strcpy(folder, "/tmp/hostdir.XXXXXX");
    ck_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/sub", folder);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    write_file("one.txt", "first");
    write_file("a long name.text", "second");
    write_file("a long name.texture", "third");
    write_file("sub/inner.c", "fourth");
    write_file(".hidden", "never");
    write_file("Case.c", "sixth");
    write_file("case.c", "seventh");
    write_file("n\xc3\xa4me.txt", "eighth");
    snprintf(path, sizeof path, "%s/inside.c", folder);
    ck_assert_int_eq(symlink("sub/inner.c", path), 0);
    snprintf(path, sizeof path, "%s/outside", folder);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/loop", folder);
    ck_assert_int_eq(symlink(".", path), 0);
}

static void remove_folder(void)
{
    char command[200];
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static u8 *read_disk(struct disk_image *disk)
{
    struct error error;
    ck_assert_msg(hostdir_open(disk, folder, &error), "%s", error.text);
    u8 *bytes = malloc(disk->sectors * DISK_SECTOR);
    ck_assert(disk_image_read(disk, 0, (u32)disk->sectors, bytes, &error));
    return bytes;
}

static const struct {
    const char *path, *content;
} files[] = {
    {"/ONE.TXT", "first"},      {"/ALONGN~1.TEX", "second"},       {"/ALONGN~2.TEX", "third"},
    {"/SUB/INNER.C", "fourth"}, {"/a long name.texture", "third"}, {"/Case.c", "sixth"},
    {"/case~1.c", "seventh"},   {"/inside.c", "fourth"},           {"/n\xc3\xa4me.txt", "eighth"},
};

START_TEST(a_folder_becomes_a_sound_fat_disk)
{
    struct disk_image disk;
    struct error error;
    struct text_out out = TEXT_OUT_EMPTY;
    make_folder();
    u8 *bytes = read_disk(&disk);
    struct volume volume = {.name = "disk", .bytes = bytes, .size = disk.sectors * DISK_SECTOR};
    ck_assert_msg(volume_find(&volume, 1, &error), "%s", error.text);
    ck_assert_ptr_eq(volume_recognise(&volume), &fat16);
    ck_assert_msg(fat16.check(&volume, &out), "%s", text_out_text(&out));
    for (unsigned i = 0; i < ARRAY_COUNT(files); i++) {
        text_out_clear(&out);
        ck_assert_msg(fat16.get(&volume, files[i].path, &out, &error), "%s", error.text);
        ck_assert_str_eq(text_out_text(&out), files[i].content);
    }
    ck_assert(!fat16.get(&volume, "/HIDDEN", &out, &error));
    ck_assert(!fat16.list(&volume, "/LOOP", NULL, NULL, &error));
    ck_assert(!fat16.get(&volume, "/OUTSIDE", &out, &error));
    ck_assert(disk.read_only);
    ck_assert(!disk_image_write(&disk, 0, 1, bytes, &error));
    text_out_free(&out);
    free(bytes);
    disk_image_close(&disk);
    remove_folder();
}
END_TEST

START_TEST(the_same_folder_gives_the_same_bits)
{
    struct disk_image one, two;
    make_folder();
    u8 *first = read_disk(&one), *second = read_disk(&two);
    ck_assert_uint_eq(one.sectors, two.sectors);
    ck_assert(memcmp(first, second, one.sectors * DISK_SECTOR) == 0);
    free(first);
    free(second);
    disk_image_close(&one);
    disk_image_close(&two);
    remove_folder();
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_one_line)
{
    struct disk_image disk;
    struct error error = {""};
    ck_assert(!hostdir_open(&disk, "/nothing/at/all", &error));
    ck_assert(strstr(error.text, "/nothing/at/all") && !strchr(error.text, '\n'));
}
END_TEST

SUITE_MAIN("hostdir", a_folder_becomes_a_sound_fat_disk, the_same_folder_gives_the_same_bits,
           a_folder_that_is_not_there_is_one_line)
