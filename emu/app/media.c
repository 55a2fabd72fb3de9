#include "app/media.h"

#include "app/hostdir.h"
#include "disks/embedded_disk.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static unsigned open_flags(const struct options *options, const struct medium *medium)
{
    return (medium->read_only ? DISK_READ_ONLY : 0) | (options->snapshot ? DISK_SNAPSHOT : 0);
}

/* ---- the built-in disk ---- */

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

static bool open_built_in(struct media *media, const struct options *options, struct error *error)
{
    if (options->disk_save)
        return open_kept(&media->images[MACHINE_HDA], options, error);
    return open_embedded(&media->images[MACHINE_HDA], error);
}

/* ---- one medium ---- */

static bool open_floppy(struct media *media, const struct options *options,
                        const struct medium *medium, unsigned drive, struct error *error)
{
    struct disk_image *image = &media->images[MACHINE_FDA + drive];
    if (!disk_image_open(image, medium->path, open_flags(options, medium) | DISK_FLOPPY, error))
        return false;
    media->floppy_types[drive] = (u8)fdc_drive_for(&image->geometry);
    return true;
}

/* The place of a CD-ROM drive that is given no number: as most boards had it, then what is left. */
static bool open_cdrom(struct media *media, const struct options *options,
                       const struct medium *medium, struct error *error)
{
    static const u8 places[] = {MACHINE_HDC, MACHINE_HDD, MACHINE_HDB, MACHINE_HDA};
    for (unsigned i = 0; i < ARRAY_COUNT(places); i++) {
        unsigned slot = places[i];
        if (options->disks[slot].given || media->images[slot].sectors || media->cdroms >> slot & 1)
            continue;
        media->cdroms |= (u8)(1u << slot);
        return !medium->path[0] ||
               disk_image_open(&media->images[slot], medium->path, DISK_CD, error);
    }
    return error_set(error, "-cdrom: expected at most three hard disks beside it");
}

static bool open_disk(struct media *media, const struct options *options,
                      const struct medium *medium, unsigned slot, struct error *error)
{
    struct disk_image *image = &media->images[slot];
    return disk_image_open(image, medium->path, open_flags(options, medium), error) &&
           (!medium->geometry.cylinders ||
            disk_image_set_geometry(image, &medium->geometry, error));
}

/* ---- images without option ---- */

static unsigned free_slot(const struct media *media, const struct options *options, unsigned first,
                          unsigned last)
{
    unsigned slot = first;
    while (slot <= last &&
           (options->disks[slot].given || media->images[slot].sectors || media->cdroms >> slot & 1))
        slot++;
    return slot;
}

static bool is_floppy_by_size(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
           status.st_size <= FLOPPY_MAX_BYTES;
}

/* *kind: the letter of -boot that stands for it. */
static bool open_by_content(struct media *media, const struct options *options,
                            const struct medium *medium, char *kind, struct error *error)
{
    if (!medium->geometry.cylinders && disk_iso_is_volume(medium->path)) {
        *kind = 'd';
        return open_cdrom(media, options, medium, error);
    }
    bool floppy = !medium->geometry.cylinders && is_floppy_by_size(medium->path);
    unsigned last = floppy ? MACHINE_FDB : MACHINE_HDD;
    unsigned slot = free_slot(media, options, floppy ? MACHINE_FDA : MACHINE_HDA, last);
    *kind = floppy ? 'a' : 'c';
    if (slot > last)
        return error_set(error, "%.200s: no drive is left for it; expected at most %s",
                         medium->path, floppy ? "two floppies" : "four hard disks and CDs");
    return floppy ? open_floppy(media, options, medium, slot - MACHINE_FDA, error)
                  : open_disk(media, options, medium, slot, error);
}

/* ---- all of them ---- */

static bool open_given(struct media *media, const struct options *options, struct error *error)
{
    for (unsigned slot = MACHINE_HDA; slot <= MACHINE_HDD; slot++)
        if (options->disks[slot].given &&
            !open_disk(media, options, &options->disks[slot], slot, error))
            return false;
    for (unsigned drive = 0; drive < 2; drive++) {
        const struct medium *medium = &options->disks[MACHINE_FDA + drive];
        if (medium->given)
            media->floppy_types[drive] = FLOPPY_1440K;
        if (medium->path[0] && !open_floppy(media, options, medium, drive, error))
            return false;
    }
    return !options->cdrom.given || open_cdrom(media, options, &options->cdrom, error);
}

/* -kernel with a boot floppy's image. */
static bool open_kernel_floppy(struct media *media, const struct options *options,
                               struct error *error)
{
    struct disk_image *image = &media->images[MACHINE_FDA];
    if (image->sectors)
        return error_set(error, "-kernel %.200s: is a floppy's image; expected no -fda beside it",
                         options->kernel);
    if (!disk_image_open(image, options->kernel, DISK_FLOPPY | DISK_SNAPSHOT, error))
        return false;
    media->floppy_types[0] = (u8)fdc_drive_for(&image->geometry);
    return true;
}

/* -hostdir: behind every disk that is named. */
static bool open_hostdir(struct media *media, const struct options *options, struct error *error)
{
    if (!options->hostdir)
        return true;
    unsigned slot = free_slot(media, options, MACHINE_HDA, MACHINE_HDD);
    return slot <= MACHINE_HDD
               ? hostdir_open(&media->images[slot], options->hostdir, error)
               : error_set(error, "-hostdir: expected at most three hard disks and CDs beside it");
}

static u8 boot_code(char letter)
{
    return letter == 'a'   ? MACHINE_BOOT_FLOPPY
           : letter == 'c' ? MACHINE_BOOT_DISK
                           : MACHINE_BOOT_CD;
}

/* With no -boot the medium that was given first, then the others in the order c, a, d. */
static void choose_order(struct media *media, const struct options *options, char first)
{
    char order[8] = {first, 'c', 'a', 'd', 0};
    const char *letters = options->boot[0] ? options->boot : order;
    unsigned count = 0;
    for (; *letters && count < ARRAY_COUNT(media->boot_order); letters++) {
        u8 code = boot_code(*letters);
        if (!memchr(media->boot_order, code, count))
            media->boot_order[count++] = code;
    }
}

bool media_is_built_in(const struct options *options)
{
    bool any = options->kernel || options->image_count || options->cdrom.path[0];
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        any = any || options->disks[slot].path[0];
    return !any;
}

bool media_open(struct media *media, const struct options *options, bool kernel_is_floppy,
                struct error *error)
{
    char first = options->first_medium;
    *media = (struct media){.floppy_types = {FLOPPY_1440K, FLOPPY_NONE}};
    if (options->disk_save && !media_is_built_in(options))
        return error_set(error, "-disk-save %.200s: expected no other medium beside it",
                         options->disk_save);
    if (!open_given(media, options, error))
        return false;
    for (unsigned i = 0; i < options->image_count; i++) {
        char kind;
        if (!open_by_content(media, options, &options->images[i], &kind, error))
            return false;
        first = first ? first : kind;
    }
    if (kernel_is_floppy) {
        first = 'a';
        if (!open_kernel_floppy(media, options, error))
            return false;
    } else if (media_is_built_in(options) && !open_built_in(media, options, error)) {
        return false;
    }
    if (!open_hostdir(media, options, error))
        return false;
    choose_order(media, options, first ? first : 'c');
    return true;
}

bool media_close(struct media *media, struct error *error)
{
    bool stored = true;
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++) {
        struct disk_image *image = &media->images[slot];
        if (image->sectors && !image->read_only && !disk_image_flush(image, error))
            stored = false;
        disk_image_close(image);
    }
    return stored;
}

void media_fill_config(struct media *media, const struct options *options,
                       struct machine_config *config)
{
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++) {
        bool floppy = slot >= MACHINE_FDA && media->floppy_types[slot - MACHINE_FDA];
        if (media->images[slot].sectors || floppy || media->cdroms >> slot & 1)
            config->disks[slot] = &media->images[slot];
    }
    config->cdroms = media->cdroms;
    memcpy(config->floppy_types, media->floppy_types, sizeof config->floppy_types);
    memcpy(config->boot_order, media->boot_order, sizeof config->boot_order);
    config->medium_flags = options->snapshot ? DISK_SNAPSHOT : 0;
}
