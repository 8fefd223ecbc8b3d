// SPDX-License-Identifier: GPL-2.0
#include "text/buffer.h"

#include <stdint.h>
#include <stdlib.h>

#include "text/put.h"

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
	char *at = buffer__reserve(buffer, PUT_SPACES_SIZE(count));

	if (at)
		buffer__commit(buffer, put__spaces(at, count));
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
