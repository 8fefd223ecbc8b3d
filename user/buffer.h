/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A growing piece of text. Formats append to it and do no input or output; sink.c writes it.
 * Out of memory is remembered: further appends do nothing and failed stays set.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct buffer {
	char *data; /* not NUL-terminated; owned */
	size_t size;
	size_t capacity;
	bool failed; /* out of memory: data is not complete */
};

/* A buffer is all zero at first. Releases its memory and makes it so again. */
void buffer__free(struct buffer *buffer);

void buffer__add(struct buffer *buffer, const char *data, size_t size);
void buffer__add_string(struct buffer *buffer, const char *string);
void buffer__add_char(struct buffer *buffer, char c);
void buffer__add_spaces(struct buffer *buffer, size_t count);
void buffer__add_u64(struct buffer *buffer, __u64 value); /* decimal */
void buffer__add_s64(struct buffer *buffer, __s64 value); /* decimal */
/* Decimal with leading zeros to width digits (at most 20). */
void buffer__add_padded_u64(struct buffer *buffer, __u64 value, unsigned int width);
/* For what is printed rarely; slow. */
void buffer__add_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* BUFFER_H */
