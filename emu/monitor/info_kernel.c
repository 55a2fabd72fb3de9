#include "cpu/fault.h"
#include "debug/describe.h"
#include "debug/guest_frames.h"
#include "monitor/command.h"

#include <stdlib.h>
#include <string.h>

/* The guest kernel's own tables (debug/guest_kernel.h): shown where its symbols name them. */

struct guest_kernel kernel_of(const struct call *call)
{
    return (struct guest_kernel){&call->monitor->machine->memory, &call->monitor->symbols};
}

static bool set_unknown(struct call *call, const char *what)
{
    return error_set(call->error, "the loaded symbols name no %s: nothing is known of it", what);
}

enum monitor_result kernel_unknown(struct call *call, const char *what)
{
    set_unknown(call, what);
    return command_failed(call);
}

/* ---- zones ---- */

static void write_zone(struct call *call, const struct guest_zone *zone)
{
    put_row(call, "zones");
    put(call, "first", "  %08x", zone->first);
    put(call, "last", "-%08x", zone->end - 1);
    put(call, "kb", " %6u KB", (zone->end - zone->first + 1023) / 1024);
    put(call, "name", "  %s\n", zone->name);
}

static void write_buffers(struct call *call, const struct guest_kernel *kernel)
{
    struct guest_buffers buffers;
    if (!guest_buffers(kernel, &buffers)) {
        text_out_string(call->out, "no buffers yet\n");
        return;
    }
    text_out_format(call->out,
                    "%u buffers: heads %08x-%08x, data %08x-%08x; %u hold a block, %u are dirty, "
                    "%u in use now\n",
                    buffers.count, buffers.heads_first, buffers.heads_end - 1, buffers.data_first,
                    buffers.data_end - 1, buffers.used, buffers.dirty, buffers.held);
    text_out_format(
        call->out, "check: %u buffers with data in a0000-fffff, %u outside the cache: %s\n",
        buffers.in_video, buffers.outside, buffers.in_video || buffers.outside ? "WRONG" : "ok");
}

static void write_kernel_tables(struct call *call)
{
    static const char *const names[] = {"pg_dir", "pg0", "idt", "gdt", "task", "mem_map", "end"};
    struct guest_kernel kernel = kernel_of(call);
    text_out_string(call->out, "kernel symbols:");
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        u32 address;
        if (guest_symbol(&kernel, names[i], &address))
            text_out_format(call->out, " %s %08x", names[i], address);
    }
    text_out_string(call->out, "\n");
}

enum monitor_result info_zones(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_zone zones[GUEST_ZONES_MAX];
    u32 count = guest_zones(&kernel, zones);
    if (count == 0)
        return kernel_unknown(call,
                              "zones (end, buffer_memory_end, main_memory_start, HIGH_MEMORY)");
    for (u32 i = 0; i < count; i++)
        write_zone(call, &zones[i]);
    write_kernel_tables(call);
    write_buffers(call, &kernel);
    return MONITOR_OK;
}

/* ---- slots and tasks ---- */

static void task_name(const struct guest_kernel *kernel, u32 task, char name[17])
{
    memory_peek(kernel->memory, task + guest_task_fields[0].offset, name, 16);
    name[16] = 0;
    for (char *c = name; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

static u32 task_field(const struct guest_kernel *kernel, u32 task, const char *name)
{
    for (u32 i = 0; i < guest_task_field_count; i++)
        if (strcmp(guest_task_fields[i].name, name) == 0)
            return guest_read(kernel, task + guest_task_fields[i].offset,
                              guest_task_fields[i].size);
    return 0;
}

static void write_slot(struct call *call, const struct guest_kernel *kernel,
                       const struct guest_slot *slot)
{
    char name[17];
    task_name(kernel, slot->task, name);
    put_row(call, "slots");
    put(call, "slot", "  %2u", slot->number);
    put(call, "pid", " %5u", task_field(kernel, slot->task, "pid"));
    put(call, "base", " %08x", slot->base);
    put(call, "last", "-%08x", slot->base + slot->limit);
    put(call, "first_entry", " [%4u", slot->first);
    put(call, "last_entry", "..%4u]", slot->first + slot->count - 1);
    put(call, "tables", " %4u", slot->tables);
    put(call, "pages", " %6u", slot->pages);
    put(call, "read_only", " %9u", slot->read_only);
    put(call, "shared", " %6u", slot->shared);
    put(call, "swapped", " %7u", slot->swapped);
    put(call, "name", "  %s\n", name);
}

enum monitor_result info_slots(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_slot slot;
    u32 array, used = 0;
    if (!guest_symbol(&kernel, "task", &array))
        return kernel_unknown(call, "array of tasks (task)");
    text_out_string(call->out, "slot  pid linear            directory    tables pages read-only "
                               "shared swapped  name\n");
    for (u32 number = 0; number < GUEST_SLOTS; number++)
        if (guest_slot_read(&kernel, number, &slot)) {
            write_slot(call, &kernel, &slot);
            used++;
        }
    put_top(call);
    put(call, "used", "%u of %u slots in use\n", used, GUEST_SLOTS);
    return MONITOR_OK;
}

bool kernel_slot(struct call *call, u32 number, struct guest_slot *slot)
{
    struct guest_kernel kernel = kernel_of(call);
    u32 array;
    if (guest_slot_read(&kernel, number, slot))
        return true;
    if (!guest_symbol(&kernel, "task", &array))
        set_unknown(call, "array of tasks (task)");
    else if (number >= GUEST_SLOTS)
        error_set(call->error, "there are slots 0 to %u", GUEST_SLOTS - 1);
    else
        error_set(call->error, "slot %u is empty; 'info slots' lists the tasks", number);
    return false;
}

static bool slot_of_pid(struct call *call, u32 pid, struct guest_slot *slot)
{
    struct guest_kernel kernel = kernel_of(call);
    u32 array;
    if (!guest_symbol(&kernel, "task", &array))
        return set_unknown(call, "array of tasks (task)");
    for (u32 number = 0; number < GUEST_SLOTS; number++)
        if (guest_slot_read(&kernel, number, slot) && task_field(&kernel, slot->task, "pid") == pid)
            return true;
    return error_set(call->error, "no task has pid %u; 'info slots' lists the tasks", pid);
}

static u32 running_slot(const struct call *call)
{
    u32 selector = call->cpu->tr.selector;
    return selector >= 0x20 ? (selector - 0x20) / 16 : 0;
}

bool kernel_named_slot(struct call *call, enum kernel_name bare, struct guest_slot *slot)
{
    const struct command_argument *argument = &call->arguments[0];
    const char *text = argument->text;
    struct expression_value number;
    if (!argument->given)
        return kernel_slot(call, running_slot(call), slot);
    if (strncmp(text, "task ", 5) == 0)
        bare = KERNEL_SLOT;
    else if (strncmp(text, "pid ", 4) == 0)
        bare = KERNEL_PID;
    text += strncmp(text, "task ", 5) == 0 ? 5 : strncmp(text, "pid ", 4) == 0 ? 4 : 0;
    if (!expression_of(call, text, &number))
        return false;
    return bare == KERNEL_PID ? slot_of_pid(call, number.value, slot)
                              : kernel_slot(call, number.value, slot);
}

static void write_field(struct call *call, const struct guest_kernel *kernel, u32 task,
                        const struct guest_task_field *field)
{
    char name[17];
    if (field->how == 's') {
        task_name(kernel, task, name);
        text_out_format(call->out, "  %-12s ", field->name);
        put(call, field->name, "%-10s", name);
        return;
    }
    u32 value = guest_read(kernel, task + field->offset, field->size);
    text_out_format(call->out, "  %-12s ", field->name);
    if (field->how == 'd')
        put(call, field->name, "%-10d", (int)value);
    else
        put(call, field->name, "%08x  ", value);
}

enum { TASK_LDT = 920, TASK_TSS = 944 };

static void write_task_tables(struct call *call, const struct guest_kernel *kernel,
                              const struct guest_slot *slot)
{
    u32 tss = slot->task + TASK_TSS;
    text_out_format(call->out, "\nTSS %08x (selector %04x): esp0 %04x:%08x cr3 %08x eip %04x:%08x ",
                    tss, 0x20 + slot->number * 16, guest_read(kernel, tss + 8, 2),
                    guest_read(kernel, tss + 4, 4), guest_read(kernel, tss + 28, 4),
                    guest_read(kernel, tss + 76, 2), guest_read(kernel, tss + 32, 4));
    write_symbol(call, guest_read(kernel, tss + 32, 4));
    text_out_format(call->out, " esp %04x:%08x\n", guest_read(kernel, tss + 80, 2),
                    guest_read(kernel, tss + 56, 4));
    text_out_format(call->out, "LDT %08x (selector %04x):\n", slot->task + TASK_LDT,
                    0x28 + slot->number * 16);
    for (u32 i = 1; i < 3; i++) {
        u32 at = slot->task + TASK_LDT + i * 8;
        u64 value = (u64)guest_read(kernel, at + 4, 4) << 32 | guest_read(kernel, at, 4);
        struct descriptor_fields fields = descriptor_decode(value);
        text_out_format(call->out, "  %04x: base=%08x limit=%08x ", i * 8 + 7, fields.base,
                        fields.limit);
        describe_descriptor(call->out, &fields);
        text_out_string(call->out, "\n");
    }
}

enum monitor_result info_task(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_slot slot;
    if (!kernel_named_slot(call, KERNEL_SLOT, &slot))
        return command_failed(call);
    put(call, "slot", "task %u", slot.number);
    put(call, "task_struct", ": task_struct at %08x ", slot.task);
    note(call->monitor, "base", "%u", slot.base);
    note(call->monitor, "segment_limit", "%u", slot.limit);
    note(call->monitor, "pages", "%u", slot.pages);
    note(call->monitor, "swapped", "%u", slot.swapped);
    write_symbol(call, slot.task);
    text_out_string(call->out, "\n");
    for (u32 i = 0; i < guest_task_field_count; i++) {
        write_field(call, &kernel, slot.task, &guest_task_fields[i]);
        if (i % 4 == 3)
            text_out_string(call->out, "\n");
    }
    write_task_tables(call, &kernel, &slot);
    text_out_format(call->out,
                    "linear %08x-%08x: %u page tables, %u pages (%u read-only, %u with a shared "
                    "frame), %u in swap\n",
                    slot.base, slot.base + slot.limit, slot.tables, slot.pages, slot.read_only,
                    slot.shared, slot.swapped);
    return MONITOR_OK;
}

/* ---- pages of a slot ---- */

struct page_writer {
    struct call *call;
    struct guest_kernel kernel;
    const struct guest_slot *slot;
    u32 table; /* linear address of the table announced last, plus 1 */
};

static void announce_table(struct page_writer *writer, u32 linear)
{
    u32 index = linear >> 22;
    u32 entry = guest_read(&writer->kernel, writer->slot->directory + index * 4, 4);
    if (writer->table == (index << 22) + 1)
        return;
    writer->table = (index << 22) + 1;
    text_out_format(writer->call->out, "  [%4u] %08x-%08x table %08x ", index, index << 22,
                    (index << 22) + 0x3fffff, GUEST_FRAME(entry));
    describe_page_entry(writer->call->out, entry, true);
    text_out_string(writer->call->out, "\n");
}

static void write_page(void *context, u32 linear, u32 entry)
{
    struct page_writer *writer = context;
    struct text_out *out = writer->call->out;
    if (linear - writer->slot->base > writer->slot->limit)
        return;
    announce_table(writer, linear);
    text_out_format(out, "    logical %08x linear %08x -> ", linear - writer->slot->base, linear);
    if (!(entry & GUEST_PAGE_PRESENT)) {
        text_out_format(out, "swap page %u (entry %08x)\n", entry >> 1, entry);
        return;
    }
    text_out_format(out, "%08x ", GUEST_FRAME(entry));
    describe_page_entry(out, entry, false);
    u32 users = guest_frame_users(&writer->kernel, GUEST_FRAME(entry));
    if (users)
        text_out_format(out, "  users %u", users);
    text_out_string(out, "\n");
}

enum monitor_result write_task_pages(struct call *call, u32 number)
{
    struct guest_slot slot;
    if (!kernel_slot(call, number, &slot))
        return command_failed(call);
    struct page_writer writer = {call, kernel_of(call), &slot, 0};
    guest_slot_pages(&writer.kernel, &slot, write_page, &writer);
    text_out_format(call->out, "task %u: %u tables, %u pages present, %u in swap\n", number,
                    slot.tables, slot.pages, slot.swapped);
    return MONITOR_OK;
}

/* ---- the directory by tasks ---- */

static void write_directory_row(struct call *call, const struct guest_kernel *kernel,
                                const struct guest_slot *slot)
{
    text_out_format(call->out, "  %2u  directory %08x entries %4u..%4u in use:", slot->number,
                    slot->directory, slot->first, slot->first + slot->count - 1);
    for (u32 i = slot->first; i < slot->first + slot->count; i++) {
        u32 entry = guest_read(kernel, slot->directory + i * 4, 4);
        if (entry & GUEST_PAGE_PRESENT)
            text_out_format(call->out, " %u=%08x", i, entry);
    }
    text_out_string(call->out, "\n");
}

enum monitor_result write_directory_by_task(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_slot slot;
    u32 array;
    if (!guest_symbol(&kernel, "task", &array))
        return kernel_unknown(call, "array of tasks (task)");
    for (u32 number = 0; number < GUEST_SLOTS; number++)
        if (guest_slot_read(&kernel, number, &slot))
            write_directory_row(call, &kernel, &slot);
    return MONITOR_OK;
}

/* ---- frames ---- */

static void write_frame(struct call *call, u32 number, const struct guest_frame *frame)
{
    text_out_format(call->out, "  %08x count %3u users %3u  %s",
                    GUEST_FRAMES_FIRST + number * PAGE_SIZE, frame->count, frame->users,
                    guest_frame_kind_name((enum guest_frame_kind)frame->kind));
    if (frame->kind == FRAME_PAGE || frame->kind == FRAME_TABLE)
        text_out_format(call->out, " of task %u, linear %08x", frame->slot, frame->linear);
    else if (frame->kind == FRAME_TASK || frame->kind == FRAME_DIRECTORY)
        text_out_format(call->out, " of task %u", frame->slot);
    text_out_string(call->out, "\n");
}

static void write_frame_totals(struct call *call, const struct guest_frames *frames)
{
    u32 totals[FRAME_KINDS] = {0}, shared = 0;
    for (u32 i = 0; i < frames->count; i++) {
        totals[frames->frame[i].kind]++;
        shared += frames->frame[i].kind != FRAME_RESERVED && frames->frame[i].count > 1;
    }
    for (u32 kind = 0; kind < FRAME_KINDS; kind++)
        if (totals[kind])
            text_out_format(call->out, "  %5u %s\n", totals[kind],
                            guest_frame_kind_name((enum guest_frame_kind)kind));
    text_out_format(call->out, "%u frames from %08x on, %u with several users\n", frames->count,
                    GUEST_FRAMES_FIRST, shared);
    text_out_format(call->out,
                    "check: %u frames with more users than counted, %u held by a call under way or "
                    "lost, %u pages in swap that its bitmap calls free: %s\n",
                    frames->overused, frames->loose, frames->swap_unmarked,
                    frames->overused || frames->swap_unmarked ? "WRONG" : "ok");
}

static enum monitor_result write_frames(struct call *call, const struct guest_frames *frames)
{
    const struct command_argument *which = &call->arguments[0];
    u32 number = (which->value.value - GUEST_FRAMES_FIRST) >> PAGE_SHIFT;
    if (!which->given) {
        write_frame_totals(call, frames);
        for (u32 i = 0; i < frames->count; i++)
            if (frames->frame[i].count != frames->frame[i].users &&
                frames->frame[i].kind != FRAME_RESERVED)
                write_frame(call, i, &frames->frame[i]);
        return MONITOR_OK;
    }
    if (which->value.value < GUEST_FRAMES_FIRST || number >= frames->count) {
        error_set(call->error, "%08x is in no frame that the kernel counts (%08x-%08x)",
                  which->value.value, GUEST_FRAMES_FIRST,
                  GUEST_FRAMES_FIRST + frames->count * PAGE_SIZE - 1);
        return command_failed(call);
    }
    write_frame(call, number, &frames->frame[number]);
    return MONITOR_OK;
}

enum monitor_result info_frames(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_frames *frames = malloc(sizeof *frames);
    enum monitor_result result;
    if (!frames) {
        error_set(call->error, "out of memory");
        return command_failed(call);
    }
    if (guest_frames_read(&kernel, frames))
        result = write_frames(call, frames);
    else
        result = kernel_unknown(call, "count of frames (mem_map, pg_dir, HIGH_MEMORY)");
    free(frames);
    return result;
}

/* ---- swap and counters ---- */

enum monitor_result info_swap(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_swap swap;
    if (!guest_swap(&kernel, &swap))
        return kernel_unknown(call, "swap space (SWAP_DEV, swap_bitmap, swap_size)");
    if (!swap.active) {
        text_out_format(call->out, "swap device %04x: not in use\n", swap.device);
        return MONITOR_OK;
    }
    text_out_format(
        call->out, "swap device %04x: %u pages, %u taken, %u free; %u read, %u written\n",
        swap.device, swap.pages, swap.pages - swap.free, swap.free, swap.ins, swap.outs);
    return MONITOR_OK;
}

static void write_value(struct call *call, const char *name, const char *what)
{
    struct guest_kernel kernel = kernel_of(call);
    u32 value;
    if (guest_value(&kernel, name, &value))
        put(call, name, "  %10u %s\n", value, what);
}

enum monitor_result info_stats(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_slot slot;
    u32 minor = 0, major = 0;
    put(call, "interrupts", "  %10u exceptions and interrupts, as the processor counts\n",
        call->cpu->fault_count);
    write_value(call, "jiffies", "ticks of the kernel's clock");
    write_value(call, "context_switches", "task switches");
    write_value(call, "swap_ins", "pages read from swap");
    write_value(call, "swap_outs", "pages written to swap");
    for (u32 number = 0; number < GUEST_SLOTS; number++) {
        if (!guest_slot_read(&kernel, number, &slot))
            continue;
        minor += task_field(&kernel, slot.task, "min_flt");
        major += task_field(&kernel, slot.task, "maj_flt");
    }
    put(call, "minor_faults", "  %10u page faults served from memory", minor);
    put(call, "major_faults", ", %u from a device (of the tasks alive)\n", major);
    return MONITOR_OK;
}
