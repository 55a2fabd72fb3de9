#include "app/peripherals.h"

#include "app/kernel_boot.h"
#include "base/bits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAV_HEADER 44u
#define WAV_MOST 0xfffff000u /* bytes of samples that a WAV file can name */

/* ---- the printer ---- */

static void print(void *context, u8 byte)
{
    fputc(byte, ((struct peripherals *)context)->paper);
}

/* ---- sound ---- */

/* RIFF, format 1 (PCM), one channel of 16 bits. */
static void fill_wav_header(u8 *header, u32 bytes)
{
    memcpy(header, "RIFF....WAVEfmt ....", 20);
    store_le32(header + 4, bytes + WAV_HEADER - 8);
    store_le32(header + 16, 16);
    store_le16(header + 20, 1);
    store_le16(header + 22, 1);
    store_le32(header + 24, SOUND_RATE);
    store_le32(header + 28, SOUND_RATE * 2);
    store_le16(header + 32, 2);
    store_le16(header + 34, 16);
    memcpy(header + 36, "data", 4);
    store_le32(header + 40, bytes);
}

static bool write_wav_header(struct peripherals *peripherals)
{
    u8 header[WAV_HEADER];
    fill_wav_header(header, (u32)peripherals->sound_bytes);
    return fseek(peripherals->sound, 0, SEEK_SET) == 0 &&
           fwrite(header, sizeof header, 1, peripherals->sound) == 1 &&
           fseek(peripherals->sound, 0, SEEK_END) == 0;
}

static void write_samples(void *context, const s16 *samples, size_t count)
{
    struct peripherals *peripherals = context;
    for (size_t i = 0; i < count && peripherals->sound_bytes < WAV_MOST; i++) {
        u8 bytes[2];
        store_le16(bytes, (u16)samples[i]);
        fwrite(bytes, sizeof bytes, 1, peripherals->sound);
        peripherals->sound_bytes += sizeof bytes;
    }
}

/* ---- the CMOS memory ---- */

static bool read_nvram(struct peripherals *peripherals, struct error *error)
{
    const char *path = peripherals->nvram_path;
    size_t size;
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    u8 *bytes = host_file_read(path, NVRAM_SIZE, &size, error);
    if (!bytes)
        return error_prefix(error, "-nvram");
    peripherals->nvram_kept = size == NVRAM_SIZE;
    if (peripherals->nvram_kept)
        memcpy(peripherals->nvram, bytes, NVRAM_SIZE);
    free(bytes);
    return peripherals->nvram_kept ||
           error_set(error, "-nvram: %.200s: %zu bytes; expected %u", path, size, NVRAM_SIZE);
}

static bool write_nvram(const struct peripherals *peripherals, const struct machine *machine,
                        struct error *error)
{
    u8 bytes[NVRAM_SIZE];
    for (u8 cell = 0; cell < NVRAM_SIZE; cell++)
        bytes[cell] = rtc_peek(&machine->rtc, cell);
    FILE *file = fopen(peripherals->nvram_path, "wb");
    bool stored = file && fwrite(bytes, sizeof bytes, 1, file) == 1;
    if (file && fclose(file) != 0)
        stored = false;
    return stored ||
           error_set(error, "-nvram: %.200s: %s", peripherals->nvram_path, strerror(errno));
}

/* ---- all ---- */

static bool open_output(FILE **file, const char *option, const char *path, struct error *error)
{
    *file = fopen(path, "wb");
    return *file ||
           error_set(error, "%s: %.200s: cannot be written: %s", option, path, strerror(errno));
}

bool peripherals_open(struct peripherals *peripherals, const struct options *options,
                      struct machine_config *config, struct error *error)
{
    *peripherals = (struct peripherals){
        .paper_path = options->parallel, .sound_path = options->wav, .nvram_path = options->nvram};
    if (options->nvram && !read_nvram(peripherals, error))
        return false;
    if (options->parallel &&
        !open_output(&peripherals->paper, "-parallel", options->parallel, error))
        return false;
    if (options->wav && (!open_output(&peripherals->sound, "-audio", options->wav, error) ||
                         !write_wav_header(peripherals)))
        return false;
    if (options->capture) {
        peripherals->film = capture_open(options->capture, error);
        if (!peripherals->film)
            return error_prefix(error, "-capture");
        config->frames = (struct frame_sink){capture_take, peripherals->film};
    }
    if (peripherals->nvram_kept)
        config->nvram = peripherals->nvram;
    if (peripherals->paper)
        config->printer = (struct byte_sink){print, peripherals};
    if (peripherals->sound)
        config->sound = (struct sound_sink){write_samples, peripherals};
    return true;
}

static bool close_output(FILE **file, const char *option, const char *path, struct error *error)
{
    if (!*file)
        return true;
    bool stored = !ferror(*file);
    stored = fclose(*file) == 0 && stored;
    *file = NULL;
    return stored || error_set(error, "%s: %.200s: %s", option, path, strerror(errno));
}

bool peripherals_close(struct peripherals *peripherals, struct machine *machine,
                       struct error *error)
{
    bool stored = true;
    if (machine && peripherals->sound)
        speaker_catch_up(&machine->speaker);
    if (peripherals->sound)
        stored = write_wav_header(peripherals) ||
                 error_set(error, "-audio: %.200s: %s", peripherals->sound_path, strerror(errno));
    stored = close_output(&peripherals->sound, "-audio", peripherals->sound_path, error) && stored;
    stored =
        close_output(&peripherals->paper, "-parallel", peripherals->paper_path, error) && stored;
    if (peripherals->film)
        stored = capture_close(peripherals->film, machine, error) && stored;
    peripherals->film = NULL;
    if (machine && peripherals->nvram_path)
        stored = write_nvram(peripherals, machine, error) && stored;
    return stored;
}

void peripherals_flush(struct peripherals *peripherals)
{
    if (peripherals->paper)
        fflush(peripherals->paper);
}
