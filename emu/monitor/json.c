#include "monitor/json.h"

#include <ctype.h>
#include <string.h>

static void write_string(const char *text, size_t length, struct text_out *out)
{
    text_out_string(out, "\"");
    for (size_t i = 0; i < length; i++) {
        u8 byte = (u8)text[i];
        if (byte == '"' || byte == '\\')
            text_out_format(out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            text_out_format(out, "\\u%04x", byte);
        else
            text_out_bytes(out, &byte, 1);
    }
    text_out_string(out, "\"");
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* name=value, of which the value ends at a blank, a comma, or the line's end. */
static void write_values(const char *line, size_t length, struct text_out *out)
{
    bool first = true;
    for (size_t at = 0; at < length; at++) {
        size_t name = at, end = at + 1;
        if (line[at] != '=' || at == 0 || !in_name(line[at - 1]))
            continue;
        while (name > 0 && in_name(line[name - 1]))
            name--;
        while (end < length && !strchr(" ,;)\t", line[end]))
            end++;
        if (end == at + 1)
            continue;
        text_out_string(out, first ? "" : ", ");
        write_string(line + name, at - name, out);
        text_out_string(out, ": ");
        write_string(line + at + 1, end - at - 1, out);
        first = false;
        at = end - 1;
    }
}

void json_answer(const char *command, bool ok, const char *text, struct text_out *out)
{
    text_out_string(out, "{\"command\": ");
    write_string(command, strlen(command), out);
    text_out_format(out, ", \"ok\": %s, \"lines\": [", ok ? "true" : "false");
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        text_out_string(out, line == text ? "\n {\"text\": " : ",\n {\"text\": ");
        write_string(line, length, out);
        text_out_string(out, ", \"values\": {");
        write_values(line, length, out);
        text_out_string(out, "}}");
        line += length;
        line += *line == '\n';
    }
    text_out_string(out, "]}\n");
}
