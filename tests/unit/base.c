#include "base/bits.h"
#include "base/error.h"
#include "base/field.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text_out.h"
#include "support/suite.h"

struct sample {
    u8 byte;
    u16 halves[3];
    u32 word;
    u64 quad;
    bool flag;
};

static const struct field sample_rows[] = {
    FIELD(struct sample, byte), FIELD_ARRAY(struct sample, halves), FIELD(struct sample, word),
    FIELD(struct sample, quad), FIELD(struct sample, flag),
};

START_TEST(field_image_is_little_endian)
{
    struct sample sample = {.halves = {0x1234, 0x5678, 0x9abc}};
    u8 image[6];
    ck_assert_uint_eq(field_image_size(&sample_rows[1]), 6);
    field_store(&sample_rows[1], &sample, image);
    ck_assert_mem_eq(image, ((u8[]){0x34, 0x12, 0x78, 0x56, 0xbc, 0x9a}), 6);
}
END_TEST

START_TEST(field_survives_store_and_load)
{
    struct sample from = {1, {2, 3, 4}, 0x89abcdef, 0x123456789abcdef0, true}, to = {0};
    for (size_t i = 0; i < ARRAY_COUNT(sample_rows); i++) {
        u8 image[16];
        field_store(&sample_rows[i], &from, image);
        field_load(&sample_rows[i], &to, image);
        ck_assert_uint_eq(field_value(&sample_rows[i], &to, 0),
                          field_value(&sample_rows[i], &from, 0));
    }
    ck_assert_uint_eq(to.halves[2], 4);
}
END_TEST

START_TEST(error_set_returns_false_and_keeps_the_line)
{
    struct error error;
    ck_assert(!error_set(&error, "%s: %d sectors", "a.img", 3));
    ck_assert_str_eq(error.text, "a.img: 3 sectors");
    error_prefix(&error, "-hda");
    ck_assert_str_eq(error.text, "-hda: a.img: 3 sectors");
    ck_assert(!error_set(NULL, "lost"));
    error_set(&error, "%s: gone", "a\nname\033 of a file");
    ck_assert_str_eq(error.text, "a?name? of a file: gone");
}
END_TEST

START_TEST(text_out_grows_and_stays_terminated)
{
    struct text_out out = TEXT_OUT_EMPTY;
    ck_assert_str_eq(text_out_text(&out), "");
    for (int i = 0; i < 1000; i++)
        text_out_format(&out, "%d,", i % 10);
    ck_assert_uint_eq(out.length, 2000);
    ck_assert_uint_eq(strlen(out.text), 2000);
    text_out_clear(&out);
    ck_assert_str_eq(text_out_text(&out), "");
    text_out_free(&out);
}
END_TEST

START_TEST(hash_differs_by_content_and_length)
{
    ck_assert_uint_ne(hash_bytes(HASH_START, "abc", 3), hash_bytes(HASH_START, "abd", 3));
    ck_assert_uint_ne(hash_bytes(HASH_START, "\0", 1), hash_bytes(HASH_START, "\0\0", 2));
    ck_assert_uint_eq(hash_bytes(1, "abcdefghi", 9), hash_bytes(1, "abcdefghi", 9));
}
END_TEST

static void keep_line(void *context, enum log_class class, const char *line)
{
    text_out_format(context, "%s: %s\n", log_class_name(class), line);
}

START_TEST(log_writes_only_wanted_classes)
{
    struct text_out out = TEXT_OUT_EMPTY;
    struct log log = {BIT(LOG_EXC), keep_line, &out};
    log_line(&log, LOG_INT, "no");
    log_line(&log, LOG_EXC, "#PF at %x", 0x10);
    ck_assert_str_eq(text_out_text(&out), "exc: #PF at 10\n");
    ck_assert_int_eq(log_class_named("disk", 4), LOG_DISK);
    ck_assert_int_eq(log_class_named("disks", 5), LOG_CLASS_COUNT);
    text_out_free(&out);
}
END_TEST

SUITE_MAIN("base", field_image_is_little_endian, field_survives_store_and_load,
           error_set_returns_false_and_keeps_the_line, text_out_grows_and_stays_terminated,
           hash_differs_by_content_and_length, log_writes_only_wanted_classes)
