/* Methods that look at a machine, and those that change what was looked at. */
#include "script/script_internal.h"

#include "base/hash.h"
#include "cpu/translate.h"
#include "debug/registers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEEK_MAX (16u * MIB)

/* ---- the screen ---- */

static void put_utf8(struct text_out *out, u16 glyph)
{
    char bytes[3];
    size_t count = 0;
    if (glyph >= 0x800) {
        bytes[count++] = (char)(0xe0 | glyph >> 12);
        bytes[count++] = (char)(0x80 | (glyph >> 6 & 0x3f));
    } else if (glyph >= 0x80) {
        bytes[count++] = (char)(0xc0 | glyph >> 6);
    }
    bytes[count++] = (char)(glyph < 0x80 ? glyph : 0x80 | (glyph & 0x3f));
    text_out_bytes(out, bytes, count);
}

static void put_row(const struct text_screen *screen, u32 row, struct text_out *out)
{
    const struct text_cell *cells = &screen->cells[row * screen->columns];
    u32 width = screen->columns;
    /* Blanks at a row's end are left out, except up to the cursor: a prompt ends in one. */
    u32 least = row == screen->cursor_row ? screen->cursor_column : 0;
    while (width > least && (cells[width - 1].character == ' ' || !cells[width - 1].character))
        width--;
    for (u32 column = 0; column < width; column++) {
        u8 character = cells[column].character;
        put_utf8(out, character ? machine_cp437_to_unicode(character) : ' ');
    }
}

/* Nothing in a graphics mode. */
static void put_screen(const struct machine *machine, struct text_out *out)
{
    struct text_screen *screen = malloc(sizeof *screen);
    if (screen && machine_text_screen(machine, screen))
        for (u32 row = 0; row < screen->rows; row++) {
            put_row(screen, row, out);
            text_out_string(out, "\n");
        }
    free(screen);
}

static int push_text(lua_State *lua, struct text_out *out)
{
    lua_pushlstring(lua, text_out_text(out), out->length);
    text_out_free(out);
    return 1;
}

static int look_screen(lua_State *lua)
{
    struct text_out out = TEXT_OUT_EMPTY;
    put_screen(computer_argument(lua)->machine, &out);
    return push_text(lua, &out);
}

static int push_hash(lua_State *lua, u64 hash)
{
    char text[20];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    lua_pushstring(lua, text);
    return 1;
}

static int look_pixels_hash(lua_State *lua)
{
    const struct machine *machine = computer_argument(lua)->machine;
    u32 width, height;
    machine_frame_size(machine, &width, &height);
    u32 *pixels = calloc((size_t)width * height + 1, sizeof *pixels);
    if (!pixels)
        return luaL_error(lua, "out of memory for %d x %d pixels", (int)width, (int)height);
    machine_frame_render(machine, pixels);
    u64 hash = hash_u64(hash_u64(HASH_START, width), height);
    for (size_t i = 0; i < (size_t)width * height; i++)
        hash = hash_u64(hash, pixels[i]);
    free(pixels);
    return push_hash(lua, hash);
}

static int look_hash(lua_State *lua)
{
    return push_hash(lua, machine_hash(computer_argument(lua)->machine));
}

static int look_serial(lua_State *lua)
{
    const struct script_computer *computer = computer_argument(lua);
    lua_pushlstring(lua, text_out_text(&computer->serial), computer->serial.length);
    return 1;
}

static int look_time(lua_State *lua)
{
    const struct clock *clock = &computer_argument(lua)->machine->clock;
    lua_pushnumber(lua, (lua_Number)clock_ticks_to_ns(clock, clock_now(clock)) / 1e9);
    lua_pushinteger(lua, (lua_Integer)clock_now(clock));
    return 2;
}

/* ---- registers ---- */

static const struct register_row *row_argument(lua_State *lua)
{
    size_t length;
    const char *name = luaL_checklstring(lua, 2, &length);
    const struct register_row *row = register_named(name, length);
    if (!row)
        luaL_error(lua, "no register is called '%s'", name);
    return row;
}

static int look_reg(lua_State *lua)
{
    const struct script_computer *computer = computer_argument(lua);
    const struct register_row *row = row_argument(lua);
    if (row->real)
        lua_pushnumber(lua, row->real(&computer->machine->cpu, row->number));
    else
        lua_pushinteger(lua, row->get(&computer->machine->cpu, row->number));
    return 1;
}

static int setreg(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    const struct register_row *row = row_argument(lua);
    if (!row->set)
        return luaL_error(lua, "register %s cannot be set", row->name);
    row->set(&computer->machine->cpu, row->number, (u32)luaL_checkinteger(lua, 3));
    computer_changed(computer);
    return 0;
}

/* ---- memory ---- */

static u32 count_argument(lua_State *lua, int index)
{
    lua_Integer count = luaL_optinteger(lua, index, 1);
    luaL_argcheck(lua, count >= 0 && count <= (lua_Integer)PEEK_MAX, index,
                  "expected 0 to 16777216 bytes");
    return (u32)count;
}

static u32 address_argument(lua_State *lua, int index)
{
    lua_Integer address = luaL_checkinteger(lua, index);
    luaL_argcheck(lua, address >= 0 && address <= 0xffffffff, index, "expected a 32-bit address");
    return (u32)address;
}

static int peek(lua_State *lua)
{
    const struct script_computer *computer = computer_argument(lua);
    u32 linear = address_argument(lua, 2), count = count_argument(lua, 3);
    luaL_Buffer buffer;
    char *to = luaL_buffinitsize(lua, &buffer, count);
    if (!translate_peek(&computer->machine->cpu, linear, to, count)) {
        char text[12];
        snprintf(text, sizeof text, "%08x", linear);
        return luaL_error(lua, "peek: not all of it is mapped at linear %s", text);
    }
    luaL_pushresultsize(&buffer, count);
    return 1;
}

static int peek_phys(lua_State *lua)
{
    const struct script_computer *computer = computer_argument(lua);
    u32 physical = address_argument(lua, 2), count = count_argument(lua, 3);
    luaL_Buffer buffer;
    char *to = luaL_buffinitsize(lua, &buffer, count);
    memory_peek(&computer->machine->memory, physical, to, count);
    luaL_pushresultsize(&buffer, count);
    return 1;
}

/* The bytes of a string, or one byte given as a number. */
static const char *bytes_argument(lua_State *lua, int index, size_t *count, char *one)
{
    if (lua_type(lua, index) != LUA_TNUMBER)
        return luaL_checklstring(lua, index, count);
    lua_Integer value = luaL_checkinteger(lua, index);
    luaL_argcheck(lua, value >= 0 && value <= 255, index, "expected a byte or a string");
    *one = (char)value;
    *count = 1;
    return one;
}

static int poke(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    u32 linear = address_argument(lua, 2);
    size_t count;
    char one;
    const char *bytes = bytes_argument(lua, 3, &count, &one);
    if (count > PEEK_MAX || !translate_poke(&computer->machine->cpu, linear, bytes, (u32)count))
        return luaL_error(lua, "poke: these bytes are not all mapped RAM");
    computer_changed(computer);
    return 0;
}

static int poke_phys(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    u32 physical = address_argument(lua, 2);
    size_t count;
    char one;
    const char *bytes = bytes_argument(lua, 3, &count, &one);
    luaL_argcheck(lua, count <= PEEK_MAX, 3, "too many bytes");
    memory_write_bytes(&computer->machine->memory, physical, bytes, (u32)count);
    computer_changed(computer);
    return 0;
}

const luaL_Reg computer_look_methods[] = {
    {"screen", look_screen},  {"pixels_hash", look_pixels_hash},
    {"hash", look_hash},      {"serial", look_serial},
    {"time", look_time},      {"reg", look_reg},
    {"setreg", setreg},       {"peek", peek},
    {"peek_phys", peek_phys}, {"poke", poke},
    {"poke_phys", poke_phys}, {NULL, NULL},
};

/* ---- failure reports ---- */

#define SERIAL_TAIL 1000u

static void report_one(const struct script_computer *computer, struct text_out *out)
{
    size_t length = computer->serial.length;
    size_t tail = length > SERIAL_TAIL ? SERIAL_TAIL : length;
    text_out_string(out, "--- screen\n");
    put_screen(computer->machine, out);
    if (tail) {
        text_out_string(out, "--- serial line, its end\n");
        text_out_bytes(out, text_out_text(&computer->serial) + length - tail, tail);
        text_out_string(out, "\n");
    }
    text_out_string(out, "--- registers\n");
    monitor_execute(computer->monitor, "info registers", out);
    text_out_string(out, "--- last faults\n");
    computer->script->host->faults(computer->machine, 8, out);
}

void script_report(struct script *script, struct text_out *out)
{
    for (unsigned i = 0; i < script->open_count; i++) {
        if (script->open_count > 1)
            text_out_format(out, "--- machine %u\n", i + 1);
        if (script->open[i]->monitor)
            report_one(script->open[i], out);
    }
}
