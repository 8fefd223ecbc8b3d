// SPDX-License-Identifier: GPL-2.0
#include "text/number.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Puts one more digit behind value; false if it gets larger than max. */
static bool append(__u64 *value, unsigned int digit, __u64 max)
{
	if (*value > max / 10 || *value * 10 > max - digit)
		return false;
	*value = *value * 10 + digit;
	return true;
}

bool number__parse(const char *text, __u64 min, __u64 max, __u64 *value)
{
	__u64 number = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (!is_digit(*text) || !append(&number, (unsigned int)(*text - '0'), max))
			return false;
	}
	if (number < min)
		return false;
	*value = number;
	return true;
}

bool number__parse_fraction(const char *text, unsigned int digits, __u64 max, __u64 *value)
{
	__u64 number = 0;

	if (!is_digit(*text) && *text != '.')
		return false;
	for (; is_digit(*text); text++) {
		if (!append(&number, (unsigned int)(*text - '0'), max))
			return false;
	}
	if (*text == '.' && !is_digit(*++text))
		return false;
	for (; digits; digits--) {
		unsigned int digit = is_digit(*text) ? (unsigned int)(*text++ - '0') : 0;

		if (!append(&number, digit, max))
			return false;
	}
	while (is_digit(*text))
		text++;
	if (*text)
		return false;
	*value = number;
	return true;
}
