#include "devices/dma.h"
#include "support/suite.h"

#include <string.h>

struct bench {
    struct memory memory;
    struct dma dma;
    bool terminal;
};

static struct bench *start(void)
{
    static struct bench bench;
    struct error error;
    memset(&bench, 0, sizeof bench);
    ck_assert(memory_init(&bench.memory, 2 * MIB, &error));
    dma_init(&bench.dma, &bench.memory);
    dma_write(&bench.dma, 0xd6, 1, 0xc0); /* channel 4 cascades the first chip */
    dma_write(&bench.dma, 0xd4, 1, 0x00);
    return &bench;
}

/* A byte channel of the first chip, still masked. */
static void set_channel(struct bench *b, unsigned channel, u8 mode, u32 address, u16 count)
{
    static const u8 pages[] = {0x87, 0x83, 0x81, 0x82};
    u16 port = (u16)(channel * 2);
    dma_write(&b->dma, 0x0c, 1, 0);
    dma_write(&b->dma, 0x0b, 1, mode | channel);
    dma_write(&b->dma, port, 1, address & 0xff);
    dma_write(&b->dma, port, 1, address >> 8 & 0xff);
    dma_write(&b->dma, pages[channel], 1, address >> 16);
    dma_write(&b->dma, port + 1, 1, count & 0xff);
    dma_write(&b->dma, port + 1, 1, count >> 8);
}

static void unmask(struct bench *b, unsigned channel)
{
    dma_write(&b->dma, 0x0a, 1, channel);
}

static u32 move(struct bench *b, unsigned channel, enum dma_direction direction, u8 *bytes,
                u32 count)
{
    return dma_transfer(&b->dma, channel, direction, bytes, count, &b->terminal);
}

static u16 current(struct bench *b, u16 port)
{
    dma_write(&b->dma, 0x0c, 1, 0);
    u32 low = dma_read(&b->dma, port, 1);
    return (u16)(low | dma_read(&b->dma, port, 1) << 8);
}

START_TEST(dma_writes_memory_up_to_terminal_count)
{
    struct bench *b = start();
    u8 data[] = "abcdef";
    set_channel(b, 2, 0x44, 0x51234, 3);
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 6), 0); /* masked */
    unmask(b, 2);
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 2), 2);
    ck_assert(!b->terminal);
    ck_assert_uint_eq(current(b, 0x04), 0x1236);
    ck_assert_uint_eq(current(b, 0x05), 1);
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data + 2, 4), 2);
    ck_assert(b->terminal);
    ck_assert_mem_eq(b->memory.ram + 0x51234, "abcd\0", 5);
    ck_assert_uint_eq(current(b, 0x05), 0xffff);
    ck_assert_uint_eq(dma_read(&b->dma, 0x08, 1), 0x04);
    ck_assert_uint_eq(dma_read(&b->dma, 0x08, 1), 0x00);
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1), 0xff); /* masked itself again */
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_reads_memory_downwards)
{
    struct bench *b = start();
    u8 data[4] = {0};
    memcpy(b->memory.ram + 0x20000, "wxyz", 4);
    set_channel(b, 3, 0x68, 0x20003, 3);
    unmask(b, 3);
    ck_assert_uint_eq(move(b, 3, DMA_FROM_MEMORY, data, 4), 4);
    ck_assert_mem_eq(data, "zyxw", 4);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_verify_counts_and_touches_nothing)
{
    struct bench *b = start();
    u8 data[2] = {7, 7};
    set_channel(b, 2, 0x40, 0x30000, 1);
    unmask(b, 2);
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 2), 2);
    ck_assert(b->terminal);
    ck_assert_uint_eq(b->memory.ram[0x30000], 0);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_wraps_within_64_kb)
{
    struct bench *b = start();
    u8 data[] = {1, 2};
    set_channel(b, 1, 0x44, 0x4ffff, 1);
    unmask(b, 1);
    ck_assert_uint_eq(move(b, 1, DMA_TO_MEMORY, data, 2), 2);
    ck_assert_uint_eq(b->memory.ram[0x4ffff], 1);
    ck_assert_uint_eq(b->memory.ram[0x40000], 2);
    ck_assert_uint_eq(b->memory.ram[0x50000], 0);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_autoinitialisation_starts_anew)
{
    struct bench *b = start();
    u8 data[] = {1, 2, 3, 4};
    set_channel(b, 1, 0x54, 0x10000, 1);
    unmask(b, 1);
    ck_assert_uint_eq(move(b, 1, DMA_TO_MEMORY, data, 4), 2);
    ck_assert(b->terminal);
    ck_assert_uint_eq(move(b, 1, DMA_TO_MEMORY, data + 2, 2), 2);
    ck_assert_uint_eq(b->memory.ram[0x10000], 3);
    ck_assert_uint_eq(current(b, 0x03), 1);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_word_channel_counts_words_in_128_kb)
{
    struct bench *b = start();
    u8 data[] = "abcd";
    dma_write(&b->dma, 0xd8, 1, 0);
    dma_write(&b->dma, 0xd6, 1, 0x55);
    dma_write(&b->dma, 0xc4, 1, 0x00);
    dma_write(&b->dma, 0xc4, 1, 0x80);
    dma_write(&b->dma, 0x8b, 1, 0x03); /* bit 0 does not count */
    dma_write(&b->dma, 0xc6, 1, 0x01);
    dma_write(&b->dma, 0xc6, 1, 0x00);
    dma_write(&b->dma, 0xd4, 1, 0x01);
    ck_assert_uint_eq(move(b, 5, DMA_TO_MEMORY, data, 4), 4);
    ck_assert(b->terminal);
    ck_assert_mem_eq(b->memory.ram + 0x30000, "abcd", 4);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_first_chip_needs_the_cascade)
{
    struct bench *b = start();
    u8 data[] = {1};
    set_channel(b, 2, 0x44, 0, 0);
    unmask(b, 2);
    dma_write(&b->dma, 0xd4, 1, 0x04); /* channel 4 masked */
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 1), 0);
    dma_write(&b->dma, 0xd4, 1, 0x00);
    dma_write(&b->dma, 0x08, 1, 0x04); /* chip disabled */
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 1), 0);
    dma_write(&b->dma, 0x08, 1, 0x00);
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 1), 1);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_software_request_copies_memory_to_memory)
{
    struct bench *b = start();
    memcpy(b->memory.ram + 0x10000, "block", 5);
    set_channel(b, 0, 0x88, 0x10000, 4);
    set_channel(b, 1, 0x84, 0x20000, 4);
    dma_write(&b->dma, 0x08, 1, 0x01);
    dma_write(&b->dma, 0x09, 1, 0x04);
    ck_assert_mem_eq(b->memory.ram + 0x20000, "block", 6);
    ck_assert_uint_eq(dma_read(&b->dma, 0x08, 1) & 2, 2);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_memory_to_memory_ends_with_channel_1)
{
    struct bench *b = start();
    memcpy(b->memory.ram + 0x10000, "ab", 2);
    set_channel(b, 0, 0x98, 0x10000, 1); /* two bytes again and again */
    set_channel(b, 1, 0x84, 0x20000, 4);
    dma_write(&b->dma, 0x08, 1, 0x01);
    dma_write(&b->dma, 0x0f, 1, 0x00);
    dma_write(&b->dma, 0x09, 1, 0x04);
    ck_assert_mem_eq(b->memory.ram + 0x20000, "ababa", 6);
    ck_assert_uint_eq(dma_read(&b->dma, 0x0d, 1), 'a');  /* the temporary register */
    ck_assert_uint_eq(dma_read(&b->dma, 0x08, 1), 0x02); /* channel 0 has no terminal count */
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1), 0xf2);
    ck_assert_uint_eq(current(b, 0x00), 0x0001);
    ck_assert_uint_eq(current(b, 0x01), 0x0000);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_memory_to_memory_fills_with_a_held_address)
{
    struct bench *b = start();
    b->memory.ram[0x10000] = 0x5a;
    set_channel(b, 0, 0x88, 0x10000, 0xffff);
    set_channel(b, 1, 0xa4, 0x20003, 2); /* downwards */
    dma_write(&b->dma, 0x08, 1, 0x03);
    dma_write(&b->dma, 0x09, 1, 0x04);
    ck_assert_mem_eq(b->memory.ram + 0x20000, "\0\x5a\x5a\x5a\0", 5);
    ck_assert_uint_eq(current(b, 0x00), 0);
    ck_assert_uint_eq(current(b, 0x01), 0xfffc);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_software_request_waits_for_the_bus)
{
    struct bench *b = start();
    set_channel(b, 2, 0x84, 0x10000, 2); /* block, masked: that does not hold it */
    dma_write(&b->dma, 0x08, 1, 0x04);
    dma_write(&b->dma, 0x09, 1, 0x06);
    ck_assert_uint_eq(dma_read(&b->dma, 0x08, 1), 0x40); /* asks */
    ck_assert_uint_eq(current(b, 0x05), 2);
    dma_write(&b->dma, 0xd4, 1, 0x04);
    dma_write(&b->dma, 0x08, 1, 0x00);
    ck_assert_uint_eq(current(b, 0x05), 2); /* channel 4 is masked */
    dma_write(&b->dma, 0xd4, 1, 0x00);
    ck_assert_uint_eq(current(b, 0x05), 0xffff);
    ck_assert_uint_eq(dma_read(&b->dma, 0x08, 1), 0x04);
    ck_assert_mem_eq(b->memory.ram + 0x10000, "\xff\xff\xff\0", 4); /* nobody drives the bus */
    set_channel(b, 2, 0x84, 0x10000, 2);
    dma_write(&b->dma, 0x08, 1, 0x04);
    dma_write(&b->dma, 0x09, 1, 0x06);
    dma_write(&b->dma, 0x09, 1, 0x02); /* taken back */
    dma_write(&b->dma, 0x08, 1, 0x00);
    ck_assert_uint_eq(current(b, 0x05), 2);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_cascade_channel_moves_nothing)
{
    struct bench *b = start();
    u8 data[] = {1, 2};
    set_channel(b, 1, 0xc4, 0x10000, 1);
    unmask(b, 1);
    ck_assert_uint_eq(move(b, 1, DMA_TO_MEMORY, data, 2), 0);
    ck_assert_uint_eq(current(b, 0x03), 1);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_every_kind_of_transfer_counts_alike)
{
    static const u8 kinds[] = {0x04, 0x44, 0x84}; /* demand, single, block: writes to memory */
    struct bench *b = start();
    u8 data[] = "xyz";
    for (unsigned i = 0; i < ARRAY_COUNT(kinds); i++) {
        memset(b->memory.ram + 0x10000, 0, 4);
        set_channel(b, 3, kinds[i], 0x10000, 2);
        unmask(b, 3);
        ck_assert_uint_eq(move(b, 3, DMA_TO_MEMORY, data, 1), 1);
        ck_assert_uint_eq(move(b, 3, DMA_TO_MEMORY, data + 1, 2), 2);
        ck_assert(b->terminal);
        ck_assert_mem_eq(b->memory.ram + 0x10000, "xyz", 4);
    }
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_flip_flop_is_one_for_all_registers)
{
    struct bench *b = start();
    dma_write(&b->dma, 0x0c, 1, 0);
    dma_write(&b->dma, 0x00, 1, 0x34);
    dma_write(&b->dma, 0x03, 1, 0x12); /* high byte of another register */
    dma_write(&b->dma, 0x02, 1, 0x78);
    ck_assert_uint_eq(dma_read(&b->dma, 0x02, 1), 0x00); /* a read turns it, too */
    ck_assert_uint_eq(dma_read(&b->dma, 0x02, 1), 0x78);
    ck_assert_uint_eq(current(b, 0x00), 0x0034);
    ck_assert_uint_eq(current(b, 0x03), 0x1200);
    dma_read(&b->dma, 0x00, 1);
    dma_write(&b->dma, 0x0d, 1, 0); /* master clear resets it, and keeps addresses and counts */
    ck_assert_uint_eq(dma_read(&b->dma, 0x00, 1), 0x34);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_masks_singly_and_all_at_once)
{
    struct bench *b = start();
    dma_write(&b->dma, 0x0f, 1, 0xf5);
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1), 0xf5);
    dma_write(&b->dma, 0x0a, 1, 0x05);
    dma_write(&b->dma, 0x0a, 1, 0x06);
    dma_write(&b->dma, 0x0a, 1, 0x00);
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1), 0xf6);
    dma_write(&b->dma, 0x0e, 1, 0xff);
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1), 0xf0);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_word_channel_goes_down_within_its_128_kb)
{
    struct bench *b = start();
    u8 data[] = "abcdef";
    dma_write(&b->dma, 0xd8, 1, 0);
    dma_write(&b->dma, 0xd6, 1, 0x67); /* channel 7, single, decrement, to memory */
    dma_write(&b->dma, 0xcc, 1, 0x01);
    dma_write(&b->dma, 0xcc, 1, 0x00);
    dma_write(&b->dma, 0x8a, 1, 0x04);
    dma_write(&b->dma, 0xce, 1, 0x02);
    dma_write(&b->dma, 0xce, 1, 0x00);
    dma_write(&b->dma, 0xd4, 1, 0x03);
    ck_assert_uint_eq(move(b, 7, DMA_TO_MEMORY, data, 6), 6);
    ck_assert_mem_eq(b->memory.ram + 0x40002, "ab", 2);
    ck_assert_mem_eq(b->memory.ram + 0x40000, "cd", 2);
    ck_assert_mem_eq(b->memory.ram + 0x5fffe, "ef", 2);
    ck_assert_uint_eq(dma_read(&b->dma, 0xd0, 1), 0x08);
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_page_registers_read_back)
{
    struct bench *b = start();
    for (u16 port = 0x80; port < 0x90; port++)
        dma_write(&b->dma, port, 1, port ^ 0x5au);
    for (u16 port = 0x80; port < 0x90; port++)
        ck_assert_uint_eq(dma_read(&b->dma, port, 1), (u8)(port ^ 0x5a));
    memory_free(&b->memory);
}
END_TEST

START_TEST(dma_master_clear_masks_all)
{
    struct bench *b = start();
    u8 data[] = {1};
    set_channel(b, 2, 0x44, 0, 0);
    dma_write(&b->dma, 0x0e, 1, 0); /* clear mask register */
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1) & 15, 0);
    dma_write(&b->dma, 0x0d, 1, 0);
    ck_assert_uint_eq(dma_read(&b->dma, 0x0f, 1) & 15, 15);
    ck_assert_uint_eq(move(b, 2, DMA_TO_MEMORY, data, 1), 0);
    memory_free(&b->memory);
}
END_TEST

SUITE_MAIN("dma", dma_memory_to_memory_ends_with_channel_1,
           dma_memory_to_memory_fills_with_a_held_address, dma_software_request_waits_for_the_bus,
           dma_cascade_channel_moves_nothing, dma_every_kind_of_transfer_counts_alike,
           dma_flip_flop_is_one_for_all_registers, dma_masks_singly_and_all_at_once,
           dma_word_channel_goes_down_within_its_128_kb, dma_page_registers_read_back,
           dma_writes_memory_up_to_terminal_count, dma_reads_memory_downwards,
           dma_verify_counts_and_touches_nothing, dma_wraps_within_64_kb,
           dma_autoinitialisation_starts_anew, dma_word_channel_counts_words_in_128_kb,
           dma_first_chip_needs_the_cascade, dma_software_request_copies_memory_to_memory,
           dma_master_clear_masks_all)
