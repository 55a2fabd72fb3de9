#include "monitor/monitor.h"

#include "machine/machine.h"
#include "monitor/complete.h"
#include "support/suite.h"

#include <string.h>
#include <unistd.h>

static u8 rom[64 * KIB];
static struct machine machine;
static struct monitor *monitor;
static struct text_out out;

static void start(void)
{
    struct error error;
    /* F000:0000: mov ax,1234h; call 0010h; hlt;  0010h: inc bx; ret */
    static const u8 code[] = {0xb8, 0x34, 0x12, 0xe8, 0x0a, 0x00, 0xf4};
    memset(rom, 0xf4, sizeof rom);
    memcpy(rom, code, sizeof code);
    memcpy(rom + 0x10, (const u8[]){0x43, 0xc3}, 2);
    memcpy(rom + 0xfff0, (const u8[]){0xea, 0x00, 0x00, 0x00, 0xf0}, 5);
    struct machine_config config = {.ram_size = MIB, .bios = rom, .bios_size = sizeof rom};
    ck_assert_msg(machine_init(&machine, &config, &error), "%s", error.text);
    machine.cpu.regs[REG_ESP] = 0x1000;
    monitor = monitor_create(&machine);
}

static void end(void)
{
    monitor_destroy(monitor);
    machine_free(&machine);
    text_out_free(&out);
}

static const char *says(const char *line, enum monitor_result expected)
{
    text_out_clear(&out);
    ck_assert_msg(monitor_execute(monitor, line, &out) == expected, "%s: %s", line,
                  text_out_text(&out));
    return text_out_text(&out);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

START_TEST(monitor_step_and_next)
{
    start();
    ck_assert(has(says("s", MONITOR_OK), "f000:00000000 mov ax, 0x1234"));
    ck_assert(has(says("step 1", MONITOR_OK), "call"));
    ck_assert(has(says("n", MONITOR_OK), "f000:00000006 hlt"));
    ck_assert_uint_eq(machine.cpu.regs[REG_EBX] & 0xffff, 1);
    ck_assert(has(says("p eax", MONITOR_OK), "0x00001234"));
    end();
}
END_TEST

START_TEST(monitor_breakpoint_stops_before_its_instruction)
{
    start();
    ck_assert(has(says("b f000:10", MONITOR_OK), "Breakpoint 1 at linear 000f0010"));
    ck_assert_int_eq(monitor_execute(monitor, "c", &out), MONITOR_RESUME);
    ck_assert_int_eq(machine_run(&machine, 1000), MACHINE_STOP_BREAK);
    ck_assert_uint_eq(machine.cpu.eip, 0x10);
    text_out_clear(&out);
    monitor_describe_stop(monitor, &out);
    ck_assert(has(text_out_text(&out), "Breakpoint 1"));
    ck_assert(has(says("info break", MONITOR_OK), "hit 1 times"));
    ck_assert_int_eq(monitor_execute(monitor, "c", &out), MONITOR_RESUME);
    ck_assert_int_eq(machine_run(&machine, 1000), MACHINE_STOP_TIME);
    says("delete 7", MONITOR_ERROR);
    says("delete 1", MONITOR_OK);
    end();
}
END_TEST

/* F000:0020: mov [0x500], al; in al, 61h; int 3; F000:0030, its handler: iret. */
static void start_with_events(void)
{
    start();
    memcpy(rom + 0x20, (const u8[]){0xa2, 0x00, 0x05, 0xe4, 0x61, 0xcd, 0x03, 0xf4}, 8);
    rom[0x30] = 0xcf;
    memory_write(&machine.memory, 3 * 4, 4, 0xf0000030);
    ck_assert_int_eq(machine_run(&machine, 1), MACHINE_STOP_TIME);
    cpu_set_eip(&machine.cpu, 0x20);
}

struct stop_row {
    const char *command, *reason;
    u32 eip;
};
static const struct stop_row stop_rows[] = {
    {"watch 0x500 1", "Watchpoint 1: write of 1 bytes at linear 00000500", 0x23},
    {"watch -p 0x500 1", "Watchpoint 1: write of 1 bytes at physical 00000500", 0x23},
    {"awatch 0x4fe 4", "Watchpoint 1: write", 0x23},
    {"break-io 0x61", "Breakpoint 1: read of 1 bytes, port 0061h", 0x25},
    {"break-io", "Breakpoint 1: read", 0x25},
    {"break-int 3", "Breakpoint 1: interrupt 03h", 0x30},
    {"b f000:25 if eip == 0x25", "Breakpoint 1\n", 0x25},
    {"rwatch 0xffb 1", "Watchpoint 1: read of 2 bytes at linear 00000ffa", 0x27},
};

START_TEST(monitor_stops_behind_accesses_and_events)
{
    for (size_t i = 0; i < ARRAY_COUNT(stop_rows); i++) {
        start_with_events();
        u64 without = machine_hash(&machine);
        says(stop_rows[i].command, MONITOR_OK);
        ck_assert_uint_eq(machine_hash(&machine), without);
        enum machine_stop stop = machine_run(&machine, 100);
        ck_assert_msg(stop == MACHINE_STOP_REQUEST || stop == MACHINE_STOP_BREAK, "%s: %d",
                      stop_rows[i].command, stop);
        ck_assert_msg(machine.cpu.eip == stop_rows[i].eip, "%s: eip %x", stop_rows[i].command,
                      machine.cpu.eip);
        text_out_clear(&out);
        monitor_describe_stop(monitor, &out);
        ck_assert_msg(has(text_out_text(&out), stop_rows[i].reason), "%s", text_out_text(&out));
        ck_assert(has(says("info break", MONITOR_OK), "hit 1 times"));
        says("delete 1", MONITOR_OK);
        end();
    }
}
END_TEST

static const char *const passing[] = {"watch 0x501 4", "rwatch 0x500 1", "b f000:25 if eax == 77",
                                      "break-io 0x60", "break-int 4",    "break-fault",
                                      "break-task",    "break-cr3",      "break-mode"};

START_TEST(monitor_stops_at_nothing_else)
{
    for (size_t i = 0; i < ARRAY_COUNT(passing); i++) {
        start_with_events();
        says(passing[i], MONITOR_OK);
        ck_assert_msg(machine_run(&machine, 100) == MACHINE_STOP_TIME, "%s", passing[i]);
        u64 with = machine_hash(&machine);
        end();
        start_with_events();
        ck_assert_int_eq(machine_run(&machine, 100), MACHINE_STOP_TIME);
        ck_assert_uint_eq(machine_hash(&machine), with);
        end();
    }
    start();
    says("watch", MONITOR_ERROR);
    says("watch 0 0", MONITOR_ERROR);
    says("break-io 0x10000", MONITOR_ERROR);
    says("b 1 if", MONITOR_ERROR);
    says("b 1 if (", MONITOR_ERROR);
    says("b 1 when eax", MONITOR_ERROR);
    end();
}
END_TEST

START_TEST(monitor_breakpoint_holds_in_any_slicing)
{
    start();
    says("b 0xf0010", MONITOR_OK);
    enum machine_stop stop = MACHINE_STOP_TIME;
    for (u64 tick = 1; tick < 20 && stop == MACHINE_STOP_TIME; tick++)
        stop = machine_run(&machine, tick);
    ck_assert_int_eq(stop, MACHINE_STOP_BREAK);
    ck_assert_uint_eq(machine.cpu.eip, 0x10);
    end();
}
END_TEST

START_TEST(monitor_memory_dumps)
{
    start();
    memory_write(&machine.memory, 0x500, 4, 0x12345678);
    ck_assert_str_eq(says("xp /2wx 0x500", MONITOR_OK), "00000500: 0x12345678 0x00000000\n");
    ck_assert_str_eq(says("x/1hx 0x502", MONITOR_OK), "00000502: 0x1234\n");
    ck_assert_str_eq(says("xp /1bd 0x503", MONITOR_OK), "00000503: 18\n");
    says("setpmem 0x500 4 0", MONITOR_OK);
    ck_assert_str_eq(says("xp/1wx 0x500", MONITOR_OK), "00000500: 0x00000000\n");
    ck_assert(has(says("xp /1wx 0x00faa30040", MONITOR_OK), "nothing at physical"));
    says("setpmem 0xf0000 4 0", MONITOR_ERROR);
    end();
}
END_TEST

START_TEST(monitor_info_fpu_shows_words_and_stack)
{
    start();
    struct fpu *fpu = &machine.cpu.fpu;
    fpu->control = 0x0f7b; /* ZE not masked, toward zero */
    fpu->status = 7u << FPU_TOP_SHIFT | FLOAT_ZERO_DIVIDE | FPU_ERROR | FPU_C3;
    fpu->used = 0x80;
    fpu->mantissa[7] = 0xa000000000000000ull; /* -2.5 */
    fpu->exponent[7] = 0xc000;
    const char *text = says("info fpu", MONITOR_OK);
    ck_assert(has(text, "fctrl=0f7b 64 bits, rounding toward zero, unmasked: ZE\n"));
    ck_assert(has(text, "fstat=7884 top 7, C3-C0 1000, an unmasked error waits, exceptions: ZE\n"));
    ck_assert(has(text, "ftag=3fff "));
    ck_assert(has(text, "st0  r7 valid   c000 a000000000000000  -2.5\n"));
    ck_assert(has(text, "st1  r0 empty "));
    ck_assert(has(says("p st0", MONITOR_OK), "fffffffe"));
    machine.cpu.has_fpu = false;
    ck_assert_str_eq(says("info fpu", MONITOR_OK), "the coprocessor's socket is empty\n");
    end();
}
END_TEST

START_TEST(monitor_looking_changes_nothing)
{
    static const char *const lines[] = {
        "info registers", "info cpu",         "info gdt",         "info idt", "info segments",
        "info cr",        "info dr",          "info pdir",        "info fpu", "p st0",
        "info pg",        "info tab",         "info tlb",         "info pic", "info faults",
        "info time",      "x /64bx 0xb8000",  "xp /64bx 0xa0000", "u /20",    "screen",
        "translate ds:0", "walk 0x1234",      "page 0",           "help",     "help info",
        "p [0]",          "info unit vga",    "info break",       "info ldt", "xp /4wx 0xfffffff0",
        "info stats",     "info gdt summary",
    };
    start();
    u64 before = machine_hash(&machine);
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        says(lines[i], MONITOR_OK);
        ck_assert_msg(machine_hash(&machine) == before, "%s changed the machine", lines[i]);
    }
    end();
}
END_TEST

/* The same bytes and registers in other debuggers' clothes; JSON never changes. */
START_TEST(monitor_dialects_change_the_look_only)
{
    start();
    ck_assert(has(says("xp /2hx 0xf0000", MONITOR_OK), "000f0000: 0x34b8 0xe812"));
    says("set eax 0x1000", MONITOR_OK);
    says("set dialect bochs", MONITOR_OK);
    ck_assert(has(says("xp /2hx 0xf0000", MONITOR_OK),
                  "[bochs]:\n0x000f0000 <bogus+       0>:\t0x34b8\t0xe812\n"));
    ck_assert(has(says("r", MONITOR_OK), "eax: 0x00001000 4096\n"));
    ck_assert(has(says("sreg", MONITOR_OK), "cs:0xf000, dh="));
    ck_assert(has(says("creg", MONITOR_OK), "CR0=0x00000010: pg cd nw ac wp ne ET ts em mp pe\n"));
    ck_assert(has(says("r -json", MONITOR_OK), "\"eax\": 4096"));
    says("set dialect hmp", MONITOR_OK);
    ck_assert(has(says("xp /1wx 0xf0000", MONITOR_OK), "00000000000f0000: 0xe81234b8\n"));
    ck_assert(has(says("info registers", MONITOR_OK), "EAX=00001000 EBX="));
    says("set dialect gdb", MONITOR_OK);
    ck_assert(has(says("x /1wx 0xf0000", MONITOR_OK), "0xf0000:\t0xe81234b8\n"));
    ck_assert(has(says("info registers", MONITOR_OK), "eax            0x1000             4096\n"));
    says("set dialect own", MONITOR_OK);
    ck_assert(has(says("r", MONITOR_OK), "eax=00001000 ebx="));
    end();
}
END_TEST

START_TEST(monitor_set_and_wait)
{
    start();
    says("set $ebx = 0x1234", MONITOR_OK);
    ck_assert_uint_eq(machine.cpu.regs[REG_EBX], 0x1234);
    says("set ecx=7", MONITOR_OK);
    ck_assert_uint_eq(machine.cpu.regs[REG_ECX], 7);
    ck_assert(has(says("calc ebx+1", MONITOR_OK), "0x00001235"));
    ck_assert(has(says("? 2*3", MONITOR_OK), "0x00000006"));
    u64 before = machine.clock.now;
    says("wait 0.001", MONITOR_OK);
    ck_assert_uint_gt(machine.clock.now, before);
    ck_assert(has(says("pb 0xf0010", MONITOR_OK), "Breakpoint 1 at linear 000f0010"));
    end();
}
END_TEST

START_TEST(monitor_refuses_with_one_line)
{
    static const char *const lines[] = {
        "frobnicate",
        "x",
        "x /4q 0",
        "b",
        "step zero",
        "info nonsense",
        "set dialect perl",
        "set nothing 1",
        "set eip",
        "wait -1",
        "wait long",
        "log int",
        "delvm /no/such/file",
        "explain eax eax",
        "sendkey x-nokey",
        "loadvm /no/such/file",
        "setpmem 0 3 0",
        "s 1 2",
        "xp /70000wx 0",

        "savevm /no/such/folder/file",
        "info zones",
        "info slots",
        "info task 0",
        "info pg task 1",
        "info pdir by-task",
        "info pdir of",
        "info frames",
        "info swap",
        "info vma",
        "trace nothing",
        "trace mm",
        "translate task 1 0",
        "translate task 1",
        "symbols /no/such/file",
        "info tss",
        "p 1 2",
        "!",
        "screendump a",
    };
    start();
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        const char *text = says(lines[i], MONITOR_ERROR);
        const char *line_end = strchr(text, '\n');
        ck_assert_msg(line_end && line_end[1] == 0, "%s: not one line: %s", lines[i], text);
    }
    end();
}
END_TEST

START_TEST(complete_words_and_topics)
{
    struct text_out insert = TEXT_OUT_EMPTY, list = TEXT_OUT_EMPTY;
    complete_line("trans", 5, &insert, &list);
    ck_assert_str_eq(text_out_text(&insert), "late ");
    text_out_clear(&insert);
    complete_line("info reg", 8, &insert, &list);
    ck_assert_str_eq(text_out_text(&insert), "isters ");
    text_out_clear(&insert);
    complete_line("s", 1, &insert, &list);
    ck_assert_str_eq(text_out_text(&insert), "");
    ck_assert(has(text_out_text(&list), "step ") && has(text_out_text(&list), "savevm "));
    text_out_free(&insert);
    text_out_free(&list);
}
END_TEST

static size_t read_all(int from, char *to, size_t size)
{
    ssize_t count = read(from, to, size - 1);
    to[count > 0 ? count : 0] = 0;
    return count > 0 ? (size_t)count : 0;
}

START_TEST(console_executes_lines_and_repeats_on_enter)
{
    start();
    int ends[2];
    char text[4096];
    size_t taken;
    ck_assert_int_eq(pipe(ends), 0);
    struct monitor_console *console =
        monitor_console_open(monitor, &(struct monitor_console_config){.output = ends[1]}, NULL);
    monitor_console_prompt(console);
    ck_assert_int_eq(monitor_console_feed(console, "p 6*7\n\n", 7, &taken), MONITOR_OK);
    read_all(ends[0], text, sizeof text);
    ck_assert_str_eq(text, "(glass386) 0x0000002a 42 \n(glass386) 0x0000002a 42 \n(glass386) ");
    ck_assert_int_eq(monitor_console_feed(console, "quit\nrest", 9, &taken), MONITOR_QUIT);
    ck_assert_uint_eq(taken, 5);
    monitor_console_close(console);
    end();
}
END_TEST

START_TEST(console_edits_lines)
{
    start();
    int ends[2];
    char text[4096];
    size_t taken;
    ck_assert_int_eq(pipe(ends), 0);
    struct monitor_console *console = monitor_console_open(
        monitor, &(struct monitor_console_config){.output = ends[1], .editing = true}, NULL);
    ck_assert_ptr_nonnull(console);
    monitor_console_prompt(console);
    /* "q 6*7", start of line (^A), delete (^D), p: "p 6*7"; and Tab after "he" */
    static const char typed[] = "q 6*7\x01\x04p\r";
    ck_assert_int_eq(monitor_console_feed(console, typed, sizeof typed - 1, &taken), MONITOR_OK);
    read_all(ends[0], text, sizeof text);
    ck_assert_msg(has(text, "0x0000002a 42"), "%s", text);
    ck_assert_int_eq(monitor_console_feed(console, "qui\t\r", 5, &taken), MONITOR_QUIT);
    monitor_console_close(console);
    end();
}
END_TEST

SUITE_MAIN("monitor", monitor_step_and_next, monitor_breakpoint_stops_before_its_instruction,
           monitor_stops_behind_accesses_and_events, monitor_stops_at_nothing_else,
           monitor_breakpoint_holds_in_any_slicing, monitor_memory_dumps,
           monitor_info_fpu_shows_words_and_stack, monitor_looking_changes_nothing,
           monitor_dialects_change_the_look_only, monitor_set_and_wait,
           monitor_refuses_with_one_line, complete_words_and_topics,
           console_executes_lines_and_repeats_on_enter, console_edits_lines)
