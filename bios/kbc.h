/* The 8042 keyboard controller, with every wait bounded. */
#ifndef BIOS_KBC_H
#define BIOS_KBC_H

#include "bios.h"

enum {
    KBC_DATA = 0x60,
    KBC_STATUS = 0x64,  /* read */
    KBC_COMMAND = 0x64, /* write */
    STATUS_OUTPUT_FULL = 1,
    STATUS_INPUT_FULL = 2,
    STATUS_FROM_MOUSE = 0x20,
    COMMAND_READ_MODE = 0x20,
    COMMAND_WRITE_MODE = 0x60,
    COMMAND_SELF_TEST = 0xaa,
    COMMAND_TEST_KEYBOARD = 0xab,
    COMMAND_KEYBOARD_OFF = 0xad,
    COMMAND_KEYBOARD_ON = 0xae,
    COMMAND_WRITE_OUTPUT_PORT = 0xd1,
    COMMAND_PULSE_RESET = 0xfe,
};

/* False when the controller does not take it in time. */
bool kbc_command(u8 command);
bool kbc_write(u8 data);

/* The next byte it gives, or -1 when none comes. */
int kbc_read(void);

#endif
