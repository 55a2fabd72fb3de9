#include "script/script_internal.h"

#include <lualib.h>
#include <string.h>

static const char registry_key;

struct script *script_of(lua_State *lua)
{
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &registry_key);
    struct script *script = lua_touserdata(lua, -1);
    lua_pop(lua, 1);
    return script;
}

/* ---- what the prelude is given ---- */

/* Each line of `text` as a TAP comment. */
static void put_comment(struct text_out *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        text_out_string(out, "# ");
        text_out_bytes(out, text, length);
        text_out_string(out, "\n");
        text += length;
        text += *text == '\n';
    }
}

/* Text as XML has it: what it may not hold becomes '?'. */
static void put_xml(struct text_out *out, const char *text)
{
    for (; *text; text++) {
        u8 letter = (u8)*text;
        if (letter == '<' || letter == '&' || letter == '"' || letter == '>')
            text_out_format(out, "&#%u;", letter);
        else
            text_out_format(out, "%c",
                            letter < 0x20 && letter != '\n' && letter != '\t' ? '?' : letter);
    }
}

void script_put_case(struct text_out *cases, const char *script, const char *name,
                     const char *failure)
{
    text_out_string(cases, "  <testcase classname=\"");
    put_xml(cases, script);
    text_out_string(cases, "\" name=\"");
    put_xml(cases, name);
    text_out_string(cases, failure ? "\">\n    <failure>" : "\"/>\n");
    if (!failure)
        return;
    put_xml(cases, failure);
    text_out_string(cases, "</failure>\n  </testcase>\n");
}

/* tap(passed, name, message) */
static int native_tap(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct text_out out = TEXT_OUT_EMPTY, report = TEXT_OUT_EMPTY;
    bool passed = lua_toboolean(lua, 1);
    const char *name = luaL_checkstring(lua, 2), *message = luaL_checkstring(lua, 3);
    script->tally->tests++;
    text_out_format(&out, "%s %u - %s\n", passed ? "ok" : "not ok", script->tally->tests, name);
    if (!passed) {
        script->tally->failed++;
        put_comment(&out, message);
        script_report(script, &report);
        put_comment(&out, text_out_text(&report));
    }
    script_put(text_out_text(&out));
    if (script->tally->cases)
        script_put_case(script->tally->cases, script->path, name,
                        passed ? NULL : text_out_text(&out));
    text_out_free(&out);
    text_out_free(&report);
    return 0;
}

static int native_count_open(lua_State *lua)
{
    lua_pushinteger(lua, (lua_Integer)script_of(lua)->open_count);
    return 1;
}

/* Closes the newest machines until `count` are left. */
static bool close_newest(struct script *script, unsigned count, struct error *error)
{
    bool stored = true;
    while (script->open_count > count)
        if (!computer_shut(script->open[script->open_count - 1], error))
            stored = false;
    return stored;
}

static int native_close_after(lua_State *lua)
{
    struct error error;
    lua_Integer count = luaL_checkinteger(lua, 1);
    if (!close_newest(script_of(lua), count < 0 ? 0 : (unsigned)count, &error))
        return luaL_error(lua, "%s", error.text);
    return 0;
}

static const luaL_Reg natives[] = {
    {"tap", native_tap},
    {"count_open", native_count_open},
    {"close_after", native_close_after},
    {NULL, NULL},
};

/* ---- one script ---- */

static void set_arguments(lua_State *lua, const char *path, char **arguments, unsigned count)
{
    lua_createtable(lua, (int)count, 1);
    lua_pushstring(lua, path);
    lua_rawseti(lua, -2, 0);
    for (unsigned i = 0; i < count; i++) {
        lua_pushstring(lua, arguments[i]);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
    lua_setglobal(lua, "arg");
}

static const struct script_text *text_named(const struct script_host *host, const char *name)
{
    for (unsigned i = 0; i < host->text_count; i++)
        if (strcmp(host->texts[i].name, name) == 0)
            return &host->texts[i];
    return NULL;
}

static void set_texts(lua_State *lua, const struct script_host *host)
{
    lua_createtable(lua, 0, (int)host->text_count);
    for (unsigned i = 0; i < host->text_count; i++) {
        lua_pushlstring(lua, host->texts[i].text, host->texts[i].size);
        lua_setfield(lua, -2, host->texts[i].name);
    }
    lua_setglobal(lua, "embedded");
}

struct start {
    struct script *script;
    const char *path;
    char **arguments;
    unsigned argument_count;
};

/* Libraries, binding and prelude; in protected mode, for memory may run out. */
static int set_up(lua_State *lua)
{
    const struct start *start = lua_touserdata(lua, 1);
    const struct script_host *host = start->script->host;
    lua_pushlightuserdata(lua, start->script);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &registry_key);
    luaL_openlibs(lua);
    computer_register(lua);
    set_arguments(lua, start->path, start->arguments, start->argument_count);
    set_texts(lua, host);
    if (luaL_loadbuffer(lua, host->prelude, host->prelude_size, "=prelude"))
        return lua_error(lua);
    luaL_newlib(lua, natives);
    luaL_getmetatable(lua, COMPUTER_TYPE);
    lua_call(lua, 2, 0);
    return 0;
}

static void put_failure(struct script *script, const char *message)
{
    struct text_out out = TEXT_OUT_EMPTY;
    text_out_format(&out, "glass386: %s\n", message);
    script_report(script, &out);
    script_put_error(text_out_text(&out));
    text_out_free(&out);
}

static const char *message_of(lua_State *lua)
{
    const char *message = luaL_tolstring(lua, -1, NULL);
    return message ? message : "unknown error";
}

/* The script's own text, compiled. */
static int load_script(lua_State *lua, const struct start *start)
{
    const struct script_host *host = start->script->host;
    if (!host->texts_run)
        return luaL_loadfilex(lua, start->path, "t");
    const struct script_text *text = text_named(host, start->path);
    return text ? luaL_loadbufferx(lua, text->text, text->size, "=lab", "t") : LUA_ERRFILE;
}

static enum script_outcome run_file(lua_State *lua, struct start *start)
{
    struct script *script = start->script;
    unsigned failed_before = script->tally->failed;
    lua_pushcfunction(lua, set_up);
    lua_pushlightuserdata(lua, start);
    if (lua_pcall(lua, 1, 0, 0) != LUA_OK || load_script(lua, start) != LUA_OK) {
        put_failure(script, message_of(lua));
        return SCRIPT_UNUSABLE;
    }
    if (lua_pcall(lua, 0, 0, 0) != LUA_OK) {
        put_failure(script, message_of(lua));
        return script->limit_reached ? SCRIPT_LIMIT : SCRIPT_FAILED;
    }
    if (script->limit_reached)
        return SCRIPT_LIMIT;
    return script->tally->failed > failed_before ? SCRIPT_FAILED : SCRIPT_PASSED;
}

enum script_outcome script_run(const struct script_host *host, const char *path, char **arguments,
                               unsigned argument_count, struct script_tally *tally)
{
    struct script script = {.host = host, .tally = tally, .path = path};
    struct start start = {&script, path, arguments, argument_count};
    struct error error;
    lua_State *lua = luaL_newstate();
    if (!lua) {
        script_put_error("glass386: out of memory for a script\n");
        return SCRIPT_UNUSABLE;
    }
    enum script_outcome outcome = run_file(lua, &start);
    if (!close_newest(&script, 0, &error)) {
        script_put_error("glass386: ");
        script_put_error(error.text);
        script_put_error("\n");
        outcome = SCRIPT_FAILED;
    }
    lua_close(lua);
    return outcome;
}

void script_plan(const struct script_tally *tally)
{
    struct text_out out = TEXT_OUT_EMPTY;
    if (tally->tests)
        text_out_format(&out, "1..%u\n", tally->tests);
    script_put(text_out_text(&out));
    text_out_free(&out);
}
