/*
 * Faults of a program that nobody handles: vectors 0, 6 and 7. The processor would run the instruction
 * again after a bare IRET, for ever and in silence; so the user is told, and Ctrl-Alt-Del works.
 */
#include "bios.h"

enum { INT_OPCODE = 0xcd, BYTES_SHOWN = 8 };

/* INT n by a program, which may take the vector for one of those that return. */
static bool was_called(const struct registers *r, u8 number)
{
    return far_read8(r->cs, r->ip - 2) == INT_OPCODE && far_read8(r->cs, r->ip - 1) == number;
}

static void stop(const struct registers *r)
{
    PRINT(" at ");
    print_hex(r->cs, 4);
    print_char(':');
    print_hex(r->ip, 4);
    print_char(':');
    for (u16 i = 0; i < BYTES_SHOWN; i++) {
        print_char(' ');
        print_hex(far_read8(r->cs, r->ip + i), 2);
    }
    PRINT("\nThe program has stopped. Ctrl-Alt-Del restarts the computer.\n");
    for (;;)
        wait_for_interrupt();
}

void fault_divide(struct registers *r)
{
    if (was_called(r, 0))
        return;
    PRINT("\nDivision overflow");
    stop(r);
}

void fault_opcode(struct registers *r)
{
    if (was_called(r, 6))
        return;
    PRINT("\nInvalid instruction");
    stop(r);
}

void fault_coprocessor(struct registers *r)
{
    if (was_called(r, 7))
        return;
    PRINT("\nCoprocessor instruction without coprocessor");
    stop(r);
}
