#include "base/bits.h"
#include "debug/describe.h"
#include "monitor/command.h"

#include <string.h>

/* The page tables as the processor would walk them, read by peek. */

#define ENTRIES 1024u
#define ENTRY_PRESENT 1u
#define ENTRY_FLAGS 0x67u /* P RW US A D */
#define FRAME(entry) ((entry) & ~PAGE_OFFSET_MASK)

static u32 read_entry(const struct call *call, u32 table, u32 index)
{
    u8 bytes[4];
    const struct memory *memory = &call->monitor->machine->memory;
    memory_peek(memory, memory_a20(memory, table + index * 4), bytes, sizeof bytes);
    return load_le32(bytes);
}

static bool paging_on(struct call *call)
{
    if (!cpu_paging(call->cpu))
        text_out_string(call->out, "paging is off: linear addresses are physical\n");
    return cpu_paging(call->cpu);
}

static void write_flags(struct call *call, u32 entry, bool directory)
{
    size_t mark = call->out->length;
    describe_page_entry(call->out, entry, directory);
    note_since(call, "flags", mark);
}

enum monitor_result info_pdir(struct call *call)
{
    if (call->arguments[0].given) {
        if (strcmp(call->arguments[0].text, "by-task") == 0)
            return write_directory_by_task(call);
        error_set(call->error, "use: info pdir [by-task]");
        return command_failed(call);
    }
    if (!paging_on(call))
        return MONITOR_OK;
    u32 directory = FRAME(call->cpu->cr3), used = 0;
    put(call, "directory", "page directory at physical %08x\n", directory);
    for (u32 i = 0; i < ENTRIES; i++) {
        u32 entry = read_entry(call, directory, i);
        if (!(entry & ENTRY_PRESENT))
            continue;
        used++;
        put_row(call, "entries");
        put(call, "number", "  [%4u]", i);
        put(call, "linear", " linear %08x", i << 22);
        put(call, "last", "-%08x", (i << 22) + 0x3fffff);
        put(call, "entry", ": %08x", entry);
        put(call, "frame", " table at %08x ", FRAME(entry));
        write_flags(call, entry, true);
        text_out_string(call->out, "\n");
    }
    put_top(call);
    put(call, "used", "%u of %u entries in use\n", used, ENTRIES);
    return MONITOR_OK;
}

/* Pages [first, first + count) with the same flags, frames following one another. */
struct run {
    u32 linear, entry, count;
};

static bool continues(const struct run *run, u32 linear, u32 entry)
{
    return run->count > 0 && linear == run->linear + run->count * PAGE_SIZE &&
           entry == run->entry + run->count * PAGE_SIZE;
}

static void write_run(struct call *call, const struct run *run)
{
    if (run->count == 0)
        return;
    u32 last = run->linear + run->count * PAGE_SIZE - 1;
    put_row(call, "entries");
    note(call->monitor, "level", "%s", "table");
    put(call, "linear", "    %08x", run->linear);
    put(call, "last", "-%08x", last);
    put(call, "frame", " -> %08x ", FRAME(run->entry));
    write_flags(call, run->entry, false);
    note(call->monitor, "pages", "%u", run->count);
    if (run->count > 1)
        text_out_format(call->out, "  (%u pages)", run->count);
    text_out_string(call->out, "\n");
}

static void write_table(struct call *call, u32 table, u32 base, u32 from, u32 to)
{
    struct run run = {0, 0, 0};
    for (u32 i = 0; i < ENTRIES; i++) {
        u32 entry = read_entry(call, table, i) & (~PAGE_OFFSET_MASK | ENTRY_FLAGS);
        u32 linear = base + i * PAGE_SIZE;
        if (!(entry & ENTRY_PRESENT) || linear > to || linear + PAGE_OFFSET_MASK < from)
            continue;
        if (!continues(&run, linear, entry)) {
            write_run(call, &run);
            run = (struct run){linear, entry, 0};
        }
        run.count++;
    }
    write_run(call, &run);
}

/* "from [to]" as linear addresses; without `to` the page of `from` alone. */
static bool parse_range(struct call *call, const char *text, u32 *from, u32 *to)
{
    struct expression_scope scope = {call->cpu, &call->monitor->symbols};
    struct expression_value value;
    if (!expression_evaluate(&scope, &text, &value, call->error) ||
        !expression_linear(call->cpu, &value, from, call->error))
        return false;
    *to = *from;
    return !*text || (expression_of(call, text, &value) &&
                      expression_linear(call->cpu, &value, to, call->error));
}

enum monitor_result info_pages(struct call *call)
{
    const struct command_argument *argument = &call->arguments[0];
    u32 from = 0, to = ~0u;
    if (argument->given && strncmp(argument->text, "task ", 5) == 0) {
        struct expression_value slot;
        if (!expression_of(call, argument->text + 5, &slot))
            return command_failed(call);
        return write_task_pages(call, slot.value);
    }
    if (!paging_on(call))
        return MONITOR_OK;
    if (argument->given && !parse_range(call, argument->text, &from, &to))
        return command_failed(call);
    for (u32 i = from >> 22; i <= to >> 22; i++) {
        u32 entry = read_entry(call, FRAME(call->cpu->cr3), i);
        if (!(entry & ENTRY_PRESENT))
            continue;
        put_row(call, "entries");
        note(call->monitor, "level", "%s", "directory");
        put(call, "number", "  [%4u]", i);
        put(call, "linear", " %08x", i << 22);
        put(call, "last", "-%08x", (i << 22) + 0x3fffff);
        put(call, "frame", " table %08x ", FRAME(entry));
        write_flags(call, entry, true);
        text_out_string(call->out, "\n");
        write_table(call, FRAME(entry), i << 22, from, to);
    }
    return MONITOR_OK;
}

static void write_range(struct call *call, const struct run *run)
{
    if (run->count == 0)
        return;
    put_row(call, "ranges");
    put(call, "linear", "0x%08x", run->linear);
    put(call, "last", "-0x%08x", run->linear + run->count * PAGE_SIZE - 1);
    put(call, "physical", " -> 0x%08x", run->entry);
    put(call, "physical_last", "-0x%08x\n", run->entry + run->count * PAGE_SIZE - 1);
}

enum monitor_result info_ranges(struct call *call)
{
    struct run run = {0, 0, 0};
    if (!paging_on(call))
        return MONITOR_OK;
    put(call, "cr3", "cr3: 0x%08x\n", call->cpu->cr3);
    for (u32 page = 0; page < ENTRIES * ENTRIES; page++) {
        u32 directory = read_entry(call, FRAME(call->cpu->cr3), page / ENTRIES);
        if (!(directory & ENTRY_PRESENT)) {
            page |= ENTRIES - 1;
            continue;
        }
        u32 entry = read_entry(call, FRAME(directory), page % ENTRIES);
        if (!(entry & ENTRY_PRESENT))
            continue;
        if (!continues(&run, page << PAGE_SHIFT, FRAME(entry))) {
            write_range(call, &run);
            run = (struct run){page << PAGE_SHIFT, FRAME(entry), 0};
        }
        run.count++;
    }
    write_range(call, &run);
    return MONITOR_OK;
}

/* Linear ranges with the same effective rights, as QEMU's `info mem` has them: U/S and R/W of both
   entries (PRM 6.4). */
struct rights_run {
    u32 first, pages, rights; /* rights: bits 1 and 2 of the entries, and present */
};

static void write_rights(struct call *call, const struct rights_run *run)
{
    if (!(run->rights & ENTRY_PRESENT))
        return;
    put_row(call, "ranges");
    put(call, "linear", "%08x", run->first << PAGE_SHIFT);
    put(call, "last", "-%08x", ((run->first + run->pages) << PAGE_SHIFT) - 1);
    put(call, "pages", " %7u pages ", run->pages);
    put(call, "rights", "%s\n",
        run->rights & 4   ? run->rights & 2 ? "urw" : "ur-"
        : run->rights & 2 ? "-rw"
                          : "-r-");
}

enum monitor_result info_memory(struct call *call)
{
    struct rights_run run = {0, 0, 0};
    if (!paging_on(call))
        return MONITOR_OK;
    for (u32 page = 0; page < ENTRIES * ENTRIES; page++) {
        u32 directory = read_entry(call, FRAME(call->cpu->cr3), page / ENTRIES);
        bool table = directory & ENTRY_PRESENT;
        u32 entry = table ? read_entry(call, FRAME(directory), page % ENTRIES) : 0;
        u32 rights = entry & ENTRY_PRESENT ? (entry & directory & 6) | ENTRY_PRESENT : 0;
        if (rights != run.rights) {
            write_rights(call, &run);
            run = (struct rights_run){page, 0, rights};
        }
        run.pages += table ? 1 : ENTRIES;
        page += table ? 0 : ENTRIES - 1;
    }
    write_rights(call, &run);
    return MONITOR_OK;
}

static u32 write_tlb_side(struct call *call, const char *side, const struct tlb_page *pages,
                          u32 count)
{
    u32 shown = 0;
    for (u32 i = 0; i < count; i++) {
        if (!(pages[i].linear & TLB_VALID))
            continue;
        u32 rights = pages[i].physical;
        put_row(call, "entries");
        put(call, "side", "  %s", side);
        put(call, "number", "[%4u]", i);
        put(call, "linear", " %08x", FRAME(pages[i].linear));
        put(call, "physical", " -> %08x", FRAME(rights));
        text_out_format(call->out, " %s %s %s\n", rights & TLB_USER ? "US" : "S-",
                        rights & TLB_WRITABLE ? "RW" : "R-", rights & TLB_DIRTY ? "D" : "-");
        note(call->monitor, "user", "%d", (rights & TLB_USER) != 0);
        note(call->monitor, "writable", "%d", (rights & TLB_WRITABLE) != 0);
        note(call->monitor, "dirty", "%d", (rights & TLB_DIRTY) != 0);
        shown++;
    }
    return shown;
}

enum monitor_result info_tlb(struct call *call)
{
    const struct tlb *tlb = &call->cpu->tlb;
    u32 data = write_tlb_side(call, "data", tlb->data, TLB_DATA_ENTRIES);
    u32 code = write_tlb_side(call, "code", tlb->code, TLB_CODE_ENTRIES);
    put_top(call);
    put(call, "data", "%u of %u data entries", data, TLB_DATA_ENTRIES);
    put(call, "code", " and %u of %u code entries in use\n", code, TLB_CODE_ENTRIES);
    return MONITOR_OK;
}
