// SPDX-License-Identifier: GPL-2.0
#include "buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "put.h"

#define FIRST_CAPACITY 4096

void buffer__free(struct buffer *buffer)
{
	free(buffer->data);
	memset(buffer, 0, sizeof(*buffer));
}

bool buffer__grow(struct buffer *buffer, size_t size)
{
	size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	char *data;

	if (buffer->failed || size > SIZE_MAX - buffer->size)
		goto failed;
	while (capacity < buffer->size + size) {
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
	/* Without room left, whatever is added comes here again. */
	buffer->failed = true;
	buffer->capacity = buffer->size;
	return false;
}

void buffer__add_spaces(struct buffer *buffer, size_t count)
{
	char *at = count ? buffer__reserve(buffer, count) : NULL;

	if (!at)
		return;
	memset(at, ' ', count);
	buffer->size += count;
}

void buffer__add_u64(struct buffer *buffer, __u64 value)
{
	char *at = buffer__reserve(buffer, PUT_U64_SIZE);

	if (at)
		buffer__commit(buffer, put__u64(at, value));
}

void buffer__add_s64(struct buffer *buffer, __s64 value)
{
	char *at = buffer__reserve(buffer, PUT_S64_SIZE);

	if (at)
		buffer__commit(buffer, put__s64(at, value));
}

void buffer__add_padded_u64(struct buffer *buffer, __u64 value, unsigned int width)
{
	char digits[PUT_U64_SIZE];
	size_t size = (size_t)(put__u64(digits, value) - digits);

	if (width > PUT_U64_SIZE)
		width = PUT_U64_SIZE;
	for (; width > size; width--)
		buffer__add_char(buffer, '0');
	buffer__add(buffer, digits, size);
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

	/* vsnprintf() needs room for a NUL, which is not added. */
	end = buffer__reserve(buffer, (size_t)size + 1);
	if (!end)
		return;
	va_start(arguments, format);
	vsnprintf(end, (size_t)size + 1, format, arguments);
	va_end(arguments);
	buffer->size += (size_t)size;
}
