/* Breakpoints of every kind: `break`, `watch`, `break-int` and their list. */
#include "cpu/translate.h"
#include "monitor/command.h"

#include <string.h>

static enum monitor_result add(struct call *call, const struct breakpoint *wanted)
{
    const struct breakpoint *breakpoint =
        breakpoint_add(&call->monitor->breakpoints, wanted, call->error);
    if (!breakpoint)
        return command_failed(call);
    text_out_format(call->out, "Breakpoint %u at ", breakpoint->number);
    breakpoint_describe(breakpoint, call->out);
    text_out_string(call->out, " ");
    if (breakpoint->kind <= BREAK_ACCESS)
        write_symbol(call, breakpoint->address);
    text_out_string(call->out, "\n");
    return MONITOR_OK;
}

/* "if EXPR" behind an address. */
static bool take_condition(struct call *call, struct breakpoint *wanted)
{
    const char *text = call->arguments[1].text;
    if (!call->arguments[1].given)
        return true;
    if (strncmp(text, "if ", 3) != 0)
        return error_set(call->error, "'%s': expected if EXPRESSION", text);
    if (strlen(text + 3) >= sizeof wanted->condition)
        return error_set(call->error, "the condition is longer than %zu characters",
                         sizeof wanted->condition - 1);
    strcpy(wanted->condition, text + 3);
    return true;
}

static enum monitor_result add_code(struct call *call, bool temporary)
{
    struct breakpoint wanted = {.kind = BREAK_CODE, .temporary = temporary};
    if (!argument_linear(call, 0, &wanted.address) || !take_condition(call, &wanted))
        return command_failed(call);
    return add(call, &wanted);
}

enum monitor_result cmd_break(struct call *call)
{
    return add_code(call, false);
}

enum monitor_result cmd_tbreak(struct call *call)
{
    return add_code(call, true);
}

#define WATCH_LONGEST 65536u

/* "[-p] address [length]": a text, because the -p may stand first. */
static enum monitor_result add_watch(struct call *call, enum breakpoint_kind kind)
{
    struct expression_scope scope = {call->cpu, &call->monitor->symbols};
    struct breakpoint wanted = {.kind = kind, .length = 4};
    struct expression_value address, length;
    const char *text = call->arguments[0].text;
    if (strncmp(text, "-p ", 3) == 0 && kind == BREAK_WRITE) {
        text += 3;
        wanted.kind = BREAK_PHYSICAL;
    }
    if (!expression_evaluate(&scope, &text, &address, call->error) ||
        !expression_linear(call->cpu, &address, &wanted.address, call->error))
        return command_failed(call);
    if (*text) {
        if (!expression_of(call, text, &length))
            return command_failed(call);
        wanted.length = length.value;
    }
    if (wanted.length < 1 || wanted.length > WATCH_LONGEST) {
        error_set(call->error, "%u bytes: expected 1 to %u", wanted.length, WATCH_LONGEST);
        return command_failed(call);
    }
    return add(call, &wanted);
}

enum monitor_result cmd_watch(struct call *call)
{
    return add_watch(call, BREAK_WRITE);
}

enum monitor_result cmd_rwatch(struct call *call)
{
    return add_watch(call, BREAK_READ);
}

enum monitor_result cmd_awatch(struct call *call)
{
    return add_watch(call, BREAK_ACCESS);
}

/* Vectors and ports; none given: every one. */
static enum monitor_result add_numbered(struct call *call, enum breakpoint_kind kind, u32 most)
{
    struct breakpoint wanted = {.kind = kind, .address = BREAKPOINT_EVERY};
    if (call->arguments[0].given)
        wanted.address = call->arguments[0].value.value;
    if (call->arguments[0].given && wanted.address > most) {
        error_set(call->error, "0x%x: expected 0 to 0x%x", wanted.address, most);
        return command_failed(call);
    }
    return add(call, &wanted);
}

enum monitor_result cmd_break_interrupt(struct call *call)
{
    return add_numbered(call, BREAK_INTERRUPT, 0xff);
}

enum monitor_result cmd_break_fault(struct call *call)
{
    return add_numbered(call, BREAK_FAULT, 0x1f);
}

enum monitor_result cmd_break_port(struct call *call)
{
    return add_numbered(call, BREAK_PORT, 0xffff);
}

static enum monitor_result add_event(struct call *call, enum breakpoint_kind kind)
{
    return add(call, &(struct breakpoint){.kind = kind, .address = BREAKPOINT_EVERY});
}

enum monitor_result cmd_break_task(struct call *call)
{
    return add_event(call, BREAK_TASK);
}

enum monitor_result cmd_break_cr3(struct call *call)
{
    return add_event(call, BREAK_CR3);
}

enum monitor_result cmd_break_mode(struct call *call)
{
    return add_event(call, BREAK_MODE);
}

/* ---- the list ---- */

static enum monitor_result no_breakpoint(struct call *call, u32 number)
{
    error_set(call->error, "there is no breakpoint %u; 'info break' lists them", number);
    return command_failed(call);
}

/* The linear address of the first page that leads to a physical one; false when none does. */
static bool linear_of(const struct cpu *cpu, u32 physical, u32 *linear)
{
    struct access access = {ACCESS_READ, 1, false};
    struct translation result;
    *linear = physical;
    if (!cpu_paging(cpu))
        return true;
    for (u32 page = 0; page < 1u << 20; page++) {
        *linear = page << PAGE_SHIFT | (physical & PAGE_OFFSET_MASK);
        if (translate_linear(cpu, *linear, &access, false, NULL, NULL, &result) &&
            result.physical == physical)
            return true;
        u8 table[4];
        memory_peek(cpu->memory, (cpu->cr3 & ~PAGE_OFFSET_MASK) + (page >> 10) * 4, table, 4);
        if (!(table[0] & 1))
            page |= 0x3ff;
    }
    return false;
}

/* Bochs's pb. */
enum monitor_result cmd_physical_break(struct call *call)
{
    u32 physical = call->arguments[0].value.value, linear;
    struct breakpoint wanted = {.kind = BREAK_CODE};
    if (!linear_of(call->cpu, physical, &linear)) {
        error_set(call->error,
                  "no page leads to physical %08x now: the processor cannot execute there",
                  physical);
        return command_failed(call);
    }
    wanted.address = linear;
    const struct breakpoint *there =
        breakpoint_add(&call->monitor->breakpoints, &wanted, call->error);
    if (!there)
        return command_failed(call);
    put(call, "number", "Breakpoint %u", there->number);
    put(call, "linear", " at linear %08x", linear);
    put(call, "physical", ", where physical %08x is mapped now ", physical);
    write_symbol(call, linear);
    text_out_string(call->out, "\n");
    return MONITOR_OK;
}

enum monitor_result cmd_delete(struct call *call)
{
    u32 number = call->arguments[0].value.value;
    if (!call->arguments[0].given)
        breakpoint_delete_all(&call->monitor->breakpoints);
    else if (!breakpoint_delete(&call->monitor->breakpoints, number))
        return no_breakpoint(call, number);
    return MONITOR_OK;
}

static enum monitor_result set_enabled(struct call *call, bool enabled)
{
    u32 number = call->arguments[0].value.value;
    if (!breakpoint_enable(&call->monitor->breakpoints, number, enabled))
        return no_breakpoint(call, number);
    return MONITOR_OK;
}

enum monitor_result cmd_enable(struct call *call)
{
    return set_enabled(call, true);
}

enum monitor_result cmd_disable(struct call *call)
{
    return set_enabled(call, false);
}

enum monitor_result info_break(struct call *call)
{
    static const char *const owners[] = {"", ", gdb's", ", a script's"};
    const struct breakpoints *set = &call->monitor->breakpoints;
    if (set->count == 0)
        text_out_string(call->out, "no breakpoints; 'break ADDRESS' sets one\n");
    for (u32 i = 0; i < set->count; i++) {
        const struct breakpoint *breakpoint = &set->list[i];
        put_row(call, "breakpoints");
        put(call, "number", "%3u  ", breakpoint->number);
        put(call, "state", "%-3s", breakpoint->enabled ? "on" : "off");
        text_out_string(call->out, breakpoint->temporary ? " once " : " ");
        note(call->monitor, "address", "%u", breakpoint->address);
        size_t mark = call->out->length;
        breakpoint_describe(breakpoint, call->out);
        note_since(call, "kind", mark);
        text_out_string(call->out, owners[breakpoint->owner]);
        put(call, "hits", "  hit %llu times ", (unsigned long long)breakpoint->hits);
        if (breakpoint->kind <= BREAK_ACCESS)
            write_symbol(call, breakpoint->address);
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}

/* ---- what was met ---- */

static void write_watch(const struct breakpoint *met, const struct breakpoint_hit *hit,
                        struct text_out *out)
{
    text_out_format(out, "Watchpoint %u: %s of %u bytes at %s %08x", met->number,
                    hit->write ? "write" : "read", hit->size,
                    met->kind == BREAK_PHYSICAL ? "physical" : "linear", hit->address);
    if (hit->write)
        text_out_format(out, "; 0x%08x is now 0x%08x", met->value, hit->value);
    text_out_string(out, "\n");
}

static void write_event(const struct breakpoint *met, const struct breakpoint_hit *hit,
                        struct text_out *out)
{
    text_out_format(out, "Breakpoint %u", met->number);
    if (met->kind == BREAK_PORT)
        text_out_format(out, ": %s of %u bytes, port %04xh", hit->write ? "write" : "read",
                        hit->size, hit->address);
    else if (met->kind == BREAK_FAULT || met->kind == BREAK_INTERRUPT)
        text_out_format(out, ": %s %02xh", met->kind == BREAK_FAULT ? "exception" : "interrupt",
                        hit->address);
    else if (met->kind == BREAK_TASK)
        text_out_format(out, ": task switch to %04x", hit->address);
    else if (met->kind != BREAK_CODE)
        text_out_format(out, ": %s is %08x", met->kind == BREAK_CR3 ? "CR3" : "CR0", hit->address);
    text_out_string(out, "\n");
}

bool write_hit(struct monitor *monitor, struct text_out *out)
{
    struct breakpoint met;
    struct breakpoint_hit hit;
    if (!monitor->breakpoints.hit.number || !breakpoint_take_hit(&monitor->breakpoints, &met, &hit))
        return false;
    if (met.kind >= BREAK_WRITE && met.kind <= BREAK_PHYSICAL)
        write_watch(&met, &hit, out);
    else
        write_event(&met, &hit, out);
    return true;
}

void write_stop_reason(struct monitor *monitor, struct text_out *out)
{
    struct breakpoint met;
    struct breakpoint_hit hit;
    if (!write_hit(monitor, out) && breakpoint_take_hit(&monitor->breakpoints, &met, &hit))
        write_event(&met, &hit, out);
}
