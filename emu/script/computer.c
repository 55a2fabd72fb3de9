/* The machine as a Lua object: making, running, feeding and closing it. */
#include "script/script_internal.h"

#include "snapshot/snapshot.h"
#include "snapshot/timeline.h"

#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 32u
#define FEED_SLICE_NS 10000000u /* guest time given to a full input queue to drain */
#define FEED_SLICES_MAX 3000u

static const char *const stop_names[] = {
    [MACHINE_STOP_TIME] = "time",     [MACHINE_STOP_BREAK] = "break",
    [MACHINE_STOP_REQUEST] = "break", [MACHINE_STOP_POWER_OFF] = "power off",
    [MACHINE_STOP_EXIT] = "exit",     [MACHINE_STOP_TRIPLE_FAULT] = "triple fault",
};

struct script_computer *computer_argument(lua_State *lua)
{
    struct script_computer *computer = luaL_checkudata(lua, 1, COMPUTER_TYPE);
    if (!computer->machine)
        luaL_error(lua, "this machine is closed");
    return computer;
}

/* ---- making ---- */

static void serial_byte(void *context, u8 byte)
{
    struct script_computer *computer = context;
    text_out_bytes(&computer->serial, &byte, 1);
}

/* Names as on the command line; '_' may stand for '-', and mem for m. */
static const char *option_name(lua_State *lua, const char *name)
{
    if (strcmp(name, "mem") == 0)
        return "m";
    return luaL_gsub(lua, name, "_", "-");
}

/* Values of the table at index 1 as texts that stay on Lua's stack; `false` leaves an option out.
 */
static unsigned take_options(lua_State *lua, struct script_option *options)
{
    unsigned count = 0;
    lua_pushnil(lua);
    while (lua_next(lua, 1)) {
        int key = lua_absindex(lua, -2), value = lua_absindex(lua, -1);
        if (lua_type(lua, key) != LUA_TSTRING)
            luaL_error(lua, "machine{}: expected name = value");
        if (count == OPTIONS_MAX)
            luaL_error(lua, "machine{}: expected at most %d options", (int)OPTIONS_MAX);
        luaL_checkstack(lua, 8, "machine{}");
        if (!lua_isboolean(lua, value) || lua_toboolean(lua, value)) {
            options[count].name = option_name(lua, lua_tostring(lua, key));
            options[count].value =
                lua_isboolean(lua, value) ? NULL : luaL_tolstring(lua, value, NULL);
            count++;
        }
        lua_pushvalue(lua, key);
    }
    return count;
}

static u64 limit_of(const struct script_host *host, const struct clock *clock)
{
    u64 time = host->timeout_ns ? clock_ns_to_ticks(clock, host->timeout_ns) : CLOCK_NEVER;
    u64 count = host->limit_ticks ? host->limit_ticks : CLOCK_NEVER;
    return time < count ? time : count;
}

static int new_machine(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct script_option options[OPTIONS_MAX];
    struct error error;
    luaL_checktype(lua, 1, LUA_TTABLE);
    if (script->open_count == SCRIPT_MACHINES_MAX)
        return luaL_error(lua, "expected at most %d open machines", (int)SCRIPT_MACHINES_MAX);
    unsigned count = take_options(lua, options);
    luaL_checkstack(lua, 8, "machine{}");
    struct script_computer *computer = lua_newuserdatauv(lua, sizeof *computer, 0);
    memset(computer, 0, sizeof *computer);
    luaL_setmetatable(lua, COMPUTER_TYPE);
    computer->script = script;
    struct byte_sink serial = {serial_byte, computer};
    const struct script_host *host = script->host;
    computer->machine = host->create(host->context, options, count, &serial, &error);
    if (!computer->machine)
        return luaL_error(lua, "machine: %s", error.text);
    script->open[script->open_count++] = computer;
    computer->limit = limit_of(host, &computer->machine->clock);
    computer->monitor = monitor_create(computer->machine);
    if (!computer->monitor)
        return luaL_error(lua, "out of memory for the monitor");
    monitor_set_screenshot(computer->monitor, host->screenshot);
    monitor_set_picture(computer->monitor, host->picture);
    computer->timeline = timeline_new(computer->machine);
    monitor_set_timeline(computer->monitor, computer->timeline);
    host->name_addresses(host->context, computer->machine, computer->monitor);
    return 1;
}

/* ---- closing ---- */

static void forget(struct script_computer *computer)
{
    struct script *script = computer->script;
    unsigned i = 0;
    while (i < script->open_count && script->open[i] != computer)
        i++;
    if (i == script->open_count)
        return;
    script->open_count--;
    memmove(&script->open[i], &script->open[i + 1],
            (script->open_count - i) * sizeof script->open[0]);
}

bool computer_shut(struct script_computer *computer, struct error *error)
{
    bool stored = true;
    if (!computer->machine)
        return true;
    forget(computer);
    monitor_destroy(computer->monitor);
    timeline_free(computer->timeline);
    const struct script_host *host = computer->script->host;
    stored = host->destroy(host->context, computer->machine, error);
    computer->machine = NULL;
    computer->monitor = NULL;
    text_out_free(&computer->serial);
    return stored;
}

static int close_machine(lua_State *lua)
{
    struct script_computer *computer = luaL_checkudata(lua, 1, COMPUTER_TYPE);
    struct error error;
    if (!computer_shut(computer, &error))
        return luaL_error(lua, "%s", error.text);
    return 0;
}

static int collect(lua_State *lua)
{
    struct error error;
    computer_shut(luaL_checkudata(lua, 1, COMPUTER_TYPE), &error);
    return 0;
}

void computer_changed(struct script_computer *computer)
{
    if (computer->timeline)
        timeline_changed(computer->timeline, false);
}

/* ---- running ---- */

/* An error with the place in the script: the prelude's own functions are passed over. */
static void raise_in_script(lua_State *lua, const char *text)
{
    lua_Debug at;
    for (int level = 1; lua_getstack(lua, level, &at); level++)
        if (lua_getinfo(lua, "Sl", &at) && at.currentline > 0 &&
            strcmp(at.short_src, "prelude") != 0) {
            lua_pushfstring(lua, "%s:%d: %s", at.short_src, at.currentline, text);
            lua_error(lua);
        }
    luaL_error(lua, "%s", text);
}

static void run_until(lua_State *lua, struct script_computer *computer, u64 tick)
{
    bool limited = tick >= computer->limit;
    computer->stop = machine_run(computer->machine, limited ? computer->limit : tick);
    if (limited && computer->stop == MACHINE_STOP_TIME) {
        computer->script->limit_reached = true;
        raise_in_script(lua, "the limit of guest time or instructions was reached");
    }
}

static u64 ticks_argument(lua_State *lua, const struct machine *machine, int index)
{
    lua_Number seconds = luaL_checknumber(lua, index);
    if (!(seconds >= 0 && seconds <= 1e9))
        luaL_error(lua, "expected guest seconds, 0 to 1e9");
    return clock_ns_to_ticks(&machine->clock, (u64)(seconds * 1e9));
}

/* Why the machine came back, and, at a breakpoint, the line that says which. */
static int push_stop(lua_State *lua, struct script_computer *computer)
{
    lua_pushstring(lua, stop_names[computer->stop]);
    if (computer->stop != MACHINE_STOP_BREAK && computer->stop != MACHINE_STOP_REQUEST)
        return 1;
    struct text_out out = TEXT_OUT_EMPTY;
    monitor_describe_stop(computer->monitor, &out);
    lua_pushlstring(lua, text_out_text(&out), out.length);
    text_out_free(&out);
    return 2;
}

static int run(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    struct machine *machine = computer->machine;
    run_until(lua, computer, clock_now(&machine->clock) + ticks_argument(lua, machine, 2));
    return push_stop(lua, computer);
}

static int step(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    lua_Integer count = luaL_optinteger(lua, 2, 1);
    luaL_argcheck(lua, count >= 0, 2, "expected 0 or more instructions");
    run_until(lua, computer, clock_now(&computer->machine->clock) + (u64)count);
    return push_stop(lua, computer);
}

static int reset(lua_State *lua)
{
    machine_press_reset(computer_argument(lua)->machine);
    return 0;
}

/* ---- feeding ---- */

static size_t feed_keys(struct machine *machine, const char *text, size_t length)
{
    return machine_type(machine, text, length);
}

static size_t feed_serial(struct machine *machine, const char *text, size_t length)
{
    return machine_serial_input(machine, 0, text, length);
}

/* Text longer than the queue goes in piece by piece, the guest running in between. */
static int feed(lua_State *lua, size_t (*take)(struct machine *, const char *, size_t))
{
    struct script_computer *computer = computer_argument(lua);
    struct machine *machine = computer->machine;
    size_t length;
    const char *text = luaL_checklstring(lua, 2, &length);
    for (unsigned slices = 0; slices < FEED_SLICES_MAX; slices++) {
        size_t taken = take(machine, text, length);
        text += taken;
        length -= taken;
        if (length == 0)
            return 0;
        run_until(lua, computer,
                  clock_now(&machine->clock) + clock_ns_to_ticks(&machine->clock, FEED_SLICE_NS));
    }
    return luaL_error(lua, "the guest takes no input: %d bytes are left over", (int)length);
}

static int type_text(lua_State *lua)
{
    return feed(lua, feed_keys);
}

static int serial_send(lua_State *lua)
{
    return feed(lua, feed_serial);
}

static int sendkey(lua_State *lua)
{
    struct error error;
    struct script_computer *computer = computer_argument(lua);
    if (!machine_send_chord(computer->machine, luaL_checkstring(lua, 2), &error))
        return luaL_error(lua, "sendkey: %s", error.text);
    return 0;
}

/* mouse(dx, dy [, wheel]): right, down and towards the user are positive. */
static int move_mouse(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    int dx = (int)luaL_checkinteger(lua, 2), dy = (int)luaL_checkinteger(lua, 3);
    int wheel = (int)luaL_optinteger(lua, 4, 0);
    if (!machine_mouse(computer->machine, dx, dy, wheel, machine_mouse_buttons(computer->machine)))
        return luaL_error(lua, "mouse: its queue is full: let the machine run on");
    return 0;
}

/* mouse_button("left" | "right" | "middle", down). */
static int mouse_button(lua_State *lua)
{
    static const char *const names[] = {"left", "right", "middle", NULL};
    struct script_computer *computer = computer_argument(lua);
    unsigned button = 1u << luaL_checkoption(lua, 2, NULL, names);
    unsigned buttons = machine_mouse_buttons(computer->machine);
    buttons = lua_toboolean(lua, 3) ? buttons | button : buttons & ~button;
    if (!machine_mouse(computer->machine, 0, 0, 0, buttons))
        return luaL_error(lua, "mouse_button: its queue is full: let the machine run on");
    return 0;
}

/* ---- the monitor and snapshots ---- */

static int monitor(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    const char *line = luaL_checkstring(lua, 2);
    struct text_out out = TEXT_OUT_EMPTY;
    enum monitor_result result = monitor_execute(computer->monitor, line, &out);
    lua_pushlstring(lua, text_out_text(&out), out.length);
    text_out_free(&out);
    if (result == MONITOR_ERROR)
        return luaL_error(lua, "monitor: %s", lua_tostring(lua, -1));
    return 1;
}

static int save(lua_State *lua)
{
    struct error error;
    struct script_computer *computer = computer_argument(lua);
    if (!snapshot_save(computer->machine, luaL_checkstring(lua, 2), &error))
        return luaL_error(lua, "save: %s", error.text);
    return 0;
}

static int restore(lua_State *lua)
{
    struct error error;
    struct script_computer *computer = computer_argument(lua);
    if (!snapshot_load(computer->machine, luaL_checkstring(lua, 2), &error))
        return luaL_error(lua, "restore: %s", error.text);
    computer->stop = MACHINE_STOP_TIME;
    computer_changed(computer);
    return 0;
}

static int screenshot(lua_State *lua)
{
    struct error error;
    struct script_computer *computer = computer_argument(lua);
    const char *path = luaL_checkstring(lua, 2);
    if (!computer->script->host->screenshot(computer->machine, path, &error))
        return luaL_error(lua, "screenshot: %s", error.text);
    return 0;
}

/* "on", "power off", "exit" and its code, "triple fault". */
static int power(lua_State *lua)
{
    struct script_computer *computer = computer_argument(lua);
    bool on = computer->stop <= MACHINE_STOP_REQUEST;
    lua_pushstring(lua, on ? "on" : stop_names[computer->stop]);
    if (computer->stop != MACHINE_STOP_EXIT)
        return 1;
    lua_pushinteger(lua, computer->machine->exit_code);
    return 2;
}

static const luaL_Reg methods[] = {
    {"run", run},
    {"step", step},
    {"reset", reset},
    {"type", type_text},
    {"sendkey", sendkey},
    {"serial_send", serial_send},
    {"mouse", move_mouse},
    {"mouse_button", mouse_button},
    {"monitor", monitor},
    {"save", save},
    {"restore", restore},
    {"power", power},
    {"screenshot", screenshot},
    {"close", close_machine},
    {"__gc", collect},
    {"__close", collect},
    {NULL, NULL},
};

void computer_register(lua_State *lua)
{
    luaL_newmetatable(lua, COMPUTER_TYPE);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -2, "__index");
    luaL_setfuncs(lua, methods, 0);
    luaL_setfuncs(lua, computer_look_methods, 0);
    lua_pop(lua, 1);
    lua_register(lua, "machine", new_machine);
}
