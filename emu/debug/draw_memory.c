#include "debug/draw_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLACK = 0x202020, GREY = 0x808080, EMPTY = 0xeeeeee, LINE = 0xc8c8c8 };

/* Colours that tell tasks apart: slot n has the n-th, in turn. */
static const u32 task_colours[] = {0x4e79a7, 0xf28e2b, 0x59a14f, 0xe15759, 0x76b7b2,
                                   0xb07aa1, 0xedc948, 0xff9da7, 0x9c755f, 0x1f77b4};

static u32 task_colour(u32 slot)
{
    return task_colours[slot % ARRAY_COUNT(task_colours)];
}

/* Nearer to white by `part` of 4. */
static u32 lighter(u32 colour, u32 part)
{
    u32 result = 0;
    for (u32 shift = 0; shift < 24; shift += 8) {
        u32 value = colour >> shift & 0xff;
        result |= (value + (255 - value) * part / 4) << shift;
    }
    return result;
}

static void task_name(const struct guest_kernel *kernel, u32 task, char name[17])
{
    memory_peek(kernel->memory, task + guest_task_fields[0].offset, name, 16);
    name[16] = 0;
    for (char *c = name; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

/* ---- slots ---- */

#define SLOT_WIDTH 118u
#define SLOT_HEIGHT 78u
#define SLOTS_TOP 48u
#define BAR_PAGES 64u /* a full bar */

/* A bar of the pages present: shared ones pale, those of its own dark. */
static void draw_pages(struct picture *picture, const struct guest_slot *slot, u32 x, u32 y)
{
    u32 width = SLOT_WIDTH - 16;
    u32 pages = slot->pages < BAR_PAGES ? slot->pages : BAR_PAGES;
    u32 shared = slot->shared < pages ? slot->shared : pages;
    picture_box(picture, x, y, width, 8, 0xffffff);
    picture_box(picture, x, y, pages * width / BAR_PAGES, 8, task_colour(slot->number));
    picture_box(picture, x, y, shared * width / BAR_PAGES, 8,
                lighter(task_colour(slot->number), 2));
}

static void draw_slot(const struct guest_kernel *kernel, u32 number, struct picture *picture)
{
    struct guest_slot slot;
    char name[17];
    u32 x = 10 + number % 8 * (SLOT_WIDTH + 4), y = SLOTS_TOP + number / 8 * (SLOT_HEIGHT + 4);
    bool used = guest_slot_read(kernel, number, &slot);
    picture_box(picture, x, y, SLOT_WIDTH, SLOT_HEIGHT,
                used ? lighter(task_colour(number), 3) : EMPTY);
    picture_text(picture, x + 4, y + 2, used ? BLACK : GREY, "%2u %08x", number, number << 26);
    if (!used)
        return;
    task_name(kernel, slot.task, name);
    picture_box(picture, x, y, 3, SLOT_HEIGHT, task_colour(number));
    picture_text(picture, x + 8, y + 18, BLACK, "%.13s", name);
    picture_text(picture, x + 8, y + 34, BLACK, "%u pages", slot.pages);
    picture_text(picture, x + 8, y + 48, GREY,
                 slot.swapped       ? "%u in swap"
                 : slot.tables == 1 ? "%u table"
                                    : "%u tables",
                 slot.swapped ? slot.swapped : slot.tables);
    draw_pages(picture, &slot, x + 8, y + 66);
}

bool draw_slots(const struct guest_kernel *kernel, struct picture *picture)
{
    u32 array;
    if (!guest_symbol(kernel, "task", &array))
        return false;
    picture_begin(picture, 20 + 8 * (SLOT_WIDTH + 4), SLOTS_TOP + 8 * (SLOT_HEIGHT + 4) + 28);
    picture_text(picture, 10, 8, BLACK,
                 "64 slots of 64 MB: the linear address space, slot n begins at n * 4000000h");
    picture_text(picture, 10, 24, GREY, "a slot is a task; its number, its linear base");
    for (u32 number = 0; number < GUEST_SLOTS; number++)
        draw_slot(kernel, number, picture);
    picture_text(picture, 10, picture->height - 22, GREY,
                 "bar: pages present, %u fill it; the pale part has frames with several users",
                 BAR_PAGES);
    return true;
}

/* ---- the page directory ---- */

#define ENTRY_CELL 22u
#define DIRECTORY_LEFT 90u
#define DIRECTORY_TOP 48u

static u32 entry_of(const struct cpu *cpu, u32 table, u32 index)
{
    u8 bytes[4];
    memory_peek(cpu->memory, (table & ~PAGE_OFFSET_MASK) + index * 4, bytes, sizeof bytes);
    return (u32)bytes[0] | (u32)bytes[1] << 8 | (u32)bytes[2] << 16 | (u32)bytes[3] << 24;
}

/* How full the table is: the part of its cell that is coloured. */
static u32 pages_in(const struct cpu *cpu, u32 entry)
{
    u32 count = 0;
    for (u32 i = 0; i < 1024; i++)
        count += entry_of(cpu, entry, i) & 1;
    return count;
}

static void draw_entry(const struct cpu *cpu, u32 index, u32 entry, struct picture *picture)
{
    u32 x = DIRECTORY_LEFT + index % 32 * ENTRY_CELL, y = DIRECTORY_TOP + index / 32 * ENTRY_CELL;
    picture_box(picture, x, y, ENTRY_CELL - 2, ENTRY_CELL - 2, EMPTY);
    if (!(entry & 1))
        return;
    u32 pages = pages_in(cpu, entry), full = (pages * (ENTRY_CELL - 2) + 1023) / 1024;
    picture_box(picture, x, y, ENTRY_CELL - 2, ENTRY_CELL - 2, lighter(task_colour(index / 16), 2));
    picture_box(picture, x, y + ENTRY_CELL - 2 - full, ENTRY_CELL - 2, full,
                task_colour(index / 16));
}

void draw_directory(const struct cpu *cpu, const struct guest_kernel *kernel,
                    struct picture *picture)
{
    struct guest_slot slot;
    char name[17];
    u32 used = 0;
    picture_begin(picture, DIRECTORY_LEFT + 32 * ENTRY_CELL + 190,
                  DIRECTORY_TOP + 32 * ENTRY_CELL + 30);
    for (u32 index = 0; index < 1024; index++) {
        u32 entry = cpu_paging(cpu) ? entry_of(cpu, cpu->cr3, index) : 0;
        used += entry & 1;
        draw_entry(cpu, index, entry, picture);
    }
    picture_text(picture, 10, 8, BLACK,
                 "page directory at physical %08x: %u of 1024 entries in use",
                 cpu->cr3 & ~PAGE_OFFSET_MASK, used);
    picture_text(picture, 10, 24, GREY,
                 cpu_paging(cpu) ? "an entry maps 4 MB, a row 128 MB (two slots)"
                                 : "paging is off: the directory is not used");
    for (u32 row = 0; row < 32; row++) {
        u32 y = DIRECTORY_TOP + row * ENTRY_CELL + 2;
        picture_text(picture, 14, y, GREY, "%08x", row << 27);
        for (u32 half = 0; half < 2; half++)
            if (guest_slot_read(kernel, row * 2 + half, &slot)) {
                task_name(kernel, slot.task, name);
                picture_text(picture, DIRECTORY_LEFT + 32 * ENTRY_CELL + 8 + half * 90, y,
                             task_colour(row * 2 + half), "%2u %.7s", row * 2 + half, name);
            }
    }
    picture_text(picture, 10, picture->height - 24, GREY,
                 "the coloured part of an entry: pages present in its table");
}

/* ---- physical memory ---- */

#define FRAME_CELL 9u
#define FRAME_COLUMNS 64u
#define PHYSICAL_LEFT 80u
#define PHYSICAL_TOP 48u
#define FRAMES_DRAWN 16384u /* 64 MB */

/* Before main memory: by zone, the kernel's names in the order of addresses. */
static const u32 zone_colours[] = {0xd62728, 0x001f7f, 0x7f7f7f, 0xc5b0d5,
                                   0xbcbd22, 0xc5b0d5, 0x17becf, 0xdddddd};
static const u32 kind_colours[FRAME_KINDS] = {
    [FRAME_FREE] = EMPTY,         [FRAME_RESERVED] = 0xc5b0d5, [FRAME_TASK] = 0x202020,
    [FRAME_DIRECTORY] = 0xd62728, [FRAME_TABLE] = 0x001f7f,    [FRAME_PIPE] = 0x17becf,
    [FRAME_KERNEL] = 0x7f7f7f,    [FRAME_SWAP_MAP] = 0x8c564b, [FRAME_UNKNOWN] = 0xff00ff};

static void draw_frame(struct picture *picture, u32 number, u32 colour)
{
    picture_box(picture, PHYSICAL_LEFT + number % FRAME_COLUMNS * FRAME_CELL,
                PHYSICAL_TOP + number / FRAME_COLUMNS * FRAME_CELL, FRAME_CELL - 1, FRAME_CELL - 1,
                colour);
}

struct legend {
    struct picture *picture;
    u32 x, y;
};

static void explain_colour(struct legend *legend, u32 colour, const char *what)
{
    picture_box(legend->picture, legend->x, legend->y + 2, 12, 12, colour);
    picture_text(legend->picture, legend->x + 18, legend->y, BLACK, "%.28s", what);
    legend->y += 18;
}

static void draw_frames(const struct guest_kernel *kernel, const struct guest_frames *frames,
                        struct legend *legend)
{
    bool kinds[FRAME_KINDS] = {false}, slots[GUEST_SLOTS] = {false};
    for (u32 i = 0; i < frames->count; i++) {
        const struct guest_frame *frame = &frames->frame[i];
        bool page = frame->kind == FRAME_PAGE;
        kinds[frame->kind] |= !page;
        slots[frame->slot % GUEST_SLOTS] |= page;
        if (frame->kind == FRAME_RESERVED)
            continue; /* its zone says more */
        u32 colour = page ? task_colour(frame->slot) : kind_colours[frame->kind];
        draw_frame(legend->picture, (GUEST_FRAMES_FIRST >> PAGE_SHIFT) + i,
                   page && frame->count > 1 ? lighter(colour, 2) : colour);
    }
    legend->y += 9;
    for (u32 kind = 0; kind < FRAME_KINDS; kind++)
        if (kinds[kind] && kind != FRAME_RESERVED)
            explain_colour(legend, kind_colours[kind],
                           guest_frame_kind_name((enum guest_frame_kind)kind));
    legend->y += 9;
    for (u32 number = 0; number < GUEST_SLOTS; number++) {
        struct guest_slot slot;
        char text[40], name[17];
        if (!slots[number] || !guest_slot_read(kernel, number, &slot))
            continue;
        task_name(kernel, slot.task, name);
        snprintf(text, sizeof text, "page of task %u, %s", number, name);
        explain_colour(legend, task_colour(number), text);
    }
    explain_colour(legend, lighter(task_colour(0), 2), "pale: with several users");
}

/* By the present page tables: what is mapped for user code, what for the kernel alone. */
static void draw_mapped(const struct cpu *cpu, u32 frames, struct legend *legend)
{
    for (u32 i = 0; i < frames; i++)
        draw_frame(legend->picture, i, EMPTY);
    for (u32 i = 0; cpu_paging(cpu) && i < 1024; i++) {
        u32 table = entry_of(cpu, cpu->cr3, i);
        for (u32 k = 0; (table & 1) && k < 1024; k++) {
            u32 entry = entry_of(cpu, table, k);
            if ((entry & 1) && entry >> PAGE_SHIFT < frames)
                draw_frame(legend->picture, entry >> PAGE_SHIFT,
                           entry & table & 4 ? task_colour(0) : task_colour(3));
        }
    }
    explain_colour(legend, task_colour(0), "mapped for user code");
    explain_colour(legend, task_colour(3), "mapped for the kernel");
    explain_colour(legend, EMPTY, "not mapped now");
}

static bool named_before(const struct guest_zone *zones, u32 number)
{
    for (u32 i = 0; i < number; i++)
        if (strcmp(zones[i].name, zones[number].name) == 0)
            return true;
    return false;
}

void draw_physical(const struct cpu *cpu, const struct guest_kernel *kernel,
                   struct picture *picture)
{
    struct guest_zone zones[GUEST_ZONES_MAX];
    u32 frames = cpu->memory->ram_size >> PAGE_SHIFT, count = guest_zones(kernel, zones);
    if (frames > FRAMES_DRAWN)
        frames = FRAMES_DRAWN;
    u32 rows = (frames + FRAME_COLUMNS - 1) / FRAME_COLUMNS;
    u32 height = PHYSICAL_TOP + rows * FRAME_CELL + 20;
    picture_begin(picture, PHYSICAL_LEFT + FRAME_COLUMNS * FRAME_CELL + 270,
                  height > 620 ? height : 620);
    struct legend legend = {picture, PHYSICAL_LEFT + FRAME_COLUMNS * FRAME_CELL + 16, PHYSICAL_TOP};
    picture_text(picture, 10, 8, BLACK, "physical memory, %u KB: a cell is a frame of 4 KB",
                 frames * 4);
    picture_text(picture, 10, 24, GREY, "a row is 256 KB");
    for (u32 row = 0; row < rows; row += 4)
        picture_text(picture, 8, PHYSICAL_TOP + row * FRAME_CELL - 3, GREY, "%08x", row << 18);
    if (count == 0) {
        draw_mapped(cpu, frames, &legend);
        return;
    }
    for (u32 i = 0; i < count; i++) {
        u32 colour = zone_colours[i % ARRAY_COUNT(zone_colours)];
        for (u32 frame = zones[i].first >> PAGE_SHIFT; frame << PAGE_SHIFT < zones[i].end; frame++)
            if (frame < frames)
                draw_frame(picture, frame, colour);
        if (!named_before(zones, i) && zones[i].first < GUEST_FRAMES_FIRST)
            explain_colour(&legend, colour, zones[i].name);
    }
    struct guest_frames *all = malloc(sizeof *all);
    if (all && guest_frames_read(kernel, all))
        draw_frames(kernel, all, &legend);
    free(all);
}
