#include "debug/expression.h"

#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/registers.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 50u

struct parser {
    const struct expression_scope *scope;
    const char *at;
    struct error *error;
    u32 depth;
};

static bool parse_binary(struct parser *parser, unsigned level, u32 *value);

static void skip_blanks(struct parser *parser)
{
    while (*parser->at == ' ' || *parser->at == '\t')
        parser->at++;
}

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_' || at[length] == '.')
        length++;
    return length;
}

static int digit_value(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : 99;
}

static bool parse_digits(const char *digits, size_t length, unsigned base, u32 *value)
{
    u64 sum = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_value(digits[i]);
        if (digit >= (int)base)
            return false;
        sum = sum * base + (u64)digit;
        if (sum > UINT32_MAX)
            return false;
    }
    *value = (u32)sum;
    return length > 0;
}

/* 0x10, 10h, 16. */
static bool parse_number(const char *word, size_t length, u32 *value)
{
    if (length > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
        return parse_digits(word + 2, length - 2, 16, value);
    if (length > 1 && (word[length - 1] == 'h' || word[length - 1] == 'H'))
        return parse_digits(word, length - 1, 16, value);
    return parse_digits(word, length, 10, value);
}

static bool parse_word(struct parser *parser, u32 *value)
{
    const char *word = parser->at;
    bool must_be_register = *word == '$' || *word == '%';
    word += must_be_register;
    size_t length = word_length(word);
    const struct register_row *row = register_named(word, length);
    if (length == 0)
        return error_set(parser->error, "'%s': expected a number, a register or a symbol",
                         parser->at);
    if (row)
        *value = row->get(parser->scope->cpu, row->number);
    else if (must_be_register)
        return error_set(parser->error, "there is no register called '%.*s'", (int)length, word);
    else if (isdigit((unsigned char)*word)) {
        if (!parse_number(word, length, value))
            return error_set(parser->error, "'%.*s' is no number of 32 bits: write 16, 0x10 or 10h",
                             (int)length, word);
    } else if (!parser->scope->symbols ||
               !symbols_find(parser->scope->symbols, word, length, value)) {
        return error_set(parser->error, "'%.*s' is no register and no known symbol", (int)length,
                         word);
    }
    parser->at = word + length;
    return true;
}

static bool expect(struct parser *parser, char closing)
{
    skip_blanks(parser);
    if (*parser->at != closing)
        return error_set(parser->error, "'%s': a '%c' is missing", parser->at, closing);
    parser->at++;
    return true;
}

static bool parse_memory(struct parser *parser, u32 *value)
{
    u8 bytes[4];
    u32 linear;
    if (!parse_binary(parser, 0, &linear) || !expect(parser, ']'))
        return false;
    if (!translate_peek(parser->scope->cpu, linear, bytes, sizeof bytes))
        return error_set(parser->error, "[0x%08x]: no page is mapped there", linear);
    *value = load_le32(bytes);
    return true;
}

static bool parse_unary(struct parser *parser, u32 *value)
{
    skip_blanks(parser);
    if (parser->depth++ > MAX_DEPTH)
        return error_set(parser->error, "the expression is too deep");
    bool parsed;
    switch (*parser->at) {
    case '-':
        parser->at++;
        parsed = parse_unary(parser, value);
        *value = 0u - *value;
        break;
    case '~':
        parser->at++;
        parsed = parse_unary(parser, value);
        *value = ~*value;
        break;
    case '(':
        parser->at++;
        parsed = parse_binary(parser, 0, value) && expect(parser, ')');
        break;
    case '[':
        parser->at++;
        parsed = parse_memory(parser, value);
        break;
    default:
        parsed = parse_word(parser, value);
    }
    parser->depth--;
    return parsed;
}

enum operator_kind {
    OR_ELSE,
    AND_ALSO,
    OR,
    XOR,
    AND,
    EQUAL,
    UNEQUAL,
    AT_MOST,
    AT_LEAST,
    BELOW,
    ABOVE,
    LEFT,
    RIGHT,
    PLUS,
    MINUS,
    TIMES,
    OVER,
    MODULO
};
struct operator_row {
    const char *sign;
    u8 level; /* binds tighter the higher, as in C */
    enum operator_kind kind;
};
/* Longer signs first: "<=" is no "<". */
// clang-format off
static const struct operator_row operators[] = {
    {"||", 0, OR_ELSE}, {"&&", 1, AND_ALSO}, {"==", 5, EQUAL}, {"!=", 5, UNEQUAL}, {"<=", 6, AT_MOST}, {">=", 6, AT_LEAST},
    {"<<", 7, LEFT}, {">>", 7, RIGHT}, {"|", 2, OR}, {"^", 3, XOR}, {"&", 4, AND}, {"<", 6, BELOW}, {">", 6, ABOVE},
    {"+", 8, PLUS}, {"-", 8, MINUS}, {"*", 9, TIMES}, {"/", 9, OVER}, {"%", 9, MODULO},
};
// clang-format on
#define TIGHTEST 10u

static const struct operator_row *operator_at(const char *at, unsigned level)
{
    for (size_t i = 0; i < ARRAY_COUNT(operators); i++)
        if (strncmp(at, operators[i].sign, strlen(operators[i].sign)) == 0)
            return operators[i].level == level ? &operators[i] : NULL;
    return NULL;
}

/* Comparisons are unsigned and give 1 or 0. */
static u32 combine(enum operator_kind kind, u32 left, u32 right)
{
    switch (kind) {
    case OR_ELSE:
        return left || right;
    case AND_ALSO:
        return left && right;
    case OR:
        return left | right;
    case XOR:
        return left ^ right;
    case AND:
        return left & right;
    case EQUAL:
        return left == right;
    case UNEQUAL:
        return left != right;
    case AT_MOST:
        return left <= right;
    case AT_LEAST:
        return left >= right;
    case BELOW:
        return left < right;
    case ABOVE:
        return left > right;
    case LEFT:
        return right < 32 ? left << right : 0;
    case RIGHT:
        return right < 32 ? left >> right : 0;
    case PLUS:
        return left + right;
    case MINUS:
        return left - right;
    case TIMES:
        return left * right;
    case OVER:
        return left / right;
    case MODULO:
        return left % right;
    }
    return 0;
}

static bool apply(struct parser *parser, enum operator_kind kind, u32 *left, u32 right)
{
    if ((kind == OVER || kind == MODULO) && right == 0)
        return error_set(parser->error, "division by zero");
    *left = combine(kind, *left, right);
    return true;
}

static bool parse_binary(struct parser *parser, unsigned level, u32 *value)
{
    if (level == TIGHTEST)
        return parse_unary(parser, value);
    if (!parse_binary(parser, level + 1, value))
        return false;
    for (;;) {
        skip_blanks(parser);
        const struct operator_row *operator= operator_at(parser->at, level);
        u32 right;
        if (!operator)
            return true;
        parser->at += strlen(operator->sign);
        if (!parse_binary(parser, level + 1, &right) ||
            !apply(parser, operator->kind, value, right))
            return false;
    }
}

static int segment_named(const char *word, size_t length)
{
    static const char names[SEG_COUNT][3] = {"es", "cs", "ss", "ds", "fs", "gs"};
    for (int number = 0; number < SEG_COUNT; number++)
        if (length == 2 && strncmp(word, names[number], 2) == 0)
            return number;
    return -1;
}

/* "17:" or "0x17:" or "ds:" before an offset. Selectors and offsets beside a colon are hexadecimal,
   as every debugger prints them. */
static bool parse_logical(struct parser *parser, struct expression_value *value, bool *found)
{
    size_t length = word_length(parser->at);
    *found = length > 0 && parser->at[length] == ':';
    if (!*found)
        return true;
    value->logical = true;
    value->segment = segment_named(parser->at, length);
    u32 selector;
    const char *digits = parser->at;
    bool prefixed = length > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x';
    if (value->segment >= 0)
        selector = parser->scope->cpu->segs[value->segment].selector;
    else if (!parse_digits(digits + (prefixed ? 2 : 0), length - (prefixed ? 2 : 0), 16,
                           &selector) ||
             selector > 0xffff)
        return error_set(parser->error,
                         "'%.*s' is no selector: four hex digits or cs ds es fs gs ss", (int)length,
                         digits);
    value->selector = (u16)selector;
    parser->at += length + 1;
    length = word_length(parser->at);
    if (parse_digits(parser->at, length, 16, &value->value)) {
        parser->at += length;
        return true;
    }
    return parse_binary(parser, 0, &value->value);
}

bool expression_evaluate(const struct expression_scope *scope, const char **text,
                         struct expression_value *value, struct error *error)
{
    struct parser parser = {.scope = scope, .at = *text, .error = error};
    bool found;
    *value = (struct expression_value){.segment = -1};
    skip_blanks(&parser);
    if (!parse_logical(&parser, value, &found))
        return false;
    if (!found && !parse_binary(&parser, 0, &value->value))
        return false;
    skip_blanks(&parser);
    *text = parser.at;
    return true;
}

/* Base of a descriptor (PRM 5.1.3). */
static u32 descriptor_base(u64 descriptor)
{
    return (u32)(descriptor >> 16 & 0xffffff) | (u32)(descriptor >> 32 & 0xff000000);
}

bool expression_linear(const struct cpu *cpu, const struct expression_value *value, u32 *linear,
                       struct error *error)
{
    u64 descriptor;
    u32 address;
    *linear = value->value;
    if (!value->logical)
        return true;
    if (value->segment >= 0)
        *linear += cpu->segs[value->segment].base;
    else if (!cpu_protected(cpu) || cpu_v86(cpu))
        *linear += (u32)value->selector << 4;
    else if (translate_descriptor(cpu, value->selector, &descriptor, &address))
        *linear += descriptor_base(descriptor);
    else
        return error_set(error, "selector %04x lies beyond its descriptor table", value->selector);
    return true;
}
