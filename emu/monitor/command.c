#include "monitor/command.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool has_alias(const struct command *command, const char *word, size_t length)
{
    const char *alias = command->aliases;
    while (alias && *alias) {
        size_t alias_length = strcspn(alias, " ");
        if (alias_length == length && memcmp(alias, word, length) == 0)
            return true;
        alias += alias_length;
        alias += *alias == ' ';
    }
    return false;
}

static bool is_named(const struct command *command, const char *word, size_t length)
{
    return (strlen(command->name) == length && memcmp(command->name, word, length) == 0) ||
           has_alias(command, word, length);
}

/* "'t' may be tss, tasks or time". */
static void set_ambiguous(const struct command *table, u32 count, const char *word, size_t length,
                          struct error *error)
{
    struct text_out names = TEXT_OUT_EMPTY;
    for (u32 i = 0; i < count; i++)
        if (strncmp(table[i].name, word, length) == 0)
            text_out_format(&names, "%s%s", names.length ? ", " : "", table[i].name);
    error_set(error, "'%.*s' may be any of %s", (int)length, word, text_out_text(&names));
    text_out_free(&names);
}

const struct command *command_find(const struct command *table, u32 count, const char *word,
                                   size_t length, const char *kind, struct error *error)
{
    const struct command *prefix_match = NULL;
    bool several = false;
    for (u32 i = 0; i < count; i++) {
        if (is_named(&table[i], word, length))
            return &table[i];
        if (strncmp(table[i].name, word, length) == 0) {
            several = prefix_match != NULL;
            prefix_match = &table[i];
        }
    }
    if (prefix_match && !several)
        return prefix_match;
    if (several)
        set_ambiguous(table, count, word, length, error);
    else
        error_set(error, "%s '%.*s' is unknown; 'help%s' lists them", kind, (int)length, word,
                  table == info_topics ? " info" : "");
    return NULL;
}

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

static const char format_letters[] = "xduotcis";

static u8 format_size(char letter)
{
    switch (letter) {
    case 'b':
        return 1;
    case 'h':
        return 2;
    case 'w':
        return 4;
    case 'g':
        return 8;
    default:
        return 0;
    }
}

/* "/32wx": count, then size and letter in any order. */
static bool parse_format(const char **rest, struct call *call)
{
    const char *at = *rest;
    struct format *format = &call->format;
    call->has_format = *at == '/';
    if (!call->has_format)
        return true;
    at++;
    if (isdigit((unsigned char)*at)) {
        u64 count = 0;
        while (isdigit((unsigned char)*at) && count < 1000000)
            count = count * 10 + (u64)(*at++ - '0');
        format->count = (u32)count;
    }
    for (; isalpha((unsigned char)*at); at++) {
        if (format_size(*at))
            format->size = format_size(*at);
        else if (strchr(format_letters, *at))
            format->letter = *at;
        else
            return error_set(call->error,
                             "'%c' is no format: sizes b h w g, letters x d u o t c i s", *at);
    }
    if (format->count > 65536)
        return error_set(call->error, "at most 65536 values at once");
    *rest = skip_blanks(at);
    return true;
}

static bool parse_one(char kind, const char **rest, char **words, struct call *call,
                      struct command_argument *argument)
{
    struct expression_scope scope = {call->cpu, &call->monitor->symbols};
    const char *start = *rest;
    size_t length;
    argument->text = *words;
    switch (toupper((unsigned char)kind)) {
    case 'A':
        if (!expression_evaluate(&scope, rest, &argument->value, call->error))
            return false;
        length = (size_t)(*rest - start);
        break;
    case 'W':
        length = strcspn(start, " \t");
        *rest = skip_blanks(start + length);
        break;
    default:
        length = strlen(start);
        *rest = start + length;
    }
    memcpy(*words, start, length);
    (*words)[length] = 0;
    *words += length + 1;
    argument->given = true;
    return true;
}

bool command_parse(const struct command *command, const char *rest, char *words, struct call *call)
{
    const char *signature = command->signature;
    rest = skip_blanks(rest);
    if (*signature == '/') {
        signature++;
        if (!parse_format(&rest, call))
            return false;
    }
    for (unsigned i = 0; signature[i]; i++) {
        if (!*rest && islower((unsigned char)signature[i]))
            return true;
        if (!*rest)
            return error_set(call->error, "use: %s %s", command->name, command->arguments);
        if (!parse_one(signature[i], &rest, &words, call, &call->arguments[i]))
            return false;
    }
    if (*rest)
        return error_set(call->error, "'%s' is too much; use: %s %s", rest, command->name,
                         command->arguments);
    return true;
}

enum monitor_result command_failed(struct call *call)
{
    text_out_format(call->out, "%s\n", call->error->text);
    return MONITOR_ERROR;
}

#define LINE_LIMIT 1024u

enum monitor_result command_run(const struct command *command, const char *rest, struct call *call)
{
    char words[LINE_LIMIT + 8 * COMMAND_MAX_ARGUMENTS];
    if (strlen(rest) > LINE_LIMIT) {
        error_set(call->error, "the line is longer than %u characters", LINE_LIMIT);
        return command_failed(call);
    }
    if (!command_parse(command, rest, words, call))
        return command_failed(call);
    return command->handler(call);
}

bool expression_of(struct call *call, const char *text, struct expression_value *value)
{
    struct expression_scope scope = {call->cpu, &call->monitor->symbols};
    if (!expression_evaluate(&scope, &text, value, call->error))
        return false;
    return !*text || error_set(call->error, "'%s' is too much", text);
}

bool argument_linear(struct call *call, unsigned number, u32 *linear)
{
    return expression_linear(call->cpu, &call->arguments[number].value, linear, call->error);
}

void write_symbol(struct call *call, u32 address)
{
    const struct symbol *symbol = symbols_at(&call->monitor->symbols, address);
    if (!symbol)
        return;
    if (symbol->address == address)
        text_out_format(call->out, "<%s>", symbol->name);
    else
        text_out_format(call->out, "<%s+0x%x>", symbol->name, address - symbol->address);
}

void write_code_symbol(struct call *call, u32 offset)
{
    if (call->monitor->own_symbols || call->cpu->segs[SEG_CS].base == 0)
        write_symbol(call, offset);
}
