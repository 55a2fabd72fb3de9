/* Options whose value is the name of a file, or text that is taken as it is. */
#include "app/option_values.h"

#include "ui/capture.h"

#include <string.h>

static bool set_file(const char **file, const char *value, struct error *error)
{
    if (!value[0])
        return error_set(error, "a file name");
    *file = value;
    return true;
}

bool set_disk_save(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->disk_save, value, error);
}

bool set_bios(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->bios, value, error);
}

bool set_vgabios(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->vgabios, value, error);
}

bool set_nvram(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->nvram, value, error);
}

/* QEMU's words for "nothing" are taken. */
static bool set_output(const char **file, const char *value, const char *prefix,
                       struct error *error)
{
    size_t length = strlen(prefix);
    bool none = strcmp(value, "none") == 0 || strcmp(value, "null") == 0;
    if (!none && (strncmp(value, prefix, length) != 0 || !value[length]))
        return error_set(error, "%sFILE or none", prefix);
    *file = none ? NULL : value + length;
    return true;
}

bool set_parallel(struct options *options, const char *value, struct error *error)
{
    return set_output(&options->parallel, value, "file:", error);
}

bool set_audio(struct options *options, const char *value, struct error *error)
{
    return set_output(&options->wav, value, "wav:", error);
}

bool set_capture(struct options *options, const char *value, struct error *error)
{
    if (!capture_knows(value))
        return error_set(error, "a file whose name ends in .gif or .y4m");
    options->capture = value;
    return true;
}

bool set_kernel(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->kernel, value, error);
}

bool set_config(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->config, value, error);
}

bool set_bochsrc(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->bochsrc, value, error);
}

bool set_hostdir(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->hostdir, value, error);
}

bool set_junit(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->junit, value, error);
}

bool set_append(struct options *options, const char *value, struct error *error)
{
    (void)error;
    options->append = value;
    return true;
}

bool set_initrd(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->initrd, value, error);
}

bool set_restore(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->restore, value, error);
}

bool set_record(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->record, value, error);
}

bool set_replay(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->replay, value, error);
}

bool set_log(struct options *options, const char *value, struct error *error)
{
    return set_file(&options->log, value, error);
}
