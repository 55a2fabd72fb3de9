/* The AT's two 8237A DMA controllers and the page registers.

   Modelled: address, count, mode, mask, request and status registers, the byte flip-flop, master
   clear; single, demand and block transfers, in both directions and as verify, with decrement,
   autoinitialisation and terminal count; cascade; software requests, which wait while the chip is
   off or not cascaded; memory to memory; byte channels 0-3 with 64 KB pages, word channels 5-7 with
   128 KB pages. Not modelled: bus timing, priorities and the senses of the lines, since a transfer
   takes no guest time of its own: the device decides when its bytes move. Reading the mask (0Fh),
   which the 8237A leaves undefined, works as on its successors.

   Reference: 8237A DS (Intel 231466); IBM PC AT Technical Reference for the page registers. */

#include "devices/dma.h"

#include "base/bits.h"

#include <string.h>

enum {
    COMMAND_STATUS = 8,
    REQUEST,
    SINGLE_MASK,
    MODE,
    CLEAR_FLIP_FLOP,
    MASTER_CLEAR,
    CLEAR_MASK,
    ALL_MASK
};

enum {
    COMMAND_MEMORY_TO_MEMORY = 0x01,
    COMMAND_HOLD_ADDRESS = 0x02, /* of channel 0, in such a transfer */
    COMMAND_DISABLE = 0x04,

    MODE_TRANSFER = 0x0c, /* of these: */
    MODE_VERIFY = 0x00,
    MODE_WRITE = 0x04, /* to memory */
    MODE_READ = 0x08,
    MODE_KIND = 0xc0,
    MODE_CASCADE = 0xc0,
    MODE_AUTOINITIALISE = 0x10,
    MODE_DECREMENT = 0x20,
    ONE_SET = 0x04, /* in single mask and request writes */
    ALL_MASKED = 0x0f,
    TERMINAL_COUNTS = 0x0f, /* in the status register */
};

/* Channel of each page register 80h-8Fh; NO_CHANNEL for those the AT leaves to anybody. */
#define NO_CHANNEL 0xff
static const u8 channel_of_page[16] = {
    NO_CHANNEL, 2, 3, 1, NO_CHANNEL, NO_CHANNEL, NO_CHANNEL, 0,
    NO_CHANNEL, 6, 7, 5, NO_CHANNEL, NO_CHANNEL, NO_CHANNEL, 4,
};

static void set_byte(u16 *word, bool high, u8 value)
{
    *word = high ? (u16)((*word & 0x00ff) | value << 8) : (u16)((*word & 0xff00) | value);
}

static u8 read_word(struct dma_chip *chip, u16 word)
{
    u8 value = (u8)(chip->flip_flop ? word >> 8 : word);
    chip->flip_flop ^= 1;
    return value;
}

static void write_words(struct dma_chip *chip, u16 *base, u16 *current, u8 value)
{
    set_byte(base, chip->flip_flop, value);
    set_byte(current, chip->flip_flop, value);
    chip->flip_flop ^= 1;
}

static u8 read_register(struct dma_chip *chip, unsigned number)
{
    const struct dma_channel *channel = &chip->channel[number >> 1 & 3];
    u8 value;
    if (number < 8)
        return read_word(chip, number & 1 ? channel->count : channel->address);
    switch (number) {
    case COMMAND_STATUS: /* terminal count bits are cleared by reading; above: who asks now */
        value = (u8)(chip->status | chip->request << 4);
        chip->status &= (u8)~TERMINAL_COUNTS;
        return value;
    case MASTER_CLEAR:
        return chip->temporary;
    case ALL_MASK:
        return chip->mask | 0xf0;
    default:
        return 0xff;
    }
}

static void clear(struct dma_chip *chip)
{
    chip->flip_flop = chip->command = chip->request = chip->status = chip->temporary = 0;
    chip->mask = ALL_MASKED;
}

static u32 physical_address(const struct dma_channel *channel, bool words)
{
    if (words)
        return (channel->page & 0xfeu) << 16 | (u32)channel->address << 1;
    return (u32)channel->page << 16 | channel->address;
}

static bool autoinitialise(struct dma_channel *channel)
{
    if (!(channel->mode & MODE_AUTOINITIALISE))
        return false;
    channel->address = channel->base_address;
    channel->count = channel->base_count;
    return true;
}

/* One element on; true as the count, having gone down through zero, wraps to FFFFh. */
static bool count_down(struct dma_channel *channel, bool hold)
{
    if (!hold)
        channel->address = (u16)(channel->address + (channel->mode & MODE_DECREMENT ? -1 : 1));
    return channel->count-- == 0;
}

/* One element on, with terminal count. */
static bool step(struct dma_chip *chip, unsigned number)
{
    u8 bit = (u8)BIT(number);
    if (!count_down(&chip->channel[number], false))
        return false;
    chip->status |= bit;
    chip->request &= (u8)~bit;
    if (!autoinitialise(&chip->channel[number]))
        chip->mask |= bit;
    return true;
}

/* Channels of the first chip reach memory through channel 4, which cascades it. */
static bool has_bus(const struct dma *dma, unsigned number)
{
    const struct dma_chip *chip = &dma->chip[number >> 2];
    const struct dma_chip *second = &dma->chip[1];
    bool cascaded = number >= 4 || (!(second->command & COMMAND_DISABLE) && !(second->mask & 1));
    return cascaded && !(chip->command & COMMAND_DISABLE) &&
           (chip->channel[number & 3].mode & MODE_KIND) != MODE_CASCADE;
}

static bool can_run(const struct dma *dma, unsigned number)
{
    return has_bus(dma, number) && !(dma->chip[number >> 2].mask & BIT(number & 3));
}

static void move_element(struct dma *dma, const struct dma_channel *channel, u32 physical,
                         enum dma_direction direction, u8 *bytes, u32 size)
{
    u8 mode = channel->mode & MODE_TRANSFER;
    u8 nobody[2] = {0xff, 0xff};
    if (mode == MODE_WRITE)
        memory_write_bytes(dma->memory, physical, direction == DMA_TO_MEMORY ? bytes : nobody,
                           size);
    else if (direction == DMA_FROM_MEMORY && mode == MODE_READ)
        memory_read_bytes(dma->memory, physical, bytes, size);
    else if (direction == DMA_FROM_MEMORY)
        memset(bytes, 0xff, size);
}

u32 dma_transfer(void *context, unsigned number, enum dma_direction direction, u8 *bytes, u32 count,
                 bool *terminal)
{
    struct dma *dma = context;
    struct dma_chip *chip = &dma->chip[number >> 2 & 1];
    const struct dma_channel *channel = &chip->channel[number & 3];
    u32 size = number >= 4 ? 2 : 1, moved = 0;
    *terminal = false;
    while (moved + size <= count && !*terminal && can_run(dma, number)) {
        move_element(dma, channel, physical_address(channel, size == 2), direction, bytes + moved,
                     size);
        *terminal = step(chip, number & 3);
        moved += size;
    }
    return moved;
}

/* Channel 0 reads, channel 1 writes, until channel 1 has counted down. Channel 0's count has no
   terminal count here, only its autoinitialisation (8237A DS, memory-to-memory). Unverified on
   hardware: an AT has no page register on the bus meanwhile; each channel's own is taken. */
static void run_memory_to_memory(struct dma *dma)
{
    struct dma_chip *chip = &dma->chip[0];
    struct dma_channel *source = &chip->channel[0];
    bool hold = chip->command & COMMAND_HOLD_ADDRESS, done = false;
    while (!done) {
        memory_read_bytes(dma->memory, physical_address(source, false), &chip->temporary, 1);
        memory_write_bytes(dma->memory, physical_address(&chip->channel[1], false),
                           &chip->temporary, 1);
        done = step(chip, 1);
        if (count_down(source, hold))
            autoinitialise(source);
    }
    chip->request &= 0xfe;
}

/* A software request runs to the terminal count; no device drives the bus. */
static void run_request(struct dma *dma, unsigned number)
{
    struct dma_chip *chip = &dma->chip[number >> 2];
    const struct dma_channel *channel = &chip->channel[number & 3];
    bool words = number >= 4, done = false;
    if (number == 0 && (chip->command & COMMAND_MEMORY_TO_MEMORY)) {
        run_memory_to_memory(dma);
        return;
    }
    while (!done) {
        u8 nobody[2];
        move_element(dma, channel, physical_address(channel, words), DMA_FROM_MEMORY, nobody,
                     words ? 2 : 1);
        done = step(chip, number & 3);
    }
}

/* Requests by software are served whatever the mask says, as soon as their channel gets the bus. */
static void run_requests(struct dma *dma)
{
    for (unsigned number = 0; number < 8; number++)
        if ((dma->chip[number >> 2].request & BIT(number & 3)) && has_bus(dma, number))
            run_request(dma, number);
}

static void set_one(u8 *bits, u8 value)
{
    u8 bit = (u8)BIT(value & 3u);
    *bits = value & ONE_SET ? *bits | bit : *bits & (u8)~bit;
}

static void write_register(struct dma *dma, unsigned chip_number, unsigned number, u8 value)
{
    struct dma_chip *chip = &dma->chip[chip_number];
    struct dma_channel *channel = &chip->channel[number >> 1 & 3];
    if (number < 8) {
        if (number & 1)
            write_words(chip, &channel->base_count, &channel->count, value);
        else
            write_words(chip, &channel->base_address, &channel->address, value);
        return;
    }
    switch (number) {
    case COMMAND_STATUS:
        chip->command = value;
        break;
    case REQUEST:
        set_one(&chip->request, value);
        break;
    case SINGLE_MASK:
        set_one(&chip->mask, value);
        break;
    case MODE:
        chip->channel[value & 3].mode = value;
        break;
    case CLEAR_FLIP_FLOP:
        chip->flip_flop = 0;
        break;
    case MASTER_CLEAR:
        clear(chip);
        break;
    case CLEAR_MASK:
        chip->mask = 0;
        break;
    default:
        chip->mask = value & ALL_MASKED;
        break;
    }
}

static bool is_page_register(u16 port)
{
    return (port & 0xf0) == 0x80;
}

/* C0h-DFh: the second chip's registers at even ports. */
static unsigned register_of(u16 port)
{
    return port >= 0xc0 ? (port >> 1) & 15u : port & 15u;
}

u32 dma_read(void *context, u16 port, unsigned size)
{
    struct dma *dma = context;
    (void)size;
    if (is_page_register(port))
        return dma->pages[port & 15];
    return read_register(&dma->chip[port >= 0xc0], register_of(port));
}

void dma_write(void *context, u16 port, unsigned size, u32 value)
{
    struct dma *dma = context;
    (void)size;
    if (!is_page_register(port)) {
        write_register(dma, port >= 0xc0, register_of(port), (u8)value);
        run_requests(dma);
        return;
    }
    dma->pages[port & 15] = (u8)value;
    u8 channel = channel_of_page[port & 15];
    if (channel != NO_CHANNEL)
        dma->chip[channel >> 2].channel[channel & 3].page = (u8)value;
}

void dma_init(struct dma *dma, struct memory *memory)
{
    memset(dma, 0, sizeof *dma);
    dma->memory = memory;
    dma_reset(dma);
}

void dma_reset(struct dma *dma)
{
    clear(&dma->chip[0]);
    clear(&dma->chip[1]);
}

static void after_load(void *unit)
{
    struct dma *dma = unit;
    for (unsigned i = 0; i < 2; i++) {
        dma->chip[i].flip_flop &= 1;
        dma->chip[i].mask &= ALL_MASKED;
        dma->chip[i].request &= ALL_MASKED;
        dma->chip[i].status &= TERMINAL_COUNTS;
    }
}

#define CHANNEL_FIELDS(c, n)                                                                     \
    FIELD(struct dma, chip[c].channel[n].base_address),                                          \
        FIELD(struct dma, chip[c].channel[n].base_count),                                        \
        FIELD(struct dma, chip[c].channel[n].address),                                           \
        FIELD(struct dma, chip[c].channel[n].count), FIELD(struct dma, chip[c].channel[n].mode), \
        FIELD(struct dma, chip[c].channel[n].page)

#define CHIP_FIELDS(c)                                                                      \
    CHANNEL_FIELDS(c, 0), CHANNEL_FIELDS(c, 1), CHANNEL_FIELDS(c, 2), CHANNEL_FIELDS(c, 3), \
        FIELD(struct dma, chip[c].flip_flop), FIELD(struct dma, chip[c].command),           \
        FIELD(struct dma, chip[c].mask), FIELD(struct dma, chip[c].request),                \
        FIELD(struct dma, chip[c].status), FIELD(struct dma, chip[c].temporary)

static const struct field fields[] = {
    CHIP_FIELDS(0),
    CHIP_FIELDS(1),
    FIELD_ARRAY(struct dma, pages),
};

const struct field_table dma_fields = FIELD_TABLE("dma", 1, fields, after_load);
