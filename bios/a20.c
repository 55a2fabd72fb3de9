/* The 8042's bounded dialogue and the A20 gate. */
#include "kbc.h"

enum {
    POLLS = 0x4000,
    FAST_GATE = 0x92, /* port A: bit 1 A20, bit 0 resets */
    PORT_A20 = 2,
    OUTPUT_A20_ON = 0xdf,
    OUTPUT_A20_OFF = 0xdd,
    PROBE = 0x500, /* of segment 0; FFFFh:0510h is 1 MB above */
};

static bool wait_input_empty(void)
{
    for (u32 i = 0; i < POLLS; i++)
        if (!(inb(KBC_STATUS) & STATUS_INPUT_FULL))
            return true;
    return false;
}

bool kbc_command(u8 command)
{
    bool ready = wait_input_empty();

    outb(KBC_COMMAND, command);
    return ready && wait_input_empty();
}

bool kbc_write(u8 data)
{
    bool ready = wait_input_empty();

    outb(KBC_DATA, data);
    return ready && wait_input_empty();
}

int kbc_read(void)
{
    for (u32 i = 0; i < POLLS; i++)
        if (inb(KBC_STATUS) & STATUS_OUTPUT_FULL)
            return inb(KBC_DATA);
    return -1;
}

/* With the gate closed, a change of the low word shows 1 MB above. */
bool a20_is_on(void)
{
    u16 low = far_read16(0, PROBE);
    bool on = far_read16(0xffff, PROBE + 0x10) != low;

    if (!on) {
        far_write16(0, PROBE, (u16)~low);
        on = far_read16(0xffff, PROBE + 0x10) == low;
        far_write16(0, PROBE, low);
    }
    return on;
}

bool a20_set(bool on)
{
    u8 gate = inb(FAST_GATE);

    outb(FAST_GATE, (u8)(on ? (gate | PORT_A20) & ~1 : gate & ~(PORT_A20 | 1)));
    if (a20_is_on() == on)
        return true;
    kbc_command(COMMAND_WRITE_OUTPUT_PORT);
    kbc_write(on ? OUTPUT_A20_ON : OUTPUT_A20_OFF);
    return a20_is_on() == on;
}
