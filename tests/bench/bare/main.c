/* Runs the workload that the parameters name, so many times, and says its checksum. */
#include "kernel.h"

#define SERIAL 0x3f8
#define EXIT_PORT 0xf4
#define SHUTDOWN_PORT 0x8900

extern const char parameters[512];

static u32 nothing(void)
{
    return 0;
}

static const struct workload workloads[] = {
    {"nothing", nothing, 0},
    {"sieve", sieve, 0},
    {"sieve-paged", sieve_paged, 0},
    {"sha", sha, 0},
    {"dhrystone", dhrystone, 0},
    {"copy-loops", copy_loops, 0},
    {"quicksort", quicksort, 0},
    {"matrix", matrix, 0},
    {"byte-code", byte_code, 0},
    {"rep-large", rep_large, 0},
    {"rep-short", rep_short, 0},
    {"chase-4mb", chase, chase_setup},
    {"code-16", real_mode_work, 0},
    {"tlb-flush", tlb_flushes, 0},
    {"page-fault", page_faults, 0},
    {"int-80h", system_calls, 0},
    {"stack-switch", stack_switches, 0},
    {"task-switch", task_switches, 0},
    {"modify-near", modify_near_unit, 0},
    {"modify-far", modify_far_unit, 0},
    {"port-io", port_io, 0},
    {"vga-text", vga_text, 0},
    {"segments", segments, 0},
    {"mandelbrot", mandelbrot, x87_setup},
    {"n-body", nbody, x87_setup},
};

/* 115200 bps, 8 bits, no parity. */
static void serial_init(void)
{
    outb(SERIAL + 3, 0x83);
    outb(SERIAL, 1);
    outb(SERIAL + 1, 0);
    outb(SERIAL + 3, 0x03);
}

static void put(char letter)
{
    while (!(inb(SERIAL + 5) & 0x20)) /* line status: transmitter holding register empty */
        ;
    outb(SERIAL, (u8)letter);
    outb(0xe9, (u8)letter);
}

void print(const char *text)
{
    while (*text)
        put(*text++);
}

void print_hex(u32 value)
{
    for (int shift = 28; shift >= 0; shift -= 4)
        put("0123456789abcdef"[value >> shift & 15]);
}

void print_decimal(u32 value)
{
    if (value >= 10)
        print_decimal(value / 10);
    put((char)('0' + value % 10));
}

/* Ends the run: by the exit port where there is one, else by Bochs's word. */
void stop(void)
{
    static const char word[] = "Shutdown";
    while (!(inb(SERIAL + 5) & 0x40)) /* transmitter empty */
        ;
    outb(EXIT_PORT, 0);
    for (u32 i = 0; i < sizeof word - 1; i++)
        outb(SHUTDOWN_PORT, (u8)word[i]);
    for (;;)
        __asm__ volatile("cli\n\thlt");
}

/* The workload named by the first word, and where that word ends. */
static const struct workload *find(const char **end)
{
    for (u32 i = 0; i < ARRAY_COUNT(workloads); i++) {
        const char *have = workloads[i].name, *want = parameters;
        while (*have && *have == *want)
            have++, want++;
        *end = want;
        if (!*have && *want == ' ')
            return &workloads[i];
    }
    return 0;
}

static u32 number(const char *text)
{
    u32 value = 0;
    while (*text == ' ')
        text++;
    while (*text >= '0' && *text <= '9')
        value = value * 10 + (u32)(*text++ - '0');
    return value;
}

static void report(const struct workload *workload, u32 count, u32 checksum)
{
    print(workload->name);
    print(" ");
    print_decimal(count);
    print(" ");
    print_hex(checksum);
    print("\n");
}

/* The checksum of each unit must be that of the first. */
static void run(const struct workload *workload, u32 count)
{
    u32 first = 0;
    for (u32 i = 0; i < count; i++) {
        u32 checksum = workload->unit();
        if (i == 0)
            first = checksum;
        if (checksum != first) {
            print("differs ");
            report(workload, i, checksum);
            stop();
        }
    }
    report(workload, count, first);
}

void main(void);
void main(void)
{
    const char *end, *why = 0;
    const struct workload *workload = find(&end);
    load_tables();
    system_init();
    serial_init();
    if (!workload) {
        print("unknown\n");
        stop();
    }
    if (workload->setup)
        why = workload->setup();
    if (why) {
        print("skipped ");
        print(why);
        print("\n");
        stop();
    }
    run(workload, number(end));
    stop();
}
