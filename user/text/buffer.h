/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A growing piece of text. Formats append to it and do no input or output; sink.c writes it.
 * Out of memory is remembered: further appends do nothing and failed stays set.
 *
 * In builds with AddressSanitizer the memory behind what is reserved is poisoned, although it is
 * allocated: a write beyond the reservation ends the program at once, with a report.
 */
#ifndef TEXT_BUFFER_H
#define TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/types.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

struct buffer {
	char *data; /* not NUL-terminated; owned */
	size_t size;
	size_t capacity;
	bool failed; /* out of memory: data is not complete */
};

/* A buffer is all zero at first. Releases its memory and makes it so again. */
void buffer__free(struct buffer *buffer);

/* Makes room for size more bytes. False when out of memory. */
bool buffer__grow(struct buffer *buffer, size_t size);

#define BUFFER_GUARD_SIZE 4096 /* more would take long each time where a buffer is large */

/*
 * Lets only the size bytes behind the text be written, as far as BUFFER_GUARD_SIZE goes. Does
 * nothing without AddressSanitizer.
 */
static inline void buffer__guard(const struct buffer *buffer, size_t size)
{
#ifdef __SANITIZE_ADDRESS__
	const char *end = buffer->data + buffer->size;
	size_t rest = buffer->capacity - buffer->size - size;

	ASAN_UNPOISON_MEMORY_REGION(end, size);
	ASAN_POISON_MEMORY_REGION(end + size, rest < BUFFER_GUARD_SIZE ? rest : BUFFER_GUARD_SIZE);
#else
	(void)buffer;
	(void)size;
#endif
}

/*
 * Where up to size more bytes can be written, with put.h or otherwise, or NULL when out of memory.
 * buffer__commit() adds those up to end, at most so many, and takes back the rest: for output that
 * is made often, of many parts. See fields.h for sizes that the compiler computes.
 */
static inline char *buffer__reserve(struct buffer *buffer, size_t size)
{
	if (__builtin_expect(size > buffer->capacity - buffer->size, 0)) {
		if (!buffer__grow(buffer, size))
			return NULL;
	}
	buffer__guard(buffer, size);
	return buffer->data + buffer->size;
}

static inline void buffer__commit(struct buffer *buffer, const char *end)
{
	buffer->size = (size_t)(end - buffer->data);
	buffer__guard(buffer, 0);
}

static inline void buffer__add(struct buffer *buffer, const char *data, size_t size)
{
	char *end = size ? buffer__reserve(buffer, size) : NULL;

	if (!end)
		return;
	memcpy(end, data, size);
	buffer->size += size;
}

static inline void buffer__add_string(struct buffer *buffer, const char *string)
{
	buffer__add(buffer, string, strlen(string));
}

static inline void buffer__add_char(struct buffer *buffer, char c)
{
	char *end = buffer__reserve(buffer, 1);

	if (!end)
		return;
	*end = c;
	buffer->size++;
}

void buffer__add_spaces(struct buffer *buffer, size_t count);
void buffer__add_u64(struct buffer *buffer, __u64 value); /* decimal */
void buffer__add_s64(struct buffer *buffer, __s64 value); /* decimal */

#endif /* TEXT_BUFFER_H */
