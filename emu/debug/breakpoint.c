#include "debug/breakpoint.h"

#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/expression.h"

#include <string.h>

/* ---- what the hooks see ---- */

static bool is_watch(enum breakpoint_kind kind)
{
    return kind >= BREAK_WRITE && kind <= BREAK_PHYSICAL;
}

static bool condition_holds(const struct breakpoints *set, const struct breakpoint *breakpoint,
                            struct error *error)
{
    struct expression_scope scope = {set->cpu, set->symbols};
    struct expression_value value;
    const char *text = breakpoint->condition;
    if (!*text)
        return true;
    if (!expression_evaluate(&scope, &text, &value, error))
        return true; /* stopping too often shows what is wrong */
    return value.value != 0;
}

static bool stops_here(void *context, u32 linear)
{
    struct breakpoints *set = context;
    struct error error;
    const struct breakpoint *breakpoint = breakpoint_at(set, linear);
    return breakpoint && condition_holds(set, breakpoint, &error);
}

static void ask_for_stop(struct breakpoints *set, const struct breakpoint *breakpoint, u32 address,
                         u32 size, bool write)
{
    if (set->hit.number == 0)
        set->hit = (struct breakpoint_hit){
            .number = breakpoint->number, .address = address, .size = size, .write = write};
    cpu_request_stop(set->cpu);
}

static bool overlap(u32 first, u32 length, u32 address, u32 size)
{
    return address - first < length || first - address < size;
}

/* The address in the space that the watch is kept in; false when it is of no interest. */
static bool place_of(const struct breakpoints *set, const struct breakpoint *breakpoint, u32 linear,
                     u32 *address)
{
    struct access access = {ACCESS_READ, 1, false};
    struct translation result;
    *address = linear;
    if (breakpoint->kind != BREAK_PHYSICAL)
        return true;
    bool valid = translate_linear(set->cpu, linear, &access, true, NULL, NULL, &result);
    *address = result.physical;
    return valid;
}

static bool wants(const struct breakpoint *breakpoint, bool write)
{
    static const struct {
        bool read, write;
    } wanted[BREAK_KINDS] = {[BREAK_WRITE] = {false, true},
                             [BREAK_READ] = {true, false},
                             [BREAK_ACCESS] = {true, true},
                             [BREAK_PHYSICAL] = {false, true}};
    return breakpoint->enabled &&
           (write ? wanted[breakpoint->kind].write : wanted[breakpoint->kind].read);
}

static void see_access(void *context, u32 linear, u32 size, bool write)
{
    struct breakpoints *set = context;
    for (u32 i = 0; i < set->count; i++) {
        const struct breakpoint *breakpoint = &set->list[i];
        u32 address;
        if (wants(breakpoint, write) && place_of(set, breakpoint, linear, &address) &&
            overlap(breakpoint->address, breakpoint->length, address, size))
            ask_for_stop(set, breakpoint, address, size, write);
    }
}

static void see_event(void *context, enum cpu_event event, u32 value)
{
    static const enum breakpoint_kind kinds[] = {
        [CPU_EVENT_INT] = BREAK_INTERRUPT, [CPU_EVENT_INTERRUPT] = BREAK_INTERRUPT,
        [CPU_EVENT_FAULT] = BREAK_FAULT,   [CPU_EVENT_TASK] = BREAK_TASK,
        [CPU_EVENT_CR3] = BREAK_CR3,       [CPU_EVENT_MODE] = BREAK_MODE};
    struct breakpoints *set = context;
    for (u32 i = 0; i < set->count; i++) {
        const struct breakpoint *breakpoint = &set->list[i];
        if (breakpoint->enabled && breakpoint->kind == kinds[event] &&
            (breakpoint->address == BREAKPOINT_EVERY || breakpoint->address == value))
            ask_for_stop(set, breakpoint, value, 0, false);
    }
}

static void see_port(void *context, u16 port, unsigned size, bool write)
{
    struct breakpoints *set = context;
    for (u32 i = 0; i < set->count; i++) {
        const struct breakpoint *breakpoint = &set->list[i];
        if (breakpoint->enabled && breakpoint->kind == BREAK_PORT &&
            (breakpoint->address == BREAKPOINT_EVERY ||
             overlap(breakpoint->address, 1, port, size)))
            ask_for_stop(set, breakpoint, port, size, write);
    }
}

/* ---- arming ---- */

static bool any_enabled(const struct breakpoints *set, enum breakpoint_kind first,
                        enum breakpoint_kind last)
{
    for (u32 i = 0; i < set->count; i++)
        if (set->list[i].enabled && set->list[i].kind >= first && set->list[i].kind <= last)
            return true;
    return false;
}

/* Gives the CPU what is enabled; without `code`, no addresses of instructions. */
static void arm(struct breakpoints *set, bool code)
{
    struct cpu *cpu = set->cpu;
    u32 count = 0;
    bool ports = any_enabled(set, BREAK_PORT, BREAK_PORT);
    struct cpu_hooks hooks = {
        .breakpoint = code ? stops_here : NULL,
        .context = set,
        .access = any_enabled(set, BREAK_WRITE, BREAK_PHYSICAL) ? see_access : NULL,
        .event = any_enabled(set, BREAK_INTERRUPT, BREAK_MODE) ? see_event : NULL};
    cpu_set_hooks(cpu, &hooks);
    cpu->ports->watch = ports ? see_port : NULL;
    cpu->ports->watch_context = set;
    for (u32 i = 0; code && i < set->count; i++)
        if (set->list[i].enabled && set->list[i].kind == BREAK_CODE)
            set->addresses[count++] = set->list[i].address;
    cpu_set_breakpoints(cpu, set->addresses, count);
}

void breakpoints_arm(struct breakpoints *set)
{
    arm(set, true);
}

void breakpoints_init(struct breakpoints *set, struct cpu *cpu, const struct symbols *symbols)
{
    *set = (struct breakpoints){.cpu = cpu, .symbols = symbols};
}

/* ---- the list ---- */

/* Up to four bytes of what is watched, as a number. */
static u32 watched_value(const struct breakpoints *set, const struct breakpoint *breakpoint)
{
    u8 bytes[4] = {0};
    u32 length = breakpoint->length < 4 ? breakpoint->length : 4;
    if (breakpoint->kind == BREAK_PHYSICAL)
        memory_peek(set->cpu->memory, breakpoint->address, bytes, length);
    else if (is_watch(breakpoint->kind))
        translate_peek(set->cpu, breakpoint->address, bytes, length);
    return load_le32(bytes);
}

static bool condition_is_sound(struct breakpoints *set, const struct breakpoint *wanted,
                               struct error *error)
{
    struct expression_scope scope = {set->cpu, set->symbols};
    struct expression_value value;
    const char *text = wanted->condition;
    if (!*text)
        return true;
    if (!expression_evaluate(&scope, &text, &value, error))
        return false;
    return !*text || error_set(error, "'%s': expected the end of the condition", text);
}

struct breakpoint *breakpoint_add(struct breakpoints *set, const struct breakpoint *wanted,
                                  struct error *error)
{
    if (set->count == BREAKPOINTS_MAX) {
        error_set(error, "there are %u breakpoints already: delete one", BREAKPOINTS_MAX);
        return NULL;
    }
    if (!condition_is_sound(set, wanted, error))
        return NULL;
    struct breakpoint *breakpoint = &set->list[set->count++];
    *breakpoint = *wanted;
    breakpoint->number = ++set->last_number;
    breakpoint->enabled = true;
    breakpoint->value = watched_value(set, breakpoint);
    arm(set, true);
    return breakpoint;
}

struct breakpoint *breakpoint_numbered(struct breakpoints *set, u32 number)
{
    for (u32 i = 0; i < set->count; i++)
        if (set->list[i].number == number)
            return &set->list[i];
    return NULL;
}

bool breakpoint_delete(struct breakpoints *set, u32 number)
{
    struct breakpoint *breakpoint = breakpoint_numbered(set, number);
    if (!breakpoint)
        return false;
    struct breakpoint *end = set->list + set->count;
    memmove(breakpoint, breakpoint + 1, (size_t)(end - breakpoint - 1) * sizeof *breakpoint);
    set->count--;
    arm(set, true);
    return true;
}

bool breakpoint_enable(struct breakpoints *set, u32 number, bool enabled)
{
    struct breakpoint *breakpoint = breakpoint_numbered(set, number);
    if (!breakpoint)
        return false;
    breakpoint->enabled = enabled;
    arm(set, true);
    return true;
}

void breakpoint_delete_all(struct breakpoints *set)
{
    set->count = 0;
    arm(set, true);
}

void breakpoint_delete_owned(struct breakpoints *set, enum breakpoint_owner owner)
{
    u32 kept = 0;
    for (u32 i = 0; i < set->count; i++)
        if (set->list[i].owner != owner)
            set->list[kept++] = set->list[i];
    set->count = kept;
    arm(set, true);
}

struct breakpoint *breakpoint_at(struct breakpoints *set, u32 linear)
{
    for (u32 i = 0; i < set->count; i++)
        if (set->list[i].enabled && set->list[i].kind == BREAK_CODE &&
            set->list[i].address == linear)
            return &set->list[i];
    return NULL;
}

/* ---- stops ---- */

bool breakpoint_take_hit(struct breakpoints *set, struct breakpoint *met,
                         struct breakpoint_hit *hit)
{
    struct breakpoint *breakpoint = breakpoint_numbered(set, set->hit.number);
    *hit = set->hit;
    set->hit = (struct breakpoint_hit){0};
    if (!breakpoint)
        breakpoint = breakpoint_at(set, cpu_linear_eip(set->cpu));
    if (!breakpoint)
        return false;
    breakpoint->hits++;
    *met = *breakpoint;
    breakpoint->value = hit->value = watched_value(set, breakpoint);
    if (met->temporary)
        breakpoint_delete(set, met->number);
    return true;
}

void breakpoints_begin_anew(struct breakpoints *set)
{
    set->hit = (struct breakpoint_hit){0};
    for (u32 i = 0; i < set->count; i++)
        set->list[i].value = watched_value(set, &set->list[i]);
}

enum machine_stop breakpoint_step(struct breakpoints *set, struct machine *machine)
{
    const struct clock *clock = &machine->clock;
    enum machine_stop stop;
    arm(set, false);
    do {
        u64 next = clock->now + 1;
        if (machine->cpu.halted && clock->next != CLOCK_NEVER && clock->next > next)
            next = clock->next + 1;
        stop = machine_run(machine, next);
    } while (stop == MACHINE_STOP_TIME && machine->cpu.halted && clock->next != CLOCK_NEVER);
    arm(set, true);
    return stop;
}

/* ---- words ---- */

static const char *const kind_words[BREAK_KINDS] = {
    [BREAK_CODE] = "linear",
    [BREAK_WRITE] = "write to linear",
    [BREAK_READ] = "read of linear",
    [BREAK_ACCESS] = "access to linear",
    [BREAK_PHYSICAL] = "write to physical",
    [BREAK_PORT] = "access to port",
    [BREAK_INTERRUPT] = "interrupt",
    [BREAK_FAULT] = "exception",
    [BREAK_TASK] = "task switch",
    [BREAK_CR3] = "load of CR3",
    [BREAK_MODE] = "change of CR0.PE or PG",
};

void breakpoint_describe(const struct breakpoint *breakpoint, struct text_out *out)
{
    text_out_string(out, kind_words[breakpoint->kind]);
    if (breakpoint->kind <= BREAK_PHYSICAL)
        text_out_format(out, " %08x", breakpoint->address);
    else if (breakpoint->kind <= BREAK_FAULT && breakpoint->address == BREAKPOINT_EVERY)
        text_out_string(out, ", any");
    else if (breakpoint->kind <= BREAK_FAULT)
        text_out_format(out, " %02xh", breakpoint->address);
    if (is_watch(breakpoint->kind))
        text_out_format(out, ", %u byte%s", breakpoint->length, breakpoint->length == 1 ? "" : "s");
    if (breakpoint->condition[0])
        text_out_format(out, " if %s", breakpoint->condition);
}
