#include "app/kernel_boot.h"

#include "bios/embedded_bios.h"

#include <stdlib.h>
#include <string.h>

/* "FILE words,FILE words": each file's name and, behind the first blank, its words. A comma that
   belongs to a name is written twice, as QEMU has it. */
static bool cut_modules(struct kernel_input *input, char *text, struct error *error)
{
    while (*text) {
        if (input->module_count == KERNEL_MODULES_MAX)
            return error_set(error, "-initrd: expected at most %u files", KERNEL_MODULES_MAX);
        struct kernel_file *module = &input->modules[input->module_count++];
        char *to = text, *from = text;
        for (; *from && (*from != ',' || from[1] == ','); from++) {
            *to++ = *from;
            if (*from == ',')
                from++;
        }
        bool more = *from;
        *to = 0;
        module->name = text;
        module->words = "";
        char *blank = strchr(text, ' ');
        if (blank) {
            *blank = 0;
            module->words = blank + 1;
        }
        if (!module->name[0])
            return error_set(error, "-initrd: expected a file name on both sides of a comma");
        text = from + more;
    }
    return true;
}

static bool read_file(struct kernel_file *file, u8 **bytes, const char *option, u32 limit,
                      struct error *error)
{
    *bytes = host_file_read(file->name, limit, &file->size, error);
    file->bytes = *bytes;
    return *bytes || error_prefix(error, option);
}

static bool read_files(struct kernel_boot *boot, struct kernel_input *input,
                       const struct options *options, struct error *error)
{
    if (options->initrd) {
        boot->names = strdup(options->initrd);
        if (!boot->names)
            return error_set(error, "-initrd: not enough memory");
        if (!cut_modules(input, boot->names, error))
            return false;
    }
    if (!read_file(&input->kernel, &boot->files[0], "-kernel", options->ram_size, error))
        return false;
    for (unsigned i = 0; i < input->module_count; i++)
        if (!read_file(&input->modules[i], &boot->files[i + 1], "-initrd", options->ram_size,
                       error))
            return false;
    return true;
}

static bool plan(struct kernel_boot *boot, const struct options *options, struct error *error)
{
    struct kernel_input input = {
        .kernel = {.name = options->kernel},
        .append = options->append,
        .ram_size = options->ram_size,
    };
    return read_files(boot, &input, options, error) && kernel_plan_make(&boot->plan, &input, error);
}

struct kernel_boot *kernel_boot_open(const struct options *options, struct error *error)
{
    struct kernel_boot *boot = calloc(1, sizeof *boot);
    if (!boot) {
        error_set(error, "-kernel: not enough memory");
        return NULL;
    }
    if (!plan(boot, options, error)) {
        kernel_boot_close(boot);
        return NULL;
    }
    direct_boot_fill_rom(boot->rom, embedded_direct_boot,
                         (size_t)(embedded_direct_boot_end - embedded_direct_boot));
    return boot;
}

void kernel_boot_close(struct kernel_boot *boot)
{
    if (!boot)
        return;
    kernel_plan_free(&boot->plan);
    for (unsigned i = 0; i < ARRAY_COUNT(boot->files); i++)
        free(boot->files[i]);
    free(boot->names);
    free(boot);
}
