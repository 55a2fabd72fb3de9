/* $(( ... )): integers, names of variables, the operators of C by precedence. */
#include "sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum operation {
	OR, AND, BIT_OR, BIT_XOR, BIT_AND, EQUAL, UNEQUAL, AT_MOST, AT_LEAST, LEFT, RIGHT, BELOW,
	ABOVE, PLUS, MINUS, TIMES, DIVIDE, REMAINDER,
};

static const struct row {
	const char *text;
	int level; /* higher binds tighter */
	enum operation operation;
} rows[] = {
	{"||", 1, OR},	     {"&&", 2, AND},	 {"==", 6, EQUAL}, {"!=", 6, UNEQUAL},
	{"<=", 7, AT_MOST},  {">=", 7, AT_LEAST}, {"<<", 8, LEFT},  {">>", 8, RIGHT},
	{"|", 3, BIT_OR},    {"^", 4, BIT_XOR},	 {"&", 5, BIT_AND}, {"<", 7, BELOW},
	{">", 7, ABOVE},     {"+", 9, PLUS},	 {"-", 9, MINUS},  {"*", 10, TIMES},
	{"/", 10, DIVIDE},   {"%", 10, REMAINDER},
};

struct parser {
	const char *p;
	const char *error;
};

static long parse_level(struct parser *parser, int level);

static void skip_space(struct parser *parser)
{
	while (isspace(*parser->p))
		parser->p++;
}

static long parse_name(struct parser *parser)
{
	size_t length = var_name_length(parser->p);
	const char *value = var_get(arena_copy(parser->p, length));

	parser->p += length;
	return value ? strtol(value, NULL, 0) : 0;
}

static long parse_unary(struct parser *parser)
{
	char *end;
	long value;

	skip_space(parser);
	switch (*parser->p) {
	case '-':
		parser->p++;
		return -parse_unary(parser);
	case '+':
		parser->p++;
		return parse_unary(parser);
	case '!':
		parser->p++;
		return !parse_unary(parser);
	case '~':
		parser->p++;
		return ~parse_unary(parser);
	case '(':
		parser->p++;
		value = parse_level(parser, 1);
		if (*parser->p++ != ')') {
			parser->p--;
			parser->error = "bracket not closed";
		}
		return value;
	}
	if (var_name_length(parser->p))
		return parse_name(parser);
	value = strtol(parser->p, &end, 0);
	if (end == parser->p)
		parser->error = "a number is missing";
	parser->p = end;
	return value;
}

static long divide(struct parser *parser, long a, long b, int remainder)
{
	if (b == 0) {
		parser->error = "division by 0";
		return 0;
	}
	if (b == -1)
		return remainder ? 0 : -a;
	return remainder ? a % b : a / b;
}

static long apply(struct parser *parser, enum operation operation, long a, long b)
{
	switch (operation) {
	case OR:
		return a || b;
	case AND:
		return a && b;
	case BIT_OR:
		return a | b;
	case BIT_XOR:
		return a ^ b;
	case BIT_AND:
		return a & b;
	case EQUAL:
		return a == b;
	case UNEQUAL:
		return a != b;
	case AT_MOST:
		return a <= b;
	case AT_LEAST:
		return a >= b;
	case BELOW:
		return a < b;
	case ABOVE:
		return a > b;
	case LEFT:
		return a << (b & 31);
	case RIGHT:
		return a >> (b & 31);
	case PLUS:
		return a + b;
	case MINUS:
		return a - b;
	case TIMES:
		return a * b;
	case DIVIDE:
		return divide(parser, a, b, 0);
	case REMAINDER:
		return divide(parser, a, b, 1);
	}
	return 0;
}

static const struct row *next_operator(struct parser *parser)
{
	skip_space(parser);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!strncmp(parser->p, rows[i].text, strlen(rows[i].text)))
			return &rows[i];
	return NULL;
}

static long parse_level(struct parser *parser, int level)
{
	long value = parse_unary(parser);
	const struct row *row;

	while (!parser->error && (row = next_operator(parser)) && row->level >= level) {
		parser->p += strlen(row->text);
		value = apply(parser, row->operation, value, parse_level(parser, row->level + 1));
	}
	return value;
}

long arithmetic(const char *text)
{
	struct parser parser = {.p = text};
	long value = parse_level(&parser, 1);

	skip_space(&parser);
	if (*parser.p && !parser.error)
		parser.error = "not an expression";
	if (!parser.error)
		return value;
	sh_message(text, parser.error);
	return 0;
}
