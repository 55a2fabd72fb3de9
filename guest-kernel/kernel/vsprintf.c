/*
 * vsprintf(): %d %i %u %x %X %o %p %c %s %%, with flags `-` and `0`, a width, a precision
 * for %s, and `l` and `h`, which change nothing here: int and long are both 32 bits.
 */

#include <stdarg.h>
#include <string.h>

#include <linux/kernel.h>

#define LEFT 1
#define ZERO 2

struct spec {
	int flags;
	int width;
	int precision; /* -1 = none */
};

static int read_number(const char **format)
{
	int n = 0;

	while (**format >= '0' && **format <= '9')
		n = n * 10 + *(*format)++ - '0';
	return n;
}

/* Reads what stands between % and the conversion letter. */
static struct spec read_spec(const char **format, va_list *args)
{
	struct spec spec = {0, 0, -1};

	for (;; (*format)++) {
		if (**format == '-')
			spec.flags |= LEFT;
		else if (**format == '0')
			spec.flags |= ZERO;
		else
			break;
	}
	if (**format == '*') {
		(*format)++;
		spec.width = va_arg(*args, int);
	} else {
		spec.width = read_number(format);
	}
	if (**format == '.') {
		(*format)++;
		spec.precision = read_number(format);
	}
	while (**format == 'l' || **format == 'h')
		(*format)++;
	return spec;
}

static char *put_padded(char *out, const char *text, int length, const struct spec *spec)
{
	int fill = spec->width - length;

	if (!(spec->flags & LEFT))
		while (fill-- > 0)
			*out++ = ' ';
	memcpy(out, text, length);
	out += length;
	while (fill-- > 0)
		*out++ = ' ';
	return out;
}

static char *put_string(char *out, const char *text, const struct spec *spec)
{
	int length = 0;

	if (!text)
		text = "(null)";
	while (text[length] && length != spec->precision)
		length++;
	return put_padded(out, text, length, spec);
}

/* `sign` is a character to put in front, or 0. */
static char *put_number(char *out, unsigned long value, unsigned base, const char *digits,
			char sign, const struct spec *spec)
{
	char text[36];
	char *p = text + sizeof(text);
	int room = sign ? spec->width - 1 : spec->width;

	do {
		*--p = digits[value % base];
		value /= base;
	} while (value);
	if (spec->flags & ZERO && !(spec->flags & LEFT))
		while (text + sizeof(text) - p < room && p > text + 1)
			*--p = '0';
	if (sign)
		*--p = sign;
	return put_padded(out, p, text + sizeof(text) - p, spec);
}

/* One of %d %i %u %o %x %X %p. */
static char *put_integer(char *out, char letter, long value, struct spec *spec)
{
	static const char lower[] = "0123456789abcdef";
	static const char upper[] = "0123456789ABCDEF";

	switch (letter) {
	case 'd':
	case 'i':
		if (value < 0)
			return put_number(out, 0UL - value, 10, lower, '-', spec);
		/* fall through */
	case 'u':
		return put_number(out, value, 10, lower, 0, spec);
	case 'o':
		return put_number(out, value, 8, lower, 0, spec);
	case 'p':
		spec->flags |= ZERO;
		spec->width = 8;
		/* fall through */
	case 'x':
		return put_number(out, value, 16, lower, 0, spec);
	default:
		return put_number(out, value, 16, upper, 0, spec);
	}
}

static char *put_conversion(char *out, char letter, va_list *args, struct spec *spec)
{
	char c;

	switch (letter) {
	case 'd':
	case 'i':
	case 'u':
	case 'o':
	case 'x':
	case 'X':
	case 'p':
		return put_integer(out, letter, va_arg(*args, long), spec);
	case 's':
		return put_string(out, va_arg(*args, char *), spec);
	case 'c':
		c = va_arg(*args, int);
		return put_padded(out, &c, 1, spec);
	default:
		*out++ = letter;
		return out;
	}
}

int vsprintf(char *buffer, const char *format, va_list caller_args)
{
	char *out = buffer;
	struct spec spec;
	va_list args;
	char c;

	va_copy(args, caller_args);
	while ((c = *format++) != 0) {
		if (c != '%') {
			*out++ = c;
			continue;
		}
		spec = read_spec(&format, &args);
		if (!*format)
			break;
		out = put_conversion(out, *format++, &args, &spec);
	}
	va_end(args);
	*out = 0;
	return out - buffer;
}

int sprintf(char *buffer, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsprintf(buffer, format, args);
	va_end(args);
	return length;
}
