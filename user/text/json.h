/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes JSON (RFC 8259) as it comes, without blanks. The writer puts the commas; that objects and
 * arrays are closed and every value of an object has its key is the caller's part.
 *
 * Strings may be any bytes. Control characters, DEL and C1 among them, are written as escapes, and
 * what is not UTF-8 as U+FFFD, so that the text is harmless on a terminal too.
 */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "text/buffer.h"
#include "text/put.h"

struct json {
	struct buffer *buffer; /* may be changed between any two calls */
	bool comma;	       /* one is due before the next value or key */
};

/* A writer at the start of a text. */
void json__init(struct json *json, struct buffer *buffer);

void json__object_begin(struct json *json);
void json__object_end(struct json *json);
void json__array_begin(struct json *json);
void json__array_end(struct json *json);

/* The key of the value that comes next. It is trusted: printable ASCII without " and \. */
void json__key(struct json *json, const char *key);

void json__string(struct json *json, const char *string);
void json__text(struct json *json, const char *data, size_t size); /* a string, by size */
void json__u64(struct json *json, __u64 value);
void json__s64(struct json *json, __s64 value);
void json__bool(struct json *json, bool value);
void json__null(struct json *json);

/*
 * What is written often is written by hand, with put.h: json__reserve() gives room for up to size
 * bytes, or NULL when out of memory, and json__commit() adds those up to end. The text begins with
 * its own comma where one is due, and ends behind a value.
 */
static inline char *json__reserve(struct json *json, size_t size)
{
	return buffer__reserve(json->buffer, size);
}

static inline void json__commit(struct json *json, const char *end)
{
	buffer__commit(json->buffer, end);
	json->comma = true;
}

/* What a string of size bytes takes at most, quotes included. */
#define JSON_TEXT_SIZE(size) (6 * (size) + 2)

/* Writes a string as json__text() does; returns where the next character goes. */
char *json__put_text(char *at, const char *data, size_t size);

#define JSON_MICROSECONDS_SIZE (1 + PUT_U64_SIZE)

/* Writes nanoseconds as microseconds with exactly three decimals. */
static inline char *json__put_microseconds(char *at, __u64 ns)
{
	at = put__u64(at, ns / 1000);
	*at = '.';
	return put__3_digits(at + 1, (unsigned int)(ns % 1000));
}

/* A key together with its value. */
void json__key_string(struct json *json, const char *key, const char *string);
void json__key_u64(struct json *json, const char *key, __u64 value);
void json__key_s64(struct json *json, const char *key, __s64 value);
void json__key_null(struct json *json, const char *key);

/* The number in decimal as a string, for readers that keep numbers as double. */
void json__u64_string(struct json *json, __u64 value);

/* The number under key, and once more as a string under key with "_str" behind it. */
void json__key_u64_twin(struct json *json, const char *key, __u64 value);

#endif /* TEXT_JSON_H */
