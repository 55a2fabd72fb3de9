/*
 * ATA commands by polling, with the drive's interrupt kept off (nIEN) so that none is left over for
 * the system that follows. References: ATA-1 7.2 (registers), 9 (protocols).
 */
#include "ide.h"

enum {
    DATA = 0,
    ERRORS = 1,
    COUNT = 2,
    SECTOR = 3,
    CYLINDER_LOW = 4,
    CYLINDER_HIGH = 5,
    SELECT = 6,
    STATUS = 7,
    COMMAND = 7,

    BUSY = 0x80,
    READY = 0x40,
    WRITE_FAULT = 0x20,
    DATA_REQUEST = 8,
    ERROR = 1,

    CONTROL_QUIET = 0x0a,
    CONTROL_NORMAL = 0x08,
    CONTROL_RESET = 0x04,
    SELECT_LBA = 0x40,

    COMMAND_READ = 0x20,
    COMMAND_READ_LONG = 0x22,
    COMMAND_WRITE = 0x30,
    COMMAND_WRITE_LONG = 0x32,
    COMMAND_VERIFY = 0x40,
    COMMAND_SET_PARAMETERS = 0x91,
    COMMAND_IDENTIFY = 0xec,
    COMMAND_IDENTIFY_PACKET = 0xa1,
    COMMAND_PACKET = 0xa0,
    PACKET_WORDS = 6,
    NO_ANSWER = 0xff,

    CONTROL_OF_PORT = 0x206, /* 1F0h -> 3F6h */
    POLLS = 8000000,
    WORDS_KEPT = 64,
};

/* Four reads of the alternate status are the 400 ns after a selection or a command. */
static void settle(u16 control)
{
    for (u8 i = 0; i < 4; i++)
        inb(control);
}

/* The status once BUSY falls; BUSY still set means that it did not. */
static u8 wait_not_busy(u16 control)
{
    u8 status;
    u32 polls = POLLS;

    do
        status = inb(control);
    while (status & BUSY && --polls);
    return status;
}

/* The error register's bits, the worst first. */
static u8 error_bits(u8 errors)
{
    static ROM struct {
        u8 bit, status;
    } rows[] = {{0x80, DISK_BAD_SECTOR}, {0x40, DISK_BAD_DATA},    {0x10, DISK_NO_SECTOR},
                {0x01, DISK_NO_MARK},    {0x04, DISK_BAD_COMMAND}, {0x02, DISK_SEEK}};

    for (u8 i = 0; i < ARRAY_SIZE(rows); i++)
        if (errors & rows[i].bit)
            return rows[i].status;
    return DISK_UNDEFINED;
}

static u8 error_of(u16 port, u8 status)
{
    if (status & BUSY)
        return DISK_TIMED_OUT;
    if (status & WRITE_FAULT)
        return DISK_WRITE_FAULT;
    return status & ERROR ? error_bits(inb(port + ERRORS)) : DISK_OK;
}

/* Waits for the next sector of data. */
static u8 wait_data(u16 port, u16 control)
{
    u8 status = wait_not_busy(control);
    u8 error = error_of(port, status);

    if (!error && !(status & DATA_REQUEST))
        error = DISK_CONTROLLER;
    return error;
}

static bool select(u16 port, u16 control, u8 value)
{
    u8 status;

    outb(port + SELECT, value);
    settle(control);
    status = inb(port + STATUS);
    if (status == 0 || status == 0xff)
        return false;
    return !(wait_not_busy(control) & BUSY);
}

void ide_reset(u16 port)
{
    u16 control = port + CONTROL_OF_PORT;

    if (inb(port + STATUS) == 0xff)
        return;
    outb(control, CONTROL_QUIET | CONTROL_RESET);
    wait_microseconds(5);
    outb(control, CONTROL_QUIET);
    wait_microseconds(2000); /* ATA-1 9.1: not to be asked earlier */
    wait_not_busy(control);
}

static u16 input_word(u16 port)
{
    u16 value;

    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void take_words(u16 port, u16 *words)
{
    for (u16 i = 0; i < 256; i++) {
        u16 word = input_word(port + DATA);

        if (i < WORDS_KEPT)
            words[i] = word;
    }
}

/* Words 27-46, two letters each, the first in the high byte; trailing blanks are cut. */
static void take_model(const u16 *words, u8 *model)
{
    u8 length = IDE_MODEL;

    for (u8 i = 0; i < IDE_MODEL; i++)
        model[i] = (u8)(i & 1 ? words[27 + i / 2] : words[27 + i / 2] >> 8);
    while (length && (model[length - 1] == ' ' || !model[length - 1]))
        length--;
    model[length] = 0;
}

/* Words 1, 3, 6: geometry; 49 bit 9: LBA; 60-61: sectors by LBA. */
static bool take_geometry(struct drive *drive, const u16 *words)
{
    drive->cylinders = words[1];
    drive->heads = (u8)words[3];
    drive->sectors_per_track = (u8)words[6];
    drive->lba = words[49] & 0x200;
    if (drive->lba)
        drive->sectors = words[60] | (u32)words[61] << 16;
    if (!drive->sectors)
        drive->sectors = (u32)words[1] * words[3] * words[6];
    return drive->heads && drive->sectors_per_track && drive->sectors;
}

/* A drive without LBA is told the geometry that its own IDENTIFY named. */
static void set_parameters(const struct drive *drive)
{
    outb(drive->port + COUNT, drive->sectors_per_track);
    outb(drive->port + SELECT, (u8)(drive->select | (drive->heads - 1)));
    outb(drive->port + COMMAND, COMMAND_SET_PARAMETERS);
    settle(drive->control);
    wait_not_busy(drive->control);
}

static bool ask(struct drive *drive, u8 *model)
{
    u16 words[WORDS_KEPT];

    if (!select(drive->port, drive->control, drive->select))
        return false;
    outb(drive->port + COMMAND, COMMAND_IDENTIFY);
    settle(drive->control);
    if (wait_data(drive->port, drive->control))
        return false; /* nobody there, or ATAPI, which refuses this command */
    take_words(drive->port, words);
    take_model(words, model);
    if (!take_geometry(drive, words))
        return false;
    if (!drive->lba)
        set_parameters(drive);
    return true;
}

/* The master stays selected afterwards: systems poll the status before they choose. */
bool ide_identify(struct drive *drive, u16 port, u8 unit, u8 *model)
{
    bool found;

    *drive = (struct drive){
        .port = port, .control = port + CONTROL_OF_PORT, .select = unit ? 0xb0 : 0xa0};
    outb(drive->control, CONTROL_QUIET);
    found = ask(drive, model);
    outb(port + SELECT, 0xa0);
    settle(drive->control);
    inb(port + STATUS);
    outb(drive->control, CONTROL_NORMAL);
    return found;
}

/* A drive for packets shows status 0 from reset to its first packet (ATA/ATAPI-4 9.12). */
static bool select_packet(u16 port, u16 control, u8 value)
{
    outb(port + SELECT, value);
    settle(control);
    return inb(port + STATUS) != 0xff && !(wait_not_busy(control) & BUSY);
}

/* Its signature was left by the reset, or by its refusal of IDENTIFY DRIVE. */
static bool ask_packet(u16 port, u16 control, u8 select_value, u8 *model)
{
    u16 words[WORDS_KEPT];

    if (!select_packet(port, control, select_value) || inb(port + CYLINDER_LOW) != 0x14 ||
        inb(port + CYLINDER_HIGH) != 0xeb)
        return false;
    outb(port + COMMAND, COMMAND_IDENTIFY_PACKET);
    settle(control);
    if (wait_data(port, control))
        return false;
    take_words(port, words);
    take_model(words, model);
    return (words[0] & 0xdf00) == 0x8500; /* ATAPI, a CD-ROM */
}

bool ide_identify_packet(u16 port, u8 unit, u8 *model)
{
    u16 control = port + CONTROL_OF_PORT;
    bool found;

    outb(control, CONTROL_QUIET);
    found = ask_packet(port, control, unit ? 0xb0 : 0xa0, model);
    outb(port + SELECT, 0xa0);
    settle(control);
    inb(port + STATUS);
    outb(control, CONTROL_NORMAL);
    return found;
}

static void set_address(const struct drive *drive, u32 lba)
{
    u8 low = (u8)lba, head;
    u16 middle;

    if (drive->lba) {
        middle = (u16)(lba >> 8);
        head = (u8)(SELECT_LBA | (lba >> 24 & 15));
    } else {
        u32 track = lba / drive->sectors_per_track;

        low = (u8)(lba % drive->sectors_per_track + 1);
        head = (u8)(track % drive->heads);
        middle = (u16)(track / drive->heads);
    }
    outb(drive->port + SECTOR, low);
    outb(drive->port + CYLINDER_LOW, (u8)middle);
    outb(drive->port + CYLINDER_HIGH, (u8)(middle >> 8));
    outb(drive->port + SELECT, drive->select | head);
}

static void read_sector(u16 port, u16 segment, u16 offset)
{
    u32 count = 256, to = offset;

    __asm__ volatile("pushw %%es\n\tmovw %w3, %%es\n\trep insw\n\tpopw %%es"
                     : "+c"(count), "+D"(to)
                     : "d"(port), "r"(segment)
                     : "memory");
}

static void write_sector(u16 port, u16 segment, u16 offset)
{
    u32 count = 256, from = offset;

    __asm__ volatile("pushw %%ds\n\tmovw %w3, %%ds\n\trep outsw\n\tpopw %%ds"
                     : "+c"(count), "+S"(from)
                     : "d"(port), "r"(segment)
                     : "memory");
}

/* The drive gives and takes these in single bytes. */
static void move_ecc(u16 port, enum ide_operation operation, u16 segment, u16 offset)
{
    for (u8 i = 0; i < IDE_ECC_BYTES; i++, offset++)
        if (operation == IDE_READ_LONG)
            far_write8(segment, offset, inb(port + DATA));
        else
            outb(port + DATA, far_read8(segment, offset));
}

static bool is_long(enum ide_operation operation)
{
    return operation == IDE_READ_LONG || operation == IDE_WRITE_LONG;
}

static u8 move_data(const struct drive *drive, enum ide_operation operation, u16 count, u16 segment,
                    u16 offset)
{
    while (count--) {
        u8 error = wait_data(drive->port, drive->control);

        if (error)
            return error;
        if (operation == IDE_READ || operation == IDE_READ_LONG)
            read_sector(drive->port + DATA, segment, offset);
        else
            write_sector(drive->port + DATA, segment, offset);
        if (is_long(operation))
            move_ecc(drive->port, operation, segment, offset + 512);
        segment += 512 / 16;
        settle(drive->control);
    }
    return DISK_OK;
}

static u8 command(const struct drive *drive, enum ide_operation operation, u32 lba, u16 count,
                  u16 segment, u16 offset)
{
    static ROM u8 commands[] = {COMMAND_READ, COMMAND_WRITE, COMMAND_VERIFY, COMMAND_READ_LONG,
                                 COMMAND_WRITE_LONG};
    u8 error;

    if (!select(drive->port, drive->control, drive->select))
        return DISK_TIMED_OUT;
    outb(drive->port + COUNT, (u8)count);
    set_address(drive, lba);
    outb(drive->port + COMMAND, commands[operation]);
    settle(drive->control);
    if (operation != IDE_VERIFY) {
        error = move_data(drive, operation, count, segment, offset);
        if (error)
            return error;
    }
    return error_of(drive->port, wait_not_busy(drive->control));
}

/* A long command moves one sector. */
static u8 command_long(const struct drive *drive, enum ide_operation operation, u32 lba, u16 count,
                       u16 segment, u16 offset)
{
    u8 error = DISK_OK;

    for (; count && !error; count--) {
        error = command(drive, operation, lba++, 1, segment, offset);
        segment += 512 / 16;
        offset += IDE_ECC_BYTES;
    }
    return error;
}

u8 ide_transfer(const struct drive *drive, enum ide_operation operation, u32 lba, u16 count,
                u16 segment, u16 offset)
{
    u8 error;

    segment += offset >> 4;
    offset &= 15;
    outb(drive->control, CONTROL_QUIET);
    error = is_long(operation) ? command_long(drive, operation, lba, count, segment, offset)
                               : command(drive, operation, lba, count, segment, offset);
    inb(drive->port + STATUS);
    outb(drive->control, CONTROL_NORMAL);
    return error;
}

/* ---- packets ---- */

static void output_word(u16 port, u16 value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

/* Asks for answers of at most 2048 bytes at once. */
static bool start_packet(u16 port, u16 control, u8 select_value, const u8 *packet)
{
    if (!select_packet(port, control, select_value))
        return false;
    outb(port + 1, 0);
    outb(port + CYLINDER_LOW, (u8)2048);
    outb(port + CYLINDER_HIGH, 2048 >> 8);
    outb(port + COMMAND, COMMAND_PACKET);
    settle(control);
    if (wait_data(port, control))
        return false;
    for (u8 i = 0; i < PACKET_WORDS; i++)
        output_word(port + DATA, (u16)(packet[2 * i] | packet[2 * i + 1] << 8));
    settle(control);
    return true;
}

static u16 block_size(u16 port)
{
    return (u16)(inb(port + CYLINDER_LOW) | inb(port + CYLINDER_HIGH) << 8);
}

static void drop_words(u16 port, u16 words)
{
    while (words--)
        input_word(port + DATA);
}

/* One answer of whole parts; what is left over is dropped. */
static void take_parts(u16 port, u16 bytes, u16 *skip, u16 *count, u16 *segment, u16 offset)
{
    for (; bytes >= 512; bytes -= 512) {
        if (*skip) {
            --*skip;
            drop_words(port, 256);
        } else if (*count) {
            --*count;
            read_sector(port + DATA, *segment, offset);
            *segment += 512 / 16;
        } else {
            drop_words(port, 256);
        }
    }
    drop_words(port, (bytes + 1) / 2);
}

/* The status at the end of a packet as a sense key. */
static u8 key_of(u16 port, u8 status)
{
    if (status & BUSY)
        return NO_ANSWER;
    return status & ERROR ? inb(port + 1) >> 4 : 0;
}

u8 ide_packet(u16 port, u8 select_value, const u8 *packet, u16 *skip, u16 *count, u16 *segment,
              u16 offset)
{
    u16 control = port + CONTROL_OF_PORT;
    u8 status = BUSY;

    *segment += offset >> 4;
    outb(control, CONTROL_QUIET);
    if (start_packet(port, control, select_value, packet))
        for (;;) {
            status = wait_not_busy(control);
            if ((status & (BUSY | DATA_REQUEST)) != DATA_REQUEST)
                break;
            take_parts(port, block_size(port), skip, count, segment, offset & 15);
            settle(control);
        }
    inb(port + STATUS);
    outb(control, CONTROL_NORMAL);
    return key_of(port, status);
}

bool ide_packet_answer(u16 port, u8 select_value, const u8 *packet, u8 *answer, u8 size)
{
    u16 control = port + CONTROL_OF_PORT;
    bool taken;

    outb(control, CONTROL_QUIET);
    taken = start_packet(port, control, select_value, packet) && !wait_data(port, control) &&
            block_size(port) == size;
    for (u8 i = 0; taken && i < size; i += 2) {
        u16 word = input_word(port + DATA);

        answer[i] = (u8)word;
        answer[i + 1] = (u8)(word >> 8);
    }
    settle(control);
    wait_not_busy(control);
    inb(port + STATUS);
    outb(control, CONTROL_NORMAL);
    return taken;
}
