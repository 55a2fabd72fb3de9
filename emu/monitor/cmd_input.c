/* Keys, text and mouse for the guest. */
#include "monitor/command.h"

#include <stdlib.h>
#include <string.h>

enum monitor_result cmd_sendkey(struct call *call)
{
    if (!machine_send_chord(call->monitor->machine, call->arguments[0].text, call->error))
        return command_failed(call);
    return MONITOR_OK;
}

/* \n and \t and \\ as in C. */
static size_t unescape(const char *from, char *to)
{
    char *start = to;
    for (; *from; from++) {
        if (*from == '\\' && strchr("nt\\", from[1]) && from[1]) {
            from++;
            *to++ = *from == 'n' ? '\n' : *from == 't' ? '\t' : '\\';
        } else {
            *to++ = *from;
        }
    }
    return (size_t)(to - start);
}

enum monitor_result cmd_type(struct call *call)
{
    char text[2048];
    size_t length = unescape(call->arguments[0].text, text);
    size_t taken = machine_type(call->monitor->machine, text, length);
    if (taken == length)
        return MONITOR_OK;
    error_set(call->error, "only %zu of %zu characters were taken: let the machine run on", taken,
              length);
    return command_failed(call);
}

/* ---- mouse ---- */

static bool queue_mouse(struct call *call, int dx, int dy, int wheel, unsigned buttons)
{
    return machine_mouse(call->monitor->machine, dx, dy, wheel, buttons) ||
           error_set(call->error, "the mouse's queue is full: let the machine run on");
}

/* "dx dy [wheel]", numbers with signs; false when it is something else. */
static bool take_move(const char *text, int move[3])
{
    unsigned count = 0;
    for (; count < 3 && *text; count++) {
        char *end;
        long number = strtol(text, &end, 10);
        if (end == text || (*end && *end != ' ') || number < -32767 || number > 32767)
            return false;
        move[count] = (int)number;
        text = end + strspn(end, " ");
    }
    return count >= 2 && !*text;
}

static unsigned button_named(const char *text, size_t length)
{
    static const char *const names[] = {"left", "right", "middle"};
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++)
        if (strlen(names[i]) == length && strncmp(text, names[i], length) == 0)
            return 1u << i;
    return 0;
}

static bool push_button(struct call *call, unsigned button, const char *how)
{
    unsigned down = machine_mouse_buttons(call->monitor->machine);
    if (strcmp(how, "down") == 0)
        return queue_mouse(call, 0, 0, 0, down | button);
    if (strcmp(how, "up") == 0)
        return queue_mouse(call, 0, 0, 0, down & ~button);
    return queue_mouse(call, 0, 0, 0, down | button) && queue_mouse(call, 0, 0, 0, down & ~button);
}

enum monitor_result cmd_mouse(struct call *call)
{
    const char *text = call->arguments[0].text;
    int move[3] = {0, 0, 0};
    size_t length = strcspn(text, " ");
    const char *how = text + length + strspn(text + length, " ");
    unsigned button = button_named(text, length);
    bool known = !*how || !strcmp(how, "down") || !strcmp(how, "up");
    if (take_move(text, move)) {
        unsigned buttons = machine_mouse_buttons(call->monitor->machine);
        return queue_mouse(call, move[0], move[1], move[2], buttons) ? MONITOR_OK
                                                                     : command_failed(call);
    }
    if (button && known)
        return push_button(call, button, how) ? MONITOR_OK : command_failed(call);
    error_set(call->error, "'%s': expected dx dy [wheel], or left, right or middle [down or up]",
              text);
    return command_failed(call);
}

/* QEMU's: bit 0 left, 1 middle, 2 right. */
enum monitor_result cmd_mouse_button(struct call *call)
{
    u64 state = call->arguments[0].value.value;
    unsigned buttons = (state & 1 ? 1u : 0) | (state & 2 ? 4u : 0) | (state & 4 ? 2u : 0);
    return queue_mouse(call, 0, 0, 0, buttons) ? MONITOR_OK : command_failed(call);
}
