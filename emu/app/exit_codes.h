#ifndef GLASS386_APP_EXIT_CODES_H
#define GLASS386_APP_EXIT_CODES_H

/* Even, so that nobody takes them for the guest's own, which are odd. */
enum exit_code {
    EXIT_POWER_OFF = 0, /* or: all tests passed */
    EXIT_USAGE = 2,     /* bad usage or unusable file */
    EXIT_TRIPLE_FAULT = 4,
    EXIT_EXPECTATION = 6, /* of a script */
    EXIT_LIMIT = 8,       /* guest time or instructions */
    EXIT_HOST_IO = 12,
    EXIT_MISMATCH = 14, /* snapshot or replay */
    EXIT_INTERNAL = 16,
};

#endif
