/* Printing with names: the text and the JSON of an answer come from the same call. */
#include "monitor/command.h"

#include <stdarg.h>
#include <string.h>

/* The value of the format's first conversion. */
static void record_value(struct json_record *record, const char *name, const char *format,
                         va_list values)
{
    const char *at = strchr(format, '%') + 1;
    while (strchr("-+ #0123456789.*", *at))
        if (*at++ == '*')
            (void)va_arg(values, int);
    bool wide = at[0] == 'l' && at[1] == 'l';
    at += wide ? 2 : 0;
    if (*at == 's') {
        const char *text = va_arg(values, const char *);
        json_string(record, name, text, strlen(text));
    } else if (*at == 'd') {
        json_signed(record, name, wide ? va_arg(values, long long) : va_arg(values, int));
    } else {
        json_number(record, name,
                    wide ? va_arg(values, unsigned long long) : va_arg(values, unsigned));
    }
}

void put(struct call *call, const char *name, const char *format, ...)
{
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    text_out_formatted(call->out, format, values);
    va_end(values);
    if (call->monitor->record)
        record_value(call->monitor->record, name, format, again);
    va_end(again);
}

void note(struct monitor *monitor, const char *name, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    if (monitor->record)
        record_value(monitor->record, name, format, values);
    va_end(values);
}

void note_since(struct call *call, const char *name, size_t mark)
{
    if (call->monitor->record)
        json_string(call->monitor->record, name, text_out_text(call->out) + mark,
                    call->out->length - mark);
}

void put_row(struct call *call, const char *list)
{
    if (call->monitor->record)
        json_row(call->monitor->record, list);
}

void put_top(struct call *call)
{
    if (call->monitor->record)
        json_top(call->monitor->record);
}
