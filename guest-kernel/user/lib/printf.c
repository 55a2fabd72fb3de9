/* Formatted output: %d %i %u %x %X %o %c %s %p %% with flags, width, precision, sizes h, l, z. */
#include <stdio.h>
#include <string.h>

struct sink {
	FILE *file; /* or NULL: */
	char *to;
	size_t room;
	int count;
};

struct conversion {
	int left, zero, plus, space, alternate;
	int width;
	int precision; /* -1 = none given */
};

static void put(struct sink *sink, const char *text, int size)
{
	if (sink->file)
		fwrite(text, 1, size, sink->file);
	else
		for (int i = 0; i < size && sink->room > 1; i++, sink->room--)
			*sink->to++ = text[i];
	sink->count += size;
}

static void pad(struct sink *sink, char with, int count)
{
	while (count-- > 0)
		put(sink, &with, 1);
}

static void put_text(struct sink *sink, const struct conversion *c, const char *text)
{
	int length;

	if (!text)
		text = "(null)";
	for (length = 0; length != c->precision && text[length]; length++)
		;
	if (!c->left)
		pad(sink, ' ', c->width - length);
	put(sink, text, length);
	if (c->left)
		pad(sink, ' ', c->width - length);
}

/* The digits of a number, its prefix (sign or 0x) before the zeros of width or precision. */
static void put_number(struct sink *sink, const struct conversion *c, unsigned long value,
		       unsigned base, const char *prefix, int upper)
{
	char digits[16], *p = digits + sizeof digits;
	int length, zeros = 0, prefix_length = strlen(prefix);

	for (unsigned long rest = value; rest; rest /= base)
		*--p = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[rest % base];
	if (!value && c->precision)
		*--p = '0';
	length = digits + sizeof digits - p;
	if (c->precision >= 0)
		zeros = c->precision - length;
	else if (c->zero && !c->left)
		zeros = c->width - prefix_length - length;
	if (zeros < 0)
		zeros = 0;
	if (!c->left)
		pad(sink, ' ', c->width - prefix_length - zeros - length);
	put(sink, prefix, prefix_length);
	pad(sink, '0', zeros);
	put(sink, p, length);
	if (c->left)
		pad(sink, ' ', c->width - prefix_length - zeros - length);
}

static void put_signed(struct sink *sink, const struct conversion *c, long value)
{
	const char *prefix = value < 0 ? "-" : c->plus ? "+" : c->space ? " " : "";
	unsigned long size = value < 0 ? -(unsigned long) value : (unsigned long) value;

	put_number(sink, c, size, 10, prefix, 0);
}

static const char *parse_flags(const char *format, struct conversion *c)
{
	for (;; format++) {
		switch (*format) {
		case '-':
			c->left = 1;
			break;
		case '0':
			c->zero = 1;
			break;
		case '+':
			c->plus = 1;
			break;
		case ' ':
			c->space = 1;
			break;
		case '#':
			c->alternate = 1;
			break;
		default:
			return format;
		}
	}
}

static const char *parse_number(const char *format, int *value)
{
	for (*value = 0; *format >= '0' && *format <= '9'; format++)
		*value = *value * 10 + *format - '0';
	return format;
}

struct arguments { /* a va_list by reference, whatever its type is */
	va_list list;
};

static const char *parse_sizes(const char *format, struct conversion *c,
			       struct arguments *arguments)
{
	if (*format == '*') {
		c->width = va_arg(arguments->list, int);
		if (c->width < 0) {
			c->left = 1;
			c->width = -c->width;
		}
		format++;
	} else {
		format = parse_number(format, &c->width);
	}
	c->precision = -1;
	if (*format != '.')
		return format;
	if (*++format != '*')
		return parse_number(format, &c->precision);
	c->precision = va_arg(arguments->list, int);
	return format + 1;
}

static void convert(struct sink *sink, const struct conversion *c, char kind,
		    struct arguments *arguments)
{
	const char *prefix;
	char character[1];
	unsigned long value;

	switch (kind) {
	case 'd':
	case 'i':
		put_signed(sink, c, va_arg(arguments->list, long));
		return;
	case 'c':
		character[0] = va_arg(arguments->list, int);
		if (!c->left)
			pad(sink, ' ', c->width - 1);
		put(sink, character, 1);
		if (c->left)
			pad(sink, ' ', c->width - 1);
		return;
	case 's':
		put_text(sink, c, va_arg(arguments->list, const char *));
		return;
	case 'p':
		put_number(sink, c, va_arg(arguments->list, unsigned long), 16, "0x", 0);
		return;
	case 'u':
		put_number(sink, c, va_arg(arguments->list, unsigned long), 10, "", 0);
		return;
	case 'o':
		value = va_arg(arguments->list, unsigned long);
		put_number(sink, c, value, 8, c->alternate ? "0" : "", 0);
		return;
	case 'x':
	case 'X':
		value = va_arg(arguments->list, unsigned long);
		prefix = kind == 'x' ? "0x" : "0X";
		put_number(sink, c, value, 16, c->alternate && value ? prefix : "", kind == 'X');
		return;
	}
	put(sink, &kind, 1);
}

static int format_to(struct sink *sink, const char *format, va_list list)
{
	struct arguments arguments;

	va_copy(arguments.list, list);
	while (*format) {
		const char *start = format;
		struct conversion c = {0};

		while (*format && *format != '%')
			format++;
		put(sink, start, format - start);
		if (!*format)
			break;
		format = parse_flags(format + 1, &c);
		format = parse_sizes(format, &c, &arguments);
		while (*format == 'l' || *format == 'h' || *format == 'z')
			format++;
		if (!*format)
			break;
		convert(sink, &c, *format++, &arguments);
	}
	va_end(arguments.list);
	return sink->count;
}

int vfprintf(FILE *file, const char *format, va_list list)
{
	struct sink sink = {.file = file};

	return format_to(&sink, format, list);
}

int vsnprintf(char *to, size_t size, const char *format, va_list list)
{
	struct sink sink = {.to = to, .room = size};
	int count = format_to(&sink, format, list);

	if (size)
		*sink.to = 0;
	return count;
}

int vsprintf(char *to, const char *format, va_list list)
{
	return vsnprintf(to, 0x7fffffff, format, list);
}

int vprintf(const char *format, va_list list)
{
	return vfprintf(stdout, format, list);
}

int printf(const char *format, ...)
{
	va_list list;
	int count;

	va_start(list, format);
	count = vfprintf(stdout, format, list);
	va_end(list);
	return count;
}

int fprintf(FILE *file, const char *format, ...)
{
	char buffer[512];
	va_list list;
	int count;

	va_start(list, format);
	if (file == stderr) { /* unbuffered: one message is one write */
		count = vsnprintf(buffer, sizeof buffer, format, list);
		fputs(buffer, file);
	} else {
		count = vfprintf(file, format, list);
	}
	va_end(list);
	return count;
}

int sprintf(char *to, const char *format, ...)
{
	va_list list;
	int count;

	va_start(list, format);
	count = vsprintf(to, format, list);
	va_end(list);
	return count;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
	va_list list;
	int count;

	va_start(list, format);
	count = vsnprintf(to, size, format, list);
	va_end(list);
	return count;
}
