/* mkdisk: lays the disk image from its pieces, or packs an image for the executable. */
#include "boot.h"
#include "embed.h"
#include "geometry.h"
#include "manifest.h"
#include "swap.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: mkdisk -o IMAGE [--bootsect F] [--setup F] [--system F] [--manifest F] [-I FOLDER]...\n"
    "              [--append OPTIONS] [--depfile F]\n"
    "       mkdisk --embed IMAGE -o FILE\n";

struct options {
    const char *out, *manifest, *depfile, *embed;
    struct boot_pieces pieces;
    struct manifest list;
};

enum {
    OPTION_BOOTSECT = 256,
    OPTION_SETUP,
    OPTION_SYSTEM,
    OPTION_MANIFEST,
    OPTION_APPEND,
    OPTION_DEPFILE,
    OPTION_EMBED
};

static const struct option long_options[] = {
    {"bootsect", required_argument, NULL, OPTION_BOOTSECT},
    {"setup", required_argument, NULL, OPTION_SETUP},
    {"system", required_argument, NULL, OPTION_SYSTEM},
    {"manifest", required_argument, NULL, OPTION_MANIFEST},
    {"append", required_argument, NULL, OPTION_APPEND},
    {"depfile", required_argument, NULL, OPTION_DEPFILE},
    {"embed", required_argument, NULL, OPTION_EMBED},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char **option_place(struct options *options, int option)
{
    switch (option) {
    case 'o':
        return &options->out;
    case OPTION_BOOTSECT:
        return &options->pieces.bootsect;
    case OPTION_SETUP:
        return &options->pieces.setup;
    case OPTION_SYSTEM:
        return &options->pieces.system;
    case OPTION_MANIFEST:
        return &options->manifest;
    case OPTION_APPEND:
        return &options->pieces.options;
    case OPTION_DEPFILE:
        return &options->depfile;
    case OPTION_EMBED:
        return &options->embed;
    case 'I':
        if (options->list.folder_count < MOST_FOLDERS)
            return &options->list.folders[options->list.folder_count++];
        return NULL;
    default:
        return NULL;
    }
}

static bool parse(struct options *options, int count, char **arguments)
{
    int option;

    while ((option = getopt_long(count, arguments, "o:I:h", long_options, NULL)) != -1) {
        const char **place = option_place(options, option);

        if (!place)
            return false;
        *place = optarg;
    }
    return optind == count && options->out;
}

static bool lay_root(struct options *options, uint8_t *image)
{
    struct volume root = {.name = options->out,
                          .bytes = image + (size_t)ROOT_LBA * SECTOR_SIZE,
                          .size = (u64)ROOT_SECTORS * SECTOR_SIZE,
                          .time = IMAGE_TIME};
    struct error error;
    struct minix fs;

    if (!minix_v1.format(&root, &error) || !minix_open(&fs, &root, &error))
        return complain("%s", error.text);
    options->list.fs = &fs;
    return !options->manifest || manifest_apply(&options->list, options->manifest);
}

static bool lay_image(struct options *options)
{
    size_t size = (size_t)DISK_SECTORS * SECTOR_SIZE;
    uint8_t *image = calloc(1, size);
    bool done;

    if (!image)
        return complain("%s: not enough memory", options->out);
    swap_format(image + (size_t)SWAP_LBA * SECTOR_SIZE, SWAP_SECTORS);
    done = boot_lay(image, &options->pieces) && lay_root(options, image) &&
           file_write(options->out, image, size);
    free(image);
    return done;
}

/* Lays the image while noting, in the form make and ninja read, which files the manifest used. */
static bool lay_with_dependencies(struct options *options)
{
    bool done;

    if (options->depfile) {
        options->list.dependencies = fopen(options->depfile, "w");
        if (!options->list.dependencies)
            return complain("%s: %s", options->depfile, strerror(errno));
        fprintf(options->list.dependencies, "%s:", options->out);
    }
    done = lay_image(options);
    if (options->list.dependencies) {
        fputc('\n', options->list.dependencies);
        if (fclose(options->list.dependencies))
            done = complain("%s: %s", options->depfile, strerror(errno));
    }
    return done;
}

int main(int count, char **arguments)
{
    struct options options = {0};
    bool done;

    if (!parse(&options, count, arguments)) {
        fputs(usage, stderr);
        return 2;
    }
    done =
        options.embed ? embed_write(options.embed, options.out) : lay_with_dependencies(&options);
    return done ? 0 : 1;
}
