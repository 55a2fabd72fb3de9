#include "base/bits.h"
#include "snapshot/container.h"
#include "snapshot/sections.h"
#include "snapshot/snapshot.h"
#include "snapshot/touched.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A snapshot is first read into this, checked as a whole, and only then put into the machine. */
struct staged_section {
    struct container_section section;
    struct staged_section *next;
};
/* Memory to be: only the pages that the snapshot has. */
struct staged_memory {
    u8 *bytes;
    u8 *present; /* bit n: page n */
    u32 size;
};
struct staging {
    struct snapshot_info info;
    bool has_config;
    struct staged_memory ram, video;
    struct staged_section *units, *chunks;
};

static void free_list(struct staged_section *list)
{
    while (list) {
        struct staged_section *next = list->next;
        free(list->section.bytes);
        free(list);
        list = next;
    }
}

/* The host gives pages when they are first written. */
static bool stage_memory(struct staged_memory *memory, u32 size, struct error *error)
{
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    memory->size = size;
    memory->bytes = bytes == MAP_FAILED ? NULL : bytes;
    memory->present = calloc((size >> PAGE_SHIFT) / 8 + RAM_RUN_PAGES / 8, 1);
    return (memory->bytes && memory->present) || error_set(error, "snapshot: out of memory");
}

static void free_memory(struct staged_memory *memory)
{
    if (memory->bytes)
        munmap(memory->bytes, memory->size);
    free(memory->present);
}

static void free_staging(struct staging *staging)
{
    free_memory(&staging->ram);
    free_memory(&staging->video);
    free_list(staging->units);
    free_list(staging->chunks);
}

static bool keep(struct staged_section **list, struct container_section *section,
                 struct error *error)
{
    struct staged_section *entry = malloc(sizeof *entry);
    if (!entry)
        return error_set(error, "snapshot: out of memory");
    *entry = (struct staged_section){*section, *list};
    section->bytes = NULL;
    *list = entry;
    return true;
}

static bool wrong_size(const struct container_section *section, struct error *error)
{
    return error_set(error, "section %s has %u bytes, which do not fit its form", section->name,
                     section->size);
}

static bool parse_config(const struct container_section *section, struct snapshot_info *info,
                         struct error *error)
{
    if (section->size != CONFIG_SIZE)
        return wrong_size(section, error);
    const u8 *bytes = section->bytes;
    *info = (struct snapshot_info){.ram_size = load_le32(bytes),
                                   .rate = load_le32(bytes + 4),
                                   .level = bytes[8],
                                   .disks = bytes[9],
                                   .tick = load_le64(bytes + 16)};
    if (info->ram_size < MIB || info->ram_size > MEMORY_MAX_RAM ||
        (info->ram_size & PAGE_OFFSET_MASK) || info->level > CPU_686 || info->rate == 0)
        return error_set(error, "section config names a machine that cannot be");
    return true;
}

static const char *level_name(u8 level)
{
    static const char *const names[] = {"386", "486", "586", "686"};
    return names[level];
}

static bool config_fits(const struct machine *machine, const struct snapshot_info *info,
                        struct error *error)
{
    if (info->ram_size != machine->memory.ram_size)
        return error_set(
            error, "it is of a machine with %u KB of memory, this one has %u: use -m %uK",
            info->ram_size / KIB, machine->memory.ram_size / KIB, info->ram_size / KIB);
    if (info->rate != machine->clock.rate)
        return error_set(error, "it counts %u ticks a second, this machine %u: use -ips %u",
                         info->rate, machine->clock.rate, info->rate);
    if (info->level != machine->config.level)
        return error_set(error, "it is of a %s: use -cpu %s", level_name(info->level),
                         level_name(info->level));
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        if ((info->disks >> slot & 1) != machine_has_medium(machine, slot))
            return error_set(error, "it has %s %s, this machine has %s",
                             info->disks >> slot & 1 ? "a medium in" : "nothing in",
                             machine_slot_name(slot),
                             machine_has_medium(machine, slot) ? "one" : "nothing");
    return true;
}

static bool stage_config(const struct machine *machine, struct staging *staging,
                         const struct container_section *section, struct error *error)
{
    if (staging->has_config)
        return error_set(error, "it has two sections called config");
    if (!parse_config(section, &staging->info, error) ||
        !config_fits(machine, &staging->info, error))
        return false;
    staging->has_config = stage_memory(&staging->ram, staging->info.ram_size, error) &&
                          stage_memory(&staging->video, VGA_MEMORY_SIZE, error);
    return staging->has_config;
}

static bool stage_pages(struct staged_memory *memory, const struct container_section *section,
                        struct error *error)
{
    if (section->size < RAM_HEADER_SIZE)
        return wrong_size(section, error);
    u32 first = load_le32(section->bytes), pages = memory->size >> PAGE_SHIFT;
    const u8 *map = section->bytes + 4, *from = section->bytes + RAM_HEADER_SIZE;
    const u8 *end = section->bytes + section->size;
    for (u32 i = 0; i < RAM_RUN_PAGES; i++) {
        if (!(map[i / 8] >> (i % 8) & 1))
            continue;
        if (first >= pages || first + i >= pages || (size_t)(end - from) < PAGE_SIZE)
            return wrong_size(section, error);
        memcpy(memory->bytes + (size_t)(first + i) * PAGE_SIZE, from, PAGE_SIZE);
        memory->present[(first + i) / 8] |= (u8)BIT((first + i) % 8);
        from += PAGE_SIZE;
    }
    return from == end || wrong_size(section, error);
}

static bool check_disk(const struct machine *machine, const struct container_section *section,
                       struct error *error)
{
    if (section->size != DISK_HEADER_SIZE || section->bytes[0] >= MACHINE_DISKS)
        return wrong_size(section, error);
    unsigned slot = section->bytes[0];
    struct disk_image *image = machine->config.disks[slot];
    u64 hash = 0;
    if (!machine_has_medium(machine, slot))
        return error_set(error, "it has a medium in %s, this machine has none",
                         machine_slot_name(slot));
    if ((section->bytes[1] != 0) != (image->overlay != NULL))
        return error_set(error, "%s %s its changes in memory then: %s -snapshot",
                         machine_slot_name(slot), section->bytes[1] ? "kept" : "did not keep",
                         section->bytes[1] ? "use" : "leave out");
    u64 told = load_le64(section->bytes + 16);
    if (told && !disk_image_base_hash(image, &hash, error))
        return false;
    if (load_le64(section->bytes + 8) != image->sectors || told != hash)
        return error_set(error, "%s is not the image that was in %s when it was saved", image->name,
                         machine_slot_name(slot));
    return true;
}

static bool stage_chunk(const struct machine *machine, struct staging *staging,
                        struct container_section *section, struct error *error)
{
    if (section->size != CHUNK_HEADER_SIZE + DISK_CHUNK || section->bytes[0] >= MACHINE_DISKS)
        return wrong_size(section, error);
    const struct disk_image *image = machine->config.disks[section->bytes[0]];
    if (!image || !image->overlay || load_le32(section->bytes + 4) >= image->chunks)
        return error_set(error, "it changes a disk chunk that this machine does not have");
    return keep(&staging->chunks, section, error);
}

/* One field of a unit's section. */
struct saved_field {
    char name[256];
    u8 size;
    u32 count;
    const u8 *image;
};

/* Takes the next field off [*from, end); false when the bytes make no field. */
static bool next_field(const u8 **from, const u8 *end, struct saved_field *field)
{
    const u8 *at = *from;
    if (end - at < 1 || (size_t)(end - at) < 1u + at[0] + 5u)
        return false;
    memcpy(field->name, at + 1, at[0]);
    field->name[at[0]] = 0;
    at += 1 + at[0];
    field->size = at[0];
    field->count = load_le32(at + 1);
    field->image = at + 5;
    u64 bytes = (u64)field->size * field->count;
    if (bytes > (size_t)(end - field->image))
        return false;
    *from = field->image + bytes;
    return true;
}

/* The search starts behind the field found last: fields come in the table's order nearly always. */
static const struct field *field_named(const struct field_table *table, const char *name, u32 *last)
{
    for (u32 i = 0; i < table->count; i++) {
        u32 at = (*last + 1 + i) % table->count;
        if (strcmp(table->fields[at].name, name) == 0) {
            *last = at;
            return &table->fields[at];
        }
    }
    return NULL;
}

/* A field of this name that another version saved in another shape cannot be loaded; one that this
   program does not know is passed over. */
static bool check_unit(const struct field_table *table, const struct container_section *section,
                       struct error *error)
{
    const u8 *from = section->bytes, *end = from + section->size;
    u32 last = table->count - 1;
    struct saved_field saved;
    while (from < end) {
        if (!next_field(&from, end, &saved))
            return wrong_size(section, error);
        const struct field *field = field_named(table, saved.name, &last);
        if (field && (field->size != saved.size || field->count != saved.count))
            return error_set(error, "section %s, field %s: %u x %u bytes, expected %u x %u",
                             section->name, saved.name, saved.count, saved.size, field->count,
                             field->size);
    }
    return true;
}

static void apply_unit(const struct machine_unit *unit, const struct container_section *section)
{
    const u8 *from = section->bytes, *end = from + section->size;
    u32 last = unit->table->count - 1;
    struct saved_field saved;
    while (from < end && next_field(&from, end, &saved)) {
        const struct field *field = field_named(unit->table, saved.name, &last);
        if (field)
            field_load(field, unit->unit, saved.image);
    }
}

static const struct machine_unit *unit_named(const struct machine_unit *units, u32 count,
                                             const char *name)
{
    for (u32 i = 0; i < count; i++)
        if (strcmp(units[i].table->name, name) == 0)
            return &units[i];
    return NULL;
}

struct loader {
    struct machine *machine;
    struct machine_unit units[MACHINE_MAX_UNITS];
    u32 unit_count;
    struct staging staging;
};

static bool stage(struct loader *loader, struct container_section *section, struct error *error)
{
    struct staging *staging = &loader->staging;
    if (strcmp(section->name, SECTION_CONFIG) == 0)
        return stage_config(loader->machine, staging, section, error);
    if (!staging->has_config)
        return error_set(error, "its first section is %s, expected config", section->name);
    if (strcmp(section->name, SECTION_RAM) == 0)
        return stage_pages(&staging->ram, section, error);
    if (strcmp(section->name, SECTION_VIDEO) == 0)
        return stage_pages(&staging->video, section, error);
    if (strcmp(section->name, SECTION_DISK) == 0)
        return check_disk(loader->machine, section, error);
    if (strcmp(section->name, SECTION_CHUNK) == 0)
        return stage_chunk(loader->machine, staging, section, error);
    const struct machine_unit *unit = unit_named(loader->units, loader->unit_count, section->name);
    if (!unit) /* of a chip that this program does not have */
        return true;
    return check_unit(unit->table, section, error) && keep(&staging->units, section, error);
}

static bool stage_all(struct loader *loader, const void *bytes, size_t size, struct error *error)
{
    struct container_reader reader;
    struct container_section section;
    bool more;
    if (!container_open(&reader, bytes, size, error))
        return false;
    for (;;) {
        if (!container_next(&reader, &section, &more, error))
            return false;
        if (!more)
            return loader->staging.has_config || error_set(error, "it has no section config");
        bool staged = stage(loader, &section, error);
        free(section.bytes);
        if (!staged)
            return false;
    }
}

static bool apply_chunks(const struct loader *loader, struct error *error)
{
    struct disk_image *const *disks = loader->machine->config.disks;
    for (unsigned slot = 0; slot < MACHINE_DISKS; slot++)
        if (disks[slot] && disks[slot]->overlay)
            disk_image_forget_changes(disks[slot]);
    for (const struct staged_section *chunk = loader->staging.chunks; chunk; chunk = chunk->next)
        if (!disk_image_put_chunk(disks[chunk->section.bytes[0]],
                                  load_le32(chunk->section.bytes + 4),
                                  chunk->section.bytes + CHUNK_HEADER_SIZE, error))
            return false;
    return true;
}

static void apply_page(u8 *page, const u8 *staged, bool present)
{
    static const u8 zeros[PAGE_SIZE];
    const u8 *from = present ? staged : zeros;
    if (memcmp(page, from, PAGE_SIZE) != 0)
        memcpy(page, from, PAGE_SIZE);
}

/* Pages that are equal stay untouched, and those that the host has never had to provide are not
   even looked at. */
static void apply_pages(u8 *memory, const struct staged_memory *staged)
{
    struct touched touched;
    u32 pages = staged->size >> PAGE_SHIFT;
    touched_open(&touched);
    for (u32 first = 0; first < pages; first += RAM_RUN_PAGES) {
        u8 bits[RAM_RUN_PAGES / 8];
        u32 count = pages - first < RAM_RUN_PAGES ? pages - first : RAM_RUN_PAGES;
        touched_pages(&touched, memory + (size_t)first * PAGE_SIZE, count, bits);
        for (u32 i = 0; i < count; i++) {
            size_t at = (size_t)(first + i) * PAGE_SIZE;
            bool present = staged->present[(first + i) / 8] >> (i % 8) & 1;
            if (present || bits[i / 8] >> (i % 8) & 1)
                apply_page(memory + at, staged->bytes + at, present);
        }
    }
    touched_close(&touched);
}

/* Fields that the snapshot lacks take their reset values, hence the reset first. */
static bool apply(struct loader *loader, struct error *error)
{
    machine_reset(loader->machine);
    struct machine *machine = loader->machine;
    apply_pages(machine->memory.ram, &loader->staging.ram);
    apply_pages(machine->video_memory, &loader->staging.video);
    for (const struct staged_section *unit = loader->staging.units; unit; unit = unit->next)
        apply_unit(unit_named(loader->units, loader->unit_count, unit->section.name),
                   &unit->section);
    bool applied = apply_chunks(loader, error);
    machine_after_load(loader->machine);
    return applied;
}

bool snapshot_read(struct machine *machine, const void *bytes, size_t size, struct error *error)
{
    struct loader loader = {.machine = machine};
    loader.unit_count = machine_units(machine, loader.units);
    bool loaded = stage_all(&loader, bytes, size, error) && apply(&loader, error);
    free_staging(&loader.staging);
    return loaded;
}

bool snapshot_parse_info(const void *bytes, size_t size, struct snapshot_info *info,
                         struct error *error)
{
    struct container_reader reader;
    struct container_section section;
    bool more;
    if (!container_open(&reader, bytes, size, error) ||
        !container_next(&reader, &section, &more, error))
        return false;
    bool parsed = more && strcmp(section.name, SECTION_CONFIG) == 0
                      ? parse_config(&section, info, error)
                      : error_set(error, "its first section is %s, expected config", section.name);
    if (more)
        free(section.bytes);
    return parsed;
}

static bool read_file(const char *path, struct text_out *out, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    char block[65536];
    size_t count;
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        text_out_bytes(out, block, count);
    bool failed = ferror(file) || out->failed;
    int reason = errno;
    fclose(file);
    if (failed)
        return error_set(error, "%s: cannot be read: %s", path,
                         out->failed ? "out of memory" : strerror(reason));
    return true;
}

bool snapshot_load(struct machine *machine, const char *path, struct error *error)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    bool loaded = read_file(path, &bytes, error);
    if (loaded) {
        loaded = snapshot_read(machine, text_out_text(&bytes), bytes.length, error);
        if (!loaded)
            error_prefix(error, path);
    }
    text_out_free(&bytes);
    return loaded;
}

bool snapshot_read_info(const char *path, struct snapshot_info *info, struct error *error)
{
    struct text_out bytes = TEXT_OUT_EMPTY;
    bool read = read_file(path, &bytes, error);
    if (read) {
        read = snapshot_parse_info(text_out_text(&bytes), bytes.length, info, error);
        if (!read)
            error_prefix(error, path);
    }
    text_out_free(&bytes);
    return read;
}
