#ifndef GLASS386_MONITOR_COMMAND_H
#define GLASS386_MONITOR_COMMAND_H

#include "debug/breakpoint.h"
#include "debug/expression.h"
#include "debug/guest_slot.h"
#include "debug/symbols.h"
#include "machine/machine.h"
#include "monitor/json.h"
#include "monitor/monitor.h"

/* A command is one row: names, signature, handler, help. Parsing, arity errors, completion, `help`
   and MONITOR.md read the row.

   Signature letters, one an argument; a lower-case letter may be left out:
     A a  an address or number, as an expression
     W w  one word
     T t  the rest of the line
     /    (first only) takes a format, "xp /8wx" or "xp/8wx" */

#define COMMAND_MAX_ARGUMENTS 4u

struct format {
    u32 count;
    char letter; /* x d u o t c i s */
    u8 size;     /* 1, 2, 4 or 8 bytes */
};

struct command_argument {
    bool given;
    struct expression_value value; /* A */
    const char *text;              /* W, T: zero-terminated; A: what was typed */
};

#define MONITOR_ALIASES_MAX 16u

struct monitor_alias {
    char name[16], line[128]; /* "" = free */
};

/* Whose look registers, segments and memory dumps have; the answers are the same. */
enum dialect { DIALECT_OWN, DIALECT_HMP, DIALECT_BOCHS, DIALECT_GDB, DIALECTS };
extern const char *const dialect_names[DIALECTS];

struct monitor {
    struct machine *machine;
    struct symbols symbols;
    bool own_symbols; /* a person has loaded them, for whatever segment */
    struct breakpoints breakpoints;
    struct format format; /* of the last x or xp */
    monitor_screenshot *screenshot;
    monitor_picture *picture;
    struct timeline *timeline; /* may be null */
    char last_line[256];       /* Enter repeats it */
    struct monitor_alias aliases[MONITOR_ALIASES_MAX];
    u32 source_depth; /* files of `source` that are being read */
    struct log *log;  /* may be null */
    enum dialect dialect;
    struct json_record *record; /* null unless the answer is wanted as JSON */
};

struct call {
    struct monitor *monitor;
    struct cpu *cpu;
    struct text_out *out;
    struct error *error;
    struct format format;
    bool has_format;
    struct command_argument arguments[COMMAND_MAX_ARGUMENTS];
};

typedef enum monitor_result command_handler(struct call *call);

struct command {
    const char *name, *aliases; /* aliases: separated by blanks, or null */
    const char *signature;
    command_handler *handler;
    const char *arguments; /* as help shows them */
    const char *help;
    const char *group;
};

extern const struct command commands[];
extern const u32 command_count;

/* The rows of `info`: topic, aliases, ... */
extern const struct command info_topics[];
extern const u32 info_topic_count;

/* Finds by name, alias or unique prefix; null and a line in `error` when none or several fit. */
const struct command *command_find(const struct command *table, u32 count, const char *word,
                                   size_t length, const char *kind, struct error *error);

/* Parses the arguments after the command's word by its signature. `words` is scratch that the texts
   point into, at least as long as the line. */
bool command_parse(const struct command *command, const char *rest, char *words, struct call *call);

/* Parses and runs one row. */
enum monitor_result command_run(const struct command *command, const char *rest, struct call *call);

/* The answer of a handler that met an error: the line goes to the text. */
enum monitor_result command_failed(struct call *call);

/* ---- printing with names ---- */

/* Prints, and gives the value of the format's first conversion (%u %x %d %s, with ll) that name in
   the answer as JSON. `name` lives as long as the program. */
void put(struct call *call, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same without printing. */
void note(struct monitor *monitor, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What was printed since the text had `mark` letters, under a name. */
void note_since(struct call *call, const char *name, size_t mark);
/* What follows is an object in a list of that name; or the answer itself again. */
void put_row(struct call *call, const char *list);
void put_top(struct call *call);

/* Evaluates a text as one expression with nothing behind it; false with the line set. For arguments
   that may be a word or an address. */
bool expression_of(struct call *call, const char *text, struct expression_value *value);

/* Linear address of an argument, or false with the line set. */
bool argument_linear(struct call *call, unsigned number, u32 *linear);

/* "<name+0x10>" when a symbol is near, else nothing. */
void write_symbol(struct call *call, u32 address);
/* The same of an offset in CS: the kernel's names are not those of a program in a segment of its
 * own. */
void write_code_symbol(struct call *call, u32 offset);

/* The line about the instruction at CS:EIP. */
void write_where(struct monitor *monitor, struct text_out *out);

/* The data or event that a breakpoint has asked to stop for; false when it was none. And the same
   with breakpoints before instructions. */
bool write_hit(struct monitor *monitor, struct text_out *out);
void write_stop_reason(struct monitor *monitor, struct text_out *out);

/* One instruction, whatever breakpoint stands on it. A halted CPU runs to its next interrupt. */
enum machine_stop monitor_step_off(struct monitor *monitor);

/* The guest kernel's tables by the monitor's symbols, and the error where they do not tell
   (info_kernel.c). */
struct guest_kernel kernel_of(const struct call *call);
enum monitor_result kernel_unknown(struct call *call, const char *what);
bool kernel_slot(struct call *call, u32 number, struct guest_slot *slot);
/* The task that the first argument names: "task N" by its slot, "pid N" by its pid, a bare number
   as `bare` says; without one, the task that runs. */
enum kernel_name { KERNEL_SLOT, KERNEL_PID };
bool kernel_named_slot(struct call *call, enum kernel_name bare, struct guest_slot *slot);
enum monitor_result write_task_pages(struct call *call, u32 slot);
enum monitor_result write_directory_by_task(struct call *call);

/* A count of instructions in decimal digits. */
bool parse_tick(const char *text, u64 *tick);

/* After a change that the timeline's input does not tell of. */
void changed_by_hand(struct call *call);

/* Runs for so many ticks or until something stops the machine, and says where it stands. */
enum monitor_result run_for(struct call *call, u64 ticks);

/* The file that a snapshot's name means. */
void snapshot_path(const char *name, char *path, size_t size);

/* dialect.c: each prints and gives true when a dialect other than ours is set, and no JSON wanted.
 */
bool dialect_registers(struct call *call);
bool dialect_segments(struct call *call);
bool dialect_control(struct call *call);
/* What stands before a line of a dump at `address`, `index` values behind its beginning; before a
   value. */
void dialect_dump_address(struct call *call, u32 address, u32 index, u32 size);
const char *dialect_dump_gap(const struct call *call);

/* Handlers, by file. */
command_handler cmd_set, cmd_wait, cmd_log, cmd_delvm, cmd_gva2gpa, info_snapshots; /* cmd_misc.c */
command_handler cmd_draw;                                                           /* cmd_draw.c */
command_handler cmd_physical_break;                                              /* cmd_break.c */
command_handler cmd_explain, cmd_who_wrote, cmd_diff_pages;                      /* cmd_explain.c */
command_handler cmd_continue, cmd_step, cmd_next, cmd_stop, cmd_quit, cmd_reset; /* cmd_run.c */
command_handler cmd_until, cmd_finish;
command_handler cmd_break, cmd_tbreak, cmd_delete, cmd_enable, cmd_disable,
    info_break; /* cmd_break.c */
command_handler cmd_watch, cmd_rwatch, cmd_awatch, cmd_break_interrupt, cmd_break_fault,
    cmd_break_port, cmd_break_task, cmd_break_cr3, cmd_break_mode;
command_handler cmd_where, cmd_print_stack, cmd_time, cmd_port_in, cmd_port_out, cmd_step_ticks,
    cmd_save_linear, cmd_save_physical, cmd_write_memory, cmd_source, cmd_alias;    /* cmd_hand.c */
command_handler cmd_goto, cmd_reverse_step, cmd_reverse_continue;                   /* cmd_back.c */
command_handler cmd_x, cmd_xp, cmd_print, cmd_disassemble, cmd_screen, cmd_symbols; /* cmd_look.c */
command_handler cmd_setpmem;
command_handler cmd_translate, cmd_walk, cmd_page; /* cmd_translate.c */
command_handler info_registers, info_segments, info_control, info_debug, info_cpu; /* info_cpu.c */
command_handler info_fpu;
command_handler info_gdt, info_ldt, info_idt, info_tss, info_tasks; /* info_tables.c */
command_handler info_zones, info_slots, info_task, info_frames, info_swap,
    info_stats;                                                             /* info_kernel.c */
command_handler info_vma, info_mm;                                          /* info_regions.c */
command_handler cmd_trace;                                                  /* cmd_trace.c */
command_handler info_pdir, info_pages, info_ranges, info_memory, info_tlb;  /* info_pages.c */
command_handler info_pic, info_time, info_events, info_faults, info_unit;   /* info_machine.c */
command_handler cmd_help, cmd_info, cmd_savevm, cmd_loadvm, cmd_screendump; /* cmd_state.c */
command_handler cmd_sendkey, cmd_type, cmd_mouse, cmd_mouse_button;         /* cmd_input.c */
command_handler info_pit, info_vga, info_kbd, info_mouse, info_serial, info_parallel, info_cmos,
    info_speaker, info_ports;                                                    /* info_chips.c */
command_handler cmd_change, cmd_eject, info_block, info_ide, info_fdc, info_dma; /* cmd_media.c */

#endif
