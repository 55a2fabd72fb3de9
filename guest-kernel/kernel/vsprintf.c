/*
 * vsprintf(): %d %i %u %x %X %o %p %c %s %%, with flags `-` and `0`, a width, a precision for %s, and `l` and
 * `h`, which change nothing here: int and long are both 32 bits.
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
static char *put_number(char *out, unsigned long value, unsigned base, const char *digits, char sign,
			const struct spec *spec)
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

int vsprintf(char *buffer, const char *format, va_list args_in)
{
	static const char lower[] = "0123456789abcdef";
	static const char upper[] = "0123456789ABCDEF";
	char *out = buffer;
	struct spec spec;
	va_list args;
	long value;
	char c;

	va_copy(args, args_in);
	while ((c = *format++) != 0) {
		if (c != '%') {
			*out++ = c;
			continue;
		}
		spec = read_spec(&format, &args);
		switch (c = *format++) {
		case 'd':
		case 'i':
			value = va_arg(args, long);
			out = put_number(out, value < 0 ? -(unsigned long)value : (unsigned long)value,
					 10, lower, value < 0 ? '-' : 0, &spec);
			break;
		case 'u':
			out = put_number(out, va_arg(args, unsigned long), 10, lower, 0, &spec);
			break;
		case 'x':
			out = put_number(out, va_arg(args, unsigned long), 16, lower, 0, &spec);
			break;
		case 'X':
			out = put_number(out, va_arg(args, unsigned long), 16, upper, 0, &spec);
			break;
		case 'o':
			out = put_number(out, va_arg(args, unsigned long), 8, lower, 0, &spec);
			break;
		case 'p':
			spec.flags |= ZERO;
			spec.width = 8;
			out = put_number(out, va_arg(args, unsigned long), 16, lower, 0, &spec);
			break;
		case 's':
			out = put_string(out, va_arg(args, char *), &spec);
			break;
		case 'c':
			c = va_arg(args, int);
			out = put_padded(out, &c, 1, &spec);
			break;
		case 0:
			format--;
			break;
		default:
			*out++ = c;
		}
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
