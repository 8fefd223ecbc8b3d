// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "json.h"
#include "utf8.h"

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
	separate(json);
	buffer__add_char(json->buffer, '"');
	buffer__add_string(json->buffer, key);
	buffer__add(json->buffer, "\":", 2);
	json->comma = false;
}

/* A UTF-16 code unit as \uXXXX. */
static void add_unit(struct buffer *buffer, unsigned int unit)
{
	static const char hex[] = "0123456789abcdef";
	const char escape[] = { '\\',
				'u',
				hex[unit >> 12 & 0xf],
				hex[unit >> 8 & 0xf],
				hex[unit >> 4 & 0xf],
				hex[unit & 0xf] };

	buffer__add(buffer, escape, sizeof(escape));
}

static void add_escape(struct buffer *buffer, unsigned int code_point)
{
	static const char letters[][2] = { { '"', '"' },  { '\\', '\\' }, { '\b', 'b' },
					   { '\f', 'f' }, { '\n', 'n' },  { '\r', 'r' },
					   { '\t', 't' } };
	size_t i;

	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (code_point != (unsigned char)letters[i][0])
			continue;
		buffer__add_char(buffer, '\\');
		buffer__add_char(buffer, letters[i][1]);
		return;
	}
	if (code_point < 0x10000) {
		add_unit(buffer, code_point);
		return;
	}
	add_unit(buffer, 0xd800 + ((code_point - 0x10000) >> 10));
	add_unit(buffer, 0xdc00 + ((code_point - 0x10000) & 0x3ff));
}

/* Whether a byte may stand in a string as it is, whatever is around it. */
static inline bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void add_character(struct buffer *buffer, const char *data, size_t size, size_t *length)
{
	unsigned int code_point;

	if (!utf8__next(data, size, length, &code_point))
		buffer__add(buffer, UTF8_REPLACEMENT, UTF8_REPLACEMENT_SIZE);
	else if (utf8__is_control(code_point) || utf8__is_invisible(code_point) ||
		 code_point == '"' || code_point == '\\')
		add_escape(buffer, code_point);
	else
		buffer__add(buffer, data, *length);
}

void json__text(struct json *json, const char *data, size_t size)
{
	size_t start = 0;

	separate(json);
	buffer__add_char(json->buffer, '"');
	while (start < size) {
		size_t length = 0;

		while (start + length < size && is_plain((unsigned char)data[start + length]))
			length++;
		if (length)
			buffer__add(json->buffer, data + start, length);
		else
			add_character(json->buffer, data + start, size - start, &length);
		start += length;
	}
	buffer__add_char(json->buffer, '"');
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

void json__microseconds(struct json *json, __u64 ns, bool negative)
{
	separate(json);
	if (negative)
		buffer__add_char(json->buffer, '-');
	buffer__add_u64(json->buffer, ns / 1000);
	buffer__add_char(json->buffer, '.');
	buffer__add_padded_u64(json->buffer, ns % 1000, 3);
}

void json__key_string(struct json *json, const char *key, const char *string)
{
	json__key(json, key);
	json__string(json, string);
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
	buffer__add_char(json->buffer, '"');
	buffer__add_u64(json->buffer, value);
	buffer__add_char(json->buffer, '"');
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

void json__key_null_twin(struct json *json, const char *key)
{
	json__key_null(json, key);
	add_twin_key(json, key);
	json__null(json);
}

void json__line(struct json *json)
{
	if (json->comma)
		buffer__add_char(json->buffer, ',');
	buffer__add_char(json->buffer, '\n');
	json->comma = false;
}
