/* -kernel: what goes where, and which files are refused. */
#include "loader/kernel.h"
#include "loader/multiboot.h"
#include "support/suite.h"

#include "base/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM (16u * MIB)

static u8 image[1u << 20];

/* ---- ELF ---- */

enum { PROGRAMS = 0x60, CODE = 0x1000 };

struct segment {
    u32 offset, linear, physical, file_size, memory_size;
};

/* A Multiboot kernel in ELF with these segments; flags of its Multiboot header. */
static struct kernel_input make_elf(const struct segment *segments, unsigned count, u32 entry,
                                    u32 flags)
{
    memset(image, 0, sizeof image);
    memcpy(image, "\177ELF\1\1\1", 7);
    store_le16(image + 16, 2);
    store_le16(image + 18, 3);
    store_le32(image + 24, entry);
    store_le32(image + 28, PROGRAMS);
    store_le16(image + 42, 32);
    store_le16(image + 44, (u16)count);
    store_le16(image + 46, 40);
    for (unsigned i = 0; i < count; i++) {
        u8 *program = image + PROGRAMS + 32 * (size_t)i;
        store_le32(program, 1);
        store_le32(program + 4, segments[i].offset);
        store_le32(program + 8, segments[i].linear);
        store_le32(program + 12, segments[i].physical);
        store_le32(program + 16, segments[i].file_size);
        store_le32(program + 20, segments[i].memory_size);
    }
    store_le32(image + CODE, 0x1badb002);
    store_le32(image + CODE + 4, flags);
    store_le32(image + CODE + 8, 0u - 0x1badb002u - flags);
    return (struct kernel_input){.kernel = {.name = "k.elf", .bytes = image, .size = 0x4000},
                                 .ram_size = RAM};
}

START_TEST(elf_segments_go_to_their_physical_addresses_with_zeros_behind)
{
    const struct segment segments[] = {{CODE, 0xc0100000, 0x100000, 0x800, 0x800},
                                       {0x2000, 0xc0200000, 0x200000, 0x10, 0x5000}};
    struct kernel_input input = make_elf(segments, 2, 0xc0100040, 0);
    struct kernel_plan plan;
    struct error error = {""};
    ck_assert_msg(kernel_plan_make(&plan, &input, &error), "%s", error.text);
    ck_assert_int_eq(plan.kind, KERNEL_MULTIBOOT);
    ck_assert_uint_eq(plan.entry, 0x100040); /* the entry is virtual in the file */
    ck_assert_uint_eq(plan.pieces[0].physical, 0x100000);
    ck_assert_ptr_eq(plan.pieces[0].bytes, image + CODE);
    ck_assert_uint_eq(plan.pieces[1].size, 0x10);
    ck_assert_uint_eq(plan.pieces[1].memory_size, 0x5000);
    kernel_plan_free(&plan);
}
END_TEST

START_TEST(modules_follow_the_bss_at_pages)
{
    static const u8 module[5000];
    const struct segment segments[] = {{CODE, 0x100000, 0x100000, 0x800, 0x1801}};
    struct kernel_input input = make_elf(segments, 1, 0x100000, 0);
    struct kernel_plan plan;
    struct error error = {""};
    input.modules[0] = (struct kernel_file){"m1", "a b", module, sizeof module};
    input.modules[1] = (struct kernel_file){"m2", "", module, 1};
    input.module_count = 2;
    ck_assert_msg(kernel_plan_make(&plan, &input, &error), "%s", error.text);
    ck_assert_uint_eq(plan.modules[0].first, 0x102000);
    ck_assert_uint_eq(plan.modules[0].end, 0x102000 + 5000);
    ck_assert_uint_eq(plan.modules[1].first, 0x104000);
    ck_assert_str_eq(plan.arguments[0], "m1 a b");
    ck_assert_str_eq(plan.arguments[1], "m2");
    kernel_plan_free(&plan);
}
END_TEST

/* Segments that are refused, and a part of the line that says why. */
static const struct {
    const char *name;
    struct segment segments[2];
    unsigned count;
    u32 entry;
    const char *expected;
} bad_elf[] = {
    {"no segment", {{0}}, 0, 0x100000, "nothing to load"},
    {"file bytes behind the file",
     {{0x3f00, 0x100000, 0x100000, 0x200, 0x200}},
     1,
     0x100000,
     "within the file"},
    {"an offset that wraps",
     {{0xffffff00, 0x100000, 0x100000, 0x200, 0x200}},
     1,
     0x100000,
     "within the file"},
    {"more bytes in the file than in memory",
     {{CODE, 0x100000, 0x100000, 0x200, 0x100}},
     1,
     0x100000,
     "within the file"},
    {"segments over each other",
     {{CODE, 0x100000, 0x100000, 0x200, 0x200}, {CODE, 0x1001ff, 0x1001ff, 1, 1}},
     2,
     0x100000,
     "share the address 1001FFh"},
    {"the end of the RAM",
     {{CODE, 0xfff000, 0xfff000, 0x200, 0x1001}},
     1,
     0xfff000,
     "100000h to FFFFFFh"},
    {"behind the RAM", {{CODE, 0x1000000, 0x1000000, 0x200, 0x200}}, 1, 0x1000000, "expected RAM"},
    {"an address that wraps",
     {{CODE, 0xfffff000, 0xfffff000, 0x200, 0x2000}},
     1,
     0xfffff000,
     "expected RAM"},
    {"the BIOS's data", {{CODE, 0x400, 0x400, 0x200, 0x200}}, 1, 0x400, "expected RAM"},
    {"the video memory", {{CODE, 0x9f000, 0x9f000, 0x200, 0x2000}}, 1, 0x9f000, "expected RAM"},
    {"an entry outside", {{CODE, 0x100000, 0x100000, 0x200, 0x200}}, 1, 0x100200, "no part"},
};

START_TEST(bad_segments_are_refused_in_one_line)
{
    for (size_t i = 0; i < ARRAY_COUNT(bad_elf); i++) {
        struct kernel_input input =
            make_elf(bad_elf[i].segments, bad_elf[i].count, bad_elf[i].entry, 0);
        struct kernel_plan plan;
        struct error error = {""};
        ck_assert_msg(!kernel_plan_make(&plan, &input, &error), "%s was accepted", bad_elf[i].name);
        ck_assert_msg(strstr(error.text, bad_elf[i].expected) && strstr(error.text, "k.elf") &&
                          !strchr(error.text, '\n'),
                      "%s: %s", bad_elf[i].name, error.text);
    }
}
END_TEST

START_TEST(headers_outside_the_file_are_refused)
{
    const struct segment segment = {CODE, 0x100000, 0x100000, 0x200, 0x200};
    static const struct {
        u32 at, value;
        const char *expected;
    } pokes[] = {
        {28, 0x3ff0, "program headers"}, /* offset, then size and count */
        {28, 0xfffffff0, "program headers"}, {42, 0x00010010, "program headers"},
        {44, 0x0028ffff, "program headers"}, {46, 0xffff0028, "section headers"},
        {4, 0x00010102, "32-bit"},           {18, 0x0001003e, "i386"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(pokes); i++) {
        struct kernel_input input = make_elf(&segment, 1, 0x100000, 0);
        struct kernel_plan plan;
        struct error error = {""};
        store_le32(image + pokes[i].at, pokes[i].value);
        ck_assert_msg(!kernel_plan_make(&plan, &input, &error), "poke %zu was accepted", i);
        ck_assert_msg(strstr(error.text, pokes[i].expected), "poke %zu: %s", i, error.text);
    }
}
END_TEST

START_TEST(flags_that_must_be_understood_and_are_not_are_refused)
{
    const struct segment segment = {CODE, 0x100000, 0x100000, 0x200, 0x200};
    struct kernel_input input = make_elf(&segment, 1, 0x100000, 0x8);
    struct kernel_plan plan;
    struct error error = {""};
    ck_assert(!kernel_plan_make(&plan, &input, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "no more than 7"));
    input = make_elf(&segment, 1, 0x100000, 0x00fe0007);
    ck_assert_msg(kernel_plan_make(&plan, &input, &error), "%s", error.text);
    kernel_plan_free(&plan);
}
END_TEST

START_TEST(an_elf_file_without_multiboot_header_is_refused)
{
    const struct segment segment = {CODE, 0x100000, 0x100000, 0x200, 0x200};
    struct kernel_input input = make_elf(&segment, 1, 0x100000, 0);
    struct kernel_plan plan;
    struct error error = {""};
    image[CODE] = 0;
    ck_assert(!kernel_plan_make(&plan, &input, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "without a Multiboot header"));
}
END_TEST

/* ---- Linux ---- */

struct linux_kind {
    u16 version;
    u8 setup_sectors;
    bool high;
    size_t size;
};

static struct kernel_input make_linux(const struct linux_kind *kind)
{
    memset(image, 0, sizeof image);
    image[0x1f1] = kind->setup_sectors;
    memcpy(image + 0x202, "HdrS", 4);
    store_le16(image + 0x206, kind->version);
    image[0x211] = kind->high;
    store_le32(image + 0x22c, 0x37ffffff);
    store_le32(image + 0x238, 2047);
    return (struct kernel_input){.kernel = {.name = "bzImage", .bytes = image, .size = kind->size},
                                 .append = "root=/dev/hda1",
                                 .ram_size = RAM};
}

static const struct kernel_piece *piece_at(const struct kernel_plan *plan, u32 physical)
{
    for (unsigned i = 0; i < plan->piece_count; i++)
        if (plan->pieces[i].physical == physical)
            return &plan->pieces[i];
    return NULL;
}

/* Where the parts of each kind go; setup sectors of 0 stand for 4. */
static const struct {
    struct linux_kind kind;
    u32 setup_at, kernel_at, command_at, skipped;
} places[] = {
    {{0x200, 0, false, 100000}, 0x90000, 0x10000, 0x99000, 5 * 512},
    {{0x200, 4, true, 100000}, 0x90000, 0x100000, 0x99000, 5 * 512},
    {{0x201, 10, true, 100000}, 0x90000, 0x100000, 0x99000, 11 * 512},
    {{0x202, 10, true, 100000}, 0x10000, 0x100000, 0x1e000, 11 * 512},
    {{0x202, 10, false, 100000}, 0x90000, 0x10000, 0x99000, 11 * 512},
    {{0x20f, 31, true, 100000}, 0x10000, 0x100000, 0x1e000, 32 * 512},
};

START_TEST(linux_parts_go_where_their_protocol_says)
{
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        struct kernel_input input = make_linux(&places[i].kind);
        struct kernel_plan plan;
        struct error error = {""};
        ck_assert_msg(kernel_plan_make(&plan, &input, &error), "row %zu: %s", i, error.text);
        ck_assert_int_eq(plan.kind, KERNEL_LINUX);
        ck_assert_uint_eq(plan.entry, places[i].setup_at >> 4);
        const struct kernel_piece *setup = piece_at(&plan, places[i].setup_at);
        const struct kernel_piece *kernel = piece_at(&plan, places[i].kernel_at);
        const struct kernel_piece *command = piece_at(&plan, places[i].command_at);
        ck_assert_msg(setup && kernel && command, "row %zu", i);
        ck_assert_uint_eq(setup->size, places[i].skipped);
        ck_assert_ptr_eq(kernel->bytes, image + places[i].skipped);
        ck_assert_str_eq((const char *)command->bytes, "root=/dev/hda1");
        if (places[i].kind.version < 0x202) {
            ck_assert_uint_eq(load_le16(setup->bytes + 0x20), 0xa33f);
            ck_assert_uint_eq(load_le16(setup->bytes + 0x22), 0x9000);
        } else {
            ck_assert_uint_eq(load_le32(setup->bytes + 0x228), places[i].command_at);
        }
        ck_assert_uint_eq(setup->bytes[0x210], 0xff);
        kernel_plan_free(&plan);
    }
}
END_TEST

static const struct {
    const char *name;
    struct linux_kind kind;
    const char *expected;
} bad_linux[] = {
    {"a protocol before 2.00", {0x1ff, 4, false, 100000}, "expected 2.00"},
    {"setup code alone", {0x204, 10, true, 11 * 512}, "whole Linux kernel"},
    {"setup code for 4 sectors in a shorter file", {0x204, 0, true, 2000}, "whole Linux kernel"},
    {"more setup code than lies below its heap", {0x200, 80, false, 100000}, "setup code"},
    {"a zImage that reaches its setup code", {0x200, 4, false, 530000}, "share the address"},
};

START_TEST(bad_linux_kernels_are_refused_in_one_line)
{
    for (size_t i = 0; i < ARRAY_COUNT(bad_linux); i++) {
        struct kernel_input input = make_linux(&bad_linux[i].kind);
        struct kernel_plan plan;
        struct error error = {""};
        ck_assert_msg(!kernel_plan_make(&plan, &input, &error), "%s was accepted",
                      bad_linux[i].name);
        ck_assert_msg(strstr(error.text, bad_linux[i].expected) && !strchr(error.text, '\n'),
                      "%s: %s", bad_linux[i].name, error.text);
    }
}
END_TEST

/* The highest page that kernel and RAM allow; 0 where it does not fit. */
static const struct {
    u16 version;
    u32 last, preferred, needed, size, expected_at;
} ramdisks[] = {
    {0x200, 0, 0, 0, 5000, RAM - 8192}, /* the field is not there yet */
    {0x203, 0x7fffff, 0, 0, 5000, 0x800000 - 8192},
    {0x203, 0xffffffff, 0, 0, 4096, RAM - 4096},
    {0x20a, 0x7fffff, 0x100000, 0x600000, 0x100000, 0x700000}, /* just above the unpacked kernel */
    {0x20a, 0x7fffff, 0x100000, 0x600000, 0x100001, 0},
    {0x20a, 0x7fffff, 0x1000000, 0x600000, 1, 0},
    {0x203, 0x37ffffff, 0, 0, 15 * MIB, 0},
};

START_TEST(the_initial_ram_disk_goes_as_high_as_it_may)
{
    u8 *disk = calloc(1, RAM);
    for (size_t i = 0; i < ARRAY_COUNT(ramdisks); i++) {
        struct linux_kind kind = {ramdisks[i].version, 4, true, 100000};
        struct kernel_input input = make_linux(&kind);
        struct kernel_plan plan;
        struct error error = {""};
        store_le32(image + 0x22c, ramdisks[i].last);
        store_le32(image + 0x258, ramdisks[i].preferred);
        store_le32(image + 0x260, ramdisks[i].needed);
        input.modules[0] = (struct kernel_file){"initrd", "", disk, ramdisks[i].size};
        input.module_count = 1;
        bool made = kernel_plan_make(&plan, &input, &error);
        ck_assert_msg(made == (ramdisks[i].expected_at != 0), "row %zu: %s", i, error.text);
        if (!made) {
            ck_assert_msg(strstr(error.text, "initrd") && strstr(error.text, "at most"), "%s",
                          error.text);
            continue;
        }
        const u8 *setup = piece_at(&plan, plan.entry << 4)->bytes;
        ck_assert_uint_eq(load_le32(setup + 0x218), ramdisks[i].expected_at);
        ck_assert_uint_eq(load_le32(setup + 0x21c), ramdisks[i].size);
        ck_assert_ptr_nonnull(piece_at(&plan, ramdisks[i].expected_at));
        kernel_plan_free(&plan);
    }
    free(disk);
}
END_TEST

START_TEST(a_command_line_longer_than_the_protocol_has_is_refused)
{
    static char text[3000];
    static const struct {
        u16 version;
        size_t length;
        bool fits;
    } rows[] = {{0x200, 255, true},
                {0x200, 256, false},
                {0x205, 256, false},
                {0x206, 2047, true},
                {0x206, 2048, false}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct linux_kind kind = {rows[i].version, 4, true, 100000};
        struct kernel_input input = make_linux(&kind);
        struct kernel_plan plan;
        struct error error = {""};
        memset(text, 'x', sizeof text);
        text[rows[i].length] = 0;
        input.append = text;
        ck_assert_msg(kernel_plan_make(&plan, &input, &error) == rows[i].fits, "row %zu: %s", i,
                      error.text);
        if (rows[i].fits)
            kernel_plan_free(&plan);
    }
}
END_TEST

/* Words of -append that are the loader's to read. */
START_TEST(vga_chooses_the_video_mode)
{
    static const struct {
        const char *append;
        u16 mode;
    } rows[] = {{"", 0xffff},           {"vga=ask", 0xfffd}, {"quiet vga=ext x", 0xfffe},
                {"vga=0x317", 0x317},   {"vga=791", 791},    {"xvga=1", 0xffff},
                {"vga=normal", 0xffff}, {"vga=wide", 0xffff}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct linux_kind kind = {0x204, 4, true, 100000};
        struct kernel_input input = make_linux(&kind);
        struct kernel_plan plan;
        struct error error = {""};
        input.append = rows[i].append;
        ck_assert_msg(kernel_plan_make(&plan, &input, &error), "%s", error.text);
        ck_assert_uint_eq(load_le16(piece_at(&plan, plan.entry << 4)->bytes + 0x1fa), rows[i].mode);
        kernel_plan_free(&plan);
    }
}
END_TEST

START_TEST(a_file_of_neither_kind_is_a_floppy)
{
    struct kernel_input input = {.kernel = {.name = "boot.img", .bytes = image, .size = 512},
                                 .ram_size = RAM};
    struct kernel_plan plan;
    struct error error = {""};
    memset(image, 0, sizeof image);
    ck_assert(kernel_plan_make(&plan, &input, &error));
    ck_assert_int_eq(plan.kind, KERNEL_FLOPPY);
    kernel_plan_free(&plan);
}
END_TEST

/* As memory testers are: a floppy whose second part is a Multiboot kernel for others to load. */
START_TEST(a_boot_disk_with_a_multiboot_header_further_on_is_a_floppy)
{
    struct kernel_input input = {.kernel = {.name = "boot.img", .bytes = image, .size = 8192},
                                 .ram_size = RAM};
    struct kernel_plan plan;
    struct error error = {""};
    memset(image, 0, sizeof image);
    store_le32(image + 2048, 0x1badb002);
    store_le32(image + 2056, 0u - 0x1badb002u);
    ck_assert(!kernel_plan_make(&plan, &input, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "no ELF header"));
    store_le16(image + 510, 0xaa55);
    ck_assert_msg(kernel_plan_make(&plan, &input, &error), "%s", error.text);
    ck_assert_int_eq(plan.kind, KERNEL_FLOPPY);
    kernel_plan_free(&plan);
}
END_TEST

SUITE_MAIN("loader", elf_segments_go_to_their_physical_addresses_with_zeros_behind,
           modules_follow_the_bss_at_pages, bad_segments_are_refused_in_one_line,
           headers_outside_the_file_are_refused,
           flags_that_must_be_understood_and_are_not_are_refused,
           an_elf_file_without_multiboot_header_is_refused,
           linux_parts_go_where_their_protocol_says, bad_linux_kernels_are_refused_in_one_line,
           the_initial_ram_disk_goes_as_high_as_it_may,
           a_command_line_longer_than_the_protocol_has_is_refused, vga_chooses_the_video_mode,
           a_file_of_neither_kind_is_a_floppy,
           a_boot_disk_with_a_multiboot_header_further_on_is_a_floppy)
