#include "app/config.h"

#include "app/kernel_boot.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_MAX (64u * KIB)

enum origin { FROM_LINE = 1, FROM_CONFIG, FROM_BOCHSRC };

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length && isspace((unsigned char)text[length - 1]))
        text[--length] = 0;
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
        text[length - 1] = 0;
        text++;
    }
    return text;
}

/* Runs `each` for every line that is not empty and no comment. */
static bool read_lines(struct bochs_reader *reader,
                       bool (*each)(struct bochs_reader *, char *, struct error *),
                       struct error *error)
{
    char place[300];
    size_t size;
    char *text = (char *)host_file_read(reader->file, CONFIG_MAX, &size, error);
    bool done = text != NULL;
    if (text)
        text[size] = 0;
    reader->line = 0;
    for (char *line = text; done && line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = 0;
        reader->line++;
        char *words = trim(line);
        if (*words && *words != '#' && *words != ';')
            done = each(reader, words, error);
        if (!done) {
            snprintf(place, sizeof place, "%.250s:%u", reader->file, reader->line);
            error_prefix(error, place);
        }
        line = end;
    }
    free(text);
    return done;
}

static bool ini_line(struct bochs_reader *reader, char *text, struct error *error)
{
    if (*text == '[') /* sections part nothing here */
        return true;
    char *equals = strchr(text, '=');
    if (equals)
        *equals = 0;
    char *name = trim(text), *value = equals ? trim(equals + 1) : NULL;
    while (*name == '-')
        name++;
    return reader->set(reader, name, value, error);
}

static bool set_from_config(struct bochs_reader *reader, const char *name, const char *value,
                            struct error *error)
{
    return options_set_from_file(reader->options, name, value, reader->file, FROM_CONFIG, true,
                                 error);
}

static bool set_from_found(struct bochs_reader *reader, const char *name, const char *value,
                           struct error *error)
{
    return options_set_from_file(reader->options, name, value, reader->file, FROM_CONFIG, false,
                                 error);
}

static bool set_from_bochsrc(struct bochs_reader *reader, const char *name, const char *value,
                             struct error *error)
{
    return options_set_from_file(reader->options, name, value, reader->file, FROM_BOCHSRC, true,
                                 error);
}

/* The first image that was named; null: none. */
static const char *first_image(const struct options *options)
{
    if (options->image_count)
        return options->images[0].path;
    for (unsigned i = 0; i < ARRAY_COUNT(options->disks); i++)
        if (options->disks[i].path[0])
            return options->disks[i].path;
    return options->cdrom.path[0] ? options->cdrom.path : options->kernel;
}

static bool apply_found(struct bochs_reader *reader, struct error *error)
{
    char path[4200];
    const char *image = first_image(reader->options);
    const char *slash = image ? strrchr(image, '/') : NULL;
    if (!image)
        return true;
    snprintf(path, sizeof path, "%.*sglass386.ini", slash ? (int)(slash + 1 - image) : 0, image);
    if (access(path, F_OK) != 0)
        return true;
    reader->file = path;
    reader->set = set_from_found;
    text_out_format(reader->notes, "options from %s\n", path);
    return read_lines(reader, ini_line, error);
}

static bool apply_bochsrc(struct bochs_reader *reader, struct error *error)
{
    reader->file = reader->options->bochsrc;
    reader->set = set_from_bochsrc;
    bool done = read_lines(reader, bochsrc_line, error);
    if (done && reader->ignored.length)
        text_out_format(reader->notes, "%s: ignored, without a counterpart here: %s\n",
                        reader->file, text_out_text(&reader->ignored));
    text_out_free(&reader->ignored);
    return done;
}

bool config_apply(struct options *options, struct text_out *notes, struct error *error)
{
    struct bochs_reader reader = {.options = options, .notes = notes};
    if (!options->config && !options->bochsrc)
        return apply_found(&reader, error);
    if (options->config) {
        reader.file = options->config;
        reader.set = set_from_config;
        if (!read_lines(&reader, ini_line, error))
            return false;
    }
    return !options->bochsrc || apply_bochsrc(&reader, error);
}
