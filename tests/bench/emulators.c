#include "emulators.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512
#define BARE_PARAMETERS 1
#define DISK_PARAMETERS 600 /* the rest of the first cylinder is free */
#define BARE_CYLINDERS 8
#define CYLINDER (16 * 63 * SECTOR)
#define RUN_SECONDS_MAX 120.0
#define COPY_SIZE 65536

bool workshop_open(struct workshop *shop)
{
    const char *base = getenv("TMPDIR");
    snprintf(shop->folder, sizeof shop->folder, "%s/glass386-bench-XXXXXX", base ? base : "/tmp");
    return mkdtemp(shop->folder) != NULL;
}

void workshop_close(const struct workshop *shop)
{
    static const char *const files[] = {"image",    "image.lock", "serial", "bochsrc",
                                        "commands", "bochs.log",  "errors"};
    char path[PATH_SIZE + 16];
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", shop->folder, files[i]);
        unlink(path);
    }
    rmdir(shop->folder);
}

static bool copy_file(const char *from, const char *to)
{
    static char buffer[COPY_SIZE];
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    size_t length;
    bool ok = out != NULL;
    while (ok && (length = fread(buffer, 1, sizeof buffer, in)) > 0)
        ok = fwrite(buffer, 1, length, out) == length;
    if (in)
        fclose(in);
    if (out && fclose(out) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "bench: %s cannot be copied\n", from);
    return ok;
}

static bool write_parameters(const char *image, enum medium medium, const char *name,
                             unsigned count)
{
    char sector[SECTOR] = {0};
    long lba = medium == MEDIUM_BARE ? BARE_PARAMETERS : DISK_PARAMETERS;
    int fd = open(image, O_WRONLY);
    snprintf(sector, sizeof sector, "%s %u\n", name, count);
    bool ok = fd >= 0 && pwrite(fd, sector, sizeof sector, lba * SECTOR) == (ssize_t)sizeof sector;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* A private copy of the medium, with parameters. A killed Bochs leaves its lock behind. */
static bool make_image(const struct workshop *shop, enum medium medium, const char *name,
                       unsigned count, const char *image)
{
    char lock[PATH_SIZE + 24];
    snprintf(lock, sizeof lock, "%s.lock", image);
    unlink(lock);
    if (!name)
        return copy_file(shop->disk, image);
    if (!copy_file(medium == MEDIUM_BARE ? shop->bare : shop->bench_disk, image))
        return false;
    if (medium == MEDIUM_BARE && truncate(image, (off_t)BARE_CYLINDERS * CYLINDER) != 0)
        return false;
    return write_parameters(image, medium, name, count);
}

static void glass_words(struct command *command, const char *path, const char *image,
                        const char *serial)
{
    static char serial_option[PATH_SIZE + 16];
    const char *const words[] = {path,  "-m",        "16",   "-display", "none",    "-speed",
                                 "max", "-snapshot", "-hda", image,      "-serial", serial_option};
    snprintf(serial_option, sizeof serial_option, "file:%s", serial);
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        command_add(command, words[i]);
}

static void qemu_words(struct command *command, const char *path, const char *image,
                       const char *serial)
{
    static char serial_option[PATH_SIZE + 16], drive[PATH_SIZE + 80];
    const char *const words[] = {
        path,          "-accel",   "tcg",
        "-m",          "16",       "-nic",
        "none",        "-display", "none",
        "-monitor",    "none",     "-no-reboot",
        "-drive",      drive,      "-serial",
        serial_option, "-device",  "isa-debug-exit,iobase=0xf4,iosize=0x04"};
    snprintf(serial_option, sizeof serial_option, "file:%s", serial);
    snprintf(drive, sizeof drive, "file=%s,format=raw,if=ide,snapshot=on", image);
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        command_add(command, words[i]);
}

static long cylinders_of(const char *image)
{
    FILE *file = fopen(image, "rb");
    long size = 0;
    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (file)
        fclose(file);
    return size / CYLINDER;
}

/* Bochs takes its settings, and as a debugger its first command, from files. */
static bool bochs_files(const char *settings, const char *commands, const char *image,
                        const char *serial, const char *log)
{
    FILE *rc = fopen(settings, "w"), *first = fopen(commands, "w");
    if (rc)
        fprintf(rc,
                "config_interface: textconfig\n"
                "display_library: sdl2\n"
                "romimage: file=/usr/share/bochs/BIOS-bochs-latest\n"
                "vgaromimage: file=/usr/share/vgabios/vgabios.bin\n"
                "megs: 16\n"
                "cpu: model=bx_generic, count=1, ips=100000000, reset_on_triple_fault=0\n"
                "clock: sync=none\n"
                "boot: disk\n"
                "com1: enabled=1, mode=file, dev=%s\n"
                "ata0-master: type=disk, path=%s, mode=flat, cylinders=%ld, heads=16, spt=63\n"
                "log: %s\n",
                serial, image, cylinders_of(image), log);
    if (first)
        fputs("c\n", first);
    bool ok = rc && first;
    if (rc)
        ok = fclose(rc) == 0 && ok;
    if (first)
        ok = fclose(first) == 0 && ok;
    return ok;
}

static bool bochs_words(struct command *command, const struct workshop *shop, const char *path,
                        const char *image, const char *serial)
{
    static char settings[PATH_SIZE + 16], commands[PATH_SIZE + 16], log[PATH_SIZE + 16];
    const char *const words[] = {path, "-q", "-f", settings, "-rc", commands};
    snprintf(settings, sizeof settings, "%s/bochsrc", shop->folder);
    snprintf(commands, sizeof commands, "%s/commands", shop->folder);
    snprintf(log, sizeof log, "%s/bochs.log", shop->folder);
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        command_add(command, words[i]);
    return bochs_files(settings, commands, image, serial, log);
}

bool emulator_command(const struct emulator *emulator, const struct workshop *shop,
                      enum medium medium, const char *name, unsigned count, struct command *command,
                      char serial[PATH_SIZE])
{
    static char image[PATH_SIZE + 16], errors[PATH_SIZE + 16];
    snprintf(image, sizeof image, "%s/image", shop->folder);
    snprintf(errors, sizeof errors, "%s/errors", shop->folder);
    snprintf(serial, PATH_SIZE, "%.480s/serial", shop->folder);
    unlink(serial);
    command->errors = errors;
    if (!make_image(shop, medium, name, count, image))
        return false;
    switch (emulator->kind) {
    case EMULATOR_GLASS:
        glass_words(command, emulator->path, image, serial);
        return true;
    case EMULATOR_QEMU:
        qemu_words(command, emulator->path, image, serial);
        return true;
    case EMULATOR_BOCHS:
        return bochs_words(command, shop, emulator->path, image, serial);
    }
    return false;
}

/* The last line of a file that is not empty, without its end; false: there is none. */
static bool last_line(const char *path, char line[LAST_WORDS])
{
    char text[LAST_WORDS];
    FILE *file = fopen(path, "r");
    bool found = false;
    while (file && fgets(text, sizeof text, file)) {
        text[strcspn(text, "\r\n")] = 0;
        if (text[strspn(text, " \t=")]) {
            memcpy(line, text, sizeof text);
            found = true;
        }
    }
    if (file)
        fclose(file);
    return found;
}

void emulator_last_words(const struct workshop *shop, char line[LAST_WORDS])
{
    static const char *const files[] = {"errors", "bochs.log"};
    char path[PATH_SIZE + 16];
    snprintf(line, LAST_WORDS, "it wrote nothing");
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", shop->folder, files[i]);
        if (last_line(path, line))
            return;
    }
}

/* The first line that is not empty. A console may clear its screen first. */
static void first_line(const char *text, char answer[80])
{
    unsigned length = 0;
    while (*text && (unsigned char)*text <= ' ')
        text++;
    while (text[length] && text[length] != '\r' && text[length] != '\n' && length < 79)
        length++;
    memcpy(answer, text, length);
    answer[length] = 0;
}

bool emulator_run(const struct emulator *emulator, const struct workshop *shop, enum medium medium,
                  const char *name, unsigned count, struct usage *usage, char answer[80])
{
    struct command command = {{NULL}, 0, NULL, NULL};
    char serial[PATH_SIZE], text[1024];
    answer[0] = 0;
    if (!emulator_command(emulator, shop, medium, name, count, &command, serial))
        return false;
    double started = seconds_now();
    pid_t pid = process_start(&command);
    if (pid < 0)
        return false;
    *usage = process_wait(pid, started, RUN_SECONDS_MAX);
    file_read_text(serial, text, sizeof text);
    first_line(text, answer);
    return !usage->timed_out && answer[0];
}
