#include "base/bits.h"
#include "cpu/translate.h"
#include "monitor/command.h"

#include <string.h>

/* `trace` runs the machine for a while and prints a line at each event wanted: at functions of the
   guest kernel, found by their symbols, through breakpoints that exist only meanwhile; and from the
   processor through its log. Nothing of it costs anything while no trace runs. */

struct trace_point {
    const char *event, *function;
    const char *arguments[3]; /* names of its first arguments; null ends them */
    const char *what;
};

/* clang-format off */
static const struct trace_point points[] = {
    {"pagefault", "do_no_page",       {"error", "address"}, "a page that is not there"},
    {"pagefault", "do_wp_page",       {"error", "address"}, "a write to a read-only page"},
    {"mm",        "get_free_page",    {NULL},               "wants a frame"},
    {"mm",        "free_page",        {"frame"},            "one user less"},
    {"mm",        "put_dirty_page",   {"frame", "address"}, "maps a frame with contents of its own"},
    {"mm",        "un_wp_page",       {"entry at"},         "the right to write, or a copy"},
    {"mm",        "copy_page_tables", {"task"},             "shares all pages with a child"},
    {"mm",        "free_page_tables", {"task"},             "gives up all pages"},
    {"mm",        "free_page_range",  {"from", "to"},       "gives up pages"},
    {"mm",        "add_region",       {"region"},           "a new region"},
    {"mm",        "remove_regions",   {"from", "to"},       "cuts regions out"},
    {"mm",        "sys_brk",          {"end"},              "moves the end of data"},
    {"fork",      "sys_fork",         {NULL},               "a system call"},
    {"fork",      "copy_page_tables", {"task"},             "shares all pages with a child"},
    {"fork",      "do_exit",          {"status"},           "ends"},
    {"exec",      "sys_execve",       {NULL},               "a system call"},
    {"exec",      "free_page_tables", {"task"},             "gives up all pages"},
    {"swap",      "swap_out",         {NULL},               "no frame is free: the hand goes on"},
    {"swap",      "swap_in",          {"entry at"},         "wants a page back"},
    {"swap",      "read_swap_page",   {"page", "to"},       "reads it"},
    {"swap",      "swap_free",        {"page"},             "a page of swap is free again"},
};
/* clang-format on */

#define POINTS_MAX 32u
#define LINES_MAX 20000u

struct trace {
    struct call *call;
    struct log log;
    u32 classes;
    u32 linear[POINTS_MAX], numbers[POINTS_MAX];
    const struct trace_point *point[POINTS_MAX];
    u32 count, lines;
};

static void begin_line(struct trace *trace)
{
    const struct cpu *cpu = trace->call->cpu;
    text_out_format(trace->call->out, "%llu ",
                    (unsigned long long)trace->call->monitor->machine->clock.now);
    if (cpu->tr.selector >= 0x20)
        text_out_format(trace->call->out, "task %u ", (cpu->tr.selector - 0x20u) / 16);
    trace->lines++;
}

static void write_log_line(void *context, enum log_class class, const char *line)
{
    struct trace *trace = context;
    begin_line(trace);
    text_out_format(trace->call->out, "%s: %s\n", log_class_name(class), line);
}

/* At a function's entry the return address lies at SS:ESP, its arguments above it. */
static void write_point(struct trace *trace, const struct trace_point *point)
{
    const struct cpu *cpu = trace->call->cpu;
    begin_line(trace);
    text_out_string(trace->call->out, point->function);
    for (u32 i = 0; i < ARRAY_COUNT(point->arguments) && point->arguments[i]; i++) {
        u8 bytes[4] = {0};
        translate_peek(cpu, cpu->segs[SEG_SS].base + cpu->regs[REG_ESP] + 4 + i * 4, bytes, 4);
        text_out_format(trace->call->out, " %s %08x", point->arguments[i], load_le32(bytes));
    }
    text_out_format(trace->call->out, "  (%s)\n", point->what);
}

static bool add_point(struct trace *trace, const struct trace_point *point)
{
    struct monitor *monitor = trace->call->monitor;
    struct guest_kernel kernel = kernel_of(trace->call);
    u32 address, base;
    if (!guest_symbol(&kernel, point->function, &address))
        return true;
    address += guest_value(&kernel, "kernel_base", &base) ? base : 0;
    for (u32 i = 0; i < trace->count; i++)
        if (trace->linear[i] == address)
            return true;
    const struct breakpoint wanted = {.kind = BREAK_CODE, .address = address};
    const struct breakpoint *breakpoint =
        trace->count < POINTS_MAX
            ? breakpoint_add(&monitor->breakpoints, &wanted, trace->call->error)
            : NULL;
    if (!breakpoint)
        return error_set(trace->call->error, "there are too many breakpoints to trace");
    trace->linear[trace->count] = address;
    trace->point[trace->count] = point;
    trace->numbers[trace->count++] = breakpoint->number;
    return true;
}

static void remove_points(struct trace *trace)
{
    struct monitor *monitor = trace->call->monitor;
    for (u32 i = 0; i < trace->count; i++)
        breakpoint_delete(&monitor->breakpoints, trace->numbers[i]);
}

static bool add_event(struct trace *trace, const char *word, size_t length)
{
    enum log_class class = log_class_named(word, length);
    bool known = class < LOG_CLASS_COUNT;
    u32 before = trace->count;
    if (known)
        trace->classes |= 1u << class;
    for (size_t i = 0; i < ARRAY_COUNT(points); i++) {
        if (strlen(points[i].event) != length || memcmp(points[i].event, word, length) != 0)
            continue;
        known = true;
        if (!add_point(trace, &points[i]))
            return false;
    }
    if (!known)
        return error_set(trace->call->error,
                         "'%.*s' is no event; there are pagefault, mm, fork, exec, swap of the "
                         "kernel and int, exc, cr3, task, mmu of the processor",
                         (int)length, word);
    if (class >= LOG_CLASS_COUNT && trace->count == before && before == 0)
        return error_set(trace->call->error, "the loaded symbols name no function of '%.*s'",
                         (int)length, word);
    return true;
}

static bool add_events(struct trace *trace, const char *list)
{
    while (*list) {
        size_t length = strcspn(list, ",");
        if (!add_event(trace, list, length))
            return false;
        list += length;
        list += *list == ',';
    }
    return true;
}

static const struct trace_point *point_here(const struct trace *trace)
{
    u32 linear = cpu_linear_eip(trace->call->cpu);
    for (u32 i = 0; i < trace->count; i++)
        if (trace->linear[i] == linear)
            return trace->point[i];
    return NULL;
}

/* Null when the time is over; else why it ended before. */
static const char *run_traced(struct trace *trace, u64 end)
{
    struct machine *machine = trace->call->monitor->machine;
    while (machine->clock.now < end && trace->lines < LINES_MAX) {
        enum machine_stop stop = machine_run(machine, end);
        if (stop == MACHINE_STOP_TIME)
            continue;
        const struct trace_point *point = point_here(trace);
        if (stop != MACHINE_STOP_BREAK || !point)
            return "the machine stopped";
        write_point(trace, point);
        monitor_step_off(trace->call->monitor);
    }
    return trace->lines < LINES_MAX ? NULL : "there are too many lines";
}

#define MILLISECONDS_USUAL 1000u
#define NS_PER_MILLISECOND 1000000u

enum monitor_result cmd_trace(struct call *call)
{
    struct trace trace = {.call = call};
    struct machine *machine = call->monitor->machine;
    const struct command_argument *time = &call->arguments[1];
    u64 ns = (u64)(time->given ? time->value.value : MILLISECONDS_USUAL) * NS_PER_MILLISECOND;
    if (!add_events(&trace, call->arguments[0].text)) {
        remove_points(&trace);
        return command_failed(call);
    }
    const struct log *usual = call->cpu->log;
    trace.log = (struct log){trace.classes, write_log_line, &trace};
    if (trace.classes)
        call->cpu->log = &trace.log;
    const char *ended =
        run_traced(&trace, machine->clock.now + clock_ns_to_ticks(&machine->clock, ns));
    call->cpu->log = usual;
    remove_points(&trace);
    text_out_format(call->out, "%u events", trace.lines);
    if (ended)
        text_out_format(call->out, "; ended early: %s", ended);
    text_out_string(call->out, "\n");
    return MONITOR_OK;
}
