#include "debug/guest_frames.h"

#include "base/bits.h"

#include <string.h>

#define ENTRIES 1024u
#define RESERVED 100u /* mem_map of a frame that is never given out */

const char *guest_frame_kind_name(enum guest_frame_kind kind)
{
    static const char *const names[FRAME_KINDS] = {
        "free",      "reserved", "task and kernel stack", "page directory", "page table",
        "task page", "pipe",     "kernel objects",        "swap bitmap",    "NO OWNER FOUND",
    };
    return kind < FRAME_KINDS ? names[kind] : "?";
}

struct survey {
    const struct guest_kernel *kernel;
    struct guest_frames *frames;
    u32 slot;
};

static void note_user(struct survey *survey, u32 frame, enum guest_frame_kind kind, u32 linear)
{
    u32 number = (frame - GUEST_FRAMES_FIRST) >> PAGE_SHIFT;
    if (frame < GUEST_FRAMES_FIRST || number >= survey->frames->count)
        return;
    struct guest_frame *entry = &survey->frames->frame[number];
    if (entry->users++ > 0)
        return;
    entry->kind = (u8)kind;
    entry->slot = (u8)survey->slot;
    entry->linear = linear;
}

static void survey_table(struct survey *survey, u32 table, u32 linear)
{
    for (u32 i = 0; i < ENTRIES; i++) {
        u32 entry = guest_read(survey->kernel, table + i * 4, 4);
        if (entry & GUEST_PAGE_PRESENT) {
            note_user(survey, GUEST_FRAME(entry), FRAME_PAGE, linear + i * PAGE_SIZE);
        } else if (entry) {
            survey->frames->swap_used++;
            survey->frames->swap_unmarked += !guest_swap_taken(survey->kernel, entry >> 1);
        }
    }
}

/* The tables of one directory; those that the kernel's own directory has too are the kernel's. */
static void survey_directory(struct survey *survey, u32 directory, u32 kernel_directory,
                             bool shared)
{
    for (u32 i = 0; i < ENTRIES; i++) {
        u32 entry = guest_read(survey->kernel, directory + i * 4, 4);
        u32 kernels = guest_read(survey->kernel, kernel_directory + i * 4, 4);
        if (!(entry & GUEST_PAGE_PRESENT) || GUEST_FRAME(entry) < GUEST_FRAMES_FIRST)
            continue;
        if (!shared && GUEST_FRAME(entry) == GUEST_FRAME(kernels))
            continue;
        if (shared)
            survey->slot = i / (ENTRIES / GUEST_SLOTS);
        note_user(survey, GUEST_FRAME(entry), FRAME_TABLE, i << 22);
        survey_table(survey, GUEST_FRAME(entry), i << 22);
    }
}

static void survey_tasks(struct survey *survey, u32 kernel_directory)
{
    for (survey->slot = 0; survey->slot < GUEST_SLOTS; survey->slot++) {
        struct guest_slot slot;
        if (!guest_slot_read(survey->kernel, survey->slot, &slot))
            continue;
        note_user(survey, slot.task, FRAME_TASK, 0);
        if (slot.directory == kernel_directory)
            continue;
        note_user(survey, slot.directory, FRAME_DIRECTORY, 0);
        survey_directory(survey, slot.directory, kernel_directory, false);
    }
}

/* Offsets in 0.12's m_inode. A pipe keeps its page's address where files have their size. */
enum inode_offset { INODE_SIZE = 4, INODE_COUNT = 52, INODE_PIPE = 56, INODE_BYTES = 60 };
#define INODES 64u

static void survey_pipes(struct survey *survey)
{
    const struct guest_kernel *kernel = survey->kernel;
    u32 table;
    if (!guest_symbol(kernel, "inode_table", &table))
        return;
    for (u32 i = 0; i < INODES; i++) {
        u32 inode = table + i * INODE_BYTES;
        if (guest_read(kernel, inode + INODE_PIPE, 1) && guest_read(kernel, inode + INODE_COUNT, 2))
            note_user(survey, guest_read(kernel, inode + INODE_SIZE, 4), FRAME_PIPE, 0);
    }
}

#define BUCKETS 9u

/* Each page of the kernel's malloc begins with the address of the next of its size. */
static void survey_objects(struct survey *survey)
{
    u32 buckets;
    if (!guest_symbol(survey->kernel, "buckets", &buckets))
        return;
    for (u32 i = 0; i < BUCKETS; i++) {
        u32 page = guest_read(survey->kernel, buckets + i * 4, 4);
        for (u32 left = GUEST_FRAMES_MAX; page && left > 0; left--) {
            note_user(survey, page, FRAME_KERNEL, 0);
            page = guest_read(survey->kernel, page, 4);
        }
    }
}

static void compare_counts(struct guest_frames *frames)
{
    for (u32 i = 0; i < frames->count; i++) {
        struct guest_frame *frame = &frames->frame[i];
        if (frame->count == RESERVED) {
            frame->kind = FRAME_RESERVED;
            continue;
        }
        if (frame->count > 0 && frame->users == 0)
            frame->kind = FRAME_UNKNOWN;
        frames->overused += frame->count < frame->users;
        frames->loose += frame->count > frame->users;
    }
}

bool guest_frames_read(const struct guest_kernel *kernel, struct guest_frames *frames)
{
    struct survey survey = {kernel, frames, 0};
    u32 directory, map, memory_end, bitmap;
    memset(frames, 0, sizeof *frames);
    if (!guest_symbol(kernel, "pg_dir", &directory) || !guest_symbol(kernel, "mem_map", &map) ||
        !guest_value(kernel, "HIGH_MEMORY", &memory_end) || memory_end < GUEST_FRAMES_FIRST)
        return false;
    frames->count = (memory_end - GUEST_FRAMES_FIRST) >> PAGE_SHIFT;
    if (frames->count > GUEST_FRAMES_MAX)
        frames->count = GUEST_FRAMES_MAX;
    for (u32 i = 0; i < frames->count; i++)
        frames->frame[i].count = (u8)guest_read(kernel, map + i, 1);
    survey_directory(&survey, directory, directory, true);
    survey_tasks(&survey, directory);
    survey_pipes(&survey);
    survey_objects(&survey);
    if (guest_value(kernel, "swap_bitmap", &bitmap) && bitmap)
        note_user(&survey, bitmap, FRAME_SWAP_MAP, 0);
    compare_counts(frames);
    return true;
}
