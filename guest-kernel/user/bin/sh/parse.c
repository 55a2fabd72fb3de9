#include "sh.h"

#include <string.h>

static struct node *parse_list(int many_lines);

static struct node *new_node(enum node_kind kind, struct node *left, struct node *right)
{
	struct node *node = arena_take(sizeof *node);

	node->kind = kind;
	node->left = left;
	node->right = right;
	return node;
}

static int at_word(const char *text)
{
	return lexer.token == TOKEN_WORD && !strcmp(lexer.word, text);
}

static int take_word(const char *text)
{
	if (!at_word(text))
		return 0;
	lex_next();
	return 1;
}

static void expected(const char *what)
{
	struct text reason = {0};

	text_add_string(&reason, what);
	text_add_string(&reason, " expected");
	lex_fail(text_end(&reason));
}

static void expect_word(const char *text)
{
	if (!take_word(text))
		expected(text);
}

static int take(enum token token)
{
	if (lexer.token != token)
		return 0;
	lex_next();
	return 1;
}

static void skip_newlines(void)
{
	while (lexer.token == TOKEN_NEWLINE)
		lex_next();
}

static struct word *new_word(char *text)
{
	struct word *word = arena_take(sizeof *word);

	word->text = text;
	return word;
}

/* Words that end a list: they belong to the construct around it. */
static int at_list_end(void)
{
	static const char *const ends[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (at_word(ends[i]))
			return 1;
	return 0;
}

static int at_command(void)
{
	return (lexer.token == TOKEN_WORD && !at_list_end()) || lexer.token == TOKEN_OPEN ||
	       lexer.token == TOKEN_REDIRECT;
}

static struct redirect *parse_redirect(void)
{
	struct redirect *r = arena_take(sizeof *r);

	r->kind = lexer.redirect;
	r->fd = lexer.redirect_fd;
	lex_next();
	if (lexer.token != TOKEN_WORD) {
		lex_fail("redirection without a name");
		return r;
	}
	r->target = lexer.word;
	if (r->kind == REDIRECT_DOCUMENT) {
		if (lexer.documents)
			lex_fail("one << a line");
		lexer.documents = r;
	}
	lex_next();
	return r;
}

static void parse_redirects(struct node *node)
{
	struct redirect **tail = &node->redirects;

	for (; lexer.token == TOKEN_REDIRECT; tail = &(*tail)->next)
		*tail = parse_redirect();
}

static struct node *parse_body(const char *begin, const char *end)
{
	struct node *body;

	expect_word(begin);
	body = parse_list(1);
	expect_word(end);
	return body;
}

/* After if or elif. */
static struct node *parse_if(void)
{
	struct node *node = new_node(NODE_IF, parse_list(1), NULL);

	expect_word("then");
	node->right = parse_list(1);
	if (take_word("elif")) {
		node->other = parse_if();
		return node;
	}
	if (take_word("else"))
		node->other = parse_list(1);
	expect_word("fi");
	return node;
}

static struct node *parse_loop(enum node_kind kind)
{
	struct node *node = new_node(kind, parse_list(1), NULL);

	node->right = parse_body("do", "done");
	return node;
}

static struct node *parse_for(void)
{
	struct node *node = new_node(NODE_FOR, NULL, NULL);
	struct word **tail = &node->words;

	if (lexer.token != TOKEN_WORD)
		lex_fail("for without a name");
	node->name = lexer.word;
	lex_next();
	skip_newlines();
	if (take_word("in")) {
		node->has_list = 1;
		for (; lexer.token == TOKEN_WORD; tail = &(*tail)->next) {
			*tail = new_word(lexer.word);
			lex_next();
		}
	}
	take(TOKEN_SEMICOLON);
	skip_newlines();
	node->right = parse_body("do", "done");
	return node;
}

static struct case_item *parse_case_item(void)
{
	struct case_item *item = arena_take(sizeof *item);
	struct word **tail = &item->patterns;

	take(TOKEN_OPEN);
	do {
		if (lexer.token != TOKEN_WORD) {
			lex_fail("case without a pattern");
			return item;
		}
		*tail = new_word(lexer.word);
		tail = &(*tail)->next;
		lex_next();
	} while (take(TOKEN_PIPE));
	if (!take(TOKEN_CLOSE))
		expected(")");
	item->body = parse_list(1);
	return item;
}

static struct node *parse_case(void)
{
	struct node *node = new_node(NODE_CASE, NULL, NULL);
	struct case_item **tail = &node->items;

	if (lexer.token != TOKEN_WORD)
		lex_fail("case without a word");
	node->name = lexer.word;
	lex_next();
	skip_newlines();
	expect_word("in");
	skip_newlines();
	while (!lexer.error && lexer.token != TOKEN_END && !at_word("esac")) {
		*tail = parse_case_item();
		tail = &(*tail)->next;
		if (!take(TOKEN_CASE_END))
			break;
		skip_newlines();
	}
	expect_word("esac");
	return node;
}

static struct node *parse_group(void)
{
	struct node *node = new_node(NODE_GROUP, parse_list(1), NULL);

	expect_word("}");
	return node;
}

static struct node *parse_subshell(void)
{
	struct node *node;

	lex_next();
	node = new_node(NODE_SUBSHELL, parse_list(1), NULL);
	if (!take(TOKEN_CLOSE))
		expected(")");
	return node;
}

static struct node *parse_while(void)
{
	return parse_loop(NODE_WHILE);
}

static struct node *parse_until(void)
{
	return parse_loop(NODE_UNTIL);
}

static const struct construct {
	const char *word;
	struct node *(*parse)(void);
} constructs[] = {
	{"if", parse_if},     {"while", parse_while}, {"until", parse_until},
	{"for", parse_for},   {"case", parse_case},   {"{", parse_group},
};

static struct node *parse_function(char *name)
{
	struct node *node = new_node(NODE_FUNCTION, NULL, NULL);

	node->name = name;
	lex_next();
	if (!take(TOKEN_CLOSE))
		lex_fail("() expected after a function's name");
	skip_newlines();
	node->left = parse_body("{", "}");
	return node;
}

static struct node *parse_simple(void)
{
	struct node *node = new_node(NODE_COMMAND, NULL, NULL);
	struct word **word = &node->words;
	struct redirect **redirect = &node->redirects;

	for (;;) {
		if (lexer.token == TOKEN_WORD) {
			*word = new_word(lexer.word);
			word = &(*word)->next;
			lex_next();
		} else if (lexer.token == TOKEN_REDIRECT) {
			*redirect = parse_redirect();
			redirect = &(*redirect)->next;
		} else if (lexer.token == TOKEN_OPEN && node->words && !node->words->next) {
			return parse_function(node->words->text);
		} else {
			return node;
		}
	}
}

static struct node *parse_command(void)
{
	struct node *node;

	if (lexer.token == TOKEN_OPEN) {
		node = parse_subshell();
		parse_redirects(node);
		return node;
	}
	for (size_t i = 0; i < sizeof constructs / sizeof *constructs; i++) {
		if (!take_word(constructs[i].word))
			continue;
		node = constructs[i].parse();
		parse_redirects(node);
		return node;
	}
	if (!at_command())
		lex_fail("a command is missing");
	return parse_simple();
}

static struct node *parse_pipeline(void)
{
	int inverted = take_word("!");
	struct node *node = parse_command();

	if (take(TOKEN_PIPE)) {
		skip_newlines();
		node = new_node(NODE_PIPE, node, parse_pipeline());
	}
	return inverted ? new_node(NODE_NOT, node, NULL) : node;
}

static struct node *parse_and_or(void)
{
	struct node *node = parse_pipeline();

	while (lexer.token == TOKEN_AND || lexer.token == TOKEN_OR) {
		enum node_kind kind = lexer.token == TOKEN_AND ? NODE_AND : NODE_OR;

		lex_next();
		skip_newlines();
		node = new_node(kind, node, parse_pipeline());
	}
	return node;
}

static struct node *parse_list(int many_lines)
{
	struct node *list = NULL;

	if (many_lines)
		skip_newlines();
	while (!lexer.error && at_command()) {
		struct node *node = parse_and_or();
		int more = 1;

		if (take(TOKEN_BACKGROUND))
			node = new_node(NODE_BACKGROUND, node, NULL);
		else if (!take(TOKEN_SEMICOLON))
			more = many_lines && lexer.token == TOKEN_NEWLINE;
		if (many_lines)
			skip_newlines();
		list = list ? new_node(NODE_SEQUENCE, list, node) : node;
		if (!more)
			break;
	}
	return list;
}

enum parse_result parse_line(struct node **node)
{
	lex_begin();
	input_begin_command();
	lex_next();
	if (lexer.token == TOKEN_END && !lexer.error)
		return PARSE_END;
	if (lexer.token == TOKEN_NEWLINE)
		return PARSE_EMPTY;
	*node = parse_list(0);
	if (!lexer.error && lexer.token != TOKEN_NEWLINE && lexer.token != TOKEN_END)
		lex_fail(lexer.word ? "a word is out of place" : "an operator is out of place");
	if (!lexer.error)
		return PARSE_COMMAND;
	if (!shell_interrupted)
		sh_message("syntax", lexer.error);
	return PARSE_ERROR;
}
