/* A guest that writes anything anywhere must not bring a chip out of its memory, or make it spin.
   The numbers come from a fixed generator; the sanitizers judge. */

#include "devices/debug_ports.h"
#include "devices/dma.h"
#include "devices/fdc.h"
#include "devices/ide.h"
#include "devices/kbc.h"
#include "devices/keyboard.h"
#include "devices/lpt.h"
#include "devices/mouse.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "devices/rtc.h"
#include "devices/speaker.h"
#include "devices/uart.h"
#include "devices/vga.h"
#include "support/suite.h"

#include <string.h>

struct board {
    struct clock clock;
    struct pic_pair pic;
    struct pit pit;
    struct rtc rtc;
    struct kbc kbc;
    struct keyboard keyboard;
    struct mouse mouse;
    struct lpt lpt;
    struct speaker speaker;
    struct port61 port61;
    struct port92 port92;
    struct uart uart;
    struct vga vga;
    u8 video_memory[VGA_MEMORY_SIZE];
    struct ide ide;
    struct fdc fdc;
    struct dma dma;
    struct memory memory;
    struct debug_ports debug_ports;
    struct disk_image disk, floppy, disc;
    u32 seed;
};

struct chip {
    const char *name;
    u16 first, count; /* ports */
    unsigned size;
    size_t offset;
    u32 (*read)(void *context, u16 port, unsigned size);
    void (*write)(void *context, u16 port, unsigned size, u32 value);
};

#define AT(member) offsetof(struct board, member)

// clang-format off
static const struct chip chips[] = {
    {"pic",    0x20,  2,  1, AT(pic.master),  pic_read,         pic_write},
    {"slave",  0xa0,  2,  1, AT(pic.slave),   pic_read,         pic_write},
    {"elcr",   0x4d0, 2,  1, AT(pic),         pic_elcr_read,    pic_elcr_write},
    {"pit",    0x40,  4,  1, AT(pit),         pit_read,         pit_write},
    {"rtc",    0x70,  2,  1, AT(rtc),         rtc_read,         rtc_write},
    {"kbc",    0x60,  8,  1, AT(kbc),         kbc_read,         kbc_write},
    {"port61", 0x61,  1,  1, AT(port61),      port61_read,      port61_write},
    {"port92", 0x92,  1,  1, AT(port92),      port92_read,      port92_write},
    {"uart",   0x3f8, 8,  1, AT(uart),        uart_read,        uart_write},
    {"lpt",    0x378, 3,  1, AT(lpt),         lpt_read,         lpt_write},
    {"vga",    0x3b0, 48, 1, AT(vga),         vga_read,         vga_write},
    {"dispi",  0x1ce, 2,  2, AT(vga),         vga_dispi_read,   vga_dispi_write},
    {"ide",    0x1f1, 7,  1, AT(ide),         ide_read,         ide_write},
    {"data",   0x1f0, 1,  4, AT(ide),         ide_data_read,    ide_data_write},
    {"control", 0x3f6, 1, 1, AT(ide),         ide_control_read, ide_control_write},
    {"fdc",    0x3f2, 6,  1, AT(fdc),         fdc_read,         fdc_write},
    {"fifo",   0x3f5, 1,  1, AT(fdc),         fdc_read,         fdc_write},
    {"dma",    0x00,  16, 1, AT(dma),         dma_read,         dma_write},
    {"pages",  0x80,  16, 1, AT(dma),         dma_read,         dma_write},
    {"words",  0xc0,  32, 1, AT(dma),         dma_read,         dma_write},
    {"debug",  0x604, 1,  2, AT(debug_ports), debug_ports_read, debug_ports_write},
};
// clang-format on

static u32 random_number(struct board *board)
{
    board->seed = board->seed * 1664525 + 1013904223;
    return board->seed >> 8;
}

static struct irq_line irq(struct board *board, unsigned number)
{
    return (struct irq_line){pic_set_irq, &board->pic, number};
}

static void print(void *context, u8 byte)
{
    (void)context, (void)byte;
}

static void start(struct board *board, u32 seed)
{
    struct error error;
    memset(board, 0, sizeof *board);
    board->seed = seed;
    clock_init(&board->clock, 10000000);
    pic_init(&board->pic, (struct irq_line){NULL, NULL, 0});
    pit_init(&board->pit, &board->clock, irq(board, 0));
    rtc_init(&board->rtc, &board->clock, irq(board, 8));
    kbc_init(&board->kbc, &board->clock);
    board->kbc.irq_keyboard = irq(board, 1);
    keyboard_init(&board->keyboard, &board->clock,
                  (struct irq_line){kbc_peripheral_ready, &board->kbc, 0});
    board->kbc.peripheral[KBC_KEYBOARD] =
        (struct kbc_peripheral){keyboard_take, keyboard_send, &board->keyboard};
    mouse_init(&board->mouse, &board->clock,
               (struct irq_line){kbc_peripheral_ready, &board->kbc, 1});
    board->kbc.peripheral[KBC_MOUSE] =
        (struct kbc_peripheral){mouse_take, mouse_send, &board->mouse};
    lpt_init(&board->lpt, &board->clock);
    board->lpt.irq = irq(board, 7);
    board->lpt.print = print;
    speaker_init(&board->speaker, &board->clock);
    board->speaker.timer = (struct speaker_input){pit_high_clocks, &board->pit, 2};
    board->pit.before_change = (struct irq_line){speaker_timer_changes, &board->speaker, 0};
    speaker_listen(&board->speaker);
    port61_init(&board->port61, &board->clock);
    board->port61.speaker = (struct irq_line){speaker_set_open, &board->speaker, 0};
    board->port61.gate = (struct irq_line){pit_set_gate, &board->pit, 2};
    board->port61.timer_output = (struct port61_input){pit_output, &board->pit, 2};
    port92_init(&board->port92);
    uart_init(&board->uart, &board->clock);
    board->uart.irq = irq(board, 4);
    vga_init(&board->vga, &board->clock, board->video_memory);
    ide_init(&board->ide, &board->clock, irq(board, 14));
    ck_assert(disk_image_open_blank(&board->disk, 1000, &error));
    ide_attach(&board->ide, 0, &board->disk);
    ck_assert(disk_image_open_blank(&board->disc, 1000, &error));
    board->disc.read_only = true;
    ide_attach_cdrom(&board->ide, 1, &board->disc);
    ck_assert(memory_init(&board->memory, MIB, &error));
    dma_init(&board->dma, &board->memory);
    fdc_init(&board->fdc, &board->clock, irq(board, 6),
             (struct dma_line){dma_transfer, &board->dma, 2});
    ck_assert(disk_image_open_blank(&board->floppy, 2880, &error));
    board->floppy.geometry = (struct disk_geometry){80, 2, 18};
    fdc_attach(&board->fdc, 0, FLOPPY_1440K, &board->floppy);
    debug_ports_init(&board->debug_ports);
}

static void stop(struct board *board)
{
    disk_image_close(&board->disk);
    disk_image_close(&board->disc);
    disk_image_close(&board->floppy);
    memory_free(&board->memory);
}

static void run(struct board *board, u64 ticks)
{
    u64 end = board->clock.now + ticks;
    unsigned events = 0;
    while (board->clock.next <= end) {
        u64 before = board->clock.now;
        if (board->clock.next > before)
            board->clock.now = board->clock.next;
        clock_run_due(&board->clock);
        ck_assert_msg(++events < 1000000, "events without end");
    }
    board->clock.now = end;
}

static void access(struct board *board)
{
    u32 number = random_number(board);
    const struct chip *chip = &chips[number % ARRAY_COUNT(chips)];
    u16 port = (u16)(chip->first + (number >> 8) % chip->count);
    void *context = (u8 *)board + chip->offset;
    if (number & 0x800000)
        chip->read(context, port, chip->size);
    else
        chip->write(context, port, chip->size, random_number(board));
}

static void outside_world(struct board *board)
{
    u8 code[2] = {(u8)random_number(board), (u8)random_number(board)};
    u8 bytes[16] = {0};
    bool terminal;
    keyboard_key(&board->keyboard, code, 1 + (code[0] & 1));
    mouse_move(&board->mouse, &(struct mouse_event){(s16)(code[0] * 257), (s16)(code[1] * 257),
                                                    (s8)code[0], code[1]});
    uart_receive(&board->uart, code[0]);
    pic_acknowledge(&board->pic);
    dma_transfer(&board->dma, code[1] & 7, code[0] & 1 ? DMA_TO_MEMORY : DMA_FROM_MEMORY, bytes,
                 sizeof bytes, &terminal);
}

START_TEST(devices_survive_random_port_traffic)
{
    static struct board board;
    for (u32 seed = 1; seed <= 8; seed++) {
        start(&board, seed);
        for (unsigned i = 0; i < 20000; i++) {
            access(&board);
            if (i % 16 == 0)
                outside_world(&board);
            run(&board, random_number(&board) % 500);
        }
        stop(&board);
    }
}
END_TEST

static const struct {
    const struct field_table *table;
    size_t offset;
} tables[] = {
    {&pic_fields, AT(pic)},       {&pit_fields, AT(pit)},           {&rtc_fields, AT(rtc)},
    {&kbc_fields, AT(kbc)},       {&keyboard_fields, AT(keyboard)}, {&port61_fields, AT(port61)},
    {&mouse_fields, AT(mouse)},   {&lpt_fields, AT(lpt)},           {&speaker_fields, AT(speaker)},
    {&port92_fields, AT(port92)}, {&uart_fields, AT(uart)},         {&ide_fields, AT(ide)},
    {&dma_fields, AT(dma)},       {&fdc_fields, AT(fdc)},
};

static void damage(struct board *board, const struct field_table *table, u8 *unit)
{
    for (u32 i = 0; i < table->count; i++)
        for (size_t byte = 0; byte < field_image_size(&table->fields[i]); byte++)
            unit[table->fields[i].offset + byte] = (u8)random_number(board);
    if (table->after_load)
        table->after_load(unit);
}

START_TEST(devices_survive_damaged_snapshots)
{
    static struct board board;
    for (u32 seed = 1; seed <= 100; seed++) {
        start(&board, seed);
        for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
            damage(&board, tables[i].table, (u8 *)&board + tables[i].offset);
        clock_refresh(&board.clock);
        for (unsigned i = 0; i < 500; i++) {
            access(&board);
            outside_world(&board);
            run(&board, random_number(&board) % 5000);
        }
        stop(&board);
    }
}
END_TEST

SUITE_MAIN("devices_random", devices_survive_random_port_traffic, devices_survive_damaged_snapshots)
