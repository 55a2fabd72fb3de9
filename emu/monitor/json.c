#include "monitor/json.h"

#include <ctype.h>
#include <string.h>

/* Bytes of one character of valid UTF-8, as RFC 3629 has it; 0 when these are none. */
static size_t character_length(const char *text, size_t length)
{
    u8 first = (u8)text[0];
    size_t wanted = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (wanted > length || first > 0xf4)
        return 0;
    for (size_t i = 1; i < wanted; i++)
        if (((u8)text[i] & 0xc0) != 0x80)
            return 0;
    if (wanted < 3)
        return wanted;
    u8 second = (u8)text[1];
    bool sound = first == 0xe0   ? second >= 0xa0
                 : first == 0xed ? second < 0xa0
                 : first == 0xf0 ? second >= 0x90
                 : first == 0xf4 ? second < 0x90
                                 : true;
    return sound ? wanted : 0;
}

static void write_string(const char *text, size_t length, struct text_out *out)
{
    text_out_string(out, "\"");
    for (size_t i = 0, count; i < length; i += count ? count : 1) {
        u8 byte = (u8)text[i];
        count = character_length(text + i, length - i);
        if (byte == '"' || byte == '\\')
            text_out_format(out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            text_out_format(out, "\\u%04x", byte);
        else if (count == 0)
            text_out_string(out, "\\ufffd");
        else
            text_out_bytes(out, text + i, count);
    }
    text_out_string(out, "\"");
}

/* ---- members ---- */

static bool has(const struct json_scope *scope, const char *name)
{
    for (u32 i = 0; i < scope->count; i++)
        if (strcmp(scope->names[i], name) == 0)
            return true;
    return scope->count == JSON_MEMBERS_MAX;
}

/* "name": with a comma where one is due; false when the object shall not have it. */
static bool begin_member(struct json_record *record, const char *name)
{
    struct json_scope *scope = record->list ? &record->row : &record->top;
    if (record->muted || has(scope, name))
        return false;
    scope->names[scope->count++] = name;
    text_out_format(&record->members,
                    record->list && scope->count == 1 ? "\"%s\": " : ", \"%s\": ", name);
    return true;
}

void json_row(struct json_record *record, const char *list)
{
    if (record->list && strcmp(record->list, list) == 0) {
        if (!record->muted)
            text_out_string(&record->members, "},\n  {");
        record->row.count = 0;
        return;
    }
    json_top(record);
    record->muted = !begin_member(record, list);
    record->list = list;
    record->row.count = 0;
    if (!record->muted)
        text_out_string(&record->members, "[\n  {");
}

void json_top(struct json_record *record)
{
    if (record->list && !record->muted)
        text_out_string(&record->members, "}]");
    record->list = NULL;
    record->muted = false;
}

void json_number(struct json_record *record, const char *name, u64 value)
{
    if (begin_member(record, name))
        text_out_format(&record->members, "%llu", (unsigned long long)value);
}

void json_signed(struct json_record *record, const char *name, s64 value)
{
    if (begin_member(record, name))
        text_out_format(&record->members, "%lld", (long long)value);
}

void json_string(struct json_record *record, const char *name, const char *text, size_t length)
{
    if (begin_member(record, name))
        write_string(text, length, &record->members);
}

/* ---- lines ---- */

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Whether "name=" stands in the line before. */
static bool said_before(const char *line, const char *name, size_t length)
{
    for (const char *at = line; at < name; at++)
        if (strncmp(at, name, length + 1) == 0 && (at == line || !in_name(at[-1])))
            return true;
    return false;
}

/* name=value, of which the value ends at a blank, a comma, or the line's end. */
static void write_values(const char *line, size_t length, struct text_out *out)
{
    bool first = true;
    for (size_t at = 1; at < length; at++) {
        size_t name = at, end = at + 1;
        if (line[at] != '=')
            continue;
        while (name > 0 && in_name(line[name - 1]))
            name--;
        while (end < length && !strchr(" ,;)\t", line[end]))
            end++;
        if (name == at || end == at + 1 || said_before(line, line + name, at - name))
            continue;
        text_out_string(out, first ? "" : ", ");
        write_string(line + name, at - name, out);
        text_out_string(out, ": ");
        write_string(line + at + 1, end - at - 1, out);
        first = false;
        at = end - 1;
    }
}

void json_answer(struct json_record *record, const char *command, bool ok, const char *text,
                 struct text_out *out)
{
    json_top(record);
    text_out_string(out, "{\"command\": ");
    write_string(command, strlen(command), out);
    text_out_format(out, ", \"ok\": %s", ok ? "true" : "false");
    text_out_string(out, text_out_text(&record->members));
    text_out_string(out, ",\n \"lines\": [");
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        text_out_string(out, line == text ? "\n  {\"text\": " : ",\n  {\"text\": ");
        write_string(line, length, out);
        text_out_string(out, ", \"values\": {");
        write_values(line, length, out);
        text_out_string(out, "}}");
        line += length;
        line += *line == '\n';
    }
    text_out_string(out, "]}\n");
    text_out_free(&record->members);
}
