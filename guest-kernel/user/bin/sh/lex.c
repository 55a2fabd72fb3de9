#include "sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct lexer lexer;

static const struct operator_row {
	const char *text;
	enum token token;
	enum redirect_kind redirect;
	int fd;
} operator_rows[] = {
	/* Longer ones first. */
	{"&&", TOKEN_AND, 0, 0},
	{"||", TOKEN_OR, 0, 0},
	{";;", TOKEN_CASE_END, 0, 0},
	{"<<", TOKEN_REDIRECT, REDIRECT_DOCUMENT, 0},
	{">>", TOKEN_REDIRECT, REDIRECT_APPEND, 1},
	{"<&", TOKEN_REDIRECT, REDIRECT_SAME, 0},
	{">&", TOKEN_REDIRECT, REDIRECT_SAME, 1},
	{"<>", TOKEN_REDIRECT, REDIRECT_BOTH, 0},
	{";", TOKEN_SEMICOLON, 0, 0},
	{"&", TOKEN_BACKGROUND, 0, 0},
	{"|", TOKEN_PIPE, 0, 0},
	{"(", TOKEN_OPEN, 0, 0},
	{")", TOKEN_CLOSE, 0, 0},
	{"<", TOKEN_REDIRECT, REDIRECT_IN, 0},
	{">", TOKEN_REDIRECT, REDIRECT_OUT, 1},
};

void lex_begin(void)
{
	memset(&lexer, 0, sizeof lexer);
}

void lex_fail(const char *reason)
{
	if (!lexer.error)
		lexer.error = reason;
	lexer.token = TOKEN_END;
}

static void copy_until(struct text *word, int end, int in_quotes);

/* After a dollar: the body of (...), ((...)) or {...} belongs to the word. */
static void copy_dollar(struct text *word, int in_quotes)
{
	int c = input_next();

	if (c == '(' || c == '{') {
		text_add(word, c);
		copy_until(word, c == '(' ? ')' : '}', c == '{' && in_quotes);
	} else if (c >= 0) {
		input_back();
	}
}

static void copy_single_quoted(struct text *word)
{
	int c;

	do {
		c = input_next();
		if (c < 0) {
			lex_fail("quote not closed");
			return;
		}
		text_add(word, c);
	} while (c != '\'');
}

static void copy_escaped(struct text *word)
{
	int c = input_next();

	if (c == '\n') {
		word->length--; /* a line goes on after a backslash */
		return;
	}
	if (c >= 0)
		text_add(word, c);
}

/* Copies up to and with `end`, minding what is quoted or nested inside. */
static void copy_until(struct text *word, int end, int in_quotes)
{
	for (;;) {
		int c = input_next();

		if (c < 0) {
			lex_fail(strchr("\"`", end) ? "quote not closed" : "bracket not closed");
			return;
		}
		text_add(word, c);
		if (c == end)
			return;
		if (c == '\\')
			copy_escaped(word);
		else if (c == '$' && end != '`')
			copy_dollar(word, end == '"' || in_quotes);
		else if (c == '`' || (c == '"' && end != '`'))
			copy_until(word, c, 1);
		else if (c == '(' && end == ')')
			copy_until(word, ')', 0);
		else if (c == '\'' && end != '"' && end != '`' && !in_quotes)
			copy_single_quoted(word);
	}
}

static int ends_word(int c)
{
	return c < 0 || strchr(" \t\n;&|()<>", c) != NULL;
}

static void read_word(int c)
{
	struct text word = {0};

	for (; !ends_word(c); c = input_next()) {
		text_add(&word, c);
		if (c == '\\')
			copy_escaped(&word);
		else if (c == '\'')
			copy_single_quoted(&word);
		else if (c == '"' || c == '`')
			copy_until(&word, c, 0);
		else if (c == '$')
			copy_dollar(&word, 0);
		if (lexer.error)
			return;
	}
	if (c >= 0)
		input_back();
	lexer.token = TOKEN_WORD;
	lexer.word = text_end(&word);
}

static int read_operator(int first)
{
	int second = input_next();

	for (size_t i = 0; i < sizeof operator_rows / sizeof *operator_rows; i++) {
		const struct operator_row *o = &operator_rows[i];

		if (o->text[0] != first || (o->text[1] && o->text[1] != second))
			continue;
		if (!o->text[1] && second >= 0)
			input_back();
		lexer.token = o->token;
		lexer.redirect = o->redirect;
		lexer.redirect_fd = o->fd;
		return 1;
	}
	if (second >= 0)
		input_back();
	return 0;
}

/* A digit right before < or > names the descriptor. */
static int read_numbered_redirect(int digit)
{
	int c = input_next();

	if (c == '<' || c == '>') {
		read_operator(c);
		lexer.redirect_fd = digit - '0';
		return 1;
	}
	if (c >= 0)
		input_back();
	return 0;
}

static int read_document_line(struct text *line)
{
	int c;

	while ((c = input_next()) >= 0 && c != '\n')
		text_add(line, c);
	return c >= 0 || line->length;
}

/* Behind the line with <<: the document's lines, up to the word without its quotes. */
static void read_documents(void)
{
	for (struct redirect *r = lexer.documents; r; r = lexer.documents) {
		struct text body = {0};
		char *end = expand_text(r->target);

		r->literal = strpbrk(r->target, "'\"\\") != NULL;
		for (;;) {
			struct text line = {0};

			if (!read_document_line(&line) || !strcmp(text_end(&line), end))
				break;
			text_add_string(&body, text_end(&line));
			text_add(&body, '\n');
		}
		r->target = text_end(&body);
		lexer.documents = NULL;
	}
}

static int skip_blanks(void)
{
	int c = input_next();

	for (;;) {
		if (c == '\\') {
			if (input_next() != '\n') {
				input_back();
				return c;
			}
		} else if (c == '#') {
			while (c >= 0 && c != '\n')
				c = input_next();
			return c;
		} else if (c != ' ' && c != '\t') {
			return c;
		}
		c = input_next();
	}
}

void lex_next(void)
{
	int c;

	lexer.word = NULL;
	if (lexer.error)
		return;
	c = skip_blanks();
	if (c < 0) {
		lexer.token = TOKEN_END;
	} else if (c == '\n') {
		read_documents();
		lexer.token = TOKEN_NEWLINE;
	} else if (!(isdigit(c) && read_numbered_redirect(c)) && !read_operator(c)) {
		read_word(c);
	}
}
