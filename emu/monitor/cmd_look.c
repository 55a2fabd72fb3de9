#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/disassemble.h"
#include "monitor/command.h"

#include <ctype.h>
#include <stdio.h>

/* Reads `count` bytes for a dump; false when there is nothing at that address. */
typedef bool byte_reader(const struct machine *machine, u32 address, u8 *to, u32 count);

static bool read_linear(const struct machine *machine, u32 address, u8 *to, u32 count)
{
    return translate_peek(&machine->cpu, address, to, count);
}

static bool read_physical(const struct machine *machine, u32 address, u8 *to, u32 count)
{
    if (memory_region_of(&machine->memory, address)->kind == MEMORY_NONE)
        return false;
    memory_peek(&machine->memory, address, to, count);
    return true;
}

static void write_value(struct text_out *out, const struct format *format, u64 value)
{
    unsigned digits = format->size * 2;
    u64 sign = 1ull << (format->size * 8 - 1);
    switch (format->letter) {
    case 'd':
        text_out_format(out, "%lld", (long long)((value ^ sign) - sign));
        break;
    case 'u':
        text_out_format(out, "%llu", (unsigned long long)value);
        break;
    case 'o':
        text_out_format(out, "0%llo", (unsigned long long)value);
        break;
    case 't':
        for (unsigned bit = format->size * 8; bit-- > 0;)
            text_out_string(out, value >> bit & 1 ? "1" : "0");
        break;
    case 'c':
        text_out_format(out, "'%c'", isprint((int)(value & 0xff)) ? (int)(value & 0xff) : '.');
        break;
    default:
        text_out_format(out, "0x%0*llx", (int)digits, (unsigned long long)value);
    }
}

static void write_nothing_here(struct call *call, u32 address, byte_reader *reader)
{
    if (reader == read_physical)
        text_out_format(call->out, " nothing at physical address %08x (RAM ends at %08x)\n",
                        address, call->monitor->machine->memory.ram_size);
    else
        text_out_format(call->out, " no page is mapped at linear %08x; 'walk 0x%x' shows why\n",
                        address, address);
}

static void dump(struct call *call, u32 address, byte_reader *reader)
{
    const struct format *format = &call->format;
    u32 per_line = format->letter == 't' ? 1 : 16u / format->size;
    for (u32 i = 0; i < format->count; i++, address += format->size) {
        u8 bytes[8] = {0};
        if (i % per_line == 0)
            dialect_dump_address(call, address, i, format->size);
        put_row(call, "values");
        note(call->monitor, "address", "%u", address);
        if (!reader(call->monitor->machine, address, bytes, format->size)) {
            write_nothing_here(call, address, reader);
            return;
        }
        text_out_string(call->out, dialect_dump_gap(call));
        write_value(call->out, format, load_le64(bytes));
        note(call->monitor, "value", "%llu", (unsigned long long)load_le64(bytes));
    }
    text_out_string(call->out, "\n");
}

static void dump_string(struct call *call, u32 address, byte_reader *reader)
{
    put(call, "address", "%08x: \"", address);
    size_t mark = call->out->length;
    u8 byte;
    for (u32 i = 0; i < 256 && reader(call->monitor->machine, address + i, &byte, 1) && byte; i++)
        text_out_format(call->out, isprint(byte) ? "%c" : "\\x%02x", byte);
    note_since(call, "string", mark);
    text_out_string(call->out, "\"\n");
}

static void write_code(struct call *call, u32 linear, u32 offset, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        struct disassembly code;
        put_row(call, "instructions");
        put(call, "linear", "%08x ", linear);
        if (!disassemble_at(call->cpu, linear, offset, &code)) {
            write_nothing_here(call, linear, read_linear);
            return;
        }
        char hex[2 * sizeof code.bytes + 1] = "";
        for (u32 k = 0; k < code.length; k++)
            snprintf(hex + 2 * k, 3, "%02x", code.bytes[k]);
        put(call, "bytes", "%-20s", hex);
        put(call, "instruction", " %s ", code.text);
        write_code_symbol(call, offset);
        text_out_string(call->out, "\n");
        linear += code.length;
        offset += code.length;
    }
}

static enum monitor_result look(struct call *call, u32 address, byte_reader *reader)
{
    if (call->format.letter == 'i')
        write_code(call, address, call->arguments[0].value.value, call->format.count);
    else if (call->format.letter == 's')
        dump_string(call, address, reader);
    else
        dump(call, address, reader);
    if (call->has_format && call->format.letter != 'i' && call->format.letter != 's')
        call->monitor->format = call->format;
    return MONITOR_OK;
}

enum monitor_result cmd_x(struct call *call)
{
    u32 linear;
    if (!argument_linear(call, 0, &linear))
        return command_failed(call);
    return look(call, linear, read_linear);
}

enum monitor_result cmd_xp(struct call *call)
{
    if (call->format.letter == 'i' || call->format.letter == 's')
        call->format.letter = 'x';
    return look(call, call->arguments[0].value.value, read_physical);
}

/* A number may be anything: only what is an address of code, or a symbol's own, bears a name. */
static void write_symbol_of(struct call *call, const struct expression_value *value, u32 linear)
{
    const struct symbol *symbol = symbols_at(&call->monitor->symbols, linear);
    bool code = value->logical && value->segment == SEG_CS;
    if (symbol && linear && (code || (!value->logical && symbol->address == linear)))
        write_code_symbol(call, value->value);
}

enum monitor_result cmd_print(struct call *call)
{
    struct expression_scope scope = {call->cpu, &call->monitor->symbols};
    struct expression_value value;
    const char *text = call->arguments[0].text;
    u32 linear;
    if (!expression_evaluate(&scope, &text, &value, call->error) ||
        !expression_linear(call->cpu, &value, &linear, call->error))
        return command_failed(call);
    if (*text) {
        error_set(call->error, "'%s' does not belong to the expression", text);
        return command_failed(call);
    }
    if (call->has_format) {
        struct format format = {1, call->format.letter, 4};
        note(call->monitor, "value", "%u", linear);
        write_value(call->out, &format, linear);
        text_out_string(call->out, "\n");
    } else {
        put(call, "value", "0x%08x %u ", linear, linear);
        write_symbol_of(call, &value, linear);
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}

#define DEFAULT_LINES 8u

enum monitor_result cmd_disassemble(struct call *call)
{
    u32 linear = cpu_linear_eip(call->cpu), offset = call->cpu->eip;
    u32 count = call->has_format ? call->format.count : DEFAULT_LINES;
    if (call->arguments[0].given) {
        if (!argument_linear(call, 0, &linear))
            return command_failed(call);
        offset = call->arguments[0].value.logical ? call->arguments[0].value.value
                                                  : linear - call->cpu->segs[SEG_CS].base;
    }
    if (call->arguments[1].given)
        count = call->arguments[1].value.value;
    write_code(call, linear, offset, count < 1000 ? count : 1000);
    return MONITOR_OK;
}

static void write_utf8(struct text_out *out, u16 code)
{
    if (code < 0x80)
        text_out_format(out, "%c", code);
    else if (code < 0x800)
        text_out_format(out, "%c%c", 0xc0 | code >> 6, 0x80 | (code & 0x3f));
    else
        text_out_format(out, "%c%c%c", 0xe0 | code >> 12, 0x80 | (code >> 6 & 0x3f),
                        0x80 | (code & 0x3f));
}

enum monitor_result cmd_screen(struct call *call)
{
    static const char graphics[] = "the screen is in a graphics mode: use screendump FILE.png";
    struct text_screen screen;
    if (!machine_text_screen(call->monitor->machine, &screen)) {
        error_set(call->error, "%s", graphics);
        return command_failed(call);
    }
    for (u32 row = 0; row < screen.rows; row++) {
        const struct text_cell *cells = &screen.cells[row * screen.columns];
        u32 length = screen.columns;
        while (length > 0 && (cells[length - 1].character == ' ' || !cells[length - 1].character))
            length--;
        for (u32 column = 0; column < length; column++)
            write_utf8(call->out, machine_cp437_to_unicode(cells[column].character));
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}

enum monitor_result cmd_setpmem(struct call *call)
{
    struct memory *memory = &call->monitor->machine->memory;
    u32 physical = call->arguments[0].value.value, size = call->arguments[1].value.value;
    if (size != 1 && size != 2 && size != 4)
        error_set(call->error, "%u is no size: 1, 2 or 4 bytes", size);
    else if (!memory_write_pointer(memory, physical))
        error_set(call->error, "there is no RAM at %08x (RAM ends at %08x)", physical,
                  memory->ram_size);
    else {
        memory_write(memory, physical, size, call->arguments[2].value.value);
        changed_by_hand(call);
        return MONITOR_OK;
    }
    return command_failed(call);
}
