#include "base/bits.h"
#include "debug/guest_frames.h"
#include "debug/guest_regions.h"
#include "support/suite.h"

#include <string.h>

/* A machine of 2 MB in which a kernel of 0.12's shape has one task, written down byte by byte. */

#define TASK_ARRAY 0x6000u
#define MEM_MAP 0x7000u
#define INODES_AT 0x8000u
#define BUCKETS_AT 0x9000u
#define HEADS 0x30000u
#define TASK 0x1ff000u  /* task_struct of slot 2 */
#define TABLE 0x1fe000u /* its page table */
#define PAGE 0x1fd000u
#define BITMAP 0x1fc000u
#define PIPE 0x1fb000u
#define OBJECTS 0x1fa000u

static const char symbol_text[] =
    "00000000 T pg_dir\n00001000 T pg0\n00020000 B end\n00006000 D task\n00006200 B HIGH_MEMORY\n"
    "00006204 B buffer_memory_end\n00006208 B main_memory_start\n0000620c B nr_buffers\n"
    "00006210 B start_buffer\n00006214 B SWAP_DEV\n00006218 b swap_bitmap\n0000621c b swap_size\n"
    "00006220 B swap_ins\n00006224 B swap_outs\n00007000 B mem_map\n00008000 B inode_table\n"
    "00009000 b buckets\n0000a000 T find_vma\n";

static struct memory memory;
static struct symbols symbols;
static struct guest_kernel kernel = {&memory, &symbols};

static void put(u32 physical, u32 value)
{
    memory_write(&memory, physical, 4, value);
}

static void count_frame(u32 frame, u8 users)
{
    memory_write(&memory, MEM_MAP + ((frame - GUEST_FRAMES_FIRST) >> PAGE_SHIFT), 1, users);
}

static void put_task(void)
{
    put(TASK_ARRAY + 2 * 4, TASK);
    put(TASK + 936, 0x00003fff); /* LDT entry 2: base 8000000h, 64 MB, data, DPL 3 */
    put(TASK + 936 + 4, 0x08c0f300);
    put(32 * 4, TABLE | 7);
    put(TABLE + 4 * 5, PAGE | 5); /* read-only */
    put(TABLE + 4 * 6, 3 << 1);   /* page 3 of the swap space */
}

static void start(void)
{
    struct error error;
    ck_assert(memory_init(&memory, 2 * MIB, &error));
    ck_assert(symbols_parse(&symbols, symbol_text, strlen(symbol_text), &error));
    put(0x6200, 0x200000);
    put(0x6204, 0x100000);
    put(0x6208, 0x180000);
    put(0x6214, 0x302);
    put(0x6218, BITMAP);
    put(0x621c, 100);
    put(0x6220, 7);
    put(0x6224, 9);
    for (u32 frame = GUEST_FRAMES_FIRST; frame < 0x180000; frame += PAGE_SIZE)
        count_frame(frame, 100);
    for (u32 frame = OBJECTS; frame <= TASK; frame += PAGE_SIZE)
        count_frame(frame, 1);
    put_task();
    for (u32 number = 1; number < 100; number++)
        if (number != 3)
            memory_write(&memory, BITMAP + number / 8, 1,
                         memory_read(&memory, BITMAP + number / 8, 1) | 1u << number % 8);
    put(INODES_AT + 60 * 4 + 4, PIPE);
    memory_write(&memory, INODES_AT + 60 * 4 + 52, 2, 1);
    memory_write(&memory, INODES_AT + 60 * 4 + 56, 1, 1);
    put(BUCKETS_AT + 4, OBJECTS);
}

static void end(void)
{
    symbols_free(&symbols);
    memory_free(&memory);
}

START_TEST(zones_follow_the_kernels_borders)
{
    struct guest_zone zones[GUEST_ZONES_MAX];
    start();
    ck_assert_uint_eq(guest_zones(&kernel, zones), 7);
    ck_assert_str_eq(zones[2].name, "kernel");
    ck_assert_uint_eq(zones[2].end, 0x20000);
    ck_assert_str_eq(zones[5].name, "RAM disk");
    ck_assert_uint_eq(zones[5].first, 0x100000);
    ck_assert_uint_eq(zones[6].end, 0x200000);
    end();
}
END_TEST

START_TEST(zones_are_unknown_without_symbols)
{
    struct symbols none = {0};
    struct guest_kernel stranger = {&memory, &none};
    struct guest_zone zones[GUEST_ZONES_MAX];
    struct guest_buffers buffers;
    struct guest_swap swap;
    struct guest_slot slot;
    static struct guest_frames frames;
    start();
    ck_assert_uint_eq(guest_zones(&stranger, zones), 0);
    ck_assert(!guest_buffers(&stranger, &buffers));
    ck_assert(!guest_swap(&stranger, &swap));
    ck_assert(!guest_slot_read(&stranger, 2, &slot));
    ck_assert(!guest_frames_read(&stranger, &frames));
    end();
}
END_TEST

START_TEST(buffers_in_video_memory_are_told)
{
    struct guest_buffers buffers;
    start();
    ck_assert(!guest_buffers(&kernel, &buffers));
    put(0x620c, 3);
    put(0x6210, HEADS);
    put(HEADS, 0x40000);
    put(HEADS + 36, 0x9fc00);
    put(HEADS + 72, 0xa0000);
    memory_write(&memory, HEADS + 36 + 8, 2, 0x301);
    memory_write(&memory, HEADS + 36 + 11, 1, 1);
    ck_assert(guest_buffers(&kernel, &buffers));
    ck_assert_uint_eq(buffers.in_video, 1);
    ck_assert_uint_eq(buffers.used, 1);
    ck_assert_uint_eq(buffers.dirty, 1);
    ck_assert_uint_eq(buffers.data_first, 0x40000);
    put(0x620c, 0xffffffff);
    ck_assert(!guest_buffers(&kernel, &buffers));
    end();
}
END_TEST

START_TEST(swap_counts_the_bits_of_its_map)
{
    struct guest_swap swap;
    start();
    ck_assert(guest_swap(&kernel, &swap));
    ck_assert_uint_eq(swap.pages, 99);
    ck_assert_uint_eq(swap.free, 98);
    ck_assert_uint_eq(swap.ins, 7);
    ck_assert(guest_swap_taken(&kernel, 3));
    ck_assert(!guest_swap_taken(&kernel, 4));
    ck_assert(!guest_swap_taken(&kernel, 100));
    put(0x6218, 0);
    ck_assert(guest_swap(&kernel, &swap));
    ck_assert(!swap.active);
    end();
}
END_TEST

START_TEST(a_slot_has_its_segment_and_pages)
{
    struct guest_slot slot;
    start();
    ck_assert(guest_slot_read(&kernel, 2, &slot));
    ck_assert_uint_eq(slot.base, 0x8000000);
    ck_assert_uint_eq(slot.limit, 0x3ffffff);
    ck_assert_uint_eq(slot.first, 32);
    ck_assert_uint_eq(slot.count, 16);
    ck_assert_uint_eq(slot.tables, 1);
    ck_assert_uint_eq(slot.pages, 1);
    ck_assert_uint_eq(slot.read_only, 1);
    ck_assert_uint_eq(slot.swapped, 1);
    ck_assert(!guest_slot_read(&kernel, 3, &slot));
    ck_assert(!guest_slot_read(&kernel, 64, &slot));
    end();
}
END_TEST

static const struct guest_frame *frame_of(const struct guest_frames *frames, u32 physical)
{
    return &frames->frame[(physical - GUEST_FRAMES_FIRST) >> PAGE_SHIFT];
}

START_TEST(every_frame_has_its_owner)
{
    static struct guest_frames frames;
    static const struct {
        u32 frame;
        enum guest_frame_kind kind;
    } owners[] = {{TASK, FRAME_TASK},       {TABLE, FRAME_TABLE},      {PAGE, FRAME_PAGE},
                  {BITMAP, FRAME_SWAP_MAP}, {PIPE, FRAME_PIPE},        {OBJECTS, FRAME_KERNEL},
                  {0x180000, FRAME_FREE},   {0x100000, FRAME_RESERVED}};
    start();
    ck_assert(guest_frames_read(&kernel, &frames));
    ck_assert_uint_eq(frames.count, 256);
    ck_assert_uint_eq(frames.overused, 0);
    ck_assert_uint_eq(frames.loose, 0);
    ck_assert_uint_eq(frames.swap_used, 1);
    ck_assert_uint_eq(frames.swap_unmarked, 0);
    for (size_t i = 0; i < ARRAY_COUNT(owners); i++)
        ck_assert_uint_eq(frame_of(&frames, owners[i].frame)->kind, owners[i].kind);
    ck_assert_uint_eq(frame_of(&frames, PAGE)->slot, 2);
    ck_assert_uint_eq(frame_of(&frames, PAGE)->linear, 0x8005000);
    end();
}
END_TEST

START_TEST(lost_frames_and_frames_given_twice_are_told)
{
    static struct guest_frames frames;
    start();
    count_frame(0x190000, 1);     /* counted, used by nobody */
    put(TABLE + 4 * 7, PAGE | 5); /* used twice, counted once */
    put(TABLE + 4 * 8, 4 << 1);   /* in swap, and free by the map */
    ck_assert(guest_frames_read(&kernel, &frames));
    ck_assert_uint_eq(frames.overused, 1);
    ck_assert_uint_eq(frames.loose, 1);
    ck_assert_uint_eq(frame_of(&frames, 0x190000)->kind, FRAME_UNKNOWN);
    ck_assert_uint_eq(frame_of(&frames, PAGE)->users, 2);
    ck_assert_uint_eq(frames.swap_unmarked, 1);
    end();
}
END_TEST

#define AREAS 0x40000u /* three structures of 48 bytes: the second is the root */
#define OPERATIONS 0x41000u

static void put_area(u32 number, u32 first, u32 end, u32 next, bool red)
{
    u32 at = AREAS + number * 48;
    put(at, first);
    put(at + 4, end);
    put(at + 8, 3);
    put(at + 20, OPERATIONS);
    put(at + 24, next);
    put(at + 36, red ? AREAS + 48 : 0);
    put(at + 40, red);
}

static void put_areas(void)
{
    put(OPERATIONS, OPERATIONS + 16);
    memory_write_bytes(&memory, OPERATIONS + 16, "stack", 6);
    put_area(0, 0, 0x3000, AREAS + 48, true);
    put_area(1, 0x3000, 0x5000, AREAS + 96, false);
    put_area(2, 0x3bff000, 0x3c00000, 0, true);
    put(AREAS + 48 + 28, AREAS);
    put(AREAS + 48 + 32, AREAS + 96);
    put(TASK + 1188 + 4, AREAS);
    put(TASK + 1188 + 8, AREAS + 48);
    put(TASK + 1188 + 12, 3);
}

static struct guest_region_check checked_regions(void)
{
    struct guest_slot slot;
    struct guest_space space;
    struct guest_region_check check;
    ck_assert(guest_slot_read(&kernel, 2, &slot));
    ck_assert(guest_space_read(&kernel, &slot, &space));
    ck_assert_uint_eq(space.regions, 3);
    guest_regions_check(&kernel, &space, &check);
    return check;
}

START_TEST(regions_are_read_and_their_tree_held_against_the_list)
{
    struct guest_region region;
    start();
    put_areas();
    ck_assert(guest_region_read(&kernel, AREAS + 96, &region));
    ck_assert_str_eq(region.kind, "stack");
    ck_assert_uint_eq(region.first, 0x3bff000);
    struct guest_region_check check = checked_regions();
    ck_assert_uint_eq(check.listed, 3);
    ck_assert_uint_eq(check.in_tree, 3);
    ck_assert_uint_eq(check.depth, 2);
    ck_assert_uint_eq(check.unsorted + check.misplaced + check.red_red + check.uneven, 0);
    end();
}
END_TEST

START_TEST(broken_rules_of_regions_are_told)
{
    start();
    put_areas();
    put(AREAS + 48 + 40, 1); /* a red root with red children */
    ck_assert_uint_eq(checked_regions().red_red, 3);
    put_areas();
    put(AREAS + 40, 0); /* black on one side only */
    ck_assert_uint_eq(checked_regions().uneven, 1);
    put_areas();
    put(AREAS + 48, 0x2000); /* overlaps the one before */
    ck_assert_uint_eq(checked_regions().unsorted, 1);
    put_areas();
    put(AREAS + 48 + 28, AREAS + 96); /* the wrong node on the left */
    ck_assert_uint_gt(checked_regions().misplaced, 0);
    put_areas();
    put(AREAS + 96 + 24, AREAS); /* a list that is a ring */
    put(AREAS + 28, AREAS + 48); /* and a tree that is one */
    ck_assert_uint_gt(checked_regions().misplaced, 0);
    end();
}
END_TEST

START_TEST(wild_values_are_survived)
{
    static struct guest_frames frames;
    struct guest_slot slot;
    struct guest_zone zones[GUEST_ZONES_MAX];
    struct guest_swap swap;
    start();
    for (u32 at = 0x6000; at < 0x6300; at += 4)
        put(at, 0xfffffff0u + at);
    put(BUCKETS_AT, BUCKETS_AT); /* a ring */
    put(BUCKETS_AT + 4, 0xffffffff);
    put(0, 0xffffffff);
    guest_frames_read(&kernel, &frames);
    guest_zones(&kernel, zones);
    guest_swap(&kernel, &swap);
    for (u32 number = 0; number < GUEST_SLOTS; number++)
        guest_slot_read(&kernel, number, &slot);
    end();
}
END_TEST

SUITE_MAIN("guest_kernel", zones_follow_the_kernels_borders, zones_are_unknown_without_symbols,
           buffers_in_video_memory_are_told, swap_counts_the_bits_of_its_map,
           a_slot_has_its_segment_and_pages, every_frame_has_its_owner,
           lost_frames_and_frames_given_twice_are_told,
           regions_are_read_and_their_tree_held_against_the_list, broken_rules_of_regions_are_told,
           wild_values_are_survived)
