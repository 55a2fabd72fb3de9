#include "base/bits.h"
#include "snapshot/container.h"
#include "snapshot/sections.h"
#include "snapshot/snapshot.h"
#include "snapshot/touched.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool save_config(struct machine *machine, struct text_out *out, struct error *error)
{
    u8 bytes[CONFIG_SIZE] = {0};
    store_le32(bytes, machine->memory.ram_size);
    store_le32(bytes + 4, machine->clock.rate);
    bytes[8] = (u8)machine->config.level;
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        if (machine_has_medium(machine, slot))
            bytes[9] |= (u8)BIT(slot);
    store_le64(bytes + 16, machine->clock.now);
    return container_append(out, SECTION_CONFIG, 1, bytes, sizeof bytes, error);
}

/* One field: length of name, name, element size, count, image. */
static void append_field(struct text_out *plain, const struct field *field, const void *unit)
{
    u8 head[6];
    u8 name_length = (u8)strlen(field->name);
    text_out_bytes(plain, &name_length, 1);
    text_out_bytes(plain, field->name, name_length);
    head[0] = field->size;
    store_le32(head + 1, field->count);
    text_out_bytes(plain, head, 5);
    size_t size = field_image_size(field);
    u8 *image = malloc(size);
    if (!image) {
        plain->failed = true;
        return;
    }
    field_store(field, unit, image);
    text_out_bytes(plain, image, size);
    free(image);
}

static bool save_unit(const struct machine_unit *unit, struct text_out *out, struct error *error)
{
    struct text_out plain = TEXT_OUT_EMPTY;
    for (u32 i = 0; i < unit->table->count; i++)
        append_field(&plain, &unit->table->fields[i], unit->unit);
    bool saved = !plain.failed && container_append(out, unit->table->name, unit->table->version,
                                                   text_out_text(&plain), plain.length, error);
    if (plain.failed)
        error_set(error, "snapshot section %s: out of memory", unit->table->name);
    text_out_free(&plain);
    return saved;
}

static bool page_is_zero(const u8 *page)
{
    return page[0] == 0 && memcmp(page, page + 1, PAGE_SIZE - 1) == 0;
}

/* Memory that is saved by pages: the machine's or the display's. */
struct paged_memory {
    const char *section;
    const u8 *bytes;
    u32 pages;
    struct touched touched;
};

/* Up to 256 pages; nothing at all when every page is zero. */
static bool save_run(const struct paged_memory *memory, u32 first, u8 *plain, struct text_out *out,
                     struct error *error)
{
    u8 *end = plain + RAM_HEADER_SIZE, touched[RAM_RUN_PAGES / 8];
    u32 count = memory->pages - first < RAM_RUN_PAGES ? memory->pages - first : RAM_RUN_PAGES;
    touched_pages(&memory->touched, memory->bytes + (size_t)first * PAGE_SIZE, count, touched);
    memset(plain, 0, RAM_HEADER_SIZE);
    store_le32(plain, first);
    for (u32 i = 0; i < count; i++) {
        const u8 *page = memory->bytes + (size_t)(first + i) * PAGE_SIZE;
        if (!(touched[i / 8] >> (i % 8) & 1) || page_is_zero(page))
            continue;
        plain[4 + i / 8] |= (u8)BIT(i % 8);
        memcpy(end, page, PAGE_SIZE);
        end += PAGE_SIZE;
    }
    if (end == plain + RAM_HEADER_SIZE)
        return true;
    return container_append(out, memory->section, 1, plain, (size_t)(end - plain), error);
}

static bool save_pages(struct paged_memory *memory, struct text_out *out, struct error *error)
{
    u8 *plain = malloc(RAM_HEADER_SIZE + RAM_RUN_PAGES * PAGE_SIZE);
    if (!plain)
        return error_set(error, "snapshot: out of memory");
    bool saved = true;
    touched_open(&memory->touched);
    for (u32 page = 0; saved && page < memory->pages; page += RAM_RUN_PAGES)
        saved = save_run(memory, page, plain, out, error);
    touched_close(&memory->touched);
    free(plain);
    return saved;
}

static bool save_disk_chunks(unsigned slot, const struct disk_image *image, struct text_out *out,
                             struct error *error)
{
    u8 *plain = malloc(CHUNK_HEADER_SIZE + DISK_CHUNK);
    if (!plain)
        return error_set(error, "snapshot: out of memory");
    bool saved = true;
    for (u32 chunk = disk_image_next_changed(image, 0); saved && chunk < image->chunks;
         chunk = disk_image_next_changed(image, chunk + 1)) {
        memset(plain, 0, CHUNK_HEADER_SIZE);
        plain[0] = (u8)slot;
        store_le32(plain + 4, chunk);
        memcpy(plain + CHUNK_HEADER_SIZE, disk_image_changed_chunk(image, chunk), DISK_CHUNK);
        saved =
            container_append(out, SECTION_CHUNK, 1, plain, CHUNK_HEADER_SIZE + DISK_CHUNK, error);
    }
    free(plain);
    return saved;
}

/* hashed: so that another process can tell whether it has the same image. */
static bool save_disk(unsigned slot, struct disk_image *image, bool hashed, struct text_out *out,
                      struct error *error)
{
    u8 plain[DISK_HEADER_SIZE] = {(u8)slot, image->overlay != NULL};
    u64 hash = 0;
    if (hashed && !disk_image_base_hash(image, &hash, error))
        return false;
    store_le64(plain + 8, image->sectors);
    store_le64(plain + 16, hash);
    if (!container_append(out, SECTION_DISK, 1, plain, sizeof plain, error))
        return false;
    return !image->overlay || save_disk_chunks(slot, image, out, error);
}

static bool write_machine(struct machine *machine, bool hashed, struct text_out *out,
                          struct error *error)
{
    struct machine_unit units[MACHINE_MAX_UNITS];
    u32 count = machine_units(machine, units);
    struct paged_memory ram = {.section = SECTION_RAM,
                               .bytes = machine->memory.ram,
                               .pages = machine->memory.ram_size >> PAGE_SHIFT};
    struct paged_memory video = {.section = SECTION_VIDEO,
                                 .bytes = machine->video_memory,
                                 .pages = VGA_MEMORY_SIZE >> PAGE_SHIFT};
    text_out_clear(out);
    container_begin(out);
    bool saved = save_config(machine, out, error);
    for (u32 i = 0; saved && i < count; i++)
        saved = save_unit(&units[i], out, error);
    for (unsigned slot = 0; saved && slot < MACHINE_DISKS; slot++)
        if (machine_has_medium(machine, slot))
            saved = save_disk(slot, machine->config.disks[slot], hashed, out, error);
    return saved && save_pages(&ram, out, error) && save_pages(&video, out, error) &&
           container_end(out, error);
}

bool snapshot_write(struct machine *machine, struct text_out *out, struct error *error)
{
    return write_machine(machine, true, out, error);
}

bool snapshot_write_moment(struct machine *machine, struct text_out *out, struct error *error)
{
    return write_machine(machine, false, out, error);
}

static bool write_all(int file, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, const struct text_out *bytes, struct error *error)
{
    char temporary[4096];
    if (snprintf(temporary, sizeof temporary, "%s.tmp", path) >= (int)sizeof temporary)
        return error_set(error, "%.200s...: the file name is too long", path);
    int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return error_set(error, "%s: cannot be written: %s", temporary, strerror(errno));
    bool written = write_all(file, bytes->text, bytes->length) && fsync(file) == 0;
    int reason = errno;
    if (close(file) == 0 && written && rename(temporary, path) == 0)
        return true;
    unlink(temporary);
    return error_set(error, "%s: cannot be written: %s", path, strerror(written ? errno : reason));
}

bool snapshot_save(struct machine *machine, const char *path, struct error *error)
{
    struct text_out out = TEXT_OUT_EMPTY;
    bool saved = snapshot_write(machine, &out, error) && write_file(path, &out, error);
    text_out_free(&out);
    return saved;
}
