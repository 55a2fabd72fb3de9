/* INT 15h AH=C2h: the PS/2 mouse; IRQ 12 gathers its packets and calls the program's handler. */
#include "kbc.h"

enum {
    /* Bytes of the extended data area, where IBM put them. */
    EBDA_HANDLER = 0x22,
    EBDA_INDEX = 0x26,
    EBDA_PACKET_FLAGS = 0x27, /* bits 2-0 size - 1, bit 7 a handler is there */
    EBDA_PACKET = 0x28,
    HAS_HANDLER = 0x80,
    SIZE_BITS = 7,

    OK = 0,
    INVALID_FUNCTION = 1,
    INVALID_INPUT = 2,
    INTERFACE_ERROR = 3,
    NO_HANDLER = 5,

    COMMAND_MOUSE_ON = 0xa8,
    COMMAND_LOOP_BACK = 0xd3, /* the next byte comes back as if from the mouse */
    COMMAND_TO_MOUSE = 0xd4,
    MODE_MOUSE_IRQ = 0x02,
    MODE_MOUSE_OFF = 0x20,

    MOUSE_SCALE_1 = 0xe6,
    MOUSE_SCALE_2 = 0xe7,
    MOUSE_RESOLUTION = 0xe8,
    MOUSE_STATUS = 0xe9,
    MOUSE_IDENTITY = 0xf2,
    MOUSE_RATE = 0xf3,
    MOUSE_ENABLE = 0xf4,
    MOUSE_DISABLE = 0xf5,
    MOUSE_RESET = 0xff,
    ACKNOWLEDGE = 0xfa,
    TEST_PASSED = 0xaa,
    PACKET_FIRST = 0x08, /* always set in a packet's first byte */

    EQUIPMENT_MOUSE = 4,
    SLAVE_MASK = 0xa1,
    SLAVE_MOUSE = 0x10,
    POLLS = 0x40000, /* a byte takes a millisecond on the wire */
};

/* The next byte of the mouse, or -1. */
static int mouse_read(void)
{
    for (u32 i = 0; i < POLLS; i++) {
        u8 status = inb(KBC_STATUS);

        if (!(status & STATUS_OUTPUT_FULL))
            continue;
        u8 data = inb(KBC_DATA);
        if (status & STATUS_FROM_MOUSE)
            return data;
    }
    return -1;
}

static bool mouse_write(u8 data)
{
    return kbc_command(COMMAND_TO_MOUSE) && kbc_write(data) && mouse_read() == ACKNOWLEDGE;
}

static void set_mode(u8 clear, u8 set)
{
    int mode;

    kbc_command(COMMAND_READ_MODE);
    mode = kbc_read();
    if (mode < 0)
        return;
    kbc_command(COMMAND_WRITE_MODE);
    kbc_write((u8)((mode & ~clear) | set));
}

/* A dialogue: the keyboard is held, so that every byte that comes is the mouse's. */
static void begin(void)
{
    kbc_command(COMMAND_KEYBOARD_OFF);
    for (u32 i = 0; i < 0x1000 && inb(KBC_STATUS) & STATUS_OUTPUT_FULL; i++)
        continue; /* IRQ 1 or 12 takes what has come already */
    interrupts_off();
    if (inb(KBC_STATUS) & STATUS_OUTPUT_FULL)
        inb(KBC_DATA);
}

/*
 * Where the 8259A keeps the request of a byte that was polled, IRQ 1 comes yet and reads the last byte
 * again: the interface test's 0 is no key.
 */
static void end(void)
{
    kbc_command(COMMAND_TEST_KEYBOARD);
    kbc_read();
    kbc_command(COMMAND_KEYBOARD_ON);
    interrupts_on();
}

static void write_ebda(u8 offset, u8 value)
{
    far_write8(EBDA_SEGMENT, offset, value);
}

static u8 packet_flags(void)
{
    return far_read8(EBDA_SEGMENT, EBDA_PACKET_FLAGS);
}

static u8 enable(bool on)
{
    if (on && !(packet_flags() & HAS_HANDLER))
        return NO_HANDLER;
    write_ebda(EBDA_INDEX, 0);
    if (on)
        set_mode(MODE_MOUSE_OFF, MODE_MOUSE_IRQ);
    return mouse_write(on ? MOUSE_ENABLE : MOUSE_DISABLE) ? OK : INTERFACE_ERROR;
}

static u8 reset(struct registers *r)
{
    set_mode(MODE_MOUSE_OFF, 0);
    write_ebda(EBDA_INDEX, 0);
    if (!mouse_write(MOUSE_RESET) || mouse_read() != TEST_PASSED)
        return INTERFACE_ERROR;
    r->ebx.l = TEST_PASSED;
    r->ebx.h = (u8)mouse_read();
    return OK;
}

static u8 initialize(struct registers *r)
{
    u8 size = r->ebx.h;

    if (size < 1 || size > 8)
        return INVALID_INPUT;
    write_ebda(EBDA_PACKET_FLAGS, (u8)((packet_flags() & HAS_HANDLER) | (size - 1)));
    return reset(r);
}

static u8 set_rate(u8 code)
{
    static ROM u8 rates[] = {10, 20, 40, 60, 80, 100, 200};

    if (code >= ARRAY_SIZE(rates))
        return INVALID_INPUT;
    return mouse_write(MOUSE_RATE) && mouse_write(rates[code]) ? OK : INTERFACE_ERROR;
}

static u8 set_resolution(u8 code)
{
    if (code > 3)
        return INVALID_INPUT;
    return mouse_write(MOUSE_RESOLUTION) && mouse_write(code) ? OK : INTERFACE_ERROR;
}

static u8 get_identity(struct registers *r)
{
    int identity = mouse_write(MOUSE_IDENTITY) ? mouse_read() : -1;

    if (identity < 0)
        return INTERFACE_ERROR;
    r->ebx.h = (u8)identity;
    return OK;
}

/* AL=06h: BH=0 status to BL CL DL, 1 and 2 scaling. */
static u8 extended(struct registers *r)
{
    if (r->ebx.h == 1 || r->ebx.h == 2)
        return mouse_write(r->ebx.h == 1 ? MOUSE_SCALE_1 : MOUSE_SCALE_2) ? OK : INTERFACE_ERROR;
    if (r->ebx.h)
        return INVALID_INPUT;
    if (!mouse_write(MOUSE_STATUS))
        return INTERFACE_ERROR;
    r->ebx.l = (u8)mouse_read();
    r->ecx.l = (u8)mouse_read();
    r->edx.l = (u8)mouse_read();
    return OK;
}

static void set_handler(u16 segment, u16 offset)
{
    u8 size = packet_flags() & SIZE_BITS;

    far_write16(EBDA_SEGMENT, EBDA_HANDLER, offset);
    far_write16(EBDA_SEGMENT, EBDA_HANDLER + 2, segment);
    write_ebda(EBDA_PACKET_FLAGS, segment || offset ? size | HAS_HANDLER : size);
}

static u8 dispatch(struct registers *r)
{
    switch (r->eax.l) {
    case 0:
        return r->ebx.h > 1 ? INVALID_INPUT : enable(r->ebx.h);
    case 1:
        return reset(r);
    case 2:
        return set_rate(r->ebx.h);
    case 3:
        return set_resolution(r->ebx.h);
    case 4:
        return get_identity(r);
    case 5:
        return initialize(r);
    case 6:
        return extended(r);
    case 7:
        set_handler(r->es, r->ebx.x);
        return OK;
    }
    return INVALID_FUNCTION;
}

void pointer_service(struct registers *r)
{
    u8 status = INTERFACE_ERROR;

    if (bda.equipment & EQUIPMENT_MOUSE) {
        begin();
        status = dispatch(r);
        end();
    }
    r->eax.h = status;
    set_flag(r, CARRY_FLAG, status != OK);
}

/* The handler finds four words on the stack: status, X, Y and Z, pushed in this order. */
static void call_handler(void)
{
    struct far_pointer handler;
    u8 packet[4];

    far_load(&handler, EBDA_SEGMENT, EBDA_HANDLER, sizeof handler);
    far_load(packet, EBDA_SEGMENT, EBDA_PACKET, sizeof packet);
    __asm__ volatile("pushal\n\tpushw %%ds\n\tpushw %%es\n\tpushw %%fs\n\tpushw %%gs\n\t"
                     "pushw %w1\n\tpushw %w2\n\tpushw %w3\n\tpushw %w4\n\t"
                     "lcallw *(%0)\n\taddw $8, %%sp\n\t"
                     "popw %%gs\n\tpopw %%fs\n\tpopw %%es\n\tpopw %%ds\n\tpopal"
                     :
                     : "a"(&handler), "b"((u32)packet[0]), "c"((u32)packet[1]),
                       "d"((u32)packet[2]), "S"((u32)packet[3])
                     : "memory", "cc");
}

/* False while the packet is not complete. A first byte that cannot be one is dropped. */
static bool take_byte(u8 data)
{
    u8 index = far_read8(EBDA_SEGMENT, EBDA_INDEX) & SIZE_BITS;
    u8 size = (packet_flags() & SIZE_BITS) + 1;

    if (index == 0 && (size == 3 || size == 4) && !(data & PACKET_FIRST))
        return false;
    write_ebda(EBDA_PACKET + index, data);
    if (size < 4)
        write_ebda(EBDA_PACKET + 3, 0);
    index++;
    write_ebda(EBDA_INDEX, index < size ? index : 0);
    return index >= size;
}

void pointer_irq12(struct registers *r)
{
    u8 status = inb(KBC_STATUS);

    (void)r;
    if ((status & STATUS_OUTPUT_FULL) && (status & STATUS_FROM_MOUSE)) {
        u8 data = inb(KBC_DATA);

        if ((packet_flags() & HAS_HANDLER) && take_byte(data))
            call_handler();
    }
    outb(0xa0, 0x20);
    outb(0x20, 0x20);
}

/* Whether the controller has a second port; the mouse itself is asked by programs that use it. */
void pointer_init(void)
{
    kbc_command(COMMAND_LOOP_BACK);
    kbc_write(0x5a);
    for (u32 i = 0; i < 0x400; i++) {
        u8 status = inb(KBC_STATUS);

        if (!(status & STATUS_OUTPUT_FULL))
            continue;
        if (inb(KBC_DATA) == 0x5a && status & STATUS_FROM_MOUSE) {
            bda.equipment |= EQUIPMENT_MOUSE;
            outb(SLAVE_MASK, inb(SLAVE_MASK) & (u8)~SLAVE_MOUSE);
        }
        return;
    }
}
