// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "text/json.h"
#include "text/utf8.h"

void json__init(struct json *json, struct buffer *buffer)
{
	json->buffer = buffer;
	json->comma = false;
}

/* Before a value or a key. */
static inline void separate(struct json *json)
{
	if (json->comma)
		buffer__add_char(json->buffer, ',');
	json->comma = true;
}

static void open(struct json *json, char bracket)
{
	separate(json);
	buffer__add_char(json->buffer, bracket);
	json->comma = false;
}

static void close(struct json *json, char bracket)
{
	buffer__add_char(json->buffer, bracket);
	json->comma = true;
}

void json__object_begin(struct json *json)
{
	open(json, '{');
}

void json__object_end(struct json *json)
{
	close(json, '}');
}

void json__array_begin(struct json *json)
{
	open(json, '[');
}

void json__array_end(struct json *json)
{
	close(json, ']');
}

void json__key(struct json *json, const char *key)
{
	size_t size = strlen(key);
	char *at = buffer__reserve(json->buffer, size + sizeof(",\"\":") - 1);

	if (!at)
		return;
	if (json->comma)
		at = put__char(at, ',');
	at = put__char(at, '"');
	at = put__bytes(at, key, size);
	buffer__commit(json->buffer, put__string(at, "\":"));
	json->comma = false;
}

/* A UTF-16 code unit as \uXXXX. */
static char *put_unit(char *at, unsigned int unit)
{
	static const char hex[] = "0123456789abcdef";

	at = put__string(at, "\\u");
	*at++ = hex[unit >> 12 & 0xf];
	*at++ = hex[unit >> 8 & 0xf];
	*at++ = hex[unit >> 4 & 0xf];
	*at++ = hex[unit & 0xf];
	return at;
}

static char *put_escape(char *at, unsigned int code_point)
{
	static const char letters[][2] = { { '"', '"' },  { '\\', '\\' }, { '\b', 'b' },
					   { '\f', 'f' }, { '\n', 'n' },  { '\r', 'r' },
					   { '\t', 't' } };
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (code_point != (unsigned char)letters[i][0])
			continue;
		*at++ = '\\';
		*at++ = letters[i][1];
		return at;
	}
	if (code_point < 0x10000)
		return put_unit(at, code_point);
	at = put_unit(at, 0xd800 + ((code_point - 0x10000) >> 10));
	return put_unit(at, 0xdc00 + ((code_point - 0x10000) & 0x3ff));
}

static char *put_character(char *at, const char *data, size_t size, size_t *length)
{
	unsigned int code_point;

	if (!utf8__next(data, size, length, &code_point))
		return put__string(at, UTF8_REPLACEMENT);
	if (utf8__is_control(code_point) || utf8__is_invisible(code_point) || code_point == '"' ||
	    code_point == '\\')
		return put_escape(at, code_point);
	return put__bytes(at, data, *length);
}

/* Whether a byte may stand in a string as it is, whatever is around it. */
static inline bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* Copies plain bytes up to the first other one; how many there were. */
static size_t copy_plain(char *at, const char *data, size_t size)
{
	size_t done = 0;

	for (; done < size && is_plain((unsigned char)data[done]); done++)
		at[done] = data[done];
	return done;
}

char *json__put_text(char *at, const char *data, size_t size)
{
	*at++ = '"';
	for (;;) {
		size_t length = copy_plain(at, data, size);

		at += length;
		data += length;
		size -= length;
		if (!size)
			break;
		at = put_character(at, data, size, &length);
		data += length;
		size -= length;
	}
	*at++ = '"';
	return at;
}

void json__text(struct json *json, const char *data, size_t size)
{
	char *at;

	separate(json);
	at = buffer__reserve(json->buffer, JSON_TEXT_SIZE(size));
	if (at)
		buffer__commit(json->buffer, json__put_text(at, data, size));
}

void json__string(struct json *json, const char *string)
{
	json__text(json, string, strlen(string));
}

void json__u64(struct json *json, __u64 value)
{
	separate(json);
	buffer__add_u64(json->buffer, value);
}

void json__s64(struct json *json, __s64 value)
{
	separate(json);
	buffer__add_s64(json->buffer, value);
}

void json__bool(struct json *json, bool value)
{
	separate(json);
	if (value)
		buffer__add(json->buffer, "true", 4);
	else
		buffer__add(json->buffer, "false", 5);
}

void json__null(struct json *json)
{
	separate(json);
	buffer__add(json->buffer, "null", 4);
}

void json__key_string(struct json *json, const char *key, const char *string)
{
	json__key(json, key);
	json__string(json, string);
}

void json__key_string_or_null(struct json *json, const char *key, const char *string)
{
	if (string)
		json__key_string(json, key, string);
	else
		json__key_null(json, key);
}

void json__key_u64(struct json *json, const char *key, __u64 value)
{
	json__key(json, key);
	json__u64(json, value);
}

void json__key_s64(struct json *json, const char *key, __s64 value)
{
	json__key(json, key);
	json__s64(json, value);
}

void json__key_null(struct json *json, const char *key)
{
	json__key(json, key);
	json__null(json);
}

void json__u64_string(struct json *json, __u64 value)
{
	separate(json);
	ADD_FIELDS(json->buffer, u64_string, value);
}

static void add_twin_key(struct json *json, const char *key)
{
	separate(json);
	buffer__add_char(json->buffer, '"');
	buffer__add_string(json->buffer, key);
	buffer__add_string(json->buffer, "_str\":");
	json->comma = false;
}

void json__key_u64_twin(struct json *json, const char *key, __u64 value)
{
	json__key_u64(json, key, value);
	add_twin_key(json, key);
	json__u64_string(json, value);
}
