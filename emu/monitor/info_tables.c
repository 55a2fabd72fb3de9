#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/describe.h"
#include "debug/guest.h"
#include "monitor/command.h"

#include <string.h>

static void write_descriptor_row(struct call *call, const char *label, u32 number, u64 descriptor)
{
    struct descriptor_fields fields = descriptor_decode(descriptor);
    put_row(call, "entries");
    text_out_format(call->out, "%s ", label);
    put(call, "number", "%04x: ", number);
    put(call, "low", "%08x", (u32)descriptor);
    put(call, "high", " %08x ", (u32)(descriptor >> 32));
    if (!fields.gate) {
        put(call, "base", "base=%08x", fields.base);
        put(call, "limit", " limit=%08x ", fields.limit);
    } else {
        note(call->monitor, "selector", "%u", fields.selector);
        note(call->monitor, "offset", "%u", fields.offset);
    }
    note(call->monitor, "type", "%s", descriptor_type_name(&fields));
    note(call->monitor, "dpl", "%u", fields.dpl);
    note(call->monitor, "present", "%u", fields.present);
    size_t mark = call->out->length;
    describe_descriptor(call->out, &fields);
    note_since(call, "kind", mark);
    text_out_string(call->out, "\n");
}

/* Rows of a table at linear `base`; equal rows in a run are shown once, empty ones not at all. */
struct table_view {
    const char *label;
    u32 base, limit;
    u32 step; /* what one row adds to the number shown: 8 for selectors, 1 for vectors */
    u32 tag;  /* added to the number: the TI bit */
};

static bool read_row(const struct cpu *cpu, const struct table_view *view, u32 row, u64 *descriptor)
{
    u8 bytes[8];
    if (row * 8 + 7 > view->limit || !translate_peek(cpu, view->base + row * 8, bytes, 8))
        return false;
    *descriptor = load_le64(bytes);
    return true;
}

/* The entry before stands there `run` times more. */
static void write_repeats(struct call *call, u32 run)
{
    if (run > 0)
        put(call, "repeated", "  ... and %u more like it\n", run);
}

static void write_table(struct call *call, const struct table_view *view)
{
    u32 rows = (view->limit + 1) / 8, shown = 0, run = 0;
    u64 descriptor, previous = 0;
    put(call, "table", "%s", view->label);
    put(call, "base", ": base %08x", view->base);
    put(call, "limit", ", limit %04x", view->limit);
    put(call, "count", ", %u entries\n", rows);
    for (u32 row = 0; row < rows && read_row(call->cpu, view, row, &descriptor); row++) {
        if (descriptor == previous) {
            run += descriptor != 0;
            continue;
        }
        write_repeats(call, run);
        run = 0;
        previous = descriptor;
        if (descriptor == 0)
            continue;
        write_descriptor_row(call, " ", row * view->step + view->tag, descriptor);
        shown++;
    }
    write_repeats(call, run);
    if (shown == 0)
        text_out_string(call->out, "  every entry is empty\n");
}

static enum monitor_result show_table(struct call *call, const struct table_view *view)
{
    const struct command_argument *argument = &call->arguments[0];
    if (!argument->given) {
        write_table(call, view);
        return MONITOR_OK;
    }
    u32 number = argument->value.value;
    u64 descriptor;
    if (!read_row(call->cpu, view, number / view->step, &descriptor)) {
        error_set(call->error, "%s: %04x lies beyond its limit %04x", view->label, number,
                  view->limit);
        return command_failed(call);
    }
    write_descriptor_row(call, view->label, number, descriptor);
    return MONITOR_OK;
}

static enum monitor_result not_in_real_mode(struct call *call, const char *what)
{
    error_set(call->error, "the processor is in real mode: it has no %s", what);
    return command_failed(call);
}

/* How many descriptors of each kind, and how many TSS and LDT pairs would fit behind the first four
   entries (S24, S25). */
static void summarise(struct call *call, const struct table_view *view)
{
    u32 code = 0, data = 0, tss = 0, ldt = 0, other = 0, rings[4] = {0};
    u32 rows = (view->limit + 1) / 8;
    u64 descriptor;
    for (u32 row = 1; row < rows && read_row(call->cpu, view, row, &descriptor); row++) {
        struct descriptor_fields fields = descriptor_decode(descriptor);
        if (descriptor == 0)
            continue;
        rings[fields.dpl]++;
        code += !fields.system && fields.type >= 8;
        data += !fields.system && fields.type < 8;
        tss += fields.system && (fields.type & ~2u) == 9;
        ldt += fields.system && fields.type == 2;
        other += fields.gate;
    }
    text_out_format(call->out,
                    "%s: base %08x, limit %04x, %u entries: %u code, %u data, %u TSS, %u LDT, %u "
                    "gates, %u empty\n",
                    view->label, view->base, view->limit, rows, code, data, tss, ldt, other,
                    rows - code - data - tss - ldt - other);
    text_out_format(call->out, "DPL 0: %u, DPL 1: %u, DPL 2: %u, DPL 3: %u\n", rings[0], rings[1],
                    rings[2], rings[3]);
    text_out_format(call->out,
                    "%u pairs of TSS and LDT would fit behind entries 0 to 3: (%u - 4) / 2\n",
                    rows < 4 ? 0 : (rows - 4) / 2, rows);
}

enum monitor_result info_gdt(struct call *call)
{
    const struct table_register *gdtr = &call->cpu->gdtr;
    struct command_argument *argument = &call->arguments[0];
    if (argument->given && strcmp(argument->text, "summary") == 0) {
        summarise(call, &(struct table_view){"GDT", gdtr->base, gdtr->limit, 8, 0});
        return MONITOR_OK;
    }
    if (argument->given && !expression_of(call, argument->text, &argument->value))
        return command_failed(call);
    return show_table(call, &(struct table_view){"GDT", gdtr->base, gdtr->limit, 8, 0});
}

/* The LDT selector that "SELECTOR" or "task SLOT" means: slot n's pair begins at GDT entry 4 + 2n
   (S24). */
static bool ldt_selector(struct call *call, u32 *selector)
{
    struct expression_value value;
    struct guest_slot slot;
    const char *text = call->arguments[0].text;
    bool task = strncmp(text, "task ", 5) == 0;
    if (!expression_of(call, text + (task ? 5 : 0), &value) ||
        (task && !kernel_slot(call, value.value, &slot)))
        return false;
    *selector = task ? 0x28 + slot.number * 16 : value.value;
    return true;
}

enum monitor_result info_ldt(struct call *call)
{
    struct table_view view = {"LDT", call->cpu->ldtr.base, call->cpu->ldtr.limit, 8, 4};
    if (call->arguments[0].given) {
        u64 descriptor;
        u32 address, selector;
        if (!ldt_selector(call, &selector))
            return command_failed(call);
        if (!translate_descriptor(call->cpu, (u16)selector, &descriptor, &address))
            return error_set(call->error, "selector %04x lies beyond the GDT", selector),
                   command_failed(call);
        struct descriptor_fields fields = descriptor_decode(descriptor);
        if (!fields.system || fields.type != 2)
            return error_set(call->error, "selector %04x is no LDT but %s", selector,
                             descriptor_type_name(&fields)),
                   command_failed(call);
        view.base = fields.base;
        view.limit = fields.limit;
    } else if (!(call->cpu->ldtr.selector & 0xfffc)) {
        text_out_string(call->out, "LDTR is null: there is no LDT\n");
        return MONITOR_OK;
    }
    put(call, "table", "%s", "LDT");
    put(call, "base", ": base %08x", view.base);
    put(call, "limit", ", limit %04x\n", view.limit);
    for (u32 row = 0; row < (view.limit + 1) / 8; row++) {
        u64 descriptor;
        if (read_row(call->cpu, &view, row, &descriptor))
            write_descriptor_row(call, " ", row * 8 + view.tag, descriptor);
    }
    return MONITOR_OK;
}

static void write_real_vectors(struct call *call)
{
    for (u32 vector = 0; vector < 256; vector++) {
        u8 bytes[4];
        if (!translate_peek(call->cpu, call->cpu->idtr.base + vector * 4, bytes, 4))
            return;
        put_row(call, "entries");
        put(call, "number", "%02x", vector);
        put(call, "segment", "=%04x", load_le16(bytes + 2));
        put(call, "offset", ":%04x", load_le16(bytes));
        text_out_string(call->out, vector % 5 == 4 ? "\n" : "  ");
    }
    text_out_string(call->out, "\n");
}

enum monitor_result info_idt(struct call *call)
{
    const struct table_register *idtr = &call->cpu->idtr;
    if (cpu_protected(call->cpu))
        return show_table(call, &(struct table_view){"IDT", idtr->base, idtr->limit, 1, 0});
    write_real_vectors(call);
    return MONITOR_OK;
}

struct tss_field {
    const char *name;
    u16 offset;
    u8 size;
};
/* PRM figure 7-1. */
static const struct tss_field tss_fields[] = {
    {"back_link", 0, 2}, {"esp0", 4, 4},     {"ss0", 8, 2},  {"esp1", 12, 4}, {"ss1", 16, 2},
    {"esp2", 20, 4},     {"ss2", 24, 2},     {"cr3", 28, 4}, {"eip", 32, 4},  {"eflags", 36, 4},
    {"eax", 40, 4},      {"ecx", 44, 4},     {"edx", 48, 4}, {"ebx", 52, 4},  {"esp", 56, 4},
    {"ebp", 60, 4},      {"esi", 64, 4},     {"edi", 68, 4}, {"es", 72, 2},   {"cs", 76, 2},
    {"ss", 80, 2},       {"ds", 84, 2},      {"fs", 88, 2},  {"gs", 92, 2},   {"ldt", 96, 2},
    {"trap", 100, 2},    {"io_map", 102, 2},
};

enum monitor_result info_tss(struct call *call)
{
    u32 base = call->cpu->tr.base, selector = call->cpu->tr.selector;
    if (!cpu_protected(call->cpu))
        return not_in_real_mode(call, "task state segment");
    if (call->arguments[0].given) {
        u64 descriptor;
        u32 address;
        selector = call->arguments[0].value.value;
        if (!translate_descriptor(call->cpu, (u16)selector, &descriptor, &address)) {
            error_set(call->error, "selector %04x lies beyond the GDT", selector);
            return command_failed(call);
        }
        base = descriptor_decode(descriptor).base;
    }
    put(call, "selector", "TSS %04x", selector);
    put(call, "base", " at linear %08x\n", base);
    for (size_t i = 0; i < ARRAY_COUNT(tss_fields); i++) {
        u8 bytes[4] = {0};
        if (!translate_peek(call->cpu, base + tss_fields[i].offset, bytes, tss_fields[i].size))
            text_out_string(call->out, "  (not mapped)");
        text_out_format(call->out, "  %-9s ", tss_fields[i].name);
        put(call, tss_fields[i].name, "%0*x", tss_fields[i].size * 2, load_le32(bytes));
        text_out_format(call->out, "%*s", i % 4 == 3 ? 0 : 8 - tss_fields[i].size * 2, "");
        text_out_string(call->out, i % 4 == 3 ? "\n" : "");
    }
    text_out_string(call->out, "\n");
    return MONITOR_OK;
}

#define TASKS_SHOWN 128u

static void write_task(struct call *call, const struct guest_task *task)
{
    put_row(call, "tasks");
    note(call->monitor, "current", "%d", task->current);
    put(call, "tss", task->current ? "* %04x" : "  %04x", task->tss_selector);
    put(call, "base", " %08x", task->tss_base);
    note(call->monitor, "busy", "%d", task->busy);
    put(call, "ldt", task->busy ? " busy %04x" : "      %04x", task->ldt_selector);
    put(call, "ldt_base", " %08x", task->ldt_base);
    put(call, "cs", " %04x", task->cs);
    put(call, "eip", ":%08x", task->eip);
    put(call, "esp", " %08x", task->esp);
    put(call, "cr3", " %08x", task->cr3);
    if (task->has_kernel_view) {
        put(call, "pid", "  %5u", task->pid);
        put(call, "father", " %5u", task->father);
        put(call, "state", " %-13s", guest_task_state(task->state));
        put(call, "counter", " %3u", task->counter);
    }
    text_out_string(call->out, "\n");
}

enum monitor_result info_tasks(struct call *call)
{
    struct guest_task tasks[TASKS_SHOWN];
    bool kernel_view = false;
    if (!cpu_protected(call->cpu))
        return not_in_real_mode(call, "tasks");
    u32 count = guest_tasks(call->cpu, &call->monitor->symbols, tasks, TASKS_SHOWN);
    for (u32 i = 0; i < count; i++)
        kernel_view |= tasks[i].has_kernel_view;
    text_out_format(
        call->out, "  tss  base          ldt  base     cs:eip when switched out   esp      cr3%s\n",
        kernel_view ? "         pid  father state     counter" : "");
    for (u32 i = 0; i < count; i++)
        write_task(call, &tasks[i]);
    if (count == 0)
        text_out_string(call->out, "  the GDT describes no TSS\n");
    else if (!kernel_view)
        text_out_string(call->out, "  (no symbols of a kernel whose task array is known: only the "
                                   "hardware's view)\n");
    return MONITOR_OK;
}
