#include "app/disk_command.h"

#include "app/exit_codes.h"
#include "devices/media/disk_overlay.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct verb {
    const char *name, *words, *help;
    int count; /* words */
    bool (*run)(char **words, struct error *error);
};

static bool run_create(char **words, struct error *error)
{
    return disk_overlay_create(words[0], words[1], error);
}

static bool run_commit(char **words, struct error *error)
{
    u32 chunks = 0;
    if (!disk_overlay_commit(words[0], &chunks, error))
        return false;
    printf("%s: %u KB written to its base\n", words[0], chunks * (DISK_CHUNK / KIB));
    return true;
}

/* As what a drive would take it: by content and size, as an image without option. */
static unsigned kind_of(const char *file)
{
    struct stat status;
    if (disk_iso_is_volume(file))
        return DISK_CD;
    bool small = stat(file, &status) == 0 && status.st_size > 0 &&
                 status.st_size <= (off_t)FLOPPY_MAX_BYTES && !disk_overlay_is_one(file);
    return small ? DISK_FLOPPY : 0;
}

static bool run_show(char **words, struct error *error)
{
    struct disk_image image;
    unsigned kind = kind_of(words[0]);
    if (!disk_image_open(&image, words[0], kind | DISK_READ_ONLY, error))
        return false;
    printf("%s: %s%s, %llu KB", words[0],
           kind == DISK_CD       ? "CD"
           : kind == DISK_FLOPPY ? "floppy"
                                 : "hard disk",
           disk_overlay_is_one(words[0]) ? " (an overlay)" : "",
           (unsigned long long)(image.sectors / 2));
    if (kind != DISK_CD)
        printf(", %u cylinders, %u heads, %u sectors (by its %s)", image.geometry.cylinders,
               image.geometry.heads, image.geometry.sectors,
               geometry_source_name(image.geometry_source));
    printf("\n");
    disk_image_close(&image);
    return true;
}

// clang-format off
static const struct verb verbs[] = {
    {"create", "OVERLAY BASE", "a file that takes the changes of a hard disk's image; use it as the image", 2, run_create},
    {"commit", "OVERLAY",      "write the changes to the base and leave the overlay empty", 1, run_commit},
    {"show",   "IMAGE",        "what an image is, and its geometry", 1, run_show},
};
// clang-format on

static int usage(FILE *to, int code)
{
    for (unsigned i = 0; i < ARRAY_COUNT(verbs); i++)
        fprintf(to, "glass386 disk %-6s %-12s  %s\n", verbs[i].name, verbs[i].words, verbs[i].help);
    return code;
}

int disk_command(int argc, char **argv)
{
    struct error error = {""};
    if (argc < 2 || strcmp(argv[1], "-help") == 0 || strcmp(argv[1], "--help") == 0)
        return usage(argc < 2 ? stderr : stdout, argc < 2 ? EXIT_USAGE : EXIT_POWER_OFF);
    for (unsigned i = 0; i < ARRAY_COUNT(verbs); i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        if (argc - 2 != verbs[i].count) {
            fprintf(stderr, "glass386: disk %s: expected %s after it\n", argv[1], verbs[i].words);
            return EXIT_USAGE;
        }
        if (verbs[i].run(argv + 2, &error))
            return EXIT_POWER_OFF;
        fprintf(stderr, "glass386: %s\n", error.text);
        return EXIT_USAGE;
    }
    fprintf(stderr, "glass386: disk '%.60s': expected create, commit or show\n", argv[1]);
    return EXIT_USAGE;
}
