/* Numbers from text, and the pseudo-random ones. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

static int digit_value(char c)
{
	if (isdigit(c))
		return c - '0';
	return isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

static const char *skip_prefix(const char *text, int *base)
{
	int hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && isxdigit(text[2]);

	if ((*base == 0 || *base == 16) && hex) {
		*base = 16;
		return text + 2;
	}
	if (*base == 0)
		*base = *text == '0' ? 8 : 10;
	return text;
}

unsigned long strtoul(const char *text, char **end, int base)
{
	const char *p = text, *digits;
	unsigned long value = 0;
	int negative = 0, overflow = 0;

	while (isspace(*p))
		p++;
	if (*p == '-' || *p == '+')
		negative = *p++ == '-';
	digits = p = skip_prefix(p, &base);
	for (; digit_value(*p) < base; p++) {
		unsigned digit = digit_value(*p);

		overflow |= value > (ULONG_MAX - digit) / base;
		value = value * base + digit;
	}
	if (end)
		*end = (char *) (p == digits ? text : p);
	if (overflow) {
		errno = ERANGE;
		return ULONG_MAX;
	}
	return negative ? -value : value;
}

long strtol(const char *text, char **end, int base)
{
	const char *p = text;
	unsigned long value;
	int negative;

	while (isspace(*p))
		p++;
	negative = *p == '-';
	value = strtoul(text, end, base);
	if (negative ? (long) value > 0 : (long) value < 0) {
		errno = ERANGE;
		return negative ? LONG_MIN : LONG_MAX;
	}
	return value;
}

long atol(const char *text)
{
	return strtol(text, NULL, 10);
}

int atoi(const char *text)
{
	return strtol(text, NULL, 10);
}

int abs(int value)
{
	return value < 0 ? -value : value;
}

static unsigned long random_state = 1;

void srand(unsigned int seed)
{
	random_state = seed;
}

int rand(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 17;
}
