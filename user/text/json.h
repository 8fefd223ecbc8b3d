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

#include "text/fields.h"

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
 * Members that are written often, as lists of fields.h, in which the key stands without quotes in
 * place of the text: F(u32, pid, record->pid) is ,"pid":1234. Each begins with its comma, so they
 * come behind another member; of an object that DEFINE_OBJECT() makes of a list they are all.
 */
#define MEMBER_SIZE(kind, key, ...)		  FIELD_SIZE(kind, ",\"" #key "\":")
#define MEMBER_SIZE_IF(condition, kind, key, ...) FIELD_SIZE(kind, ",\"" #key "\":")

#define MEMBER_PUT(kind, key, ...) FIELD_PUT(kind, ",\"" #key "\":", ##__VA_ARGS__)

#define MEMBER_PUT_IF(condition, kind, key, ...)                 \
	if (condition) {                                         \
		FIELD_PUT(kind, ",\"" #key "\":", ##__VA_ARGS__) \
	}

#define DEFINE_MEMBERS(kind, LIST, ...)                       \
	static inline char *put_##kind(char *at, __VA_ARGS__) \
	{                                                     \
		LIST(MEMBER_PUT, MEMBER_PUT_IF)               \
		return at;                                    \
	}                                                     \
	enum { SIZEOF_##kind = 0 LIST(MEMBER_SIZE, MEMBER_SIZE_IF) }

/* The same with a bracket before it, in place of the first comma: there has to be a member. */
#define DEFINE_OPEN_OBJECT(kind, LIST, ...)                   \
	static inline char *put_##kind(char *at, __VA_ARGS__) \
	{                                                     \
		char *bracket = at;                           \
                                                              \
		LIST(MEMBER_PUT, MEMBER_PUT_IF)               \
		*bracket = '{';                               \
		return at;                                    \
	}                                                     \
	enum { SIZEOF_##kind = 0 LIST(MEMBER_SIZE, MEMBER_SIZE_IF) }

/* A whole object as a kind of value. */
#define DEFINE_OBJECT(kind, LIST, ...)                        \
	static inline char *put_##kind(char *at, __VA_ARGS__) \
	{                                                     \
		char *bracket = at;                           \
                                                              \
		LIST(MEMBER_PUT, MEMBER_PUT_IF)               \
		FIELD_PUT(nothing, "}")                       \
		*bracket = '{';                               \
		return at;                                    \
	}                                                     \
	enum { SIZEOF_##kind = 0 LIST(MEMBER_SIZE, MEMBER_SIZE_IF) FIELD_SIZE(nothing, "}") }

/* Appends members, or a value that takes its comma with it. */
#define ADD_MEMBERS(json, kind, ...)                             \
	do {                                                     \
		ADD_FIELDS((json)->buffer, kind, ##__VA_ARGS__); \
		(json)->comma = true;                            \
	} while (0)

/* What a string of size bytes takes at most, quotes included. */
#define JSON_TEXT_SIZE(size) (6 * (size) + 2)

/* Writes a string as json__text() does; returns where the next character goes. */
char *json__put_text(char *at, const char *data, size_t size);

/* The kinds of values. Where there is none, null is written. */
#define SIZEOF_u64_or_null SIZEOF_u64

static inline char *put_u64_or_null(char *at, bool known, __u64 value)
{
	return known ? put__u64(at, value) : put__string(at, "null");
}

#define SIZEOF_s32_or_null SIZEOF_s32

static inline char *put_s32_or_null(char *at, bool known, __s32 value)
{
	return known ? put_s32(at, value) : put__string(at, "null");
}

#define SIZEOF_boolean (sizeof("false") - 1)

static inline char *put_boolean(char *at, bool value)
{
	return value ? put__string(at, "true") : put__string(at, "false");
}

/* The number in decimal as a string, for readers that keep numbers as double. */
#define U64_STRING_FIELDS(F, IF) F(u64, "\"", value) F(nothing, "\"")
DEFINE_FIELDS(u64_string, U64_STRING_FIELDS, __u64 value);

#define SIZEOF_u64_string_or_null SIZEOF_u64_string

static inline char *put_u64_string_or_null(char *at, bool known, __u64 value)
{
	return known ? put_u64_string(at, value) : put__string(at, "null");
}

/* Nanoseconds as microseconds with exactly three decimals. */
#define SIZEOF_3_digits		   3
#define put_3_digits		   put__3_digits
#define MICROSECONDS_FIELDS(F, IF) F(u64, "", ns / 1000) F(3_digits, ".", (unsigned int)(ns % 1000))
DEFINE_FIELDS(microseconds, MICROSECONDS_FIELDS, __u64 ns);

/* A key together with its value. */
void json__key_string(struct json *json, const char *key, const char *string);
void json__key_string_or_null(struct json *json, const char *key, const char *string);
void json__key_u64(struct json *json, const char *key, __u64 value);
void json__key_s64(struct json *json, const char *key, __s64 value);
void json__key_null(struct json *json, const char *key);

/* The number in decimal as a string, for readers that keep numbers as double. */
void json__u64_string(struct json *json, __u64 value);

/* The number under key, and once more as a string under key with "_str" behind it. */
void json__key_u64_twin(struct json *json, const char *key, __u64 value);

#endif /* TEXT_JSON_H */
