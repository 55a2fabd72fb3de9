#include "base/bits.h"
#include "cpu/fault.h"
#include "cpu/translate.h"
#include "debug/describe.h"
#include "monitor/command.h"

#include <string.h>

/* One line a step; each says which bits mattered and which rule was held. */

static void write_descriptor_step(struct text_out *out, const struct translate_step *step)
{
    u16 selector = step->selector;
    struct descriptor_fields fields = descriptor_decode(step->value);
    text_out_format(out, "selector %04x = index %u, %s, RPL %u\n", selector, selector >> 3,
                    selector & 4 ? "LDT (TI=1)" : "GDT (TI=0)", selector & 3);
    text_out_format(out, "  descriptor at linear %08x: %08x %08x = ", step->address,
                    (u32)step->value, (u32)(step->value >> 32));
    describe_descriptor(out, &fields);
    text_out_string(out, "\n");
}

static void write_segment_step(struct text_out *out, const struct translate_step *step)
{
    text_out_format(out, "segment: base %08x, limit %08x, access %04x\n", step->segment.base,
                    step->segment.limit, step->segment.access);
}

static void write_entry_step(struct text_out *out, const struct translate_step *step, u32 linear,
                             bool directory)
{
    u32 index = directory ? linear >> 22 : linear >> 12 & 0x3ff;
    text_out_format(out, "%s[%u] at physical %08x: %08x = frame %08x, ", directory ? "PDE" : "PTE",
                    index, step->address, (u32)step->value, (u32)step->value & 0xfffff000);
    describe_page_entry(out, (u32)step->value, directory);
    text_out_string(out, "\n");
}

struct observer_state {
    struct call *call;
    u32 linear;
};

static const char *const step_names[] = {[STEP_DESCRIPTOR] = "descriptor",
                                         [STEP_SEGMENT] = "segment",
                                         [STEP_LINEAR] = "linear",
                                         [STEP_TLB] = "tlb",
                                         [STEP_PDE] = "pde",
                                         [STEP_PTE] = "pte",
                                         [STEP_PHYSICAL] = "physical"};

static void note_step(struct call *call, const struct translate_step *step)
{
    struct monitor *monitor = call->monitor;
    put_row(call, "steps");
    note(monitor, "step", "%s", step_names[step->kind]);
    note(monitor, "passed", "%d", step->passed);
    if (step->kind == STEP_DESCRIPTOR || step->kind == STEP_PDE || step->kind == STEP_PTE)
        note(monitor, "address", "%u", step->address);
    if (step->kind == STEP_TLB)
        note(monitor, "hit", "%d", step->tlb_hit);
    else if (step->kind != STEP_SEGMENT)
        note(monitor, "value", "%llu", (unsigned long long)step->value);
    else {
        note(monitor, "base", "%u", step->segment.base);
        note(monitor, "limit", "%u", step->segment.limit);
        note(monitor, "access", "%u", step->segment.access);
    }
    if (step->kind == STEP_DESCRIPTOR)
        note(monitor, "selector", "%u", step->selector);
    if (step->rule)
        note(monitor, "rule", "%s", step->rule);
    if (step->source)
        note(monitor, "source", "%s", step->source);
}

static void write_step(void *context, const struct translate_step *step)
{
    struct observer_state *state = context;
    struct text_out *out = state->call->out;
    note_step(state->call, step);
    switch (step->kind) {
    case STEP_DESCRIPTOR:
        write_descriptor_step(out, step);
        break;
    case STEP_SEGMENT:
        write_segment_step(out, step);
        break;
    case STEP_LINEAR:
        state->linear = (u32)step->value;
        text_out_format(out, "linear %08x = directory %u, table %u, offset %03x\n", state->linear,
                        state->linear >> 22, state->linear >> 12 & 0x3ff, state->linear & 0xfff);
        break;
    case STEP_TLB:
        text_out_format(out, "TLB: %s\n",
                        step->tlb_hit ? "hit, the CPU would not look at the tables" : "miss");
        break;
    case STEP_PDE:
    case STEP_PTE:
        write_entry_step(out, step, state->linear, step->kind == STEP_PDE);
        break;
    case STEP_PHYSICAL:
        text_out_format(out, "physical %08x\n", (u32)step->value);
        break;
    }
    if (!step->passed)
        text_out_format(out, "  FAILS: %s (%s): %s\n", step->rule ? step->rule : "?",
                        step->source ? step->source : "?", fault_mnemonic(step->fault.vector));
}

static void write_verdict(struct call *call, const struct translation *result)
{
    u8 bytes[4];
    put_top(call);
    if (!result->valid) {
        put(call, "fault", "verdict: %s", fault_mnemonic(result->fault.vector));
        put(call, "error", "(%04x), ", result->fault.error);
        text_out_format(call->out, "%s\n", fault_name(result->fault.vector));
        return;
    }
    note(call->monitor, "linear", "%u", result->linear);
    note(call->monitor, "physical", "%u", result->physical);
    memory_peek(&call->monitor->machine->memory, result->physical, bytes, sizeof bytes);
    text_out_format(call->out, "bytes there: %02x %02x %02x %02x (dword %08x)\n", bytes[0],
                    bytes[1], bytes[2], bytes[3], load_le32(bytes));
}

static struct access reading(const struct cpu *cpu)
{
    return (struct access){ACCESS_READ, 1, cpu->cpl == 3};
}

/* ---- an address of a task that may not be running: its data segment, its directory ---- */

/* One entry of the directory or of a table; false when it is not present. */
static bool step_entry(struct observer_state *state, enum translate_step_kind kind, u32 table,
                       u32 index, u32 *frame)
{
    struct guest_kernel kernel = kernel_of(state->call);
    struct translate_step step = {.kind = kind, .address = table + index * 4, .passed = true};
    u32 entry = guest_read(&kernel, step.address, 4);
    step.value = entry;
    write_step(state, &step);
    *frame = GUEST_FRAME(entry);
    if (entry & GUEST_PAGE_PRESENT)
        return true;
    if (kind == STEP_PTE && entry)
        text_out_format(state->call->out, "verdict: not present, page %u of the swap space\n",
                        entry >> 1);
    else
        text_out_string(state->call->out, "verdict: not present, a page fault would fetch it\n");
    return false;
}

static void translate_in_slot(struct call *call, const struct guest_slot *slot, u32 offset)
{
    struct observer_state state = {call, slot->base + offset};
    u32 linear = slot->base + offset, table, frame;
    text_out_format(call->out, "logical 0017:%08x of task %u\nsegment: base %08x, limit %08x\n",
                    offset, slot->number, slot->base, slot->limit);
    if (offset > slot->limit) {
        text_out_string(call->out, "verdict: #GP(0000), offset > limit (PRM 6.3.1)\n");
        return;
    }
    write_step(&state,
               &(struct translate_step){.kind = STEP_LINEAR, .value = linear, .passed = true});
    if (!step_entry(&state, STEP_PDE, slot->directory, linear >> 22, &table) ||
        !step_entry(&state, STEP_PTE, table, linear >> PAGE_SHIFT & 0x3ff, &frame))
        return;
    u32 physical = frame | (linear & PAGE_OFFSET_MASK);
    write_step(&state,
               &(struct translate_step){.kind = STEP_PHYSICAL, .value = physical, .passed = true});
    write_verdict(call,
                  &(struct translation){.valid = true, .linear = linear, .physical = physical});
}

/* "task N ADDRESS" */
static bool translate_task(struct call *call, const char *text)
{
    struct expression_scope scope = {call->cpu, &call->monitor->symbols};
    struct expression_value number, offset;
    struct guest_slot slot;
    if (!expression_evaluate(&scope, &text, &number, call->error) ||
        !expression_of(call, text, &offset) || !kernel_slot(call, number.value, &slot))
        return false;
    translate_in_slot(call, &slot, offset.value);
    return true;
}

enum monitor_result cmd_translate(struct call *call)
{
    struct expression_value value;
    struct access access = reading(call->cpu);
    struct observer_state state = {call, 0};
    struct translation result;
    if (strncmp(call->arguments[0].text, "task ", 5) == 0)
        return translate_task(call, call->arguments[0].text + 5) ? MONITOR_OK
                                                                 : command_failed(call);
    if (!expression_of(call, call->arguments[0].text, &value))
        return command_failed(call);
    if (value.logical && value.segment < 0)
        translate_selector(call->cpu, value.selector, value.value, &access, write_step, &state,
                           &result);
    else
        translate_segment(call->cpu,
                          (enum segment_number)(value.segment < 0 ? SEG_DS : value.segment),
                          value.value, &access, write_step, &state, &result);
    write_verdict(call, &result);
    return MONITOR_OK;
}

enum monitor_result cmd_walk(struct call *call)
{
    u32 linear;
    struct access access = reading(call->cpu);
    struct observer_state state = {call, 0};
    struct translation result;
    if (!argument_linear(call, 0, &linear))
        return command_failed(call);
    state.linear = linear;
    translate_linear(call->cpu, linear, &access, false, write_step, &state, &result);
    write_verdict(call, &result);
    return MONITOR_OK;
}

static void keep_entries(void *context, const struct translate_step *step)
{
    struct translate_step *kept = context;
    if (step->kind == STEP_PDE)
        kept[0] = *step;
    else if (step->kind == STEP_PTE)
        kept[1] = *step;
}

/* The lines that the classic address-mapping lab reads. */
enum monitor_result cmd_page(struct call *call)
{
    u32 linear;
    struct access access = {ACCESS_READ, 1, false};
    struct translate_step steps[2] = {{.address = 0}, {.address = 0}};
    struct translation result;
    if (!argument_linear(call, 0, &linear))
        return command_failed(call);
    if (!cpu_paging(call->cpu)) {
        text_out_string(call->out, "paging off\n");
        return MONITOR_OK;
    }
    translate_linear(call->cpu, linear, &access, false, keep_entries, steps, &result);
    for (unsigned i = 0; i < 2; i++) {
        if (!steps[i].source)
            continue;
        put_row(call, "entries");
        put(call, "level", "%s", i ? "PTE" : "PDE");
        put(call, "address", ": 0x%08x", steps[i].address);
        put(call, "entry", " : 0x%08x ", (u32)steps[i].value);
        describe_page_entry(call->out, (u32)steps[i].value, i == 0);
        text_out_string(call->out, "\n");
    }
    put_top(call);
    if (result.valid) {
        put(call, "linear", "linear page 0x%08x", linear & ~PAGE_OFFSET_MASK);
        put(call, "physical", " maps to physical page 0x%08x\n",
            result.physical & ~PAGE_OFFSET_MASK);
    } else
        text_out_format(call->out, "physical address not available for linear 0x%08x\n", linear);
    return MONITOR_OK;
}
