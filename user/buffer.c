// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

#define FIRST_CAPACITY 4096
#define U64_DIGITS     20 /* of the largest value */

/* "00" to "99": two digits by one division. */
#define TENS(t) t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"
static const char two_digits[] = TENS("0") TENS("1") TENS("2") TENS("3") TENS("4") TENS("5")
	TENS("6") TENS("7") TENS("8") TENS("9");

void buffer__free(struct buffer *buffer)
{
	free(buffer->data);
	memset(buffer, 0, sizeof(*buffer));
}

static bool grow(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	char *data;

	if (buffer->failed || more > SIZE_MAX - buffer->size)
		goto failed;
	while (capacity < buffer->size + more) {
		if (capacity > SIZE_MAX / 2)
			goto failed;
		capacity *= 2;
	}
	data = realloc(buffer->data, capacity);
	if (!data)
		goto failed;
	buffer->data = data;
	buffer->capacity = capacity;
	return true;

failed:
	buffer->failed = true;
	return false;
}

/* Where size more bytes go, counted as added; NULL when out of memory. */
static inline char *extend(struct buffer *buffer, size_t size)
{
	char *end;

	if (__builtin_expect(buffer->failed || size > buffer->capacity - buffer->size, 0)) {
		if (!grow(buffer, size))
			return NULL;
	}
	end = buffer->data + buffer->size;
	buffer->size += size;
	return end;
}

void buffer__add(struct buffer *buffer, const char *data, size_t size)
{
	char *end;

	if (!size)
		return;
	end = extend(buffer, size);
	if (end)
		memcpy(end, data, size);
}

void buffer__add_string(struct buffer *buffer, const char *string)
{
	buffer__add(buffer, string, strlen(string));
}

void buffer__add_char(struct buffer *buffer, char c)
{
	char *end = extend(buffer, 1);

	if (end)
		*end = c;
}

void buffer__add_spaces(struct buffer *buffer, size_t count)
{
	char *end;

	if (!count)
		return;
	end = extend(buffer, count);
	if (end)
		memset(end, ' ', count);
}

/* Writes the digits of value so that they stop before end; returns where they start. */
static inline char *put_digits(char *end, __u64 value)
{
	while (value >= 100) {
		end -= 2;
		memcpy(end, two_digits + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		end -= 2;
		memcpy(end, two_digits + value * 2, 2);
	} else {
		*--end = (char)('0' + value);
	}
	return end;
}

void buffer__add_u64(struct buffer *buffer, __u64 value)
{
	char digits[U64_DIGITS];
	char *end = digits + sizeof(digits);
	char *start = put_digits(end, value);

	buffer__add(buffer, start, (size_t)(end - start));
}

void buffer__add_s64(struct buffer *buffer, __s64 value)
{
	char digits[1 + U64_DIGITS];
	char *end = digits + sizeof(digits);
	char *start;

	/* Negated as unsigned, for the least value has no positive twin. */
	start = put_digits(end, value < 0 ? -(__u64)value : (__u64)value);
	if (value < 0)
		*--start = '-';
	buffer__add(buffer, start, (size_t)(end - start));
}

void buffer__add_padded_u64(struct buffer *buffer, __u64 value, unsigned int width)
{
	char digits[U64_DIGITS];
	char *end = digits + sizeof(digits);
	char *start = put_digits(end, value);

	if (width > U64_DIGITS)
		width = U64_DIGITS;
	while (end - start < (long)width)
		*--start = '0';
	buffer__add(buffer, start, (size_t)(end - start));
}

void buffer__add_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	char *end;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0) {
		buffer->failed = true;
		return;
	}

	/* vsnprintf() needs room for a NUL, which is then given back. */
	end = extend(buffer, (size_t)size + 1);
	if (!end)
		return;
	va_start(arguments, format);
	vsnprintf(end, (size_t)size + 1, format, arguments);
	va_end(arguments);
	buffer->size--;
}
