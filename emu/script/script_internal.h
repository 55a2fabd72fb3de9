#ifndef GLASS386_SCRIPT_SCRIPT_INTERNAL_H
#define GLASS386_SCRIPT_SCRIPT_INTERNAL_H

#include "monitor/monitor.h"
#include "script/script.h"

#include <lauxlib.h>
#include <lua.h>

/* Shared by the files of this folder only. */

#define SCRIPT_MACHINES_MAX 64u
#define COMPUTER_TYPE "glass386.machine"

/* One script while it runs. */
struct script {
    const struct script_host *host;
    struct script_tally *tally;
    const char *path;
    bool limit_reached;
    struct script_computer *open[SCRIPT_MACHINES_MAX]; /* in order of creation */
    unsigned open_count;
};

/* A machine as Lua holds it: full userdata, so that it stays where it is. */
struct script_computer {
    struct script *script;
    struct machine *machine; /* null once closed */
    struct monitor *monitor;
    struct timeline *timeline; /* null when the host had no memory for it */
    struct text_out serial;    /* all that COM1 sent */
    enum machine_stop stop;    /* why it came back last */
    u64 limit;                 /* tick */
};

/* The running script, from Lua's registry. */
struct script *script_of(lua_State *lua);

/* The open machine at stack index 1; a Lua error when it is closed or something else. */
struct script_computer *computer_argument(lua_State *lua);

/* After a change that no input of the machine tells of. */
void computer_changed(struct script_computer *computer);

/* Defines the type of machines and their methods; machine(), close. */
void computer_register(lua_State *lua);
/* Closes; a host error becomes the text. Harmless on a closed one. */
bool computer_shut(struct script_computer *computer, struct error *error);

/* Methods that look (computer_look.c) and methods that act (computer.c). */
extern const luaL_Reg computer_look_methods[];

/* Screen, registers, last faults and end of the serial text of each open machine. */
void script_report(struct script *script, struct text_out *out);

/* print.c: standard output and standard error. */
void script_put(const char *text);
void script_put_error(const char *text);

#endif
