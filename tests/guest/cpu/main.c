/* Checks every fact and reports in TAP on the first serial line, each after a line with its name,
   so that one that ends the machine is known; leaves through port F4h, else with "Shutdown" to port
   8900h. */
#include "cpu.h"

#define SERIAL 0x3f8u
#define LINE_STATUS (SERIAL + 5)
#define TRANSMITTER_EMPTY 0x20u

static const struct group *const groups[] = {&real_group, &segment_group, &transfer_group,
                                             &gate_group, &task_group,    &page_group,
                                             &v86_group,  &debug_group,   &x87_group};

/* What the fact under way came to. */
static struct {
    const char *skipped;
    const char *what; /* did not hold */
    u32 found, wanted;
} verdict;

void expect(const char *what, u32 found, u32 wanted)
{
    if (verdict.what || found == wanted)
        return;
    verdict.what = what;
    verdict.found = found;
    verdict.wanted = wanted;
}

void skip(const char *why)
{
    verdict.skipped = why;
}

static void serial_start(void)
{
    outb(SERIAL + 3, 0x80); /* the divisor: 1, 115200 baud */
    outb(SERIAL, 1);
    outb(SERIAL + 1, 0);
    outb(SERIAL + 3, 0x03); /* 8 bits, no parity, one stop bit */
}

static void print(const char *text)
{
    for (; *text; text++) {
        while (!(inb(LINE_STATUS) & TRANSMITTER_EMPTY))
            ;
        outb(SERIAL, (u8)*text);
    }
}

static void print_number(u32 value, u32 base)
{
    char digits[12];
    u32 at = sizeof digits - 1;
    digits[at] = 0;
    do
        digits[--at] = "0123456789abcdef"[value % base];
    while (value /= base);
    print(digits + at);
}

static int check(const struct fact *fact, u32 number)
{
    print("# ");
    print(fact->name);
    print("\r\n");
    verdict.skipped = verdict.what = 0;
    machine_prepare();
    fact->check();
    machine_prepare();
    print(verdict.what ? "not ok " : "ok ");
    print_number(number, 10);
    print(" - ");
    print(fact->name);
    if (verdict.what) {
        print(": ");
        print(verdict.what);
        print(" is ");
        print_number(verdict.found, 16);
        print("h, expected ");
        print_number(verdict.wanted, 16);
        print("h");
    } else if (verdict.skipped) {
        print(" # SKIP ");
        print(verdict.skipped);
    }
    print("\r\n");
    return verdict.what != 0;
}

static void stop(int failures)
{
    outb(0xf4, failures ? 1 : 0x10);
    for (const char *letter = "Shutdown"; *letter; letter++)
        outb(0x8900, (u8)*letter);
    for (;;)
        __asm__ volatile("cli; hlt");
}

void main(void)
{
    u32 number = 0, count = 0;
    int failures = 0;
    for (u32 g = 0; g < ARRAY_COUNT(groups); g++)
        count += groups[g]->count;
    serial_start();
    print("1..");
    print_number(count, 10);
    print("\r\n");
    for (u32 g = 0; g < ARRAY_COUNT(groups); g++)
        for (u32 i = 0; i < groups[g]->count; i++)
            failures += check(&groups[g]->facts[i], ++number);
    stop(failures);
}
